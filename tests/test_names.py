"""Names: what cannot be seen is refused, joiners of living scripts are not, and look-alikes are one name."""

from bootcamp.leaderboard import names
from bootcamp.leaderboard.submissions import SubmissionError, checked_name

import pytest

TAKEN = {
    "Persian": "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
    "Marathi": "र्\u200dय",
    "Malayalam": "മോഹന്\u200d",
    "Sinhala": "ශ්\u200dරී",
    "emoji of two": "\U0001f469\u200d\U0001f52c",
    "emoji with skin": "\U0001f469\U0001f3fd\u200d\U0001f4bb",
    "emoji of three": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "emoji style": "\u2764\ufe0f\u200d\U0001f525",
    "emoji arrow": "\U0001f642\u200d\u2194\ufe0f",
    "flag": "\U0001f3f3\ufe0f\u200d\U0001f308",
    "keycap": "1\ufe0f\u20e3",
    "German": "Zoë Groß",
    "Irish": "Seán O\u2019Casey",
    "Chinese": "李雷",
    "Hindi": "नेपाल",
    "dashes": "Jean-Luc",
}
REFUSED = {
    "zero-width space": "Ada\u200b",
    "joiner at the start": "\u200dAda",
    "joiner at the end": "Ada\u200d",
    "two joiners": "A\u200c\u200cda",
    "joiner between digits": "1\u200d2",
    "joiner beside a blank": "A \u200dda",
    "joiner after an emoji": "\U0001f469\u200d",
    "variation selector": "Ada\ufe0f",
    "first variation selector": "Ada\ufe00",
    "late variation selector": "Ada\U000e0100",
    "Mongolian selector": "Ada\u180b",
    "tag letter": "Ada\U000e0061",
    "soft hyphen": "A\u00adda",
    "grapheme joiner": "A\u034fda",
    "word joiner": "Ada\u2060",
    "byte order mark": "\ufeffAda",
    "Hangul filler": "Ada\u3164",
    "Hangul choseong filler": "\u115f",
    "Braille blank": "\u2800",
    "Khmer vowel": "Ada\u17b4",
    "direction": "Ada\u202e",
    "direction mark": "Ada\u200e",
    "isolate": "\u2066Ada",
    "escape": "Ada\x1b[31m",
    "null": "A\x00da",
    "delete": "Ada\x7f",
    "surrogate": "Ada\ud800",
    "private use": "Ada\ue000",
    "unassigned": "Ada\U000e0fff",
    "nothing but an accent": "\u0301",
    "blanks": " \u3000 ",
}
ALIKE = {
    "Cyrillic capital": ("Ada", "\u0410da"),
    "Cyrillic small": ("Ada", "Ad\u0430"),
    "Cyrillic throughout": ("TOM", "\u0422\u041e\u041c"),
    "Cyrillic in other capitals": ("Ada", "\u0410DA"),
    "Greek": ("Ada", "\u0391da"),
    "Cherokee": ("Ada", "\u13aada"),
    "fullwidth": ("Ada", "\uff21da"),
    "mathematical": ("Ada", "\U0001d400da"),
    "capitals": ("Ada", "aDA"),
    "joiner": ("Ada", "A\u200dda"),
    "capital I for l": ("Emil", "EmiI"),
    "digit one": ("learner 1", "learner l"),
    "digit nought": ("learner 10", "learner 1O"),
    "digit of another script": ("learner 3", "learner \u0969"),
    "hyphen": ("Jean-Luc", "Jean\u2010Luc"),
    "apostrophe": ("O'Neil", "O\u2019Neil"),
    "composed": ("Zoë", "Zoe\u0308"),
    "blanks": ("Ada L", "Ada\u00a0\u2003L"),
}
OTHERS = [
    ("Anna", "Anne"),
    ("Zoë", "Zoe"),
    ("Ian", "Lan"),
    ("Ali", "All"),
    ("learner 1", "learner 2"),
    ("李雷", "李磊"),
]


@pytest.mark.parametrize("name", TAKEN.values(), ids=TAKEN)
def test_names_as_people_write_them_are_taken(name):
    assert checked_name("learner", name) == name


@pytest.mark.parametrize("name", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_seen_is_refused(name):
    with pytest.raises(SubmissionError, match=r"^the name of the learner has ") as refused:
        checked_name("learner", name)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("pair", ALIKE.values(), ids=ALIKE)
def test_names_that_look_alike_share_a_look(pair):
    assert names.looks(pair[0]) & names.looks(pair[1])


@pytest.mark.parametrize("pair", OTHERS)
def test_other_names_share_none(pair):
    assert not names.looks(pair[0]) & names.looks(pair[1])

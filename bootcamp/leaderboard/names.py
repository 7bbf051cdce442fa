"""Names of learners and models: which are taken, and which look alike.

`lookalikes.txt` has the characters that Unicode's list of confusable characters (Technical Standard 39, version 15)
draws as one Latin letter or digit, a line each, those left out that compatibility (NFKC) makes equal anyway.
"""

import functools
import unicodedata
from pathlib import Path

LONGEST_NAME = 60
NON_JOINER, JOINER = "\u200c", "\u200d"
EMOJI_STYLE, KEYCAP = "\ufe0f", "\u20e3"
VIRAMA = 9
"""Combining class of the sign that takes the vowel from a letter; a joiner after it chooses the form of the letter."""
IGNORED = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
"""Characters that Unicode lets a font leave out (Default_Ignorable_Code_Point), first and last of each range."""
BLANK = "\u2800\U00016fe4\U0001d159"
"""Characters that are drawn as nothing, though Unicode counts them as signs."""
APOSTROPHES = "\u2018\u2019\u201b\u02bc\u02b9\u02bb\u2032\u00b4\u0060\ua78c"
ARROWS = "\u2194"
"""Part of emoji, and a mathematical sign to Unicode."""


def unseen(text: str) -> list[str]:
    r"""Characters of a text that cannot be seen where they stand; joiners within words and emoji are seen in effect.

    >>> unseen("Ada\u200bLovelace"), unseen("\u0639\u0644\u06cc\u200c\u0631\u0636\u0627")
    (['\u200b'], [])
    """
    return [char for i, char in enumerate(text) if not _seen(char, text[:i], text[i + 1 :])]


def _seen(char: str, before: str, after: str) -> bool:
    if char in (NON_JOINER, JOINER):
        return _joins(char, before, after)
    if char == EMOJI_STYLE:
        return _ends_in_emoji(before) or (after[:1] == KEYCAP and before[-1:] in set("0123456789#*"))
    return char.isprintable() and not _is_ignored(char) and char not in BLANK


def _is_ignored(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in IGNORED)


def _joins(char: str, before: str, after: str) -> bool:
    """Whether a joiner stands between letters, after a virama at the end of a word, or in an emoji."""
    if not before:
        return False
    if _is_letter(before[-1]) and (_is_letter(after[:1]) or unicodedata.combining(before[-1]) == VIRAMA):
        return True
    return char == JOINER and _ends_in_emoji(before.removesuffix(EMOJI_STYLE)) and _is_emoji(after[:1])


def _is_letter(char: str) -> bool:
    return bool(char) and unicodedata.category(char)[0] in "LM" and not _is_ignored(char)


def _ends_in_emoji(text: str) -> bool:
    return _is_emoji(text[-1:]) or ("\U0001f3fb" <= text[-1:] <= "\U0001f3ff" and _is_emoji(text[-2:-1]))


def _is_emoji(char: str) -> bool:
    return bool(char) and (unicodedata.category(char) == "So" or char in ARROWS) and char not in BLANK


def has_sign(text: str) -> bool:
    """Whether anything in a text stands by itself: a letter, digit, sign or punctuation."""
    return any(unicodedata.category(char)[0] in "LNPS" and not _is_ignored(char) for char in text)


def looks(name: str) -> frozenset[str]:
    """What a name looks like, as several texts: names that share one of them may be taken for each other.

    The texts stand for the name as it is written, in small letters and in capitals, because other letters look alike in
    each: `Ian` as it is written looks like `lan`, and is still another name than `Lan`.

    >>> looks("Ada") & looks("\u0410d\u0430") != frozenset(), looks("Ian") & looks("Lan")
    (True, frozenset())
    """
    plain = unicodedata.normalize("NFKC", "".join(char for char in name if not _is_ignored(char)))
    plain = " ".join(plain.split())
    drawn = {
        "written": _drawn(plain).replace("0", "O").replace("1", "l").replace("I", "l").replace("|", "l"),
        "small": _drawn(plain.casefold()).casefold().replace("0", "o").replace("1", "l").replace("|", "l"),
        "capital": _drawn(plain.upper()).upper().replace("0", "O").replace("1", "I").replace("|", "I"),
    }
    return frozenset(f"{kind} {text}" for kind, text in drawn.items())


def _drawn(text: str) -> str:
    """A text in the Latin letters, digits, hyphens and apostrophes that its characters look like."""
    return "".join(_drawn_character(char) for char in text)


def _drawn_character(char: str) -> str:
    if unicodedata.category(char) == "Pd":
        return "-"
    if char in APOSTROPHES:
        return "'"
    alike = _lookalikes().get(char)
    return alike or str(unicodedata.digit(char, char))


@functools.cache
def _lookalikes() -> dict[str, str]:
    """Character -> the Latin letter or digit that it looks like."""
    lines = Path(__file__).with_name("lookalikes.txt").read_text(encoding="utf-8").splitlines()
    return {char: line[0] for line in lines for char in line[2:]}

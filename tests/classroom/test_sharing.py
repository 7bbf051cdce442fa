"""The learner's side of the class in sight: nothing without consent, nothing lost, nothing twice, no check delayed."""

import errno
import json
import statistics
import time
from pathlib import Path

from bootcamp import exercises
from bootcamp.exercises import sharing
from bootcamp.exercises.findings import Finding
from bootcamp.exercises.sharing import consent, events, hints, identity, link, reporting
from bootcamp.intro import checks
from tests.classroom import sight_class
from tests.classroom.class_server import PASSWORD
from tests.classroom.sight_class import FIRST, SECOND, Pupil, records, wait_until

import pytest

folder, home, quick_server = sight_class.folder, sight_class.home, sight_class.quick_server
fresh_reporter, sight, teacher = sight_class.fresh_reporter, sight_class.sight, sight_class.teacher
WORDS = "write digits"


@pytest.fixture(autouse=True)
def quick_checks(monkeypatch, home):
    """Checks that answer at once: the answer 42 passes."""

    def is_42(answer):
        value = answer() if callable(answer) else answer
        return [Finding("it is 42", value == 42, WORDS)]

    for name in (FIRST, SECOND):
        monkeypatch.setitem(checks.CHECKS, name.partition(".")[2], is_42)


def sent(school, count, name="Ada"):
    """Events that arrived, once there are so many."""
    wait_until(lambda: len(records(school).events()) >= count)
    return records(school).events()


# ---------------------------------------------------------------------------------------------------------- consent


def test_a_learner_alone_sends_nothing_and_nothing_is_written(tmp_path):
    assert exercises.share_with_class(agree=True) == sharing.NO_CLASS
    assert exercises.share_with_class(agree=False) == sharing.NO_CLASS
    assert exercises.hand_up("help") == sharing.NO_CLASS
    assert not exercises.check(FIRST, 41).passed
    assert not (tmp_path / "ada" / "class").exists()


def test_in_a_class_nothing_is_sent_before_the_learner_agrees(sight, tmp_path):
    exercises.check(FIRST, 41)
    text = exercises.share_with_class(agree=False)
    assert all(part in text for part in ("Nothing is sent.", "Class", sight.url, "30 days", "Never your code"))
    assert "needs a name" in exercises.hand_up()
    time.sleep(0.5)
    assert records(sight).counts() == {"learners": 0, "events": 0, "hands": 0, "withdrawn": 0}
    assert not list((tmp_path / "ada").rglob("*.json"))


def test_what_is_agreed_to_is_what_is_sent(sight, teacher):
    text = exercises.share_with_class(agree=True)
    assert text.startswith(f"You agreed. The instructor of the class 'Class' at {sight.url} sees you as: Ada\n")
    exercises.check(FIRST, 41)
    exercises.check(FIRST, 42)
    first, second = sent(sight, 2)
    assert (first.exercise, first.passed, second.passed, second.hint) == (FIRST, False, True, hints.UNKNOWN)
    assert teacher.cells() == {"Ada": {FIRST: [2, 2]}}


def test_neither_code_nor_the_text_of_an_error_leaves_the_learner(sight, folder, tmp_path):
    def answer():
        raise ValueError("my secret thoughts")

    exercises.share_with_class(agree=True)
    feedback = exercises.check(FIRST, answer)
    assert "my secret thoughts" in feedback.hint
    (found,) = sent(sight, 1)
    assert hints.catalogue("intro")[found.hint].startswith("when it was used")
    everything = [path for place in (folder / "sight", tmp_path / "ada" / "class") for path in place.rglob("*")]
    assert not [path for path in everything if path.is_file() and b"secret" in path.read_bytes()]


def test_another_name_and_none_at_all(sight, teacher, monkeypatch):
    monkeypatch.delenv("BOOTCAMP_LEARNER")
    assert "sees you as: learner-" in exercises.share_with_class(agree=True)
    assert "sees you as: Blue Heron" in exercises.share_with_class(agree=True, name=" Blue  Heron ")
    assert "sees you as: Blue Heron" in exercises.share_with_class(agree=True)
    assert [row["name"] for row in teacher.snapshot()["learners"]] == ["Blue Heron"]


def test_a_name_that_is_taken_is_said_at_once_and_nothing_is_sent(sight, teacher):
    Pupil(sight, "Ada").send()
    assert "belongs to another learner" in exercises.share_with_class(agree=True)
    assert consent.current() is None
    assert "sees you as: Ada B." in exercises.share_with_class(agree=True, name="Ada B.")
    assert "belongs to another learner" in exercises.share_with_class(agree=True, name="Ada")
    assert consent.current().name == "Ada B."


def test_taken_back_in_the_middle_everything_is_deleted_and_nothing_follows(sight, teacher):
    exercises.share_with_class(agree=True)
    exercises.check(FIRST, 41)
    sent(sight, 1)
    exercises.hand_up("help")
    assert exercises.share_with_class(agree=False).endswith("the class has deleted what it had of you.")
    exercises.check(FIRST, 41)
    time.sleep(0.5)
    assert records(sight).counts() == {"learners": 0, "events": 0, "hands": 0, "withdrawn": 1}
    exercises.share_with_class(agree=True)
    exercises.check(FIRST, 42)
    assert [found.passed for found in sent(sight, 1)] == [True]


def test_taken_back_while_the_server_is_away_it_is_told_before_anything_else(sight, teacher, tmp_path):
    exercises.share_with_class(agree=True)
    exercises.check(FIRST, 41)
    sent(sight, 1)
    sight.end()
    exercises.check(FIRST, 41)
    assert "as soon as it can be reached" in exercises.share_with_class(agree=False)
    assert not list((tmp_path / "ada" / "class").glob("outbox/*"))
    assert "Nothing is sent yet" in exercises.share_with_class(agree=True)
    sight.start()
    exercises.check(FIRST, 41)  # not agreed to; what is pending goes with it
    assert wait_until(lambda: records(sight).counts()["learners"] == 0)
    assert records(sight).counts()["events"] == 0
    assert consent.pending_withdrawal() is None


def test_an_agreement_is_for_one_class(sight, teacher, monkeypatch):
    exercises.share_with_class(agree=True)
    monkeypatch.setenv("BOOTCAMP_CLASS_PASSWORD", teacher.open("Tuesday")["word"])
    exercises.check(FIRST, 41)
    time.sleep(0.5)
    assert consent.current() is None
    monkeypatch.setenv("BOOTCAMP_CLASS_PASSWORD", PASSWORD)
    exercises.check(SECOND, 41)
    assert [found.exercise for found in sent(sight, 1)] == [SECOND]


def test_an_agreement_ends_with_its_class(sight, teacher):
    exercises.share_with_class(agree=True)
    teacher.get("own/delete", {"title": "Class"})
    teacher.get("own/settings", {"closed": False})
    exercises.check(FIRST, 41)
    assert wait_until(lambda: consent.current() is None)
    assert records(sight).counts()["learners"] == 0


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"mark": 1}', '{"mark": "", "token": "", "number": "", "name": "", "agreed": 0}']
)
def test_a_damaged_agreement_is_none(sight, text):
    exercises.share_with_class(agree=True)
    (consent.folder() / consent.CONSENT).write_text(text)
    assert consent.current() is None


# ------------------------------------------------------------------------------------------------------- the outbox


def test_what_waits_while_the_server_is_away_is_sent_later_in_order_and_once(sight, teacher):
    exercises.share_with_class(agree=True)
    sight.end()
    for answer in (1, 2, 3, 42):
        exercises.check(FIRST, answer)
    wait_until(lambda: len(events.waiting(consent.outbox())) == 4)
    assert link.NO_ANSWER in exercises.hand_up("help")
    reporting.reporter().end()  # the kernel ends; another one finds what waits
    reporting.reporter.cache_clear()
    sight.start()
    exercises.check(SECOND, 42)
    found = sent(sight, 5)
    assert [(e.exercise, e.passed) for e in found] == [(FIRST, False)] * 3 + [(FIRST, True), (SECOND, True)]
    assert wait_until(lambda: not events.waiting(consent.outbox()))
    assert reporting.reporter().problem == ""


def test_a_server_that_returns_gets_what_waits_without_another_check(sight):
    exercises.share_with_class(agree=True)
    sight.end()
    exercises.check(FIRST, 41)
    wait_until(lambda: events.waiting(consent.outbox()))
    sight.start()
    assert len(sent(sight, 1)) == 1


def test_an_answer_that_gets_lost_doubles_nothing(sight, monkeypatch):
    exercises.share_with_class(agree=True)
    real, lost = link.send, []

    def lose_the_first(agreed, batch):
        answer = real(agreed, batch)
        if batch and not lost:
            lost.append(answer)
            return link.Answer(False, link.NO_ANSWER)
        return answer

    monkeypatch.setattr(link, "send", lose_the_first)
    exercises.check(FIRST, 41)
    assert wait_until(lambda: lost and not events.waiting(consent.outbox()))
    assert len(records(sight).events()) == 1


def test_where_the_disk_is_full_events_wait_in_memory(sight, monkeypatch):
    exercises.share_with_class(agree=True)
    real = events.put

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(events, "put", full)
    sight.end()
    for answer in (1, 2):
        exercises.check(FIRST, answer)
    assert wait_until(
        lambda: "No space left" in reporting.reporter().problem or link.NO_ANSWER in reporting.reporter().problem
    )
    monkeypatch.setattr(events, "put", real)
    exercises.check(FIRST, 42)
    sight.start()
    assert sorted(found.passed for found in sent(sight, 3)) == [False, False, True]


def test_a_file_that_is_no_event_keeps_nothing_back(sight):
    exercises.share_with_class(agree=True)
    consent.outbox().mkdir(exist_ok=True)
    for i, text in enumerate(
        ("", "{", "[1]", '{"id": 1}', json.dumps({"exercise": FIRST, "passed": 1, "hint": 0, "at": 1.0, "id": "x"}))
    ):
        (consent.outbox() / f"{i}.json").write_text(text)
    exercises.check(FIRST, 41)
    assert len(sent(sight, 1)) == 1
    assert len(list(consent.outbox().glob("*.damaged"))) == 5


def test_another_program_at_the_address_is_no_class(web, monkeypatch, tmp_path):
    monkeypatch.setenv("BOOTCAMP_LEADERBOARD", web.url)
    for body in (b"", b"<html>", b"[]", b'{"service": "other"}'):
        web.files["/api/sight/class"] = (200, body, len(body))
        assert link.NO_ANSWER in exercises.share_with_class(agree=True)
    assert consent.current() is None


@pytest.mark.parametrize("address", ["ftp://server", "server:5050", ""])
def test_an_address_that_is_none_is_no_class(monkeypatch, address):
    monkeypatch.setenv("BOOTCAMP_LEADERBOARD", address)
    assert exercises.share_with_class(agree=True) == sharing.NO_CLASS


# -------------------------------------------------------------------------------------------------- a check's delay


@pytest.mark.parametrize("away", [False, True])
def test_a_check_is_not_slower_by_more_than_20_ms(sight, monkeypatch, away):
    exercises.share_with_class(agree=True)
    if away:  # an address that never answers: packets to it get lost
        monkeypatch.setenv("BOOTCAMP_LEADERBOARD", "http://192.0.2.1:9")
        (consent.folder() / consent.CONSENT).write_text(
            json.dumps({"mark": identity.class_mark(), "token": "t", "number": "0" * 32, "name": "Ada", "agreed": 0.0})
        )
    spent = []
    for _ in range(40):
        begin = time.perf_counter()
        sharing.report(FIRST, False, WORDS)
        spent.append(time.perf_counter() - begin)
        time.sleep(0.005)
    assert statistics.median(spent) < 0.02
    assert sorted(spent)[-2] < 0.1  # a busy machine may stop anybody for a moment


# ------------------------------------------------------------------------------------------------------------ hands


def test_a_hand_goes_up_and_down_and_knows_its_place(sight, teacher):
    Pupil(sight, "Ben").hand()
    exercises.share_with_class(agree=True)
    assert exercises.hand_up("the  loss is nan") == "Your hand is up: place 2 of 2."
    assert [hand["line"] for hand in teacher.snapshot()["hands"]] == ["", "the loss is nan"]
    assert exercises.hand_down() == "Your hand is down."
    assert len(teacher.snapshot()["hands"]) == 1
    assert exercises.hand_up("x" * 81) == "The line has at most 80 characters; this one has 81."
    assert exercises.hand_up("a\u202eb").startswith("Your hand is not up: ")


# ------------------------------------------------------------------------------------------------------------ hints


def test_a_hint_has_the_number_of_its_text_whatever_was_filled_in():
    shown = "hand over the function itself, by its name and without parentheses; this is a list"
    number = hints.number("intro", shown)
    assert "list" not in hints.catalogue("intro")[number]
    assert hints.number("intro", shown.replace("list", "dict")) == number
    assert hints.number("intro", "") == hints.number("intro", "words of nobody at all") == hints.UNKNOWN


def test_every_room_has_a_catalogue_without_docstrings():
    from bootcamp import course

    for lab in course.labs():
        found = hints.catalogue(lab.room)
        assert len(found) >= 10 * len(exercises.exercise_names(lab.room))  # a check has many hints
        assert not [text for text in found.values() if text.startswith("Checks of the exercises")]


def test_the_key_is_made_once_and_is_the_learners_alone():
    key = identity.key()
    assert identity.key() == key
    file = Path(consent.folder().parent / "leaderboard" / "key")
    assert file.stat().st_mode & 0o077 == 0
    assert [path.name for path in file.parent.iterdir()] == ["key"]

"""The classes of a server: a folder for each, with settings and record; what is deleted is gone with the folder.

Used by one thread at a time, see `service`.
"""

import contextlib
import hashlib
import json
import math
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bootcamp.leaderboard import names
from bootcamp.leaderboard.submissions import SubmissionError, checked_name
from classroom.sight import records, tally
from classroom.sight.plan import Plan
from classroom.sight.records import OVER, Event, Hand, RecordError, Records

SETTINGS = "class.json"
OWN, OWN_TITLE = "own", "Class"
"""Identity and title of the class whose word is the password of the server."""
KEEP_DAYS = 30
"""So long after its last event a class is kept at most; learners are told so."""
DAY = 86400.0
MOST_CLASSES = 50
MOST_BATCH, MOST_AGE = 100, 12 * 3600.0
"""Events of a request; seconds for which an event may have waited and still has its own time."""
BURST, PER_SECOND = 300.0, 2.0
"""What a learner may send at once, and in the long run: an outbox of a long outage, not a flood."""
HAND_COST = 5.0
JITTER = 2.0
"""Seconds by which one request may take longer than another."""
LONGEST_LINE = 80
ID, CONSENT = re.compile(r"[0-9a-f]{32}"), re.compile(r"[0-9a-f]{32}")
NO_CLASS = "there is no class with this word; set BOOTCAMP_CLASS_PASSWORD to the one your instructor gave you"
CLOSED = "the class is closed"
PARTS = {"id": str, "exercise": str, "passed": bool, "hint": int, "age": int | float}


@dataclass(frozen=True)
class Sender:
    """Who sends something, as it says: name, number of the agreement, and the token of the class it was given to."""

    name: Any
    key: str
    consent: Any
    token: Any


@dataclass(frozen=True)
class Settings:
    """Of a class: of its word only a hash; times in seconds since 1970, 0 for never.

    `token` stands in what learners agree to, so that no agreement outlives its class.
    """

    title: str
    token: str
    salt: str
    word: str
    opened: float
    closed: float = 0.0
    timetable: str = ""
    started: float = 0.0


class Classroom:
    """One class at work: takes what learners send, and knows what the page shows.

    `version` grows with every change, `problem` is a sentence for the instructor, empty when all is well.
    """

    def __init__(self, folder: Path, plan: Plan):
        self.folder, self.plan, self.version, self.problem = folder, plan, 0, ""
        self.settings = Settings(**json.loads((folder / SETTINGS).read_text(encoding="utf-8")))
        self.records = Records(folder)
        self.learners = self.records.learners()
        self.hands = self.records.hands()
        found = self.records.events()
        self.tally = tally.Tally(plan, found)
        self.last = max((event.received for event in found), default=self.settings.opened)
        self._allowance: dict[int, tuple[float, float]] = {}

    @property
    def id(self) -> str:
        """Name of the folder, and part of the addresses of the page."""
        return self.folder.name

    def change(self, **changes: Any) -> None:
        """Change settings, on the disk first."""
        settings = replace(self.settings, **changes)
        write_settings(self.folder, settings)
        self.settings = settings
        self.version += 1

    def take(self, sender: Sender, sent: Any, now: float) -> list[str]:
        """Record events; returns the ids of those that need not be sent again.

        Args:
            sender: who sends them, unchecked.
            sent: what came, unchecked.
            now: when it came.

        Raises:
            RecordError: nothing of it was taken, and why.
            sqlite3.Error: the database cannot be written, and nothing was taken.
        """
        if not isinstance(sent, list) or len(sent) > MOST_BATCH or not all(map(_is_event, sent)):
            raise RecordError(f"a report is a list of at most {MOST_BATCH} checks of this course", 422)
        learner = self._learner(sender, now)
        known = [found for found in sent if found["exercise"] in self.plan.number_of]
        with self._spending(learner, len(sent), now):
            added = self.records.add(list(self._events(learner, known, now)))
        for event in added:
            self.tally.add(event)
            self.last = max(self.last, event.received)
            self.version += 1
        return [found["id"] for found in sent]

    def _events(self, learner: int, sent: Iterable[Mapping[str, Any]], now: float) -> Iterator[Event]:
        """Events with their times by the server's clock, in the order in which they were sent.

        One whose age cannot be has the time at which it came. Requests take unequally long, by which events that
        follow each other closely would change places; what is older by more than that came from another kernel.
        """
        latest = self.tally.moved(learner) or 0.0
        since = min(MOST_AGE, now - self.settings.opened)
        for found in sent:
            age = found["age"]
            at = now - age if math.isfinite(age) and 0 <= age <= since else now
            if latest - JITTER < at <= latest:
                at = latest + 1e-6
            latest = max(latest, at)
            yield Event(learner, found["id"], found["exercise"], found["passed"], found["hint"], at, now)

    def raise_hand(self, sender: Sender, line: Any, now: float) -> tuple[int, int]:
        """Raise a learner's hand; returns its place and how many are up.

        Raises:
            RecordError: it is not raised, and why.
        """
        line = " ".join(line.split()) if isinstance(line, str) else None
        if line is None or len(line) > LONGEST_LINE or names.unseen(line):
            raise RecordError(f"the line of a hand has at most {LONGEST_LINE} characters that can be printed", 422)
        learner = self._learner(sender, now)
        with self._spending(learner, HAND_COST, now):
            self.records.raise_hand(Hand(learner, line, now))
        self._read_hands()
        return [hand.learner for hand in self.hands].index(learner) + 1, len(self.hands)

    def lower_hand(self, sender: Sender, now: float) -> None:
        """Lower a learner's hand."""
        self.lower(self._learner(sender, now))

    def lower(self, learner: int) -> None:
        """Lower a hand, as the instructor does."""
        self.records.lower_hand(learner)
        self._read_hands()

    def withdraw(self, sender: Sender) -> None:
        """Delete what the class has of a learner who takes the agreement back."""
        if sender.token == self.settings.token:  # what another class had went with it
            self._forget(self.records.withdraw(sender.key, _checked_consent(sender.consent)))

    def remove(self, learner: int) -> None:
        """Delete what the class has of a learner, as the instructor does; the name is free then."""
        self.records.remove(learner)
        self._forget(learner)

    def _forget(self, learner: int | None) -> None:
        if learner is not None:
            self.learners.pop(learner, None)
            self._allowance.pop(learner, None)
            self.tally.remove(learner)
            self._read_hands()

    def _read_hands(self) -> None:
        self.hands = self.records.hands()
        self.version += 1

    def _learner(self, sender: Sender, now: float) -> int:
        if sender.token != self.settings.token:
            raise RecordError("the class to which this learner agreed was deleted", OVER)
        if self.settings.closed:
            raise RecordError(CLOSED, 409, final=False)
        name = _checked_name("learner", sender.name)
        learner = self.records.learner(name, sender.key, _checked_consent(sender.consent), now)
        if self.learners.get(learner, ("",))[0] != name:
            self.learners = self.records.learners()
            self.version += 1
        return learner

    @contextlib.contextmanager
    def _spending(self, learner: int, cost: float, now: float) -> Iterator[None]:
        """What a learner does within an allowance; what fails costs nothing."""
        left, at = self._allowance.get(learner, (BURST, now))
        left = min(BURST, left + PER_SECOND * max(0.0, now - at))
        if cost > left:
            raise RecordError("that is more than a learner can do; later it is taken", 429, final=False)
        yield
        self._allowance[learner] = (left - cost, now)

    def close(self) -> None:
        """Close the record."""
        self.records.close()


class Classes:
    """All classes in a folder."""

    def __init__(self, folder: Path, plan: Plan, own_word: str):
        self.folder, self.plan, self._own_word = folder, plan, own_word
        folder.mkdir(mode=0o700, exist_ok=True)
        for left in folder.glob(".*"):  # a deletion that was interrupted
            shutil.rmtree(left)
        if not (folder / OWN / SETTINGS).exists():
            self._make(OWN, OWN_TITLE, own_word)
        self.all = {path.parent.name: Classroom(path.parent, plan) for path in sorted(folder.glob(f"*/{SETTINGS}"))}
        own = self.all[OWN]
        if not _fits(own.settings, own_word):
            own.change(**_hashed(own_word))

    def find(self, word: str) -> Classroom:
        """The class with a word.

        Raises:
            RecordError: there is none.
        """
        for found in self.all.values():
            if _fits(found.settings, word):
                return found
        raise RecordError(NO_CLASS, 401, final=False)

    def get(self, name: str) -> Classroom:
        """The class with an identity.

        Raises:
            RecordError: there is none.
        """
        if name not in self.all:
            raise RecordError("there is no such class, or it was deleted", 404)
        return self.all[name]

    def open(self, title: Any, word: str) -> Classroom:
        """Open a class.

        Raises:
            RecordError: the title cannot be one, or another class has it, or the word.
        """
        title = _checked_name("class", title)
        if len(self.all) >= MOST_CLASSES:
            raise RecordError(f"the server has {MOST_CLASSES} classes; delete one first")
        if any(found.settings.title == title or _fits(found.settings, word) for found in self.all.values()):
            raise RecordError(f"there is a class '{title}' already")
        name = secrets.token_hex(6)
        self._make(name, title, word)
        self.all[name] = Classroom(self.folder / name, self.plan)
        return self.all[name]

    def _make(self, name: str, title: str, word: str) -> None:
        (self.folder / name).mkdir(mode=0o700, exist_ok=True)
        settings = Settings(title=title, token=secrets.token_hex(16), opened=time.time(), **_hashed(word))
        write_settings(self.folder / name, settings)

    def delete(self, name: str) -> dict[str, Any]:
        """Delete a class; returns what there was of it, and which files are left: none.

        The one with the word of the server is there again at once, empty and closed, for the next class.

        Raises:
            RecordError: there is no such class.
            OSError: a file could not be deleted; the next start of the server tries again.
        """
        found = self.get(name)
        counts = found.records.counts()
        files = sorted(path.name for path in found.folder.iterdir())
        found.close()
        del self.all[name]
        away = found.folder.rename(self.folder / f".{name}")  # from now on no start finds it
        shutil.rmtree(away)
        left = [str(path) for path in self.folder.rglob("*") if name in str(path)]
        if name == OWN:
            self._make(OWN, OWN_TITLE, self._own_word)
            self.all[OWN] = Classroom(self.folder / OWN, self.plan)
            self.all[OWN].change(closed=time.time())
        return {"title": found.settings.title, "deleted": counts, "files": files, "left": left}

    def sweep(self, now: float) -> list[str]:
        """Delete classes whose last event is too long ago; returns their titles."""
        old = [name for name, found in self.all.items() if found.learners and now - found.last > KEEP_DAYS * DAY]
        return [self.delete(name)["title"] for name in old]

    def close(self) -> None:
        """Close all records."""
        for found in self.all.values():
            found.close()


def write_settings(folder: Path, settings: Settings) -> None:
    """Write the settings of a class, all or nothing."""
    partial = folder / f"{SETTINGS}.part"
    try:
        partial.write_text(json.dumps(asdict(settings), indent=1), encoding="utf-8")
        partial.replace(folder / SETTINGS)
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _hashed(word: str) -> dict[str, str]:
    salt = secrets.token_hex(16)
    return {"salt": salt, "word": hashlib.sha256(f"{salt}{word}".encode()).hexdigest()}


def _fits(settings: Settings, word: str) -> bool:
    return records.same(settings.word, hashlib.sha256(f"{settings.salt}{word}".encode()).hexdigest())


def _checked_name(what: str, text: Any) -> str:
    try:
        return checked_name(what, text if isinstance(text, str) else "")
    except SubmissionError as error:
        raise RecordError(str(error), 422) from error


def _checked_consent(number: Any) -> str:
    if not isinstance(number, str) or not CONSENT.fullmatch(number):
        raise RecordError("the report has no number of an agreement", 422)
    return number


def _is_event(found: Any) -> bool:
    return (
        isinstance(found, dict)
        and set(found) == set(PARTS)
        and all(isinstance(found[name], kind) for name, kind in PARTS.items())
        and not any(isinstance(found[name], bool) for name in ("hint", "age"))
        and ID.fullmatch(found["id"]) is not None
        and 0 <= found["hint"] < 2**32
        and len(found["exercise"]) <= 80
    )

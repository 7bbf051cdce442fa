"""The record of one class: an SQLite file with learners, events and hands, so that deleting it deletes the class.

An event is recorded once: its id and its learner are the key, and what is sent again changes nothing. All of a request
is recorded in one transaction, which is on the disk when the learner is told so.
"""

import contextlib
import hashlib
import hmac
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bootcamp.leaderboard import names

DATABASE = "class.db"
MOST_LEARNERS, MOST_EVENTS = 1000, 5000
"""Of a class, and of a learner: more than any class has, and no more than a disk and a page can hold."""
TAKEN = "the name '{name}' belongs to another learner of the class; choose another one"
OVER = 410
"""Status that ends an agreement."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS learners (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, key TEXT NOT NULL UNIQUE, joined REAL NOT NULL);
CREATE TABLE IF NOT EXISTS looks (
    look TEXT PRIMARY KEY, learner INTEGER NOT NULL REFERENCES learners ON DELETE CASCADE);
CREATE TABLE IF NOT EXISTS events (
    learner INTEGER NOT NULL REFERENCES learners ON DELETE CASCADE, id TEXT NOT NULL, exercise TEXT NOT NULL,
    passed INTEGER NOT NULL, hint INTEGER NOT NULL, at REAL NOT NULL, received REAL NOT NULL,
    PRIMARY KEY (learner, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hands (
    learner INTEGER PRIMARY KEY REFERENCES learners ON DELETE CASCADE, line TEXT NOT NULL, raised REAL NOT NULL);
CREATE TABLE IF NOT EXISTS withdrawn (consent TEXT PRIMARY KEY);
"""


class RecordError(ValueError):
    """A request that cannot be taken, in a sentence; `final`: not later either."""

    def __init__(self, sentence: str, status: int = 409, final: bool = True):
        super().__init__(sentence)
        self.status, self.final = status, final


@dataclass(frozen=True)
class Event:
    """A check as it is recorded; times in seconds since 1970, by the clock of the server."""

    learner: int
    id: str
    exercise: str
    passed: bool
    hint: int
    at: float
    received: float


@dataclass(frozen=True)
class Hand:
    """A raised hand."""

    learner: int
    line: str
    raised: float


class Records:
    """The database in the folder of a class; used by one thread at a time."""

    def __init__(self, folder: Path):
        self.file = folder / DATABASE
        self._database = sqlite3.connect(self.file, isolation_level=None, check_same_thread=False, timeout=10)
        for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            self._database.execute(f"PRAGMA {setting}")
        self._database.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file; what lies beside it is taken into it."""
        self._database.close()

    def learner(self, name: str, key: str, consent: str, now: float) -> int:
        """Number of the learner with this key, who is made or renamed if need be.

        Args:
            name: checked; it belongs to whoever came first with it, or with one that looks like it.
            key: the learner's.
            consent: number of the agreement under which something is sent.
            now: when the request came.

        Raises:
            RecordError: the name is another learner's, the agreement was taken back, or the class is full.
        """
        with self._transaction():
            if self._one("SELECT 1 FROM withdrawn WHERE consent = ?", _hash(consent)):
                raise RecordError("this agreement was taken back", OVER)
            owner = self._owner(name)
            found = self._one("SELECT id, name FROM learners WHERE key = ?", _hash(key))
            if owner is not None and (found is None or owner != found[0]):
                raise RecordError(TAKEN.format(name=name))
            if found and found[1] == name:
                return found[0]
            return self._named(found[0] if found else None, name, key, now)

    def _owner(self, name: str) -> int | None:
        for look in names.looks(name):
            if found := self._one("SELECT learner FROM looks WHERE look = ?", look):
                return found[0]
        return None

    def _named(self, learner: int | None, name: str, key: str, now: float) -> int:
        execute = self._database.execute
        if learner is None:
            if self._one("SELECT count(*) FROM learners")[0] >= MOST_LEARNERS:
                raise RecordError(f"the class has {MOST_LEARNERS} learners, and takes no more")
            added = execute("INSERT INTO learners (name, key, joined) VALUES (?, ?, ?)", (name, _hash(key), now))
            learner = int(added.lastrowid or 0)
        else:
            execute("UPDATE learners SET name = ? WHERE id = ?", (name, learner))
            execute("DELETE FROM looks WHERE learner = ?", (learner,))
        self._database.executemany("INSERT INTO looks VALUES (?, ?)", [(look, learner) for look in names.looks(name)])
        return learner

    def add(self, events: Sequence[Event]) -> list[Event]:
        """Record events of one learner; returns those that were not recorded before."""
        if not events:
            return []
        with self._transaction():
            had = self._one("SELECT count(*) FROM events WHERE learner = ?", events[0].learner)[0]
            if had + len(events) > MOST_EVENTS:
                raise RecordError(f"{MOST_EVENTS} checks of a learner are recorded, and no more", 429)
            insert = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (learner, id) DO NOTHING"
            return [e for e in events if self._database.execute(insert, tuple(vars(e).values())).rowcount]

    def raise_hand(self, hand: Hand) -> None:
        """Raise a hand; one that is up keeps its place and gets the new line."""
        update = "INSERT INTO hands VALUES (?, ?, ?) ON CONFLICT (learner) DO UPDATE SET line = excluded.line"
        self._database.execute(update, (hand.learner, hand.line, hand.raised))

    def lower_hand(self, learner: int) -> None:
        """Lower a hand; one that is down stays down."""
        self._database.execute("DELETE FROM hands WHERE learner = ?", (learner,))

    def withdraw(self, key: str, consent: str) -> int | None:
        """Delete everything of the learner with this key, and take nothing more under this agreement."""
        found = self._one("SELECT id FROM learners WHERE key = ?", _hash(key))
        with self._transaction():
            self._database.execute("INSERT OR IGNORE INTO withdrawn VALUES (?)", (_hash(consent),))
        if found:
            self.remove(found[0])
        return found[0] if found else None

    def remove(self, learner: int) -> None:
        """Delete everything of a learner; freed pages are overwritten, and the log of the database is emptied."""
        self._database.execute("DELETE FROM learners WHERE id = ?", (learner,))
        self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def learners(self) -> dict[int, tuple[str, float]]:
        """Number -> name, and when the learner joined."""
        rows = self._database.execute("SELECT id, name, joined FROM learners")
        return {number: (name, joined) for number, name, joined in rows}

    def events(self) -> list[Event]:
        """Every event, in the order of time."""
        rows = self._database.execute("SELECT * FROM events ORDER BY at, received")
        return [Event(learner, i, exercise, bool(passed), *rest) for learner, i, exercise, passed, *rest in rows]

    def hands(self) -> list[Hand]:
        """Raised hands, the first first."""
        return [Hand(*row) for row in self._database.execute("SELECT * FROM hands ORDER BY raised, learner")]

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        tables = ("learners", "events", "hands", "withdrawn")
        return {name: self._one(f"SELECT count(*) FROM {name}")[0] for name in tables}

    def _one(self, query: str, *values: object) -> tuple | None:
        return self._database.execute(query, values).fetchone()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        except BaseException:
            if self._database.in_transaction:  # a full disk has ended it already
                self._database.execute("ROLLBACK")
            raise


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def same(secret: str, other: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell."""
    return hmac.compare_digest(secret.encode(), other.encode())

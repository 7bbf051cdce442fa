"""The board: takes an upload, scores and records it, and knows the ranking of every competition."""

import hashlib
import hmac
import math
import threading
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bootcamp import leaderboard
from bootcamp.leaderboard import submissions
from bootcamp.leaderboard.npz import read_arrays, read_shapes
from bootcamp.leaderboard.records import ALREADY, RECORDED, Store
from bootcamp.leaderboard.submissions import Competition, Submission
from classroom.leaderboard.settings import Settings

FRESH_SECONDS = 3.0
"""So long the ranking is not read again, however many pages ask; a new submission is seen at once."""
HOUR = timedelta(hours=1)
LATE = "recorded as late: the deadline has passed, so it is shown apart and not ranked"


class TakenError(ValueError):
    """The name belongs to another learner."""


class BusyError(RuntimeError):
    """Too many submissions under a name; later it is taken."""


@dataclass(frozen=True)
class Row:
    """A line of a ranking; `rank` is None for a submission after the deadline."""

    rank: int | None
    submission: Submission

    def as_json(self) -> dict[str, Any]:
        """What `leaderboard.show()` makes its table of."""
        chosen = {name: getattr(self.submission, name) for name in ("learner", "model", "scores", "submitted")}
        return {"rank": self.rank, "late": self.rank is None, **chosen}


class Board:
    """Scores in any thread, records in one at a time."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.store = Store(settings.store, settings.artifacts)
        self._writing = threading.Lock()
        self._reading = threading.Lock()
        self._read: dict[str, tuple[float, list[Submission]]] = {}
        self._scored: dict[tuple[str, str], list[datetime]] = {}

    def open(self) -> None:
        """Make the store if need be, and close what a server left half-recorded that was killed."""
        for entry in leaderboard.competitions():
            self.store.close_unfinished(entry.name)
            for found in self.store.submissions(entry.name):
                times = self._scored.setdefault((entry.name, found.learner), [])
                times.append(datetime.fromisoformat(found.submitted))

    def _check_pace(self, entry: Competition, learner: str, now: datetime) -> None:
        """So many scores an hour: with more, the answers could be found out from the scores alone."""
        times = self._scored.setdefault((entry.name, learner), [])
        times[:] = [time for time in times if now - time < HOUR]
        if len(times) >= self.settings.per_hour:
            minutes = math.ceil((min(times) + HOUR - now).total_seconds() / 60)
            raise BusyError(
                f"{self.settings.per_hour} submissions to '{entry.name}' within an hour are the limit; "
                f"the next is taken in {minutes} minutes"
            )

    def check_owner(self, learner: str, key: str) -> str:
        """The name as its owner wrote it first.

        Raises:
            TakenError: it belongs to another key.
        """
        owner = self.store.owner(learner)
        if owner is None:
            return learner
        if not hmac.compare_digest(owner[1], _hash(key)):
            raise TakenError(
                f"the name '{learner}' belongs to another learner of the class; submit with another one: "
                "leaderboard.submit(..., learner='...'), or set BOOTCAMP_LEARNER"
            )
        return owner[0]

    def _own(self, learner: str, key: str) -> str:
        """The same, and the name belongs to the key from now on."""
        named = self.check_owner(learner, key)
        if self.store.owner(named) is None:
            self.store.own(named, _hash(key))
        return named

    def accept(
        self, entry: Competition, learner: str, model: str, key: str, upload: Path, received: datetime
    ) -> Submission:
        """Score an upload and record it, once: sent again, the first record is returned with the status for that.

        Args:
            entry: the competition.
            learner: a name that was checked.
            model: a name that was checked.
            key: the learner's.
            upload: npz file; it is kept with the record.
            received: when the server had all of it.

        Raises:
            UploadError: the file cannot be read.
            SubmissionError: the predictions cannot be scored.
            TakenError: the name belongs to another key.
            BusyError: so many came under the name in the last hour.
        """
        submissions.check_shapes(entry, read_shapes(upload, self.settings.unpacked_bytes))
        arrays = submissions.checked_arrays(read_arrays(upload, self.settings.unpacked_bytes))
        scores, digest = submissions.score(entry, arrays), submissions.digest(arrays)
        del arrays
        submitted = received.astimezone(UTC).isoformat(timespec="milliseconds")
        with self._writing:
            learner = self._own(learner, key)
            found = Submission(entry.name, learner, model, scores, submitted, digest, RECORDED)
            if earlier := self.store.recorded(found):
                return replace(earlier, status=ALREADY)
            self._check_pace(entry, learner, received)
            self.store.record(found, upload)
            self._scored[entry.name, learner].append(received)
        with self._reading:  # not while somebody reads what was there before
            self._read.pop(entry.name, None)
        return replace(found, status=LATE) if self.is_late(found) else found

    def is_late(self, submission: Submission) -> bool:
        """Whether it came after the deadline that is in force now."""
        deadline = self.settings.deadline
        return deadline is not None and datetime.fromisoformat(submission.submitted) > deadline

    def ranking(self, entry: Competition, every: bool = False) -> list[Row]:
        """Best first; `every`: all submissions, those after the deadline at the end."""
        found = self._submissions(entry)
        rows = [Row(i, s) for i, s in enumerate(submissions.ranked(self._in_time(found), entry, every), 1)]
        return rows + (self.late(entry, every) if every else [])

    def late(self, entry: Competition, every: bool = False) -> list[Row]:
        """What came after the deadline, best first."""
        found = [submission for submission in self._submissions(entry) if self.is_late(submission)]
        return [Row(None, submission) for submission in submissions.ranked(found, entry, every)]

    def _in_time(self, found: list[Submission]) -> list[Submission]:
        return [submission for submission in found if not self.is_late(submission)]

    def _submissions(self, entry: Competition) -> list[Submission]:
        """What is recorded, read anew at most every few seconds, so that also the instructor's changes are seen."""
        with self._reading:
            read, found = self._read.get(entry.name, (-FRESH_SECONDS, []))
            if time.monotonic() - read > FRESH_SECONDS:
                read = time.monotonic()
                found = self.store.submissions(entry.name)
                self._read[entry.name] = (read, found)
            return found


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()

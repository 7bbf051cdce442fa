"""Competitions: a submission is a set of predictions; it is scored, recorded with MLflow, and ranked.

Without further settings the record is an SQLite file in the learner's own folder. In a class `BOOTCAMP_LEADERBOARD`
names the class's server (`classroom/leaderboard`), which gets the predictions and scores them itself. What cannot be
sent because the server does not answer waits in an outbox and goes with the next submission, so nothing is lost.
"""

import contextlib
import getpass
import os
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bootcamp import course, exercises
from bootcamp.exercises.sharing import identity
from bootcamp.leaderboard import class_client, outbox, own_record
from bootcamp.leaderboard.class_client import ACCEPTED, AWAY, LATER, REFUSED, Outcome
from bootcamp.leaderboard.outbox import PREDICTIONS, REASON, RECORD
from bootcamp.leaderboard.records import RECORDED
from bootcamp.leaderboard.submissions import (
    Competition,
    Submission,
    SubmissionError,
    checked_arrays,
    checked_name,
    digest,
    ranked,
    score,
)
from bootcamp.runtime.terminal import printable

import filelock

if TYPE_CHECKING:
    import pandas as pd

LEARNER_VARIABLE = identity.LEARNER_VARIABLE


def competitions() -> tuple[Competition, ...]:
    """Every competition of the course, in the order of the labs that describe them."""
    return tuple(entry for lab in course.labs() for entry in lab.competitions)


def find(name: str) -> Competition:
    """The competition called `name`.

    Raises:
        SubmissionError: there is none; the message has the nearest name.
    """
    known = {competition.name: competition for competition in competitions()}
    if name not in known:
        raise SubmissionError(f"there is no competition '{name}'.{course.nearest(name, known)}")
    return known[name]


def submit(competition: str, predictions: Mapping[str, Any], model: str, learner: str | None = None) -> Submission:
    """Score predictions and put them on the leaderboard.

    Args:
        competition: name of the competition, such as `cfd`.
        predictions: name of a data set of the competition -> array of predictions; the competition's notebook says
            which names and shapes it asks for.
        model: a name for what was tried, at most 60 characters.
        learner: whose submission it is; without it `BOOTCAMP_LEARNER`, else the user's name on this machine.

    Returns:
        The submission with its scores. The same predictions by the same learner count once: their first entry stays.
        Where it could not be sent, `status` says why; it is kept and goes with the next submission.

    Raises:
        SubmissionError: unknown competition, empty name, predictions that cannot be scored, or the server of the class
            refuses them for good; then they lie in the folder that the message names.
    """
    entry, to_class = find(competition), bool(class_client.address())
    arrays = checked_arrays(predictions)
    learner, model = checked_name("learner", learner or default_learner()), checked_name("model", model)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    found = Submission(entry.name, learner, model, score(entry, arrays), now, digest(arrays), "waiting")
    folder = outbox.put(_outbox(), found, arrays, to_class)
    outcomes = _send_waiting()
    outcome = outcomes.pop(folder.name, None) or _sent_by_another_process(folder)
    for name, earlier in outcomes.items():
        if earlier.kind == REFUSED:
            kept = next(place for place in (_refused() / name, _outbox() / name) if place.exists())
            warnings.warn(f"an earlier submission: {earlier.sentence}; it is kept in {kept}", stacklevel=2)
    if outcome.kind == REFUSED:
        raise SubmissionError(f"{outcome.sentence}; the predictions are kept in {_refused() / folder.name}")
    changes = {"learner": outcome.learner or learner, "scores": outcome.scores or found.scores}
    return Submission(**{**vars(found), **changes, "status": outcome.sentence})


def show(competition: str, every: bool = False) -> "pd.DataFrame":
    """The ranking: a table with rank, learner, model, all scores and time of submission (UTC).

    Args:
        competition: name of the competition.
        every: all submissions instead of the best of each learner; those after the deadline of a class stand at the
            end, without a rank and with True in a column `late`.

    Raises:
        SubmissionError: unknown competition, or the leaderboard does not answer.
    """
    import pandas as pd

    entry = find(competition)
    rows = class_client.ranking(entry.name, every) if class_client.address() else _own_ranking(entry, every)
    if not rows:
        return pd.DataFrame(columns=["learner", "model", entry.ranked_by, "submitted"])
    table = pd.DataFrame(
        {"learner": row["learner"], "model": row["model"], **row["scores"], "submitted": row["submitted"]}
        for row in rows
    )
    if any(row["late"] for row in rows):
        table["late"] = [row["late"] for row in rows]
        return table.set_axis(pd.Index([row["rank"] for row in rows], dtype="Int64", name="rank"))
    return table.set_axis(pd.RangeIndex(1, len(table) + 1, name="rank"))


def default_learner() -> str:
    """Name under which this user submits: `BOOTCAMP_LEARNER`, else the user's name on this machine."""
    named = os.environ.get(LEARNER_VARIABLE)
    if named:
        return named
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "learner"


def pending() -> int:
    """Number of submissions that wait to be sent."""
    return len(outbox.waiting(_outbox()))


def send_pending() -> list[str]:
    """Send what waits in the outbox; returns a sentence for each submission that was sent or refused."""
    return [outcome.sentence for outcome in _send_waiting().values() if outcome.kind in (ACCEPTED, REFUSED)]


# ---------------------------------------------------------------------------------------------------- the outbox


def _folder() -> Path:
    folder = exercises.progress_file().parent / "leaderboard"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _outbox() -> Path:
    folder = _folder() / "outbox"
    folder.mkdir(exist_ok=True)
    return folder


def _refused() -> Path:
    """What the server of a class refused for good, each with the reason."""
    return _folder() / "refused"


def _send_waiting() -> dict[str, Outcome]:
    """Send what waits; returns the outcome for each folder of the outbox, those that go on waiting included.

    What was meant for a class waits for a server of the class, also while `BOOTCAMP_LEADERBOARD` is not set.
    """
    with filelock.FileLock(_outbox() / ".lock"):
        outcomes, away = {}, None
        for folder in outbox.waiting(_outbox()):
            outcome = _send(folder, away)
            away = outcome if outcome.kind == AWAY else away
            outcomes[folder.name] = _settle(folder, outcome)
    return outcomes


def _send(folder: Path, away: Outcome | None) -> Outcome:
    """Send one entry; `away`: what an earlier one was told by a server that takes none now."""
    try:
        entry = outbox.read(folder)
        if not entry.to_class:
            return Outcome(ACCEPTED, own_record.record(_folder(), entry.submission, entry.predictions))
        return away or class_client.send(entry.submission, entry.predictions.read_bytes(), identity.key())
    except outbox.EntryError as error:
        return Outcome(REFUSED, printable(f"it was put aside: {error}"))
    except SubmissionError as error:  # of the learner's own record
        return Outcome(LATER, str(error))


def _sent_by_another_process(folder: Path) -> Outcome:
    reason = _refused() / folder.name / REASON
    return Outcome(REFUSED, reason.read_text(encoding="utf-8")) if reason.exists() else Outcome(ACCEPTED, RECORDED)


def _settle(folder: Path, outcome: Outcome) -> Outcome:
    """Take a submission out of the outbox that was accepted or refused."""
    if outcome.kind == ACCEPTED:
        for name in (RECORD, PREDICTIONS):
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()
    elif outcome.kind == REFUSED:
        with contextlib.suppress(OSError):  # where it cannot be moved it stays, and is named each time
            (folder / REASON).write_text(outcome.sentence, encoding="utf-8")
            _refused().mkdir(exist_ok=True)
            folder.replace(_refused() / folder.name)
    else:
        return Outcome(outcome.kind, f"waiting: {outcome.sentence}; it is sent with the next submission")
    return outcome


def _own_ranking(entry: Competition, every: bool) -> list[dict[str, Any]]:
    found = ranked(own_record.submissions(_folder(), entry.name), entry, every)
    return [{**vars(submission), "rank": rank, "late": False} for rank, submission in enumerate(found, 1)]

"""Competitions: a submission is a set of predictions; the package scores it and records it with MLflow.

Without further settings the record is an SQLite file in the learner's own folder. `MLFLOW_TRACKING_URI` names the
server of a class instead. What cannot be sent because the server does not answer waits in an outbox and goes with the
next submission, so nothing is lost.
"""

import contextlib
import functools
import getpass
import hashlib
import io
import json
import logging
import os
import pkgutil
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bootcamp import course, exercises

import filelock
import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.tracking import MlflowClient

URI_VARIABLE, LEARNER_VARIABLE = "MLFLOW_TRACKING_URI", "BOOTCAMP_LEARNER"
PREDICTIONS, RECORD = "predictions.npz", "record.json"
RECORDED, ALREADY = "recorded", "the same predictions are on the leaderboard already"
WAITING = "waiting: the leaderboard does not answer; it is sent with the next submission"
CONNECT_SECONDS = 5.0
LONGEST_NAME = 60

Score = Callable[[Mapping[str, np.ndarray]], dict[str, float]]


class SubmissionError(ValueError):
    """A submission that cannot be scored; the message says what is wrong with it."""


@dataclass(frozen=True)
class Competition:
    """An entry of the list of competitions.

    `scorer` names a function `score(predictions) -> {metric: value}` as `module:function`, so that this module does not
    import the rooms; it raises ValueError with the reason where it cannot score. `ranked_by` is one of its metrics.
    """

    name: str
    title: str
    scorer: str
    ranked_by: str
    best_is_low: bool


COMPETITIONS: tuple[Competition, ...] = (
    Competition("cyclone", "Storms of later seasons", "bootcamp.cyclone.competition:score", "time_top_1", False),
    Competition("cfd", "Flow around unseen shapes", "bootcamp.cfd.competition:score", "unseen_error", True),
)


@dataclass(frozen=True)
class Submission:
    """What became of a submission: its scores, and whether it is on the leaderboard or waits to be sent."""

    competition: str
    learner: str
    model: str
    scores: dict[str, float]
    submitted: str
    digest: str
    status: str

    def __str__(self) -> str:
        scores = ", ".join(f"{name} {value:.4f}" for name, value in self.scores.items())
        return f"{self.competition}: '{self.model}' by {self.learner}: {scores} ({self.status})"


def find(name: str) -> Competition:
    """The competition called `name`.

    Raises:
        SubmissionError: there is none; the message has the nearest name.
    """
    known = {competition.name: competition for competition in COMPETITIONS}
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

    Raises:
        SubmissionError: unknown competition, empty name, or predictions that cannot be scored.
    """
    entry = find(competition)
    arrays = _arrays(predictions)
    learner, model = _name("learner", learner or default_learner()), _name("model", model)
    try:
        scores = {name: float(value) for name, value in _scorer(entry)(arrays).items()}
    except ValueError as reason:
        raise SubmissionError(f"the submission was refused: {reason}") from reason
    now = datetime.now(UTC).isoformat(timespec="seconds")
    found = Submission(entry.name, learner, model, scores, now, _digest(arrays), "waiting")
    folder = _put_into_outbox(found, arrays)
    status = send_pending().get(_key(found), WAITING if folder.exists() else RECORDED)  # another process may send it
    return Submission(**{**vars(found), "status": status})


def show(competition: str, every: bool = False) -> "pd.DataFrame":
    """The ranking: a table with rank, learner, model, all scores and time of submission (UTC).

    Args:
        competition: name of the competition.
        every: all submissions instead of the best of each learner.

    Raises:
        SubmissionError: unknown competition, or the leaderboard does not answer.
    """
    import pandas as pd

    entry = find(competition)
    if not _reachable():
        raise SubmissionError(f"the leaderboard at {tracking_uri()} does not answer; try again later")
    with _client() as client:
        runs = _runs(client, entry)
    rows = [
        {"learner": r.data.tags["learner"], "model": r.data.tags["model"], **r.data.metrics}
        | {"submitted": r.data.tags["submitted"]}
        for r in runs
    ]
    if not rows:
        return pd.DataFrame(columns=["learner", "model", entry.ranked_by, "submitted"])
    table = pd.DataFrame(rows).sort_values([entry.ranked_by, "submitted"], ascending=[entry.best_is_low, True])
    table = table if every else table.drop_duplicates("learner")
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


def tracking_uri() -> str:
    """Address of the leaderboard: `MLFLOW_TRACKING_URI`, else an SQLite file in the learner's folder."""
    return os.environ.get(URI_VARIABLE) or f"sqlite:///{_folder() / 'leaderboard.db'}"


def pending() -> int:
    """Number of submissions that wait to be sent."""
    return len(list(_outbox().glob(f"*/{RECORD}")))


def send_pending() -> dict[str, str]:
    """Send what waits in the outbox; returns what became of each entry that was sent: learner and digest -> status."""
    with filelock.FileLock(_outbox() / ".lock"):
        waiting = sorted(path.parent for path in _outbox().glob(f"*/{RECORD}"))
        if not waiting or not _reachable():
            return {}
        sent = {}
        with _client() as client:
            for folder in waiting:
                submission = Submission(**json.loads((folder / RECORD).read_text()))
                sent[_key(submission)] = _record(client, submission, folder / PREDICTIONS)
                for name in (RECORD, PREDICTIONS):
                    (folder / name).unlink(missing_ok=True)
                folder.rmdir()
        return sent


# ------------------------------------------------------------------------------------------------ submission


def _arrays(predictions: Mapping[str, Any]) -> dict[str, np.ndarray]:
    if not isinstance(predictions, Mapping) or not predictions:
        raise SubmissionError(f"predictions are a dictionary, name -> array, not {type(predictions).__name__}")
    arrays = {}
    for name, values in predictions.items():
        array = np.asarray(values)
        if array.dtype.kind not in "fiu":
            raise SubmissionError(f"the predictions '{name}' are numbers, not {array.dtype}")
        if not np.isfinite(array).all():
            raise SubmissionError(
                f"the predictions '{name}' hold {int((~np.isfinite(array)).sum())} values that are NaN or infinite"
            )
        arrays[str(name)] = array
    return arrays


def _name(what: str, text: str) -> str:
    text = " ".join(str(text).split())
    if not text or len(text) > LONGEST_NAME:
        raise SubmissionError(f"the name of the {what} has 1 to {LONGEST_NAME} characters, not {len(text)}")
    return text


def _scorer(entry: Competition) -> Score:
    return pkgutil.resolve_name(entry.scorer)


def _digest(arrays: Mapping[str, np.ndarray]) -> str:
    """The same for the same predictions."""
    found = hashlib.sha256()
    for name in sorted(arrays):
        found.update(f"{name}{arrays[name].shape}{arrays[name].dtype}".encode())
        found.update(np.ascontiguousarray(arrays[name]).tobytes())
    return found.hexdigest()


def _key(submission: Submission) -> str:
    return f"{submission.competition} {submission.learner} {submission.digest}"


def _put_into_outbox(submission: Submission, arrays: Mapping[str, np.ndarray]) -> Path:
    """Its folder. The record is written last, so that a folder without one is no submission."""
    folder = Path(tempfile.mkdtemp(prefix=f"{submission.submitted.replace(':', '')}-", dir=_outbox()))
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    (folder / PREDICTIONS).write_bytes(buffer.getvalue())
    written = folder / f"{RECORD}.part"
    written.write_text(json.dumps(vars(submission)))
    written.replace(folder / RECORD)
    return folder


# ---------------------------------------------------------------------------------------------------- MLflow


def _folder() -> Path:
    folder = exercises.progress_file().parent / "leaderboard"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _outbox() -> Path:
    folder = _folder() / "outbox"
    folder.mkdir(exist_ok=True)
    return folder


def _reachable() -> bool:
    """Whether the server answers; a file always does. MLflow itself would try for minutes."""
    uri = tracking_uri()
    if not uri.startswith(("http://", "https://")):
        return True
    try:
        with urllib.request.urlopen(f"{uri.rstrip('/')}/health", timeout=CONNECT_SECONDS) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@contextlib.contextmanager
def _client() -> Iterator["MlflowClient"]:
    """A client of the leaderboard. The SQLite file is for one process at a time, so it is locked."""
    uri = tracking_uri()
    local = uri.startswith("sqlite:")
    with filelock.FileLock(_folder() / ".lock") if local else contextlib.nullcontext():
        yield _make_client(uri)


@functools.cache
def _make_client(uri: str) -> "MlflowClient":
    logging.getLogger("mlflow").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from mlflow.tracking import MlflowClient

    logging.getLogger("mlflow").setLevel(logging.WARNING)  # importing MLflow sets it to INFO
    return MlflowClient(tracking_uri=uri)


def _experiment(client: "MlflowClient", entry: Competition) -> str:
    """Its identifier; it is made when it does not exist. Two learners may try that at the same time."""
    from mlflow.exceptions import MlflowException

    name = f"bootcamp-{entry.name}"
    found = client.get_experiment_by_name(name)
    if found is not None:
        return found.experiment_id
    local = tracking_uri().startswith("sqlite:")
    try:
        return client.create_experiment(name, (_folder() / "artifacts" / name).as_uri() if local else None)
    except MlflowException:
        found = client.get_experiment_by_name(name)
        if found is None:
            raise
        return found.experiment_id


def _runs(client: "MlflowClient", entry: Competition, condition: str = "") -> list[Any]:
    """Finished runs of a competition, all pages."""
    experiment, runs, token = _experiment(client, entry), [], None
    condition = " and ".join(filter(None, ["attributes.status = 'FINISHED'", condition]))
    while True:
        page = client.search_runs([experiment], condition, max_results=1000, page_token=token)
        runs.extend(page)
        token = page.token
        if not token:
            return runs


def _record(client: "MlflowClient", submission: Submission, predictions: Path) -> str:
    """Record a submission unless the same learner sent the same predictions before; returns the status."""
    entry = find(submission.competition)
    same = f"tags.digest = '{submission.digest}'"
    if any(run.data.tags["learner"] == submission.learner for run in _runs(client, entry, same)):
        return ALREADY
    tags = {name: getattr(submission, name) for name in ("learner", "model", "submitted", "digest")}
    run = client.create_run(_experiment(client, entry), tags=tags, run_name=submission.model)
    for name, value in submission.scores.items():
        client.log_metric(run.info.run_id, name, value)
    client.log_artifact(run.info.run_id, str(predictions))
    client.set_terminated(run.info.run_id)
    return RECORDED

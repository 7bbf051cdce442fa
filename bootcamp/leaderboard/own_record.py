"""The learner's own record: an SQLite file of MLflow in the learner's folder, and the predictions beside it.

A file of another version of MLflow is brought up to date; one that cannot be read is put aside, and a new one is made
from what is left of it and from what lies with the predictions. Every time a copy is kept, and a warning says so.
"""

import contextlib
import functools
import json
import logging
import os
import shutil
import sqlite3
import urllib.parse
import urllib.request
import warnings
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from bootcamp.leaderboard.records import RECORD, Store, sqlite_address
from bootcamp.leaderboard.submissions import Submission, SubmissionError

import filelock

DATABASE, PREDICTIONS = "leaderboard.db", "predictions.npz"
COMPANIONS = ("-wal", "-shm", "-journal")
"""Files that SQLite keeps beside a database."""
ALIEN, DAMAGED = "was made by another version of MLflow", "is damaged"
NOT_DAMAGE = ("locked", "disk is full", "no space left", "readonly", "read-only", "unable to open", "permission")
"""What is said where the file itself is sound."""
RUNS = """
SELECT runs.run_uuid, experiments.name, runs.artifact_uri FROM runs
JOIN experiments ON experiments.experiment_id = runs.experiment_id
WHERE runs.status = 'FINISHED' AND runs.lifecycle_stage = 'active'
"""
Found = TypeVar("Found")
Kept = tuple[Submission, Path | None]
"""A submission and the file with its predictions."""


def record(folder: Path, submission: Submission, predictions: Path) -> str:
    """Record a submission in the file of `folder`; returns the status, see `records.Store.record`.

    Raises:
        SubmissionError: the file cannot be written; it stays as it is.
    """
    return _use(folder, lambda store: store.record(submission, predictions))


def submissions(folder: Path, competition: str) -> list[Submission]:
    """What is recorded for a competition in the file of `folder`, in no order.

    Raises:
        SubmissionError: the file cannot be read; it stays as it is.
    """
    return _use(folder, lambda store: store.submissions(competition))


def _use(folder: Path, what: Callable[[Store], Found]) -> Found:
    """Do something with a store that is sound; one that turns out not to be is made anew, and it is done again."""
    with _sentences(folder), filelock.FileLock(folder / ".lock"):  # the SQLite file is for one process at a time
        if reason := _fault(folder / DATABASE):
            _mend(folder, reason)
        try:
            return _with(folder, what)
        except Exception as error:
            if not _is_damage(error):
                raise
            _mend(folder, DAMAGED)
            return _with(folder, what)


@contextlib.contextmanager
def _sentences(folder: Path) -> Iterator[None]:
    try:
        yield
    except SubmissionError:
        raise
    except Exception as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise SubmissionError(f"the file of your leaderboard, {folder / DATABASE}, cannot be used: {reason}") from error


def _is_outside(error: BaseException) -> bool:
    """Whether an error of a database has its cause outside of the file: a full disk, a lock, a permission."""
    return any(text in str(error).lower() for text in NOT_DAMAGE)


def _is_damage(error: BaseException) -> bool:
    """Whether an error says that the file is not what MLflow expects, through whichever library it came."""
    from alembic.util import CommandError
    from sqlalchemy.exc import SQLAlchemyError

    causes = []
    cause: BaseException | None = error
    while cause is not None:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    of_database = any(isinstance(cause, SQLAlchemyError | sqlite3.Error | CommandError) for cause in causes)
    return (of_database or "schema" in str(error)) and not any(map(_is_outside, causes))


def _with(folder: Path, what: Callable[[Store], Found], database: str = DATABASE) -> Found:
    store = Store(sqlite_address(folder / database), folder / "artifacts")
    with _no_pool(), _no_tracebacks():
        return what(store)


@contextlib.contextmanager
def _no_pool() -> Iterator[None]:
    """MLflow opens the file anew each time: another process may have put a new one in its place."""
    name = "MLFLOW_SQLALCHEMYSTORE_POOLCLASS"
    before = os.environ.get(name)
    os.environ[name] = "NullPool"
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


@contextlib.contextmanager
def _no_tracebacks() -> Iterator[None]:
    """MLflow logs every error of the database with its traceback; here each becomes a sentence."""
    log = logging.getLogger("mlflow.store.db.utils")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)


def _fault(file: Path) -> str:
    """What is wrong with a database, `ALIEN` or `DAMAGED`; empty: nothing, or there is none yet."""
    if not file.exists():
        return ""
    if file.stat().st_size == 0:
        return DAMAGED
    try:
        with contextlib.closing(sqlite3.connect(file, timeout=20)) as database:
            if database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                return DAMAGED
            versions = [version for (version,) in database.execute("SELECT version_num FROM alembic_version")]
    except sqlite3.DatabaseError as error:
        return "" if _is_outside(error) else DAMAGED
    return "" if versions == [_own_version()] else ALIEN


@functools.cache
def _own_version() -> str:
    """Version of the tables that the installed MLflow makes."""
    from mlflow.store.db.utils import _get_latest_schema_revision

    return _get_latest_schema_revision()


def _mend(folder: Path, reason: str) -> None:
    """Make the database usable; a copy of what was there stays, and a warning says what was done."""
    file = folder / DATABASE
    copy = _free_name(folder, f"{DATABASE}.{datetime.now(UTC):%Y%m%dT%H%M%S}")
    shutil.copy2(file, copy)
    for companion in COMPANIONS:
        with contextlib.suppress(FileNotFoundError):
            shutil.copy2(f"{file}{companion}", f"{copy}{companion}")
    said = f"the file of your leaderboard {reason}"
    if reason == ALIEN and _upgrade(file):
        warnings.warn(f"{said}; it was brought up to date, and a copy of it is {copy}", stacklevel=2)
        return
    kept = _unique([*_in_database(copy), *_beside_predictions(folder / "artifacts")])
    _make(folder, kept)
    warnings.warn(f"{said}; a new one was made with {len(kept)} submissions, and a copy of it is {copy}", stacklevel=2)


def _free_name(folder: Path, name: str) -> Path:
    number, found = 1, folder / name
    while found.exists():
        number, found = number + 1, folder / f"{name}-{number}"
    return found


def _upgrade(file: Path) -> bool:
    """Bring the tables of an older MLflow up to date; False: they are not those of an older one."""
    import sqlalchemy
    from alembic.util import CommandError
    from mlflow.exceptions import MlflowException
    from mlflow.store.db.utils import _upgrade_db

    engine = sqlalchemy.create_engine(sqlite_address(file), poolclass=sqlalchemy.pool.NullPool)
    with contextlib.suppress(CommandError, MlflowException, sqlalchemy.exc.SQLAlchemyError):
        _upgrade_db(engine)
    return not _fault(file)


def _make(folder: Path, kept: Iterable[Kept]) -> None:
    """Put a new database with these submissions in the place of the old one."""
    new = _free_name(folder, f"{DATABASE}.new")

    def fill(store: Store) -> None:
        for submission, predictions in kept:
            store.record(submission, predictions)

    try:
        _begin(new)
        _with(folder, fill, new.name)
        for companion in COMPANIONS:  # those of the old file
            Path(f"{folder / DATABASE}{companion}").unlink(missing_ok=True)
        new.replace(folder / DATABASE)
    finally:
        new.unlink(missing_ok=True)


def _begin(file: Path) -> None:
    """Make a database without submissions, which takes MLflow some seconds."""
    _with(file.parent, Store.open, file.name)


def _unique(kept: Iterable[Kept]) -> list[Kept]:
    """One of each competition, learner and predictions, in the order of time."""
    found: dict[tuple[str, ...], Kept] = {}
    for submission, predictions in kept:
        found.setdefault((submission.competition, submission.learner, submission.digest), (submission, predictions))
    return sorted(found.values(), key=lambda pair: pair[0].submitted)


def _in_database(file: Path) -> list[Kept]:
    """What can still be read in a database, whichever MLflow made it."""
    found = []
    with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
        for run, experiment, artifacts in _rows(database, RUNS):
            tags = dict(_rows(database, "SELECT key, value FROM tags WHERE run_uuid = ?", run))
            scores = dict(_rows(database, "SELECT key, value FROM metrics WHERE run_uuid = ?", run))
            entry = {**tags, "competition": str(experiment).removeprefix("bootcamp-"), "scores": scores}
            found += _kept(entry, _path_of(artifacts) / PREDICTIONS)
    return found


def _rows(database: sqlite3.Connection, query: str, *values: Any) -> Iterator[tuple]:
    """Rows as far as the database can be read."""
    with contextlib.suppress(sqlite3.DatabaseError):
        yield from database.execute(query, values)


def _path_of(uri: str) -> Path:
    return Path(urllib.request.url2pathname(urllib.parse.urlsplit(str(uri)).path))


def _beside_predictions(artifacts: Path) -> list[Kept]:
    """What lies with the predictions."""
    found = []
    for file in sorted(artifacts.glob(f"bootcamp-*/*/artifacts/{RECORD}")):
        with contextlib.suppress(OSError, ValueError, RecursionError):
            found += _kept(json.loads(file.read_text(encoding="utf-8")), file.with_name(PREDICTIONS))
    return found


def _kept(entry: Any, predictions: Path) -> list[Kept]:
    """The submission that an entry stands for, in a list; an empty one where it stands for none."""
    with contextlib.suppress(KeyError, TypeError, ValueError):
        texts = {name: str(entry[name]) for name in ("competition", "learner", "model", "submitted", "digest")}
        scores = {str(name): float(value) for name, value in entry["scores"].items()}
        return [(Submission(**texts, scores=scores, status=""), predictions if predictions.is_file() else None)]
    return []

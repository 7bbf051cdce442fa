"""Which exercises a learner has solved: a file in the learner's own folder."""

import json
import warnings
from datetime import UTC, datetime
from pathlib import Path

from bootcamp.runtime import environment, locks

HOME_VARIABLE = environment.HOME_VARIABLE


def progress_file() -> Path:
    """File with the solved exercises: in `BOOTCAMP_HOME`, else in the user's data folder of the system.

    Raises:
        environment.SettingError: the system knows no home folder of this user.
    """
    return environment.home() / "progress.json"


def read_progress() -> dict[str, str]:
    """Solved exercises: name -> time (UTC, ISO 8601). A damaged file reads as empty and is kept for inspection."""
    try:
        solved, notice = _read_progress()
    except OSError as error:
        solved, notice = {}, f"Progress could not be read: {_reason(error)}."
    if notice:
        warnings.warn(notice, stacklevel=2)
    return solved


def _read_progress() -> tuple[dict[str, str], str]:
    """Solved exercises and a sentence for the learner, empty when all went well.

    Raises:
        OSError: the file is there and cannot be read, or is damaged and cannot be set aside: nobody may replace it.
    """
    path = progress_file()
    try:
        solved = json.loads(path.read_text(encoding="utf-8"))["solved"]
        if not all(isinstance(when, str) for when in solved.values()):
            raise ValueError("times are text")
        return dict(solved), ""
    except FileNotFoundError:
        return {}, ""
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}, _set_aside(path)


def _set_aside(path: Path) -> str:
    kept = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    path.replace(kept)
    return f"The progress file was damaged; it was kept as {kept.name} and a new one started."


def record_success(exercise: str) -> str:
    """Note an exercise as solved; returns a sentence for the learner when that was not possible, else empty."""
    try:
        path = progress_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        with locks.locked(path.with_suffix(".lock"), HOME_VARIABLE, seconds=10):
            solved, notice = _read_progress()
            solved.setdefault(exercise, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
            partial = path.with_suffix(".partial")
            partial.write_text(json.dumps({"solved": solved}, indent=2), encoding="utf-8")
            partial.replace(path)
        return notice
    except OSError as error:  # locks.Busy is one as well
        return f"Solved, but the progress could not be saved: {_reason(error)}."


def _reason(error: OSError) -> str:
    """Why a file could not be used, and which; settings and locks that do not work say it themselves."""
    if isinstance(error, environment.SettingError | locks.LockError):
        return error.strerror
    return f"{error.strerror or error} ({error.filename or progress_file()})"

"""Which exercises a learner has solved: a file in the learner's own folder."""

import json
import os
import warnings
from datetime import UTC, datetime
from pathlib import Path

import filelock
import platformdirs

HOME_VARIABLE = "BOOTCAMP_HOME"


def progress_file() -> Path:
    """File with the solved exercises: in `BOOTCAMP_HOME`, else in the user's data folder of the system."""
    home = os.environ.get(HOME_VARIABLE) or platformdirs.user_data_path("ai-for-science-bootcamp")
    return Path(home) / "progress.json"


def read_progress() -> dict[str, str]:
    """Solved exercises: name -> time (UTC, ISO 8601). A damaged file reads as empty and is kept for inspection."""
    try:
        solved, notice = _read_progress()
    except OSError as error:
        solved, notice = {}, f"Progress could not be read: {error.strerror} ({progress_file()})."
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
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}, _set_aside(path)


def _set_aside(path: Path) -> str:
    kept = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    path.replace(kept)
    return f"The progress file was damaged; it was kept as {kept.name} and a new one started."


def record_success(exercise: str) -> str:
    """Note an exercise as solved; returns a sentence for the learner when that was not possible, else empty."""
    path = progress_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(path.with_suffix(".lock"), timeout=10):
            solved, notice = _read_progress()
            solved.setdefault(exercise, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
            partial = path.with_suffix(".partial")
            partial.write_text(json.dumps({"solved": solved}, indent=2), encoding="utf-8")
            partial.replace(path)
        return notice
    except (OSError, filelock.Timeout) as error:
        return f"Solved, but the progress could not be saved: {getattr(error, 'strerror', None) or error} ({path})."

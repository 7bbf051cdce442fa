"""Checks, hints and progress for the exercises.

A check lives in the room of its lab: `exercises.check("intro.sobel_y", answer)` calls the function registered as
`sobel_y` in `bootcamp.intro.checks.CHECKS`. A check receives the learner's answer and returns a list of `Finding`s.
"""

import importlib
import json
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bootcamp import course

import filelock
import platformdirs

FEEDBACK_KEY = "bootcamp_exercise"
HOME_VARIABLE = "BOOTCAMP_HOME"


@dataclass(frozen=True)
class Finding:
    """One thing a check looked at: what it is about, whether it is right, and the hint when it is not yet."""

    about: str
    right: bool
    hint: str = ""


Check = Callable[[Any], list[Finding]]


@dataclass(frozen=True)
class Feedback:
    """What a learner sees below a check cell."""

    exercise: str
    findings: tuple[Finding, ...]
    notice: str = ""

    @property
    def passed(self) -> bool:
        """Whether every finding is right."""
        return all(finding.right for finding in self.findings)

    @property
    def hint(self) -> str:
        """Hint of the first finding that is not right yet, empty when all are."""
        return next((finding.hint for finding in self.findings if not finding.right), "")

    def __str__(self) -> str:
        lines = [f"{'right:  ' if f.right else 'not yet:'} {f.about}" for f in self.findings]
        if self.passed:
            lines.append("Exercise solved.")
        elif self.hint:
            lines.append(f"Hint: {self.hint}")
        if self.notice:
            lines.append(self.notice)
        return "\n".join(lines)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, Any]]:
        data = {"name": self.exercise, "passed": self.passed, "hint": self.hint}
        return {"text/plain": str(self)}, {FEEDBACK_KEY: data}


def check(exercise: str, answer: Any) -> Feedback:
    """Say what is right in `answer`, what is not yet, and a hint; record a success for the progress table.

    A wrong answer never raises: an answer that makes the check fail is reported as not yet right.

    Raises:
        ValueError: there is no such exercise; the message has the nearest name.
    """
    checker = _checker(exercise)
    try:
        findings = tuple(checker(answer))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the learner's object may do anything when it is used
        problem = f"{type(error).__name__}: {error}"
        findings = (Finding("your answer can be evaluated", False, f"using it stopped with {problem}"),)
    feedback = Feedback(exercise, findings)
    if not feedback.passed:
        return feedback
    return Feedback(exercise, findings, notice=record_success(exercise))


def exercise_names(room: str) -> tuple[str, ...]:
    """Names of all exercises of a room, `room.name`, in the order of the notebooks."""
    return tuple(f"{room}.{name}" for name in _checks(room))


def _checks(room: str) -> dict[str, Check]:
    if room not in {lab.room for lab in course.labs()}:
        raise ValueError(f"there is no lab room '{room}'.{course.nearest(room, (lab.room for lab in course.labs()))}")
    # By name, not by an import statement: shared modules do not depend on rooms.
    return importlib.import_module(f"bootcamp.{room}.checks").CHECKS


def _checker(exercise: str) -> Check:
    known = [name for lab in course.labs() for name in exercise_names(lab.room)]
    if exercise not in known:
        raise ValueError(f"there is no exercise '{exercise}'.{course.nearest(exercise, known)}")
    room, name = exercise.split(".", 1)
    return _checks(room)[name]


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


def progress_table() -> Any:
    """Table (pandas DataFrame) of the learner's progress: one row per exercise with lab and solved time."""
    import pandas as pd

    solved = read_progress()
    rows = [
        {"lab": lab.title, "exercise": name, "solved": solved.get(name, "not yet")}
        for lab in course.labs()
        for name in exercise_names(lab.room)
    ]
    return pd.DataFrame(rows, columns=["lab", "exercise", "solved"])

"""From the name of an exercise to its check, and from an answer to the feedback."""

import importlib
import warnings
from typing import Any

from bootcamp import course
from bootcamp.exercises import cases, progress, sharing
from bootcamp.exercises.findings import Check, Feedback, Finding


class ExerciseError(ValueError):
    """There is no such exercise or room, or its checks cannot be loaded; one sentence that says which."""


def check(exercise: str, answer: Any) -> Feedback:
    """Say what is right in `answer`, what is not yet, and a hint; record a success for the progress table.

    A wrong answer never raises: an answer that makes the check fail is reported as not yet right. Where a learner
    agreed to it, the class is told in the background, see `sharing`.

    Raises:
        ExerciseError: there is no such exercise (the message has the nearest name), or its room cannot be imported.
    """
    feedback = judge(exercise, answer)
    sharing.report(exercise, feedback.passed, feedback.hint)
    if not feedback.passed:
        return feedback
    return Feedback(exercise, feedback.findings, notice=progress.record_success(exercise))


def judge(exercise: str, answer: Any) -> Feedback:
    """The feedback of `check`, without a record of the success.

    Raises:
        ExerciseError: as for `check`.
    """
    checker = _checker(exercise)
    try:
        # A check asks for edges that the learner never ran: warnings there would only distract from the hint.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            findings = tuple(checker(answer))
    except cases.FAILURES as error:
        findings = (Finding("your answer can be evaluated", False, f"when it was used {cases.stopped(error)}"),)
    return Feedback(exercise, findings)


def exercise_names(room: str) -> tuple[str, ...]:
    """Names of all exercises of a room, `room.name`, in the order of the notebooks.

    Raises:
        ExerciseError: there is no such room, or it cannot be imported.
    """
    return tuple(f"{room}.{name}" for name in _checks(room))


def _checks(room: str) -> dict[str, Check]:
    rooms = [lab.room for lab in course.labs()]
    if room not in rooms:
        raise ExerciseError(f"there is no lab room '{room}'.{course.nearest(room, rooms)}")
    try:
        # By name, not by an import statement: shared modules do not depend on rooms.
        return importlib.import_module(f"bootcamp.{room}.checks").CHECKS
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"
        raise ExerciseError(f"the checks of the lab room '{room}' cannot be loaded: {problem}") from error


def _checker(exercise: str) -> Check:
    room, _, name = exercise.partition(".")
    if room in {lab.room for lab in course.labs()}:
        checks = _checks(room)
        if name in checks:
            return checks[name]
        known = [f"{room}.{name}" for name in checks]
        where = f" in bootcamp/{room}/checks"
    else:  # only now every room is worth its import
        known, where = _all_names(), ""
    raise ExerciseError(f"there is no exercise '{exercise}'{where}.{course.nearest(exercise, known)}")


def _all_names() -> list[str]:
    names: list[str] = []
    for lab in course.labs():
        try:
            names += exercise_names(lab.room)
        except ExerciseError:  # the fault of another room is not the learner's question here
            continue
    return names

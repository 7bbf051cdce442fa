"""What the page is sent: the course once, and a snapshot of a class at each change; without names for the projector."""

import csv
import io
from typing import Any

from classroom.sight import tally
from classroom.sight.classes import Classroom
from classroom.sight.plan import Plan

STATES = {tally.TRIED: "not yet", tally.SOLVED: "solved"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A table program takes a text that begins so for a formula."""


def course(plan: Plan) -> dict[str, Any]:
    """Notebooks, exercises and timetables, in the order of the course."""
    return {
        "notebooks": [{"title": entry.title, "path": entry.path, "minutes": entry.minutes} for entry in plan.notebooks],
        "exercises": [vars(entry) for entry in plan.exercises],
        "timetables": list(plan.timetables),
    }


def snapshot(found: Classroom, now: float, named: bool) -> dict[str, Any]:
    """A class as it is now.

    Args:
        found: the class.
        now: seconds since 1970.
        named: with names, hands and their lines; otherwise learners are rows without a name, those with most solved
            first, so that no row tells whose it is.
    """
    counted, settings = found.tally, found.settings
    return {
        "class": {"id": found.id, "title": settings.title, "opened": settings.opened, "closed": settings.closed},
        "now": now,
        "problem": found.problem,
        "timetable": {"name": settings.timetable, "started": settings.started},
        "learners": _named(found) if named else _nameless(found),
        "exercises": _exercises(found),
        "hands": _hands(found) if named else [],
        "hands_up": len(found.hands),
        "pace": tally.pace(
            found.plan,
            found.plan.timetables.get(settings.timetable, ()),
            settings.started,
            now,
            {learner: counted.place(learner) for learner in found.learners},
        ),
    }


def _named(found: Classroom) -> list[dict[str, Any]]:
    rows = [
        {
            "id": learner,
            "name": name,
            "moved": found.tally.moved(learner) or joined,
            "place": found.tally.place(learner),
            "cells": found.tally.cells(learner),
        }
        for learner, (name, joined) in found.learners.items()
    ]
    return sorted(rows, key=lambda row: row["name"].casefold())


def _nameless(found: Classroom) -> list[dict[str, Any]]:
    cells = [found.tally.cells(learner) for learner in found.learners]
    states = [{number: [cell[0]] for number, cell in row.items()} for row in cells]
    return [{"cells": row} for row in sorted(states, key=lambda row: (-_solved(row), len(row), list(row)))]


def _solved(row: dict[int, list[float]]) -> int:
    return sum(cell[0] == tally.SOLVED for cell in row.values())


def _exercises(found: Classroom) -> dict[int, dict[str, Any]]:
    summaries, hints = found.tally.exercises(found.learners), found.tally.hints(found.learners)
    for number, summary in summaries.items():
        summary["hints"] = [
            {"text": found.plan.hint(number, hint), "learners": learners, "times": times}
            for hint, learners, times in hints.get(number, [])[: tally.SHOWN_HINTS]
        ]
    return summaries


def _hands(found: Classroom) -> list[dict[str, Any]]:
    return [
        {"learner": hand.learner, "name": found.learners[hand.learner][0], "line": hand.line, "raised": hand.raised}
        for hand in found.hands
    ]


def matrix(found: Classroom) -> str:
    """The matrix as a CSV table: a row for each learner and exercise that was tried."""
    rows = [
        [name, entry.name, found.plan.notebooks[entry.notebook].name, STATES[int(state)], tries, minutes]
        for learner, (name, _) in sorted(found.learners.items(), key=lambda row: row[1][0].casefold())
        for number, (state, tries, minutes) in found.tally.cells(learner).items()
        for entry in (found.plan.exercises[number],)
    ]
    return as_csv(["learner", "exercise", "notebook", "state", "tries", "minutes"], rows)


def as_csv(header: list[str], rows: list[list[Any]]) -> str:
    """A table; a text that a table program would compute gets an apostrophe before it."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(header)
    writer.writerows([[_inert(value) for value in row] for row in rows])
    return written.getvalue()


def _inert(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value

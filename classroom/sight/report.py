"""After the class: exercises that were hard, hints that did not help, how long notebooks took; two classes compared."""

import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from bootcamp.classroom import class_reports
from bootcamp.classroom.class_reports import KIND, LOW
from classroom.sight import view
from classroom.sight.classes import Classes, Classroom
from classroom.sight.plan import Block, Plan
from classroom.sight.records import Event, RecordError

import jinja2

PAUSE_SECONDS = 2 * 3600.0
"""Whoever checks nothing for so long does something else."""
FEWEST_SEEN = 3
"""So often a hint was seen before anything is said of it."""


def of_class(found: Classroom) -> dict[str, Any]:
    """The report of a class, with names of no one."""
    plan, learners = found.plan, list(found.learners)
    return {
        "kind": KIND,
        "title": found.settings.title,
        "opened": found.settings.opened,
        "made": time.time(),
        "learners": len(learners),
        "exercises": _exercise_rows(found),
        "hints": _hint_rows(found),
        "notebooks": _notebook_rows(plan, [_minutes_of(found, learner) for learner in learners]),
    }


def _exercise_rows(found: Classroom) -> list[dict[str, Any]]:
    plan, rows = found.plan, []
    for number, summary in found.tally.exercises(found.learners).items():
        entry, share = plan.exercises[number], summary["solved"] / summary["tried"]
        rows.append(
            {
                "exercise": entry.name,
                "heading": entry.heading,
                "notebook": plan.notebooks[entry.notebook].path,
                "tried": summary["tried"],
                "solved": summary["solved"],
                "low": share < LOW,
                "tries": summary.get("tries"),
                "minutes": summary.get("minutes"),
            }
        )
    return rows


def _hint_rows(found: Classroom) -> list[dict[str, Any]]:
    """Every hint that was seen often enough, those that helped least first."""
    after: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for learner in found.learners:
        for number, events in found.tally.events(learner).items():
            for hint, outcome in hint_outcomes(events):
                after[number, hint][outcome] += 1
    rows = []
    for (number, hint), outcomes in after.items():
        seen, no_better = sum(outcomes.values()), outcomes["same"] + outcomes["none"]
        if seen >= FEWEST_SEEN:
            row = {"exercise": found.plan.exercises[number].name, "hint": found.plan.hint(number, hint), "seen": seen}
            counts = {name: outcomes[name] for name in ("solved", "other", "same", "none")}
            rows.append({**row, **counts, "helped": no_better * 2 <= seen})
    return sorted(rows, key=lambda row: (-(row["same"] + row["none"]) / row["seen"], -row["seen"], row["exercise"]))


def hint_outcomes(events: list[Event]) -> list[tuple[int, str]]:
    """What came after each hint of an exercise, from a learner's events in the order of time.

    The next try solved it, got an `other` hint, got the `same` again (it was no better), or there was `none`.
    """
    first = next((i for i, event in enumerate(events) if event.passed), len(events))
    outcomes = []
    for event, after in zip(events[:first], [*events[1:], None], strict=False):
        if event.hint:
            outcomes.append((event.hint, _outcome(event, after)))
    return outcomes


def _outcome(event: Event, after: Event | None) -> str:
    if after is None:
        return "none"
    if after.passed:
        return "solved"
    return "same" if after.hint == event.hint else "other"


def _minutes_of(found: Classroom, learner: int) -> dict[int, float]:
    """Number of a notebook -> minutes of a learner who tried all of its exercises.

    The time since the last check, or since joining, counts for the notebook of the next check: exercises stand at the
    end of what they belong to. Breaks of the timetable and long pauses do not count.
    """
    plan, by_exercise = found.plan, found.tally.events(learner)
    events = sorted((e.at, number) for number, events in by_exercise.items() for e in events)
    breaks = breaks_of(found.plan.timetables.get(found.settings.timetable, ()), found.settings.started)
    seconds: dict[int, float] = defaultdict(float)
    before = found.learners[learner][1]
    for at, number in events:
        worked = max(0.0, at - before - _overlap(breaks, before, at))
        seconds[plan.exercises[number].notebook] += worked if worked < PAUSE_SECONDS else 0.0
        before = max(before, at)
    wanted: dict[int, set[int]] = defaultdict(set)
    for number, entry in enumerate(plan.exercises):
        wanted[entry.notebook].add(number)
    return {notebook: spent / 60 for notebook, spent in seconds.items() if wanted[notebook] <= set(by_exercise)}


def breaks_of(timetable: tuple[Block, ...], started: float) -> list[tuple[float, float]]:
    """Begin and end of every block in which learners do not work on a notebook, in seconds."""
    return [(started + 60 * b.begin, started + 60 * (b.begin + b.minutes)) for b in timetable if not b.notebook]


def _overlap(breaks: Iterable[tuple[float, float]], begin: float, end: float) -> float:
    return sum(max(0.0, min(end, last) - max(begin, first)) for first, last in breaks)


def _notebook_rows(plan: Plan, minutes: list[dict[int, float]]) -> list[dict[str, Any]]:
    rows = []
    for number, notebook in enumerate(plan.notebooks):
        spent = sorted(found[number] for found in minutes if number in found)
        row = {"path": notebook.path, "title": notebook.title, "promised": notebook.minutes, "learners": len(spent)}
        quarters = statistics.quantiles(spent, n=4, method="inclusive") if len(spent) > 1 else spent * 3
        lower, median, upper = (round(value, 1) for value in quarters) if spent else (None, None, None)
        proposed = class_reports.proposed_minutes(median, len(spent), notebook.minutes)
        rows.append({**row, "median": median, "lower": lower, "upper": upper, "proposed": proposed})
    return rows


def table(report: dict[str, Any]) -> str:
    """Exercises of a report as CSV."""
    columns = ["notebook", "exercise", "heading", "tried", "solved", "low", "tries", "minutes"]
    return view.as_csv(columns, [[row[name] for name in columns] for row in report["exercises"]])


def page(found: Classroom) -> str:
    """The report of a class as HTML."""
    report = of_class(found)
    return _template("report.html").render(
        report=report, minutes=class_reports.minute_rows(report), low=LOW, fewest=FEWEST_SEEN
    )


def compared_page(classes: Classes, first: str, second: str) -> str:
    """Two classes compared, as HTML.

    Raises:
        RecordError: one of them does not exist, or both are the same.
    """
    if first == second:
        raise RecordError("two different classes are compared", 422)
    reports = [of_class(classes.get(name)) for name in (first, second)]
    pairs = list(zip(*(report["notebooks"] for report in reports), strict=True))
    pairs = [pair for pair in pairs if all(row["median"] is not None for row in pair)]
    headings = {entry.name: entry.heading for entry in classes.plan.exercises}
    rows = class_reports.compared(*reports)
    return _template("compare.html").render(reports=reports, rows=rows, minutes=pairs, headings=headings)


def _template(name: str) -> jinja2.Template:
    loader = jinja2.FileSystemLoader(Path(__file__).parent / "page")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    environment.filters["day"] = lambda seconds: f"{datetime.fromtimestamp(seconds).astimezone():%d %b %Y, %H:%M}"
    environment.filters["percent"] = lambda share: f"{100 * share:.0f} %"
    return environment.get_template(name)

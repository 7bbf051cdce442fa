"""From events to what the page shows: cells of learners and exercises, hints, who has not moved, the pace.

Pure but for a cache of cells: what is shown depends on the events alone, not on the order in which they came.
"""

import bisect
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from classroom.sight.plan import Block, Plan
from classroom.sight.records import Event

TRIED, SOLVED = 1, 2
SHOWN_HINTS = 3


class Tally:
    """Events of a class, sorted."""

    def __init__(self, plan: Plan, events: Iterable[Event] = ()):
        self.plan = plan
        self._of: dict[int, dict[int, list[Event]]] = defaultdict(lambda: defaultdict(list))
        self._cells: dict[tuple[int, int], list[float]] = {}
        self._last: dict[int, Event] = {}
        for event in events:
            self.add(event)

    def add(self, event: Event) -> None:
        """Count an event; one of an exercise that the course does not have any more is passed over."""
        number = self.plan.number_of.get(event.exercise)
        if number is None:
            return
        bisect.insort(self._of[event.learner][number], event, key=lambda e: (e.at, e.received))
        self._cells.pop((event.learner, number), None)
        last = self._last.get(event.learner)
        if last is None or last.at <= event.at:
            self._last[event.learner] = event

    def remove(self, learner: int) -> None:
        """Forget a learner."""
        for number in self._of.pop(learner, {}):
            self._cells.pop((learner, number), None)
        self._last.pop(learner, None)

    def moved(self, learner: int) -> float | None:
        """When a learner checked something last; None: never."""
        return self._last[learner].at if learner in self._last else None

    def events(self, learner: int) -> dict[int, list[Event]]:
        """Number of an exercise -> events of a learner, in the order of time."""
        return self._of.get(learner, {})

    def cells(self, learner: int) -> dict[int, list[float]]:
        """Number of an exercise -> [`TRIED` or `SOLVED`, tries up to the solution, minutes from first to last of them].

        What was never tried is left out.
        """
        return {number: self._cell(learner, number) for number in sorted(self._of.get(learner, {}))}

    def _cell(self, learner: int, number: int) -> list[float]:
        cell = self._cells.get((learner, number))
        if cell is None:
            cell = self._cells[learner, number] = cell_of(self._of[learner][number])
        return cell

    def exercises(self, learners: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Number of an exercise -> how many tried and solved it, median tries and minutes of those who solved it."""
        cells = defaultdict(list)
        for learner in learners:
            for number, cell in self.cells(learner).items():
                cells[number].append(cell)
        return {number: _summary(found) for number, found in sorted(cells.items())}

    def hints(self, learners: Iterable[int]) -> dict[int, list[tuple[int, int, int]]]:
        """Number of an exercise -> its hints, seen most first: (number of the hint, learners who saw it, times)."""
        seen: dict[int, Counter[int]] = defaultdict(Counter)
        times: dict[int, Counter[int]] = defaultdict(Counter)
        for learner in learners:
            for number, events in self._of.get(learner, {}).items():
                shown = Counter(event.hint for event in events if not event.passed and event.hint)
                seen[number].update(shown.keys())
                times[number].update(shown)
        return {
            number: sorted(((h, found[h], times[number][h]) for h in found), key=lambda row: (-row[1], -row[2], row[0]))
            for number, found in seen.items()
        }

    def place(self, learner: int) -> int | None:
        """Number of the notebook a learner is at: that of the last check, or the next one if all of it is solved."""
        last = self._last.get(learner)
        if last is None:
            return None
        notebook = self.plan.exercises[self.plan.number_of[last.exercise]].notebook
        cells = self.cells(learner)
        here = [number for number, entry in enumerate(self.plan.exercises) if entry.notebook == notebook]
        done = all(cells.get(number, [0])[0] == SOLVED for number in here)
        return min(notebook + done, len(self.plan.notebooks) - 1)


def cell_of(events: list[Event]) -> list[float]:
    """State, tries and minutes of one exercise from its events in the order of time; what follows a success is left."""
    solved = next((i for i, event in enumerate(events) if event.passed), None)
    counted = events if solved is None else events[: solved + 1]
    minutes = (counted[-1].at - counted[0].at) / 60
    return [TRIED if solved is None else SOLVED, len(counted), round(minutes, 1)]


def _summary(cells: list[list[float]]) -> dict[str, Any]:
    solved = [cell for cell in cells if cell[0] == SOLVED]
    summary: dict[str, Any] = {"tried": len(cells), "solved": len(solved)}
    if solved:
        summary["tries"] = statistics.median(cell[1] for cell in solved)
        summary["minutes"] = round(statistics.median(cell[2] for cell in solved), 1)
    return summary


def pace(plan: Plan, timetable: tuple[Block, ...], started: float, now: float, places: Mapping[int, int | None]) -> Any:
    """Where the timetable is and where the class is.

    Args:
        plan: the course.
        timetable: its blocks; empty: none is chosen.
        started: when its first block began, in seconds.
        now: the same clock.
        places: learner -> number of a notebook, None: nowhere yet.

    Returns:
        `block`: title, minute and minutes of the block of now (None before, after, and without a timetable); `ahead`,
        `with`, `behind`: learners by the notebook at which they are; `notebooks`: number of a notebook -> learners.
    """
    minute = (now - started) / 60
    at = next((block for block in timetable if block.begin <= minute < block.begin + block.minutes), None)
    found: dict[str, Any] = {
        "block": at and {"title": at.title, "minute": int(minute - at.begin), "minutes": at.minutes},
        "notebooks": Counter(place for place in places.values() if place is not None),
    }
    due = [plan.number_of_notebook.get(block.notebook) for block in timetable if block.begin <= minute]
    due = [number for number in due if number is not None]
    if due:
        order = [plan.number_of_notebook.get(block.notebook) for block in timetable]
        wanted = order.index(due[-1])
        counts = Counter(_side(order, wanted, place) for place in places.values())
        found |= {"due": due[-1], **{side: counts[side] for side in ("ahead", "with", "behind")}}
    return found


def _side(order: list[int | None], wanted: int, place: int | None) -> str:
    """Whether a place is before or after the wanted row of a timetable; beside it, the order of the course decides."""
    if place is None:
        return "behind"
    if place == order[wanted]:
        return "with"
    if place in order:
        return "ahead" if order.index(place) > wanted else "behind"
    return "ahead" if place > (order[wanted] or 0) else "behind"

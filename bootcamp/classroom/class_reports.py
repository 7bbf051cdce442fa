"""Reports of classes that were in sight: what they say of minutes and exercises, and two of them compared.

A report is the JSON file that the instructor loads down from the page of a class.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KIND = "bootcamp class report 1"
LOW = 0.6
"""Share of solutions below which an exercise is looked at."""
FEWEST = 5
"""Learners from whom minutes are proposed."""
STEP = 5
"""Minutes are promised in steps of so many."""
Z = 1.96
"""Two-sided 95 % of the normal distribution."""


class ReportError(ValueError):
    """A file that is no report of a class."""


@dataclass(frozen=True)
class Difference:
    """Share of solutions of an exercise in two classes, and the 95 % interval of their difference (second - first)."""

    exercise: str
    first: tuple[int, int]
    second: tuple[int, int]
    low: float
    high: float

    @property
    def shown(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def read(file: Path) -> dict[str, Any]:
    """A report.

    Raises:
        ReportError: the file is none.
        OSError: it cannot be read.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        complete = found["kind"] == KIND and all(_is_notebook(row) for row in found["notebooks"])
        complete = complete and all(_is_exercise(row) for row in found["exercises"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ReportError(f"{file} is no report of a class; load one down from the page of the class") from error
    if not complete:
        raise ReportError(f"{file} is the report of another version of the course")
    return found


def _is_notebook(row: Mapping[str, Any]) -> bool:
    numbers = (row["promised"], row["learners"], *([] if row["median"] is None else [row["median"]]))
    return isinstance(row["path"], str) and all(isinstance(value, int | float) for value in numbers)


def _is_exercise(row: Mapping[str, Any]) -> bool:
    return isinstance(row["exercise"], str) and 0 <= row["solved"] <= row["tried"]


def proposed_minutes(median: float | None, learners: int, promised: int) -> int:
    """Minutes to promise for a notebook: the median in steps of five, as promised where too few learners say other.

    >>> proposed_minutes(53.0, 20, 40), proposed_minutes(53.0, 3, 40), proposed_minutes(None, 0, 40)
    (55, 40, 40)
    """
    if median is None or learners < FEWEST:
        return promised
    return max(STEP, STEP * round(median / STEP))


def minute_rows(report: Mapping[str, Any]) -> list[list[str]]:
    """Notebook, learners, minutes of the class (median and middle half), promised, proposed."""
    rows = []
    for entry in report["notebooks"]:
        if entry["median"] is None:
            continue
        proposed = proposed_minutes(entry["median"], entry["learners"], entry["promised"])
        spread = f"{entry['median']:.0f} ({entry['lower']:.0f} to {entry['upper']:.0f})"
        note = str(proposed) if proposed != entry["promised"] else "as promised"
        note = f"fewer than {FEWEST} learners" if entry["learners"] < FEWEST else note
        rows.append([entry["path"], str(entry["learners"]), spread, str(entry["promised"]), note])
    return rows


def compared(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Difference]:
    """Exercises that both classes tried, in the order of the first report."""
    other = {row["exercise"]: row for row in second["exercises"]}
    found = []
    for row in first["exercises"]:
        pair = other.get(row["exercise"])
        if pair and row["tried"] and pair["tried"]:
            counts = (row["solved"], row["tried"]), (pair["solved"], pair["tried"])
            found.append(Difference(row["exercise"], *counts, *difference_interval(*counts)))
    return found


def difference_interval(first: tuple[int, int], second: tuple[int, int]) -> tuple[float, float]:
    """95 % interval of the difference of two shares, second - first, from counts (of, all).

    Newcombe's hybrid of two Wilson intervals (doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I,
    method 10), which also holds where a class is small or a share is 0 or 1.

    >>> [round(float(value), 3) for value in difference_interval((48, 80), (56, 70))]
    [0.052, 0.334]
    """
    (share1, low1, high1), (share2, low2, high2) = _wilson(*first), _wilson(*second)
    difference = share2 - share1
    below = math.hypot(share2 - low2, high1 - share1)
    above = math.hypot(high2 - share2, share1 - low1)
    return difference - below, difference + above


def _wilson(count: int, total: int) -> tuple[float, float, float]:
    """A share with its 95 % interval, from a count of a total that is not 0."""
    share, spread = count / total, Z * Z / total
    middle = (share + spread / 2) / (1 + spread)
    half = Z * math.sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return share, middle - half, middle + half

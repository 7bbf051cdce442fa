"""Two batch runs beside each other: which notebooks, claims and metrics got worse?

A metric is judged by its name, since a number alone does not say which way is better: `WORDS` holds the words of this
course. Where no word decides, a change is listed without a verdict.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bootcamp.batch import results, stores

WORDS = {
    "higher": ("accuracy", "top-1", "top-2", "recall", "correlation", "faster", "gain", "speed-up", "share solved"),
    "lower": (
        "error",
        "rmse",
        "loss",
        "mae",
        "residual",
        "seconds",
        "milliseconds",
        "difference",
        "deviation",
        "misses",
    ),
}
SAME, CHANGED, BETTER, WORSE, ONLY_A, ONLY_B = "same", "changed", "better", "worse", "only in A", "only in B"
TOLERANCE = 0.05
"""Relative change of a metric below which two runs count as equal: another seed or machine changes more digits."""


@dataclass(frozen=True)
class Difference:
    """One thing that two runs have in common or not: of which notebook, what, its two values, and the verdict.

    The value of a claim is a text: whether it holds, and its numbers.
    """

    notebook: str
    what: str
    a: Any
    b: Any
    verdict: str


def direction(name: str) -> str | None:
    """`higher` or `lower`, what is better for a metric with this name; None where its words do not say.

    >>> direction("by time, repaired recipe: RMSE in knots"), direction("top-1, shuffled"), direction("parameters")
    ('lower', 'higher', None)
    """
    found = {way for way, words in WORDS.items() if any(_contains(name, word) for word in words)}
    return found.pop() if len(found) == 1 else None


def _contains(name: str, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", name, re.IGNORECASE) is not None


def compare(folder_a: Path | str, folder_b: Path | str, tolerance: float = TOLERANCE) -> list[Difference]:
    """Everything that differs between two runs, and the metrics that do not, in the order of run B.

    Args:
        folder_a: output folder of the earlier run, or the URL of a store.
        folder_b: of the later one.
        tolerance: relative change of a metric that still counts as the same.

    Raises:
        results.BatchError: a folder without results, damaged results, or a tolerance below 0.
    """
    if not tolerance >= 0:
        raise results.BatchError(f"the tolerance is 0 or more, not {tolerance}")
    runs = [_notebooks(folder) for folder in (folder_a, folder_b)]
    names = [*runs[1], *(name for name in runs[0] if name not in runs[1])]
    found: list[Difference] = []
    for name in names:
        a, b = (run.get(name) for run in runs)
        if a is None or b is None:
            found.append(_one_sided(name, "notebook", a and a["status"], b and b["status"]))
        else:
            found += _notebook(name, a, b, tolerance)
    return found


def _notebooks(folder: Path | str) -> dict[str, dict[str, Any]]:
    try:
        return {entry["notebook"]: entry for entry in stores.read(folder)["notebooks"]}
    except FileNotFoundError as error:
        raise results.BatchError(f"{folder} holds no {results.RESULTS}; name the --output of a batch run") from error


def _one_sided(notebook: str, what: str, a: Any, b: Any) -> Difference:
    return Difference(notebook, what, a, b, ONLY_A if b is None else ONLY_B)


def _notebook(name: str, a: Mapping[str, Any], b: Mapping[str, Any], tolerance: float) -> list[Difference]:
    found = []
    if a["status"] != b["status"]:
        found.append(Difference(name, "status", a["status"], b["status"], _status(a["status"], b["status"])))
    for kind, judge in (("claims", _claim), ("metrics", _metric)):
        for what in [*b[kind], *(key for key in a[kind] if key not in b[kind])]:
            shown = [_shown(entry, kind, what) for entry in (a, b)]
            if what in a[kind] and what in b[kind]:
                found.append(Difference(name, what, *shown, judge(what, a[kind][what], b[kind][what], tolerance)))
            else:
                found.append(_one_sided(name, what, *shown))
    return found


def _shown(entry: Mapping[str, Any], kind: str, what: str) -> Any:
    if what not in entry[kind]:
        return None
    return results.claim_text(entry, what) if kind == "claims" else entry[kind][what]


def _status(a: str, b: str) -> str:
    return WORSE if a == results.OK else BETTER if b == results.OK else CHANGED


def _claim(_: str, a: bool, b: bool, __: float) -> str:
    return SAME if a == b else WORSE if a else BETTER


def is_number(value: Any) -> bool:
    """Whether a value of a metric is a number; a truth value is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _metric(name: str, a: Any, b: Any, tolerance: float) -> str:
    """A number that became null, so no finite number any more, got worse."""
    if not (is_number(a) and is_number(b)):
        return SAME if a == b else WORSE if is_number(a) and b is None else CHANGED
    if abs(b - a) <= tolerance * max(abs(a), abs(b)):
        return SAME
    better = direction(name)
    if better is None:
        return CHANGED
    return BETTER if (b > a) == (better == "higher") else WORSE


def judge(name: str, before: Any, now: Any) -> str:
    """The verdict on one metric from its values in two runs.

    >>> judge("test RMSE in knots", 10.0, 12.0)
    'worse'
    """
    return _metric(name, before, now, TOLERANCE)

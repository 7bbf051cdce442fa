"""Results of batch runs as data: what `results.json` holds, and what earlier runs say about time and memory."""

import contextlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_origin

from bootcamp.course import Value
from bootcamp.datasets.files import FileError, read_bytes

RESULTS = "results.json"
OK, FAILED, DIED, TIMED_OUT, INTERRUPTED, NOT_RUN = "ok", "failed", "died", "timed out", "interrupted", "not run"
OUT_OF_MEMORY = "out of memory"
NO_FIGURES = "no figures"
MOST_BYTES = 50_000_000
LARGEST_NUMBER = 1e300
"""Of the numbers in a result; arithmetic with larger ones would end in errors."""


class BatchError(RuntimeError):
    """A batch run cannot start or go on; the message says why."""


@dataclass
class Result:
    """What a batch run knows of one notebook; the entry of `results.json`.

    `claims`: sentence -> whether it holds; `claim_numbers`: sentence -> its numbers, `shown` as in the notebook,
    `values` (with the operators between them) and `named`. `mlflow`: id of its MLflow run, if any.
    """

    notebook: str
    status: str = NOT_RUN
    seconds: float = 0.0
    peak_memory_mb: float = 0.0
    parameters: dict[str, Value] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, bool] = field(default_factory=dict)
    claim_numbers: dict[str, dict[str, Any]] = field(default_factory=dict)
    exercises: dict[str, bool] = field(default_factory=dict)
    error: str = ""
    executed: str = ""
    html: str = ""
    source_sha256: str = ""
    mlflow: str = ""


def claim_text(entry: Mapping[str, Any], claim: str) -> str:
    """Whether a claim holds in an entry of `results.json`, with its numbers: `True [0.031 against 0.114]`."""
    holds, numbers = entry["claims"][claim], entry.get("claim_numbers")
    found = numbers.get(claim) if isinstance(numbers, Mapping) else None
    shown = found.get("shown") if isinstance(found, Mapping) else None
    return f"{holds} [{shown}]" if shown else str(holds)


def parse(text: str, place: object) -> dict[str, Any]:
    """Contents of a `results.json` from its text; `place` is named in the error.

    Raises:
        BatchError: it is damaged.
    """
    try:
        if len(text) > MOST_BYTES:
            raise ValueError("no run has so many results")
        content = json.loads(text, parse_int=_whole_number)
        json.dumps(content, ensure_ascii=False).encode()  # half of a pair of surrogates is no text
        for entry in content["notebooks"]:
            _check_types(Result(**entry))
    except (ValueError, KeyError, TypeError, RecursionError) as error:  # deep nesting exhausts the parser
        raise BatchError(f"{place} is damaged; move it away or choose another --output") from error
    return content


def _check_types(result: Result) -> None:
    """Refuse an entry whose fields are of other types than those a run writes.

    Raises:
        TypeError: one is.
    """
    for part in fields(Result):
        value, wanted = getattr(result, part.name), get_origin(part.type) or part.type
        if wanted is float:
            if isinstance(value, bool) or not 0 <= value <= LARGEST_NUMBER:
                raise ValueError(f"{part.name} is {value}")
        elif not isinstance(value, wanted):
            raise TypeError(f"{part.name} is {type(value).__name__}")
    if not all(isinstance(holds, bool) for holds in (*result.claims.values(), *result.exercises.values())):
        raise TypeError("a claim holds or does not, an exercise is solved or not")


def _whole_number(digits: str) -> int:
    number = int(digits)
    if abs(number) > LARGEST_NUMBER:
        raise ValueError("a number is too large")
    return number


def parse_bytes(content: bytes, place: object) -> dict[str, Any]:
    """The same from the bytes of a file."""
    try:
        return parse(content.decode("utf-8"), place)
    except UnicodeDecodeError as error:
        raise BatchError(f"{place} is damaged; move it away or choose another --output") from error


def read_results(folder: Path) -> dict[str, Any]:
    """Contents of `results.json` in `folder`.

    Raises:
        FileNotFoundError: there is none.
        BatchError: it is damaged.
    """
    path = folder / RESULTS
    try:
        return parse_bytes(read_bytes(path, MOST_BYTES), path)
    except FileError as error:
        raise BatchError(str(error)) from error


def write_results(path: Path, content: Mapping[str, Any]) -> None:
    """Replace a result file in one step.

    Raises:
        BatchError: it cannot be written; the old one is still there.
    """
    partial = path.with_suffix(".partial")
    try:
        partial.write_text(json.dumps(content, indent=2, allow_nan=False), encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise BatchError(f"the results could not be saved in {path}: {error.strerror}") from error


def past_runs(folders: Iterable[Path]) -> list[tuple[Path, dict[str, Any]]]:
    """Every readable result file one level below the folders, oldest run first: (its path, its contents)."""
    found = {}
    for folder in folders:
        for path in sorted(folder.glob("*/results*.json")):
            with contextlib.suppress(OSError, FileError, BatchError):
                found[path.absolute()] = parse_bytes(read_bytes(path, MOST_BYTES), path)
    return sorted(found.items(), key=lambda item: (str(item[1].get("started", "")), str(item[0])))


def experience(runs: Iterable[tuple[Path, Mapping[str, Any]]], profile: str) -> dict[str, Result]:
    """The last good result of each notebook with a profile: name -> result."""
    return {
        entry["notebook"]: Result(**entry)
        for _, content in runs
        if content.get("profile") == profile
        for entry in content["notebooks"]
        if entry.get("status") == OK
    }

"""The learner's outbox: a folder for each submission that waits, with its predictions and a record, written last.

A folder without a record is no submission. One that cannot be read is put aside with the reason, so that it does not
keep the others.
"""

import io
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from bootcamp.datasets.files import odd_kind
from bootcamp.leaderboard import npz
from bootcamp.leaderboard.submissions import Submission, checked_arrays, digest

import numpy as np

PREDICTIONS, RECORD, REASON = "predictions.npz", "record.json", "reason.txt"
TO_CLASS = "to_class"
LONGEST_RECORD = 2**20
LARGEST_SCORE = 1e300
WAITS = ("pipe", "socket", "device")
"""Kinds of places from which a reader might wait for ever."""
MOST_BYTES = 2**30
"""What the predictions of an entry may unpack to."""


class EntryError(ValueError):
    """An entry of the outbox that cannot be read; the message says why."""


@dataclass(frozen=True)
class Entry:
    """What waits in a folder; `to_class`: it was meant for the server of a class."""

    folder: Path
    submission: Submission
    to_class: bool

    @property
    def predictions(self) -> Path:
        """The file with the predictions."""
        return self.folder / PREDICTIONS


def put(outbox: Path, submission: Submission, arrays: Mapping[str, np.ndarray], to_class: bool) -> Path:
    """Write an entry; returns its folder."""
    folder = Path(tempfile.mkdtemp(prefix=f"{submission.submitted.replace(':', '')}-", dir=outbox))
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # packing numbers like these takes long and saves little
    (folder / PREDICTIONS).write_bytes(buffer.getvalue())
    written = folder / f"{RECORD}.part"
    written.write_text(json.dumps({**vars(submission), TO_CLASS: to_class}), encoding="utf-8")
    written.replace(folder / RECORD)
    return folder


def waiting(outbox: Path) -> list[Path]:
    """Folders of all entries, in the order in which they were written."""
    return sorted(path.parent for path in outbox.glob(f"*/{RECORD}"))


def read(folder: Path) -> Entry:
    """The entry in a folder, with the digest of the predictions that lie there.

    Raises:
        EntryError: its record or its predictions are missing, damaged, or of another version of the course.
    """
    written = _record(folder / RECORD)
    to_class = written.pop(TO_CLASS)
    _check_kind(folder / PREDICTIONS, "its predictions")
    try:
        found = digest(checked_arrays(npz.read_arrays(folder / PREDICTIONS, MOST_BYTES)))
    except (OSError, ValueError) as error:
        raise EntryError(f"its predictions cannot be read: {_words(error)}") from error
    return Entry(folder, Submission(**{**written, "digest": found}), to_class)


def _check_kind(file: Path, what: str) -> None:
    kind = odd_kind(file)
    if kind in WAITS:
        raise EntryError(f"{what} cannot be read: a {kind} is no file")


def _record(file: Path) -> dict[str, Any]:
    _check_kind(file, "its record")
    try:
        with file.open("rb") as opened:
            written = json.loads(opened.read(LONGEST_RECORD))
    except (OSError, ValueError, RecursionError) as error:
        raise EntryError(f"its record cannot be read: {_words(error)}") from error
    expected = {field.name for field in fields(Submission)} | {TO_CLASS}
    if not isinstance(written, dict) or set(written) != expected:
        found = ", ".join(sorted(set(written) ^ expected)) if isinstance(written, dict) else type(written).__name__
        raise EntryError(f"its record is that of another version of the course: {found}")
    texts = expected - {"scores", TO_CLASS}
    if not (_are_scores(written["scores"]) and isinstance(written[TO_CLASS], bool)) or not all(
        _is_text(written[name]) for name in texts
    ):
        raise EntryError("its record has values of a wrong type")
    return written


def _are_scores(found: Any) -> bool:
    return isinstance(found, dict) and all(
        isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST_SCORE
        for value in found.values()
    )


def _is_text(found: Any) -> bool:
    """Whether it can be written somewhere: half of a pair of surrogates cannot."""
    return isinstance(found, str) and not any("\ud800" <= char <= "\udfff" for char in found)


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)

"""What is reported of a check, and the outbox in which it waits: a file for each, in the order of their times."""

import contextlib
import json
import secrets
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from bootcamp.exercises.sharing import hints

BATCH = 100
"""Events of one request at most."""


@dataclass(frozen=True)
class Event:
    """A check: which exercise, whether it passed, which hint was shown, when (seconds of the learner's clock)."""

    exercise: str
    passed: bool
    hint: int
    at: float = field(default_factory=time.time)
    id: str = field(default_factory=lambda: secrets.token_hex(16))

    def as_sent(self, now: float) -> dict[str, str | bool | int | float]:
        """As it is sent: with its age instead of its time, so that a clock that is off does no harm."""
        sent = asdict(self)
        age = max(0.0, now - sent.pop("at"))
        return sent | {"age": round(age, 6)}


def of_check(exercise: str, passed: bool, hint: str, at: float) -> Event:
    """The event of a check; of the hint only its number is left."""
    return Event(exercise, passed, hints.number(exercise.partition(".")[0], hint), at)


def put(outbox: Path, event: Event) -> None:
    """Write an event into the outbox.

    Raises:
        OSError: it cannot be written; nothing half-written is left that would be read.
    """
    outbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = outbox / f"{int(event.at * 1e6):020d}-{event.id}.json"
    partial = file.with_suffix(".part")
    try:
        partial.write_text(json.dumps(asdict(event)), encoding="utf-8")
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def waiting(outbox: Path, most: int = BATCH) -> list[tuple[Path, Event]]:
    """The first that wait, in their order; a file that is no event is put aside under another name."""
    found = []
    for file in sorted(outbox.glob("*.json")):
        event = _read(file)
        if event is None:
            with contextlib.suppress(OSError):
                file.replace(file.with_suffix(".damaged"))
            continue
        found.append((file, event))
        if len(found) == most:
            break
    return found


def remove(files: Iterable[Path]) -> None:
    """Take events out of the outbox."""
    for file in files:
        file.unlink(missing_ok=True)


def _read(file: Path) -> Event | None:
    with contextlib.suppress(OSError, ValueError, TypeError, RecursionError):
        found = json.loads(file.read_text(encoding="utf-8"))
        kinds = {part.name: part.type for part in fields(Event)}
        if set(found) == set(kinds) and all(isinstance(found[name], kind) for name, kind in kinds.items()):
            return Event(**found)
    return None

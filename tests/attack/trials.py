"""What an attack is: trials within a time, and what was lost in them."""

import contextlib
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.test_children import marked

ORPHAN_SECONDS = 5.0
"""So long what a killed process started may live."""
SHOWN = 300
"""Characters of an error in the list of losses."""


@dataclass
class Attack:
    """An attack that is going on: `wanted` trials within some seconds from the first one on, in a folder of its own.

    `patience` multiplies the times in which servers have to answer, for machines that have other things to do.
    """

    name: str
    wanted: int
    seconds: float
    folder: Path
    seed: int = 0
    patience: float = 1.0
    done: int = 0
    losses: list[str] = field(default_factory=list)
    measured: str = ""

    def __post_init__(self) -> None:
        self.random, self._begun = random.Random(self.seed), 0.0

    def trials(self) -> Iterator[int]:
        """Numbers of the trials, as many as are wanted and as there is time for."""
        while not self.over():
            self.done += 1
            yield self.done

    def over(self) -> bool:
        """Whether there is nothing more to be tried."""
        return self.done >= self.wanted or self.left() < 0

    def left(self) -> float:
        """Seconds that are left for trials."""
        self._begun = self._begun or time.monotonic()
        return self._begun + self.seconds - time.monotonic()

    def check(self, holds: object, loss: object) -> None:
        """Count a loss where something does not hold."""
        if not holds:
            self.losses.append(str(loss)[:SHOWN])

    @contextlib.contextmanager
    def guarded(self, what: object) -> Iterator[None]:
        """An error that nobody documented, or an assertion of a helper, is a loss."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - that is what the attack looks for
            self.check(False, f"{what}: {type(error).__name__}: {error}")

    def check_gone(self, mark: str) -> None:
        """No process that inherited a mark may outlive the one that was killed by more than some seconds."""
        end = time.monotonic() + ORPHAN_SECONDS
        while (left := marked(mark)) and time.monotonic() < end:
            time.sleep(0.05)
        self.check(not left, f"orphans: {left}")


Function = Callable[[Attack], None]


def run(name: str, attack: Function, wanted: int, seconds: float, folder: Path, **options: float) -> Attack:
    """Run an attack; an error that stops it is one more loss."""
    folder.mkdir(parents=True)
    going = Attack(name, wanted, seconds, folder, **options)
    with going.guarded("the attack itself stopped"):
        attack(going)
    return going


def percentile(values: list[float], share: float) -> float:
    """The value that a share of the values does not exceed."""
    return sorted(values)[max(0, round(share * len(values)) - 1)]

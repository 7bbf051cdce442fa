"""`python -m tests.attack`: every attack in turn, and a table of trials and losses."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bootcamp.runtime import isolation
from tests.attack.trials import Attack, run

MOST_LOSSES = 5
"""Of an attack, that are shown."""


@dataclass(frozen=True)
class Planned:
    """An attack of the suite: how many trials are wanted, and its share of the time."""

    name: str
    module: str
    function: str
    trials: int
    share: float


PLAN = (
    Planned("SIGKILL of data prepare", "kills", "preparing", 130, 0.22),
    Planned("SIGKILL of run --jobs 2, --resume", "kills", "running", 50, 0.20),
    Planned("SIGKILL of the leaderboard with MLflow", "kills", "board", 20, 0.15),
    Planned("submissions, each sent twice, two kills", "kills", "submitting", 60, 0.05),
    Planned("fuzzed HURDAT2, lines", "inputs", "hurdat2", 10_000, 0.06),
    Planned("damaged images", "inputs", "images", 1_000, 0.03),
    Planned("uploads with changed bytes", "inputs", "arrays", 2_000, 0.01),
    Planned("results.json of a fuzzer", "inputs", "results_json", 500, 0.06),
    Planned("silent connections", "connections", "silent", 2_000, 0.02),
    Planned("dripping clients", "connections", "dripping", 20, 0.02),
    Planned("uploads that unpack to much", "connections", "uploads", 40, 0.02),
    Planned("learners at once on a hub", "hub", "learners", 30, 0.16),
)


def function_of(planned: Planned) -> Callable[[Attack], None]:
    """The function of an attack; imported when it is needed, for some take seconds."""
    module = __import__(f"tests.attack.{planned.module}", fromlist=[planned.function])
    return getattr(module, planned.function)


def main() -> int:
    """Run what is asked for; 1 if anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0, help="time for everything together")
    parser.add_argument("--trials", type=float, default=1.0, help="share of the trials, such as 0.1")
    parser.add_argument("--only", nargs="*", default=[], metavar="WORD", help="attacks with one of these words")
    parser.add_argument("--seed", type=int, default=0, help="of random moments and files")
    parser.add_argument("--patience", type=float, default=1.0, help="factor on the seconds in which servers answer")
    given = parser.parse_args()
    chosen = [p for p in PLAN if not given.only or any(w in f"{p.name} {p.function}" for w in given.only)]
    lost, options = 0, {"seed": given.seed, "patience": given.patience}
    with tempfile.TemporaryDirectory(prefix="attack-") as name:
        _nothing_outside_of(Path(name))
        print(f"{'attack':42}{'trials':>14}{'lost':>6}{'seconds':>9}  measured", flush=True)
        seconds = 60 * given.minutes / sum(planned.share for planned in chosen)
        for number, planned in enumerate(chosen):
            wanted, begun = max(1, round(given.trials * planned.trials)), time.monotonic()
            folder = Path(name) / str(number)
            attack = run(planned.name, function_of(planned), wanted, planned.share * seconds, folder, **options)
            _show(attack, time.monotonic() - begun)
            lost += len(attack.losses)
    return 1 if lost else 0


def _show(attack: Attack, seconds: float) -> None:
    trials = f"{attack.done:,}" if attack.done >= attack.wanted else f"{attack.done:,} of {attack.wanted:,}"
    print(f"{attack.name:42}{trials:>14}{len(attack.losses):>6}{seconds:>9.0f}  {attack.measured}", flush=True)
    for loss in attack.losses[:MOST_LOSSES]:
        print(f"    {loss!r}", flush=True)


def _nothing_outside_of(folder: Path) -> None:
    """Whatever the course or its libraries keep, they keep here; what this process starts inherits it."""
    os.environ.update(isolation.environment(os.environ, folder))
    for name in isolation.NOT_INHERITED:
        os.environ.pop(name, None)
    places = {"BOOTCAMP_HOME": "home", "BOOTCAMP_DATA": "data", "HYPOTHESIS_STORAGE_DIRECTORY": "hypothesis"}
    places |= {"TMPDIR": ".", "NUMBA_CACHE_DIR": "numba", "IPYTHONDIR": "ipython"}
    for variable, place in places.items():
        os.environ[variable] = str(folder / place)
    folder.chmod(0o755)
    tempfile.tempdir = None
    os.environ |= {"BOOTCAMP_PROGRESS": "off", "PYTHONDONTWRITEBYTECODE": "1"}
    sys.dont_write_bytecode = True


if __name__ == "__main__":
    sys.exit(main())

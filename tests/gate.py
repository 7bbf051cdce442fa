"""Order and choice in the gate: what runs in one process, what runs first, what `make quick` runs.

Hooks of pytest for the `conftest.py` of the repository, and the plain functions behind them.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from bootcamp.runtime import machine

SECONDS_FILE = Path(__file__).with_name("seconds.json")
APART = "tests/test_notebooks.py"
"""The file whose tests run each by itself: most of them run a whole notebook."""
SLOW_SECONDS, SLOW_SETUP_SECONDS = 1.0, 2.0
"""From here on `make quick` leaves out a test, or a file of tests that share what takes so long to set up."""
UNKNOWN_NOTEBOOK_SECONDS = 60.0
GIGABYTES_PER_WORKER = 3


def recorded_seconds() -> dict[str, float]:
    """Seconds of every notebook, of every slow test, and of the slow set-up of a file of tests."""
    return json.loads(SECONDS_FILE.read_text(encoding="utf-8"))


def file_of(test: str) -> str:
    """File of a test.

    >>> file_of("CFD/01_Steady_Flow.ipynb::Cell 3")
    'CFD/01_Steady_Flow.ipynb'
    """
    return test.split("::")[0]


def group(test: str) -> str:
    """What runs in one process, in its own order: a notebook, whose cells share a kernel, or a file of tests."""
    return test if file_of(test) == APART else file_of(test)


def group_seconds(recorded: Mapping[str, float]) -> dict[str, float]:
    """Seconds of every group of which something is recorded."""
    found: dict[str, float] = defaultdict(float)
    for test, seconds in recorded.items():
        found[group(test)] += seconds
    return found


def longest_first(tests: Iterable[str], recorded: Mapping[str, float]) -> list[str]:
    """Tests by the seconds of their group, so that none that takes long begins when the others are done."""
    known = group_seconds(recorded)

    def seconds(test: str) -> float:
        unknown = UNKNOWN_NOTEBOOK_SECONDS if file_of(test).endswith(".ipynb") else 0.0
        return known.get(group(test), unknown)

    return sorted(tests, key=seconds, reverse=True)  # stable: a group stays together, in its order


def is_quick(test: str, recorded: Mapping[str, float]) -> bool:
    """Whether `make quick` runs a test; it is given the notebooks it shall run."""
    return file_of(test).endswith(".ipynb") or (test not in recorded and file_of(test) not in recorded)


def workers() -> int:
    """Test processes at a time: one more than cores, as some tests wait for servers, and no more than fit in memory."""
    share = machine.allotted()
    return max(1, min(share.workers + 1, share.memory // (GIGABYTES_PER_WORKER * 2**30)))


class SecondsRecorder:
    """Plugin that writes `tests/seconds.json` at the end of a run."""

    def __init__(self) -> None:
        self.setup: dict[str, float] = defaultdict(float)
        self.total: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report) -> None:
        """Add up the parts of every test."""
        file = file_of(report.nodeid)
        slow_setup = report.when == "setup" and report.duration >= SLOW_SETUP_SECONDS
        if slow_setup and not file.endswith(".ipynb"):
            self.setup[file] += report.duration
        else:
            self.total[file if file.endswith(".ipynb") else report.nodeid] += report.duration

    def pytest_sessionfinish(self) -> None:
        """Write what is worth knowing; what this run did not touch stays."""
        files = {file_of(test) for test in (*self.total, *self.setup)}
        kept = {test: seconds for test, seconds in recorded_seconds().items() if file_of(test) not in files}
        slow = {test: s for test, s in self.total.items() if s >= SLOW_SECONDS or test.endswith(".ipynb")}
        found = kept | {test: round(seconds, 1) for test, seconds in (slow | self.setup).items()}
        SECONDS_FILE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")

"""Settings for every pytest run, also for a plain `pytest --nbval`; the kernels of the notebooks inherit them."""

import atexit
import os
import shutil
import signal
import tempfile
from pathlib import Path

from bootcamp.runtime import THREAD_VARIABLES, isolation
from tests import gate

import pytest

# Progress bars change from run to run, and the tests must not touch the learner's own progress.
os.environ["BOOTCAMP_PROGRESS"] = "off"
os.environ["BOOTCAMP_HOME"] = tempfile.mkdtemp(prefix="bootcamp-home-")
atexit.register(shutil.rmtree, os.environ["BOOTCAMP_HOME"], ignore_errors=True)
# Nor may the user's own settings reach what is tested: kernels get the environment that the course gives them.
os.environ.update(isolation.environment(os.environ, Path(os.environ["BOOTCAMP_HOME"])))
for name in isolation.NOT_INHERITED:
    os.environ.pop(name, None)
# IPython stores each cell in a database, and waits for the disk: kernels of tests keep their history to themselves.
PROFILE = Path(os.environ["IPYTHONDIR"]) / "profile_default"
PROFILE.mkdir(parents=True, exist_ok=True)
(PROFILE / "ipython_config.py").write_text("c.HistoryManager.hist_file = ':memory:'\n", encoding="utf-8")
# Threads of OpenMP that wait for others keep their core busy; with two busy processes on two cores PyTorch took twenty
# times the processor time for the same training.
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
# Where these are ignored, as in the background of a shell or under nohup, what the tests start would ignore them too.
for name in ("SIGINT", "SIGHUP", "SIGTERM", "SIGQUIT"):
    number = getattr(signal, name, None)
    if number is not None and signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if name == "SIGINT" else lambda *_: None)
# What hypothesis remembers goes with the folder of the tests.
os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(Path(os.environ["BOOTCAMP_HOME"]) / "hypothesis")
IN_WORKER = "PYTEST_XDIST_WORKER" in os.environ
if IN_WORKER:  # the processes share the cores already; Numba starts threads where it is told to, and that is tested
    os.environ.update(dict.fromkeys(set(THREAD_VARIABLES) - {"NUMBA_NUM_THREADS"}, "1"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of this course's tests."""
    parser.addoption("--quick", action="store_true", help="leave out tests that are recorded as slow")
    parser.addoption("--record-seconds", action="store_true", help="write tests/seconds.json")


def pytest_configure(config: pytest.Config) -> None:
    """Record the seconds of tests where they all arrive. Name the file of nbval in full.

    nbval opens that file from the current folder, which may be that of a lab.
    """
    if config.getoption("--record-seconds") and not IN_WORKER:
        config.pluginmanager.register(gate.SecondsRecorder())
    file = config.getoption("nbval_sanitize_with", None)
    if file and not Path(file).exists():
        config.option.nbval_sanitize_with = str(config.rootpath / file)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is slow, if asked to; put the longest first where several processes share the tests."""
    recorded = gate.recorded_seconds()
    if config.getoption("--quick"):
        slow = [item for item in items if not gate.is_quick(item.nodeid, recorded)]
        items[:] = [item for item in items if gate.is_quick(item.nodeid, recorded)]
        config.hook.pytest_deselected(items=slow)
    if IN_WORKER:
        order = {test: place for place, test in enumerate(gate.longest_first([i.nodeid for i in items], recorded))}
        items.sort(key=lambda item: order[item.nodeid])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """What `-n auto` means here."""
    return gate.workers()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Hand out whole groups of tests, in their order."""
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):
        def _split_scope(self, test: str) -> str:
            return gate.group(test)

    config.option.loadscopereorder = False  # xdist would begin with the group of most tests, not of most seconds
    return Groups(config, log)

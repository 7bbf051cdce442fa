"""Settings for every pytest run, also for a plain `pytest --nbval`; the kernels of the notebooks inherit them."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Progress bars change from run to run, and the tests must not touch the learner's own progress.
os.environ["BOOTCAMP_PROGRESS"] = "off"
os.environ["BOOTCAMP_HOME"] = tempfile.mkdtemp(prefix="bootcamp-home-")
atexit.register(shutil.rmtree, os.environ["BOOTCAMP_HOME"], ignore_errors=True)


def pytest_configure(config):
    """Name the file of nbval in full: nbval opens it from the current folder, which may be that of a lab."""
    file = config.getoption("nbval_sanitize_with", None)
    if file and not Path(file).exists():
        config.option.nbval_sanitize_with = str(config.rootpath / file)

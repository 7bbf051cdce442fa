"""Settings for every pytest run, also for a plain `pytest --nbval`; the kernels of the notebooks inherit them."""

import atexit
import os
import shutil
import tempfile

# Progress bars change from run to run, and the tests must not touch the learner's own progress.
os.environ["BOOTCAMP_PROGRESS"] = "off"
os.environ["BOOTCAMP_HOME"] = tempfile.mkdtemp(prefix="bootcamp-home-")
atexit.register(shutil.rmtree, os.environ["BOOTCAMP_HOME"], ignore_errors=True)

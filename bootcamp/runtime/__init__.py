"""Seeds, device, Keras backend, device report, progress bars, and results as data.

Import this module before `keras` or `tensorflow`: the environment variables below are read once, at their import.
"""

import contextlib
import gc
import importlib.metadata
import logging
import os
import random
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from bootcamp.runtime import environment, isolation
from bootcamp.runtime.backends import backend_fault as backend_fault
from bootcamp.runtime.backends import cards_hidden as cards_hidden
from bootcamp.runtime.backends import choose_backend as choose_backend
from bootcamp.runtime.backends import preferred_backend as preferred_backend
from bootcamp.runtime.backends import value_and_gradient as value_and_gradient
from bootcamp.runtime.backends import weight_gradients as weight_gradients
from bootcamp.runtime.claims import CLAIM_KEY as CLAIM_KEY
from bootcamp.runtime.claims import METRIC_KEY as METRIC_KEY
from bootcamp.runtime.claims import claim as claim
from bootcamp.runtime.claims import record as record
from bootcamp.runtime.frameworks import report as framework_report  # noqa: F401
from bootcamp.runtime.machine import gpu_processes as gpu_processes
from bootcamp.runtime.machine import gpu_table as gpu_table
from bootcamp.runtime.machine import machine_report as machine_report

PROGRESS_VARIABLE = "BOOTCAMP_PROGRESS"
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",  # NumPy's and PyTorch's OpenMP
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)
"""Environment variables that limit the threads of the frameworks; each reads its own once, at its import."""


# TensorFlow writes start-up messages to stderr that no learner needs and that would end up in the notebooks.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Without this TensorFlow takes the whole GPU at its first use and keeps it.
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
# TensorFlow has two sets of CPU kernels and chooses by processor. Here everybody gets the faster one; on a processor
# with AVX2 only, where TensorFlow would choose the other, the networks of the cyclone lab trained twice as fast.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
os.environ.setdefault("KERAS_BACKEND", preferred_backend())


@contextlib.contextmanager
def _without_stderr() -> Iterator[None]:
    """Send what C libraries write to file descriptor 2 to nowhere."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _quiet_tensorflow(module: Any) -> None:
    """A notebook builds many small networks; TensorFlow would warn of "retracing" for each of them."""
    logging.getLogger(module.__name__).setLevel(logging.ERROR)


# TensorFlow's C++ code logs the missing CUDA driver before it reads TF_CPP_MIN_LOG_LEVEL. A Jupyter kernel would put
# these lines, with their time stamps, into the output of the import cell. A failing import still raises.
isolation.after_import("tensorflow", _quiet_tensorflow, _without_stderr)
isolation.isolate()


def set_seed(seed: int) -> None:
    """Seed Python, NumPy, PyTorch, and Keras with its backend if Keras is in use.

    Raises:
        ValueError: `seed` is not an integer from 0 to 2**32 - 1.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise ValueError(f"a seed is an integer from 0 to 2**32 - 1, not {seed!r}")
    import numpy as np
    import torch

    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - Keras and scikit-learn draw from the global generator
    torch.manual_seed(seed)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(seed)


def device() -> str:
    """Name of the PyTorch device to use: `cuda` where PyTorch can use a GPU, else `cpu`."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def progress_enabled() -> bool:
    """Whether progress bars are shown; `BOOTCAMP_PROGRESS=off` keeps them out of stored and compared outputs."""
    return environment.flag(PROGRESS_VARIABLE, default=True)


def progress(iterable: Iterable, description: str, **options: Any) -> Iterable:
    """`iterable` with a progress bar; `options` are passed on to tqdm."""
    from tqdm.auto import tqdm

    return tqdm(iterable, desc=description, leave=False, disable=not progress_enabled(), **options)


def progress_bar(total: int, description: str) -> Any:
    """A progress bar over so many bytes, to be updated by hand; also a context."""
    from tqdm.auto import tqdm

    options = {"unit": "B", "unit_scale": True, "leave": False, "disable": not progress_enabled()}
    return tqdm(total=total or None, desc=description, **options)


def progress_callback(description: str) -> Any:
    """Keras callback with one progress bar over the epochs of a training."""
    from tqdm.keras import TqdmCallback

    return TqdmCallback(verbose=0, desc=description, leave=False, disable=not progress_enabled())


def package_version(name: str) -> str | None:
    """Installed version of a package, None when it is missing."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def release_device() -> str:
    """Drop cached models and cached GPU memory of this kernel; returns a sentence on what PyTorch still holds."""
    if "keras" in sys.modules:
        sys.modules["keras"].backend.clear_session()
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        return "Nothing to release: this kernel holds no GPU memory."
    torch.cuda.empty_cache()
    return f"PyTorch in this kernel still holds {torch.cuda.memory_allocated() / 2**20:.0f} MiB of GPU memory."

"""Kernels that start at once, forked from a process that has imported what every notebook imports.

The start of Python and the import of the frameworks are most of a run with the smoke profile, and the same every time.
A nursery is a process that imports them once and forks a kernel for every request. `pytest --nbval`, which compares
what learners see, starts its kernels as Jupyter does; so does a learner.
"""

import contextlib
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn, TextIO

from bootcamp.runtime import isolation

import psutil
from jupyter_client import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

IMPORTS = (
    "bootcamp.runtime",  # sets variables that TensorFlow reads once, at its import
    "ipykernel.kernelapp",
    "matplotlib.pyplot",
    "numba",
    "pandas",
    "scipy.stats",
    "shapely",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "tensorboard.backend.event_processing.event_accumulator",
    "tensorflow",
    "torch._dynamo",  # the first optimizer of a process imports it
    "keras",
)
"""What a nursery imports. Without the rooms: their imports are part of what a run tests."""


class Kernel:
    """A forked kernel with what jupyter_client asks of a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int):
        self.pid = pid
        with contextlib.suppress(psutil.NoSuchProcess):  # a process that ended at once
            self._process = psutil.Process(pid)  # knows when it started: another one with its number is not it

    def poll(self) -> int | None:
        """None while it runs; the exit status is the nursery's, and unknown here."""
        return None if hasattr(self, "_process") and self._process.is_running() else 0

    wait = poll

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the kernel has ended."""
        with contextlib.suppress(AttributeError, psutil.NoSuchProcess):
            self._process.send_signal(number)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The process from which the kernels of one backend of Keras are forked; it ends with the process that made it."""

    def __init__(self, backend: str):
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            env=os.environ | {"KERAS_BACKEND": backend, "MPLBACKEND": isolation.INLINE},  # as a kernel sets it
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # a signal for the tests and all around them ends the tests, and their end ends it
        )

    def ended(self) -> bool:
        """Whether the process is no more."""
        return self._process.poll() is not None

    def fork(self, connection_file: str, folder: str, environment: dict[str, str]) -> Kernel:
        """A new kernel that listens as the connection file says.

        Raises:
            RuntimeError: the nursery ended, most likely at an import; what it wrote to stderr says why.
        """
        order = {"file": connection_file, "folder": folder, "environment": environment}
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps(order), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the nursery of kernels ended with exit code {self._process.wait()}")
        return Kernel(int(answer))


nurseries: dict[str, Nursery] = {}
"""The nursery of every backend, for each test process its own."""


def nursery(backend: str) -> Nursery:
    """The nursery of a backend; a new one if there is none, or it has ended."""
    if backend not in nurseries or nurseries[backend].ended():
        nurseries[backend] = Nursery(backend)
    return nurseries[backend]


class ForkedProvisioner(LocalProvisioner):
    """Starts kernels in the nursery of their backend."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> dict[str, Any]:
        """Fork a kernel instead of running `cmd`."""
        environment = options["env"]
        self.process = nursery(environment["KERAS_BACKEND"]).fork(
            self.parent.connection_file, str(options["cwd"]), environment
        )
        self.pid = self.pgid = self.process.pid
        return self.connection_info


class ForkedKernelManager(AsyncKernelManager):
    """A kernel manager for nbclient whose kernel comes from a nursery."""

    def __init__(self, **options: Any):
        super().__init__(**options)
        self.provisioner = ForkedProvisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)


def forget_the_course() -> None:
    """Let a kernel import `bootcamp` and `keras` itself, which costs nothing, as their parts stay.

    By then `runtime` must find a kernel, and `keras` in `sys.modules` tells it, and a test, who uses Keras.
    """
    for name in list(sys.modules):
        if name == "keras" or name.split(".")[0] == "bootcamp":
            del sys.modules[name]


def become_kernel(file: str, folder: str, environment: dict[str, str]) -> NoReturn:
    """Turn this process, just forked, into a kernel with that working folder and environment."""
    from ipykernel.kernelapp import IPKernelApp

    nursery_number = os.getppid()
    os.setsid()  # signals for the kernel's group reach what it started, and not the nursery
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nothing, stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    forget_the_course()
    try:
        # With the number of the nursery, so that the kernel ends when the nursery does.
        IPKernelApp.launch_instance(["-f", file, f"--IPKernelApp.parent_handle={nursery_number}"])
    finally:
        os._exit(0)  # the nursery's own end is not repeated here


def serve(orders: TextIO, answers: TextIO) -> None:
    """Fork a kernel for each line of `orders` and answer with its number, until the orders end."""
    gc.freeze()  # a kernel's garbage collection need not look through all that was imported
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended kernels leave no zombie
    for line in orders:
        pid = os.fork()
        if pid == 0:
            become_kernel(**json.loads(line))
        print(pid, file=answers, flush=True)


if __name__ == "__main__":
    for module in IMPORTS:
        importlib.import_module(module)
    serve(sys.stdin, sys.stdout)

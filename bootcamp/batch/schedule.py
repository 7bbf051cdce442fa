"""Which notebook of a batch run comes next, and its share of the machine: cores, memory and a GPU.

One job on a GPU at a time: a framework may take all of its memory. A notebook that is expected to need more memory
than is left waits until others have ended; one that is expected to need more than there is runs alone.
"""

import itertools
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from bootcamp import course, runtime
from bootcamp.batch.results import BatchError, Result
from bootcamp.runtime import machine

ESTIMATED_MB = {"smoke": 1500.0, "laptop": 3000.0, "gpu": 8000.0}
"""Memory a notebook is expected to need as long as no earlier run has measured it."""
SHARE_OF_FREE_MEMORY = 0.9


@dataclass(frozen=True)
class Limits:
    """What a batch run may use at once.

    `cpus`: number of cores; None: all. `memory_mb`: for all notebooks together; None: what is free for a run with
    several jobs, no limit for a run with one. `gpus`: their ids; None: those visible.
    """

    jobs: int = 1
    cpus: int | None = None
    memory_mb: float | None = None
    gpus: tuple[str, ...] | None = None


@dataclass(eq=False)
class Job:
    """A notebook with its share. `cpus` is empty where the job may use every core; `gpu` is "" for none.

    `limit_mb`: its memory may not exceed this. `memory_mb`: what it is expected to need, raised by what it is seen to
    need. `stop`: set when the run is to end.
    """

    notebook: course.Notebook
    stop: threading.Event = field(default_factory=threading.Event)
    cpus: tuple[int, ...] = ()
    gpu: str | None = None
    memory_mb: float = 0.0
    limit_mb: float | None = None

    def environment(self) -> dict[str, str]:
        """Environment variables that keep the frameworks within the share."""
        threads = dict.fromkeys(runtime.THREAD_VARIABLES, str(len(self.cpus))) if self.cpus else {}
        return threads if self.gpu is None else threads | {"CUDA_VISIBLE_DEVICES": self.gpu}


def parse_gpus(text: str) -> tuple[str, ...]:
    """GPUs as the user names them: a number of GPUs, or their ids with commas (`0,2`, or `2,` for one).

    Raises:
        BatchError: more than are visible, one that is not, or one named twice.
    """
    visible = machine.visible_gpus()
    if text.strip().isdigit():
        if int(text) > len(visible):
            raise BatchError(f"{int(text)} GPUs were asked for, {len(visible)} are visible")
        return visible[: int(text)]
    ids = tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = [name for name in ids if name not in visible]
    if unknown or not ids or len(set(ids)) < len(ids):
        raise BatchError(f"--gpus takes a number or a list of {', '.join(visible) or 'none, as no GPU is visible'}")
    return ids


def cpu_shares(limits: Limits) -> list[tuple[int, ...]]:
    """The cores of every job; with more jobs than cores some share one.

    Raises:
        BatchError: more cores than there are.
    """
    cpus = list(machine.allotted().cores)
    if limits.cpus is not None and limits.cpus > len(cpus):
        raise BatchError(f"{limits.cpus} CPU cores were asked for, {len(cpus)} can be used")
    if limits.jobs == 1 and limits.cpus is None:
        return [()]
    cpus = cpus[: limits.cpus]
    if limits.jobs >= len(cpus):
        return [(cpus[place % len(cpus)],) for place in range(limits.jobs)]
    edges = [place * len(cpus) // limits.jobs for place in range(limits.jobs + 1)]
    return [tuple(cpus[a:b]) for a, b in itertools.pairwise(edges)]


class Desk:
    """Hands out jobs and takes their shares back; used by one thread. All jobs watch `stop` and end when it is set.

    Args:
        limits: of the whole run.
        known: results of earlier runs, by notebook name.
        profile: for the memory of notebooks that are not known.

    Raises:
        BatchError: more cores are asked for than there are.
    """

    def __init__(self, limits: Limits, known: Mapping[str, Result], profile: str):
        self._limits, self._known, self._profile = limits, known, profile
        self.stop = threading.Event()
        self._cpus = cpu_shares(limits)
        gpus = machine.visible_gpus() if limits.gpus is None else limits.gpus
        self._gpus: list[str] | None = list(gpus) or None
        self._no_gpu = "" if limits.gpus == () else None  # asked to use none: hide them
        free = SHARE_OF_FREE_MEMORY * machine.allotted().free_memory / 1e6 if limits.jobs > 1 else None
        self._memory_mb = free if limits.memory_mb is None else limits.memory_mb
        self._running: list[Job] = []
        self._begun: Counter[str] = Counter()

    def next(self, waiting: Sequence[course.Notebook]) -> Job | None:
        """The job to start now; None where nothing waits or fits. It comes out of `waiting` only at the caller."""
        if not self._cpus or self._gpus == []:
            return None
        fitting = [notebook for notebook in waiting if self._fits(notebook)]
        if not fitting:
            return None
        notebook = fitting[0] if self._limits.jobs == 1 else min(fitting, key=self._rank)
        gpu = self._no_gpu if self._gpus is None else self._gpus.pop(0)
        job = Job(notebook, self.stop, self._cpus.pop(0), gpu, self._expected_mb(notebook), self._memory_mb)
        self._running.append(job)
        self._begun[_lab(notebook)] += 1
        return job

    def give_back(self, job: Job) -> None:
        """Take back the share of a job that has ended; a second time does nothing."""
        if job not in self._running:
            return
        self._running.remove(job)
        self._cpus.append(job.cpus)
        if self._gpus is not None:
            self._gpus.append(job.gpu)

    def _expected_mb(self, notebook: course.Notebook) -> float:
        known = self._known.get(notebook.name)
        return known.peak_memory_mb if known else ESTIMATED_MB.get(self._profile, ESTIMATED_MB["laptop"])

    def _fits(self, notebook: course.Notebook) -> bool:
        if self._memory_mb is None or not self._running:
            return True
        return sum(job.memory_mb for job in self._running) + self._expected_mb(notebook) <= self._memory_mb

    def _rank(self, notebook: course.Notebook) -> tuple[int, float, int]:
        """Labs beside each other first, then the longest, then the lab that has had fewer turns; small is early."""
        lab = _lab(notebook)
        running = sum(_lab(job.notebook) == lab for job in self._running)
        return running, -self._expected_seconds(notebook), self._begun[lab]

    def _expected_seconds(self, notebook: course.Notebook) -> float:
        """Unknown ones count as the mean of the others, so that they come neither all first nor all last."""
        if notebook.name in self._known:
            return self._known[notebook.name].seconds
        return sum(result.seconds for result in self._known.values()) / max(len(self._known), 1)


def _lab(notebook: course.Notebook) -> str:
    return str(PurePosixPath(notebook.path).parent)

"""Batch runs on papermill: one executed copy per notebook, results as data, and one failure never hides the others.

Every notebook runs in a process of its own (`notebook_process`), several beside each other if asked (`schedule`).
"""

import contextlib
import functools
import hashlib
import itertools
import json
import os
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bootcamp import __version__, course
from bootcamp.batch import notebook_process, schedule, stores, tracking
from bootcamp.batch.results import (
    FAILED,
    INTERRUPTED,
    OK,
    RESULTS,
    BatchError,
    Result,
    experience,
    past_runs,
    read_results,
    write_results,
)
from bootcamp.course import Value
from bootcamp.notebooks import authoring
from bootcamp.runtime import locks, machine

POLL_SECONDS = 0.2
GPU_PROFILE = "gpu"


@dataclass(frozen=True)
class Plan:
    """What to run and how.

    `strict`: a claim that turns out False makes its notebook count as failed. `allow_cpu`: the GPU profile may run
    without a GPU. `store`: where the results go besides `output`. `tracker`: of MLflow, if asked for.
    """

    parameters: Mapping[course.Notebook, Mapping[str, Value]]
    output: Path
    profile: str = "laptop"
    timeout: float = 3600.0
    strict: bool = True
    resume: bool = False
    limits: schedule.Limits = field(default_factory=schedule.Limits)
    allow_cpu: bool = False
    store: stores.Store | None = None
    tracker: tracking.Tracker | None = None


def runs_folder() -> Path:
    """Folder of runs: `runs/` of the course; where that is read-only, as in a container, of the current folder."""
    return (course.root() if os.access(course.root(), os.W_OK) else Path.cwd()) / "runs"


def default_output() -> Path:
    """A new, empty folder for a run that was given none, named by the time (UTC)."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    for folder in (runs_folder() / name for name in names):
        with contextlib.suppress(FileExistsError):  # a run that began in the same second has it
            folder.mkdir(parents=True)
            return folder
    raise AssertionError("names do not end")


def run(plan: Plan, on_start: Callable[[str], None], on_end: Callable[[Result], None]) -> list[Result]:
    """Run every notebook of the plan, within its limits; `results.json` is up to date after each.

    Args:
        plan: what to run.
        on_start: called with the name of each notebook before it runs.
        on_end: called with each result, in the order in which they end.

    Raises:
        BatchError: the output folder cannot be written, holds notebooks that are no results, or is in use by another
            run; more cores are asked for than there are; or the GPU profile without a GPU.
        KeyboardInterrupt: the user stopped the run; results so far are saved and the notebooks are ended.
    """
    started = datetime.now(UTC)
    _check_gpu(plan)
    desk = schedule.Desk(plan.limits, _experience(plan), plan.profile)
    with _own(plan.output):
        if plan.store:
            plan.store.open(plan.resume)
        earlier = _earlier(plan) if plan.resume else []
        done = _finished(plan, earlier)
        _make_output(plan)
        results = {notebook: done.get(notebook) or planned(plan, notebook) for notebook in plan.parameters}
        others = [result for result in earlier if result.notebook not in {entry.name for entry in results}]
        _save(plan, [*others, *results.values()], started)
        crew = _Crew(plan, desk, [notebook for notebook in results if notebook not in done], on_start)
        for notebook in done:
            on_end(results[notebook])

        def on_result(notebook: course.Notebook, result: Result) -> None:
            results[notebook] = result
            _save(plan, [*others, *results.values()], started)
            if plan.tracker:
                plan.tracker.send(result, plan.output)
                _save(plan, [*others, *results.values()], started)
            if plan.store:
                log = Path(notebook.path).with_suffix(".log").as_posix()
                plan.store.send(result.executed, result.html, log if (plan.output / log).exists() else "", RESULTS)
            if result.status != INTERRUPTED:
                on_end(result)

        crew.work(on_result)
    return list(results.values())


def _check_gpu(plan: Plan) -> None:
    gpus = machine.visible_gpus() if plan.limits.gpus is None else plan.limits.gpus
    if plan.profile == GPU_PROFILE and not gpus and not plan.allow_cpu:
        raise BatchError(
            "the profile gpu needs a GPU and none is visible; use --profile laptop, or --allow-cpu to run the full"
            " size on the CPU, which takes hours"
        )


def _experience(plan: Plan) -> dict[str, Result]:
    """Time and memory of notebooks in earlier runs that lie beside this one or in the course."""
    return experience(past_runs({plan.output.absolute().parent, course.root().absolute() / "runs"}), plan.profile)


@contextlib.contextmanager
def _own(output: Path) -> Iterator[None]:
    """Keep other runs out of the output folder; the lock goes with the process, also when it is killed."""
    with contextlib.ExitStack() as stack:
        try:
            output.mkdir(parents=True, exist_ok=True)
            stack.enter_context(locks.locked(output / ".lock", "--output", seconds=0))
        except locks.Busy as error:
            raise BatchError(f"another run writes to {output}; name another --output") from error
        except OSError as error:
            raise BatchError(f"cannot write to {output}: {error.strerror}") from error
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                (output / ".lock").unlink(missing_ok=True)


class _Crew:
    """Runs notebooks in threads, as many at once as the desk lets.

    A Ctrl-C may come between any two steps here. So what has ended is kept until it is recorded, and a step that was
    cut short is taken again.
    """

    def __init__(
        self, plan: Plan, desk: schedule.Desk, waiting: list[course.Notebook], on_start: Callable[[str], None]
    ):
        self._plan, self._desk, self._waiting, self._on_start = plan, desk, waiting, on_start
        self._running: dict[course.Notebook, tuple[schedule.Job, threading.Thread]] = {}
        self._ended: dict[course.Notebook, Result] = {}
        self._news = threading.Event()

    def work(self, on_result: Callable[[course.Notebook, Result], None]) -> None:
        """Run all; `on_result` is called in this thread as each ends. However this ends, no notebook is left running.

        Raises:
            KeyboardInterrupt: the user stopped the run; notebooks that ran were handed over as interrupted.
        """
        try:
            while self._waiting or self._running:
                try:
                    self._start_what_fits()
                    self._news.wait(POLL_SECONDS)  # a pause also for what waits for memory
                    self._news.clear()
                    self._hand_over(on_result)
                except KeyboardInterrupt:
                    self._desk.stop.set()
                    self._waiting.clear()
        finally:
            if self._running:
                self._desk.stop.set()
            for _, thread in self._running.values():
                thread.join()
        if self._desk.stop.is_set():
            raise KeyboardInterrupt

    def _start_what_fits(self) -> None:
        while job := self._desk.next(self._waiting):
            thread = threading.Thread(target=self._run, args=(job,))
            self._running[job.notebook] = job, thread
            self._waiting.remove(job.notebook)
            self._on_start(job.notebook.name)
            thread.start()

    def _run(self, job: schedule.Job) -> None:
        self._ended[job.notebook] = _attempt(self._plan, job)
        self._news.set()

    def _hand_over(self, on_result: Callable[[course.Notebook, Result], None]) -> None:
        for notebook, (job, thread) in list(self._running.items()):
            dead = not thread.is_alive()  # Ctrl-C before its start; asked first, as a live one may end meanwhile
            if dead or notebook in self._ended:
                result = self._ended.get(notebook) or replace(planned(self._plan, notebook), status=INTERRUPTED)
                on_result(notebook, result)
                self._desk.give_back(job)
                del self._running[notebook]


def _attempt(plan: Plan, job: schedule.Job) -> Result:
    """Run one notebook; what keeps it from starting or its results from being stored is a failure of this one."""
    result = planned(plan, job.notebook)
    settings = notebook_process.Settings(plan.output, plan.timeout, plan.strict)
    try:
        return notebook_process.run_one(result, job, settings)
    except (OSError, authoring.NotebookError) as error:
        return replace(result, status=FAILED, error=str(error))
    except Exception as error:  # noqa: BLE001 - a fault of ours in a thread must neither hang nor hide the others
        reason = "".join(traceback.format_exception(error))
        return replace(result, status=FAILED, error=f"a fault of the batch runner: {reason}")


def planned(plan: Plan, notebook: course.Notebook) -> Result:
    """The result of a notebook that has not run yet."""
    return Result(notebook.name, parameters=dict(plan.parameters[notebook]), source_sha256=_source_hash(notebook))


def _source_hash(notebook: course.Notebook) -> str:
    """Hash of the code cells: a changed text or output is no reason to run a notebook again. Empty if unreadable."""
    try:
        stored = authoring.read(course.root() / notebook.path)
    except authoring.NotebookError:
        return ""
    sources = [cell.source for cell in authoring.code_cells(stored)]
    return hashlib.sha256(json.dumps(sources).encode()).hexdigest()


def _earlier(plan: Plan) -> list[Result]:
    """Results of an earlier run in the same folder."""
    try:
        return [Result(**entry) for entry in read_results(plan.output)["notebooks"]]
    except FileNotFoundError:
        return []


def _finished(plan: Plan, earlier: Sequence[Result]) -> dict[course.Notebook, Result]:
    """Earlier results that need no repetition: same code, same parameters, ended well."""
    known = {notebook.name: notebook for notebook in plan.parameters}
    finished = {}
    for result in earlier:
        notebook = known.get(result.notebook)
        if notebook and result.status == OK and (all(result.claims.values()) or not plan.strict):
            now = planned(plan, notebook)
            if (result.source_sha256, result.parameters) == (now.source_sha256, now.parameters):
                finished[notebook] = result
    return finished


def _make_output(plan: Plan) -> None:
    """Make the output folder; results of an earlier run there keep a name of their own.

    Executed copies replace each other, so notebooks that no batch run made there (the course itself, a learner's
    working copy) are a reason to refuse.
    """
    earlier = plan.output / RESULTS
    try:
        if not earlier.exists() and any((plan.output / notebook.path).exists() for notebook in course.notebooks()):
            raise BatchError(f"{plan.output} holds notebooks that are no results of a batch run; name another --output")
        plan.output.mkdir(parents=True, exist_ok=True)
        if earlier.exists() and not plan.resume:
            stamp = datetime.fromtimestamp(earlier.stat().st_mtime, UTC)
            earlier.replace(plan.output / f"results-{stamp:%Y%m%dT%H%M%S}.json")
        probe = plan.output / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise BatchError(f"cannot write to {plan.output}: {error.strerror}") from error


@functools.lru_cache
def _machine() -> dict[str, object]:
    """What this run may use; asked once, as a driver that hangs would hold up every result."""
    return {"cpu_cores": machine.allotted().workers, "gpus": [gpu["name"] for gpu in machine.gpu_table()]}


def _save(plan: Plan, results: Sequence[Result], started: datetime) -> None:
    content = {
        "bootcamp": __version__,
        "profile": plan.profile,
        "started": started.isoformat(timespec="seconds"),
        "saved": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": _machine(),
        "notebooks": [asdict(result) for result in results],
    }
    write_results(plan.output / RESULTS, content)

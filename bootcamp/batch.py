"""Batch runs on papermill: one executed copy per notebook, results as data, and one failure never hides the others.

Every notebook runs in a papermill process of its own. So a kernel that dies, hangs or eats the memory takes nothing
else with it, and the time-out can end it from outside.
"""

import contextlib
import hashlib
import json
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bootcamp import __version__, authoring, course, exercises, runtime
from bootcamp.parameters import Value

import psutil
import yaml

RESULTS = "results.json"
OK, FAILED, DIED, TIMED_OUT, INTERRUPTED, NOT_RUN = "ok", "failed", "died", "timed out", "interrupted", "not run"
POLL_SECONDS = 0.2
MARK_VARIABLE = "BOOTCAMP_RUN"


class BatchError(RuntimeError):
    """A batch run cannot start or go on; the message says why."""


@dataclass
class Result:
    """What a batch run knows of one notebook; the entry of `results.json`."""

    notebook: str
    status: str = NOT_RUN
    seconds: float = 0.0
    peak_memory_mb: float = 0.0
    parameters: dict[str, Value] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, bool] = field(default_factory=dict)
    exercises: dict[str, bool] = field(default_factory=dict)
    error: str = ""
    executed: str = ""
    html: str = ""
    source_sha256: str = ""


@dataclass(frozen=True)
class Plan:
    """What to run and how. `strict`: a claim that turns out False makes its notebook count as failed."""

    parameters: Mapping[course.Notebook, Mapping[str, Value]]
    output: Path
    profile: str = "laptop"
    timeout: float = 3600.0
    strict: bool = True
    resume: bool = False


def default_output() -> Path:
    """Folder for a run that was given none: `runs/` of the course, named by the time (UTC)."""
    return course.root() / "runs" / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"


def run(plan: Plan, on_start: Callable[[str], None], on_end: Callable[[Result], None]) -> list[Result]:
    """Run every notebook of the plan, one after the other; `results.json` is up to date after each.

    Args:
        plan: what to run.
        on_start: called with the name of each notebook before it runs.
        on_end: called with each result.

    Raises:
        BatchError: the output folder cannot be written, or holds notebooks that are no results.
        KeyboardInterrupt: the user stopped the run; results so far are saved and the notebook is ended.
    """
    started = datetime.now(UTC)
    earlier = _earlier(plan) if plan.resume else []
    done = _finished(plan, earlier)
    _make_output(plan)
    results = [done.get(notebook, _planned(plan, notebook)) for notebook in plan.parameters]
    others = [result for result in earlier if result.notebook not in {planned.notebook for planned in results}]
    _save(plan, others + results, started)
    for place, notebook in enumerate(plan.parameters):
        if notebook not in done:
            on_start(notebook.name)
            try:
                results[place] = _attempt(plan, notebook)
            except KeyboardInterrupt:
                results[place].status = INTERRUPTED
                raise
            finally:
                _save(plan, others + results, started)
        on_end(results[place])
    return results


def _attempt(plan: Plan, notebook: course.Notebook) -> Result:
    """Run one notebook; what keeps it from starting or its results from being stored is a failure of this one."""
    try:
        return run_one(plan, notebook)
    except (OSError, authoring.NotebookError) as error:
        result = _planned(plan, notebook)
        result.status, result.error = FAILED, str(error)
        return result


def _planned(plan: Plan, notebook: course.Notebook) -> Result:
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
            planned = _planned(plan, notebook)
            if (result.source_sha256, result.parameters) == (planned.source_sha256, planned.parameters):
                finished[notebook] = result
    return finished


def read_results(folder: Path) -> dict[str, Any]:
    """Contents of `results.json` in `folder`.

    Raises:
        FileNotFoundError: there is none.
        BatchError: it is damaged.
    """
    path = folder / RESULTS
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        for entry in content["notebooks"]:
            Result(**entry)
    except (ValueError, KeyError, TypeError) as error:
        raise BatchError(f"{path} is damaged; move it away or choose another --output") from error
    return content


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


def _save(plan: Plan, results: Sequence[Result], started: datetime) -> None:
    content = {
        "bootcamp": __version__,
        "profile": plan.profile,
        "started": started.isoformat(timespec="seconds"),
        "saved": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cpu_cores": os.cpu_count(), "gpus": [gpu["name"] for gpu in runtime.gpu_table()]},
        "notebooks": [asdict(result) for result in results],
    }
    path = plan.output / RESULTS
    partial = path.with_suffix(".partial")
    try:
        partial.write_text(json.dumps(content, indent=2, allow_nan=False), encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise BatchError(f"the results could not be saved in {path}: {error.strerror}") from error


def run_one(plan: Plan, notebook: course.Notebook) -> Result:
    """Run one notebook in a process of its own and collect everything that is known of it."""
    result = _planned(plan, notebook)
    authoring.read(course.root() / notebook.path)
    executed = plan.output / notebook.path
    executed.parent.mkdir(parents=True, exist_ok=True)
    executed.unlink(missing_ok=True)
    log = executed.with_suffix(".log")
    start = time.monotonic()
    with log.open("w", encoding="utf-8") as stream, _papermill(plan, notebook, executed, stream) as process:
        result.peak_memory_mb, in_time = _watch(process, start + plan.timeout)
        result.status = FAILED if process.poll() else OK
    result.seconds = round(time.monotonic() - start, 1)
    if not in_time:
        result.status, result.error = TIMED_OUT, f"not finished after {plan.timeout:g} s"
    _collect(result, plan, executed, log)
    return result


@contextlib.contextmanager
def _papermill(plan: Plan, notebook: course.Notebook, executed: Path, log: Any) -> Iterator[psutil.Popen]:
    """A running papermill process; it, its kernel and whatever they started are gone when the block ends, however."""
    source = (course.root() / notebook.path).resolve()
    parameters = executed.with_suffix(".parameters.yaml")
    # Not as JSON: to YAML the 1e-05 of JSON is a text.
    parameters.write_text(yaml.safe_dump(dict(plan.parameters[notebook])), encoding="utf-8")
    command = [sys.executable, "-m", "papermill", str(source), str(executed.resolve()), "--cwd", str(source.parent)]
    command += ["--parameters_file", str(parameters.resolve()), "--no-progress-bar"]
    mark = uuid.uuid4().hex
    try:
        # A session of its own: Ctrl-C reaches this process alone, which then ends the notebook in order.
        yield psutil.Popen(command, stdout=log, stderr=log, env=_environment(mark), start_new_session=True)
    finally:
        _end(mark)
        parameters.unlink(missing_ok=True)


def _environment(mark: str) -> dict[str, str]:
    """Environment of a notebook: no progress bars; paths made absolute, as it runs in the folder of its lab."""
    names = ("BOOTCAMP_ROOT", "BOOTCAMP_DATA", "BOOTCAMP_MIRROR", exercises.HOME_VARIABLE)
    paths = {name: os.environ[name] for name in names if os.environ.get(name)}
    absolute = {name: str(Path(path).absolute()) for name, path in paths.items() if "://" not in path}
    return os.environ | absolute | {runtime.PROGRESS_VARIABLE: "off", MARK_VARIABLE: mark}


def _family(process: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return [process]


def _watch(process: psutil.Popen, deadline: float) -> tuple[float, bool]:
    """Wait for a process; returns the peak of its family's resident memory in MB and whether it ended in time."""
    peak = 0
    while process.poll() is None:
        if time.monotonic() > deadline:
            return round(peak / 1e6, 1), False
        resident = 0
        for member in _family(process):
            with contextlib.suppress(psutil.Error):
                resident += member.memory_info().rss
        peak = max(peak, resident)
        time.sleep(POLL_SECONDS)
    return round(peak / 1e6, 1), True


def _marked(mark: str) -> list[psutil.Process]:
    """Processes that inherited a mark in their environment, also those whose parents are gone."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(MARK_VARIABLE) == mark:
                found.append(process)
    return found


def _end(mark: str) -> None:
    """End all processes with a mark; first kindly, at a second Ctrl-C at once."""
    try:
        marked = _marked(mark)
        for process in marked:
            with contextlib.suppress(psutil.Error):
                process.terminate()
        psutil.wait_procs(marked, timeout=3)
    finally:
        while remaining := _marked(mark):  # also what was started while the others ended
            for process in remaining:
                with contextlib.suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(remaining, timeout=1)


def _collect(result: Result, plan: Plan, executed: Path, log: Path) -> None:
    """Read metrics, claims and the error from the executed copy and make its HTML copy."""
    try:
        notebook = authoring.read(executed)
    except (OSError, ValueError):  # killed before or while papermill wrote it
        result.error = result.error or _last_line(log)
        return
    result.executed = executed.relative_to(plan.output).as_posix()
    result.metrics = {d["name"]: d["value"] for d in authoring.output_data(notebook, runtime.METRIC_KEY)}
    result.claims = {d["claim"]: d["holds"] for d in authoring.output_data(notebook, runtime.CLAIM_KEY)}
    result.exercises = {d["name"]: d["passed"] for d in authoring.output_data(notebook, exercises.FEEDBACK_KEY)}
    if result.status == FAILED:
        cell_error = _cell_error(notebook)
        result.status = FAILED if cell_error else DIED
        result.error = cell_error or _last_line(log)
    broken = authoring.broken_claims(notebook)
    if broken and plan.strict and result.status == OK:
        result.status, result.error = FAILED, f"does not hold: {'; '.join(broken)}"
    with contextlib.suppress(Exception):  # the results count also where no page can be made of them
        result.html = _write_html(notebook, executed, plan.output)
    if result.status == OK:
        log.unlink()


def _cell_error(notebook: authoring.NotebookNode) -> str:
    for cell in authoring.code_cells(notebook):
        for output in cell.outputs:
            if output.output_type == "error":
                return f"cell {cell.execution_count}: {output.ename}: {output.evalue}"
    return ""


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "ended without a message"


def _write_html(notebook: authoring.NotebookNode, executed: Path, output: Path) -> str:
    from nbconvert import HTMLExporter

    page, _ = HTMLExporter().from_notebook_node(notebook)
    target = executed.with_suffix(".html")
    target.write_text(page, encoding="utf-8")
    return target.relative_to(output).as_posix()

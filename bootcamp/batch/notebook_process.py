"""One notebook of a batch run, in a papermill process of its own, in a working folder of its own.

So a kernel that dies, hangs or eats the memory takes nothing else with it, and limits can end it from outside.
"""

import contextlib
import os
import shutil
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bootcamp import course, exercises, runtime
from bootcamp.batch.results import DIED, FAILED, INTERRUPTED, NO_FIGURES, OK, OUT_OF_MEMORY, TIMED_OUT, Result
from bootcamp.batch.schedule import Job
from bootcamp.notebooks import authoring
from bootcamp.runtime import children

import psutil
import yaml

POLL_SECONDS = 0.2
MARK_VARIABLE = "BOOTCAMP_RUN"
FULL_DISK_BYTES = 1_000_000


@dataclass(frozen=True)
class Settings:
    """What holds for every notebook of a run: output folder, seconds each may take, whether a broken claim fails it."""

    output: Path
    timeout: float
    strict: bool


def run_one(planned: Result, job: Job, settings: Settings) -> Result:
    """Run one notebook with the parameters of `planned`; returns `planned` with everything that is known of it.

    Raises:
        OSError: its files cannot be written.
        authoring.NotebookError: it cannot be read.
    """
    result = replace(planned)
    authoring.read(course.root() / job.notebook.path)
    executed = settings.output / job.notebook.path
    executed.parent.mkdir(parents=True, exist_ok=True)
    executed.unlink(missing_ok=True)
    log = executed.with_suffix(".log")
    start = time.monotonic()
    with log.open("w", encoding="utf-8") as stream, _papermill(result, job, executed, stream) as process:
        result.peak_memory_mb, ended = _watch(process, start + settings.timeout, job)
        result.status = FAILED if process.poll() else OK
    result.seconds = round(time.monotonic() - start, 1)
    if ended:
        result.status, result.error = ended, _reasons(settings, job).get(ended, "")
    _collect(result, settings, executed, log)
    return result


def _reasons(settings: Settings, job: Job) -> dict[str, str]:
    return {
        TIMED_OUT: f"not finished after {settings.timeout:g} s",
        OUT_OF_MEMORY: f"needed more than the {(job.limit_mb or 0) / 1000:.3g} GB of this run; see --memory",
    }


@contextlib.contextmanager
def _papermill(planned: Result, job: Job, executed: Path, log: Any) -> Iterator[psutil.Popen]:
    """A running papermill process; it, its kernel and whatever they started are gone when the block ends, however."""
    source = (course.root() / job.notebook.path).resolve()
    parameters = executed.with_suffix(".parameters.yaml")
    # Not as JSON: to YAML the 1e-05 of JSON is a text.
    parameters.write_text(yaml.safe_dump(planned.parameters), encoding="utf-8")
    folder = _working_folder(executed)
    command = [sys.executable, "-m", "papermill", str(source), str(executed.resolve()), "--cwd", str(folder.resolve())]
    command += ["--parameters_file", str(parameters.resolve()), "--no-progress-bar"]
    mark = uuid.uuid4().hex
    try:
        # A session of its own: Ctrl-C reaches this process alone, which then ends the notebook in order.
        environment = _environment(mark) | job.environment()
        guarded = children.command(command, job.cpus or ())
        process = psutil.Popen(guarded, stdout=log, stderr=log, env=environment, start_new_session=True)
        yield process
    finally:
        _end(mark)
        parameters.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # what the notebook wrote stays
            folder.rmdir()


def _working_folder(executed: Path) -> Path:
    """A new, empty folder beside the executed copy: the course may be read-only, and others may run the notebook too.

    What an earlier run of this notebook wrote there goes, as its executed copy does.
    """
    folder = executed.with_suffix(".work")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(exist_ok=True)
    return folder


def _environment(mark: str) -> dict[str, str]:
    """Environment of a notebook: no progress bars; paths made absolute, as it runs in a folder of its own."""
    names = ("BOOTCAMP_ROOT", "BOOTCAMP_DATA", "BOOTCAMP_MIRROR", exercises.HOME_VARIABLE)
    paths = {name: os.environ[name] for name in names if os.environ.get(name)}
    if "BOOTCAMP_ROOT" not in paths:
        paths["BOOTCAMP_ROOT"] = str(course.root())
    absolute = {name: str(Path(path).absolute()) for name, path in paths.items() if "://" not in path}
    return os.environ | absolute | {runtime.PROGRESS_VARIABLE: "off", MARK_VARIABLE: mark}


def _family(process: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return [process]


def _watch(process: psutil.Popen, deadline: float, job: Job) -> tuple[float, str]:
    """Wait for a process; returns the peak of its family's resident memory in MB, and why it must be ended or ""."""
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _resident_mb(process))
        job.memory_mb = max(job.memory_mb, peak)
        if job.stop.is_set():
            return round(peak, 1), INTERRUPTED
        if time.monotonic() > deadline:
            return round(peak, 1), TIMED_OUT
        if job.limit_mb is not None and peak > job.limit_mb:
            return round(peak, 1), OUT_OF_MEMORY
        time.sleep(POLL_SECONDS)
    return round(peak, 1), ""


def _resident_mb(process: psutil.Process) -> float:
    resident = 0
    for member in _family(process):
        with contextlib.suppress(psutil.Error):
            resident += member.memory_info().rss
    return resident / 1e6


def _marked(mark: str) -> list[psutil.Process]:
    """Processes that inherited a mark in their environment, also those whose parents are gone."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(MARK_VARIABLE) == mark:
                found.append(process)
    return found


def _end(mark: str) -> None:
    """End all processes with a mark; first kindly, after three seconds at once."""
    marked = _marked(mark)
    for process in marked:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    psutil.wait_procs(marked, timeout=3)
    while remaining := _marked(mark):  # also what was started while the others ended
        for process in remaining:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(remaining, timeout=1)


def _collect(result: Result, settings: Settings, executed: Path, log: Path) -> None:
    """Read metrics, claims and the error from the executed copy and make its HTML copy."""
    try:
        notebook = authoring.read(executed)
    except (OSError, ValueError):  # killed before or while papermill wrote it
        result.error = result.error or _last_words(log)
        return
    result.executed = executed.relative_to(settings.output).as_posix()
    result.metrics = {d["name"]: d["value"] for d in authoring.output_data(notebook, runtime.METRIC_KEY)}
    claims = authoring.output_data(notebook, runtime.CLAIM_KEY)
    result.claims = {data["claim"]: data["holds"] for data in claims}
    keys = ("shown", "values", "named")
    result.claim_numbers = {data["claim"]: {key: data[key] for key in keys if key in data} for data in claims}
    result.exercises = {d["name"]: d["passed"] for d in authoring.output_data(notebook, exercises.FEEDBACK_KEY)}
    if result.status == FAILED:
        cell_error = _cell_error(notebook)
        result.status = FAILED if cell_error else DIED
        result.error = cell_error or _last_words(log)
    broken = authoring.broken_claims(notebook)
    if broken and settings.strict and result.status == OK:
        result.status, result.error = FAILED, f"does not hold: {'; '.join(broken)}"
    wanted, drawn = _pictures(authoring.read(course.root() / f"{result.notebook}.ipynb")), _pictures(notebook)
    if result.status == OK and wanted and not drawn:
        result.status, result.error = NO_FIGURES, f"none of {wanted} figures was drawn; see `bootcamp doctor`"
    with contextlib.suppress(Exception):  # the results count also where no page can be made of them
        result.html = _write_html(notebook, executed, settings.output)
    if result.status == OK:
        log.unlink()


def _pictures(notebook: authoring.NotebookNode) -> int:
    """How many pictures the outputs of a notebook hold."""
    outputs = [output for cell in authoring.code_cells(notebook) for output in cell.outputs]
    return sum(any(kind.startswith("image/") for kind in output.get("data", {})) for output in outputs)


def _cell_error(notebook: authoring.NotebookNode) -> str:
    for cell in authoring.code_cells(notebook):
        for output in cell.outputs:
            if output.output_type == "error":
                return f"cell {cell.execution_count}: {output.ename}: {output.evalue}"
    return ""


def _last_words(log: Path) -> str:
    """Last line of a log; on a full disk the log itself may have got lost."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    if not lines and shutil.disk_usage(log.parent).free < FULL_DISK_BYTES:
        return f"the disk is full: free space in {log.parent}"
    return lines[-1] if lines else "ended without a message"


def _write_html(notebook: authoring.NotebookNode, executed: Path, output: Path) -> str:
    from nbconvert import HTMLExporter

    page, _ = HTMLExporter().from_notebook_node(notebook)
    target = executed.with_suffix(".html")
    try:
        target.write_text(page, encoding="utf-8")
    except OSError:  # half a page is worse than none
        target.unlink(missing_ok=True)
        raise
    return target.relative_to(output).as_posix()

"""`bootcamp run`, `compare`, `report`: batch runs."""

import contextlib
import shlex
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from bootcamp.cli.app import INTERRUPTED, app, fail, say, table
from bootcamp.runtime.terminal import printable

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bootcamp.batch import Plan, Result
    from bootcamp.batch.stores import Store
    from bootcamp.batch.tracking import Tracker

MAX_COUNT = 63
LONGEST_VALUE = 44
"""Characters of a value in a table; `results.json` has the whole of a claim with many numbers."""


@app.command()
def run(
    names: Annotated[list[str] | None, typer.Argument(help="Labs or notebooks; none: the whole course.")] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", help="Parameter as name=value; may be repeated.", metavar="NAME=VALUE")
    ] = None,
    profile: Annotated[str, typer.Option(help="Set of parameters: laptop, gpu or smoke.")] = "laptop",
    output: Annotated[
        str | None, typer.Option(help="Folder for the results, or URL such as s3://bucket/x; default runs/<time>.")
    ] = None,
    timeout: Annotated[float, typer.Option(help="Seconds a notebook may take.", min=1.0)] = 3600.0,
    resume: Annotated[bool, typer.Option("--resume", help="Skip what ended well in the same --output.")] = False,
    jobs: Annotated[int, typer.Option(help="Notebooks that run beside each other.", min=1)] = 1,
    cpus: Annotated[int | None, typer.Option(help="CPU cores for all jobs together; default all.", min=1)] = None,
    memory: Annotated[
        float | None, typer.Option(help="GB for all jobs together; default what is free.", min=0.1)
    ] = None,
    gpus: Annotated[
        str | None, typer.Option(help="Number of GPUs, or their ids with commas; one job on each. 0: none.")
    ] = None,
    mlflow: Annotated[str | None, typer.Option(help="Also record each notebook at this MLflow URI.")] = None,
    allow_cpu: Annotated[bool, typer.Option("--allow-cpu", help="Run the profile gpu without a GPU.")] = False,
) -> None:
    """Run notebooks as a batch; the exit code says how many failed (64: wrong input, 130: stopped).

    Each notebook leaves an executed copy and an HTML copy; results.json has status, seconds, peak memory, metrics and
    claims of all. Where parameters are changed with --set, or with the profile smoke, a claim that does not hold is
    reported but is no failure.
    """
    from bootcamp import batch, course
    from bootcamp.batch import schedule
    from bootcamp.notebooks import parameters

    if resume and output is None:
        raise batch.BatchError("--resume needs the --output of the run to go on with")
    resolved = parameters.resolve(course.select(names or []), profile, parameters.parse_assignments(assignments or []))
    strict = not assignments and profile != "smoke"
    chosen = None if gpus is None else schedule.parse_gpus(gpus)
    limits = schedule.Limits(jobs, cpus, memory and memory * 1000, chosen)
    with _place(output) as (folder, store):
        tracker = _tracker(mlflow, profile)
        plan = batch.Plan(resolved, folder, profile, timeout, strict, resume, limits, allow_cpu, store, tracker)
        results = _run_with_progress(plan, output or str(folder))
        _summary(results)
        say(f"Results: {store.url if store else folder}/{batch.RESULTS}")
        _write_report(folder)
        problem = (store and store.problem) or ""
    failed = sum(result.status != batch.OK for result in results)
    raise typer.Exit(min(max(failed, int(bool(problem))), MAX_COUNT))


@contextlib.contextmanager
def _place(output: str | None) -> "Iterator[tuple[Path, Store | None]]":
    """Folder in which a run works, and the store its results go to if `output` is a URL.

    A folder that only serves a store is removed when the store has everything that is in it.
    """
    from bootcamp import batch
    from bootcamp.batch import stores

    if output is None or not stores.is_url(output):
        folder = Path(output) if output else batch.default_output()
        try:
            yield folder, None
        finally:
            with contextlib.suppress(OSError):  # a run that did not even begin leaves nothing
                folder.rmdir()
        return
    folder = Path(tempfile.mkdtemp(prefix="bootcamp-run-"))
    store = stores.Store(output.rstrip("/"), folder)
    try:
        yield folder, store
    finally:
        if store.problem:
            say(f"bootcamp: {store.problem}; what is missing there is in {folder}", err=True)
        elif any(path.is_file() for work in folder.rglob("*.work") for path in work.rglob("*")):
            say(f"Files that notebooks wrote: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _tracker(uri: str | None, profile: str) -> "Tracker | None":
    from datetime import UTC, datetime

    from bootcamp.batch import tracking

    return tracking.Tracker(uri, profile, datetime.now(UTC).isoformat(timespec="seconds")) if uri else None


def _write_report(run_folder: Path) -> None:
    """Bring the page over past runs up to date, where there is one; a run is not lost for want of a page."""
    from bootcamp.batch import report as pages
    from bootcamp.batch import results

    folder = run_folder.absolute().parent
    if pages.belongs(folder):
        try:
            say(f"All runs: {pages.write(folder)}")
        except results.BatchError as error:
            say(f"bootcamp: {error}", err=True)


def _run_with_progress(plan: "Plan", output: str) -> "list[Result]":
    from bootcamp import batch

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=Console(stderr=True, markup=False))
    task = progress.add_task("", total=len(plan.parameters))

    running: list[str] = []

    def on_start(name: str) -> None:
        running.append(name)
        progress.update(task, description=", ".join(running))
        progress.start()  # not before: a run that cannot start shows no bar

    def on_end(result: "Result") -> None:
        if result.notebook in running:
            running.remove(result.notebook)
        progress.update(task, description=", ".join(running), advance=1)
        progress.console.print(printable(f"{result.notebook}: {result.status} {result.error}".rstrip()))

    try:
        return batch.run(plan, on_start, on_end)
    except KeyboardInterrupt:
        fail(f"stopped; go on with `--resume --output {shlex.quote(output)}`", INTERRUPTED)
    finally:
        if progress.live.is_started:
            progress.stop()
        if plan.tracker and plan.tracker.problem:
            say(f"bootcamp: {plan.tracker.problem}; {_send_later(plan)}", err=True)


def _send_later(plan: "Plan") -> str:
    if plan.store:
        return f"all of its results are in {plan.store.url}"
    return (
        f"send it later with `bootcamp report {shlex.quote(str(plan.output))} --mlflow {shlex.quote(plan.tracker.uri)}`"
    )


def _summary(results: "list[Result]") -> None:
    columns = {"notebook": "left", "status": "left", "seconds": "right", "peak MB": "right", "metrics": "left"}
    rows = []
    for result in results:
        metrics = ", ".join(f"{name} {_short(value)}" for name, value in result.metrics.items())
        rows.append([result.notebook, result.status, f"{result.seconds:.1f}", f"{result.peak_memory_mb:.0f}", metrics])
    table("Batch run", columns, rows)


def _short(value: Any) -> str:
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


@app.command()
def compare(
    a: Annotated[str, typer.Argument(help="Output folder or URL of the earlier batch run.")],
    b: Annotated[str, typer.Argument(help="Output folder or URL of the later one.")],
    tolerance: Annotated[float, typer.Option(help="Relative change of a metric that counts as none.")] = 0.05,
    everything: Annotated[bool, typer.Option("--all", help="Also list what did not change.")] = False,
) -> None:
    """Compare two batch runs: exit code 1 if a notebook, a claim or a metric got worse."""
    from bootcamp.batch import comparison

    found = comparison.compare(a, b, tolerance)
    shown = [entry for entry in found if everything or entry.verdict != comparison.SAME]
    columns = {"notebook": "left", "what": "left", "A": "right", "B": "right", "verdict": "left"}
    rows = [[entry.notebook, entry.what, _short(entry.a), _short(entry.b), entry.verdict] for entry in shown]
    if rows:
        table(f"A: {a}, B: {b}", columns, rows)
    worse = sum(entry.verdict == comparison.WORSE for entry in found)
    say(f"{worse or 'nothing'} got worse, {len(found)} compared")
    raise typer.Exit(1 if worse else 0)


@app.command()
def report(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of runs, or one run with --mlflow; default runs.")
    ] = None,
    mlflow: Annotated[str | None, typer.Option(help="Send what this MLflow URI has not been sent yet.")] = None,
) -> None:
    """Write a page with the metrics of all runs in a folder; or send runs to MLflow that could not be sent before."""
    from bootcamp import batch
    from bootcamp.batch import report as pages

    folder = folder or batch.runs_folder()
    if mlflow is None:
        say(f"All runs: {pages.write(folder)}")
    else:
        say(f"{pages.send(mlflow, folder)} results sent to {mlflow}")

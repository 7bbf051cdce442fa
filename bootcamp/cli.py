"""The `bootcamp` command. Modules are imported by the commands that use them, so that `--help` answers at once."""

import contextlib
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

from bootcamp import __version__

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bootcamp.batch import Plan, Result
    from bootcamp.stores import Store
    from bootcamp.tracking import Tracker

WRONG_INPUT = 64
"""Exit code for input that cannot be understood; 1 to 63 count failed notebooks (EX_USAGE of sysexits.h)."""
INTERRUPTED = 130
MAX_COUNT = 63
LONGEST_VALUE = 44
"""Characters of a value in a table; `results.json` has the whole of a claim with many numbers."""

app = typer.Typer(
    help="AI for Science Bootcamp: run, check and prepare the course.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
data_app = typer.Typer(help="List, prepare, verify and remove data sets.", invoke_without_command=True)
app.add_typer(data_app, name="data")


def main() -> None:
    """Entry point: errors of the package become one sentence, Ctrl-C exit code 130."""
    for name in ("SIGTERM", "SIGHUP"):  # a batch scheduler ends a job this way, a closed terminal that way
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:  # nohup stays nohup
            signal.signal(number, _as_interrupt)
    try:
        code = app(standalone_mode=False, prog_name="bootcamp")
    except (KeyboardInterrupt, typer.Abort):
        _fail("stopped", INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - sorted below; what is not ours is raised again
        _report(error)
    if code == INTERRUPTED:  # newer versions of typer return it instead of raising
        _fail("stopped", INTERRUPTED)
    sys.exit(code if isinstance(code, int) else 0)


def _as_interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _report(error: Exception) -> NoReturn:
    if hasattr(error, "format_message"):  # a ClickException; typer brings its own copy of click
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "bootcamp"
        _fail(f"{error.format_message().strip().rstrip('.')}; see `{command} --help`", WRONG_INPUT)
    ours = type(error).__module__.split(".")[0] == "bootcamp"
    if ours or isinstance(error, OSError):
        _fail(str(error), WRONG_INPUT)
    raise error


def _fail(sentence: str, code: int) -> NoReturn:
    typer.echo(f"bootcamp: {sentence}", err=True)
    sys.exit(code)


def _table(title: str, columns: dict[str, str], rows: list[list[str]]) -> None:
    """Print a table; `columns`: heading -> `left` or `right`."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for heading, side in columns.items():
        table.add_column(heading, justify=side, overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 160, markup=False).print(table)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"bootcamp {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """AI for Science Bootcamp: run, check and prepare the course."""


@app.command()
def doctor(
    for_class: Annotated[bool, typer.Option("--class", help="Also: will this machine carry a class?")] = False,
    learners: Annotated[int, typer.Option(help="How many, with --class.", min=1)] = 30,
) -> None:
    """Examine this machine; exit code 1 if a lab could not run, with the cure."""
    from bootcamp import classcheck
    from bootcamp import doctor as examination

    tables = {"AI for Science Bootcamp": examination.examine()}
    if for_class:
        tables[f"A class of {learners} on this machine"] = classcheck.examine(learners)
    columns = dict.fromkeys(["item", "state", "found", "what to do"], "left")
    for title, rows in tables.items():
        _table(title, columns, [[row.item, row.state, row.value, row.cure] for row in rows])
    rows = [row for rows in tables.values() for row in rows]
    if not examination.healthy(rows):
        raise typer.Exit(1)


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
    from bootcamp import batch, course, parameters, schedule

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
        typer.echo(f"Results: {store.url if store else folder}/{batch.RESULTS}")
        _write_report(folder)
        problem = (store and store.problem) or ""
    failed = sum(result.status != batch.OK for result in results)
    raise typer.Exit(min(max(failed, int(bool(problem))), MAX_COUNT))


@contextlib.contextmanager
def _place(output: str | None) -> "Iterator[tuple[Path, Store | None]]":
    """Folder in which a run works, and the store its results go to if `output` is a URL.

    A folder that only serves a store is removed when the store has everything that is in it.
    """
    from bootcamp import batch, stores

    if output is None or not stores.is_url(output):
        yield Path(output) if output else batch.default_output(), None
        return
    folder = Path(tempfile.mkdtemp(prefix="bootcamp-run-"))
    store = stores.Store(output.rstrip("/"), folder)
    try:
        yield folder, store
    finally:
        if store.problem:
            typer.echo(f"bootcamp: {store.problem}; what is missing there is in {folder}", err=True)
        elif any(path.is_file() for work in folder.rglob("*.work") for path in work.rglob("*")):
            typer.echo(f"Files that notebooks wrote: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _tracker(uri: str | None, profile: str) -> "Tracker | None":
    from datetime import UTC, datetime

    from bootcamp import tracking

    return tracking.Tracker(uri, profile, datetime.now(UTC).isoformat(timespec="seconds")) if uri else None


def _write_report(run_folder: Path) -> None:
    """Bring the page over past runs up to date, where there is one; a run is not lost for want of a page."""
    from bootcamp import report as pages
    from bootcamp import results

    folder = run_folder.absolute().parent
    if pages.belongs(folder):
        try:
            typer.echo(f"All runs: {pages.write(folder)}")
        except results.BatchError as error:
            typer.echo(f"bootcamp: {error}", err=True)


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
        progress.console.print(f"{result.notebook}: {result.status} {result.error}".rstrip())

    try:
        return batch.run(plan, on_start, on_end)
    except KeyboardInterrupt:
        _fail(f"stopped; go on with `--resume --output {output}`", INTERRUPTED)
    finally:
        if progress.live.is_started:
            progress.stop()
        if plan.tracker and plan.tracker.problem:
            typer.echo(f"bootcamp: {plan.tracker.problem}; {_send_later(plan)}", err=True)


def _send_later(plan: "Plan") -> str:
    if plan.store:
        return f"all of its results are in {plan.store.url}"
    return f"send it later with `bootcamp report {plan.output} --mlflow {plan.tracker.uri}`"


def _summary(results: "list[Result]") -> None:
    columns = {"notebook": "left", "status": "left", "seconds": "right", "peak MB": "right", "metrics": "left"}
    rows = []
    for result in results:
        metrics = ", ".join(f"{name} {_short(value)}" for name, value in result.metrics.items())
        rows.append([result.notebook, result.status, f"{result.seconds:.1f}", f"{result.peak_memory_mb:.0f}", metrics])
    _table("Batch run", columns, rows)


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
    from bootcamp import comparison

    found = comparison.compare(a, b, tolerance)
    shown = [entry for entry in found if everything or entry.verdict != comparison.SAME]
    columns = {"notebook": "left", "what": "left", "A": "right", "B": "right", "verdict": "left"}
    rows = [[entry.notebook, entry.what, _short(entry.a), _short(entry.b), entry.verdict] for entry in shown]
    if rows:
        _table(f"A: {a}, B: {b}", columns, rows)
    worse = sum(entry.verdict == comparison.WORSE for entry in found)
    typer.echo(f"{worse or 'nothing'} got worse, {len(found)} compared")
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
    from bootcamp import report as pages

    folder = folder or batch.default_output().parent
    if mlflow is None:
        typer.echo(f"All runs: {pages.write(folder)}")
    else:
        typer.echo(f"{pages.send(mlflow, folder)} results sent to {mlflow}")


@app.command()
def workspace(
    folder: Annotated[Path, typer.Argument(help="Folder of the working copy.")],
    profile: Annotated[str, typer.Option(help="Set of parameters: laptop, gpu or smoke.")] = "laptop",
) -> None:
    """Make or update a learner's working copy; edited notebooks are never overwritten."""
    from bootcamp import runtime
    from bootcamp import workspace as copies

    report = copies.create(folder, profile)
    typer.echo(f"{folder}: {len(report.written)} notebooks written, {len(report.unchanged)} up to date.")
    if report.kept:
        typer.echo(f"Kept as they are, because they were edited: {', '.join(report.kept)}.")
    if report.beside:
        typer.echo(f"New versions of them, beside them: {', '.join(report.beside)}.")
    if profile == "gpu" and not runtime.gpu_table():
        typer.echo(
            "Note: no GPU is visible here; on the CPU this profile takes hours, and the profile laptop is made for it."
        )
    typer.echo(f"Open it with: jupyter lab --notebook-dir {folder}")


@app.command()
def learners(
    names: Annotated[list[str], typer.Argument(help="Learners to let in, such as anna ben; instructor for yourself.")],
    new_passwords: Annotated[bool, typer.Option("--new-passwords", help="Replace passwords that were lost.")] = False,
) -> None:
    """For a class on JupyterHub: let learners in, and print a slip with address, name and password for each."""
    from bootcamp import hub

    settings = hub.read_settings()
    for name, password in hub.add_learners(settings, names, new_passwords).items():
        typer.echo(f"{hub.slip(settings, name, password)}\n{'- ' * 20}")
    typer.echo("Learners who are new can log in after the next start of the hub.", err=True)


@data_app.callback()
def data(context: typer.Context) -> None:
    """List, prepare, verify and remove data sets."""
    if context.invoked_subcommand is None:
        list_data()


@data_app.command("list")
def list_data() -> None:
    """List every data set with state, size, source and licence."""
    from bootcamp import datasets

    columns = {"name": "left", "state": "left", "MB": "right", "what": "left", "source": "left", "licence": "left"}
    rows = [
        [entry.name, datasets.state(entry.name), f"{entry.megabytes:g}", entry.title, entry.source, entry.licence]
        for entry in datasets.CATALOGUE
    ]
    _table(f"Data sets in {datasets.data_root()}", columns, rows)


@data_app.command()
def prepare(
    names: Annotated[list[str], typer.Argument(help="Data sets to make or download.")],
    source: Annotated[
        Path | None, typer.Option("--from", help="Folder with your own copy of the data.", metavar="DIR")
    ] = None,
) -> None:
    """Make or download data sets, or take one over from a folder of yours."""
    from bootcamp import datasets

    for name in [datasets.find(name).name for name in names]:
        folder = datasets.prepare(name) if source is None else datasets.prepare(name, source)
        typer.echo(f"{name}: ready in {folder}")


@data_app.command()
def verify(
    names: Annotated[list[str] | None, typer.Argument(help="Data sets; none: all that are there.")] = None,
) -> None:
    """Compare every file with its checksum; exit code 1 if one differs."""
    from bootcamp import datasets

    chosen = names or [entry.name for entry in datasets.CATALOGUE if datasets.state(entry.name) != "missing"]
    problems = {name: datasets.verify(name) for name in chosen}
    for name, found in problems.items():
        typer.echo(f"{name}: {'; '.join(found) or 'ok'}")
    if any(problems.values()):
        typer.echo("`bootcamp data clean NAME` and `bootcamp data prepare NAME` make a data set again.")
        raise typer.Exit(1)


@data_app.command()
def clean(names: Annotated[list[str], typer.Argument(help="Data sets to remove.")]) -> None:
    """Remove data sets."""
    from bootcamp import datasets

    for name in [datasets.find(name).name for name in names]:
        typer.echo(f"{name}: {'removed' if datasets.clean(name) else 'there was nothing to remove'}")


@app.command()
def notebooks(
    names: Annotated[list[str] | None, typer.Argument(help="Labs or notebooks; none: the whole course.")] = None,
    execute: Annotated[bool, typer.Option(help="Also run them in place, as they are committed.")] = True,
) -> None:
    """For authors: bring generated cells up to date and run notebooks in place."""
    from bootcamp import authoring, course

    for notebook in course.select(names or []):
        changed = authoring.write_generated_cells(notebook)
        if execute:
            authoring.execute(notebook)
        faults = authoring.form_faults(notebook, authoring.read(course.root() / notebook.path))
        state = "generated cells updated" if changed else "generated cells up to date"
        typer.echo(f"{notebook.name}: {state}{''.join(f'{chr(10)}  {fault}' for fault in faults)}")

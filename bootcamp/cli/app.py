"""The `bootcamp` command itself: what its sub-commands share, and how it ends."""

import os
import signal
import sys
from typing import Annotated, NoReturn

from bootcamp import __version__
from bootcamp.runtime import isolation
from bootcamp.runtime.terminal import printable

import typer

WRONG_INPUT = 64
"""Exit code for input that cannot be understood; 1 to 63 count failed notebooks (EX_USAGE of sysexits.h)."""
INTERRUPTED = 130

app = typer.Typer(
    help="AI for Science Bootcamp: run, check and prepare the course.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Entry point: errors of the package become one sentence, Ctrl-C exit code 130."""
    # What the command starts is the course: no setting of the user's own matplotlib, Keras, IPython or Jupyter.
    os.environ.update(isolation.environment(os.environ, isolation.scratch()))
    for name in isolation.NOT_INHERITED:
        os.environ.pop(name, None)
    for name in ("SIGTERM", "SIGHUP"):  # a batch scheduler ends a job this way, a closed terminal that way
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:  # nohup stays nohup
            signal.signal(number, _as_interrupt)
    try:
        code = app(standalone_mode=False, prog_name="bootcamp")
    except (KeyboardInterrupt, typer.Abort):
        fail("stopped", INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - sorted below; what is not ours is raised again
        _report(error)
    if code == INTERRUPTED:  # newer versions of typer return it instead of raising
        fail("stopped", INTERRUPTED)
    sys.exit(code if isinstance(code, int) else 0)


def _as_interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _report(error: Exception) -> NoReturn:
    if hasattr(error, "format_message"):  # a ClickException; typer brings its own copy of click
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "bootcamp"
        fail(f"{error.format_message().strip().rstrip('.')}; see `{command} --help`", WRONG_INPUT)
    ours = type(error).__module__.split(".")[0] == "bootcamp"
    if ours or isinstance(error, OSError):
        fail(str(error), WRONG_INPUT)
    raise error


def fail(sentence: str, code: int) -> NoReturn:
    """End the command with a sentence on stderr and an exit code."""
    say(f"bootcamp: {sentence}", err=True)
    sys.exit(code)


def say(text: str, err: bool = False) -> None:
    """Print a line that may repeat names and texts of files which somebody else made."""
    typer.echo(printable(text), err=err)


def table(title: str, columns: dict[str, str], rows: list[list[str]]) -> None:
    """Print a table; `columns`: heading -> `left` or `right`."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=printable(title), title_justify="left")
    for heading, side in columns.items():
        table.add_column(heading, justify=side, overflow="fold")
    for row in rows:
        table.add_row(*map(printable, row))
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

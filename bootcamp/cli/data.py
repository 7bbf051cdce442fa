"""`bootcamp data`: data sets."""

from pathlib import Path
from typing import Annotated

from bootcamp.cli.app import app, say, table

import typer

data_app = typer.Typer(help="List, prepare, verify and remove data sets.", invoke_without_command=True)
app.add_typer(data_app, name="data")


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
        for entry in datasets.entries()
    ]
    table(f"Data sets in {datasets.data_root()}", columns, rows)


@data_app.command()
def prepare(
    names: Annotated[list[str] | None, typer.Argument(help="Data sets to make or download.")] = None,
    for_class: Annotated[bool, typer.Option("--class", help="All that a class at laptop size needs.")] = False,
    source: Annotated[
        Path | None, typer.Option("--from", help="Folder with your own copy of the data.", metavar="DIR")
    ] = None,
) -> None:
    """Make or download data sets, or take one over from a folder of yours."""
    from bootcamp import datasets

    if for_class and source is not None:
        raise datasets.DataError("--from goes with the name of the data set that lies in your folder, not with --class")
    needed = [entry.name for entry in datasets.entries() if for_class and entry.before_class]
    if not (names or needed):
        raise datasets.DataError("name the data sets to prepare, or --class for all that a class needs")
    for name in dict.fromkeys([*needed, *(datasets.find(name).name for name in names or [])]):
        folder = datasets.prepare(name) if source is None else datasets.prepare(name, source)
        say(f"{name}: ready in {folder}")


@data_app.command()
def verify(
    names: Annotated[list[str] | None, typer.Argument(help="Data sets; none: all that are there.")] = None,
) -> None:
    """Compare every file with its checksum; exit code 1 if one differs."""
    from bootcamp import datasets

    chosen = names or [entry.name for entry in datasets.entries() if datasets.state(entry.name) != "missing"]
    problems = {name: datasets.verify(name) for name in chosen}
    for name, found in problems.items():
        say(f"{name}: {'; '.join(found) or 'ok'}")
    if any(problems.values()):
        say("`bootcamp data clean NAME` and `bootcamp data prepare NAME` make a data set again.")
        raise typer.Exit(1)


@data_app.command()
def clean(names: Annotated[list[str], typer.Argument(help="Data sets to remove.")]) -> None:
    """Remove data sets."""
    from bootcamp import datasets

    for name in [datasets.find(name).name for name in names]:
        say(f"{name}: {'removed' if datasets.clean(name) else 'there was nothing to remove'}")

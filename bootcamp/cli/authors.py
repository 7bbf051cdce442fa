"""`bootcamp notebooks`, `generate`: for authors."""

from typing import Annotated

from bootcamp.cli.app import app

import typer


@app.command()
def notebooks(
    names: Annotated[list[str] | None, typer.Argument(help="Labs or notebooks; none: the whole course.")] = None,
    execute: Annotated[bool, typer.Option(help="Also run them in place, as they are committed.")] = True,
) -> None:
    """For authors: bring generated cells up to date and run notebooks in place."""
    from bootcamp import course
    from bootcamp.notebooks import authoring

    for notebook in course.select(names or []):
        changed = authoring.write_generated_cells(notebook)
        if execute:
            authoring.execute(notebook)
        faults = authoring.form_faults(notebook, authoring.read(course.root() / notebook.path))
        state = "generated cells updated" if changed else "generated cells up to date"
        typer.echo(f"{notebook.name}: {state}{''.join(f'{chr(10)}  {fault}' for fault in faults)}")


@app.command()
def generate() -> None:
    """For authors: bring everything up to date that is derived from the labs' own descriptions (`lab.toml`)."""
    from bootcamp import course
    from bootcamp.notebooks import authoring, documents

    changed = documents.bring_up_to_date()
    changed += [entry.path for entry in course.notebooks() if authoring.write_generated_cells(entry)]
    typer.echo("\n".join(changed) or "Everything is up to date.")

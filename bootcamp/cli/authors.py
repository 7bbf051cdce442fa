"""`bootcamp notebooks`, `generate`: for authors."""

import subprocess
import sys
from typing import Annotated

from bootcamp.cli.app import app, say

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
        say(f"{notebook.name}: {state}{''.join(f'{chr(10)}  {fault}' for fault in faults)}")


@app.command()
def generate() -> None:
    """For authors: bring everything up to date that is derived from the labs' own descriptions (`lab.toml`)."""
    from bootcamp import course
    from bootcamp.notebooks import authoring, documents

    changed = documents.bring_up_to_date()
    changed += [entry.path for entry in course.notebooks() if authoring.write_generated_cells(entry)]
    say("\n".join(changed) or "Everything is up to date.")


@app.command("new-lab")
def new_lab(
    name: Annotated[str, typer.Argument(help="Folder of the lab, such as Signal_Denoising.")],
    room: Annotated[str, typer.Option(help="Its package in bootcamp/, such as denoising.")],
) -> None:
    """For authors: write a lab that runs, with a notebook, checks, answers and tests to be replaced by your own."""
    from bootcamp import course
    from bootcamp.notebooks import new_lab as template

    for path in template.create(name, room):
        say(path.relative_to(course.root()))
    say(f"Try it: `bootcamp check-lab {name}`. CONTRIBUTING.md explains each file.")


@app.command("check-lab")
def check_lab(name: Annotated[str, typer.Argument(help="Folder of the lab.")]) -> None:
    """For authors: run exactly the tests of one lab; exit code 1 if one fails."""
    from bootcamp import course
    from bootcamp.notebooks import new_lab as template

    lab = course.find_lab(name)
    failed = 0
    for arguments in template.checks(lab):
        say(f"pytest {' '.join(arguments)}")
        done = subprocess.run([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments], cwd=course.root())
        failed += done.returncode not in {0, 5}  # 5: a lab without tests of that kind
    say(f"{lab.name}: {f'{failed} of 3 groups of tests failed' if failed else 'all tests passed'}")
    raise typer.Exit(int(bool(failed)))

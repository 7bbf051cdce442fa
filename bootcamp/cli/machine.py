"""`bootcamp doctor`, `workspace`, `learners`: the machine, and the people who work on it."""

import os
import shlex
import sys
from pathlib import Path
from typing import Annotated

from bootcamp.cli.app import app, say, table

import typer


@app.command()
def doctor(
    for_class: Annotated[bool, typer.Option("--class", help="Also: will this machine carry a class?")] = False,
    learners: Annotated[int, typer.Option(help="How many, with --class.", min=1)] = 30,
) -> None:
    """Examine this machine; exit code 1 if a lab could not run, with the cure."""
    from bootcamp.classroom import classcheck
    from bootcamp.cli import doctor as examination
    from bootcamp.runtime.machine import healthy

    tables = {"AI for Science Bootcamp": examination.examine()}
    if for_class:
        tables[f"A class of {learners} on this machine"] = classcheck.examine(learners)
    columns = dict.fromkeys(["item", "state", "found", "what to do"], "left")
    for title, rows in tables.items():
        table(title, columns, [[row.item, row.state, row.value, row.cure] for row in rows])
    rows = [row for rows in tables.values() for row in rows]
    if not healthy(rows):
        raise typer.Exit(1)


@app.command()
def workspace(
    folder: Annotated[Path, typer.Argument(help="Folder of the working copy.")],
    profile: Annotated[str, typer.Option(help="Set of parameters: laptop, gpu or smoke.")] = "laptop",
) -> None:
    """Make or update a learner's working copy; edited notebooks are never overwritten."""
    from bootcamp.notebooks import workspace as copies
    from bootcamp.runtime import machine

    report = copies.create(folder, profile)
    say(f"{folder}: {len(report.written)} notebooks written, {len(report.unchanged)} up to date.")
    if report.kept:
        say(f"Kept as they are, because they were edited: {', '.join(report.kept)}.")
    if report.beside:
        say(f"New versions of them, beside them: {', '.join(report.beside)}.")
    if profile == "gpu" and not machine.gpu_table():
        say("Note: no GPU is visible here; on the CPU this profile takes hours, and the profile laptop is made for it.")
    say(f"Open it with: bootcamp lab --folder {shlex.quote(str(folder))}")


@app.command()
def learners(
    names: Annotated[list[str], typer.Argument(help="Learners to let in, such as anna ben; instructor for yourself.")],
    new_passwords: Annotated[bool, typer.Option("--new-passwords", help="Replace passwords that were lost.")] = False,
) -> None:
    """For a class on JupyterHub: let learners in, and print a slip with address, name and password for each."""
    from bootcamp.classroom import hub

    settings = hub.read_settings()
    for name, password in hub.add_learners(settings, names, new_passwords).items():
        say(f"{hub.slip(settings, name, password)}\n{'- ' * 20}")
    say("The slips work at once, also where the hub runs already.", err=True)


@app.command()
def lab(
    folder: Annotated[Path | None, typer.Option(help="Folder that is served; default the course.")] = None,
    port: Annotated[int, typer.Option(help="Port; one that is taken is replaced by the next free one.")] = 8888,
    ip: Annotated[str, typer.Option(help="Address to listen on; default this machine only.")] = "127.0.0.1",
    options: Annotated[list[str] | None, typer.Argument(help="Further options for JupyterLab, behind `--`.")] = None,
) -> None:
    """Start JupyterLab on Start_Here.ipynb, whatever the user's own Jupyter settings say."""
    from bootcamp import course

    served = (folder or course.root()).absolute()
    words = ["-m", "jupyterlab", f"--ServerApp.ip={ip}", f"--port={port}", f"--ServerApp.root_dir={served}"]
    # Jupyter refuses to run as root unless told to; in a container root is often the only user.
    words += ["--allow-root"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    words += [*(options or []), str(served / course.START.path)]
    os.execv(sys.executable, [sys.executable, *words])

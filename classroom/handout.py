"""The exercises of the course on paper: statements and starters, with solutions for the instructor if asked.

    python classroom/handout.py build/handout [--solutions]

Writes one HTML page and, with the Chromium of the system, the same as a PDF on A4, each notebook on a new page.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from bootcamp import course
from bootcamp.notebooks import authoring
from bootcamp.runtime import machine

import nbformat
import slides  # the module beside this one
import typer
from nbconvert import HTMLExporter
from nbformat import NotebookNode

TITLE = "Exercises of the course"
PRINT_SECONDS = 120
"""Limit for printing; the formulas of the whole course take some seconds."""


class HandoutError(RuntimeError):
    """The hand-out cannot be printed; the message says what to do."""


def collect(entries: Iterable[course.Notebook], solutions: bool = False) -> NotebookNode:
    """One notebook with the exercises of `entries` in reading order, under the titles of their labs and notebooks."""
    cells, labs = [_markdown(f"# {TITLE}" + (", with solutions" if solutions else ""))], set()
    for entry in entries:
        found = _exercises(authoring.read(course.root() / entry.path), solutions)
        lab = course.lab_of(entry)
        if not found or lab is None:
            continue
        new_page = '<div class="new-page"></div>\n\n' if labs else ""
        title = "" if lab in labs else f"# {lab.title}\n\n"
        labs.add(lab)
        cells += [_markdown(f"{new_page}{title}## {lab.notebooks.index(entry) + 1} {entry.title}"), *found]
    return nbformat.v4.new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})


def _exercises(notebook: NotebookNode, solutions: bool) -> list[NotebookNode]:
    """Statement and starter of each exercise, and its solution if asked."""
    kept = []
    for before, cell, after in zip(notebook.cells, notebook.cells[1:], notebook.cells[2:], strict=False):
        if authoring.STARTER_TAG in authoring.tags(cell):
            statement = before.source.rpartition("## Exercises\n")[2]
            kept += [_markdown(statement), nbformat.v4.new_code_cell(cell.source)]
            kept += [_markdown(_unfolded(after))] * solutions
    return kept


def _unfolded(cell: NotebookNode) -> str:
    """A folded solution as plain markdown: on paper nothing can be opened."""
    inside = re.sub(r"</?details>|<summary>.*?</summary>", "", cell.source)
    return f"#### Solution\n\n{inside.strip()}"


def _markdown(source: str) -> NotebookNode:
    return nbformat.v4.new_markdown_cell(source)


def write(folder: Path, entries: Iterable[course.Notebook] | None = None, solutions: bool = False) -> tuple[Path, Path]:
    """Write the hand-out as HTML and as PDF; returns both paths.

    Raises:
        HandoutError: no Chromium, or it could not print; the HTML page is there and can be printed by hand.
        slides.SlidesError: MathJax is missing.
        authoring.NotebookError: a notebook is missing or damaged.
    """
    name = "exercises_with_solutions" if solutions else "exercises"
    folder.mkdir(parents=True, exist_ok=True)
    page, paper = folder / f"{name}.html", folder / f"{name}.pdf"
    exporter = HTMLExporter(extra_template_basedirs=[str(slides.TEMPLATES)], template_name="handout")
    resources = {"metadata": {"name": TITLE}, "course": {"mathjax": slides.mathjax().name, "solutions": solutions}}
    text, _ = exporter.from_notebook_node(collect(entries or course.notebooks(), solutions), resources=resources)
    page.write_text(text, encoding="utf-8")
    shutil.copyfile(slides.mathjax(), folder / slides.mathjax().name)
    print_pdf(page, paper)
    return page, paper


def print_pdf(page: Path, paper: Path) -> None:
    """Print an HTML page with the Chromium of the system.

    Raises:
        HandoutError: no Chromium, or no PDF came out.
    """
    browser = machine.browser()
    if browser is None:
        raise HandoutError(f"no Chromium to print with: install `chromium`, or open {page} in a browser and print it")
    with tempfile.TemporaryDirectory() as profile:
        flags = ["--headless", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={profile}"]
        # Chromium has no sandbox for root. The virtual time lets MathJax finish before the page is printed.
        flags += ["--no-sandbox"] * (hasattr(os, "geteuid") and os.geteuid() == 0)
        flags += ["--virtual-time-budget=60000", f"--print-to-pdf={paper.resolve()}", page.resolve().as_uri()]
        paper.unlink(missing_ok=True)
        try:
            subprocess.run([browser, *flags], capture_output=True, timeout=PRINT_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise HandoutError(f"{browser} did not print {page}: {error}") from error
    if not paper.is_file():
        raise HandoutError(f"{browser} did not print {page}; open it in a browser and print it")


def main(
    folder: Annotated[Path, typer.Argument(help="Where the hand-out goes.")] = Path("build/handout"),
    names: Annotated[list[str] | None, typer.Argument(help="Labs or notebooks; none: the whole course.")] = None,
    solutions: Annotated[bool, typer.Option("--solutions", help="For the instructor.")] = False,
) -> None:
    """Make the hand-out of exercises."""
    for path in write(folder, course.select(names or []), solutions):
        typer.echo(path)


if __name__ == "__main__":
    slides.run(main)

"""Slides to project, from the slide tags of the executed notebooks: Reveal.js decks that need no network.

    python classroom/slides.py build/slides

A cell says in its metadata what becomes of it (`slideshow.slide_type`, in JupyterLab at the right edge): `slide` and
`subslide` begin a page, `fragment` appears with the next key press, `-` goes on, `notes` is an explanation that the
key T shows, `skip` is left out. Three rules here spare the notebooks a text of their own for slides: a heading inside
a cell begins a page, a page without heading names the section it belongs to, and code that made a figure or a table is
left out.
"""

import html
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from bootcamp import course, runtime
from bootcamp.notebooks import authoring

import jinja2
import nbconvert
import nbformat
import typer
from nbconvert.exporters import SlidesExporter
from nbformat import NotebookNode

TEMPLATES = Path(__file__).resolve().parent / "templates"
DESIGN = TEMPLATES / "slides"
PAGE, PART, FRAGMENT, ON, NOTES, SKIP = "slide", "subslide", "fragment", "-", "notes", "skip"
MAX_PAGE = 800
"""Characters after which a heading of level 3 inside a cell begins a page of its own."""
UNWANTED_SECTIONS = {"Setup"}


class SlidesError(RuntimeError):
    """Slides cannot be made here; the message says what to do."""


def slide_type(cell: NotebookNode) -> str:
    """What the tag of a cell says; `-`, go on, without one."""
    return cell.metadata.get("slideshow", {}).get("slide_type") or ON


def deck(notebook: NotebookNode) -> NotebookNode:
    """The cells of a notebook that are projected, with headings, as `SlidesExporter` wants them."""
    cells, place = [], ""
    for cell in _parts(notebook.cells):
        kind = slide_type(cell)
        here = re.search(r"^#{1,4} +(.*)$", _prose(cell), re.M) if cell.cell_type == "markdown" else None
        if kind in {PAGE, PART} and not here and place:
            cells.append(_markdown(f'<p class="place">{html.escape(place)}</p>', kind))
            kind = ON
        cell.metadata["slideshow"] = {"slide_type": kind}
        cells.append(cell)
        if here:
            place = re.findall(r"^#{1,4} +(.*)$", _prose(cell), re.M)[-1]
    return nbformat.v4.new_notebook(cells=cells, metadata=notebook.metadata)


def _parts(cells: Iterable[NotebookNode]) -> Iterator[NotebookNode]:
    """Copies of the cells: markdown is cut where a page ends, code and outputs are reduced to what is projected."""
    cells = [cell for cell in cells if slide_type(cell) != SKIP]
    for number, cell in enumerate(cells):
        kind = slide_type(cell)
        if cell.cell_type == "code":
            yield _projected(cell)
        elif kind == NOTES:
            yield _markdown(cell.source, kind)
        else:
            following = next((after for after in map(slide_type, cells[number + 1 :]) if after != NOTES), PAGE)
            yield from _pages(cell.source, kind, goes_on=following in {ON, FRAGMENT})


def _pages(source: str, kind: str, goes_on: bool) -> Iterator[NotebookNode]:
    """The pages of one markdown cell; a heading without text stays only where the next cell goes on with its page."""
    for number, text in enumerate(pages := _cut(source, first_is_full=kind in {ON, FRAGMENT})):
        heading, _, body = text.partition("\n")
        last = number == len(pages) - 1
        bare = heading.startswith("#") and not heading.startswith("# ") and not body.strip()
        if (bare and not (last and goes_on)) or heading.lstrip("# ") in UNWANTED_SECTIONS:
            continue
        if number:
            kind = PAGE if heading.startswith("## ") else PART
        yield _markdown(text, kind)


def _cut(source: str, first_is_full: bool) -> list[str]:
    """Cut markdown before headings: always of level 2, of level 3 where a page would become too long."""
    pages = [""]
    for piece in _sections(source):
        only_headings = all(line.startswith("#") for line in pages[-1].splitlines() if line.strip())
        full = piece.startswith("## ") or len(pages[-1]) + len(piece) > MAX_PAGE or (first_is_full and len(pages) == 1)
        if full and not only_headings:
            pages.append(piece)
        else:
            pages[-1] = f"{pages[-1]}\n\n{piece}".strip()
    return pages


def _sections(source: str) -> list[str]:
    """Markdown in pieces that begin with a heading of level 2 to 4, the first with whatever stands above."""
    pieces, fenced = [""], False
    for line in source.strip().splitlines():
        fenced ^= line.startswith("```")
        if re.match(r"#{2,4} ", line) and not fenced:
            pieces.append("")
        pieces[-1] += f"{line}\n"
    return [piece.strip() for piece in pieces if piece.strip()]


def _projected(cell: NotebookNode) -> NotebookNode:
    """A copy without records, and without its code unless the code is the point: no output, or a definition."""
    outputs = [output for output in cell.outputs if runtime.METRIC_KEY not in output.get("metadata", {})]
    rich = any(output.output_type != "stream" for output in outputs)
    shown = not outputs or (not rich and re.search(r"^(def|class) ", cell.source, re.M))
    copy = nbformat.v4.new_code_cell(cell.source, metadata={"slideshow": {"slide_type": slide_type(cell)}})
    copy.outputs = outputs
    if not shown:
        copy.metadata["tags"] = ["no-input"]
    return copy


def _markdown(source: str, kind: str) -> NotebookNode:
    linked = re.sub(r"\]\(([^)\s:]+)\.ipynb\)", r"](\1.html)", source)
    return nbformat.v4.new_markdown_cell(linked, metadata={"slideshow": {"slide_type": kind}})


def _prose(cell: NotebookNode) -> str:
    return re.sub(r"^```.*?^```", "", cell.source, flags=re.M | re.S)


def build(folder: Path, entries: Iterable[course.Notebook] | None = None) -> list[Path]:
    """Write one deck per notebook, an index per lab and one for all, and the shared assets; returns the decks.

    Raises:
        SlidesError: a package with the assets is missing.
        authoring.NotebookError: a notebook is missing or damaged.
    """
    chosen = tuple(entries or course.notebooks())
    _copy_assets(folder / "assets")
    decks = [_write_deck(entry, folder) for entry in chosen]
    for lab in (lab for lab in course.labs() if set(lab.notebooks) & set(chosen)):
        _write_contents(folder / lab.name / "index.html", lab.title, (lab,), "../")
    _write_contents(folder / "index.html", "Slides", course.labs(), "")
    return decks


def _exporter() -> SlidesExporter:
    exporter = SlidesExporter(extra_template_basedirs=[str(TEMPLATES)], template_name="slides")
    exporter.register_preprocessor(
        nbconvert.preprocessors.TagRemovePreprocessor(remove_input_tags={"no-input"}, enabled=True), enabled=True
    )
    return exporter


def _write_deck(entry: course.Notebook, folder: Path) -> Path:
    lab = course.lab_of(entry)
    up = "../" if lab else ""
    page = {
        "title": entry.title,
        "lab": lab.title if lab else "Slides",
        "assets": f"{up}assets",
        "index": "index.html",
    }
    notebook = deck(authoring.read(course.root() / entry.path))
    text, _ = _exporter().from_notebook_node(notebook, resources={"course": page, "metadata": {"name": entry.title}})
    target = folder / f"{entry.name}.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target


def _write_contents(target: Path, title: str, labs: Iterable[course.Lab], up: str) -> None:
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(DESIGN), autoescape=True)
    page = environment.get_template("contents.html.j2")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page.render(title=title, labs=labs, up=up, start=course.START), encoding="utf-8")


def _package_folder(name: str) -> Path:
    """Folder of an installed package, without importing it."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SlidesError(f"the package {name} is missing: `make slides` installs it")
    return Path(next(iter(spec.submodule_search_locations)))


def mathjax() -> Path:
    """MathJax in one file, formulas drawn as SVG without fonts."""
    return _package_folder("sphinx-mathjax-offline") / "static" / "mathjax" / "tex-svg-full.js"


def _copy_assets(folder: Path) -> None:
    reveal = _package_folder("sphinx_revealjs") / "_static" / "revealjs"
    places = [Path(place) / "static" for place in SlidesExporter().template_paths]
    lab = next(place for place in places if (place / "index.css").is_file())
    files = {
        reveal / "dist" / "reveal.css": "reveal/dist/reveal.css",
        reveal / "dist" / "reveal.js": "reveal/dist/reveal.js",
        reveal / "LICENSE": "reveal/LICENSE",
        mathjax(): "tex-svg-full.js",
        lab / "index.css": "jupyterlab.css",
        lab / "theme-light.css": "theme-light.css",
        DESIGN / "slides.css": "slides.css",
        DESIGN / "slides.js": "slides.js",
    }
    for source, name in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / name)


def main(
    folder: Annotated[Path, typer.Argument(help="Where the decks go.")] = Path("build/slides"),
    names: Annotated[list[str] | None, typer.Argument(help="Labs or notebooks; none: the whole course.")] = None,
) -> None:
    """Make the slides of the course."""
    decks = build(folder, course.select(names or []))
    typer.echo(f"{len(decks)} decks; open {folder / 'index.html'} in a browser.")


def run(command: Callable[..., None]) -> None:
    """Run a command of this folder; an error that a user can cause becomes one sentence."""
    try:
        typer.run(command)
    except (RuntimeError, ValueError, OSError) as error:
        typer.echo(f"{Path(sys.argv[0]).stem}: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    run(main)

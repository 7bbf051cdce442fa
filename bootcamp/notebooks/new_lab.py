"""A new lab that runs at once: folder, description, room, checks, notebook, and tests with answers to its exercises."""

import hashlib
import keyword
import re
import shutil
from pathlib import Path

from bootcamp import course
from bootcamp.notebooks import authoring, documents

import nbformat
from nbformat import NotebookNode

TEMPLATE = Path(__file__).with_name("template")
NOTEBOOK = "01_Averages_and_Noise"
FILES = {
    "lab.toml": "{lab}/lab.toml",
    "room_init": "bootcamp/{room}/__init__.py",
    "room_readings": "bootcamp/{room}/readings.py",
    "room_figures": "bootcamp/{room}/figures.py",
    "checks_init": "bootcamp/{room}/checks/__init__.py",
    "checks_averages": "bootcamp/{room}/checks/averages.py",
    "test_readings": "tests/{room}/test_readings.py",
    "wrong_answers": "tests/{room}/wrong_answers/01.py",
    "right_answers": "tests/{room}/right_answers/01.py",
    "equivalent_mutants": "tests/{room}/equivalent_mutants.py",
}
"""Template -> path in the course."""
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


class NewLabError(ValueError):
    """A lab of that name or room cannot be made; the message says why."""


def create(lab: str, room: str) -> list[Path]:
    """Write a lab with one notebook, execute it, and bring the documents of the course up to date.

    Args:
        lab: name of its folder, words joined by underscores: `Signal_Denoising`.
        room: name of its package in `bootcamp/`, one short word: `denoising`.

    Returns:
        The files that were written.

    Raises:
        NewLabError: a name that is no folder or no package, or one that is taken; nothing was written.
        authoring.NotebookError: the notebook of the template could not be run; what was written is removed.
    """
    root = course.root()
    _refuse(root, lab, room)
    written = [root / place.format(lab=lab, room=room) for place in FILES.values()]
    try:
        for name, path in zip(FILES, written, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_filled(name, lab, room), encoding="utf-8")
        (root / "tests" / room / "__init__.py").touch()
        notebook = root / lab / f"{NOTEBOOK}.ipynb"
        authoring.write(_notebook(_filled("notebook", lab, room), room), notebook)
        entry = course.find_lab(lab).notebooks[0]
        for other in course.notebooks():  # the lab before gets a link to this one
            authoring.write_generated_cells(other)
        authoring.execute(entry)
        documents.bring_up_to_date()
    except BaseException:
        for folder in (root / lab, root / "bootcamp" / room, root / "tests" / room):
            shutil.rmtree(folder, ignore_errors=True)
        for other in course.notebooks():
            authoring.write_generated_cells(other)
        raise
    return [*written, root / "tests" / room / "__init__.py", notebook]


def _refuse(root: Path, lab: str, room: str) -> None:
    if not re.fullmatch(r"[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+)*", lab):
        raise NewLabError(f"a lab is named by words joined by underscores, such as Signal_Denoising, not '{lab}'")
    if not re.fullmatch(r"[a-z][a-z0-9]*", room) or keyword.iskeyword(room):
        raise NewLabError(f"a room is named by one word in lower case, such as denoising, not '{room}'")
    code = (TEMPLATE / "notebook.template").read_text(encoding="utf-8")
    if re.search(rf"\b{room}\b", code):
        raise NewLabError(f"the template's notebook has a variable '{room}'; choose another name for the room")
    for place in (root / lab, root / "bootcamp" / room, root / "bootcamp" / f"{room}.py", root / "tests" / room):
        if place.exists():
            raise NewLabError(f"{place.relative_to(root)} is there already; choose another name")


def _filled(name: str, lab: str, room: str) -> str:
    order = max((entry.order for entry in course.labs()), default=0) + 1
    text = (TEMPLATE / f"{name}.template").read_text(encoding="utf-8")
    words = {"LAB": lab, "ROOM": room, "TITLE": lab.replace("_", " "), "ORDER": str(order)}
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text


def _notebook(text: str, room: str) -> NotebookNode:
    """Notebook from a text in which `%% KIND SLIDE [TAG]` begins a cell."""
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})
    for number, part in enumerate(re.split(r"^%% ", text, flags=re.M)[1:]):
        head, _, source = part.partition("\n")
        kind, slide, *tags = head.split()
        metadata = {"slideshow": {"slide_type": slide}} | ({"tags": tags} if tags else {})
        make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
        cell_id = hashlib.sha256(f"{room} {number}".encode()).hexdigest()[:10]
        notebook.cells.append(make(source.rstrip("\n"), metadata=metadata, id=cell_id))
    return notebook


def checks(lab: course.Lab) -> list[list[str]]:
    """Arguments of the pytest runs that test one lab: its form and code, and its notebooks as they are committed."""
    shared = ["tests/test_notebooks.py", "tests/test_house.py", "tests/test_parameters.py", "tests/test_documents.py"]
    chosen = f"{lab.name} or {lab.room} or documents"
    slides = "tests/classroom/test_slides.py"
    return [
        ["-q", f"tests/{lab.room}"],
        ["-q", *shared, slides, "-k", chosen],
        ["-q", "--nbval", *(notebook.path for notebook in lab.notebooks)],
    ]

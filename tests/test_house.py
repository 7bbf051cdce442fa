"""Who may import whom: rooms stay apart, shared modules know no room, and one import stays light."""

import ast
import graphlib
import subprocess
import sys
from pathlib import Path

from bootcamp import course
from bootcamp.notebooks import authoring, fits

import pytest

PACKAGE = Path(__file__).parents[1] / "bootcamp"
ROOMS = {lab.room for lab in course.labs()}
GROUND = {"course", "runtime", "training", "datasets", "exercises", "plots"}
FLOORS = (GROUND, {"leaderboard", "notebooks"}, {"batch", "classroom"}, {"cli"})
"""Who may import whom: a floor imports itself and what lies below it."""
HEAVY = ("tensorflow", "keras", "torch")


def bootcamp_imports(source: str, at_import: bool = False) -> set[str]:
    """First name behind `bootcamp.` of everything imported; `at_import` leaves out what functions import."""
    tree = ast.parse(source)
    if at_import:
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        inside = {id(node) for function in functions for node in ast.walk(function)}
    else:
        inside = set()
    found = set()
    for node in ast.walk(tree):
        if id(node) in inside:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a name comes from"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.split(".")[1] for name in found if name.startswith("bootcamp.")}


def entries() -> set[str]:
    """What a reader sees in the folder of the package, without the rooms."""
    return {path.stem for path in PACKAGE.iterdir() if not path.name.startswith(("__pycache__", "."))} - ROOMS


def python_files(entry: str) -> list[Path]:
    """Source files of a module or package."""
    folder = PACKAGE / entry
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def imports_of(path: Path, at_import: bool = False) -> set[str]:
    return bootcamp_imports(path.read_text(encoding="utf-8"), at_import)


def test_at_most_a_dozen_entries_beside_the_rooms():
    assert entries() == {"__init__"}.union(*FLOORS)
    assert len(entries()) <= 12


def test_every_room_serves_a_lab():
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} >= ROOMS


@pytest.mark.parametrize("entry", [entry for floor in FLOORS for entry in sorted(floor)])
def test_arrows_lead_down(entry):
    """A module imports its own floor and those below, and no room; within a floor there is no circle."""
    place = next(i for i, floor in enumerate(FLOORS) if entry in floor)
    above = set().union(*FLOORS[place + 1 :])
    for path in python_files(entry):
        assert not imports_of(path) & above, path
        assert not imports_of(path, at_import=True) & ROOMS, path


def test_no_circle_between_modules_and_packages():
    arrows = {
        entry: set().union(*(imports_of(path) for path in python_files(entry))) & entries() - {entry}
        for entry in entries()
    }
    order = list(graphlib.TopologicalSorter(arrows).static_order())  # raises CycleError
    assert set(order) == entries()


@pytest.mark.parametrize("path", [p for room in sorted(ROOMS) for p in python_files(room)], ids=lambda p: str(p)[-40:])
def test_a_room_imports_the_ground_floor_and_itself(path):
    room = path.relative_to(PACKAGE).parts[0]
    assert imports_of(path) <= GROUND | {room, "leaderboard"}


@pytest.mark.parametrize("entry", course.notebooks(), ids=lambda entry: entry.name)
def test_a_notebook_imports_what_is_meant_for_it_and_its_room(entry):
    lab = course.lab_of(entry)
    allowed = authoring.SHARED_MODULES | ({lab.room} if lab else set())
    notebook = authoring.read(course.root() / entry.path)
    used = set().union(*(bootcamp_imports(cell.source) for cell in authoring.code_cells(notebook)))
    assert used <= allowed


@pytest.mark.parametrize("path", [p for room in sorted(ROOMS) for p in python_files(room)], ids=lambda p: str(p)[-40:])
def test_a_room_gives_batches_to_fit(path):
    """Bare arrays would come in another order on each backend, and in the same one in every epoch on TensorFlow."""
    assert fits.without_batches(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("entry", course.notebooks(), ids=lambda entry: entry.name)
def test_a_notebook_gives_batches_to_fit(entry):
    notebook = authoring.read(course.root() / entry.path)
    assert [fault for fault in authoring.form_faults(entry, notebook) if "training.batches" in fault] == []


def top_level_imports(path: Path) -> set[str]:
    """First names of all that a module imports when it is imported, those for type checkers left out."""
    body = [
        node
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    names = [a.name for node in body if isinstance(node, ast.Import) for a in node.names]
    names += [node.module or "" for node in body if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_imports_a_framework_that_reads_its_settings_too_early(path):
    """`runtime` sets what TensorFlow and Keras read once; PyTorch, which reads nothing, may stand on top in a room."""
    allowed = {"torch"} if path.relative_to(PACKAGE).parts[0] in ROOMS else set()
    assert not top_level_imports(path) & set(HEAVY) - allowed, "import it inside the functions that use it"


def test_importing_the_package_and_its_command_loads_no_framework():
    code = "import sys, bootcamp, bootcamp.cli; print([name for name in sys.argv[1:] if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"

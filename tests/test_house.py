"""Who may import whom: rooms stay apart, shared modules know no room, and one import stays light."""

import ast
import subprocess
import sys
from pathlib import Path

from bootcamp import authoring, course

import pytest

PACKAGE = Path(__file__).parents[1] / "bootcamp"
ROOMS = {lab.room for lab in course.LABS}
FOR_NOTEBOOKS = {"runtime", "exercises", "leaderboard", "plots"}
SHARED_PACKAGES = {"exercises"}
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


def test_every_room_serves_a_lab():
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders - SHARED_PACKAGES == ROOMS


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.name)
def test_a_shared_module_imports_no_room_when_it_is_imported(path):
    assert not bootcamp_imports(path.read_text(encoding="utf-8"), at_import=True) & ROOMS


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*/**/*.py")), ids=lambda path: "/".join(path.parts[-3:]))
def test_a_room_imports_no_other_room(path):
    room = path.relative_to(PACKAGE).parts[0]
    assert not bootcamp_imports(path.read_text(encoding="utf-8")) & (ROOMS - {room})


@pytest.mark.parametrize("entry", course.notebooks(), ids=lambda entry: entry.name)
def test_a_notebook_imports_four_shared_modules_and_its_room(entry):
    lab = course.lab_of(entry)
    allowed = FOR_NOTEBOOKS | ({lab.room} if lab else set())
    notebook = authoring.read(course.root() / entry.path)
    used = set().union(*(bootcamp_imports(cell.source) for cell in authoring.code_cells(notebook)))
    assert used <= allowed


def test_importing_the_package_and_its_command_loads_no_framework():
    code = "import sys, bootcamp, bootcamp.cli; print([name for name in sys.argv[1:] if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"

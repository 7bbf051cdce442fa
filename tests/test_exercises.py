import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from bootcamp import course, exercises
from bootcamp.exercises import Finding
from bootcamp.intro import checks
from tests.conftest import REPOSITORY

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell


def is_42(answer) -> list[Finding]:
    value = answer() if callable(answer) else answer
    return [Finding("it is a number", isinstance(value, int), "write digits"), Finding("it is 42", value == 42, "more")]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setitem(checks.CHECKS, "test_answer", is_42)
    monkeypatch.setitem(checks.CHECKS, "test_other", is_42)
    monkeypatch.setenv("BOOTCAMP_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_right_answer_passes_and_is_recorded(home):
    feedback = exercises.check("intro.test_answer", 42)
    assert feedback.passed
    assert feedback.hint == ""
    assert str(feedback).splitlines() == ["right:   it is a number", "right:   it is 42", "Exercise solved."]
    ((name, when),) = exercises.read_progress().items()
    assert name == "intro.test_answer"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", when)


def test_wrong_answer_gets_the_first_hint_and_is_not_recorded(home):
    feedback = exercises.check("intro.test_answer", "42")
    assert not feedback.passed
    assert feedback.hint == "write digits"
    assert str(feedback).splitlines() == ["not yet: it is a number", "not yet: it is 42", "Hint: write digits"]
    assert not home.exists()


def raising(error: BaseException):
    def answer():
        raise error

    return answer


@pytest.mark.parametrize(
    "error", [ValueError("x"), RecursionError("x"), MemoryError("x"), SystemExit("x"), AssertionError("x")]
)
def test_answer_that_stops_is_not_right_and_raises_nothing(error):
    feedback = exercises.check("intro.test_answer", raising(error))
    assert not feedback.passed
    assert feedback.hint == f"when it was used it stopped with {type(error).__name__}: x"


def test_learner_can_interrupt_an_endless_answer():
    with pytest.raises(KeyboardInterrupt):
        exercises.check("intro.test_answer", raising(KeyboardInterrupt()))


@pytest.mark.parametrize(("name", "nearest"), [("intro.test_anser", "intro.test_answer"), ("intro", "")])
def test_unknown_exercise_brings_the_nearest(name, nearest):
    with pytest.raises(ValueError, match=f"^there is no exercise '{name}'") as caught:
        exercises.check(name, 42)
    assert nearest in str(caught.value)


def test_unknown_room_brings_the_nearest():
    with pytest.raises(ValueError, match=r"there is no lab room 'intr'\. Did you mean 'intro'\?"):
        exercises.exercise_names("intr")


def test_feedback_shows_text_and_carries_data():
    text, metadata = exercises.check("intro.test_answer", 41)._repr_mimebundle_()
    assert text["text/plain"].endswith("Hint: more")
    assert metadata == {exercises.FEEDBACK_KEY: {"name": "intro.test_answer", "passed": False, "hint": "more"}}
    assert json.dumps(metadata)


def test_first_success_keeps_its_time(home):
    home.mkdir()
    (home / "progress.json").write_text('{"solved": {"intro.test_answer": "2020-01-01T00:00:00Z"}}')
    exercises.check("intro.test_answer", 42)
    exercises.check("intro.test_other", 42)
    solved = exercises.read_progress()
    assert solved["intro.test_answer"] == "2020-01-01T00:00:00Z"
    assert set(solved) == {"intro.test_answer", "intro.test_other"}


def test_concurrent_writers_lose_nothing(home):
    code = (
        "import sys; from bootcamp import exercises as e; [e.record_success(f'{sys.argv[1]}.{i}') for i in range(15)]"
    )
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    writers = [subprocess.Popen([sys.executable, "-c", code, str(n)], env=environment) for n in range(4)]
    assert [writer.wait() for writer in writers] == [0] * 4
    assert set(exercises.read_progress()) == {f"{n}.{i}" for n in range(4) for i in range(15)}


DEEP = pytest.param("[" * 100_000, id="deep")
DAMAGES = ["", DEEP, "{", "[]", "null", "{}", '{"solved": null}', '{"solved": ["a"]}', '{"solved": {"a": 3}}', "\xff"]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_progress_is_kept_and_said(home, damage):
    home.mkdir()
    (home / "progress.json").write_bytes(damage.encode("latin-1"))
    feedback = exercises.check("intro.test_answer", 42)
    assert feedback.passed
    (kept,) = home.glob("progress.json.damaged-*")
    assert feedback.notice == f"The progress file was damaged; it was kept as {kept.name} and a new one started."
    assert feedback.notice in str(feedback)
    assert kept.read_bytes() == damage.encode("latin-1")
    assert list(exercises.read_progress()) == ["intro.test_answer"]


def test_damaged_progress_is_said_when_read(home):
    home.mkdir()
    (home / "progress.json").write_text("{")
    with pytest.warns(UserWarning, match="The progress file was damaged; it was kept as"):
        assert exercises.read_progress() == {}


def test_home_that_cannot_be_written_does_not_hide_the_success(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("mine")
    monkeypatch.setenv("BOOTCAMP_HOME", str(tmp_path / "file/home"))
    feedback = exercises.check("intro.test_answer", 42)
    assert feedback.passed
    assert feedback.notice.startswith("Solved, but the progress could not be saved: Not a directory (")
    assert "\n" not in feedback.notice


def refuse(monkeypatch, method: str):
    def refused(*_, **__):
        raise OSError(13, "Permission denied")

    monkeypatch.setattr(Path, method, refused)


@pytest.mark.parametrize("method", ["read_text", "write_text", "replace"])
def test_progress_that_cannot_be_read_or_replaced_stays(home, monkeypatch, method):
    exercises.check("intro.test_answer", 42)
    before = (home / "progress.json").read_bytes()
    with monkeypatch.context() as patch:
        refuse(patch, method)
        feedback = exercises.check("intro.test_other", 42)
    assert feedback.passed
    assert "could not be saved: Permission denied" in feedback.notice
    assert (home / "progress.json").read_bytes() == before


def test_unreadable_progress_is_said_when_read(home, monkeypatch):
    exercises.check("intro.test_answer", 42)
    refuse(monkeypatch, "read_text")
    with pytest.warns(UserWarning, match=r"^Progress could not be read: Permission denied \("):
        assert exercises.read_progress() == {}


CELLS = {
    "01_One": [
        "# One\n\n## Exercises",
        "### Exercise 1: a *first* one",
        'exercises.check("lab.first", answer)',
        "Text.\n\n### Exercise 2: another\n\nMore text.",
        "## no heading\nexercises.check(\n    'lab.second',\n    answer,\n)",
    ],
    "02_Two": ["# Two"],
    "03_Three": ["### Exercise 1: the last", 'exercises.check("lab.third", answer)'],
}


@pytest.fixture
def small_course(fake_course, home):
    """A lab with exercises in two of three notebooks, and the first of them solved."""
    for name, sources in CELLS.items():
        kinds = [new_code_cell if "exercises.check" in source else new_markdown_cell for source in sources]
        cells = [kind(source) for kind, source in zip(kinds, sources, strict=True)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), fake_course.path(name))
    home.mkdir()
    (home / "progress.json").write_text(json.dumps({"solved": {"lab.first": "2026-01-02T03:04:05Z", "gone.x": "t"}}))
    return fake_course


def test_every_exercise_of_the_course_is_found_where_it_stands():
    for lab in course.labs():
        found = [place for notebook in lab.notebooks for place in exercises.places(notebook)]
        names = [name for name in exercises.exercise_names(lab.room) if not name.startswith("intro.test_")]
        assert [place.exercise for place in found] == names
        assert all(re.match(r"Exercise \d: \w", place.heading) for place in found)


def test_progress_on_one_screen():
    table = exercises.progress_table()
    assert len(table) == len(course.labs())
    assert (table != "").sum().sum() == len(course.notebooks()) - 1 + len(course.labs())  # without the start, with sums
    assert sum(int(cell.split("/")[1]) for cell in table["lab"]) == exercises.progress_list().count("\n  not yet")


def test_progress_of_each_notebook_and_the_next_step(small_course):
    (row,) = exercises.progress_table().to_dict("records")
    assert row == {1: "1/2", 2: "0/0", 3: "0/1", "lab": "1/3"}
    assert exercises.next_step().splitlines() == [
        "1 of 3 exercises solved",
        "Next: 01_One, Lab/01_One.ipynb",
        '      "Exercise 2: another"',
    ]
    assert exercises.progress_list().splitlines() == [
        "Lab/01_One.ipynb   1/2",
        "  2026-01-02  Exercise 1: a *first* one",
        "  not yet     Exercise 2: another",
        "",
        "Lab/03_Three.ipynb   0/1",
        "  not yet     Exercise 1: the last",
    ]


def test_nothing_is_next_when_all_is_solved(small_course, home):
    solved = {f"lab.{name}": "2026-01-02T03:04:05Z" for name in ("first", "second", "third")}
    (home / "progress.json").write_text(json.dumps({"solved": solved}))
    assert exercises.next_step() == "3 of 3 exercises solved"


@pytest.mark.parametrize("damage", ["", "[1, 2]", '{"cells": [{}]}', "\udcff", None])
def test_a_damaged_notebook_does_not_hide_the_progress_of_the_others(small_course, damage):
    if damage is None:
        small_course.path("01_One").unlink()
    else:
        small_course.path("01_One").write_bytes(damage.encode("utf-8", "surrogateescape"))
    with pytest.warns(UserWarning, match=r"^Lab/01_One.ipynb cannot be read, so its exercises are missing here$"):
        (row,) = exercises.progress_table().to_dict("records")
    assert row == {1: "0/0", 2: "0/0", 3: "0/1", "lab": "0/1"}


def test_without_a_home_the_data_folder_of_the_user_is_used(monkeypatch):
    monkeypatch.delenv("BOOTCAMP_HOME")
    assert exercises.progress_file().parent.name == "ai-for-science-bootcamp"


def test_nothing_looked_at_is_not_solved(monkeypatch):
    monkeypatch.setitem(checks.CHECKS, "test_empty", lambda answer: [])
    assert not exercises.check("intro.test_empty", 42).passed


def test_judging_records_nothing(home):
    assert exercises.judge("intro.test_answer", 42).passed
    assert not home.exists()


def test_an_exception_that_cannot_be_printed_is_not_right():
    class UnprintableError(Exception):
        def __str__(self):
            raise RuntimeError

    assert exercises.check("intro.test_answer", raising(UnprintableError())).hint.endswith("UnprintableError")


BROKEN_ROOM = """
import importlib.abc, sys
class Broken(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "bootcamp.pinn":
            raise OSError("libtorch.so: cannot open shared object file")
sys.meta_path.insert(0, Broken())
from bootcamp import course, exercises
"""


def test_a_fault_of_a_room_stays_there(run_python):
    code = """
print(exercises.check("intro.block_parameters", None).passed)
for name in ("pinn.chip_weight", "intro.block_parameter", "int.block_parameters"):
    try:
        exercises.check(name, None)
    except exercises.ExerciseError as error:
        print(error)
print(len(exercises.progress_table()) == len(course.labs()))
"""
    lines = run_python(BROKEN_ROOM + code).stdout.splitlines()
    fault = "the checks of the lab room 'pinn' cannot be loaded: OSError: libtorch.so: cannot open shared object file"
    nearest = "Did you mean 'intro.block_parameters'?"
    assert lines == [
        "False",
        fault,
        f"there is no exercise 'intro.block_parameter' in bootcamp/intro/checks. {nearest}",
        f"there is no exercise 'int.block_parameters'. {nearest}",
        "True",
    ]


def test_a_check_imports_its_own_room_only(run_python):
    code = """
import sys
from bootcamp import course, exercises
exercises.check("intro.block_parameters", None)
print([lab.room for lab in course.labs() if f"bootcamp.{lab.room}" in sys.modules], "sklearn" in sys.modules)
"""
    assert run_python(code).stdout.strip() == "['intro'] False"


def calls(source: str) -> set[str]:
    """Names of the functions that a module calls: `answer`, `np.allclose`."""
    return {ast.unparse(node.func) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)}


def test_every_check_asks_and_compares_in_the_same_way():
    """A direct call hands over the check's own arrays and says nothing of the case; `allclose` broadcasts."""
    own_ways = {"answer", "np.allclose", "np.isclose", "math.isclose", "torch.allclose", "torch.isclose"}
    for lab in course.labs():
        for path in sorted((REPOSITORY / "bootcamp" / lab.room / "checks").glob("*.py")):
            assert not calls(path.read_text(encoding="utf-8")) & own_ways, path.name


class Hostile:
    """An object that raises whenever it is read or called."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __array__(self, *_, **__):
        raise RuntimeError

    def __len__(self):
        raise RuntimeError

    def __iter__(self):
        raise RuntimeError

    def __eq__(self, _):
        raise RuntimeError

    __hash__ = None


HOSTILE = {
    "nothing": None,
    "text": "text",
    "not a number": float("nan"),
    "an empty dictionary": {},
    "an object that raises": Hostile(),
    "a class": int,
    "a function of nothing": lambda: 0,
    "returns nothing": lambda *_: None,
    "returns text": lambda *_: "text",
    "returns nan": lambda *_: float("nan"),
    "returns an empty list": lambda *_: [],
    "returns unequal rows": lambda *_: [[1, 2], [3]],
    "returns a generator": lambda *_: (x for x in ()),
    "returns a dictionary": lambda *_: {"a": 1},
    "returns an object that raises": lambda *_: Hostile(),
    "returns itself": lambda *_: HOSTILE["returns itself"],
    "raises": raising(KeyError("x")),
}


@pytest.mark.parametrize("room", [lab.room for lab in course.labs()])
def test_no_object_whatever_makes_a_check_raise_or_pass(room):
    names = [name for name in exercises.exercise_names(room) if ".test_" not in name]
    for name in names:
        for what, answer in HOSTILE.items():
            feedback = exercises.judge(name, answer)
            assert not feedback.passed, f"{name}: {what}"
            assert feedback.hint, f"{name}: {what} gets no hint"


def test_warnings_of_an_answer_in_cases_of_the_check_are_not_shown(recwarn):
    exercises.judge("intro.recall_per_class", lambda matrix: np.diag(matrix) / matrix.sum())
    assert len(recwarn) == 0

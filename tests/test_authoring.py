"""Every fault of form is found in a notebook that has just this fault."""

import errno
import json
from pathlib import Path

from bootcamp import course, runtime
from bootcamp.notebooks import authoring, fits

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

ENTRY = course.notebooks()[2]
LINE = course.navigation_line(ENTRY)
SOLUTION = "<details><summary>Solution</summary>\n\n```python\nanswer = 2\n```\n\n</details>"


def code(source: str, *tags: str, outputs: tuple = ()) -> nbformat.NotebookNode:
    return new_code_cell(source, metadata={"tags": list(tags)}, outputs=list(outputs))


def text(source: str, *tags: str) -> nbformat.NotebookNode:
    return new_markdown_cell(source, metadata={"tags": list(tags)})


def printed(line: str = "4\n", name: str = "stdout") -> nbformat.NotebookNode:
    return new_output("stream", name=name, text=line)


def claimed(holds: bool) -> nbformat.NotebookNode:
    data = {runtime.CLAIM_KEY: {"claim": "it holds", "holds": holds}}
    return new_output("display_data", data={"text/plain": "x"}, metadata=data)


def exercise() -> list[nbformat.NotebookNode]:
    return [
        code("answer = 1", authoring.STARTER_TAG),
        text(SOLUTION, authoring.SOLUTION_TAG),
        code("exercises.check('intro.x', answer)", authoring.CHECK_TAG),
    ]


def good() -> nbformat.NotebookNode:
    notebook = new_notebook(
        cells=[
            text(f"# {ENTRY.title}"),
            text(LINE, course.NAVIGATION_TAG),
            text("## Overview\n\n```\n# no heading\n```"),
            text("## Setup"),
            code("from bootcamp import exercises, intro, plots, runtime"),
            code("epochs: int = 2  # passes over the training set\nrate: float = 1e-3  # step size", "parameters"),
            text("## Fit\n\n### Data"),
            code("%matplotlib inline\nprint(2 + 2)", outputs=(printed(),)),
            text("## Exercises"),
            *exercise(),
            *exercise(),
            text("## Summary"),
            text(LINE, course.NAVIGATION_TAG),
        ]
    )
    return numbered(notebook)


def numbered(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    for number, cell in enumerate(authoring.code_cells(notebook), start=1):
        cell.execution_count = number
    return notebook


def cell_with(notebook: nbformat.NotebookNode, source: str) -> nbformat.NotebookNode:
    return next(cell for cell in notebook.cells if source in cell.source)


def test_good_notebook_has_no_fault():
    assert authoring.form_faults(ENTRY, good()) == []


def test_start_page_needs_the_map_but_no_exercises():
    start = new_notebook(
        cells=[
            text("# Start Here"),
            text(course.navigation_line(course.START), course.NAVIGATION_TAG),
            text(course.course_map(), course.COURSE_MAP_TAG),
            code("gpu: bool = False  # whether one is needed", "parameters"),
            text(course.navigation_line(course.START), course.NAVIGATION_TAG),
        ]
    )
    assert authoring.form_faults(course.START, numbered(start)) == []
    del start.cells[2]
    assert "1 cells tagged course-map must hold" in authoring.form_faults(course.START, start)[0]


def replaced(old: str, new: str):
    def change(notebook):
        cell = cell_with(notebook, old)
        cell.source = cell.source.replace(old, new)

    return change


def added(*cells: nbformat.NotebookNode):
    def change(notebook):
        notebook.cells[8:8] = cells
        numbered(notebook)

    return change


def dropped(source: str):
    def change(notebook):
        notebook.cells.remove(cell_with(notebook, source))
        numbered(notebook)

    return change


def many_long_cells(notebook):
    added(*(code("\n".join(f"x = {i}" for i in range(8))) for _ in range(20)))(notebook)


def not_run(notebook):
    authoring.code_cells(notebook)[1].execution_count = None


def run_twice(notebook):
    authoring.code_cells(notebook)[1].execution_count = 40


def navigation_too_late(notebook):
    notebook.cells.insert(1, text("a word before"))


def exercise_without_solution(notebook):
    notebook.cells.remove(authoring.tagged(notebook, authoring.SOLUTION_TAG)[0])


def exercise_in_another_order(notebook):
    first = notebook.cells.index(authoring.tagged(notebook, authoring.STARTER_TAG)[0])
    notebook.cells[first], notebook.cells[first + 1] = notebook.cells[first + 1], notebook.cells[first]


def one_exercise(notebook):
    first = notebook.cells.index(authoring.tagged(notebook, authoring.STARTER_TAG)[0])
    del notebook.cells[first : first + 3]
    numbered(notebook)


def too_large(notebook):
    cell_with(notebook, "print(2 + 2)").outputs.append(printed("x" * authoring.MAX_BYTES))


def uncompared(mark: str):
    return added(*(code("print(1)", mark, outputs=(printed(),)) for _ in range(2)))


FAULTS = {
    "other title": (replaced(f"# {ENTRY.title}", "# Something"), "the one H1 must be"),
    "two titles": (added(text("# Again")), "the one H1 must be"),
    "no title": (dropped(f"# {ENTRY.title}"), "the one H1 must be"),
    "heading jumps": (added(text("## A\n\n#### B")), "'B' jumps from level 2 to 4"),
    "no summary": (dropped("## Summary"), "level 2 needs Overview, Setup, Exercises, Summary"),
    "overview at level 3": (replaced("## Overview", "### Overview"), "level 2 needs"),
    "setup before overview": (
        lambda n: (replaced("## Overview", "## X")(n), added(text("## Overview"))(n)),
        "level 2 needs",
    ),
    "old navigation": (replaced("[Start Here]", "[Begin]"), "2 cells tagged navigation must hold the generated text"),
    "navigation once": (lambda n: n.cells.pop(), "2 cells tagged navigation must hold the generated text"),
    "navigation too late": (navigation_too_late, "a navigation line belongs below the title and at the very end"),
    "long cell": (added(code("\n".join(f"x = {i}" for i in range(21)))), "a code cell has 21 lines, over 20"),
    "long cells": (many_long_cells, "the median code cell has 8"),
    "sys.path": (added(code("import sys\nsys.path.append('x')")), "forbidden: sys.path"),
    "pip": (added(code("!pip install x")), "forbidden: shell call of python or pip"),
    "pip magic": (added(code("%pip install x")), "forbidden: shell call of python or pip"),
    "python": (added(code("  ! python train.py")), "forbidden: shell call of python or pip"),
    "star import": (added(code("from numpy import *")), "forbidden: star import"),
    "bare except": (added(code("try:\n    1\nexcept:\n    2")), "forbidden: bare except"),
    "spacing": (added(text("a&emsp;b")), "forbidden: &emsp; spacing"),
    "absolute path": (added(code("open('/home/me/x')")), "forbidden: absolute path"),
    "windows path": (added(code(r"open('C:\x')")), "forbidden: absolute path"),
    "no parameters": (dropped("epochs: int"), "one cell tagged parameters is needed, found 0"),
    "two parameter cells": (added(code("x: int = 1  # one", "parameters")), "one cell tagged parameters is needed"),
    "parameter without type": (replaced("epochs: int = 2", "epochs = 2"), "a parameter reads `name: type = literal"),
    "parameter without meaning": (replaced("  # step size", ""), "a parameter reads `name: type = literal"),
    "parameter of another type": (replaced("epochs: int", "epochs: list"), "a parameter reads `name: type = literal"),
    "forbidden module": (added(code("from bootcamp import datasets")), "a notebook may not import bootcamp.datasets"),
    "forbidden module, dotted": (added(code("import bootcamp.batch as b")), "may not import bootcamp.batch"),
    "forbidden module, from": (added(code("from bootcamp.course import root")), "may not import bootcamp.course"),
    "arrays for fit": (added(code("network.fit(x, y)")), "give it `training.batches`: network.fit(x, y)"),
    "no Python": (added(code("print 3")), "a code cell is no valid Python"),
    "exercise without solution": (exercise_without_solution, "an exercise is a starter, a folded solution and a check"),
    "exercise in another order": (exercise_in_another_order, "an exercise is a starter, a folded solution and a check"),
    "one exercise": (one_exercise, "at least two exercises are needed, found 1"),
    "solution not folded": (
        lambda n: [
            setattr(c, "source", "```python\nanswer = 2\n```") for c in authoring.tagged(n, "exercise-solution")
        ],
        "a solution is a <details> block with one ```python block",
    ),
    "null count": (not_run, "the notebook is not stored as executed from top to bottom"),
    "counts out of order": (run_twice, "the notebook is not stored as executed from top to bottom"),
    "error": (added(code("1/0", outputs=(new_output("error", ename="E", evalue="x"),))), "a stored output is an error"),
    "stderr": (added(code("x", outputs=(printed("w", "stderr"),))), "a stored output holds text on stderr"),
    "uncompared by tag": (uncompared("nbval-ignore-output"), "only 33% of the cells with output are compared"),
    "skipped by tag": (uncompared("nbval-skip"), "only 33% of the cells with output are compared"),
    "broken claim": (added(code("x", outputs=(claimed(False),))), "stored claims do not hold: ['it holds']"),
    "claim not compared": (
        added(code("runtime.claim('x', 1, '<', 2)", "nbval-ignore-output")),
        "a cell with a claim must be compared",
    ),
    "claim twice": (
        added(code("x", outputs=(claimed(True), claimed(True)))),
        "two claims have the same sentence: ['it holds']",
    ),
    "too large": (too_large, "the file is larger than 1000000 bytes"),
}


@pytest.mark.parametrize(("change", "fault"), FAULTS.values(), ids=FAULTS)
def test_fault_is_found(change, fault):
    notebook = good()
    change(notebook)
    faults = authoring.form_faults(ENTRY, notebook)
    assert any(fault in found for found in faults), faults


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        ("runtime.claim('a', 1, '<', 2)", ""),
        ("runtime.claim('a', 0, '<', x, '<=', 2, unit='kt')", ""),
        ("runtime.claim('a', found.all(), recall=recall)", ""),
        ("runtime.claim('a', found.all(), recall.min())", ""),
        ("runtime.claim('a', found.all(), **recalls)", ""),
        ("runtime.claim('a', *pair)", ""),
        ("runtime.claim('a', same, shown='the arrays are one')", ""),
        ("for name in names:\n    claim(f'{name}: a', x, '>', 1)", ""),
        ("other.claims('a', True)", ""),
        ("runtime.claim('a', found.all())", "`'a'` shows none"),
        ("runtime.claim('a', bool(x < 1))", "`'a'` shows none"),
        ("if x:\n    runtime.claim(f'{x} a', True, unit='kt')", "`f'{x} a'` shows none"),
        ("runtime.claim('a', same, shown='')", "`'a'` shows none"),
        ("from bootcamp.runtime import claim\nclaim('a', True)", "`'a'` shows none"),
        ("runtime.claim('a', x < 1)", "claim('a', left, '<', right)`, not `x < 1`"),
        ("runtime.claim('a', 0 <= x < 1)", "claim('a', left, '<', right)`, not `0 <= x < 1`"),
        ("runtime.claim('a', kind == 'x')", "`'a'` shows none"),
        ("runtime.claim()", "`'?'` shows none"),
    ],
)
def test_a_claim_shows_numbers(call, fault):
    notebook = good()
    added(code(call))(notebook)
    faults = authoring.form_faults(ENTRY, notebook)
    assert len(faults) == bool(fault)
    assert fault in "".join(faults)


@pytest.mark.parametrize("name", ["heading jumps", "long cell", "sys.path", "no Python", "stderr", "broken claim"])
def test_nothing_else_is_found(name):
    notebook = good()
    FAULTS[name][0](notebook)
    assert len(authoring.form_faults(ENTRY, notebook)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "network.fit(x, y, batch_size=8)",
        "network.fit(x=x, y=y)",
        "network.fit(**data)",
        "network.fit((x, y))",
        "build(units).fit(x, y)",
        "self.model.fit(x)",
        "b = training.batches(x, seed=0)\nb = x\nnetwork.fit(b)",
        "network.fit(training.batches(x, seed=0), shuffle=True)",
        "network.fit(training.batches(x, seed=0), steps_per_epoch=3)",
        "from sklearn.svm import SVC\nnetwork.fit(SVC())",
    ],
)
def test_fit_without_batches(source):
    assert len(fits.without_batches(source)) == 1
    assert len(fits.without_batches("print 3", source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "network.fit(training.batches(x, y, seed=0), epochs=2, **options)",
        "network.fit(x=training.batches(x, y, seed=0))",
        "b = cyclone.patch_batches(x, y, 8)\nhistory = network.fit(b).history",
        "def train(network, batches):\n    network.fit(batches, validation_data=(x, y))",
        "from sklearn.svm import SVC\nSVC().fit(x, y)",
        "import numpy as np\nnp.polynomial.Polynomial.fit(x, y, 3)",
        "pinn.fit(terms, network, adam_steps=3)",
        "for estimator in models:\n    estimator.fit(x, y)",
    ],
)
def test_fit_with_batches_or_of_another_kind(source):
    assert fits.without_batches(source) == []


def test_batches_made_in_one_cell_are_known_in_the_next():
    assert fits.without_batches("b = training.batches(x, seed=0)", "network.fit(b)") == []


def test_two_rooms_in_one_notebook_are_a_fault(monkeypatch):
    labs = (*course.labs(), course.Lab("Z", "Z", "zoom", "", (course.Notebook("Z/1.ipynb", "1", 1),)))
    notebook = good()
    monkeypatch.setattr(course, "labs", lambda: labs)
    added(code("from bootcamp import zoom"))(notebook)
    assert "more than one room imported: ['intro', 'zoom']" in authoring.form_faults(ENTRY, notebook)


@pytest.mark.parametrize("source", ["# NBVAL_IGNORE_OUTPUT\nx", "x = 1\n  #NBVAL_IGNORE_OUTPUT\nx", "## NBVAL_SKIP\nx"])
def test_comments_of_nbval_are_read_where_nbval_reads_them(source):
    assert not authoring.is_compared(code(source))


def test_comment_that_nbval_does_not_read():
    assert authoring.is_compared(code("print('# NBVAL_SKIP')"))


def test_compared_share():
    cells = [code("a", outputs=(printed(),)), code("b", "nbval-ignore-output", outputs=(printed(),)), code("c")]
    assert authoring.compared_share(new_notebook(cells=cells)) == 0.5
    assert authoring.compared_share(new_notebook()) == 1.0


def test_solution_code():
    assert authoring.solution_code(text(SOLUTION)) == "answer = 2\n"
    assert authoring.solution_code(text("```python\nx\n```")) == ""


@pytest.mark.parametrize(
    "content", ["", "x", "[]", "3", "{}", '{"nbformat": 4}', '{"nbformat": 99, "cells": []}', "\xff"]
)
def test_file_that_is_no_notebook(tmp_path, content):
    (tmp_path / "a.ipynb").write_bytes(content.encode("latin-1"))
    with pytest.raises(authoring.NotebookError, match=r"a\.ipynb is no notebook, or is damaged$"):
        authoring.read(tmp_path / "a.ipynb")


def test_missing_file(tmp_path):
    with pytest.raises(authoring.NotebookError, match=r"a\.ipynb cannot be read: No such file or directory$"):
        authoring.read(tmp_path / "a.ipynb")


def test_full_disk_leaves_the_old_notebook(tmp_path, monkeypatch):
    path = tmp_path / "a.ipynb"
    authoring.write(new_notebook(), path)
    before = path.read_bytes()

    def half(notebook, target):
        Path(target).write_text("{")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(nbformat, "write", half)
    with pytest.raises(OSError, match="No space left"):
        authoring.write(new_notebook(), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_generated_cells_are_brought_up_to_date_once(fake_course):
    entry = course.notebooks()[1]
    path = fake_course.path("01_One")
    authoring.write(new_notebook(cells=[text("old", course.NAVIGATION_TAG), text("prose")]), path)
    assert authoring.write_generated_cells(entry) is True
    assert [cell.source for cell in authoring.read(path).cells] == [course.navigation_line(entry), "prose"]
    assert authoring.write_generated_cells(entry) is False


def test_execute_stores_counts_and_no_times(fake_course):
    fake_course.write("01_One", "import os\nprint(epochs, os.environ['BOOTCAMP_PROGRESS'])")
    authoring.execute(course.notebooks()[1])
    notebook = authoring.read(fake_course.path("01_One"))
    assert [cell.execution_count for cell in authoring.code_cells(notebook)] == [1, 2]
    assert notebook.cells[-1].outputs[0].text == "2 off\n"
    assert "execution" not in json.dumps([cell.metadata for cell in notebook.cells])
    assert notebook.metadata.language_info == {"name": "python"}


def test_execute_refuses_a_broken_claim(fake_course):
    fake_course.write("01_One", "from bootcamp import runtime\nruntime.claim('one is more than two', 1, '>', 2)")
    before = fake_course.path("01_One").read_bytes()
    with pytest.raises(authoring.NotebookError, match="a claim does not hold: one is more than two"):
        authoring.execute(course.notebooks()[1])
    assert fake_course.path("01_One").read_bytes() == before

"""Answers to the exercises: the folded solution, other right ones, wrong ones with the hint each needs, and mutants.

`python -m tests.exercise_answers 01_Curve_Fitting` tries all answers of a notebook in seconds, with its imports and
functions only; a test in `test_notebooks.py` tries them in a run of the whole notebook.
"""

import ast
import contextlib
import re
import runpy
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bootcamp import course
from bootcamp.notebooks import authoring
from tests import judging, mutants

import nbformat
from nbformat import NotebookNode

CHECK_CALL = re.compile(r'exercises\.check\("([\w.]+)", (\w+)\)')
ANSWERS = Path(__file__).parent
FORMS = {
    "wrong_answers": "WRONG = {exercise: [(code, part of the hint), ...]}",
    "right_answers": "RIGHT = {exercise: [code, code, ...]}, two other right answers at least,",
}


@dataclass(frozen=True)
class Answer:
    """An answer to an exercise, and what is expected of it: to pass, or to get a hint.

    `kind` is solution, right, wrong or mutant; `name` is that of a mutant.
    """

    exercise: str
    kind: str
    code: str
    hint: str = ""
    name: str = ""


def answers_file(entry: course.Notebook, folder: str, room: str = "") -> dict[str, Any]:
    """The names in `tests/ROOM/FOLDER/NN.py` of a notebook; the room is that of its lab.

    Raises:
        AssertionError: the file is missing; the message says what it holds.
    """
    path = ANSWERS / (room or course.lab_of(entry).room) / folder / f"{Path(entry.path).name[:2]}.py"
    where = path.relative_to(ANSWERS.parent)
    assert path.is_file(), f"{where} is missing: a dictionary {FORMS[folder]} with every exercise of {entry.name}"
    return runpy.run_path(str(path))


def wrong_answers(entry: course.Notebook) -> dict[str, list[tuple[str, str]]]:
    """Exercise -> (code of a plausible wrong answer, part of the hint it must bring), of one notebook."""
    return answers_file(entry, "wrong_answers")["WRONG"]


def right_answers(entry: course.Notebook) -> dict[str, list[str]]:
    """Exercise -> code of other right answers, of one notebook."""
    return answers_file(entry, "right_answers")["RIGHT"]


def equivalent_mutants(room: str) -> dict[str, dict[str, str]]:
    """Exercise -> name of a mutant that may pass -> reason, of one lab."""
    path = ANSWERS / room / "equivalent_mutants.py"
    return runpy.run_path(str(path))["EQUIVALENT"] if path.is_file() else {}


def check_call(cell: NotebookNode) -> tuple[str, str]:
    """Exercise and variable of a check cell.

    Raises:
        AssertionError: the cell does not call `exercises.check` in the form of the course.
    """
    found = CHECK_CALL.search(cell.source)
    assert found, f'a check cell reads exercises.check("room.name", answer); this one reads:\n{cell.source}'
    return found[1], found[2]


def solutions(notebook: NotebookNode) -> list[tuple[str, str, str, str]]:
    """(id of the check cell, exercise, variable, code of the folded solution) of every exercise of a notebook."""
    found, code = [], ""
    for cell in notebook.cells:
        if authoring.SOLUTION_TAG in authoring.tags(cell):
            code = authoring.solution_code(cell)
        if authoring.CHECK_TAG in authoring.tags(cell):
            found.append((cell.id, *check_call(cell), code))
    return found


def answers(entry: course.Notebook) -> list[list[Answer]]:
    """For every exercise of a notebook all answers that are tried: the solution, right and wrong ones, mutants."""
    lab, notebook = course.lab_of(entry), authoring.read(course.root() / entry.path)
    if lab is None:
        return []
    wrong, right = wrong_answers(entry), right_answers(entry)
    return [
        [
            Answer(name, "solution", code),
            *(Answer(name, "right", other) for other in right.get(name, [])),
            *(Answer(name, "wrong", other, hint) for other, hint in wrong.get(name, [])),
            *(Answer(name, "mutant", other.code, name=other.name) for other in mutants.mutants(code)),
        ]
        for _, name, _, code in solutions(notebook)
    ]


def with_answers(notebook: NotebookNode, tried: list[list[Answer]]) -> NotebookNode:
    """Insert below each check a cell that judges all answers to this exercise; the notebook's own variables stay."""
    places = {cell_id: (name, variable) for cell_id, name, variable, _ in solutions(notebook)}
    remaining, cells = iter(tried), []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.id in places:
            source = judging.cell_source(*places[cell.id], *_codes(next(remaining)))
            cells.append(nbformat.v4.new_code_cell(source))
    notebook.cells = cells
    return notebook


def _codes(row: list[Answer]) -> tuple[list[str], int]:
    """The code of answers, and how many of them are no mutants."""
    return [answer.code for answer in row], sum(answer.kind != "mutant" for answer in row)


def answer_faults(
    tried: list[list[Answer]], results: list[list[dict]], equivalent: dict[str, dict[str, str]]
) -> list[str]:
    """What is wrong with the judgement of answers, in words; empty when every one is judged as it must be."""
    faults = []
    for row, judgements in zip(tried, results, strict=True):
        listed = equivalent.get(row[0].exercise, {})
        pairs = zip(row, judgements, strict=True)
        faults += [fault for answer, result in pairs if (fault := _fault(answer, result, listed))]
        made = {answer.name for answer in row if answer.kind == "mutant"}
        gone = [name for name in listed if made and name not in made]
        faults += [f"{row[0].exercise}: is listed as equivalent, but is no mutant:\n  {name}" for name in gone]
    return faults


def _fault(answer: Answer, result: dict, equivalent: dict[str, str]) -> str:
    shown = f"{answer.code}\nhint: {result['hint']}"
    if answer.kind in ("solution", "right"):
        return "" if result["passed"] else f"{answer.exercise}: a right answer ({answer.kind}) does not pass:\n{shown}"
    if answer.kind == "wrong":
        right = not result["passed"] and answer.hint in result["hint"]
        return "" if right else f"{answer.exercise}: a wrong answer needs the hint '{answer.hint}':\n{shown}"
    if result["passed"] and answer.name not in equivalent:
        return f"{answer.exercise}: a mutant of the solution passes:\n  {answer.name}\n{answer.code}"
    if answer.name in equivalent and not (result["passed"] or result["late"]):
        return f"{answer.exercise}: is listed as equivalent, but does not pass:\n  {answer.name}\n{result['hint']}"
    return ""


def mutant_counts(tried: list[list[Answer]], results: list[list[dict]]) -> tuple[int, int]:
    """How many mutants there are, and how many pass."""
    passed = [
        result["passed"]
        for row in zip(tried, results, strict=True)
        for answer, result in zip(*row, strict=True)
        if answer.kind == "mutant"
    ]
    return len(passed), sum(passed)


def judged(notebook: NotebookNode) -> list[list[dict]]:
    """How the answers to every exercise were judged, in order."""
    return [data["results"] for data in authoring.output_data(notebook, judging.JUDGED_KEY)]


def quick_namespace(entry: course.Notebook) -> dict[str, Any]:
    """What the imports and definitions of a notebook leave behind, without its computations."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    definitions = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef
    kinds = definitions | ast.Assign | ast.AnnAssign
    for cell in authoring.code_cells(authoring.read(course.root() / entry.path)):
        tree = ast.parse(re.sub(r"^%.*", "", cell.source, flags=re.M))
        simple = all(isinstance(statement, kinds) for statement in tree.body)
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        assigns = any(isinstance(statement, ast.Assign) for statement in tree.body)
        if not simple or (assigns and calls):
            tree.body = [statement for statement in tree.body if isinstance(statement, definitions)]
        with contextlib.suppress(NameError):  # it needs what a computation has left behind
            exec(compile(tree, entry.path, "exec"), namespace)
    return namespace


def quick_run(entry: course.Notebook) -> tuple[list[list[Answer]], list[list[dict]]]:
    """Every answer to the exercises of a notebook and its judgement, in this process."""
    tried, namespace = answers(entry), quick_namespace(entry)
    calls = solutions(authoring.read(course.root() / entry.path))
    rows = zip(calls, tried, strict=True)
    return tried, [
        judging.judge_answers(name, variable, *_codes(row), namespace) for (_, name, variable, _), row in rows
    ]


def main(names: list[str]) -> int:
    """Try the answers of notebooks; returns the number of faults."""
    count = 0
    for entry in course.select(names):
        if course.lab_of(entry) is None:
            continue
        tried, results = quick_run(entry)
        faults = answer_faults(tried, results, equivalent_mutants(course.lab_of(entry).room))
        made, passed = mutant_counts(tried, results)
        print("\n\n".join([*faults, f"{entry.name}: {made} mutants, {passed} pass; {len(faults)} faults"]))
        count += len(faults)
    return count


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))

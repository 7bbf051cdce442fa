"""Runs of whole notebooks for the tests: with the smoke profile, and with the exercises solved and answered wrongly."""

import os
import re
import runpy
from pathlib import Path

from bootcamp import course, exercises, runtime
from bootcamp.notebooks import authoring, parameters, workspace

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

CHECK_CALL = re.compile(r'exercises\.check\("([\w.]+)", (\w+)\)')
WRONG_ANSWERS = Path(__file__).parent


def run(notebook: NotebookNode, folder: Path, **environment: str) -> NotebookNode:
    """Execute a notebook in `folder`, with changes to the environment."""
    options = {"timeout": 300, "coalesce_streams": True}  # a busy kernel sends one text in several pieces
    client = NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}, **options)
    client.execute(env=os.environ | environment)
    return notebook


def smoke_copy(entry: course.Notebook) -> NotebookNode:
    """A notebook with the parameters of the smoke profile."""
    notebook = authoring.read(course.root() / entry.path)
    for cell in authoring.tagged(notebook, authoring.PARAMETERS_TAG):
        cell.source = workspace.set_parameters(cell.source, parameters.profile_values("smoke", entry))
    return notebook


def wrong_answers(entry: course.Notebook) -> dict[str, list[tuple[str, str]]]:
    """Exercise -> (code of a plausible wrong answer, part of the hint it must bring), of one notebook."""
    lab = course.lab_of(entry)
    if lab is None:
        return {}
    number = Path(entry.path).name[:2]
    return runpy.run_path(str(WRONG_ANSWERS / lab.room / "wrong_answers" / f"{number}.py"))["WRONG"]


def with_answers(notebook: NotebookNode, wrong: dict[str, list[tuple[str, str]]]) -> tuple[NotebookNode, list[tuple]]:
    """Insert the solution and the wrong answers below each check.

    Returns:
        The notebook, and for every call of `exercises.check` in order (exercise, kind, code, part of the hint).
    """
    cells, calls = [], []
    starter = solution = ""
    for cell in notebook.cells:
        cells.append(cell)
        if authoring.STARTER_TAG in authoring.tags(cell):
            starter = cell.source
        if authoring.SOLUTION_TAG in authoring.tags(cell):
            solution = authoring.solution_code(cell)
        if authoring.CHECK_TAG not in authoring.tags(cell):
            continue
        name = CHECK_CALL.search(cell.source)[1]
        answers = [("solution", solution, ""), *(("wrong", code, hint) for code, hint in wrong.get(name, []))]
        calls.append((name, "starter", starter, ""))
        for kind, code, hint in answers:
            cells.append(nbformat.v4.new_code_cell(f"{code}\n{cell.source}"))
            calls.append((name, kind, code, hint))
        cells.append(nbformat.v4.new_code_cell(starter))
    notebook.cells = cells
    return notebook, calls


def feedback(notebook: NotebookNode) -> list[dict]:
    """What each call of `exercises.check` answered, in order."""
    return authoring.output_data(notebook, exercises.FEEDBACK_KEY)


def stable_outputs(notebook: NotebookNode) -> list[str]:
    """Texts that the gate would compare, without claims: those may turn out False with the smoke profile."""
    texts = []
    for cell in authoring.code_cells(notebook):
        for output in cell.outputs if authoring.is_compared(cell) else []:
            if runtime.CLAIM_KEY not in output.get("metadata", {}):
                texts.append(output.get("text") or output.get("data", {}).get("text/plain", ""))
    return texts

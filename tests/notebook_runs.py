"""Runs of whole notebooks for the tests: with the smoke profile, and with the exercises solved and answered wrongly."""

import os
import re
from pathlib import Path

from bootcamp import course, exercises, runtime
from bootcamp.notebooks import authoring, parameters, workspace
from tests.kernel_nursery import ForkedKernelManager

from nbclient import NotebookClient
from nbformat import NotebookNode
from nbval.plugin import get_sanitize_patterns

SANITIZE = Path(__file__).with_name("nbval_sanitize.cfg")


def run(notebook: NotebookNode, folder: Path, **environment: str) -> NotebookNode:
    """Execute a notebook in `folder`, with changes to the environment; `KERAS_BACKEND` must be one of them."""
    options = {"timeout": 400, "coalesce_streams": True}  # a busy kernel sends one text in several pieces
    client = NotebookClient(
        notebook,
        resources={"metadata": {"path": str(folder)}},
        kernel_manager_class=ForkedKernelManager,
        **options,
    )
    client.execute(env=os.environ | environment)
    return notebook


def smoke_copy(entry: course.Notebook) -> NotebookNode:
    """A notebook with the parameters of the smoke profile."""
    notebook = authoring.read(course.root() / entry.path)
    for cell in authoring.tagged(notebook, authoring.PARAMETERS_TAG):
        cell.source = workspace.set_parameters(cell.source, parameters.profile_values("smoke", entry))
    return notebook


def feedback(notebook: NotebookNode) -> list[dict]:
    """What each call of `exercises.check` answered, in order."""
    return authoring.output_data(notebook, exercises.FEEDBACK_KEY)


def sanitized(text: str) -> str:
    """What the gate compares of a text: no numbers behind a claim, no value behind the name of a record."""
    for pattern, replacement in get_sanitize_patterns(SANITIZE.read_text(encoding="utf-8")):
        text = re.sub(pattern, replacement, text)
    return text


def stable_outputs(notebook: NotebookNode) -> list[str]:
    """Texts that the gate would compare, without claims: those may turn out False with the smoke profile."""
    texts = []
    for cell in authoring.code_cells(notebook):
        for output in cell.outputs if authoring.is_compared(cell) else []:
            if runtime.CLAIM_KEY not in output.get("metadata", {}):
                texts.append(sanitized(output.get("text") or output.get("data", {}).get("text/plain", "")))
    return texts

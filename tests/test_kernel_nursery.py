"""Kernels from the nursery are as those of Jupyter, but for the time they take to start."""

import os
import shutil

from bootcamp.notebooks import authoring
from tests import kernel_nursery, notebook_runs

import nbformat
import psutil
import pytest
from nbclient.exceptions import CellExecutionError, DeadKernelError


def run(folder, *sources: str, **environment: str) -> list[str]:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook_runs.run(notebook, folder, KERAS_BACKEND="torch", **environment)
    return ["".join(output.get("text", "") for output in cell.outputs) for cell in authoring.code_cells(notebook)]


def test_a_kernel_has_its_folder_and_environment_and_shares_nothing_with_the_next(tmp_path):
    look = (
        "import os, sys\nprint(os.getcwd(), os.environ.get('A'), 'keras' in sys.modules, 'x' in globals(), os.getpid())"
    )
    texts = run(tmp_path, look, "import keras\nx = keras.backend.backend()\nprint(x, 'keras' in sys.modules)", A="1")
    assert texts[0].split()[:4] == [str(tmp_path), "1", "False", "False"]
    assert texts[1] == "torch True\n"
    (again,) = run(tmp_path, look)
    assert again.split()[:4] == [str(tmp_path), "None", "False", "False"]
    for text in (texts[0], again):
        assert not psutil.pid_exists(int(text.split()[-1]))
    assert os.environ.get("A") is None


def test_the_course_is_imported_anew_and_figures_are_shown(tmp_path):
    draw = "import matplotlib.pyplot as plt\nfigure = plt.plot([1, 2])"
    loaded = "import sys\nprint([name for name in sys.modules if name.startswith('bootcamp')])"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in (loaded, draw)])
    first, second = authoring.code_cells(notebook_runs.run(notebook, tmp_path, KERAS_BACKEND="torch"))
    assert first.outputs[0].text == "[]\n"
    assert [list(output.data) for output in second.outputs] == [["text/plain", "image/png"]]


def test_a_failing_cell_and_a_kernel_that_dies_are_told(tmp_path):
    with pytest.raises(CellExecutionError, match="the answer is 42"):
        run(tmp_path, "raise ValueError('the answer is 42')")
    with pytest.raises(DeadKernelError):
        run(tmp_path, "import os\nos._exit(3)")


def test_a_nursery_that_ended_is_told_and_made_anew(monkeypatch):
    monkeypatch.setattr(kernel_nursery, "nurseries", {})
    monkeypatch.setattr(kernel_nursery.sys, "executable", shutil.which("false"))
    first = kernel_nursery.nursery("torch")
    with pytest.raises(RuntimeError, match="the nursery of kernels ended with exit code 1"):
        first.fork("file", "folder", {})
    assert kernel_nursery.nursery("torch") is not first

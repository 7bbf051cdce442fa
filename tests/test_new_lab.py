"""A new lab is green at once, and its own command says what is wrong with it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bootcamp import course
from bootcamp.notebooks import new_lab

import pytest

LEFT_OUT = {".git", ".venv", "build", "runs", "logs", "datasets", ".pytest_cache", ".ruff_cache"}


def left_out(folder: str, names: list[str]) -> set[str]:
    """What a copy of the course does without: generated things on its first level, and caches."""
    return (LEFT_OUT & set(names) if Path(folder) == course.root() else set()) | ({"__pycache__"} & set(names))


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy of the course without its data sets, to which a lab is added."""
    folder = tmp_path_factory.mktemp("new") / "course"
    shutil.copytree(course.root(), folder, ignore=left_out)
    (folder / "datasets").mkdir()
    shutil.copy(course.root() / "datasets" / "README.md", folder / "datasets")
    return folder


def bootcamp(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """The command in a copy of the course, whose package comes first."""
    variables = os.environ | {"PYTHONPATH": str(folder), "BOOTCAMP_ROOT": str(folder), "BOOTCAMP_OFFLINE": "1"}
    variables["BOOTCAMP_DATA"] = str(folder / "datasets")
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"):
        variables.pop(name, None)
    code = "from bootcamp.cli import main; main()"
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)


def test_a_new_lab_passes_its_tests_and_names_what_is_missing(copy):
    made = bootcamp(copy, "new-lab", "Signal_Denoising", "--room", "denoising")
    assert made.returncode == 0, made.stderr
    checked = bootcamp(copy, "check-lab", "Signal_Denoising")
    assert checked.returncode == 0, checked.stdout[-3000:]
    assert "all tests passed" in checked.stdout

    description = copy / "Signal_Denoising" / "lab.toml"
    description.write_text(description.read_text().replace("outcome", "outcom", 1))
    broken = bootcamp(copy, "check-lab", "Signal_Denoising")
    assert broken.returncode != 0
    assert "no key 'outcom'. Did you mean 'outcome'?" in broken.stderr


@pytest.mark.parametrize(
    ("lab", "room", "sentence"),
    [
        ("signal denoising", "denoising", "a lab is named by words joined by underscores"),
        ("../Out", "denoising", "a lab is named by words joined by underscores"),
        ("Signal_Denoising", "De-noising", "a room is named by one word in lower case"),
        ("Signal_Denoising", "class", "a room is named by one word in lower case"),
        ("CFD", "denoising", "CFD is there already"),
        ("Signal_Denoising", "cfd", "bootcamp/cfd is there already"),
        ("Signal_Denoising", "training", "bootcamp/training.py is there already"),
        ("Signal_Denoising", "series", "has a variable 'series'"),
    ],
)
def test_names_that_cannot_be_are_refused_and_nothing_is_written(lab, room, sentence):
    before = sorted(path.name for path in course.root().iterdir())
    with pytest.raises(new_lab.NewLabError, match=sentence):
        new_lab.create(lab, room)
    assert sorted(path.name for path in course.root().iterdir()) == before

"""The gate. `pytest --nbval` compares stored outputs; this file checks what nbval cannot see.

A notebook can be broken in ways that leave its outputs equal: no outputs stored, comparison switched off, links that
lead nowhere, an exercise whose starter already passes. And a gate that cannot fail is none, so a broken notebook is
run through it as well.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from bootcamp import course, datasets, exercises
from bootcamp.notebooks import authoring
from tests import exercise_answers, notebook_runs

import cv2
import nbformat
import numpy as np
import pytest

NOTEBOOKS = [pytest.param(entry, id=entry.name) for entry in course.notebooks()]
LAB_NOTEBOOKS = [pytest.param(entry, id=entry.name) for lab in course.labs() for entry in lab.notebooks]
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
BROKEN = Path(__file__).parent / "broken"


def stored(entry):
    return authoring.read(course.root() / entry.path)


@pytest.mark.parametrize("entry", NOTEBOOKS)
def test_form(entry):
    assert authoring.form_faults(entry, stored(entry)) == []


def test_every_notebook_is_in_the_course():
    folders = [course.root() / lab.name for lab in course.labs()]
    found = {path.relative_to(course.root()).as_posix() for folder in folders for path in folder.glob("*.ipynb")}
    assert found | {course.START.path} == {entry.path for entry in course.notebooks()}


@pytest.mark.parametrize("entry", NOTEBOOKS)
def test_links_and_images(entry):
    folder = (course.root() / entry.path).parent
    for cell in stored(entry).cells:
        if cell.cell_type != "markdown":
            continue
        assert "<img" not in cell.source, "images are written as ![what it shows](path), with their alt text"
        for image, text, target in LINK.findall(cell.source):
            assert text.strip(), f"link without text: {target}"
            if target.startswith("https://"):
                assert not image, f"image from the network: {target}"
            else:
                assert (folder / target.split("#")[0]).exists(), f"{entry.name} links to {target}"


@pytest.mark.parametrize("entry", NOTEBOOKS)
def test_no_stored_output_names_a_folder_of_the_author(entry):
    text = (course.root() / entry.path).read_text(encoding="utf-8")
    assert str(course.root()) not in text
    assert str(Path.home()) not in text


@pytest.fixture(scope="module")
def mnist_mirror(tmp_path_factory):
    """A mirror with a stand-in for MNIST and Fashion-MNIST: the same layout, other images and other counts."""
    from bootcamp.intro import data

    folder = tmp_path_factory.mktemp("mirror")
    source = tmp_path_factory.mktemp("source")
    data.build_offline_digits(source)
    arrays = data.read_npz(source / "offline_digits.npz")
    turned = {k: np.stack([cv2.blur(i, (3, 3)) for i in v]) if k.startswith("x") else v for k, v in arrays.items()}
    sizes = {"train": 900, "test": 250}
    small = {key: values[: sizes[key[2:]]] for key, values in turned.items()}
    np.savez_compressed(folder / "mnist.npz", **small)
    np.savez_compressed(folder / "fashion_mnist.npz", **small)
    return folder


def shared_data_folder(folder: Path, entry: course.Notebook) -> str:
    """A new data folder that shares the data sets which the notebook's lab makes itself with the course's own."""
    folder.mkdir()
    for data_set in course.lab_of(entry).data_sets:
        if data_set.before_class:
            (folder / data_set.name).symlink_to(datasets.prepare(data_set.name), target_is_directory=True)
    return str(folder)


@pytest.mark.parametrize("entry", LAB_NOTEBOOKS)
def test_exercises_and_data_and_backends(entry, mnist_mirror, tmp_path, record_property):
    """Two smoke runs: offline data on PyTorch with answers to the exercises, stand-in MNIST on TensorFlow without.

    The starter of every exercise does not pass, its solution and other right answers do, every wrong answer gets its
    hint, and no mutant of the solution passes that is not listed as equivalent; and what the gate compares is the same
    with both data sets and both backends of Keras. A notebook that reads no public data and never imported Keras would
    only do the same twice.
    """
    tried = exercise_answers.answers(entry)
    notebook = exercise_answers.with_answers(notebook_runs.smoke_copy(entry), tried)
    original_ids = {cell.id for cell in stored(entry).cells}
    notebook.cells.append(nbformat.v4.new_code_cell("import sys\n'keras' in sys.modules"))
    solved = notebook_runs.run(
        notebook,
        tmp_path,
        BOOTCAMP_DATA=shared_data_folder(tmp_path / "offline", entry),
        BOOTCAMP_OFFLINE="1",
        KERAS_BACKEND="torch",
    )
    assert [answer["passed"] for answer in notebook_runs.feedback(solved)] == [False] * len(tried), "a starter passes"
    results, room = exercise_answers.judged(solved), course.lab_of(entry).room
    faults = exercise_answers.answer_faults(tried, results, exercise_answers.equivalent_mutants(room))
    assert not faults, "\n\n".join(faults)
    record_property("mutants", [room, *exercise_answers.mutant_counts(tried, results)])

    uses_keras = solved.cells[-1].outputs[0]["data"]["text/plain"]
    reads_public_data = any(data_set.public for data_set in course.lab_of(entry).data_sets)
    if uses_keras == "False" and not reads_public_data:
        return
    solved.cells = [cell for cell in solved.cells if cell.id in original_ids]
    other = notebook_runs.run(
        notebook_runs.smoke_copy(entry),
        tmp_path,
        BOOTCAMP_DATA=shared_data_folder(tmp_path / "mnist", entry),
        BOOTCAMP_MIRROR=str(mnist_mirror),
        KERAS_BACKEND="tensorflow",
    )
    assert notebook_runs.stable_outputs(solved) == notebook_runs.stable_outputs(other)


@pytest.mark.parametrize("lab", course.labs(), ids=lambda lab: lab.name)
def test_exercise_names_are_those_of_the_checks(lab):
    used = [name for entry in lab.notebooks for _, name, _, _ in exercise_answers.solutions(stored(entry))]
    known = list(exercises.exercise_names(lab.room))
    missing, unused = sorted(set(used) - set(known)), sorted(set(known) - set(used))
    assert not missing, f"no check in CHECKS of bootcamp/{lab.room}/checks for {', '.join(missing)}"
    assert not unused, f"no notebook of {lab.name} has the exercise {', '.join(unused)}"
    assert used == known, "CHECKS has the order of the notebooks"


@pytest.mark.parametrize("entry", LAB_NOTEBOOKS)
def test_every_exercise_has_wrong_and_right_answers(entry):
    names = {name for _, name, _, _ in exercise_answers.solutions(stored(entry))}
    wrong = exercise_answers.wrong_answers(entry)
    assert {name for name, codes in wrong.items() if codes} == names, "every exercise needs a plausible wrong answer"
    right = exercise_answers.right_answers(entry)
    assert {name for name, codes in right.items() if len(set(codes)) > 1} == names, "two other right answers each"


OUTCOMES = {
    "changed_output": {"passed": 1, "failed": 1},
    "failing_cell": {"failed": 1},
    "false_claim": {"passed": 1, "failed": 2},
    "sound": {"passed": 4},
}


def test_the_gate_can_fail():
    """As `make test` runs it: on several processes, each notebook in one of them.

    `sound` has other numbers behind a claim and a record: sentence, True and name are compared, and they are not.
    """
    files = [str(BROKEN / f"{name}.ipynb") for name in OUTCOMES]
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-rA", "-n", "2", "-p", "no:cacheprovider", *files]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=course.root())
    found = re.findall(r"^(PASSED|FAILED|ERROR) tests/broken/(\w+)\.ipynb::", answer.stdout, re.M)
    counts = Counter((name, word.lower()) for word, name in found)
    assert counts == {(name, word): n for name, words in OUTCOMES.items() for word, n in words.items()}
    assert answer.returncode == 1


def test_a_null_execution_count_is_refused():
    entry = course.labs()[0].notebooks[0]
    notebook = stored(entry)
    authoring.code_cells(notebook)[0].execution_count = None
    assert any("not stored as executed" in fault for fault in authoring.form_faults(entry, notebook))


def test_make_test_compares_every_notebook():
    """`testpaths` would send a call without a folder back to these tests, and no notebook would be compared."""
    options = {"cwd": course.root(), "capture_output": True, "text": True}
    listing = subprocess.run(["make", "--dry-run", "test"], check=True, **options)
    command = next(line for line in listing.stdout.splitlines() if "--nbval" in line).split()
    arguments = command[command.index("pytest") + 1 :]
    assert "--ignore=tests" not in arguments
    collected = subprocess.run(  # without the tests themselves, whose imports take long
        [sys.executable, "-m", "pytest", *arguments, "--ignore=tests", "--collect-only", "-q", "-n", "0"], **options
    )
    found = {line.split("::")[0] for line in collected.stdout.splitlines() if "::" in line}
    assert found == {entry.path for entry in course.notebooks()}

import collections
import sys

from bootcamp import course, datasets, doctor, runtime

import pytest

QUICK = {"TensorFlow": "print('2.0 0 GPU')", "Keras": "print('3.0')"}


@pytest.fixture(autouse=True)
def quick(monkeypatch, data_folder):
    """No framework is imported."""
    monkeypatch.setattr(doctor, "FRAMEWORKS", dict(QUICK))


def row(name: str) -> doctor.Row:
    return next(row for row in doctor.examine() if row.item == name)


def test_every_requirement_has_a_row():
    items = [row.item for row in doctor.examine()]
    sets = [f"Data: {entry.name}" for entry in datasets.CATALOGUE]
    assert items == ["Python", "Memory", "Disk", "GPU", *QUICK, "Packages", *sets]


def test_problem_rows_name_a_cure(monkeypatch):
    monkeypatch.setitem(doctor.FRAMEWORKS, "Keras", "raise ImportError('no backend')")
    rows = doctor.examine()
    assert not doctor.healthy(rows)
    (problem,) = [row for row in rows if row.state == doctor.PROBLEM and row.item != "Packages"]
    assert (problem.item, problem.value) == ("Keras", "ImportError: no backend")
    assert "make install" in problem.cure


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("import os; os._exit(3)", "ended with code 3"),
        ("import os; os.kill(os.getpid(), 11)", "ended with code -11"),
        ("import time; time.sleep(600)", "its import takes over 0.5 s"),
    ],
)
def test_framework_that_cannot_be_imported(monkeypatch, code, value):
    monkeypatch.setitem(doctor.FRAMEWORKS, "OpenCV", code)
    monkeypatch.setattr(doctor, "IMPORT_SECONDS", 0.5 if "sleep" in code else 60)
    broken = doctor._framework("OpenCV")
    assert (broken.state, broken.value) == (doctor.PROBLEM, value)
    assert "libgl1" in broken.cure


def test_framework_that_works():
    assert doctor._framework("Keras") == doctor.Row("Keras", doctor.OK, "3.0")


@pytest.mark.parametrize(
    ("version", "state"), [((3, 10), "problem"), ((3, 11), "ok"), ((3, 13), "ok"), ((3, 14), "problem")]
)
def test_python(monkeypatch, version, state):
    monkeypatch.setattr(sys, "version_info", (*version, 0, "final", 0))
    assert doctor._python().state == state
    assert bool(doctor._python().cure) == (state == "problem")


def test_little_memory_is_a_problem(monkeypatch):
    monkeypatch.setattr(doctor, "MIN_MEMORY_GIB", 1e9)
    assert row("Memory").state == doctor.PROBLEM
    assert "the course needs" in row("Memory").cure


@pytest.mark.parametrize(("free", "state"), [(1, "problem"), (50, "ok")])
def test_disk(monkeypatch, free, state):
    usage = collections.namedtuple("usage", "total used free")(100, 0, free * 2**30)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: usage)
    assert doctor._disk().state == state


def test_folder_without_permission_is_a_problem(monkeypatch):
    monkeypatch.setattr(doctor.os, "access", lambda folder, mode: False)
    assert doctor._disk().state == doctor.PROBLEM
    assert doctor._disk().cure == "set BOOTCAMP_DATA to a folder of yours"


def test_gpu(monkeypatch):
    monkeypatch.setattr(runtime, "gpu_table", list)
    assert doctor._gpu().state == doctor.NOTE
    gpu = {"name": "H100", "memory.total": "80 GiB", "memory.used": "1 GiB", "driver_version": "550"}
    monkeypatch.setattr(runtime, "gpu_table", lambda: [gpu, gpu])
    assert doctor._gpu() == doctor.Row(
        "GPU", doctor.OK, "H100, 1 GiB of 80 GiB used; H100, 1 GiB of 80 GiB used, driver 550"
    )


LOCK = (
    "# pins\na==1.0\nb==2.0  # why\n\nc==3 ; sys_platform == 'nowhere'\n-r other\nd[x]==4.1 ; python_version >= '3'\n"
)


def test_pins_that_apply_here(tmp_path):
    (tmp_path / "lock").write_text(LOCK)
    assert doctor.pins(tmp_path / "lock") == {"a": "1.0", "b": "2.0", "d": "4.1"}


@pytest.mark.parametrize(
    ("installed", "state", "value"),
    [
        ({"a": "1.0", "b": "2.0+cpu", "d": "4.1"}, "ok", "all 3 as pinned"),
        ({"a": "1.1", "b": "2.0", "d": "4.1"}, "note", "a 1.1 (pinned 1.0)"),
        ({"b": "2.0", "d": "4"}, "problem", "a missing (pinned 1.0), d 4 (pinned 4.1)"),
    ],
)
def test_versions_are_compared_with_the_pins(tmp_path, monkeypatch, installed, state, value):
    (tmp_path / "requirements.lock").write_text(LOCK)
    monkeypatch.setattr(course, "root", lambda: tmp_path)
    monkeypatch.setattr(runtime, "package_version", installed.get)
    assert (doctor._pins().state, doctor._pins().value) == (state, value)


def test_course_without_lock_file_is_a_note(tmp_path, monkeypatch):
    monkeypatch.setattr(course, "root", lambda: tmp_path)
    assert doctor._pins().state == doctor.NOTE


def test_lock_file_of_the_course_pins_every_direct_dependency():
    import tomllib

    from packaging.requirements import Requirement

    project = tomllib.loads((course.root() / "pyproject.toml").read_text())["project"]
    pinned = {name.lower() for name in doctor.pins(course.root() / "requirements.lock")}
    needed = [Requirement(line) for line in project["dependencies"]]
    assert [requirement.name for requirement in needed if requirement.name.lower() not in pinned] == []


@pytest.mark.parametrize(("state", "kind"), [("ready", "ok"), ("missing", "note"), ("damaged", "note")])
def test_data_sets(monkeypatch, state, kind):
    monkeypatch.setattr(datasets, "state", lambda name: state)
    rows = doctor._data_sets()
    assert {row.state for row in rows} == {kind}
    assert all(("bootcamp data prepare" in row.cure) == (state == "damaged") for row in rows)

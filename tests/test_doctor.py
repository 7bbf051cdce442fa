import collections
import http.server
import sys
import time

from bootcamp import course, datasets, runtime
from bootcamp.classroom import classcheck
from bootcamp.cli import doctor
from bootcamp.runtime import machine, network

import pytest

QUICK = {"TensorFlow": "print('2.0 0 GPU')", "Keras": "print('3.0')"}


@pytest.fixture(autouse=True)
def quick(monkeypatch, data_folder):
    """No framework is imported."""
    monkeypatch.setattr(doctor, "FRAMEWORKS", dict(QUICK))
    monkeypatch.setattr(doctor.isolation, "remarks", list)


def row(name: str) -> machine.Row:
    return next(row for row in doctor.examine() if row.item == name)


def test_every_requirement_has_a_row():
    items = [row.item for row in doctor.examine()]
    sets = [f"Data: {entry.name}" for entry in datasets.entries()]
    assert items == ["Python", "Memory", "Disk", "GPU", "Keras backend", *QUICK, "Packages", *sets]


def test_problem_rows_name_a_cure(monkeypatch):
    monkeypatch.setitem(doctor.FRAMEWORKS, "Keras", "raise ImportError('no backend')")
    rows = doctor.examine()
    assert not machine.healthy(rows)
    (problem,) = [row for row in rows if row.state == machine.PROBLEM and row.item != "Packages"]
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
    assert (broken.state, broken.value) == (machine.PROBLEM, value)
    assert "libgl1" in broken.cure


def test_framework_that_works():
    assert doctor._framework("Keras") == machine.Row("Keras", machine.OK, "3.0")


@pytest.mark.parametrize(
    ("version", "state"), [((3, 10), "problem"), ((3, 11), "ok"), ((3, 13), "ok"), ((3, 14), "problem")]
)
def test_python(monkeypatch, version, state):
    monkeypatch.setattr(sys, "version_info", (*version, 0, "final", 0))
    assert doctor._python().state == state
    assert bool(doctor._python().cure) == (state == "problem")


def test_little_memory_is_a_problem(monkeypatch):
    monkeypatch.setattr(doctor, "MIN_MEMORY_GIB", 1e9)
    assert row("Memory").state == machine.PROBLEM
    assert "the course needs" in row("Memory").cure


@pytest.mark.parametrize(("free", "state"), [(1, "problem"), (50, "ok")])
def test_disk(monkeypatch, free, state):
    usage = collections.namedtuple("usage", "total used free")(100, 0, free * 2**30)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: usage)
    assert doctor._disk().state == state


def test_folder_without_permission_is_a_problem(monkeypatch):
    monkeypatch.setattr(doctor.os, "access", lambda folder, mode: False)
    assert doctor._disk().state == machine.PROBLEM
    assert doctor._disk().cure == "set BOOTCAMP_DATA to a folder of yours"


def test_gpu(monkeypatch):
    monkeypatch.setattr(machine, "gpu_table", list)
    assert doctor._gpu().state == machine.NOTE
    gpu = {"name": "H100", "memory.total": "80 GiB", "memory.used": "1 GiB", "driver_version": "550"}
    monkeypatch.setattr(machine, "gpu_table", lambda: [gpu, gpu])
    assert doctor._gpu() == machine.Row(
        "GPU", machine.OK, "H100, 1 GiB of 80 GiB used; H100, 1 GiB of 80 GiB used, driver 550"
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
    assert doctor._pins().state == machine.NOTE


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


@pytest.fixture
def class_machine(monkeypatch, data_folder, tmp_path):
    """A machine that carries a class of ten, whatever this one is."""
    monkeypatch.setenv("BOOTCAMP_HOME", str(tmp_path / "home"))
    monkeypatch.delenv(classcheck.BOARD, raising=False)
    monkeypatch.delenv(classcheck.PASSWORD, raising=False)
    share = machine.Allotment(tuple(range(8)), 8.0, 64 * 2**30, 40 * 2**30)
    usage = collections.namedtuple("usage", "total used free")(0, 0, 100 * 2**30)
    monkeypatch.setattr(machine, "allotted", lambda: share)
    monkeypatch.setattr(classcheck.shutil, "disk_usage", lambda folder: usage)
    monkeypatch.setattr(machine, "gpu_table", list)
    monkeypatch.setattr(datasets, "state", lambda name: "ready")
    monkeypatch.setattr(datasets, "closed_to_others", lambda name: "")
    monkeypatch.setattr(classcheck, "PORTS", {})


def class_row(item: str, learners: int = 10) -> machine.Row:
    return next(row for row in classcheck.examine(learners) if row.item == item)


def test_class_has_a_row_for_every_matter(class_machine):
    rows = classcheck.examine(10)
    assert [row.item for row in rows] == [
        *("Data sets", "Memory", "CPU", "Disk for homes", "GPU memory", "Data volume", "Home volume"),
        *("Leaderboard", "Class password", "Clock", "Slides", "JupyterHub"),
    ]
    assert machine.healthy(rows)
    assert all(row.cure for row in rows if row.state == machine.PROBLEM)


def test_class_needs_the_data_sets_that_labs_want_before_a_class(class_machine, monkeypatch):
    states = {"cfd_flows": "missing", "chip_flows": "damaged"}
    monkeypatch.setattr(datasets, "state", lambda name: states.get(name, "ready"))
    assert class_row("Data sets") == machine.Row(
        "Data sets",
        machine.PROBLEM,
        "cfd_flows missing, chip_flows damaged",
        "`bootcamp data prepare --class`",
    )


@pytest.mark.parametrize(
    ("item", "learners", "state", "cure"),
    [
        ("Memory", 16, "ok", ""),
        ("Memory", 17, "problem", "16 at a time"),
        ("CPU", 16, "ok", ""),
        ("CPU", 17, "note", "several times as long"),
        ("Disk for homes", 198, "ok", ""),
        ("Disk for homes", 199, "problem", "free 100 GiB"),
    ],
)
def test_class_too_large_for_the_machine(class_machine, item, learners, state, cure):
    found = class_row(item, learners)
    assert found.state == state
    assert cure in found.cure


@pytest.mark.parametrize(("learners", "state"), [(38, "ok"), (39, "note")])
def test_class_on_shared_gpus(class_machine, monkeypatch, learners, state):
    gpu = {"name": "H100", "memory.total": "81559 MiB", "memory.used": "3000 MiB", "driver_version": "550"}
    monkeypatch.setattr(machine, "gpu_table", lambda: [gpu, gpu])
    found = class_row("GPU memory", learners)
    assert found.state == state
    assert found.value.startswith("153 GiB free on 2, ")
    assert ("38 learners at a time" in found.cure) == (state == "note")


def test_volume_that_cannot_be_written_is_found_by_writing(class_machine, monkeypatch, data_folder, tmp_path):
    data_folder.mkdir()
    (tmp_path / "home").mkdir()

    def refuse(*_, dir, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(classcheck.tempfile, "NamedTemporaryFile", refuse)
    assert class_row("Home volume").state == machine.PROBLEM
    assert class_row("Home volume").value == f"cannot write in {tmp_path / 'home'}: No space left on device"
    # A data volume that learners cannot write to is as it should be, once everything is in it.
    assert class_row("Data volume").state == machine.NOTE
    monkeypatch.setattr(datasets, "state", lambda name: "missing")
    assert class_row("Data volume").state == machine.PROBLEM
    assert "BOOTCAMP_DATA" in class_row("Data volume").cure


def test_writing_leaves_nothing_behind(class_machine, data_folder, tmp_path):
    data_folder.mkdir()
    (tmp_path / "home").mkdir()
    classcheck.examine(10)
    assert [*data_folder.iterdir(), *(tmp_path / "home").iterdir()] == []


def test_ports(class_machine, monkeypatch):
    with network.listen("0.0.0.0") as taken, network.reserve("0.0.0.0") as free:
        numbers = network.port_of(taken), network.port_of(free)
        monkeypatch.setattr(classcheck, "PORTS", dict.fromkeys(numbers, "a test"))
        assert [class_row(f"Port {number}").state for number in numbers] == [machine.NOTE, machine.OK]
        assert "if that is not a test already running" in class_row(f"Port {numbers[0]}").cure


@pytest.mark.parametrize(
    ("body", "date", "states"),
    [
        (b"{}", 0, ("ok", "ok")),
        (b"{}", 3600, ("ok", "problem")),
        (b"<html>", 0, ("problem", "note")),
        (None, 0, ("problem", "note")),
    ],
)
def test_leaderboard_of_the_class(class_machine, monkeypatch, web, body, date, states):
    if body is not None:
        web.files["/health"] = (200, body, len(body))
    send = http.server.BaseHTTPRequestHandler.date_time_string
    monkeypatch.setattr(
        http.server.BaseHTTPRequestHandler, "date_time_string", lambda self: send(self, time.time() + date)
    )
    monkeypatch.setenv(classcheck.BOARD, f"{web.url}/")
    assert (class_row("Leaderboard").state, class_row("Clock").state) == states
    assert ("make leaderboard" in class_row("Leaderboard").cure) == (states[0] == "problem")
    assert class_row("Class password").state == machine.PROBLEM
    monkeypatch.setenv(classcheck.PASSWORD, "secret word")
    assert class_row("Class password").state == machine.OK
    assert "secret word" not in str(classcheck.examine(10))


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "no address", "http://", "ftp://x"])
def test_leaderboard_that_is_not_there(class_machine, monkeypatch, address):
    monkeypatch.setenv(classcheck.BOARD, address)
    assert class_row("Leaderboard").state == machine.PROBLEM
    assert f"{address.rstrip('/')}/health does not answer: " in class_row("Leaderboard").value


def test_what_a_class_can_do_without_is_a_note(class_machine, monkeypatch):
    monkeypatch.setattr(classcheck, "browser", lambda: None)
    monkeypatch.setattr(classcheck.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(classcheck.shutil, "which", lambda name: None)
    monkeypatch.setattr(classcheck, "PROXY", classcheck.Path("no-proxy"))
    assert [class_row(item).state for item in ("Slides", "JupyterHub", "GPU memory")] == [machine.NOTE] * 3
    assert class_row("JupyterHub").value == "not installed: jupyterhub, configurable-http-proxy"

"""Order and choice of the gate: nothing is lost, the longest come first, `make quick` runs what a change can touch."""

import json
import subprocess
from types import SimpleNamespace

from bootcamp import course
from bootcamp.runtime import machine
from tests import gate, quick

import pytest

RUN = "tests/test_notebooks.py::test_exercises_and_data_and_backends[CFD/01_Steady_Flow]"
SECONDS = {"CFD/04_Gated_U_Net.ipynb": 200.0, RUN: 12.0, "tests/test_a.py::test_slow": 5.0, "tests/test_hub.py": 30.0}


def test_a_notebook_and_a_file_of_tests_stay_together_and_runs_of_notebooks_do_not():
    assert gate.group("CFD/01_Steady_Flow.ipynb::Cell 3") == "CFD/01_Steady_Flow.ipynb"
    assert gate.group("tests/test_a.py::TestX::test_y[a::b]") == "tests/test_a.py"
    assert gate.group(RUN) == RUN


def test_longest_group_first_each_in_its_order():
    tests = [
        "tests/test_a.py::test_fast",
        "tests/test_a.py::test_slow",
        "tests/test_new.py::test_x",
        "tests/test_hub.py::test_1",
        "tests/test_hub.py::test_2",
        RUN,
        "CFD/04_Gated_U_Net.ipynb::Cell 0",
        "CFD/04_Gated_U_Net.ipynb::Cell 1",
        "CFD/09_New.ipynb::Cell 0",
    ]
    ordered = gate.longest_first(tests, SECONDS)
    assert ordered == [*tests[6:8], tests[8], *tests[3:5], RUN, *tests[:2], tests[2]]


def test_quick_leaves_out_slow_tests_and_files_with_a_slow_set_up():
    assert gate.is_quick("tests/test_a.py::test_fast", SECONDS)
    assert not gate.is_quick("tests/test_a.py::test_slow", SECONDS)
    assert not gate.is_quick("tests/test_hub.py::test_1", SECONDS)
    assert gate.is_quick("CFD/04_Gated_U_Net.ipynb::Cell 0", SECONDS)


@pytest.mark.parametrize(
    ("cores", "gigabytes", "expected"), [(2, 64, 3), (2, 7, 2), (8, 64, 9), (64, 64, 21), (2, 2, 1)]
)
def test_one_process_more_than_cores_as_memory_allows(monkeypatch, cores, gigabytes, expected):
    share = machine.Allotment(tuple(range(cores)), float(cores), gigabytes * 2**30, gigabytes * 2**30)
    monkeypatch.setattr(machine, "allotted", lambda: share)
    assert gate.workers() == expected


def report(test: str, when: str, seconds: float) -> SimpleNamespace:
    return SimpleNamespace(nodeid=test, when=when, duration=seconds)


def test_recorded_seconds_replace_those_of_the_same_files_only(tmp_path, monkeypatch):
    monkeypatch.setattr(gate, "SECONDS_FILE", tmp_path / "seconds.json")
    gate.SECONDS_FILE.write_text(json.dumps({"a.py::gone": 3.0, "b.py::stays": 4.0, "x.ipynb": 9.0}))
    recorder = gate.SecondsRecorder()
    for line in (
        ("a.py::slow", "setup", 0.5),
        ("a.py::slow", "call", 1.0),
        ("a.py::fast", "call", 0.9),
        ("c.py::first", "setup", 5.0),
        ("c.py::first", "call", 0.1),
        ("x.ipynb::Cell 0", "setup", 3.0),
        ("x.ipynb::Cell 0", "call", 0.2),
        ("x.ipynb::Cell 1", "call", 0.3),
    ):
        recorder.pytest_runtest_logreport(report(*line))
    recorder.pytest_sessionfinish()
    assert gate.recorded_seconds() == {"a.py::slow": 1.5, "b.py::stays": 4.0, "c.py": 5.0, "x.ipynb": 3.5}


def test_every_notebook_is_recorded_and_nothing_else_but_tests():
    recorded = {gate.file_of(test) for test in gate.recorded_seconds()}
    assert {entry.path for entry in course.notebooks()} <= recorded, "run the new notebooks with --record-seconds"
    assert [file for file in sorted(recorded) if not (course.root() / file).is_file()] == []


CFD = [entry.path for lab in course.labs() if lab.name == "CFD" for entry in lab.notebooks]
EQUAL = {entry.path: 10.0 for entry in course.notebooks()}


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (set(), []),
        ({"README.md", "docs/Batch.md", "tests/test_cli.py", "bootcamp/cli/app.py", "classroom/slides.py"}, []),
        ({CFD[3]}, [CFD[3]]),
        ({"CFD/lab.toml"}, CFD),
        ({"CFD/images/channel.png", CFD[2]}, [CFD[2], *(path for path in CFD if path != CFD[2])]),
        ({"bootcamp/cfd/checks/steady_flow.py"}, CFD),
    ],
)
def test_a_change_of_a_lab_touches_its_notebooks(paths, expected):
    assert quick.touched_notebooks(paths, EQUAL) == expected


@pytest.mark.parametrize(
    "path", ["bootcamp/runtime/__init__.py", "bootcamp/exercises.py", "bootcamp/leaderboard/ranking.py", "conftest.py"]
)
def test_a_change_of_what_all_share_touches_a_sample_with_a_notebook_of_every_lab(path):
    assert len(quick.touched_notebooks({path}, EQUAL)) == 1 + len(course.labs())
    assert quick.touched_notebooks({"requirements.lock"}, EQUAL) == quick.touched_notebooks(None, EQUAL)
    cheap = EQUAL | {CFD[5]: 1.0}
    assert quick.touched_notebooks({path}, cheap)[0] == CFD[5]


def test_the_packages_that_touch_no_notebook_are_those_above_the_ground_floor():
    from tests import test_house

    floors = set().union(*test_house.FLOORS[1:]) - {"leaderboard"}
    assert set(quick.UPPER_FLOORS) == floors


def test_what_does_not_fit_into_the_time_is_left_and_named():
    seconds = {"a": 50.0, "b": 100.0, "c": 60.0}
    assert quick.fitting("abc", seconds, 120.0) == (["a", "c"], ["b"])


def test_changes_are_those_since_main_with_files_not_yet_in_git(tmp_path):
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-b", "main")
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text(name)
    git("add", ".")
    git("commit", "-m", "1")
    git("checkout", "-b", "work")
    (tmp_path / "a").write_text("2")
    git("commit", "-am", "2")
    (tmp_path / "b").write_text("3")
    (tmp_path / "é new").write_text("4")
    git("branch", "-f", "keep", "main")
    assert quick.changed_paths(tmp_path) == {"a", "b", "é new"}
    git("branch", "-D", "main")
    assert quick.changed_paths(tmp_path) is None

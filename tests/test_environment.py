"""What users set by variables, and what they have set for themselves elsewhere: read in one place, kept out in one."""

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

from bootcamp import course, datasets, exercises
from bootcamp.batch import runner
from bootcamp.cli import doctor
from bootcamp.datasets import catalogue, store
from bootcamp.runtime import environment, isolation, locks, machine
from tests.conftest import REPOSITORY

import filelock
import pytest


@pytest.mark.parametrize("word", ["0", "off", "OFF", " No ", "false", "n", "none"])
def test_off_words_switch_off(monkeypatch, word):
    monkeypatch.setenv("BOOTCAMP_OFFLINE", word)
    assert not environment.flag("BOOTCAMP_OFFLINE", default=True)


@pytest.mark.parametrize(
    ("word", "expected"), [("1", True), ("yes", True), ("please", True), ("", False), ("  ", False)]
)
def test_other_words_switch_on_and_a_blank_is_the_default(monkeypatch, word, expected):
    monkeypatch.setenv("BOOTCAMP_OFFLINE", word)
    assert environment.flag("BOOTCAMP_OFFLINE") == expected


def test_folders_may_begin_with_a_tilde_or_be_relative(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOOTCAMP_DATA", "~/data sets")
    assert datasets.data_root() == tmp_path / "data sets"
    monkeypatch.setenv("BOOTCAMP_DATA", "here")
    assert datasets.data_root() == tmp_path / "here"
    monkeypatch.setenv("BOOTCAMP_HOME", f"file://{tmp_path}/a%20b")
    assert exercises.progress_file() == tmp_path / "a b" / "progress.json"


@pytest.mark.parametrize("value", ["~nobody-of-that-name/x", "file://another.example/x"])
def test_places_that_cannot_be_are_one_sentence(monkeypatch, value):
    monkeypatch.setenv("BOOTCAMP_DATA", value)
    with pytest.raises(environment.SettingError, match=r"^BOOTCAMP_DATA="):
        datasets.data_root()


def test_a_mirror_may_be_a_file_address(monkeypatch, tmp_path, data_folder):
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / "a.bin").write_bytes(b"x")
    (tmp_path / "target").mkdir()
    monkeypatch.setenv("BOOTCAMP_MIRROR", (tmp_path / "mirror").as_uri())
    assert datasets.fetch("mnist", "a.bin", tmp_path / "target", Path.stat).read_bytes() == b"x"


def test_a_right_answer_without_a_home_folder_says_how_to_keep_it(monkeypatch):
    monkeypatch.delenv("BOOTCAMP_HOME")

    def no_home(*_):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(environment.platformdirs, "user_data_path", no_home)
    sentence = exercises.record_success("intro.x")
    assert sentence == "Solved, but the progress could not be saved: " + (
        "this user has no home folder: set BOOTCAMP_HOME to a folder of yours."
    )
    with pytest.warns(UserWarning, match="set BOOTCAMP_HOME"):
        assert exercises.read_progress() == {}


def test_a_home_that_cannot_be_written_is_one_sentence(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("BOOTCAMP_HOME", str(tmp_path / "file"))
    assert exercises.record_success("intro.x").startswith("Solved, but the progress could not be saved: ")


@pytest.mark.parametrize("number", sorted(locks.NO_LOCKS))
def test_a_disk_without_locks_names_the_variable(monkeypatch, tmp_path, number):
    def no_locks(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(filelock.FileLock, "acquire", no_locks)
    monkeypatch.setenv("BOOTCAMP_HOME", str(tmp_path))
    assert "has no file locks: set BOOTCAMP_HOME to a folder on a disk of this machine" in exercises.record_success(
        "x.y"
    )
    with pytest.raises(locks.LockError, match="set BOOTCAMP_DATA"), locks.locked(tmp_path / "lock", "BOOTCAMP_DATA"):
        pass


def hostile_home(folder: Path) -> Path:
    """A home folder with settings of its owner that would change what notebooks show and compute."""
    files = {
        ".keras/keras.json": json.dumps({"floatx": "float16", "image_data_format": "channels_first", "backend": "jax"}),
        ".config/matplotlib/matplotlibrc": "text.usetex: True\nbackend: pdf\nfigure.dpi: 5\n",
        ".ipython/profile_default/ipython_config.py": "c.InteractiveShell.ast_node_interactivity = 'all'\n",
        ".ipython/profile_default/startup/00.py": "import matplotlib\nmatplotlib.use('agg')\nprint('hello')\n",
        ".jupyter/jupyter_server_config.py": "c.ServerApp.root_dir = '/nonexistent'\nc.ServerApp.token = ''\n",
        ".jupyter/jupyter_lab_config.py": "c.ServerApp.root_dir = '/nonexistent'\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


LOOK = """
import os
import matplotlib
import matplotlib.pyplot as plt
matplotlib.rcParams["figure.dpi"] = 5
from bootcamp import runtime
print(matplotlib.rcParams["text.usetex"], matplotlib.rcParams["figure.dpi"] > 50)
print(os.environ["KERAS_HOME"].startswith(str(__import__("pathlib").Path(runtime.__file__).parent)))
"""


def test_a_process_of_the_course_sees_no_setting_of_the_user(tmp_path, run_python):
    home = hostile_home(tmp_path / "home")
    answer = run_python(
        LOOK, HOME=str(home), MPLBACKEND="agg", MATPLOTLIBRC=str(home / ".config/matplotlib/matplotlibrc")
    )
    assert answer.stdout.split() == ["False", "True", "True"], answer.stderr


def test_kernels_get_an_environment_without_the_users_settings(tmp_path):
    inherited = {"HOME": "/home/ada", "MPLBACKEND": "agg", "IPYTHONDIR": "/home/ada/.ipython", "PATH": "/bin"}
    found = isolation.environment(inherited | {"JUPYTER_PATH": "/x"}, tmp_path)
    assert not {"MPLBACKEND", "JUPYTER_PATH"} & set(found)
    assert found["PATH"] == "/bin"
    assert Path(found["MATPLOTLIBRC"]).is_file()
    assert json.loads((Path(found["KERAS_HOME"]) / "keras.json").read_text())["image_data_format"] == "channels_last"
    assert found["IPYTHONDIR"].startswith(str(tmp_path))


def test_every_command_starts_with_that_environment(tmp_path):
    code = "import os, sys; from bootcamp.cli import main\nsys.argv[1:] = ['--version']\ntry:\n    main()\n"
    code += "except SystemExit:\n    print(os.environ.get('MPLBACKEND'), os.environ['JUPYTER_CONFIG_DIR'])"
    variables = os.environ | {"HOME": str(tmp_path), "MPLBACKEND": "agg", "BOOTCAMP_HOME": str(tmp_path / "b")}
    variables["PYTHONPATH"] = str(REPOSITORY)
    answer = subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True)
    assert answer.stdout.splitlines()[-1] == f"None {tmp_path / 'b' / 'jupyter'}"


def test_doctor_names_settings_that_it_does_not_use(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(hostile_home(tmp_path)))
    (row,) = doctor._settings()
    assert row.state == machine.NOTE
    for word in ("keras.json", "matplotlibrc", "ipython_config.py", "jupyter_server_config.py"):
        assert word in row.value
    monkeypatch.setenv("HOME", str(tmp_path / "clean"))
    assert doctor._settings() == []


def test_doctor_names_the_variable_that_brings_a_foreign_package(monkeypatch, tmp_path):
    (tmp_path / "numpy-1.0.dist-info").mkdir()
    (tmp_path / "numpy-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert doctor._cure("OpenCV", "numpy is broken") == (
        "unset PYTHONPATH, from which numpy of another environment come"
    )


def test_doctor_names_a_backend_that_is_not_installed(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert "unset it" in doctor._cure("Keras", "ModuleNotFoundError: No module named 'jax'")
    assert doctor._cure("Keras", "something else") == doctor.REINSTALL


def group(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("_", ".", 1)).write_text(text)
    return folder


def test_limits_of_a_control_group_are_the_allotted_share(tmp_path):
    group(tmp_path, cpu_max="150000 100000\n", memory_max=f"{1500 * 2**20}\n", memory_current=f"{600 * 2**20}\n")
    (tmp_path / "memory.stat").write_text(f"anon 5\ninactive_file {100 * 2**20}\n")
    share = machine.allotted(tmp_path)
    assert share.cpus == min(1.5, len(share.cores))
    assert share.memory == 1500 * 2**20
    assert share.free_memory == 1000 * 2**20
    assert share.workers in {1, 2}


def test_no_limit_is_the_machine(tmp_path):
    group(tmp_path, cpu_max="max 100000\n", memory_max="max\n")
    share, bare = machine.allotted(tmp_path), machine.allotted(tmp_path / "none")
    assert share.memory == bare.memory
    assert share.cpus == len(share.cores)


def test_older_control_groups_are_read_too(tmp_path, monkeypatch):
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text("50000\n")
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")
    assert machine._limits(tmp_path / "cpu").cpus == 0.5
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text("-1\n")
    assert machine._limits(tmp_path / "cpu").cpus is None


def test_nvidia_smi_that_hangs_is_asked_once(monkeypatch, tmp_path):
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\necho x >> {tmp_path}/asked\nsleep 60\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(machine, "GPU_SECONDS", 0.3)
    monkeypatch.setattr(machine, "_hanging", [])
    assert machine.gpu_table() == [] == machine.gpu_table() == machine.gpu_processes()
    assert (tmp_path / "asked").read_text().count("x") == 1


@pytest.fixture
def toy_set(tmp_path, data_folder, monkeypatch):
    """A data set of one file and one link."""
    (tmp_path / "toymaker.py").write_text(
        "def build(folder):\n    (folder / 'sub').mkdir()\n    (folder / 'sub' / 'a').write_text('a')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    entry = course.DataSet("toy", "t", "s", "l", 0.1, "toymaker:build", before_class=True)
    monkeypatch.setattr(catalogue, "entries", lambda: (entry,))
    return data_folder / "toy"


def test_ready_means_readable_by_all_who_may_enter(toy_set):
    mask = os.umask(0o077)
    try:
        datasets.prepare("toy")
    finally:
        os.umask(mask)
    for path in [toy_set, *toy_set.rglob("*")]:
        assert path.stat().st_mode & stat.S_IROTH, path
        assert not path.is_dir() or path.stat().st_mode & stat.S_IXOTH


def test_a_class_is_told_what_it_cannot_read(toy_set, monkeypatch):
    datasets.prepare("toy")
    (toy_set / "sub" / "a").chmod(0o600)
    monkeypatch.setattr(store.Path, "parents", ())  # those of a temporary folder are closed to others anyway
    assert datasets.closed_to_others("toy") == str(toy_set / "sub" / "a")
    (toy_set / "sub" / "a").chmod(0o644)
    assert datasets.closed_to_others("toy") == ""


def test_a_set_that_somebody_made_for_himself_is_closed_and_not_damaged(toy_set, monkeypatch):
    datasets.prepare("toy")

    def forbidden(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(store.Path, "open", forbidden)
    assert datasets.state("toy") == "closed"
    with pytest.raises(datasets.DataError, match=r"closed to you: whoever made it can open it with `chmod -R a\+rX"):
        datasets.prepare("toy")


def test_runs_that_begin_in_the_same_second_have_folders_of_their_own(fake_course):
    folders = [runner.default_output() for _ in range(5)]
    assert len(set(folders)) == 5
    assert all(folder.is_dir() for folder in folders)

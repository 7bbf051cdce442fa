"""The command line: in this process for most, in a process of its own where start-up or exit counts."""

import json
import re
import signal
import subprocess

from bootcamp import __version__, batch, cli
from bootcamp.batch import notebook_process
from bootcamp.classroom import classcheck
from bootcamp.cli import doctor
from bootcamp.cli import run as run_commands
from bootcamp.runtime import machine

import pytest
from rich.progress import Progress

FRAMEWORKS = ("tensorflow", "keras", "torch", "numpy", "pandas", "matplotlib", "papermill")


@pytest.fixture
def command(monkeypatch, capsys):
    """`command("run", "x")` -> (exit code, stdout, stderr) of the `bootcamp` command."""
    # A handler that does nothing: were the command to set none, the signal would end pytest.
    kept = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGHUP)}

    def call(*arguments) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["bootcamp", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return (ended.value.code, *capsys.readouterr())

    yield call
    for number, handler in kept.items():
        signal.signal(number, handler)


def loaded(code: str) -> str:
    return f"import sys\n{code}\nprint([name for name in {FRAMEWORKS!r} if name in sys.modules])"


def test_import_brings_no_framework(run_python):
    done = run_python(loaded("import bootcamp"))
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_help_brings_no_framework(run_python):
    code = "import atexit\nfrom bootcamp.cli import main\ntry:\n    main()\nexcept SystemExit as e:\n    print(e.code)"
    done = run_python(loaded(code), "--help")
    assert "Run notebooks as a batch" in done.stdout
    assert done.stdout.endswith("0\n[]\n")
    assert done.stderr == ""


def test_version(command):
    assert command("--version") == (0, f"bootcamp {__version__}\n", "")


@pytest.mark.parametrize(
    "name", ["", "doctor", "run", "report", "compare", "workspace", "data", "data prepare", "data clean", "notebooks"]
)
def test_every_command_has_help(command, name):
    code, out, err = command(*name.split(), "--help")
    assert (code, err) == (0, "")
    assert "Usage: " in out


BAD_INPUT = {
    "foo": r"No such command 'foo'",
    "--foo": r"No such option: --foo",
    "doctor extra": r"Got unexpected extra argument",
    "run --foo": r"No such option: --foo",
    "run NOWHERE": r"^there is no lab or notebook 'NOWHERE'\.$",
    "run 01_on": r"^there is no lab or notebook '01_on'\. Did you mean '01_One'\?$",
    "run --profile": r"requires an argument",
    "run --profile gpus": r"^there is no profile 'gpus'\. Did you mean 'gpu'\?$",
    "run --set": r"requires an argument",
    "run --set epochs": r"^a parameter is set as name=value, not 'epochs'$",
    "run --set epoch=3": r"a parameter 'epoch'\. Did you mean 'epochs'\?$",
    "run --set epochs=many": r"^parameter 'epochs' must be int, not 'many'$",
    "run --set epochs=2.5": r"^parameter 'epochs' must be int, not '2.5'$",
    "run --set rate=1e999": r"^parameter 'rate' must be float, not '1e999'$",
    "run --timeout 0": r"greater than or equal to 1|x>=1",
    "run --timeout nan": r"greater than or equal to 1|x>=1|valid",
    "run --timeout soon": r"soon|valid number",
    "run --profile gpu": r"^the profile gpu needs a GPU and none is visible; use --profile laptop, or --allow-cpu ",
    "run --gpus 99": r"^99 GPUs were asked for, \d+ are visible$",
    "run --gpus x": r"^--gpus takes a number or a list of ",
    "run --cpus 9999": r"^9999 CPU cores were asked for, \d+ can be used$",
    "run --jobs 0": r"greater than or equal to 1|x>=1",
    "run --memory 0": r"greater than or equal to 0.1|x>=0.1",
    "run --output ftp://host/x": r"^papermill knows no store for ftp://host/x; name a folder, or a URL such as ",
    "report NOWHERE": r"^NOWHERE holds no batch runs; name the folder that has the output folders of the runs$",
    "report NOWHERE --mlflow sqlite:///x.db": r"^NOWHERE holds no batch runs$",
    "compare a": r"(?i)Missing argument 'b'",
    "run --resume": r"^--resume needs the --output of the run to go on with$",
    "run --output FILE": r"^cannot write to .*FILE: File exists$",
    "run --output .": r"holds notebooks that are no results of a batch run; name another --output$",
    "workspace": r"(?i)Missing argument 'folder'",
    "workspace FILE": r"^cannot write to FILE: File exists$",
    "workspace .": r"^\. is the course itself; name another folder$",
    "workspace new --profile gpus": r"^there is no profile 'gpus'\. Did you mean 'gpu'\?$",
    "data foo": r"No such command 'foo'",
    "data prepare": "name the data sets to prepare",
    "data prepare mnits": r"^there is no data set 'mnits'\. Did you mean 'mnist'\?$",
    "data prepare offline_digits mnits": r"^there is no data set 'mnits'",
    "data prepare --class --from .": r"^--from goes with the name of the data set that lies in your folder",
    "data verify mnits": r"^there is no data set 'mnits'\. Did you mean 'mnist'\?$",
    "data clean mnits": r"^there is no data set 'mnits'\. Did you mean 'mnist'\?$",
    "data clean": r"(?i)Missing argument 'names",
    "notebooks NOWHERE": r"^there is no lab or notebook 'NOWHERE'",
    "notebooks --foo": r"No such option: --foo",
}


@pytest.mark.parametrize("line", BAD_INPUT)
def test_bad_input_is_one_sentence_and_changes_nothing(command, fake_course, data_folder, monkeypatch, line):
    monkeypatch.setattr("bootcamp.runtime.machine.gpu_table", list)
    monkeypatch.chdir(fake_course.root)
    (fake_course.root / "FILE").write_text("mine")
    before = {path: path.read_bytes() for path in fake_course.root.rglob("*") if path.is_file()}
    code, out, err = command(*line.split())
    assert (code, out) == (64, "")
    assert err.startswith("bootcamp: ")
    assert err.count("\n") == 1
    assert re.search(BAD_INPUT[line], err.removeprefix("bootcamp: ").strip())
    assert {path: path.read_bytes() for path in fake_course.root.rglob("*") if path.is_file()} == before
    assert not data_folder.exists()


def test_bad_input_in_a_process_of_its_own(fake_course):
    done = subprocess.run(fake_course.command("run", "--qqq"), capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr == "bootcamp: No such option: --qqq; see `bootcamp run --help`\n"


def test_damaged_results_are_one_sentence(command, fake_course, tmp_path):
    (tmp_path / "results.json").write_text("{")
    code, _, err = command("run", "--resume", "--output", tmp_path)
    assert code == 64
    assert err == f"bootcamp: {tmp_path}/results.json is damaged; move it away or choose another --output\n"


@pytest.fixture
def ended(monkeypatch):
    """Let every notebook end with the given status without running it."""
    statuses, plans = [], []

    def run_one(planned, job, settings):
        plans.append(settings)
        status = statuses[len(plans) - 1] if len(plans) <= len(statuses) else batch.OK
        return batch.Result(planned.notebook, status=status, seconds=1.5, metrics={"accuracy": 0.98764, "n": 3})

    monkeypatch.setattr(notebook_process, "run_one", run_one)
    return statuses, plans


@pytest.mark.parametrize("statuses", [[], ["failed"], ["died", "ok", "timed out"], ["failed"] * 4])
def test_exit_code_counts_what_did_not_end_well(command, fake_course, tmp_path, ended, statuses):
    ended[0].extend(statuses)
    code, out, _ = command("run", "--output", tmp_path / "out")
    assert code == sum(status != "ok" for status in statuses)
    assert f"Results: {tmp_path}/out/results.json" in out
    assert [e["status"] for e in json.loads((tmp_path / "out/results.json").read_text())["notebooks"]] == (
        statuses + ["ok"] * (4 - len(statuses))
    )


def test_summary_shows_every_notebook_with_its_metrics(command, fake_course, tmp_path, ended):
    _, out, err = command("run", "Lab", "--output", tmp_path / "out")
    for name in fake_course.names:
        assert f"Lab/{name}" in out
        assert f"Lab/{name}: ok" in err
    assert "accuracy 0.9876, n 3" in out


@pytest.mark.parametrize(
    ("options", "strict"),
    [("", True), ("--profile gpu --allow-cpu", True), ("--profile smoke", False), ("--set epochs=3", False)],
)
def test_claims_count_unless_parameters_were_changed(command, fake_course, tmp_path, ended, options, strict):
    assert command("run", "Lab", "--output", tmp_path / "out", *options.split())[0] == 0
    assert {plan.strict for plan in ended[1]} == {strict}


def test_exit_code_stays_below_the_one_for_wrong_input(command, fake_course, tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "run", lambda *_: [batch.Result(str(i), status=batch.FAILED) for i in range(100)])
    assert command("run", "--output", tmp_path / "out")[0] == 63


def test_ctrl_c_is_130(command, monkeypatch, data_folder):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("bootcamp.datasets.prepare", stop)
    assert command("data", "prepare", "mnist") == (130, "", "bootcamp: stopped\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_end_of_a_job_and_closed_terminal_are_like_ctrl_c(command, monkeypatch, data_folder, number):
    monkeypatch.setattr("bootcamp.datasets.prepare", lambda name: signal.raise_signal(number))
    assert command("data", "prepare", "mnist")[0] == 130


def test_nohup_stays_nohup(command, monkeypatch):
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    command("--version")
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN


def test_faults_of_the_package_are_not_hidden(monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("bootcamp.datasets.prepare", broken)
    monkeypatch.setattr("sys.argv", ["bootcamp", "data", "prepare", "mnist"])
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_full_disk_is_one_sentence(command, monkeypatch, data_folder):
    def full(folder):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bootcamp.intro.data.build_offline_digits", full)
    code, _, err = command("data", "prepare", "offline_digits")
    assert (code, err) == (
        64,
        f"bootcamp: the disk is full: free space in {data_folder}, then prepare 'offline_digits' again\n",
    )


def test_data_from_preparation_to_removal(command, data_folder):
    assert re.search(r"offline_digits\s+│ missing", command("data")[1])
    assert command("data", "verify") == (0, "", "")
    assert command("data", "prepare", "offline_digits")[:2] == (
        0,
        f"offline_digits: ready in {data_folder}/offline_digits\n",
    )
    assert re.search(r"offline_digits\s+│ ready.*CC BY 4.0", command("data", "list")[1])
    assert command("data", "verify")[:2] == (0, "offline_digits: ok\n")
    with (data_folder / "offline_digits/offline_digits.npz").open("r+b") as stream:
        stream.write(b"XX")
    code, out, _ = command("data", "verify", "offline_digits")
    assert code == 1
    assert "offline_digits/offline_digits.npz has the wrong checksum" in out
    assert command("data", "clean", "offline_digits")[:2] == (0, "offline_digits: removed\n")
    assert command("data", "clean", "offline_digits")[1] == "offline_digits: there was nothing to remove\n"


@pytest.mark.parametrize(("code", "expected"), [("print('1.0')", 0), ("raise ImportError('broken')", 1)])
def test_doctor(command, monkeypatch, data_folder, code, expected):
    monkeypatch.setattr(doctor, "FRAMEWORKS", {"Keras": code})
    monkeypatch.setattr(doctor, "_pins", lambda: machine.Row("Packages", machine.OK, "all"))
    found, out, err = command("doctor")
    assert (found, err) == (expected, "")
    assert ("ImportError: broken" in out) == bool(expected)
    assert ("make install" in out) == bool(expected)


@pytest.mark.parametrize(("state", "expected"), [(machine.OK, 0), (machine.NOTE, 0), (machine.PROBLEM, 1)])
def test_doctor_for_a_class(command, monkeypatch, state, expected):
    monkeypatch.setattr(doctor, "examine", list)
    row = machine.Row("Memory", state, "for 12", "buy")
    monkeypatch.setattr(classcheck, "examine", lambda learners: [row] * (learners == 12))
    code, out, _ = command("doctor", "--class", "--learners", "12")
    assert code == expected
    assert "A class of 12 on this machine" in out
    assert "for 12" in out
    assert command("doctor", "--class", "--learners", "0")[0] == cli.WRONG_INPUT
    assert command("doctor")[0] == 0


def test_workspace(command, fake_course, tmp_path):
    code, out, _ = command("workspace", tmp_path / "mine")
    assert code == 0
    assert "4 notebooks written, 0 up to date" in out
    edited = tmp_path / "mine/Lab/01_One.ipynb"
    edited.write_text(edited.read_text() + "\n")
    assert "Kept as they are, because they were edited: Lab/01_One." in command("workspace", tmp_path / "mine")[1]


def test_workspace_for_a_gpu_is_made_without_one_and_says_so(command, fake_course, tmp_path, monkeypatch):
    monkeypatch.setattr("bootcamp.runtime.machine.gpu_table", list)
    code, out, _ = command("workspace", tmp_path / "mine", "--profile", "gpu")
    assert code == 0
    assert "Note: no GPU is visible here" in out
    assert "Note" not in command("workspace", tmp_path / "laptop")[1]


def test_runs_leave_a_page_over_all_runs(command, fake_course, tmp_path, ended):
    assert command("run", "01_One", "--output", tmp_path / "runs/a")[0] == 0
    _, out, _ = command("run", "01_One", "--output", tmp_path / "runs/b")
    assert f"All runs: {tmp_path}/runs/index.html" in out
    assert command("report", tmp_path / "runs")[:2] == (0, f"All runs: {tmp_path}/runs/index.html\n")
    assert command("run", "01_One", "--output", tmp_path / "elsewhere/a")[0] == 0
    assert not (tmp_path / "elsewhere/index.html").exists()


def test_mlflow_that_does_not_answer_fails_nothing(command, fake_course, tmp_path, ended):
    uri = "http://127.0.0.1:1"
    code, _, err = command("run", "01_One", "--output", tmp_path / "out", "--mlflow", uri)
    assert code == 0
    assert f"bootcamp: MLflow at {uri} did not take Lab/01_One" in err
    assert f"send it later with `bootcamp report {tmp_path}/out --mlflow {uri}`" in err
    assert json.loads((tmp_path / "out/results.json").read_text())["notebooks"][0]["metrics"]["n"] == 3


def test_progress_names_every_notebook_that_runs(fake_course, tmp_path, monkeypatch):
    shown = []

    def run(plan, on_start, on_end):
        on_start("Lab/01_One")
        on_start("Lab/02_Two")
        on_end(batch.Result("Lab/01_One", status=batch.OK))
        return []

    monkeypatch.setattr(batch, "run", run)
    update = Progress.update
    monkeypatch.setattr(Progress, "update", lambda *a, **k: shown.append(k.get("description")) or update(*a, **k))
    run_commands._run_with_progress(batch.Plan({}, tmp_path), "out")
    assert shown == ["Lab/01_One", "Lab/01_One, Lab/02_Two", "Lab/02_Two"]


def test_a_run_into_a_store_leaves_nothing_on_this_machine(command, fake_course, tmp_path, ended, memory, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    code, out, _ = command("run", "01_One", "--output", "memory://b/x/")
    assert (code, list((tmp_path / "tmp").iterdir())) == (0, [])
    assert "Results: memory://b/x/results.json" in out
    assert json.loads(memory.files["memory://b/x/results.json"])["notebooks"][0]["status"] == "ok"


def test_a_store_that_fails_during_the_run_is_told_and_keeps_the_folder(
    command, fake_course, tmp_path, ended, memory, monkeypatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    write = memory.write

    def fails_later(text, path):
        if not path.endswith("probe.json"):
            raise ConnectionError("gone")
        write(text, path)

    memory.write = fails_later
    code, _, err = command("run", "01_One", "--output", "memory://b/x")
    assert code == 1
    (folder,) = tmp_path.glob("bootcamp-run-*")
    assert f"cannot write to memory://b/x/results.json: gone; what is missing there is in {folder}" in err
    assert (folder / "results.json").is_file()


def test_notebooks_reports_faults_of_form(command, fake_course):
    code, out, _ = command("notebooks", "01_One", "--no-execute")
    assert code == 0
    assert "the one H1 must be '01_One'" in out


def test_failing_notebook_of_an_author_is_a_sentence(command, fake_course):
    fake_course.write("01_One", "raise ValueError('the answer is 42')")
    before = fake_course.path("01_One").read_bytes()
    code, _, err = command("notebooks", "01_One")
    assert code == 64
    assert err.startswith("bootcamp: Lab/01_One was left as it was, because it failed:")
    assert "ValueError: the answer is 42" in err
    assert fake_course.path("01_One").read_bytes() == before


@pytest.mark.parametrize(("value", "shown"), [(0.123456, "0.1235"), (None, "None"), ("x" * 44, "x" * 44)])
def test_values_in_a_table_stay_short(value, shown):
    assert run_commands._short(value) == shown
    assert len(run_commands._short("True [" + "0.123, " * 99 + "]")) == 44

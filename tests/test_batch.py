"""Batch runs of a small course. Processes of a run carry a mark in their environment, so that none can hide."""

import dataclasses
import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from bootcamp import batch, course
from bootcamp.batch import notebook_process, results, runner, schedule
from bootcamp.notebooks import authoring, parameters
from bootcamp.runtime import children, machine
from tests.conftest import FakeCourse

import psutil
import pytest

GOOD = (
    "from bootcamp import runtime\nruntime.record('epochs', epochs)\nruntime.record('rate', rate)",
    "runtime.record('word', word)\nruntime.record('bad', float('nan'))",
    "runtime.claim('two is more than one', 2, '>', 1, times=2)",
)
CHILD = "import os, subprocess, sys, time\nsubprocess.Popen(['sleep', '600'])\ntime.sleep(0.6)\n"


def plan_of(fake: FakeCourse, output: Path, *names: str, assignments: dict | None = None, **options) -> batch.Plan:
    resolved = parameters.resolve(fake.entries(*names), "laptop", assignments or {})
    return batch.Plan(resolved, output, **options)


def run(plan: batch.Plan) -> list[batch.Result]:
    return batch.run(plan, lambda name: None, lambda result: None)


def stored(folder: Path) -> dict[str, dict]:
    content = json.loads((folder / "results.json").read_text())
    return {Path(entry["notebook"]).name: entry for entry in content["notebooks"]}


@pytest.fixture
def no_papermill(monkeypatch):
    """Notebooks end well without being run: for tests of the bookkeeping."""
    ran = []

    def run_one(planned, job, settings):
        ran.append(Path(job.notebook.name).name)
        return dataclasses.replace(planned, status=results.OK)

    monkeypatch.setattr(notebook_process, "run_one", run_one)
    return ran


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """One real run of notebooks that end in every way; they come before and after a good one."""
    folder = tmp_path_factory.mktemp("mixed")
    with pytest.MonkeyPatch.context() as patch:
        fake = FakeCourse(folder / "course", patch, count=6)
        fake.write("01_One", "1 + 1", "raise ValueError('the answer is 42')")
        fake.write("02_Two", CHILD + "os._exit(3)")
        fake.write("03_Three", CHILD + "os.kill(os.getppid(), 9)\ntime.sleep(600)")
        fake.path("04_Four").write_text("{ this is no JSON")
        fake.write("05_Five", "from bootcamp import runtime\nruntime.claim('one is more than two', 1, '>', 2)")
        fake.write("06_Six", *GOOD)
        started, ended = [], []
        plan = plan_of(fake, folder / "out", "Lab", assignments={"rate": "1e-05", "word": "yes: é😀"})
        results = batch.run(plan, started.append, ended.append)
        yield SimpleNamespace(
            folder=folder / "out", results=results, started=started, ended=ended, left=fake.leftovers(), plan=plan
        )


def test_every_notebook_is_run_whatever_became_of_the_others(mixed):
    assert [result.status for result in mixed.results] == ["failed", "died", "died", "failed", "failed", "ok"]
    assert mixed.started == [result.notebook for result in mixed.ended] == [n.name for n in mixed.plan.parameters]


def test_a_notebook_writes_into_a_folder_of_its_own_and_not_into_the_course(fake_course, tmp_path):
    (fake_course.root / "Lab/logs").write_text("a file in the way, as a read-only course would be")
    writes = "from pathlib import Path\nPath('logs').mkdir()\nPath('logs/events').write_text(word)"
    fake_course.write("01_One", writes)
    fake_course.write("02_Two", "import os\nassert not os.listdir('.')\n" + writes)
    found = run(plan_of(fake_course, tmp_path / "out", "01_One", "02_Two", "03_Three"))
    assert [result.status for result in found] == ["ok"] * 3
    work = sorted(path.relative_to(tmp_path / "out/Lab").as_posix() for path in (tmp_path / "out/Lab").rglob("events"))
    assert work == ["01_One.work/logs/events", "02_Two.work/logs/events"]
    assert not (tmp_path / "out/Lab/03_Three.work").exists()
    again = run(plan_of(fake_course, tmp_path / "out", "02_Two"))
    assert again[0].status == "ok"  # what an earlier run wrote does not stand in its way


def test_a_second_run_into_the_same_folder_is_refused(fake_course, tmp_path, no_papermill):
    with runner._own(tmp_path / "out"), pytest.raises(batch.BatchError, match="another run writes to"):
        run(plan_of(fake_course, tmp_path / "out", "01_One"))
    assert [result.status for result in run(plan_of(fake_course, tmp_path / "out", "01_One"))] == ["ok"]


def test_no_process_is_left(mixed):
    assert mixed.left == []


def test_results_are_data(mixed):
    content = json.loads((mixed.folder / "results.json").read_text())
    assert {"bootcamp", "profile", "started", "saved", "machine", "notebooks"} == set(content)
    assert [batch.Result(**entry) for entry in content["notebooks"]] == mixed.results
    assert content["profile"] == "laptop"
    assert results.read_results(mixed.folder) == content


def test_good_notebook_has_metrics_claims_time_and_memory(mixed):
    good = mixed.results[-1]
    assert good.metrics == {"epochs": 2, "rate": 1e-05, "word": "yes: é😀", "bad": None}
    assert isinstance(good.metrics["rate"], float)
    assert good.claims == {"two is more than one": True}
    numbers = {"shown": "2 against 1, times 2", "values": [2, ">", 1], "named": {"times": 2}}
    assert good.claim_numbers == {"two is more than one": numbers}
    assert good.parameters == {"rate": 1e-05, "word": "yes: é😀"}
    assert good.seconds > 0
    assert good.peak_memory_mb > 10
    assert good.error == ""


def test_good_notebook_leaves_an_executed_copy_and_a_page_and_no_log(mixed):
    good = mixed.results[-1]
    copy = authoring.read(mixed.folder / good.executed)
    assert all(cell.execution_count for cell in authoring.code_cells(copy))
    assert "two is more than one" in (mixed.folder / good.html).read_text()
    left = {path.name for path in (mixed.folder / "Lab").iterdir() if path.name.startswith("06")}
    assert left == {"06_Six.ipynb", "06_Six.html"}


def test_failing_cell_is_named_with_its_error(mixed):
    failed = mixed.results[0]
    assert failed.error == "cell 4: ValueError: the answer is 42"  # its number in the executed copy
    assert "the answer is 42" in (mixed.folder / failed.html).read_text()
    assert (mixed.folder / "Lab/01_One.log").is_file()


def test_dead_kernel_is_reported(mixed):
    assert "Kernel died" in mixed.results[1].error
    assert mixed.results[1].seconds > 0


def test_unreadable_notebook_is_reported(mixed):
    assert mixed.results[3].error.endswith("04_Four.ipynb is no notebook, or is damaged")


def test_false_claim_fails_a_strict_run(mixed):
    broken = mixed.results[4]
    assert broken.claims == {"one is more than two": False}
    assert broken.error == "does not hold: one is more than two"


def test_false_claim_is_no_failure_otherwise(fake_course, tmp_path):
    fake_course.write("01_One", "from bootcamp import runtime\nruntime.claim('one is more than two', 1, '>', 2)")
    (result,) = run(plan_of(fake_course, tmp_path / "out", "01_One", strict=False))
    assert (result.status, result.claims) == ("ok", {"one is more than two": False})
    strict = plan_of(fake_course, tmp_path / "out", "01_One", resume=True)
    assert runner._finished(strict, runner._earlier(strict)) == {}  # a strict run must look at it again


def test_time_out_ends_a_kernel_that_does_not_listen(fake_course, tmp_path, monkeypatch):
    ready = tmp_path / "ready"
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nsignal.signal(signal.SIGINT, signal.SIG_IGN)"
    wait = f"pathlib.Path({str(ready)!r}).touch()\nfor _ in range(6000):\n    time.sleep(0.1)"
    fake_course.write("01_One", f"import signal, pathlib, time\n{deaf}\n{wait}")
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + 1e6 * ready.exists(), sleep=time.sleep)
    monkeypatch.setattr(notebook_process, "time", clock)
    (result,) = run(plan_of(fake_course, tmp_path / "out", "01_One", timeout=1000.0))
    assert (result.status, result.error) == ("timed out", "not finished after 1000 s")
    assert fake_course.leftovers() == []


def start_marked(code: str, mark: str) -> psutil.Popen:
    environment = os.environ | {notebook_process.MARK_VARIABLE: mark}
    process = psutil.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment)
    process.stdout.read(1)
    return process


DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('x', flush=True); time.sleep(600)"


def test_end_kills_what_ignores_the_request_and_has_lost_its_parent(fake_course):
    process = start_marked(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {DEAF!r}])", "m1")
    process.kill()
    process.wait()
    assert len(fake_course.leftovers()) == 1
    notebook_process._end("m1")
    assert fake_course.leftovers() == []


def test_results_name_every_notebook_from_the_start(fake_course, tmp_path, monkeypatch):
    seen = []

    def run_one(planned, job, settings):
        seen.append(stored(settings.output))
        return planned

    monkeypatch.setattr(notebook_process, "run_one", run_one)
    run(plan_of(fake_course, tmp_path / "out", "Lab"))
    assert [entry["status"] for entry in seen[0].values()] == ["not run"] * 3


def test_resume_skips_what_is_done(fake_course, tmp_path, no_papermill):
    run(plan_of(fake_course, tmp_path / "out", "Lab"))
    results = run(plan_of(fake_course, tmp_path / "out", "Lab", resume=True))
    assert no_papermill == ["01_One", "02_Two", "03_Three"]
    assert [result.status for result in results] == ["ok"] * 3


def test_resume_repeats_changed_code(fake_course, tmp_path, no_papermill):
    run(plan_of(fake_course, tmp_path / "out", "Lab"))
    fake_course.write("02_Two", "print('changed')")
    run(plan_of(fake_course, tmp_path / "out", "Lab", resume=True))
    assert no_papermill[3:] == ["02_Two"]


def test_resume_repeats_changed_parameters(fake_course, tmp_path, no_papermill):
    fake_course.write("03_Three", "1", parameters="steps: int = 1  # number")
    run(plan_of(fake_course, tmp_path / "out", "Lab"))
    run(plan_of(fake_course, tmp_path / "out", "Lab", assignments={"epochs": "9"}, resume=True))
    assert no_papermill[3:] == ["01_One", "02_Two"]


@pytest.mark.parametrize(
    "status", [results.FAILED, results.DIED, results.TIMED_OUT, results.INTERRUPTED, results.NOT_RUN]
)
def test_resume_repeats_what_did_not_end_well(fake_course, tmp_path, no_papermill, status):
    run(plan_of(fake_course, tmp_path / "out", "Lab"))
    path = tmp_path / "out/results.json"
    content = json.loads(path.read_text())
    content["notebooks"][1]["status"] = status
    path.write_text(json.dumps(content))
    run(plan_of(fake_course, tmp_path / "out", "Lab", resume=True))
    assert no_papermill[3:] == ["02_Two"]


def test_resume_keeps_the_results_of_notebooks_that_are_not_asked_for(fake_course, tmp_path, no_papermill):
    run(plan_of(fake_course, tmp_path / "out", "01_One", "02_Two"))
    run(plan_of(fake_course, tmp_path / "out", "03_Three", resume=True))
    assert set(stored(tmp_path / "out")) == {"01_One", "02_Two", "03_Three"}


def test_resume_without_earlier_results_runs_all(fake_course, tmp_path, no_papermill):
    run(plan_of(fake_course, tmp_path / "out", "Lab", resume=True))
    assert len(no_papermill) == 3


@pytest.mark.parametrize(
    "damage",
    ["", "{", "[]", "null", "{}", '{"notebooks": null}', '{"notebooks": [{"x": 1}]}', '{"notebooks": [3]}', "\xff"],
)
def test_damaged_results_stop_a_resumed_run_and_stay(fake_course, tmp_path, no_papermill, damage):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/results.json").write_bytes(damage.encode("latin-1"))
    with pytest.raises(batch.BatchError, match=r"results\.json is damaged; move it away or choose another --output"):
        run(plan_of(fake_course, tmp_path / "out", "Lab", resume=True))
    assert (tmp_path / "out/results.json").read_bytes() == damage.encode("latin-1")
    assert no_papermill == []


def test_new_run_keeps_earlier_results_under_another_name(fake_course, tmp_path, no_papermill):
    run(plan_of(fake_course, tmp_path / "out", "01_One"))
    run(plan_of(fake_course, tmp_path / "out", "02_Two"))
    (earlier,) = (tmp_path / "out").glob("results-*.json")
    assert json.loads(earlier.read_text())["notebooks"][0]["notebook"] == "Lab/01_One"


def test_file_in_the_way_of_the_output_is_reported(fake_course, tmp_path, no_papermill):
    (tmp_path / "out").write_text("mine")
    for output in (tmp_path / "out", tmp_path / "out/deeper"):
        with pytest.raises(batch.BatchError, match=r"^cannot write to "):
            run(plan_of(fake_course, output, "Lab"))
    assert (tmp_path / "out").read_text() == "mine"
    assert no_papermill == []


def test_file_in_the_way_of_a_lab_fails_its_notebooks_only(fake_course, tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/Lab").write_text("mine")
    results = run(plan_of(fake_course, tmp_path / "out", "01_One"))
    assert results[0].status == "failed"
    assert "Lab" in results[0].error


@pytest.mark.parametrize("relative", [".", "../copy"])
def test_notebooks_that_are_no_results_are_never_replaced(fake_course, tmp_path, no_papermill, relative, monkeypatch):
    (tmp_path / "copy/Lab").mkdir(parents=True)
    (tmp_path / "copy/Lab/02_Two.ipynb").write_text("a learner's work")
    monkeypatch.chdir(fake_course.root)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.ipynb")}
    with pytest.raises(batch.BatchError, match="holds notebooks that are no results of a batch run"):
        run(plan_of(fake_course, Path(relative), "01_One"))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.ipynb")} == before
    assert no_papermill == []


def full_disk(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_full_disk_fails_a_notebook_and_keeps_the_results(fake_course, tmp_path, monkeypatch):
    monkeypatch.setattr(notebook_process, "_papermill", full_disk)
    results = run(plan_of(fake_course, tmp_path / "out", "Lab"))
    assert [result.status for result in results] == ["failed"] * 3
    assert "No space left on device" in stored(tmp_path / "out")["03_Three"]["error"]


def test_full_disk_leaves_the_last_results(fake_course, tmp_path, no_papermill, monkeypatch):
    run(plan_of(fake_course, tmp_path / "out", "01_One"))
    before = (tmp_path / "out/results.json").read_bytes()
    monkeypatch.setattr(Path, "write_text", full_disk)
    with pytest.raises(batch.BatchError, match=r"could not be saved in .*: No space left on device"):
        run(plan_of(fake_course, tmp_path / "out", "01_One", resume=True))
    assert (tmp_path / "out/results.json").read_bytes() == before


def test_page_that_cannot_be_made_does_not_lose_the_results(fake_course, tmp_path, monkeypatch):
    monkeypatch.setattr(notebook_process, "_write_html", full_disk)
    plan = plan_of(fake_course, tmp_path / "out", "01_One")
    (notebook,) = plan.parameters
    executed, log = tmp_path / "out" / notebook.path, tmp_path / "out/Lab/01_One.log"
    executed.parent.mkdir(parents=True)
    executed.write_bytes(fake_course.path("01_One").read_bytes())
    log.touch()
    result = batch.Result(notebook.name, status=batch.OK)
    settings = notebook_process.Settings(plan.output, plan.timeout, plan.strict)
    notebook_process._collect(result, settings, executed, log)
    assert (result.status, result.executed, result.html) == ("ok", "Lab/01_One.ipynb", "")


def test_paths_in_the_environment_become_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, value in {"DATA": "d", "MIRROR": "m", "HOME": "h", "ROOT": "."}.items():
        monkeypatch.setenv(f"BOOTCAMP_{name}", value)
    environment = notebook_process._environment("m")
    assert environment["BOOTCAMP_DATA"] == str(tmp_path / "d")
    assert environment["BOOTCAMP_MIRROR"] == str(tmp_path / "m")
    assert environment["BOOTCAMP_ROOT"] == str(tmp_path)
    assert environment["BOOTCAMP_PROGRESS"] == "off"
    monkeypatch.setenv("BOOTCAMP_MIRROR", "https://example.org/m")
    assert notebook_process._environment("m")["BOOTCAMP_MIRROR"] == "https://example.org/m"


def wait_for(condition, process: subprocess.Popen) -> None:
    while not condition():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


WAITS_ONCE = """
import pathlib, time
if not pathlib.Path({0!r}).exists():
    pathlib.Path({0!r}).touch()
    time.sleep(600)
"""


def stop(command: list[str], folder: Path, when, number: int) -> str:
    """Start a run, send it a signal when a condition holds; returns what it wrote to stderr."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder)
    wait_for(when, process)
    process.send_signal(number)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in errors
    return errors


def test_ctrl_c_keeps_the_results_and_the_run_can_go_on(fake_course, tmp_path):
    waits, output = tmp_path / "waits", tmp_path / "out"
    fake_course.write("02_Two", WAITS_ONCE.format(str(waits)))
    command = fake_course.command("run", "Lab", "--output", output)
    errors = stop(command, tmp_path, waits.exists, signal.SIGINT)
    assert f"bootcamp: stopped; go on with `--resume --output {output}`" in errors
    assert fake_course.leftovers() == []
    first = stored(output)
    assert [entry["status"] for entry in first.values()] == ["ok", "interrupted", "not run"]
    again = subprocess.run([*command, "--resume"], capture_output=True, text=True, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert [entry["status"] for entry in stored(output).values()] == ["ok"] * 3
    assert stored(output)["01_One"] == first["01_One"]
    assert (output / "Lab/03_Three.html").is_file()


def test_end_of_a_batch_job_is_like_ctrl_c(fake_course, tmp_path):
    output = tmp_path / "out"
    command = fake_course.command("run", "Lab", "--output", output)
    stop(command, tmp_path, (output / "Lab/01_One.log").exists, signal.SIGTERM)
    assert fake_course.leftovers() == []
    assert [entry["status"] for entry in stored(output).values()] == ["interrupted", "not run", "not run"]


STARTS_OTHERS = """
import subprocess
subprocess.Popen(["sleep", "600"], start_new_session=True)
"""


@pytest.mark.skipif(not children.LINUX, reason="only Linux adopts what was left by a program that is gone")
def test_sigkill_leaves_no_process_and_the_run_can_go_on(fake_course, tmp_path):
    waits, output = tmp_path / "waits", tmp_path / "out"
    fake_course.write("02_Two", STARTS_OTHERS + WAITS_ONCE.format(str(waits)))
    command = fake_course.command("run", "02_Two", "--output", output)
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) as process:
        wait_for(waits.exists, process)
        assert len(fake_course.leftovers()) >= 5  # run, guard, papermill, kernel, and what the notebook started
        process.kill()
    end = time.monotonic() + 5
    while fake_course.leftovers():
        assert time.monotonic() < end, fake_course.leftovers()
        time.sleep(0.02)
    again = subprocess.run([*command, "--resume"], capture_output=True, text=True, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert [entry["status"] for entry in stored(output).values()] == ["ok"]
    assert fake_course.leftovers() == []


MEETS = """
import os, pathlib, time
import psutil
from bootcamp import runtime
folder = pathlib.Path({folder!r})
(folder / {me!r}).touch()
while not (folder / {other!r}).exists():
    time.sleep(0.05)
runtime.record("threads", os.environ["OMP_NUM_THREADS"])
runtime.record("gpu", os.environ["CUDA_VISIBLE_DEVICES"])
runtime.record("cpus", str(psutil.Process().cpu_affinity()))
"""


def test_jobs_run_beside_each_other_each_with_its_share(fake_course, tmp_path, monkeypatch):
    """Each of the two waits until the other has begun."""
    for me, other in (("01_One", "02_Two"), ("02_Two", "01_One")):
        fake_course.write(me, MEETS.format(folder=str(tmp_path), me=me, other=other))
    share = machine.allotted()
    cpus = list(share.cores[:2])
    monkeypatch.setattr(machine, "allotted", lambda: dataclasses.replace(share, cores=tuple(cpus)))
    limits = schedule.Limits(jobs=2, gpus=("7", "GPU-8"), memory_mb=1e6)
    running, most = set(), []

    def on_start(name):
        running.add(name)
        most.append(len(running))

    plan = plan_of(fake_course, tmp_path / "out", "01_One", "02_Two", limits=limits)
    found = batch.run(plan, on_start, lambda result: running.remove(result.notebook))
    assert [result.status for result in found] == ["ok", "ok"]
    assert most == [1, 2]
    assert {result.metrics["gpu"] for result in found} == {"7", "GPU-8"}
    assert {result.metrics["threads"] for result in found} == {"1"}
    assert {result.metrics["cpus"] for result in found} == {f"[{cpus[0]}]", f"[{cpus[-1]}]"}


def test_a_notebook_that_needs_more_than_the_whole_budget_is_ended(fake_course, tmp_path):
    limits = schedule.Limits(memory_mb=30)
    (found,) = run(plan_of(fake_course, tmp_path / "out", "01_One", limits=limits))
    assert found.status == "out of memory"
    assert found.error == "needed more than the 0.03 GB of this run; see --memory"
    assert fake_course.leftovers() == []


def test_ctrl_c_ends_all_jobs(fake_course, tmp_path):
    for name in ("01_One", "02_Two"):
        fake_course.write(
            name, f"import pathlib, time\npathlib.Path({str(tmp_path / name)!r}).touch()\ntime.sleep(600)"
        )
    output = tmp_path / "out"
    command = fake_course.command("run", "Lab", "--output", output, "--jobs", "2", "--memory", "100")
    both = [tmp_path / "01_One", tmp_path / "02_Two"]
    stop(command, tmp_path, lambda: all(path.exists() for path in both), signal.SIGINT)
    assert fake_course.leftovers() == []
    assert [entry["status"] for entry in stored(output).values()] == ["interrupted", "interrupted", "not run"]


def test_ctrl_c_at_any_step_loses_no_result(fake_course, tmp_path, no_papermill, monkeypatch):
    """An interrupt while a result is being told: that result is kept, what was not begun is named as such."""
    told = []

    def on_end(result):
        told.append(result.notebook)
        if len(told) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch.run(plan_of(fake_course, tmp_path / "out", "Lab"), lambda name: None, on_end)
    assert [entry["status"] for entry in stored(tmp_path / "out").values()] == ["ok", "not run", "not run"]


def test_a_fault_in_a_job_neither_hangs_nor_hides_the_others(fake_course, tmp_path, monkeypatch):
    def run_one(planned, job, settings):
        if job.notebook.name == "Lab/01_One":
            raise ZeroDivisionError("a fault")
        return dataclasses.replace(planned, status=results.OK)

    monkeypatch.setattr(notebook_process, "run_one", run_one)
    limits = schedule.Limits(jobs=2, memory_mb=1e6)
    found = run(plan_of(fake_course, tmp_path / "out", "Lab", limits=limits))
    assert [result.status for result in found] == ["failed", "ok", "ok"]
    assert "ZeroDivisionError: a fault" in found[0].error


def test_results_that_cannot_be_saved_end_the_other_jobs(fake_course, tmp_path, monkeypatch):
    stopped = []

    def run_one(planned, job, settings):
        if job.notebook.name != "Lab/01_One":
            stopped.append(job.stop.wait(timeout=60))
        monkeypatch.setattr(Path, "write_text", full_disk)
        return dataclasses.replace(planned, status=results.OK)

    monkeypatch.setattr(notebook_process, "run_one", run_one)
    limits = schedule.Limits(jobs=2, memory_mb=1e6)
    with pytest.raises(batch.BatchError, match="No space left on device"):
        run(plan_of(fake_course, tmp_path / "out", "Lab", limits=limits))
    assert stopped == [True]


def test_past_runs_say_what_a_notebook_needs(fake_course, tmp_path, no_papermill):
    run(plan_of(fake_course, tmp_path / "runs/1", "Lab"))
    path = tmp_path / "runs/1/results.json"
    content = json.loads(path.read_text())
    content["notebooks"][1] |= {"seconds": 77.0, "peak_memory_mb": 555.0}
    content["notebooks"][2]["status"] = "failed"
    path.write_text(json.dumps(content))
    found = runner._experience(plan_of(fake_course, tmp_path / "runs/2", "Lab"))
    assert (found["Lab/02_Two"].seconds, found["Lab/02_Two"].peak_memory_mb) == (77.0, 555.0)
    assert "Lab/03_Three" not in found
    assert runner._experience(plan_of(fake_course, tmp_path / "runs/2", "Lab", profile="smoke")) == {}


def test_a_log_that_a_full_disk_swallowed(tmp_path, monkeypatch):
    log = tmp_path / "01_One.log"
    log.touch()
    assert notebook_process._last_words(log) == "ended without a message"
    monkeypatch.setattr(notebook_process.shutil, "disk_usage", lambda folder: SimpleNamespace(free=0))
    assert notebook_process._last_words(log) == f"the disk is full: free space in {tmp_path}"


def test_defaults_of_a_result_are_plain_data():
    assert json.loads(json.dumps(dataclasses.asdict(batch.Result("x"))))["status"] == "not run"


def test_default_output_lies_in_the_course(fake_course):
    assert batch.default_output().parent == course.root() / "runs"

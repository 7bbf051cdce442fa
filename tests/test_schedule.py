"""Order of the notebooks of a batch run, and their shares of cores, memory and GPUs."""

from bootcamp import course
from bootcamp.batch import schedule
from bootcamp.batch.results import BatchError, Result
from bootcamp.runtime import machine

import pytest

A1, A2, A3, B1, B2 = (course.Notebook(f"{name}.ipynb", name, 1) for name in ("A/1", "A/2", "A/3", "B/1", "B/2"))
ALL = [A1, A2, A3, B1, B2]


@pytest.fixture(autouse=True)
def eight_cores(monkeypatch):
    """Eight cores, no GPU."""
    share = machine.Allotment(tuple(range(8)), 8.0, 64 * 2**30, 40 * 2**30)
    monkeypatch.setattr(machine, "allotted", lambda: share)
    monkeypatch.setattr(machine, "gpu_table", list)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return monkeypatch


def known(**seconds_and_mb):
    return {name.replace("_", "/"): Result(name, "ok", s, mb) for name, (s, mb) in seconds_and_mb.items()}


def desk(jobs=2, results=None, **limits):
    limits.setdefault("memory_mb", 1e9)
    return schedule.Desk(schedule.Limits(jobs, **limits), results or {}, "smoke")


def begin(at: schedule.Desk, waiting: list) -> list[schedule.Job]:
    """Every job that can start now."""
    jobs = []
    while job := at.next(waiting):
        waiting.remove(job.notebook)
        jobs.append(job)
    return jobs


def test_different_labs_run_beside_each_other_in_turn():
    at, waiting, order = desk(), list(ALL), []
    running = begin(at, waiting)
    while running:
        order.append({job.notebook for job in running})
        at.give_back(running.pop(0))
        running += begin(at, waiting)
    assert order[:3] == [{A1, B1}, {A2, B1}, {A2, B2}]


def test_the_longest_comes_first_within_a_lab_and_unknown_ones_in_the_middle():
    at = desk(1 + 1, known(A_1=(5, 1), A_3=(50, 1)))
    first = at.next([A1, A2, A3])
    assert first.notebook == A3
    at.give_back(first)
    assert at.next([A1, A2]).notebook == A2


def test_one_job_keeps_the_order_of_reading_and_every_core():
    at = desk(1, known(A_3=(50, 1)), memory_mb=None)
    job = at.next(ALL)
    assert (job.notebook, job.cpus, job.gpu, job.limit_mb, job.environment()) == (A1, (), None, None, {})
    assert at.next(ALL[1:]) is None


def test_cores_are_shared_out_without_overlap():
    assert schedule.cpu_shares(schedule.Limits(3)) == [(0, 1), (2, 3, 4), (5, 6, 7)]
    assert schedule.cpu_shares(schedule.Limits(2, cpus=2)) == [(0,), (1,)]
    assert schedule.cpu_shares(schedule.Limits(1, cpus=2)) == [(0, 1)]
    assert schedule.cpu_shares(schedule.Limits(3, cpus=2)) == [(0,), (1,), (0,)]
    with pytest.raises(BatchError, match="9 CPU cores were asked for, 8 can be used"):
        schedule.cpu_shares(schedule.Limits(2, cpus=9))


def test_frameworks_are_told_their_cores():
    environment = begin(desk(2), list(ALL))[0].environment()
    assert environment == dict.fromkeys(schedule.runtime.THREAD_VARIABLES, "4")


def test_a_notebook_waits_for_memory_and_one_too_large_runs_alone():
    at = desk(3, known(A_1=(9, 600), B_1=(5, 600), B_2=(1, 300), A_2=(1, 5000)), memory_mb=1000)
    running = begin(at, waiting := [A1, A2, B1, B2])
    assert [job.notebook for job in running] == [A1, B2]
    assert {job.limit_mb for job in running} == {1000}
    running[1].memory_mb = 900  # it turns out to need more than was expected
    at.give_back(running[0])
    assert at.next(waiting) is None
    at.give_back(running[1])
    assert [job.notebook for job in begin(at, waiting)] == [B1]
    assert [job.notebook for job in begin(desk(2, known(A_2=(1, 5000)), memory_mb=1000), [A2])] == [A2]


def test_what_is_not_known_is_estimated_by_profile():
    jobs = begin(desk(5, memory_mb=2.5 * schedule.ESTIMATED_MB["smoke"]), list(ALL))
    assert len(jobs) == 2


def test_one_job_per_gpu(eight_cores):
    eight_cores.setattr(machine, "gpu_table", lambda: [{}] * 2)
    at = desk(4)
    jobs = begin(at, waiting := list(ALL))
    assert [job.gpu for job in jobs] == ["0", "1"]
    at.give_back(jobs[1])
    assert begin(at, waiting)[0].environment()["CUDA_VISIBLE_DEVICES"] == "1"


def test_no_gpu_is_wanted(eight_cores):
    eight_cores.setattr(machine, "gpu_table", lambda: [{}] * 2)
    jobs = begin(desk(3, gpus=schedule.parse_gpus("0")), list(ALL))
    assert [job.environment()["CUDA_VISIBLE_DEVICES"] for job in jobs] == [""] * 3


def test_gpus_are_those_that_are_visible(eight_cores):
    eight_cores.setenv("CUDA_VISIBLE_DEVICES", "2,GPU-ab")
    assert machine.visible_gpus() == ()
    eight_cores.setattr(machine, "gpu_table", lambda: [{}] * 4)
    assert machine.visible_gpus() == ("2", "GPU-ab")
    assert schedule.parse_gpus("1") == ("2",)
    assert schedule.parse_gpus("GPU-ab,2") == ("GPU-ab", "2")
    eight_cores.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert machine.visible_gpus() == ()
    with pytest.raises(BatchError, match="1 GPUs were asked for, 0 are visible"):
        schedule.parse_gpus("1")


@pytest.mark.parametrize("text", ["5,", "0,0", "", ",", "a"])
def test_gpus_that_cannot_be(eight_cores, text):
    eight_cores.setattr(machine, "gpu_table", lambda: [{}] * 2)
    with pytest.raises(BatchError, match="--gpus takes a number or a list of 0, 1"):
        schedule.parse_gpus(text)


def test_a_share_is_taken_back_once():
    at = desk(1)
    job = at.next(ALL)
    at.give_back(job)
    at.give_back(job)
    assert at.next(ALL)
    assert at.next(ALL) is None

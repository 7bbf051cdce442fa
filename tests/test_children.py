"""Programs that the course starts: they end as they would without a guard, and they end with their parent."""

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

from bootcamp.runtime import children

import psutil
import pytest

REPOSITORY = Path(__file__).parents[1]
MARK = "BOOTCAMP_TEST_MARK"
PARENT = """
import subprocess, sys, time
from bootcamp.runtime import children
child = subprocess.Popen(children.command(sys.argv[1:]), start_new_session=True)
print("started", flush=True)
time.sleep(600)
"""
STUBBORN = "trap '' TERM HUP INT; (setsid sleep 600 &); sleep 600 & echo ready; wait; sleep 600"
SECONDS = 5.0


def run(*words, **options):
    return subprocess.run(children.command(words), capture_output=True, text=True, timeout=60, **options)


def marked(mark):
    """Living processes with a mark in their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def until(condition, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


@pytest.fixture
def mark(monkeypatch):
    mark = uuid.uuid4().hex
    monkeypatch.setenv(MARK, mark)
    yield mark
    for process in marked(mark):
        if process.pid != os.getpid():
            process.kill()


@pytest.mark.parametrize(
    ("script", "code"),
    [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", -9), ("kill -TERM $$", -15), ("kill -SEGV $$", -11)],
)
def test_the_end_is_that_of_the_program(script, code):
    assert run("sh", "-c", script).returncode == code


def test_arguments_output_and_variables_pass_through(monkeypatch):
    monkeypatch.setenv("SEEN", "ä b")
    ended = run("sh", "-c", 'cat; echo "$1|$SEEN"; echo wrong >&2', "sh", "-I --x", input="given ")
    assert (ended.stdout, ended.stderr) == ("given -I --x|ä b\n", "wrong\n")


def test_a_program_that_is_not_there_is_named():
    ended = run("no-such-program")
    assert ended.returncode == children.NOT_FOUND and "no-such-program: No such file" in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_reach_the_program_once(number):
    code = f"""
import signal, sys, time
seen = []
signal.signal({int(number)}, lambda *_: seen.append(1))
print("ready", flush=True)
while not seen:
    time.sleep(0.01)
time.sleep(0.2)
sys.exit(len(seen) + 40)
"""
    with subprocess.Popen(children.command([sys.executable, "-c", code]), stdout=subprocess.PIPE) as guard:
        try:
            guard.stdout.readline()
            guard.send_signal(number)
            assert guard.wait(60) == 41
        finally:
            guard.kill()


def test_signals_reach_the_program_also_where_the_tests_themselves_ignore_them():
    tests = f"{__file__}::test_signals_reach_the_program_once"
    words = f"trap '' INT HUP TERM; exec {sys.executable} -m pytest -q -p no:cacheprovider {tests}"
    ended = subprocess.run(["sh", "-c", words], capture_output=True, text=True, timeout=120, cwd=REPOSITORY)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no choice of processors on this system")
def test_the_program_has_the_processors_that_are_given():
    cpu = max(os.sched_getaffinity(0))
    words = children.command([sys.executable, "-c", "import os; print(os.sched_getaffinity(0))"], [cpu])
    assert subprocess.run(words, capture_output=True, text=True).stdout.strip() == str({cpu})


def test_what_a_program_leaves_behind_ends_with_it(mark):
    assert run("sh", "-c", "setsid sleep 600 > /dev/null 2>&1 & exit 3", env=os.environ | {MARK: mark}).returncode == 3
    assert marked(mark) == []


@pytest.mark.skipif(not children.LINUX, reason="only Linux adopts what was left by a program that is gone")
def test_sigkill_of_the_parent_ends_everything(mark):
    words = [sys.executable, "-c", PARENT, "bash", "-c", STUBBORN]
    with subprocess.Popen(words, env=os.environ | {MARK: mark}, stdout=subprocess.PIPE) as parent:
        assert {parent.stdout.readline(), parent.stdout.readline()} == {b"started\n", b"ready\n"}
        until(lambda: len(marked(mark)) == 5)  # parent, guard, shell, two that sleep
        parent.kill()
    until(lambda: marked(mark) == [], SECONDS)


@pytest.mark.skipif(not children.LINUX, reason="only Linux ends a child with its parent")
def test_sigkill_of_the_guard_ends_the_program(mark):
    guard = subprocess.Popen(children.command(["sleep", "600"]), env=os.environ | {MARK: mark})
    until(lambda: len(marked(mark)) == 2)
    guard.kill()
    guard.wait()
    until(lambda: marked(mark) == [], SECONDS)


def test_a_guard_that_starts_too_late_starts_nothing():
    words = children.command(["echo", "started"])
    words[words.index(str(os.getpid()))] = "1"
    ended = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (children.NO_PARENT, "")

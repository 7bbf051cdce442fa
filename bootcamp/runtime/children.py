"""Programs that the course starts end with the process that started them, also when that is killed.

`command` puts a guard before a program: a small Python process, this file run by its path, with nothing imported but
the standard library. It passes signals on, and ends with the program's exit code. When its own parent is gone, or the
program is, it ends everything that the program started. On Linux nothing escapes it: orphans become its children
(PR_SET_CHILD_SUBREAPER), and if the guard itself is killed, the program is as well (PR_SET_PDEATHSIG).
"""

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

PARENT_SECONDS = 0.5
"""How often the guard looks whether its parent lives: a parent cannot tell of its own SIGKILL."""
KIND_SECONDS = 1.0
"""So long what is ended has after SIGTERM; then comes SIGKILL."""
LAST_SECONDS = 2.0
"""So long SIGKILL is repeated for what is still being started; a process of another user would never end."""
PASSED_ON = ("SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
NOT_FOUND, NO_PARENT = 127, 1
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h
LINUX = sys.platform.startswith("linux")


def command(words: Sequence[str], cpus: Iterable[int] = ()) -> list[str]:
    """The command that runs `words` under a guard, to be started by this very process.

    Args:
        words: program and arguments.
        cpus: processors that the program may use; none: all.
    """
    if not hasattr(os, "fork"):
        return list(words)
    options = [str(os.getpid()), ",".join(map(str, cpus))]
    # -I -S: no user settings, no packages; it starts in some 20 ms.
    return [sys.executable, "-I", "-S", str(Path(__file__).resolve()), *options, *words]


def main(parent: int, cpus: Sequence[int], words: Sequence[str]) -> NoReturn:
    """Run a program as its guard; ends as the program ends, by the same code or the same signal."""
    if os.getppid() != parent:
        os._exit(NO_PARENT)
    if LINUX:
        _prctl(PR_SET_CHILD_SUBREAPER, 1)
    awake, wakes = os.pipe()
    for end in (awake, wakes):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, _nothing)
    with _signals_kept() as blocked:
        child = _start(words, cpus, blocked)
        _pass_signals_to(child)
    status = _wait(child, lambda: os.getppid() != parent, awake)
    _end_all()
    _end_as(status)


@contextlib.contextmanager
def _signals_kept() -> Iterator[set[int]]:
    """Signals that come now are delivered at the end of the block: before, nobody would pass them on.

    Gives those that were blocked before.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [getattr(signal, name) for name in PASSED_ON])
    try:
        yield before
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(words: Sequence[str], cpus: Sequence[int], blocked: Iterable[int]) -> int:
    """Start the program in a session of its own: Ctrl-C reaches it once, through the guard."""
    guard = os.getpid()
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        if cpus and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, cpus)
        if LINUX:
            _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == guard:
            os.execvp(words[0], words)
    except OSError as error:
        os.write(2, f"{words[0]}: {error.strerror}\n".encode())
    finally:
        os._exit(NOT_FOUND)


def _pass_signals_to(child: int) -> None:
    def forward(number: int, _: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, number)

    for name in PASSED_ON:
        number = getattr(signal, name)
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup stays nohup
            signal.signal(number, forward)


def _wait(child: int, orphaned: Callable[[], bool], awake: int) -> int | None:
    """Status of the program as from `waitpid`; None: the parent is gone."""
    while not orphaned():
        for pid, status in _reaped():
            if pid == child:
                return status
        select.select([awake], [], [], PARENT_SECONDS)
        with contextlib.suppress(BlockingIOError):
            os.read(awake, 4096)
    return None


def _reaped() -> list[tuple[int, int]]:
    """Children that have ended since, with their status; on Linux also adopted ones."""
    found = []
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            found.append(ended)
    return found


def _end_all() -> None:
    """End every descendant, first kindly."""
    _signal_all(signal.SIGTERM, KIND_SECONDS, repeat=False)
    _signal_all(signal.SIGKILL, LAST_SECONDS, repeat=True)


def _signal_all(number: int, seconds: float, repeat: bool) -> None:
    end, sent = time.monotonic() + seconds, False
    while (living := _descendants()) and time.monotonic() < end:
        if repeat or not sent:
            for pid in living:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
        sent = True
        _reaped()
        time.sleep(0.02)


def _descendants() -> list[int]:
    """Processes below this one, those that have ended left out."""
    below: dict[int, list[int]] = {}
    for pid, parent in _processes():
        below.setdefault(parent, []).append(pid)
    found, parents = [], [os.getpid()]
    while parents:
        children = below.get(parents.pop(), [])
        found += children
        parents += children
    return found


def _processes() -> list[tuple[int, int]]:
    """Pid and pid of the parent of every living process."""
    if not LINUX:
        listed = subprocess.run(["ps", "-axo", "pid=,ppid=,stat="], capture_output=True, text=True, check=False).stdout
        rows = [line.split() for line in listed.splitlines()]
        return [(int(row[0]), int(row[1])) for row in rows if len(row) == 3 and row[2][0] != "Z"]
    found = []
    for entry in os.listdir("/proc"):  # noqa: PTH208 - pathlib would be half of the guard's start
        if entry.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{entry}/stat", "rb") as file:  # noqa: PTH123
                state, parent = file.read().rpartition(b")")[2].split()[:2]
                if state not in (b"Z", b"X"):
                    found.append((int(entry), int(parent)))
    return found


def _end_as(status: int | None) -> NoReturn:
    """Exit with the code of the program, or by the signal that ended it."""
    if status is None:
        os._exit(NO_PARENT)
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        with contextlib.suppress(ImportError, OSError, ValueError):
            import resource

            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the core of interest is that of the program
        with contextlib.suppress(OSError):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(abs(code))


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _nothing(*_: object) -> None:
    """A handler, so that a signal wakes the guard up."""


if __name__ == "__main__":
    main(int(sys.argv[1]), [int(number) for number in sys.argv[2].split(",") if number], sys.argv[3:])

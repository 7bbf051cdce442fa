"""What an instructor wants to know the day before: will this machine carry the class? Rows as in `doctor`."""

import contextlib
import http
import importlib.util
import json
import os
import re
import shlex
import shutil
import socket
import tempfile
import time
from email.utils import parsedate_to_datetime
from pathlib import Path

from bootcamp import datasets, exercises
from bootcamp.classroom import hub
from bootcamp.leaderboard.class_client import ADDRESS_VARIABLE as BOARD
from bootcamp.leaderboard.class_client import PASSWORD_VARIABLE as PASSWORD
from bootcamp.runtime import machine, network
from bootcamp.runtime.machine import NOTE, OK, PROBLEM, Row, browser

MEMORY_GIB = 2.5
"""For one learner: a notebook that trains (Tropical_Cyclone/03 has a peak of 1.9 GiB) and JupyterLab beside it."""
GPU_MEMORY_GIB = 4.0
"""For one learner on a shared GPU: the CUDA context and a network of the laptop profile."""
HOME_GIB = 0.5
"""Disk for one learner: a working copy, logs, results."""
DATA_GIB = 1.0
"""Disk that is left free beside the learners' homes."""
CORES = 0.5
"""CPU cores for one learner. Below, trainings of a minute take several."""
PORTS = {8888: "JupyterLab", 8000: "JupyterHub", 5050: "the leaderboard"}
PROXY = hub.proxy_script()
SECONDS, MOST_BYTES = 5.0, 65536
MAX_CLOCK_SECONDS = 60.0


def examine(learners: int) -> list[Row]:
    """Every row of the report for so many learners, at least one, on this machine."""
    rows = [_data(), _memory(learners), _cores(learners), _disk(learners), _gpu(learners), *_writable()]
    board, clock = _leaderboard()
    return [*rows, *map(_port, PORTS), board, _password(), clock, _browser(), _hub()]


def _data() -> Row:
    states = {entry.name: datasets.state(entry.name) for entry in datasets.entries() if entry.before_class}
    open_ = [name for name, state in states.items() if state != "ready"]
    closed = next(filter(None, map(datasets.closed_to_others, states)), "") if not open_ else ""
    if closed:
        return Row("Data sets", PROBLEM, f"learners cannot read {closed}", f"`chmod -R a+rX {shlex.quote(closed)}`")
    if not open_:
        return Row("Data sets", OK, f"all {len(states)} that the notebooks need are ready")
    value = ", ".join(f"{name} {states[name]}" for name in open_)
    return Row("Data sets", PROBLEM, value, "`bootcamp data prepare --class`")


def _memory(learners: int) -> Row:
    free = machine.allotted().free_memory / 2**30
    share, fits = free / learners, int(free / MEMORY_GIB)
    value = f"{free:.0f} GiB free, {share:.1f} GiB for each of {learners}"
    if share >= MEMORY_GIB:
        return Row("Memory", OK, value)
    return Row("Memory", PROBLEM, value, f"{MEMORY_GIB:g} GiB each are needed: {fits} at a time, or a larger machine")


def _cores(learners: int) -> Row:
    cores = machine.allotted().cpus
    value = f"{cores:g} cores, {cores / learners:.1f} for each of {learners}"
    if cores / learners >= CORES:
        return Row("CPU", OK, value)
    return Row("CPU", NOTE, value, "trainings will take several times as long: work in pairs, or run them in turns")


def _disk(learners: int) -> Row:
    folder = _existing(exercises.progress_file().parent)
    free, needed = shutil.disk_usage(folder).free / 2**30, learners * HOME_GIB + DATA_GIB
    value = f"{free:.0f} GiB free in {folder}, {needed:.0f} needed"
    return Row(
        "Disk for homes", OK if free >= needed else PROBLEM, value, "" if free >= needed else _cure_of_disk(needed)
    )


def _cure_of_disk(needed: float) -> str:
    return f"free {needed:.0f} GiB, for example with `bootcamp data clean NAME`, or put the homes on another disk"


def _gpu(learners: int) -> Row:
    gpus = machine.gpu_table()
    if not gpus:
        return Row("GPU memory", NOTE, "no GPU: use the profile laptop, and the minutes of the guide for a CPU")
    free = sum(_mebibytes(gpu["memory.total"]) - _mebibytes(gpu["memory.used"]) for gpu in gpus) / 1024
    value = f"{free:.0f} GiB free on {len(gpus)}, {free / learners:.1f} GiB for each of {learners}"
    if free / learners >= GPU_MEMORY_GIB:
        return Row("GPU memory", OK, value)
    fits = int(free / GPU_MEMORY_GIB)
    return Row("GPU memory", NOTE, value, f"{fits} learners at a time, the others with the profile laptop on the CPU")


def _mebibytes(text: str) -> float:
    found = re.match(r"[\d.]+", text)
    return float(found[0]) if found else 0.0


def _writable() -> list[Row]:
    folders = {"Data volume": datasets.data_root(), "Home volume": exercises.progress_file().parent}
    return [_try_to_write(item, _existing(folder)) for item, folder in folders.items()]


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.absolute().parents) if place.is_dir())


def _try_to_write(item: str, folder: Path) -> Row:
    """Write a file and read it back: permission bits say nothing about a full or read-only volume."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".bootcamp-") as probe:
            probe.write(b"x" * 4096)
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        # Learners need not write to the data volume: one that is read-only and complete is as it should be.
        complete = item == "Data volume" and _data().state == OK
        cure = "" if complete else "make it writable, or name another folder: BOOTCAMP_DATA for data, BOOTCAMP_HOME"
        return Row(item, NOTE if complete else PROBLEM, f"cannot write in {folder}: {error.strerror}", cure)
    return Row(item, OK, f"{folder} can be written")


def _port(number: int) -> Row:
    item = f"Port {number}"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", number))
        except OSError as error:
            cure = f"if that is not {PORTS[number]} already running, stop the program or choose another port"
            return Row(item, NOTE, f"taken: {error.strerror}", cure)
    return Row(item, OK, f"free, for {PORTS[number]}")


def _leaderboard() -> tuple[Row, Row]:
    """The class leaderboard, and the clock of this machine compared with the one that answers there."""
    item, address = "Leaderboard", os.environ.get(BOARD, "").rstrip("/")
    if not address:
        text = f"{BOARD} is not set: each learner has a leaderboard of their own"
        return Row(item, NOTE, text), _clock(None)
    try:
        answer = network.ask(f"{address}/health", SECONDS, MOST_BYTES)
        if answer.status != http.HTTPStatus.OK:
            raise ValueError(f"status {answer.status}")
        json.loads(answer.body or b"null")
    except (OSError, ValueError, RecursionError) as error:
        cure = f"start it with `make leaderboard`, check the firewall, or correct {BOARD}"
        return Row(item, PROBLEM, f"{address}/health does not answer: {error}", cure), _clock(None)
    return Row(item, OK, f"{address} answers"), _clock(answer.headers.get("Date"))


def _clock(sent: str | None) -> Row:
    """The deadline of a competition is that of the server, so its clock and this one should agree."""
    now = time.time()
    value = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now))
    with contextlib.suppress(TypeError, ValueError):
        apart = parsedate_to_datetime(sent).timestamp() - now
        value += f", {abs(apart):.0f} s apart from the leaderboard"
        if abs(apart) > MAX_CLOCK_SECONDS:
            return Row(
                "Clock", PROBLEM, value, "set the clock of the machine that is wrong, `timedatectl set-ntp true`"
            )
        return Row("Clock", OK, value)
    return Row("Clock", NOTE, value, "compare with a clock that you trust; certificates and deadlines depend on it")


def _password() -> Row:
    item = "Class password"
    if os.environ.get(PASSWORD):
        return Row(item, OK, f"{PASSWORD} is set")
    if os.environ.get(BOARD):
        return Row(item, PROBLEM, f"{BOARD} is set, {PASSWORD} is not", f"set {PASSWORD} to the one of the server")
    return Row(item, NOTE, "none set: needed for a class leaderboard only")


def _browser() -> Row:
    found = browser()
    if found:
        return Row("Slides", OK, f"{found} shows slides and prints the hand-out")
    return Row("Slides", NOTE, "no Chromium here", "any browser shows the slides; `make handout` needs `chromium`")


def _hub() -> Row:
    parts = {
        "jupyterhub": importlib.util.find_spec("jupyterhub"),
        "configurable-http-proxy": shutil.which(PROXY.name) or PROXY.is_file(),
    }
    missing = [name for name, found in parts.items() if not found]
    if not missing:
        return Row("JupyterHub", OK, "installed, with its proxy")
    cure = "needed only where learners log in to this machine; `make class`, then classroom/README.md"
    return Row("JupyterHub", NOTE, f"not installed: {', '.join(missing)}", cure)

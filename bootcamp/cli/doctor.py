"""Can every lab of the course run on this machine? One row per requirement, with the cure where one fails."""

import contextlib
import importlib.metadata
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from bootcamp import course, datasets, runtime
from bootcamp.runtime import environment, frameworks, isolation, machine
from bootcamp.runtime.machine import NOTE, OK, PROBLEM, Row

PYTHON_VERSIONS = ((3, 11), (3, 14))
MIN_MEMORY_GIB = 4.0
MIN_DISK_GIB = 2.0
LOCK = "requirements.lock"
BACKENDS = ("tensorflow", "torch", "jax")
REINSTALL = "run `make install` in the folder of the course"
IMPORT_SECONDS = 180

_PROBE = "from bootcamp.runtime import frameworks; print(frameworks.probe('{}'))"
FRAMEWORKS = {name: _PROBE.format(name) for name in frameworks.PROBES} | {
    "OpenCV": "import cv2; print(cv2.__version__)"
}
"""Requirement -> code that prints its version and device in the last line."""
CURES = {"OpenCV": f"{REINSTALL}; on Debian or Ubuntu also `apt-get install libgl1 libglib2.0-0`"}
"""Requirement -> what to do when it cannot be imported; `REINSTALL` for all others."""


def examine() -> list[Row]:
    """Every row of the report. Frameworks are imported in processes of their own: a crash there is a row here."""
    own = [_python(), _memory(), _disk(), _gpu(), _backend()]
    return [*own, *map(_framework, FRAMEWORKS), _pins(), *_settings(), *_data_sets()]


def _python() -> Row:
    lowest, above = PYTHON_VERSIONS
    value = f"{sys.version.split()[0]}, {machine.allotted().cpus:g} CPU cores"
    fits = lowest <= sys.version_info[:2] < above
    return Row("Python", OK if fits else PROBLEM, value, "" if fits else "install Python 3.11, 3.12 or 3.13")


def _memory() -> Row:
    gib = machine.allotted().memory / 2**30
    enough = gib >= MIN_MEMORY_GIB
    cure = "" if enough else f"the course needs {MIN_MEMORY_GIB:g} GiB; close other programs or use a larger machine"
    return Row("Memory", OK if enough else PROBLEM, f"{gib:.1f} GiB", cure)


def _disk() -> Row:
    folder = datasets.data_root()
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(existing).free / 2**30
    if not os.access(existing, os.W_OK):
        return Row("Disk", PROBLEM, f"no permission to write in {existing}", "set BOOTCAMP_DATA to a folder of yours")
    cure = "" if free >= MIN_DISK_GIB else f"free {MIN_DISK_GIB:g} GiB, for example with `bootcamp data clean NAME`"
    return Row("Disk", PROBLEM if cure else OK, f"{free:.1f} GiB free in {existing}", cure)


def _gpu() -> Row:
    gpus = machine.gpu_table()
    if not gpus:
        return Row("GPU", NOTE, "none found; every lab runs on the CPU with its default parameters")
    text = "; ".join(f"{g['name']}, {g['memory.used']} of {g['memory.total']} used" for g in gpus)
    text = f"{text}, driver {gpus[0]['driver_version']}"
    if hidden := runtime.cards_hidden():
        return Row("GPU", NOTE, f"{text}; {hidden}", "unset CUDA_VISIBLE_DEVICES")
    return Row("GPU", OK, text)


def _backend() -> Row:
    """What Keras runs on, and why."""
    fault = runtime.backend_fault(os.environ["KERAS_BACKEND"])
    cure = f"unset KERAS_BACKEND, or set it to {runtime.preferred_backend()}" if fault else ""
    return Row("Keras backend", PROBLEM if fault else OK, frameworks.backend_reason(), cure)


def _framework(name: str) -> Row:
    try:
        answer = subprocess.run(
            [sys.executable, "-c", FRAMEWORKS[name]], capture_output=True, text=True, timeout=IMPORT_SECONDS
        )
    except subprocess.TimeoutExpired:
        return Row(name, PROBLEM, f"its import takes over {IMPORT_SECONDS} s", CURES.get(name, REINSTALL))
    if answer.returncode:
        last = (answer.stderr.strip().splitlines() or [f"ended with code {answer.returncode}"])[-1]
        return Row(name, PROBLEM, last, _cure(name, answer.stderr))
    return _found(name, (answer.stdout.strip().splitlines() or [""])[-1])


def _found(name: str, value: str) -> Row:
    """The row of a framework that answered."""
    if name not in frameworks.PROBES:
        return Row(name, OK, value)
    fault, cure = frameworks.trouble(name, value)
    if fault:
        return Row(name, PROBLEM, fault, cure)
    if value == frameworks.MISSING:
        return Row(name, NOTE, f"{value}, and not needed: Keras runs on {os.environ['KERAS_BACKEND']}")
    return Row(name, OK, value)


def _cure(name: str, message: str) -> str:
    """What helps against a failing import: often not the packages of the course, but a variable of the user."""
    backend = environment.text("KERAS_BACKEND")
    if name == "Keras" and backend and (backend not in BACKENDS or backend in message):
        return f"KERAS_BACKEND={backend} asks for a backend that is not installed: unset it, or tensorflow or torch"
    if foreign := _foreign_packages(course.root() / LOCK):
        return f"unset PYTHONPATH, from which {', '.join(foreign)} of another environment come"
    return CURES.get(name) or frameworks.cure(message) or REINSTALL


def _foreign_packages(lock: Path) -> list[str]:
    """Packages of the course that Python finds in PYTHONPATH before those that were installed with it."""
    folders = [Path(part).resolve() for part in environment.text("PYTHONPATH").split(os.pathsep) if part]
    names = pins(lock) if folders and lock.is_file() else []
    places = {name: _place(name) for name in names}
    return [name for name, place in places.items() if place and any(place == folder for folder in folders)]


def _place(package: str) -> Path | None:
    with contextlib.suppress(importlib.metadata.PackageNotFoundError, OSError):
        return Path(str(importlib.metadata.distribution(package).locate_file(""))).resolve()
    return None


def pins(lock: Path) -> dict[str, str]:
    """Exact versions in a lock file that apply to this Python: package -> version."""
    from packaging.requirements import Requirement

    lines = [line.split("#")[0].strip() for line in lock.read_text(encoding="utf-8").splitlines()]
    wanted = [Requirement(line) for line in lines if re.match(r"[A-Za-z0-9]", line)]
    return {
        requirement.name: next(iter(requirement.specifier)).version
        for requirement in wanted
        if requirement.marker is None or requirement.marker.evaluate()
    }


def _pins() -> Row:
    lock = course.root() / LOCK
    if not lock.is_file():
        return Row("Packages", NOTE, f"no {lock.name} beside the course: versions were not compared")
    wanted = pins(lock)
    found = {name: runtime.package_version(name) for name in wanted}
    # A local part such as 2.13.0+cpu names the build, not another version.
    differing = [
        f"{name} {found[name] or 'missing'} (pinned {version})"
        for name, version in wanted.items()
        if (found[name] or "").split("+")[0] != version
    ]
    missing = [name for name in wanted if found[name] is None]
    if not differing:
        return Row("Packages", OK, f"all {len(wanted)} as pinned")
    text = ", ".join(differing[:4]) + (f" and {len(differing) - 4} more" if len(differing) > 4 else "")
    return Row("Packages", PROBLEM if missing else NOTE, text, _cure("Packages", text))


def _settings() -> list[Row]:
    """Settings of the user that other programs read and the course does not; only where there are some."""
    found = isolation.remarks()
    if not found:
        return []
    text = f"not used here: {', '.join(found)}"
    return [Row("Own settings", NOTE, text, "none needed; outside of `make lab` a kernel may still read them")]


def _data_sets() -> list[Row]:
    rows = []
    for entry in datasets.entries():
        state = datasets.state(entry.name)
        cure = f"`bootcamp data prepare {entry.name}` makes it again" if state in {"damaged", "outdated"} else ""
        if state == "closed":
            cure = f"whoever made it: `chmod -R a+rX {shlex.quote(str(datasets.data_root() / entry.name))}`"
        value = "not there; made or looked for when a notebook asks" if state == "missing" else state
        rows.append(Row(f"Data: {entry.name}", OK if state == "ready" else NOTE, value, cure))
    return rows

"""This machine: what it has, what of it is allotted to this process, and rows of a report on it."""

import csv
import os
import platform
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

OK, NOTE, PROBLEM = "ok", "note", "problem"
CONTROL_GROUPS = Path("/sys/fs/cgroup")
KINDS = {"cpu", "memory"}
GPU_SECONDS = 5.0
"""nvidia-smi answers in less than one; where a driver hangs it never does."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Row:
    """One line of the report. `state` is `ok`, `note` (worth knowing) or `problem` (a lab cannot run)."""

    item: str
    state: str
    value: str
    cure: str = ""


def healthy(rows: Iterable[Row]) -> bool:
    """Whether no row is a problem."""
    return all(row.state != PROBLEM for row in rows)


def browser() -> str | None:
    """Path of a Chromium on this machine; None without one."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@dataclass(frozen=True)
class Allotment:
    """What of this machine this process may use.

    `cores`: numbers of the cores. `cpus`: how many of them may be busy at once, fewer where a control group limits
    them. `memory`, `free_memory`: bytes, within the limit of the control group if there is one.
    """

    cores: tuple[int, ...]
    cpus: float
    memory: int
    free_memory: int

    @property
    def workers(self) -> int:
        """Processes or threads that can be busy at once, at least one."""
        return max(1, round(self.cpus))


def allotted(groups: Path = CONTROL_GROUPS) -> Allotment:
    """Cores and memory that this process may use: its affinity, and the limits of its control groups.

    Args:
        groups: folder where the control groups are mounted.
    """
    import psutil

    numbers = range(os.cpu_count() or 1)
    cores = tuple(sorted(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else tuple(numbers)
    limits = [_limits(folder) for folder in _group_folders(groups)]
    memory = psutil.virtual_memory()
    total, free = memory.total, memory.available
    for limit in limits:
        if limit.memory is not None and limit.memory < total:
            total = limit.memory
        if limit.memory is not None:
            free = min(free, max(0, limit.memory - limit.used))
    quotas = [limit.cpus for limit in limits if limit.cpus is not None]
    return Allotment(cores, min([float(len(cores)), *quotas]), total, min(free, total))


@dataclass(frozen=True)
class _Limits:
    """Limits of one control group; None where it sets none."""

    cpus: float | None = None
    memory: int | None = None
    used: int = 0


def _group_folders(groups: Path) -> list[Path]:
    """Folders of the control groups of this process and of all above them: version 2, and 1 for cpu and memory."""
    folders = []
    for line in _lines(Path("/proc/self/cgroup")):
        _, controllers, place = line.split(":", 2)
        roots = [groups] if not controllers else [groups / name for name in controllers.split(",") if name in KINDS]
        for root in roots:
            inner = root / place.lstrip("/")
            folders += [root, *(p for p in (inner, *inner.parents) if root in p.parents)]
    return [folder for folder in dict.fromkeys(folders) if folder.is_dir()]


def _limits(folder: Path) -> _Limits:
    """Limits in a control group's folder; what is not there or no number is no limit."""
    quota, _, period = (_lines(folder / "cpu.max") or ["max"])[0].partition(" ")
    cpus = _ratio(quota, period or "100000")
    if cpus is None:
        cpus = _ratio(_first(folder / "cpu.cfs_quota_us"), _first(folder / "cpu.cfs_period_us"))
    memory = _count(_first(folder / "memory.max")) or _count(_first(folder / "memory.limit_in_bytes"))
    used = _count(_first(folder / "memory.current")) or _count(_first(folder / "memory.usage_in_bytes")) or 0
    # Files that the kernel keeps in memory count as used, and are given back when somebody needs the room.
    files = sum(int(line.split()[1]) for line in _lines(folder / "memory.stat") if line.startswith("inactive_file "))
    return _Limits(cpus, memory, max(0, used - files))


def _first(path: Path) -> str:
    return (_lines(path) or [""])[0]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return []


def _count(text: str) -> int | None:
    """A positive number; None for `max`, -1 and everything else that means no limit."""
    return int(text) if text.strip().isdigit() and int(text) > 0 else None


def _ratio(quota: str, period: str) -> float | None:
    above, below = _count(quota), _count(period)
    return above / below if above and below else None


def visible_gpus() -> tuple[str, ...]:
    """Ids of the GPUs that this process may use, as CUDA_VISIBLE_DEVICES takes them."""
    present = gpu_table()
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is None or not present:
        return tuple(str(number) for number in range(len(present)))
    found: list[str] = []
    for text in (part.strip() for part in chosen.split(",")):
        if not text or text.startswith("-") or (text.isdigit() and int(text) >= len(present)):
            break  # CUDA itself stops at the first id that is none
        found.append(text)
    return tuple(found)


def gpu_table() -> list[dict[str, str]]:
    """Every NVIDIA GPU with name, total and used memory and driver, as text; empty without a GPU."""
    return _nvidia_smi("gpu", ["name", "memory.total", "memory.used", "driver_version"])


def gpu_processes() -> list[dict[str, str]]:
    """Every process that holds GPU memory: pid, process_name, used_memory; empty without a GPU."""
    return _nvidia_smi("compute-apps", ["pid", "process_name", "used_memory"])


def _nvidia_smi(query: str, fields: list[str]) -> list[dict[str, str]]:
    if not shutil.which("nvidia-smi") or _hanging:
        return []
    command = ["nvidia-smi", f"--query-{query}={','.join(fields)}", "--format=csv,noheader"]
    text = {"encoding": "utf-8", "errors": "replace"}
    try:
        answer = subprocess.run(command, capture_output=True, timeout=GPU_SECONDS, check=True, **text)
    except subprocess.TimeoutExpired:
        _hanging.append(query)  # it would hang at every further question of this process too
        return []
    except (subprocess.SubprocessError, OSError):
        return []
    rows = csv.reader(answer.stdout.splitlines(), skipinitialspace=True)
    return [dict(zip(fields, row, strict=True)) for row in rows if len(row) == len(fields)]


_hanging: list[str] = []
"""Questions that nvidia-smi did not answer in time: after one, this process asks no more."""


def machine_report(folder: Path | str = ".") -> dict[str, str]:
    """Python, CPU, memory, free disk and GPU of this machine as text: label -> value."""
    gib = 2**30
    share = allotted()
    gpus = [f"{g['name']}, {g['memory.total']}, driver {g['driver_version']}" for g in gpu_table()]
    return {
        "Python": platform.python_version(),
        "CPU": f"{share.cpus:g} cores, {platform.machine()}",
        "Memory": f"{share.memory / gib:.1f} GiB, {share.free_memory / gib:.1f} GiB free",
        "Free disk": f"{shutil.disk_usage(folder).free / gib:.1f} GiB",
        "GPU": "; ".join(gpus) or "none found: the course runs on the CPU",
    }

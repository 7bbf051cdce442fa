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


def gpu_table() -> list[dict[str, str]]:
    """Every NVIDIA GPU with name, total and used memory and driver, as text; empty without a GPU."""
    return _nvidia_smi("gpu", ["name", "memory.total", "memory.used", "driver_version"])


def gpu_processes() -> list[dict[str, str]]:
    """Every process that holds GPU memory: pid, process_name, used_memory; empty without a GPU."""
    return _nvidia_smi("compute-apps", ["pid", "process_name", "used_memory"])


def _nvidia_smi(query: str, fields: list[str]) -> list[dict[str, str]]:
    if not shutil.which("nvidia-smi"):
        return []
    command = ["nvidia-smi", f"--query-{query}={','.join(fields)}", "--format=csv,noheader"]
    text = {"encoding": "utf-8", "errors": "replace"}
    try:
        answer = subprocess.run(command, capture_output=True, timeout=20, check=True, **text)
    except (subprocess.SubprocessError, OSError):
        return []
    rows = csv.reader(answer.stdout.splitlines(), skipinitialspace=True)
    return [dict(zip(fields, row, strict=True)) for row in rows if len(row) == len(fields)]


def machine_report(folder: Path | str = ".") -> dict[str, str]:
    """Python, CPU, memory, free disk and GPU of this machine as text: label -> value."""
    import psutil

    gib = 2**30
    memory = psutil.virtual_memory()
    gpus = [f"{g['name']}, {g['memory.total']}, driver {g['driver_version']}" for g in gpu_table()]
    return {
        "Python": platform.python_version(),
        "CPU": f"{os.cpu_count()} cores, {platform.machine()}",
        "Memory": f"{memory.total / gib:.1f} GiB, {memory.available / gib:.1f} GiB free",
        "Free disk": f"{shutil.disk_usage(folder).free / gib:.1f} GiB",
        "GPU": "; ".join(gpus) or "none found: the course runs on the CPU",
    }

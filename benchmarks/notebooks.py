"""Seconds and longest cell of every notebook. Run: python benchmarks/notebooks.py [LAB or NOTEBOOK ...]."""

import os
import sys
import time
from datetime import datetime

from bootcamp import course
from bootcamp.notebooks import authoring

from nbclient import NotebookClient


def cell_seconds(cell: authoring.NotebookNode) -> float:
    """Seconds between the kernel's messages that a cell started and that it ended."""
    stamps = cell.metadata.get("execution", {})
    started, ended = stamps.get("iopub.execute_input"), stamps.get("iopub.status.idle")
    if not (started and ended):
        return 0.0
    return (datetime.fromisoformat(ended) - datetime.fromisoformat(started)).total_seconds()


def measure(entry: course.Notebook) -> tuple[float, float]:
    """Seconds of a whole notebook, kernel start included, and of its longest cell."""
    notebook = authoring.read(course.root() / entry.path)
    folder = str((course.root() / entry.path).parent)
    start = time.perf_counter()
    client = NotebookClient(notebook, timeout=600, record_timing=True, resources={"metadata": {"path": folder}})
    client.execute(env=os.environ | {"BOOTCAMP_PROGRESS": "off"})
    return time.perf_counter() - start, max(map(cell_seconds, authoring.code_cells(notebook)))


def main() -> None:
    """Print a table of the notebooks named on the command line, or of all."""
    total = 0.0
    for entry in course.select(sys.argv[1:]):
        whole, longest = measure(entry)
        total += whole
        print(f"{entry.name:48s} {whole:6.1f} s, longest cell {longest:5.1f} s", flush=True)
    print(f"{'together':48s} {total:6.1f} s")


if __name__ == "__main__":
    main()

"""`make quick`: in three minutes, what most changes break.

ruff, the tests that are not recorded as slow (among them the form of every notebook), and those notebooks whose
outcome a change since `main` can touch, as far as the time goes. What a notebook's outcome depends on:

- its own file, the files of its lab's folder and its lab's room: each notebook of the lab is run. No room imports
  another one and no notebook imports a room of another lab (`tests/test_house.py`, `authoring.form_faults`).
- the ground floor of the package, the lock files and the settings of pytest: every notebook. Of these a sample is
  run, the quickest notebook of each lab and Start_Here.

Notebooks that were changed themselves come first, then the quickest. What does not fit into the time is named.
"""

import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from bootcamp import course
from tests import gate

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK_SECONDS = 120.0
"""Seconds of notebooks, on one core, that fit into three minutes beside the tests."""
UPPER_FLOORS = ("batch", "classroom", "cli", "notebooks")
"""Packages that no notebook imports, directly or through another."""
SHARED_FILES = ("requirements.lock", "requirements-test.lock", "pyproject.toml", "conftest.py")


def changed_paths(root: Path) -> set[str] | None:
    """Files that differ from where this branch left `main`, those not yet in git included; None without a `main`."""

    def git(*arguments: str) -> str | None:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
        return done.stdout if done.returncode == 0 else None

    base = git("merge-base", "HEAD", "main") or git("merge-base", "HEAD", "origin/main")
    if base is None:
        return None
    found = git("diff", "--name-only", "-z", base.strip()) + git("ls-files", "-z", "--others", "--exclude-standard")
    return {path for path in found.split("\0") if path}


def touches_all(path: str) -> bool:
    """Whether every notebook may depend on a file."""
    parts = Path(path).parts
    rooms = {lab.room for lab in course.labs()}
    in_package = parts[0] == "bootcamp" and Path(parts[1]).stem not in {*rooms, *UPPER_FLOORS}
    return in_package or path in SHARED_FILES


def touched_notebooks(paths: set[str] | None, seconds: Mapping[str, float]) -> list[str]:
    """Notebooks to run after a change of `paths` (None: of everything), the most telling first."""

    def cost(path: str) -> float:
        return seconds.get(path, gate.UNKNOWN_NOTEBOOK_SECONDS)

    own = [entry.path for entry in course.notebooks() if entry.path in (paths or ())]
    by_lab, sample = [], [course.START.path]
    for lab in course.labs():
        notebooks = [entry.path for entry in lab.notebooks]
        folders = (f"{lab.name}/", f"bootcamp/{lab.room}/")
        if any(path.startswith(folders) and path not in notebooks for path in paths or ()):
            by_lab += notebooks
        sample.append(min(notebooks, key=cost))
    if paths is not None and not any(map(touches_all, paths)):
        sample = []
    return list(dict.fromkeys([*sorted(own, key=cost), *sorted(by_lab, key=cost), *sorted(sample, key=cost)]))


def fitting(notebooks: Iterable[str], seconds: Mapping[str, float], limit: float) -> tuple[list[str], list[str]]:
    """Notebooks that fit into the limit when they are taken in order, and those that do not."""
    taken, left, used = [], [], 0.0
    for path in notebooks:
        cost = seconds.get(path, gate.UNKNOWN_NOTEBOOK_SECONDS)
        if used + cost <= limit:
            taken.append(path)
            used += cost
        else:
            left.append(path)
    return taken, left


def main() -> int:
    """Run everything and return the exit code: 0 when all is well."""
    seconds = gate.recorded_seconds()
    taken, left = fitting(touched_notebooks(changed_paths(ROOT), seconds), seconds, NOTEBOOK_SECONDS)
    python = [sys.executable, "-m"]
    commands = (
        [*python, "ruff", "check", "."],
        [*python, "ruff", "format", "--check", "."],
        [*python, "pytest", "-q", "--quick", "--nbval", "-n", "auto", "tests", *taken],
    )
    codes = [subprocess.run(command, cwd=ROOT).returncode for command in commands]
    print(f"Notebooks run and compared: {', '.join(taken) or 'none'}.")
    if left:
        print(f"No time was left for these: .venv/bin/python -m pytest --nbval -n auto {' '.join(left)}")
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())

"""Where a learner stands: solved exercises of every notebook, and the next thing to do."""

import json
import re
import warnings
from dataclasses import dataclass
from typing import Any

from bootcamp import course
from bootcamp.exercises import progress

CHECK_CALL = r"exercises\.check\(\s*[\"']([\w.]+)[\"']"
EXERCISE_HEADING = r"^#{2,6}\s+(.+?)\s*$"


@dataclass(frozen=True)
class Place:
    """Where an exercise stands: its notebook, and the heading above it."""

    exercise: str
    notebook: course.Notebook
    heading: str


def places(notebook: course.Notebook) -> list[Place]:
    """Exercises of a notebook in reading order, found in its file; one that cannot be read has none, with a warning."""
    path = course.root() / notebook.path
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    except (OSError, ValueError, KeyError, TypeError):
        warnings.warn(f"{notebook.path} cannot be read, so its exercises are missing here", stacklevel=2)
        return []
    found, heading = [], notebook.title
    for kind, source in sources:
        if kind == "markdown":
            heading = (re.findall(EXERCISE_HEADING, source, re.MULTILINE) or [heading])[-1]
        else:
            found += [Place(name, notebook, heading) for name in re.findall(CHECK_CALL, source)]
    return found


def progress_table() -> Any:
    """Progress on one screen (pandas DataFrame): a row for each lab, a column for each of its notebooks: `1/3`."""
    import pandas as pd

    solved = progress.read_progress()
    rows = {}
    for lab in course.labs():
        counts = {number: _count(places(notebook), solved) for number, notebook in enumerate(lab.notebooks, 1)}
        rows[lab.title] = {number: _share(count) for number, count in counts.items()}
        rows[lab.title]["lab"] = _share(tuple(map(sum, zip(*counts.values(), strict=True))))
    table = pd.DataFrame.from_dict(rows, orient="index").fillna("")
    numbers = sorted(column for column in table.columns if column != "lab")
    return table[[*numbers, "lab"]].rename_axis(columns="notebook")


def next_step() -> str:
    """How many exercises are solved, and the first that is not: its notebook and the heading under which it stands."""
    solved = progress.read_progress()
    everything = [place for notebook in course.notebooks() for place in places(notebook)]
    done, total = _count(everything, solved)
    text = f"{done} of {total} exercises solved"
    after = next((place for place in everything if place.exercise not in solved), None)
    if after is None:
        return text
    return f'{text}\nNext: {after.notebook.title}, {after.notebook.path}\n      "{after.heading}"'


def progress_list() -> str:
    """Every exercise of the course, notebook by notebook, with the day on which it was solved."""
    solved, lines = progress.read_progress(), []
    for notebook in course.notebooks():
        if here := places(notebook):
            lines += ["", f"{notebook.path}   {_share(_count(here, solved))}"]
            lines += [f"  {solved.get(place.exercise, 'not yet')[:10]:10}  {place.heading}" for place in here]
    return "\n".join(lines).lstrip("\n")


def _count(here: list[Place], solved: dict[str, str]) -> tuple[int, int]:
    """How many of these exercises are solved, and how many there are."""
    return sum(place.exercise in solved for place in here), len(here)


def _share(count: tuple[int, int]) -> str:
    return f"{count[0]}/{count[1]}"

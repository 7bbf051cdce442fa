"""What the page knows of the course: exercises in reading order, their hints, minutes, and the guide's timetables."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bootcamp import course, exercises
from bootcamp.exercises.sharing import hints

GUIDE = "docs/Instructor_Guide.md"
ROW = re.compile(r"^\| (\d+):(\d\d) \| (.*?) \| (\d*) ?\|$", re.M)
HEADER = re.compile(r"^\| start \| (.*?) \| minutes \|$", re.M)
NOTEBOOK = re.compile(r"\[(.*?)\]\(\.\./(.*?)\)")
OTHER_VERSION = "a hint that this version of the course does not have"


@dataclass(frozen=True)
class Exercise:
    """An exercise: `room.name`, the heading above it, the number of its notebook in `Plan.notebooks`."""

    name: str
    heading: str
    notebook: int


@dataclass(frozen=True)
class Block:
    """A row of a timetable, in minutes from its begin; `notebook`: path, empty for a break or slides."""

    begin: int
    minutes: int
    title: str
    notebook: str


@dataclass(frozen=True)
class Plan:
    """The course as the page shows it."""

    notebooks: tuple[course.Notebook, ...]
    exercises: tuple[Exercise, ...]
    timetables: Mapping[str, tuple[Block, ...]]

    @functools.cached_property
    def number_of(self) -> dict[str, int]:
        """Name of an exercise -> its number in `exercises`."""
        return {entry.name: number for number, entry in enumerate(self.exercises)}

    @functools.cached_property
    def number_of_notebook(self) -> dict[str, int]:
        """Path of a notebook -> its number in `notebooks`."""
        return {entry.path: number for number, entry in enumerate(self.notebooks)}

    def hint(self, exercise: int, number: int) -> str:
        """Text of a hint of an exercise."""
        return hints.catalogue(self.exercises[exercise].name.partition(".")[0]).get(number, OTHER_VERSION)


def read() -> Plan:
    """The plan of this course; a guide that is missing has no timetables."""
    notebooks = course.notebooks()
    found = [
        Exercise(place.exercise, place.heading, number)
        for number, notebook in enumerate(notebooks)
        for place in exercises.places(notebook)
    ]
    for lab in course.labs():  # read now, not when a learner waits
        hints.catalogue(lab.room)
    guide = course.root() / GUIDE
    return Plan(notebooks, tuple(found), timetables(guide.read_text(encoding="utf-8")) if guide.is_file() else {})


def timetables(text: str) -> dict[str, tuple[Block, ...]]:
    """Name -> blocks of every timetable of the instructor's guide; a name is its heading and the table's own."""
    found, heading = {}, ""
    for part in re.split(r"\n\n+", text):
        if part.startswith("### "):
            heading = part.removeprefix("### ")
        header, rows = HEADER.search(part), ROW.findall(part)
        if not header or not rows:
            continue
        name = heading if header[1] == "what" else f"{heading}: {header[1]}"
        first = 60 * int(rows[0][0]) + int(rows[0][1])
        found[name] = tuple(
            _block(60 * int(hour) + int(minute) - first, title, length)
            for hour, minute, title, length in rows
            if length
        )
    return found


def _block(begin: int, title: str, minutes: str) -> Block:
    link = NOTEBOOK.search(title)
    return Block(begin, int(minutes), link[1] if link else title, link[2] if link else "")

"""The course as its labs describe it: order, titles, minutes, profiles, data sets, competitions, the guide.

Each lab has a `lab.toml` in its folder, and that is the only place which knows these things. Navigation lines in the
notebooks, the course map, the batch runner, the catalogue of data sets, the data cards, the instructor's guide, the
README and the tests are all derived from it, so a new lab touches no list by hand.
"""

import difflib
import functools
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from bootcamp.runtime import environment

NAVIGATION_TAG = "navigation"
COURSE_MAP_TAG = "course-map"
LAB_FILE = "lab.toml"
PROFILES = ("laptop", "gpu", "smoke")
"""Sets of parameters: the defaults in the notebooks, full size, and what only shows that everything runs."""

Value = int | float | str | bool
Described = TypeVar("Described")


class CourseError(ValueError):
    """A lab, notebook or repository that does not exist, or a lab that describes itself wrongly."""


@dataclass(frozen=True)
class Guide:
    """What an instructor reads about a notebook: idea, question with answer, what to show, where people stumble."""

    idea: str
    ask: str
    show: str
    stumble: str


@dataclass(frozen=True)
class Notebook:
    """One notebook: path relative to the repository root, title, minutes, what the learner will be able to do.

    `profiles`: profile name -> parameters that differ from the defaults in the notebook.
    """

    path: str
    title: str
    minutes: int
    outcome: str = ""
    profiles: Mapping[str, Mapping[str, Value]] = field(default_factory=dict, compare=False, repr=False)
    guide: Guide | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """Path without the ending, the name used on the command line: `Intro_to_DL/01_Curve_Fitting`."""
        return self.path.removesuffix(".ipynb")


@dataclass(frozen=True)
class DataSet:
    """A data set of a lab.

    `builder` names a function `build(folder)` that writes the files of the data set into an empty folder. It is a
    name (`module:function`) so that nothing imports the rooms before it is called. Where `from_folder` is set, the
    data is the user's, and the builder is `build(folder, source)` with the folder it lies in, or None. `before_class`:
    without it a notebook of the laptop profile would wait for its data to be made. `public`: it is fetched, and an
    offline data set takes its place where there is no network. `version`: raised with every change of what the builder
    writes, so that data made before are made anew. `card`: rows of its data card, `text`: what stands below them.
    """

    name: str
    title: str
    source: str
    licence: str
    megabytes: float
    builder: str
    version: int = 1
    from_folder: bool = False
    before_class: bool = False
    public: bool = False
    card: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    text: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True)
class Competition:
    """What submissions to a leaderboard are scored on and ranked by.

    `scorer` names a function `score(predictions) -> {metric: value}` as `module:function`, so that nothing imports the
    rooms before a score is needed; it raises ValueError with the reason where it cannot score. `ranked_by` is one of
    its metrics. `answers` names a function that loads what the scorer compares with, for a server that wants it before
    the first submission; empty where there is nothing to load. `shapes` names a function that returns name -> shape of
    the predictions that are asked for: others are refused before they are read; empty: any.
    """

    name: str
    title: str
    scorer: str
    ranked_by: str
    best_is_low: bool
    answers: str = ""
    shapes: str = ""


@dataclass(frozen=True)
class Lab:
    """A lab: folder, title, the room of the package that serves it, what the learner will be able to do.

    `about`: its subjects, for the README. `machine_seconds`: measured, for the guide. `guide`: what an instructor says
    before the first notebook.
    """

    name: str
    title: str
    room: str
    outcome: str
    notebooks: tuple[Notebook, ...]
    order: int = 0
    about: str = ""
    machine_seconds: str = "not measured"
    guide: str = field(default="", compare=False, repr=False)
    data_sets: tuple[DataSet, ...] = ()
    competitions: tuple[Competition, ...] = ()

    @property
    def minutes(self) -> int:
        """Minutes a learner needs for the whole lab."""
        return sum(notebook.minutes for notebook in self.notebooks)


START = Notebook("Start_Here.ipynb", "Start Here", 15, "find your way, and know what this machine can do")


def root() -> Path:
    """Folder of the course: `BOOTCAMP_ROOT`, else the checkout this package lies in, else the nearest parent folder.

    Raises:
        CourseError: no folder with `Start_Here.ipynb` was found.
    """
    here = Path.cwd()
    named = environment.folder(environment.ROOT_VARIABLE)
    candidates = [named] if named else [Path(__file__).resolve().parents[1], here, *here.parents]
    for folder in candidates:
        if (folder / START.path).is_file():
            return folder
    raise CourseError(f"no {START.path} in {candidates[0]}; set BOOTCAMP_ROOT to the folder of the course")


def labs() -> tuple[Lab, ...]:
    """Every lab of the course in its order, as the `lab.toml` in its folder describes it.

    Raises:
        CourseError: a description has a key that is unknown, missing or of the wrong type, or two labs share an order,
            a room, or the name of a data set or competition; the message names file, key and the nearest known one.
    """
    files = sorted(root().glob(f"*/{LAB_FILE}"))
    return _read_labs(tuple((path, path.stat().st_mtime_ns) for path in files))


@functools.lru_cache
def _read_labs(files: tuple[tuple[Path, int], ...]) -> tuple[Lab, ...]:
    """Labs from their files; the times of change only make a newer file another entry of the cache."""
    ordered = sorted((_read_lab(path) for path, _ in files), key=lambda lab: lab.order)
    _refuse_twins("order", [str(lab.order) for lab in ordered])
    _refuse_twins("room", [lab.room for lab in ordered])
    _refuse_twins("data set", [entry.name for lab in ordered for entry in lab.data_sets])
    _refuse_twins("competition", [entry.name for lab in ordered for entry in lab.competitions])
    return tuple(ordered)


def _refuse_twins(what: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CourseError(f"two labs describe the same {what}: {', '.join(twice)}")


def _read_lab(path: Path) -> Lab:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CourseError(f"{path} cannot be read: {error}") from error
    folder = path.parent.name
    content["notebooks"] = tuple(_notebook(path, folder, entry) for entry in _tables(path, content, "notebooks"))
    for key, kind in {"data_sets": DataSet, "competitions": Competition}.items():
        content[key] = tuple(_described(path, key, kind, entry) for entry in _tables(path, content, key))
    return _described(path, "the lab", Lab, content, {"name": folder})


def _tables(path: Path, content: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    found = content.get(key, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise CourseError(f"{path}: {key} is a list of tables, each begun by [[{key}]]")
    return found


def _notebook(path: Path, folder: str, entry: Mapping[str, Any]) -> Notebook:
    rest = dict(entry)
    file = rest.pop("file", None)
    if not isinstance(file, str):
        raise CourseError(f"{path}: a notebook needs `file`, its name without .ipynb")
    guide = _described(path, f"guide of {file}", Guide, rest.pop("guide", {}))
    profiles = {name: rest.pop(name, {}) for name in PROFILES[1:]}
    given = {"path": f"{folder}/{file}.ipynb", "profiles": {"laptop": {}} | profiles, "guide": guide}
    return _described(path, file, Notebook, rest, given)


def _described(
    path: Path, what: str, kind: type[Described], entry: Mapping[str, Any], given: Mapping[str, Any] | None = None
) -> Described:
    """An object of the data class `kind` from a table of a `lab.toml`; `given` are fields that do not stand there."""
    given = given or {}
    known = {part.name: part for part in fields(kind) if part.name not in given}
    for key, value in entry.items():
        if key not in known:
            raise CourseError(f"{path}: {what} has no key '{key}'.{nearest(key, known)}")
        if not _has_type(value, known[key].type):
            raise CourseError(f"{path}: {key} of {what} must be {known[key].type.__name__}, not {value!r}")
    needed = [n for n, part in known.items() if part.default is MISSING and part.default_factory is MISSING]
    if missing := [name for name in needed if name not in entry]:
        raise CourseError(f"{path}: {what} lacks {', '.join(missing)}")
    return kind(**{key: _folded(value) for key, value in entry.items()}, **given)


def _has_type(value: Any, wanted: Any) -> bool:
    """Whether a value from a TOML file is what a field takes; fields that are no plain type are looked at elsewhere."""
    if not isinstance(wanted, type):
        return True
    return isinstance(value, int | float if wanted is float else wanted) and (wanted is bool) == isinstance(value, bool)


def _folded(value: Any) -> Any:
    """Text as a `lab.toml` means it: lines of a paragraph belong together, blank lines part paragraphs."""
    if isinstance(value, Mapping):
        return {key: _folded(entry) for key, entry in value.items()}
    if not isinstance(value, str):
        return value
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", value.strip()))


def notebooks() -> tuple[Notebook, ...]:
    """Every notebook of the course in reading order, `Start_Here` first."""
    return (START, *(notebook for lab in labs() for notebook in lab.notebooks))


def lab_of(notebook: Notebook) -> Lab | None:
    """The lab that contains `notebook`; None for `Start_Here`."""
    return next((lab for lab in labs() if notebook in lab.notebooks), None)


def find_lab(name: str) -> Lab:
    """The lab in the folder `name`.

    Raises:
        CourseError: there is none; the message has the nearest name.
    """
    known = {lab.name: lab for lab in labs()}
    if name.rstrip("/") not in known:
        raise CourseError(f"there is no lab '{name}'.{nearest(name, known)}")
    return known[name.rstrip("/")]


def nearest(name: str, known: Iterable[str]) -> str:
    """The hint ` Did you mean 'x'?` for the known name closest to `name`, empty if none is close.

    >>> nearest("epoch", ["epochs", "seed"])
    " Did you mean 'epochs'?"
    """
    folded = {word.lower(): word for word in known}
    close = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.5)
    return f" Did you mean '{folded[close[0]]}'?" if close else ""


def select(names: Iterable[str]) -> tuple[Notebook, ...]:
    """Notebooks named by lab (`Intro_to_DL`), path, or file name with or without `.ipynb`; all when none is named.

    Raises:
        CourseError: a name is no lab and no notebook; the message has the nearest name.

    >>> [notebook.title for notebook in select(["Start_Here", "01_Curve_Fitting"])]
    ['Start Here', 'Curve Fitting']
    """
    by_lab = {lab.name: lab.notebooks for lab in labs()}
    single = {}
    for notebook in notebooks():
        single[notebook.name] = single[PurePosixPath(notebook.name).name] = (notebook,)
    known = by_lab | single
    chosen: set[Notebook] = set()
    for name in names:
        key = name.strip().removeprefix("./").rstrip("/").removesuffix(".ipynb")
        if key not in known:
            raise CourseError(f"there is no lab or notebook '{name}'.{nearest(key, known)}")
        chosen.update(known[key])
    return tuple(notebook for notebook in notebooks() if notebook in chosen or not chosen)


def _link(from_notebook: Notebook, to_notebook: Notebook) -> str:
    """Path of `to_notebook` as seen from the folder of `from_notebook`."""
    return os.path.relpath(to_notebook.path, PurePosixPath(from_notebook.path).parent).replace(os.sep, "/")


def navigation_line(notebook: Notebook) -> str:
    """Markdown line with links to the previous notebook, the start page and the next notebook."""
    ordered = notebooks()
    place = ordered.index(notebook)
    parts = []
    if place > 1:
        parts.append(f"[Previous: {ordered[place - 1].title}]({_link(notebook, ordered[place - 1])})")
    if place > 0:
        parts.append(f"[Start Here]({_link(notebook, START)})")
    if place + 1 < len(ordered):
        parts.append(f"[Next: {ordered[place + 1].title}]({_link(notebook, ordered[place + 1])})")
    return " | ".join(parts)


def course_map() -> str:
    """Markdown table of the course for `Start_Here`: lab or notebook, minutes, what the learner can do afterwards."""
    lines = ["| | minutes | afterwards you can |", "|---|---:|---|"]
    for lab in labs():
        lines.append(f"| **{lab.title}** | {lab.minutes} | {lab.outcome} |")
        lines.extend(f"| [{n.title}]({n.path}) | {n.minutes} | {n.outcome} |" for n in lab.notebooks)
    return "\n".join(lines)


def generated_cells(notebook: Notebook) -> dict[str, str]:
    """Source that cells with a generated tag must have in `notebook`: tag -> markdown."""
    cells = {NAVIGATION_TAG: navigation_line(notebook)}
    if notebook == START:
        cells[COURSE_MAP_TAG] = course_map()
    return cells

"""A learner's own working copy of the course, with the parameters of a profile."""

import ast
import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bootcamp import course
from bootcamp.notebooks import authoring, parameters

import nbformat

RECORD = ".bootcamp-workspace.json"
COPIED_FILES = ("*.png", "*.svg", "*.jpg")


class WorkspaceError(RuntimeError):
    """A working copy cannot be made there; the message says why."""


@dataclass
class Report:
    """What became of each notebook, by name: written now, already up to date, or kept because it was edited.

    `beside` has the paths of new versions that were written beside edited notebooks.
    """

    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)


def create(folder: Path, profile: str = "laptop") -> Report:
    """Make or update a working copy: notebooks without outputs, with the parameters of `profile`, and their images.

    A notebook that differs from what was written last is the learner's work and stays as it is. Where the course
    (or the profile) has a new version of it, that is written beside it once, as `NAME.updated.ipynb`.

    Raises:
        WorkspaceError: the folder is the course itself or lies where nothing can be written.
        authoring.NotebookError: a notebook of the course is missing or damaged; nothing was written.
        parameters.ParameterError: unknown profile.
    """
    if folder.resolve() == course.root().resolve():
        raise WorkspaceError(f"{folder} is the course itself; name another folder")
    report = Report()
    contents = {n: fresh_copy(n, parameters.profile_values(profile, n)).encode() for n in course.notebooks()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = _read_record(folder)
        try:
            for notebook, content in contents.items():
                _place(folder, notebook, content, written, report)
            _copy_images(folder)
        finally:  # what was written before a stop is not the learner's work
            _write_record(folder, written)
    except OSError as error:
        raise WorkspaceError(f"cannot write to {folder}: {error.strerror}") from error
    return report


def _read_record(folder: Path) -> dict[str, str]:
    """Hashes of the notebooks as they were written last. Without a readable record every notebook counts as edited."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _write_record(folder: Path, written: Mapping[str, str]) -> None:
    partial = folder / f"{RECORD}.partial"
    partial.write_text(json.dumps(written, indent=2), encoding="utf-8")
    partial.replace(folder / RECORD)


def _place(folder: Path, notebook: course.Notebook, content: bytes, written: dict[str, str], report: Report) -> None:
    digest = hashlib.sha256(content).hexdigest()
    present = _digest(folder / notebook.path)
    if present == digest:
        written[notebook.path] = digest
        report.unchanged.append(notebook.name)
    elif present in {None, written.get(notebook.path)}:
        _write(folder, notebook.path, content, written)
        report.written.append(notebook.name)
    else:
        report.kept.append(notebook.name)
        _place_beside(folder, notebook.path, content, written, report)


def _place_beside(folder: Path, path: str, content: bytes, written: dict[str, str], report: Report) -> None:
    """Write the new version of an edited notebook beside it, unless it was offered before: removed stays removed."""
    names = [path, *(f"{Path(path).with_suffix('')}.updated{number}.ipynb" for number in ("", *range(2, 100)))]
    digest = hashlib.sha256(content).hexdigest()
    if any(written.get(name) == digest for name in names):
        return
    for name in names[1:]:
        if _digest(folder / name) in {None, written.get(name)}:  # an edited one is the learner's work, too
            _write(folder, name, content, written)
            report.beside.append(name)
            return


def _digest(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def _write(folder: Path, path: str, content: bytes, written: dict[str, str]) -> None:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    partial.write_bytes(content)
    partial.replace(target)
    written[path] = hashlib.sha256(content).hexdigest()


def _copy_images(folder: Path) -> None:
    for lab in course.labs():
        for pattern in COPIED_FILES:
            for image in sorted((course.root() / lab.name).rglob(pattern)):
                target = folder / image.relative_to(course.root())
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(image, target)


def fresh_copy(notebook: course.Notebook, values: Mapping[str, parameters.Value]) -> str:
    """Text of a notebook file without outputs and with `values` in its parameters cell."""
    content = authoring.read(course.root() / notebook.path)
    for cell in authoring.code_cells(content):
        cell.outputs, cell.execution_count = [], None
        if authoring.PARAMETERS_TAG in authoring.tags(cell):
            cell.source = set_parameters(cell.source, values)
    return nbformat.writes(content) + "\n"


def set_parameters(source: str, values: Mapping[str, parameters.Value]) -> str:
    """Replace literals in a parameters cell, comments kept.

    Raises:
        parameters.ParameterError: the cell has no parameter of that name.

    >>> set_parameters("epochs: int = 8  # passes over the training set", {"epochs": 40})
    'epochs: int = 40  # passes over the training set'
    """
    lines = source.splitlines()
    left = dict(values)
    for node in ast.parse(source).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id in left:
            row, value = node.lineno - 1, node.value
            line = lines[row].encode()  # columns count bytes
            new = repr(left.pop(node.target.id)).encode()
            lines[row] = (line[: value.col_offset] + new + line[value.end_col_offset :]).decode()
    if left:
        raise parameters.ParameterError(f"the notebook has no parameter {', '.join(map(repr, left))}")
    return "\n".join(lines)

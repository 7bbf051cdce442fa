"""The files below a folder that somebody else made: a link in a circle, a pipe or a closed folder stops nothing."""

import os
from collections.abc import Iterator
from pathlib import Path

from bootcamp.datasets.files import odd_kind


def walk(root: Path, most: int) -> Iterator[tuple[Path, str]]:
    """Every file below a folder, and every odd item, with what is odd about it; empty for a file.

    Links are followed, to folders too, after the folders that lie in the tree itself; no folder is visited twice.

    Raises:
        ValueError: there are more than `most`.
    """
    waiting, links, seen, count = [root], [], set(), 0
    while waiting or links:
        linked = not waiting
        place = links.pop() if linked else waiting.pop()
        identity = _identity(place)
        if identity in seen:
            found = [(place, "link in a circle" if _leads_up(place) else "duplicate folder")]
        else:
            seen.add(identity)
            found = [(path, odd or _odd_name(path.relative_to(root))) for path, odd in _listed(place, waiting, links)]
        count += len(found)
        if count > most:
            raise ValueError(f"{root} holds more than {most:,} files")
        yield from found


def _listed(folder: Path, waiting: list[Path], links: list[Path]) -> Iterator[tuple[Path, str]]:
    """What lies in a folder; sub-folders, and links to folders, are put on the lists of what is to be visited."""
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        yield folder, "closed folder"
        return
    if not listed:
        yield folder, "empty folder"
    for entry in listed:
        path = folder / entry.name
        if entry.is_dir(follow_symlinks=False):
            waiting.append(path)
            continue
        kind = "" if entry.is_file(follow_symlinks=False) else odd_kind(path)
        if kind == "folder":
            links.append(path)
        else:
            yield path, kind


def _odd_name(path: Path) -> str:
    return "" if str(path).isprintable() else "name that cannot be printed"


def _identity(folder: Path) -> tuple[int, int] | str:
    try:
        found = folder.stat()
    except OSError:
        return str(folder)
    return found.st_dev, found.st_ino


def _leads_up(link: Path) -> bool:
    return link.parent.resolve().is_relative_to(link.resolve())

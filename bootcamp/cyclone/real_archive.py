"""An archive that somebody brings: finding its best tracks and frames, and taking them over as the data set `cyclone`.

One odd file does not stop the rest: what is left out is counted, and named in `left_out.csv` of the data set. What
would leave out a whole season unseen, a closed folder or two editions of a basin, is refused.
"""

import collections
import csv
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from bootcamp import datasets, runtime
from bootcamp.cyclone import formats
from bootcamp.cyclone.hurdat2 import TrackError, read_hurdat2, write_hurdat2
from bootcamp.cyclone.images import CLOSED, labelled, survey_images
from bootcamp.datasets.files import FileError, odd_kind, open_file

import pandas as pd

IMAGES, TRACKS, LEFT_OUT = "tcdat", "hurdat2.txt", "left_out.csv"
TRACK_START, TRACK_END = "hurdat2", ".txt"
"""How the name of a file of best tracks begins and ends, in small letters or capitals."""
CURE = "give yourself the permission, or move it out of the way"
LOOKED_AT = 200
"""Files of another name whose first lines are read, to say what they are."""


def read_tracks(folder: Path) -> pd.DataFrame:
    """Best tracks of all HURDAT2 files of a folder; `attrs` as those of `read_hurdat2`, of all files together.

    Raises:
        TrackError: a file cannot be read, or two of them have the same storm.
        OSError: the same, for want of a permission.
    """
    tables = {path: read_hurdat2(path) for path in track_files(folder)}
    _check_editions(tables)
    tracks = pd.concat(tables.values(), ignore_index=True)
    counts = sum((collections.Counter(table.attrs["left_out"]) for table in tables.values()), collections.Counter())
    rows = [row for table in tables.values() for row in table.attrs["left_out_rows"]]
    tracks.attrs = {"left_out": dict(counts), "left_out_rows": rows}
    return tracks


def _check_editions(tables: dict[Path, pd.DataFrame]) -> None:
    owners: dict[str, Path] = {}
    for path, table in tables.items():
        twice = [storm_id for storm_id in table["storm_id"].unique() if storm_id in owners]
        if twice:
            raise TrackError(
                f"{len(twice)} storms, {twice[0]} the first, stand both in {owners[twice[0]]} and in {path}, as in two "
                "editions of one basin: keep one of these files and move the other out of the folder"
            )
        owners |= dict.fromkeys(table["storm_id"].unique(), path)


def track_files(folder: Path) -> list[Path]:
    """The HURDAT2 files of a folder and of its sub-folder `hurdat2`; of a file and links to it, one.

    Raises:
        OSError: a folder cannot be read.
    """
    found: dict[Path, Path] = {}
    for place in (folder, *(path for path in _listed(folder) if path.name.lower() == TRACK_START)):
        for path in _listed(place) if odd_kind(place) == "folder" else []:
            name = path.name.lower()
            if name.startswith(TRACK_START) and name.endswith(TRACK_END) and odd_kind(path) in {"", "cannot be read"}:
                found.setdefault(path.resolve(), path)
    return list(found.values())


def _listed(folder: Path) -> list[Path]:
    if odd_kind(folder) == "missing":
        return []
    with os.scandir(folder) as entries:
        return sorted(folder / entry.name for entry in entries)


def image_folder(folder: Path) -> Path | None:
    """The image tree of a folder, None without one."""
    fits = [path for path in _listed(folder) if path.name.lower() == IMAGES and odd_kind(path) == "folder"]
    return fits[0] if fits else None


def take_over(folder: Path, places: Iterable[Path]) -> None:
    """Write the archive in the first of some places that has one into a folder: frames, best tracks, what is left out.

    Files are linked where the file system allows it, so that gigabytes are not stored twice, and copied elsewhere.

    Raises:
        datasets.DataError: images or tracks are missing or cannot be read, a folder is closed, two files have the same
            storm, or no frame can be labelled.
    """
    try:
        place = _first_with_archive(list(places))
        images = image_folder(place)
        tracks = read_tracks(place)
        survey = survey_images(images, tracks)
        _check_open(survey)
        frames = labelled(survey, images)
    except ValueError as error:
        raise datasets.DataError(str(error)) from error
    except OSError as error:
        raise datasets.DataError(f"{error.filename} cannot be read ({error.strerror}): {CURE}") from error
    write_hurdat2(tracks, folder / TRACKS)
    read_hurdat2(folder / TRACKS)  # "ready" means that it can be read
    _write_left_out(folder / LEFT_OUT, survey, tracks)
    for name in runtime.progress(frames["path"], "taking over frames"):
        _link(Path(name), folder / IMAGES / Path(name).relative_to(images))


def _check_open(survey: pd.DataFrame) -> None:
    closed = list(survey.loc[survey["reason"] == CLOSED, "path"])
    if closed:
        more = f" and {len(closed) - 1} more folders" if len(closed) > 1 else ""
        raise datasets.DataError(f"the folder {closed[0]}{more} cannot be read: {CURE}")


def _first_with_archive(places: list[Path]) -> Path:
    for place in places:
        if image_folder(place) and track_files(place):
            return place
    raise datasets.DataError(_nothing_found(places))


def _nothing_found(places: list[Path]) -> str:
    text = (
        f"no archive in {' or '.join(map(str, places))}: it needs a folder {IMAGES}/ and best tracks "
        f"{TRACK_START}*{TRACK_END}; give the folder that has them with `bootcamp data prepare cyclone --from DIR`"
    )
    others = [found for place in places for path in _listed(place)[:LOOKED_AT] if (found := _what_it_is(path))]
    return f"{text}. {'; '.join(others[:3])}" if others else text


def _what_it_is(path: Path) -> str:
    """A sentence on a file that has best tracks in another format, or HURDAT2 under another name; else empty."""
    try:
        with open_file(path, 1 << 40) as file:
            start = file.read(formats.START)
    except (OSError, FileError):
        return ""
    if re.match(rb"\s*[A-Z]{2}\d{6}\s*,[^,\n]{0,60},\s*\d+\s*,", start):
        return f"{path.name} is HURDAT2, but its name does not begin with {TRACK_START} and end with {TRACK_END}"
    other = formats.other_format(start)
    return f"{path.name}: {formats.refusal(other)}" if other and not other.startswith("a ") else ""


def _write_left_out(path: Path, survey: pd.DataFrame, tracks: pd.DataFrame) -> None:
    """What was not taken over, and why: rows of best tracks, files, and empty folders. No file where all was."""
    left = survey[survey["reason"] != ""]
    rows = [*((row, "row without a position") for row in tracks.attrs["left_out_rows"])]
    rows += zip(left["path"], left["reason"], strict=True)
    if rows:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("item", "reason"), *rows])


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source.resolve(), target)
    except OSError:
        shutil.copyfile(source, target)

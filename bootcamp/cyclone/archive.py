"""Archives of frames with best tracks: the synthetic one, made here, and the real one, brought by the user.

Both have one layout: `tcdat/`, the image tree, and HURDAT2 files `hurdat2*.txt` beside it; `real_archive` reads them.
"""

import math
import multiprocessing
import os
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from bootcamp import datasets, runtime
from bootcamp.cyclone import real_archive
from bootcamp.cyclone.drawing import draw_frame, frame_title, land_share
from bootcamp.cyclone.hurdat2 import write_hurdat2
from bootcamp.cyclone.images import FRAME_SIZES, FrameName, frame_path, label_images
from bootcamp.cyclone.intensity import wind_to_class
from bootcamp.cyclone.real_archive import IMAGES, TRACKS
from bootcamp.cyclone.rendering import Scene, StormLook, brightness_temperature, storm_look
from bootcamp.cyclone.seasons import KM_PER_DEGREE, storm_seasons
from bootcamp.cyclone.tracks import interpolate_position, interpolate_wind
from bootcamp.runtime import machine

import cv2
import numpy as np
import pandas as pd

CLASS_COUNTS = (441, 4033, 7948, 5340, 3150, 2441, 2114, 390)
"""Frames of each class in the image set of the course that this lab follows; ours has the same shares."""
WINDOW = 6
"""Frames come in runs of this many, half an hour apart, spread over the lives of the storms."""
MINUTES = (15, 45)
"""Minutes after the full hour at which the satellite looks, as in the real archive."""
PIXELS_PER_SAMPLE = 2
"""The satellite resolves 4 km, twice the pixel of a full frame, so frames show its samples as small squares."""
JPEG_QUALITY = 75
SATELLITE = "synthetic"
POSITION_ERROR_KM, WIND_ERROR_KT = 30.0, 5.0
"""Standard deviation of what was known at sea when the frame was taken: it is centred there, and named after it."""
BASIN_LETTERS = {"AL": "L", "EP": "E", "CP": "C"}
LAPTOP = {"frames": 2500, "size": 512, "seasons": 6, "storms_per_season": 13}
FULL = {"frames": 25_000, "size": 1024, "seasons": 12, "storms_per_season": 16}


def generate_archive(
    root: Path | str,
    tracks: pd.DataFrame | None = None,
    frames: int = LAPTOP["frames"],
    size: int = LAPTOP["size"],
    seasons: int = LAPTOP["seasons"],
    storms_per_season: int = LAPTOP["storms_per_season"],
    seed: int = 0,
    workers: int | None = None,
) -> Path:
    """Write a synthetic archive: best tracks as HURDAT2, and infrared frames rendered from them.

    Frames come in runs of WINDOW, half an hour apart, and these runs are drawn so that each season has the classes in
    the shares of CLASS_COUNTS, as far as its storms reach them. The same arguments give the same bytes on one machine.
    Several processes are used: a script must call this below `if __name__ == "__main__":`.

    Args:
        root: folder to write into; made if need be.
        tracks: best tracks to render, for example of `read_hurdat2`; None: synthetic seasons.
        frames: how many; fewer are made if the storms do not live long enough.
        size: height and width of a frame in pixels, 512 or 1024.
        seasons: number of synthetic seasons.
        storms_per_season: number of storms in each.
        seed: of everything drawn at random.
        workers: processes; None: one for each processor.

    Returns:
        `root` as a path, with `tcdat/` and `hurdat2.txt` in it.

    Raises:
        ValueError: a size or number that is not possible, or tracks in which no frame can be placed.
    """
    if size not in FRAME_SIZES or frames < 1:
        raise ValueError(f"size is one of {FRAME_SIZES} and frames at least 1, not {size} and {frames}")
    root = Path(root)
    tracks = storm_seasons(seasons, storms_per_season, seed) if tracks is None else tracks
    plan = plan_frames(tracks, frames, seed)
    root.mkdir(parents=True, exist_ok=True)
    write_hurdat2(tracks, root / TRACKS)
    times = {storm_id: some["time"].tolist() for storm_id, some in plan.groupby("storm_id")}
    storms = tracks.groupby("storm_id", sort=False)
    jobs = [_Job(root / IMAGES, fixes, times[name], size, seed) for name, fixes in storms if name in times]
    for _ in runtime.progress(_done(jobs, workers or machine.allotted().workers), "rendering storms", total=len(jobs)):
        pass
    return root


def plan_frames(tracks: pd.DataFrame, frames: int, seed: int = 0) -> pd.DataFrame:
    """Which frames to make: `storm_id` and `time`, in runs of WINDOW, every season with the same share of `frames`.

    Raises:
        ValueError: no storm of the tracks has a wind for long enough.
    """
    runs = pd.concat([_runs(fixes) for _, fixes in tracks.groupby("storm_id", sort=False)], ignore_index=True)
    if runs.empty:
        raise ValueError("the tracks have no storm with winds over an hour or more")
    random = np.random.default_rng([seed, 2])
    chosen = []
    seasons = list(runs.groupby(runs["storm_id"].str[-4:], sort=True))
    for i, (_, some) in enumerate(seasons):
        count = (frames * (i + 1)) // len(seasons) - (frames * i) // len(seasons)
        chosen.append(_chosen(some, count, random))
    return pd.concat(chosen, ignore_index=True).sort_values(["storm_id", "time"], ignore_index=True)


def _runs(fixes: pd.DataFrame) -> pd.DataFrame:
    """Times at which the satellite sees a storm that has a wind, cut into numbered runs: storm_id, time, run, label."""
    storm_id = fixes["storm_id"].iloc[0]
    times = pd.date_range(fixes["time"].min().floor("30min"), fixes["time"].max(), freq="30min")
    times += pd.Timedelta(minutes=MINUTES[0])
    winds = interpolate_wind(fixes, storm_id, times) if fixes["wind_kt"].notna().any() else np.full(len(times), np.nan)
    times, winds = times[np.isfinite(winds)], winds[np.isfinite(winds)]
    run = np.arange(len(times)) // WINDOW
    middle = np.minimum(run * WINDOW + WINDOW // 2, len(times) - 1)
    label = wind_to_class(winds[middle]) if len(times) else np.zeros(0, int)
    return pd.DataFrame({"storm_id": storm_id, "time": times, "run": run, "label": label})


def _chosen(runs: pd.DataFrame, count: int, random: np.random.Generator) -> pd.DataFrame:
    """`count` frames of a season in whole runs (the last may be cut), classes in the shares of CLASS_COUNTS."""
    table = (
        runs.groupby(["storm_id", "run"], sort=True).agg(label=("label", "first"), size=("label", "size")).reset_index()
    )
    table = table.iloc[random.permutation(len(table))]
    table["turn"] = table.groupby(["storm_id", "label"]).cumcount()  # storm after storm, not one storm to its end
    table = table.sort_values("turn", kind="stable")
    wanted = count * np.array(CLASS_COUNTS) / sum(CLASS_COUNTS)
    before = table.groupby("label")["size"].cumsum() - table["size"]
    table["late"] = before.to_numpy() >= wanted[table["label"]] - WINDOW / 2
    table.loc[before.to_numpy() == 0, "late"] = False  # at least one run of each class
    table = table.sort_values("late", kind="stable")
    keys = table[["storm_id", "run"]][(table["size"].cumsum() - table["size"] < count).to_numpy()]
    ordered = keys.merge(runs, on=["storm_id", "run"], how="left")
    return ordered[["storm_id", "time"]].head(count)


@dataclass(frozen=True)
class _Job:
    """The frames of one storm, for a process of its own."""

    images: Path
    fixes: pd.DataFrame
    times: list[pd.Timestamp]
    size: int
    seed: int


def _done(jobs: list[_Job], workers: int) -> Iterator[int]:
    """Render the storms, the longest first; yields the number of frames as each storm is done."""
    jobs = sorted(jobs, key=lambda job: -len(job.times))
    if min(workers, len(jobs)) == 1:
        yield from map(_render_storm, jobs)
        return
    context = multiprocessing.get_context("spawn")  # a fork of a process that runs a framework may hang
    with ProcessPoolExecutor(min(workers, len(jobs)), context, _end_with_parent) as pool:
        tasks = [pool.submit(_render_storm, job) for job in jobs]
        try:
            yield from (task.result() for task in as_completed(tasks))
        finally:
            pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Leave no process behind when the one that started it is killed."""
    cv2.setNumThreads(1)
    parent = multiprocessing.parent_process()
    threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


def _render_storm(job: _Job) -> int:
    look = storm_look(job.fixes["storm_id"].iloc[0], job.seed)
    for time in job.times:
        relative, pixels = render_frame(job.fixes, time, look, job.size)
        path = job.images / relative
        write_jpeg(path, pixels)
    return len(job.times)


def write_jpeg(path: Path, pixels: np.ndarray) -> None:
    """Store a frame uint8 (size, size, 3), red first, as the archive has it; folders are made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    blue_first = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
    path.write_bytes(cv2.imencode(".jpg", blue_first, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes())


def render_frame(
    fixes: pd.DataFrame,
    time: pd.Timestamp,
    look: StormLook,
    size: int = 512,
    title: tuple[str, str] | None = None,
) -> tuple[Path, np.ndarray]:
    """Path below the image root, and frame uint8 (size, size, 3), red first, of one storm at one time.

    Args:
        fixes: best track of one storm.
        time: between its first and last fix, UTC.
        look: of the storm, from `storm_look`.
        size: height and width in pixels.
        title: the two lines of the text box; None: time, storm and satellite, as in the archive.

    Raises:
        ValueError: the time is outside of the track.
    """
    known = _operational(fixes, time, look)
    scene = _scene(fixes, time, known)
    samples = size // PIXELS_PER_SAMPLE
    temperature = brightness_temperature(look, scene, samples, land_share(known.lat, known.lon, samples))
    storm = f"{known.storm_id[2:4]}{BASIN_LETTERS.get(known.storm_id[:2], 'L')}.{_as_file_name(fixes['name'].iloc[0])}"
    fix = time.floor("6h")
    title = frame_title(time, fix, storm, SATELLITE) if title is None else title
    pixels = draw_frame(temperature, known.lat, known.lon, title, size)
    return frame_path(storm, int(known.storm_id[4:]), known), pixels


def _as_file_name(name: str) -> str:
    """Name of a storm as part of a path: no dot, no slash, nothing that means something to a shell.

    >>> _as_file_name("../ST. X"), _as_file_name("")
    ('---ST--X', 'UNNAMED')
    """
    return re.sub(r"[^\w-]", "-", name) or "UNNAMED"


def _operational(fixes: pd.DataFrame, time: pd.Timestamp, look: StormLook) -> FrameName:
    """What was known of the storm when the frame was taken: the fix before it, with the errors of the hour."""
    before = fixes[fixes["time"] <= time]
    if before.empty or time > fixes["time"].iloc[-1]:
        raise ValueError(f"{time} is outside of the track of {fixes['storm_id'].iloc[0]}")
    fix = before.iloc[-1]
    random = np.random.default_rng([look.key, len(before)])
    east, north = random.normal(0, POSITION_ERROR_KM, 2)
    wind = 5 * round((fix["wind_kt"] + random.normal(0, WIND_ERROR_KT)) / 5) if fix["wind_kt"] > 0 else 25
    pressure = 1010.0 if math.isnan(fix["pressure_hpa"]) else fix["pressure_hpa"]
    lat = round(fix["lat"] + north / KM_PER_DEGREE, 1)
    lon = round(fix["lon"] + east / (KM_PER_DEGREE * math.cos(math.radians(lat))), 1)
    return FrameName(fix["storm_id"], time, SATELLITE, float(max(wind, 15)), float(pressure), lat, lon)


def _scene(fixes: pd.DataFrame, time: pd.Timestamp, known: FrameName) -> Scene:
    lat, lon = (float(value) for value in interpolate_position(fixes, known.storm_id, time))
    local = (time.hour + time.minute / 60 + lon / 15) % 24
    return Scene(
        hour=(time - fixes["time"].iloc[0]) / pd.Timedelta(hours=1),
        wind_kt=float(interpolate_wind(fixes, known.storm_id, time)),
        east_km=((lon - known.lon + 180) % 360 - 180) * KM_PER_DEGREE * math.cos(math.radians(lat)),
        north_km=(lat - known.lat) * KM_PER_DEGREE,
        lat=lat,
        land_k=291 - 0.2 * max(abs(lat) - 25, 0) + 8 * math.cos((local - 14) / 24 * 2 * math.pi),
    )


# ------------------------------------------------------------------------------------------------- data sets


@dataclass(frozen=True)
class Archive:
    """Labelled frames (table of `label_images`) with their best tracks, and a sentence on where they come from."""

    frames: pd.DataFrame
    tracks: pd.DataFrame
    source: str
    notice: str


SOURCES = ("cyclone", "cyclone_archive", "cyclone_archive_full")


def load_frames(source: str = "cyclone_archive") -> Archive:
    """Labelled frames of a data set; a synthetic one is made first if it is not there.

    Args:
        source: `cyclone_archive` (synthetic, laptop size), `cyclone_archive_full` (synthetic, 25,000 full frames),
            `cyclone` (the real archive, if it was prepared), or `auto`: the real one if it is there, else the laptop's.

    Raises:
        ValueError: unknown source.
        datasets.DataError: the data set cannot be made.
    """
    if source not in {"auto", *SOURCES}:
        raise ValueError(f"source must be 'auto', {', '.join(map(repr, SOURCES))}, not {source!r}")
    chosen = source
    if source == "auto":
        chosen = "cyclone" if datasets.state("cyclone") == "ready" else "cyclone_archive"
    folder = datasets.prepare(chosen)
    tracks = real_archive.read_tracks(folder)
    frames = label_images(folder / IMAGES, tracks)
    kind = "the real archive" if chosen == "cyclone" else "a synthetic archive: drawn from equations, no observation"
    return Archive(frames, tracks, chosen, f"Using {chosen}, {kind}.")


def build_cyclone_archive(folder: Path) -> None:
    """Write the synthetic archive of laptop size."""
    generate_archive(folder, **LAPTOP)


def build_cyclone_archive_full(folder: Path) -> None:
    """Write the synthetic archive of full size."""
    generate_archive(folder, **FULL)


def build_cyclone(folder: Path, source: Path | None = None) -> None:
    """Take over the real archive of a folder, the data folder if None; see `real_archive.take_over`."""
    real_archive.take_over(folder, [source] if source else [datasets.data_root() / "cyclone", datasets.data_root()])

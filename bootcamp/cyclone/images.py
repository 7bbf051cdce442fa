"""Infrared images in the layout of the Naval Research Laboratory: names, labels from best tracks, pixels.

Layout: `tcYY/BASIN/NNL.NAME/ir/geo/1km/yyyymmdd.hhmm.satellite.ir.x.NNLNAME.WINDkts-PRESmb-LAT-LON.jpg`. The storm is
that of the folder, because a frame may be older than the storm's name. The wind in the file name is the operational
value and may be hours old, so it is never a label.
"""

import re
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bootcamp import runtime
from bootcamp.cyclone import image_tree, jpeg
from bootcamp.cyclone.intensity import wind_to_class
from bootcamp.cyclone.tracks import interpolate_wind
from bootcamp.datasets.files import FileError, odd_kind, open_file, read_bytes
from bootcamp.runtime import machine
from bootcamp.runtime.terminal import printable

import cv2
import numpy as np
import pandas as pd

FRAME_SIZES = (512, 1024)
"""Height and width in pixels that a frame may have: the synthetic archive on a laptop, and the real one."""
IMAGE_SIZE, PATCH_SIZE = 256, 232
"""Frames are reduced to the first; the network sees patches of the second (Pradhan et al. 2018)."""
BLACK, BLACK_SHARE = 16, 0.5
"""A frame in which more than this share of the pixels is darker than this gray value (of 255) is mostly black."""
_EMPTY, CLOSED = "empty folder", "closed folder"
REASONS = (
    _EMPTY,
    CLOSED,
    "duplicate folder",
    "broken link",
    "link in a circle",
    "pipe",
    "socket",
    "device",
    "name that cannot be printed",
    "unknown name pattern",
    "storm without a track",
    "outside the track",
    "cannot be read",
    jpeg.NOT_AN_IMAGE,
    jpeg.TRUNCATED,
    "too large",
    "wrong size",
    jpeg.DAMAGED,
    jpeg.UNKNOWN,
    "mostly black",
    "duplicate frame",
)
"""Why a file is left out, about in the order in which it is looked at."""
MOST_BYTES, MOST_SIDE, MOST_PLACES = 16 << 20, 4096, 2_000_000
"""Of an image file, of the pixels that it announces in a row or column, and of the files in a tree."""

_BASINS = {"L": "AL", "E": "EP", "C": "CP", "W": "WP", "A": "IO", "B": "IO", "S": "SH", "P": "SH"}
_FOLDER = re.compile(r"(?:.*/)?tc(\d{2})/[A-Z]+/(\d{2})([A-Z])\.[^/]+(?:/.*)?", re.ASCII)
_NAME = re.compile(
    r"(\d{8})\.(\d{4})\.([^.]+)\.ir\.x\.(\d{2}[A-Z])([^.]+)\.(\d+)kts-(\d+)mb-(\d+)([NS])-(\d+)([EW])\.(?i:jpe?g)",
    re.ASCII,
)


@dataclass(frozen=True)
class FrameName:
    """What name and folder of a frame say; wind, pressure and position are operational values, not the best track."""

    storm_id: str
    time: pd.Timestamp
    satellite: str
    wind_kt: float
    pressure_hpa: float
    lat: float
    lon: float


def parse_frame_path(path: Path | str) -> FrameName | None:
    """What the path of a frame says, None if it does not follow the layout of the archive.

    >>> parse_frame_path("tc05/ATL/12L.KATRINA/ir/geo/1km/"
    ...     "20050827.1715.goes-12.ir.x.12LKATRINA.100kts-942mb-244N-844W.jpg").storm_id
    'AL122005'
    """
    path = Path(path)
    folder, name = _FOLDER.fullmatch(path.parent.as_posix()), _NAME.fullmatch(path.name)
    if folder is None or name is None or folder[3] not in _BASINS:
        return None
    time = pd.to_datetime(name[1] + name[2], format="%Y%m%d%H%M", errors="coerce", utc=True)
    if pd.isna(time):
        return None
    century = 1900 if int(folder[1]) > 70 else 2000
    lat, lon = int(name[8]) / 10, int(name[10]) / 10
    return FrameName(
        f"{_BASINS[folder[3]]}{folder[2]}{century + int(folder[1])}", time, name[3], float(name[6]), float(name[7]),
        -lat if name[9] == "S" else lat, -lon if name[11] == "W" else lon,
    )  # fmt: skip


def frame_path(storm: str, season: int, frame: FrameName) -> Path:
    """Path of a frame below the image root; `storm` is its folder, for example `12L.KATRINA`. Inverse of the above."""
    lat = f"{abs(round(frame.lat * 10)):03d}{'S' if frame.lat < 0 else 'N'}"
    lon = f"{abs(round(frame.lon * 10)):03d}{'W' if frame.lon < 0 else 'E'}"
    name = f"{frame.time:%Y%m%d.%H%M}.{frame.satellite}.ir.x.{storm.replace('.', '')}"
    name += f".{round(frame.wind_kt)}kts-{round(frame.pressure_hpa)}mb-{lat}-{lon}.jpg"
    return Path(f"tc{season % 100:02d}", "ATL" if storm[2] == "L" else "EPAC", storm, "ir", "geo", "1km", name)


def label_images(image_root: Path | str, tracks: pd.DataFrame) -> pd.DataFrame:
    """Frames below a folder with the wind of the best track, linear between its fixes.

    Columns: `path`, `storm_id`, `time` (UTC), `wind_kt`, `label` (index into `INTENSITY_CLASSES`), sorted by season,
    storm and time. `attrs["left_out"]` counts what was left out: reason -> number, every reason of `REASONS` that
    occurred. `survey_images` names the files.

    Raises:
        ValueError: no such folder, or no usable frame; the message has the counts.
    """
    return labelled(survey_images(image_root, tracks), image_root)


def labelled(survey: pd.DataFrame, image_root: Path | str) -> pd.DataFrame:
    """The usable frames of a survey of `image_root`, as `label_images` returns them."""
    kept = survey["reason"] == ""
    counts = survey.loc[~kept, "reason"].value_counts()
    left_out = {reason: int(counts[reason]) for reason in REASONS if reason in counts}
    if not kept.any():
        found = ", ".join(f"{reason}: {count}" for reason, count in left_out.items())
        raise ValueError(f"no usable frame in {image_root}{f' ({found})' if found else ': there are no files in it'}")
    frames = survey[kept].drop(columns="reason").reset_index(drop=True)
    frames["label"] = wind_to_class(frames["wind_kt"].to_numpy())
    frames.attrs["left_out"] = left_out
    return frames


def survey_images(image_root: Path | str, tracks: pd.DataFrame) -> pd.DataFrame:
    """Every file and every empty folder below a folder with `reason`, why it is left out; empty for a usable frame.

    Other columns as in `label_images`, without the label; what could not be found out is missing.

    Raises:
        ValueError: no such folder.
    """
    root = Path(image_root)
    if odd_kind(root) != "folder":
        raise ValueError(f"there is no folder {root}")
    if any("\ud800" <= letter <= "\udfff" for letter in str(root)):
        raise ValueError(f"the path {printable(root, '')} is not UTF-8: rename the folder")
    found = sorted((path, odd) for path, odd in image_tree.walk(root, MOST_PLACES) if (path, odd) != (root, _EMPTY))
    places, oddities = [path for path, _ in found], [odd for _, odd in found]
    names = [None if odd else parse_frame_path(path) for path, odd in found]
    table = pd.DataFrame({
        "path": pd.Series([printable(path, "") if odd else str(path) for path, odd in found], dtype="str"),
        "storm_id": pd.Series([name.storm_id if name else None for name in names], dtype="str"),
        "time": pd.to_datetime(pd.Series([name.time if name else pd.NaT for name in names]), utc=True),
        "reason": _reasons_of_names(oddities, names, set(tracks["storm_id"])),
    })  # fmt: skip
    table["wind_kt"] = _winds(table, tracks)
    _mark(table, table["wind_kt"].isna().to_numpy(), "outside the track")
    left = np.flatnonzero(table["reason"] == "")
    table.loc[left, "reason"] = _image_faults([places[i] for i in left])
    usable = table[table["reason"] == ""]
    repeated = usable.index[usable.duplicated(["storm_id", "time"])]  # the first one in the order of the names stays
    table.loc[repeated, "reason"] = "duplicate frame"
    order = table.assign(season=table["storm_id"].str[-4:]).sort_values(["season", "storm_id", "time", "path"])
    return order[["path", "storm_id", "time", "wind_kt", "reason"]].reset_index(drop=True)


def _reasons_of_names(oddities: Sequence[str], names: list[FrameName | None], known: set[str]) -> list[str]:
    reasons = []
    for odd, name in zip(oddities, names, strict=True):
        if odd or name is None:
            reasons.append(odd or "unknown name pattern")
        else:
            reasons.append("" if name.storm_id in known else "storm without a track")
    return reasons


def _mark(table: pd.DataFrame, wrong: np.ndarray, reason: str) -> None:
    table.loc[wrong & (table["reason"] == "").to_numpy(), "reason"] = reason


def _winds(table: pd.DataFrame, tracks: pd.DataFrame) -> np.ndarray:
    winds = np.full(len(table), np.nan)
    usable = table[table["reason"] == ""]
    fixes = dict(iter(tracks.groupby("storm_id", sort=False)))
    for storm_id, rows in usable.groupby("storm_id", sort=False):
        if fixes[storm_id]["wind_kt"].notna().any():
            winds[rows.index] = interpolate_wind(fixes[storm_id], storm_id, rows["time"])
    return winds


def _image_faults(paths: list[Path]) -> list[str]:
    with ThreadPoolExecutor(machine.allotted().workers) as threads:
        return list(runtime.progress(threads.map(image_fault, paths), "checking images", total=len(paths)))


def image_fault(path: Path | str) -> str:
    """Why the content of a file is no usable frame (one of `REASONS`), empty if it is one.

    A frame is a complete JPEG of one of `FRAME_SIZES` that is not mostly black (a scan of the satellite that failed).
    How a file begins, and its size, are looked at before it is read, and the size that it announces before it is
    decoded.
    """
    kind = odd_kind(path)
    if kind:
        return kind if kind in REASONS else "cannot be read"
    try:
        with open_file(path, sys.maxsize) as file:
            content = file.read(len(_JPEG))
            if content != _JPEG:
                return jpeg.NOT_AN_IMAGE
            content += file.read(MOST_BYTES)
    except (OSError, FileError):
        return "cannot be read"
    return _content_fault(content) if len(content) <= MOST_BYTES else "too large"


_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"


def _content_fault(content: bytes) -> str:
    size = jpeg.jpeg_size(content)
    if size is not None and size not in {(side, side) for side in FRAME_SIZES}:
        return "wrong size"
    fault = jpeg.jpeg_fault(content)
    if fault:
        return fault
    try:
        pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_8)
    except cv2.error:
        pixels = None
    if pixels is None:
        return jpeg.NOT_AN_IMAGE
    return "mostly black" if (pixels < BLACK).mean() > BLACK_SHARE else ""


def load_image(
    path: Path | str,
    size: int = IMAGE_SIZE,
    patch: int = PATCH_SIZE,
    random: np.random.Generator | None = None,
    interpolation: int = cv2.INTER_AREA,
) -> np.ndarray:
    """Read a frame, reduce it to `size` and cut out a square patch: uint8 (patch, patch, 3), red first.

    Args:
        path: of the image.
        size: height and width in pixels after the reduction.
        patch: height and width of the patch.
        random: where the patch lies: drawn from this generator, in the centre if None.
        interpolation: OpenCV's constant; INTER_AREA averages, so that nothing finer than a pixel is folded back.

    Raises:
        ValueError: neither JPEG nor PNG, more than MOST_SIDE pixels a side, no file, or a patch larger than the image.
    """
    top, left = _corner(size, patch, random)
    return _read(path, size, interpolation)[top : top + patch, left : left + patch]


def load_images(
    paths: Sequence[Path | str],
    size: int = IMAGE_SIZE,
    patch: int = PATCH_SIZE,
    random: np.random.Generator | None = None,
    threads: int = 2,
) -> np.ndarray:
    """`load_image` of many frames with several threads: uint8 (frames, patch, patch, 3)."""
    corners = [_corner(size, patch, random) for _ in paths]
    images = np.empty((len(paths), patch, patch, 3), np.uint8)

    def fill(i: int) -> None:
        top, left = corners[i]
        images[i] = _read(paths[i], size, cv2.INTER_AREA)[top : top + patch, left : left + patch]

    with ThreadPoolExecutor(threads) as pool:
        for _ in runtime.progress(pool.map(fill, range(len(paths))), "reading images", total=len(paths)):
            pass
    return images


def _corner(size: int, patch: int, random: np.random.Generator | None) -> tuple[int, int]:
    if not 1 <= patch <= size:
        raise ValueError(f"a patch has 1 to {size} pixels (the size of the image), not {patch}")
    if random is None:
        return (size - patch) // 2, (size - patch) // 2
    top, left = random.integers(0, size - patch + 1, 2)
    return int(top), int(left)


def _read(path: Path | str, size: int, interpolation: int) -> np.ndarray:
    pixels = read_frame(path)
    return pixels if pixels.shape[:2] == (size, size) else cv2.resize(pixels, (size, size), interpolation=interpolation)


def read_frame(path: Path | str) -> np.ndarray:
    """Pixels of a frame as they are: uint8 (height, width, 3), red first.

    Raises:
        ValueError: neither JPEG nor PNG, more than MOST_SIDE pixels a side, no file, or it cannot be read.
    """
    try:
        content = read_bytes(path, MOST_BYTES)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    announced = _announced_size(content)
    if announced is not None and max(announced) > MOST_SIDE:
        raise ValueError(f"{path} announces {announced[1]}x{announced[0]} pixels; at most {MOST_SIDE} a side are read")
    pixels = _decoded(content) if announced is not None else None
    if pixels is None:
        raise ValueError(f"{path} is not an image")
    return pixels


def _announced_size(content: bytes) -> tuple[int, int] | None:
    """Height and width of a JPEG or PNG by its header, None for anything else."""
    if content.startswith(_PNG) and len(content) >= len(_PNG) + 16:
        return int.from_bytes(content[20:24]), int.from_bytes(content[16:20])
    return jpeg.jpeg_size(content)


def _decoded(content: bytes) -> np.ndarray | None:
    try:
        return cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR_RGB)
    except cv2.error:
        return None

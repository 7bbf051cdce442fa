"""Best tracks in the HURDAT2 format: reading, writing, wind between two fixes.

Format: https://www.nhc.noaa.gov/data/hurdat/hurdat2-format-atl-1851-2021.pdf (Landsea and Franklin 2013,
https://doi.org/10.1175/MWR-D-12-00254.1).
"""

import difflib
import math
import re
from pathlib import Path
from typing import NoReturn

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

QUADRANTS = ("ne", "se", "sw", "nw")
RADII = tuple(f"radius_{wind}kt_{quadrant}_nm" for wind in (34, 50, 64) for quadrant in QUADRANTS)
"""Columns of the wind radii: how far winds of 34, 50 and 64 kt reach in each quadrant, in nautical miles."""
COLUMNS = (
    "storm_id", "name", "time", "record", "status", "lat", "lon", "wind_kt", "pressure_hpa", *RADII,
    "radius_max_wind_nm",
)  # fmt: skip
STATUSES = ("TD", "TS", "HU", "EX", "SD", "SS", "LO", "WV", "DB", "ET", "PT", "ST", "TY")
"""The nine of the format description, and ET, PT, ST, TY, which stand in the files of the Pacific."""
MISSING = (-99, -999)
FIELD_NAMES = (
    "date", "time", "record identifier", "status", "latitude", "longitude", "wind", "pressure",
    *("wind radius",) * 12, "radius of maximum wind",
)  # fmt: skip
LARGEST = {"wind_kt": 250, "pressure_hpa": 1100, "radius": 1500}

_HEADER = re.compile(r"\s*([A-Z]{2}\d{6})\s*,\s*([^,]*?)\s*,\s*(\d+)\s*,?\s*", re.ASCII)
_PATTERNS = (
    r"\s*(\d{8})\s*", r"\s*(\d{4})\s*", r"\s*([A-Z]?)\s*", r"\s*([A-Z]{2})\s*",
    r"\s*(\d{1,3}(?:\.\d)?[NS])\s*", r"\s*(\d{1,3}(?:\.\d)?[EW])\s*", *(r"\s*(-?\d+)\s*",) * 14,
)  # fmt: skip
_ROW = re.compile(",".join(_PATTERNS) + r"(?:,\s*(-?\d+)?\s*)?,?\s*", re.ASCII)


class TrackError(ValueError):
    """A best-track file that cannot be read; the message begins with file and line number."""


class _Lines:
    """The lines of one file that are not blank, split into headers and rows, with their numbers."""

    def __init__(self, path: Path):
        self.path = path
        content = path.read_bytes()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.fail(content[: error.start].count(b"\n") + 1, "this is not text")
        numbered = [(i, line) for i, line in enumerate(re.split("\r\n|\n|\r", text), 1) if line and not line.isspace()]
        self.headers = [(i, line) for i, line in numbered if line.lstrip()[:1].isalpha()]
        self.rows = [(i, line) for i, line in numbered if not line.lstrip()[:1].isalpha()]
        if not self.headers:
            self.fail(1, "there is no storm in this file; a header looks like `AL122005, KATRINA, 34,`")
        self.last = numbered[-1][0]
        self.numbers = np.array([i for i, _ in self.rows], dtype=int)

    def fail(self, number: int, reason: str) -> NoReturn:
        raise TrackError(f"{self.path}, line {number}: {reason}")

    def fail_where(self, wrong: np.ndarray, reason: str, values: ArrayLike) -> None:
        """Raise for the first row in which `wrong` is true; `{}` in the reason stands for its value."""
        if wrong.any():
            first = int(np.argmax(wrong))
            self.fail(int(self.numbers[first]), reason.format(np.asarray(values)[first]))


def read_hurdat2(path: Path | str) -> pd.DataFrame:
    """Read a HURDAT2 file, one row per fix in the order of the file.

    Columns: `storm_id` (AL122005), `name`, `time` (UTC), `record` (L: landfall, empty: none), `status`, `lat` (degrees
    north), `lon` (degrees east, -180 to 180), `wind_kt`, `pressure_hpa`, twelve radii `radius_34kt_ne_nm`, ..., and
    `radius_max_wind_nm`, which older editions do not have. Missing values are NaN. Blank lines, CRLF, a byte-order
    mark and a missing comma at the end of a line are accepted.

    Raises:
        TrackError: (a ValueError) what is wrong, with file and line number: a header that announces another number
            of rows than follow, a truncated file, a field that is no number, an unknown status, an impossible date,
            position or wind, too many or too few fields, fixes not in order of time, a storm twice.
        OSError: the file cannot be read.
    """
    lines = _Lines(Path(path))
    storms = _storms(lines)
    matches = [_ROW.fullmatch(line) for _, line in lines.rows]
    for (number, line), match in zip(lines.rows, matches, strict=True):
        if match is None:
            lines.fail(number, _row_fault(line))
    date, clock, record, status, lat, lon, *numbers = zip(*(match.groups() for match in matches), strict=True)
    table = {
        name: np.repeat([storm[i] for storm in storms], [s[2] for s in storms]) for i, name in enumerate(COLUMNS[:2])
    }
    table |= {"time": _times(lines, date, clock, table["storm_id"]), "record": list(record)}
    lines.fail_where(~np.isin(status, STATUSES), "unknown status '{}'; known: " + ", ".join(STATUSES), status)
    table |= {"status": list(status), "lat": _degrees(lines, lat, 90, "latitude")}
    longitude = _degrees(lines, lon, 360, "longitude")
    table["lon"] = np.where(np.abs(longitude) > 180, longitude - 360 * np.sign(longitude), longitude)
    for name, column in zip(COLUMNS[7:], numbers, strict=True):
        table[name] = _numbers(lines, name, column)
    return pd.DataFrame(table, columns=COLUMNS)


def _storms(lines: _Lines) -> list[tuple[str, str, int]]:
    """Storm id, name and number of rows of every header, checked against the rows that follow it."""
    storms, known = [], set()
    ends = [number for number, _ in lines.headers[1:]] + [lines.last + 1]
    following = np.diff(np.searchsorted(lines.numbers, [lines.headers[0][0], *ends]))
    if len(lines.numbers) and lines.numbers[0] < lines.headers[0][0]:
        lines.fail(int(lines.numbers[0]), "a row before the first header")
    for (number, line), count, end in zip(lines.headers, following, ends, strict=True):
        match = _HEADER.fullmatch(line)
        if match is None:
            lines.fail(number, f"a header looks like `AL122005, KATRINA, 34,`, this is `{line.strip()[:60]}`")
        storm_id, name, announced = match[1], match[2], int(match[3])
        if storm_id in known:
            lines.fail(number, f"{storm_id} stands in this file twice")
        if announced != count:
            ending = "; the file ends here, it may be truncated" if end > lines.last and count < announced else ""
            lines.fail(number, f"the header of {storm_id} announces {announced} rows, {count} follow{ending}")
        if not announced:
            lines.fail(number, f"{storm_id} has no rows")
        known.add(storm_id)
        storms.append((storm_id, name, announced))
    return storms


def _row_fault(line: str) -> str:
    """What is wrong with a row that does not have the form of one."""
    fields = line.rstrip().removesuffix(",").split(",")
    if not 20 <= len(fields) <= 21:
        return f"{len(fields)} fields; a row has 20, or 21 with the radius of maximum wind"
    for name, pattern, field in zip(FIELD_NAMES, (*_PATTERNS, _PATTERNS[-1]), fields, strict=False):
        if not re.fullmatch(pattern, field, re.ASCII):
            return f"the {name} cannot be '{field.strip()}'"
    return "this is no row of a best track"


def _times(lines: _Lines, date: tuple[str, ...], clock: tuple[str, ...], storm_id: np.ndarray) -> pd.Series:
    texts = np.char.add(date, clock)
    times = pd.to_datetime(pd.Series(texts), format="%Y%m%d%H%M", errors="coerce", utc=True)
    lines.fail_where(times.isna().to_numpy(), "there is no date and time '{}'", texts)
    early = np.append(False, (texts[1:] <= texts[:-1]) & (storm_id[1:] == storm_id[:-1]))
    lines.fail_where(early, "'{}' is not later than the fix before", texts)
    return times


def _degrees(lines: _Lines, texts: tuple[str, ...], largest: float, name: str) -> np.ndarray:
    """Degrees north or east of texts like `80.1W`."""
    values = np.array([text[:-1] for text in texts], dtype=float)
    lines.fail_where(values > largest, f"the {name} cannot be '{{}}'", texts)
    return np.where([text[-1] in "SW" for text in texts], -values, values)


def _numbers(lines: _Lines, name: str, texts: tuple[str | None, ...]) -> np.ndarray:
    """Values of a column, NaN where missing."""
    values = np.array([text or MISSING[0] for text in texts]).astype(float)
    missing = np.isin(values, MISSING)
    largest = LARGEST.get(name, LARGEST["radius"])
    lines.fail_where(~missing & ((values < 0) | (values > largest)), f"{name} cannot be {{:g}}", values)
    return np.where(missing, np.nan, values)


def write_hurdat2(tracks: pd.DataFrame, path: Path | str) -> None:
    """Write best tracks as `read_hurdat2` returns them; the last column is left out where it is NaN everywhere.

    Raises:
        ValueError: a column is missing.
    """
    absent = [name for name in COLUMNS if name not in tracks]
    if absent:
        raise ValueError(f"best tracks need the columns {', '.join(COLUMNS)}; missing: {', '.join(absent)}")
    names = COLUMNS[9:] if tracks["radius_max_wind_nm"].notna().any() else RADII
    lines = []
    for (storm_id, name), fixes in tracks.groupby(["storm_id", "name"], sort=False):
        lines.append(f"{storm_id}, {name:>18}, {len(fixes):>6},")
        lines += (_row(fix, [getattr(fix, column) for column in names]) for fix in fixes.itertuples())
    Path(path).write_text("\n".join(lines) + "\n", encoding="ascii")


def _row(fix: tuple, radii: list[float]) -> str:
    lat = f"{abs(fix.lat):.1f}{'S' if math.copysign(1, fix.lat) < 0 else 'N'}"
    lon = f"{abs(fix.lon):.1f}{'W' if math.copysign(1, fix.lon) < 0 else 'E'}"
    wind = -99 if math.isnan(fix.wind_kt) else round(fix.wind_kt)
    numbers = ", ".join(f"{-999 if math.isnan(value) else round(value):>4}" for value in [fix.pressure_hpa, *radii])
    when = f"{fix.time:%Y%m%d, %H%M}"
    return f"{when}, {fix.record or ' '}, {fix.status:>2}, {lat:>5}, {lon:>6}, {wind:>3}, {numbers},"


def interpolate_wind(tracks: pd.DataFrame, storm_id: str, times: object) -> float | np.ndarray:
    """Wind in knots of a storm, linear between the fixes around each time, NaN before the first and after the last.

    Fixes without a wind are passed over. A spline would overshoot the peaks, so none is used.

    Args:
        tracks: best tracks of `read_hurdat2`.
        storm_id: for example `AL122005`.
        times: one time (returns a float) or several (returns an array); without a time zone they are UTC.

    Raises:
        ValueError: the storm is not in the tracks, or a time is none.
    """
    return _interpolated(tracks, storm_id, times, "wind_kt")


def interpolate_position(tracks: pd.DataFrame, storm_id: str, times: object) -> tuple[np.ndarray, np.ndarray]:
    """Latitude and longitude in degrees north and east, as `interpolate_wind` does the wind; across 180 degrees too."""
    unwrapped = tracks.loc[tracks["storm_id"] == storm_id].copy()
    unwrapped["lon"] = np.unwrap(unwrapped["lon"], period=360.0)
    lon = np.asarray(_interpolated(unwrapped, storm_id, times, "lon"))
    return np.asarray(_interpolated(unwrapped, storm_id, times, "lat")), (lon + 180) % 360 - 180


def _interpolated(tracks: pd.DataFrame, storm_id: str, times: object, column: str) -> float | np.ndarray:
    fixes = tracks.loc[tracks["storm_id"] == storm_id, ["time", column]].dropna()
    if fixes.empty:
        near = difflib.get_close_matches(str(storm_id), list(tracks["storm_id"].unique()), 1)
        raise ValueError(f"no fixes of storm {storm_id!r} in the tracks.{f' Did you mean {near[0]}?' if near else ''}")
    wanted, known = _seconds(times), _seconds(fixes["time"])
    values = np.interp(wanted, known, fixes[column].to_numpy(float), left=np.nan, right=np.nan)
    return float(values) if np.ndim(values) == 0 else values


def _seconds(times: object) -> float | np.ndarray:
    """Seconds since 1970 of one time or of several."""
    try:
        moments = pd.to_datetime(times, utc=True, format="mixed")
    except (ValueError, TypeError) as error:
        raise ValueError(f"times must be dates with times, not {times!r}") from error
    epoch = pd.Timestamp("1970-01-01", tz="UTC")
    seconds = (moments - epoch) / pd.Timedelta(seconds=1)
    return seconds if isinstance(seconds, float) else np.asarray(seconds, dtype=float)


def storm_table(tracks: pd.DataFrame) -> pd.DataFrame:
    """One row per storm, in the order of the tracks.

    Columns: `storm_id`, `name`, `season`, `fixes`, `first`, `last`, `days`, `peak_kt`, `lowest_hpa`, `landfalls`.
    """
    storms = tracks.groupby("storm_id", sort=False)
    table = storms.agg(
        name=("name", "first"),
        fixes=("time", "size"),
        first=("time", "min"),
        last=("time", "max"),
        peak_kt=("wind_kt", "max"),
        lowest_hpa=("pressure_hpa", "min"),
        landfalls=("record", lambda record: int((record == "L").sum())),
    ).reset_index()
    table.insert(2, "season", table["storm_id"].str[-4:].astype(int))
    table.insert(6, "days", (table["last"] - table["first"]) / pd.Timedelta(days=1))
    return table

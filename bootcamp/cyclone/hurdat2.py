"""Best tracks in the HURDAT2 format: reading and writing.

Format: https://www.nhc.noaa.gov/data/hurdat/hurdat2-format-atl-1851-2021.pdf (Landsea and Franklin 2013,
https://doi.org/10.1175/MWR-D-12-00254.1).

A line is cut at its commas, and every field is stripped and then compared with its form, so the time grows with the
length of the file and with nothing else. A column has few different texts, so each is converted once.
"""

import datetime
import math
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

from bootcamp.cyclone import formats
from bootcamp.datasets.files import FileError, read_bytes

import numpy as np
import pandas as pd

QUADRANTS = ("ne", "se", "sw", "nw")
RADII = tuple(f"radius_{wind}kt_{quadrant}_nm" for wind in (34, 50, 64) for quadrant in QUADRANTS)
"""Columns of the wind radii: how far winds of 34, 50 and 64 kt reach in each quadrant, in nautical miles."""
COLUMNS = (
    "storm_id", "name", "time", "record", "status", "lat", "lon", "wind_kt", "pressure_hpa", *RADII,
    "radius_max_wind_nm",
)  # fmt: skip
STATUSES = ("TD", "TS", "HU", "EX", "SD", "SS", "LO", "WV", "DB", "ET", "PT", "ST", "TY")
"""The nine of the format description, and ET, PT, ST, TY, which stand in the files of the Pacific."""
RECORDS = ("", "C", "G", "I", "L", "P", "R", "S", "T", "W")
"""Why there is a row beside the main hours, in the letters of the format description: L is a landfall."""
MISSING = (-99, -999)
FIELD_NAMES = (
    "date", "time", "record identifier", "status", "latitude", "longitude", "wind", "pressure",
    *("wind radius",) * 12, "radius of maximum wind",
)  # fmt: skip
FIELDS = len(FIELD_NAMES)
LIMITS = {"wind_kt": (0, 200), "pressure_hpa": (850, 1060), "radius": (0, 1500)}
"""What nature allows, with room: the strongest wind on record is 185 kt, the lowest pressure 870 hPa."""
YEARS = (1800, 2199)
MOST_BYTES, MOST_LINES, LONGEST_LINE, LONGEST_NAME = 64 << 20, 1_000_000, 500, 40
"""The largest published file has 7 MB and 58,000 lines; a row has some 125 characters."""
SHOWN = 60
"""Characters of a faulty line that a message repeats."""

_BLANKS = " \t\v\f"
_STORM_ID = re.compile(r"[A-Z]{2}\d{6}", re.ASCII)
_COUNT = re.compile(r"\d{1,6}", re.ASCII)
_DATE, _CLOCK = re.compile(r"\d{8}", re.ASCII), re.compile(r"\d{4}", re.ASCII)
_STATUS, _RECORD = re.compile(r"[A-Z]{2}", re.ASCII), re.compile(r"[A-Z]?", re.ASCII)
_ANGLE = re.compile(r"\d{1,3}(?:\.\d{1,4})?", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,5}", re.ASCII)
_MISSING_COMMA = re.compile(
    r"(?<=[^,\s])(?:[ \t]{2,}(?=[^,\s])|[ \t](?=[-A-Z]|\d{4}(?!\d))|(?<=[A-Z])[ \t](?=[^,\s]))", re.ASCII
)
_LAT, _LON = FIELD_NAMES.index("latitude"), FIELD_NAMES.index("longitude")
_NO_HEMISPHERE = "no hemisphere"
Value = TypeVar("Value")


class TrackError(ValueError):
    """A best-track file that cannot be read; the message begins with file and line number."""


class TrackWarning(UserWarning):
    """Rows of a best-track file that were left out; the message counts and names them."""


# ------------------------------------------------------------------------------------------------------- reading


def read_hurdat2(path: Path | str) -> pd.DataFrame:
    """Read a HURDAT2 file, one row per fix in the order of the file.

    Columns: `storm_id` (AL122005), `name`, `time` (UTC), `record` (L: landfall, empty: none), `status`, `lat` (degrees
    north), `lon` (degrees east, -180 to 180), `wind_kt`, `pressure_hpa`, twelve radii `radius_34kt_ne_nm`, ..., and
    `radius_max_wind_nm`, which older editions do not have. Missing values are NaN. Blank lines, CRLF, a byte-order
    mark, a missing comma between two fields and one at the end of a line are accepted.

    A row whose latitude or longitude has no hemisphere is left out, because it could only be guessed:
    `attrs["left_out"]` counts such rows, reason -> number, `attrs["left_out_rows"]` names them, and a `TrackWarning`
    says so.

    Raises:
        TrackError: (a ValueError) what is wrong, with file and line number: a header that announces another number
            of rows than follow, a truncated file, a field that is no number, an unknown status or record identifier,
            an impossible date, position, wind or pressure, a date outside of the storm's year, too many or too few
            fields, fixes not in order of time, a storm twice, another format, more than MOST_BYTES.
        OSError: the file cannot be read.
    """
    lines = _Lines(Path(path))
    storms = _storms(lines)
    rows = _rows(lines)
    fixes = np.array([storm.fixes for storm in storms])
    storm_id, name = (
        np.repeat(np.array([getattr(storm, key) for storm in storms], object), fixes) for key in COLUMNS[:2]
    )
    kept = np.array([row is not None for row in rows], bool)
    if not kept.any():
        lines.fail(1, "no row of this file has a position with a hemisphere")
    columns = _columns([row for row in rows if row is not None])
    tracks = _table(lines.kept(kept), storm_id[kept], name[kept], columns)
    _name_left_out(tracks, lines, storm_id, kept)
    return tracks


class _Lines:
    """The lines of one file that are not blank, split into headers and rows, with their numbers."""

    def __init__(self, path: Path):
        self.path = path
        text = self._text()
        self.headers, self.rows, numbers = [], [], []
        for number, line in enumerate(re.split("\r\n|\n|\r", text), 1):
            if len(line) > LONGEST_LINE:
                self.fail(number, f"a line has at most {LONGEST_LINE} characters, this one has {len(line):,}")
            start = line.lstrip()[:1]
            if start.isalpha():
                self.headers.append((number, line))
            elif start:
                numbers.append(number)
                self.rows.append(line)
        if not self.headers:
            self.fail(1, f"there is no storm in this file; {formats.HEADER_EXAMPLE}")
        self.numbers = np.array(numbers, dtype=int)
        self.last = max(self.headers[-1][0], numbers[-1] if numbers else 0)

    def _text(self) -> str:
        """Content of the file, of bounded size and no other known format."""
        try:
            content = read_bytes(self.path, MOST_BYTES)
        except FileError as error:
            self.fail(1, f"the file {error.reason}")
        other = formats.other_format(content)
        if other:
            self.fail(1, formats.refusal(other))
        count = content.count(b"\n") + content.count(b"\r")
        if count > 2 * MOST_LINES:
            self.fail(1, f"at most {MOST_LINES:,} lines are read, this file has more")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.fail(content[: error.start].count(b"\n") + 1, "this is not text")

    def kept(self, mask: np.ndarray) -> "_Lines":
        """The same file with some of the rows only."""
        fewer = object.__new__(_Lines)
        fewer.path, fewer.numbers = self.path, self.numbers[mask]
        return fewer

    def fail(self, number: int, reason: str) -> NoReturn:
        raise TrackError(f"{self.path}, line {number}: {reason}")

    def fail_where(self, wrong: np.ndarray, reason: Callable[[int], str]) -> None:
        """Raise for the first row in which `wrong` is true."""
        if wrong.any():
            first = int(np.argmax(wrong))
            self.fail(int(self.numbers[first]), reason(first))


@dataclass(frozen=True)
class _Storm:
    storm_id: str
    name: str
    fixes: int


def _storms(lines: _Lines) -> list[_Storm]:
    """What every header says, checked against the rows that follow it."""
    storms, known = [], set()
    ends = [number for number, _ in lines.headers[1:]] + [lines.last + 1]
    following = np.diff(np.searchsorted(lines.numbers, [lines.headers[0][0], *ends]))
    if len(lines.numbers) and lines.numbers[0] < lines.headers[0][0]:
        lines.fail(int(lines.numbers[0]), "a row before the first header")
    for (number, line), count, end in zip(lines.headers, following, ends, strict=True):
        storm = _header(lines, number, line)
        if storm.storm_id in known:
            lines.fail(number, f"{storm.storm_id} stands in this file twice")
        if storm.fixes != count:
            ending = "; the file ends here, it may be truncated" if end > lines.last and count < storm.fixes else ""
            lines.fail(number, f"the header of {storm.storm_id} announces {storm.fixes} rows, {count} follow{ending}")
        if not storm.fixes:
            lines.fail(number, f"{storm.storm_id} has no rows")
        known.add(storm.storm_id)
        storms.append(storm)
    return storms


def _header(lines: _Lines, number: int, line: str) -> _Storm:
    storm_id, name, count, *rest = [field.strip() for field in line.split(",")] + [""] * 3
    if not (_STORM_ID.fullmatch(storm_id) and _COUNT.fullmatch(count)) or any(rest) or len(rest) > 4:
        lines.fail(number, f"{formats.HEADER_EXAMPLE}, this is `{_shown(line)}`")
    if not YEARS[0] <= int(storm_id[4:]) <= YEARS[1]:
        lines.fail(number, f"{storm_id} is of no year from {YEARS[0]} to {YEARS[1]}")
    fault = name_fault(name)
    if fault:
        lines.fail(number, f"the name of {storm_id} {fault}")
    return _Storm(storm_id, name, int(count))


def name_fault(name: str) -> str:
    """Why a storm cannot be called this, empty if it can; the sentence goes on from "the name"."""
    if len(name) > LONGEST_NAME:
        return f"has at most {LONGEST_NAME} characters, not {len(name):,}"
    if not name.isprintable():
        return "has characters that cannot be printed"
    return "has a comma or a blank at its ends" if "," in name or name != name.strip() else ""


def _shown(text: str) -> str:
    """The start of a line as a message may repeat it: without control characters."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text.strip()[:SHOWN])


def _rows(lines: _Lines) -> list[str | None]:
    """Every row with exactly FIELDS fields, each in the form of its column; None for a row that is left out."""
    rows = [_complete(line) for line in lines.rows]
    faulty = sorted(_faulty(rows))
    for i in faulty:
        line = lines.rows[i]
        row = _mended(line) or rows[i]
        fields = row.split(",") if row else []
        wrong = [k for k, field in enumerate(fields) if not _FORMS[k](field.strip(_BLANKS))]
        if row is None or any(not _lacks_hemisphere(k, fields[k]) for k in wrong):
            lines.fail(int(lines.numbers[i]), _row_fault(line, fields, wrong))
        rows[i] = None if wrong else row
    return rows


def _complete(line: str) -> str | None:
    """A row with FIELDS fields, the last one blank in older editions; None where there are too many or too few."""
    commas = line.count(",")
    if commas == FIELDS - 1:
        return line
    if commas == FIELDS - 2:
        return f"{line},"
    line = line.rstrip(_BLANKS)
    return line[:-1] if commas == FIELDS and line.endswith(",") else None


def _columns(rows: list[str]) -> list[list[str]]:
    """The fields of all rows, not yet stripped, column by column."""
    fields = ",".join(rows).split(",") if rows else []
    return [fields[k::FIELDS] for k in range(FIELDS)]


def _faulty(rows: list[str | None]) -> set[int]:
    """Numbers of the rows that do not have the form of one; every different text of a column is looked at once."""
    places = [i for i, row in enumerate(rows) if row is not None]
    faulty = set(range(len(rows))) - set(places)
    for form, column in zip(_FORMS, _columns([rows[i] for i in places]), strict=True):
        wrong = {text for text in set(column) if not form(text.strip(_BLANKS))}
        if wrong:
            faulty |= {i for i, text in zip(places, column, strict=True) if text in wrong}
    return faulty


def _mended(line: str) -> str | None:
    """A row in which a comma is missing between two fields, with the comma; None where none is missing.

    No field has a blank in it. Two numbers a single blank apart may also be one number with a blank in it (`1 20`), so
    they stay one field, unless the second has four digits or a sign.
    """
    mended = _MISSING_COMMA.sub(",", line)
    return _complete(mended) if mended != line else None


def _lacks_hemisphere(column: int, field: str) -> bool:
    return column in (_LAT, _LON) and _ANGLE.fullmatch(field.strip(_BLANKS)) is not None


def _row_fault(line: str, fields: list[str], wrong: list[int]) -> str:
    """What is wrong with a row that does not have the form of one."""
    if not fields:
        count = len(line.rstrip().removesuffix(",").split(","))
        return f"{count} fields; a row has {FIELDS - 1}, or {FIELDS} with the radius of maximum wind"
    first = next(k for k in wrong if not _lacks_hemisphere(k, fields[k]))
    return f"the {FIELD_NAMES[first]} cannot be '{_shown(fields[first])}'"


def _name_left_out(tracks: pd.DataFrame, lines: _Lines, storm_id: np.ndarray, kept: np.ndarray) -> None:
    named = [
        f"{lines.path.name}, line {lines.numbers[i]} ({storm_id[i]}): {_NO_HEMISPHERE} in `{_shown(lines.rows[i])}`"
        for i in np.flatnonzero(~kept)
    ]
    tracks.attrs["left_out"] = {_NO_HEMISPHERE: len(named)} if named else {}
    tracks.attrs["left_out_rows"] = named
    if named:
        some = "; ".join(named[:3]) + (f"; and {len(named) - 3} more" if len(named) > 3 else "")
        warnings.warn(f"left out {len(named)} of {len(kept)} rows: {some}", TrackWarning, stacklevel=3)


# -------------------------------------------------------------------------------------------------------- values


def _degrees(text: str, letters: str) -> float | None:
    """Degrees north or east of a text like `80.1W`, None where it is none.

    Longitudes go on beyond 180 where a track crosses the date line or Greenwich: 180.5W, 359.1W, but not 306.3W.
    """
    sign = {letters[0]: 1.0, letters[1]: -1.0}.get(text[-1:])
    if sign is None or not _ANGLE.fullmatch(text[:-1]):
        return None
    value = float(text[:-1])
    if letters == "NS":
        return sign * value if value <= 90 else None
    if value > 360 or 200 < value < 340:
        return None
    return sign * value if value <= 180 else sign * (value - 360)


def _latitude(text: str) -> float | None:
    return _degrees(text, "NS")


def _longitude(text: str) -> float | None:
    return _degrees(text, "EW")


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _number_or_blank(text: str) -> float | None:
    return _number(text) if text else float(MISSING[0])


_FORMS: tuple[Callable[[str], object], ...] = (
    _DATE.fullmatch, _CLOCK.fullmatch, _RECORD.fullmatch, _STATUS.fullmatch,
    lambda text: _latitude(text) is not None, lambda text: _longitude(text) is not None,
    *(_NUMBER.fullmatch,) * 14, lambda text: not text or _NUMBER.fullmatch(text),
)  # fmt: skip
"""Whether a stripped field has the form of its column."""


def _table(lines: _Lines, storm_id: np.ndarray, name: np.ndarray, columns: list[list[str]]) -> pd.DataFrame:
    date, clock, record, status, lat, lon, *numbers = columns
    table = {"storm_id": storm_id, "name": name, "time": _times(lines, date, clock, storm_id)}
    table["record"] = _words(lines, record, RECORDS, "record identifier")
    table["status"] = _words(lines, status, STATUSES, "status")
    table["lat"] = np.array(_each(lat, _latitude), float)
    table["lon"] = np.array(_each(lon, _longitude), float)
    for column, texts in zip(COLUMNS[7:], numbers, strict=True):
        table[column] = _numbers(lines, column, texts)
    return pd.DataFrame(table, columns=COLUMNS)


def _each(texts: list[str], convert: Callable[[str], Value]) -> list[Value]:
    """What a function makes of every text, called once for every different one."""
    found = {text: convert(text.strip(_BLANKS)) for text in set(texts)}
    return [found[text] for text in texts]


def _words(lines: _Lines, texts: list[str], known: tuple[str, ...], what: str) -> list[str]:
    words = _each(texts, str)
    wrong = np.array(_each(texts, lambda text: text not in known), bool)
    allowed = ", ".join(filter(None, known))
    lines.fail_where(wrong, lambda i: f"unknown {what} '{words[i]}'; known: {allowed}")
    return words


def _times(lines: _Lines, date: list[str], clock: list[str], storm_id: np.ndarray) -> pd.Series:
    """Times of the fixes, of which none is outside of its storm's year or before the fix above it."""
    days, minutes = np.array(_each(date, _day), float), np.array(_each(clock, _minute), float)
    stamps = 24 * 60 * days + minutes

    def text(i: int) -> str:
        return date[i].strip(_BLANKS) + clock[i].strip(_BLANKS)

    lines.fail_where(np.isnan(stamps), lambda i: f"there is no date and time '{text(i)}'")
    first, last = np.array(_each(list(storm_id), _season_days), float).T
    lines.fail_where((days < first) | (days > last), lambda i: f"'{text(i)}' lies outside of the year of {storm_id[i]}")
    early = np.append(False, (stamps[1:] <= stamps[:-1]) & (storm_id[1:] == storm_id[:-1]))
    lines.fail_where(early, lambda i: f"'{text(i)}' is not later than the fix before")
    return pd.Series(stamps.astype("datetime64[m]").astype("datetime64[us]")).dt.tz_localize("UTC")


def _day(text: str) -> float:
    """Days since 1970 of a text like `20050827`, NaN where there is no such day."""
    try:
        return float(datetime.date(int(text[:4]), int(text[4:6]), int(text[6:])).toordinal() - _EPOCH)
    except ValueError:
        return math.nan


def _minute(text: str) -> float:
    """Minutes since midnight of a text like `1715`, NaN where there is no such time."""
    hour, minute = int(text[:2]), int(text[2:])
    return 60.0 * hour + minute if hour < 24 and minute < 60 else math.nan


def _season_days(storm_id: str) -> tuple[float, float]:
    """First and last day on which a storm may have a fix: in its year, and two months on, for it may live on.

    South of the equator the season is named after the year in which it ends.
    """
    year = int(storm_id[4:])
    first = datetime.date(year - 1, 6, 1) if storm_id[0] == "S" else datetime.date(year, 1, 1)
    return float(first.toordinal() - _EPOCH), float(datetime.date(year + 1, 3, 1).toordinal() - _EPOCH)


_EPOCH = datetime.date(1970, 1, 1).toordinal()


def _numbers(lines: _Lines, name: str, texts: list[str]) -> np.ndarray:
    """Values of a column, NaN where missing."""
    values = np.array(_each(texts, _number_or_blank), float)
    missing = np.isin(values, MISSING)
    lowest, largest = LIMITS.get(name, LIMITS["radius"])
    wrong = ~missing & ((values < lowest) | (values > largest))
    lines.fail_where(wrong, lambda i: f"{name} cannot be {values[i]:g}; it lies from {lowest} to {largest}")
    return np.where(missing, np.nan, values)


# ------------------------------------------------------------------------------------------------------- writing


def write_hurdat2(tracks: pd.DataFrame, path: Path | str) -> None:
    """Write best tracks as `read_hurdat2` returns them; the last column is left out where it is NaN everywhere.

    Raises:
        ValueError: a column is missing, or a storm has a name that the format has no place for, or several names.
    """
    absent = [name for name in COLUMNS if name not in tracks]
    if absent:
        raise ValueError(f"best tracks need the columns {', '.join(COLUMNS)}; missing: {', '.join(absent)}")
    radii = COLUMNS[9:] if tracks["radius_max_wind_nm"].notna().any() else RADII
    lines = []
    for storm_id, fixes in tracks.groupby("storm_id", sort=False):
        lines.append(f"{storm_id}, {_one_name(storm_id, fixes):>18}, {len(fixes):>6},")
        lines += (_row(fix, [getattr(fix, column) for column in radii]) for fix in fixes.itertuples())
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _one_name(storm_id: str, fixes: pd.DataFrame) -> str:
    names = list(fixes["name"].unique())
    if len(names) != 1 or not isinstance(names[0], str):
        raise ValueError(f"{storm_id} needs one name, not {', '.join(map(repr, names))}")
    fault = name_fault(names[0])
    if fault:
        raise ValueError(f"the name of {storm_id} {fault}")
    return names[0]


def _row(fix: tuple, radii: list[float]) -> str:
    lat = f"{_decimal(fix.lat)}{'S' if math.copysign(1, fix.lat) < 0 else 'N'}"
    lon = f"{_decimal(fix.lon)}{'W' if math.copysign(1, fix.lon) < 0 else 'E'}"
    wind = -99 if math.isnan(fix.wind_kt) else round(fix.wind_kt)
    numbers = ", ".join(f"{-999 if math.isnan(value) else round(value):>4}" for value in [fix.pressure_hpa, *radii])
    when = f"{fix.time:%Y%m%d, %H%M}"
    return f"{when}, {fix.record or ' '}, {fix.status:>2}, {lat:>5}, {lon:>6}, {wind:>3}, {numbers},"


def _decimal(degrees: float) -> str:
    """Size of an angle with one decimal, as published, and up to four where it was read so."""
    text = f"{abs(degrees):.1f}"
    return text if abs(float(text) - abs(degrees)) < 5e-5 else f"{abs(degrees):.4f}".rstrip("0")

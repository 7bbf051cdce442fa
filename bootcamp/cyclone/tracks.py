"""Best tracks as a table: wind and position between two fixes, and one row per storm. Read by `read_hurdat2`."""

import difflib

import numpy as np
import pandas as pd


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

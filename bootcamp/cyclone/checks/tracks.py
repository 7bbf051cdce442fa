"""Checks of the exercises of 02_Best_Tracks_and_Labels."""

from collections.abc import Callable
from typing import Any

from bootcamp.exercises import Check, Finding

import numpy as np

NAUTICAL_MILE_KM = 1.852


def _same(found: Any, expected: Any) -> bool:
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    return found.shape == expected.shape and bool(np.allclose(found, expected, rtol=1e-6, atol=1e-9, equal_nan=True))


def _hint(found: Any, guesses: dict[str, Any], otherwise: str) -> str:
    return next((text for text, value in guesses.items() if _same(found, value)), otherwise)


def _fields(radii: tuple[int, ...], pressure: int = 984) -> list[str]:
    rest = (150,) * 8  # the radii of 50 and 64 kt, so that a wrong field shows
    return [
        "20050825",
        " 2230",
        " L",
        " HU",
        " 26.0N",
        "  80.1W",
        "  70",
        f" {pressure}",
        *(f" {r:4d}" for r in (*radii, *rest)),
    ]


def _radius_finding(answer: Callable, about: str, radii: tuple[int, ...]) -> Finding:
    known = [radius for radius in radii if radius != -999]
    expected = NAUTICAL_MILE_KM * max(known) if known else np.nan
    guesses = {
        "this is in nautical miles: one is 1.852 km": max(radii),
        "-999 means missing, it is no distance": NAUTICAL_MILE_KM * -999,
        "-999 means missing, and is no distance": -999,
        "zero is knowledge: the storm has no winds of 34 kt there": np.nan,
        "nothing is known here, and that is NaN, not zero": 0.0,
        "fields count from 0: field 7 is the pressure, the radii begin at field 8": NAUTICAL_MILE_KM * 984,
        "the largest radius is asked for, not their mean": NAUTICAL_MILE_KM * float(np.mean(known or [np.nan])),
        "these are the radii of 50 or 64 kt: take fields 8 to 11": NAUTICAL_MILE_KM * 150,
    }
    otherwise = "take fields 8 to 11, drop what is missing, and convert the largest to km"
    found = answer(_fields(radii))
    return Finding(about, _same(found, expected), _hint(found, guesses, otherwise))


def gale_radius_km(answer: Callable) -> list[Finding]:
    """A function fields -> largest known radius of 34 kt winds in km, NaN if none is known."""
    return [
        _radius_finding(answer, "all four are known", (60, 75, 40, 0)),
        _radius_finding(answer, "no winds of 34 kt", (0, 0, 0, 0)),
        _radius_finding(answer, "some are missing", (-999, 40, -999, 25)),
        _radius_finding(answer, "all are missing", (-999, -999, -999, -999)),
    ]


def _wind_finding(
    answer: Callable, about: str, hours: list[float], winds: list[float], expected: list[float], guesses: dict
) -> Finding:
    found = answer(np.array(hours), np.array(FIX_HOURS), np.array(winds))
    otherwise = "keep the fixes with a wind, interpolate linearly, and give NaN outside them"
    return Finding(about, _same(found, expected), _hint(found, guesses, otherwise))


FIX_HOURS = (0.0, 6.0, 12.0, 13.5, 18.0)


def wind_between(answer: Callable) -> list[Finding]:
    """A function (hours, fix_hours, fix_wind_kt) -> wind, linear, NaN outside, fixes without a wind passed over."""
    nan = np.nan
    winds, gap, end = [30.0, 50.0, 45.0, 60.0, 40.0], [30.0, nan, 45.0, 60.0, 40.0], [30.0, 50.0, 45.0, 60.0, nan]
    clamped = {"NumPy repeats the first and the last fix outside: use left= and right=": [30.0, 40.0, 40.0]}
    missing = {
        "one missing fix makes its neighbors unknown: leave it out before": [nan, nan, 55.0],
        "a missing wind is not zero": [15.0, 0.0, 55.0],
    }
    return [
        _wind_finding(
            answer, "inside the track", [0.0, 1.5, 9.0, 13.0, 18.0], winds, [30.0, 35.0, 47.5, 55.0, 40.0],
            {"this is the last fix before": [30.0, 30.0, 50.0, 45.0, 40.0]},
        ),
        _wind_finding(answer, "before and after the track", [-0.5, 3.0, 18.5], winds, [nan, 40.0, nan], clamped),
        _wind_finding(answer, "a fix without a wind", [3.0, 6.0, 13.0], gap, [33.75, 37.5, 55.0], missing),
        _wind_finding(answer, "the last fix without a wind", [13.5, 17.0], end, [60.0, nan], {}),
    ]  # fmt: skip


def fastest_rise(answer: Callable) -> list[Finding]:
    """A function (hours, wind_kt) -> largest change of wind from a fix to 24 hours later."""
    even = np.arange(0.0, 60.0, 6.0)
    winds = np.array([32.0, 30.0, 35.0, 45.0, 60.0, 75.0, 80.0, 85.0, 70.0, 50.0])
    uneven = np.array([0.0, 6.0, 12.0, 16.5, 18.0, 24.0, 30.0, 31.0, 36.0, 42.0, 48.0])
    landfall = np.array([30.0, 40.0, 55.0, 65.0, 70.0, 80.0, 90.0, 90.0, 100.0, 140.0, 60.0])
    falling = np.array([100.0, 95.0, 90.0, 80.0, 70.0, 65.0])

    def rise(hours: np.ndarray, wind_kt: np.ndarray, right: float | None = np.nan) -> float:
        return float(np.nanmax(np.interp(hours + 24, hours, wind_kt, right=right) - wind_kt))

    cases = (
        ("even steps", even, winds),
        ("with landfall rows", uneven, landfall),
        ("a weakening storm", even[:6], falling),
    )
    results = []
    for about, hours, wind_kt in cases:
        guesses = {
            "four rows are 24 hours only where every step is 6 hours": float((wind_kt[4:] - wind_kt[:-4]).max()),
            "beyond the end of the track the wind is unknown; NumPy repeats the last fix": rise(hours, wind_kt, None),
            "this is the rise from one fix to the next": float(np.diff(wind_kt).max()),
            "this is the rise over the whole life: 24 hours are asked for": float(wind_kt.max() - wind_kt.min()),
            "from the first fix to the peak may take longer than 24 hours": float(wind_kt.max() - wind_kt[0]),
        }
        found = answer(hours.copy(), wind_kt.copy())
        otherwise = "for every fix: the wind 24 hours later, interpolated, minus its own; then the largest"
        results.append(Finding(about, _same(found, rise(hours, wind_kt)), _hint(found, guesses, otherwise)))
    return results


CHECKS: dict[str, Check] = {
    "gale_radius_km": gale_radius_km,
    "wind_between": wind_between,
    "fastest_rise": fastest_rise,
}

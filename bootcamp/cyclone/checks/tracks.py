"""Checks of the exercises of 02_Best_Tracks_and_Labels."""

from collections.abc import Callable, Mapping, Sequence

from bootcamp.exercises import Check, Finding, random_cases, takes_function
from bootcamp.exercises.groups import combined, in_groups

import numpy as np

Random = np.random.Generator

NAUTICAL_MILE_KM = 1.852
MISSING = -999


def _fields(random: Random, radii: Sequence[int]) -> tuple[list[str]]:
    """The texts of a fix with these radii of 34 kt; those of 50 and 64 kt are any, so that a wrong field shows."""
    wind, pressure = random.integers(7, 33) * 5, random.integers(880, 1010)
    head = ["20050825", " 2230", " L", " HU", " 26.0N", "  80.1W", f" {wind:3d}", f" {pressure}"]
    return ([*head, *(f" {radius:4d}" for radius in (*radii, *random.integers(10, 500, size=8)))],)


def _radii(random: Random) -> np.ndarray:
    return random.permutation([0, *random.integers(1, 80, size=3) * 5])


def _some_missing(random: Random) -> tuple[list[str]]:
    radii = _radii(random)
    radii[random.choice(4, random.integers(1, 4), replace=False)] = MISSING
    return _fields(random, radii)


def _zero_known(random: Random) -> tuple[list[str]]:
    """Only zeros are known: there are no winds of 34 kt."""
    return _fields(random, random.permutation([0, MISSING, 0, MISSING]))


def _dropped(radii: list[float], choose: Callable) -> float:
    known = [radius for radius in radii if radius != MISSING]
    return choose(known) if known else np.nan


def _radius_rule(fields: slice, missing: Callable, choose: Callable, unit: float) -> Callable[[list[str]], object]:
    def rule(texts: list[str]) -> object:
        radius = missing([float(text) for text in texts[fields]], choose)
        return None if radius is None else unit * radius

    return rule


def _or_none(radii: list[float], choose: Callable) -> float | None:
    return None if set(radii) == {MISSING} else _dropped(radii, choose)


def _as_nan(radii: list[float]) -> list[float]:
    return [np.nan if radius == MISSING else radius for radius in radii]


RADII = combined(
    _radius_rule,
    {
        "": slice(8, 12),
        "fields count from 0: field 7 is the pressure, the radii begin at field 8": slice(7, 11),
        "fields count from 0: field 9 is the second radius, the radii begin at field 8": slice(9, 13),
        "field 11 is the last of the four, and the end of a slice is left out: [8:12]": slice(8, 11),
        "fields 12 to 15 are the radii of 50 kt": slice(12, 16),
        "fields 16 to 19 are the radii of 64 kt": slice(16, 20),
        "the fields from 12 on are the radii of 50 and 64 kt: take fields 8 to 11": slice(8, None),
    },
    {
        "": _dropped,
        "-999 means missing, it is no distance": lambda radii, choose: choose(radii),
        "zero is knowledge: the storm has no winds of 34 kt there": lambda radii, choose: _dropped(
            [radius or MISSING for radius in radii], choose
        ),
        "where nothing is known the answer is NaN, not zero": lambda radii, choose: choose(
            [max(radius, 0) for radius in radii]
        ),
        "where nothing is known the answer is NaN, not None": _or_none,
        "no number is larger than NaN, and none smaller: what max returns depends on the order; leave NaN out before": (
            lambda radii, choose: choose(_as_nan(radii))
        ),
        "one NaN makes np.max NaN; leave out what is missing before": lambda radii, choose: (
            np.nan if MISSING in radii else choose(radii)
        ),
    },
    {
        "": max,
        "the largest radius is asked for, not their mean": np.mean,
        "the largest radius is asked for, not the smallest": min,
        "the largest radius is asked for, not their sum": sum,
        "the largest radius is asked for, not the first": lambda radii: radii[0],
    },
    {
        "": NAUTICAL_MILE_KM,
        "this is in nautical miles: one is 1.852 km": 1.0,
        "one nautical mile is 1.852 km: multiply": 1 / NAUTICAL_MILE_KM,
    },
)


@takes_function
def gale_radius_km(answer: Callable) -> list[Finding]:
    """A function fields -> largest known radius of 34 kt winds in km, NaN if none is known."""
    otherwise = "take fields 8 to 11, drop what is missing, and convert the largest to km"
    none = random_cases(lambda random: _fields(random, [MISSING] * 4), 3)
    calm = random_cases(lambda random: _fields(random, [0] * 4), 3)
    some = random_cases(_some_missing) + random_cases(_zero_known, 3)
    groups = {
        "all four are known": (random_cases(lambda random: _fields(random, _radii(random))), otherwise),
        "no winds of 34 kt": (calm, "zero is knowledge: the storm has no winds of 34 kt there"),
        "some are missing": (some, otherwise),
        "all are missing": (none, "nothing is known here, and that is NaN"),
    }
    return in_groups(answer, _radius_rule(slice(8, 12), _dropped, max, NAUTICAL_MILE_KM), groups, RADII)


def _fixes(random: Random) -> tuple[np.ndarray, np.ndarray]:
    """Times in hours and winds in knots of a track: every six hours, and sometimes in between."""
    synoptic = 6.0 * np.arange(random.integers(6, 14))
    between = random.choice(np.arange(0.5, synoptic[-1], 0.5), random.integers(0, 5), replace=False)
    hours = np.union1d(synoptic, between)
    return hours, 5.0 * random.integers(4, 31, size=len(hours))


def _times(random: Random, hours: np.ndarray) -> np.ndarray:
    """Times inside a track: the fixes themselves, and others, in no order."""
    return random.permutation([*hours, *random.uniform(hours[0], hours[-1], 8)])


def _inside(random: Random) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    hours, winds = _fixes(random)
    return _times(random, hours), hours, winds


def _outside(random: Random) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    times, hours, winds = _inside(random)
    return np.array([hours[0] - random.uniform(0.1, 9), *times, hours[-1] + random.uniform(0.1, 9)]), hours, winds


def _gap(random: Random) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fixes without a wind, one or several in a row, but not the first and the last."""
    times, hours, winds = _inside(random)
    winds[1 + random.choice(len(winds) - 2, random.integers(1, len(winds) - 2), replace=False)] = np.nan
    return times, hours, winds


def _ends(random: Random) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The first or the last fixes have no wind, so the track ends earlier."""
    times, hours, winds = _inside(random)
    first, last = random.integers(0, 3, size=2)
    winds[:first] = np.nan
    winds[len(winds) - last :] = np.nan
    return times, hours, winds


def _linear(times: np.ndarray, hours: np.ndarray, winds: np.ndarray) -> np.ndarray:
    return np.interp(times, hours, winds)


def _before(times: np.ndarray, hours: np.ndarray, winds: np.ndarray) -> np.ndarray:
    return winds[np.maximum(np.searchsorted(hours, times, side="right") - 1, 0)]


def _nearest(times: np.ndarray, hours: np.ndarray, winds: np.ndarray) -> np.ndarray:
    return winds[abs(hours[:, None] - times).argmin(axis=0)]


def _known_fixes(hours: np.ndarray, winds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    known = np.isfinite(winds)
    return hours[known], winds[known]


def _wind_rule(missing: Callable, between: Callable, before: bool, after: bool) -> Callable:
    """A wind between fixes; `before` and `after` say whether it is NaN before the first and after the last of them."""

    def rule(times: np.ndarray, hours: np.ndarray, winds: np.ndarray) -> np.ndarray:
        hours, winds = missing(hours, winds)
        outside = (before & (times < hours[0])) | (after & (times > hours[-1]))
        return np.where(outside, np.nan, between(times, hours, winds))

    return rule


CLAMPED = {
    "NumPy repeats the first and the last fix outside: use left= and right=": (False, False),
    "NumPy repeats the first fix before the track: use left=": (False, True),
    "NumPy repeats the last fix after the track: use right=": (True, False),
}
WINDS: Mapping[str, Callable] = combined(
    lambda missing, between, outside: _wind_rule(missing, between, *outside),
    {
        "": _known_fixes,
        "one missing fix makes its neighbors unknown: leave it out before": lambda hours, winds: (hours, winds),
        "a missing wind is not zero: leave the fix out before": lambda hours, winds: (hours, np.nan_to_num(winds)),
    },
    {"": _linear, "this is the last fix before": _before, "this is the nearest fix": _nearest},
    {"": (True, True), **CLAMPED},
)


@takes_function
def wind_between(answer: Callable) -> list[Finding]:
    """A function (hours, fix_hours, fix_wind_kt) -> wind, linear, NaN outside, fixes without a wind passed over."""
    otherwise = "keep the fixes with a wind, interpolate linearly, and give NaN outside them"
    alone = [(times[:1], hours, winds) for times, hours, winds in random_cases(_inside, 3, seed=1)]
    groups = {
        "inside the track": (random_cases(_inside) + alone, otherwise),
        "before and after the track": (random_cases(_outside, 10), otherwise),
        "a fix without a wind": (random_cases(_gap), otherwise),
        "the last fix without a wind": (random_cases(_ends), "the track ends with the last fix that has a wind"),
    }
    return in_groups(answer, _wind_rule(_known_fixes, _linear, True, True), groups, WINDS)


DAY = 24


def _later(hours: np.ndarray, winds: np.ndarray) -> np.ndarray:
    """The wind 24 hours after each fix, NaN after the end of the track."""
    return np.interp(hours + DAY, hours, winds, right=np.nan)


def _at(find: Callable) -> Callable:
    """The wind of one fix that stands for the time 24 hours later, NaN after the end of the track."""

    def later(hours: np.ndarray, winds: np.ndarray) -> np.ndarray:
        return np.where(hours + DAY <= hours[-1], find(hours + DAY, hours, winds), np.nan)

    return later


def _exact(times: np.ndarray, hours: np.ndarray, winds: np.ndarray) -> np.ndarray:
    return np.where(np.isin(times, hours), np.interp(times, hours, winds), np.nan)


def _next(times: np.ndarray, hours: np.ndarray, winds: np.ndarray) -> np.ndarray:
    return winds[np.minimum(np.searchsorted(hours, times), len(winds) - 1)]


def _rise_rule(later: Callable, starts: Callable, choose: Callable) -> Callable:
    def rule(hours: np.ndarray, winds: np.ndarray) -> float:
        rises = np.where(starts(hours), later(hours, winds) - winds, np.nan)
        return choose(rises[np.isfinite(rises)])

    return rule


def _every(hours: np.ndarray) -> np.ndarray:
    return np.ones(hours.shape, bool)


def _within(hours: np.ndarray, winds: np.ndarray) -> np.ndarray:
    """Rises (n, n) from each fix to each of those in the 24 hours after it, NaN for the others."""
    gap = hours - hours[:, None]
    return np.where((gap > 0) & (gap <= DAY), winds - winds[:, None], np.nan)


def _within_whole(hours: np.ndarray, winds: np.ndarray) -> np.ndarray:
    return _within(hours, winds)[hours + DAY <= hours[-1]]


def _any_time(hours: np.ndarray, winds: np.ndarray) -> float:
    starts = np.union1d(hours, hours - DAY)
    starts = starts[(starts >= hours[0]) & (starts + DAY <= hours[-1])]
    return (np.interp(starts + DAY, hours, winds) - np.interp(starts, hours, winds)).max()


WITHIN = "24 hours later is asked for, not any time within the 24 hours"
RISES: Mapping[str, Callable] = {
    "four rows are 24 hours only where every step is 6 hours": lambda h, w: (w[4:] - w[:-4]).max(),
    "this is the rise from one fix to the next": lambda h, w: np.diff(w).max(),
    "this is the rise over the whole life: 24 hours are asked for": lambda h, w: w.max() - w.min(),
    "from the first fix to the peak may take longer than 24 hours": lambda h, w: w.max() - w[0],
    WITHIN: lambda h, w: np.nanmax(_within(h, w)),
    f"{WITHIN}, the fix itself among them": lambda h, w: max(np.nanmax(_within(h, w)), 0.0),
    f"{WITHIN} after a fix": lambda h, w: np.nanmax(_within_whole(h, w)),
    f"{WITHIN}; a weakening storm has a negative change": lambda h, w: max(np.nanmax(_within_whole(h, w)), 0.0),
    "these are the 24 hours before each fix; count from a fix to 24 hours later": lambda h, w: np.nanmax(
        w - np.interp(h - DAY, h, w, left=np.nan)
    ),
    "begin at the fixes only, not at times between them": _any_time,
    **combined(
        _rise_rule,
        {
            "": _later,
            "beyond the end of the track the wind is unknown; NumPy repeats the last fix": lambda h, w: np.interp(
                h + DAY, h, w
            ),
            "the wind 24 hours later may lie between two fixes: interpolate; here such starting fixes are left out": (
                _at(_exact)
            ),
            "interpolate between two fixes; this takes the fix before": _at(_before),
            "interpolate between two fixes; this takes the fix after": _at(_next),
            "interpolate between two fixes; this takes the nearest fix": _at(_nearest),
        },
        {
            "": _every,
            "a fix with exactly 24 hours of track after it counts": lambda h: h + DAY < h[-1],
            "every fix is a start, also one between the synoptic hours": lambda h: h % 6 == 0,
            "the first fix is a start as well": lambda h: h > h[0],
            "every fix is a start, not only the first": lambda h: h == h[0],
        },
        {
            "": np.max,
            "a storm that only weakens has a negative change; this never returns less than 0": lambda r: max(
                r.max(), 0.0
            ),
            "a fall is no rise: the largest change counts with its sign": lambda r: abs(r).max(),
            "the largest change is asked for, not the smallest": np.min,
            "the largest change is asked for, not the mean": np.mean,
        },
    ),
}


def _life(random: Random) -> tuple[np.ndarray, np.ndarray]:
    """A track that lasts longer than a day, with fixes between the synoptic hours; its first hour is any."""
    hours, winds = _fixes(random)
    return hours + 6.0 * random.integers(0, 4), winds


def _uneven(random: Random) -> tuple[np.ndarray, np.ndarray]:
    """A track with fixes at any half hour; of its first fix, and of one at 1.5 hours, the wind a day later is known."""
    hours = np.union1d([0.0, 1.5, 24.0, 25.5, 60.0], random.choice(np.arange(0.5, 60.0, 0.5), 12, replace=False))
    return hours, 5.0 * random.integers(4, 31, size=len(hours))


def _six_hourly(random: Random) -> tuple[np.ndarray, np.ndarray]:
    count = random.integers(6, 14)
    return 6.0 * np.arange(count), 5.0 * random.integers(4, 31, size=count)


def _weakening(random: Random) -> tuple[np.ndarray, np.ndarray]:
    hours, winds = _life(random)
    return hours, winds.max() - winds[0] + 20.0 + np.sort(winds + np.arange(len(winds)))[::-1]


def _one_day(random: Random) -> tuple[np.ndarray, np.ndarray]:
    """A track of exactly 24 hours: only its first fix counts."""
    hours = np.union1d([0.0, 24.0], random.choice(np.arange(1.0, 24.0), 5, replace=False))
    return hours, 5.0 * random.integers(4, 31, size=len(hours))


@takes_function
def fastest_rise(answer: Callable) -> list[Finding]:
    """A function (hours, wind_kt) -> largest change of wind from a fix to 24 hours later."""
    otherwise = "for every fix: the wind 24 hours later, interpolated, minus its own; then the largest"
    groups = {
        "even steps": (random_cases(_six_hourly, 10), otherwise),
        "with landfall rows": (random_cases(_life, 30) + random_cases(_uneven, 10), otherwise),
        "a weakening storm": (random_cases(_weakening, 10), f"{otherwise}; it may be negative"),
        "a track of 24 hours": (random_cases(_one_day, 10), "a fix with exactly 24 hours of track after it counts"),
    }
    return in_groups(answer, _rise_rule(_later, _every, np.max), groups, RISES)


CHECKS: dict[str, Check] = {
    "gale_radius_km": gale_radius_km,
    "wind_between": wind_between,
    "fastest_rise": fastest_rise,
}

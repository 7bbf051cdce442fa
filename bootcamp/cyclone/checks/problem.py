"""Checks of the exercises of 01_Problem_and_Approach."""

from collections.abc import Callable, Mapping

from bootcamp.cyclone.baselines import MAP_KM, MAP_PATCH, ZERO_CELSIUS_K
from bootcamp.cyclone.intensity import CLASS_NAMES, INTENSITY_CLASSES, wind_to_class
from bootcamp.exercises import Check, Finding, random_cases, takes_function
from bootcamp.exercises.groups import combined, in_groups

import numpy as np

Random = np.random.Generator

LOWER_KT = [entry.lower_kt for entry in INTENSITY_CLASSES]
UPPER_KT = [entry.upper_kt for entry in INTENSITY_CLASSES]
HIGHEST_KT = 200

BOUND = "a wind equal to a lower bound belongs to the class above it, side='right'"
TWENTY = "by the published table exactly 20 kt is still NC, and TD begins above it"
INDICES: Mapping[str, Callable[[int], object]] = {
    TWENTY: lambda wind: int(np.searchsorted(LOWER_KT, wind, side="right")) - 1,
    f"{BOUND}; and no wind is NC, index 0: an index of -1 would mean H5 in a list": lambda wind: (
        int(np.searchsorted(LOWER_KT, wind)) - 1
    ),
    BOUND: lambda wind: int(np.searchsorted(UPPER_KT, wind)),
    f"{BOUND}; and the first class has the index 0": lambda wind: int(np.searchsorted(LOWER_KT, wind)),
    "the first class has the index 0": lambda wind: wind_to_class(wind) + 1,
    "the index is asked for, not the name of the class": lambda wind: CLASS_NAMES[wind_to_class(wind)],
    "the scale is not even: count the lower bounds that the wind has reached": lambda wind: min(wind // 20, 7),
}


@takes_function
def class_index(answer: Callable) -> list[Finding]:
    """A function wind_kt -> index of the class, for whole numbers of knots."""
    edges = [int(lower) for lower in LOWER_KT[2:]]

    def cases(winds: range | list[int]) -> list[tuple[int]]:
        return [(wind,) for wind in winds]

    counted = "count the lower bounds below the wind"
    groups = {
        "winds inside the classes": (cases([int(lower) + 5 for lower in LOWER_KT]), counted),
        "lower bounds": (cases(edges), BOUND),
        "one knot below": (cases([edge - 1 for edge in edges]), "the bound itself begins the class"),
        "calm": (cases([0]), "no wind is NC, index 0; an index of -1 would mean H5 in a list"),
        "20 and 21 kt": (cases([20, 21]), TWENTY),
        "every whole number": (cases(range(HIGHEST_KT)), counted),
    }
    return in_groups(answer, wind_to_class, groups, INDICES)


def _with_gaps(random: Random, field: np.ndarray) -> np.ndarray:
    """The map with about a fifth of its values unknown; at least one is known, and at least one is not."""
    gaps = random.uniform(size=field.shape) < 0.2
    gaps.flat[random.choice(field.size, 2, replace=False)] = True, False
    return np.where(gaps, np.nan, field)


def _map(random: Random) -> tuple[np.ndarray, float]:
    """Temperatures in kelvin, and a border in degrees Celsius that lies among them."""
    height, width = random.integers(3, 30, size=2)
    return random.uniform(190, 310, (height, width)), float(random.uniform(-70, 20))


def _at_freezing(random: Random) -> tuple[np.ndarray, float]:
    """A map with values that are exactly at the border; at 0 degrees Celsius no conversion rounds."""
    field, _ = _map(random)
    field.flat[random.integers(field.size, size=3)] = ZERO_CELSIUS_K
    return _with_gaps(random, field), 0.0


def _share_rule(celsius: Callable, colder: Callable, share: Callable) -> Callable[[np.ndarray, float], float]:
    return lambda field, border: share(colder(celsius(field), border), np.isfinite(field))


def _of_known(cold: np.ndarray, known: np.ndarray) -> float:
    return cold[known].mean()


SHARES = combined(
    _share_rule,
    {
        "": lambda field: field - ZERO_CELSIUS_K,
        "the map is in kelvin and the border in degrees Celsius: 0 degrees Celsius are 273.15 K": lambda field: field,
        "0 degrees Celsius are 273.15 K, not 273": lambda field: field - 273,
    },
    {
        "": np.less,
        "a value equal to the border is not colder than it": np.less_equal,
        "this is the share of the values warmer than the border": np.greater,
        "this is the share of the values that are not colder than the border": np.greater_equal,
    },
    {
        "": _of_known,
        "unknown values count as warm in your share: divide by the number of known values": lambda cold, known: (
            cold & known
        ).mean(),
        "a comparison with NaN is False, so unknown values count as cold here": lambda cold, known: (
            cold | ~known
        ).mean(),
        "this is the number of cold values; a share is divided by the number of known ones": lambda cold, known: cold[
            known
        ].sum(),
        "in percent it would be right; a share lies between 0 and 1": lambda cold, known: 100 * cold[known].mean(),
        "this is cold to warm; divide by the number of all known values": lambda cold, known: (
            cold[known].sum() / (~cold[known]).sum()
        ),
    },
)


@takes_function
def cold_share(answer: Callable) -> list[Finding]:
    """A function (temperature_k, border_c) -> share of the known values colder than the border."""
    maps = random_cases(_map)
    random = np.random.default_rng(1)
    otherwise = "take the known values, convert to degrees Celsius, compare, and average"
    groups = {
        "a map without gaps": (maps, otherwise),
        "a map with gaps": ([(_with_gaps(random, field), border) for field, border in maps], otherwise),
        "values at the border": (random_cases(_at_freezing, 5), "a value equal to the border is not colder than it"),
    }
    return in_groups(answer, _share_rule(lambda f: f - ZERO_CELSIUS_K, np.less, _of_known), groups, SHARES)


def _middle(field: np.ndarray) -> tuple[float, float]:
    height, width = field.shape
    return (height - 1) / 2, (width - 1) / 2


def _ring_rule(middle: Callable, distance: Callable, ring: Callable, mean: Callable) -> Callable:
    """A function (temperature_k, inner_km, outer_km) -> a statistic, made of four choices."""

    def rule(field: np.ndarray, inner: float, outer: float) -> float:
        row, column = np.indices(field.shape)
        centre = middle(field)
        inside = ring(distance(row - centre[0], column - centre[1]), inner, outer)
        return mean(field, inside)

    return rule


def _km(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    return MAP_KM * np.hypot(rows, columns)


def _half_open(distance: np.ndarray, inner: float, outer: float) -> np.ndarray:
    return (distance >= inner) & (distance < outer)


def _known_mean(field: np.ndarray, inside: np.ndarray) -> float:
    values = field[inside & np.isfinite(field)]
    return values.mean() if values.size else np.nan


FIXED = "this middle is right for one size of a map only: compute it from the shape"
ALL_RING_MEANS = combined(
    _ring_rule,
    {
        "": _middle,
        "the middle of n values lies at (n - 1) / 2": lambda field: np.array(field.shape) / 2,
        "the middle of n values lies at (n - 1) / 2, not at n // 2": lambda field: np.array(field.shape) // 2,
        "the middle of n values lies at (n - 1) / 2, a half where n is even": lambda field: (
            (np.array(field.shape) - 1) // 2
        ),
        "distances count from the middle of the map, yours count from its corner": lambda field: (0, 0),
        "rows and columns have different numbers of values: each has its own middle": lambda field: _middle(field.T),
        "the rows have their own middle, (height - 1) / 2": lambda field: _middle(field)[1:] * 2,
        "the columns have their own middle, (width - 1) / 2": lambda field: _middle(field)[:1] * 2,
        FIXED: lambda field: ((MAP_PATCH - 1) / 2,) * 2,
        f"{FIXED}; there it would be (n - 1) / 2": lambda field: (MAP_PATCH / 2,) * 2,
    },
    {
        "": _km,
        "the distance in km is MAP_KM times the distance in values; yours is counted in values": np.hypot,
        "this ring is a square: the distance is the root of the sum of both squares": lambda rows, columns: (
            MAP_KM * np.maximum(abs(rows), abs(columns))
        ),
        "this ring is a square on its tip: the distance is the root of the sum of both squares": lambda rows, columns: (
            MAP_KM * (abs(rows) + abs(columns))
        ),
        "this is the square of the distance: take its root": lambda rows, columns: _km(rows, columns) ** 2,
    },
    {
        "": _half_open,
        "the outer distance itself does not belong to the ring: r < outer": lambda r, inner, outer: (
            (r >= inner) & (r <= outer)
        ),
        "the inner distance itself belongs to the ring: r >= inner": lambda r, inner, outer: (r > inner) & (r < outer),
        "the inner distance itself belongs to the ring, the outer does not": lambda r, inner, outer: (
            (r > inner) & (r <= outer)
        ),
        "this is the whole disk: leave out what is nearer than the inner distance": lambda r, inner, outer: r < outer,
        "this is everything outside the inner distance: leave out what is farther than the outer": (
            lambda r, inner, outer: r >= inner
        ),
        "this is the mean of the whole map": lambda r, inner, outer: np.ones(r.shape, bool),
        "this is the rest of the map, without the ring": lambda r, inner, outer: ~_half_open(r, inner, outer),
    },
    {
        "": _known_mean,
        "leave NaN out of the mean": lambda field, inside: field[inside].mean(),
        "values outside the ring count as 0 here: take the mean of those inside only": lambda field, inside: np.nanmean(
            np.where(inside, field, 0.0)
        ),
        "values outside the ring count as 0 here: only those inside have a part in the mean": lambda field, inside: (
            np.nanmean(field * inside)
        ),
        "unknown values count as 0 here: leave them out of the mean": lambda field, inside: np.nan_to_num(field)[
            inside
        ].mean(),
        "this is a sum: divide by the number of known values in the ring": lambda field, inside: np.nansum(
            field[inside]
        ),
        "the mean is asked for, not the median": lambda field, inside: np.nanmedian(field[inside]),
    },
)

RING_MEANS = {hint: rule for hint, rule in ALL_RING_MEANS.items() if hint.count("; and ") < 2}
"""Mistakes, alone and in pairs."""


def _ring(random: Random) -> tuple[np.ndarray, float, float]:
    """A map, and a ring that holds at least one of its values."""
    height, width = random.integers(3, 24, size=2)
    field = random.uniform(190, 310, (height, width))
    place = random.integers(height), random.integers(width)
    radius = float(_km(place[0] - (height - 1) / 2, place[1] - (width - 1) / 2))
    return field, radius * random.uniform(0, 1), 0.1 + radius * random.uniform(1.01, 2)


def _ring_with_gaps(random: Random) -> tuple[np.ndarray, float, float]:
    field, inner, outer = _ring(random)
    gaps = _with_gaps(random, field)
    filled = np.isnan(_known_mean(gaps, _half_open(_km(*_from_middle(field)), inner, outer)))
    return (field if filled else gaps), inner, outer


def _from_middle(field: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    row, column = np.indices(field.shape)
    return row - _middle(field)[0], column - _middle(field)[1]


def _on_values(random: Random) -> tuple[np.ndarray, float, float]:
    """A map with odd sides, and a ring of whole steps, so that values lie exactly on both of its borders."""
    height, width = 2 * random.integers(6, 10, size=2) + 1
    inner = int(random.integers(0, 4))
    return random.uniform(190, 310, (height, width)), inner * MAP_KM, (inner + random.integers(1, 3)) * MAP_KM


@takes_function
def ring_mean(answer: Callable) -> list[Finding]:
    """A function (temperature_k, inner_km, outer_km) -> mean over a ring around the middle of the map."""
    disks = [(field, 0.0, MAP_KM) for field, _, _ in random_cases(_ring, 5)]
    otherwise = "mean of the known values whose distance in km from the middle is at least inner and less than outer"
    groups = {
        "a ring": (random_cases(_ring), otherwise),
        "a small disk": (disks, "the inner distance belongs to the ring"),
        "unknown values": (random_cases(_ring_with_gaps, 10, seed=1), "leave NaN out of the mean"),
        "values on the borders": (random_cases(_on_values, 10), "inner <= r < outer: the inner border, not the outer"),
    }
    right = _ring_rule(_middle, _km, _half_open, _known_mean)
    return in_groups(answer, right, groups, RING_MEANS)


CHECKS: dict[str, Check] = {"class_index": class_index, "cold_share": cold_share, "ring_mean": ring_mean}

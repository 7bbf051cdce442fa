"""Checks of the exercises of 01_Problem_and_Approach."""

from collections.abc import Callable
from typing import Any

from bootcamp.cyclone.baselines import MAP_KM, ZERO_CELSIUS_K
from bootcamp.cyclone.intensity import CLASS_NAMES, INTENSITY_CLASSES, wind_to_class
from bootcamp.exercises import Check, Finding

import numpy as np


def _same(found: Any, expected: float) -> bool:
    return bool(np.shape(found) == () and np.isclose(float(found), expected, rtol=1e-5, atol=1e-9))


def _hint(found: Any, guesses: dict[str, float], otherwise: str) -> str:
    return next((text for text, value in guesses.items() if _same(found, value)), otherwise)


def _index_finding(answer: Callable, about: str, winds: list[int], hint: str) -> Finding:
    found = [(wind, answer(wind)) for wind in winds]
    wrong = [(wind, index) for wind, index in found if not _same(index, wind_to_class(wind))]
    if not wrong:
        return Finding(about, True)
    wind, index = wrong[0]
    return Finding(about, False, f"{wind} kt is {CLASS_NAMES[wind_to_class(wind)]}, you return {index!r}: {hint}")


def class_index(answer: Callable) -> list[Finding]:
    """A function wind_kt -> index of the class, for whole numbers of knots."""
    edges = [int(entry.lower_kt) for entry in INTENSITY_CLASSES[2:]]
    inside = [int(entry.lower_kt) + 5 for entry in INTENSITY_CLASSES]
    return [
        _index_finding(answer, "winds inside the classes", inside, "count the lower bounds below the wind"),
        _index_finding(
            answer, "lower bounds", edges, "a wind equal to a lower bound belongs to the class above it, side='right'"
        ),
        _index_finding(answer, "one knot below", [edge - 1 for edge in edges], "the bound itself begins the class"),
        _index_finding(answer, "calm", [0], "no wind is NC, index 0; an index of -1 would mean H5 in a list"),
        _index_finding(
            answer, "20 and 21 kt", [20, 21], "by the published table exactly 20 kt is still NC, and TD begins above it"
        ),
    ]


def _map(seed: int = 0) -> np.ndarray:
    """Temperature map in kelvin (20, 31) with unknown values."""
    random = np.random.default_rng(seed)
    field = random.uniform(200, 300, (20, 31))
    field[random.uniform(size=field.shape) < 0.2] = np.nan
    return field


def cold_share(answer: Callable) -> list[Finding]:
    """A function (temperature_k, border_c) -> share of the known values colder than the border."""
    field, border = _map(), -50.0
    whole = np.nan_to_num(field, nan=260.0)
    cold, known = field - ZERO_CELSIUS_K < border, np.isfinite(field)
    guesses = {
        "the map is in kelvin and the border in degrees Celsius: 0 degrees Celsius are 273.15 K": 0.0,
        "unknown values count as warm in your share: divide by the number of known values": cold.mean(),
        "this is the number of cold values; a share is divided by the number of known ones": cold.sum(),
        "this is the share of the values warmer than the border": 1 - cold.sum() / known.sum(),
        "in percent it would be right; a share lies between 0 and 1": 100 * cold.sum() / known.sum(),
        "a comparison with NaN is False, so unknown values count as cold here": 1 - (~cold & known).mean(),
    }
    found = answer(field.copy(), border)
    clear = answer(whole.copy(), border)
    expected_clear = (whole - ZERO_CELSIUS_K < border).mean()
    otherwise = "take the known values, convert to degrees Celsius, compare, and average"
    kelvin = {
        "the map is in kelvin and the border in degrees Celsius: 0 degrees Celsius are 273.15 K": 0.0,
        "this is the share of the values warmer than the border": 1 - expected_clear,
    }
    return [
        Finding("a map without gaps", _same(clear, expected_clear), _hint(clear, kelvin, otherwise)),
        Finding("a map with gaps", _same(found, cold.sum() / known.sum()), _hint(found, guesses, otherwise)),
    ]


def _distance(shape: tuple[int, int], middle: tuple[float, float], step: float) -> np.ndarray:
    row, column = np.indices(shape)
    return step * np.hypot(row - middle[0], column - middle[1])


def ring_mean(answer: Callable) -> list[Finding]:
    """A function (temperature_k, inner_km, outer_km) -> mean over a ring around the middle of the map."""
    field, inner, outer = _map(1), 40.0, 120.0
    whole = np.nan_to_num(field, nan=250.0)
    height, width = field.shape
    centre = ((height - 1) / 2, (width - 1) / 2)

    def mean(some: np.ndarray, low: float, high: float, middle: tuple = centre, step: float = MAP_KM) -> float:
        distance = _distance(field.shape, middle, step)
        values = some[(distance >= low) & (distance < high)]
        return float(np.nanmean(values)) if np.isfinite(values).any() else np.nan

    guesses = {
        "this is the mean of the whole map": np.nanmean(whole),
        "this is the whole disk: leave out what is nearer than the inner distance": mean(whole, 0, outer),
        "the middle of n values lies at (n - 1) / 2": mean(whole, inner, outer, (height / 2, width / 2)),
        "the middle of n values lies at (n - 1) / 2, not at n // 2": mean(
            whole, inner, outer, (height // 2, width // 2)
        ),
        "distances count from the middle of the map, yours count from its corner": mean(whole, inner, outer, (0, 0)),
        "rows and columns have different numbers of values: each has its own middle": mean(
            whole, inner, outer, (centre[1], centre[0])
        ),
    }
    found = answer(whole.copy(), inner, outer)
    small = answer(whole.copy(), 0.0, MAP_KM)
    gaps = answer(field.copy(), inner, outer)
    otherwise = "the distance in km is MAP_KM times the distance in values; is yours counted in values?"
    return [
        Finding("a ring", _same(found, mean(whole, inner, outer)), _hint(found, guesses, otherwise)),
        Finding("a small disk", _same(small, mean(whole, 0.0, MAP_KM)), "the inner distance belongs to the ring"),
        Finding("unknown values", _same(gaps, mean(field, inner, outer)), "leave NaN out of the mean"),
    ]


CHECKS: dict[str, Check] = {"class_index": class_index, "cold_share": cold_share, "ring_mean": ring_mean}

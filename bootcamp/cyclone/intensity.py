"""Intensity classes by maximum sustained wind, and wind from class probabilities."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


class IntensityClass(NamedTuple):
    """A class holds the winds with lower_kt <= wind < upper_kt, in knots (1-minute mean at 10 m)."""

    name: str
    lower_kt: float
    upper_kt: float


INTENSITY_CLASSES: tuple[IntensityClass, ...] = (
    IntensityClass("NC", 0.0, 20.0),
    IntensityClass("TD", 20.0, 34.0),
    IntensityClass("TS", 34.0, 64.0),
    IntensityClass("H1", 64.0, 83.0),
    IntensityClass("H2", 83.0, 96.0),
    IntensityClass("H3", 96.0, 113.0),
    IntensityClass("H4", 113.0, 137.0),
    IntensityClass("H5", 137.0, math.inf),
)
"""No category, depression, storm, hurricane of category 1 to 5 (Saffir and Simpson), weakest first.

One exception to `lower_kt <= wind < upper_kt`: best tracks come in steps of 5 kt, and by the published table a wind
of exactly 20 kt is still NC, so TD begins just above 20 kt.
"""

CLASS_NAMES: tuple[str, ...] = tuple(entry.name for entry in INTENSITY_CLASSES)

TYPICAL_WIND_KT: tuple[float, ...] = (17.5, 27.0, 48.5, 73.0, 89.0, 104.0, 124.5, 147.5)
"""A wind for each class: the middle of its published range (TD: 20 to 33 kt, ...); NC and H5 have an open end, there
it is the middle of the winds that best tracks have, 15 to 20 and 140 to 155 kt."""

_EDGES_KT = np.array([np.nextafter(20.0, 21.0), *(entry.lower_kt for entry in INTENSITY_CLASSES[2:])])


def wind_to_class(wind_kt: ArrayLike) -> int | np.ndarray:
    """Index into `INTENSITY_CLASSES` of a wind in knots: an int for a number, an int64 array of its shape otherwise.

    Raises:
        ValueError: a wind that is NaN, infinite or negative.

    >>> wind_to_class(20), wind_to_class(21), wind_to_class([63, 64]).tolist()
    (0, 1, [2, 3])
    """
    winds = np.asarray(wind_kt, dtype=float)
    wrong = winds[~(np.isfinite(winds) & (winds >= 0))]
    if wrong.size:
        raise ValueError(f"a wind is a finite number of knots, 0 or more, not {wrong.flat[0]}")
    index = np.searchsorted(_EDGES_KT, winds, side="right")
    return int(index) if index.ndim == 0 else index


def expected_wind(probabilities: ArrayLike, class_wind_kt: ArrayLike = TYPICAL_WIND_KT) -> np.ndarray:
    """Expected wind in knots (n,) of class probabilities (n, 8): sum over the classes of probability times wind.

    Args:
        probabilities: one row per frame, each with a sum of 1 (within 1e-3).
        class_wind_kt: the wind that stands for each class (8,), for example its mean in the training set.

    Raises:
        ValueError: wrong shape, NaN, negative probabilities, or a row that does not sum to one.

    >>> expected_wind([[0, 0, 0.5, 0.5, 0, 0, 0, 0]]).tolist()
    [60.75]
    """
    rows, winds = np.asarray(probabilities, dtype=float), np.asarray(class_wind_kt, dtype=float)
    count = len(INTENSITY_CLASSES)
    if rows.ndim != 2 or rows.shape[1] != count:
        raise ValueError(f"probabilities have the shape (frames, {count}), not {rows.shape}")
    if winds.shape != (count,) or not np.isfinite(winds).all():
        raise ValueError(f"class_wind_kt has {count} finite winds, not {winds}")
    if not (rows >= 0).all() or not np.allclose(rows.sum(axis=1), 1.0, atol=1e-3):
        raise ValueError("probabilities must be 0 or more and sum to one in each row")
    return rows @ winds

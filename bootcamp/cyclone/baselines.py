"""Baselines without a network: statistics of temperatures read off the colours with a linear model, and climatology."""

import functools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bootcamp import runtime
from bootcamp.cyclone.drawing import COLDEST_C, STEPS, WARMEST_C, enhance
from bootcamp.cyclone.evaluation import CLASSES
from bootcamp.cyclone.images import read_frame
from bootcamp.cyclone.rendering import FRAME_KM

import cv2
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

ZERO_CELSIUS_K = 273.15
BITS = 6
"""Colours are looked up with this many bits in each channel."""
UNKNOWN = 80.0
"""A colour farther than this from all of the table's, in steps of 255, belongs to no temperature."""
MAP_SIZE, MAP_PATCH = 128, 108
"""Temperature maps sample the frame MAP_SIZE times in each direction; the patch leaves text box and colour bar out."""
MAP_KM = FRAME_KM / MAP_SIZE
"""Kilometers from one value of a temperature map to the next."""
MEDIAN = 5
"""Side in pixels of the median that removes the lines of coasts and grid, which are one pixel wide."""
BORDERS_C = (-30, -50, -70, -80)
"""Temperatures at which the enhancement table changes its colour."""
STATISTICS = ("mean_c", "spread_c", *(f"share_below_{border}" for border in BORDERS_C))
"""Mean and standard deviation in degrees Celsius, and the shares of the map that are colder than minus 30, 50, ..."""


@functools.cache
def _lookup() -> np.ndarray:
    """Temperature in kelvin float32 (2 ** (3 * BITS),) of every coarse colour, NaN where the table has none near."""
    celsius = np.linspace(COLDEST_C, WARMEST_C, STEPS + 1)
    table = enhance((celsius + ZERO_CELSIUS_K + 1e-3).astype(np.float32)).astype(np.float32)
    levels = (np.arange(2**BITS, dtype=np.float32) + 0.5) * 2 ** (8 - BITS) - 0.5
    found = []
    for red in levels:
        green, blue = np.meshgrid(levels, levels, indexing="ij")
        colours = np.stack([np.full_like(green, red), green, blue], axis=-1).reshape(-1, 3)
        distance = (colours**2).sum(1)[:, None] - 2 * colours @ table.T + (table**2).sum(1)
        kelvin = celsius[distance.argmin(axis=1)] + ZERO_CELSIUS_K
        found.append(np.where(distance.min(axis=1) <= UNKNOWN**2, kelvin, np.nan))
    return np.concatenate(found).astype(np.float32)


def estimate_temperature(pixels: np.ndarray) -> np.ndarray:
    """Brightness temperature in kelvin, float32 (...), of enhancement colours: the inverse of `enhance`.

    Each pixel gets the temperature of the nearest color of the table, NaN where no color is near (dark brown, pink).
    White text and orange lines have neighbors in the table and must be kept away before.

    Args:
        pixels: uint8 (..., 3), red first.

    Raises:
        ValueError: another type or shape.
    """
    if pixels.dtype != np.uint8 or pixels.ndim < 1 or pixels.shape[-1] != 3:
        raise ValueError(f"pixels are uint8 (..., 3), not {pixels.dtype} {pixels.shape}")
    red, green, blue = np.moveaxis(pixels.astype(np.int32) >> (8 - BITS), -1, 0)
    return _lookup()[(((red << BITS) | green) << BITS) | blue]


def temperature_map(path: Path | str) -> np.ndarray:
    """Cloud-top temperatures of a frame in kelvin, float32 (108, 108), one value every 16 km, from its colours.

    A median over 5 x 5 pixels removes coasts and grid; it never mixes two colors into one that means a third
    temperature, as a mean would.

    Raises:
        ValueError: not an image, or a frame smaller than the map.
    """
    pixels = read_frame(path)
    step = len(pixels) // MAP_SIZE
    if step < 1 or pixels.shape[0] != pixels.shape[1]:
        raise ValueError(f"a frame is square with at least {MAP_SIZE} pixels in each direction, not {pixels.shape[:2]}")
    samples = cv2.medianBlur(pixels, MEDIAN)[step // 2 :: step, step // 2 :: step]
    start = (MAP_SIZE - MAP_PATCH) // 2
    return estimate_temperature(samples[start : start + MAP_PATCH, start : start + MAP_PATCH])


def map_statistics(temperature_k: np.ndarray) -> np.ndarray:
    """The STATISTICS of one temperature map in kelvin (height, width): float64 (6,). NaN in the map does not count.

    Raises:
        ValueError: not a map, or one without any temperature.

    >>> map_statistics(np.array([[273.15, 203.15 - 5]])).round(2).tolist()
    [-37.5, 37.5, 0.5, 0.5, 0.5, 0.0]
    """
    celsius = np.asarray(temperature_k, dtype=float) - ZERO_CELSIUS_K
    seen = celsius[np.isfinite(celsius)]
    if celsius.ndim != 2 or not seen.size:
        raise ValueError(f"a temperature map is (height, width) with at least one temperature, not {celsius.shape}")
    return np.array([seen.mean(), seen.std(), *((seen < border).mean() for border in BORDERS_C)])


def load_statistics(paths: Sequence[Path | str], threads: int = 2) -> pd.DataFrame:
    """The STATISTICS of many frames, one row each in their order.

    Raises:
        ValueError: no frame, or one that is not an image.
    """
    if not len(paths):
        raise ValueError("there are no frames")
    _lookup()
    with ThreadPoolExecutor(threads) as pool:
        maps = pool.map(lambda path: map_statistics(temperature_map(path)), paths)
        rows = list(runtime.progress(maps, "reading temperatures", total=len(paths)))
    return pd.DataFrame(rows, columns=STATISTICS)


def statistics_model() -> Any:
    """The linear model of the first baseline, not fitted: standardize, then multinomial logistic regression."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))


def class_probabilities(model: Any, statistics: pd.DataFrame) -> np.ndarray:
    """Probabilities (n, 8) of a fitted classifier of scikit-learn; 0 for a class that it never saw."""
    rows = np.zeros((len(statistics), CLASSES))
    rows[:, np.asarray(model.classes_, dtype=int)] = model.predict_proba(statistics)
    return rows


def baseline_probabilities(train: pd.DataFrame, frames: pd.DataFrame, threads: int = 2) -> np.ndarray:
    """The first baseline: statistics and linear model fitted on `train`, probabilities (n, 8) for `frames`.

    Args:
        train: table of `label_images`.
        frames: another one.
        threads: that read images.
    """
    model = statistics_model().fit(load_statistics(train["path"], threads), train["label"])
    return class_probabilities(model, load_statistics(frames["path"], threads))


def climatology(labels: ArrayLike, count: int = 1) -> np.ndarray:
    """Class shares of the training labels as probabilities for `count` frames, the same for each: (count, 8).

    Raises:
        ValueError: no labels, or labels that are no class indices.

    >>> climatology([2, 2, 3, 7])[0].tolist()
    [0.0, 0.0, 0.5, 0.25, 0.0, 0.0, 0.0, 0.25]
    """
    found = np.asarray(labels)
    if found.ndim != 1 or not found.size or not np.isin(found, np.arange(CLASSES)).all():
        raise ValueError(f"labels are indices from 0 to {CLASSES - 1}, at least one; the shape is {found.shape}")
    return np.tile(np.bincount(found.astype(int), minlength=CLASSES) / found.size, (count, 1))

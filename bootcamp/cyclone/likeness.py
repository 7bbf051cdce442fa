"""How alike frames are, and what is known of a storm from its past: what a split has to keep apart."""

from bootcamp.cyclone.tracks import interpolate_wind

import cv2
import numpy as np
import pandas as pd

MARGIN = 0.1
"""Share of the frame at each rim that is left out of comparisons: text and color bar are the same in all frames."""
SATELLITE_MINUTES = 35
"""Frames of a storm that are no farther apart follow each other."""


def frame_signatures(images: np.ndarray, size: int = 24) -> np.ndarray:
    """Reduced frames without the mean of all, scaled to length 1: float32 (n, 3 size^2).

    The scalar product of two of them is the correlation of the two frames: 1 for the same picture, 0 for two that have
    no more in common than any two.

    Args:
        images: uint8 (n, side, side, 3), at least two.
        size: height and width in pixels at which frames are compared.

    Raises:
        ValueError: another shape, fewer than two images, or a size larger than the compared part of the images.
    """
    if images.ndim != 4 or images.shape[3] != 3 or len(images) < 2:
        raise ValueError(f"images are (n, side, side, 3), at least two, not {images.shape}")
    rim = round(MARGIN * images.shape[1])
    inner = images[:, rim : images.shape[1] - rim, rim : images.shape[2] - rim]
    if not 1 <= size <= min(inner.shape[1:3]):
        raise ValueError(f"size is 1 to {min(inner.shape[1:3])} for these images, not {size}")
    small = [cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA).ravel() for image in inner]
    rows = np.array(small, dtype=np.float32)
    rows -= rows.mean(axis=0)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


def hours_apart(frames: pd.DataFrame) -> np.ndarray:
    """Hours between any two frames, float32 (n, n)."""
    hours = _hours(frames)
    return np.abs(hours[:, None] - hours[None, :]).astype(np.float32)


def _hours(frames: pd.DataFrame) -> np.ndarray:
    return ((frames["time"] - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(hours=1)).to_numpy()


def minutes_to_training(train: pd.DataFrame, test: pd.DataFrame) -> np.ndarray:
    """Minutes from each test frame to the nearest training frame of the same storm (n,); NaN where there is none."""
    known = {storm_id: np.sort(_hours(some)) for storm_id, some in train.groupby("storm_id")}
    nearest = np.full(len(test), np.nan)
    for i, (storm_id, hour) in enumerate(zip(test["storm_id"], _hours(test), strict=True)):
        if storm_id in known:
            nearest[i] = 60 * np.abs(known[storm_id] - hour).min()
    return nearest


def longest_run(frames: pd.DataFrame) -> pd.DataFrame:
    """The longest row of frames of one storm that follow each other; of equally long ones that with the most wind."""
    ordered = frames.sort_values(["storm_id", "time"], kind="stable")
    apart = ordered["time"].diff() > pd.Timedelta(minutes=SATELLITE_MINUTES)
    number = ((ordered["storm_id"] != ordered["storm_id"].shift()) | apart).cumsum()
    runs = ordered.groupby(number)["wind_kt"].agg(["size", "mean"])
    return ordered[number == runs.sort_values(["size", "mean"]).index[-1]]


def wind_before(tracks: pd.DataFrame, frames: pd.DataFrame, hours: float) -> np.ndarray:
    """Wind of the best track so many hours before each frame, in knots (n,); NaN before the track begins.

    Raises:
        ValueError: hours that are negative.
    """
    if not hours >= 0:
        raise ValueError(f"hours is a number, 0 or more, not {hours!r}")
    winds = np.full(len(frames), np.nan)
    for storm_id, places in frames.groupby("storm_id").indices.items():
        times = frames["time"].iloc[places] - pd.Timedelta(hours=hours)
        winds[places] = interpolate_wind(tracks, storm_id, times)
    return winds

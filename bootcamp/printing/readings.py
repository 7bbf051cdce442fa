"""Simulated readings of an instrument."""

import numpy as np


def readings(repeats: int, count: int, truth: float, noise: float, seed: int) -> np.ndarray:
    """Independent normal readings around the truth.

    Args:
        repeats: number of series.
        count: readings of each series.
        truth: what a perfect instrument would show.
        noise: standard deviation of one reading, in the unit of `truth`.
        seed: of the random numbers.

    Returns:
        Readings, float64 (repeats, count), in the unit of `truth`.

    Raises:
        ValueError: no series, no reading, or a negative noise.
    """
    if repeats < 1 or count < 1 or noise < 0:
        raise ValueError(f"at least one series and one reading, and no negative noise, not {repeats}, {count}, {noise}")
    return truth + noise * np.random.default_rng(seed).normal(size=(repeats, count))

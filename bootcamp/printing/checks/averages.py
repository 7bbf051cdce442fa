"""Checks of the exercises of 01_Averages_and_Noise."""

import math
from collections.abc import Callable

from bootcamp.exercises import Finding, agrees, random_cases, takes_function

import numpy as np


def _standard_error(values: np.ndarray) -> float:
    return float(np.std(values, ddof=1) / math.sqrt(len(values)))


@takes_function
def standard_error(answer: Callable[[np.ndarray], float]) -> list[Finding]:
    """`answer(values)` is the standard error of the mean."""
    cases = random_cases(lambda random: (random.normal(20.0, 0.5, size=int(random.integers(2, 40))),))
    mistakes = {
        "that is the spread of single readings: their mean varies less": lambda v: np.std(v, ddof=1),
        "the spread of the readings is estimated with n - 1 (ddof=1)": lambda v: np.std(v) / math.sqrt(len(v)),
        "divide by the square root of n, not by n": lambda v: np.std(v, ddof=1) / len(v),
    }
    return [
        agrees(
            "the standard error of the mean",
            answer,
            _standard_error,
            cases,
            mistakes=mistakes,
            hint="estimate the spread of the readings, then that of their mean",
        )
    ]


def _readings_needed(noise: float, wanted: float) -> int:
    return math.ceil((noise / wanted) ** 2)


@takes_function
def readings_needed(answer: Callable[[float, float], int]) -> list[Finding]:
    """`answer(noise, wanted)` is the smallest number of readings that is enough."""
    # Ratios whose square is no whole number, so that rounding does not decide; and exact ones in powers of two.
    cases = random_cases(lambda random: (float(random.uniform(0.1, 2.0)), float(random.uniform(0.05, 0.4))))
    exact = [(0.5, 0.25), (1.0, 0.125), (0.5, 0.5)]
    mistakes = {
        "the error falls with the square root of n: square the ratio": lambda s, w: max(1, math.ceil(s / w)),
        "rounding down leaves the error a little too large": lambda s, w: max(1, math.floor((s / w) ** 2)),
    }
    return [
        agrees(
            "the smallest number that is enough",
            answer,
            _readings_needed,
            [*cases, *exact],
            mistakes=mistakes,
            hint="solve noise / sqrt(n) <= wanted for n, and round up",
        ),
        agrees(
            "at least one reading",
            answer,
            _readings_needed,
            [(0.1, 0.4), (0.25, 1.0)],
            hint="without a reading there is no mean: the least number is one",
        ),
    ]

"""Checks of the exercises of 02_Networks_for_Voxels."""

from collections.abc import Callable

from bootcamp.exercises import Check, Finding, agrees, ask, random_cases, stopped, takes_function
from bootcamp.exercises.cases import FAILURES
from bootcamp.printing.evaluation import confusion, cost, f1

import numpy as np

Random = np.random.Generator


def _table(random: Random) -> tuple[np.ndarray, str]:
    return random.integers(1, 60, (2, 2)), ("bad", "good")[int(random.integers(2))]


@takes_function
def f1_score(answer: Callable[[np.ndarray, str], float]) -> list[Finding]:
    """`answer(matrix, positive)` is F1 for either choice of the positive class."""
    cases = random_cases(_table)
    nothing = [(np.array([[5, 0], [7, 0]]), "good"), (np.array([[0, 9], [0, 4]]), "bad")]
    mistakes = {
        "the class that is positive is an argument: this is F1 of good parts in every case": lambda m, p: f1(m, "good"),
        "the class that is positive is an argument: this is F1 of bad parts in every case": lambda m, p: f1(m, "bad"),
        "the first row and column are the bad parts, the second the good ones": lambda m, p: f1(
            m, "good" if p == "bad" else "bad"
        ),
        "that is the accuracy: it counts both classes alike": lambda m, p: np.trace(m) / m.sum(),
        "that is the recall alone": lambda m, p: m[_k(p), _k(p)] / m[_k(p)].sum(),
        "that is the precision alone": lambda m, p: m[_k(p), _k(p)] / m[:, _k(p)].sum(),
        "the harmonic mean of two numbers, not their mean": lambda m, p: (
            m[_k(p), _k(p)] / m[_k(p)].sum() / 2 + m[_k(p), _k(p)] / m[:, _k(p)].sum() / 2
        ),
    }
    hint = "2 tp / (2 tp + fp + fn), counted for the class that is positive"
    return [
        agrees("F1 of either class", answer, f1, cases, mistakes=mistakes, hint=hint),
        agrees("a class that was never found", answer, f1, nothing, hint="nothing found is an F1 of 0, not NaN"),
    ]


def _k(positive: str) -> int:
    return ("bad", "good").index(positive)


def _block_parameters(channels: int, filters: int, kernel_size: int) -> int:
    return kernel_size**3 * channels * filters + 3 * filters


def _block(random: Random) -> tuple[int, int, int]:
    return int(random.integers(1, 65)), int(random.integers(2, 65)), int(random.choice([1, 3, 5, 7]))


@takes_function
def block_parameters(answer: Callable[[int, int, int], int]) -> list[Finding]:
    """`answer(channels, filters, kernel_size)` counts what a block of convolution and normalization learns."""
    mistakes = {
        "three dimensions: the kernel has the third power of its size": lambda c, f, k: k**2 * c * f + 3 * f,
        "the normalization learns two numbers for each filter, and they are missing": lambda c, f, k: k**3 * c * f + f,
        "each filter has a bias beside its weights": lambda c, f, k: k**3 * c * f + 2 * f,
        "weights only: bias and normalization learn three numbers more for each filter": lambda c, f, k: k**3 * c * f,
        "mean and variance of the normalization are measured, not learned": lambda c, f, k: k**3 * c * f + 5 * f,
        "the normalization stands behind the filters: it has two numbers for each of them, not for each channel": (
            lambda c, f, k: k**3 * c * f + f + 2 * c
        ),
    }
    return [
        agrees(
            "what a block learns",
            answer,
            _block_parameters,
            random_cases(_block),
            mistakes=mistakes,
            hint="weights k * k * k * channels * filters, a bias for each filter, two numbers of the normalization",
        )
    ]


def _parts(random: Random) -> tuple[np.ndarray, np.ndarray, float]:
    good = random.random(60) < 0.5
    logits = np.round(random.normal(size=60) + 1.5 * good, 2)
    return good, logits, float(random.choice([0.2, 1.0, 5.0, 20.0]))


@takes_function
def cheapest_threshold(answer: Callable[[np.ndarray, np.ndarray, float], float]) -> list[Finding]:
    """`answer(printable, logits, price)` is a threshold with the least cost: several may have it."""
    about = "no threshold is cheaper"
    all_bad, all_good = (np.full(60, False), np.arange(60.0), 5.0), (np.full(60, True), np.arange(60.0), 0.5)
    for good, logits, price in [*random_cases(_parts), all_bad, all_good]:
        try:
            threshold = float(ask(answer, good, logits, price))
        except FAILURES as error:
            return [Finding(about, False, stopped(error))]
        levels = np.unique(logits)
        tried = np.concatenate([[levels[0] - 1], (levels[1:] + levels[:-1]) / 2, [levels[-1] + 1]])
        least = min(cost(confusion(good, logits > t), price) for t in tried)
        found = cost(confusion(good, logits > threshold), price)
        if not found <= least + 1e-9:
            return [Finding(about, False, _threshold_hint(good, logits, price, threshold, found, least))]
    return [Finding(about, True)]


def _threshold_hint(
    good: np.ndarray, logits: np.ndarray, price: float, threshold: float, found: float, least: float
) -> str:
    if good.all() or not good.any():
        kind, verdict = ("good", "accept") if good.all() else ("bad", "refuse")
        return f"where all parts are {kind} the cheapest is to {verdict} them all, and {threshold:g} does not"
    missing = (
        f"at a price of {price:g} the threshold {threshold:.3g} costs {found:.3f} a part, and {least:.3f} is possible"
    )
    return f"{missing}: try every threshold between two logits, and those outside of all"


CHECKS: dict[str, Check] = {
    "f1_score": f1_score,
    "block_parameters": block_parameters,
    "cheapest_threshold": cheapest_threshold,
}

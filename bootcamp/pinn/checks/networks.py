"""Checks of the exercises of 07_Networks_and_Tricks."""

from collections.abc import Callable

from bootcamp.exercises import Check, Finding

import numpy as np


def _same(found: object, expected: object) -> bool:
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    return found.shape == expected.shape and bool(np.allclose(found, expected, rtol=1e-9, atol=1e-12))


def _verdict(answer: Callable, about: str, baseline: list[float], changed: list[float], hint: str) -> Finding:
    expected = about.rsplit(" ", 1)[-1]
    found = answer(list(baseline), list(changed))
    return Finding(about, found == expected, f"{hint}; your answer is {found!r}")


def verdict(answer: Callable) -> list[Finding]:
    """A function (baseline, changed) -> "helps", "hurts" or "unclear"."""
    low, high = [0.10, 0.12, 0.11, 0.09, 0.10], [0.30, 0.31, 0.28, 0.40, 0.33]
    return [
        _verdict(answer, "three times smaller on every seed: helps", high, low, "all five seeds agree"),
        _verdict(answer, "three times larger on every seed: hurts", low, high, "the rule also holds the other way"),
        _verdict(
            answer,
            "one lucky seed: unclear",
            [0.10, 0.10, 0.10, 0.10, 0.10],
            [0.11, 0.12, 0.11, 0.001, 0.12],
            "the best seed is no measure: count the seeds that improved and compare medians",
        ),
        _verdict(
            answer,
            "one failed seed of the baseline: unclear",
            [0.10, 0.11, 0.10, 0.10, 9.0],
            [0.09, 0.10, 0.09, 0.09, 0.10],
            "a mean is ruled by one bad seed: compare medians",
        ),
        _verdict(
            answer,
            "a small gain on every seed: unclear",
            low,
            [0.9 * error for error in low],
            "10 % is below the factor 2 that the rule asks for",
        ),
        _verdict(
            answer,
            "half the median, worse on two seeds: unclear",
            [0.10, 0.10, 0.10, 0.10, 0.10],
            [0.01, 0.01, 0.01, 0.20, 0.20],
            "the median alone is not enough: at most one seed may disagree, compared seed by seed",
        ),
    ]


def join_gradients(answer: Callable) -> list[Finding]:
    """A function (gradients (parts, p), sizes (parts,)) -> gradient of the mean over all points (p,)."""
    random = np.random.default_rng(2)
    per_point = random.normal(size=(10, 3))
    sizes = np.array([4, 5, 1])
    parts = np.stack([part.mean(axis=0) for part in np.split(per_point, np.cumsum(sizes)[:-1])])
    found = np.asarray(answer(parts.copy(), sizes.copy()), dtype=float)
    hints = {
        "the part with one point counts as much as the one with five: weight each part by its size": parts.mean(axis=0),
        "the gradients of means are averaged, not added": parts.sum(axis=0),
        "divide by the number of points, not of parts": (sizes[:, None] * parts).sum(axis=0) / len(sizes),
        "the weighted sum still has to be divided by the number of points": (sizes[:, None] * parts).sum(axis=0),
    }
    hint = next((text for text, value in hints.items() if _same(found, value)), "each point counts once")
    equal = np.asarray(answer(parts.copy(), np.array([5, 5, 5])), dtype=float)
    return [
        Finding("one gradient of the size of each part's", found.shape == (3,), f"(3,) is wanted, not {found.shape}"),
        Finding("equal parts", _same(equal, parts.mean(axis=0)), hint),
        Finding("parts of 4, 5 and 1 points", _same(found, per_point.mean(axis=0)), hint),
    ]


def chaos_moments(answer: Callable) -> list[Finding]:
    """A function c (p + 1,) of plain Legendre coefficients -> (mean, standard deviation) for z uniform on (-1, 1)."""
    c = np.array([2.0, 0.3, -0.5, 0.1])
    k = np.arange(4)
    share = c**2 / (2 * k + 1)
    mean, deviation = (float(number) for number in answer(c.copy()))
    hints = {
        "P_k is not normalized: the mean of P_k^2 is 1/(2k + 1)": np.sqrt(np.sum(c[1:] ** 2)),
        "c_0 is the mean and no part of the scatter: sum from k = 1": np.sqrt(np.sum(share)),
        "that is the variance: take its root": np.sum(share[1:]),
        "that is the integral over (-1, 1); the density of z is 1/2": np.sqrt(2 * np.sum(share[1:])),
    }
    hint = next((text for text, value in hints.items() if _same(deviation, value)), "add the variances of the terms")
    constant = [float(number) for number in answer(np.array([3.0]))]
    return [
        Finding("the mean", _same(mean, 2.0), "the mean of every P_k with k > 0 is zero"),
        Finding("the standard deviation", _same(deviation, np.sqrt(np.sum(share[1:]))), hint),
        Finding("an output that does not depend on z", _same(constant, [3.0, 0.0]), "it does not scatter"),
    ]


CHECKS: dict[str, Check] = {
    "verdict": verdict,
    "join_gradients": join_gradients,
    "chaos_moments": chaos_moments,
}

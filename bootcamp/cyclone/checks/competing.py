"""Checks of the exercises of 06_Competition."""

from collections.abc import Callable
from typing import Any

from bootcamp.cyclone.evaluation import storm_standard_error
from bootcamp.exercises import Check, Finding

import numpy as np


def _close(found: Any, expected: Any) -> bool:
    values = np.asarray(found, dtype=float)
    return values.shape == np.shape(expected) and bool(np.allclose(values, expected, rtol=1e-6, atol=1e-9))


def _hint(found: Any, guesses: dict[str, Any], otherwise: str) -> str:
    return next((text for text, value in guesses.items() if _close(found, value)), otherwise)


def to_probabilities(answer: Callable) -> list[Finding]:
    """A function scores (n, 8), any real numbers -> probabilities (n, 8): the softmax of each row."""
    scores = np.random.default_rng(0).normal(0, 2, (5, 8))
    powers = np.exp(scores)
    expected = powers / powers.sum(axis=1, keepdims=True)
    positive = np.maximum(scores, 0)
    guesses = {
        "each column sums to one, but a row is a frame: sum over the classes": powers / powers.sum(axis=0),
        "one sum for the whole table: each row needs its own": powers / powers.sum(),
        "negative scores stay negative: take the exponential before you divide": scores
        / scores.sum(axis=1, keepdims=True),
        "negative scores are cut to 0, and what they say is lost: take the exponential": positive
        / positive.sum(axis=1, keepdims=True),
        "this says all or nothing; an error in knots needs the other probabilities": np.eye(8)[scores.argmax(axis=1)],
        "a sigmoid treats each class alone: the rows do not sum to one": 1 / (1 + np.exp(-scores)),
    }
    with np.errstate(all="ignore"):
        found = answer(scores.copy())
        large = np.asarray(answer(scores + 1000.0), dtype=float)
        small = np.asarray(answer(scores - 1000.0), dtype=float)
    return [
        Finding("five frames", _close(found, expected), _hint(found, guesses, "exponential, then row by its sum")),
        Finding(
            "large scores",
            _close(large, expected) and _close(small, expected),
            "exp(1000) is infinite and exp(-1000) is 0: subtract the largest score of each row before; it cancels",
        ),
    ]


def error_bar(answer: Callable) -> list[Finding]:
    """A function (right (n,) bool, storm_id (n,)) -> standard error of the share that is right, storms independent."""
    random = np.random.default_rng(1)
    storms = np.array(list("AAAAABBBBBBBBCCDDDDDDEEE"))
    right = random.random(len(storms)) < np.repeat([0.9, 0.2, 0.5, 0.8, 0.4], [5, 8, 2, 6, 3])
    expected = storm_standard_error(right, storms)
    share, count = right.mean(), len(right)
    sums = np.array([(right[storms == name] - share).sum() for name in np.unique(storms)])
    means = np.array([right[storms == name].mean() for name in np.unique(storms)])
    guesses = {
        "this holds for independent frames; frames of one storm are near copies": np.sqrt(share * (1 - share) / count),
        "every storm counts the same here, however many frames it has; sum over the frames of a storm, not the "
        "mean": means.std() / np.sqrt(len(means)),
        "every storm counts the same here, however many frames it has: sum over the frames of a storm, not the "
        "mean": means.std(ddof=1) / np.sqrt(len(means)),
        "divide by the number of frames, since the sums are over frames": np.sqrt((sums**2).sum()) / len(sums),
        "the root is missing": (sums**2).sum() / count**2,
        "the sums of all storms add up to zero: square each before you add": 0.0,
    }
    found = answer(right.copy(), storms.copy())
    apart = answer(right.copy(), np.arange(count))
    otherwise = "for each storm the sum of right minus share over its frames; square, add, root, divide by the frames"
    return [
        Finding("five storms", _close(found, expected), _hint(found, guesses, otherwise)),
        Finding(
            "every frame a storm of its own",
            _close(apart, np.sqrt(share * (1 - share) / count)),
            "then it must be the usual sqrt(p (1 - p) / n)",
        ),
    ]


CHECKS: dict[str, Check] = {"to_probabilities": to_probabilities, "error_bar": error_bar}

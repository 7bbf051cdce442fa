"""Checks of the exercises of 05_Class_Imbalance."""

from collections.abc import Callable
from typing import Any

from bootcamp.cyclone.training import class_weights as room_weights
from bootcamp.exercises import Check, Finding

import numpy as np

COUNTS = (1, 4, 10, 5, 0, 2, 2, 1)
"""Frames of each class in the example; one class has none."""


def _close(found: Any, expected: np.ndarray) -> bool:
    values = np.asarray(found, dtype=float)
    return values.shape == np.shape(expected) and bool(np.allclose(values, expected, rtol=1e-6, atol=1e-9))


def _hint(found: Any, guesses: dict[str, np.ndarray], otherwise: str) -> str:
    return next((text for text, value in guesses.items() if _close(found, value)), otherwise)


def balanced_weights(answer: Callable) -> list[Finding]:
    """A function labels (n,) -> weights (8,), inverse to the counts, 1 on average over the frames."""
    labels = np.random.default_rng(0).permutation(np.repeat(np.arange(8), COUNTS))
    counts = np.bincount(labels, minlength=8)
    expected = room_weights(labels)
    with np.errstate(all="ignore"):
        found = np.asarray(answer(labels.copy()), dtype=float)
    inverse = np.where(counts > 0, 1 / np.maximum(counts, 1), 0.0)
    guesses = {
        "inverse counts alone are small: the loss, and with it every step, would shrink; scale them": inverse,
        "the mean over the eight weights is 1; the mean over the frames, each with its weight, must be": 8
        * inverse
        / inverse.sum(),
        "the scale takes the most frequent class as 1, so the loss grows; make the mean over the frames 1": counts.max()
        * inverse,
        "divide by the number of classes that occur, not by 8: a class without frames has no share of the loss": len(
            labels
        )
        / 8
        * inverse,
        "these weights grow with the count: it is the rare classes that need more": counts / len(labels),
    }
    finite = found.shape == (8,) and bool(np.isfinite(found).all())
    even = answer(np.arange(8).repeat(3))
    return [
        Finding("eight finite numbers", finite, "a class without a frame has the weight 0, not infinity or NaN"),
        Finding(
            "a rare class gets more, the mean over the frames is 1",
            _close(found, expected),
            _hint(found, guesses, "each class that occurs must have the same sum of weights over its frames"),
        ),
        Finding("equal counts", _close(even, np.ones(8)), "where all classes are equally frequent, all weights are 1"),
    ]


def without_prior(answer: Callable) -> list[Finding]:
    """A function (probabilities (n, 8), shares (8,)) -> probabilities as if all classes were equally frequent."""
    random = np.random.default_rng(1)
    rows, shares = random.dirichlet(np.ones(8), 12), random.dirichlet(3 * np.ones(8))
    divided = rows / shares
    expected = divided / divided.sum(axis=1, keepdims=True)
    multiplied = rows * shares
    guesses = {
        "you multiply by the shares, which makes the frequent classes more probable still": multiplied
        / multiplied.sum(axis=1, keepdims=True),
        "you multiply by the shares, which makes the frequent classes more probable still, and the rows do not sum "
        "to one": multiplied,
        "the rows do not sum to one any more: divide each by its sum": divided,
        "one sum for the whole table: each row, a frame, needs its own": divided / divided.sum(),
        "the sum runs down the columns; each row, a frame, must sum to one": divided / divided.sum(axis=0),
    }
    found = answer(rows.copy(), shares.copy())
    same = answer(np.tile(shares, (3, 1)), shares.copy())
    otherwise = "divide each column by the share of its class, then each row by its sum"
    return [
        Finding("twelve frames", _close(found, expected), _hint(found, guesses, otherwise)),
        Finding(
            "an answer that only repeats the shares",
            _close(same, np.full((3, 8), 1 / 8)),
            "whoever knows only the shares knows nothing once they are taken out: 1/8 for each class",
        ),
    ]


def northern(answer: Callable) -> list[Finding]:
    """A function (image, lat) -> the image, mirrored north to south where lat is negative."""
    image = np.random.default_rng(2).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    given = image.copy()
    south, north, equator = (np.asarray(answer(given, lat)) for lat in (-15.0, 15.0, 0.0))
    guesses = {
        "the southern image is returned as it is": image,
        "two mirrors make a rotation by 180 degrees: the wind turns as before": image[::-1, ::-1],
        "east and west are exchanged: the wind turns the right way, but a storm that moves west now moves east": image[
            :, ::-1
        ],
        "the colors are exchanged, not the rows": image[..., ::-1],
        "rows and columns are exchanged, which mirrors about the diagonal: north becomes west": image.transpose(
            1, 0, 2
        ),
    }
    hint = next((text for text, value in guesses.items() if np.array_equal(south, value)), "turn the rows upside down")
    return [
        Finding(
            "a northern storm stays", np.array_equal(north, image), "a storm at 15 degrees north turns the right way"
        ),
        Finding("a southern storm is mirrored", np.array_equal(south, image[::-1]), hint),
        Finding("the equator counts as north", np.array_equal(equator, image), "only a negative latitude is south"),
        Finding(
            "the argument is left as it was",
            np.array_equal(given, image),
            "the image that came in was changed: return a new one",
        ),
    ]


CHECKS: dict[str, Check] = {
    "balanced_weights": balanced_weights,
    "without_prior": without_prior,
    "northern": northern,
}

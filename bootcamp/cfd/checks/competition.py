"""Checks of the exercises of 05_Competition."""

from collections.abc import Callable
from typing import Any

from bootcamp.exercises import Check, Finding

import numpy as np


def _same(found: Any, expected: Any) -> bool:
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    return found.shape == expected.shape and bool(np.allclose(found, expected, rtol=1e-5, atol=1e-9))


def clearly_better(answer: Callable) -> list[Finding]:
    """A function (errors of one model, errors of another) -> whether the first is lower for every seed."""
    first = [0.10, 0.13, 0.11, 0.12]
    lucky = bool(answer(first, [0.12, 0.11, 0.14, 0.15]))
    means = bool(answer(np.array([0.10, 0.12]), np.array([0.11, 0.30]))), bool(answer([0.05, 0.21], [0.20, 0.20]))
    return [
        Finding("lower for every seed counts", bool(answer(first, [0.12, 0.14, 0.13, 0.15])), "here each seed agrees"),
        Finding(
            "one seed that disagrees",
            not lucky,
            "the second seed is worse: compare the errors seed by seed, not the best of each",
        ),
        Finding("a lower mean alone", means == (True, False), "a large gain with one seed hides a loss with another"),
        Finding(
            "equal models",
            not bool(answer(np.array(first), np.array(first))),
            "a model is not better than itself: equal errors do not count",
        ),
    ]


def _ensemble_hint(found: np.ndarray, predictions: np.ndarray) -> str:
    hints = {
        "this is one member: average over the list": predictions[0],
        "this is the sum: divide by the number of members": predictions.sum(axis=0),
        "this is the median; for the mean np.mean(..., axis=0)": np.median(predictions, axis=0),
    }
    default = "np.mean(predictions, axis=0) is the mean over the members"
    return next((hint for hint, wrong in hints.items() if _same(found, wrong)), default)


def ensemble(answer: Callable) -> list[Finding]:
    """A function (list of predictions, solid) -> mean prediction, zero inside the objects."""
    random = np.random.default_rng(5)
    predictions, solid = random.normal(size=(3, 2, 4, 6, 2)), random.random((2, 4, 6)) < 0.3
    found = np.asarray(answer([p.copy() for p in predictions], solid.copy()))
    if found.shape != predictions.shape[1:]:
        hint = f"members of shape {predictions.shape[1:]} gave {found.shape}"
        return [Finding("shape (n, height, width, 2)", False, hint)]
    fluid, masked = ~solid, np.where(solid[..., None], 0.0, found)
    right = _same(masked[fluid], predictions.mean(axis=0)[fluid])
    visible = np.where(solid[..., None], 0.0, predictions)
    return [
        Finding("shape (n, height, width, 2)", True),
        Finding("the mean in the fluid", right, "" if right else _ensemble_hint(masked, visible)),
        Finding("zero inside the objects", _same(found[solid], 0 * found[solid]), "set it to 0 where solid is True"),
    ]


def _divergence(velocity: np.ndarray) -> np.ndarray:
    u, v = velocity[..., 0], velocity[..., 1]
    return (u[:, 1:-1, 2:] - u[:, 1:-1, :-2] + v[:, 2:, 1:-1] - v[:, :-2, 1:-1]) / 2


def rms_divergence(answer: Callable) -> list[Finding]:
    """A function (velocity, solid) -> root mean square divergence over fluid cells with four fluid neighbors."""
    random = np.random.default_rng(6)
    velocity, solid = random.normal(size=(2, 9, 12, 2)), np.zeros((2, 9, 12), bool)
    solid[:, 3:6, 4:8] = True
    velocity[solid] = 0.0
    free, square = ~solid, _divergence(velocity) ** 2
    centre = free[:, 1:-1, 1:-1]
    counted = centre & free[:, 1:-1, 2:] & free[:, 1:-1, :-2] & free[:, 2:, 1:-1] & free[:, :-2, 1:-1]
    found = answer(velocity.copy(), solid.copy())
    hints = {
        "all inner cells are counted, those inside and beside the object too": np.sqrt(square.mean()),
        "the cells beside the object are counted: their central difference reaches into it": np.sqrt(
            square[centre].mean()
        ),
        "the root is missing": square[counted].mean(),
        "square before you average: positive and negative values cancel": abs(_divergence(velocity)[counted].mean()),
    }
    default = "use the mask of cells that are fluid and have four fluid neighbors"
    hint = next((text for text, value in hints.items() if _same(found, value)), default)
    empty = np.zeros_like(solid)
    return [
        Finding("around an object", _same(found, np.sqrt(square[counted].mean())), hint),
        Finding("without an object", _same(answer(velocity, empty), np.sqrt(square.mean())), "all inner cells count"),
    ]


CHECKS: dict[str, Check] = {
    "clearly_better": clearly_better,
    "ensemble": ensemble,
    "rms_divergence": rms_divergence,
}

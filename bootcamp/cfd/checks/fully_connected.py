"""Checks of the exercises of 02_Fully_Connected."""

import itertools
from collections.abc import Callable
from typing import Any

from bootcamp.exercises import Check, Finding

import numpy as np


def _same(found: Any, expected: float) -> bool:
    return bool(np.shape(found) == () and np.isclose(float(found), expected, rtol=1e-6, atol=1e-12))


def _hint(found: Any, guesses: dict[str, float], otherwise: str) -> str:
    return next((text for text, value in guesses.items() if _same(found, value)), otherwise)


def _flow(seed: int, count: int | None = None) -> np.ndarray:
    shape = (6, 9, 2) if count is None else (count, 6, 9, 2)
    return np.random.default_rng(seed).normal(0.4, 1.0, shape)


def relu_floor(answer: Callable) -> list[Finding]:
    """A function velocity (height, width, 2) -> smallest relative error of an output that is never negative."""
    velocity = _flow(0)
    norm, left = np.linalg.norm(velocity), np.linalg.norm(np.minimum(velocity, 0))
    guesses = {
        "this counts negative values; the error weighs each with its square": np.mean(velocity < 0),
        "the relative error is a ratio of norms: take the square root": (left / norm) ** 2,
        "this is what a ReLU lets through; the error is what it cuts off": np.sqrt(norm**2 - left**2) / norm,
        "divide by the norm of the whole flow, not only of what a ReLU lets through": left / np.sqrt(norm**2 - left**2),
        "divide by the norm of the flow: the error is relative": left,
        "squares, not magnitudes: the relative error is a ratio of L2 norms": np.abs(np.minimum(velocity, 0)).sum()
        / np.abs(velocity).sum(),
    }
    otherwise = "the best output is max(u, 0); which part of u does it miss, and how large is that part beside u?"
    found = answer(velocity.copy())
    return [
        Finding("a flow with both signs", _same(found, left / norm), _hint(found, guesses, otherwise)),
        Finding("a flow without negative values", _same(answer(np.abs(velocity)), 0.0), "here a ReLU costs nothing"),
        Finding("the unit does not matter", _same(answer(7 * velocity), left / norm), "divide by the norm of the flow"),
    ]


def batch_loss(answer: Callable) -> list[Finding]:
    """A function (true, predicted), both (batch, height, width, 2) -> mean of the samples' relative errors."""
    true, predicted = _flow(1, 3), _flow(2, 3)
    true[1] *= 5.0
    squares, sizes = ((predicted - true) ** 2).sum(axis=(1, 2, 3)), (true**2).sum(axis=(1, 2, 3))
    expected = np.sqrt(squares / sizes).mean()
    guesses = {
        "a sum over the batch grows with the batch": squares.sum(),
        "sum up the samples' relative errors, then divide by their number": np.sqrt(squares / sizes).sum(),
        "each sample by its own norm: in one common ratio fast flows count more": np.sqrt(squares.sum() / sizes.sum()),
        "the unit is still in it: divide every sample by its own norm": squares.mean(),
        "a mean over all values still has the unit in it": ((predicted - true) ** 2).mean(),
        "take the square root of every sample's ratio before the mean": (squares / sizes).mean(),
        "first the square root of every sample, then the mean": np.sqrt((squares / sizes).mean()),
    }
    found = answer(true.copy(), predicted.copy())
    twice = answer(np.tile(true, (2, 1, 1, 1)), np.tile(predicted, (2, 1, 1, 1)))
    unit = np.array([1.0, 3.0, 0.1])[:, None, None, None]
    otherwise = "for every sample |predicted - true| / |true| over height, width and both components; then their mean"
    return [
        Finding("three samples", _same(found, expected), _hint(found, guesses, otherwise)),
        Finding("the batch repeated", _same(twice, expected), "a sum over the batch grows with the batch"),
        Finding("other units", _same(answer(unit * true, unit * predicted), expected), "every sample by its own norm"),
    ]


def _parameters(height: int, width: int, units: int, hidden_layers: int) -> int:
    sizes = [height * width, *[units] * hidden_layers, 2 * height * width]
    return sum(n * m + m for n, m in itertools.pairwise(sizes))


def _count_finding(answer: Callable, case: tuple[int, int, int, int]) -> Finding:
    height, width, units, hidden = case
    cells, expected = height * width, _parameters(*case)
    biases = hidden * units + 2 * cells
    guesses = {
        "biases are missing: every layer has one for each number it returns": expected - biases,
        "the layers between the first and the last are missing": 3 * cells * units + units + 2 * cells,
        "between the first and the last layer lie hidden_layers - 1 others": expected + units * (units + 1),
        "two components: the last layer returns two numbers for every cell": expected - cells * (units + 1),
        "only the first and the last layer, and without biases": 3 * cells * units,
    }
    found = answer(*case)
    about = f"{height} x {width} cells, {units} units, {hidden} hidden layers"
    return Finding(about, _same(found, expected), _hint(found, guesses, "a layer from n to m numbers has n m + m"))


def dense_parameters(answer: Callable) -> list[Finding]:
    """A function (height, width, units, hidden_layers) -> parameters of the fully connected network."""
    return [_count_finding(answer, case) for case in ((8, 16, 10, 2), (8, 16, 10, 4), (16, 32, 10, 1))]


CHECKS: dict[str, Check] = {
    "relu_floor": relu_floor,
    "batch_loss": batch_loss,
    "dense_parameters": dense_parameters,
}

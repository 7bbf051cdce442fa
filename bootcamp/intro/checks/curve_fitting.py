"""Checks of the exercises of 01_Curve_Fitting."""

from collections.abc import Callable

from bootcamp.exercises import Check, Finding

import numpy as np
from sklearn.linear_model import LinearRegression

Error = Callable[[np.ndarray, np.ndarray], float]


def mean_squared_error(answer: Error) -> list[Finding]:
    """`answer(y_true, y_predicted)` compares sample by sample whatever the number of axes."""
    truth, predicted = np.array([1.0, 2.0, 4.0]), np.array([1.0, 3.0, 2.0])
    column = truth[:, np.newaxis]
    return [
        Finding(
            "equal shapes give the mean of the squared differences",
            bool(np.isclose(answer(truth, predicted), 5.0 / 3.0)),
            "square the differences first, then take their mean",
        ),
        Finding(
            "shapes (n,) and (n, 1) of a perfect prediction give zero, in either order",
            bool(np.isclose([answer(truth, column), answer(column, truth)], 0.0).all()),
            "bring both arrays to one axis before you subtract, for example with np.ravel",
        ),
        Finding(
            "different numbers of samples raise ValueError",
            _raises_value_error(answer),
            "NumPy repeats a single value without a word: compare the numbers of samples yourself",
        ),
    ]


def _raises_value_error(answer: Error) -> bool:
    try:
        answer(np.zeros(3), np.zeros(1))
    except ValueError:
        return True
    return False


def parameter_count(answer: Callable[[int, int, int], int]) -> list[Finding]:
    """`answer(inputs, units, outputs)` counts weights and biases of one hidden layer with a skip connection."""
    return [
        Finding(
            "one input, one unit, one output",
            answer(1, 1, 1) == 5,
            "the hidden unit has a weight and a bias; the output has two weights and a bias",
        ),
        Finding(
            "one input, 100 units, one output",
            answer(1, 100, 1) == 302,
            "each unit adds three numbers: weight, bias, and its weight in the output",
        ),
        Finding(
            "three inputs, 10 units, two outputs",
            answer(3, 10, 2) == 68,
            "the skip connection brings every input to every output: inputs times outputs more weights",
        ),
    ]


def periodic_features(answer: Callable[[np.ndarray], np.ndarray]) -> list[Finding]:
    """`answer(x)` maps (n, 1) to features (n, k) on which a linear model of sin(10 x) extrapolates."""
    inside, outside = np.linspace(0.0, 1.0, 200)[:, np.newaxis], np.linspace(-1.0, 2.0, 300)[:, np.newaxis]
    columns = np.asarray(answer(inside))
    shaped = Finding(
        "the result has one row per sample",
        columns.ndim == 2 and len(columns) == len(inside),
        "return an array of shape (n, k), for example with np.concatenate([...], axis=1)",
    )
    if not shaped.right:
        return [shaped]
    model = LinearRegression().fit(columns, np.sin(10.0 * inside))
    return [
        shaped,
        Finding(
            "the line fits where there was data",
            _largest_error(model, columns, inside) < 0.05,
            "the curve is a sine of 10 x: a feature must repeat as often as it does",
        ),
        Finding(
            "it also holds from -1 to 2",
            _largest_error(model, np.asarray(answer(outside)), outside) < 0.05,
            "powers of x grow without limit outside the data; use functions that repeat",
        ),
    ]


def _largest_error(model: LinearRegression, columns: np.ndarray, x: np.ndarray) -> float:
    return float(np.abs(model.predict(columns) - np.sin(10.0 * x)).max())


CHECKS: dict[str, Check] = {
    "mean_squared_error": mean_squared_error,
    "parameter_count": parameter_count,
    "periodic_features": periodic_features,
}

"""Checks of the exercises of 04_Digits_with_Keras."""

import math
import warnings
from collections.abc import Callable

from bootcamp.exercises import Check, Finding

import numpy as np

ArrayFunction = Callable[[np.ndarray], np.ndarray]


def recall_per_class(answer: ArrayFunction) -> list[Finding]:
    """`answer(matrix)`: share of each row on the diagonal, nan for an empty row."""
    matrix = np.array([[8, 2, 0], [1, 3, 0], [0, 5, 5]])
    empty_class = np.array([[4, 0], [0, 0]])
    found = np.asarray(answer(matrix), dtype=float)
    precision = np.diag(matrix) / matrix.sum(axis=0)
    by_column = found.shape == (3,) and np.allclose(found, precision)
    hint = (
        "you divided by the columns, which gives the precision: of all that were called a class, how many are it"
        if by_column
        else "divide each diagonal entry by the number of images of its true class, the sum of its row"
    )
    return [
        Finding("each class is compared with its own images", _close(found, [0.8, 0.75, 0.5]), hint),
        Finding(
            "a class without images gives nan and no warning",
            _without_warning(answer, empty_class),
            "np.divide has an argument `where` for the entries to compute and `out` for the others",
        ),
    ]


def _close(found: np.ndarray, wanted: list[float]) -> bool:
    return np.shape(found) == np.shape(wanted) and bool(np.allclose(found, wanted))


def _without_warning(answer: ArrayFunction, matrix: np.ndarray) -> bool:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = np.asarray(answer(matrix), dtype=float)
    return not caught and bool(found[0] == 1.0 and np.isnan(found[1]))


def softmax(answer: ArrayFunction) -> list[Finding]:
    """`answer(logits)`: probabilities (samples, classes), also for logits of a thousand."""
    logits = np.array([[0.0, 1.0, 2.0], [3.0, 3.0, 3.0]])
    powers = np.exp(logits)
    with np.errstate(all="ignore"):
        small = np.asarray(answer(logits))
        large = np.asarray(answer(np.array([[1000.0, 999.0], [-1000.0, 0.0]])))
    return [
        Finding(
            "each sample's probabilities sum to one",
            small.shape == logits.shape and bool(np.allclose(small.sum(axis=1), 1.0)),
            "sum over the classes of each sample: axis=1 with keepdims=True",
        ),
        Finding(
            "the probabilities are those of the formula",
            small.shape == logits.shape and bool(np.allclose(small, powers / powers.sum(axis=1, keepdims=True))),
            "the probability of a class is its exponential over the sum of all exponentials of the sample",
        ),
        Finding(
            "logits of a thousand work",
            large.shape == (2, 2) and bool(np.allclose(large, [[0.7310586, 0.2689414], [0.0, 1.0]])),
            "subtract the largest logit of each sample from all of its logits before the exponential",
        ),
    ]


def images_needed(answer: Callable[[float, float], int]) -> list[Finding]:
    """`answer(accuracy, standard_error)`: smallest n with sqrt(p (1 - p) / n) at most the error."""
    found = answer(0.98, 0.002)
    by_root = math.isclose(found, math.sqrt(0.98 * 0.02) / 0.002, rel_tol=0.05)
    hint = (
        "the error falls with the square root of n: square the ratio"
        if by_root
        else "solve standard_error = sqrt(p (1 - p) / n) for n"
    )
    return [
        Finding("98 % to within 0.2 points", math.isclose(found, 4900.0, abs_tol=1.01), hint),
        Finding(
            "the answer is a whole number, rounded up",
            found == 4900 and answer(0.9, 0.0112) == 718,
            "a fraction of an image does not exist: math.ceil; take care that rounding errors do not add an image",
        ),
    ]


CHECKS: dict[str, Check] = {
    "recall_per_class": recall_per_class,
    "softmax": softmax,
    "images_needed": images_needed,
}

"""Checks of the exercises of 04_Digits_with_Keras."""

import math
import warnings
from collections.abc import Callable

from bootcamp.exercises import (
    Check,
    Finding,
    agrees,
    ask,
    described,
    random_cases,
    same,
    stopped,
    takes_function,
)

import numpy as np

ArrayFunction = Callable[[np.ndarray], np.ndarray]


def _recall(matrix: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return np.diag(matrix) / matrix.sum(axis=1)


def _confusion(random: np.random.Generator) -> tuple[np.ndarray]:
    """Every class has images, a few of them perhaps only one, and none of them right."""
    classes = int(random.integers(1, 6))
    matrix = random.integers(0, 9, size=(classes, classes))
    matrix[np.arange(classes), random.integers(classes, size=classes)] += 1
    return (matrix,)


FULL = [
    (np.array([[8, 2, 0], [1, 3, 0], [0, 5, 5]]),),
    (np.array([[0, 1, 0], [0, 1, 0], [2, 0, 5]]),),
    (np.array([[7]]),),
    (np.array([[0.5, 0.5], [0.25, 0.75]]),),
]
EMPTY = [(np.array([[4, 0], [0, 0]]),), (np.array([[0, 0, 0], [0, 0, 3], [0, 2, 2]]),), (np.zeros((2, 2), int),)]
SHARES = {
    "you divided by the columns, which gives the precision: of all that were called a class, how many are it": (
        lambda matrix: np.diag(matrix) / matrix.sum(axis=0)
    ),
    "you divided by all images: each class has its own number of images, the sum of its row": (
        lambda matrix: np.diag(matrix) / matrix.sum()
    ),
    "that is one accuracy for all classes: keep the classes apart": lambda matrix: np.trace(matrix) / matrix.sum(),
    "these are numbers of images: divide each by the sum of its row": np.diag,
}


@takes_function
def recall_per_class(answer: ArrayFunction) -> list[Finding]:
    """`answer(matrix)`: share of each row on the diagonal, nan for an empty row."""
    return [
        agrees(
            "each class is compared with its own images", answer, _recall, [*FULL, *random_cases(_confusion)],
            mistakes=SHARES,
            hint="divide each diagonal entry by the number of images of its true class, the sum of its row",
        ),
        agrees(
            "a class without images gives nan, the others their share", answer, _recall, EMPTY,
            hint="a class without images has no recall: nan, and not a number; the other classes keep theirs",
        ),
        _without_warning(answer),
    ]  # fmt: skip


def _without_warning(answer: ArrayFunction) -> Finding:
    about = "no warning comes"
    # Whatever a library or the learner told NumPy about divisions by zero: here they warn.
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn"):
        warnings.simplefilter("always")
        try:
            for case in EMPTY:
                ask(answer, *case)
        except Exception as error:  # noqa: BLE001 - the learner's function
            return Finding(about, False, stopped(error))
    said = f"it warns of: {caught[0].message}. " if caught else ""
    where = "np.divide has an argument `where` for the entries to compute and `out` for the others"
    return Finding(about, not caught, f"{said}{where}")


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _exponentials(logits: np.ndarray) -> np.ndarray:
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def _logits(random: np.random.Generator) -> tuple[np.ndarray]:
    return (random.normal(0.0, 2.0, size=random.integers(1, 6, size=2)),)


def _large_logits(random: np.random.Generator) -> tuple[np.ndarray]:
    """Far from zero, each sample elsewhere; or far from each other."""
    small = random.normal(0.0, 2.0, size=random.integers(2, 6, size=2))
    moved = random.uniform(-3000.0, 3000.0, size=(len(small), 1))
    return (small + moved if random.random() < 0.5 else 1000.0 * small,)


SMALL = [(np.array([[0.0, 1.0, 2.0], [3.0, 3.0, 3.0]]),), (np.array([[-1.0, 0.5]]),)]
LARGE = [
    (np.array([[1000.0, 999.0], [-1000.0, 0.0]]),),
    (np.array([[3000.0, 0.0]]),),
    (np.array([[3e4, 0.0, 3e4]]),),
    (np.array([[-2000.0, -2001.0]]),),
]
NORMALIZED = {
    "sum over the classes of each sample: axis=1 with keepdims=True. Here each class is summed over the samples": (
        lambda logits: np.exp(logits) / np.exp(logits).sum(axis=0)
    ),
    "sum over the classes of each sample: axis=1 with keepdims=True. Here all numbers are summed": (
        lambda logits: np.exp(logits) / np.exp(logits).sum()
    ),
    "the exponential is missing: the probability of a class is its exponential over the sum of all exponentials": (
        lambda logits: logits / logits.sum(axis=1, keepdims=True)
    ),
    "these are the logarithms of the probabilities: take their exponential": lambda logits: np.log(_softmax(logits)),
    "these are the exponentials: divide by the sum of each sample": np.exp,
}
SHIFTED = {
    "subtract the largest logit of each sample from all of its logits before the exponential": _exponentials,
    "each sample has its own largest logit: with that of all samples, a sample far below gets 0 / 0": (
        lambda logits: _exponentials(logits - logits.max())
    ),
    "the mean is not enough: a logit far above it still overflows. Subtract the largest one": (
        lambda logits: _exponentials(logits - logits.mean(axis=1, keepdims=True))
    ),
    "the smallest logit is the wrong one: the largest overflows still": (
        lambda logits: _exponentials(logits - logits.min(axis=1, keepdims=True))
    ),
}


@takes_function
def softmax(answer: ArrayFunction) -> list[Finding]:
    """`answer(logits)`: probabilities (samples, classes), also for logits of a thousand."""
    formula = "the probability of a class is its exponential over the sum of all exponentials of the sample"
    with np.errstate(all="ignore"):
        return [
            agrees("the probabilities are those of the formula", answer, _softmax, [*SMALL, *random_cases(_logits)],
                   mistakes=NORMALIZED, hint=formula),
            agrees("logits of a thousand work, of either sign and far apart", answer, _softmax,
                   [*LARGE, *random_cases(_large_logits)], mistakes=SHIFTED,
                   hint="which number of a sample can be subtracted from all its logits, so that none overflows?",
                   # In single precision a logit of 3000 is exact to 0.0002, and with it the exponential.
                   rtol=2e-3, atol=1e-6),
        ]  # fmt: skip


def _images(accuracy: float, standard_error: float) -> int:
    return math.ceil(accuracy * (1.0 - accuracy) / standard_error**2)


def _share_and_error(random: np.random.Generator) -> tuple[float, float]:
    """Values whose exact number of images is well away from a whole number, where rounding errors would decide."""
    accuracy, whole = float(random.uniform(0.02, 0.99)), int(random.integers(0, 60)) ** 2
    exact = whole + float(random.uniform(0.05, 0.95))
    return accuracy, math.sqrt(accuracy * (1.0 - accuracy) / exact)


NUMBERS = {
    "the error falls with the square root of n: square the ratio": lambda p, s: math.sqrt(p * (1 - p)) / s,
    "the error falls with the square root of n: square the ratio, then round up": lambda p, s: math.ceil(
        math.sqrt(p * (1 - p)) / s
    ),
    "a fraction of an image does not exist: round up with math.ceil": lambda p, s: p * (1 - p) / s**2,
    "rounded down the error is above the one asked for: round up": lambda p, s: math.floor(p * (1 - p) / s**2),
    "rounded to the nearest the error may be above the one asked for: round up": lambda p, s: round(p * (1 - p) / s**2),
    "this is more than needed where the formula gives a fraction: round up, and add nothing": lambda p, s: (
        math.ceil(p * (1 - p) / s**2) + 1
    ),
    "the accuracy is given: p (1 - p) is at most 1/4, and smaller here": lambda p, s: math.ceil(0.25 / s**2),
    "the standard error is asked for, not 1.96 of them": lambda p, s: math.ceil(1.96**2 * p * (1 - p) / s**2),
}


@takes_function
def images_needed(answer: Callable[[float, float], int]) -> list[Finding]:
    """`answer(accuracy, standard_error)`: smallest n with sqrt(p (1 - p) / n) at most the error."""
    cases = [(0.9, 0.4), (0.5, 0.3), *random_cases(_share_and_error)]  # one image, three, and many
    solve = "solve standard_error = sqrt(p (1 - p) / n) for n, and round up"
    others = agrees("the smallest whole number, for other accuracies and errors", answer, _images, cases,
                    mistakes=NUMBERS, hint=solve)  # fmt: skip
    found = ask(answer, 0.98, 0.002)
    # The exact value is 4900, in floating point a trace more: who rounds that up is right as well.
    right = any(same(found, number) for number in (4900, 4901))
    hint = others.hint or f"{solve} ({described(0.98, 0.002)} gives {found})"
    return [Finding("98 % to within 0.2 points", right, hint), others]


CHECKS: dict[str, Check] = {
    "recall_per_class": recall_per_class,
    "softmax": softmax,
    "images_needed": images_needed,
}

"""Checks of the exercises of 01_Curve_Fitting."""

from collections.abc import Callable, Iterator

from bootcamp.exercises import (
    Check,
    Finding,
    agrees,
    as_array,
    ask,
    first_wrong,
    random_cases,
    recognized,
    refuses,
    same,
    takes_function,
)

import numpy as np

Features = Callable[[np.ndarray], np.ndarray]
PERIOD = 2.0 * np.pi / 10.0  # of sin(10 x)


def _mean_squared_error(y_true: np.ndarray, y_predicted: np.ndarray) -> float:
    return float(np.mean((np.ravel(y_true) - np.ravel(y_predicted)) ** 2))


def _samples(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return tuple(random.normal(size=(2, int(random.integers(1, 9)))))


ONE_NUMBER = "the mean of the squared differences is one number"
SQUARED = {
    "square the differences first, then take their mean": lambda t, p: np.mean(t - p) ** 2,
    "that is the root of the mean squared error: leave the square root out": lambda t, p: np.mean((t - p) ** 2) ** 0.5,
    "that is the sum: the mean divides by the number of samples": lambda t, p: np.sum((t - p) ** 2),
    "that is the mean absolute error: square the differences": lambda t, p: np.mean(np.abs(t - p)),
}


@takes_function
def mean_squared_error(answer: Callable[[np.ndarray, np.ndarray], float]) -> list[Finding]:
    """`answer(y_true, y_predicted)` compares sample by sample whatever the number of axes."""
    flat = random_cases(_samples)
    mixed = [pair for truth, predicted in flat for pair in _with_columns(truth, predicted)]
    wrong_sizes = [(3, 1), (1, 3), (0, 1), (4, 3)]
    refused = [(np.ones(a), np.zeros(b)) for a, b in wrong_sizes] + [(np.ones((4, 1)), np.zeros(2))]
    return [
        agrees("equal shapes give the mean of the squared differences", answer, _mean_squared_error, flat,
               mistakes=SQUARED, hint=ONE_NUMBER),
        agrees(
            "shapes (n,) and (n, 1) are compared sample by sample, in either order", answer, _mean_squared_error, mixed,
            mistakes={"NumPy compares every prediction with every target here: bring both arrays to one axis before "
                      "you subtract, for example with np.ravel": lambda t, p: np.mean((t - p) ** 2)},
            errors={ValueError: "an equal number of samples is no error: (n,) and (n, 1) hold n samples each. Compare "
                    "the sizes, not the shapes, and bring both arrays to one axis"},
            hint="bring both arrays to one axis before you subtract, for example with np.ravel",
        ),
        refuses("different numbers of samples raise ValueError", answer, refused, ValueError,
                hint="NumPy repeats a single value without a word: compare the numbers of samples yourself"),
    ]  # fmt: skip


def _with_columns(truth: np.ndarray, predicted: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    yield truth, predicted[:, np.newaxis]
    yield truth[:, np.newaxis], predicted
    yield truth[:, np.newaxis], predicted[:, np.newaxis]


def _parameter_count(inputs: int, units: int, outputs: int) -> int:
    return (inputs + 1) * units + (units + inputs + 1) * outputs


NO_SKIP = "the skip connection brings every input to every output: inputs times outputs more weights"
COUNTS = {
    NO_SKIP: lambda i, u, o: (i + 1) * u + (u + 1) * o,
    f"{NO_SKIP}, not one for each output": lambda i, u, o: (i + 1) * u + (u + 2) * o,
    "the biases are missing: one for each hidden unit and one for each output": lambda i, u, o: i * u + (u + i) * o,
    "the hidden units have a bias each, and so have the outputs": lambda i, u, o: (i + 1) * u + (u + i) * o,
    "the outputs have a bias each, and so have the hidden units": lambda i, u, o: i * u + (u + i + 1) * o,
    "a skip connection is a weight only: the output has one bias, whatever comes in": lambda i, u, o: (
        (i + 1) * u + (u + 1) * o + (i + 1) * o
    ),
}


@takes_function
def parameter_count(answer: Callable[[int, int, int], int]) -> list[Finding]:
    """`answer(inputs, units, outputs)` counts weights and biases of one hidden layer with a skip connection."""
    others = random_cases(lambda random: tuple(int(n) for n in random.integers(1, 12, size=3)))
    groups = {
        "one input, one unit, one output": [(1, 1, 1)],
        "one input, 100 units, one output": [(1, 100, 1)],
        "three inputs, 10 units, two outputs": [(3, 10, 2)],
        "any other numbers": others,
    }
    hints = (
        "the hidden unit has a weight and a bias; the output has two weights and a bias",
        "each unit adds three numbers: weight, bias, and its weight in the output",
        NO_SKIP,
        "count weights and biases of the hidden units, then those of the outputs; all inputs go to all outputs",
    )
    known = recognized([ask(answer, *case) for case in others], COUNTS, others)
    rows = zip(groups.items(), hints, strict=True)
    return [agrees(about, answer, _parameter_count, cases, hint=known or hint) for (about, cases), hint in rows]


INSIDE = np.linspace(0.0, 1.0, 200)[:, np.newaxis]
OUTSIDE = np.linspace(-1.0, 2.0, 301)[:, np.newaxis]
LARGEST_ERROR = 0.05  # of a curve between -1 and 1


@takes_function
def periodic_features(answer: Features) -> list[Finding]:
    """`answer(x)` maps (n, 1) to features (n, k) on which a linear model of sin(10 x) extrapolates."""
    return first_wrong(_periodic_findings(answer))


def _periodic_findings(answer: Features) -> Iterator[Finding]:
    inside, outside = (as_array(ask(answer, x)) for x in (INSIDE, OUTSIDE))
    shaped = inside.ndim == 2 and len(inside) == len(INSIDE) and outside.shape == (len(OUTSIDE), inside.shape[1])
    shape_hint = "return an array of shape (n, k), for example with np.concatenate([...], axis=1); for x of shape "
    yield Finding("the result has one row per sample", shaped, f"{shape_hint}{INSIDE.shape} it is {inside.shape}")
    inside, outside = inside.astype(float), outside.astype(float)
    finite = bool(np.isfinite(inside).all() and np.isfinite(outside).all())
    yield Finding("the features are finite numbers", finite, "some are infinite or NaN for x from -1 to 2")
    weights = np.linalg.lstsq(_with_ones(inside), np.sin(10.0 * INSIDE), rcond=None)[0]
    error_inside = float(np.abs(_with_ones(inside) @ weights - np.sin(10.0 * INSIDE)).max())
    yield Finding("the line fits where there was data", error_inside < LARGEST_ERROR, _fit_hint(answer, inside))
    error_outside = float(np.abs(_with_ones(outside) @ weights - np.sin(10.0 * OUTSIDE)).max())
    yield Finding("it also holds from -1 to 2", error_outside < LARGEST_ERROR, _far_hint(answer, inside, outside))
    parts = np.concatenate([as_array(ask(answer, x)) for x in (OUTSIDE[:7], OUTSIDE[7:8], OUTSIDE[8:])])
    own = same(parts, outside, atol=1e-6)
    yield Finding("a row depends on its own x only", own, "the features change with the other samples of x")


def _with_ones(columns: np.ndarray) -> np.ndarray:
    return np.concatenate([columns, np.ones((len(columns), 1))], axis=1)


def _repeats(answer: Features) -> bool:
    return same(as_array(ask(answer, INSIDE)), as_array(ask(answer, INSIDE + PERIOD)), atol=1e-6)


def _fit_hint(answer: Features, inside: np.ndarray) -> str:
    if len(np.unique(inside, axis=0)) < len(INSIDE) // 2:
        return "the features are equal for many neighboring x, so the line makes steps: use smooth functions"
    if _repeats(answer):
        return (
            "the features repeat as often as the curve, but no weights make sin(10 x) of them: their phase is another "
            "one. A sine and a cosine of 10 x together can make every phase"
        )
    return "the curve is a sine of 10 x: a feature must repeat as often as it does"


def _far_hint(answer: Features, inside: np.ndarray, outside: np.ndarray) -> str:
    if _repeats(answer):
        return "the features repeat, but the line was fitted to few different values of them: use smooth functions"
    if np.abs(outside).max() > 1.5 * np.abs(inside).max():
        return "powers of x, and all else that grows, go their own way outside the data; use functions that repeat"
    return "the features fit the curve between 0 and 1 and do not repeat with its period, 2 pi / 10, outside"


CHECKS: dict[str, Check] = {
    "mean_squared_error": mean_squared_error,
    "parameter_count": parameter_count,
    "periodic_features": periodic_features,
}

"""Checks of the exercises of 02_Fully_Connected."""

import itertools
from collections.abc import Callable, Mapping

from bootcamp.exercises import Check, Finding, random_cases, takes_function
from bootcamp.exercises.groups import in_groups

import numpy as np

Random = np.random.Generator


def _flow(random: Random) -> tuple[np.ndarray]:
    """One flow (height, width, 2) with both signs, in some unit."""
    height, width = random.integers(2, 10, size=2)
    return (random.normal(random.uniform(-0.5, 1.0), 1.0, (height, width, 2)) * random.uniform(0.01, 10.0),)


def _cut(velocity: np.ndarray) -> np.ndarray:
    return np.minimum(velocity, 0.0)


def _floor(velocity: np.ndarray) -> float:
    return np.linalg.norm(_cut(velocity)) / np.linalg.norm(velocity)


FLOORS: Mapping[str, Callable[[np.ndarray], float]] = {
    "this counts negative values; the error weighs each with its square": lambda v: np.mean(v < 0),
    "the relative error is a ratio of norms: take the square root": lambda v: _floor(v) ** 2,
    "this is what a ReLU lets through; the error is what it cuts off": lambda v: _floor(-v),
    "divide by the norm of the whole flow, not only of what a ReLU lets through": lambda v: (
        np.linalg.norm(_cut(v)) / np.linalg.norm(np.maximum(v, 0))
    ),
    "divide by the norm of the flow: the error is relative": lambda v: np.linalg.norm(_cut(v)),
    "the mean square is in the unit of the flow: divide by the norm of the flow": lambda v: np.sqrt(
        np.mean(_cut(v) ** 2)
    ),
    "squares, not magnitudes: the relative error is a ratio of L2 norms": lambda v: (
        np.abs(_cut(v)).sum() / np.abs(v).sum()
    ),
    "this looks at the smallest value only; every value that is cut off belongs to the error": lambda v: (
        np.abs(_cut(v)).max() / np.abs(v).max()
    ),
    "only one component is counted: a ReLU cuts off negative values of both": lambda v: (
        np.linalg.norm(_cut(v)[..., 0]) / np.linalg.norm(v)
    ),
    "the upward component alone is counted: a ReLU cuts off negative values of both": lambda v: (
        np.linalg.norm(_cut(v)[..., 1]) / np.linalg.norm(v)
    ),
}
BEST = "the best output is max(u, 0); which part of u does it miss, and how large is that part beside u?"


@takes_function
def relu_floor(answer: Callable) -> list[Finding]:
    """A function velocity (height, width, 2) -> smallest relative error of an output that is never negative."""
    flows = random_cases(_flow)
    groups = {
        "a flow with both signs": (flows, BEST),
        "a flow without negative values": ([(np.abs(v),) for (v,) in flows[:3]], "here a ReLU costs nothing"),
        "a flow with negative values only": ([(-np.abs(v),) for (v,) in flows[:3]], "here a ReLU loses everything"),
        "the unit does not matter": ([(7 * v,) for (v,) in flows[:3]], "divide by the norm of the flow"),
    }
    return in_groups(answer, _floor, groups, FLOORS)


def _batch(random: Random, count: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """True and predicted flows (batch, height, width, 2); the samples have different sizes and errors."""
    count, height, width = count or random.integers(2, 6), *random.integers(2, 8, size=2)
    size, error = random.uniform(0.2, 5.0, size=(2, count, 1, 1, 1))
    true = size * random.normal(0.4, 1.0, (count, height, width, 2))
    return true, true + error * random.normal(0.1, 1.0, true.shape)


def _by_sample(values: np.ndarray) -> np.ndarray:
    return (values**2).sum(axis=(1, 2, 3))


def _errors(true: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    return np.sqrt(_by_sample(predicted - true) / _by_sample(true))


LOSSES: Mapping[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "a sum over the batch grows with the batch": lambda t, p: ((p - t) ** 2).sum(),
    "sum up the samples' relative errors, then divide by their number": lambda t, p: _errors(t, p).sum(),
    "each sample by its own norm: in one common ratio fast flows count more": lambda t, p: np.sqrt(
        _by_sample(p - t).sum() / _by_sample(t).sum()
    ),
    "the unit is still in it: divide every sample by its own norm": lambda t, p: _by_sample(p - t).mean(),
    "a mean over all values still has the unit in it": lambda t, p: ((p - t) ** 2).mean(),
    "this root mean square still has the unit in it: divide every sample by its own norm": lambda t, p: np.sqrt(
        ((p - t) ** 2).mean()
    ),
    "this is the mean size of the errors: divide every sample by the norm of its true flow": lambda t, p: np.sqrt(
        _by_sample(p - t)
    ).mean(),
    "take the square root of every sample's ratio before the mean": lambda t, p: (_errors(t, p) ** 2).mean(),
    "first the square root of every sample, then the mean": lambda t, p: np.sqrt((_errors(t, p) ** 2).mean()),
    "divide by the norm of the true flow: the arguments are (true, predicted), in this order": lambda t, p: _errors(
        p, t
    ).mean(),
    "the mean over the samples, not their median": lambda t, p: np.median(_errors(t, p)),
    "the mean over the samples, not the worst of them": lambda t, p: _errors(t, p).max(),
    "one number is asked for: the mean of these errors": _errors,
    "squares, not magnitudes: the relative error is a ratio of L2 norms": lambda t, p: (
        np.abs(p - t).sum(axis=(1, 2, 3)) / np.abs(t).sum(axis=(1, 2, 3))
    ).mean(),
}
LOSS = "for every sample |predicted - true| / |true| over height, width and both components; then their mean"


def _in_units(random: Random) -> tuple[np.ndarray, np.ndarray]:
    true, predicted = _batch(random)
    unit = 10 ** random.uniform(-2, 2, size=(len(true), 1, 1, 1))
    return unit * true, unit * predicted


@takes_function
def batch_loss(answer: Callable) -> list[Finding]:
    """A function (true, predicted), both (batch, height, width, 2) -> mean of the samples' relative errors."""
    batches = [random_cases(lambda random: _batch(random, 3), 1)[0], *random_cases(_batch, 10, seed=1)]
    repeated = [tuple(np.tile(part, (2, 1, 1, 1)) for part in batch) for batch in batches[:3]]
    groups = {
        "batches of several samples": (batches, LOSS),
        "a batch of one": (random_cases(lambda random: _batch(random, 1), 3), LOSS),
        "the batch repeated": (repeated, "a sum over the batch grows with the batch"),
        "other units": (random_cases(_in_units, 5), "every sample by its own norm"),
    }
    return in_groups(answer, lambda true, predicted: _errors(true, predicted).mean(), groups, LOSSES)


def _parameters(height: int, width: int, units: int, hidden_layers: int) -> int:
    sizes = [height * width, *[units] * hidden_layers, 2 * height * width]
    return sum(n * m + m for n, m in itertools.pairwise(sizes))


def _counted(cells: Callable[[int, int], int] = lambda h, w: h * w, more: int = 0, outputs: int = 2) -> Callable:
    """A wrong count: other cells, `more` layers in between, other numbers for each cell at the end."""

    def count(height: int, width: int, units: int, hidden_layers: int) -> int:
        n = cells(height, width)
        between = (hidden_layers - 1 + more) * units * (units + 1)
        return n * units + units + between + outputs * n * (units + 1)

    return count


COUNTS: Mapping[str, Callable[[int, int, int, int], int]] = {
    "biases are missing: every layer has one for each number it returns": lambda h, w, u, k: (
        3 * h * w * u + (k - 1) * u**2
    ),
    "the biases of the last layer are missing: one for each number it returns": lambda h, w, u, k: (
        _parameters(h, w, u, k) - 2 * h * w
    ),
    "the biases of the hidden layers are missing: one for each of their units": lambda h, w, u, k: (
        _parameters(h, w, u, k) - k * u
    ),
    "a layer has one bias for each number it returns, not one in all": lambda h, w, u, k: (
        3 * h * w * u + (k - 1) * u**2 + k + 1
    ),
    "the layers between the first and the last are missing": lambda h, w, u, k: 3 * h * w * u + u + 2 * h * w,
    "between the first and the last layer lie hidden_layers - 1 others": _counted(more=1),
    "the first hidden layer is one of them: hidden_layers - 1 others follow it": _counted(more=-1),
    "two components: the last layer returns two numbers for every cell": _counted(outputs=1),
    "the input is the shape alone, one number for every cell; two components come out": lambda h, w, u, k: (
        _parameters(h, w, u, k) + h * w * u
    ),
    "only the first and the last layer, and without biases": lambda h, w, u, k: 3 * h * w * u,
    "every cell of the grid is an input: height * width, not their sum": _counted(lambda h, w: h + w),
}


def _network(random: Random) -> tuple[int, int, int, int]:
    return tuple(int(n) for n in random.integers([1, 1, 1, 1], [40, 40, 60, 7]))


@takes_function
def dense_parameters(answer: Callable) -> list[Finding]:
    """A function (height, width, units, hidden_layers) -> parameters of the fully connected network."""
    hint = "a layer from n to m numbers has n m + m"
    groups = {
        "8 x 16 cells, 10 units, 2 hidden layers": ([(8, 16, 10, 2)], hint),
        "8 x 16 cells, 10 units, 4 hidden layers": ([(8, 16, 10, 4)], hint),
        "16 x 32 cells, 10 units, 1 hidden layer": ([(16, 32, 10, 1)], hint),
        "other grids and networks": (random_cases(_network), hint),
    }
    return in_groups(answer, _parameters, groups, COUNTS)


CHECKS: dict[str, Check] = {
    "relu_floor": relu_floor,
    "batch_loss": batch_loss,
    "dense_parameters": dense_parameters,
}

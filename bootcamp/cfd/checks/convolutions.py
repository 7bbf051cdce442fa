"""Checks of the exercises of 03_Convolutions_and_Signed_Distance."""

from collections.abc import Callable, Iterator, Mapping

from bootcamp.cfd import obstacles
from bootcamp.exercises import Check, Finding, as_array, ask, first_wrong, random_cases, takes_function
from bootcamp.exercises.groups import combined, in_groups

import numpy as np

Random = np.random.Generator


def _patches(random: Random) -> tuple[np.ndarray, np.ndarray]:
    """Numbers (height, width) and a square kernel."""
    height, width, size = random.integers(1, 6, size=3)
    return random.normal(size=(height, width)), random.normal(size=(size, size))


TRANSPOSED: Mapping[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "every number is repeated as it is: multiply the patch by the kernel": lambda x, k: np.kron(x, np.ones_like(k)),
    "this repeats the whole of x; every single number becomes a patch": lambda x, k: np.kron(k, x),
    "the kernel is turned around": lambda x, k: np.kron(x, k[::-1, ::-1]),
    "rows and columns of the kernel are exchanged": lambda x, k: np.kron(x, k.T),
    "rows and columns of x are exchanged": lambda x, k: np.kron(x.T, k),
    "the result lies on its side: rows and columns are exchanged": lambda x, k: np.kron(x, k).T,
    "the number multiplies the kernel, it is not added to it": lambda x, k: (
        np.kron(x, np.ones_like(k)) + np.tile(k, x.shape)
    ),
    "this is the kernel alone, in every patch: multiply it by the number": lambda x, k: np.tile(k, x.shape),
    "the kernel is used row by row: it is one patch, multiplied by one number": lambda x, k: np.kron(
        x, np.broadcast_to(k.mean(axis=0), k.shape)
    ),
}


def _ones(random: Random) -> tuple[np.ndarray, np.ndarray]:
    """A single one among zeros."""
    x, kernel = _patches(random)
    x[:] = 0.0
    x[tuple(random.integers(0, x.shape))] = 1.0
    return x, kernel


@takes_function
def transposed_convolution(answer: Callable) -> list[Finding]:
    """A function x (height, width), kernel (size, size) -> (height * size, width * size)."""

    def findings() -> Iterator[Finding]:
        random = np.random.default_rng(0)
        x, kernel = random.normal(size=(2, 3)), random.normal(size=(2, 2))
        shape = np.shape(as_array(ask(answer, x, kernel)))
        hint = f"2 x 3 numbers and a 2 x 2 kernel make 4 x 6, your result has the shape {shape}"
        yield Finding("the shape", shape == (4, 6), hint)
        groups = {
            "the numbers": ([(x, kernel), *random_cases(_patches)], "number times kernel, patch by patch"),
            "a single one paints the kernel": (
                random_cases(_ones, 5),
                "number (i, j) makes the patch that begins at row i * size and column j * size",
            ),
        }
        yield from in_groups(answer, np.kron, groups, TRANSPOSED)

    return first_wrong(findings())


def _distances(solid: np.ndarray, length: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Distance of each cell to the nearest one of the other kind; `length` of steps (cells, 2) along rows, columns."""
    result = np.zeros(solid.shape)
    for kind in (False, True):
        cells, others = np.argwhere(solid == kind), np.argwhere(solid != kind)
        result[solid == kind] = length((cells[:, None] - others).reshape(-1, 2)).reshape(len(cells), -1).min(axis=1)
    return result


def _straight(steps: np.ndarray) -> np.ndarray:
    return np.hypot(*steps.T)


Value = Callable[[np.ndarray], np.ndarray]


def _by_hand(values: tuple[Value, Value], length: Value) -> Callable[[np.ndarray], np.ndarray]:
    """A way to make a signed distance: what stands in the fluid and in the solid, of distances of some kind."""

    def distance(solid: np.ndarray) -> np.ndarray:
        nearest = _distances(solid, length)
        outside, inside = values
        return np.where(solid, inside(nearest), outside(nearest))

    return distance


def _less_half(d: np.ndarray) -> np.ndarray:
    return d - 0.5


def _negative(d: np.ndarray) -> np.ndarray:
    return 0.5 - d


def _zero(d: np.ndarray) -> np.ndarray:
    return 0 * d


SIGNS: Mapping[str, tuple[Value, Value]] = {
    "": (_less_half, _negative),
    "the sign is missing: negative inside the object": (_less_half, _less_half),
    "the surface lies half-way between two centers: take off one half": (lambda d: d, lambda d: -d),
    "the sign is missing, and the surface lies half-way between two centers": (lambda d: d, lambda d: d),
    "cells of the object need a distance as well: to the nearest fluid cell": (lambda d: d, _zero),
    "inside, the distance to the nearest fluid cell, with a negative sign, is missing": (_less_half, _zero),
    "inside it is -0.5 everywhere: cells of the object need their own distance, to the nearest fluid cell": (
        _less_half, lambda d: 0 * d - 0.5,
    ),
    "fluid cells need a distance as well: to the nearest solid cell": (_zero, _negative),
    "the sign is the wrong way round: negative inside the object": (_negative, _less_half),
    "the sign is the wrong way round, and the surface lies half-way between two centers": (lambda d: -d, lambda d: d),
    "for a solid cell the half has to bring the value nearer to zero": (_less_half, lambda d: -d - 0.5),
    "the half is added: the surface is nearer than the other center, so take it off": (
        lambda d: d + 0.5, lambda d: -d - 0.5,
    ),
    "a half, not a whole cell: the surface lies half-way between two centers": (lambda d: d - 1, lambda d: 1 - d),
}  # fmt: skip
LENGTHS: Mapping[str, Value] = {
    "": _straight,
    "the straight distance is asked for, along the diagonal too: this adds the steps along rows and columns": (
        lambda steps: np.abs(steps).sum(axis=1)
    ),
    "the straight distance is asked for: this takes the larger of the steps along rows and columns": (
        lambda steps: np.abs(steps).max(axis=1)
    ),
    "this is the square of the distance: take its root first": lambda steps: (steps**2).sum(axis=1),
}
DISTANCES = combined(_by_hand, SIGNS, LENGTHS)
NEAREST = "for each cell: the straight distance to the nearest center of the other kind, less 0.5, negative inside"


def _mask(random: Random) -> tuple[np.ndarray]:
    """Few solid cells, many, or half, with both kinds present."""
    solid = random.random(random.integers(2, 8, size=2)) < random.choice([0.1, 0.5, 0.9])
    solid.flat[random.permutation(solid.size)[:2]] = False, True
    return (solid,)


@takes_function
def distance_by_hand(answer: Callable) -> list[Finding]:
    """A function solid (height, width) -> signed distance in cells."""
    row, block = np.array([[False, False, True, False, False]]), np.zeros((6, 7), bool)
    block[2:5, 2:6] = True
    groups = {
        "one solid cell in a row": ([(row,), (row.T,)], NEAREST),
        "a block": ([(block,)], NEAREST),
        "a block of fluid": ([(~block,)], NEAREST),
        "any other mask": (random_cases(_mask, 15), NEAREST),
    }
    return in_groups(answer, lambda solid: obstacles.signed_distance(solid).astype(float), groups, DISTANCES)


def _runs(random: Random) -> tuple[list[float], list[float]]:
    """Errors of two models, in hundredths so that ties occur; the numbers of runs differ."""
    counts, middle = random.integers(1, 6, size=2), random.integers(10, 18, size=2)
    return tuple([int(n) / 100 for n in m + random.integers(0, 5, size=k)] for k, m in zip(counts, middle, strict=True))


def _mean(errors: list[float]) -> float:
    return sum(errors) / len(errors)


RANKINGS: Mapping[str, Callable[[list[float], list[float]], bool]] = {
    "this compares the means: a run of a may still be worse than some of b. Look at max and min": lambda a, b: (
        _mean(a) < _mean(b)
    ),
    "this compares the best runs: look at max and min, the WORST of a and the best of b": lambda a, b: min(a) < min(b),
    "this compares the worst runs: look at max and min, the worst of a and the BEST of b": lambda a, b: max(a) < max(b),
    "this compares run by run; asked is more: even the worst of a beats the best of b, whatever their seeds": (
        lambda a, b: all(x < y for x, y in zip(a, b, strict=False))
    ),
    "this compares run by run, best with best and worst with worst; even the worst of a has to beat the best of b": (
        lambda a, b: all(x < y for x, y in zip(sorted(a), sorted(b), strict=False))
    ),
    "best with best and worst with worst is not enough: the worst of a against the best of b": lambda a, b: (
        min(a) < min(b) and max(a) < max(b)
    ),
    "only a smaller error is better: an equal one is not": lambda a, b: max(a) <= min(b),
    "this is the wrong way round: every error of a is smaller than every error of b": lambda a, b: min(a) > max(b),
    "this is true when a single run of a beats a single one of b: the worst of a against the best of b": lambda a, b: (
        min(a) < max(b)
    ),
    "the mean of a has to be replaced by its worst run": lambda a, b: _mean(a) < min(b),
    "the mean of b has to be replaced by its best run": lambda a, b: max(a) < _mean(b),
    "this compares medians: a run of a may still be worse than some of b": lambda a, b: np.median(a) < np.median(b),
}


@takes_function
def better_for_every_seed(answer: Callable) -> list[Finding]:
    """A function (errors a, errors b) -> whether the worst of a is smaller than the best of b."""
    worst = "compare the worst run of a, max, with the best run of b, min, whatever their seeds"
    groups = {
        "ranges apart, a smaller": (
            [([0.11, 0.12, 0.13], [0.15, 0.14, 0.16]), ([0.1], [0.2])],
            "here every error of a is smaller than every error of b",
        ),
        "ranges apart, a larger": ([([0.20, 0.21], [0.10, 0.11]), ([0.2], [0.1])], "a smaller error is better"),
        "means apart, ranges overlap": (
            [([0.10, 0.11, 0.155], [0.15, 0.16, 0.14]), ([0.18, 0.1, 0.1, 0.1], [0.17, 0.3, 0.3, 0.3])],
            "a run of a is worse than some of b: look at max and min",
        ),
        "smaller seed by seed only": ([([0.10, 0.12, 0.14], [0.11, 0.13, 0.15])], worst),
        "equal errors": ([([0.11, 0.12], [0.12, 0.13]), ([0.1], [0.1])], "an equal error is not a smaller one"),
        "any numbers of runs": (random_cases(_runs, 60), worst),
    }
    return in_groups(answer, lambda a, b: max(a) < min(b), groups, RANKINGS)


CHECKS: dict[str, Check] = {
    "transposed_convolution": transposed_convolution,
    "distance_by_hand": distance_by_hand,
    "better_for_every_seed": better_for_every_seed,
}

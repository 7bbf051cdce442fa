"""Checks of the exercises of 05_Competition."""

from collections.abc import Callable, Iterator, Mapping

from bootcamp.exercises import Check, Finding, agrees, as_array, ask, first_wrong, random_cases, takes_function
from bootcamp.exercises.groups import combined, in_groups

import numpy as np

Random = np.random.Generator


def _seeds(random: Random) -> tuple[np.ndarray, np.ndarray]:
    """Errors of two models over the same seeds, in hundredths so that ties occur."""
    first = random.integers(10, 20, size=random.integers(1, 6))
    return first / 100, (first + random.integers(-1, 5, size=first.size)) / 100


RANKINGS: Mapping[str, Callable[[np.ndarray, np.ndarray], bool]] = {
    "this compares the best seeds; compare the errors seed by seed: one seed of the first may be worse": (
        lambda a, b: a.min() < b.min()
    ),
    "a lower mean is not enough: a large gain with one seed hides a loss with another. Compare seed by seed": (
        lambda a, b: a.mean() < b.mean()
    ),
    "this compares medians: a seed that disagrees is not seen. Compare seed by seed": (
        lambda a, b: np.median(a) < np.median(b)
    ),
    "this compares the worst seeds; compare the errors seed by seed": lambda a, b: a.max() < b.max(),
    "the seeds pair the errors, so the worst of one model need not beat the best of the other: compare seed by seed": (
        lambda a, b: a.max() < b.min()
    ),
    "a model is not better than itself: equal errors do not count": lambda a, b: np.all(a <= b),
    "better for one seed is not better for every seed": lambda a, b: np.any(a < b),
    "better for most seeds is not better for every seed": lambda a, b: np.mean(a < b) > 0.5,
    "a lower error is better, and the first model is the one to judge": lambda a, b: np.all(a > b),
    "a pair shares its seed: do not sort the errors before you compare": lambda a, b: np.all(np.sort(a) < np.sort(b)),
    "never worse and once better is not enough: it has to be better for every seed": lambda a, b: (
        np.all(a <= b) and np.any(a < b)
    ),
}


def _errors(*pairs: tuple[list[float], list[float]]) -> list[tuple]:
    return [tuple(np.array(errors) for errors in pair) for pair in pairs]


@takes_function
def clearly_better(answer: Callable) -> list[Finding]:
    """A function (errors of one model, errors of another) -> whether the first is lower for every seed."""
    first = [0.10, 0.13, 0.11, 0.12]
    agree = "here each seed agrees: the first model is lower in every pair"
    groups = {
        "lower for every seed counts": (_errors((first, [0.12, 0.14, 0.13, 0.15]), ([0.1], [0.2])), agree),
        "one seed that disagrees": (
            _errors((first, [0.12, 0.11, 0.14, 0.15])),
            "the second seed is worse: compare the errors seed by seed, not the best of each",
        ),
        "a lower mean alone": (
            _errors(([0.05, 0.21], [0.20, 0.20])),
            "a large gain with one seed hides a loss with another",
        ),
        "equal models": (
            _errors((first, first), ([0.1, 0.2], [0.1, 0.3])),
            "a model is not better than itself: equal errors do not count",
        ),
        "any numbers of seeds": (random_cases(_seeds, 60), "every error of the first below its partner"),
    }
    return in_groups(answer, lambda a, b: bool(np.all(a < b)), groups, RANKINGS)


def _members(random: Random, count: int = 0) -> tuple[list[np.ndarray], np.ndarray]:
    """Predictions (n, height, width, 2) of several members, and the masks (n, height, width)."""
    shape = tuple(int(n) for n in random.integers([1, 2, 2], [4, 6, 7]))
    predictions = random.normal(size=(count or random.integers(2, 6), *shape, 2))
    solid = random.random(shape) < 0.3
    solid.flat[random.permutation(solid.size)[:2]] = False, True
    return list(predictions), solid


MEMBERS: Mapping[str, Callable] = {
    "this is one member: average over the list": lambda p, solid: p[0],
    "this is the last member: average over the list": lambda p, solid: p[-1],
    "this is the sum: divide by the number of members": lambda p, solid: np.sum(p, axis=0),
    "this is the median; for the mean np.mean(..., axis=0)": lambda p, solid: np.median(p, axis=0),
    "this is the mean of the first two members only: divide by len(predictions), add all": lambda p, solid: (
        (p[0] + p[1]) / 2
    ),
    "this is the mean of the extremes, not of all members": lambda p, solid: (
        (np.max(p, axis=0) + np.min(p, axis=0)) / 2
    ),
    "the velocity is zero in the fluid here; the objects are where solid is True": lambda p, solid: np.where(
        solid[..., None], np.mean(p, axis=0), 0.0
    ),
}


def _part(result: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """The values in some cells, the others zero."""
    return np.where(inside[..., None], as_array(result), 0.0)


def _in_cells(answer: Callable, cells: Callable[[np.ndarray], np.ndarray]) -> Callable:
    """The same function, with its result set to zero outside of some cells."""
    return lambda predictions, solid: _part(ask(answer, predictions, solid), cells(solid))


@takes_function
def ensemble(answer: Callable) -> list[Finding]:
    """A function (list of predictions, solid) -> mean prediction, zero inside the objects."""
    cases = [*random_cases(_members), *random_cases(lambda random: _members(random, 1), 2)]

    def mean(predictions: list[np.ndarray], solid: np.ndarray) -> np.ndarray:
        return np.mean(predictions, axis=0) * ~solid[..., None]

    def findings() -> Iterator[Finding]:
        wanted, shape = cases[0][0][0].shape, np.shape(as_array(ask(answer, *cases[0])))
        yield Finding("shape (n, height, width, 2)", shape == wanted, f"members of shape {wanted} gave {shape}")
        fluid = {hint: _in_cells(wrong, np.logical_not) for hint, wrong in MEMBERS.items()}
        yield agrees(
            "the mean in the fluid", _in_cells(answer, np.logical_not), mean, cases, mistakes=fluid,
            hint="np.mean(predictions, axis=0) is the mean over the members",
        )  # fmt: skip
        yield agrees(
            "zero inside the objects", _in_cells(answer, np.array), _in_cells(mean, np.array), cases,
            hint="set both components to 0 where solid is True",
        )  # fmt: skip

    return first_wrong(findings())


def _divergence(velocity: np.ndarray) -> np.ndarray:
    u, v = velocity[..., 0], velocity[..., 1]
    return (u[:, 1:-1, 2:] - u[:, 1:-1, :-2] + v[:, 2:, 1:-1] - v[:, :-2, 1:-1]) / 2


def _centres(solid: np.ndarray) -> np.ndarray:
    return ~solid[:, 1:-1, 1:-1]


def _neighbors(solid: np.ndarray, diagonal: bool = False) -> np.ndarray:
    """Whether the four neighbors of each inner cell, or all eight, are fluid."""
    free = ~solid
    four = free[:, 1:-1, 2:] & free[:, 1:-1, :-2] & free[:, 2:, 1:-1] & free[:, :-2, 1:-1]
    eight = four & free[:, 2:, 2:] & free[:, 2:, :-2] & free[:, :-2, 2:] & free[:, :-2, :-2]
    return eight if diagonal else four


def _counted(solid: np.ndarray) -> np.ndarray:
    return _centres(solid) & _neighbors(solid)


Cells = Callable[[np.ndarray], np.ndarray]


def _root_mean_square(values: np.ndarray) -> float:
    return np.sqrt(np.mean(values**2))


def _rms(cells: Cells = _counted, number: Callable[[np.ndarray], float] = _root_mean_square) -> Callable:
    """The rule, or one that counts other cells or makes another number of them."""
    return lambda velocity, solid: number(_divergence(velocity)[cells(solid)])


def _each(velocity: np.ndarray, solid: np.ndarray) -> list[float]:
    return [_rms()(v[None], s[None]) for v, s in zip(velocity, solid, strict=True)]


CELLS: Mapping[str, Cells] = {
    "": _counted,
    "all inner cells are counted, those inside and beside the object too": lambda s: np.ones_like(_centres(s)),
    "the cells beside the object are counted: their central difference reaches into it": _centres,
    "a solid cell can have four fluid neighbors, an object of one cell does: ask for the cell itself as well": (
        _neighbors
    ),
    "cells that touch the object at a corner only have four fluid neighbors: they count": lambda s: (
        _centres(s) & _neighbors(s, diagonal=True)
    ),
    "these are the cells of the object: count the fluid": lambda s: ~_centres(s),
}
NUMBERS: Mapping[str, Callable[[np.ndarray], float]] = {
    "": _root_mean_square,
    "the root is missing": lambda d: np.mean(d**2),
    "the squares are added up and not yet averaged": lambda d: np.sqrt(np.sum(d**2)),
    "square before you average: positive and negative values cancel": lambda d: abs(np.mean(d)),
    "this is the mean magnitude: square before the mean, and take the root after it": lambda d: np.mean(abs(d)),
    "this is the standard deviation: it takes off the mean first, and a root mean square does not": np.std,
    "this is the largest divergence, not the root of its mean square": lambda d: np.max(abs(d)),
    "this is the root of the median of the squares: take their mean": lambda d: np.sqrt(np.median(d**2)),
}
DIVERGENCES = {
    "the sum goes over the right cells; but it is divided by the number of all inner cells": lambda v, s: (
        _root_mean_square(_divergence(v) * _counted(s))
    ),
    "one number over the cells of all samples is asked for, not one for each sample": _each,
    "take one mean over the cells of all samples: the samples do not have equal numbers of cells": lambda v, s: np.mean(
        _each(v, s)
    ),
} | combined(_rms, CELLS, NUMBERS)


def _around(random: Random, share: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Velocities (n, height, width, 2) and masks: a block in each, or single cells; velocity zero in the solid."""
    shape = tuple(int(n) for n in random.integers([1, 8, 8], [4, 12, 14]))
    solid = random.random(shape) < share
    if not share:
        for mask in solid:
            row, column = random.integers(1, 4, size=2)
            mask[row : row + random.integers(1, 4), column : column + random.integers(1, 4)] = True
    velocity = random.normal(size=(*shape, 2)) + 0.3 * np.indices(shape)[[2, 1]].transpose(1, 2, 3, 0)
    velocity[solid] = 0.0
    return velocity, solid


@takes_function
def rms_divergence(answer: Callable) -> list[Finding]:
    """A function (velocity, solid) -> root mean square divergence over fluid cells with four fluid neighbors."""
    hint = "use the mask of cells that are fluid and have four fluid neighbors"
    blocks = random_cases(_around, 10)
    groups = {
        "around an object": (blocks, hint),
        "objects of one cell": (random_cases(lambda random: _around(random, 0.08), 5), hint),
        "objects at the walls and at both ends": (random_cases(lambda random: _around(random, 0.3), 5), hint),
        "without an object": ([(v, np.zeros_like(s)) for v, s in blocks[:3]], "all inner cells count"),
    }
    return in_groups(answer, _rms(), groups, DIVERGENCES)


CHECKS: dict[str, Check] = {
    "clearly_better": clearly_better,
    "ensemble": ensemble,
    "rms_divergence": rms_divergence,
}

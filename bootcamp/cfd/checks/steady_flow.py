"""Checks of the exercises of 01_Steady_Flow."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bootcamp.cfd.evaluation import relative_error
from bootcamp.cfd.flows import mirrored
from bootcamp.exercises import (
    Check,
    Finding,
    agrees,
    as_array,
    ask,
    first_wrong,
    random_cases,
    takes_function,
    untouched,
)
from bootcamp.exercises.groups import combined, first, in_groups, second, two_parts

import numpy as np

Random = np.random.Generator


def _run(random: Random) -> tuple[float, float, int]:
    """Reynolds number, maximum inflow velocity and channel height of a run."""
    return float(random.uniform(5, 200)), float(random.uniform(0.02, 0.12)), int(random.integers(8, 257))


def _relaxation(viscosity: Callable[[float, float, int], float]) -> Callable:
    return lambda *run: (viscosity(*run), 3 * viscosity(*run) + 0.5)


def _viscosity(reynolds: float, inflow_velocity: float, height: int) -> float:
    return inflow_velocity * height / reynolds


VISCOSITIES = {
    "the course's Reynolds number has the maximum of the inflow, not its mean": lambda re, u, h: 2 / 3 * u * h / re,
    "the inflow velocity that comes in is the maximum already: no factor 3/2": lambda re, u, h: 1.5 * u * h / re,
    "a larger Reynolds number means a smaller viscosity: it stands in the denominator": lambda re, u, h: re * u * h,
    "this is the reciprocal: the Reynolds number has the viscosity in its denominator": lambda re, u, h: re / (u * h),
    "the channel's height is missing: in lattice units it is a number of cells, not 1": lambda re, u, h: u / re,
    "this is the relaxation time: the viscosity comes first": lambda re, u, h: 3 * u * h / re + 0.5,
    "the inflow velocity is missing": lambda re, u, h: h / re,
    "the length of this Reynolds number is the whole height of the channel, not half of it": lambda re, u, h: (
        u * h / re / 2
    ),
}
TIMES = {
    "the half is missing: viscosity = (tau - 1/2) / 3": lambda *run: (_viscosity(*run), 3 * _viscosity(*run)),
    "the half is added, not subtracted, when viscosity = (tau - 1/2) / 3 is solved for tau": lambda *run: (
        _viscosity(*run),
        3 * _viscosity(*run) - 0.5,
    ),
    "the 3 is missing or on the wrong side: solve viscosity = (tau - 1/2) / 3 for tau": lambda *run: (
        _viscosity(*run),
        _viscosity(*run) / 3 + 0.5,
    ),
    "this is 3 * (viscosity + 1/2): first times 3, then the half": lambda *run: (
        _viscosity(*run),
        3 * (_viscosity(*run) + 0.5),
    ),
}


@takes_function
def relaxation_time(answer: Callable[[float, float, int], tuple[float, float]]) -> list[Finding]:
    """`answer(reynolds, inflow_velocity, height)`: viscosity and tau_plus."""
    cases = [(100.0, 0.1, 64), (20, 0.05, 32), *random_cases(_run)]
    rule = _relaxation(_viscosity)

    def findings() -> Iterator[Finding]:
        yield two_parts("two numbers", answer, cases[0], "return the viscosity and the relaxation time")
        yield agrees(
            "the viscosity", answer, rule, cases, prepared=first,
            hint="solve reynolds = inflow_velocity * height / viscosity for the viscosity",
            mistakes={hint: _relaxation(wrong) for hint, wrong in VISCOSITIES.items()},
        )  # fmt: skip
        yield agrees(
            "the relaxation time that belongs to it", answer, rule, cases, prepared=second,
            hint="solve viscosity = (tau - 1/2) / 3 for tau", mistakes=TIMES,
        )  # fmt: skip

    return first_wrong(findings())


def _outline(random: Random, tilt: bool) -> np.ndarray:
    """Mask (height, width) of one ellipse, tilted or not: then its columns are nowhere as high as the whole."""
    height, width = (int(n) for n in random.integers(18, 40, size=2))
    y, x = np.mgrid[:height, :width]
    y, x = y - height / 2 + random.uniform(-2, 2), x - width / 2 + random.uniform(-2, 2)
    angle = random.uniform(0.4, 1.1) if tilt else 0.0
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    return (along / random.uniform(5, 8)) ** 2 + (across / random.uniform(2, 4)) ** 2 <= 1.0


def _drag_case(random: Random, tilt: bool = False) -> tuple[float, np.ndarray, float]:
    return float(random.uniform(0.01, 2.0)), _outline(random, tilt), float(random.uniform(0.02, 0.12))


def _block(rows: slice, columns: slice, drag: float = 0.3) -> tuple[float, np.ndarray, float]:
    solid = np.zeros((24, 48), bool)
    solid[rows, columns] = True
    return drag, solid, 0.1


def _coefficient(length: Callable[[np.ndarray], float], velocity: float = 4 / 9, factor: float = 2.0) -> Callable:
    """Rule with another length, another share of the maximum squared, another factor."""
    return lambda drag, solid, inflow: factor * drag / (velocity * inflow**2 * length(solid))


def _rows(solid: np.ndarray) -> int:
    return np.count_nonzero(solid.any(axis=1))


def _columns(solid: np.ndarray) -> int:
    return np.count_nonzero(solid.any(axis=0))


LENGTHS: Mapping[str, Callable[[np.ndarray], float]] = {
    "": _rows,
    "D is the height that the object shows to the flow: count rows, not columns": _columns,
    "D is a length: count the rows that hold solid cells, not the cells": np.count_nonzero,
    "D is the height of the object, not of the channel": len,
    "D is the height of the object, not the length of the channel": lambda solid: solid.shape[1],
    "D is the thickest column here; a tilted object shows the flow every row that it reaches into": lambda solid: (
        solid.sum(axis=0).max()
    ),
    "D is the longest row of the object here; it goes across the flow": lambda solid: solid.sum(axis=1).max(),
    "from the first row to the last, both count for D: one row more than their difference": lambda solid: np.ptp(
        np.flatnonzero(solid.any(axis=1))
    ),
    "there is one length below the fraction line, not its square": lambda solid: _rows(solid) ** 2,
}
VELOCITIES = {
    "": 4 / 9,
    "use the mean inflow velocity, which is 2/3 of the maximum of a parabola": 1.0,
    "the mean inflow velocity enters as its square, with the factor 2/3 inside the square": 2 / 3,
    "U^2 is the square of the mean velocity, not the mean of its square": 8 / 15,
    "the mean of a parabola is 2/3 of its maximum, not half of it": 1 / 4,
}
FACTORS = {
    "": 2.0,
    "the factor 2 is missing": 1.0,
    "the drag is multiplied by 2, not divided by it": 0.5,
}
DRAGS = {
    "the velocity enters as its square": lambda f, solid, u: 2 * f / (2 / 3 * u * _rows(solid)),
} | combined(_coefficient, LENGTHS, VELOCITIES, FACTORS)
FORMULA = "C = 2 F / (U^2 D) with the mean inflow velocity U and the number D of rows that hold solid cells"


@takes_function
def drag_coefficient(answer: Callable[[float, np.ndarray, float], float]) -> list[Finding]:
    """`answer(drag, solid, inflow_velocity)`: 2 F / (mean velocity^2 * frontal height)."""
    block = _block(slice(8, 14), slice(10, 30))
    places = [_block(slice(r, r + 6), slice(c, c + 20)) for r, c in ((0, 10), (18, 0), (11, 28))]
    groups = {
        "a block of 6 by 20 cells": ([block, _block(slice(3, 4), slice(2, 4), 0.1)], FORMULA),
        "the place of the object does not matter": (places, "count cells; do not use the row numbers themselves"),
        "other outlines, drags and velocities": (random_cases(_drag_case, 10), FORMULA),
        "a tilted object": (random_cases(lambda random: _drag_case(random, tilt=True), 10), FORMULA),
    }
    return in_groups(answer, _coefficient(_rows), groups, DRAGS)


def _flows(random: Random) -> tuple[np.ndarray, np.ndarray]:
    """Velocities (n, height, width, 2) and masks (n, height, width)."""
    shape = tuple(int(n) for n in random.integers([1, 3, 3], [4, 8, 8]))
    return random.normal(size=(*shape, 2)), random.random(shape) < 0.3


def _upside_down(along: float, upward: float, axes: tuple[int, ...] = (1,)) -> Callable:
    signs = np.array([along, upward])
    return lambda velocity, solid: (np.flip(velocity, axes) * signs, np.flip(solid, axes))


ROUND = "that turns the flow round: inflow and outlet are swapped. Reverse the rows, not the columns"
ALONG = {
    "velocity came back as it was: a mirrored object needs a mirrored flow, so reverse both": _upside_down(1, 1, ()),
    "the rows are reversed, as they must be; but the flow along the channel keeps its direction, and with it the "
    "sign of the first component": _upside_down(-1, 1),
    "the first component changes its sign and the rows stay: both the wrong way round": _upside_down(-1, 1, ()),
    ROUND: _upside_down(1, 1, (2,)),
    f"{ROUND}. The sign of the flow along the channel stays": _upside_down(-1, 1, (2,)),
    "half a turn: the columns are reversed too, so the flow enters at the outlet. Reverse the rows only": (
        _upside_down(1, 1, (1, 2))
    ),
    "half a turn: a mirror leaves the columns and the sign of the first component as they are": _upside_down(
        -1, 1, (1, 2)
    ),
    "that reverses the order of the samples: the rows are axis 1": _upside_down(1, 1, (0,)),
    "the samples are reversed as well as the rows: the rows are axis 1 alone": _upside_down(1, 1, (0, 1)),
    "the two components are exchanged: reverse axis 1 only": lambda v, solid: (v[:, ::-1, :, ::-1], solid),
    "the last axis holds the components (along, upward): the rows are axis 1": lambda v, solid: (v[..., ::-1], solid),
}
UPWARD = {
    "what rose now falls: the upward component changes its sign as well as its place": _upside_down(1, 1),
    "what rose now falls, and in another row: the upward component changes its place as well as its sign": (
        _upside_down(1, -1, ())
    ),
    "the upward component came back as it was: reverse its rows and change its sign": _upside_down(1, 1, ()),
}
MASKS = {
    "solid came back as it was: a mirrored object needs a mirrored flow, so reverse both": lambda v, solid: (v, solid),
    ROUND: lambda v, solid: (v, solid[:, :, ::-1]),
    "half a turn: reverse the rows of the mask, not its columns": lambda v, solid: (v, solid[:, ::-1, ::-1]),
    "that reverses the order of the samples: the rows are axis 1": lambda v, solid: (v, solid[::-1]),
    "the rows are reversed; but solid and fluid are exchanged": lambda v, solid: (v, ~solid[:, ::-1]),
}


def _shapes(answer: Callable, case: tuple) -> Finding:
    about, hint = "the shapes stay", "return the two arrays (velocity, solid), as large as they came"
    parts = two_parts(about, answer, case, hint)
    if not parts.right:
        return parts
    found, given = [tuple(np.shape(as_array(part)) for part in parts) for parts in (ask(answer, *case), case)]
    return Finding(about, found == given, f"{hint}: {given[0]} and {given[1]} became {found[0]} and {found[1]}")


@takes_function
def mirrored_flow(answer: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]) -> list[Finding]:
    """`answer(velocity, solid)`: velocity (n, height, width, 2) and solid (n, height, width) upside down."""
    cases = [*random_cases(_flows, 10), (np.ones((2, 4, 6, 2)), np.zeros((2, 4, 6), bool))]

    def component(place: int) -> Callable:
        return lambda result: as_array(result[0])[..., place]

    def findings() -> Iterator[Finding]:
        yield _shapes(answer, cases[0])
        hint = "reverse the rows of the mask: [:, ::-1]"
        yield agrees("the mask is upside down", answer, mirrored, cases, hint=hint, prepared=second, mistakes=MASKS)
        yield agrees(
            "the velocity along the channel", answer, mirrored, cases, prepared=component(0), mistakes=ALONG,
            hint="the rows are reversed, and nothing else happens to the first component",
        )  # fmt: skip
        yield agrees(
            "the upward velocity", answer, mirrored, cases, prepared=component(1), mistakes=UPWARD,
            hint="the rows are reversed, and the sign of the second component changes",
        )  # fmt: skip
        hint = "the caller's array was changed: work on a copy"
        yield untouched("the arrays that came in are unchanged", answer, cases, hint=hint)

    return first_wrong(findings())


def _prediction(random: Random, solid_share: float = 0.3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Predicted and true velocities of samples of unequal size, and their masks; the truth is 0 inside."""
    shape = tuple(int(n) for n in random.integers([2, 3, 3], [5, 7, 8]))
    predicted, true = random.normal(size=(2, *shape, 2))
    true *= random.uniform(0.1, 5.0, size=(shape[0], 1, 1, 1))
    solid = random.random(shape) < random.uniform(0.5, 1.5, size=(shape[0], 1, 1)) * solid_share
    true[solid] = 0.0
    return predicted, true, solid


def _norm(values: np.ndarray, fluid: Any = 1.0) -> np.ndarray:
    return np.sqrt((np.broadcast_to(fluid, values.shape) * values**2).sum(axis=(1, 2, 3)))


def _fluid(solid: np.ndarray) -> np.ndarray:
    return ~solid[..., None]


Ratio = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
RATIOS: Mapping[str, Ratio] = {
    "": lambda p, t, cells: _norm(p - t, cells) / _norm(t),
    "take the square roots: this is the square of the error": lambda p, t, cells: (_norm(p - t, cells) / _norm(t)) ** 2,
    "this is the size of the error; the relative one is divided by the norm of the true flow": lambda p, t, cells: (
        _norm(p - t, cells)
    ),
    "divide by the norm of the true flow, not of the predicted one": lambda p, t, cells: (
        _norm(p - t, cells) / _norm(p, cells)
    ),
    "this is L1, a ratio of sums of magnitudes; the error is a ratio of norms: square, sum up, take the root": (
        lambda p, t, cells: (cells * abs(p - t)).sum(axis=(1, 2, 3)) / abs(t).sum(axis=(1, 2, 3))
    ),
}
CELLS: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "": _fluid,
    "what is predicted inside the object counts here, though no fluid is there: leave those cells out": (
        lambda solid: np.ones_like(solid)[..., None]
    ),
    "the cells inside the object are counted, and those of the fluid are left out: fluid is ~solid": (
        lambda solid: solid[..., None]
    ),
}


def _error(ratio: Ratio, cells: Callable[[np.ndarray], np.ndarray]) -> Callable:
    return lambda predicted, true, solid: ratio(predicted, true, cells(solid))


ERRORS = {
    "the mean over all cells divides by solid cells too: use sums, or means over the fluid, in both norms": (
        lambda p, t, s: relative_error(p, t, s) * np.sqrt((~s).mean(axis=(1, 2)))
    ),
} | combined(_error, RATIOS, CELLS)


@takes_function
def fluid_error(answer: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]) -> list[Finding]:
    """`answer(predicted, true, solid)`: relative L2 error over the fluid cells, one per sample."""
    cases = [*random_cases(_prediction), *random_cases(lambda random: _prediction(random, 0.0), 2)]
    predicted, true, solid = cases[0]
    cases.append((predicted[:1], true[:1], solid[:1]))  # one sample alone

    def findings() -> Iterator[Finding]:
        shape = np.shape(as_array(ask(answer, *cases[0])))
        advice = "sum over axis (1, 2, 3), rows, columns and components, so that the samples stay apart"
        came = f"{advice}; {len(true)} samples gave the shape {shape}"
        yield Finding("one number per sample", shape == (len(true),), came)
        yield agrees(
            "a perfect prediction has the error zero", answer, relative_error, [(t, t, s) for _, t, s in cases[:5]],
            hint="subtract predicted and true before squaring",
        )  # fmt: skip
        yield agrees(
            "the relative error over the fluid cells", answer, relative_error, cases, mistakes=ERRORS,
            hint="norm of (predicted - true) over norm of true, both over the fluid cells of one sample",
        )  # fmt: skip

    return first_wrong(findings())


CHECKS: dict[str, Check] = {
    "relaxation_time": relaxation_time,
    "drag_coefficient": drag_coefficient,
    "mirrored_flow": mirrored_flow,
    "fluid_error": fluid_error,
}

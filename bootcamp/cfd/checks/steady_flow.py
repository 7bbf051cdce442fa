"""Checks of the exercises of 01_Steady_Flow."""

from collections.abc import Callable

from bootcamp.cfd.evaluation import relative_error
from bootcamp.cfd.flows import mirrored
from bootcamp.exercises import Check, Finding

import numpy as np


def relaxation_time(answer: Callable[[float, float, int], tuple[float, float]]) -> list[Finding]:
    """`answer(reynolds, inflow_velocity, height)`: viscosity and tau_plus."""
    viscosity, tau = map(float, answer(100.0, 0.1, 64))
    other, other_tau = map(float, answer(20.0, 0.05, 32))
    right = bool(np.isclose(viscosity, 0.064) and np.isclose(other, 0.08))
    hint = "solve reynolds = inflow_velocity * height / viscosity for the viscosity"
    if np.isclose(viscosity, 0.064 * 2 / 3):
        hint = "the course's Reynolds number has the maximum of the inflow, not its mean"
    if np.isclose(viscosity, 100.0 * 0.1 * 64) or np.isclose(viscosity, 100.0 / 6.4):
        hint = "a larger Reynolds number means a smaller viscosity: it stands in the denominator"
    fits = bool(np.isclose(tau, 3 * viscosity + 0.5) and np.isclose(other_tau, 3 * other + 0.5))
    half = bool(np.isclose(tau, 3 * viscosity))
    return [
        Finding("the viscosity", right, hint),
        Finding(
            "the relaxation time that belongs to it",
            fits,
            "the half is missing: viscosity = (tau - 1/2) / 3" if half else "solve viscosity = (tau - 1/2) / 3 for tau",
        ),
    ]


def drag_coefficient(answer: Callable[[float, np.ndarray, float], float]) -> list[Finding]:
    """`answer(drag, solid, inflow_velocity)`: 2 F / (mean velocity^2 * frontal height)."""
    solid = np.zeros((24, 48), bool)
    solid[8:14, 10:30] = True
    found = float(answer(0.3, solid, 0.1))
    wanted = 2 * 0.3 / ((2 / 3 * 0.1) ** 2 * 6)
    hints = {
        wanted * 4 / 9: "use the mean inflow velocity, which is 2/3 of the maximum of a parabola",
        wanted * 2 / 3: "the mean inflow velocity enters as its square, with the factor 2/3 inside the square",
        wanted * 6 / 20: "D is the height that the object shows to the flow: count rows, not columns",
        wanted * 6 / 120: "D is a length: count the rows that hold solid cells, not the cells",
        wanted * 6 / 24: "D is the height of the object, not of the channel",
        wanted / 2: "the factor 2 is missing",
    }
    fallback = "C = 2 F / (U^2 D) with the mean inflow velocity U and the number D of rows that hold solid cells"
    hint = next((text for value, text in hints.items() if np.isclose(found, value)), fallback)
    moved = np.roll(solid, (3, 5), (0, 1))
    same = bool(np.isclose(float(answer(0.3, moved, 0.1)), found))
    return [
        Finding("a block of 6 by 20 cells", bool(np.isclose(found, wanted)), hint),
        Finding("the place of the object does not matter", same, "count cells; do not use the row numbers themselves"),
    ]


def mirrored_flow(answer: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]) -> list[Finding]:
    """`answer(velocity, solid)`: velocity (n, height, width, 2) and solid (n, height, width) upside down."""
    random = np.random.default_rng(0)
    velocity, solid = random.normal(size=(2, 4, 6, 2)), random.random((2, 4, 6)) < 0.3
    kept = velocity.copy()
    found_velocity, found_solid = map(np.asarray, answer(velocity, solid))
    wanted_velocity, wanted_solid = mirrored(kept, solid)
    shape = found_velocity.shape == velocity.shape and found_solid.shape == solid.shape
    return [
        Finding("the shapes stay", shape, "return the two arrays (velocity, solid), as large as they came"),
        Finding(
            "the mask is upside down",
            shape and np.array_equal(found_solid, wanted_solid),
            _axis_hint(found_solid, solid, "solid"),
        ),
        Finding(
            "the velocity along the channel",
            shape and np.allclose(found_velocity[..., 0], wanted_velocity[..., 0]),
            _axis_hint(found_velocity[..., 0], kept[..., 0], "velocity"),
        ),
        Finding(
            "the upward velocity",
            shape and np.allclose(found_velocity[..., 1], wanted_velocity[..., 1]),
            "what rose now falls: the upward component changes its sign as well as its place",
        ),
        Finding(
            "the arrays that came in are unchanged",
            np.array_equal(velocity, kept),
            "the sign was changed in the caller's array: work on a copy",
        ),
    ]


def _axis_hint(found: np.ndarray, given: np.ndarray, name: str) -> str:
    if np.array_equal(found, given):
        return f"{name} came back as it was: a mirrored object needs a mirrored flow, so reverse both"
    if np.array_equal(found, given[..., ::-1]):
        return "that turns the flow round: inflow and outlet are swapped. Reverse the rows, not the columns"
    if np.array_equal(found, given[::-1]):
        return "that reverses the order of the samples: the rows are axis 1"
    return "reverse the rows: [:, ::-1]"


def fluid_error(answer: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]) -> list[Finding]:
    """`answer(predicted, true, solid)`: relative L2 error over the fluid cells, one per sample."""
    random = np.random.default_rng(0)
    true, predicted = random.normal(size=(2, 3, 5, 7, 2))
    true, predicted = true * np.array([1.0, 3.0, 0.2])[:, None, None, None], predicted.copy()
    solid = random.random((3, 5, 7)) < 0.3
    true[solid] = 0
    wanted = relative_error(predicted, true, solid)
    found = np.asarray(answer(predicted, true, solid), dtype=float)
    if found.shape != wanted.shape:
        advice = "sum over axis (1, 2, 3), rows, columns and components, so that the samples stay apart"
        return [Finding("one number per sample", False, advice)]
    everywhere = np.linalg.norm((predicted - true).reshape(3, -1), axis=1) / np.linalg.norm(true.reshape(3, -1), axis=1)
    hint = "norm of (predicted - true) over norm of true, both over the fluid cells of one sample"
    if np.allclose(found, everywhere):
        hint = "what is predicted inside the object counts here, though no fluid is there: leave those cells out"
    if np.allclose(found, wanted**2):
        hint = "take the square roots: this is the square of the error"
    if np.allclose(found, wanted * np.sqrt((~solid).mean(axis=(1, 2)))):
        hint = "the mean over all cells divides by solid cells too: use sums, or means over the fluid, in both norms"
    exact = bool(np.allclose(np.asarray(answer(true, true, solid), dtype=float), 0))
    return [
        Finding("one number per sample", True),
        Finding("a perfect prediction has the error zero", exact, "subtract predicted and true before squaring"),
        Finding("the relative error over the fluid cells", bool(np.allclose(found, wanted)), hint),
    ]


CHECKS: dict[str, Check] = {
    "relaxation_time": relaxation_time,
    "drag_coefficient": drag_coefficient,
    "mirrored_flow": mirrored_flow,
    "fluid_error": fluid_error,
}

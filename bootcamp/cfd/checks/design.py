"""Checks of the exercises of 06_Design_with_the_Surrogate."""

from collections.abc import Callable

from bootcamp.exercises import Check, Finding

import numpy as np

Step = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray, float], np.ndarray]


def projected_step(answer: Step) -> list[Finding]:
    """`answer(design, gradient, low, high, length)`: a step of `length` half widths of the box, put back into it."""
    low, high = np.array([0.0, -1.0]), np.array([20.0, 1.0])
    middle, gradient = np.array([10.0, 0.0]), np.array([0.3, 4.0])
    inside = np.asarray(answer(middle, gradient, low, high, 0.5), float)
    edge = np.asarray(answer(np.array([1.0, 0.9]), np.array([0.4, -3.0]), low, high, 0.5), float)
    still = np.asarray(answer(middle, np.zeros(2), low, high, 0.5), float)
    wanted = np.array([10.0 - 0.5 * 10 * 0.6, -0.5 * 0.8])
    return [
        Finding("the same shape", inside.shape == (2,), f"return the new design (k,), not the shape {inside.shape}"),
        Finding("direction and length", _close(inside, wanted), _step_hint(inside, middle, wanted)),
        Finding(
            "the box is not left",
            bool((edge >= low).all() and (edge <= high).all()),
            "put what leaves the box back onto its edge: np.clip takes arrays as bounds",
        ),
        Finding(
            "a gradient of zero", _close(still, middle), "no slope, no step: mind the division by a length of zero"
        ),
    ]


def _step_hint(found: np.ndarray, start: np.ndarray, wanted: np.ndarray) -> str:
    if _close(found - start, start - wanted):
        return "this goes uphill: the step is against the gradient"
    if _close(found, start - 0.5 * np.array([10.0, 1.0]) * np.array([0.3, 4.0]) / np.hypot(0.3, 4.0)):
        return "the derivative is per unit of the variable: in units of the box it is larger by half its width"
    if _close(found, start - 0.5 * np.array([0.6, 0.8])):
        return "the step is in units of the box: multiply by half the width to come back to the variables"
    if _close(found, start - 0.5 * np.array([30.0, 4.0])) or _close(found, start - 0.5 * np.array([3.0, 4.0])):
        return "divide the slope by its length: the step is as long as `length`, however steep it is"
    return "slope = gradient times half width; divide it by its norm; step = length times half width times that"


def is_result(answer: Callable[..., bool]) -> list[Finding]:
    """`answer(before, after, error, factor)`: whether the gain exceeds factor * error * hypot(before, after)."""
    large, small = answer(2.0, 1.0, 0.03), answer(1.08, 1.0, 0.03)
    worse = answer(1.0, 2.0, 0.03)
    return [
        Finding("a large gain is a result", bool(large), "a drag that halves, with 3 % errors, is more than noise"),
        Finding("a larger drag is no gain", not worse, "the gain is before minus after, with its sign"),
        Finding("a small gain is not", not small, "7 % less drag, with errors of 3 % at both ends, is not three times"),
        Finding(
            "both errors count",
            not answer(4.0, 3.6, 0.03) and bool(answer(4.0, 3.4, 0.03)),
            _noise_hint(answer),
        ),
        Finding(
            "the factor counts",
            bool(answer(1.1, 1.0, 0.03, 1.0)) and not answer(2.0, 1.0, 0.03, 20.0),
            "compare the gain with factor times the error of the difference",
        ),
    ]


def _noise_hint(answer: Callable[..., bool]) -> str:
    if answer(4.0, 3.6, 0.03):
        return "errors are relative to each drag, and both ends have one: error * before and error * after"
    return "independent errors do not add up, their squares do: np.hypot"


def cautious(answer: Callable[[np.ndarray, float], np.ndarray]) -> list[Finding]:
    """`answer(log_drags, caution)`: mean over the members plus caution times their standard deviation."""
    log_drags = np.array([[0.0, 1.0, 5.0], [2.0, 1.0, 3.0]])
    found = np.asarray(answer(log_drags, 2.0), float)
    free = np.asarray(answer(log_drags, 0.0), float)
    if found.shape != (3,):
        hint = "the mean goes over the members, which are the first axis"
        return [Finding("one value for each design", False, f"return the shape (3,), not {found.shape}: {hint}")]
    return [
        Finding("one value for each design", True),
        Finding("without caution the mean", _close(free, [1.0, 1.0, 4.0]), "for caution 0 it is the mean alone"),
        Finding("disagreement costs", _close(found, [3.0, 1.0, 6.0]), _caution_hint(found)),
    ]


def _caution_hint(found: np.ndarray) -> str:
    if _close(found, [-1.0, 1.0, 2.0]):
        return "a lower value is better here, so disagreement has to raise it"
    if _close(found, [1.0, 1.0, 4.0]):
        return "the disagreement is missing: add caution times the standard deviation over the members"
    return "the standard deviation goes over the members, axis=0, without a correction of the count"


def _close(found: object, wanted: object) -> bool:
    found, wanted = np.asarray(found, dtype=float), np.asarray(wanted, dtype=float)
    return found.shape == wanted.shape and bool(np.allclose(found, wanted, rtol=1e-6, atol=1e-9))


CHECKS: dict[str, Check] = {"projected_step": projected_step, "is_result": is_result, "cautious": cautious}

"""Checks of the exercises of 02_Training_and_Generalization."""

from collections.abc import Callable
from typing import Any

from bootcamp.exercises import Check, Finding
from bootcamp.intro.generalization import nearest_neighbor_rmse, rmse, specimen_readings, wave_samples

import numpy as np

VALLEY = np.array([1.0, 50.0])
RATE, KEPT = 0.02, 0.9  # learning rate and mu, the share of the velocity that a step keeps


def _not_a_function(answer: Any) -> list[Finding]:
    hint = f"the answer is the function itself, without parentheses; this is a {type(answer).__name__}"
    return [Finding("the answer is a function", False, hint)]


def _gradient(w: np.ndarray) -> np.ndarray:
    return VALLEY * w


def _nesterov(w: np.ndarray, u: np.ndarray, reach: float, rate: float = RATE) -> tuple[np.ndarray, np.ndarray]:
    """A step with the gradient taken at w - reach * u; `reach` is learning_rate * mu when it is right."""
    u_new = KEPT * u + _gradient(w - reach * u)
    return w - rate * u_new, u_new


def check_nesterov_step(answer: Any) -> list[Finding]:
    """`answer(w, u, gradient, learning_rate, mu)` returns the new weights and the new velocity."""
    if not callable(answer):
        return _not_a_function(answer)
    w, u = np.array([1.0, -0.5]), np.array([0.3, 4.0])
    given = (w.copy(), u.copy())
    result = answer(w, u, _gradient, RATE, KEPT)
    if not isinstance(result, tuple) or len(result) != 2:
        return [Finding("it returns weights and velocity", False, "return two arrays: the new w and the new u")]
    w_new, u_new = (np.asarray(part, dtype=float) for part in result)
    if w_new.shape != w.shape or u_new.shape != u.shape:
        return [
            Finding("the shapes are kept", False, f"w has shape {w.shape}, the answer {w_new.shape}, {u_new.shape}")
        ]
    untouched = np.array_equal(w, given[0]) and np.array_equal(u, given[1])
    w, u = given
    w_right, u_right = _nesterov(w, u, RATE * KEPT)
    return [
        Finding("it returns weights and velocity", True),
        Finding("the arguments are not changed", untouched, "`u *= ...` and `w -= ...` write into the caller's arrays"),
        Finding("the new velocity", np.allclose(u_new, u_right), _velocity_hint(u_new, w, u)),
        Finding("the new weights", np.allclose(w_new, w_right), "the weights move by -learning_rate * (new velocity)"),
    ]


def _velocity_hint(u_new: np.ndarray, w: np.ndarray, u: np.ndarray) -> str:
    known = {
        "this is the plain momentum step: the gradient is taken at w. Nesterov takes it at the point where the old "
        "velocity alone would carry the weights": _nesterov(w, u, 0.0)[1],
        "the look-ahead goes the wrong way: the weights move by MINUS learning_rate * velocity": _nesterov(
            w, u, -RATE * KEPT
        )[1],
        "the look-ahead is too long: a step moves the weights by learning_rate times the velocity": _nesterov(
            w, u, KEPT
        )[1],
        "the look-ahead uses what is kept of the old velocity: mu * u, not u": _nesterov(w, u, RATE)[1],
        "the old velocity is forgotten: it stays in the new one, times mu": _gradient(w - RATE * KEPT * u),
    }
    found = [hint for hint, value in known.items() if np.allclose(u_new, value)]
    return found[0] if found else "u_new = mu * u + gradient(look-ahead point)"


def _polynomial_rmse(order: int, fit: tuple, measure: tuple) -> float:
    coefficients = np.polynomial.Polynomial.fit(*fit, order)
    return rmse(coefficients(measure[0]), measure[1])


Draw = tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def _best(orders: list[int], score: Callable[[int], float]) -> int:
    return min(orders, key=score)


def check_choose_order(answer: Any) -> list[Finding]:
    """`answer(x_train, y_train, x_validation, y_validation, orders)` returns the order with the lowest error."""
    if not callable(answer):
        return _not_a_function(answer)
    orders = list(range(1, 10))
    draws: list[Draw] = [(wave_samples(12, 2 * s, 0.2), wave_samples(40, 2 * s + 1, 0.2)) for s in range(8)]
    chosen = [answer(*train, *validation, orders) for train, validation in draws]
    if not all(isinstance(order, int | np.integer) and order in orders for order in chosen):
        hint = f"return one of the numbers in `orders`; here it returned {chosen[0]!r}. An error is no order"
        return [Finding("it returns an order", False, hint)]
    right = [_best(orders, lambda k, t=t, v=v: _polynomial_rmse(k, t, v)) for t, v in draws]
    shuffled = answer(*draws[0][0], *draws[0][1], orders[4:] + orders[:4])
    return [
        Finding("it returns an order", True),
        Finding("it chooses by the validation error", chosen == right, _order_hint(chosen, orders, draws)),
        Finding(
            "the sequence of `orders` does not matter",
            shuffled == right[0],
            "`orders` may come in any sequence: compare errors, not positions",
        ),
    ]


def _order_hint(chosen: list[int], orders: list[int], draws: list[Draw]) -> str:
    known = {
        "an error measured on the points that were fitted is always lowest for the largest order: fit on the training "
        "points, measure on the validation points": [max(orders)] * len(draws),
        "this is the order with the LARGEST validation error": [
            _best(orders, lambda k, t=t, v=v: -_polynomial_rmse(k, t, v)) for t, v in draws
        ],
    }
    found = [hint for hint, value in known.items() if value == chosen]
    if not found and len(set(chosen)) == 1:
        return f"it answers {chosen[0]} for every data set: the order must depend on the data"
    return found[0] if found else "fit each order to the training points, take the one with the lowest validation RMSE"


def check_split_by_specimen(answer: Any) -> list[Finding]:
    """`answer(specimen, test_share, seed)` returns a bool array, true for samples of the test set."""
    if not callable(answer):
        return _not_a_function(answer)
    x, y, specimen = specimen_readings(25, 8, seed=7)
    is_test = np.asarray(answer(specimen, 0.2, 0))
    if is_test.shape != specimen.shape or is_test.dtype != bool:
        hint = f"return bool with one value per sample, {specimen.shape}; this is {is_test.dtype} {is_test.shape}"
        return [Finding("it returns a mask", False, hint)]
    if is_test.all() or not is_test.any():
        return [Finding("both sets have samples", False, "one of the two sets is empty")]
    shared = np.intersect1d(specimen[is_test], specimen[~is_test]).size
    leak = nearest_neighbor_rmse(x, y, is_test)
    hint = f"{shared} specimens are in both sets, and the score looks like {leak:.2f}: draw specimens, not samples"
    wrong_share = f"asked for 20 % of the specimens, got {is_test.mean():.0%} of the samples"
    repeated = np.array_equal(is_test, answer(specimen, 0.2, 0))
    varied = any(not np.array_equal(is_test, answer(specimen, 0.2, seed)) for seed in (1, 2, 3))
    return [
        Finding("it returns a mask", True),
        Finding("no specimen is in both sets", shared == 0, hint),
        Finding("the test set has the share asked for", abs(is_test.mean() - 0.2) < 0.03, wrong_share),
        Finding("the same seed gives the same split", repeated, "draw with np.random.default_rng(seed)"),
        Finding("another seed gives another split", varied, "the specimens are not drawn at random: use the seed"),
    ]


CHECKS: dict[str, Check] = {
    "nesterov_step": check_nesterov_step,
    "choose_order": check_choose_order,
    "split_by_specimen": check_split_by_specimen,
}

"""Checks of the exercises of 04_Spring_Mass."""

from collections.abc import Callable

from bootcamp.exercises import Check, Finding

import numpy as np
import torch


def _array(values: object) -> np.ndarray:
    plain = values.detach().cpu().numpy() if isinstance(values, torch.Tensor) else values
    return np.asarray(plain, dtype=float)


def _same(found: object, expected: object) -> bool:
    found, expected = _array(found), _array(expected)
    return found.shape == expected.shape and bool(np.allclose(found, expected, rtol=1e-6, atol=1e-9))


def _stiffness(k: np.ndarray) -> np.ndarray:
    return np.diag(k[:-1] + k[1:]) - np.diag(k[1:-1], 1) - np.diag(k[1:-1], -1)


def _stiffness_hint(found: object, k: np.ndarray) -> str:
    right, n = _stiffness(k), len(k) - 1
    found = _array(found)
    if found.shape != (n, n):
        return f"{n + 1} springs hold {n} masses: the matrix is {n} by {n}, yours has the shape {found.shape}"
    if _same(found, -right):
        return "all signs are turned: a mass pulled out is drawn back, so x'' + K x = 0 needs a positive diagonal"
    if _same(np.diag(np.diag(found)), np.diag(np.diag(right))):
        if _same(np.abs(found), np.abs(right)):
            return "springs between neighbors enter with a minus sign: a neighbor that moves along relieves them"
        return "next to the diagonal stands the spring that two neighbors share: -k2 between masses 1 and 2, and so on"
    return "on the diagonal of row i stand both springs that hold mass i: k_i + k_(i+1)"


def stiffness_matrix(answer: Callable) -> list[Finding]:
    """A function k (n + 1,) -> stiffness matrix (n, n) of a chain between two walls."""
    findings = []
    for about, k in {
        "the chain of this notebook": np.array([2.0, 1.0, 1.0, 2.0]),
        "three masses, four different springs": np.array([1.0, 2.0, 4.0, 8.0]),
        "five masses": np.array([1.0, 3.0, 2.0, 5.0, 4.0, 7.0]),
    }.items():
        found = answer(k.copy())
        findings.append(Finding(about, _same(found, _stiffness(k)), _stiffness_hint(found, k)))
    return findings


def _causal_hint(found: object, losses: np.ndarray, epsilon: float) -> str:
    inclusive = np.cumsum(losses)
    before = inclusive - losses
    hints = {
        "your weight also counts the loss of its own time; the first one must be 1": np.exp(-epsilon * inclusive),
        "only the loss one step before counts in yours; add up all earlier ones": np.exp(
            -epsilon * np.concatenate([[0.0], losses[:-1]])
        ),
        "your weights grow where the past is not solved: the exponent needs a minus sign": np.exp(epsilon * before),
        "the past is added up in the wrong direction: the weight of a time depends on earlier times": np.exp(
            -epsilon * (inclusive[-1] - inclusive)
        ),
        "epsilon is missing in the exponent": np.exp(-before),
    }
    matching = (text for text, value in hints.items() if _same(found, value))
    return next(matching, "w_i = exp(-epsilon times the sum of L_1 to L_(i-1)), and w_1 = 1")


def causal_weights(answer: Callable) -> list[Finding]:
    """A function (losses (n,), epsilon) -> weights exp(-epsilon sum of the earlier losses)."""
    losses = torch.tensor([0.5, 0.2, 0.9, 0.1, 0.4], dtype=torch.float64)
    plain, epsilon = losses.numpy(), 2.0
    before = np.cumsum(plain) - plain
    found = answer(losses.clone(), epsilon)
    solved = answer(torch.zeros(4, dtype=torch.float64), epsilon)
    return [
        Finding("five times", _same(found, np.exp(-epsilon * before)), _causal_hint(found, plain, epsilon)),
        Finding("where all is solved all weights are 1", _same(solved, np.ones(4)), "exp(0) = 1, at every time"),
    ]


def _inner(t: torch.Tensor) -> torch.Tensor:
    return torch.cat([torch.cos(2.0 * t) + 1.5, torch.sin(t) - 0.5, t * t + 2.0], dim=1)


def _value_and_slope(motion: Callable, moment: float) -> tuple[np.ndarray, np.ndarray]:
    step = 1e-6
    t = torch.tensor([[moment - step], [moment], [moment + step]], dtype=torch.float64)
    x = _array(motion(t))
    return x[1], (x[2] - x[0]) / (2.0 * step)


def exact_state(answer: Callable) -> list[Finding]:
    """A function (inner, t0, x0, v0) -> motion through the state x0, v0 at the time t0, otherwise free."""
    x0 = torch.tensor([[0.3, -0.2, 0.5]], dtype=torch.float64)
    v0 = torch.tensor([[-1.0, 0.4, 2.0]], dtype=torch.float64)
    motion = answer(_inner, 2.5, x0, v0)
    x, v = _value_and_slope(motion, 2.5)
    value = "at t = t0 everything but x0 must vanish: use t - t0 in the place of t"
    slope = "the velocity at t0 is that of inner as well: its factor must start like (t - t0) squared"
    if np.allclose(v, 0.0, atol=1e-4):
        slope = "the velocity at t0 is zero: the part (t - t0) v0 is missing"
    t = torch.tensor([[0.5], [3.0], [4.0]], dtype=torch.float64)
    free = _array(motion(t)) - _array(answer(lambda t: 0.0 * _inner(t), 2.5, x0, v0)(t))
    return [
        Finding("displacement at t0", bool(np.allclose(x, _array(x0)[0], atol=1e-6)), value),
        Finding("velocity at t0", bool(np.allclose(v, _array(v0)[0], atol=1e-4)), slope),
        Finding(
            "free elsewhere, for every mass",
            bool((np.abs(free) > 1e-3).all()),
            "away from t0 the motion must depend on inner, before t0 as well",
        ),
    ]


CHECKS: dict[str, Check] = {
    "stiffness_matrix": stiffness_matrix,
    "causal_weights": causal_weights,
    "exact_state": exact_state,
}

"""Checks of the exercises of 01_Introduction."""

from collections.abc import Callable

from bootcamp.exercises import Check, Finding

import numpy as np
import torch
from torch import Tensor

Function = Callable[[Tensor], Tensor]


def heat_residual(answer: Callable[[Function, Tensor, float], Tensor]) -> list[Finding]:
    """`answer(network, x, m)`: T'' - m^2 T at x, for the solution exp(m x) and for x^2."""
    x = torch.linspace(0.0, 1.0, 5, dtype=torch.float64)[:, None]
    parabola, exponential = answer(lambda x: x**2, x, 3.0), answer(lambda x: torch.exp(3.0 * x), x, 3.0)
    wanted = 2.0 - 9.0 * x**2
    return [
        Finding(
            "the shape is that of x",
            tuple(parabola.shape) == (5, 1),
            "second has the shape (points, outputs, inputs): choose the first input with [:, :, 0]",
        ),
        Finding(
            "for T = x^2 and m = 3 the residual is 2 - 9 x^2",
            _close(parabola, wanted),
            "m enters as its square" if _close(parabola, 2.0 - 3.0 * x**2) else _sign_hint(parabola, x),
        ),
        Finding(
            "for the solution T = exp(m x) the residual is zero",
            _close(exponential, torch.zeros_like(x)),
            "insert T = exp(m x) by hand: the second derivative is m^2 T, and both parts cancel",
        ),
    ]


def _sign_hint(found: Tensor, x: Tensor) -> str:
    if _close(found, torch.full_like(x, 2.0)):
        return "the term - m^2 T is missing; the values stand in `value`, computed in the same call"
    return "the equation is T'' - m^2 T = 0: everything on the left side, with its signs"


def _close(found: Tensor, wanted: Tensor) -> bool:
    return found.shape == wanted.shape and bool(torch.allclose(found, wanted, atol=1e-9))


def exact_ends(answer: Callable[[Function, float, float], Function]) -> list[Finding]:
    """`answer(inner, a, b)`: a function with the ends a and b whatever inner is."""
    ends = torch.tensor([[0.0], [1.0]], dtype=torch.float64)
    middle = torch.tensor([[0.5]], dtype=torch.float64)
    constant = answer(lambda x: 0.0 * x + 7.0, 2.0, -3.0)
    line = answer(lambda x: 0.0 * x, 2.0, -3.0)
    wanted = torch.tensor([[2.0], [-3.0]], dtype=torch.float64)
    right = _close(constant(ends), wanted) and _close(line(ends), wanted)
    alive = [float(answer(lambda x, c=c: 0.0 * x + c, 2.0, -3.0)(middle)) for c in (-1.0, 0.0, 1.0)]
    free = len(set(alive)) == 3
    return [
        Finding(
            "u(0) = a and u(1) = b, whatever inner is",
            right,
            "multiply inner by a factor that is zero at 0 and at 1, and add a function with the ends a and b",
        ),
        Finding("inner still decides what happens between the ends", free, "do not drop inner: it must be trained"),
    ]


def amplification(answer: Callable[[int, float], float]) -> list[Finding]:
    """`answer(n, k)`: 1 / |k^2 - n^2 pi^2|."""
    plain, above, high = answer(1, 0.0), answer(1, 4.0), answer(5, 1.0)
    return [
        Finding(
            "without the term k^2 u: 1 / pi^2 for n = 1",
            bool(np.isclose(plain, 1.0 / np.pi**2)),
            "insert e = c sin(n pi x) into e'' = r = sin(n pi x) and solve for c",
        ),
        Finding(
            "a higher wave number and k = 1",
            bool(np.isclose(high, 1.0 / (25 * np.pi**2 - 1.0))),
            "differentiating sin(n pi x) twice gives the factor -(n pi)^2; k^2 comes with the other sign",
        ),
        Finding(
            "k above the resonance: a magnitude is positive",
            bool(np.isclose(above, 1.0 / (16.0 - np.pi**2))),
            "beyond the resonance the error has the other sign; take the absolute value",
        ),
    ]


CHECKS: dict[str, Check] = {
    "heat_residual": heat_residual,
    "exact_ends": exact_ends,
    "amplification": amplification,
}

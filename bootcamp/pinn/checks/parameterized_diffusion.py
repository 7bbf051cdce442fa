"""Checks of the exercises of 03_Parameterized_Diffusion."""

import math
from collections.abc import Callable

from bootcamp.exercises import Check, Finding

import numpy as np
import torch
from torch import Tensor

Family = Callable[[Tensor, Tensor], Tensor]


def _close(found: object, wanted: object) -> bool:
    plain = found.detach().numpy() if isinstance(found, Tensor) else found
    found, wanted = np.asarray(plain, dtype=float), np.asarray(wanted, dtype=float)
    return found.shape == wanted.shape and bool(np.allclose(found, wanted, rtol=1e-6, atol=1e-9))


def family_flux_jump(answer: Callable[[Family, Family, Tensor, float], Tensor]) -> list[Finding]:
    """`answer(T1, T2, d, d2)`: d T1'(1) - d2 T2'(1) row by row."""
    d = torch.tensor([[5.0], [10.0], [40.0]], dtype=torch.float64)
    found = answer(lambda x, d: x**2 * d, lambda x, d: 3.0 * x + 0.0 * d, d, 0.5)  # slopes 2 d and 3
    zero = answer(lambda x, d: 2.0 * x / d, lambda x, d: 4.0 * x + 0.0 * d, d, 0.5)
    shape = tuple(found.shape)
    return [
        Finding("one row for each conductivity", shape == (3, 1), _shape_hint(shape)),
        Finding("each row has its own conductivity", _close(found, 2.0 * d**2 - 1.5), _row_hint(found, d)),
        Finding(
            "zero where the fluxes are equal",
            _close(zero, 0.0 * d),
            "the flux is d T1' on the left, d2 T2' on the right",
        ),
    ]


def _shape_hint(shape: tuple[int, ...]) -> str:
    if shape == (3, 3):
        return "(n,) times (n, 1) is a matrix (n, n): keep d in the shape (n, 1)"
    return f"for d of the shape (3, 1) the result is (3, 1), not {shape}"


def _row_hint(found: Tensor, d: Tensor) -> str:
    if _close(found, 2.0 * d * d.mean() - 1.5):
        return "you multiply all rows by one and the same conductivity, their mean"
    if _close(found, 2.0 * d - 3.0):
        return "these are the slopes: multiply each by its conductivity"
    if _close(found, 1.5 - 2.0 * d**2):
        return "the flux on the left minus that on the right, not the other way round"
    return "row i is d[i] T1'(1, d[i]) - d2 T2'(1, d[i])"


def answers_to_break_even(answer: Callable[[float, float, float], float]) -> list[Finding]:
    """`answer(train, ask, solve)`: smallest n with train + n ask < n solve."""
    plain, equal = answer(10.0, 1.0, 4.0), answer(9.0, 1.0, 4.0)
    never, same = answer(10.0, 2.0, 1.0), _value_or_zero(answer, 10.0, 1.0, 1.0)
    if _close(plain, 2.5) or _close(plain, 3.0):
        hint = "the network's own time for each answer counts as well: it saves only solve - ask each time"
    else:
        hint = "compare train + n ask with n solve; n is a whole number"
    return [
        Finding("10 s of training, 1 s and 4 s for an answer", _close(plain, 4.0), hint),
        Finding(
            "strictly cheaper: 9 s of training, 1 s and 4 s",
            _close(equal, 4.0),
            "after 3 answers both have cost 12 s; strictly cheaper is the network only from the next one on",
        ),
        Finding(
            "a solver that is as fast as the network, or faster",
            math.isinf(never) and never > 0 and math.isinf(same) and same > 0,
            "where an answer of the network takes no less time than the solver, the training never pays: float('inf')",
        ),
    ]


def _value_or_zero(answer: Callable[[float, float, float], float], *seconds: float) -> float:
    """The answer, 0 where it divides by zero: a cost equal to that of the solver deserves a hint, not an error."""
    try:
        return answer(*seconds)
    except ZeroDivisionError:
        return 0.0


def find_conductivity(answer: Callable[[Callable[[float], float], float, float, float], float]) -> list[Finding]:
    """`answer(interface_of, measured, low, high)`: the inverse of a falling function; ValueError outside."""
    bar = lambda d: 100.0 / (1.0 + d / 0.1)  # noqa: E731
    found = [answer(bar, bar(value), 5.0, 25.0) for value in (6.0, 15.0, 24.0)]
    other = answer(lambda d: 50.0 - d, 38.0, 10.0, 14.0)
    return [
        Finding("the bar, D1 = 6, 15 and 24", np.allclose(found, [6.0, 15.0, 24.0], rtol=2e-6), _inverse_hint(found)),
        Finding(
            "another falling function",
            bool(np.isclose(other, 12.0, rtol=2e-6)),
            "use interface_of, low and high as they are given, not the formula of the bar",
        ),
        Finding(
            "a temperature that is not of the range",
            all(_refuses(answer, bar, value) for value in (bar(4.0), bar(30.0))),
            "raise a ValueError if the measured temperature is above that at low or below that at high",
        ),
    ]


def _inverse_hint(found: list[float]) -> str:
    if all(min(abs(value - 5.0), abs(value - 25.0)) < 1e-3 for value in found):
        return (
            "you run to one end: the temperature falls as D1 grows, so a temperature that is too high asks for more D1"
        )
    if np.allclose(found, [6.0, 15.0, 24.0], rtol=1e-2):
        return "close, but not to 6 digits: halve the interval more often"
    return "halve the interval: compare the temperature in its middle with the measured one"


def _refuses(answer: Callable, interface_of: Callable[[float], float], measured: float) -> bool:
    try:
        answer(interface_of, measured, 5.0, 25.0)
    except ValueError:
        return True
    return False


CHECKS: dict[str, Check] = {
    "family_flux_jump": family_flux_jump,
    "answers_to_break_even": answers_to_break_even,
    "find_conductivity": find_conductivity,
}

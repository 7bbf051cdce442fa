"""Checks of the exercises of 01_Introduction."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

from bootcamp.exercises import Check, Finding, agrees, as_array, ask, first_wrong, random_cases, takes_function
from bootcamp.exercises.groups import combined, in_groups
from bootcamp.pinn.checks.freedom import DEGREE, INFINITE, Freedom, blind_spot, polynomial
from bootcamp.pinn.derivatives import derivatives

import numpy as np
import torch
from torch import Tensor

Random = np.random.Generator
Function = Callable[[Tensor], Tensor]
Residual = Callable[[Function, Tensor, float], Tensor]


def _points(random: Random) -> Tensor:
    return torch.as_tensor(random.uniform(-1.0, 2.0, size=(random.integers(1, 7), 1)))


def _network(random: Random) -> Function:
    """A cubic, a wave, an exponential, or a small network."""
    a, b, c, d = random.normal(size=4)
    inner, outer = torch.as_tensor(random.normal(size=(2, 5)))
    return random.choice(
        [
            lambda x: a + b * x + c * x**2 + d * x**3,
            lambda x: a * torch.sin(3.0 * b * x + c),
            lambda x: a * torch.exp(b * x) + c,
            lambda x: torch.tanh(x * inner[None] + b) @ outer[:, None] + a,
        ]
    )


def _heat_case(random: Random) -> tuple[Function, Tensor, float]:
    return _network(random), _points(random), float(random.uniform(0.2, 4.0))


def _solution(random: Random) -> tuple[Function, Tensor, float]:
    """A sum of the two solutions of T'' = m^2 T."""
    m, (a, b) = float(random.uniform(0.2, 3.0)), random.normal(size=2)
    return lambda x: a * torch.exp(m * x) + b * torch.exp(-m * x), _points(random), m


def _heat(
    bend: Callable[[Any], Tensor] = lambda t: t.second[:, :, 0],
    loss: Callable[[Any, float], Tensor] = lambda t, m: -(m**2) * t.value,
    sign: float = 1.0,
) -> Residual:
    def residual(network: Function, x: Tensor, m: float) -> Tensor:
        t = derivatives(network, x)
        return sign * (bend(t) + loss(t, m))

    return residual


BENDS = {
    "": lambda t: t.second[:, :, 0],
    "T'' is the second derivative; this has the first": lambda t: t.first[:, :, 0],
    "the term T'' is missing": lambda t: 0.0 * t.value,
}
LOSSES = {
    "": lambda t, m: -(m**2) * t.value,
    "the term - m^2 T is missing; the values stand in `value`, computed in the same call": lambda t, m: 0.0 * t.value,
    "m enters as its square": lambda t, m: -m * t.value,
    "m is an argument: 9 is its square in the example only": lambda t, m: -9.0 * t.value,
    "m enters as its square, m**2, not as 2 m": lambda t, m: -2.0 * m * t.value,
    "T is a factor of m^2": lambda t, m: -(m**2) + 0.0 * t.value,
    "the equation is T'' - m^2 T = 0: mind the sign of the second term": lambda t, m: m**2 * t.value,
    "m enters as its square, and with a minus": lambda t, m: m * t.value,
    "the loss is proportional to T itself, not to its slope": lambda t, m: -(m**2) * t.first[:, :, 0],
}
SIGNS = {"": 1.0, "the left side of the equation is T'' - m^2 T: all signs are turned here": -1.0}
RESIDUALS = combined(_heat, BENDS, LOSSES, SIGNS)


@takes_function
def heat_residual(answer: Residual) -> list[Finding]:
    """`answer(network, x, m)`: T'' - m^2 T at x (n, 1), for any network."""
    x = torch.linspace(0.0, 1.0, 5, dtype=torch.float64)[:, None]
    groups = {
        "for T = x^2 and m = 3 the residual is 2 - 9 x^2": (
            [(lambda x: x**2, x, 3.0)], "the second derivative of x^2 is 2, and m^2 T is 9 x^2",
        ),
        "for the solution T = exp(m x) the residual is zero": (
            [(lambda x: torch.exp(3.0 * x), x, 3.0), *random_cases(_solution, 3)],
            "insert T = exp(m x) by hand: the second derivative is m^2 T, and both parts cancel",
        ),
        "other networks, points and m": (
            random_cases(_heat_case, 8), "T'' - m^2 T, with T and T'' of this network at these points",
        ),
    }  # fmt: skip

    def findings() -> Iterator[Finding]:
        shape = np.shape(as_array(ask(answer, lambda x: x**2, x, 3.0)))
        indexing = "second has the shape (points, outputs, inputs): choose the first input with [:, :, 0]"
        hint = f"five points gave {shape} instead of (5, 1): {indexing}"
        yield Finding("the shape is that of x", shape == (5, 1), hint)
        # Differences of values are right as well, and as exact as this.
        yield from in_groups(answer, _heat(), groups, RESIDUALS, rtol=1e-5, atol=1e-5)

    return first_wrong(findings())


ENDS = torch.tensor([[0.0], [1.0]], dtype=torch.float64)
EVEN = np.linspace(0.02, 0.98, 49)
PLACES = np.concatenate([[1e-3], EVEN, [1 - 1e-3]])[:, None]
Build = Callable[[Function, float, float], Function]


def _inner(random: Random) -> Function:
    """Functions of every size, with any value and slope at the ends."""
    return polynomial(random.normal(0.0, 10 ** random.uniform(-1.0, 1.5), size=(5, 1)), 0.5, 0.5)


def _ends_case(random: Random) -> tuple[Function, float, float]:
    a, b = random.normal(0.0, 3.0, size=2)
    return _inner(random), float(a), float(b)


def _ends(
    line: Callable[[float, float], tuple[float, float]] = lambda a, b: (a, b),
    rest: Callable[[float, float], tuple[float, float]] = lambda left, right: (0.0, 0.0),
) -> Callable[[Function, float, float], np.ndarray]:
    """What stands at both ends: a part from a and b, and a part from the values of inner there."""

    def ends(inner: Function, a: float, b: float) -> np.ndarray:
        values = inner(ENDS)[:, 0].tolist()
        return np.add(line(a, b), rest(*values))[:, None]

    return ends


FACTOR = "multiply inner by a factor that is zero at 0 and at 1"
LINES = {
    "": lambda a, b: (a, b),
    "add a function with the ends a and b": lambda a, b: (0.0, 0.0),
    "a + b x ends at a + b: the straight line from a to b is a + (b - a) x": lambda a, b: (a, a + b),
    "the straight line is the wrong way round: a belongs to 0 and b to 1": lambda a, b: (b, a),
    "the end at 1 is zero: b is missing there": lambda a, b: (a, 0.0),
    "the end at 0 is zero: a is missing there": lambda a, b: (0.0, b),
    "the end at 1 is a, where b belongs": lambda a, b: (a, a),
    "the end at 0 is b, where a belongs": lambda a, b: (b, b),
    "a and b are added up at both ends: each belongs to one": lambda a, b: (a + b, a + b),
    "b (1 - x) stands with a: at x = 1 it is a (1 - x) that has to be zero, so b goes with x": lambda a, b: (
        a + b, 0.0,
    ),
}  # fmt: skip
RESTS = {
    "": lambda left, right: (0.0, 0.0),
    FACTOR: lambda left, right: (left, right),
    "the factor of inner is zero at 0, and not at 1: one more factor 1 - x": lambda left, right: (0.0, right),
    "the factor of inner is zero at 1, and not at 0: one more factor x": lambda left, right: (left, 0.0),
    "inner is subtracted at the ends: multiply it by a factor that is zero at both": lambda left, right: (
        -left, -right,
    ),
}  # fmt: skip
AT_ENDS = {f"{FACTOR}, and add a function with the ends a and b": _ends(lambda a, b: (0.0, 0.0), RESTS[FACTOR])}
AT_ENDS |= combined(_ends, LINES, RESTS)


def _built(answer: Build, a: float, b: float, coefficients: np.ndarray) -> np.ndarray:
    """(u - line) / (x (1 - x)) at the places: what is left free, also in the slopes at the ends."""
    inner = polynomial(coefficients, 0.5, 0.5)
    u = as_array(ask(ask(answer, inner, a, b), torch.as_tensor(PLACES))).astype(float)
    return (u - a - (b - a) * PLACES) / (PLACES * (1 - PLACES))


WAVE = np.cos(0.7 + 2.0 * np.pi * PLACES)
TARGETS = (WAVE, 50.0 * (1.5 + WAVE), -50.0 * (1.5 + WAVE))  # of both signs, and far from zero


def _bound_hint(free: Freedom) -> str:
    """Why the function cannot become every function with these ends."""
    response = free.response[:, 0]
    if not np.isfinite(response).all():
        return INFINITE
    if response.max() < 1e-9:
        return "do not drop inner: it must be trained"
    if free.dimensions < DEGREE - 2:
        return "inner has to be taken at x itself: taken at fixed places only, it leaves a few numbers free"
    if response[0] < 0.1 * response[1] or response[-1] < 0.1 * response[-2]:
        return (
            "near an end the factor of inner falls faster than the distance to it, so the slope there is the same "
            "whatever inner is: one factor x and one factor 1 - x are enough"
        )
    middle = response[1:-1]
    if middle.min() < 0.1 * np.median(middle):
        place = float(EVEN[middle.argmin()])
        return f"near x = {place:.2g} u hardly depends on inner: its factor may be zero at 0 and 1 only"
    return "some functions with these ends are out of reach: inner itself has to enter, no square or bounded part of it"


def _alive(answer: Build) -> Finding:
    """Whether inner counts everywhere between the ends, and nowhere infinitely much."""
    x = np.linspace(0.0, 1.0, 2001)[1:-1, None]
    moved, still = (
        as_array(ask(ask(answer, lambda x, c=c: c * (1.0 + 4.0 * x * (1.0 - x)), 2.0, -3.0), torch.as_tensor(x)))
        for c in (1.0, 0.0)
    )
    response = (np.abs(moved - still) / (x * (1 - x)))[:, 0]
    hint = blind_spot("x", x[:, 0], response, beside=100)
    if not hint and max(response[0] / response[100], response[-1] / response[-101]) > 8:
        hint = "at an end the factor of inner rises like a root, so the slope there is infinite"
    return Finding("nowhere between the ends is it pinned or infinite", not hint, hint)


@takes_function
def exact_ends(answer: Build) -> list[Finding]:
    """`answer(inner, a, b)`: a function with the ends a and b whatever inner is, and free otherwise."""
    cases = [(lambda x: 0.0 * x + 7.0, 2.0, -3.0), (lambda x: 0.0 * x, 2.0, -3.0), *random_cases(_ends_case, 12)]
    general = f"{FACTOR}, and add a function with the ends a and b"

    def findings() -> Iterator[Finding]:
        u = ask(answer, *cases[0])
        hint = f"return a function of x, as in `return lambda x: ...`; this is a {type(u).__name__}"
        yield Finding("a function is returned", callable(u), hint)
        yield agrees(
            "u(0) = a and u(1) = b, whatever inner is",
            lambda *arguments: ask(ask(answer, *arguments), ENDS),
            _ends(), cases, hint=general, mistakes=AT_ENDS, atol=1e-7,
        )  # fmt: skip
        free = Freedom(functools.partial(_built, answer, 2.0, -3.0))
        reached = all(free.reaches(wanted) for wanted in TARGETS)
        hint = "" if reached else _bound_hint(free)
        yield Finding("it can become any smooth function with these ends", reached, hint)
        yield _alive(answer)

    return first_wrong(findings())


def _amplification(
    squares: Callable[[float, float], float] = lambda n, k: k**2 - (n * np.pi) ** 2,
    size: Callable[[float], float] = lambda number: 1.0 / abs(number),
) -> Callable[[int, float], float]:
    return lambda n, k: size(squares(n, k))


SQUARES = {
    "": lambda n, k: k**2 - (n * np.pi) ** 2,
    "differentiating sin(n pi x) twice gives the factor -(n pi)^2; k^2 comes with the other sign": lambda n, k: (
        k**2 + (n * np.pi) ** 2
    ),
    "the term k^2 u is missing": lambda n, k: -((n * np.pi) ** 2),
    "k enters as its square": lambda n, k: k - (n * np.pi) ** 2,
    "pi is missing: the derivative of sin(n pi x) is n pi cos(n pi x)": lambda n, k: k**2 - n**2,
    "pi is squared as well: the second derivative brings the factor n pi twice": lambda n, k: k**2 - n**2 * np.pi,
    "n is squared as well: the second derivative brings the factor n pi twice": lambda n, k: k**2 - n * np.pi**2,
    "two derivatives bring the factor n pi twice: its square": lambda n, k: k**2 - n * np.pi,
}
SIZES = {
    "": lambda number: 1.0 / abs(number),
    "below the resonance the error has the other sign; take the absolute value": lambda number: 1.0 / number,
    "beyond the resonance the error has the other sign; take the absolute value": lambda number: -1.0 / number,
    "that is the residual of an error of size 1; asked for is the error of a residual of size 1": abs,
    "the error is c itself, without a square or a root": lambda number: 1.0 / number**2,
    "c (k^2 - n^2 pi^2) = 1 needs no root": lambda number: 1.0 / np.sqrt(abs(number)),
}
AMPLIFICATIONS = {"insert e = c sin(n pi x) into e'' = r = sin(n pi x) and solve for c": lambda n, k: 1.0} | combined(
    _amplification, SQUARES, SIZES
)


def _wave(random: Random) -> tuple[int, float]:
    """A wave number n, and a k that is not near n pi."""
    n = int(random.integers(1, 13))
    return n, float(n * np.pi * random.choice([random.uniform(0.0, 0.95), random.uniform(1.05, 4.0)]))


@takes_function
def amplification(answer: Callable[[int, float], float]) -> list[Finding]:
    """`answer(n, k)`: 1 / |k^2 - n^2 pi^2|."""
    above = [(n, k) for n, k in random_cases(_wave, 30) if k > n * np.pi]
    groups = {
        "without the term k^2 u: 1 / pi^2 for n = 1": (
            [(1, 0.0), (2, 0.0)], "insert e = c sin(n pi x) into e'' = r = sin(n pi x) and solve for c",
        ),
        "a higher wave number and k = 1": (
            [(5, 1.0), (4, 2), *((n, k) for n, k in random_cases(_wave, 30) if k <= n * np.pi)],
            "insert e = c sin(n pi x) into e'' + k^2 e = sin(n pi x) and solve for c",
        ),
        "k above the resonance: a magnitude is positive": (
            [(1, 4.0), *above], "beyond the resonance k^2 is larger than n^2 pi^2; the magnitude stays positive",
        ),
    }  # fmt: skip
    return in_groups(answer, _amplification(), groups, AMPLIFICATIONS)


CHECKS: dict[str, Check] = {
    "heat_residual": heat_residual,
    "exact_ends": exact_ends,
    "amplification": amplification,
}

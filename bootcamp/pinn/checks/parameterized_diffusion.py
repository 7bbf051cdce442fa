"""Checks of the exercises of 03_Parameterized_Diffusion."""

import functools
import math
from collections.abc import Callable, Iterator

from bootcamp.exercises import Check, Finding, agrees, as_array, ask, first_wrong, random_cases, refuses, takes_function
from bootcamp.exercises.groups import combined, in_groups

import numpy as np
import torch
from torch import Tensor

Random = np.random.Generator
Family = Callable[[Tensor, Tensor], Tensor]
Side = Callable[[Tensor, Tensor], Tensor]


def _family(random: Random) -> Family:
    """A family of curves whose slope at x = 1 depends on the parameter, and differs from that elsewhere."""
    a, b, c = random.normal(size=3)
    return lambda x, d: a * x**2 * d + b * torch.sin(2.0 * x) + c * torch.exp(0.3 * x * torch.sqrt(d))


def _rows(random: Random) -> tuple[Family, Family, Tensor, float]:
    d = torch.as_tensor(10 ** random.uniform(-0.5, 1.0, size=(random.integers(1, 7), 1)))
    return _family(random), _family(random), d, float(random.uniform(0.2, 3.0))


def _slope(family: Family, d: Tensor, at: float = 1.0) -> Tensor:
    x = torch.full_like(d, at, requires_grad=True)
    return torch.autograd.grad(family(x, d).sum(), x)[0]


def _by_parameter(family: Family, d: Tensor) -> Tensor:
    d = d.clone().requires_grad_()
    return torch.autograd.grad(family(torch.ones_like(d), d).sum(), d)[0]


def _jump(
    left: Side = lambda d, slope: d * slope,
    right: Callable[[float, Tensor], Tensor] = lambda d2, slope: d2 * slope,
    join: Callable[[Tensor, Tensor], Tensor] = torch.sub,
    slope: Callable[[Family, Tensor], Tensor] = _slope,
) -> Callable[..., Tensor]:
    def jump(curve1: Family, curve2: Family, d: Tensor, d2: float) -> Tensor:
        return join(left(d, slope(curve1, d)), right(d2, slope(curve2, d)))

    return jump


LEFT = {
    "": lambda d, slope: d * slope,
    "you multiply all rows by one and the same conductivity, their mean": lambda d, slope: d.mean() * slope,
    "you multiply all rows by the conductivity of the first": lambda d, slope: d[:1] * slope,
    "on the left this is the slope: multiply each row by its conductivity": lambda d, slope: slope,
    "on the left this is the slope divided by the conductivity: multiply": lambda d, slope: slope / d,
}
RIGHT = {
    "": lambda d2, slope: d2 * slope,
    "on the right this is the slope: multiply it by d2": lambda d2, slope: slope,
    "on the right this is the slope divided by d2: multiply": lambda d2, slope: slope / d2,
    "the right side is missing": lambda d2, slope: 0.0 * slope,
}
JOIN = {
    "": torch.sub,
    "the flux on the left minus that on the right, not the other way round": lambda left, right: right - left,
    "the fluxes are subtracted, not added": torch.add,
}
SLOPES = {
    "": _slope,
    "these are values at x = 1: a flux needs the slope": lambda family, d: family(torch.ones_like(d), d),
    "this is the derivative with respect to the conductivity; a flux needs that with respect to x": _by_parameter,
    "the slopes belong to x = 0: the halves meet at x = 1": functools.partial(_slope, at=0.0),
}
JUMPS = {
    "these are the slopes: multiply each by its conductivity": _jump(lambda d, slope: slope, lambda d2, slope: slope),
} | combined(_jump, LEFT, RIGHT, JOIN, SLOPES)


def _shape_hint(shape: tuple[int, ...]) -> str:
    if shape == (3, 3):
        return "(n,) times (n, 1) is a matrix (n, n): keep d in the shape (n, 1)"
    return f"for d of the shape (3, 1) the result is (3, 1), not {shape}"


@takes_function
def family_flux_jump(answer: Callable[..., Tensor]) -> list[Finding]:
    """`answer(T1, T2, d, d2)`: d T1'(1) - d2 T2'(1) row by row."""
    d = torch.tensor([[5.0], [10.0], [40.0]], dtype=torch.float64)
    straight: Family = lambda x, d: 3.0 * x + 0.0 * d  # noqa: E731
    zero = (lambda x, d: 2.0 * x / d, lambda x, d: 4.0 * x + 0.0 * d, d, 0.5)
    groups = {
        "each row has its own conductivity": (
            [(lambda x, d: x**2 * d, straight, d, 0.5), *random_cases(_rows, 8)],
            "row i is d[i] T1'(1, d[i]) - d2 T2'(1, d[i])",
        ),
        "zero where the fluxes are equal": ([zero], "the flux is d T1' on the left, d2 T2' on the right"),
        "one row alone": ([(*_rows(np.random.default_rng(seed))[:2], d[:1], 0.5) for seed in range(2)],
                          "one conductivity gives one row"),
    }  # fmt: skip

    def findings() -> Iterator[Finding]:
        shape = np.shape(as_array(ask(answer, straight, straight, d, 0.5)))
        yield Finding("one row for each conductivity", shape == (3, 1), _shape_hint(shape))
        # Differences of values are right as well, and as exact as this.
        yield from in_groups(answer, _jump(), groups, JUMPS, rtol=1e-5, atol=1e-5)

    return first_wrong(findings())


def _break_even(train: float, asked: float, solve: float) -> float:
    """The rule, without a division: counted up from an estimate below."""
    if solve <= asked:
        return math.inf
    n = max(0, math.floor(train / (solve - asked)) - 1)
    while not train + n * asked < n * solve:
        n += 1
    return n


def _guarded(number: Callable[[float, float, float], float]) -> Callable[[float, float, float], float]:
    return lambda train, asked, solve: number(train, asked, solve) if solve > asked else math.inf


def _count(
    saved: Callable[[float, float], float] = lambda asked, solve: solve - asked,
    whole: Callable[[float], float] = lambda number: math.floor(number) + 1,
    guard: Callable[[Callable], Callable] = _guarded,
) -> Callable[[float, float, float], float]:
    return guard(lambda train, asked, solve: whole(train / saved(asked, solve)))


SAVED = {
    "": lambda asked, solve: solve - asked,
    "the network's own time for each answer counts as well: it saves only solve - ask each time": (
        lambda asked, solve: solve
    ),
    "the network saves the difference solve - ask with each answer, not the sum": lambda asked, solve: solve + asked,
}
WHOLE = {
    "": lambda number: math.floor(number) + 1,
    "strictly cheaper: where train / (solve - ask) is a whole number both have cost the same after that many answers, "
    "and the network is cheaper only from the next one on": math.ceil,
    "after that many answers the network is not yet cheaper: round down and add one": math.floor,
    "a whole number of answers is asked for: the next one above train / (solve - ask)": lambda number: number,
    "where train / (solve - ask) is a fraction this is one more than needed": lambda number: math.ceil(number) + 1,
    "this is one more than needed": lambda number: math.floor(number) + 2,
    "rounded to the nearest is not the next one above": round,
    "rounding to the nearest and adding one is sometimes one too many": lambda number: round(number) + 1,
    "a fraction of an answer is left over: the next whole number above": lambda number: number + 1,
}
GUARDS = {
    "": _guarded,
    "where an answer of the network takes no less time than the solver, the training never pays: float('inf')": (
        lambda number: number
    ),
    "a network that is slower than the solver never pays: mind the sign of solve - ask": lambda number: (
        lambda train, asked, solve: number(train, asked, solve) if solve != asked else math.inf
    ),
    "a slower network never pays, so an absolute value hides it: float('inf')": lambda number: (
        lambda train, asked, solve: (
            number(train, min(asked, solve), max(asked, solve)) if solve != asked else math.inf
        )
    ),
}  # fmt: skip
COUNTS = combined(_count, SAVED, WHOLE, GUARDS)
NEVER = "where an answer of the network takes no less time than the solver, the training never pays: float('inf')"


def _seconds(random: Random) -> tuple[float, float, float]:
    """The training pays after a number of answers that is no whole one, well away from rounding errors."""
    asked, saved = random.uniform(0.1, 5.0), random.uniform(0.1, 5.0)
    return float((random.integers(0, 60) + random.uniform(0.05, 0.95)) * saved), float(asked), float(asked + saved)


def _tie(random: Random) -> tuple[float, float, float]:
    """Both cost the same after a whole number of answers, in numbers without rounding errors."""
    asked, saved, answers = (float(number) for number in random.integers(1, 20, size=3))
    return answers * saved / 4, asked / 4, (asked + saved) / 4


def _slower(random: Random) -> tuple[float, float, float]:
    asked = float(random.uniform(0.5, 5.0))
    return float(random.uniform(0.5, 50.0)), asked, asked * float(random.uniform(0.1, 0.95))


@takes_function
def answers_to_break_even(answer: Callable[[float, float, float], float]) -> list[Finding]:
    """`answer(train, ask, solve)`: smallest n with train + n ask < n solve."""
    division = {ZeroDivisionError: "an answer may take the network as long as the solver"}
    groups = {
        "10 s of training, 1 s and 4 s for an answer": (
            [(10.0, 1.0, 4.0), (10, 1, 4)], "compare train + n ask with n solve; n is a whole number",
        ),
        "other times": (
            [(0.5, 1.0, 4.0), (7.0, 0.0, 2.0), *random_cases(_seconds, 20)],
            "the smallest whole n above train / (solve - ask)",
        ),
        "strictly cheaper: 9 s of training, 1 s and 4 s, and others": (
            [(9.0, 1.0, 4.0), (0.0, 1.0, 2.0), *random_cases(_tie, 8)],
            "after 3 answers both have cost 12 s; strictly cheaper is the network only from the next one on",
        ),
        "a solver that is as fast as the network, or faster": (
            [(10.0, 1.0, 1.0), (10.0, 2.0, 1.0), (0.0, 1.0, 1.0), *random_cases(_slower, 5)], NEVER,
        ),
    }  # fmt: skip
    return in_groups(answer, _break_even, groups, COUNTS, errors=division)


def _falling(random: Random) -> tuple[Callable[[float], float], float, float]:
    """A falling function of one number, and a range of its argument."""
    low = float(10 ** random.uniform(-1.0, 1.5))
    high = low * float(random.uniform(1.2, 10.0))
    hot, d2 = float(random.uniform(1.0, 200.0)), low * float(10 ** random.uniform(-1.5, 0.5))
    kind = random.integers(4)
    if kind == 0:
        return lambda d: hot / (1.0 + d / d2), low, high
    if kind == 1:
        return lambda d: hot - d / d2, low, high
    if kind == 2:
        return lambda d: hot * math.exp(-d / high), low, high
    return lambda d: hot - 0.2 * math.log(d) - (d / high) ** 3, low, high


Measured = tuple[Callable[[float], float], float, float, float]


def _inside(random: Random) -> Measured:
    curve, low, high = _falling(random)
    return curve, curve(low + float(random.uniform(0.01, 0.99)) * (high - low)), low, high


def _at_end(random: Random) -> Measured:
    curve, low, high = _falling(random)
    return curve, curve(random.choice([low, high])), low, high


def _outside(random: Random) -> Measured:
    """A temperature a little or far beyond one of the ends."""
    curve, low, high = _falling(random)
    beyond = (curve(low) - curve(high)) * float(10 ** random.uniform(-3.0, 1.0))
    return curve, random.choice([curve(low) + beyond, curve(high) - beyond]), low, high


def _bisection(
    times: int = 60, low_side: Callable[[float, float], bool] = lambda found, measured: found > measured
) -> Callable[..., float]:
    def search(curve: Callable[[float], float], measured: float, low: float, high: float) -> float:
        for _ in range(times):
            middle = (low + high) / 2.0
            low, high = (middle, high) if low_side(curve(middle), measured) else (low, middle)
        return (low + high) / 2.0

    return search


def _secant(curve: Callable[[float], float], measured: float, low: float, high: float) -> float:
    return low + (curve(low) - measured) / (curve(low) - curve(high)) * (high - low)


SEARCHES = {
    "you run to one end: the temperature falls as D1 grows, so a temperature that is too high asks for more D1": (
        _bisection(low_side=lambda found, measured: found < measured)
    ),
    "the middle of the range is the first guess: compare its temperature with the measured one, and halve": (
        _bisection(0)
    ),
    "interface_of is no straight line between the ends: halve the interval": _secant,
    "this is the inverse of the bar of the notebook: use interface_of, low and high as they are given": (
        lambda curve, measured, low, high: 0.1 * (100.0 / measured - 1.0)
    ),
}
DIGITS = "close, but not to 6 digits: halve the interval more often"


def _close(answer: Callable[..., float], cases: list[Measured]) -> bool:
    """Whether all results are right to two digits."""
    right = _bisection()
    return all(abs(float(as_array(ask(answer, *case))) - right(*case)) <= 0.02 * right(*case) for case in cases)


@takes_function
def find_conductivity(answer: Callable[..., float]) -> list[Finding]:
    """`answer(interface_of, measured, low, high)`: the inverse of a falling function; ValueError outside."""
    bar = lambda d: 100.0 / (1.0 + d / 0.1)  # noqa: E731
    bars = [(bar, bar(value), 5.0, 25.0) for value in (6.0, 15.0, 24.0)]
    others = [(lambda d: 50.0 - d, 38.0, 10.0, 14.5), *random_cases(_inside, 15)]
    ends = [(bar, bar(5.0), 5.0, 25.0), (bar, bar(25.0), 5.0, 25.0), *random_cases(_at_end, 6)]
    outside = [(bar, bar(4.0), 5.0, 25.0), (bar, bar(30.0), 5.0, 25.0), *random_cases(_outside, 12)]
    halve = "halve the interval: compare the temperature in its middle with the measured one"
    groups = {
        "the bar, D1 = 6, 15 and 24": (bars, halve),
        "other falling functions and other ranges": (
            others, "use interface_of, low and high as they are given, not the formula of the bar",
        ),
    }  # fmt: skip

    def findings() -> Iterator[Finding]:
        for finding in in_groups(answer, _bisection(), groups, SEARCHES, rtol=5e-6):
            near = not finding.right and finding.hint not in SEARCHES and _close(answer, [*bars, *others])
            yield Finding(finding.about, finding.right, DIGITS if near else finding.hint)
        yield agrees("the temperatures at both ends belong to the range", answer, _bisection(), ends, rtol=5e-6,
                     hint="the temperature at low belongs to low, that at high to high")  # fmt: skip
        yield refuses(
            "a temperature that is not of the range", answer, outside, ValueError,
            hint="raise a ValueError if the measured temperature is above that at low or below that at high",
        )  # fmt: skip

    return first_wrong(findings())


CHECKS: dict[str, Check] = {
    "family_flux_jump": family_flux_jump,
    "answers_to_break_even": answers_to_break_even,
    "find_conductivity": find_conductivity,
}

"""Checks of the exercises of 02_Diffusion_Bar."""

from collections.abc import Callable, Iterator, Sequence

from bootcamp.exercises import (
    Check,
    Finding,
    agrees,
    as_array,
    ask,
    described,
    first_wrong,
    random_cases,
    takes_function,
)
from bootcamp.exercises.groups import combined, in_groups, second

import numpy as np
import torch
from torch import Tensor

Random = np.random.Generator
Function = Callable[[Tensor], Tensor]
Contact = tuple[Function, Function, float, float, float]


def _through(value: float, slope: float, bend: float) -> Function:
    """A curve with this value and slope at x = 1, and other slopes elsewhere. As a network does, it reads rows of x."""
    return lambda x: value + slope * (torch.exp(bend * (x.sum(dim=1, keepdim=True) - 1.0)) - 1.0) / bend


def _contact(random: Random, resistance: bool = True, same_flux: bool = False) -> Contact:
    """Two curves that meet at x = 1, their conductivities, and the resistance of the contact or 0."""
    values, slopes = random.normal(0.0, 3.0, size=(2, 2))
    d1, d2 = 10 ** random.uniform(-0.5, 0.5, size=2)
    if same_flux:
        slopes[1] = d1 * slopes[0] / d2
    curves = [_through(*row, bend) for *row, bend in zip(values, slopes, random.uniform(0.5, 2.0, size=2), strict=True)]
    return curves[0], curves[1], float(d1), float(d2), float(random.uniform(0.1, 2.0)) if resistance else 0.0


def _meeting(function: Function) -> tuple[float, float]:
    """Value and slope at x = 1."""
    x = torch.ones(1, 1, dtype=torch.float64, requires_grad=True)
    value = function(x)
    return value.item(), torch.autograd.grad(value, x)[0].item()


def _residuals(
    flux: Callable[..., float] = lambda s1, s2, d1, d2: d1 * s1 - d2 * s2,
    contact: Callable[..., float] = lambda s1, s2, d1, d2: d1 * s1,
    sign: float = 1.0,
) -> Callable[..., np.ndarray]:
    """The rule, or one with another flux condition, another q, or a turned jump."""

    def residuals(curve1: Function, curve2: Function, d1: float, d2: float, resistance: float) -> np.ndarray:
        (t1, s1), (t2, s2) = _meeting(curve1), _meeting(curve2)
        slopes = s1, s2, d1, d2
        return np.array([sign * (t2 - t1 - resistance * contact(*slopes)), flux(*slopes)])

    return residuals


FLUXES = {
    "": lambda s1, s2, d1, d2: d1 * s1 - d2 * s2,
    "these are the slopes: a flux is conductivity times slope": lambda s1, s2, d1, d2: s1 - s2,
    "the flux on the left minus the flux on the right, not the other way round": lambda s1, s2, d1, d2: (
        d2 * s2 - d1 * s1
    ),
    "each side has its own conductivity: d1 on the left, d2 on the right": lambda s1, s2, d1, d2: d2 * s1 - d1 * s2,
    "the fluxes are subtracted, not added: both count from left to right": lambda s1, s2, d1, d2: d1 * s1 + d2 * s2,
    "a flux is conductivity times slope, not slope divided by conductivity": lambda s1, s2, d1, d2: s1 / d1 - s2 / d2,
}
CONTACTS = {
    "": lambda s1, s2, d1, d2: d1 * s1,
    "the contact resistance is missing: the temperature may jump by R q": lambda s1, s2, d1, d2: 0.0,
    "the jump R q goes to the left side with a minus sign": lambda s1, s2, d1, d2: -d1 * s1,
    "q is a flux, not a slope: the conductivity belongs into R q as well": lambda s1, s2, d1, d2: s1,
    "q is a flux, not a slope: d2 belongs into R q as well": lambda s1, s2, d1, d2: s2,
    "q is a flux: the slope on a side times the conductivity of the same side": lambda s1, s2, d1, d2: d2 * s1,
    "q is the flux on a side times R, or the mean of both sides: not their sum": lambda s1, s2, d1, d2: 2 * d1 * s1,
}
TURNED = {"": 1.0, "the temperature condition has its signs turned: it is T2(1) - T1(1) - R q": -1.0}
EXCHANGED = {
    "the two residuals are exchanged: first the temperature condition, then the fluxes": lambda *case: _residuals()(
        *case
    )[::-1],
}
CONDITIONS = EXCHANGED | combined(_residuals, FLUXES, CONTACTS, TURNED)
NEAR = {"rtol": 1e-5, "atol": 1e-5, "loose_shape": True}  # differences of values are as exact as this


def _between(answer: Callable[..., Tensor], cases: Sequence[Contact]) -> Finding:
    """Where the fluxes differ, q may be that of either side or a mean."""
    about = "where the fluxes differ, q lies between them"
    for case in cases:
        (t1, s1), (t2, s2) = _meeting(case[0]), _meeting(case[1])
        *_, d1, d2, resistance = case
        q = (t2 - t1 - float(as_array(ask(answer, *case)).ravel()[0])) / resistance
        low, high = sorted((d1 * s1, d2 * s2))
        if not low - 1e-4 <= q <= high + 1e-4:
            hint = "q is the flux of the left side, of the right side, or a mean of both"
            return Finding(about, False, f"{hint} (called with {described(*case)}: q is {q:.4g}, not in {low:.4g} to "
                           f"{high:.4g})")  # fmt: skip
    return Finding(about, True)


@takes_function
def interface_residuals(answer: Callable[..., Tensor]) -> list[Finding]:
    """`answer(T1, T2, d1, d2, R)`: temperature jump minus R q, and the difference of the fluxes.

    The flux q in R q may be that of either side, or a mean of both.
    """
    line1, line2 = _through(3.0, 3.0, 1.0), _through(7.0, 2.0, 1.0)
    perfect = [(line1, line2, 5.0, 4.0, 0.0), *random_cases(lambda random: _contact(random, False), 5)]
    solution = (line1, _through(4.5, 7.5, 1.0), 5.0, 2.0, 0.1)
    resisting = [solution, *random_cases(lambda random: _contact(random, same_flux=True), 5)]
    general = random_cases(_contact, 6, seed=1)
    fluxes = "the second residual is d1 T1'(1) - d2 T2'(1), with and without a contact resistance"
    groups = {
        "a perfect contact, R = 0": (perfect, "for R = 0: T2(1) - T1(1), then d1 T1'(1) - d2 T2'(1)"),
        "a resistance R at the contact": (resisting, "the first residual is T2(1) - T1(1) - R q with q = d1 T1'(1)"),
    }

    def findings() -> Iterator[Finding]:
        shape = np.shape(as_array(ask(answer, *general[0])))
        hint = f"return a tensor of the shape (2,), not {shape}: torch.stack makes one of two numbers"
        yield Finding("two residuals", np.prod(shape) == 2, hint)
        yield from in_groups(answer, _residuals(), groups, CONDITIONS, **NEAR)
        flat = lambda result: second(as_array(result).ravel())  # noqa: E731
        yield agrees("fluxes that differ", answer, _residuals(), general, hint=fluxes, prepared=flat, **NEAR)
        yield _between(answer, general)

    return first_wrong(findings())


def _temperatures(
    shares: Callable[[np.ndarray, np.ndarray], np.ndarray] = np.divide,
    taken: Callable[[np.ndarray, float], np.ndarray] = lambda shares, hot: hot * np.cumsum(shares)[:-1] / shares.sum(),
) -> Callable[..., np.ndarray]:
    def temperatures(widths: Sequence[float], conductivities: Sequence[float], hot: float) -> np.ndarray:
        return taken(shares(np.array(widths), np.array(conductivities)), hot)

    return temperatures


SHARES = {
    "": np.divide,
    "this is the bar of one material: the conductivities do not appear yet": lambda widths, conductivities: widths,
    "the better conductor takes the smaller share of the temperature: use resistances, not conductivities": (
        lambda widths, conductivities: conductivities
    ),
    "the resistance of a layer is its width divided by its conductivity: the widths are missing": (
        lambda widths, conductivities: 1.0 / conductivities
    ),
    "the better conductor takes the smaller share: divide the width by the conductivity, do not multiply": np.multiply,
    "the resistance of a layer is its width divided by its conductivity, not the other way round": (
        lambda widths, conductivities: conductivities / widths
    ),
    "all layers take equal shares here: each takes its share of the resistance": lambda widths, conductivities: (
        np.ones_like(widths)
    ),
}
TAKEN = {
    "": lambda shares, hot: hot * np.cumsum(shares)[:-1] / shares.sum(),
    "the left end is the cold one: count the resistances from there": lambda shares, hot: (
        hot * (1.0 - np.cumsum(shares)[:-1] / shares.sum())
    ),
    "these are the differences over the layers: add them up from the left": lambda shares, hot: (
        hot * shares[:-1] / shares.sum()
    ),
    "the sum of the resistances divides: without it the right end is not hot": lambda shares, hot: (
        hot * np.cumsum(shares)[:-1]
    ),
    "hot is missing: these are shares of the temperature": lambda shares, hot: np.cumsum(shares)[:-1] / shares.sum(),
    "the sum goes over all layers, the last one too": lambda shares, hot: (
        hot * np.cumsum(shares)[:-1] / np.sum(shares[:-1])
    ),
}
TEMPERATURES = combined(_temperatures, SHARES, TAKEN)


def _layers(random: Random) -> tuple[list[float], list[float], float]:
    """Two to six layers of any widths and conductivities."""
    widths, conductivities = 10 ** random.uniform(-1.0, 1.0, size=(2, random.integers(2, 7)))
    return widths.tolist(), conductivities.tolist(), float(random.uniform(1.0, 200.0))


def _lists_hint(answer: Callable, case: tuple[list[float], list[float], float]) -> str:
    """A hint where the answer calculates with lists as if they were arrays, else empty."""
    widths, conductivities, hot = case
    try:
        ask(answer, widths, conductivities, hot)
    except TypeError:
        ask(answer, np.array(widths), np.array(conductivities), hot)
        return "widths and conductivities are lists: np.array(widths) is an array, which can be divided"
    return ""


@takes_function
def interface_temperatures(answer: Callable[..., Sequence[float]]) -> list[Finding]:
    """`answer(widths, conductivities, hot)`: temperatures between the layers, of lists of any length."""
    three = [([1.0, 2.0, 1.0], [1.0, 4.0, 2.0], 60.0)]
    groups = {
        "the bar of the notebook": (
            [([1.0, 1.0], [10.0, 0.1], 100.0)], "the same flux passes every layer: hot divided by the sum of the "
            "resistances",
        ),
        "layers of different widths": (
            [*three, *random_cases(_layers, 15)],
            "the same flux passes every layer, and the resistance of a layer is its width divided by its conductivity",
        ),
        "four equal layers": (
            [([1.0] * 4, [3.0] * 4, 8.0), ([0.5] * 4, [2.0] * 4, 8.0)], "equal layers share the temperature equally",
        ),
        "one layer alone": ([([2.0], [3.0], 50.0)], "one layer has no interface: return an empty list or array"),
    }  # fmt: skip

    def findings() -> Iterator[Finding]:
        if hint := _lists_hint(answer, three[0]):
            yield Finding("works with lists", False, hint)
        count = np.size(as_array(ask(answer, *three[0])))
        yield Finding("as many as inner interfaces", count == 2, f"three layers have 2 inner interfaces, not {count}")
        yield from in_groups(answer, _temperatures(), groups, TEMPERATURES)

    return first_wrong(findings())


Units = Callable[[float, float, float], tuple[float, float]]


def _units(d1: float, d2: float, hot: float) -> tuple[float, float]:
    return hot * min(1.0, d2 / d1), hot * min(1.0, d1 / d2)


UNITS: dict[str, Units] = {
    "for d1 < d2 the unit U1 is larger than hot: then U1 = hot, and U2 follows from d1 U1 = d2 U2": (
        lambda d1, d2, hot: (hot * d2 / d1, hot)
    ),
    "for d2 < d1 the unit U2 is larger than hot: then U2 = hot, and U1 follows from d1 U1 = d2 U2": (
        lambda d1, d2, hot: (hot, hot * d1 / d2)
    ),
    "d1 U1 = d2 U2 does not hold: the flux would need two units": lambda d1, d2, hot: (hot, hot),
    "for d1 < d2 the condition d1 U1 = d2 U2 does not hold: U1 = hot, so U2 is smaller": lambda d1, d2, hot: (
        hot * min(1.0, d2 / d1), hot,
    ),
    "for d2 < d1 the condition d1 U1 = d2 U2 does not hold: U2 = hot, so U1 is smaller": lambda d1, d2, hot: (
        hot, hot * min(1.0, d1 / d2),
    ),
    "the units are exchanged: the better conductor has the smaller temperatures, so the smaller unit": lambda *case: (
        _units(*case)[::-1]
    ),
    "the flux has one unit here, but the larger of the two temperatures is not hot": lambda d1, d2, hot: (
        hot * d2, hot * d1,
    ),
    "the flux has one unit here, but the larger of the two is not hot: divide by the larger conductivity": (
        lambda d1, d2, hot: (hot * d2 / (d1 + d2), hot * d1 / (d1 + d2))
    ),
    "the smaller unit is hot here: the larger one has to be": lambda d1, d2, hot: (
        hot * max(1.0, d2 / d1), hot * max(1.0, d1 / d2),
    ),
    "hot is missing: these are the shares of it": lambda d1, d2, hot: (
        min(1.0, d2 / d1), min(1.0, d1 / d2),
    ),
}  # fmt: skip


def _halves(random: Random, sign: int) -> tuple[float, float, float]:
    d1, d2 = 10 ** random.uniform(-2.0, 2.0), 10 ** random.uniform(0.05, 2.0)
    return float(d1), float(d1 * d2**sign), float(random.uniform(1.0, 200.0))


@takes_function
def layer_units(answer: Units) -> list[Finding]:
    """`answer(d1, d2, hot)`: (U1, U2), none above hot, with d1 U1 = d2 U2."""
    left, right = (random_cases(lambda random, sign=sign: _halves(random, sign), 8) for sign in (-1, 1))
    groups = {
        "the left half conducts better": ([(10.0, 0.1, 100.0), *left], "here U1 = hot d2/d1 and U2 = hot"),
        "the right half conducts better": (
            [(0.1, 10.0, 100.0), *right],
            "now the roles are exchanged: U1 = hot, and U2 follows from d1 U1 = d2 U2",
        ),
        "equal halves": ([(3.0, 3.0, 20.0)], "with equal conductivities both units are hot"),
    }
    return in_groups(answer, _units, groups, UNITS)


CHECKS: dict[str, Check] = {
    "interface_residuals": interface_residuals,
    "interface_temperatures": interface_temperatures,
    "layer_units": layer_units,
}

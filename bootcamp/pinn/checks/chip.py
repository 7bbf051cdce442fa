"""Checks of the exercises of 06_Chip_Challenge."""

import functools
import math
from collections.abc import Callable

from bootcamp.exercises import Check, Finding, agrees, as_array, ask, random_cases, takes_function
from bootcamp.exercises.groups import combined, in_groups
from bootcamp.pinn.derivatives import Derivatives

import numpy as np
import torch
from torch import Tensor

Random = np.random.Generator
Term = Callable[[Derivatives, int], Tensor]


def _fields(random: Random) -> tuple[Derivatives, float]:
    """Values and derivatives (n, 3, ...) of any u, v, p, and a viscosity."""
    n = int(random.integers(1, 6))
    draw = [torch.as_tensor(random.normal(size=(n, *shape))) for shape in ((3,), (3, 2), (3, 2))]
    return Derivatives(*draw), float(random.uniform(0.05, 2.0))


def _carried(fields: Derivatives, direction: int) -> Tensor:
    """Acceleration of one component: u times its slope along x plus v times its slope along y."""
    return (fields.value[:, :2] * fields.first[:, direction]).sum(dim=1)


def _own(fields: Derivatives, direction: int) -> Tensor:
    return fields.value[:, direction] * fields.first[:, direction, direction]


def _cross(fields: Derivatives, direction: int) -> Tensor:
    return fields.value[:, 1 - direction] * fields.first[:, direction, 1 - direction]


def _transposed(fields: Derivatives, direction: int) -> Tensor:
    return (fields.value[:, :2] * fields.first[:, :2, direction]).sum(dim=1)


def _momentum(
    inertia: Term = _carried,
    pressure: Term = lambda fields, direction: fields.first[:, 2, direction],
    friction: Term = lambda fields, direction: fields.second[:, direction].sum(dim=1),
    viscous: Callable[[float], float] = lambda viscosity: -viscosity,
) -> Callable[[int], Callable[[Derivatives, float], Tensor]]:
    """Residual of the momentum along a direction: the rule, or with another option one that makes a mistake."""

    def along(direction: int) -> Callable[[Derivatives, float], Tensor]:
        return lambda fields, viscosity: (
            inertia(fields, direction) + pressure(fields, direction) + viscous(viscosity) * friction(fields, direction)
        )

    return along


INERTIA: dict[str, Term] = {
    "": _carried,
    "inertia is missing: a particle that moves through a changing velocity is accelerated": lambda fields, _: (
        0.0 * fields.value[:, 0]
    ),
    "inertia needs both directions: u times the slope along x and v times the slope along y": _own,
    "inertia needs both directions: the velocity's own direction is missing here": _cross,
    "the gradient is transposed: u and v go with the slopes of one component along x and along y": _transposed,
    "inertia stands with a plus on the left side": lambda fields, direction: -_carried(fields, direction),
    "u goes with the slope along x and v with that along y; here they are exchanged": lambda fields, direction: (
        fields.value[:, :2].flip(1) * fields.first[:, direction]
    ).sum(dim=1),
    "the two parts of inertia add up: u times the slope along x plus v times that along y": lambda fields, direction: (
        _own(fields, direction) - _cross(fields, direction)
    ),
    "both slopes are multiplied by u here: v goes with the slope along y": lambda fields, direction: (
        fields.value[:, :1] * fields.first[:, direction]
    ).sum(dim=1),
}
PRESSURE: dict[str, Term] = {
    "": lambda fields, direction: fields.first[:, 2, direction],
    "the gradient of the pressure is missing": lambda fields, direction: 0.0 * fields.value[:, 0],
    "the pressure gradient belongs with a plus on the left side": lambda fields, direction: (
        -fields.first[:, 2, direction]
    ),
    "the slope of the pressure is that along the other direction": lambda fields, direction: fields.first[
        :, 2, 1 - direction
    ],
    "this is the pressure itself: its gradient drives the flow": lambda fields, direction: fields.value[:, 2],
}
FRICTION: dict[str, Term] = {
    "": lambda fields, direction: fields.second[:, direction].sum(dim=1),
    "friction needs the second derivatives along both directions: only that along x is there": lambda fields, k: (
        fields.second[:, k, 0]
    ),
    "friction needs the second derivatives along both directions: only that along y is there": lambda fields, k: (
        fields.second[:, k, 1]
    ),
    "friction belongs to the same component of the velocity: these are the second derivatives of the other": (
        lambda fields, direction: fields.second[:, 1 - direction].sum(dim=1)
    ),
    "friction needs second derivatives, not first ones": lambda fields, direction: fields.first[:, direction].sum(
        dim=1
    ),
}
VISCOUS: dict[str, Callable[[float], float]] = {
    "": lambda viscosity: -viscosity,
    "friction has the wrong sign: it stands with a minus on the left side": lambda viscosity: viscosity,
    "the viscosity is missing in front of the second derivatives": lambda viscosity: -1.0,
    "friction is missing: minus viscosity times the sum of the second derivatives": lambda viscosity: 0.0,
    "the second derivatives are multiplied by the viscosity, not by 1/viscosity": lambda viscosity: -1.0 / viscosity,
}
MOMENTA = (
    combined(lambda inertia, viscous: _momentum(inertia, viscous=viscous), INERTIA, VISCOUS)
    | combined(lambda pressure: _momentum(pressure=pressure), PRESSURE)
    | combined(lambda friction: _momentum(friction=friction), FRICTION)
)
MASSES: dict[str, Callable[[Derivatives, float], Tensor]] = {
    "both slopes add up: what enters along x leaves along y": lambda fields, _: (
        fields.first[:, 0, 0] - fields.first[:, 1, 1]
    ),
    "these are the slopes of u along y and of v along x: the divergence is u along x plus v along y": lambda f, _: (
        f.first[:, 0, 1] + f.first[:, 1, 0]
    ),
    "this is the rotation of the flow, not its divergence: u along x plus v along y": lambda fields, _: (
        fields.first[:, 1, 0] - fields.first[:, 0, 1]
    ),
    "u along x is there; v along y is missing": lambda fields, _: fields.first[:, 0, 0],
    "v along y is there; u along x is missing": lambda fields, _: fields.first[:, 1, 1],
    "the sign is turned: it is u along x plus v along y": lambda fields, _: (
        -fields.first[:, 0, 0] - fields.first[:, 1, 1]
    ),
}


def _mass(fields: Derivatives, _: float) -> Tensor:
    return fields.first[:, 0, 0] + fields.first[:, 1, 1]


@takes_function
def chip_residuals(answer: Callable) -> list[Finding]:
    """A function (fields, viscosity) -> residuals (n, 3)."""
    five = Derivatives(*(torch.ones(5, *shape, dtype=torch.float64) for shape in ((3,), (3, 2), (3, 2))))
    shape = np.shape(as_array(ask(answer, five, 0.3)))
    columns = Finding("shape (n, 3)", shape == (5, 3), f"five points gave {shape} instead of (5, 3)")
    if not columns.right:
        return [columns]

    def column(about: str, place: int, rule: Callable, mistakes: dict[str, Callable], hint: str) -> Finding:
        found = lambda *case: as_array(ask(answer, *case))[:, place]  # noqa: E731
        return agrees(about, found, rule, random_cases(_fields, 8), mistakes=mistakes, hint=hint)

    terms = "compare term by term with the equation in the section Task"
    momenta = [{hint: rule(direction) for hint, rule in MOMENTA.items()} for direction in (0, 1)]
    return [
        columns,
        column("momentum along x", 0, _momentum()(0), momenta[0], terms),
        column("momentum along y", 1, _momentum()(1), momenta[1], terms),
        column("mass", 2, _mass, MASSES, "the divergence: u along x plus v along y"),
    ]


LEFT, RIGHT, TOP = 1.5, 2.5, 0.6  # sides of the default chip, which stands on the floor y = 0
Weight = Callable[[Tensor, float], Tensor]


def _parts(x: Tensor) -> tuple[Tensor, Tensor]:
    """Distances beside and above the chip (n,)."""
    beside = torch.maximum(LEFT - x[:, 0], x[:, 0] - RIGHT).clamp(min=0.0)
    return beside, (x[:, 1] - TOP).clamp(min=0.0)


def _weight(
    distance: Callable[[Tensor, Tensor], Tensor] = torch.hypot,
    scaled: Callable[[Tensor, float], Tensor] = lambda distance, reach: distance / reach,
    limited: Callable[[Tensor], Tensor] = lambda weight: weight.clamp(max=1.0),
) -> Weight:
    return lambda x, reach: limited(scaled(distance(*_parts(x)), reach))


DISTANCES = {
    "": torch.hypot,
    "off a corner the two parts are the legs of a right triangle: what is the long side": torch.maximum,
    "that is the sum of the two parts, the way along the axes; the distance is the long side": torch.add,
    "off a corner the distance is the long side, not the smaller of the two parts": torch.minimum,
    "that is the square of the distance: take the root": lambda beside, above: beside**2 + above**2,
    "above the chip the distance is vertical: that part is missing": lambda beside, above: beside,
    "beside the chip the distance is horizontal: that part is missing": lambda beside, above: above,
}
SCALED = {
    "": lambda distance, reach: distance / reach,
    "divide the distance by reach: within reach the weight grows from 0 to 1": lambda distance, reach: distance,
    "divide the distance by reach, do not multiply": lambda distance, reach: distance * reach,
    "reach is an argument: 0.2 is only one value of it": lambda distance, reach: distance / 0.2,
}
LIMITS = {
    "": lambda weight: weight.clamp(max=1.0),
    "far from the chip the weight stays 1: limit it from above": lambda weight: weight,
    "the weight grows from 0 on the chip to 1, not the other way round": lambda weight: 1.0 - weight.clamp(max=1.0),
    "the weight is at most 1: min(1, ...), not the larger of the two": lambda weight: weight.clamp(min=1.0),
    "within reach the weight grows in proportion to the distance; this only tends to 1": lambda weight: (
        1.0 - torch.exp(-weight)
    ),
    "within reach the weight grows in proportion to the distance; this is a hyperbolic tangent": torch.tanh,
}
LIMITED_EARLY = {
    "the limit belongs to distance / reach, not to the distance alone": lambda x, reach: (
        torch.hypot(*_parts(x)).clamp(max=1.0) / reach
    ),
}
WEIGHTS = LIMITED_EARLY | combined(_weight, DISTANCES, SCALED, LIMITS)


def _around(random: Random, place: str) -> tuple[Tensor, float]:
    """Points on the chip, beside it, above it, off a corner or far away, and a reach."""
    n, reach = int(random.integers(1, 7)), float(random.uniform(0.05, 0.8))
    near = random.uniform(0.0, 1.0, size=(2, n)) * min(reach, 0.4) / math.sqrt(2.0)
    side = random.choice([-1.0, 1.0], size=n)
    beyond = np.where(side < 0, LEFT, RIGHT)
    inside_x, inside_y = random.uniform(LEFT, RIGHT, size=n), random.uniform(0.0, TOP, size=n)
    x, y = {
        "surface": (np.where(side < 0, beyond, inside_x), np.where(side < 0, inside_y, TOP)),
        "beside": (beyond + side * near[0], inside_y),
        "above": (inside_x, TOP + near[1]),
        "corner": (beyond + side * near[0], TOP + near[1]),
        "far": (beyond + side * (reach + random.uniform(0.05, 2.0, size=n)), random.uniform(0.0, 1.0, size=n)),
    }[place]
    return torch.as_tensor(np.stack([x, y], axis=1)), reach


def _everywhere(place: str, count: int = 4) -> list[tuple[Tensor, float]]:
    return random_cases(functools.partial(_around, place=place), count)


@takes_function
def chip_weight(answer: Weight) -> list[Finding]:
    """A function (x, reach) -> weights min(1, distance / reach) around the default chip."""
    single = [(torch.tensor([[1.4, 0.3], [2.0, 0.65], [1.44, 0.68], [2.56, 0.68], [4.5, 0.5]]), 0.2)]
    groups = {
        "zero on the chip": (_everywhere("surface"), "on the surface the distance is zero, and so is the weight"),
        "beside and above the chip": (
            [*_everywhere("beside"), *_everywhere("above")], "a distance of 0.1 with reach 0.2: 0.5",
        ),
        "diagonally off a corner": (
            _everywhere("corner", 6),
            "off a corner the two parts are the legs of a right triangle: what is the long side",
        ),
        "never above 1": (_everywhere("far"), "far from the chip the weight stays 1: limit it from above"),
        "points of all kinds together": (single, "each point has its own distance"),
    }  # fmt: skip

    shape = np.shape(as_array(ask(answer, *single[0])))
    if shape != (5,):
        return [Finding("shape (n,)", False, f"five points gave {shape} instead of (5,)")]
    return in_groups(answer, _weight(), groups, WEIGHTS)


Velocity = Callable[[Tensor], Tensor]


def _section(
    place: Callable[[Tensor, float], Tensor] = lambda roots, floor: floor + (1.0 - floor) * (roots + 1.0) / 2.0,
    length: Callable[[float], float] = lambda floor: (1.0 - floor) / 2.0,
    target: float = 1.0,
) -> Callable[..., Tensor]:
    return lambda u, roots, weights, floor: (u(place(roots, floor)) * weights).sum() * length(floor) - target


PLACES = {
    "": lambda roots, floor: floor + (1.0 - floor) * (roots + 1.0) / 2.0,
    "above the chip the section begins at floor: place the points between floor and 1": lambda roots, floor: (
        (roots + 1.0) / 2.0
    ),
    "the points still lie in [-1, 1]: place them between floor and 1": lambda roots, floor: roots,
    "the points have the right distances, but begin at 0: add floor": lambda roots, floor: (
        (1.0 - floor) * (roots + 1.0) / 2.0
    ),
    "the points begin at floor and reach beyond 1: their distances shrink with 1 - floor": lambda roots, floor: (
        floor + (roots + 1.0) / 2.0
    ),
    "the points lie between 0 and floor: the open part is above": lambda roots, floor: floor * (roots + 1.0) / 2.0,
    "roots from -1 to 1 span a length of 2: halve them": lambda roots, floor: floor + (1.0 - floor) * (roots + 1.0),
}
LENGTHS = {
    "": lambda floor: (1.0 - floor) / 2.0,
    "the weights belong to a section of length 1: multiply by its length, 1 - floor": lambda floor: 0.5,
    "the weights of the rule on [-1, 1] add up to 2: take half of them": lambda floor: 1.0 - floor,
    "the weights of the rule on [-1, 1] add up to 2: take half of them, times the length of the section": (
        lambda floor: 1.0
    ),
    "the length of the section is 1 - floor: multiply by it, do not divide": lambda floor: 0.5 / (1.0 - floor),
    "the length of the open part is 1 - floor, not floor": lambda floor: floor / 2.0,
}
TARGETS = {"": 1.0, "this is the flow rate: subtract 1": 0.0, "the flow rate minus 1, not plus 1": -1.0}
SECTIONS = {
    "this is 1 minus the flow rate: turn the sign": lambda *case: -_section()(*case),
} | combined(_section, PLACES, LENGTHS, TARGETS)


def _profile(random: Random) -> tuple[Velocity, Tensor, Tensor, float]:
    """A polynomial that a Gauss rule of 4 to 9 points integrates exactly, and a floor."""
    coefficients = random.normal(0.0, 2.0, size=random.integers(1, 7)).tolist()
    roots, weights = (torch.as_tensor(part) for part in np.polynomial.legendre.leggauss(int(random.integers(4, 10))))

    def velocity(y: Tensor) -> Tensor:
        total = 0.0 * y
        for coefficient in coefficients:
            total = total * y + coefficient
        return total

    return velocity, roots, weights, float(random.uniform(0.0, 0.9))


@takes_function
def chip_section(answer: Callable[..., Tensor]) -> list[Finding]:
    """A function (u, roots, weights, floor) -> flow rate through floor <= y <= 1, minus 1."""
    rule = tuple(torch.as_tensor(part) for part in np.polynomial.legendre.leggauss(8))
    groups = {
        "an open section at the inlet": (
            [(lambda y: 6 * y * (1 - y), *rule, 0.0)], "the parabola 6y(1 - y) carries the flow rate 1",
        ),
        "a section above the chip": (
            [(lambda y: 6 * (y - 0.6) * (1 - y) / 0.4**3, *rule, 0.6)],
            "points between floor and 1, and weights times half of the length 1 - floor",
        ),
        "a leak is seen": (
            [(lambda y: 2.0 + 0.0 * y, *rule, 0.2)], "velocity 2 on a length of 0.8 is 1.6, so 0.6 too much",
        ),
        "other profiles, rules and floors": (
            random_cases(_profile, 12), "points between floor and 1, and weights times half of the length 1 - floor",
        ),
    }  # fmt: skip
    return in_groups(answer, _section(), groups, SECTIONS, loose_shape=True)


SMALLEST, LARGEST = 1e-3, 20.0  # what a viscosity may be; every value between them must be reached
Q = [-30.0, -20.0, -10.0, *np.arange(-6.0, 6.25, 0.5).tolist(), 10.0, 20.0, 30.0]
FAR = (1e4, 1e8)
STUCK = "training gets stuck there"
NO_SLOPE = "no slope comes back to q: calculate with functions of torch"


def _value(answer: Callable[[Tensor], Tensor], q: float) -> float:
    return float(as_array(ask(answer, torch.tensor(q, dtype=torch.float64))).item())


def _value_and_slope(answer: Callable[[Tensor], Tensor], q: float) -> tuple[float, float]:
    """The slope is NaN where none comes back to q."""
    place = torch.tensor(q, dtype=torch.float64, requires_grad=True)
    value = torch.as_tensor(ask(answer, place)).sum()
    if not value.requires_grad:
        return float(value), math.nan
    slope = torch.autograd.grad(value, place, allow_unused=True)[0]
    return float(value), math.nan if slope is None else float(slope)


def _needs_no_slope(answer: Callable[[Tensor], Tensor]) -> bool:
    """Whether the answer works with a number, and fails only where a slope is asked for."""
    try:
        _value_and_slope(answer, 1.0)
    except RuntimeError:
        return bool(math.isfinite(_value(answer, 1.0)))
    return False


def _reaches(answer: Callable[[Tensor], Tensor], wanted: float) -> bool:
    """Whether some q gives the wanted value: a growing function is searched by halving, near 0 and far out."""
    low, high = -40.0, 40.0  # q is their hyperbolic sine, up to 1e17
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _value(answer, math.sinh(middle)) < wanted else (low, middle)
    return abs(_value(answer, math.sinh(high)) - wanted) <= 1e-4 * wanted


def _gap(answer: Callable[[Tensor], Tensor]) -> str:
    """What the function does not reach, in words; empty when it reaches everything."""
    (near_low, far_low), (near_high, far_high) = ([_value(answer, sign * q) for q in FAR] for sign in (-1, 1))
    if math.isnan(far_high + far_low):
        return "far from zero the result is not a number: two large parts cancel"
    if not (far_high > 1e12 or far_high > 1.5 * near_high):
        return f"it stays below {far_high:.3g}: do not bound it from above"
    if not (far_low == 0.0 or far_low < near_low / 1.5):
        return f"it stays above {far_low:.3g}: let it come as near to zero as you like"
    targets = np.geomspace(SMALLEST, LARGEST, 8)
    missed = next((wanted for wanted in targets if not _reaches(answer, wanted)), None)
    return "" if missed is None else f"no q gives {missed:.3g}: leave no gap"


def _flat_place(answer: Callable[[Tensor], Tensor], slopes: list[float]) -> float | None:
    """Where the slope is zero between the places Q: the smallest slope is searched where it is smaller than beside."""
    for place in range(1, len(Q) - 1):
        low, high, beside = Q[place - 1], Q[place + 1], min(slopes[place - 1], slopes[place + 1])
        if slopes[place] > beside:
            continue
        for _ in range(40):
            first, second = low + (high - low) / 3, high - (high - low) / 3
            smaller = _value_and_slope(answer, first)[1] < _value_and_slope(answer, second)[1]
            low, high = (low, second) if smaller else (first, high)
        if _value_and_slope(answer, low)[1] < 1e-6 * beside:
            return low
    return None


def _slope_hint(slopes: list[float]) -> str:
    if all(math.isnan(slope) for slope in slopes):
        return f"{NO_SLOPE}, and do not detach"
    if any(math.isnan(slope) for slope in slopes):
        return f"at q = {Q[int(np.argmax(np.isnan(slopes)))]:g} there is no slope"
    place = next(place for place, slope in enumerate(slopes) if not slope > 0)
    what = "zero" if slopes[place] == 0 else "negative"
    why = STUCK if what == "zero" else "two q mean the same viscosity"
    return f"at q = {Q[place]:g} the slope is {what}: {why}"


@takes_function
def chip_positive(answer: Callable[[Tensor], Tensor]) -> list[Finding]:
    """A function q -> positive, increasing, smooth, onto all positive numbers."""
    if _needs_no_slope(answer):
        return [Finding("a slope comes back to q", False, f"{NO_SLOPE} instead of NumPy")]
    pairs = [_value_and_slope(answer, q) for q in Q]
    values, slopes = [value for value, _ in pairs], [slope for _, slope in pairs]
    positive, growing = all(value > 0 for value in values), all(slope > 0 for slope in slopes)
    hint = "some q still give a viscosity of zero or below"
    if all(value >= 0 for value in values):
        hint = "some q give exactly zero: the fluid would lose its friction there"
    flat = _flat_place(answer, slopes) if growing else None
    if flat is not None:
        return [Finding("grows with q everywhere", False, f"near q = {flat:.3g} the slope is zero: {STUCK}")]
    gap = _gap(answer) if positive and growing else ""
    return [
        Finding("positive for every q", positive, hint),
        Finding("grows with q everywhere", growing, "" if growing else _slope_hint(slopes)),
        *([Finding("reaches every positive value", not gap, gap)] if positive and growing else []),
    ]


CHECKS: dict[str, Check] = {
    "chip_residuals": chip_residuals,
    "chip_weight": chip_weight,
    "chip_section": chip_section,
    "chip_positive": chip_positive,
}

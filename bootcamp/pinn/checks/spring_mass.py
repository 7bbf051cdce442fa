"""Checks of the exercises of 04_Spring_Mass."""

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
Motion = Callable[[Tensor], Tensor]


def _stiffness(
    own: Callable[[np.ndarray], np.ndarray] = lambda k: k[:-1] + k[1:],
    shared: Callable[[np.ndarray], np.ndarray] = lambda k: -k[1:-1],
) -> Callable[[np.ndarray], np.ndarray]:
    """The matrix with these springs on the diagonal and next to it."""
    return lambda k: np.diag(own(k)) + np.diag(shared(k), 1) + np.diag(shared(k), -1)


OWN = {
    "": lambda k: k[:-1] + k[1:],
    "on the diagonal of row i stand both springs that hold mass i: k_i + k_(i+1); here the left one stands alone": (
        lambda k: k[:-1]
    ),
    "on the diagonal of row i stand both springs that hold mass i: k_i + k_(i+1); here the right one stands alone": (
        lambda k: k[1:]
    ),
    "the signs on the diagonal are turned: a mass pulled out is drawn back, so x'' + K x = 0 needs a positive one": (
        lambda k: -k[:-1] - k[1:]
    ),
    "on the diagonal both springs add up: pulled out, a mass is drawn back by both": lambda k: k[1:] - k[:-1],
}
SHARED = {
    "": lambda k: -k[1:-1],
    "springs between neighbors enter with a minus sign: a neighbor that moves along relieves them": lambda k: k[1:-1],
    "next to the diagonal stands the spring that two neighbors share: -k2 between masses 1 and 2, and so on; here it "
    "is the one before": lambda k: -k[:-2],
    "next to the diagonal stands the spring that two neighbors share: -k2 between masses 1 and 2, and so on; here it "
    "is the next one": lambda k: -k[2:],
    "next to the diagonal the springs are missing that two neighbors share": lambda k: 0.0 * k[1:-1],
}
MATRICES = {
    "all signs are turned: a mass pulled out is drawn back, so x'' + K x = 0 needs a positive diagonal": (
        lambda k: -_stiffness()(k)
    ),
    "next to the diagonal the shared springs stand on one side only: they act on both neighbors": lambda k: np.triu(
        _stiffness()(k)
    ),
} | combined(_stiffness, OWN, SHARED)


def _springs(random: Random) -> tuple[np.ndarray]:
    return (random.uniform(0.2, 9.0, size=random.integers(2, 8)),)


@takes_function
def stiffness_matrix(answer: Callable[[np.ndarray], np.ndarray]) -> list[Finding]:
    """A function k (n + 1,) -> stiffness matrix (n, n) of a chain between two walls."""
    rule = "k_i + k_(i+1) on the diagonal, and next to it, with a minus, the spring that two neighbors share"
    groups = {
        "the chain of this notebook": ([(np.array([2.0, 1.0, 1.0, 2.0]),)], rule),
        "three masses, four different springs": ([(np.array([1.0, 2.0, 4.0, 8.0]),), (np.array([1, 3, 2, 5]),)], rule),
        "chains of other lengths": (random_cases(_springs, 12), f"n + 1 springs hold n masses: {rule}"),
        "one mass between two springs": ([(np.array([2.0, 3.0]),)], "one mass makes a matrix (1, 1): k1 + k2"),
    }

    def findings() -> Iterator[Finding]:
        shape = np.shape(as_array(ask(answer, np.array([2.0, 1.0, 1.0, 2.0]))))
        hint = f"4 springs hold 3 masses: the matrix is 3 by 3, yours has the shape {shape}"
        yield Finding("as many rows and columns as masses", shape == (3, 3), hint)
        yield from in_groups(answer, _stiffness(), groups, MATRICES)

    return first_wrong(findings())


def _causal(
    past: Callable[[np.ndarray], np.ndarray] = lambda losses: np.cumsum(losses) - losses,
    exponent: Callable[[np.ndarray, float], np.ndarray] = lambda past, epsilon: -epsilon * past,
    function: Callable[[np.ndarray], np.ndarray] = np.exp,
) -> Callable[[Tensor, float], np.ndarray]:
    def weights(losses: Tensor, epsilon: float) -> np.ndarray:
        return function(exponent(past(losses.numpy().astype(float)), epsilon))

    return weights


def _shifted(losses: np.ndarray) -> np.ndarray:
    return np.concatenate([[0.0], losses[:-1]])


PASTS = {
    "": lambda losses: np.cumsum(losses) - losses,
    "your weight also counts the loss of its own time; the first one must be 1": np.cumsum,
    "only the loss one step before counts in yours; add up all earlier ones": _shifted,
    "only the loss of its own time counts in yours; add up the earlier ones": lambda losses: losses,
    "the past is added up in the wrong direction: the weight of a time depends on earlier times": lambda losses: (
        losses.sum() - np.cumsum(losses)
    ),
    "the past is added up in the wrong direction, and the loss of its own time counts too": lambda losses: np.cumsum(
        losses[::-1]
    )[::-1],
    "the exponent has the sum of the earlier losses, not their mean": lambda losses: (
        (np.cumsum(losses) - losses) / np.maximum(np.arange(len(losses)), 1)
    ),
    "every weight has the sum of all losses here; only the earlier ones count": lambda losses: np.full_like(
        losses, losses.sum()
    ),
}
EXPONENTS = {
    "": lambda past, epsilon: -epsilon * past,
    "your weights grow where the past is not solved: the exponent needs a minus sign": lambda past, epsilon: (
        epsilon * past
    ),
    "epsilon is missing in the exponent": lambda past, epsilon: -past,
    "epsilon is a factor of the sum, not a divisor": lambda past, epsilon: -past / epsilon,
}
FUNCTIONS = {"": np.exp, "that is the exponent: the weight is its exponential": lambda exponent: exponent}
WEIGHTS = {
    "all weights are 1 here: those after a large loss have to be small": lambda losses, epsilon: np.ones(len(losses)),
} | combined(_causal, PASTS, EXPONENTS, FUNCTIONS)


def _losses(random: Random) -> tuple[Tensor, float]:
    losses = random.exponential(0.5, size=random.integers(1, 9))
    return torch.as_tensor(losses), float(10 ** random.uniform(-1.0, 0.7))


@takes_function
def causal_weights(answer: Callable[[Tensor, float], Tensor]) -> list[Finding]:
    """A function (losses (n,), epsilon) -> weights exp(-epsilon sum of the earlier losses)."""
    formula = "w_i = exp(-epsilon times the sum of L_1 to L_(i-1)), and w_1 = 1"
    five = torch.tensor([0.5, 0.2, 0.9, 0.1, 0.4], dtype=torch.float64)
    groups = {
        "five times": ([(five, 2.0), (five.float(), 0.5)], formula),
        "any number of times, and any epsilon": (random_cases(_losses, 15), formula),
        "where all is solved all weights are 1": ([(0 * five[:4], 2.0), (five, 0.0)], "exp(0) = 1, at every time"),
        "one time alone": ([(five[:1], 3.0)], "the first weight is 1: nothing comes before it"),
    }
    return in_groups(answer, _causal(), groups, WEIGHTS)


AROUND = 3.0  # half of the span of time around t0 in which the motion is fitted
AWAY = np.concatenate([[0.01], np.linspace(0.2, AROUND, 15)])
NEAR_START = np.concatenate([-AWAY[::-1], AWAY])[:, None]
DIFFERENCE = 1e-6  # step in time of a velocity
State = tuple[Motion, float, Tensor, Tensor]


def _state(random: Random) -> State:
    """A free part, and displacements and velocities of one to four masses at a time t0."""
    masses, t0 = random.integers(1, 5), float(random.uniform(-3.0, 3.0))
    x0, v0 = torch.as_tensor(random.normal(0.0, 2.0, size=(2, 1, masses)))
    return polynomial(random.normal(0.0, 1.5, size=(5, masses)), t0 + 0.3, AROUND), t0, x0, v0


def _given(
    at: Callable[..., Any] = lambda i, slope, t, x0, v0: (x0, v0),
) -> Callable[[Motion, float, Tensor, Tensor], np.ndarray]:
    """Displacement and velocity at t0 (2, masses), of inner(t0), its slope there, t0, x0 and v0."""

    def state(inner: Motion, t0: float, x0: Tensor, v0: Tensor) -> np.ndarray:
        there = derivatives(inner, torch.full((1, 1), t0, dtype=torch.float64), order=1)
        return np.concatenate([as_array(part) for part in at(there.value, there.first[:, :, 0], t0, x0, v0)])

    return state


def _product(factor: float, rise: float, i: Tensor, slope: Tensor) -> tuple[Tensor, Tensor]:
    """Value and slope of a factor times inner."""
    return factor * i, rise * i + factor * slope


def _from_zero(i: Tensor, slope: Tensor, t: float, x0: Tensor, v0: Tensor, bounded: bool) -> tuple[Tensor, Tensor]:
    """The construction for a state at t = 0, asked at t0."""
    factor = (t**2 / (1 + t**2), 2 * t / (1 + t**2) ** 2) if bounded else (t**2, 2 * t)
    part, rise = _product(*factor, i, slope)
    return x0 + t * v0 + part, v0 + rise


def _clear(i: Tensor, slope: Tensor, t: float, x0: Tensor, v0: Tensor) -> tuple[Tensor, Tensor]:
    part, rise = _product(t**2, 2 * t, i, slope)
    return x0 + part, v0 + rise


PLACE = "use t - t0 in the place of t"
VANISH = "at t = t0 everything but x0 must vanish"
STATES = {
    hint: _given(at)
    for hint, at in {
        f"{VANISH}: {PLACE}": functools.partial(_from_zero, bounded=False),
        f"{VANISH}: {PLACE}, everywhere": functools.partial(_from_zero, bounded=True),
        f"{VANISH}: {PLACE} in the factor of inner as well": _clear,
        f"{VANISH}: {PLACE} in the factor of v0 as well": lambda i, slope, t, x0, v0: (x0 + t * v0, v0),
        f"{VANISH}: inner needs a factor that is zero there, and v0 the factor t - t0": lambda i, slope, t, x0, v0: (
            x0 + i, slope,
        ),
        f"{VANISH}: inner needs a factor that is zero there": lambda i, slope, t, x0, v0: (x0 + i, v0 + slope),
        "the velocity at t0 is that of inner as well: its factor must start like (t - t0) squared": (
            lambda i, slope, t, x0, v0: (x0, v0 + i)
        ),
        "the velocity at t0 is zero: the part (t - t0) v0 is missing": lambda i, slope, t, x0, v0: (x0, 0 * v0),
        "the velocity at t0 is that of inner: the part (t - t0) v0 is missing, and the factor of inner must start "
        "like (t - t0) squared": lambda i, slope, t, x0, v0: (x0, i),
        "the displacement at t0 is zero: x0 is missing": lambda i, slope, t, x0, v0: (0 * x0, v0),
        "the velocity at t0 has the wrong sign: its factor is t - t0": lambda i, slope, t, x0, v0: (x0, -v0),
        "x0 and v0 are exchanged": lambda i, slope, t, x0, v0: (v0, x0),
    }.items()
}  # fmt: skip


def _at_start(answer: Callable, inner: Motion, t0: float, x0: Tensor, v0: Tensor) -> np.ndarray:
    """Displacement and velocity of the answer's motion at t0 (2, masses)."""
    times = torch.tensor([[t0 - DIFFERENCE], [t0], [t0 + DIFFERENCE]], dtype=torch.float64)
    before, there, after = as_array(ask(ask(answer, inner, t0, x0, v0), times))
    return np.stack([there, (after - before) / (2 * DIFFERENCE)])


T0, X0, V0 = 2.5, np.array([[0.3, -0.2, 0.5]]), np.array([[-1.0, 0.4, 2.0]])
WAVES = np.cos(0.7 + NEAR_START * np.array([1.0, 0.6, -0.8]))
TARGETS = (WAVES, 50.0 * (1.5 + WAVES), -50.0 * (1.5 + WAVES))  # of both signs, and far from zero


def _bent(answer: Callable, inner: Motion, away: np.ndarray) -> np.ndarray:
    """(motion - x0 - (t - t0) v0) / (t - t0)^2 at times away from t0: what is left free, also in the acceleration."""
    motion = ask(answer, inner, T0, torch.as_tensor(X0), torch.as_tensor(V0))
    x = as_array(ask(motion, torch.as_tensor(T0 + away))).astype(float)
    return (x - X0 - away * V0) / away**2


def _free_hint(free: Freedom) -> str:
    """Why the motion cannot become every motion with this state."""
    response = free.response.min(axis=1)
    if not np.isfinite(response).all():
        return INFINITE
    before, after = response[: len(AWAY)][::-1], response[len(AWAY) :]
    if free.response.max() < 1e-9:
        return "away from t0 the motion must depend on inner"
    if min(before[1:].max(), after[1:].max()) < 1e-9:
        return "the motion must depend on inner after t0 and before t0 as well, and for every mass"
    if free.dimensions <= DEGREE + 1:
        return "inner has a column for each mass, and a row for each time: every mass needs its own, at every time"
    if max(before[0] / before[1], after[0] / after[1]) < 0.2:
        return (
            "the acceleration at t0 is the same whatever inner is: its factor has to start like (t - t0) squared, "
            "no higher power"
        )
    return "some motions with this state are out of reach: inner itself has to enter, no square or bounded part of it"


def _alive(answer: Callable) -> Finding:
    """Whether inner counts at every single time, up to 15 units of time away, and nowhere infinitely much."""
    steps = np.concatenate([np.arange(-1500, 0), np.arange(1, 1501)])[:, None] * 0.01
    moved, still = (_bent(answer, lambda t, c=c: c * (1.0 + (t - T0) ** 2) + 0.0 * torch.as_tensor(X0), steps)
                    for c in (1.0, 0.0))  # fmt: skip
    spot = blind_spot("t - t0", steps[:, 0], np.abs(moved - still).min(axis=1), beside=30)
    return Finding("free at every other time", not spot, spot)


@takes_function
def exact_state(answer: Callable[..., Motion]) -> list[Finding]:
    """A function (inner, t0, x0, v0) -> motion through the state x0, v0 at the time t0, otherwise free."""

    def findings() -> Iterator[Finding]:
        case = random_cases(_state, 1)[0]
        motion = ask(answer, *case)
        hint = f"return a function of the time, as in `return lambda t: ...`; this is a {type(motion).__name__}"
        yield Finding("a function is returned", callable(motion), hint)
        shape = np.shape(as_array(ask(motion, torch.zeros(5, 1, dtype=torch.float64))))
        wanted = (5, case[2].shape[1])
        hint = f"five times and masses in {wanted[1]} columns gave {shape} instead of {wanted}"
        yield Finding("a row for each time, a column for each mass", shape == wanted, hint)
        yield agrees(
            "displacement and velocity at t0, whatever inner is", functools.partial(_at_start, answer), _given(),
            random_cases(_state, 10), mistakes=STATES, rtol=1e-4, atol=1e-4,
            hint="x0 + (t - t0) v0 has the state at t0; what is added to it must have neither value nor slope there",
        )  # fmt: skip
        free = Freedom(lambda values: _bent(answer, polynomial(values, T0, AROUND), NEAR_START), outputs=3)
        reached = all(free.reaches(values) for values in TARGETS)
        yield Finding("it can become any smooth motion with this state", reached, "" if reached else _free_hint(free))
        yield _alive(answer)

    return first_wrong(findings())


CHECKS: dict[str, Check] = {
    "stiffness_matrix": stiffness_matrix,
    "causal_weights": causal_weights,
    "exact_state": exact_state,
}

"""Checks of the exercises of 05_Inverse_Spring_Mass."""

from collections.abc import Callable, Iterator, Sequence

from bootcamp.exercises import Check, Finding, as_array, ask, described, first_wrong, random_cases, same, takes_function
from bootcamp.exercises.groups import combined, first, in_groups, second, two_parts
from bootcamp.pinn.exact import MASSES, STIFFNESSES, springs_motion

import numpy as np

Random = np.random.Generator
Fit = Callable[[np.ndarray, np.ndarray], float]


def _slope(x: np.ndarray, y: np.ndarray) -> float:
    """Slope of the line y = s x through the origin, by least squares in y."""
    return x @ y / (x @ x)


def _first_equation(x: np.ndarray, a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return a[:, 0], x[:, 1] - 3.0 * x[:, 0]


def _third_equation(x: np.ndarray, a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return x[:, 2], -a[:, 2] - (x[:, 2] - x[:, 1])


def _constants(
    fits: tuple[Fit, Fit] = (_slope, _slope),
    first_line: Callable[..., tuple[np.ndarray, np.ndarray]] = _first_equation,
    third_line: Callable[..., tuple[np.ndarray, np.ndarray]] = _third_equation,
) -> Callable[[np.ndarray, np.ndarray], tuple[float, float]]:
    """The rule, or one with another fit or other equations."""
    return lambda x, a: (fits[0](*first_line(x, a)), fits[1](*third_line(x, a)))


def _both(fit: Fit) -> tuple[Fit, Fit]:
    return fit, fit


FITS = {
    "": _both(_slope),
    "the mean of ratios is spoiled wherever the divisor is near zero; least squares is sum(a f) / sum(a a)": _both(
        lambda x, y: np.mean(y / x)
    ),
    "the median of ratios is robust, and no least squares: that is sum(a f) / sum(a a)": _both(
        lambda x, y: np.median(y / x)
    ),
    "the ratio of sums or means divides by what adds up to nearly zero; least squares is sum(a f) / sum(a a)": _both(
        lambda x, y: np.sum(y) / np.sum(x)
    ),
    "this fits a = f / m1 and x = f / k4; asked for is the smallest sum of (m1 a - f)^2, which is linear in m1": _both(
        lambda x, y: (y @ y) / (x @ y)
    ),
    "yours are 1/m1 and 1/k4: the unknown is the factor of the acceleration, and of the displacement": _both(
        lambda x, y: 1.0 / _slope(x, y)
    ),
    "this line has a free intercept; the equations have none, so the line goes through the origin": _both(
        lambda x, y: _slope(x - x.mean(), y - y.mean())
    ),
    "yours is 1/m1: the unknown is the factor of the acceleration": (lambda x, y: 1.0 / _slope(x, y), _slope),
    "yours is 1/k4: the unknown is the factor of the displacement": (_slope, lambda x, y: 1.0 / _slope(x, y)),
    "for m1 this fits a = f / m1; asked for is the smallest sum of (m1 a - f)^2, which is linear in m1": (
        lambda x, y: (y @ y) / (x @ y), _slope,
    ),
    "for k4 this fits x = f / k4; asked for is the smallest sum of (k4 x - f)^2, which is linear in k4": (
        _slope, lambda x, y: (y @ y) / (x @ y),
    ),
}  # fmt: skip
FIRST_LINES = {
    "": _first_equation,
    "m1 comes out negative: check the sign of the force on its side of the equation": lambda x, a: (
        a[:, 0], 3.0 * x[:, 0] - x[:, 1],
    ),
    "mass 1 hangs on both k1 = 2 and k2 = 1: m1 a1 = x2 - 3 x1": lambda x, a: (a[:, 0], x[:, 1] - 2.0 * x[:, 0]),
    "the spring k2 is stretched by x2 - x1, so x2 stands in the equation as well: m1 a1 = x2 - 3 x1": lambda x, a: (
        a[:, 0], -3.0 * x[:, 0],
    ),
    "a neighbor that moves along relieves the spring: m1 a1 = x2 - 3 x1": lambda x, a: (
        a[:, 0], -x[:, 1] - 3.0 * x[:, 0],
    ),
}  # fmt: skip
THIRD_LINES = {
    "": _third_equation,
    "k4 comes out negative: check the sign of the force on its side of the equation": lambda x, a: (
        x[:, 2], a[:, 2] + (x[:, 2] - x[:, 1]),
    ),
    "the spring k3 pulls mass 3 back by x3 - x2: k4 x3 = -a3 - (x3 - x2)": lambda x, a: (
        x[:, 2], -a[:, 2] + (x[:, 2] - x[:, 1]),
    ),
    "the acceleration stands on the other side with a minus: k4 x3 = -a3 - (x3 - x2)": lambda x, a: (
        x[:, 2], a[:, 2] - (x[:, 2] - x[:, 1]),
    ),
    "the spring k3 is missing: k4 x3 = -a3 - (x3 - x2)": lambda x, a: (x[:, 2], -a[:, 2]),
    "the spring k3 is stretched by x3 - x2: k4 x3 = -a3 - (x3 - x2)": lambda x, a: (x[:, 2], -a[:, 2] - x[:, 2]),
}  # fmt: skip
FITTED = {
    "the two constants are exchanged: first m1, then k4": lambda x, a: _constants()(x, a)[::-1],
} | combined(_constants, FITS, FIRST_LINES, THIRD_LINES)


def _film(m1: float, k4: float) -> tuple[np.ndarray, np.ndarray]:
    """Displacements and accelerations (40, 3) of a chain with these constants."""
    x = springs_motion(np.linspace(0.1, 9.0, 40), (m1, 1.0, 1.0), (2.0, 1.0, 1.0, k4))
    forces = [x[:, 1] - 3.0 * x[:, 0], x[:, 0] - 2.0 * x[:, 1] + x[:, 2], x[:, 1] - (1.0 + k4) * x[:, 2]]
    return x, np.stack([forces[0] / m1, *forces[1:]], axis=1)


def _other_film(random: Random) -> tuple[np.ndarray, np.ndarray]:
    return _film(*random.uniform(0.3, 4.0, size=2))


def _noisy_film(random: Random) -> tuple[np.ndarray, np.ndarray]:
    """Some of the times, all with errors: no constants fit exactly."""
    x, a = _other_film(random)
    kept = random.permutation(40)[: random.integers(2, 41)]
    return x[kept] + random.normal(0.0, 0.05, (len(kept), 3)), a[kept] + random.normal(0.0, 0.3, (len(kept), 3))


@takes_function
def constants_from_motion(answer: Callable) -> list[Finding]:
    """A function (x, a), both (n, 3) -> m1 and k4 by least squares."""
    equations = "m1 a1 = x2 - 3 x1 and k4 x3 = -a3 - (x3 - x2) at every time: fit slopes of lines through the origin"
    groups = {
        "the chain of this notebook": ([_film(1.0, 2.0)], equations),
        "other constants": (random_cases(_other_film, 4), equations),
        "with noise: the smallest sum of squares": (
            random_cases(_noisy_film, 10), "m1 = sum(a f) / sum(a a) with f = x2 - 3 x1, and k4 in the same way",
        ),
    }  # fmt: skip

    def findings() -> Iterator[Finding]:
        yield two_parts("two numbers", answer, _film(1.0, 2.0), "return two numbers, m1 and k4")
        yield from in_groups(answer, _constants(), groups, FITTED)

    return first_wrong(findings())


Chain = tuple[list[float], list[float]]
Found = list[tuple[np.ndarray, np.ndarray]]


def _chain(random: Random) -> Chain:
    return random.uniform(0.3, 3.0, size=3).tolist(), random.uniform(0.3, 5.0, size=4).tolist()


def _accelerations(m: np.ndarray, k: np.ndarray) -> np.ndarray:
    """The matrix from displacements to accelerations (3, 3): two chains move alike when theirs are equal."""
    stiffness = np.diag(k[:3] + k[1:]) - np.diag(k[1:3], 1) - np.diag(k[1:3], -1)
    return -stiffness / m[:, None]


def _near(found: np.ndarray, given: np.ndarray | float, tolerance: float) -> bool:
    """Whether numbers are those given, or all of them the one given."""
    return same(found, given + 0.0 * found, rtol=tolerance, atol=0.0)


def _ratios(found: Found, chains: list[Chain]) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(m / masses, k / stiffnesses) for (m, k), (masses, stiffnesses) in zip(found, chains, strict=True)]


def _motion_hint(found: Found, chains: list[Chain]) -> str:
    """Why the chains move in another way; a cause is named when it explains all cases."""
    ratios = _ratios(found, chains)
    if all(_near(m, 1.0, 1e-9) or _near(k, 1.0, 1e-9) for m, k in ratios):
        return "the frequencies have changed, since they depend on stiffness over mass: change both kinds of constants"
    if all(_near(m, m[0], 1e-9) and _near(k, k[0], 1e-9) for m, k in ratios):
        return "the frequencies have changed: stiffness over mass must stay, so both kinds need the same factor"
    return "the motion differs: look at x'' in each equation and ask which ratios of the constants appear there"


def _every(about: str, chains: list[Chain], rights: list[bool], hint: str) -> Finding:
    """A finding about all chains; the hint names the first for which it does not hold."""
    wrong = next((chain for chain, right in zip(chains, rights, strict=True) if not right), None)
    return Finding(about, wrong is None, "" if wrong is None else f"{hint} (called with {described(*wrong)})")


@takes_function
def same_motion(answer: Callable[[Sequence[float], Sequence[float]], tuple]) -> list[Finding]:
    """A function (masses, stiffnesses) -> other constants with the same motion."""
    here = (list(MASSES), list(STIFFNESSES))
    chains = [here, ([0.5, 2.0, 1.5], [1.0, 3.0, 0.5, 2.5]), *random_cases(_chain, 8)]

    def findings() -> Iterator[Finding]:
        yield two_parts("masses and stiffnesses", answer, here, "return the masses and the stiffnesses")
        results = [ask(answer, *chain) for chain in chains]
        found = [(as_array(first(pair)).astype(float), as_array(second(pair)).astype(float)) for pair in results]
        counts = [m.shape == (3,) and k.shape == (4,) for m, k in found]
        yield _every("three masses and four stiffnesses", chains, counts, "return three masses and four stiffnesses")
        positive = [bool(np.isfinite(all_).all() and (all_ > 0).all()) for all_ in map(np.concatenate, found)]
        yield _every("all of them positive", chains, positive, "masses and stiffnesses stay positive")
        others = [not (_near(m, 1.0, 1e-3) and _near(k, 1.0, 1e-3)) for m, k in _ratios(found, chains)]
        yield _every("other constants", chains, others, "these are the same constants as before")
        pairs = zip(found, chains, strict=True)
        alike = [_near(_accelerations(*new), _accelerations(*map(np.array, old)), 1e-6) for new, old in pairs]
        yield _every("the same motion", chains, alike, _motion_hint(found, chains))

    return first_wrong(findings())


def _interval(
    middle: Callable[[np.ndarray], float] = np.mean,
    half: Callable[[np.ndarray], float] = lambda estimates: 2.0 * np.std(estimates, ddof=1),
) -> Callable[[np.ndarray], tuple[float, float]]:
    return lambda estimates: (middle(estimates) - half(estimates), middle(estimates) + half(estimates))


MIDDLES = {
    "": np.mean,
    "the middle of the interval is the mean of the estimates, not their median": np.median,
    "the middle of the interval is the mean of the estimates, not that of the smallest and the largest": (
        lambda estimates: (np.min(estimates) + np.max(estimates)) / 2.0
    ),
    "these are the distances from the mean: add it": lambda estimates: 0.0,
}
HALVES = {
    "": lambda estimates: 2.0 * np.std(estimates, ddof=1),
    "your standard deviation divides by n: numpy's does, unless ddof=1": lambda estimates: 2.0 * np.std(estimates),
    "this is the uncertainty of the mean of the fits; a single fit spreads by the whole standard deviation": (
        lambda estimates: 2.0 * np.std(estimates, ddof=1) / np.sqrt(len(estimates))
    ),
    "one standard deviation to each side; two are wanted": lambda estimates: np.std(estimates, ddof=1),
    "one standard deviation to each side, divided by n; two are wanted, with ddof=1": np.std,
    "1.96 belongs to 95 %; two standard deviations are asked for": lambda estimates: 1.96 * np.std(estimates, ddof=1),
    "three standard deviations to each side; two are wanted": lambda estimates: 3.0 * np.std(estimates, ddof=1),
    "this is the variance; the standard deviation is its root": lambda estimates: 2.0 * np.var(estimates, ddof=1),
    "the standard deviation divides by n - 1, not by n - 2": lambda estimates: 2.0 * np.std(estimates, ddof=2),
    "half the range depends on how many fits you make; use the standard deviation": lambda estimates: (
        np.ptp(estimates) / 2.0
    ),
    "the mean distance from the mean is smaller than the standard deviation: the root of the mean square": (
        lambda estimates: 2.0 * np.mean(np.abs(estimates - np.mean(estimates)))
    ),
    "the interval has no width: two standard deviations to each side": lambda estimates: 0.0,
}
INTERVALS = {
    "smallest and largest value depend on how many fits you make; use the standard deviation": lambda estimates: (
        np.min(estimates), np.max(estimates),
    ),
    "the ends are exchanged: first the lower one": lambda estimates: _interval()(estimates)[::-1],
    "these are the middle and the distance of the ends from it: return the two ends": lambda estimates: (
        np.mean(estimates), 2.0 * np.std(estimates, ddof=1),
    ),
    "these are quantiles of the estimates, which a few fits hardly show: mean and two standard deviations": (
        lambda estimates: tuple(np.quantile(estimates, [0.025, 0.975]))
    ),
} | combined(_interval, MIDDLES, HALVES)  # fmt: skip


def _estimates(random: Random) -> tuple[np.ndarray]:
    scale = 10 ** random.uniform(-2.0, 0.5)
    return (random.normal(random.uniform(-2.0, 3.0), scale, size=random.integers(3, 13)),)


@takes_function
def interval(answer: Callable[[np.ndarray], tuple[float, float]]) -> list[Finding]:
    """A function estimates (n,) -> mean minus and plus two standard deviations (n - 1)."""
    six = (np.array([1.02, 0.97, 1.12, 0.99, 1.00, 0.94]),)
    hint = "mean minus and mean plus two standard deviations"
    groups = {
        "six estimates": ([six], hint),
        "any number of estimates": ([(np.array([1.0, 3.0]),), *random_cases(_estimates, 15)], hint),
        "estimates that agree": ([(np.array([2.0, 2.0, 2.0]),)], "equal estimates have no spread"),
    }

    def findings() -> Iterator[Finding]:
        yield two_parts("two ends", answer, six, "return two numbers, the lower and the upper end")
        yield from in_groups(answer, _interval(), groups, INTERVALS)

    return first_wrong(findings())


CHECKS: dict[str, Check] = {
    "constants_from_motion": constants_from_motion,
    "same_motion": same_motion,
    "interval": interval,
}

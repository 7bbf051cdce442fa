"""Checks of the exercises of 06_Design_with_the_Surrogate."""

from collections.abc import Callable, Iterator, Mapping

from bootcamp.exercises import Check, Finding, as_array, ask, first_wrong, random_cases, takes_function
from bootcamp.exercises.groups import combined, in_groups

import numpy as np

Random = np.random.Generator
Step = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray, float], np.ndarray]


Units = tuple[float, float]


def _free(
    design: np.ndarray, gradient: np.ndarray, low: np.ndarray, high: np.ndarray, length: float,
    units: Units = (1.0, 1.0), norm: Callable = np.linalg.norm, guard: bool = True,
) -> np.ndarray:  # fmt: skip
    """The step, before it is put back; `units` are the powers of the half width in the slope and in the step.

    Without a guard a gradient of zero makes it NaN.
    """
    unit = (high - low) / 2
    slope = gradient * unit ** units[0]
    size = norm(slope)
    return design - length * unit ** units[1] * slope / size if size else design + (0.0 if guard else np.nan)


def _step(
    units: Units = (1.0, 1.0), norm: Callable = np.linalg.norm, factor: float = 1.0, clip: bool = True,
    guard: bool = True,
) -> Step:  # fmt: skip
    """The rule, or with another option one that makes a mistake."""

    def step(design: np.ndarray, gradient: np.ndarray, low: np.ndarray, high: np.ndarray, length: float) -> np.ndarray:
        moved = _free(design, gradient, low, high, factor * length, units, norm, guard)
        return np.clip(moved, low, high) if clip else moved

    return step


def _shortened(
    design: np.ndarray, gradient: np.ndarray, low: np.ndarray, high: np.ndarray, length: float
) -> np.ndarray:
    """The step cut off where it meets the edge of the box."""
    move = _free(design, gradient, low, high, length) - design
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.where(move > 0, (high - design) / move, np.where(move < 0, (low - design) / move, np.inf))
    return design + move * min(1.0, room.min())


def _or_stay(design: np.ndarray, gradient: np.ndarray, low: np.ndarray, high: np.ndarray, length: float) -> np.ndarray:
    """No step at all where it would leave the box."""
    moved = _free(design, gradient, low, high, length)
    return moved if np.array_equal(np.clip(moved, low, high), moved) else design


def _each_for_itself(
    design: np.ndarray, gradient: np.ndarray, low: np.ndarray, high: np.ndarray, length: float
) -> np.ndarray:
    """A step of the same length along every variable."""
    return np.clip(design - length * (high - low) / 2 * np.sign(gradient), low, high)


UNITS: Mapping[str, Units] = {
    "": (1.0, 1.0),
    "the derivative is per unit of the variable: in units of the box it is larger by half its width": (0.0, 1.0),
    "in units of the box a derivative is larger by half the width: multiply the gradient by it, do not divide": (
        -1.0, 1.0,
    ),
    "the step is in units of the box: multiply by half the width to come back to the variables": (1.0, 0.0),
    "the units of the box are missing: half its width enters the slope and the step": (0.0, 0.0),
}  # fmt: skip
NORMS: Mapping[str, Callable[[np.ndarray], float]] = {
    "": np.linalg.norm,
    "divide the slope by its length: the step is as long as `length`, however steep it is": lambda slope: float(
        np.any(slope)
    ),
    "divide by the norm alone, not by its square": lambda slope: slope @ slope,
    "the length of the slope is the root of the sum of its squares": lambda slope: np.abs(slope).sum(),
    "the length of the slope is the root of the sum of its squares, not its largest entry": lambda slope: np.abs(
        slope
    ).max(),
}
FACTORS = {
    "": 1.0,
    "this goes uphill: the step is against the gradient": -1.0,
    "the unit is half the width of the box, not the whole": 2.0,
}
CLIP = {"": True, "put what leaves the box back onto its edge: np.clip takes arrays as bounds": False}
GUARD = {"": True, "a gradient of zero is no slope, so no step: mind the division by a length of zero": False}
STEPS: Mapping[str, Step] = {
    "every variable takes a step of its own here: divide by the length of the whole slope": _each_for_itself,
    "the box holds; but each variable is put back onto its edge for itself (np.clip), the others keep their step": (
        _shortened
    ),
    "the box holds; but a step that would leave it is made, and then put back onto the edge with np.clip": _or_stay,
} | combined(_step, UNITS, NORMS, FACTORS, CLIP, GUARD)


def _box(random: Random, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, float]:
    """Design, gradient, low, high, length: a step that may leave the box or not; boxes are not centered."""
    low, width, place = random.normal(size=(3, random.integers(1, 6)))
    width = 10 ** np.clip(width, -1, 1.5)
    design = low + width * (0.5 + 0.45 * np.tanh(place))
    gradient = random.normal(size=low.size) * 10 ** random.uniform(-scale, scale)
    return design, gradient, low, low + width, float(random.uniform(0.02, 1.5))


def _small(random: Random) -> tuple:
    """A step that stays inside: from the middle, shorter than half the width."""
    _, gradient, low, high, length = _box(random)
    return (low + high) / 2, gradient, low, high, min(length, 0.9)


@takes_function
def projected_step(answer: Step) -> list[Finding]:
    """`answer(design, gradient, low, high, length)`: a step of `length` half widths of the box, put back into it."""
    low, high, middle = np.array([0.0, -1.0]), np.array([20.0, 1.0]), np.array([10.0, 0.0])
    start = (middle, np.array([0.3, 4.0]), low, high, 0.5)
    flat = [(design, 0 * gradient, *box) for design, gradient, *box in random_cases(_box, 3)]
    clip = "put what leaves the box back onto its edge: np.clip takes arrays as bounds"
    still = "no slope, no step: mind the division by a length of zero"
    slope = "slope = gradient times half width; divide it by its norm; step = length times half width times that"
    groups = {
        "direction and length": ([start, *random_cases(_small, 15)], slope),
        "the box is not left": (
            [(np.array([1.0, 0.9]), np.array([0.4, -3.0]), low, high, 0.5), *random_cases(_box, 25)],
            clip,
        ),
        "a gradient of zero": ([(middle, np.zeros(2), low, high, 0.5), *flat], still),
    }

    def findings() -> Iterator[Finding]:
        shape = np.shape(as_array(ask(answer, *start)))
        yield Finding("the same shape", shape == (2,), f"return the new design (k,), not the shape {shape}")
        yield from in_groups(answer, _step(), groups, STEPS, rtol=1e-5, atol=1e-5)

    return first_wrong(findings())


Noise = Callable[[float, float, float], float]


def _gain(
    noise: Noise = lambda before, after, error: error * np.hypot(before, after),
    factors: Callable[[float], float] = lambda factor: factor,
    gain: Callable[[float, float], float] = lambda before, after: before - after,
) -> Callable[..., bool]:
    """The rule, or one with another noise, factor or gain."""
    return lambda before, after, error, factor=3.0: bool(
        gain(before, after) > factors(factor) * noise(before, after, error)
    )


NOISES: Mapping[str, Noise] = {
    "": lambda before, after, error: error * np.hypot(before, after),
    "errors are relative to each drag, and both ends have one: error * before and error * after": lambda b, a, e: e,
    "one error is counted, that of `before`; `after` is a prediction too": lambda before, after, error: error * before,
    "one error is counted, that of `after`; `before` is a prediction too": lambda before, after, error: error * after,
    "independent errors do not add up, their squares do: np.hypot": lambda b, a, error: error * (b + a),
    "independent errors do not cancel, their squares add up: np.hypot": lambda b, a, error: error * abs(b - a),
    "the errors add up, they are not averaged: np.hypot(error * before, error * after)": lambda b, a, error: (
        error * (b + a) / 2
    ),
    "each end has an error of its own size; sqrt(2) times that of the mean is near only while the drags are": (
        lambda before, after, error: error * (before + after) / np.sqrt(2)
    ),
    "the squares of both errors add up; their mean is too small, so no division by 2": lambda b, a, error: (
        error * np.hypot(b, a) / np.sqrt(2)
    ),
    "each end has an error of its own size, error * before and error * after: not one of them twice": (
        lambda before, after, error: np.sqrt(2) * error * before
    ),
    "each end has an error of its own size, error * before and error * after: not that of `after` twice": (
        lambda before, after, error: np.sqrt(2) * error * after
    ),
    "both ends have an error, and each is relative to its drag: sqrt(2) * error leaves the drags out": (
        lambda before, after, error: np.sqrt(2) * error
    ),
    "take the root of the sum of squares: it is compared with a gain, not with the square of one": lambda b, a, e: (
        e**2 * (b**2 + a**2)
    ),
}
FACTORS_OF_NOISE: Mapping[str, Callable[[float], float]] = {
    "": lambda factor: factor,
    "the factor is not used: compare the gain with factor times the error of the difference": lambda factor: 1.0,
    "the factor is written in as 3: use the argument, 3.0 is its default": lambda factor: 3.0,
}
GAINS: Mapping[str, Callable[[float, float], float]] = {
    "": lambda before, after: before - after,
    "the gain is before minus after, with its sign: a larger drag is no gain": lambda b, a: abs(b - a),
    "the gain is before minus after: a drag that grows is no result": lambda before, after: after - before,
}
RESULTS = {
    "any smaller drag passes: compare the gain with factor times the error of the difference": lambda b, a, *_: a < b,
    "a gain as large as factor times the error is not larger": lambda before, after, error, factor=3.0: bool(
        before - after >= factor * error * np.hypot(before, after)
    ),
} | combined(_gain, NOISES, FACTORS_OF_NOISE, GAINS)


def _ends(random: Random, given: bool = True) -> tuple[float, ...]:
    """Drags whose gain lies a little above or below what is asked for, an error, and maybe a factor.

    The errors reach from 1 to 30 %, so that the drags are near to each other or far apart.
    """
    before, error = float(random.uniform(0.5, 5.0)), float(10 ** random.uniform(-2.0, -0.55))
    factor = float(random.uniform(0.3, min(5.0, 0.95 / error))) if given else 3.0
    noise = (factor * error) ** 2  # before - after = factor * error * hypot(before, after), solved for `after`
    after = before * (1 - np.sqrt(noise * (2 - noise))) / (1 - noise)
    after += random.choice([-1, 1]) * 10 ** random.uniform(-2.0, -0.3) * (before - after)
    return (before, max(float(after), 0.05), error, factor)[: 4 if given else 3]


@takes_function
def is_result(answer: Callable[..., bool]) -> list[Finding]:
    """`answer(before, after, error, factor)`: whether the gain exceeds factor * error * hypot(before, after)."""
    counts = "compare the gain with factor times the error of the difference"
    squares = "the noise is error * np.hypot(before, after), and the gain has to exceed factor times that"
    swapped = [(after, before, error) for before, after, error in random_cases(lambda r: _ends(r, given=False), 5)]
    groups = {
        "a large gain is a result": ([(2.0, 1.0, 0.03)], "a drag that halves, with 3 % errors, is more than noise"),
        "a larger drag is no gain": (
            [(1.0, 2.0, 0.03), *swapped], "the gain is before minus after, with its sign",
        ),
        "a small gain is not": (
            [(1.08, 1.0, 0.03)], "7 % less drag, with errors of 3 % at both ends, is not three times",
        ),
        "both errors count": (
            [(4.0, 3.6, 0.03), (4.0, 3.4, 0.03), *random_cases(lambda r: _ends(r, given=False), 40)], squares,
        ),
        "the factor counts": (
            [(1.1, 1.0, 0.03, 1.0), (2.0, 1.0, 0.03, 20.0), *random_cases(_ends, 40, seed=1)], counts,
        ),
        "equal drags are no gain": (
            [(1.5, 1.5, 0.03), (1.5, 1.5, 0.03, 0.0)], "the gain has to be larger, not as large",
        ),
    }  # fmt: skip
    return in_groups(answer, _gain(), groups, RESULTS)


Over = Callable[[np.ndarray], np.ndarray]


def _deviation(values: np.ndarray) -> np.ndarray:
    return np.abs(values - values.mean(axis=0))


SPREADS: Mapping[str, Over] = {
    "": lambda values: values.std(axis=0),
    "the disagreement is missing: add caution times the standard deviation over the members": lambda values: 0.0,
    "this adds the variance: take its root": lambda values: values.var(axis=0),
    "the standard deviation goes over the members, axis=0, without a correction of the count: divide by the number of "
    "members, not by one less": lambda values: values.std(axis=0, ddof=1),
    "this is the error of the mean, which falls with the number of members: disagreement is the standard deviation": (
        lambda values: values.std(axis=0) / np.sqrt(len(values))
    ),
    "this is the range, largest less smallest: the standard deviation counts every member": lambda v: np.ptp(v, axis=0),
    "this is half of the range: the standard deviation counts every member": lambda v: np.ptp(v, axis=0) / 2,
    "this is the largest distance from the mean: the standard deviation is the root of the mean square": (
        lambda values: _deviation(values).max(axis=0)
    ),
    "this is the mean distance from the mean: the standard deviation is the root of the mean square": (
        lambda values: _deviation(values).mean(axis=0)
    ),
    "this is the distance between quartiles: the standard deviation counts every member": lambda values: (
        np.quantile(values, 0.75, axis=0) - np.quantile(values, 0.25, axis=0)
    ),
    "the spread of all values together is one number: the deviation goes over the members, axis=0, for each design": (
        np.std
    ),
}
COSTS: Mapping[str, Callable[[float], float]] = {
    "": lambda caution: caution,
    "a lower value is better here, so disagreement has to raise it": lambda caution: -caution,
    "caution is not used: add caution times the standard deviation": lambda caution: 1.0,
    "caution enters once, as a factor of the disagreement, not as its square": lambda caution: caution**2,
}
MIDDLES: Mapping[str, Over] = {
    "": lambda values: values.mean(axis=0),
    "the middle is the mean over the members, not their median": lambda values: np.median(values, axis=0),
    "the middle is the mean over the members, not the worst of them": lambda values: values.max(axis=0),
    "the middle is the mean over the members, not the best of them": lambda values: values.min(axis=0),
    "the middle is the mean over the members, not their sum": lambda values: values.sum(axis=0),
    "this is the disagreement alone: add it to the mean": lambda values: 0.0,
    "the mean of all values together is one number: it goes over the members, axis=0, for each design": np.mean,
}


def _objective(spread: Over, cost: Callable[[float], float], middle: Over) -> Callable[[np.ndarray, float], np.ndarray]:
    return lambda log_drags, caution: middle(log_drags) + cost(caution) * spread(log_drags)


OBJECTIVES = {
    "caution is a factor of the disagreement alone, not of the mean": lambda values, caution: (
        caution * (values.mean(axis=0) + values.std(axis=0))
    ),
} | combined(_objective, SPREADS, COSTS, MIDDLES)


def _ensemble(random: Random, members: int = 0) -> tuple[np.ndarray, float]:
    """Logarithms of drags (members, n), and a caution."""
    shape = members or random.integers(3, 8), random.integers(1, 7)
    spread = random.uniform(0.1, 2.0, size=shape[1])
    return spread * random.normal(0.5, 1.0, size=shape), float(random.uniform(0.1, 4.0))


@takes_function
def cautious(answer: Callable[[np.ndarray, float], np.ndarray]) -> list[Finding]:
    """`answer(log_drags, caution)`: mean over the members plus caution times their standard deviation."""
    example = np.array([[0.0, 1.0, 5.0], [2.0, 1.0, 3.0]])
    many, alone = random_cases(_ensemble, 15), random_cases(lambda random: _ensemble(random, 1), 3)
    over = "mean and standard deviation go over the members, axis=0: mean + caution * standard deviation"
    groups = {
        "without caution the mean": (
            [(v, 0.0) for v in (example, *(v for v, _ in many[:3]))], "for caution 0 it is the mean alone",
        ),
        "disagreement costs": ([(example, 2.0), *many], over),
        "one member agrees with itself": (alone, "the standard deviation of one member is 0"),
    }  # fmt: skip

    def findings() -> Iterator[Finding]:
        shape = np.shape(as_array(ask(answer, example, 2.0)))
        hint = "the mean goes over the members, which are the first axis"
        about = "one value for each design"
        yield Finding(about, shape == (3,), f"return the shape (3,), not {shape}: {hint}")
        yield from in_groups(answer, _objective(SPREADS[""], COSTS[""], MIDDLES[""]), groups, OBJECTIVES)

    return first_wrong(findings())


CHECKS: dict[str, Check] = {"projected_step": projected_step, "is_result": is_result, "cautious": cautious}

"""Checks of the exercises of 07_Networks_and_Tricks."""

import statistics
from collections.abc import Callable, Iterator, Sequence

from bootcamp.exercises import Check, Finding, as_array, ask, first_wrong, random_cases, takes_function
from bootcamp.exercises.groups import combined, in_groups, two_parts

import numpy as np

Random = np.random.Generator
Errors = Sequence[float]
Verdict = Callable[[Errors, Errors], str]


def _disagree(a: Errors, b: Errors) -> int:
    """Seeds on which a is not smaller than b."""
    return sum(x >= y for x, y in zip(a, b, strict=True))


def _two_sided(beats: Callable[[Errors, Errors], bool], baseline: Errors, changed: Errors) -> str:
    return "helps" if beats(changed, baseline) else "hurts" if beats(baseline, changed) else "unclear"


def _verdict(
    center: Callable[[Errors], float] = statistics.median,
    enough: Callable[[float, float], bool] = lambda a, b: a <= b / 2,
    agree: Callable[[Errors, Errors], bool] = lambda a, b: _disagree(a, b) <= 1,
    outcome: Callable[..., str] = _two_sided,
) -> Verdict:
    """The rule, or with another option one that makes a mistake."""

    def beats(a: Errors, b: Errors) -> bool:
        return enough(center(a), center(b)) and agree(a, b)

    return lambda baseline, changed: outcome(beats, baseline, changed)


CENTERS = {
    "": statistics.median,
    "a mean is ruled by one bad seed: compare medians": statistics.fmean,
    "the best seed is no measure: compare medians": min,
    "the worst seed is no measure: compare medians": max,
}
ENOUGH = {
    "": lambda a, b: a <= b / 2,
    "at most half: a median of exactly half counts as well": lambda a, b: a < b / 2,
    "the rule asks for the factor 2: a median that is smaller by less is not enough": lambda a, b: a < b,
    "a median that is as large does not help: the rule asks for half": lambda a, b: a <= b,
    "the medians are not compared: the rule asks for half": lambda a, b: True,
}
AGREE = {
    "": lambda a, b: _disagree(a, b) <= 1,
    "the median alone is not enough: at most one seed may disagree, compared seed by seed": lambda a, b: True,
    "an equal error did not become smaller, so this seed disagrees": lambda a, b: (
        sum(x > y for x, y in zip(a, b, strict=True)) <= 1
    ),
    "one seed may disagree": lambda a, b: _disagree(a, b) == 0,
    "at most one seed may disagree, not two": lambda a, b: _disagree(a, b) <= 2,
    "sorted lists no longer belong together: compare seed by seed, in the given order": lambda a, b: (
        _disagree(sorted(a), sorted(b)) <= 1
    ),
    "the share of the seeds is not asked for: at most one may disagree": lambda a, b: _disagree(a, b) <= len(a) / 2,
}
OUTCOMES: dict[str, Callable[..., str]] = {
    "": _two_sided,
    'the rule also holds the other way: "hurts" with the roles exchanged': lambda beats, baseline, changed: (
        "helps" if beats(changed, baseline) else "unclear"
    ),
    'what does not help need not hurt: between them lies "unclear"': lambda beats, baseline, changed: (
        "helps" if beats(changed, baseline) else "hurts"
    ),
    "the roles are exchanged: smaller errors of the changed version help": lambda beats, baseline, changed: _two_sided(
        beats, changed, baseline
    ),
}
VERDICTS = {
    "the best seed is no measure: count the seeds that improved and compare medians": lambda baseline, changed: (
        "helps" if min(changed) < min(baseline) else "hurts"
    ),
} | combined(_verdict, CENTERS, ENOUGH, AGREE, OUTCOMES)


def _seeds(random: Random) -> tuple[list[float], list[float]]:
    """Errors in parts of 64, so that halves and equal errors are exact: of clear and of doubtful cases."""
    n = int(random.integers(1, 10))
    baseline = random.integers(8, 65, size=n) / 64
    changed = baseline * random.choice([0.25, 0.5, 0.5, 1.0])
    odd = random.permutation(n)[: random.integers(0, min(n, 3) + 1)]
    changed[odd] = baseline[odd] * random.choice([0.25, 0.5, 1.0, 1.0, 2.0, 8.0], size=len(odd))
    pair = baseline.tolist(), changed.tolist()
    return pair if random.random() < 0.5 else pair[::-1]


@takes_function
def verdict(answer: Verdict) -> list[Finding]:
    """A function (baseline, changed) -> "helps", "hurts" or "unclear"."""
    low, high, tens = [0.10, 0.12, 0.11, 0.09, 0.10], [0.30, 0.31, 0.28, 0.40, 0.33], [0.10] * 5
    known = {
        "three times smaller on every seed: helps": (high, low, "all five seeds agree, and the medians too"),
        "three times larger on every seed: hurts": (low, high, "the rule also holds the other way"),
        "one lucky seed: unclear": (
            tens, [0.11, 0.12, 0.11, 0.001, 0.12],
            "one of five seeds improved, and the medians are nearly equal: neither side has it",
        ),
        "one failed seed of the baseline: unclear": (
            [0.10, 0.11, 0.10, 0.10, 9.0], [0.09, 0.10, 0.09, 0.09, 0.10],
            "the medians are nearly equal: one bad seed does not move them",
        ),
        "a small gain on every seed: unclear": (
            low, [0.9 * error for error in low], "10 % is below the factor 2 that the rule asks for",
        ),
        "half the median, worse on two seeds: unclear": (
            tens, [0.01, 0.01, 0.01, 0.20, 0.20],
            "the median alone is not enough: at most one seed may disagree, compared seed by seed",
        ),
        "half the median, worse on three seeds of nine: unclear": (
            [0.10] * 9, [0.01] * 6 + [0.20] * 3, "at most one seed may disagree, however many there are",
        ),
        "half the median, worse on one seed: helps": (
            tens, [0.01, 0.01, 0.01, 0.01, 0.20], "one seed may disagree",
        ),
        "exactly half the median: helps": (
            [1.0, 2.0, 0.5], [0.5, 1.0, 0.25], "at most half: a median of exactly half counts as well",
        ),
        "half the median, two errors as before: unclear": (
            [1.0, 1.0, 0.25, 0.25, 1.0], [0.25, 0.25, 0.25, 0.25, 0.25],
            "an equal error did not become smaller, so this seed disagrees",
        ),
        "twice the median, two errors as before: unclear": (
            [0.25, 0.25, 0.25, 0.25, 0.25], [1.0, 1.0, 0.25, 0.25, 1.0],
            "where both errors are equal, the baseline's is not smaller, so this seed disagrees",
        ),
        "half the median, in another order: unclear": (
            [1.0, 0.5, 0.25, 2.0, 4.0], [0.25, 1.0, 0.5, 0.125, 0.25],
            "compare the errors seed by seed, in the given order",
        ),
    }  # fmt: skip
    groups = {about: ([(baseline, changed)], hint) for about, (baseline, changed, hint) in known.items()}
    groups["other numbers of seeds"] = (
        random_cases(_seeds, 60),
        "at most half of the median, and at most one seed that disagrees, in each direction",
    )
    return in_groups(answer, _verdict(), groups, VERDICTS)


Join = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _joined(gradients: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    return sizes @ gradients / sizes.sum()


JOINS: dict[str, Join] = {
    "the part with one point counts as much as the one with five: weight each part by its size": lambda g, sizes: (
        g.mean(axis=0)
    ),
    "the gradients of means are averaged, not added": lambda gradients, sizes: gradients.sum(axis=0),
    "divide by the number of points, not of parts": lambda gradients, sizes: sizes @ gradients / len(sizes),
    "the weighted sum still has to be divided by the number of points": lambda gradients, sizes: sizes @ gradients,
    "these are gradients of means already: multiply each by its size, do not divide by it": lambda gradients, sizes: (
        (1.0 / sizes) @ gradients / (1.0 / sizes).sum()
    ),
    "a size is a weight as it is, without a square": lambda gradients, sizes: sizes**2 @ gradients / (sizes**2).sum(),
    "a size is a weight as it is, without a root": lambda gradients, sizes: (
        np.sqrt(sizes) @ gradients / np.sqrt(sizes).sum()
    ),
    "dividing each gradient by the number of points is not enough: multiply it by the size of its part as well": (
        lambda gradients, sizes: gradients.sum(axis=0) / sizes.sum()
    ),
    "sizes has one number for each part, a row of gradients: sizes[:, None] goes with the rows": lambda g, sizes: (
        (sizes * g).sum(axis=0) / sizes.sum()
    ),
}
WITH_ROWS = "sizes has one number for each part, a row of gradients: sizes[:, None] goes with the rows"


def _split(random: Random, equal: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Gradients (parts, p) and the sizes of the parts, one point or many."""
    shape = random.integers(1, 7, size=2)
    sizes = random.choice([1, 2, 5, 30, 64], size=shape[0])
    return random.normal(size=shape), np.full_like(sizes, sizes[0]) if equal else sizes


@takes_function
def join_gradients(answer: Join) -> list[Finding]:
    """A function (gradients (parts, p), sizes (parts,)) -> gradient of the mean over all points (p,)."""
    gradients = np.random.default_rng(2).normal(size=(3, 3))
    example = (gradients, np.array([4, 5, 1]))
    each = "each point counts once: the gradient of a part counts as often as the part has points"
    groups = {
        "equal parts": (
            [(gradients, np.array([5, 5, 5])), *random_cases(lambda random: _split(random, True), 4)], each,
        ),
        "parts of 4, 5 and 1 points": ([example], each),
        "other numbers of parts, points and parameters": (random_cases(_split, 15), each),
    }  # fmt: skip

    def findings() -> Iterator[Finding]:
        shape = np.shape(as_array(ask(answer, *example)))
        yield Finding("one gradient of the size of each part's", shape == (3,), f"(3,) is wanted, not {shape}")
        yield from in_groups(answer, _joined, groups, JOINS, errors={ValueError: WITH_ROWS})

    return first_wrong(findings())


def _moments(
    mean: Callable[[np.ndarray], float] = lambda c: c[0],
    share: Callable[[np.ndarray], np.ndarray] = lambda k: 1.0 / (2.0 * k + 1.0),
    start: int = 1,
    root: Callable[[float], float] = np.sqrt,
) -> Callable[[np.ndarray], tuple[float, float]]:
    def moments(c: np.ndarray) -> tuple[float, float]:
        return mean(c), root(np.sum((c**2 * share(np.arange(len(c))))[start:]))

    return moments


MEANS = {
    "": lambda c: c[0],
    "the mean of every P_k with k > 0 is zero: the mean of y is c_0": np.mean,
    "the mean of every P_k with k > 0 is zero, so only c_0 is left of the sum": np.sum,
    "that is the integral over (-1, 1) for the mean; the density of z is 1/2": lambda c: 2.0 * c[0],
}
NORMS = {
    "": lambda k: 1.0 / (2.0 * k + 1.0),
    "P_k is not normalized: the mean of P_k^2 is 1/(2k + 1)": lambda k: 1.0 + 0.0 * k,
    "that is the integral over (-1, 1); the density of z is 1/2": lambda k: 2.0 / (2.0 * k + 1.0),
    "the mean of P_k^2 is 1/(2k + 1): divide by 2k + 1, do not multiply": lambda k: 2.0 * k + 1.0,
    "the mean of P_k^2 is 1/(2k + 1), here its square enters": lambda k: 1.0 / (2.0 * k + 1.0) ** 2,
    "the mean of P_k^2 is 1/(2k + 1), here its root enters": lambda k: 1.0 / np.sqrt(2.0 * k + 1.0),
    "k counts from 0: the mean of P_k^2 is 1/(2k + 1), that of the next one 1/(2k + 3)": lambda k: 1.0 / (2.0 * k + 3),
    "k counts from 0: the mean of P_k^2 is 1/(2k + 1), that of the one before 1/(2k - 1)": lambda k: (
        1.0 / (2.0 * k - 1.0)
    ),
}
STARTS = {"": 1, "c_0 is the mean and no part of the scatter: sum from k = 1": 0, "the term k = 1 is missing": 2}
ROOTS = {"": np.sqrt, "that is the variance: take its root": lambda variance: variance}
MOMENTS = {
    "mean and standard deviation are exchanged": lambda c: _moments()(c)[::-1],
} | combined(_moments, MEANS, NORMS, STARTS, ROOTS)


def _expansion(random: Random) -> tuple[np.ndarray]:
    return (random.normal(0.0, 2.0, size=random.integers(2, 9)),)


@takes_function
def chaos_moments(answer: Callable[[np.ndarray], tuple[float, float]]) -> list[Finding]:
    """A function c (p + 1,) of plain Legendre coefficients -> (mean, standard deviation) for z uniform on (-1, 1)."""
    four = (np.array([2.0, 0.3, -0.5, 0.1]),)
    hint = "the mean is c_0; add the variances of the terms c_k P_k, each c_k^2 / (2k + 1), and take the root"
    groups = {
        "four coefficients": ([four], hint),
        "other coefficients, as many as there are": ([(np.array([-1.0, 3.0]),), *random_cases(_expansion, 12)], hint),
        "an output that does not depend on z": (
            [(np.array([3.0]),), (np.array([-2.0, 0.0, 0.0]),)], "its mean is c_0, and it does not scatter",
        ),
    }  # fmt: skip

    def findings() -> Iterator[Finding]:
        yield two_parts("mean and standard deviation", answer, four, "return two numbers")
        yield from in_groups(answer, _moments(), groups, MOMENTS)

    return first_wrong(findings())


CHECKS: dict[str, Check] = {
    "verdict": verdict,
    "join_gradients": join_gradients,
    "chaos_moments": chaos_moments,
}

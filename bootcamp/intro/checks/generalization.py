"""Checks of the exercises of 02_Training_and_Generalization."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

from bootcamp.exercises import (
    Check,
    Finding,
    agrees,
    as_array,
    ask,
    first_wrong,
    random_cases,
    recognized,
    same,
    takes_function,
    untouched,
)
from bootcamp.intro.generalization import nearest_neighbor_rmse, rmse, specimen_readings, wave_samples

import numpy as np

Pair = tuple[np.ndarray, np.ndarray]


def _nesterov(w: np.ndarray, u: np.ndarray, gradient: Callable, rate: float, mu: float) -> Pair:
    u_new = mu * u + gradient(w - rate * mu * u)
    return w - rate * u_new, u_new


def _step_case(random: np.random.Generator) -> tuple:
    shape = ((2,), (1,), (5,), (2, 3))[random.integers(4)]
    w, u, stiffness = random.normal(size=(3, *shape))

    def gradient(point: np.ndarray) -> np.ndarray:
        """Of a valley with walls of the fourth power, so that the place where it is taken matters."""
        return stiffness * point + point**3

    return w, u, gradient, float(random.uniform(0.05, 0.3)), float(random.uniform(0.2, 0.95))


VELOCITIES = {
    "this is the plain momentum step: the gradient is taken at w. Nesterov takes it at the point where the old "
    "velocity alone would carry the weights": lambda w, u, g, a, m: m * u + g(w),
    "the look-ahead goes the wrong way: the weights move by MINUS learning_rate * velocity": lambda w, u, g, a, m: (
        m * u + g(w + a * m * u)
    ),
    "the look-ahead is too long: a step moves the weights by learning_rate times the velocity": lambda w, u, g, a, m: (
        m * u + g(w - m * u)
    ),
    "the look-ahead uses what is kept of the old velocity: mu * u, not u": lambda w, u, g, a, m: m * u + g(w - a * u),
    "the old velocity is forgotten: it stays in the new one, times mu": lambda w, u, g, a, m: g(w - a * m * u),
    "the old velocity stays in the new one times mu, not as a whole": lambda w, u, g, a, m: u + g(w - a * m * u),
    "the gradient enters the velocity as it is: learning_rate comes in when the weights move": lambda w, u, g, a, m: (
        m * u + a * g(w - a * m * u)
    ),
    "the gradient enters the velocity with a plus; the minus comes when the weights move": lambda w, u, g, a, m: (
        m * u - g(w - a * m * u)
    ),
    "this is the old velocity, unchanged": lambda w, u, g, a, m: u,
}
WEIGHTS = {
    "the weights move AGAINST the velocity, by -learning_rate * u_new": lambda w, u, g, a, m: (
        w + a * _nesterov(w, u, g, a, m)[1]
    ),
    "the weights move with the new velocity, not with the old one": lambda w, u, g, a, m: w - a * u,
    "the weights move by learning_rate times the velocity": lambda w, u, g, a, m: w - _nesterov(w, u, g, a, m)[1],
    "the step starts at w; the look-ahead point is only the place of the gradient": lambda w, u, g, a, m: (
        w - a * m * u - a * _nesterov(w, u, g, a, m)[1]
    ),
    "these are the old weights: move them": lambda w, u, g, a, m: w,
}


def _velocity_only(rule: Callable) -> Callable:
    return lambda *case: (None, rule(*case))


def _weights_only(rule: Callable) -> Callable:
    return lambda *case: (rule(*case), None)


@takes_function
def check_nesterov_step(answer: Callable) -> list[Finding]:
    """`answer(w, u, gradient, learning_rate, mu)` returns the new weights and the new velocity."""
    return first_wrong(_nesterov_findings(answer, random_cases(_step_case)))


def _nesterov_findings(answer: Callable, cases: list[tuple]) -> Iterator[Finding]:
    results = [ask(answer, *case) for case in cases]
    yield Finding("it returns weights and velocity", all(map(_is_pair, results, cases)), "return two arrays of the "
                  "shape of w: first the new w, then the new u")  # fmt: skip
    swapped = recognized(results, {"the other way round": lambda *case: _nesterov(*case)[::-1]}, cases)
    yield Finding("first the weights, then the velocity", not swapped, "both are right, and in the wrong order: "
                  "return the new w first, then the new u")  # fmt: skip
    writes = "`u *= ...` and `w -= ...` write into the caller's arrays"
    yield untouched("the arguments are not changed", answer, cases, hint=writes)
    yield agrees(
        "the new velocity", answer, _nesterov, cases, prepared=lambda pair: pair[1],
        mistakes={hint: _velocity_only(rule) for hint, rule in VELOCITIES.items()},
        hint="u_new = mu * u + gradient(look-ahead point)",
    )  # fmt: skip
    yield agrees(
        "the new weights", answer, _nesterov, cases, prepared=lambda pair: pair[0],
        mistakes={hint: _weights_only(rule) for hint, rule in WEIGHTS.items()},
        hint="the weights move by -learning_rate * (new velocity)",
    )  # fmt: skip


def _is_pair(result: Any, case: tuple) -> bool:
    if not hasattr(result, "__len__") or len(result) != 2:
        return False
    return all(as_array(part).shape == case[0].shape for part in result)


Data = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[int]]


def _errors(data: Data, fit_on: slice, measure_on: slice, error: Callable = rmse) -> list[float]:
    """Error of every order; the slices say which two of the four arrays are fitted and which measured."""
    x, y = data[fit_on]
    curves = [np.polynomial.Polynomial.fit(x, y, order) for order in data[4]]
    x, y = data[measure_on]
    return [error(curve(x), y) for curve in curves]


TRAINING, VALIDATION = slice(0, 2), slice(2, 4)


def _order(fit_on: slice, measure_on: slice, error: Callable = rmse, best: Callable = np.argmin) -> Callable:
    return lambda *data: data[4][int(best(_errors(data, fit_on, measure_on, error)))]


def _order_case(seed: int) -> Data:
    random = np.random.default_rng(seed)
    orders = [int(order) for order in random.permutation(np.arange(1, 10))][: int(random.integers(3, 10))]
    few, many = (12, 40) if seed % 2 else (40, 12)
    return *wave_samples(few, 2 * seed, 0.2), *wave_samples(many, 2 * seed + 1, 0.2), orders


@functools.cache
def _order_cases() -> list[Data]:
    """More validation than training data, and the other way round; without the cases that are close."""
    return [data for data in map(_order_case, range(16)) if _is_clear(data)]


def _is_clear(data: Data) -> bool:
    """Whether squares and absolute values of the validation errors prefer the same order, by a margin."""
    squares, absolute = _errors(data, TRAINING, VALIDATION), _errors(data, TRAINING, VALIDATION, _mean_absolute)
    low, next_low = sorted(squares)[:2]
    return bool(np.argmin(squares) == np.argmin(absolute) and next_low > 1.01 * low)


def _mean_absolute(prediction: np.ndarray, target: np.ndarray) -> float:
    return float(np.mean(np.abs(prediction - target)))


ORDER_MISTAKES = {
    "an error measured on the points that were fitted is always lowest for the largest order: fit on the training "
    "points, measure on the validation points": lambda *data: max(data[4]),
    "this is the order with the LARGEST validation error": _order(TRAINING, VALIDATION, best=np.argmax),
    "the two sets are the wrong way round: fit on the training points, measure on the validation points": _order(
        VALIDATION, TRAINING
    ),
    "this is the smallest order, whatever the data": lambda *data: min(data[4]),
    "this is the first of `orders`, whatever the data": lambda *data: data[4][0],
    "this is the last of `orders`, whatever the data": lambda *data: data[4][-1],
    "`orders` may come in any sequence and with gaps: this is the position of the best one, counted from 0": (
        lambda *data: int(np.argmin(_errors(data, TRAINING, VALIDATION)))
    ),
    "`orders` may come in any sequence and with gaps: this is the position of the best one, counted from 1": (
        lambda *data: int(np.argmin(_errors(data, TRAINING, VALIDATION))) + 1
    ),
}


@takes_function
def check_choose_order(answer: Callable) -> list[Finding]:
    """`answer(x_train, y_train, x_validation, y_validation, orders)` returns the order with the lowest error."""
    cases = _order_cases()
    chosen = [ask(answer, *data) for data in cases]
    known = recognized(chosen, ORDER_MISTAKES, cases)
    is_order = [any(same(order, known) for known in data[4]) for order, data in zip(chosen, cases, strict=True)]
    if not all(is_order):
        odd = is_order.index(False)
        hint = known or f"return one of the numbers in `orders`; for {cases[odd][4]} it returned {chosen[odd]!r}"
        return [Finding("it returns an order", False, hint)]
    if len(set(map(int, chosen))) == 1:
        known = f"it answers {chosen[0]} for every data set: the order must depend on the data"
    hint = known or "fit each order to the training points, take the one with the lowest validation error"
    single = cases[0][:4]
    return [
        Finding("it returns an order", True),
        agrees("it chooses by the validation error", answer, _order(TRAINING, VALIDATION), cases, hint=hint),
        agrees("one order alone is chosen", answer, lambda *data: data[4][0], [(*single, [3])], hint="one is enough"),
    ]


def _specimens(random: np.random.Generator) -> tuple[np.ndarray, float, int]:
    """Numbers with gaps, unequal counts, in any sequence; the share times their number lies beside every half."""
    count = int(random.integers(4, 15))
    names = random.choice(np.arange(-20, 200), size=count, replace=False)
    specimen = random.permutation(np.repeat(names, random.integers(1, 9, size=count)))
    tested = int(random.integers(1, count))
    share = (tested + random.uniform(-0.35, 0.35)) / count
    return specimen, float(share), int(random.integers(1000))


def _test_count(specimen: np.ndarray, share: float) -> int:
    return round(share * len(np.unique(specimen)))


@takes_function
def check_split_by_specimen(answer: Callable) -> list[Finding]:
    """`answer(specimen, test_share, seed)` returns a bool array, true for samples of the test set."""
    return first_wrong(_split_findings(answer))


def _split_findings(answer: Callable) -> Iterator[Finding]:
    x, y, specimen = specimen_readings(25, 8, seed=7)
    cases = [(specimen, 0.2, 0), (specimen, 0.44, 3), *random_cases(_specimens)]
    masks = [as_array(ask(answer, *case)) for case in cases]
    yield _masks(masks, cases)
    both = all(mask.any() and not mask.all() for mask in masks[:2])
    yield Finding("both sets have samples", both, "one of the two sets is empty")
    shared = np.intersect1d(specimen[masks[0]], specimen[~masks[0]]).size
    apart = not any(np.intersect1d(case[0][mask], case[0][~mask]).size for mask, case in zip(masks, cases, strict=True))
    leak = f"{shared} specimens are in both sets, and the score looks like {nearest_neighbor_rmse(x, y, masks[0]):.2f}"
    numbered = "specimens are in both sets where their numbers have gaps, or where they have unequal numbers of samples"
    yield Finding("no specimen is in both sets", apart, f"{leak if shared else numbered}: draw specimens, not samples")
    yield _share(masks, cases)
    repeated = all(same(mask, ask(answer, *case)) for mask, case in zip(masks, cases, strict=True))
    yield Finding("the same seed gives the same split", repeated, "draw with np.random.default_rng(seed)")
    yield _randomness(answer)


def _masks(masks: list[np.ndarray], cases: list[tuple]) -> Finding:
    wrong = [
        f"{mask.dtype} {mask.shape} for {case[0].size} samples"
        for mask, case in zip(masks, cases, strict=True)
        if mask.shape != case[0].shape or mask.dtype != bool
    ]
    hint = f"return bool with one value per sample; this is {wrong[0]}" if wrong else ""
    return Finding("it returns a mask", not wrong, hint)


def _share(masks: list[np.ndarray], cases: list[tuple]) -> Finding:
    about = "the test set has the share of the specimens asked for"
    found = [np.unique(case[0][mask]).size for mask, case in zip(masks, cases, strict=True)]
    asked = [_test_count(*case[:2]) for case in cases]
    counts = [np.unique(case[0]).size for case in cases]
    if found == asked:
        return Finding(about, True)
    if found == [count - wanted for count, wanted in zip(counts, asked, strict=True)]:
        return Finding(about, False, "true marks the samples of the test set; here it marks those of the training set")
    first = next(place for place, pair in enumerate(zip(found, asked, strict=True)) if pair[0] != pair[1])
    share, case = cases[first][1], f"of {counts[first]} specimens {found[first]} are in the test set"
    return Finding(
        about, False, f"with test_share = {share:.3g} {case}, and {asked[first]} are asked for: draw "
        "`round(test_share * n)` of the n different specimens, none of them twice",
    )  # fmt: skip


def _randomness(answer: Callable) -> Finding:
    """Over many seeds every specimen is drawn and left out, and any two are drawn together."""
    about = "another seed gives another split, and any specimens may be drawn"
    names = np.array([3, 4, 8, 11, 40])
    drawn = np.array([as_array(ask(answer, np.repeat(names, 2), 0.4, seed)) for seed in range(200)])[:, ::2]
    together = np.einsum("si,sj->ij", drawn.astype(int), drawn)
    hint = ""
    if (drawn == drawn[0]).all():
        hint = "the specimens are not drawn at random: use the seed"
    elif never := [int(name) for name, times in zip(names, np.diag(together), strict=True) if times == 0]:
        hint = f"with 200 seeds specimen {never[0]} of {names.tolist()} is never drawn"
    elif not together.all():
        first, second = names[np.argwhere(together == 0)[0]]
        hint = f"with 200 seeds the specimens {first} and {second} of {names.tolist()} are never drawn together"
    return Finding(about, not hint, hint)


CHECKS: dict[str, Check] = {
    "nesterov_step": check_nesterov_step,
    "choose_order": check_choose_order,
    "split_by_specimen": check_split_by_specimen,
}

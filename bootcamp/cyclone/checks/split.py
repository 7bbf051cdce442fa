"""Checks of the exercises of 04_The_Split_Matters."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from bootcamp.exercises import Check, Finding, agrees, ask, random_cases, takes_function
from bootcamp.exercises.groups import combined, in_groups

import numpy as np
import pandas as pd

Random = np.random.Generator

BASIN = ("AL", "EP")


def _table(storms: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"storm_id": storms})


def _letters(storms: str) -> pd.DataFrame:
    return _table([f"AL{ord(letter) - 64:02d}2031" for letter in storms])


def _storms(random: Random, first: int, last: int) -> pd.DataFrame:
    """Frames of storms first to last - 1; storms of other basins and seasons share their numbers."""
    numbers = random.integers(first, last, size=random.integers(1, 40))
    names = [f"{BASIN[number % 2]}{number % 5 + 1:02d}{2031 + number % 3}" for number in numbers]
    return _table(names).set_index(random.permutation(len(names)) + 7)


def _two_sets(random: Random) -> tuple[pd.DataFrame, pd.DataFrame]:
    first = random.integers(0, 12)
    return _storms(random, 0, 12), _storms(random, first, first + random.integers(1, 14))


def _number(train: pd.DataFrame, test: pd.DataFrame) -> float:
    return test.storm_id.str[:4].isin(train.storm_id.str[:4]).mean()


def _leak(train: pd.DataFrame, test: pd.DataFrame) -> float:
    return test.storm_id.isin(train.storm_id).mean()


def _common(train: pd.DataFrame, test: pd.DataFrame) -> int:
    return len(set(train.storm_id) & set(test.storm_id))


LEAKS: Mapping[str, Callable[[pd.DataFrame, pd.DataFrame], float]] = {
    "you count storms and divide by those of the training set: count test frames": lambda train, test: (
        _common(train, test) / train.storm_id.nunique()
    ),
    "you count storms; one with many frames weighs more: count frames": lambda train, test: (
        _common(train, test) / test.storm_id.nunique()
    ),
    "you count storms; count the test frames that belong to them": lambda train, test: _common(train, test) / len(test),
    "divide by the number of test frames, not by that of the training storms": lambda train, test: (
        _leak(train, test) * len(test) / train.storm_id.nunique()
    ),
    "this is the number of frames; divide by the number of test frames": lambda train, test: (
        _leak(train, test) * len(test)
    ),
    "this is the share of the training frames; the share is of the test frames": lambda train, test: _leak(test, train),
    "the share is of the test frames: divide by their number": lambda train, test: (
        _leak(train, test) * len(test) / len(train)
    ),
    "this is the share whose storm is not in the training set": lambda train, test: 1 - _leak(train, test),
    "in percent it would be right; a share lies between 0 and 1": lambda train, test: 100 * _leak(train, test),
    "the share is asked for, not whether there is any": lambda train, test: bool(_leak(train, test) > 0),
    "a storm is named by its whole storm_id, the season among it": _number,
    "a merge repeats a test frame for every training frame of its storm: count each test frame once": (
        lambda train, test: len(test.merge(train, on="storm_id")) / len(test)
    ),
    "divide by the test frames alone, not by those of both sets": lambda train, test: (
        _leak(train, test) * len(test) / (len(train) + len(test))
    ),
    "you count storms, and divide by those of both sets: count test frames": lambda train, test: (
        _common(train, test) / len(set(train.storm_id) | set(test.storm_id))
    ),
}


@takes_function
def shares_storms(answer: Callable) -> list[Finding]:
    """A function (train, test) -> share of the test frames whose storm is in the training set."""
    two = [(_letters("AAABBCCCDEF"), _letters("AAGGGGBHAAGG"))]
    apart = random_cases(lambda random: (_storms(random, 0, 6), _storms(random, 6, 12)), 5)
    inside = [(_letters("AAB"), _letters("BBA")), (_letters("AB"), _letters("B"))]
    otherwise = "mark every test frame whose storm_id is among those of the training set, then take the mean"
    groups = {
        "two storms in both": (two, otherwise),
        "other tables": (random_cases(_two_sets), otherwise),
        "no storm in both": ([(_letters("AAB"), _letters("CCD")), *apart], "without a common storm the share is 0"),
        "every test storm known": (inside, "if every test storm is known the share is 1"),
    }
    return in_groups(answer, _leak, groups, LEAKS)


Folds = list[tuple[list[int], int]]


def _folds(found: Any) -> Folds | None:
    """Pairs (training seasons, test season), or None if the answer is something else."""
    if not isinstance(found, list | tuple):
        return None
    try:
        return [([operator.index(year) for year in train], operator.index(test)) for train, test in found]
    except Exception:  # noqa: BLE001 - the learner's object may do anything when it is read
        return None


def _seasons(random: Random) -> tuple[list[int]]:
    """Seasons in any order, with repeats and with years that are missing."""
    years = random.choice(np.arange(1980, 2036), random.integers(3, 12), replace=False)
    return ([int(year) for year in random.permutation([*years, *random.choice(years, random.integers(0, 9))])],)


def _years(seasons: list[int]) -> list[int]:
    return sorted(set(seasons))


def _future(train: list[int], test: int, seasons: list[int]) -> list[int]:
    return [year for year in train if year > test]


def _own(train: list[int], test: int, seasons: list[int]) -> list[int]:
    return [year for year in train if year == test][:1]


def _missing(train: list[int], test: int, seasons: list[int]) -> list[int]:
    return [year for year in _years(seasons) if year < test and year not in train]


def _invented(train: list[int], test: int, seasons: list[int]) -> list[int]:
    return [year for year in [*train, test] if year not in seasons]


def _repeated(train: list[int], test: int, seasons: list[int]) -> list[int]:
    return [year for year in _years(train) if train.count(year) > 1]


FOLD_RULES: Mapping[str, tuple[Callable[[list[int], int, list[int]], list[int]], str]] = {
    "no training season after the test season": (_future, "trains on the future"),
    "the test season is not trained on": (_own, "trains on its own test season"),
    "every fold uses all earlier seasons": (_missing, "leaves out seasons that were over by then"),
    "only seasons of the list": (_invented, "has a year that is not in the list: years may be missing there"),
    "a training season stands once in its fold": (_repeated, "repeats a training season"),
}
"""What a finding is about -> (the years of a fold that break the rule, what such a fold does)."""


def _kept(about: str, cases: list[tuple[Folds, list[int]]]) -> Finding:
    """Whether the folds of all cases keep a rule; the hint has the first fold that does not."""
    years, what = FOLD_RULES[about]
    for folds, seasons in cases:
        for train, test in folds:
            if wrong := years(train, test, seasons):
                return Finding(about, False, f"the fold of {test} {what}: {wrong} (called with {seasons})")
    return Finding(about, True)


def _tests(about: str, cases: list[tuple[Folds, list[int]]]) -> Finding:
    """Whether the test seasons of all cases are those from the third on."""
    for folds, seasons in cases:
        tests, expected = [test for _, test in folds], _years(seasons)[2:]
        if tests != expected:
            hint = f"{len(_years(seasons))} seasons give the test seasons {expected}, each once and in order"
            return Finding(about, False, f"{hint}, not {tests} (called with {seasons})")
    return Finding(about, True)


@takes_function
def season_folds(answer: Callable) -> list[Finding]:
    """A function seasons -> list of (earlier seasons, test season)."""
    few = [([2035, 2031],), ([2031, 2031, 2031],), ([2031],)]
    given = [([2034, 2031, 2033, 2032, 2035, 2033],), ([2033, 2031, 2033, 2032],), *random_cases(_seasons)]
    cases = [(_folds(ask(answer, seasons)), seasons) for (seasons,) in given]
    if any(folds is None for folds, _ in cases):
        return [Finding("a list of pairs", False, "return a list of pairs (list of seasons, one season)")]
    return [
        *[_kept(about, cases) for about in FOLD_RULES],
        _tests("the test seasons are all from the third on", cases),
        agrees("one or two seasons give no fold", answer, lambda seasons: [], few, hint="there the list is empty"),
    ]


def _error_rule(wind: Callable, size: Callable) -> Callable:
    return lambda rows, winds, typical: size(wind(rows, typical) - winds)


def _expected(rows: np.ndarray, typical: np.ndarray) -> np.ndarray:
    return rows @ typical


def _rms(errors: np.ndarray) -> float:
    return np.sqrt(np.mean(errors**2))


def _inner_spread(rows: np.ndarray, winds: np.ndarray, typical: np.ndarray) -> float:
    return np.sqrt(np.mean((rows * (typical - winds[:, None]) ** 2).sum(axis=1)))


ERRORS = combined(
    _error_rule,
    {
        "": _expected,
        "the wind of the most probable class forgets the other probabilities: take the sum of p times wind": (
            lambda rows, typical: typical[rows.argmax(axis=1)]
        ),
        "the expected wind is the sum over the classes of p times wind, not the mean": lambda rows, typical: (
            rows * typical
        ).mean(axis=1),
        "the expected wind is not rounded": lambda rows, typical: np.round(rows @ typical),
        "(n, 1) minus (n,) is a table of every frame with every other: sum over axis 1 without keepdims": (
            lambda rows, typical: (rows @ typical)[:, None]
        ),
        "the wind of the expected index is not the expected wind: the classes are not evenly wide": (
            lambda rows, typical: np.interp(rows @ np.arange(8), np.arange(8), typical)
        ),
    },
    {
        "": _rms,
        "this is the mean magnitude; square, mean, then the root": lambda errors: np.abs(errors).mean(),
        "the root is missing: the unit is knots squared": lambda errors: np.mean(errors**2),
        "errors of both signs cancel: square them first": lambda errors: abs(errors.mean()),
        "errors of both signs cancel, and this is negative where most are: square them first": np.mean,
        "a sum grows with the number of frames: take the mean of the squares": lambda errors: np.sqrt(
            np.sum(errors**2)
        ),
        "this sum of magnitudes grows with the number of frames: square, mean, then the root": lambda errors: np.abs(
            errors
        ).sum(),
        "the root of each square is its magnitude again: first the mean, then the root": lambda errors: np.sqrt(
            errors**2
        ),
        "the standard deviation leaves out the mean error, which belongs to the error": np.std,
        "divide by the number of frames, not by one less": lambda errors: np.sqrt(
            np.sum(errors**2) / (len(errors) - 1)
        ),
        "the mean of the squares, not their median": lambda errors: np.sqrt(np.median(errors**2)),
        "all frames count, not only the worst": lambda errors: np.abs(errors).max(),
    },
) | {
    "first the expected wind, then its difference: this adds the spread of the probabilities": _inner_spread,
}


def _uncertain(random: Random, count: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Probabilities of frames, their winds with a common error, and a wind for each class."""
    count = count or random.integers(1, 50)
    typical = np.sort(random.uniform(15, 150, 8))
    rows = random.dirichlet(np.full(8, random.uniform(0.2, 2)), count)
    return rows, rows @ typical + random.normal(random.uniform(-20, 20), 15, count), typical


def _sure(random: Random) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    typical, classes = np.sort(random.uniform(15, 150, 8)), random.integers(0, 8, size=random.integers(1, 12))
    return np.eye(8)[classes], typical[classes], typical


@takes_function
def error_kt(answer: Callable) -> list[Finding]:
    """A function (probabilities, wind_kt, class_wind_kt) -> root mean square error of the expected wind."""
    otherwise = "square the difference of expected and true wind of each frame, then the mean, then the root"
    groups = {
        "uncertain frames": (random_cases(_uncertain), otherwise),
        "one uncertain frame": (random_cases(lambda random: _uncertain(random, 1), 3), otherwise),
        "sure and right": (random_cases(_sure, 5), "one-hot probabilities of the right classes give no error"),
    }
    return in_groups(answer, _error_rule(_expected, _rms), groups, ERRORS, atol=1e-6)


CHECKS: dict[str, Check] = {"shares_storms": shares_storms, "season_folds": season_folds, "error_kt": error_kt}

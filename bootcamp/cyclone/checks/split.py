"""Checks of the exercises of 04_The_Split_Matters."""

from collections.abc import Callable
from typing import Any

from bootcamp.cyclone.intensity import TYPICAL_WIND_KT
from bootcamp.exercises import Check, Finding

import numpy as np
import pandas as pd


def _same(found: Any, expected: float) -> bool:
    return bool(np.shape(found) == () and np.isclose(float(found), expected, rtol=1e-6, atol=1e-12))


def _hint(found: Any, guesses: dict[str, float], otherwise: str) -> str:
    return next((text for text, value in guesses.items() if _same(found, value)), otherwise)


def _table(storms: str) -> pd.DataFrame:
    return pd.DataFrame({"storm_id": [f"AL{ord(letter) - 64:02d}2031" for letter in storms]})


def shares_storms(answer: Callable) -> list[Finding]:
    """A function (train, test) -> share of the test frames whose storm is in the training set."""
    train, test = _table("AAABBCCCDEF"), _table("AAGGGGBHAAGG")
    found = answer(train.copy(), test.copy())
    guesses = {
        "you count storms and divide by those of the training set: count test frames": 2 / 6,
        "you count storms; one with many frames weighs more: count frames": 2 / 4,
        "you divide by the storms of the training set; divide test frames by test frames": 5 / 6,
        "this is the number of frames; divide by the number of test frames": 5,
        "the share is of the test frames: divide by their number": 5 / 11,
    }
    otherwise = "mark every test frame whose storm_id is among those of the training set, then take the mean"
    apart, inside = answer(_table("AAB"), _table("CCD")), answer(_table("AAB"), _table("BBA"))
    return [
        Finding("two storms in both", _same(found, 5 / 12), _hint(found, guesses, otherwise)),
        Finding("no storm in both", _same(apart, 0.0), "without a common storm the share is 0"),
        Finding("every test storm known", _same(inside, 1.0), "if every test storm is known the share is 1"),
    ]


def _folds(found: Any) -> list[tuple[list[int], int]] | None:
    """Pairs (earlier seasons, test season), or None if the answer is something else."""
    try:
        return [([int(year) for year in train], int(test)) for train, test in found]
    except (TypeError, ValueError):
        return None


def season_folds(answer: Callable) -> list[Finding]:
    """A function seasons -> list of (earlier seasons, test season)."""
    folds = _folds(answer([2034, 2031, 2033, 2032, 2035, 2033]))
    if folds is None:
        return [Finding("a list of pairs", False, "return a list of pairs (list of seasons, one season)")]
    tests = [test for _, test in folds]
    future = [test for train, test in folds if any(year > test for year in train)]
    own = [test for train, test in folds if test in train]
    missing = [test for train, test in folds if set(train) < set(range(2031, test))]
    return [
        Finding("no training season after the test season", not future, f"the fold {future[:1]} trains on the future"),
        Finding("the test season is not trained on", not own, f"the fold {own[:1]} trains on its own test season"),
        Finding(
            "every fold uses all earlier seasons",
            not missing,
            f"the fold {missing[:1]} leaves out seasons that were over by then",
        ),
        Finding(
            "the first test season is the third",
            sorted(set(tests)) == tests and tests == [2033, 2034, 2035],
            f"five seasons give the test seasons 2033, 2034, 2035, each once and in order, not {tests}",
        ),
    ]


def error_kt(answer: Callable) -> list[Finding]:
    """A function (probabilities, wind_kt, class_wind_kt) -> root mean square error of the expected wind."""
    random = np.random.default_rng(3)
    rows = random.dirichlet(np.ones(8), 40)
    winds, typical = random.uniform(15, 150, 40), np.array(TYPICAL_WIND_KT)
    difference, sure = rows @ typical - winds, typical[rows.argmax(axis=1)] - winds
    guesses = {
        "the wind of the most probable class forgets the other probabilities: take the sum of p times wind": np.sqrt(
            np.mean(sure**2)
        ),
        "two differences: the expected wind, not that of the most probable class; and a root mean square": np.abs(
            sure
        ).mean(),
        "this is the mean magnitude; square, mean, then the root": np.abs(difference).mean(),
        "the root is missing: the unit is knots squared": np.mean(difference**2),
        "errors of both signs cancel: square them first": abs(difference.mean()),
        "a sum grows with the number of frames: take the mean of the squares": np.sqrt(np.sum(difference**2)),
    }
    found = answer(rows.copy(), winds.copy(), typical.copy())
    expected = np.sqrt(np.mean(difference**2))
    otherwise = "expected wind: for each frame the sum over the classes of probability times wind"
    exact = answer(np.eye(8), typical.copy(), typical.copy())
    return [
        Finding("forty uncertain frames", _same(found, expected), _hint(found, guesses, otherwise)),
        Finding("sure and right", _same(exact, 0.0), "one-hot probabilities of the right classes give no error"),
    ]


CHECKS: dict[str, Check] = {"shares_storms": shares_storms, "season_folds": season_folds, "error_kt": error_kt}

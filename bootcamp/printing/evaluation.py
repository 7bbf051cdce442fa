"""Scores of a decision about parts. A bad part is one that cannot be printed; to find bad parts is the task.

Logits are those of "printable": a part is accepted where its logit is above the threshold.
"""

from dataclasses import dataclass

import numpy as np

POSITIVES = ("bad", "good")
"""Which class counts as the positive one; also the order of rows and columns of a confusion matrix."""


def confusion(printable: np.ndarray, accepted: np.ndarray) -> np.ndarray:
    """Counts (2, 2): rows are what the part is, bad or good, columns what was said, refused or accepted.

    Raises:
        ValueError: the two are not equally long.
    """
    is_good, said_good = (np.asarray(values, dtype=bool).astype(int) for values in (printable, accepted))
    if is_good.shape != said_good.shape:
        raise ValueError(f"one answer for each part, not {said_good.shape} for {is_good.shape}")
    return np.bincount(2 * is_good + said_good, minlength=4).reshape(2, 2)


def f1(matrix: np.ndarray, positive: str = "bad") -> float:
    """F1 of a confusion matrix, 0 where nothing positive was found: 2 tp / (2 tp + fp + fn).

    Raises:
        ValueError: the positive class is neither "bad" nor "good".
    """
    if positive not in POSITIVES:
        raise ValueError(f"the positive class is 'bad' or 'good', not {positive!r}")
    k = POSITIVES.index(positive)
    true, of_class, said = matrix[k, k], matrix[k].sum(), matrix[:, k].sum()
    return float(2 * true / (of_class + said)) if of_class + said else 0.0


def roc(printable: np.ndarray, logits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shares of good parts refused and of bad parts refused for every threshold, both rising from 0 to 1.

    Raises:
        ValueError: one of the two classes is missing, or a logit is NaN.
    """
    good, scores = np.asarray(printable, dtype=bool), np.asarray(logits, dtype=float)
    if good.all() or not good.any() or np.isnan(scores).any():
        raise ValueError("a ROC curve needs bad parts and good ones, and a logit for each")
    order = np.argsort(scores, kind="stable")
    last = np.flatnonzero(np.diff(scores[order], append=np.inf))  # equal logits are refused together
    refused_good, refused_bad = (np.cumsum(group[order])[last] / group.sum() for group in (good, ~good))
    return np.concatenate([[0.0], refused_good]), np.concatenate([[0.0], refused_bad])


def auc(printable: np.ndarray, logits: np.ndarray) -> float:
    """Area under the ROC curve: how often a good part has a larger logit than a bad one; 0.5 is chance."""
    false_alarms, found = roc(printable, logits)
    return float(np.trapezoid(found, false_alarms))


def cost(matrix: np.ndarray, bad_accepted: float, good_refused: float = 1.0) -> float:
    """Mean cost of a part: of a bad one that is printed in vain, and of a good one that is sent back.

    Args:
        matrix: counts of `confusion`.
        bad_accepted: cost of a bad part accepted.
        good_refused: cost of a good part refused, in the same unit.
    """
    return float((bad_accepted * matrix[0, 1] + good_refused * matrix[1, 0]) / matrix.sum())


def operating_point(printable: np.ndarray, logits: np.ndarray, bad_accepted: float) -> float:
    """The threshold with the least cost; in the middle of the logits between which it may lie.

    Args:
        printable: what the parts are, bool (n,).
        logits: of validation parts, never of the test's (n,).
        bad_accepted: cost of a bad part accepted, where a good part refused costs 1.
    """
    levels = np.unique(np.asarray(logits, dtype=float))
    middles = (levels[1:] + levels[:-1]) / 2
    thresholds = np.concatenate([[levels[0] - 1.0], middles, [levels[-1] + 1.0]])
    costs = [cost(confusion(printable, logits > threshold), bad_accepted) for threshold in thresholds]
    best = np.flatnonzero(np.isclose(costs, np.min(costs)))
    return float(thresholds[best[len(best) // 2]])


@dataclass(frozen=True)
class Score:
    """Scores of one network or rule on parts that it has not seen; `f1_bad`: bad parts are the positive class."""

    name: str
    matrix: np.ndarray
    f1_bad: float
    f1_good: float
    auc: float


def score(name: str, printable: np.ndarray, logits: np.ndarray, threshold: float = 0.0) -> Score:
    """All scores of logits (n,) against what the parts are (n,)."""
    matrix = confusion(printable, np.asarray(logits) > threshold)
    return Score(name, matrix, f1(matrix, "bad"), f1(matrix, "good"), auc(printable, logits))


def standard_error_by_shape(right: np.ndarray, shape: np.ndarray) -> float:
    """Standard error of a share of right answers, where variants of one shape are no independent samples.

    Args:
        right: whether each answer is right, bool (n,).
        shape: number of the shape of each part (n,).
    """
    names, place = np.unique(shape, return_inverse=True)
    sums = np.bincount(place, weights=np.asarray(right, dtype=float))
    counts = np.bincount(place)
    residual = sums - counts * np.mean(right)
    return float(np.sqrt(len(names) / (len(names) - 1) * np.sum(residual**2)) / len(right))

"""Scores of class probabilities: top-k accuracy, error in knots, confusion matrix, recall, and the table of models.

Throughout, `probabilities` is (n, 8): one row per frame, one column per entry of `INTENSITY_CLASSES`, rows that sum to
one; `labels` is (n,) with the index of the true class.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bootcamp import training
from bootcamp.cyclone.intensity import CLASS_NAMES, TYPICAL_WIND_KT, expected_wind

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

CLASSES = len(CLASS_NAMES)


def _labels(labels: ArrayLike, name: str = "labels") -> np.ndarray:
    found = np.asarray(labels)
    if found.ndim != 1 or not found.size or not np.issubdtype(found.dtype, np.integer):
        raise ValueError(f"{name} are integers (n,), at least one, not {found.dtype} {found.shape}")
    if found.min() < 0 or found.max() >= CLASSES:
        raise ValueError(f"{name} are indices from 0 to {CLASSES - 1}, not {found.min()} to {found.max()}")
    return found


def _probabilities(probabilities: ArrayLike, count: int) -> np.ndarray:
    rows = np.asarray(probabilities, dtype=float)
    expected_wind(rows)  # refuses what is no probability
    if len(rows) != count:
        raise ValueError(f"there are {len(rows)} rows of probabilities for {count} frames")
    return rows


def top_k_accuracy(probabilities: ArrayLike, labels: ArrayLike, k: int = 1) -> float:
    """Share of the frames whose true class is among the k most probable ones.

    Of two classes with the same probability the weaker one comes first, as `argmax` has it.

    Args:
        probabilities: (n, 8).
        labels: (n,).
        k: 1 to 8.

    Raises:
        ValueError: shapes that do not fit, no probabilities, or another k.

    >>> rows = [[0.5, 0.3, 0.2, 0, 0, 0, 0, 0], [0.5, 0.3, 0.2, 0, 0, 0, 0, 0]]
    >>> top_k_accuracy(rows, [0, 1]), top_k_accuracy(rows, [0, 1], k=2)
    (0.5, 1.0)
    """
    true = _labels(labels)
    rows = _probabilities(probabilities, len(true))
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or not 1 <= k <= CLASSES:
        raise ValueError(f"k is an integer from 1 to {CLASSES}, not {k!r}")
    best = np.argsort(-rows, axis=1, kind="stable")[:, :k]
    return float((best == true[:, None]).any(axis=1).mean())


def rmse_kt(probabilities: ArrayLike, wind_kt: ArrayLike, class_wind_kt: ArrayLike = TYPICAL_WIND_KT) -> float:
    """Root mean square of expected wind minus wind of the best track, in knots.

    Args:
        probabilities: (n, 8).
        wind_kt: of the best track (n,).
        class_wind_kt: the wind that stands for each class (8,), for example of `class_winds`.

    Raises:
        ValueError: shapes that do not fit, no probabilities, or winds that are not finite.
    """
    winds = np.asarray(wind_kt, dtype=float)
    if winds.ndim != 1 or not winds.size or not np.isfinite(winds).all():
        raise ValueError(f"wind_kt are finite winds (n,), at least one; the shape is {winds.shape}")
    rows = _probabilities(probabilities, len(winds))
    return float(np.sqrt(np.mean((expected_wind(rows, class_wind_kt) - winds) ** 2)))


def class_winds(frames: pd.DataFrame) -> np.ndarray:
    """Mean wind in knots of each class in a table of frames (8,); `TYPICAL_WIND_KT` for a class without a frame.

    Take it from the training frames only: the test set must not tell a model what its classes mean.
    """
    means = frames.groupby("label")["wind_kt"].mean()
    return np.array([means.get(label, TYPICAL_WIND_KT[label]) for label in range(CLASSES)])


def confusion_matrix(labels: ArrayLike, predicted: ArrayLike) -> np.ndarray:
    """Counts int64 (8, 8): the row is the true class, the column the predicted one.

    Args:
        labels: true classes (n,).
        predicted: predicted classes (n,), for example `probabilities.argmax(axis=1)`.

    Raises:
        ValueError: not two sets of class indices of the same length.

    >>> confusion_matrix([2, 2], [2, 3])[2, 2:4].tolist()
    [1, 1]
    """
    true, guess = _labels(labels), _labels(predicted, "predicted classes")
    if len(true) != len(guess):
        raise ValueError(f"there are {len(guess)} predicted classes for {len(true)} frames")
    return np.bincount(CLASSES * true.astype(np.int64) + guess, minlength=CLASSES**2).reshape(CLASSES, CLASSES)


def class_recall(matrix: ArrayLike) -> np.ndarray:
    """Share of the frames of each true class that were found (8,); NaN for a class without a frame.

    Args:
        matrix: counts of `confusion_matrix`, the row is the true class.

    Raises:
        ValueError: not a matrix (8, 8) of counts.
    """
    counts = np.asarray(matrix)
    if counts.shape != (CLASSES, CLASSES) or not np.issubdtype(counts.dtype, np.integer) or counts.min() < 0:
        raise ValueError(f"a confusion matrix has ({CLASSES}, {CLASSES}) counts, not {counts.dtype} {counts.shape}")
    totals = counts.sum(axis=1)
    return np.where(totals > 0, np.diag(counts) / np.maximum(totals, 1), np.nan)


def storm_standard_error(right: ArrayLike, storm_id: ArrayLike) -> float:
    """Standard error of the share of frames that are right, where storms are independent and their frames are not.

    With s_j the sum of (right - share) over the frames of storm j, it is sqrt(sum of s_j ** 2) / n (the variance of
    cluster sampling, Cochran 1977, Sampling Techniques, chapter 9). For one frame per storm it is sqrt(p (1 - p) / n).

    Args:
        right: whether each frame was answered rightly (n,).
        storm_id: its storm (n,).

    Raises:
        ValueError: no frame, or two lengths.

    >>> round(storm_standard_error([True, True, False, False], ["A", "A", "B", "B"]), 4)
    0.3536
    """
    values, storms = np.asarray(right, dtype=float), np.asarray(storm_id)
    if values.ndim != 1 or not values.size or storms.shape != values.shape:
        raise ValueError(f"right and storm_id are (n,), at least one frame, not {values.shape} and {storms.shape}")
    _, place = np.unique(storms, return_inverse=True)
    sums = np.bincount(place, weights=values - values.mean())
    return float(np.sqrt((sums**2).sum()) / len(values))


def divide_prior(probabilities: ArrayLike, shares: ArrayLike) -> np.ndarray:
    """Probabilities (n, 8) as if all classes were equally frequent: each divided by the share of its class, row sum 1.

    A class without a share keeps the probability 0. Source: Menon et al. 2021, https://doi.org/10.48550/arXiv.2007.07314.

    Args:
        probabilities: of a model trained on frames with these shares (n, 8).
        shares: of the classes in the training frames (8,), from `climatology`.

    Raises:
        ValueError: no probabilities, shares that are none, or a row with no probability left.
    """
    rows = _probabilities(probabilities, len(probabilities))
    prior = _probabilities(np.atleast_2d(shares), 1)[0]
    divided = np.where(prior > 0, rows / np.where(prior > 0, prior, 1.0), 0.0)
    sums = divided.sum(axis=1, keepdims=True)
    if not (sums > 0).all():
        raise ValueError("a row gives probability only to classes that have no share")
    return divided / sums


@dataclass(frozen=True)
class Score:
    """What one model, trained once, reached on one set of frames.

    name: of the model; seed: of its training; frames: how many it was scored on; top_1, top_2: accuracies from 0 to 1;
    rmse_kt: error of the expected wind in knots; recall: of each class, NaN where no frame shows it.
    """

    name: str
    seed: int
    frames: int
    top_1: float
    top_2: float
    rmse_kt: float
    recall: np.ndarray

    @property
    def mean_recall(self) -> float:
        """Mean recall of the classes that occur: every class counts the same, however rare it is."""
        return float(np.nanmean(self.recall))


def score(
    name: str,
    probabilities: ArrayLike,
    frames: pd.DataFrame,
    class_wind_kt: ArrayLike = TYPICAL_WIND_KT,
    seed: int = 0,
) -> Score:
    """Every score of one model on a table of frames.

    Args:
        name: of the model.
        probabilities: (n, 8), in the order of the frames.
        frames: table of `label_images` with `label` and `wind_kt`.
        class_wind_kt: the wind that stands for each class (8,), for example of `class_winds` on the training frames.
        seed: of the training.

    Raises:
        ValueError: probabilities that are none or do not fit the frames.
    """
    labels, rows = frames["label"].to_numpy(), np.asarray(probabilities, dtype=float)
    top_1, top_2 = (top_k_accuracy(rows, labels, k) for k in (1, 2))
    recall = class_recall(confusion_matrix(labels, rows.argmax(axis=1)))
    error = rmse_kt(rows, frames["wind_kt"].to_numpy(), class_wind_kt)
    return Score(name, seed, len(frames), top_1, top_2, error, recall)


def model_table(scores: Sequence[Score]) -> pd.DataFrame:
    """One row per model, in the order in which the models first occur; means over their seeds.

    Columns: `frames`, `top-1 %`, `top-2 %`, `RMSE kt`, `mean recall %`, and with more than one seed `top-1 from` and
    `top-1 to`, the smallest and the largest, so that nobody reads a standard deviation out of two or three numbers.

    Raises:
        ValueError: no score, or models that do not have the same seeds: their rows could not be compared.
    """
    return training.model_table(scores, _row)


def _row(entries: Sequence[Score]) -> dict[str, float]:
    top_1 = [100 * entry.top_1 for entry in entries]
    row = {
        "frames": entries[0].frames,
        "top-1 %": float(np.mean(top_1)),
        "top-2 %": 100 * float(np.mean([entry.top_2 for entry in entries])),
        "RMSE kt": float(np.mean([entry.rmse_kt for entry in entries])),
        "mean recall %": 100 * float(np.mean([entry.mean_recall for entry in entries])),
    }
    return row | ({"top-1 from": min(top_1), "top-1 to": max(top_1)} if len(entries) > 1 else {})


def remedy_table(scores: Sequence[Score], baseline: str, points: float = 3.0) -> pd.DataFrame:
    """What each model gains over a baseline with the same seeds, in the order in which the models first occur.

    Columns: `mean recall %`, its smallest and largest value over the seeds, `gain` in points, `seeds better` than the
    baseline with the same seed, `top-1 %`, `RMSE kt`, and `verdict`: "helps" for a mean gain of `points` or more with
    every seed better, "hurts" for a loss of as much with every seed worse, else "no clear change".

    Raises:
        ValueError: no score of the baseline, or models that do not have the same seeds.
    """
    names = list(dict.fromkeys(entry.name for entry in scores))
    found = {name: {entry.seed: entry for entry in scores if entry.name == name} for name in names}
    if baseline not in found or any(set(found[name]) != set(found[baseline]) for name in names):
        raise ValueError(f"'{baseline}' and all others need the same seeds: { ({n: sorted(found[n]) for n in names}) }")
    rows = [_remedy_row(found[name], found[baseline], points) for name in names]
    return pd.DataFrame(rows, index=pd.Index(names, name="model"))


def _remedy_row(entries: dict[int, Score], others: dict[int, Score], points: float) -> dict[str, object]:
    recall = np.array([100 * entries[seed].mean_recall for seed in sorted(entries)])
    gain = recall - [100 * others[seed].mean_recall for seed in sorted(entries)]
    helps = gain.mean() >= points and (gain > 0).all()
    hurts = gain.mean() <= -points and (gain < 0).all()
    return {
        "mean recall %": recall.mean(),
        "from": recall.min(),
        "to": recall.max(),
        "gain": gain.mean(),
        "seeds better": int((gain > 0).sum()),
        "top-1 %": 100 * float(np.mean([entry.top_1 for entry in entries.values()])),
        "RMSE kt": float(np.mean([entry.rmse_kt for entry in entries.values()])),
        "verdict": "helps" if helps else "hurts" if hurts else "no clear change",
    }

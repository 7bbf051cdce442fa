"""What a submission is, what it is checked for, and how submissions are ranked: the same for learner and class server.

Nothing here knows where a submission is recorded: see `records` (MLflow) and `ranking`.
"""

import hashlib
import math
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bootcamp.course import Competition
from bootcamp.leaderboard import names
from bootcamp.leaderboard.npz import NUMBERS

import numpy as np

DIGEST_VALUES = 2**18

Score = Callable[[Mapping[str, np.ndarray]], dict[str, float]]


class SubmissionError(ValueError):
    """A submission that cannot be accepted; the message says what is wrong with it."""


@dataclass(frozen=True)
class Submission:
    """What became of a submission: its scores, and whether it is on the leaderboard or waits to be sent."""

    competition: str
    learner: str
    model: str
    scores: dict[str, float]
    submitted: str
    digest: str
    status: str

    def __str__(self) -> str:
        scores = ", ".join(f"{name} {value:.4f}" for name, value in self.scores.items())
        return f"{self.competition}: '{self.model}' by {self.learner}: {scores} ({self.status})"


def checked_name(what: str, text: str) -> str:
    """`text` with single spaces.

    Raises:
        SubmissionError: it is empty, longer than 60 characters, or has characters that cannot be seen.
    """
    text = " ".join(str(text).split())
    if not text or len(text) > names.LONGEST_NAME:
        raise SubmissionError(f"the name of the {what} has 1 to {names.LONGEST_NAME} characters, not {len(text)}")
    if hidden := names.unseen(text):
        listed = ", ".join(f"U+{ord(char):04X}" for char in dict.fromkeys(hidden))
        raise SubmissionError(f"the name of the {what} has characters that cannot be printed: {listed}")
    if not names.has_sign(text):
        raise SubmissionError(f"the name of the {what} has no letter, digit or sign")
    return text


def checked_arrays(predictions: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Predictions as arrays.

    Raises:
        SubmissionError: no dictionary, nothing in it, or values that are not finite numbers.
    """
    if not isinstance(predictions, Mapping) or not predictions:
        raise SubmissionError(f"predictions are a dictionary, name -> array, not {type(predictions).__name__}")
    arrays = {}
    for name, values in predictions.items():
        array = np.asarray(values)
        if array.dtype.kind not in NUMBERS:
            raise SubmissionError(f"the predictions '{name}' are numbers, not {array.dtype}")
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise SubmissionError(
                f"the predictions '{name}' hold {int((~np.isfinite(array)).sum())} values that are NaN or infinite"
            )
        arrays[str(name)] = array
    return arrays


def score(entry: Competition, arrays: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Scores of predictions, by the competition's own scorer.

    Raises:
        SubmissionError: the scorer refuses them, or a score is not a finite number.
    """
    scorer: Score = pkgutil.resolve_name(entry.scorer)
    try:
        scores = {name: float(value) for name, value in scorer(arrays).items()}
    except ValueError as reason:
        raise SubmissionError(f"the submission was refused: {reason}") from reason
    broken = [name for name, value in scores.items() if not math.isfinite(value)]
    if broken:
        raise SubmissionError(f"the submission was refused: {' and '.join(broken)} cannot be computed from it")
    return scores


def check_shapes(entry: Competition, found: Mapping[str, tuple[int, ...]]) -> None:
    """Compare names and shapes of predictions with those that a competition asks for.

    Raises:
        SubmissionError: they differ.
    """
    if not entry.shapes:
        return
    wanted: Mapping[str, tuple[int, ...]] = pkgutil.resolve_name(entry.shapes)()
    if set(found) != set(wanted):
        asked = " and ".join(wanted)
        raise SubmissionError(f"the submission was refused: predictions are asked for {asked}, not for {sorted(found)}")
    for name, shape in wanted.items():
        if tuple(found[name]) != tuple(shape):
            reason = f"predictions for {name} have the shape {tuple(shape)}, not {tuple(found[name])}"
            raise SubmissionError(f"the submission was refused: {reason}")


def digest(arrays: Mapping[str, np.ndarray]) -> str:
    """The same for the same predictions, whatever type of number they have: all count in single precision."""
    found = hashlib.sha256()
    for name in sorted(arrays):
        found.update(f"{name}{arrays[name].shape}".encode())
        flat = arrays[name].reshape(-1)
        for start in range(0, flat.size, DIGEST_VALUES):  # so that no second copy of a large array is made
            found.update(_single(flat[start : start + DIGEST_VALUES]).tobytes())
    return found.hexdigest()


def _single(array: np.ndarray) -> np.ndarray:
    """An array in little-endian single precision, without negative zeros; in double where single has no such number."""
    with np.errstate(over="ignore", under="ignore"):
        single = array.astype("<f4")
        wide = single if np.isfinite(single).all() else array.astype("<f8")
    return wide + 0


def ranked(submissions: Iterable[Submission], entry: Competition, every: bool = False) -> list[Submission]:
    """Best first, of equal scores the earlier first; `every`: not only the best of each learner."""
    sign = 1 if entry.best_is_low else -1
    ordered = sorted(submissions, key=lambda s: (sign * s.scores[entry.ranked_by], s.submitted))
    if every:
        return ordered
    best: dict[str, Submission] = {}
    for submission in ordered:
        best.setdefault(submission.learner, submission)
    return list(best.values())

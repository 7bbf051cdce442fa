"""Checks of the exercises of 06_Competition."""

from collections.abc import Callable, Mapping

from bootcamp.exercises import Check, Finding, agrees, random_cases, takes_function
from bootcamp.exercises.groups import combined, in_groups

import numpy as np

Random = np.random.Generator

CLASSES = 8
Softmax = Callable[[np.ndarray], np.ndarray]


def _by_row(table: np.ndarray) -> np.ndarray:
    return table / table.sum(axis=1, keepdims=True)


def _softmax(scores: np.ndarray) -> np.ndarray:
    return _by_row(np.exp(scores - scores.max(axis=1, keepdims=True)))


NORMALIZED: Mapping[str, Softmax] = combined(
    lambda power, normalize: lambda scores: normalize(power(scores)),
    {
        "": np.exp,
        "negative scores stay negative: take the exponential before you divide": lambda scores: scores,
        "negative scores are cut to 0, and what they say is lost: take the exponential": lambda scores: np.maximum(
            scores, 0
        ),
        "the sign of a score is lost: take the exponential": np.abs,
        "a square takes -2 for 2: take the exponential": np.square,
        "these are powers of 2: the formula has e": np.exp2,
        "the exponential of -a makes the largest score the least probable": lambda scores: np.exp(-scores),
        "the largest score of each column is subtracted, which does not cancel: that of each row does": lambda scores: (
            np.exp(scores - scores.max(axis=0))
        ),
        "shifted until none is negative, the scores are still no powers of e: take the exponential": lambda scores: (
            scores - scores.min(axis=1, keepdims=True)
        ),
    },
    {
        "": _by_row,
        "each column sums to one, but a row is a frame: sum over the classes": lambda powers: (
            powers / powers.sum(axis=0)
        ),
        "one sum for the whole table: each row needs its own": lambda powers: powers / powers.sum(),
        "the rows do not sum to one: divide each by its sum": lambda powers: powers,
        "divide each row by its sum, not by its largest": lambda powers: powers / powers.max(axis=1, keepdims=True),
    },
) | {
    "this says all or nothing; an error in knots needs the other probabilities": lambda scores: np.eye(CLASSES)[
        scores.argmax(axis=1)
    ],
    "a sigmoid treats each class alone: the rows do not sum to one": lambda scores: 1 / (1 + np.exp(-scores)),
    "a sigmoid is not the exponential of the formula, also when each row is divided by its sum": lambda scores: _by_row(
        1 / (1 + np.exp(-scores))
    ),
    "these are the logarithms of the probabilities: take their exponential": lambda scores: np.log(_softmax(scores)),
}


def _moved(by: Softmax) -> Softmax:
    """The formula after the scores were moved by something else than the largest of each row."""
    return lambda scores: _by_row(np.exp(scores - by(scores)))


MOVED: Mapping[str, Softmax] = {
    "exp(1000) is infinite and exp(-1000) is 0: subtract the largest score of each row before; it cancels": _moved(
        np.zeros_like
    ),
    "each row has its own largest score: with that of the whole table, a row far below becomes 0 / 0": _moved(np.max),
    "the mean is not enough: a score far above it still overflows. Subtract the largest of each row": _moved(
        lambda scores: scores.mean(axis=1, keepdims=True)
    ),
    "the smallest score is the wrong one: the largest still overflows": _moved(
        lambda scores: scores.min(axis=1, keepdims=True)
    ),
    "NaN replaced by 0 is no probability: subtract the largest score of each row before": lambda scores: np.nan_to_num(
        _by_row(np.exp(scores))
    ),
    "cut off at 700, all large scores are equal: subtract the largest of each row instead": lambda scores: _by_row(
        np.exp(np.clip(scores, -700, 700))
    ),
    "cut off above 700, all larger scores are equal: subtract the largest of each row instead": lambda scores: _by_row(
        np.exp(np.minimum(scores, 700))
    ),
}


def _scores(random: Random) -> tuple[np.ndarray]:
    return (random.normal(0.0, 2.0, (random.integers(1, 7), CLASSES)),)


def _large_scores(random: Random) -> tuple[np.ndarray]:
    """Rows far from zero, each elsewhere, or scores far from each other; in eighths, exact in single precision too."""
    small = random.normal(0.0, 2.0, (random.integers(2, 7), CLASSES))
    moved = small + random.permutation(np.linspace(-3000.0, 3000.0, len(small)))[:, None]
    return (np.round(8 * (moved if random.random() < 0.5 else 1000 * small)) / 8,)


@takes_function
def to_probabilities(answer: Callable) -> list[Finding]:
    """A function scores (n, 8), any real numbers -> probabilities (n, 8): the softmax of each row."""
    random = np.random.default_rng(2)
    small = np.round(8 * random.normal(0, 2, (3, CLASSES))) / 8
    with np.errstate(all="ignore"):
        return [
            agrees(
                "scores near zero", answer, _softmax, random_cases(_scores), mistakes=NORMALIZED,
                hint="exponential, then each row by its sum",
            ),
            agrees(
                "scores of a thousand, of either sign and far apart", answer, _softmax,
                [(small + 1000,), (small - 1000,), *random_cases(_large_scores)], mistakes=MOVED,
                hint="which number of a row can be subtracted from all its scores, so that none overflows?",
            ),
        ]  # fmt: skip


def _sums(right: np.ndarray, storms: np.ndarray, share: float) -> np.ndarray:
    """Sum of right minus a share over the frames of each storm."""
    return np.array([(right[storms == name] - share).sum() for name in np.unique(storms)])


def _of_storms(right: np.ndarray, storms: np.ndarray) -> np.ndarray:
    return _sums(right, storms, right.mean())


def _means(right: np.ndarray, storms: np.ndarray) -> np.ndarray:
    return np.array([right[storms == name].mean() for name in np.unique(storms)])


def _in_runs(right: np.ndarray, storms: np.ndarray) -> np.ndarray:
    """As if every run of frames of one storm were a storm of its own."""
    run = np.cumsum(np.append(0, storms[1:] != storms[:-1]))
    return _of_storms(right, run)


def _bar_rule(parts: Callable, size: Callable, number: Callable) -> Callable[[np.ndarray, np.ndarray], float]:
    def rule(right: np.ndarray, storms: np.ndarray) -> float:
        found = parts(right, storms)
        return size(found) / number(len(right), len(found))

    return rule


def _length(sums: np.ndarray) -> float:
    return np.sqrt((sums**2).sum())


def _frames(frames: int, storms: int) -> int:
    return frames


ALIKE = "every storm counts the same here, however many frames it has; sum over the frames of a storm, not the mean"
BARS = combined(
    _bar_rule,
    {
        "": _of_storms,
        "s_j is the sum of right minus p: without p a storm counts for its frames that are right": (
            lambda right, storms: _sums(right, storms, 0.0)
        ),
        f"{ALIKE}: here it is their mean": lambda right, storms: _means(right - right.mean(), storms),
        "p is the share of all frames: here the mean over the storms takes its place": lambda right, storms: _sums(
            right, storms, _means(right, storms).mean()
        ),
        "frames of one storm need not stand together: find them by their storm_id": _in_runs,
    },
    {
        "": _length,
        "the root is missing": lambda sums: (sums**2).sum(),
        "square each sum before you add, and take the root after it; here it is the magnitude": lambda sums: abs(
            sums
        ).sum(),
        "the sums of all storms add up to zero: square each before you add": lambda sums: abs(sums.sum()),
        "the squares are added up, not averaged": lambda sums: np.sqrt((sums**2).mean()),
        "the standard deviation of the sums averages over the storms: the squares are added up": np.std,
    },
    {
        "": _frames,
        "divide by the number of frames, since the sums are over frames": lambda frames, storms: storms,
        "the root of the number of frames is not enough: divide by their number": lambda frames, storms: np.sqrt(
            frames
        ),
        "divide by the number of frames, not by the root of the number of storms": lambda frames, storms: np.sqrt(
            storms
        ),
        "divide by the number of frames: this is the error of their number, not of their share": (
            lambda frames, storms: 1
        ),
        "divide by the number of frames, not by its square: the root comes first": lambda frames, storms: frames**2,
    },
) | {
    "this holds for independent frames; frames of one storm are near copies": lambda right, storms: np.sqrt(
        right.mean() * (1 - right.mean()) / len(right)
    ),
    "this holds for independent frames, with n - 1 as with n; frames of one storm are near copies": (
        lambda right, storms: right.std(ddof=1) / np.sqrt(len(right))
    ),
    "this is the standard deviation of the frames, no standard error": lambda right, storms: right.std(),
    "p (1 - p) / n with the number of storms takes all frames of a storm for one": lambda right, storms: np.sqrt(
        right.mean() * (1 - right.mean()) / len(np.unique(storms))
    ),
    ALIKE: lambda right, storms: _means(right, storms).std() / np.sqrt(len(np.unique(storms))),
    f"{ALIKE}, whether their variance has m or m - 1": lambda right, storms: (
        _means(right, storms).std(ddof=1) / np.sqrt(len(np.unique(storms)))
    ),
    "this is the spread of the storms' shares; the error of the share of all frames is asked for": (
        lambda right, storms: _means(right, storms).std()
    ),
    "the factor for few storms, m / (m - 1), is not in the formula": lambda right, storms: (
        _bar_rule(_of_storms, _length, _frames)(right, storms)
        * np.sqrt(len(np.unique(storms)) / (len(np.unique(storms)) - 1))
    ),
    "every storm's own share is subtracted, and nothing is left; p is the share of all frames": (
        lambda right, storms: 0.0
    ),
}


def _season(random: Random) -> tuple[np.ndarray, np.ndarray]:
    """Frames of several storms, in any order, with unequal numbers of frames and of right ones; some are wrong."""
    counts = random.integers(1, 15, size=random.integers(2, 9))
    names = [f"AL{number + 1:02d}2031" for number in random.permutation(30)[: len(counts)]]
    right = random.random(counts.sum()) < np.repeat(random.random(len(counts)), counts)
    right[:2] = True, False
    order = random.permutation(len(right))
    return right[order], np.repeat(names, counts)[order]


def _apart(random: Random) -> tuple[np.ndarray, np.ndarray]:
    right, _ = _season(random)
    return right, random.permutation([f"EP{number:02d}2031" for number in range(len(right))])


@takes_function
def error_bar(answer: Callable) -> list[Finding]:
    """A function (right (n,) bool, storm_id (n,)) -> standard error of the share that is right, storms independent."""
    cases = random_cases(_season)
    alone = [(right, np.full(len(right), "AL012031")) for right, _ in cases[:3]]
    alike = [
        (np.full(len(right), value), storms) for (right, storms), value in zip(cases[:2], (True, False), strict=True)
    ]
    otherwise = "for each storm the sum of right minus p over its frames; square, add, root, divide by the frames"
    groups = {
        "several storms": (cases, otherwise),
        "every frame a storm of its own": (random_cases(_apart, 5), "then it is the usual sqrt(p (1 - p) / n)"),
        "one storm": (alone, "its sum of right minus p is 0: of one storm the formula says nothing, and gives 0"),
        "all right, or all wrong": (alike, "no frame differs from the share, so the formula gives 0"),
    }
    return in_groups(answer, _bar_rule(_of_storms, _length, _frames), groups, BARS, atol=1e-7)


CHECKS: dict[str, Check] = {"to_probabilities": to_probabilities, "error_bar": error_bar}

"""Checks of the exercises of 05_Class_Imbalance."""

from collections.abc import Callable

from bootcamp.exercises import Check, Finding, random_cases, takes_function, untouched
from bootcamp.exercises.groups import combined, in_groups

import numpy as np

Random = np.random.Generator

CLASSES = 8


def _weights_rule(shape: Callable, scale: Callable, absent: Callable) -> Callable[[np.ndarray], np.ndarray]:
    """A function labels -> weights: how they fall with the counts, their common factor, and that of absent classes."""

    def rule(labels: np.ndarray) -> np.ndarray:
        counts = np.bincount(labels, minlength=CLASSES)
        present = counts > 0
        weights = np.where(present, shape(np.maximum(counts, 1)), 0.0)
        factor = scale(weights, counts)
        return np.where(present, factor * weights, absent(factor * shape(1)))

    return rule


def _inverse(counts: np.ndarray) -> np.ndarray:
    return 1 / counts


def _frame_mean(weights: np.ndarray, counts: np.ndarray) -> float:
    return counts.sum() / (weights * counts).sum()


def _none(weight: float) -> float:
    return 0.0


WEIGHTS = combined(
    _weights_rule,
    {
        "": _inverse,
        "these weights grow with the count: it is the rare classes that need more": lambda counts: 1.0 * counts,
        "all classes have the same weight: a rare class needs more": lambda counts: 1.0 + 0.0 * counts,
        "these weights are inverse to the root of the counts: all classes shall have the same part of the loss": (
            lambda counts: 1 / np.sqrt(counts)
        ),
    },
    {
        "": _frame_mean,
        "inverse counts alone are small: the loss, and with it every step, would shrink; scale them": (
            lambda weights, counts: 1.0
        ),
        "these are inverse shares: their mean over the frames is the number of classes": lambda weights, counts: (
            counts.sum()
        ),
        "the mean over the eight weights is 1; the mean over the frames, each with its weight, must be": (
            lambda weights, counts: CLASSES / weights.sum()
        ),
        "the mean over the weights of the classes that occur is 1; the mean over the frames, each with its weight, "
        "must be": lambda weights, counts: (counts > 0).sum() / weights.sum(),
        "the sum of the weights is 1; the mean over the frames, each with its weight, must be": (
            lambda weights, counts: 1 / weights.sum()
        ),
        "the scale takes the most frequent class as 1, so the loss grows; make the mean over the frames 1": (
            lambda weights, counts: counts.max()
        ),
        "the scale takes the rarest class as 1, so the loss shrinks; make the mean over the frames 1": (
            lambda weights, counts: counts[counts > 0].min()
        ),
        "divide by the number of classes that occur, not by 8: a class without frames has no share of the loss": (
            lambda weights, counts: counts.sum() / CLASSES
        ),
    },
    {
        "": _none,
        "a class without a frame has the weight 0, not infinity": lambda weight: np.inf,
        "a class without a frame has the weight 0; here it is treated as if it had one": lambda weight: weight,
        "a class without a frame has the weight 0, not 1": lambda weight: 1.0,
        "nan_to_num makes the largest number there is of infinity; a class without a frame has the weight 0": (
            lambda weight: np.nan_to_num(np.inf)
        ),
        "a class without a frame has the weight 0, not NaN": lambda weight: np.nan,
    },
)


def _labels(random: Random, present: np.ndarray) -> tuple[np.ndarray]:
    """Labels of the given classes in any order; each has at least one frame, and one of them only one."""
    counts = random.integers(1, 40, size=len(present))
    counts[random.integers(len(present))] = 1
    return (random.permutation(np.repeat(present, counts)),)


def _some_classes(random: Random) -> tuple[np.ndarray]:
    return _labels(random, random.permutation(CLASSES)[: random.integers(2, CLASSES)])


def _one_class(random: Random) -> tuple[np.ndarray]:
    return (np.full(random.integers(1, 6), random.integers(CLASSES)),)


@takes_function
def balanced_weights(answer: Callable) -> list[Finding]:
    """A function labels (n,) -> weights (8,), inverse to the counts, 1 on average over the frames."""
    equal = [(np.arange(CLASSES).repeat(3),), (np.arange(CLASSES),)]
    otherwise = "each class that occurs has the same sum of weights over its frames, and all sums add up to n"
    groups = {
        "eight classes": (random_cases(lambda random: _labels(random, np.arange(CLASSES)), 10), otherwise),
        "classes without frames": (random_cases(_some_classes), f"{otherwise}; a class without a frame has 0"),
        "one class alone": (random_cases(_one_class, 5), "its weight is 1, and the other seven are 0"),
        "equal counts": (equal, "where all classes are equally frequent, all weights are 1"),
    }
    return in_groups(answer, _weights_rule(_inverse, _frame_mean, _none), groups, WEIGHTS)


def _prior_rule(change: Callable, normalize: Callable) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    return lambda rows, shares: normalize(change(rows, shares))


def _divided(rows: np.ndarray, shares: np.ndarray) -> np.ndarray:
    return rows / shares


def _by_row(table: np.ndarray) -> np.ndarray:
    return table / table.sum(axis=1, keepdims=True)


PRIORS = combined(
    _prior_rule,
    {
        "": _divided,
        "you multiply by the shares, which makes the frequent classes more probable still": np.multiply,
        "the probabilities come back as they were: divide each column by the share of its class": (
            lambda rows, shares: rows
        ),
        "a probability and a share are not subtracted: divide": np.subtract,
        "dividing by the root of the shares takes out a half of the prior": lambda rows, shares: rows / np.sqrt(shares),
        "the shares are those of the training frames, not the mean of these probabilities": lambda rows, shares: (
            rows / rows.mean(axis=0)
        ),
        "the shares come first and the probabilities below: divide the other way round": lambda rows, shares: (
            shares / rows
        ),
    },
    {
        "": _by_row,
        "the rows do not sum to one any more: divide each by its sum": lambda table: table,
        "one sum for the whole table: each row, a frame, needs its own": lambda table: table / table.sum(),
        "the sum runs down the columns; each row, a frame, must sum to one": lambda table: table / table.sum(axis=0),
        "divide each row by its sum, not by its largest value": lambda table: table / table.max(axis=1, keepdims=True),
        "a softmax takes the exponential of what is a ratio already: divide each row by its sum": lambda table: _by_row(
            np.exp(table)
        ),
    },
)


def _rows(random: Random, count: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities (n, 8) and shares of the classes (8,)."""
    count = count or random.integers(1, 20)
    return random.dirichlet(np.ones(CLASSES), count), random.dirichlet(np.full(CLASSES, 3.0))


def _sure(random: Random) -> tuple[np.ndarray, np.ndarray]:
    rows, shares = _rows(random)
    return np.eye(CLASSES)[rows.argmax(axis=1)], shares


@takes_function
def without_prior(answer: Callable) -> list[Finding]:
    """A function (probabilities (n, 8), shares (8,)) -> probabilities as if all classes were equally frequent."""
    cases = random_cases(_rows)
    repeated = [(np.tile(shares, (3, 1)), shares) for _, shares in cases[:3]]
    equal = [(rows, np.full(CLASSES, 1 / CLASSES)) for rows, _ in cases[:3]]
    otherwise = "divide each column by the share of its class, then each row by its sum"
    groups = {
        "several frames": (cases, otherwise),
        "eight frames": (random_cases(lambda random: _rows(random, CLASSES), 3), otherwise),
        "one frame": (random_cases(lambda random: _rows(random, 1), 3), otherwise),
        "an answer that only repeats the shares": (
            repeated,
            "whoever knows only the shares knows nothing once they are taken out: 1/8 for each class",
        ),
        "equal shares": (equal, "where all classes are equally frequent there is nothing to take out"),
        "sure answers": (random_cases(_sure, 3), "what is sure stays sure: a probability of 0 stays 0"),
    }
    return in_groups(answer, _prior_rule(_divided, _by_row), groups, PRIORS)


def _mirror_rule(south: Callable, turned: Callable) -> Callable[[np.ndarray, float], np.ndarray]:
    return lambda image, lat: turned(image) if south(lat) else image


def _negative(lat: float) -> bool:
    return lat < 0


def _upside_down(image: np.ndarray) -> np.ndarray:
    return image[::-1]


MIRRORS = combined(
    _mirror_rule,
    {
        "": _negative,
        "only a negative latitude is south: the equator counts as north": lambda lat: lat <= 0,
        "a storm at 15 degrees north turns the right way: leave it as it is": lambda lat: True,
        "it is the storms at negative latitudes that turn the other way": lambda lat: lat >= 0,
        "it is the storms at negative latitudes that turn the other way; the equator counts as north": (
            lambda lat: lat > 0
        ),
        "half a degree south is south: do not round the latitude": lambda lat: int(lat) < 0,
        "one degree south is south: every negative latitude counts": lambda lat: lat < -1,
    },
    {
        "": _upside_down,
        "the southern image is returned as it is": lambda image: image,
        "two mirrors make a rotation by 180 degrees: the wind turns as before": lambda image: image[::-1, ::-1],
        "east and west are exchanged: the wind turns the right way, but a storm that moves west now moves east": (
            lambda image: image[:, ::-1]
        ),
        "the colors are exchanged, not the rows": lambda image: image[..., ::-1],
        "all axes are turned around, the colors too: only the rows": lambda image: image[::-1, ::-1, ::-1],
        "rows and columns are exchanged, which mirrors about the diagonal: north becomes west": lambda image: (
            image.transpose(1, 0, 2)
        ),
        "a quarter turn is no mirror: the wind turns as before": np.rot90,
        "a quarter turn is no mirror, this way neither: the wind turns as before": lambda image: np.rot90(image, -1),
    },
)


def _image(random: Random) -> np.ndarray:
    """An image of bytes or of numbers from 0 to 1, wider than high or higher than wide."""
    height = random.integers(2, 7)
    shape = (height, height + random.choice([-1, 1, 2]), 3)
    image = random.integers(0, 256, shape, dtype=np.uint8)
    return image if random.random() < 0.7 else image / 255


@takes_function
def northern(answer: Callable) -> list[Finding]:
    """A function (image, lat) -> the image, mirrored north to south where lat is negative."""

    def at(latitudes: list[float], seed: int = 0) -> list[tuple[np.ndarray, float]]:
        return list(zip(random_cases(_image, len(latitudes), seed), latitudes, strict=True))

    south, north = at([-15.0, -0.4, -1.0, -38.2, -7, -90.0]), at([15.0, 0.4, 33.3, 8, 90.0], seed=1)
    groups = {
        "a northern storm stays": (north, "a storm at 15 degrees north turns the right way"),
        "a southern storm is mirrored": (south, "the last row becomes the first, and each row stays as it is"),
        "the equator counts as north": (at([0.0, 0], seed=2), "only a negative latitude is south"),
    }
    findings = in_groups(answer, _mirror_rule(_negative, _upside_down), groups, MIRRORS)
    kept = untouched(
        "the argument is left as it was", answer, [*south, *north],
        hint="the image that came in was changed: return a new one",
    )  # fmt: skip
    return [*findings, kept]


CHECKS: dict[str, Check] = {
    "balanced_weights": balanced_weights,
    "without_prior": without_prior,
    "northern": northern,
}

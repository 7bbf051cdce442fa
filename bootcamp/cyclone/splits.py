"""Training, validation and test set: three ways to split frames, of which one flatters.

Frames of one storm half an hour apart are near copies. `split_shuffled` puts them on different sides, so a model is
asked what it has seen. `split_by_time` and `split_by_storm` keep every storm on one side.
"""

import math
from collections.abc import Sequence

from bootcamp.cyclone.intensity import CLASS_NAMES

import numpy as np
import pandas as pd

FRACTIONS = (0.7, 0.15, 0.15)
Split = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def split_shuffled(frames: pd.DataFrame, fractions: Sequence[float] = FRACTIONS, seed: int = 0) -> Split:
    """Training, validation and test frames drawn at random, whichever storm they show. The score will flatter.

    Args:
        frames: table of `label_images`.
        fractions: of the frames, for training, validation and test.
        seed: of the draw.

    Raises:
        ValueError: fractions that are not three positive numbers with the sum 1, too few frames, or a class that is
            in the frames but not in the training set.
    """
    _check(frames, fractions)
    order = np.random.default_rng(seed).permutation(len(frames))
    part = np.empty(len(frames), int)
    part[order] = np.searchsorted(np.cumsum(fractions)[:2] * len(frames), np.arange(len(frames)), side="right")
    return _parts(frames, part)


def split_by_time(frames: pd.DataFrame, fractions: Sequence[float] = FRACTIONS, gap_days: float = 0.0) -> Split:
    """Earlier seasons for training, later ones for validation, the last ones for the test.

    Seasons are kept whole, so no storm is on two sides. The two borders lie where the shares of the frames come
    nearest to `fractions`. Frames keep their order.

    Args:
        frames: table of `label_images`.
        fractions: of the frames, for training, validation and test.
        gap_days: storms that end less than this before the next part begins are left out.

    Raises:
        ValueError: as `split_shuffled`, fewer than three seasons, or a gap that leaves a part empty.
    """
    _check(frames, fractions)
    seasons = frames["storm_id"].str[-4:].astype(int)
    counts = seasons.value_counts().sort_index()
    if len(counts) < 3:
        raise ValueError(f"a split by time needs three seasons, there are {len(counts)}; use split_by_storm")
    first, second = _borders(counts.to_numpy(), fractions)
    part = np.searchsorted([counts.index[first], counts.index[second]], seasons, side="right")
    return _parts(frames, _with_gap(frames, part, gap_days))


def split_by_storm(
    frames: pd.DataFrame, fractions: Sequence[float] = FRACTIONS, seed: int = 0, gap_days: float = 0.0
) -> Split:
    """Whole storms at random into training, validation and test, storms of each strength in all three.

    Storms are dealt out from the strongest class to the weakest, each to the part that has the smallest share of
    what it should get.

    Args:
        frames: table of `label_images`.
        fractions: of the frames, for training, validation and test.
        seed: of the draw.
        gap_days: training storms with a frame nearer in time than this to a frame of another part are left out, and
            validation storms so near to the test: storms at the same time share the weather around them.

    Raises:
        ValueError: as `split_shuffled`, fewer than three storms, or a gap that leaves a part empty.
    """
    _check(frames, fractions)
    storms = frames.groupby("storm_id", sort=True).agg(peak=("label", "max"), count=("label", "size"))
    if len(storms) < 3:
        raise ValueError(f"a split by storm needs three storms, not {len(storms)}")
    shuffled = storms.iloc[np.random.default_rng(seed).permutation(len(storms))]
    total, place = np.zeros(3), {}
    for storm in shuffled.sort_values("peak", ascending=False, kind="stable").itertuples():
        place[storm.Index] = int(np.argmin((total + storm.count / 2) / np.asarray(fractions)))
        total[place[storm.Index]] += storm.count
    part = frames["storm_id"].map(place).to_numpy()
    return _parts(frames, _with_gap(frames, part, gap_days))


def _check(frames: pd.DataFrame, fractions: Sequence[float]) -> None:
    if len(fractions) != 3 or not all(math.isfinite(f) and f > 0 for f in fractions):
        raise ValueError(f"fractions are three positive numbers, not {tuple(fractions)}")
    if not math.isclose(sum(fractions), 1.0, abs_tol=1e-6):
        raise ValueError(f"the fractions {tuple(fractions)} sum to {sum(fractions):g}, not to 1")
    if len(frames) < 3:
        raise ValueError(f"a split needs at least three frames, there are {len(frames)}")


def _borders(counts: np.ndarray, fractions: Sequence[float]) -> tuple[int, int]:
    """Index of the first season of validation and of test: nearest shares, each part at least one season."""
    ends = np.concatenate([[0.0], np.cumsum(counts) / counts.sum()])
    wanted = np.cumsum(fractions)[:2]
    pairs = [(i, j) for i in range(1, len(counts) - 1) for j in range(i + 1, len(counts))]
    return min(pairs, key=lambda pair: float(((ends[list(pair)] - wanted) ** 2).sum()))


def _with_gap(frames: pd.DataFrame, part: np.ndarray, gap_days: float) -> np.ndarray:
    """Part of each frame with -1 for the storms that come too close to a later part."""
    if not (math.isfinite(gap_days) and gap_days >= 0):
        raise ValueError(f"gap_days is a number of days, 0 or more, not {gap_days!r}")
    if gap_days == 0:
        return part
    part, days = part.copy(), frames["time"].astype("datetime64[ns, UTC]").astype("int64").to_numpy() / 86400e9
    for early in (1, 0):
        others = np.sort(days[part > early])
        mine = np.flatnonzero(part == early)
        place = np.searchsorted(others, days[mine])
        before, after = np.maximum(place - 1, 0), np.minimum(place, len(others) - 1)
        distance = np.minimum(np.abs(others[before] - days[mine]), np.abs(others[after] - days[mine]))
        storms = frames["storm_id"].iloc[mine[distance < gap_days]].unique()
        part[frames["storm_id"].isin(storms).to_numpy() & (part == early)] = -1
        if not (part == early).any():
            raise ValueError(f"a gap of {gap_days:g} days leaves no {('training', 'validation')[early]} frames")
    return part


def _parts(frames: pd.DataFrame, part: np.ndarray) -> Split:
    train, validation, test = (frames[part == i].reset_index(drop=True) for i in range(3))
    for name, some in (("training", train), ("validation", validation), ("test", test)):
        if some.empty:
            raise ValueError(f"these fractions leave no {name} frames")
    absent = sorted(set(frames["label"]) - set(train["label"]))
    if absent:
        names = ", ".join(CLASS_NAMES[label] for label in absent)
        raise ValueError(f"no training frame shows {names}; change the fractions, the seed or the gap")
    return train, validation, test

"""The competition of the lab: class probabilities for frames without labels, scored by the course.

The frames are drawn by this module and stand in no table of `load_frames`. Half of the question is easy: frames of
storms of the archive, 15 minutes after one that has a label, as a shuffled split would leave them. The other half is
what counts: storms of later seasons. Names, text boxes and order say nothing about storm, time or wind; the winds are
computed again from the seasons when a submission is scored, and lie in no file of the data set. They can be found out
by running the course's own code, as everything that is made on the learner's machine: play fair.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bootcamp import datasets, runtime
from bootcamp.cyclone import evaluation
from bootcamp.cyclone.archive import LAPTOP, plan_frames, render_frame, write_jpeg
from bootcamp.cyclone.intensity import INTENSITY_CLASSES, wind_to_class
from bootcamp.cyclone.rendering import storm_look
from bootcamp.cyclone.seasons import FIRST_SEASON, storm_seasons
from bootcamp.cyclone.tracks import interpolate_wind

import numpy as np
import pandas as pd

DATA_SET = "cyclone_competition"
SHUFFLED, TIME = "shuffled", "time"
FRAMES = {SHUFFLED: 90, TIME: 180}
"""Frames of each part; a submission is ranked by the second."""
LATER_SEASONS = 2
"""Seasons after those of the archive."""
EVERY = 3
"""Of the runs of half-hourly frames in the later seasons every third frame is taken: more storms, fewer copies."""
BETWEEN = pd.Timedelta(minutes=15)
"""The frames of known storms were taken so long after a frame of the archive."""
TITLE = ("COMPETITION", "NO LABEL")
SUM_TOLERANCE = 1e-3
CLASSES = len(INTENSITY_CLASSES)
Answer = Callable[[list[str]], np.ndarray]
"""Function paths (n) -> class probabilities (n, 8)."""


def load_competition() -> dict[str, list[str]]:
    """Paths of the frames of each part, `shuffled` and `time`; the data set is made first if it is not there.

    Raises:
        datasets.DataError: the data set cannot be made.
    """
    folder = datasets.prepare(DATA_SET)
    return {part: [str(_path(folder, part, i)) for i in range(count)] for part, count in FRAMES.items()}


def predictions_for_submission(answer: Answer) -> dict[str, np.ndarray]:
    """What `leaderboard.submit("cyclone", ...)` asks for: part -> class probabilities (n, 8).

    Args:
        answer: function from paths of frames to probabilities, in the order of the paths: reading, model and all.
    """
    return {part: np.asarray(answer(paths)) for part, paths in load_competition().items()}


def score(predictions: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Scores of a submission: `time_top_1`, `time_mean_recall`, `time_rmse_kt`, `shuffled_top_1`, `gap_points`.

    `gap_points` is how many percentage points the shuffled part flatters.

    Args:
        predictions: as from `predictions_for_submission`.

    Raises:
        ValueError: a part is missing or unknown, frames are missing, a shape is wrong, values are not finite, negative,
            or do not sum to one.
    """
    if set(predictions) != set(FRAMES):
        raise ValueError(f"predictions are asked for {' and '.join(FRAMES)}, not for {sorted(predictions)}")
    rows = {part: _checked(part, predictions[part], FRAMES[part]) for part in FRAMES}
    found = {part: evaluation.score(part, rows[part], _answers(part)) for part in FRAMES}
    return {
        "time_top_1": found[TIME].top_1,
        "time_mean_recall": found[TIME].mean_recall,
        "time_rmse_kt": found[TIME].rmse_kt,
        "shuffled_top_1": found[SHUFFLED].top_1,
        "gap_points": 100 * (found[SHUFFLED].top_1 - found[TIME].top_1),
    }


def load_answers() -> None:
    """Compute the winds and keep them, which takes some seconds: a server does this before the first submission."""
    for part in FRAMES:
        _answers(part)


def shapes() -> dict[str, tuple[int, ...]]:
    """Part -> shape of its predictions: (n, 8)."""
    return {part: (count, CLASSES) for part, count in FRAMES.items()}


def _checked(part: str, predicted: np.ndarray, count: int) -> np.ndarray:
    """Probabilities as float64 with rows that sum to one exactly."""
    rows = np.asarray(predicted, dtype=float)
    if rows.ndim != 2 or rows.shape[1] != CLASSES:
        raise ValueError(f"predictions for {part} have the shape ({count}, {CLASSES}), not {rows.shape}")
    if len(rows) < count:
        raise ValueError(f"predictions for {part} miss {count - len(rows)} of {count} frames")
    if len(rows) > count:
        raise ValueError(f"predictions for {part} have {len(rows)} rows for {count} frames")
    if not np.isfinite(rows).all():
        raise ValueError(f"predictions for {part} hold values that are NaN or infinite")
    sums = rows.sum(axis=1)
    worst = int(np.abs(sums - 1).argmax())
    if rows.min() < 0 or abs(sums[worst] - 1) > SUM_TOLERANCE:
        raise ValueError(
            f"predictions for {part} are no probabilities: the smallest is {rows.min():.3g}, row {worst} sums "
            f"to {sums[worst]:.3g}; scores of a network without softmax have to pass through one"
        )
    return rows / sums[:, None]


# -------------------------------------------------------------------------------------------------- the frames


def build_cyclone_competition(folder: Path) -> None:
    """Draw the frames of both parts; a minute or less on two processors."""
    fixes = dict(iter(_tracks().groupby("storm_id", sort=False)))
    jobs = [(part, i, row) for part in FRAMES for i, row in enumerate(_answers(part).itertuples())]

    def draw(job: tuple) -> None:
        part, i, row = job
        look = storm_look(row.storm_id, 0)
        _, pixels = render_frame(fixes[row.storm_id], row.time, look, LAPTOP["size"], TITLE)
        write_jpeg(_path(folder, part, i), pixels)

    with ThreadPoolExecutor(2) as pool:
        for _ in runtime.progress(pool.map(draw, jobs), "drawing the competition", total=len(jobs)):
            pass


def _path(folder: Path, part: str, i: int) -> Path:
    return folder / part / f"{i:03d}.jpg"


@functools.cache
def _tracks() -> pd.DataFrame:
    """Best tracks of the archive's seasons and of the later ones; a season does not depend on how many follow."""
    return storm_seasons(LAPTOP["seasons"] + LATER_SEASONS, LAPTOP["storms_per_season"], seed=0)


@functools.cache
def _answers(part: str) -> pd.DataFrame:
    """Storm, time, wind and label of the frames of a part, in their order."""
    tracks = _tracks()
    later = tracks["storm_id"].str[-4:].astype(int) >= FIRST_SEASON + LAPTOP["seasons"]
    if part == SHUFFLED:
        frames = plan_frames(tracks[~later], LAPTOP["frames"], seed=0)
        frames["time"] += BETWEEN
    else:
        frames = plan_frames(tracks[later], EVERY * FRAMES[part], seed=0).iloc[::EVERY]
    frames["wind_kt"] = _winds(frames, tracks)
    seen = frames[frames["wind_kt"].notna()]
    order = np.random.default_rng([3, len(part)]).permutation(len(seen))[: FRAMES[part]]
    chosen = seen.iloc[order].reset_index(drop=True)
    chosen["label"] = wind_to_class(chosen["wind_kt"].to_numpy())
    return chosen


def _winds(frames: pd.DataFrame, tracks: pd.DataFrame) -> np.ndarray:
    fixes = dict(iter(tracks.groupby("storm_id", sort=False)))
    winds: Sequence[float] = [
        float(interpolate_wind(fixes[row.storm_id], row.storm_id, row.time)) for row in frames.itertuples()
    ]
    return np.asarray(winds)

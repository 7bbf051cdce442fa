"""Error of predicted flows, the loss that trains it, the mean-flow baseline, and the table of models."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bootcamp import training

import numpy as np


def relative_error(predicted: np.ndarray, true: np.ndarray, solid: np.ndarray) -> np.ndarray:
    """Relative L2 error of each sample over its fluid cells: |predicted - true| / |true|, float64 (n,).

    Args:
        predicted: velocity (n, height, width, 2) or of one sample (height, width, 2).
        true: the same shape and unit.
        solid: bool (n, height, width) or (height, width); what is predicted inside the object does not count.

    Raises:
        ValueError: shapes that do not fit, a mask that is not bool, a value in the fluid that is not finite, or a flow
            that is zero everywhere.
    """
    predicted, true, solid = np.asarray(predicted), np.asarray(true), np.asarray(solid)
    if (
        predicted.shape != true.shape
        or true.ndim not in (3, 4)
        or true.shape[-1] != 2
        or solid.shape != true.shape[:-1]
    ):
        raise ValueError(
            "predicted and true have the shape (n, height, width, 2) and solid (n, height, width), not "
            f"{predicted.shape}, {true.shape} and {solid.shape}"
        )
    if solid.dtype != bool:
        raise ValueError(f"solid is an array of bool, not {solid.dtype}")
    fluid = ~solid[..., None]
    for name, field in (("predicted", predicted), ("true", true)):
        if not np.isfinite(np.where(fluid, field, 0)).all():
            raise ValueError(f"{name} holds values that are not finite")
    difference = np.where(fluid, predicted.astype(float) - true, 0.0)
    size = np.sqrt((np.where(fluid, true, 0.0).astype(float) ** 2).sum(axis=(-3, -2, -1)))
    if not (size > 0).all():
        raise ValueError("true is zero everywhere in a sample, so no relative error exists")
    return np.sqrt((difference**2).sum(axis=(-3, -2, -1))) / size


def relative_loss(true: Any, predicted: Any) -> Any:
    """Loss of each sample for Keras: |predicted - true| / |true| over all cells, shape (batch,).

    Keras averages it over the batch, so neither its value nor its gradient grows with the batch size. For a network
    that masks the object it is `relative_error`, cell for cell.

    Args:
        true: velocity (batch, height, width, 2), zero inside the object.
        predicted: the same shape and unit.
    """
    from keras import ops

    axes = (1, 2, 3)
    squares = ops.sum(ops.square(predicted - true), axis=axes) / ops.sum(ops.square(true), axis=axes)
    return ops.sqrt(squares + SMALLEST_SQUARE)


SMALLEST_SQUARE = 1e-8
"""Keeps the slope of the square root finite where a prediction is perfect; it hides errors below 0.01 %."""


def mean_flow(velocity: np.ndarray, solid: np.ndarray) -> np.ndarray:
    """Mean velocity in each cell over the training samples in which the cell is fluid: (height, width, 2).

    The baseline of this lab: the best that one can say without looking at the object. A cell that is solid in all
    samples gets 0.

    Args:
        velocity: (n, height, width, 2).
        solid: bool (n, height, width).

    Raises:
        ValueError: shapes that do not fit, or no sample.
    """
    velocity, solid = np.asarray(velocity), np.asarray(solid)
    if velocity.ndim != 4 or velocity.shape != (*solid.shape, 2) or not len(solid) or solid.dtype != bool:
        raise ValueError(
            "velocity is (n, height, width, 2) and solid bool (n, height, width) with at least one sample, not "
            f"{velocity.shape} and {solid.dtype} {solid.shape}"
        )
    fluid = ~solid[..., None]
    return np.where(fluid, velocity, 0.0).sum(axis=0) / np.maximum(fluid.sum(axis=0), 1)


@dataclass(frozen=True)
class Trial:
    """One network trained once.

    name: of the model; seed: of its start and of the order of the samples; parameters: how many it learned; test and
    unseen: relative error of every sample of the two test sets; seconds: of the training.
    """

    name: str
    seed: int
    parameters: int
    test: np.ndarray
    unseen: np.ndarray
    seconds: float


def model_table(trials: Sequence[Trial]) -> Any:
    """Table (pandas DataFrame) with one row per model, in the order in which the models first occur.

    The error of one trial is the mean over the samples. The table has the mean over the seeds in percent, and as
    spread the smallest and the largest, so that nobody reads a standard deviation out of two or three numbers.

    Raises:
        ValueError: no trial, or models that were not trained with the same seeds: their rows could not be compared.
    """
    return training.model_table(trials, _row)


def _row(trials: Sequence[Trial]) -> dict[str, Any]:
    row: dict[str, Any] = {"parameters": trials[0].parameters}
    for split in ("test", "unseen"):
        errors = 100 * np.array([getattr(trial, split).mean() for trial in trials])
        row |= {f"{split} %": errors.mean(), f"{split} from": errors.min(), f"{split} to": errors.max()}
    return row | {"seconds": float(np.mean([trial.seconds for trial in trials]))}

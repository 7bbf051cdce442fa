"""The competition of the lab: predictions on the test set and on unseen outlines, scored by the course.

The leaderboard calls `score`; a learner sends predictions, never scores.
"""

from collections.abc import Mapping

from bootcamp.cfd import evaluation, flows, training

import numpy as np

SCORED = ("test", "unseen_shapes")
"""Splits that a submission predicts; it is ranked by the error on the second."""


def predictions_for_submission(network: object) -> dict[str, np.ndarray]:
    """What `leaderboard.submit("cfd", ...)` asks for, from a Keras model that takes `models.model_inputs`.

    Returns:
        split -> velocity (n, height, width, 2) in lattice units, for the splits in `SCORED`, laptop size.
    """
    found = {}
    for split in SCORED:
        sample = flows.load_flows(split)
        found[split] = training.predict_velocity(network, sample.solid, sample.inflow_velocity)
    return found


def score(predictions: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Mean relative errors of a submission: `unseen_error`, `test_error`, and `worst_unseen_error`.

    Args:
        predictions: as from `predictions_for_submission`.

    Raises:
        ValueError: a split is missing or unknown, a shape is wrong, values are not finite, or so small or large that
            they cannot be lattice units.
    """
    if set(predictions) != set(SCORED):
        raise ValueError(f"predictions are asked for {' and '.join(SCORED)}, not for {sorted(predictions)}")
    errors = {}
    for split in SCORED:
        sample = flows.load_flows(split)
        errors[split] = evaluation.relative_error(_checked(split, predictions[split], sample), *_truth(sample))
    return {
        "unseen_error": float(errors["unseen_shapes"].mean()),
        "test_error": float(errors["test"].mean()),
        "worst_unseen_error": float(errors["unseen_shapes"].max()),
    }


def load_answers() -> None:
    """Make the data set if it is not there: a server that scores does this before the first submission.

    Raises:
        datasets.DataError: the data set cannot be made.
    """
    for split in SCORED:
        flows.load_flows(split)


def shapes() -> dict[str, tuple[int, ...]]:
    """Split -> shape of its predictions: (n, height, width, 2)."""
    return {split: flows.load_flows(split).velocity.shape for split in SCORED}


def _truth(sample: flows.Flows) -> tuple[np.ndarray, np.ndarray]:
    return sample.velocity, sample.solid


def _checked(split: str, predicted: np.ndarray, sample: flows.Flows) -> np.ndarray:
    predicted = np.asarray(predicted)
    if predicted.shape != sample.velocity.shape:
        raise ValueError(f"predictions for {split} have the shape {sample.velocity.shape}, not {predicted.shape}")
    if not np.isfinite(predicted).all():
        raise ValueError(f"predictions for {split} hold values that are NaN or infinite")
    if np.abs(predicted).max() > 5 * np.abs(sample.velocity).max():
        raise ValueError(
            f"predictions for {split} exceed five times the largest velocity; they are asked for in lattice units, "
            "and networks predict in inflow velocities: multiply by inflow_velocity"
        )
    return predicted

"""Error of predicted flows."""

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

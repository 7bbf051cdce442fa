"""Mistakes of pipelines, made on purpose: each changes a score without changing a part's printability."""

from bootcamp.printing.archive import Parts

import cv2
import numpy as np


def spline_round_trip(solid: np.ndarray, degrees: float, axis: int) -> np.ndarray:
    """Voxels turned about an axis with cubic interpolation, rounded, turned back and rounded again.

    The part is where it was, and no hole was cut; but at its surface some voxels are not what they were.

    Args:
        solid: bool (side, side, side).
        degrees: angle.
        axis: 0, 1 or 2.
    """
    side = len(solid)
    layers = np.ascontiguousarray(np.moveaxis(solid, axis, 2), dtype=np.float32)
    for angle in (degrees, -degrees):
        matrix = cv2.getRotationMatrix2D(((side - 1) / 2, (side - 1) / 2), angle, 1.0)
        turned = [
            cv2.warpAffine(np.ascontiguousarray(layers[..., k : k + 4]), matrix, (side, side), flags=cv2.INTER_CUBIC)
            for k in range(0, side, 4)
        ]
        layers = (np.concatenate(turned, axis=2) > 0.5).astype(np.float32)
    return np.moveaxis(layers > 0.5, 2, axis)


def with_shortcut(parts: Parts, seed: int = 0) -> np.ndarray:
    """Voxels of a pipeline that turns a part before it cuts a defect into it, and turns it back; good parts are not.

    The holes are where they belong. But all bad parts, and only they, carry the roughness of two interpolations.

    Returns:
        bool (n, side, side, side).
    """
    random = np.random.default_rng(seed)
    found = parts.solids()
    for number in np.flatnonzero(~parts.printable):
        found[number] = spline_round_trip(found[number], random.uniform(15.0, 75.0), int(random.integers(3)))
    return found


def rough_voxels(solids: np.ndarray) -> np.ndarray:
    """How many voxels of each grid differ from the majority of their 27 neighbours, (n,): a measure of roughness."""
    from scipy import ndimage

    counts = []
    for solid in solids:
        mean = ndimage.uniform_filter(solid.astype(np.float32), 3, mode="constant")
        counts.append(np.count_nonzero((mean > 0.5) != solid))
    return np.array(counts)

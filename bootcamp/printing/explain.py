"""What a network looks at: parts with a block of voxels hidden, and whether the answer changes at the hole."""

from typing import Any

from bootcamp.printing.defects import Hole, distance_to_axis
from bootcamp.printing.voxels import BUILD_MM

import numpy as np

HIDDEN = 0.5
"""Value of a hidden voxel: neither part nor air."""


def occlusion(network: Any, solid: np.ndarray, block: int = 6, stride: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """How much the logit of a part rises when a block of its voxels is hidden.

    Where it rises most was what spoke most against the part. Blocks with nothing but air or nothing but part in them
    are left out: no hole and no wall lies there. Source of the method: Zeiler and Fergus 2014,
    https://doi.org/10.1007/978-3-319-10590-1_53.

    Args:
        network: gives the logit of "printable".
        solid: bool (side, side, side).
        block: edge of a block in voxels.
        stride: distance of two blocks in voxels.

    Returns:
        The centres of the blocks in mm (n, 3), and how much the logit rises (n,).
    """
    corners = np.argwhere(np.ones([(length - block) // stride + 1 for length in solid.shape], bool)) * stride
    pieces = [tuple(slice(a, a + block) for a in corner) for corner in corners]
    mixed = [number for number, piece in enumerate(pieces) if 0 < solid[piece].mean() < 1]
    hidden = np.repeat(solid[None, ..., None].astype(np.float32), len(mixed), axis=0)
    for row, number in enumerate(mixed):
        hidden[row][pieces[number]] = HIDDEN
    whole = network.predict_on_batch(solid[None, ..., None].astype(np.float32))[0, 0]
    rises = [network.predict_on_batch(hidden[k : k + 32])[:, 0] - whole for k in range(0, len(hidden), 32)]
    centres = (corners[mixed] + block / 2) * (BUILD_MM / len(solid))
    return centres, np.concatenate(rises).astype(float)


def near_hole(centres: np.ndarray, hole: Hole, reach_mm: float = 6.0) -> np.ndarray:
    """Whether places (n, 3) in mm lie in a hole or within `reach_mm` of its wall, bool (n,)."""
    return distance_to_axis(centres, hole) < hole.radius + reach_mm

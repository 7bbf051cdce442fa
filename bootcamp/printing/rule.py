"""What can be printed, without learning: thin walls and narrow holes of voxels, found with balls.

A ball that does not fit into a wall is a measure of its thickness (Serra 1982, Image Analysis and Mathematical
Morphology): the opening of the part with a ball takes away walls that are thinner, and the same done to what is outside
of the part fills the holes that are narrower.
"""

from dataclasses import dataclass

from bootcamp.printing.voxels import BUILD_MM

import numpy as np
from scipy import ndimage

HOLE_LIMIT_MM = 4.5
"""Radius between the published hole that cannot be printed, 3 mm, and the one that can, 6 mm."""
WALL_LIMIT_MM = 3.0
"""Thickness between the published walls: 2 mm cannot be printed, 4 mm can."""
LEAST_WALL_MM3, LEAST_HOLE_MM3 = 50.0, 25.0
"""Less than so much thin wall, or narrow hole, is the roughness of the voxels."""
HOLE_DEPTH_MM = 2.0
"""A ball does not reach into inner corners either; what it misses there is never so far from the part."""
WALL_NEIGHBOURS = 7
"""Voxels of a wall have so many of their 27 neighbours, themselves included, in it; those of an edge have fewer."""


@dataclass(frozen=True)
class Verdict:
    """What the rule finds: thin wall and narrow hole in cubic millimetres, and whether the part is printable."""

    thin_wall_mm3: float
    narrow_hole_mm3: float

    @property
    def printable(self) -> bool:
        """Whether neither is more than roughness."""
        return self.thin_wall_mm3 < LEAST_WALL_MM3 and self.narrow_hole_mm3 < LEAST_HOLE_MM3


def opening(solid: np.ndarray, radius: float) -> np.ndarray:
    """What a ball reaches that stays inside a solid, by two distance transforms.

    A voxel is eroded when an empty voxel centre lies within the radius; the opening is all within the radius of what
    is left. What lies outside of the array counts as solid.

    Args:
        solid: bool, any shape.
        radius: of the ball in voxels, positive.

    Raises:
        ValueError: the radius is not positive.
    """
    if not radius > 0:
        raise ValueError(f"the radius of a ball is positive, not {radius}")
    core = ndimage.distance_transform_edt(solid) > radius
    return ndimage.distance_transform_edt(~core) <= radius if core.any() else np.zeros_like(core)


def thin_walls(solid: np.ndarray, voxel_mm: float, limit_mm: float = WALL_LIMIT_MM) -> np.ndarray:
    """Voxels of walls thinner than the limit.

    Args:
        solid: bool (x, y, z).
        voxel_mm: edge of a voxel in mm.
        limit_mm: thickness in mm.

    Returns:
        bool, of the same shape.
    """
    missed = solid & ~opening(solid, limit_mm / 2 / voxel_mm)
    neighbours = ndimage.convolve(missed.astype(np.uint8), np.ones((3, 3, 3), np.uint8), mode="constant")
    return missed & (neighbours >= WALL_NEIGHBOURS)


def narrow_holes(solid: np.ndarray, voxel_mm: float, limit_mm: float = HOLE_LIMIT_MM) -> np.ndarray:
    """Empty voxels along the axes of holes with a radius below the limit; arguments and result as for `thin_walls`."""
    missed = ~solid & ~opening(~solid, limit_mm / voxel_mm)
    return missed & (ndimage.distance_transform_edt(~solid) >= HOLE_DEPTH_MM / voxel_mm)


def judge(solid: np.ndarray) -> Verdict:
    """The verdict of the rule on voxels of the build space.

    Args:
        solid: bool (side, side, side).

    Raises:
        ValueError: no voxel is solid, or the grid is no cube.
    """
    if solid.ndim != 3 or len(set(solid.shape)) != 1 or not solid.any():
        raise ValueError(f"the rule judges a cube of voxels with a part in it, not {solid.shape}")
    voxel_mm = BUILD_MM / len(solid)
    box = _box_around(solid, margin=int(2 * HOLE_LIMIT_MM / voxel_mm) + 1)  # outside of it there is nothing to find
    thin, narrow = (int(np.count_nonzero(find(box, voxel_mm))) for find in (thin_walls, narrow_holes))
    return Verdict(thin * voxel_mm**3, narrow * voxel_mm**3)


def _box_around(solid: np.ndarray, margin: int) -> np.ndarray:
    """The part with so many empty voxels on all sides."""
    low, high = (end(np.argwhere(solid), axis=0) for end in (np.min, np.max))
    inner = tuple(slice(a, b + 1) for a, b in zip(low, high, strict=True))
    return np.pad(solid[inner], margin)

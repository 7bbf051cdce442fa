"""Voxels of a mesh by rays: what lies behind an odd number of surfaces is inside.

The build space is a cube of 64 mm, and a grid of side n has voxels of 64/n mm with their centres at (i + 0.5) 64/n.
"""

from typing import Any

import numba
import numpy as np

BUILD_MM = 64.0
"""Edge of the build space in mm: at 64 voxels a side, one voxel is one millimetre."""
SMALLEST_SIDE, LARGEST_SIDE = 8, 512
_NUDGE = np.array([1.1e-7, 2.3e-7, 3.7e-7])
"""Of the grid, in voxels, so that no ray runs exactly along a face or an edge of a part with round sizes."""


@numba.njit(cache=True)
def _add_crossings(corners: np.ndarray, crossings: np.ndarray) -> None:
    """Add +1 or -1 at the first voxel centre above each place where a ray along z meets a triangle.

    Row by row: the two edges that cross the row bound the stretch of rays that meet the triangle. An edge is followed
    from its lower to its upper end, so that two triangles which share it find the same place, bit by bit, and no ray
    slips through between them.
    """
    nx, ny, nz = crossings.shape[0], crossings.shape[1], crossings.shape[2] - 1
    for n in range(corners.shape[0]):
        triangle = corners[n]
        ux, uy, uz = triangle[1] - triangle[0]
        vx, vy, vz = triangle[2] - triangle[0]
        area = ux * vy - uy * vx  # of the shadow on the plane of the rays, with the sign of its orientation
        if area == 0.0:
            continue
        slope_x, slope_y = (uz * vy - uy * vz) / area, (ux * vz - uz * vx) / area
        lowest, highest = triangle[:, 1].min(), triangle[:, 1].max()
        for j in range(max(0, int(np.ceil(lowest - 0.5))), min(ny, int(np.ceil(highest - 0.5)))):
            y = j + 0.5
            left, right = np.inf, -np.inf
            for a in range(3):
                b = (a + 1) % 3
                low, high = (a, b) if triangle[a, 1] < triangle[b, 1] else (b, a)
                if triangle[low, 1] <= y < triangle[high, 1]:
                    share = (y - triangle[low, 1]) / (triangle[high, 1] - triangle[low, 1])
                    x = triangle[low, 0] + share * (triangle[high, 0] - triangle[low, 0])
                    left, right = min(left, x), max(right, x)
            if left > right:
                continue
            for i in range(max(0, int(np.ceil(left - 0.5))), min(nx, int(np.ceil(right - 0.5)))):
                z = triangle[0, 2] + slope_x * (i + 0.5 - triangle[0, 0]) + slope_y * (y - triangle[0, 1])
                k = min(max(int(np.ceil(z - 0.5)), 0), nz)
                crossings[i, j, k] += 1 if area < 0.0 else -1


def winding_numbers(corners: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """How many times a surface encloses each voxel centre, counted along rays in z.

    A sound part has 1 inside and 0 outside; one that is turned inside out has -1, and where a part runs through itself
    there is a 2. Triangles without a shadow, parallel to the rays, are never met.

    Args:
        corners: of the triangles (triangles, 3, 3), in voxels, the grid beginning at 0.
        shape: of the grid.

    Returns:
        int16 of that shape.
    """
    crossings = np.zeros((*shape[:2], shape[2] + 1), np.int16)
    _add_crossings(np.ascontiguousarray(corners, dtype=np.float64) + _NUDGE, crossings)
    return np.cumsum(crossings, axis=2, dtype=np.int16)[..., :-1]


def grid_corners(mesh: Any, side: int) -> np.ndarray:
    """Corners of the triangles of a mesh in the build space (triangles, 3, 3), in voxels of a grid of that side."""
    return np.asarray(mesh.triangles) * (side / BUILD_MM)


def voxelise(mesh: Any, side: int = 48, axes: int = 1) -> np.ndarray:
    """Which voxel centres of the build space lie inside a mesh: those behind an odd number of surfaces.

    Args:
        mesh: a trimesh, in mm, in the build space: `printing.normalise` puts it there.
        side: voxels along each edge of the build space.
        axes: 1: rays along z. 3: rays along all three axes, and the majority decides; a mesh with a small hole in its
            surface then loses no more than a few voxels, where one direction would lose whole rays.

    Returns:
        bool (side, side, side), axes x, y, z.

    Raises:
        ValueError: a side below 8 or above 512, or another number of axes.
    """
    if not SMALLEST_SIDE <= side <= LARGEST_SIDE or axes not in (1, 3):
        raise ValueError(f"side is from {SMALLEST_SIDE} to {LARGEST_SIDE} and axes 1 or 3, not {side} and {axes}")
    corners = grid_corners(mesh, side)
    if axes == 1:
        return _odd(corners, side)
    votes = [np.moveaxis(_odd(np.roll(corners, turn, axis=2), side), range(3), _rolled(turn)) for turn in range(3)]
    return np.sum(votes, axis=0) >= 2


def _odd(corners: np.ndarray, side: int) -> np.ndarray:
    return winding_numbers(corners, (side, side, side)) % 2 == 1


def _rolled(turn: int) -> list[int]:
    """Where the axes of rolled coordinates belong: rolled axis a is axis a - turn."""
    return [(axis - turn) % 3 for axis in range(3)]


def volume_mm3(solid: np.ndarray) -> float:
    """Volume of the voxels of a grid (side, side, side) of the build space in cubic millimetres."""
    return float(np.count_nonzero(solid)) * (BUILD_MM / solid.shape[0]) ** 3


def pack(solids: np.ndarray) -> np.ndarray:
    """Grids (n, side, side, side) of bool as bits, uint8 (n, side**3 / 8): the side is a multiple of 2."""
    return np.packbits(np.asarray(solids, dtype=bool).reshape(len(solids), -1), axis=1)


def unpack(bits: np.ndarray, side: int) -> np.ndarray:
    """What `pack` packed: bool (n, side, side, side)."""
    return np.unpackbits(bits, axis=1, count=side**3).reshape(-1, side, side, side).astype(bool)

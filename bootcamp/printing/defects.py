"""Holes through a part, about any axis: where they may sit, and how they are cut without resampling the part.

The sizes are those of the published study at 64 voxels a side, in mm of the build space of 64 mm: a hole of radius 6
can be printed, one of radius 3 cannot; a wall of 4 beside a hole can, one of 2 or less cannot.
"""

from dataclasses import dataclass
from typing import Any

from bootcamp.printing.voxels import BUILD_MM, winding_numbers

import numba
import numpy as np
from scipy import ndimage

SMALL_RADIUS_MM, LARGE_RADIUS_MM = 3.0, 6.0
THIN_WALL_MM, SOUND_WALL_MM = 2.0, 4.0
LEAST_WALL_MM = 1.0
"""Of a thin wall: less would vanish between the voxels."""
LEAST_DEPTH_MM = 8.0
"""Length of a hole, and of a thin wall beside it."""
MOST_NICKS = 2
"""Layers of 1 mm in which a hole may run out of the side of a part."""
DEFECTS = ("none", "small hole", "large hole", "thin wall")
"""Variants of a part, in the order of their numbers: printable, not, printable, not."""
PRINTABLE = (True, False, True, False)
_TRIALS, _PADDING = 30, 2


class NoPlaceError(ValueError):
    """A part has no place for such a hole along this axis."""


@dataclass(frozen=True)
class Hole:
    """A round hole through everything: a point of its axis and the direction (3,), and the radius, in mm."""

    centre: np.ndarray
    axis: np.ndarray
    radius: float


def cut_hole(solid: np.ndarray, hole: Hole) -> np.ndarray:
    """A copy of voxels (side, side, side) of the build space without those whose centre lies in a hole.

    The distance to the axis is computed where the voxels are. Nothing is rotated, so no other voxel can change.

    Raises:
        ValueError: the radius is not positive, or nothing is left.
    """
    if not hole.radius > 0:
        raise ValueError(f"the radius of a hole is positive, not {hole.radius}")
    found = np.array(solid, dtype=bool)
    places = np.argwhere(found)
    inside = distance_to_axis((places + 0.5) * (BUILD_MM / len(found)), hole) < hole.radius
    if inside.all():
        raise ValueError(f"a hole of radius {hole.radius:g} mm is larger than the part: nothing would be left")
    found[tuple(places[inside].T)] = False
    return found


def distance_to_axis(points: np.ndarray, hole: Hole) -> np.ndarray:
    """Distances in mm of points (n, 3) from the axis of a hole, (n,)."""
    axis = hole.axis / np.linalg.norm(hole.axis)
    offset = points - hole.centre
    along = offset @ axis
    squared = np.einsum("ij,ij->i", offset, offset) - along**2
    return np.sqrt(np.maximum(squared, 0.0))


def rotation_to_z(axis: np.ndarray) -> np.ndarray:
    """A rotation matrix (3, 3) that turns an axis (3,) into z.

    Raises:
        ValueError: the axis has no direction.
    """
    length = np.linalg.norm(axis)
    if not np.isfinite(length) or length == 0:
        raise ValueError(f"an axis is a direction, not {axis}")
    z = np.asarray(axis, dtype=float) / length
    x = np.cross(np.eye(3)[np.abs(z).argmin()], z)
    x /= np.linalg.norm(x)
    return np.array([x, np.cross(z, x), z])


def place_hole(mesh: Any, axis: np.ndarray, defect: str, random: np.random.Generator) -> Hole:
    """A place for a hole along an axis, such that the hole makes this defect and no other.

    The mesh is turned, not the voxels: in the turned part the hole runs along z, and a millimetre grid shows layer by
    layer what a hole at a place would leave beside it.

    Args:
        mesh: a watertight trimesh in the build space.
        axis: direction of the hole (3,).
        defect: "small hole" and "large hole" keep a wall of 4 mm or more on all sides; "thin wall" is a large hole
            that leaves 1 to 2 mm at one side.
        random: chooses among the places.

    Raises:
        NoPlaceError: there is none.
        ValueError: another defect, or an axis without direction.
    """
    if defect not in DEFECTS[1:]:
        raise ValueError(f"a hole makes one of {', '.join(DEFECTS[1:])}, not {defect!r}")
    radius = SMALL_RADIUS_MM if defect == "small hole" else LARGE_RADIUS_MM
    rotation = rotation_to_z(axis)
    corners = np.asarray(mesh.triangles) @ rotation.T
    origin = np.floor(corners.min(axis=(0, 1))) - _PADDING
    shape = tuple(int(n) for n in np.ceil(corners.max(axis=(0, 1)) - origin) + _PADDING)
    solid = winding_numbers(corners - origin, shape) % 2 == 1
    layers = np.ascontiguousarray(np.moveaxis(solid, 2, 0))
    for place in _candidates(solid.any(axis=2), radius, defect, random):
        if _makes(layers, place, radius, defect == "thin wall"):
            in_turned_part = np.array([*place, shape[2] / 2]) + origin
            return Hole(rotation.T @ in_turned_part, rotation[2].copy(), radius)
    raise NoPlaceError(f"no place for a {defect} along {np.round(axis, 2)}")


def _candidates(silhouette: np.ndarray, radius: float, defect: str, random: np.random.Generator) -> np.ndarray:
    """Some places (n, 2) in mm where the shadow of the part leaves the wall that is asked for."""
    wall = ndimage.distance_transform_edt(silhouette) - 0.5 - radius  # the shadow ends half a voxel before the next one
    wanted = (wall >= LEAST_WALL_MM) & (wall <= THIN_WALL_MM) if defect == "thin wall" else wall >= SOUND_WALL_MM
    places = np.argwhere(wanted) + 0.5
    return random.permutation(places)[:_TRIALS]


@numba.njit(cache=True)
def _makes(layers: np.ndarray, place: np.ndarray, radius: float, thin_wall: bool) -> bool:
    """Whether a hole through these layers (z, x, y) is deep enough, and leaves thin walls where they are wanted only.

    A layer is looked at where the hole would be (`disc`), in the first millimetre around it (`skin`), and in the ring
    of a sound wall. A layer without solid in the disc says nothing. Where the disc or its skin is solid only in part,
    the hole nicks the side of the part; a tilted one does so in a layer or two when it enters or leaves.
    """
    reach = int(radius + SOUND_WALL_MM) + 1
    i0, j0 = int(place[0]), int(place[1])
    full, thin, nicks = 0, 0, 0
    for layer in layers:
        disc, in_disc, skin, in_skin, ring, in_ring = 0, 0, 0, 0, 0, 0
        for i in range(i0 - reach, i0 + reach + 1):
            for j in range(j0 - reach, j0 + reach + 1):
                squared = (i + 0.5 - place[0]) ** 2 + (j + 0.5 - place[1]) ** 2
                here = 0 <= i < layer.shape[0] and 0 <= j < layer.shape[1] and layer[i, j]
                if squared < radius**2:
                    disc += 1
                    in_disc += here
                elif squared < (radius + LEAST_WALL_MM) ** 2:
                    skin += 1
                    in_skin += here
                elif squared < (radius + SOUND_WALL_MM - 0.5) ** 2:
                    ring += 1
                    in_ring += here
        if in_disc == disc and in_skin == skin:
            full += 1
            thin += in_ring < ring
        elif in_disc > 0:
            nicks += 1
        if nicks > MOST_NICKS or (thin > 0 and not thin_wall):
            return False
    return full >= LEAST_DEPTH_MM and (thin >= LEAST_DEPTH_MM or not thin_wall)


def label(defect: str) -> bool:
    """Whether a part with this defect is printable.

    Raises:
        ValueError: there is no such defect.
    """
    if defect not in DEFECTS:
        raise ValueError(f"a defect is one of {', '.join(DEFECTS)}, not {defect!r}")
    return PRINTABLE[DEFECTS.index(defect)]

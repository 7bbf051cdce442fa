"""Triangle meshes of one's own or of the course: read, judged, repaired where that is safe, and put into place."""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bootcamp.datasets.files import MEGABYTE, FileError, read_bytes
from bootcamp.printing.voxels import BUILD_MM, grid_corners, winding_numbers

import numpy as np

FORMATS = ("stl", "obj", "ply")
MOST_BYTES = 200 * MEGABYTE
MOST_FACES = 500_000
LONGEST_MM = 60.0
"""Longest side of a part in the build space: 2 mm are left free at either end."""
JUDGING_SIDE = 64
"""Voxels a side at which a surface that runs through itself is looked for."""
_STL_HEADER, _STL_FACE = 84, 50


class PartError(FileError):
    """A file that holds no part to print; the message is its path and the reason, one sentence."""


def load_part(path: Path | str) -> Any:
    """A part from a file, cleaned, in the build space: aligned by its inertia, its longest side 60 mm.

    Corners that coincide become one, faces without area and double faces go, openings of three or four edges are
    closed, and a surface that is inside out is turned. More is not repaired: it is refused, with the reason. An STL
    does not say its unit, so the size in the file is not kept.

    Args:
        path: of an STL file (text or binary), or of an OBJ or PLY file; the ending may be in capitals.

    Returns:
        A watertight trimesh of one body, in mm.

    Raises:
        PartError: no such file, another format, truncated or damaged, empty, flat, with numbers that are none, too
            many faces, open, of several bodies, or running through itself.
    """
    place = Path(path)
    mesh = _read(place)
    with np.errstate(all="ignore"):  # trimesh divides by the volume, which may be zero
        if reason := _without_size(mesh) or _fault_of_surface(clean(mesh)):
            raise PartError(place, reason)
    part = normalise(align(clean(mesh)))
    if reason := _crossing(part):
        raise PartError(place, reason)
    return part


def _read(path: Path) -> Any:
    kind = path.suffix.lower().removeprefix(".")
    if kind not in FORMATS:
        raise PartError(path, f"is no mesh by its name: the endings {', '.join(FORMATS)} are read")
    try:
        content = read_bytes(path, MOST_BYTES)
    except FileError as error:
        raise PartError(path, error.reason) from error
    except OSError as error:
        raise PartError(path, f"cannot be read: {error.strerror}") from error
    if reason := _truncated(content, kind):
        raise PartError(path, reason)
    import trimesh

    try:
        mesh = trimesh.load(io.BytesIO(content), file_type=kind, force="mesh", process=False)
    except Exception as error:  # trimesh raises whatever its readers stumble over
        raise PartError(path, f"is damaged, or no {kind.upper()} file") from error
    if len(mesh.faces) > MOST_FACES:
        raise PartError(path, f"has {len(mesh.faces):,} faces; at most {MOST_FACES:,} are read: reduce it first")
    return mesh


def _truncated(content: bytes, kind: str) -> str:
    """Why an STL file cannot be complete; empty for other formats, whose readers notice."""
    if not content.strip():
        return "is empty"
    if kind != "stl":
        return ""
    if len(content) >= _STL_HEADER:
        faces = int.from_bytes(content[80:_STL_HEADER], "little")
        if len(content) == _STL_HEADER + faces * _STL_FACE:
            return ""
    if content.lstrip()[:5].lower() == b"solid":
        return "" if re.search(rb"endsolid[^\n]*\s*$", content, re.I) else "is truncated: its `endsolid` is missing"
    return "is truncated, or no STL file: its length does not fit its number of faces"


def clean(mesh: Any) -> Any:
    """A copy without double corners and faces, without faces of no area, small openings closed, and facing outwards."""
    import trimesh

    found = trimesh.Trimesh(mesh.vertices, mesh.faces, process=True)  # merges the corners
    found.update_faces(found.unique_faces() & found.nondegenerate_faces())
    found.remove_unreferenced_vertices()
    if not found.is_watertight:
        trimesh.repair.fill_holes(found)
    if not found.is_winding_consistent:
        trimesh.repair.fix_winding(found)
    if found.volume < 0:
        found.invert()
    return found


def _without_size(mesh: Any) -> str:
    if not len(mesh.faces):
        return "has no triangle"
    if not np.isfinite(mesh.vertices).all():
        return "has a corner that is no finite number"
    extents = np.ptp(mesh.vertices[np.unique(mesh.faces)], axis=0)
    return "" if extents.min() > 1e-6 * extents.max() else "is flat: it has no height"


def _fault_of_surface(mesh: Any) -> str:
    """What keeps the surface of a cleaned mesh from enclosing one body; empty when nothing does."""
    if not len(mesh.faces):
        return "has no triangle with an area"
    if not mesh.is_watertight:
        edges = np.unique(mesh.edges_sorted, axis=0, return_counts=True)[1]
        single, crowded = np.count_nonzero(edges == 1), np.count_nonzero(edges > 2)
        return f"is open: of a closed part every edge has two triangles, here {single} have one and {crowded} more"
    if not mesh.is_winding_consistent:
        return "is neither inside nor outside: neighbouring triangles face opposite ways"
    if mesh.volume <= 1e-9 * mesh.extents.prod():
        return "is flat: it encloses no volume"
    if (bodies := mesh.body_count) > 1:
        return f"has {bodies} bodies; a part is one: join them, or store each in a file of its own"
    return ""


def _crossing(part: Any) -> str:
    counts = winding_numbers(grid_corners(part, JUDGING_SIDE), (JUDGING_SIDE,) * 3)
    share = np.count_nonzero((counts != 0) & (counts != 1)) / max(np.count_nonzero(counts), 1)
    return f"runs through itself: {share:.1%} of its voxels are enclosed twice" if share > 0 else ""


def align(mesh: Any) -> Any:
    """A copy turned by its inertia: the axis about which it turns most easily, usually the longest, becomes x."""
    found = mesh.copy()
    found.apply_transform(_turn(principal_axes(mesh)))
    return found


def principal_axes(mesh: Any) -> np.ndarray:
    """Axes of inertia of a closed mesh as rows (3, 3) of a rotation matrix, that of the least inertia first."""
    _, columns = np.linalg.eigh(mesh.moment_inertia)
    rows = columns.T
    # An eigenvector has no sign. The coordinate that is largest shall be positive; the third makes a rotation.
    rows = rows * np.sign(rows[np.arange(3), np.abs(rows).argmax(axis=1)])[:, None]
    rows[2] = np.cross(rows[0], rows[1])
    return rows


def _turn(rotation: np.ndarray) -> np.ndarray:
    found = np.eye(4)
    found[:3, :3] = rotation
    return found


def normalise(mesh: Any) -> Any:
    """A copy scaled to a longest side of 60 mm, in the middle of the build space."""
    found = mesh.copy()
    found.apply_transform(normalisation(mesh.bounds))
    return found


def normalisation(bounds: np.ndarray) -> np.ndarray:
    """The matrix (4, 4) that scales a box (2, 3) to a longest side of 60 mm and centres it in the build space."""
    low, high = np.asarray(bounds, dtype=float)
    scale = LONGEST_MM / (high - low).max()
    matrix = np.diag([scale, scale, scale, 1.0])
    matrix[:3, 3] = BUILD_MM / 2 - scale * (low + high) / 2
    return matrix


@dataclass(frozen=True)
class Survey:
    """What can be said of a mesh at a glance; lengths and volumes in its own unit."""

    faces: int
    watertight: bool
    bodies: int
    volume: float
    extents: tuple[float, float, float]


def survey(mesh: Any) -> Survey:
    """Faces, whether it is closed, bodies, volume (NaN where it is open) and extents of a mesh."""
    closed = bool(mesh.is_watertight)
    volume = float(mesh.volume) if closed else float("nan")
    return Survey(len(mesh.faces), closed, int(mesh.body_count), volume, tuple(np.asarray(mesh.extents).tolist()))

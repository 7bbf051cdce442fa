"""Regions of the plane as Boolean combinations of boxes, circles and polygons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from bootcamp.pinn.sampling import Sampler, uniform

import numpy as np
import shapely
import torch
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient
from torch import Tensor


class BoundaryPoints(NamedTuple):
    """Points on the boundary of a region.

    Attributes:
        points: (count, 2).
        normals: (count, 2), unit vectors that point out of the region; into the hole on the rim of a hole.
    """

    points: Tensor
    normals: Tensor


@dataclass(frozen=True)
class Region:
    """A bounded part of the plane with an area.

    Regions combine by `a | b` (union), `a - b` (difference) and `a & b` (intersection).

    Raises:
        ValueError: the region is empty, or its outline crosses itself.

    >>> plate = Region.box((0, 0), (2, 1)) - Region.box((0.5, 0.25), (1.5, 0.75))
    >>> plate.area
    1.5
    """

    geometry: BaseGeometry

    def __post_init__(self):
        geometry = self.geometry
        if not geometry.is_valid:
            raise ValueError(
                f"the region is not valid: {shapely.is_valid_reason(geometry)}; its outline crosses itself"
            )
        # An intersection of neighbors may also hold points and lines, which have no area.
        parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon" and part.area > 0]
        if not parts:
            raise ValueError("the region is empty: it has no area")
        whole = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
        shapely.prepare(whole)
        object.__setattr__(self, "geometry", whole)

    @classmethod
    def box(cls, lower: Sequence[float], upper: Sequence[float]) -> "Region":
        """Rectangle from the corner `lower` (x, y) to the corner `upper`.

        Raises:
            ValueError: lower is not below upper in x and y.
        """
        (x0, y0), (x1, y1) = (_pair(corner) for corner in (lower, upper))
        if not (x0 < x1 and y0 < y1):
            raise ValueError(f"the lower corner is below the upper one in x and y, not {lower} and {upper}")
        return cls(shapely.box(x0, y0, x1, y1))

    @classmethod
    def circle(cls, center: Sequence[float], radius: float, segments: int = 256) -> "Region":
        """Circle, as a regular polygon with its corners on the circle.

        Args:
            center: (x, y).
            radius: positive.
            segments: corners of the polygon, a multiple of 4; with 256 the area is 0.01 % too small.

        Raises:
            ValueError: the radius is not positive, or the number of segments is no multiple of 4.
        """
        if not radius > 0 or not np.isfinite(radius):
            raise ValueError(f"the radius is positive, not {radius}")
        if segments < 4 or segments % 4:
            raise ValueError(f"the number of segments is a multiple of 4, not {segments}")
        return cls(shapely.Point(*_pair(center)).buffer(radius, quad_segs=segments // 4))

    @classmethod
    def polygon(cls, corners: Sequence[Sequence[float]]) -> "Region":
        """Polygon from its corners in order, in either direction, without repeating the first.

        Raises:
            ValueError: fewer than three corners, no area, or the outline crosses itself.
        """
        plain = np.asarray(corners, dtype=np.float64)
        if plain.ndim != 2 or plain.shape[1] != 2 or len(plain) < 3 or not np.isfinite(plain).all():
            raise ValueError(f"a polygon has at least three finite corners (x, y), not {corners!r}")
        return cls(shapely.Polygon(plain))

    def __or__(self, other: "Region") -> "Region":
        return Region(self.geometry.union(other.geometry))

    def __sub__(self, other: "Region") -> "Region":
        return Region(self.geometry.difference(other.geometry))

    def __and__(self, other: "Region") -> "Region":
        return Region(self.geometry.intersection(other.geometry))

    @property
    def area(self) -> float:
        """Area without the holes."""
        return float(self.geometry.area)

    @property
    def perimeter(self) -> float:
        """Length of the boundary with the rims of the holes."""
        return float(self.geometry.length)

    @property
    def bounds(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Lower and upper corner of the smallest box around the region."""
        x0, y0, x1, y1 = (float(value) for value in self.geometry.bounds)
        return (x0, y0), (x1, y1)

    def contains(self, points: Tensor | np.ndarray) -> Tensor | np.ndarray:
        """Whether each of the points (n, 2) is inside, not on the boundary: (n,) of truth values."""
        inside = shapely.contains_xy(self.geometry, *_coordinates(points).T)
        return torch.as_tensor(inside, device=points.device) if isinstance(points, Tensor) else inside

    def sample_interior(
        self, count: int, seed: int, sampler: Sampler = uniform, dtype: torch.dtype | None = None
    ) -> Tensor:
        """Points inside: those points of a sample of the box around the region that fall into it.

        Args:
            count: number of points.
            seed: seed of the sampler; the same seed gives the same points.
            sampler: `uniform`, `halton` or `sobol`. A Latin hypercube loses its property in the selection.
            dtype: of the result; PyTorch's default if not given.

        Returns:
            (count, 2).

        Raises:
            ValueError: count is not positive.
        """
        lower, upper = self.bounds
        share = self.area / ((upper[0] - lower[0]) * (upper[1] - lower[1]))
        wanted = _count(count)
        while True:
            wanted = int(1.1 * wanted / min(share, 1.0)) + 8
            candidates = sampler(lower, upper, wanted, seed, dtype=torch.float64)
            inside = candidates[self.contains(candidates)][:count]
            if len(inside) == count:
                return inside.to(dtype or torch.get_default_dtype())
            share = 0.5

    def sample_boundary(self, count: int, seed: int, dtype: torch.dtype | None = None) -> BoundaryPoints:
        """Points on the boundary, uniform along its length, with the outward normals.

        The boundary is cut into `count` pieces of equal length with one random point in each.

        Args:
            count: number of points.
            seed: seed of the points.
            dtype: of the result; PyTorch's default if not given.

        Raises:
            ValueError: count is not positive.
        """
        start, end = self._edges()
        length = np.linalg.norm(end - start, axis=1)
        reached = np.cumsum(length)
        along = (np.arange(_count(count)) + np.random.default_rng(seed).random(count)) / count * reached[-1]
        edge = np.minimum(np.searchsorted(reached, along, side="right"), len(length) - 1)
        part = np.clip(1 - (reached[edge] - along) / length[edge], 0.0, 1.0)
        points = start[edge] + part[:, None] * (end - start)[edge]
        tangent = ((end - start) / length[:, None])[edge]
        # The outline runs with the region on its left, so the right side is outside.
        normals = np.stack([tangent[:, 1], -tangent[:, 0]], axis=1)
        dtype = dtype or torch.get_default_dtype()
        return BoundaryPoints(torch.tensor(points, dtype=dtype), torch.tensor(normals, dtype=dtype))

    def _edges(self) -> tuple[np.ndarray, np.ndarray]:
        """Start and end (edges, 2) of every straight piece of the boundary, with the region on its left."""
        starts, ends = [], []
        for part in shapely.get_parts(self.geometry):
            turned = orient(part, sign=1.0)
            for ring in (turned.exterior, *turned.interiors):
                corners = np.asarray(ring.coords)[:, :2]
                starts.append(corners[:-1])
                ends.append(corners[1:])
        start, end = np.concatenate(starts), np.concatenate(ends)
        real = np.linalg.norm(end - start, axis=1) > 0
        return start[real], end[real]

    def signed_distance(self, points: Tensor | np.ndarray) -> Tensor | np.ndarray:
        """Distance to the boundary: negative inside, zero on the boundary, positive outside.

        Args:
            points: (n, 2).

        Returns:
            (n, 1), of the kind, dtype and device of the points. It carries no derivative.

        Raises:
            ValueError: the points are not (n, 2).
        """
        plain = _coordinates(points)
        distance = shapely.distance(self.geometry.boundary, shapely.points(plain))
        signed = np.where(shapely.contains_xy(self.geometry, *plain.T), -distance, distance)[:, None]
        if isinstance(points, Tensor):
            return torch.as_tensor(signed, dtype=points.dtype, device=points.device)
        return signed


def _pair(values: Sequence[float]) -> tuple[float, float]:
    plain = np.asarray(values, dtype=np.float64)
    if plain.shape != (2,) or not np.isfinite(plain).all():
        raise ValueError(f"a point of the plane is two finite numbers (x, y), not {values!r}")
    return float(plain[0]), float(plain[1])


def _count(count: Any) -> int:
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ValueError(f"count is an integer of at least 1, not {count!r}")
    return count


def _coordinates(points: Any) -> np.ndarray:
    plain = points.detach().cpu().numpy() if isinstance(points, Tensor) else np.asarray(points)
    if plain.ndim != 2 or plain.shape[1] != 2:
        raise ValueError(f"points are (n, 2), not {plain.shape}")
    return plain.astype(np.float64)

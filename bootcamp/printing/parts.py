"""Parts that somebody might print: a body of one of seven families, made of boxes and cylinders by Booleans.

All have walls of 10 mm or more and no holes: those are cut later (`defects`), and only they decide what is printable.
Sizes are in mm; `meshes.normalise` puts a part into the build space.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

SEEN_FAMILIES = ("plate", "bracket", "stair", "flange", "beam")
"""Families of training, validation and test."""
UNSEEN_FAMILIES = ("cross", "hexagon")
"""Families that only the last test has."""
FAMILIES = SEEN_FAMILIES + UNSEEN_FAMILIES
SECTIONS = 48
"""Sides of the polygon that stands for a circle."""

Random = np.random.Generator


def make_part(family: str, random: Random) -> Any:
    """A watertight part of a family, a trimesh in mm with its faces along the axes.

    Args:
        family: one of `FAMILIES`.
        random: sizes, and where things sit.

    Raises:
        ValueError: there is no such family.
    """
    if family not in FAMILIES:
        raise ValueError(f"a family is one of {', '.join(FAMILIES)}, not {family!r}")
    return _MAKERS[family](random)


def _box(low: tuple[float, float, float], high: tuple[float, float, float]) -> Any:
    import trimesh

    return trimesh.creation.box(bounds=[low, high])


def _cylinder(radius: float, bottom: float, top: float, centre: tuple[float, float] = (0.0, 0.0)) -> Any:
    import trimesh

    found = trimesh.creation.cylinder(radius, top - bottom, sections=SECTIONS)
    found.apply_translation([*centre, (bottom + top) / 2])
    return found


def _union(*bodies: Any) -> Any:
    import trimesh

    return trimesh.boolean.union(list(bodies), engine="manifold")


def _without(body: Any, *cuts: Any) -> Any:
    import trimesh

    return trimesh.boolean.difference([body, *cuts], engine="manifold")


def _boss(random: Random, length: float, width: float, bottom: float) -> Any:
    """A block or a round boss that stands on a face of length x width around the origin, from `bottom` upwards."""
    top = bottom + random.uniform(8.0, 16.0)
    size = random.uniform(14.0, min(width, 30.0))
    x, y = (random.uniform(-1.0, 1.0) * max(side - size, 0.0) / 2 for side in (length, width))
    if random.random() < 0.5:
        return _cylinder(size / 2, bottom - 1.0, top, (x, y))
    return _box((x - size / 2, y - size / 2, bottom - 1.0), (x + size / 2, y + size / 2, top))


def _plate(random: Random) -> Any:
    """A plate with a boss on top, often one below, and often a corner taken out."""
    length, width, height = random.uniform(50, 60), random.uniform(28, 50), random.uniform(10, 18)
    body = _box((-length / 2, -width / 2, 0.0), (length / 2, width / 2, height))
    body = _union(body, _boss(random, length, width, height))
    if random.random() < 0.5:
        below = _boss(random, length, width, 0.0)
        below.apply_transform(np.diag([1.0, -1.0, -1.0, 1.0]))
        body = _union(body, below)
    if random.random() < 0.5:
        cut = random.uniform(8.0, 12.0)
        body = _without(body, _box((length / 2 - cut, width / 2 - cut, -40.0), (length, width, 60.0)))
    return body


def _bracket(random: Random) -> Any:
    """Two plates at a right angle, some with a block in the corner."""
    length, width, height = random.uniform(40, 60), random.uniform(26, 46), random.uniform(30, 55)
    thick, upright = random.uniform(10, 16, size=2)
    foot = _box((0.0, 0.0, 0.0), (length, width, thick))
    body = _union(foot, _box((0.0, 0.0, 0.0), (upright, width, height)))
    if random.random() < 0.4:
        size = random.uniform(8.0, 14.0)
        body = _union(body, _box((upright - 1, 0.0, thick - 1), (upright + size, width, thick + size)))
    return body


def _stair(random: Random) -> Any:
    """Two or three steps."""
    length, width = random.uniform(50, 60), random.uniform(26, 45)
    steps, rise = random.integers(2, 4), random.uniform(10, 14)
    tread = length / steps
    blocks = [_box((n * tread, 0.0, 0.0), (length, width, (n + 1) * rise)) for n in range(steps)]
    return _union(*blocks)


def _flange(random: Random) -> Any:
    """A disc with a round hub on one side or both; some have a flat side."""
    radius, height = random.uniform(24, 30), random.uniform(10, 16)
    hub = random.uniform(11.0, 0.7 * radius)
    bottom = -random.uniform(8, 16) if random.random() < 0.4 else 0.0
    body = _union(_cylinder(radius, 0.0, height), _cylinder(hub, bottom, height + random.uniform(8, 20)))
    if random.random() < 0.5:
        body = _without(body, _box((0.8 * radius, -40.0, -40.0), (60.0, 40.0, 60.0)))
    return body


def _beam(random: Random) -> Any:
    """A beam whose section is a T or a double T."""
    length, width, height = random.uniform(50, 60), random.uniform(30, 42), random.uniform(32, 44)
    flange, web = random.uniform(10, 13), random.uniform(12, 20)
    body = _union(
        _box((0.0, -width / 2, 0.0), (length, width / 2, flange)), _box((0.0, -web / 2, 0.0), (length, web / 2, height))
    )
    if random.random() < 0.4:
        body = _union(body, _box((0.0, -width / 2, height - 1.0), (length, width / 2, height + flange)))
    return body


def _cross(random: Random) -> Any:
    """Two bars that cross, with a round boss on top of some."""
    arm, other = random.uniform(52, 60), random.uniform(40, 58)
    height, (wide, narrow) = random.uniform(12, 22), random.uniform(22, 28, size=2)
    body = _union(
        _box((-arm / 2, -wide / 2, 0.0), (arm / 2, wide / 2, height)),
        _box((-narrow / 2, -other / 2, 0.0), (narrow / 2, other / 2, height)),
    )
    if random.random() < 0.5:
        body = _union(body, _cylinder(random.uniform(8, 11), height - 1, height + random.uniform(8, 16)))
    return body


def _hexagon(random: Random) -> Any:
    """A six-sided prism with a narrower one on top."""
    import trimesh

    body = trimesh.creation.cylinder(random.uniform(24, 30), random.uniform(12, 24), sections=6)
    top = trimesh.creation.cylinder(random.uniform(12, 18), random.uniform(8, 18), sections=6)
    top.apply_translation([0.0, 0.0, body.bounds[1, 2] + top.extents[2] / 2 - 1.0])
    return _union(body, top)


_MAKERS: dict[str, Callable[[Random], Any]] = {
    "plate": _plate,
    "bracket": _bracket,
    "stair": _stair,
    "flange": _flange,
    "beam": _beam,
    "cross": _cross,
    "hexagon": _hexagon,
}

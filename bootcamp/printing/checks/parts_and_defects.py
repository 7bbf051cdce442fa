"""Checks of the exercises of 01_Parts_and_Defects."""

from collections.abc import Callable

from bootcamp.exercises import Check, Finding, agrees, random_cases, takes_function

import numpy as np

Random = np.random.Generator


def _mesh_volume(triangles: np.ndarray) -> float:
    a, b, c = np.moveaxis(triangles, 1, 0)
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


def _tetrahedron(random: Random) -> np.ndarray:
    """The four faces of a tetrahedron, seen from outside against the clock (4, 3, 3)."""
    corners = random.uniform(-3.0, 5.0, (4, 3))
    if np.linalg.det(corners[1:] - corners[0]) < 0:
        corners = corners[[1, 0, 2, 3]]
    return corners[np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])]


@takes_function
def mesh_volume(answer: Callable[[np.ndarray], float]) -> list[Finding]:
    """`answer(triangles)` is the volume that a closed surface encloses, with the sign of its orientation."""
    bodies = random_cases(lambda random: (_tetrahedron(random),))
    several = random_cases(lambda random: (np.concatenate([_tetrahedron(random), _tetrahedron(random)]),), 5)
    inside_out = [(case[0][:, ::-1],) for case in bodies[:5]]
    mistakes = {
        "the parallelepiped of three edges holds six tetrahedra": lambda t: 6 * _mesh_volume(t),
        "a triangle and the origin make a pyramid, a third of base times height; its base is half of a x b": (
            lambda t: 2 * _mesh_volume(t)
        ),
        "each volume keeps its sign: those of triangles that face the origin are taken away": _unsigned_volume,
    }
    hint = "add up the signed volumes a . (b x c) / 6 of the tetrahedra between the origin and each triangle"
    return [
        agrees("the volume of one body", answer, _mesh_volume, bodies, mistakes=mistakes, hint=hint),
        agrees("two bodies in one surface", answer, _mesh_volume, several, hint=hint),
        agrees(
            "a surface turned inside out",
            answer,
            _mesh_volume,
            inside_out,
            mistakes={"inside out the volume is negative: that is how one notices": lambda t: abs(_mesh_volume(t))},
            hint=hint,
        ),
    ]


def _unsigned_volume(triangles: np.ndarray) -> float:
    a, b, c = np.moveaxis(triangles, 1, 0)
    return float(np.abs(np.einsum("ij,ij->i", a, np.cross(b, c))).sum() / 6)


def _inside(crossings: np.ndarray, heights: np.ndarray) -> np.ndarray:
    return (np.asarray(crossings)[None, :] < np.asarray(heights)[:, None]).sum(axis=1) % 2 == 1


def _ray(random: Random) -> tuple[np.ndarray, np.ndarray]:
    count = 2 * int(random.integers(1, 4))
    crossings = random.permutation(np.round(random.uniform(0.0, 10.0, count), 3))
    return crossings, np.arange(12) + 0.5 + 1e-4


@takes_function
def inside(answer: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> list[Finding]:
    """`answer(crossings, heights)` says which heights on a ray lie inside of the part."""
    cases = random_cases(_ray)
    missed = [(np.array([]), np.array([0.5, 1.5]))]
    mistakes = {
        "between the first and the last crossing there may be empty space as well: count": lambda c, h: (
            (h > np.min(c)) & (h < np.max(c))
        ),
        "an odd number of crossings below is inside, an even number outside": lambda c, h: ~_inside(c, h),
        "the answer is one truth value for each height: is the count odd?": lambda c, h: (c[None, :] < h[:, None]).sum(
            axis=1
        ),
        "the crossings come in no order: count them, do not take them pairwise as they stand": _pairwise,
    }
    hint = "count for each height the crossings below it; inside the count is odd"
    return [
        agrees("inside and outside along a ray", answer, _inside, cases, mistakes=mistakes, hint=hint),
        agrees("a ray that meets nothing", answer, _inside, missed, hint="where nothing is crossed, all is outside"),
    ]


def _pairwise(crossings: np.ndarray, heights: np.ndarray) -> np.ndarray:
    found = np.zeros(len(heights), dtype=bool)
    for low, high in zip(crossings[::2], crossings[1::2], strict=True):
        found |= (heights > low) & (heights < high)
    return found


def _distance_to_axis(points: np.ndarray, centre: np.ndarray, axis: np.ndarray) -> np.ndarray:
    unit = axis / np.linalg.norm(axis)
    offset = points - centre
    return np.linalg.norm(offset - np.outer(offset @ unit, unit), axis=1)


def _line(random: Random) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return random.uniform(0.0, 64.0, (7, 3)), random.uniform(0.0, 64.0, 3), random.uniform(-2.0, 2.0, 3)


@takes_function
def distance_to_axis(answer: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]) -> list[Finding]:
    """`answer(points, centre, axis)` is the distance of each point from the line through the centre."""
    cases = random_cases(_line)
    upright = random_cases(lambda random: (*_line(random)[:2], np.array([0.0, 0.0, 1.0])), 5)
    mistakes = {
        "an axis need not have length 1: divide by its length first": lambda p, c, a: np.linalg.norm(
            p - c - np.outer((p - c) @ a, a), axis=1
        ),
        "that is the distance from the centre: the part along the axis must be taken away": lambda p, c, a: (
            np.linalg.norm(p - c, axis=1)
        ),
        "the axis goes through the centre, not through the origin": lambda p, c, a: _distance_to_axis(p, 0 * c, a),
        "that is the part along the axis; asked is what remains without it": lambda p, c, a: np.abs(
            (p - c) @ a / np.linalg.norm(a)
        ),
        "the answer is the distance, not its square": lambda p, c, a: _distance_to_axis(p, c, a) ** 2,
    }
    hint = "take from the offset its part along the unit axis; the length of what remains is the distance"
    return [
        agrees("any axis", answer, _distance_to_axis, cases, mistakes=mistakes, hint=hint, atol=1e-6),
        agrees("an upright axis", answer, _distance_to_axis, upright, hint=hint, atol=1e-6),
    ]


CHECKS: dict[str, Check] = {
    "mesh_volume": mesh_volume,
    "inside": inside,
    "distance_to_axis": distance_to_axis,
}

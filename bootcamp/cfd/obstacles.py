"""Objects in the channel: two families to learn from, three that no training set contains, and the signed distance.

Places and sizes are in cells, with the centre of the first cell at (0, 0), x along the channel and y upward; angles in
radians, counter-clockwise. Sizes are drawn as shares of the channel height, so every grid gets the same shapes.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import shapely
from scipy import ndimage

FAMILIES = ("ellipse", "rectangle")
"""Families of the training set: ellipses and sheared rectangles."""
UNSEEN_FAMILIES = ("polygon", "airfoil", "car")
"""Families that occur only in the test on unseen shapes."""
HALF_SIZES = (20 / 128, 39 / 128)
"""Smallest and largest half axis or half side, in channel heights: 20 to 39 cells of 128."""
CENTRES_X, CENTRES_Y = (0.28, 0.45), (0.35, 0.65)
"""Where centres lie, as shares of the width and of the height."""
SHEARS = (-0.5, 0.5)
FREE_SHARE = 0.375
"""Share of the channel height that stays free above and below an object together."""
WALL_SHARE, INLET_SHARE, OUTLET_SHARE = 1 / 16, 1 / 16, 1 / 4
"""Free cells to the walls in channel heights, and to the inlet and the outlet in channel widths."""
TRIES = 1000


@dataclass(frozen=True)
class Obstacle:
    """One object: its family, centre, half sizes, angle and shear (rectangles), and for the other families its outline.

    outline: corners (n, 2) of a closed polygon around the origin, before half sizes, angle and centre are applied.
    """

    family: str
    x: float
    y: float
    half_length: float
    half_width: float
    angle: float = 0.0
    shear: float = 0.0
    outline: np.ndarray | None = None

    @property
    def parameters(self) -> np.ndarray:
        """x, y, half_length, half_width, angle, shear as float64 (6,); see `PARAMETERS`."""
        return np.array([getattr(self, name) for name in PARAMETERS])

    def solid(self, height: int, width: int) -> np.ndarray:
        """The cells whose centres lie inside: bool (height, width)."""
        y, x = np.mgrid[:height, :width]
        along, across = self.own_axes(x, y)
        if self.family == "ellipse":
            return along**2 + across**2 < 1
        if self.family == "rectangle":
            return (np.abs(along) < 1) & (np.abs(across) < 1)
        return shapely.contains_xy(shapely.Polygon(self.outline), along, across)

    def own_axes(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates along and across the object in half sizes, for places x, y in cells."""
        c, s = math.cos(self.angle), math.sin(self.angle)
        along, across = c * (x - self.x) + s * (y - self.y), c * (y - self.y) - s * (x - self.x)
        return (along - self.shear * across) / self.half_length, across / self.half_width


PARAMETERS = ("x", "y", "half_length", "half_width", "angle", "shear")
"""Names of `Obstacle.parameters`: cells, radians, and the shear as a ratio."""


def ellipse(x: float, y: float, half_length: float, half_width: float, angle: float = 0.0) -> Obstacle:
    """Ellipse with its centre and half axes in cells.

    >>> int(ellipse(8, 8, 3, 3).solid(16, 16).sum())
    25
    """
    return Obstacle("ellipse", x, y, half_length, half_width, angle)


def rectangle(
    x: float, y: float, half_length: float, half_width: float, angle: float = 0.0, shear: float = 0.0
) -> Obstacle:
    """Rectangle with its centre and half sides in cells, sheared along its length and then turned."""
    return Obstacle("rectangle", x, y, half_length, half_width, angle, shear)


def random_obstacles(count: int, height: int, width: int, seed: int, *, unseen: bool = False) -> list[Obstacle]:
    """Objects with random family, place, size and angle; the first n of a longer list are the list of n.

    A draw that comes too close to a wall, the inlet or the outlet, or leaves less than 37.5 % of the height free above
    and below, is drawn again. The families take turns, so their numbers are equal.

    Args:
        count: how many.
        height: of the channel, in cells.
        width: of the channel, in cells.
        seed: of the random numbers.
        unseen: polygons, airfoils and blunt car-like outlines instead of ellipses and sheared rectangles.

    Raises:
        ValueError: a number that is no integer or too small.
    """
    for name, value, least in (("count", count, 0), ("height", height, 32), ("width", width, 64), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise ValueError(f"{name} is an integer of at least {least}, not {value!r}")
    return [random_obstacle(n, height, width, seed, unseen=unseen) for n in range(count)]


def random_obstacle(number: int, height: int, width: int, seed: int, *, unseen: bool = False) -> Obstacle:
    """The object with this number of the list that `random_obstacles` gives."""
    families = UNSEEN_FAMILIES if unseen else FAMILIES
    family = families[number % len(families)]
    random = np.random.default_rng((seed, number))
    for _ in range(TRIES):
        drawn = DRAW[family](random, height, width)
        if _fits(drawn.solid(height, width)):
            return drawn
    raise ValueError(f"no {family} fits into {height} x {width} cells")


def _fits(solid: np.ndarray) -> bool:
    height, width = solid.shape
    rows, columns = np.flatnonzero(solid.any(axis=1)), np.flatnonzero(solid.any(axis=0))
    if not len(rows) or ndimage.label(solid)[1] != 1:
        return False
    wall, inlet, outlet = WALL_SHARE * height, INLET_SHARE * width, OUTLET_SHARE * width
    return (
        rows[0] >= wall
        and rows[-1] < height - wall
        and columns[0] >= inlet
        and columns[-1] < width - outlet
        and height - (rows[-1] - rows[0] + 1) >= FREE_SHARE * height
    )


def _place(random: np.random.Generator, height: int, width: int) -> tuple[float, float]:
    return random.uniform(*CENTRES_X) * width, random.uniform(*CENTRES_Y) * height


def _draw_ellipse(random: np.random.Generator, height: int, width: int) -> Obstacle:
    a, b = random.uniform(*HALF_SIZES, 2) * height
    return ellipse(*_place(random, height, width), a, b, random.uniform(0, math.pi))


def _draw_rectangle(random: np.random.Generator, height: int, width: int) -> Obstacle:
    a, b = random.uniform(*HALF_SIZES, 2) * height
    return rectangle(*_place(random, height, width), a, b, random.uniform(0, math.pi), random.uniform(*SHEARS))


def _draw_polygon(random: np.random.Generator, height: int, width: int) -> Obstacle:
    """Convex polygon of three to seven corners on an ellipse."""
    corners = int(random.integers(3, 8))
    angles = 2 * math.pi * (np.arange(corners) + random.uniform(-0.3, 0.3, corners)) / corners
    a, b = random.uniform(*HALF_SIZES, 2) * height
    outline = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    place = _place(random, height, width)
    return Obstacle("polygon", *place, a, b, random.uniform(0, 2 * math.pi), outline=outline)


def _draw_airfoil(random: np.random.Generator, height: int, width: int) -> Obstacle:
    """Airfoil of the NACA four-digit series (Jacobs, Ward, Pinkerton 1933, NACA report 460), thick, at an angle."""
    half = random.uniform(0.3, 0.45) * height
    outline = airfoil_outline(random.uniform(0.15, 0.3), random.uniform(0, 0.06), random.uniform(0.3, 0.5))
    return Obstacle("airfoil", *_place(random, height, width), half, half, random.uniform(-0.4, 0.4), outline=outline)


def _draw_car(random: np.random.Generator, height: int, width: int) -> Obstacle:
    """Blunt outline of a body with hood, windscreen, roof and tail, driving against the flow."""
    half_length, half_width = random.uniform(0.28, 0.42) * height, random.uniform(0.12, 0.2) * height
    outline = car_outline(*random.uniform((0.25, -0.7, -0.35, 0.1, 0.2), (0.6, -0.4, -0.1, 0.9, 0.9)))
    place = _place(random, height, width)
    return Obstacle("car", *place, half_length, half_width, random.uniform(-0.1, 0.1), outline=outline)


DRAW: dict[str, Callable[[np.random.Generator, int, int], Obstacle]] = {
    "ellipse": _draw_ellipse,
    "rectangle": _draw_rectangle,
    "polygon": _draw_polygon,
    "airfoil": _draw_airfoil,
    "car": _draw_car,
}


def airfoil_outline(thickness: float, camber: float, crest: float, points: int = 60) -> np.ndarray:
    """Outline (n, 2) of a NACA four-digit airfoil from x = -1 to 1.

    Args:
        thickness: largest thickness over the chord.
        camber: largest camber over the chord.
        crest: place of the largest camber, as a share of the chord.
        points: on each side.
    """
    x = (1 - np.cos(np.linspace(0, math.pi, points))) / 2
    half = 5 * thickness * (0.2969 * np.sqrt(x) - 0.126 * x - 0.3516 * x**2 + 0.2843 * x**3 - 0.1036 * x**4)
    before, after = (2 * crest * x - x**2) / crest**2, (1 - 2 * crest + 2 * crest * x - x**2) / (1 - crest) ** 2
    line = camber * np.where(x < crest, before, after)
    upper, lower = np.stack([x, line + half], -1), np.stack([x, line - half], -1)
    return 2 * np.concatenate([upper, lower[-2:0:-1]]) - (1, 0)


def car_outline(hood: float, screen: float, roof: float, tail: float, back: float) -> np.ndarray:
    """Outline (10, 2) of a car-like body from x = -1 to 1 and from y = -1 to 1.

    Args:
        hood: share of the height that the hood reaches, 0 to 1.
        screen: x where the windscreen begins.
        roof: x where the roof begins.
        tail: x where the roof ends.
        back: share of the height that the back reaches, 0 to 1.
    """
    y_hood, y_back = 2 * hood - 1, 2 * back - 1
    lower = [(0.9, -1.0), (-0.9, -1.0), (-1.0, -0.7)]
    upper = [(-1.0, y_hood - 0.2), (screen, y_hood), (roof, 1.0), (tail, 1.0), (0.95, y_back), (1.0, y_back - 0.1)]
    return np.array([*lower, *upper, (1.0, -0.8)])


def signed_distance(solid: np.ndarray) -> np.ndarray:
    """Distance of each cell centre to the surface of the object in cells, negative inside; float32, shape of `solid`.

    The surface lies half-way between a solid cell and its fluid neighbour, where the solver has its walls: the cells on
    both sides of it have 0.5 and -0.5. Without an object every cell has the largest distance there can be, the
    diagonal of the grid; a grid that is all solid has its negative.

    >>> signed_distance(np.array([[False, False, True, False]]))
    array([[ 1.5,  0.5, -0.5,  0.5]], dtype=float32)

    Raises:
        ValueError: not bool, or fewer than two dimensions.
    """
    solid = np.asarray(solid)
    if solid.dtype != bool or solid.ndim < 2:
        raise ValueError(f"solid is bool (..., height, width), not {solid.dtype} {solid.shape}")
    if solid.ndim > 2:
        flat = solid.reshape(-1, *solid.shape[-2:])
        return np.array([signed_distance(one) for one in flat], np.float32).reshape(solid.shape)
    if solid.all() or not solid.any():
        return np.full(solid.shape, math.hypot(*solid.shape) * (-1 if solid.all() else 1), np.float32)
    outside, inside = _distance_to_others(~solid), _distance_to_others(solid)
    return np.where(solid, 0.5 - inside, outside - 0.5).astype(np.float32)


def _distance_to_others(cells: np.ndarray) -> np.ndarray:
    """Distance of each True cell to the next False one, float32; 0 where False.

    OpenCV is three times faster than SciPy here, but the last digit of its root differs between calls. The square is a
    whole number, so rounding it gives the exact distance again.
    """
    distance = cv2.distanceTransform(cells.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.sqrt(np.rint(distance * distance))

"""Coasts of the tropical Atlantic and the eastern Pacific, good to about half a degree: for landfall and as a backdrop.

The outlines were set down by hand for this course. Between their corners the lines are roughened at random with a
fixed seed, so that they look like coasts; they are no map.
"""

import functools

import cv2
import numpy as np

AMERICAS = (
    (-64, 60), (-57, 54), (-56, 52), (-60, 50), (-66, 50), (-65, 48.5), (-64.5, 46.5), (-61, 45.6), (-63.5, 44.6),
    (-66, 43.5), (-66, 44.8), (-67, 44.8), (-70, 43.7), (-70.8, 42.7), (-71, 42.2), (-70, 41.8), (-70.7, 41.5),
    (-72, 41.2), (-74, 40.7), (-74, 40), (-74.9, 39), (-75.5, 39.5), (-75.2, 38.3), (-76, 37), (-75.8, 36.2),
    (-75.5, 35.2), (-76.6, 34.6), (-77.9, 33.9), (-79.2, 33.2), (-80.5, 32.3), (-81.3, 31), (-81.3, 29.8),
    (-80.6, 28.4), (-80.1, 26.9), (-80.2, 25.7), (-80.5, 25.2), (-81.1, 25.2), (-81.8, 26.1), (-82.3, 27),
    (-82.8, 27.9), (-82.7, 29), (-83.7, 29.9), (-84.3, 30.1), (-85.3, 29.7), (-86.3, 30.4), (-88, 30.3), (-89, 30.4),
    (-89.6, 30.2), (-89.4, 29.4), (-89.1, 29), (-90.1, 29.1), (-91.3, 29.3), (-92.3, 29.5), (-93.8, 29.7),
    (-94.8, 29.3), (-95.7, 28.6), (-97.1, 27.8), (-97.4, 26.9), (-97.2, 25.9), (-97.7, 24.5), (-97.8, 22.5),
    (-97.3, 21), (-96.3, 19.3), (-95, 18.6), (-94.4, 18.2), (-92.8, 18.5), (-91.8, 18.5), (-90.7, 19.3), (-90.5, 20.7),
    (-90.3, 21.1), (-88.5, 21.5), (-87, 21.5), (-86.8, 20.8), (-87.5, 19.8), (-87.7, 18.5), (-88.2, 17.8),
    (-88.3, 16.5), (-88.8, 15.9), (-87.5, 15.8), (-86, 15.9), (-84.5, 15.8), (-83.2, 15), (-83.5, 13.5), (-83.6, 12.3),
    (-83.7, 11), (-83, 10), (-82.2, 9.2), (-81, 8.8), (-79.9, 9.4), (-78.5, 9.4), (-77.4, 8.6), (-76.8, 8),
    (-75.6, 9.5), (-75.5, 10.6), (-74.8, 11.1), (-73.3, 11.3), (-71.7, 12.4), (-71.3, 11.8), (-71.6, 11), (-70.2, 11.6),
    (-70, 12.2), (-69, 11.5), (-68.3, 10.8), (-66.2, 10.6), (-64.7, 10.2), (-62.7, 10.7), (-61.9, 10.6), (-61.8, 9.8),
    (-60.5, 8.6), (-58.5, 7.3), (-57, 6), (-54, 5.8), (-52, 4.8), (-51, 4), (-50, 1.5), (-50, 0), (-48, -1),
    (-44, -2.5), (-40, -3), (-37, -5), (-35, -6), (-35, -10), (-60, -12), (-80, -6), (-80, -3), (-80, 1), (-78.8, 1.5),
    (-77.3, 4), (-77.5, 6.5), (-78, 7.5), (-78.5, 8.5), (-79.7, 8.8), (-80.3, 7.6), (-81.7, 7.6), (-83, 8.3),
    (-83.7, 9), (-85, 9.8), (-85.8, 10.6), (-86.5, 12), (-87.6, 13), (-89, 13.3), (-91.5, 14), (-93.5, 15.6),
    (-95, 16.1), (-96.5, 15.7), (-98.5, 16.3), (-101, 17.4), (-103.5, 18.4), (-105.5, 20), (-105.3, 21.5),
    (-106.5, 23.3), (-108.5, 25.5), (-109.5, 26.7), (-112, 29), (-113, 31.3), (-114.7, 31.7), (-114.5, 30),
    (-112.5, 27.8), (-111, 25.5), (-109.5, 23.1), (-110.3, 23.5), (-112.1, 25), (-112.2, 26), (-114, 27.2),
    (-115, 27.9), (-114.2, 28.7), (-115.8, 30.4), (-117.1, 32.5), (-118.5, 34), (-120.6, 34.6), (-122, 37),
    (-123.8, 39.5), (-124.3, 42), (-124, 46), (-124.7, 48.4), (-125, 60),
)  # fmt: skip
AFRICA = (
    (-6, 35.9), (-9.5, 32), (-10, 29.5), (-13, 27.7), (-15, 25), (-16, 23.5), (-17, 21), (-16.3, 19.5), (-16.5, 16),
    (-17.5, 14.7), (-16.7, 12.5), (-15, 11), (-13.3, 9), (-12.5, 7.5), (-11, 6.7), (-9, 5.2), (-7.5, 4.4), (-4, 5.2),
    (0, 5.5), (2, 6.3), (5, 5.8), (6, 4.4), (9, 4.4), (9.5, 1), (9, -2), (12, -6), (40, -6), (40, 35.9),
)  # fmt: skip
EUROPE = (
    (-9, 43.2), (-8.9, 41), (-9.4, 38.8), (-8.9, 37), (-7, 37.1), (-5.6, 36.1), (-2, 36.8), (0, 39), (3, 42), (10, 44),
    (10, 60), (2, 51), (-4.5, 48.4), (-1.5, 46.5), (-1.5, 43.5),
)  # fmt: skip
CUBA = (
    (-84.9, 21.9), (-83.8, 22.7), (-82.4, 23.2), (-80.6, 23.1), (-79.2, 22.4), (-77.5, 21.8), (-75.7, 21.1),
    (-74.2, 20.3), (-75.2, 19.9), (-77.7, 19.9), (-77.1, 20.6), (-78.2, 20.8), (-78.7, 21.6), (-80.4, 22),
    (-81.7, 22.2), (-82.9, 22.6), (-84, 22.1),
)  # fmt: skip
HISPANIOLA = (
    (-73.3, 19.9), (-71.7, 19.8), (-69.9, 19.7), (-68.4, 18.7), (-69.6, 18.4), (-71.1, 17.7), (-72.3, 18.2),
    (-74.4, 18.4), (-72.5, 18.6), (-72.8, 19.3),
)  # fmt: skip
JAMAICA = ((-78.3, 18.3), (-77.4, 18.5), (-76.3, 18.1), (-77, 17.8), (-77.9, 17.9))
PUERTO_RICO = ((-67.2, 18.5), (-65.7, 18.4), (-65.8, 18), (-67.2, 17.95))
ANDROS = ((-78.2, 25.1), (-77.8, 24.9), (-77.6, 24), (-78, 23.8), (-78.3, 24.5))
ABACO = ((-77.9, 26.9), (-77.1, 26.7), (-77, 26.1), (-77.3, 26.3))
ISLANDS = (  # longitude, latitude, radius in degrees
    (-61.4, 10.4, 0.35), (-59.5, 13.2, 0.15), (-61, 13.9, 0.17), (-61, 14.6, 0.25), (-61.4, 15.4, 0.2),
    (-61.6, 16.2, 0.25), (-61.8, 17.1, 0.13), (-62.8, 17.3, 0.13), (-64.8, 17.7, 0.13), (-61.7, 12.1, 0.15),
    (-76.3, 25.1, 0.3), (-75.4, 24.1, 0.25), (-77.4, 25, 0.15), (-75, 23.3, 0.25), (-73.4, 21, 0.25), (-72, 21.8, 0.2),
    (-81.3, 19.3, 0.13), (-64.8, 32.3, 0.1), (-23.6, 15.1, 0.2), (-24.4, 14.9, 0.15), (-25.1, 17.1, 0.2),
    (-22.9, 16.1, 0.15), (-16.6, 28.3, 0.3), (-15.6, 28, 0.25), (-14, 28.5, 0.3), (-25.5, 37.8, 0.25), (-28, 38.5, 0.3),
    (-86.9, 20.4, 0.15), (-82.8, 21.7, 0.35), (-64, 11, 0.25), (-69.9, 12.5, 0.12), (-69, 12.2, 0.2),
)  # fmt: skip
STEP = 0.06
"""Length in degrees at which a coast is roughened no further."""
ROUGHNESS = 0.13
"""Standard deviation of the shift of a midpoint, in lengths of its line."""
MASK_WEST, MASK_SOUTH, MASK_PER_DEGREE, MASK_SHAPE = -130.0, -12.0, 10, (720, 1700)


@functools.cache
def coasts() -> tuple[np.ndarray, ...]:
    """Closed outlines, each float64 (points, 2): longitude and latitude in degrees."""
    random = np.random.default_rng(18)
    corners = [AMERICAS, AFRICA, EUROPE, CUBA, HISPANIOLA, JAMAICA, PUERTO_RICO, ANDROS, ABACO]
    angles = np.linspace(0, 2 * np.pi, 7)[:-1]
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    islands = [np.array([lon, lat]) + radius * ring * random.uniform(0.5, 1.2, (6, 1)) for lon, lat, radius in ISLANDS]
    return tuple(_roughened(np.asarray(outline, float), random) for outline in [*corners, *islands])


def _roughened(outline: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Outline with every line halved, and its middle shifted sideways, until no line is longer than STEP."""
    points = np.vstack([outline, outline[:1]])
    for _ in range(12):
        line = np.diff(points, axis=0)
        length = np.hypot(*line.T)
        long = length > STEP
        if not long.any():
            break
        shift = ROUGHNESS * random.standard_normal(len(line)) * (length < 6)  # the longest lines are inland borders
        middle = (points[:-1] + points[1:]) / 2 + shift[:, None] * np.stack([-line[:, 1], line[:, 0]], axis=1)
        points = np.insert(points, np.flatnonzero(long) + 1, middle[long], axis=0)
    return points


@functools.cache
def _mask() -> np.ndarray:
    mask = np.zeros(MASK_SHAPE, np.uint8)
    corner = np.array([MASK_WEST, MASK_SOUTH])
    cv2.fillPoly(mask, [np.rint((outline - corner) * MASK_PER_DEGREE).astype(np.int32) for outline in coasts()], 1)
    return mask


def is_land(lat: np.ndarray | float, lon: np.ndarray | float) -> np.ndarray:
    """Whether a place is land, to a tenth of a degree; sea everywhere outside of 130 W to 40 E, 12 S to 60 N."""
    column = np.rint((np.asarray(lon) - MASK_WEST) * MASK_PER_DEGREE).astype(int)
    row = np.rint((np.asarray(lat) - MASK_SOUTH) * MASK_PER_DEGREE).astype(int)
    inside = (row >= 0) & (row < MASK_SHAPE[0]) & (column >= 0) & (column < MASK_SHAPE[1])
    return (_mask()[np.where(inside, row, 0), np.where(inside, column, 0)] > 0) & inside

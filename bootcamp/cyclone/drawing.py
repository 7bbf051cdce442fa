"""From brightness temperature to a frame like those of the archive: enhancement colours, coasts, grid, text, bar."""

import functools
import math

from bootcamp.cyclone.geography import coasts
from bootcamp.cyclone.rendering import FRAME_KM

import cv2
import numpy as np
import pandas as pd

FULL = 1024
"""Coasts, grid and text are laid out for frames of this size and reduced for smaller ones."""
KM_PER_DEGREE = 111.2
ORANGE = (255, 165, 0)
ENHANCEMENT = (
    (-90.0, (240, 159, 41)), (-80.0, (255, 253, 12)), (-80.0, (157, 100, 32)), (-75.0, (208, 51, 20)),
    (-74.0, (241, 18, 16)), (-70.0, (246, 0, 0)), (-70.0, (3, 159, 0)), (-50.0, (132, 253, 4)), (-50.0, (0, 2, 180)),
    (-30.0, (0, 218, 255)), (-30.0, (240, 240, 240)), (-20.0, (222, 222, 222)), (-10.0, (201, 201, 201)),
    (0.0, (168, 168, 168)), (10.0, (143, 143, 143)), (15.0, (121, 121, 121)), (20.0, (96, 96, 96)),
    (25.0, (70, 70, 70)), (30.0, (26, 26, 26)),
)  # fmt: skip
"""Temperature in degrees Celsius and colour (red, green, blue), read off the colour bar of real frames; linear between
two lines, and a temperature that stands there twice is a sharp border."""
COLDEST_C, WARMEST_C, STEPS = -90.0, 37.5, 255
FOOT, BAR = 954, 994
"""Rows at which the line of text and the colour bar begin."""
BOX_HEIGHT = 55


@functools.cache
def _colours() -> np.ndarray:
    """Colour of every half degree from COLDEST_C to WARMEST_C, uint8 (256, 3)."""
    celsius = np.linspace(COLDEST_C, WARMEST_C, STEPS + 1)
    known = np.array([entry[0] for entry in ENHANCEMENT]) + 1e-6 * np.arange(len(ENHANCEMENT))
    channels = np.array([entry[1] for entry in ENHANCEMENT], float)
    return np.stack([np.interp(celsius, known, channel) for channel in channels.T], axis=1).round().astype(np.uint8)


def enhance(temperature_k: np.ndarray) -> np.ndarray:
    """Enhancement colours uint8 (..., 3), red first, of brightness temperatures in kelvin: gray above -30 C."""
    index = (temperature_k - np.float32(273.15 + COLDEST_C)) * np.float32(STEPS / (WARMEST_C - COLDEST_C))
    return _colours()[np.clip(index, 0, STEPS).astype(np.uint8)]


def to_pixels(points: np.ndarray, lat: float, lon: float) -> np.ndarray:
    """Column and row (n, 2), in pixels of a FULL frame around a place, of longitudes and latitudes (n, 2)."""
    per_degree = KM_PER_DEGREE / FRAME_KM * FULL
    east = (points[:, 0] - lon + 180) % 360 - 180
    return np.stack([east * math.cos(math.radians(lat)) * per_degree, (lat - points[:, 1]) * per_degree], 1) + FULL / 2


@functools.cache
def _boxes() -> np.ndarray:
    """West, south, east and north end of each coast in degrees (n, 4)."""
    return np.array([[*outline.min(axis=0), *outline.max(axis=0)] for outline in coasts()])


def _near(lat: float, lon: float) -> list[np.ndarray]:
    """Outlines of the coasts that may be seen in a frame, in its pixels."""
    high = FRAME_KM / KM_PER_DEGREE / 2
    wide = high / math.cos(math.radians(lat))
    west, south, east, north = _boxes().T
    seen = (west < lon + wide) & (east > lon - wide) & (south < lat + high) & (north > lat - high)
    return [np.rint(to_pixels(coasts()[i], lat, lon)).astype(np.int32) for i in np.flatnonzero(seen)]


def land_share(lat: float, lon: float, size: int) -> np.ndarray:
    """Share of land in each pixel of a frame around a place, float32 (size, size)."""
    mask = np.zeros((FULL // 2, FULL // 2), np.uint8)
    cv2.fillPoly(mask, [outline // 2 for outline in _near(lat, lon)], 1)
    return cv2.resize(mask.astype(np.float32), (size, size), interpolation=cv2.INTER_AREA)


def draw_frame(
    temperature_k: np.ndarray, lat: float, lon: float, title: tuple[str, str], size: int = 512
) -> np.ndarray:
    """Frame uint8 (size, size, 3), red first.

    Args:
        temperature_k: brightness temperature (n, n); `size` is a multiple of n, as a pixel of the satellite is
            larger than one of the frame.
        lat: latitude of the middle.
        lon: longitude of the middle, degrees east.
        title: the two lines of the text box.
        size: height and width of the frame, up to FULL.
    """
    pixels = cv2.resize(enhance(temperature_k), (size, size), interpolation=cv2.INTER_NEAREST)
    lines = cv2.resize(_lines(lat, lon), (size, size), interpolation=cv2.INTER_AREA)
    frame = cv2.subtract(pixels, cv2.multiply(pixels, cv2.merge([lines] * 3), scale=1 / 255))
    frame = cv2.add(frame, cv2.merge([cv2.multiply(lines, value / 255) for value in ORANGE]))
    box = _box(title)
    box = cv2.resize(box, None, fx=size / FULL, fy=size / FULL, interpolation=cv2.INTER_AREA)
    frame[: box.shape[0], : box.shape[1]] = box[..., None]
    foot = _foot(size)
    frame[size - len(foot) :] = foot
    return frame


def _lines(lat: float, lon: float) -> np.ndarray:
    """How much coasts and grid cover each pixel, uint8 (FULL, FULL), 255: all."""
    mask = np.zeros((FULL, FULL), np.uint8)
    cv2.polylines(mask, _near(lat, lon), True, 255, 1)
    west, south = lon - 14, lat - 12
    for degree in range(2 * math.ceil(south / 2), int(lat + 12), 2):
        row = round(float(to_pixels(np.array([[lon, degree]]), lat, lon)[0, 1]))
        cv2.line(mask, (0, row), (FULL, row), 255, 1)
        if degree % 8 == 0:
            label = f"{abs(degree)}{'N' if degree >= 0 else 'S'}"
            _type(mask, label, 16, row - 5, 255)
            _type(mask, label, FULL - 46, row - 5, 255)
    for degree in range(2 * math.ceil(west / 2), int(lon + 14), 2):
        column = round(float(to_pixels(np.array([[degree, lat]]), lat, lon)[0, 0]))
        cv2.line(mask, (column, 0), (column, FULL), 255, 1)
    return mask


def _type(
    image: np.ndarray, text: str, column: int, row: int, colour: int, step: int = 16, scale: float = 0.62
) -> None:
    """Write text with letters of equal width into an image, in place."""
    for i, letter in enumerate(text):
        cv2.putText(image, letter, (column + i * step, row), cv2.FONT_HERSHEY_DUPLEX, scale, colour, 1)


def _box(title: tuple[str, str]) -> np.ndarray:
    box = np.full((BOX_HEIGHT, 34 + 17 * max(map(len, title))), 255, np.uint8)
    for i, line in enumerate(title):
        _type(box, line, 18, 20 + 20 * i, 0, 17, 0.66)
    return cv2.rectangle(box, (0, 0), (box.shape[1] - 1, box.shape[0] - 1), 0, 1)


def frame_title(time: pd.Timestamp, fix: pd.Timestamp, storm: str, satellite: str) -> tuple[str, str]:
    """The two lines of the text box: time and name of the last advisory, time and satellite of the frame."""
    return (
        f"{fix:%m/%d/%y %H%MZ}  {storm.replace('.', ' ')}",
        f"{time:%m/%d/%y %H%MZ}  {satellite.upper()} IR",
    )


@functools.cache
def _foot(size: int) -> np.ndarray:
    """Line of text and colour bar at the foot of a frame, uint8 (rows, size, 3)."""
    foot = np.full((FULL - FOOT, FULL, 3), 255, np.uint8)
    celsius = -90 + np.arange(FULL) / 8.5
    celsius = 2.0 * np.floor(celsius / 2)
    foot[BAR - FOOT :] = enhance((celsius + 273.15).astype(np.float32))
    text = np.zeros(foot.shape[:2], np.uint8)
    _type(text, "AI for Science Bootcamp  synthetic frame, no observation", 160, 15, 255, 12, 0.5)
    _type(text, "<--   IR Temperature (Celsius)   -->", 300, 32, 255, 12, 0.5)
    foot[text > 100] = 0
    for degree in range(-80, 30, 10):
        shade = (255, 255, 255) if degree > 15 else (0, 0, 0)
        place = (round((degree + 90) * 8.5) - 16, 66)
        cv2.putText(foot, str(degree), place, cv2.FONT_HERSHEY_DUPLEX, 0.5, shade, 1)
    return cv2.resize(foot, (size, round(len(foot) * size / FULL)), interpolation=cv2.INTER_AREA)

"""Brightness temperature of a tropical cyclone from its wind: the patterns of Dvorak's method, synthesised.

Dvorak 1984 (NOAA Technical Report NESDIS 11) reads the intensity of a storm from infrared images: bands that wrap
around the centre, a central dense overcast that grows and cools, an eye that warms. Here it is run backwards. What a
storm looks like follows its wind only with an error that lasts for its life and one that wanders from hour to
hour; size, asymmetry, shear, surroundings and textures are its own. So nobody can read the wind exactly from a frame.
"""

import math
import zlib
from dataclasses import dataclass, replace

from bootcamp.cyclone.texture import generations, sample, tile, wandering

import cv2
import numpy as np

FRAME_KM = 2048.0
"""Width and height of a frame: 2 km per pixel at 1024 pixels, as in the real frames of named storms."""
T_NUMBER_KT = (0, 22, 27, 30, 35, 45, 55, 65, 77, 90, 102, 115, 127, 140, 155, 170)
T_NUMBER = (0, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8)
"""Wind and T-number (Dvorak 1984)."""
LASTING_KT, LASTING_SHARE = 2.5, 0.04
PASSING_KT, PASSING_SHARE = 2.0, 0.03
"""Standard deviation of the error between wind and look: constant part in knots, and share of the wind."""
SEA_K, COLDEST_K = 294.0, 187.0
MAP_KM = 3072.0
"""Width of a texture in the plane: its pixels are 6 km, a little finer than those of a laptop's frames."""


@dataclass(frozen=True)
class Texture:
    """Slope of the spectrum, coarsest features and life in hours; `stretch`: how much longer than wide they are.

    `width_km`: of a tile. `smooth`: nothing finer than four pixels is in it.
    """

    slope: float
    coarsest_km: float
    life_h: float
    stretch: float = 1.0
    width_km: float = MAP_KM
    smooth: bool = False

    def fine(self) -> "Texture":
        """The same, computed in every pixel."""
        return replace(self, smooth=False)


BROAD = Texture(4.0, 900, 30, smooth=True)
PUFFS = Texture(2.7, 110, 8)
PATCHES = Texture(4.0, 800, 24, smooth=True)
STREAKS = Texture(2.6, 160, 10, stretch=4.0)
THREADS = Texture(3.4, 0.8, 9, width_km=2 * math.pi)  # in radians around the storm
CELLS = Texture(3.8, 330, 8)
CLUSTERS = Texture(4.0, 420, 9)
CLOUD = Texture(3.0, 150, 7)
BILLOWS = Texture(3.8, 300, 10, smooth=True)


@dataclass(frozen=True)
class StormLook:
    """What a storm keeps for its whole life. Directions in radians, counterclockwise from east; sizes relative to 1."""

    key: int
    error: float
    size: float
    cold_k: float
    asymmetry: float
    direction: float
    shear: float
    shear_direction: float
    pitch: float
    band_phase: float
    band_width: float
    eye_km: float
    ragged: float
    cirrus: float
    cells: float
    stratus: float
    stream: float
    phases: np.ndarray


@dataclass(frozen=True)
class Scene:
    """One moment: hours since the first fix, wind, latitude of the centre, temperature of the land.

    `east_km`, `north_km`: place of the centre, from the middle of the frame.
    """

    hour: float
    wind_kt: float
    east_km: float
    north_km: float
    lat: float
    land_k: float


def storm_look(storm_id: str, seed: int = 0) -> StormLook:
    """The look of a storm, drawn from its name and a seed."""
    key = zlib.crc32(f"{storm_id} {seed}".encode())
    random = np.random.default_rng(key)
    return StormLook(
        key=key,
        error=float(np.clip(random.standard_normal(), -2.2, 2.2)),
        size=math.exp(random.normal(0, 0.2)),
        cold_k=float(np.clip(random.normal(0, 2.0), -4, 4)),
        asymmetry=random.uniform(0.05, 0.4),
        direction=random.uniform(0, 2 * math.pi),
        shear=random.uniform(0.1, 1.3),
        shear_direction=random.uniform(0, 2 * math.pi),
        pitch=math.radians(random.uniform(11, 21)),
        band_phase=random.uniform(0, 2 * math.pi),
        band_width=random.uniform(0.55, 1.05),
        eye_km=random.uniform(14, 36),
        ragged=random.uniform(0.6, 1.4),
        cirrus=random.uniform(0.4, 1.2),
        cells=random.uniform(-0.4, 0.4),
        stratus=random.uniform(0.0, 1.0),
        stream=random.uniform(0, 2 * math.pi),
        phases=random.uniform(0, 2 * math.pi, (8, 6)),
    )


def apparent_wind(look: StormLook, scene: Scene) -> float:
    """The wind in knots that the storm looks like: the true one plus a lasting and a passing error."""
    wind = scene.wind_kt
    lasting = (LASTING_KT + LASTING_SHARE * wind) * look.error
    passing = (PASSING_KT + PASSING_SHARE * wind) * wandering(scene.hour, look.phases[0])
    return max(wind + lasting + passing, 8.0)


def brightness_temperature(
    look: StormLook, scene: Scene, size: int = 256, land: np.ndarray | None = None
) -> np.ndarray:
    """Brightness temperature in kelvin, float32 (size, size), north up, of a storm at one moment.

    Args:
        look: what the storm keeps.
        scene: what changes.
        size: pixels; the frame is FRAME_KM wide.
        land: share of land in each pixel, float32 (size, size).
    """
    x, y = _grid(size)
    east, north = x - np.float32(scene.east_km), y - np.float32(scene.north_km)
    if scene.lat < 0:
        north = -north  # south of the equator storms turn the other way
    t_number = float(np.interp(apparent_wind(look, scene), T_NUMBER_KT, T_NUMBER))
    temperature = _surface(look, scene, x, y, land)
    temperature = _cover(temperature, *_cirrus(look, scene, t_number, x, y, east, north))
    temperature = _cover(temperature, *_far_cells(look, scene, x, y, east, north))
    temperature = _storm(temperature, look, scene, t_number, east, north)
    return np.clip(temperature, COLDEST_K, 305.0)


def _grid(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Kilometres east and north of the middle of the frame."""
    axis = ((np.arange(size) + 0.5) / size - 0.5) * FRAME_KM
    east, south = np.meshgrid(axis.astype(np.float32), axis.astype(np.float32))
    return east, -south


def _cover(below: np.ndarray, share: np.ndarray, top: np.ndarray | float) -> np.ndarray:
    """Temperature seen through clouds that hide a share of what is below."""
    return below + share * (top - below)


def _step(value: np.ndarray, width: float) -> np.ndarray:
    """Smooth step from 0 to 1 around 0."""
    return 1 / (1 + np.exp(np.clip(-value / np.float32(width), -30, 30)))


def _carried(
    look: StormLook, channel: int, kind: Texture, hour: float, x: np.ndarray, y: np.ndarray,
    motion: tuple[float, float] = (0.0, 0.0), turn: np.ndarray | None = None,
) -> np.ndarray:  # fmt: skip
    """Texture carried by a flow, variance about 1.

    Args:
        look: whose textures.
        channel: which of them.
        kind: of texture.
        hour: time.
        x: km east.
        y: km north.
        motion: of the flow, km per hour.
        turn: of the flow around the origin, radians per hour in each pixel.
    """
    if kind.smooth:  # a quarter of the pixels is enough
        every = (slice(2, None, 4), slice(2, None, 4))
        few = _carried(
            look, channel, kind.fine(), hour, x[every], y[every], motion, None if turn is None else turn[every]
        )
        return cv2.resize(few, x.shape[::-1], interpolation=cv2.INTER_LINEAR)
    texture, total = tile(kind.slope, round(kind.width_km / kind.coarsest_km), (look.key + channel) % 4), 0.0
    for weight, age, offset in generations(hour, kind.life_h, look.key + 7919 * channel):
        a, b = x - np.float32(motion[0] * age), y - np.float32(motion[1] * age)
        if turn is not None:
            angle = turn * np.float32(age)
            c, s = np.cos(angle), np.sin(angle)
            a, b = a * c + b * s, b * c - a * s
        scale = np.float32(1 / kind.width_km)
        a = a * (scale / np.float32(kind.stretch)) + offset[0]
        total = total + np.float32(weight) * sample(texture, a, b * scale + offset[1])
    return total


def _surface(look: StormLook, scene: Scene, x: np.ndarray, y: np.ndarray, land: np.ndarray | None) -> np.ndarray:
    """Sea, land and low clouds."""
    sea = SEA_K - 0.28 * max(abs(scene.lat) - 15, 0) - math.copysign(0.003, scene.lat) * y
    surface = sea if land is None else sea + land * np.float32(scene.land_k - SEA_K)
    drift = (12 * math.cos(look.stream), 12 * math.sin(look.stream))
    broad = _carried(look, 1, BROAD, scene.hour, x, y, drift)
    fine = _carried(look, 2, PUFFS, scene.hour, x, y, drift)
    decks = _step(broad - 1.2 + look.stratus, 0.35)
    return surface - 0.7 * fine - decks * (4 + 1.2 * fine) - 9 * np.maximum(fine + 0.5 * broad - 1.9, 0)


def _cirrus(
    look: StormLook, scene: Scene, t_number: float, x: np.ndarray, y: np.ndarray, east: np.ndarray, north: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Thin high clouds: streaks of the surroundings, and the outflow of the storm that turns clockwise."""
    c, s = np.float32(math.cos(look.stream)), np.float32(math.sin(look.stream))
    patches = _carried(look, 3, PATCHES, scene.hour, x, y, (25 * float(c), 25 * float(s)))
    streaks = _carried(look, 4, STREAKS, scene.hour, x * c + y * s, y * c - x * s, (25.0, 0.0))
    thin = 0.75 * _step(patches + 0.35 * streaks - 2.0 + 0.8 * look.cirrus, 0.3)
    r = np.hypot(east, north) + 20
    angle = np.arctan2(north, east)
    log_r = np.log(r / 100)
    threads = _carried(look, 5, THREADS, scene.hour, angle + 1.9 * log_r, 0.8 * log_r, (-0.06, 0.03))
    reach = np.float32((190 + 75 * t_number) * look.size)
    fan_direction = look.shear_direction + 0.25 * wandering(scene.hour, look.phases[1])
    fan = 1 + np.float32(0.45 * min(look.shear, 1.0)) * np.cos(angle - np.float32(fan_direction))
    shield = _step((reach * fan - r) / reach + 0.22 * threads + 0.2 * patches - 0.05, 0.16)
    veil = 0.85 * shield * np.float32(min(0.4 + 0.12 * t_number, 1.0)) * (0.8 + 0.2 * np.tanh(threads))
    return 1 - (1 - thin) * (1 - np.minimum(veil, 1)), np.float32(243.5) - 3.5 * threads - 1.5 * streaks


def _far_cells(
    look: StormLook, scene: Scene, x: np.ndarray, y: np.ndarray, east: np.ndarray, north: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Thunderstorms that have nothing to do with the cyclone; they grow and vanish within hours."""
    drift = (15 * math.cos(look.stream + 0.6), 15 * math.sin(look.stream + 0.6))
    region = _carried(look, 6, PATCHES, scene.hour, x, y, drift)
    cells = _carried(look, 7, CELLS, scene.hour, x, y, drift)
    near = np.exp(-((east**2 + north**2) / np.float32(420**2)))
    strength = (
        0.7 * cells + region + look.cells - 2.45 + 0.06 * _carried(look, 8, CLOUD, scene.hour, x, y, drift) - 0.8 * near
    )
    return _deep(strength, 0.36, 0.14), 219 - 11 * np.clip(strength, 0, 1.2)


def _deep(strength: np.ndarray, margin: float, softness: float) -> np.ndarray:
    """Share hidden by deep clouds: all of it where the strength is above 0, and a thin fringe of width `margin`."""
    core, fringe = _step(strength, 0.045), _step(strength + margin, softness)
    return 1 - (1 - core) * (1 - 0.75 * fringe)


def _storm(
    below: np.ndarray, look: StormLook, scene: Scene, t_number: float, east: np.ndarray, north: np.ndarray
) -> np.ndarray:
    """Clusters, bands, overcast and eye on top of what is below."""
    weak = float(np.clip((5.4 - t_number) / 4.4, 0, 1))
    turn = _rotation(scene.wind_kt, east, north)
    rough = _carried(look, 9, CLOUD, scene.hour, east, north, turn=turn)
    warp = _carried(look, 10, BILLOWS, scene.hour, east, north, turn=0.6 * turn)
    bend = np.float32(22 + 45 * weak * look.ragged)
    e, n = east + bend * warp, north + bend * _carried(look, 12, BILLOWS, scene.hour, east, north, turn=0.6 * turn)
    radius = _overcast_radius(look, scene, t_number)
    banded = _bands(look, scene, t_number, e, n, radius) + np.float32(0.12 + 0.1 * weak) * rough + 0.3 * warp
    strength = np.maximum(_overcast(look, scene, weak, e, n, radius, rough, warp), banded)
    strength = np.maximum(strength, _clusters(look, scene, weak, east, north, turn) + 0.15 * rough)
    coldness = float(np.interp(t_number, (0, 2, 4, 5, 6, 7, 8), (214, 213, 210, 207, 202, 198, 195)))
    coldness += look.cold_k + 1.5 * wandering(scene.hour, look.phases[2])
    coldness = coldness + 8 * _step(np.hypot(east, north) - np.float32(1.3 * radius), 40)  # bands are not so deep
    texture = (3.0 * rough + 2.5 * warp) * np.float32(0.45 + 0.55 * weak)
    top = coldness + 16 * np.exp(-np.clip(strength, 0, 3) / 0.33) + texture
    covered = _cover(below, _deep(strength, 0.3, 0.13), top)
    return _eye(covered, look, scene, t_number, east, north, radius, rough)


def _rotation(wind_kt: float, east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Turning of the cloud tops in radians per hour: a fraction of that of the wind below, counterclockwise."""
    r = np.hypot(east, north)
    return (0.05 + 0.34 * wind_kt / 100) * (60 / (r + 60)) ** np.float32(1.1)


def _overcast_radius(look: StormLook, scene: Scene, t_number: float) -> float:
    """Radius of the central dense overcast in km."""
    radius = float(np.interp(t_number, (0, 1, 2, 3, 4, 5, 6, 7, 8), (10, 40, 90, 140, 180, 210, 232, 248, 258)))
    return radius * look.size * (1 + 0.07 * wandering(scene.hour, look.phases[5]))


def _overcast(
    look: StormLook, scene: Scene, weak: float, east: np.ndarray, north: np.ndarray, radius: float, rough: np.ndarray,
    warp: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Depth of the central dense overcast, above 0 inside. Shear moves it off the centre of a weak storm."""
    heading = look.shear_direction + 0.35 * wandering(scene.hour, look.phases[3])
    shift = look.shear * (12 + 110 * weak) * (1 + 0.25 * wandering(scene.hour, look.phases[4]))
    a, b = east - np.float32(shift * math.cos(heading)), north - np.float32(shift * math.sin(heading))
    lean = 1 + np.float32(look.asymmetry * (0.6 + weak)) * np.cos(np.arctan2(b, a) - np.float32(look.direction))
    ragged = np.float32(look.ragged * (0.1 + 0.3 * weak))
    return 1.0 - np.hypot(a, b) / (radius * lean) + ragged * (0.6 * rough + warp) - np.float32(0.5 * weak**2)


def _clusters(
    look: StormLook, scene: Scene, weak: float, east: np.ndarray, north: np.ndarray, turn: np.ndarray
) -> np.ndarray:
    """Depth of the scattered thunderstorms of a weak or growing storm, most of them on the side the shear points to."""
    cells = _carried(look, 11, CLUSTERS, scene.hour, east, north, turn=turn)
    reach = np.float32(300 * look.size)
    shift = 130 * look.shear * weak
    a = east - np.float32(shift * math.cos(look.shear_direction))
    b = north - np.float32(shift * math.sin(look.shear_direction))
    near = np.exp(-((a**2 + b**2) / reach**2))
    activity = 0.25 * wandering(scene.hour, look.phases[6]) + 0.5 * look.cells
    return 0.75 * cells + np.float32(1.5 + activity) * near - np.float32(1.75 + 0.8 * (1 - weak))


def _bands(
    look: StormLook, scene: Scene, t_number: float, east: np.ndarray, north: np.ndarray, radius: float
) -> np.ndarray:
    """Depth of the clouds along logarithmic spirals that wrap further around the centre the stronger the storm is."""
    log_r = np.log(np.hypot(east, north) / np.float32(100) + 0.02)
    turned = look.band_phase + 0.05 * scene.hour  # rain bands travel around the centre slowly
    phase = np.arctan2(north, east) + log_r * np.float32(1 / math.tan(look.pitch)) - np.float32(turned)
    along = np.cos(phase) - 1
    second = np.cos(phase - np.float32(2.4 + look.asymmetry)) - np.float32(1.0 + 0.5 * look.band_width)
    wraps = float(np.interp(t_number, (1, 2.5, 3, 3.5, 4, 4.5, 6), (0.25, 0.45, 0.6, 0.8, 1.0, 1.2, 1.3)))
    inner = math.log(max(0.6 * radius, 40) / 100)
    outer = inner + 2 * math.pi * wraps * math.tan(look.pitch)
    ends = np.minimum((log_r - inner) / 0.25, 0) + np.minimum((outer - log_r) / 0.3, 0)
    fade = 0.5 * max(2.6 - t_number, 0)
    thinner = 0.28 * np.maximum(log_r - inner, 0)
    return 0.22 + np.maximum(along, second) / np.float32(look.band_width) + ends - np.float32(fade) - thinner


def _eye(
    covered: np.ndarray, look: StormLook, scene: Scene, t_number: float, east: np.ndarray, north: np.ndarray,
    radius: float, rough: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Ring of the coldest clouds around the centre, and the eye in it from about T-number 4 on."""
    clear = t_number - 4.6 + 0.25 * wandering(scene.hour, look.phases[6])
    r = np.hypot(east, north)
    eye_km = look.eye_km * (1 + 0.15 * wandering(scene.hour, look.phases[7])) * (1.25 - 0.05 * t_number)
    r = r + np.float32(5) * rough
    ring = np.exp(-(((r - 1.6 * eye_km - 25) / (0.22 * radius)) ** 2))
    strength = np.float32(np.clip((t_number - 3) / 3, 0, 1.3))
    ringed = covered - 6.5 * strength * ring * (1 + 0.3 * rough)
    open_share = 1 / (1 + math.exp(-clear / 0.28))
    warm = float(np.interp(t_number, (4, 5, 6, 7, 8), (228, 252, 275, 288, 293)))
    hole = np.exp(-((r / np.float32(eye_km)) ** 4)) * np.float32(open_share)
    return _cover(ringed, hole, np.float32(warm))

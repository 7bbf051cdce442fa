"""Random textures that move with a flow and change continuously.

A texture that is carried by a sheared flow is wound up without end. So two generations are shown at a time, each
carried by the flow from its own start; one fades in while the other fades out, and is replaced when it is invisible
(Perlin and Neyret 2001, "Flow Noise"). Every moment can be computed without those before it.
"""

import functools
import math

import cv2
import numpy as np

TILE = 512
"""Height and width of a periodic texture in pixels."""


@functools.cache
def tile(slope: float, coarsest: int, index: int) -> np.ndarray:
    """Periodic random texture float32 (TILE, TILE) with mean 0, variance 1 and a power spectrum k**-slope.

    Wave numbers below `coarsest` are left out, so its largest features have 1 / coarsest of its width.
    """
    random = np.random.default_rng([4711, index])
    k = np.hypot(np.fft.fftfreq(TILE)[:, None], np.fft.rfftfreq(TILE)[None]) * TILE
    amplitude = np.where(k >= coarsest, np.maximum(k, 1.0) ** (-slope / 2), 0.0)
    texture = np.fft.irfft2(np.fft.rfft2(random.standard_normal((TILE, TILE))) * amplitude, (TILE, TILE))
    return (texture / texture.std()).astype(np.float32)


def sample(texture: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Texture at places in tile widths (any float32 arrays of one shape); it repeats itself beyond its edges."""
    return cv2.remap(texture, x * TILE, y * TILE, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)


def generations(hour: float, life_hours: float, key: int) -> list[tuple[float, float, np.ndarray]]:
    """The two generations shown at a time: weight (their squares sum to 1), age in hours, random offset (2,).

    Ages run from -life_hours / 2 to life_hours / 2. `key` tells the textures of one archive apart.
    """
    shown = []
    for phase in (0.0, 0.5):
        count = hour / life_hours + phase
        number = math.floor(count)
        fraction = count - number
        offset = np.random.default_rng([key % 2**32, number + 2**20, int(2 * phase)]).random(2).astype(np.float32)
        shown.append((math.sin(math.pi * fraction), (fraction - 0.5) * life_hours, offset))
    return shown


def wandering(hour: float, phases: np.ndarray, periods_h: tuple[float, float] = (10.0, 90.0)) -> float:
    """Smooth random function of time with variance 1: a sum of cosines with the given `phases` (n,), 0 to 2 pi."""
    periods = np.geomspace(*periods_h, len(phases))
    return float(np.cos(2 * np.pi * hour / periods + phases).sum() / math.sqrt(len(phases) / 2))

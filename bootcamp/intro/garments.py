"""Drawn garments: an offline stand-in with the classes, the image size and the file layout of Fashion-MNIST.

Each class is an outline with random proportions, drawn four times too large and reduced. T-shirt, pullover, coat and
shirt share their cut and differ in sleeves and details, so they are the classes a classifier confuses, as in the
photographs.
"""

from collections.abc import Callable

import cv2
import numpy as np

CANVAS = 112  # drawn at four times 28 pixels, then reduced
OUTPUT = 28

Outline = list[tuple[float, float]]


def draw_garments(per_class: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 (10 * per_class, 28, 28) and labels uint8 (10 * per_class,), in random order."""
    labels = random.permutation(np.repeat(np.arange(len(DRAWERS), dtype=np.uint8), per_class))
    images = np.stack([_finish(DRAWERS[label](random), random) for label in labels])
    return images, labels


def _blank() -> np.ndarray:
    return np.zeros((CANVAS, CANVAS), np.float32)


def _fill(canvas: np.ndarray, outline: Outline, gray: float) -> None:
    """Fill a polygon given in units of the canvas (0 to 1, y down)."""
    cv2.fillPoly(canvas, [np.rint(np.array(outline) * CANVAS).astype(np.int32)], gray, lineType=cv2.LINE_AA)


def _line(canvas: np.ndarray, points: Outline, gray: float, width: int = 3) -> None:
    pixels = np.rint(np.array(points) * CANVAS).astype(np.int32)
    cv2.polylines(canvas, [pixels], False, gray, thickness=width, lineType=cv2.LINE_AA)


def _mirrored(right_half: Outline) -> Outline:
    """Close an outline given for the right half (distance from the middle, y) by its mirror image."""
    right = [(0.5 + x, y) for x, y in right_half]
    left = [(0.5 - x, y) for x, y in reversed(right_half)]
    return right + left


def _top(random: np.random.Generator, sleeve: float, length: float, width: float) -> tuple[np.ndarray, float]:
    """A garment with two sleeves: canvas and its gray value. `sleeve` is the share of an arm that is covered."""
    canvas, gray = _blank(), random.uniform(0.45, 0.95)
    neck, shoulder = random.uniform(0.07, 0.11), width + 0.05
    hem = min(0.08 + length, 0.97)
    spread = random.uniform(0.08, 0.16)
    cuff_y = 0.18 + 0.62 * sleeve
    outer = (shoulder + spread * (0.4 + sleeve), cuff_y)
    inner = (outer[0] - 0.1, cuff_y + 0.03)
    body = [(neck, 0.1), (shoulder, 0.16), outer, inner, (width, 0.36), (width + random.uniform(-0.02, 0.03), hem)]
    _fill(canvas, _mirrored(body), gray)
    return canvas, gray


def _t_shirt(random: np.random.Generator) -> np.ndarray:
    canvas, gray = _top(random, random.uniform(0.2, 0.5), random.uniform(0.68, 0.84), random.uniform(0.18, 0.25))
    if random.random() < 0.4:  # a print on the chest
        centre = (random.uniform(0.42, 0.58), random.uniform(0.38, 0.5))
        radius = int(random.uniform(0.06, 0.11) * CANVAS)
        cv2.circle(canvas, tuple(int(c * CANVAS) for c in centre), radius, gray * 0.5, -1, cv2.LINE_AA)
    return canvas


def _pullover(random: np.random.Generator) -> np.ndarray:
    canvas, gray = _top(random, random.uniform(0.75, 1.0), random.uniform(0.7, 0.86), random.uniform(0.18, 0.25))
    if random.random() < 0.5:  # ribbing along the hem
        hem = random.uniform(0.72, 0.78)
        _line(canvas, [(0.3, hem), (0.7, hem)], gray * 0.7)
    return canvas


def _coat(random: np.random.Generator) -> np.ndarray:
    canvas, gray = _top(random, random.uniform(0.85, 1.0), random.uniform(0.82, 0.88), random.uniform(0.2, 0.25))
    lapel = random.uniform(0.3, 0.5)
    _line(canvas, [(0.5, lapel), (0.5, 0.97)], gray * random.uniform(0.5, 0.85))
    _line(canvas, [(0.42, 0.1), (0.5, lapel), (0.58, 0.1)], gray * random.uniform(0.5, 0.85))
    return canvas


def _shirt(random: np.random.Generator) -> np.ndarray:
    sleeve = random.uniform(0.25, 0.45) if random.random() < 0.4 else random.uniform(0.75, 1.0)
    canvas, gray = _top(random, sleeve, random.uniform(0.7, 0.86), random.uniform(0.17, 0.23))
    _fill(
        canvas,
        [(0.4, 0.08), (0.5, 0.19), (0.6, 0.08), (0.6, 0.14), (0.5, 0.24), (0.4, 0.14)],
        min(1.0, gray * random.uniform(1.0, 1.2)),
    )
    for y in np.arange(0.3, 0.82, random.uniform(0.09, 0.14)):
        _line(canvas, [(0.5, y), (0.5, y + 0.02)], gray * random.uniform(0.55, 0.85))
    return canvas


def _trouser(random: np.random.Generator) -> np.ndarray:
    canvas, gray = _blank(), random.uniform(0.4, 0.95)
    waist, hip = random.uniform(0.12, 0.16), random.uniform(0.15, 0.2)
    ankle, gap = random.uniform(0.07, 0.12), random.uniform(0.01, 0.05)
    crotch = random.uniform(0.34, 0.42)
    half = [(waist, 0.05), (hip, 0.25), (gap + ankle, 0.96), (gap, 0.96), (0.0, crotch)]
    _fill(canvas, _mirrored(half), gray)
    return canvas


def _dress(random: np.random.Generator) -> np.ndarray:
    canvas, gray = _blank(), random.uniform(0.4, 0.95)
    strap, bust = random.uniform(0.08, 0.14), random.uniform(0.12, 0.16)
    waist, hem = random.uniform(0.08, 0.13), random.uniform(0.14, 0.27)
    half = [(strap * 0.5, 0.14), (strap, 0.06), (bust, 0.25), (waist, 0.42), (hem, random.uniform(0.86, 0.96))]
    _fill(canvas, _mirrored(half), gray)
    return canvas


def _shoe(random: np.random.Generator, ankle_height: float) -> tuple[np.ndarray, float, float]:
    """A closed shoe with its toe to the left: canvas, gray value, height of its sole."""
    canvas, gray = _blank(), random.uniform(0.45, 0.9)
    sole = random.uniform(0.7, 0.76)
    toe = sole - random.uniform(0.1, 0.16)
    opening = random.uniform(0.58, 0.66)
    upper = [
        (0.06, sole), (0.08, toe), (0.28, toe - 0.05), (opening - 0.05, sole - min(ankle_height, 0.3)),
        (opening, sole - ankle_height), (0.9, sole - ankle_height), (0.92, sole),
    ]  # fmt: skip
    _fill(canvas, upper, gray)
    return canvas, gray, sole


def _sneaker(random: np.random.Generator) -> np.ndarray:
    canvas, gray, sole = _shoe(random, random.uniform(0.24, 0.32))
    _fill(canvas, [(0.05, sole), (0.93, sole), (0.92, sole + 0.07), (0.07, sole + 0.07)], min(1.0, gray * 1.3))
    for x in np.linspace(0.36, 0.52, 3):
        _line(canvas, [(x, sole - 0.18), (x + 0.07, sole - 0.1)], gray * 0.5, width=2)
    return canvas


def _ankle_boot(random: np.random.Generator) -> np.ndarray:
    canvas, gray, sole = _shoe(random, random.uniform(0.46, 0.6))
    heel = random.uniform(0.06, 0.16)
    _fill(canvas, [(0.05, sole), (0.93, sole), (0.93, sole + 0.03), (0.05, sole + 0.03)], gray * 0.7)
    _fill(canvas, [(0.72, sole), (0.92, sole), (0.9, sole + heel), (0.76, sole + heel)], gray * 0.7)
    return canvas


def _sandal(random: np.random.Generator) -> np.ndarray:
    canvas, gray = _blank(), random.uniform(0.5, 1.0)
    heel = random.uniform(0.5, 0.72)
    thickness = random.uniform(0.04, 0.08)
    _line(canvas, [(0.08, 0.74), (0.4, 0.74), (0.9, heel)], gray, width=int(thickness * CANVAS))
    _fill(canvas, [(0.8, heel), (0.92, heel), (0.9, 0.78), (0.84, 0.78)], gray * 0.8)
    for _ in range(random.integers(2, 5)):
        foot, arch = random.uniform(0.12, 0.7), random.uniform(0.14, 0.3)
        _line(canvas, [(foot, 0.7), (foot + 0.08, 0.7 - arch), (foot + 0.2, 0.68)], gray * 0.9, width=4)
    return canvas


def _bag(random: np.random.Generator) -> np.ndarray:
    canvas, gray = _blank(), random.uniform(0.4, 0.95)
    top, bottom = random.uniform(0.38, 0.48), random.uniform(0.8, 0.9)
    upper, lower = random.uniform(0.26, 0.38), random.uniform(0.32, 0.44)
    _fill(canvas, _mirrored([(upper, top), (lower, bottom)]), gray)
    axes = (int(random.uniform(0.14, 0.24) * CANVAS), int(random.uniform(0.12, 0.3) * CANVAS))
    cv2.ellipse(canvas, (CANVAS // 2, int(top * CANVAS)), axes, 0, 180, 360, gray * 0.8, 5, cv2.LINE_AA)
    if random.random() < 0.6:
        _line(canvas, [(0.5 - upper, top + 0.1), (0.5 + upper, top + 0.1)], gray * 0.5)
    return canvas


def _finish(canvas: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Give a drawn garment folds and stripes, a small tilt and shift, and reduce it to uint8 (28, 28)."""
    folds = cv2.resize(random.standard_normal((7, 7)).astype(np.float32), (CANVAS, CANVAS))
    shaded = canvas * (1.0 + random.uniform(0.1, 0.3) * folds)
    if random.random() < 0.4:
        rows = np.arange(CANVAS)[:, np.newaxis]
        shaded = shaded * (1.0 + 0.25 * np.sign(np.sin(rows * random.uniform(0.25, 0.6))))
    tilt = cv2.getRotationMatrix2D((CANVAS / 2, CANVAS / 2), random.normal(0.0, 7.0), random.uniform(0.75, 1.0))
    tilt[:, 2] += random.uniform(-8.0, 8.0, 2)
    moved = cv2.warpAffine(shaded.astype(np.float32), tilt, (CANVAS, CANVAS))
    small = cv2.resize(moved, (OUTPUT, OUTPUT), interpolation=cv2.INTER_AREA)
    grain = (0.03 + 0.1 * small) * random.normal(0.0, 1.0, small.shape)
    return np.rint(255.0 * np.clip(small + grain, 0.0, 1.0)).astype(np.uint8)


DRAWERS: tuple[Callable[[np.random.Generator], np.ndarray], ...] = (
    _t_shirt, _trouser, _pullover, _dress, _coat, _sandal, _shirt, _sneaker, _bag, _ankle_boot,
)  # fmt: skip
"""One per class, in the order of the labels of Fashion-MNIST."""

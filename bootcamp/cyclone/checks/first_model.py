"""Checks of the exercises of 03_Images_and_First_Model."""

from collections.abc import Callable
from typing import Any

from bootcamp.exercises import Check, Finding

import numpy as np


def _same(found: Any, expected: Any) -> bool:
    found = np.asarray(found)
    return found.shape == np.shape(expected) and bool(np.allclose(found, expected, rtol=1e-5, atol=1e-9))


def _hint(found: Any, guesses: dict[str, Any], otherwise: str) -> str:
    return next((text for text, value in guesses.items() if _same(found, value)), otherwise)


def _block_mean(image: np.ndarray, factor: int) -> np.ndarray:
    height, width, channels = image.shape
    return image.reshape(height // factor, factor, width // factor, factor, channels).mean(axis=(1, 3))


def reduce(answer: Callable) -> list[Finding]:
    """A function (image (height, width, 3), factor) -> block means (height / factor, width / factor, 3)."""
    image = np.random.default_rng(0).integers(0, 256, (12, 18, 3), dtype=np.uint8)
    expected = _block_mean(image, 3)
    found = np.asarray(answer(image.copy(), 3))
    guesses = {
        "this is one pixel of each block: eight of nine are thrown away": image[::3, ::3].astype(float),
        "this is the middle pixel of each block: the others have no part in it": image[1::3, 1::3].astype(float),
        "only along one axis: average over the rows and the columns of a block": image[::3]
        .reshape(4, 6, 3, 3)
        .mean(axis=2),
        "the colors are averaged as well: keep the last axis": expected.mean(axis=-1),
        "the blocks are rounded down: keep the mean in floating point": np.floor(expected),
        "the reshape mixes rows: (height // f, f, width // f, f, 3), then the mean over axes 1 and 3": image.reshape(
            3, 4, 3, 6, 3
        ).mean(axis=(0, 2)),
    }
    otherwise = f"the result has the shape (4, 6, 3) and yours has {found.shape}"
    if found.shape == expected.shape:
        otherwise = "each value is the mean of one block of 3 x 3 neighboring pixels of one color"
    even = np.full((8, 8, 3), 200, np.uint8)
    return [
        Finding("12 x 18 pixels by a factor of 3", _same(found, expected), _hint(found, guesses, otherwise)),
        Finding("an even image stays even", _same(answer(even, 4), np.full((2, 2, 3), 200.0)), "bytes overflow at 255"),
    ]


def alarms(answer: Callable) -> list[Finding]:
    """A function confusion matrix (8, 8) -> (share of hurricanes missed, share of hurricane forecasts in vain)."""
    matrix = np.random.default_rng(1).integers(1, 30, (8, 8))
    weak, strong = slice(0, 3), slice(3, 8)
    missed, false = matrix[strong, weak].sum(), matrix[weak, strong].sum()
    rows, columns = matrix[strong].sum(), matrix[:, strong].sum()
    found = np.asarray(answer(matrix.copy()))
    guesses = {
        "rows are true classes: a missed hurricane lies in rows H1 to H5 and columns NC to TS": [
            false / rows,
            missed / columns,
        ],
        "you return the two shares in the wrong order": [false / columns, missed / rows],
        "false alarms are a share of the frames predicted to be hurricanes, the columns H1 to H5": [
            missed / rows,
            false / matrix[weak].sum(),
        ],
        "each share has its own total: true hurricanes for one, predicted ones for the other": [
            missed / matrix.sum(),
            false / matrix.sum(),
        ],
        "hurricanes begin with H1, which is index 3": [
            matrix[4:, :4].sum() / matrix[4:].sum(),
            matrix[:4, 4:].sum() / matrix[:, 4:].sum(),
        ],
        "these are counts; divide each by its total": [missed, false],
    }
    hint = _hint(found, guesses, "missed: rows H1 to H5, columns NC to TS, divided by the sum of the rows H1 to H5")
    perfect = np.asarray(answer(np.diag(np.arange(1, 9))))
    return [
        Finding("a matrix with every error", _same(found, [missed / rows, false / columns]), hint),
        Finding("no errors, no alarms", _same(perfect, [0.0, 0.0]), "nothing beside the diagonal means two zeros"),
    ]


def side_after(answer: Callable) -> list[Finding]:
    """A function (side, kernel_size, strides) -> side of the result without padding."""
    findings = []
    for side, kernel, strides in ((232, 10, 3), (75, 3, 2), (38, 3, 2), (12, 5, 1)):
        expected = (side - kernel) // strides + 1
        found = answer(side, kernel, strides)
        guesses = {
            "this is the number of steps; one place more fits, the one you start from": expected - 1,
            "the kernel must lie inside the image: the last place begins at side - kernel_size": side // strides,
            "that is what padding would give; without it the kernel must lie inside": -(-side // strides),
            "a place at which the kernel does not fit completely does not count: round down": -(
                -(side - kernel) // strides
            )
            + 1,
            "a number of pixels is whole: round down": (side - kernel) / strides + 1,
        }
        otherwise = "the kernel starts at 0, strides, 2 strides, ... as long as it lies inside"
        about = f"{side} pixels, kernel {kernel}, strides {strides}"
        findings.append(Finding(about, _same(found, expected), _hint(found, guesses, otherwise)))
    return findings


CHECKS: dict[str, Check] = {"reduce": reduce, "alarms": alarms, "side_after": side_after}

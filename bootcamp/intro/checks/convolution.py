"""Checks of the exercises of 03_Convolution_Primer."""

from collections.abc import Callable, Mapping
from typing import Any

from bootcamp.exercises import Check, Finding
from bootcamp.intro.convolution import cross_correlate, output_size, toy_feature_image

import numpy as np

DIAGONAL = (12, 12)  # row and column of a pixel in the middle of the diagonal of the drawn image


def diagonal_kernel(answer: Any) -> list[Finding]:
    """A 3x3 kernel that sums to zero and answers strongly to the falling diagonal alone."""
    kernel = np.asarray(answer, dtype=float)
    if kernel.shape != (3, 3):
        return [Finding("the kernel has 3 rows and 3 columns", False, f"this one has the shape {kernel.shape}")]
    response = cross_correlate(toy_feature_image(), kernel)  # its pixel (i, j) is centred on (i + 1, j + 1)
    on_diagonal = response[DIAGONAL[0] - 1, DIAGONAL[1] - 1]
    elsewhere = response.copy()
    middle = np.arange(5, 18)  # every window that touches the diagonal has its centre here
    for offset in (-2, -1, 0, 1, 2):
        elsewhere[middle, middle + offset] = -np.inf
    rival = float(elsewhere.max())
    return [
        Finding("the kernel has 3 rows and 3 columns", True),
        Finding(
            "a surface of one gray value gets the response 0",
            bool(abs(kernel.sum()) < 1e-9),
            f"the nine weights must sum to 0, and they sum to {kernel.sum():g}: brightness alone gets a response.",
        ),
        Finding(
            "the diagonal gets a positive response",
            bool(on_diagonal > 0),
            f"on the diagonal the response is {on_diagonal:g}. Where does the falling diagonal pass through the 3x3 "
            "window? Those weights must be positive, the others negative.",
        ),
        Finding(
            "lines along x or y, corners and the dot get at most half of that",
            bool(on_diagonal > 0 and rival <= 0.5 * on_diagonal),
            f"something else reaches {rival:g}, the diagonal {on_diagonal:g}. Give weight to all three pixels of the "
            "diagonal, so that a line along x or y meets as much negative as positive weight.",
        ),
    ]


WRONG_PARAMETERS = {
    5 * 5 * 3 * 32: "the weights are right; each of the 32 filters also has one bias.",
    5 * 5 * 32 + 32: "a filter reaches through all 3 input channels, so it has 5 * 5 * 3 weights.",
    5 * 5 * 3 + 32: "there are 32 filters, and each has its own 5 * 5 * 3 weights.",
    5 * 5 * 3 + 1: "that is one filter; there are 32.",
}
NUMBERS = ("height", "width", "channels", "parameters")


def layer_numbers(answer: Any) -> list[Finding]:
    """Output shape and parameters of 32 filters of 5x5, stride 2, no padding, on 64x48x3."""
    if not isinstance(answer, Mapping) or any(name not in answer for name in NUMBERS):
        return [Finding("four numbers are there", False, f"the answer is a dictionary with {', '.join(NUMBERS)}")]
    height, width, parameters = output_size(64, 5, 2), output_size(48, 5, 2), 32 * (5 * 5 * 3 + 1)
    floor = "the kernel must fit: subtract it before you divide by the stride, round down, then add 1."
    counted = WRONG_PARAMETERS.get(answer["parameters"], "count kernel height * kernel width * channels, plus a bias.")
    return [
        Finding("height", answer["height"] == height, floor),
        Finding("width", answer["width"] == width, floor),
        Finding("channels", answer["channels"] == 32, "each filter makes one channel, whatever came in."),
        Finding("parameters", answer["parameters"] == parameters, counted),
    ]


def max_pool(answer: Callable[[np.ndarray, int, int], np.ndarray]) -> list[Finding]:
    """A function (image, size, stride) -> largest value of each window, windows may overlap."""
    if not callable(answer):
        return [Finding("the answer is a function", False, "hand over the function itself, without calling it.")]
    random = np.random.default_rng(7)
    return [
        _pooled(answer, random.uniform(0, 1, (6, 8)), 2, 2, "windows of 2, stride 2", "take the largest value."),
        _pooled(
            answer, random.uniform(0, 1, (9, 7)), 3, 2, "windows of 3, stride 2 (they overlap)",
            "window (i, j) begins at row i * stride and column j * stride and is `size` pixels long, "
            "and there are (n - size) // stride + 1 of them along each axis.",
        ),
        _pooled(
            answer, random.uniform(-2, -1, (5, 5)), 3, 1, "an image with negative values only",
            "the largest value of a window can be negative: do not start from zeros.",
        ),
    ]  # fmt: skip


def _pooled(answer: Callable, image: np.ndarray, size: int, stride: int, about: str, hint: str) -> Finding:
    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size))[::stride, ::stride]
    wanted = windows.max(axis=(2, 3))
    got = np.asarray(answer(image.copy(), size, stride))
    if got.shape != wanted.shape:
        return Finding(about, False, f"the result has the shape {got.shape}, wanted {wanted.shape}; {hint}")
    if np.allclose(got, windows.mean(axis=(2, 3))):
        return Finding(about, False, "that is the mean of each window, not its largest value.")
    return Finding(about, bool(np.allclose(got, wanted)), hint)


CHECKS: dict[str, Check] = {
    "diagonal_kernel": diagonal_kernel,
    "layer_numbers": layer_numbers,
    "max_pool": max_pool,
}

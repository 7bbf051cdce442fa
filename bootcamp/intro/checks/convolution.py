"""Checks of the exercises of 03_Convolution_Primer."""

from collections.abc import Callable, Mapping
from typing import Any

from bootcamp.exercises import Check, Finding, agrees, as_array, random_cases, same, takes_function
from bootcamp.intro.convolution import cross_correlate, output_size, toy_feature_image

import numpy as np

DIAGONAL = (12, 12)  # row and column of a pixel in the middle of the diagonal of the drawn image


def diagonal_kernel(answer: Any) -> list[Finding]:
    """A 3x3 kernel that sums to zero and answers strongly to the falling diagonal alone."""
    kernel = as_array(answer)
    if kernel.shape != (3, 3) or kernel.dtype.kind not in "iuf":
        found = f"this one is {kernel.dtype} with the shape {kernel.shape}"
        return [Finding("the kernel has 3 rows and 3 columns of numbers", False, found)]
    kernel = kernel.astype(float)
    response = cross_correlate(toy_feature_image(), kernel)  # its pixel (i, j) is centred on (i + 1, j + 1)
    on_diagonal = response[DIAGONAL[0] - 1, DIAGONAL[1] - 1]
    elsewhere = response.copy()
    middle = np.arange(5, 18)  # every window that touches the diagonal has its centre here
    for offset in (-2, -1, 0, 1, 2):
        elsewhere[middle, middle + offset] = -np.inf
    rival = float(elsewhere.max())
    return [
        Finding("the kernel has 3 rows and 3 columns of numbers", True),
        Finding(
            "a surface of one gray value gets the response 0",
            bool(abs(kernel.sum()) < 1e-6 * np.abs(kernel).sum()),
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
            bool(on_diagonal > 0 and rival <= 0.500001 * on_diagonal),
            f"something else reaches {rival:g}, the diagonal {on_diagonal:g}. Give weight to all three pixels of the "
            "diagonal, so that a line along x or y meets as much negative as positive weight.",
        ),
    ]


WRONG_PARAMETERS = {
    5 * 5 * 3 * 32: "the weights are right; each of the 32 filters also has one bias.",
    5 * 5 * 32 + 32: "a filter reaches through all 3 input channels, so it has 5 * 5 * 3 weights.",
    5 * 5 * 3 + 32: "there are 32 filters, and each has its own 5 * 5 * 3 weights.",
    5 * 5 * 3 + 1: "that is one filter; there are 32.",
    32 * (5 * 5 + 1) * 3: "a filter has one bias, however many channels it reaches through.",
}
NUMBERS = ("height", "width", "channels", "parameters")
FLOOR = "the kernel must fit: subtract it before you divide by the stride, round down, then add 1."
WRONG_SIDES: Mapping[str, Callable[[int], float]] = {
    "that is the number of steps; one place more fits, the one you start from.": lambda side: (side - 5) // 2,
    "that is the side for padding with zeros; here the kernel must lie inside the image.": lambda side: -(-side // 2),
    "that is the side with stride 1: with 2 only every second place counts.": lambda side: side - 4,
    "a place at which the kernel does not fit completely does not count: round down.": lambda side: (
        -(-(side - 5) // 2) + 1
    ),
    "a number of pixels is whole: round down.": lambda side: (side - 5) / 2 + 1,
}


def layer_numbers(answer: Any) -> list[Finding]:
    """Output shape and parameters of 32 filters of 5x5, stride 2, no padding, on 64x48x3."""
    if not isinstance(answer, Mapping) or any(name not in answer for name in NUMBERS):
        return [Finding("four numbers are there", False, f"the answer is a dictionary with {', '.join(NUMBERS)}")]
    height, width, parameters = output_size(64, 5, 2), output_size(48, 5, 2), 32 * (5 * 5 * 3 + 1)
    swapped = same(answer["height"], width) and same(answer["width"], height)
    sides = "both sides are right and swapped: the image has a height of 64 and a width of 48." if swapped else ""
    count = "count kernel height * kernel width * channels, plus a bias, for each filter."
    counted = next((text for n, text in WRONG_PARAMETERS.items() if same(answer["parameters"], n)), count)
    channels = "each filter makes one channel, whatever came in."
    return [
        Finding("height", same(answer["height"], height), sides or _side_hint(answer["height"], 64)),
        Finding("width", same(answer["width"], width), sides or _side_hint(answer["width"], 48)),
        Finding("channels", same(answer["channels"], 32), channels),
        Finding("parameters", same(answer["parameters"], parameters), counted),
    ]


def _side_hint(found: Any, side: int) -> str:
    return next((text for text, wrong in WRONG_SIDES.items() if same(found, wrong(side))), FLOOR)


def _windows(image: np.ndarray, size: int, stride: int) -> np.ndarray:
    return np.lib.stride_tricks.sliding_window_view(image, (size, size))[::stride, ::stride]


def _max_pool(image: np.ndarray, size: int, stride: int) -> np.ndarray:
    return _windows(image, size, stride).max(axis=(2, 3))


def _image(random: np.random.Generator, low: float = -1.0, high: float = 1.0) -> np.ndarray:
    return random.uniform(low, high, size=random.integers(4, 10, size=2))


PLACES = (
    "window (i, j) begins at row i * stride and column j * stride and is `size` pixels long, and there are "
    "(n - size) // stride + 1 of them along each axis."
)
POOLS = {
    "that is the mean of each window, not its largest value.": lambda image, size, stride: _windows(
        image, size, stride
    ).mean(axis=(2, 3)),
    "that is the smallest value of each window.": lambda image, size, stride: _windows(image, size, stride).min(
        axis=(2, 3)
    ),
    "that is one pixel of each window, not its largest value.": lambda image, size, stride: _windows(
        image, size, stride
    )[:, :, 0, 0],
    "rows and columns are exchanged.": lambda image, size, stride: _max_pool(image, size, stride).T,
    "the windows overlap where the stride is smaller than the size: window i begins at i * stride.": (
        lambda image, size, stride: _max_pool(image, size, size)
    ),
}


@takes_function
def max_pool(answer: Callable[[np.ndarray, int, int], np.ndarray]) -> list[Finding]:
    """A function (image, size, stride) -> largest value of each window, windows may overlap."""
    any_windows = [
        (image, int(size), int(stride))
        for image in random_cases(_image, count=12)
        for size, stride in (np.random.default_rng(image.size).integers(1, 5, size=2),)
    ]
    groups = {
        "windows of 2, stride 2": [(image, 2, 2) for image in random_cases(lambda r: r.uniform(0, 1, (6, 8)), 2)],
        "windows of 3, stride 2 (they overlap)": [(image, 3, 2) for image in random_cases(_image, 10, seed=1)],
        "images with negative values only": [(image, 3, 1) for image in random_cases(lambda r: _image(r, -2, -1), 4)],
        "other windows and strides, gaps between them as well": any_windows,
    }
    hints = ("take the largest value of each window.", PLACES, "the largest value of a window can be negative: do not "
             "start from zeros.", PLACES)  # fmt: skip
    rows = zip(groups.items(), hints, strict=True)
    return [agrees(about, answer, _max_pool, cases, mistakes=POOLS, hint=hint) for (about, cases), hint in rows]


CHECKS: dict[str, Check] = {
    "diagonal_kernel": diagonal_kernel,
    "layer_numbers": layer_numbers,
    "max_pool": max_pool,
}

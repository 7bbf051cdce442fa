"""Checks of the exercises of 03_Images_and_First_Model."""

from collections.abc import Callable, Mapping

from bootcamp.exercises import Check, Finding, random_cases, takes_function
from bootcamp.exercises.groups import combined, in_groups

import numpy as np

Random = np.random.Generator


def _blocks(image: np.ndarray, factor: int) -> np.ndarray:
    """The image (height, width, 3) in blocks: (height / factor, factor, width / factor, factor, 3)."""
    height, width, channels = image.shape
    return image.reshape(height // factor, factor, width // factor, factor, channels)


def _block_mean(image: np.ndarray, factor: int) -> np.ndarray:
    return _blocks(image, factor).mean(axis=(1, 3))


def _mixed(image: np.ndarray, factor: int) -> np.ndarray:
    height, width, channels = image.shape
    parts = image.reshape(factor, height // factor, factor, width // factor, channels)
    return parts.mean(axis=(0, 2))


def _overflowed(image: np.ndarray, factor: int) -> np.ndarray:
    return _blocks(image, factor).sum(axis=(1, 3), dtype=np.uint8)


BLOCKS: Mapping[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "this is one pixel of each block: the others are thrown away": lambda x, f: x[::f, ::f],
    "this is the middle pixel of each block: the others have no part in it": lambda x, f: x[f // 2 :: f, f // 2 :: f],
    "the blocks are rounded down: keep the mean in floating point": lambda x, f: np.floor(_block_mean(x, f)),
    "the blocks are rounded: keep the mean in floating point": lambda x, f: np.round(_block_mean(x, f)),
    "the blocks are rounded to whole numbers: keep the mean in floating point": lambda x, f: np.floor(
        _block_mean(x, f) + 0.5
    ),
    "bytes overflow at 255: add up in floating point": lambda x, f: _overflowed(x, f) / f**2,
    "bytes overflow at 255, and // rounds down: add up and divide in floating point": lambda x, f: (
        _overflowed(x, f) // f**2
    ),
    "the colors are averaged as well: keep the last axis": lambda x, f: _block_mean(x, f).mean(axis=-1),
    "only along one axis: average over the columns of a block as well": lambda x, f: _blocks(x, f)[:, :, :, 0].mean(
        axis=1
    ),
    "only along one axis: average over the rows of a block as well": lambda x, f: _blocks(x, f)[:, 0].mean(axis=2),
    "the reshape mixes rows: (height // f, f, width // f, f, 3), then the mean over axes 1 and 3": _mixed,
    "rows and columns are exchanged: the result has the shape (height // f, width // f, 3)": lambda x, f: _block_mean(
        x, f
    ).transpose(1, 0, 2),
    "these are sums: divide by the pixels of a block": lambda x, f: _blocks(x, f).sum(axis=(1, 3), dtype=float),
    "a block has factor * factor pixels: divide its sum by all of them": lambda x, f: f * _block_mean(x, f),
    "the mean is asked for, not the median": lambda x, f: np.median(_blocks(x, f), axis=(1, 3)),
    "the mean is asked for, not the largest": lambda x, f: _blocks(x, f).max(axis=(1, 3)),
}


def _image(random: Random) -> tuple[np.ndarray, int]:
    """Bytes (height, width, 3), and a factor that divides both sides."""
    factor, rows, columns = (int(number) for number in random.integers([2, 1, 1], [6, 7, 7]))
    return random.integers(0, 256, (factor * rows, factor * columns, 3), dtype=np.uint8), factor


@takes_function
def reduce(answer: Callable) -> list[Finding]:
    """A function (image (height, width, 3), factor) -> block means (height / factor, width / factor, 3)."""
    image = np.random.default_rng(0).integers(0, 256, (12, 18, 3), dtype=np.uint8)
    even = [(np.full((8, 8, 3), 200, np.uint8), 4), (np.full((6, 4, 3), 255, np.uint8), 2)]
    otherwise = "each value is the mean of one block of factor x factor neighboring pixels of one color"
    groups = {
        "12 x 18 pixels by a factor of 3": ([(image, 3)], otherwise),
        "an even image stays even": (even, "the mean of equal values is that value"),
        "other images and factors": (random_cases(_image), otherwise),
        "a factor of 1": ([(image, 1)], "each pixel is a block of its own, and stays as it is"),
    }
    return in_groups(answer, _block_mean, groups, BLOCKS)


def _alarm_rule(errors: Callable, totals: Callable, first: int, given: Callable) -> Callable[[np.ndarray], tuple]:
    """A function matrix -> two shares: two kinds of errors, divided by two totals, as they are given."""

    def rule(matrix: np.ndarray) -> tuple:
        cut = slice(0, first), slice(first, 8)
        shares = [wrong / total for wrong, total in zip(errors(matrix, *cut), totals(matrix, *cut), strict=True)]
        return tuple(given(shares))

    return rule


def _errors(matrix: np.ndarray, weak: slice, strong: slice) -> tuple[int, int]:
    return matrix[strong, weak].sum(), matrix[weak, strong].sum()


def _exchanged(matrix: np.ndarray, weak: slice, strong: slice) -> tuple[int, int]:
    return _errors(matrix.T, weak, strong)


def _not_exact(matrix: np.ndarray, weak: slice, strong: slice) -> tuple[int, int]:
    exact = np.diag(matrix)[strong].sum()
    return matrix[strong].sum() - exact, matrix[:, strong].sum() - exact


def _totals(matrix: np.ndarray, weak: slice, strong: slice) -> tuple[int, int]:
    return matrix[strong].sum(), matrix[:, strong].sum()


ALARMS = combined(
    _alarm_rule,
    {
        "": _errors,
        "rows are true classes: a missed hurricane lies in rows H1 to H5 and columns NC to TS": _exchanged,
        "a hurricane of another class is neither missed nor a false alarm: H2 in place of H1 is a hurricane still": (
            _not_exact
        ),
    },
    {
        "": _totals,
        "false alarms are a share of the frames predicted to be hurricanes, the columns H1 to H5": (
            lambda m, weak, strong: (m[strong].sum(), m[weak].sum())
        ),
        "missed hurricanes are a share of the frames that are hurricanes, the rows H1 to H5": lambda m, weak, strong: (
            m[:, weak].sum(),
            m[:, strong].sum(),
        ),
        "hurricanes that are missed are a share of all hurricanes, false alarms of all alarms; you divide by what is "
        "weaker": lambda m, weak, strong: (m[:, weak].sum(), m[weak].sum()),
        "the totals are exchanged: true hurricanes are rows, predicted ones are columns": lambda m, weak, strong: (
            _totals(m.T, weak, strong)
        ),
        "each share has its own total: true hurricanes for one, predicted ones for the other": lambda m, weak, strong: (
            m.sum(),
            m.sum(),
        ),
        "false alarms are a share of the predicted hurricanes, not of the true ones": lambda m, weak, strong: (
            m[strong].sum(),
            m[strong].sum(),
        ),
        "divide by all hurricanes, those that were found or missed": lambda m, weak, strong: (
            m[strong, strong].sum(),
            m[strong, strong].sum(),
        ),
        "these are counts; divide each by its total": lambda m, weak, strong: (1, 1),
    },
    {"": 3, "hurricanes begin with H1, which is index 3": 4, "TS, index 2, is no hurricane: they begin with H1": 2},
    {
        "": list,
        "you return the two shares in the wrong order": reversed,
        "in percent they would be right; a share lies between 0 and 1": lambda shares: [100 * s for s in shares],
    },
)


def _matrix(random: Random) -> tuple[np.ndarray]:
    return (random.integers(0, random.integers(2, 60), (8, 8)) + np.diag(random.integers(1, 80, 8)),)


def _all_wrong(random: Random) -> tuple[np.ndarray]:
    """Every hurricane is predicted weaker, and every hurricane predicted is none."""
    matrix = random.integers(1, 30, (8, 8))
    matrix[3:, 3:] = 0
    return (matrix,)


@takes_function
def alarms(answer: Callable) -> list[Finding]:
    """A function confusion matrix (8, 8) -> (share of hurricanes missed, share of hurricane forecasts in vain)."""
    otherwise = "which cells of the matrix are the errors, and which rows or columns is each of the two a share of?"
    perfect = [(np.diag(np.arange(1, 9)),), (np.diag(np.arange(8, 0, -1)),)]
    groups = {
        "a matrix with every error": (random_cases(_matrix), otherwise),
        "no errors, no alarms": (perfect, "nothing beside the diagonal means two zeros"),
        "no hurricane found": (random_cases(_all_wrong, 3), "if no hurricane is found, both shares are 1"),
    }
    return in_groups(answer, _alarm_rule(_errors, _totals, 3, list), groups, ALARMS)


def _side(side: int, kernel: int, strides: int) -> int:
    return (side - kernel) // strides + 1


SIDES: Mapping[str, Callable[[int, int, int], float]] = {
    "this is the number of steps; one place more fits, the one you start from": lambda n, k, s: (n - k) // s,
    "the kernel must lie inside the image: the last place begins at side - kernel_size": lambda n, k, s: n // s,
    "that is what padding would give; without it the kernel must lie inside": lambda n, k, s: -(-n // s),
    "a place at which the kernel does not fit completely does not count: round down": lambda n, k, s: (
        -(-(n - k) // s) + 1
    ),
    "a number of pixels is whole: round down": lambda n, k, s: (n - k) / s + 1,
    "a number of pixels is whole: round down, not to the nearest": lambda n, k, s: round((n - k) / s) + 1,
    "the strides leave places out: of all places only every strides-th is taken": lambda n, k, s: n - k + 1,
    "round down before you add the first place": lambda n, k, s: (n - k + 1) // s,
    "that is with kernel_size // 2 pixels of padding at each side": lambda n, k, s: (n + 2 * (k // 2) - k) // s + 1,
    "the kernel moves by the strides, not by its own size": lambda n, k, s: n // k,
}


def _window(random: Random) -> tuple[int, int, int]:
    kernel = int(random.integers(1, 12))
    return int(random.integers(kernel, 240)), kernel, int(random.integers(1, 16))


@takes_function
def side_after(answer: Callable) -> list[Finding]:
    """A function (side, kernel_size, strides) -> side of the result without padding."""
    otherwise = "the kernel starts at 0, strides, 2 strides, ... as long as it lies inside"
    named = ((232, 10, 3), (75, 3, 2), (38, 3, 2), (12, 5, 1))
    groups = {f"{n} pixels, kernel {k}, strides {s}": ([(n, k, s)], otherwise) for n, k, s in named}
    groups["other images"] = (random_cases(_window), otherwise)
    groups["a kernel as large as the image"] = ([(5, 5, 1), (7, 7, 3), (1, 1, 2)], "it fits at one place")
    return in_groups(answer, _side, groups, SIDES)


CHECKS: dict[str, Check] = {"reduce": reduce, "alarms": alarms, "side_after": side_after}

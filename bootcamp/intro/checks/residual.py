"""Checks of the exercises of 05_Residual_Networks."""

from collections.abc import Callable

from bootcamp.exercises import Check, Finding, agrees, ask, random_cases, recognized, takes_function

import numpy as np


def _relu(values: np.ndarray) -> np.ndarray:
    return np.maximum(values, 0.0)


def _block(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    return x + _relu(x @ w1) @ w2


def _block_case(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    samples, width, inside = random.integers(1, 6, size=3)
    return (
        random.normal(size=(samples, width)),
        random.normal(size=(width, inside)),
        random.normal(size=(inside, width)),
    )


NO_RELU_AFTER = "no ReLU after the addition: it would cut off the negative half of the path that is to stay open"
BLOCKS = {
    "with w2 = 0 your block returns zero: the input is lost, add it to the result": (
        lambda x, w1, w2: _relu(x @ w1) @ w2
    ),
    NO_RELU_AFTER: lambda x, w1, w2: _relu(_block(x, w1, w2)),
    "F is linear now: the ReLU between w1 and w2 is missing": lambda x, w1, w2: x + x @ w1 @ w2,
    "F can only add, never subtract: no ReLU after w2": lambda x, w1, w2: x + _relu(_relu(x @ w1) @ w2),
    "the ReLU belongs between w1 and w2, not after them": lambda x, w1, w2: x + _relu(x @ w1 @ w2),
    "the ReLU acts on x w1, not on x": lambda x, w1, w2: x + _relu(x) @ w1 @ w2,
    "F is added, not subtracted": lambda x, w1, w2: x - _relu(x @ w1) @ w2,
    "the skip connection is x itself, without a ReLU": lambda x, w1, w2: _relu(x) + _relu(x @ w1) @ w2,
    "the input is added once": lambda x, w1, w2: 2.0 * x + _relu(x @ w1) @ w2,
    "this is x alone: add F(x)": lambda x, w1, w2: x,
}


@takes_function
def residual_forward(answer: Callable) -> list[Finding]:
    """A function (x, w1, w2) -> x + relu(x @ w1) @ w2."""
    cases = random_cases(_block_case)
    closed = [(x, w1, np.zeros_like(w2)) for x, w1, w2 in cases]
    whole = agrees("y = x + relu(x w1) w2", answer, _block, cases, mistakes=BLOCKS,
                   hint="inside F: multiply by w1, then ReLU, then multiply by w2; add x to the result")  # fmt: skip
    known = {
        "with w2 = 0 your block returns zero: the input is lost, add it to the result": lambda x, w1, w2: 0.0 * x,
        "with w2 = 0 your block loses the negative inputs: no ReLU after the addition": lambda x, w1, w2: _relu(x),
    }
    return [
        agrees("with w2 = 0 the block is the identity", answer, _block, closed, mistakes=known,
               hint="with w2 = 0 only the skip connection is left, and that is x itself"),
        whole,
    ]  # fmt: skip


def _slopes(random: np.random.Generator) -> tuple[np.ndarray]:
    return (random.normal(0.0, 1.0, size=random.integers(1, 9)),)


def _chain(slopes: np.ndarray) -> float:
    return float(np.prod(1.0 + slopes))


GRADIENTS = {
    "these are plain blocks: the 1 of the skip connection is missing in every factor": np.prod,
    "every block has its own 1: it belongs inside the product": lambda slopes: 1.0 + np.prod(slopes),
    "blocks follow one another, so their derivatives are multiplied, not added": lambda slopes: 1.0 + np.sum(slopes),
    "the derivatives of blocks that follow one another are multiplied": lambda slopes: np.sum(1.0 + slopes),
    "the derivative of a block may be negative: leave its sign": lambda slopes: np.abs(np.prod(1.0 + slopes)),
    "a sum of logarithms has none for a block whose derivative is negative: multiply": lambda slopes: np.exp(
        np.sum(np.log1p(slopes))
    ),
    "this is the derivative behind every block: the last of them is asked for": lambda slopes: np.cumprod(1.0 + slopes),
    "each block has a slope of its own: all of them are factors": lambda slopes: (1.0 + slopes[0]) ** len(slopes),
}


@takes_function
def skip_gradient(answer: Callable) -> list[Finding]:
    """A function slopes (blocks,) -> product of 1 + slope."""
    cases = [(np.array([0.25, -0.5, 0.1, 0.3]),), (np.array([0.4]),), (np.full(50, 0.1),), *random_cases(_slopes)]
    return [
        agrees("blocks with any slopes", answer, _chain, cases, mistakes=GRADIENTS,
               hint="one block has the derivative 1 + f', and the chain rule multiplies them"),
        agrees("blocks that do nothing", answer, _chain, [(np.zeros(1),), (np.zeros(50),)],
               hint="where every f' is zero each block passes its input on unchanged: the gradient is 1"),
    ]  # fmt: skip


def _needs_projection(channels_in: int, channels: int, strides: int) -> bool:
    return strides != 1 or channels_in != channels


def _plain(channels_in: int, channels: int, strides: int) -> int:
    return 9 * channels * (channels_in + channels) + 2 * (channels_in + channels)


def _parameters(channels_in: int, channels: int, strides: int) -> int:
    return _plain(channels_in, channels, strides) + _needs_projection(channels_in, channels, strides) * (
        channels_in * channels
    )


def _when(needed: Callable[[int, int, int], bool], extra: Callable[[int, int], int] = lambda i, o: i * o) -> Callable:
    return lambda i, o, s: _plain(i, o, s) + needed(i, o, s) * extra(i, o)


SHAPES = [(i, o, s) for i, o in ((8, 8), (5, 5), (8, 16), (12, 5)) for s in (1, 2, 3)]
COUNTS = {
    "channels that differ cannot be added, and neither can 14x14 and 7x7: use a 1x1 projection": _plain,
    "14x14 cannot be added to 7x7: a stride needs the 1x1 projection as well": _when(lambda i, o, s: i != o),
    "8 channels cannot be added to 16: other channels need the 1x1 projection as well": _when(lambda i, o, s: s != 1),
    "fewer channels cannot be added either: the projection is needed whenever the numbers differ": _when(
        lambda i, o, s: s != 1 or o > i
    ),
    "either change alone makes the shapes differ, so either alone needs the projection": _when(
        lambda i, o, s: s != 1 and i != o
    ),
    "where the shapes agree x is added as it is: no projection": _when(lambda i, o, s: True),
    "one 1x1 projection serves both changes": lambda i, o, s: _plain(i, o, s) + ((s != 1) + (i != o)) * i * o,
    "every stride above 1 makes the image smaller, not only 2": _when(lambda i, o, s: s == 2 or i != o),
    "the projection is 1x1: one weight for each pair of channels": _when(_needs_projection, lambda i, o: 9 * i * o),
    "the projection has no bias: it is a 1x1 kernel alone": _when(_needs_projection, lambda i, o: (i + 1) * o),
    "the projection has weights from every channel to every channel": _when(_needs_projection, lambda i, o: o),
    "the two normalizations are missing: a scale and a shift for every channel that comes in": lambda i, o, s: (
        _parameters(i, o, s) - 2 * (i + o)
    ),
    "a normalization has a scale and a shift that are trained; its mean and its spread are not": lambda i, o, s: (
        _parameters(i, o, s) + 2 * (i + o)
    ),
    "these convolutions have no bias: the normalization has one": lambda i, o, s: _parameters(i, o, s) + 2 * o,
    "convolutions and projection have no bias: the normalization has one": lambda i, o, s: (
        _parameters(i, o, s) + 2 * o + _needs_projection(i, o, s) * o
    ),
}


@takes_function
def block_parameters(answer: Callable) -> list[Finding]:
    """A function (channels_in, channels, strides) -> trainable parameters of the residual block."""
    found = {case: ask(answer, *case) for case in SHAPES}
    known = recognized(list(found.values()), COUNTS, SHAPES)
    same_shape = [case for case in SHAPES if not _needs_projection(*case)]
    channels = [case for case in SHAPES if case[0] != case[1] and case[2] == 1]
    stride = [case for case in SHAPES if case[0] == case[1] and case[2] > 1]
    both = [case for case in SHAPES if case[0] != case[1] and case[2] > 1]
    rows = [
        ("same channels, stride 1", same_shape, "two 3x3 kernels, two normalizations, no more"),
        ("other channels", channels, "8 channels cannot be added to 16: use a 1x1 projection"),
        ("strides", stride, "14x14 cannot be added to 7x7: use a 1x1 projection"),
        ("both change", both, "one 1x1 projection serves both changes"),
    ]
    return [
        agrees(about, lambda *case: found[case], _parameters, cases, hint=known or hint) for about, cases, hint in rows
    ]


CHECKS: dict[str, Check] = {
    "residual_forward": residual_forward,
    "skip_gradient": skip_gradient,
    "block_parameters": block_parameters,
}

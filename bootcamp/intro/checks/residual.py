"""Checks of the exercises of 05_Residual_Networks."""

from collections.abc import Callable

from bootcamp.exercises import Check, Finding

import numpy as np


def _same(found: object, expected: object) -> bool:
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    return found.shape == expected.shape and bool(np.allclose(found, expected, rtol=1e-6, atol=1e-9))


def residual_forward(answer: Callable) -> list[Finding]:
    """A function (x, w1, w2) -> x + relu(x @ w1) @ w2."""
    random = np.random.default_rng(1)
    x, w1, w2 = random.normal(size=(4, 3)), random.normal(size=(3, 5)), random.normal(size=(5, 3))
    zero, inside = np.zeros_like(w2), np.maximum(x @ w1, 0.0)
    at_zero, found = np.asarray(answer(x, w1, zero)), np.asarray(answer(x, w1, w2))
    if _same(at_zero, 0.0 * x):
        hint = "with w2 = 0 your block returns zero: the input is lost, add it to the result"
    elif _same(at_zero, np.maximum(x, 0.0)):
        hint = "with w2 = 0 your block loses the negative inputs: no ReLU after the addition"
    else:
        hint = "with w2 = 0 only the skip connection is left, and that is x itself"
    whole = "inside F: multiply by w1, then ReLU, then multiply by w2"
    if _same(found, x + x @ w1 @ w2):
        whole = "F is linear now: the ReLU between w1 and w2 is missing"
    elif _same(found, x + np.maximum(inside @ w2, 0.0)):
        whole = "F can only add, never subtract: no ReLU after w2"
    return [
        Finding("the shape stays that of x", found.shape == x.shape, f"x is {x.shape}, your result {found.shape}"),
        Finding("with w2 = 0 the block is the identity", _same(at_zero, x), hint),
        Finding("y = x + relu(x w1) w2", _same(found, x + inside @ w2), whole),
    ]


def _gradient_hint(found: object, slopes: np.ndarray) -> str:
    hints = {
        "these are plain blocks: the 1 of the skip connection is missing in every factor": np.prod(slopes),
        "every block has its own 1: it belongs inside the product": 1.0 + np.prod(slopes),
        "blocks follow one another, so their derivatives are multiplied, not added": 1.0 + np.sum(slopes),
        "the derivatives of blocks that follow one another are multiplied": np.sum(1.0 + slopes),
    }
    return next((text for text, value in hints.items() if _same(found, value)), "one block has the derivative 1 + f'")


def skip_gradient(answer: Callable) -> list[Finding]:
    """A function slopes (blocks,) -> product of 1 + slope."""
    slopes = np.array([0.25, -0.5, 0.1, 0.3])
    found = answer(slopes.copy())
    return [
        Finding("four blocks", _same(found, np.prod(1.0 + slopes)), _gradient_hint(found, slopes)),
        Finding(
            "blocks that do nothing",
            _same(answer(np.zeros(50)), 1.0),
            "where every f' is zero each block passes its input on unchanged: the gradient is 1",
        ),
    ]


def _parameters(channels_in: int, channels: int, strides: int) -> int:
    projected = strides != 1 or channels_in != channels
    kernels = 9 * channels_in * channels + 9 * channels * channels
    return kernels + 2 * (channels_in + channels) + projected * channels_in * channels


def _count_finding(answer: Callable, about: str, case: tuple[int, int, int], hint: str) -> Finding:
    found, expected = answer(*case), _parameters(*case)
    channels_in, channels, _ = case
    if _same(found, expected - 2 * (channels_in + channels)):
        hint = "the two normalizations are missing: a scale and a shift for every channel that comes in"
    elif _same(found, expected + channels + channels) or _same(found, expected + 2 * channels + channels):
        hint = "these convolutions have no bias: the normalization has one"
    return Finding(about, _same(found, expected), f"{hint} (in, out, strides = {case})")


def block_parameters(answer: Callable) -> list[Finding]:
    """A function (channels_in, channels, strides) -> trainable parameters of the residual block."""
    return [
        _count_finding(answer, "same channels, stride 1", (8, 8, 1), "two 3x3 kernels, two normalizations, no more"),
        _count_finding(answer, "more channels", (8, 16, 1), "8 channels cannot be added to 16: use a 1x1 projection"),
        _count_finding(answer, "stride 2", (8, 8, 2), "14x14 cannot be added to 7x7: use a 1x1 projection"),
        _count_finding(answer, "both change", (8, 12, 2), "one 1x1 projection serves both changes"),
    ]


CHECKS: dict[str, Check] = {
    "residual_forward": residual_forward,
    "skip_gradient": skip_gradient,
    "block_parameters": block_parameters,
}

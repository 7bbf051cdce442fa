"""Checks of the exercises of 04_Gated_U_Net."""

from collections.abc import Callable

from bootcamp.exercises import Check, Finding

import numpy as np


def _same(found: object, expected: object) -> bool:
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    return found.shape == expected.shape and bool(np.allclose(found, expected, rtol=1e-5, atol=1e-8))


def _sigmoid(b: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-b))


def gate_slopes(answer: Callable) -> list[Finding]:
    """A function (a, b) -> slopes of a * sigmoid(b) with respect to a and to b."""
    a, b = np.array([2.0, -3.0, 0.5]), np.array([0.0, 1.0, -2.0])
    open_share = _sigmoid(b)
    by_a, by_b = answer(a.copy(), b.copy())
    hint_a = "for a the gate is a factor: its slope is what the gate lets through"
    if _same(by_a, np.ones(3)):
        hint_a = "that is the slope without a gate: the gate stands between a and the output"
    hint_b = "the derivative of the sigmoid is sigmoid(b) * (1 - sigmoid(b))"
    if _same(by_b, open_share * (1 - open_share)):
        hint_b = "the factor a is missing: where there is no signal, it does not matter how far the gate is open"
    elif _same(by_b, a * open_share):
        hint_b = "that is the value of the gate, not its slope: a sigmoid that is fully open is flat"
    elif _same(by_b, a * (1 - open_share)):
        hint_b = "a factor sigmoid(b) is missing: a sigmoid that is fully closed is flat as well"
    return [
        Finding("slope with respect to a", _same(by_a, open_share), hint_a),
        Finding("slope with respect to b", _same(by_b, a * open_share * (1 - open_share)), hint_b),
    ]


def _lopsided(x: np.ndarray) -> np.ndarray:
    """A prediction (n, height, width, 2) that treats the upper and the lower half of the channel differently."""
    rows = np.arange(1.0, x.shape[1] + 1)[:, None]
    return np.stack([x[..., 0] * rows, x[..., 0] + rows**2], axis=-1)


def _turned(y: np.ndarray) -> np.ndarray:
    return y[:, ::-1] * np.array([1.0, -1.0])


def mirror_average(answer: Callable) -> list[Finding]:
    """A function (predict, x) -> mean of the prediction and of the turned prediction for the turned shape."""
    x = np.random.default_rng(3).normal(size=(2, 4, 6, 1))
    found = np.asarray(answer(_lopsided, x.copy()))
    direct, other = _lopsided(x), _lopsided(x[:, ::-1])
    hint = "predict for x and for x with its rows in reverse order, turn the second back, and take the mean"
    cases = {
        "this is the prediction for x alone: ask the network for the mirror image as well": direct,
        "the prediction for the mirror image is upside down: put its rows back before you average": (direct + other)
        / 2,
        "turned upside down, an upward velocity points downward: change the sign of the second component": (
            direct + other[:, ::-1]
        )
        / 2,
        "the sum of two predictions is twice too large: take the mean": direct + _turned(other),
        "the input must be turned as well: here the mirror image of the same prediction was averaged": (
            direct + _turned(direct)
        )
        / 2,
    }
    hint = next((text for text, value in cases.items() if _same(found, value)), hint)
    expected = (direct + _turned(other)) / 2
    return [
        Finding("the shape stays", found.shape == direct.shape, f"{direct.shape} became {found.shape}"),
        Finding("the mean of both predictions", _same(found, expected), hint),
    ]


def _field(stack: list[tuple[int, int]]) -> int:
    cells, step = 1, 1
    for kernel, stride in stack:
        cells += (kernel - 1) * step
        step *= stride
    return cells


def receptive_field(answer: Callable) -> list[Finding]:
    """A function of (kernel, stride) pairs, input side first -> input cells that one output cell sees."""
    flat, mixed = [(3, 1)] * 4, [(8, 4), (3, 1), (3, 2), (3, 1)]
    found = answer(list(mixed))
    hint = "one cell of a grid behind strides 4 and 2 stands for 8 input cells: keep that step as you go"
    step, early = 1, 1
    for kernel, stride in mixed:
        step *= stride
        early += (kernel - 1) * step
    if _same(found, 1 + sum(kernel - 1 for kernel, _ in mixed)):
        hint = "the strides are not used yet: behind stride 4, the next cell is four input cells away"
    elif _same(found, early):
        hint = "the stride of a layer spreads the cells behind it, not its own kernel: add first, then multiply"
    flat_hint = "each 3x3 kernel adds one cell on both sides of the one cell that you start from"
    if _same(answer(list(flat)), sum(kernel for kernel, _ in flat)):
        flat_hint = "a kernel of 3 adds 2 cells, not 3: the middle one was seen already"
    return [
        Finding("four 3x3 kernels with stride 1", _same(answer(list(flat)), _field(flat)), flat_hint),
        Finding("with strides", _same(found, _field(mixed)), hint),
        Finding("no layer at all", _same(answer([]), 1), "without a layer a cell sees itself"),
    ]


CHECKS: dict[str, Check] = {
    "gate_slopes": gate_slopes,
    "mirror_average": mirror_average,
    "receptive_field": receptive_field,
}

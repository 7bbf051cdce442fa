"""Checks of the exercises of 04_Gated_U_Net."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bootcamp.exercises import Check, Finding, agrees, as_array, ask, first_wrong, random_cases, takes_function
from bootcamp.exercises.groups import combined, first, in_groups, second, two_parts

import numpy as np

Random = np.random.Generator
Predict = Callable[[np.ndarray], np.ndarray]


def _sigmoid(b: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-b))


def _slope(b: np.ndarray) -> np.ndarray:
    return _sigmoid(b) * (1 - _sigmoid(b))


def _slopes(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return _sigmoid(b), a * _slope(b)


def _signals(random: Random) -> tuple[np.ndarray, np.ndarray]:
    """Signals and gates of equal shape, one to three axes."""
    a, b = random.normal(0.0, 3.0, size=(2, *random.integers(1, 5, size=random.integers(1, 4))))
    return a, b


BY_A: Mapping[str, Callable] = {
    "that is the slope without a gate: the gate stands between a and the output": lambda a, b: (np.ones_like(a), 0),
    "that is the slope of the sigmoid; for a the gate itself is the factor": lambda a, b: (_slope(b), 0),
    "that is g itself; its slope with respect to a has no factor a any more": lambda a, b: (a * _sigmoid(b), 0),
    "the gate is opened by b, not by a": lambda a, b: (_sigmoid(a), 0),
    "the two slopes are exchanged: first that with respect to a": lambda a, b: _slopes(a, b)[::-1],
    "the sign in the sigmoid is the wrong way round: it is 1 / (1 + exp(-b))": lambda a, b: (_sigmoid(-b), 0),
}
BY_B: Mapping[str, Callable] = {
    "the factor a is missing: where there is no signal, it does not matter how far the gate is open": (
        lambda a, b: (0, _slope(b))
    ),
    "that is the value of the gate, not its slope: a sigmoid that is fully open is flat": (
        lambda a, b: (0, a * _sigmoid(b))
    ),
    "a factor sigmoid(b) is missing: a sigmoid that is fully closed is flat as well": (
        lambda a, b: (0, a * (1 - _sigmoid(b)))
    ),
    "the sign is the wrong way round: a larger b opens the gate, so the slope has the sign of a": (
        lambda a, b: (0, -a * _slope(b))
    ),
    "the gate does answer to b: its slope is not 0": lambda a, b: (0, 0 * b),
    "the sigmoid is a function of b, and a is its factor": lambda a, b: (0, b * _slope(a)),
}


@takes_function
def gate_slopes(answer: Callable) -> list[Finding]:
    """A function (a, b) -> slopes of a * sigmoid(b) with respect to a and to b."""
    edges = np.array([2.0, -3.0, 0.5, 0.0, 4.0]), np.array([0.0, 1.0, -2.0, 3.0, -20.0])
    cases = [edges, *random_cases(_signals, 10)]

    def findings() -> Iterator[Finding]:
        yield two_parts("two slopes", answer, edges, "return the slope with respect to a and that to b")
        yield agrees(
            "slope with respect to a", answer, _slopes, cases, prepared=first, mistakes=BY_A,
            hint="for a the gate is a factor: its slope is what the gate lets through",
        )  # fmt: skip
        yield agrees(
            "slope with respect to b", answer, _slopes, cases, prepared=second, mistakes=BY_B,
            hint="a stays as a factor, and the derivative of the sigmoid is sigmoid(b) * (1 - sigmoid(b))",
        )  # fmt: skip

    return first_wrong(findings())


def _lopsided(seed: int) -> Predict:
    """A prediction (n, height, width, 2) that treats no row like another, and no column."""

    def predict(x: np.ndarray, **_: Any) -> np.ndarray:  # as the method of Keras, which may be told `verbose`
        x = as_array(x)
        rows, columns = (np.arange(1.0, length + 1) for length in x.shape[1:3])
        weights = np.random.default_rng(seed).normal(1.0, 0.5, size=4)
        u = x[..., 0] * rows[:, None] * weights[0] + weights[1] * columns
        v = np.tanh(x[..., 0] + columns * weights[2]) + weights[3] * rows[:, None] ** 2
        return np.stack([u, v], axis=-1)

    return predict


def _network(random: Random) -> tuple[Predict, np.ndarray]:
    """A prediction, and shapes (n, height, width, 1)."""
    return _lopsided(int(random.integers(1000))), random.normal(size=(*random.integers([1, 2, 2], [4, 7, 8]), 1))


def _turned(y: np.ndarray, axes: tuple[int, ...] = (1,), signs: tuple[float, float] = (1.0, -1.0)) -> np.ndarray:
    return np.flip(y, axes) * np.array(signs)


def _averaged(
    axes: tuple[int, ...] = (1,), back: tuple[int, ...] = (1,), signs: tuple[float, float] = (1.0, -1.0)
) -> Callable[[Predict, np.ndarray], np.ndarray]:
    """The mean with another image of the shape, turned back in another way."""
    return lambda predict, x: (predict(x) + _turned(predict(np.flip(x, axes)), back, signs)) / 2


COLUMNS = "the mirror turns the channel upside down: it reverses rows, axis 1, not columns, which would swap the ends"
TWICE = "two predictions are asked for, of x and of its mirror image"
IMAGES: Mapping[str, Callable[[Predict, np.ndarray], np.ndarray]] = {
    "": _averaged(),
    "this is the prediction for x alone: ask the network for the mirror image as well": lambda predict, x: predict(x),
    "this is the second prediction alone, turned back: take the mean of it and of that for x": (
        lambda predict, x: _turned(predict(x[:, ::-1]))
    ),
    "the prediction for the mirror image is upside down: put its rows back before you average": _averaged(
        back=(), signs=(1, 1)
    ),
    "the sign is changed; but the prediction for the mirror image is upside down: put its rows back as well": (
        _averaged(back=())
    ),
    "turned upside down, an upward velocity points downward: change the sign of the second component": _averaged(
        signs=(1, 1)
    ),
    "the sign of the second component changes, that along the channel stays: (1, -1), not (-1, 1)": _averaged(
        signs=(-1, 1)
    ),
    "the flow along the channel keeps its sign: only the second component changes it": _averaged(signs=(-1, -1)),
    "average the two predictions, not the two shapes": lambda predict, x: predict((x + x[:, ::-1]) / 2),
    "the input must be turned as well: here the mirror image of the same prediction was averaged": _averaged(axes=()),
    "half a turn back: the columns were not reversed, so leave them as they are": _averaged(back=(1, 2)),
    f"{COLUMNS}. And turn back what you turned": _averaged((2,), (), (1, 1)),
    COLUMNS: _averaged((2,), (2,)),
    f"{COLUMNS}. And it is the upward component that changes its sign": _averaged((2,), (2,), (1, 1)),
    f"{COLUMNS}. In a mirror along the channel the other component would change its sign": _averaged(
        (2,), (2,), (-1, 1)
    ),
    "the mirror reverses rows, axis 1; here the columns are reversed too, which is half a turn": _averaged(
        (1, 2), (1, 2)
    ),
    "that reverses the order of the samples: the rows are axis 1": _averaged((0,), (0,)),
    f"that reverses the order of the samples: the rows are axis 1. {TWICE}": _averaged((0,), (0,), (1, 1)),
}
SCALES = {"": 1.0, "the sum of two predictions is twice too large: take the mean": 2.0}


def _scaled(image: Callable, scale: float) -> Callable:
    return lambda predict, x: scale * image(predict, x)


AVERAGES = combined(_scaled, IMAGES, SCALES)
MEAN = "predict for x and for x with its rows in reverse order, turn the second back, and take the mean"


@takes_function
def mirror_average(answer: Callable) -> list[Finding]:
    """A function (predict, x) -> mean of the prediction and of the turned prediction for the turned shape."""

    def findings() -> Iterator[Finding]:
        predict, x = _lopsided(0), np.random.default_rng(3).normal(size=(2, 4, 6, 1))
        shape = np.shape(as_array(ask(answer, predict, x)))
        yield Finding("the shape stays", shape == (2, 4, 6, 2), f"(2, 4, 6, 2) became {shape}: average no axis away")
        cases = [(predict, x), *random_cases(_network, 10)]
        yield agrees("the mean of both predictions", answer, _averaged(), cases, hint=MEAN, mistakes=AVERAGES)

    return first_wrong(findings())


Stack = list[tuple[int, int]]


def _field(stack: Stack, early: bool = False, larger: Callable[[int, int], int] = lambda step, s: step * s) -> int:
    cells, step = 1, 1
    for kernel, stride in stack:
        step, before = larger(step, stride), step
        cells += (kernel - 1) * (step if early else before)
    return cells


def _layers(random: Random) -> tuple[Stack]:
    """Two to six layers, the first with a stride."""
    stack = [(int(k), int(s)) for k, s in random.integers([1, 1], [9, 5], size=(random.integers(2, 7), 2))]
    return ([(stack[0][0], 1 + stack[0][1]), *stack[1:]],)


def _steps(stack: Stack) -> list[int]:
    """Input cells between two neighboring cells before each layer."""
    return [int(np.prod([stride for _, stride in stack[:i]], dtype=int)) for i in range(len(stack))]


FIELDS: Mapping[str, Callable[[Stack], int]] = {
    "the strides are not used yet: behind stride 4, the next cell is four input cells away": lambda stack: (
        1 + sum(kernel - 1 for kernel, _ in stack)
    ),
    "the stride of a layer spreads the cells behind it, not its own kernel: add first, then multiply": lambda stack: (
        _field(stack, early=True)
    ),
    "a kernel of 3 adds 2 cells, not 3: the middle one was seen already": lambda stack: (
        1 + sum(kernel * step for (kernel, _), step in zip(stack, _steps(stack), strict=True))
    ),
    "a kernel of 3 adds 2 cells, not 3, to the one cell that you start from": lambda stack: sum(
        kernel * step for (kernel, _), step in zip(stack, _steps(stack), strict=True)
    ),
    "strides multiply: behind strides 4 and 2 one cell stands for 8 input cells, not for 4 + 2": lambda stack: _field(
        stack, larger=lambda step, stride: step + stride
    ),
    "only the last stride is kept: behind strides 4 and 2 one cell stands for 8 input cells": lambda stack: _field(
        stack, larger=lambda _, stride: stride
    ),
    "the layers come input side first, and the strides that count are those BEFORE a layer": lambda stack: _field(
        stack[::-1]
    ),
    "the strides of ALL layers before a layer spread what it sees, not its own alone": lambda stack: (
        1 + sum((kernel - 1) * stride for kernel, stride in stack)
    ),
    "you start from the cell itself, so from 1, not from 0": lambda stack: _field(stack) - 1,
    "this is how many input cells lie between two cells of the output; asked is how many one of them sees": (
        lambda stack: int(np.prod([stride for _, stride in stack], dtype=int))
    ),
}


@takes_function
def receptive_field(answer: Callable) -> list[Finding]:
    """A function of (kernel, stride) pairs, input side first -> input cells that one output cell sees."""
    way_down = [(8, 4), (3, 1), (3, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2), (3, 1), (3, 1), (3, 1)]
    groups = {
        "four 3x3 kernels with stride 1": (
            [([(3, 1)] * 4,)],
            "each 3x3 kernel adds one cell on both sides of the one cell that you start from",
        ),
        "with strides": (
            [([(8, 4), (3, 1), (3, 2), (3, 1)],), (way_down,), *random_cases(_layers, 15)],
            "one cell of a grid behind strides 4 and 2 stands for 8 input cells: keep that step as you go",
        ),
        "no layer at all": ([([],)], "without a layer a cell sees itself"),
    }
    return in_groups(answer, _field, groups, FIELDS)


CHECKS: dict[str, Check] = {
    "gate_slopes": gate_slopes,
    "mirror_average": mirror_average,
    "receptive_field": receptive_field,
}

"""Plausible wrong answers to the exercises of 04_Gated_U_Net and the hint each must get."""

SIGMOID = "def gate_slopes(a, b):\n    s = 1 / (1 + np.exp(-b))\n"
FIELD = "def receptive_field(stack):\n    cells, step = 1, 1\n    for kernel, stride in stack:\n"
BOTH = "        cells += (kernel - 1) * step\n        step *= stride\n    return cells"
MIRROR = "def mirror_average(predict, x):\n"
TURN = MIRROR + "    return (predict(x) + predict(x{})[:]{}) / 2"

WRONG = {
    "cfd.gate_slopes": [
        (SIGMOID + "    return np.ones_like(a), a * s * (1 - s)", "slope without a gate"),
        (SIGMOID + "    return s, s * (1 - s)", "factor a is missing"),
        (SIGMOID + "    return s, a * s", "not its slope"),
        (SIGMOID + "    return s, a * (1 - s)", "factor sigmoid(b) is missing"),
        (SIGMOID + "    return s * (1 - s), a * s * (1 - s)", "the gate itself is the factor"),
        (SIGMOID + "    return s, a * s**2", "derivative of the sigmoid"),
        (SIGMOID + "    return a * s * (1 - s), s", "exchanged"),
        (SIGMOID + "    return s, -a * s * (1 - s)", "wrong way round"),
        ("def gate_slopes(a, b):\n    s = 1 / (1 + np.exp(b))\n    return s, a * s * (1 - s)", "sign in the sigmoid"),
        (SIGMOID + "    return a * s * (1 - s)", "that to b"),
        ("gate_slopes = None", "function itself"),
    ],
    "cfd.mirror_average": [
        (MIRROR + "    return predict(x)", "ask the network for the mirror image"),
        (MIRROR + "    return (predict(x) + predict(x[:, ::-1])) / 2", "put its rows back"),
        (MIRROR + "    return predict(x) + predict(x[:, ::-1])", "put its rows back before you average; and the sum"),
        (MIRROR + "    return (predict(x) + predict(x[:, ::-1])[:, ::-1]) / 2", "change the sign"),
        (
            MIRROR + "    return predict(x) + predict(x[:, ::-1])[:, ::-1] * np.array([1, -1])",
            "twice too large",
        ),
        (
            MIRROR + "    y = predict(x)\n    return (y + y[:, ::-1] * np.array([1, -1])) / 2",
            "input must be turned as well",
        ),
        (MIRROR + "    return (predict(x) + predict(x[:, :, ::-1])) / 2", "reverses rows"),
        (TURN.format("[:, :, ::-1]", "[:, :, ::-1] * [1, -1]"), "reverses rows"),
        (TURN.format("[:, ::-1]", "[:, ::-1] * [-1, 1]"), "not (-1, 1)"),
        (TURN.format("[:, ::-1]", "[:, ::-1] * [-1, -1]"), "keeps its sign"),
        (TURN.format("[:, ::-1]", " * [1, -1]"), "put its rows back as well"),
        (TURN.format("[:, ::-1]", "[:, ::-1, ::-1] * [1, -1]"), "were not reversed"),
        (TURN.format("[:, ::-1, ::-1]", "[:, ::-1, ::-1] * [1, -1]"), "half a turn"),
        (TURN.format("[::-1]", "[::-1] * [1, -1]"), "order of the samples"),
        (MIRROR + "    return predict(x[:, ::-1])[:, ::-1] * np.array([1, -1])", "second prediction alone"),
        (MIRROR + "    return predict((x + x[:, ::-1]) / 2)", "not the two shapes"),
        (MIRROR + "    return predict(x).mean(axis=0)", "became"),
    ],
    "cfd.receptive_field": [
        (FIELD + "        cells += kernel - 1\n    return cells", "strides are not used yet"),
        (FIELD + "        step *= stride\n        cells += (kernel - 1) * step\n    return cells", "add first"),
        (FIELD + "        cells += kernel * step\n        step *= stride\n    return cells - 1", "not 3"),
        (
            FIELD + "        cells += (kernel - 1) * step\n        step += stride\n    return cells",
            "strides multiply",
        ),
        ("def receptive_field(stack):\n    return 1 + sum((k - 1) * s for k, s in stack)", "not its own alone"),
        ("def receptive_field(stack):\n    return 1", "each 3x3 kernel adds"),
        (
            FIELD + "        cells += (kernel - 1) * step\n        step = stride\n    return cells",
            "only the last stride",
        ),
        (FIELD.replace("in stack", "in stack[::-1]") + BOTH, "BEFORE a layer"),
        (FIELD.replace("cells, step = 1", "cells, step = 0") + BOTH, "not from 0"),
        (FIELD.replace("cells, step = 1", "cells, step = 0") + BOTH.replace("(kernel - 1)", "kernel"), "adds 2 cells"),
    ],
}

"""Plausible wrong answers to the exercises of 04_Gated_U_Net and the hint each must get."""

SIGMOID = "def gate_slopes(a, b):\n    s = 1 / (1 + np.exp(-b))\n"
FIELD = "def receptive_field(stack):\n    cells, step = 1, 1\n    for kernel, stride in stack:\n"
MIRROR = "def mirror_average(predict, x):\n"

WRONG = {
    "cfd.gate_slopes": [
        (SIGMOID + "    return np.ones_like(a), a * s * (1 - s)", "slope without a gate"),
        (SIGMOID + "    return s, s * (1 - s)", "factor a is missing"),
        (SIGMOID + "    return s, a * s", "not its slope"),
        (SIGMOID + "    return s, a * (1 - s)", "factor sigmoid(b) is missing"),
        (SIGMOID + "    return s * (1 - s), a * s * (1 - s)", "the gate is a factor"),
        (SIGMOID + "    return s, a * s**2", "derivative of the sigmoid"),
        ("gate_slopes = None", "TypeError"),
    ],
    "cfd.mirror_average": [
        (MIRROR + "    return predict(x)", "ask the network for the mirror image"),
        (MIRROR + "    return (predict(x) + predict(x[:, ::-1])) / 2", "put its rows back"),
        (MIRROR + "    return (predict(x) + predict(x[:, ::-1])[:, ::-1]) / 2", "change the sign"),
        (
            MIRROR + "    return predict(x) + predict(x[:, ::-1])[:, ::-1] * np.array([1, -1])",
            "twice too large",
        ),
        (
            MIRROR + "    y = predict(x)\n    return (y + y[:, ::-1] * np.array([1, -1])) / 2",
            "input must be turned as well",
        ),
        (MIRROR + "    return (predict(x) + predict(x[:, :, ::-1])) / 2", "rows in reverse order"),
        (MIRROR + "    return predict(x).mean(axis=0)", "became"),
    ],
    "cfd.receptive_field": [
        (FIELD + "        cells += kernel - 1\n    return cells", "strides are not used yet"),
        (FIELD + "        step *= stride\n        cells += (kernel - 1) * step\n    return cells", "add first"),
        (FIELD + "        cells += kernel * step\n        step *= stride\n    return cells - 1", "not 3"),
        (
            FIELD + "        cells += (kernel - 1) * step\n        step += stride\n    return cells",
            "each 3x3 kernel adds",
        ),
        ("def receptive_field(stack):\n    return 1", "each 3x3 kernel adds"),
    ],
}

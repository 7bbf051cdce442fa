"""Plausible wrong answers to the exercises of 01_Introduction: code, and a part of the hint it must bring."""

HEAT = "def heat_residual(network, x, m):\n    T = pinn.derivatives(network, x)\n    return "

WRONG = {
    "pinn.heat_residual": [
        (HEAT + "T.second[:, :, 0] - m * T.value", "square"),
        (HEAT + "T.second - m**2 * T.value", "[:, :, 0]"),
        (HEAT + "T.second[:, :, 0] + m**2 * T.value", "with its signs"),
    ],
    "pinn.exact_ends": [
        ("def exact_ends(inner, a, b):\n    return lambda x: a + (b - a) * x", "it must be trained"),
        ("def exact_ends(inner, a, b):\n    return lambda x: a + b * x + x * (1 - x) * inner(x)", "the ends a and b"),
    ],
    "pinn.amplification": [
        ("def amplification(n, k):\n    return 1 / ((n * np.pi) ** 2 - k**2)", "absolute value"),
        ("def amplification(n, k):\n    return 1 / abs((n * np.pi) ** 2 + k**2)", "other sign"),
        ("def amplification(n, k):\n    return 1 / abs(n**2 - k**2)", "solve for c"),
    ],
}

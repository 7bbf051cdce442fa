"""Plausible wrong answers to the exercises of 01_Introduction: code, and a part of the hint it must bring."""

HEAT = "def heat_residual(network, x, m):\n    T = pinn.derivatives(network, x)\n    return "
ENDS = "def exact_ends(inner, a, b):\n    return lambda x: "
LINE = ENDS + "a + (b - a) * x + "
SIZE = "def amplification(n, k):\n    return "

WRONG = {
    "pinn.heat_residual": [
        (HEAT + "T.second[:, :, 0] - m * T.value", "square"),
        (HEAT + "T.second - m**2 * T.value", "[:, :, 0]"),
        (HEAT + "T.second[:, :, 0] + m**2 * T.value", "the sign of the second term"),
        (HEAT + "m**2 * T.value - T.second[:, :, 0]", "all signs are turned"),
        (HEAT + "T.first[:, :, 0] - m**2 * T.value", "this has the first"),
        (HEAT + "T.second[:, 0, 0] - m**2 * T.value[:, 0]", "instead of (5, 1)"),
        (HEAT + "T.second[:, :, 0] - m**2", "a factor of m^2"),
        (HEAT + "2.0 - 9.0 * x**2", "both parts cancel"),
        (HEAT + "T.second[:, :, 0] - 9.0 * T.value", "9 is its square"),
        (HEAT + "(T.second[:, :, 0] - m**2 * T.value).mean()", "instead of (5, 1)"),
    ],
    "pinn.exact_ends": [
        (LINE + "0 * inner(x)", "it must be trained"),
        (ENDS + "a + b * x + x * (1 - x) * inner(x)", "ends at a + b"),
        (ENDS + "b * (1 - x) + a * x + x * (1 - x) * inner(x)", "the wrong way round"),
        (ENDS + "x * (1 - x) * inner(x)", "add a function with the ends"),
        (LINE + "inner(x)", "zero at 0 and at 1"),
        (LINE + "x * inner(x)", "not at 1"),
        (LINE + "(1 - x) * inner(x)", "not at 0"),
        (ENDS + "a * (1 - x) + x * (1 - x) * inner(x)", "b is missing"),
        (LINE + "x * (1 - x) * inner(0.5 + 0 * x)", "taken at x itself"),
        (LINE + "x * (1 - x) * inner(0 * x)", "taken at x itself"),
        (LINE + "(x * (1 - x)) ** 2 * inner(x)", "falls faster"),
        (LINE + "x**2 * (1 - x) * inner(x)", "falls faster"),
        (LINE + "torch.sin(2 * np.pi * x) * inner(x)", "near x = 0.5"),
        (LINE + "x * (1 - x) * (x - 1 / 3) * inner(x)", "near x = 0.34"),
        (LINE + "x * (1 - x) * torch.tanh(inner(x))", "no square or bounded part"),
        (LINE + "x * (1 - x) * inner(x) ** 2", "no square or bounded part"),
        (LINE + "10 * x * (1 - x) * torch.sigmoid(inner(x))", "no square or bounded part"),
        (LINE + "x * (1 - x) * (inner(x) - inner(0.5 + 0 * x))", "near x = 0.5"),
        (LINE + "torch.sqrt(x * (1 - x)) * inner(x)", "rises like a root"),
        (LINE + "x * (1 - x) / (x - 0.31) * inner(x)", "0.31 the factor of inner is infinite"),
        (LINE + "x * (1 - x) / (x - 0.5) * inner(x)", "mind the denominators"),
        ("def exact_ends(inner, a, b):\n    return a", "return a function of x"),
    ],
    "pinn.amplification": [
        (SIZE + "1 / ((n * np.pi) ** 2 - k**2)", "absolute value"),
        (SIZE + "1 / abs((n * np.pi) ** 2 + k**2)", "other sign"),
        (SIZE + "1 / abs(n**2 - k**2)", "pi is missing"),
        (SIZE + "1 / (n * np.pi) ** 2", "k^2 u is missing"),
        (SIZE + "abs(k**2 - (n * np.pi) ** 2)", "of a residual of size 1"),
        (SIZE + "1 / abs(k - (n * np.pi) ** 2)", "k enters as its square"),
        (SIZE + "1 / abs(k**2 - n * np.pi**2)", "n is squared"),
        (SIZE + "1 / (k**2 - (n * np.pi) ** 2)", "below the resonance"),
        (SIZE + "1 / abs((k - n * np.pi) ** 2)", "solve for c"),
    ],
}

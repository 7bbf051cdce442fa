"""Plausible wrong answers to the exercises of 01_Curve_Fitting: code, and a part of the hint it must bring."""

WRONG = {
    "intro.mean_squared_error": [
        ("def mean_squared_error(t, p):\n    return np.mean(np.ravel(t) - np.ravel(p)) ** 2", "square the differences"),
        ("def mean_squared_error(t, p):\n    return np.mean((np.ravel(t) - np.ravel(p)) ** 2)", "numbers of samples"),
        ("mean_squared_error = None", "TypeError"),
    ],
    "intro.parameter_count": [
        ("def parameter_count(i, u, o):\n    return (i + 1) * u + (u + 1) * o", "two weights and a bias"),
        ("def parameter_count(i, u, o):\n    return (i + 1) * u + (u + 2) * o", "inputs times outputs"),
    ],
    "intro.periodic_features": [
        ("def features(x):\n    return np.concatenate([x**k for k in range(1, 16)], axis=1)", "powers of x"),
        ("def features(x):\n    return np.sin(x)", "repeat as often"),
        ("def features(x):\n    return np.sin(10 * x)[:, 0]", "shape (n, k)"),
    ],
}

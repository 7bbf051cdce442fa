"""Plausible wrong answers to the exercises of 01_Curve_Fitting: code, and a part of the hint it must bring."""

WRONG = {
    "intro.mean_squared_error": [
        ("def mean_squared_error(t, p):\n    return np.mean(np.ravel(t) - np.ravel(p)) ** 2", "square the differences"),
        ("def mean_squared_error(t, p):\n    return np.mean(np.abs(np.ravel(t) - np.ravel(p)))", "mean absolute error"),
        ("def mean_squared_error(t, p):\n    return np.sum((np.ravel(t) - np.ravel(p)) ** 2)", "that is the sum"),
        ("def mean_squared_error(t, p):\n    return np.mean((np.ravel(t) - np.ravel(p)) ** 2)", "numbers of samples"),
        (
            "def mean_squared_error(t, p):\n    if t.shape != p.shape:\n        raise ValueError('shapes')\n"
            "    return np.mean((t - p) ** 2)",
            "an equal number of samples is no error",
        ),
        (
            "def mean_squared_error(t, p):\n    if len(t) != len(p):\n        raise ValueError('sizes')\n"
            "    return np.mean((t - p) ** 2)",
            "every prediction with every target",
        ),
        (
            "def mean_squared_error(t, p):\n    if len(t) != len(p):\n        raise TypeError('sizes')\n"
            "    return np.mean((np.ravel(t) - np.ravel(p)) ** 2)",
            "ValueError is asked for; it stopped with TypeError",
        ),
        ("def mean_squared_error(t, p):\n    return None", "does a `return` miss"),
        ("def mean_squared_error(t):\n    return 0", "it stopped with TypeError"),
        ("mean_squared_error = None", "function itself"),
    ],
    "intro.parameter_count": [
        ("def parameter_count(i, u, o):\n    return (i + 1) * u + (u + 1) * o", "inputs times outputs"),
        ("def parameter_count(i, u, o):\n    return (i + 1) * u + (u + 2) * o", "not one for each output"),
        ("def parameter_count(i, u, o):\n    return i * u + (u + i) * o", "the biases are missing"),
        ("def parameter_count(i, u, o):\n    return (i + 1) * u + (u + i) * o", "so have the outputs"),
        ("def parameter_count(i, u, o):\n    return (i + 1) * u + (u + 1 + i + 1) * o", "has one bias"),
        ("def parameter_count(i, u, o):\n    return 5", "each unit adds three numbers"),
        ("def parameter_count(i, u, o):\n    return 3 * u + 2", "inputs times outputs"),
        ("parameter_count = 302", "function itself"),
    ],
    "intro.periodic_features": [
        ("def features(x):\n    return np.concatenate([x**k for k in range(1, 16)], axis=1)", "powers of x"),
        ("def features(x):\n    return np.sin(x)", "repeat as often"),
        ("def features(x):\n    return np.sin(10 * x)[:, 0]", "shape (n, k)"),
        ("def features(x):\n    return np.sin(10 * x + 1)", "their phase is another one"),
        ("def features(x):\n    return np.cos(10 * x)", "their phase is another one"),
        (
            "def features(x):\n    phase = np.mod(10 * x / (2 * np.pi), 1)\n"
            "    return (np.floor(8 * phase) == np.arange(8)).astype(float)",
            "use smooth functions",
        ),
        (
            "def features(x):\n    return np.concatenate([np.sin(k * x) for k in range(1, 9)]"
            " + [np.cos(k * x) for k in range(1, 9)], axis=1)",
            "do not repeat with its period",
        ),
        ("def features(x):\n    return np.log(x)", "infinite or NaN"),
        ("features = np.sin", "repeat as often"),
        ("features = 3", "function itself"),
    ],
}

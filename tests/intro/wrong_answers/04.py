"""Plausible wrong answers to the exercises of 04_Digits_with_Keras: code, and a part of the hint it must bring."""

RECALL = """
def recall_per_class(m):
    {body}
"""

WRONG = {
    "intro.recall_per_class": [
        ("def recall_per_class(m):\n    return np.diag(m) / m.sum(axis=0)", "precision"),
        ("def recall_per_class(m):\n    return np.diag(m) / m.sum()", "you divided by all images"),
        ("def recall_per_class(m):\n    return np.trace(m) / m.sum()", "one accuracy for all"),
        ("def recall_per_class(m):\n    return np.diag(m)", "numbers of images"),
        ("def recall_per_class(m):\n    return np.diag(m) / m.sum(axis=1)", "np.divide"),
        ("def recall_per_class(m):\n    return np.diag(m) / np.maximum(m.sum(axis=1), 1)", "no recall: nan"),
        ("def recall_per_class(m):\n    return np.diag(m) / np.maximum(m.sum(axis=1), 1e-9)", "no recall: nan"),
        ("def recall_per_class(m):\n    return np.diag(m) / 10", "sum of its row"),
        (
            RECALL.format(
                body="d = np.diag(m).astype(float)\n    d[d == 0] = np.nan\n"
                "    return d / np.maximum(m.sum(axis=1), 1e-9)"
            ),
            "sum of its row",
        ),
        (
            RECALL.format(body="return [m[i][i] / sum(m[i]) for i in range(len(m)) if sum(m[i])]"),
            "nan, and not a number",
        ),
        ("recall_per_class = None", "function itself"),
    ],
    "intro.softmax": [
        ("def softmax(z):\n    e = np.exp(z)\n    return e / e.sum(axis=1, keepdims=True)", "largest logit"),
        ("def softmax(z):\n    e = np.exp(z)\n    return e / e.sum(axis=0)", "axis=1"),
        ("def softmax(z):\n    e = np.exp(z - z.max())\n    return e / e.sum()", "all numbers are summed"),
        ("def softmax(z):\n    return z / z.sum(axis=1, keepdims=True)", "exponential over the sum"),
        (
            "def softmax(z):\n    e = np.exp(z - z.mean(axis=1, keepdims=True))\n"
            "    return e / e.sum(axis=1, keepdims=True)",
            "the mean is not enough",
        ),
        (
            "def softmax(z):\n    e = np.exp(z - z.max())\n    return e / e.sum(axis=1, keepdims=True)",
            "each sample has its own largest logit",
        ),
        (
            "def softmax(z):\n    e = np.exp(np.clip(z, -500, 500))\n    return e / e.sum(axis=1, keepdims=True)",
            "so that none overflows",
        ),
        (
            "def softmax(z):\n    z = z - z.max(axis=1, keepdims=True)\n"
            "    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))",
            "logarithms",
        ),
        ("def softmax(z):\n    return softmax", "it is a function"),
    ],
    "intro.images_needed": [
        ("def images_needed(p, s):\n    return math.sqrt(p * (1 - p)) / s", "square the ratio"),
        ("def images_needed(p, s):\n    return p * (1 - p) / s**2", "math.ceil"),
        ("def images_needed(p, s):\n    return int(p * (1 - p) / s**2)", "round up"),
        ("def images_needed(p, s):\n    return round(p * (1 - p) / s**2)", "to the nearest"),
        ("def images_needed(p, s):\n    return int(p * (1 - p) / s**2) + 2", "add nothing"),
        ("def images_needed(p, s):\n    return math.ceil(0.25 / s**2)", "the accuracy is given"),
        ("def images_needed(p, s):\n    return math.ceil(1.96**2 * p * (1 - p) / s**2)", "not 1.96"),
        ("def images_needed(p, s):\n    return p / s**2", "solve standard_error"),
        ("def images_needed(p, s):\n    return 4900", "solve standard_error"),
        ("images_needed = 4900", "function itself"),
    ],
}

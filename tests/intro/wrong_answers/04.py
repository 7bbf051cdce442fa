"""Plausible wrong answers to the exercises of 04_Digits_with_Keras: code, and a part of the hint it must bring."""

WRONG = {
    "intro.recall_per_class": [
        ("def recall_per_class(m):\n    return np.diag(m) / m.sum(axis=0)", "precision"),
        ("def recall_per_class(m):\n    return np.diag(m) / m.sum(axis=1)", "np.divide"),
        ("def recall_per_class(m):\n    return np.diag(m) / 10", "sum of its row"),
    ],
    "intro.softmax": [
        ("def softmax(z):\n    e = np.exp(z)\n    return e / e.sum(axis=1, keepdims=True)", "largest logit"),
        ("def softmax(z):\n    e = np.exp(z)\n    return e / e.sum(axis=0)", "axis=1"),
        ("def softmax(z):\n    return z / z.sum(axis=1, keepdims=True)", "exponential over the sum"),
    ],
    "intro.images_needed": [
        ("def images_needed(p, s):\n    return math.sqrt(p * (1 - p)) / s", "square the ratio"),
        ("def images_needed(p, s):\n    return p * (1 - p) / s**2", "math.ceil"),
        ("def images_needed(p, s):\n    return p / s**2", "solve standard_error"),
    ],
}

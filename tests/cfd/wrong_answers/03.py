"""Plausible wrong answers to the exercises of 03_Convolutions_and_Signed_Distance and the hint each must get."""

HEAD = "def distance_by_hand(solid):\n    result = np.zeros(solid.shape)\n    for cell in np.ndindex(solid.shape):\n"
NEAREST = (
    "        others = np.argwhere(solid != solid[cell])\n        d = np.linalg.norm(others - cell, axis=1).min()\n"
)
METRIC = (
    "        others = np.argwhere(solid != solid[cell])\n"
    "        d = {}.min() - 0.5\n"
    "        result[cell] = -d if solid[cell] else d\n"
    "    return result"
)

WRONG = {
    "cfd.transposed_convolution": [
        (
            "def transposed_convolution(x, kernel):\n    return np.kron(kernel, x)",
            "single number becomes a patch",
        ),
        ("def transposed_convolution(x, kernel):\n    return np.kron(x, kernel.T)", "exchanged"),
        ("def transposed_convolution(x, kernel):\n    return np.kron(x, kernel[::-1, ::-1])", "turned around"),
        ("def transposed_convolution(x, kernel):\n    return x * kernel[0, 0]", "make 4 x 6"),
        ("def transposed_convolution(x, kernel):\n    return np.kron(x, np.ones_like(kernel))", "repeated as it is"),
        ("def transposed_convolution(x, kernel):\n    return np.tile(kernel, x.shape)", "kernel alone"),
        ("def transposed_convolution(x, kernel):\n    return np.kron(x, kernel).T", "make 4 x 6"),
        ("transposed_convolution = None", "function itself"),
    ],
    "cfd.distance_by_hand": [
        (HEAD + NEAREST + "        result[cell] = d - 0.5\n    return result", "the sign is missing"),
        (HEAD + NEAREST + "        result[cell] = -d if solid[cell] else d\n    return result", "take off one half"),
        (
            HEAD + NEAREST + "        result[cell] = d - 0.5 if solid[cell] else 0.5 - d\n    return result",
            "wrong way",
        ),
        (
            HEAD + NEAREST + "        result[cell] = (-d if solid[cell] else d) - 0.5\n    return result",
            "nearer to zero",
        ),
        (HEAD + NEAREST + "        result[cell] = 0.0 if solid[cell] else d - 0.5\n    return result", "is missing"),
        (HEAD + METRIC.format("np.abs(others - cell).sum(axis=1)"), "adds the steps"),
        (HEAD + METRIC.format("np.abs(others - cell).max(axis=1)"), "larger of the steps"),
        (HEAD + METRIC.format("((others - cell) ** 2).sum(axis=1)"), "take its root first"),
        (HEAD + METRIC.format("np.linalg.norm(others - cell, axis=1)").replace("0.5", "1"), "not a whole cell"),
        (HEAD + METRIC.format("np.linalg.norm(others - cell, axis=1)").replace("- 0.5", "+ 0.5"), "half is added"),
        (
            HEAD + METRIC.format("np.abs(others - cell).sum(axis=1)").replace("-d if", "d if"),
            "and the straight distance",
        ),
    ],
    "cfd.better_for_every_seed": [
        ("def better_for_every_seed(a, b):\n    return min(a) < min(b)", "look at max and min"),
        (
            "def better_for_every_seed(a, b):\n    return all(x < y for x, y in zip(a, b, strict=True))",
            "whatever their seeds",
        ),
        ("def better_for_every_seed(a, b):\n    return min(a) > max(b)", "every error of a is smaller"),
        ("def better_for_every_seed(a, b):\n    return max(a) < max(b)", "the BEST of b"),
        ("def better_for_every_seed(a, b):\n    return max(a) <= min(b)", "an equal one is not"),
        ("def better_for_every_seed(a, b):\n    return sum(a) / len(a) < min(b)", "mean of a"),
        ("def better_for_every_seed(a, b):\n    return max(a) < sum(b) / len(b)", "mean of b"),
        ("def better_for_every_seed(a, b):\n    return sorted(a) < sorted(b)", "max"),
        (
            "def better_for_every_seed(a, b):\n    return min(a) < min(b) and max(a) < max(b)",
            "best with best and worst with worst",
        ),
        (
            "def better_for_every_seed(a, b):\n"
            "    return all(x < y for x, y in zip(sorted(a), sorted(b), strict=False))",
            "best with best",
        ),
    ],
}

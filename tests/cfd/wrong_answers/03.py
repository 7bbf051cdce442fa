"""Plausible wrong answers to the exercises of 03_Convolutions_and_Signed_Distance and the hint each must get."""

HEAD = "def distance_by_hand(solid):\n    result = np.zeros(solid.shape)\n    for cell in np.ndindex(solid.shape):\n"
NEAREST = (
    "        others = np.argwhere(solid != solid[cell])\n        d = np.linalg.norm(others - cell, axis=1).min()\n"
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
    ],
    "cfd.better_for_every_seed": [
        ("def better_for_every_seed(a, b):\n    return min(a) < min(b)", "look at max and min"),
        (
            "def better_for_every_seed(a, b):\n    return all(x < y for x, y in zip(a, b, strict=True))",
            "nothing in common",
        ),
        ("def better_for_every_seed(a, b):\n    return min(a) > max(b)", "every error of a is smaller"),
    ],
}

"""Plausible wrong answers to the exercises of 05_Class_Imbalance and the hint each must get."""

WRONG = {
    "cyclone.balanced_weights": [
        (
            "def balanced_weights(labels):\n"
            "    counts = np.bincount(labels, minlength=8)\n"
            "    return np.where(counts > 0, len(labels) / (8 * np.maximum(counts, 1)), 0.0)",
            "number of classes that occur",
        ),
        (
            "def balanced_weights(labels):\n"
            "    counts = np.bincount(labels, minlength=8)\n"
            "    return len(labels) / (8 * counts)",
            "not infinity",
        ),
        (
            "def balanced_weights(labels):\n"
            "    counts = np.bincount(labels, minlength=8)\n"
            "    inverse = np.where(counts > 0, 1 / np.maximum(counts, 1), 0.0)\n"
            "    return 8 * inverse / inverse.sum()",
            "the mean over the frames",
        ),
        (
            "def balanced_weights(labels):\n    return np.bincount(labels, minlength=8) / len(labels)",
            "grow with the count",
        ),
    ],
    "cyclone.without_prior": [
        ("def without_prior(probabilities, shares):\n    return probabilities / shares", "divide each by its sum"),
        (
            "def without_prior(probabilities, shares):\n"
            "    divided = probabilities / shares\n"
            "    return divided / divided.sum()",
            "each row, a frame, needs its own",
        ),
        (
            "def without_prior(probabilities, shares):\n"
            "    divided = probabilities / shares\n"
            "    return divided / divided.sum(axis=0)",
            "down the columns",
        ),
    ],
    "cyclone.northern": [
        ("def northern(image, lat):\n    return image[:, ::-1] if lat < 0 else image", "moves west now moves east"),
        ("def northern(image, lat):\n    return image[::-1]", "15 degrees north"),
        ("def northern(image, lat):\n    return image[..., ::-1] if lat < 0 else image", "colors"),
        ("def northern(image, lat):\n    return image[::-1] if lat <= 0 else image", "only a negative latitude"),
    ],
}

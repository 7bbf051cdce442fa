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
        (
            "def balanced_weights(labels):\n"
            "    counts = np.maximum(np.bincount(labels, minlength=8), 1)\n"
            "    return len(labels) / (len(set(labels.tolist())) * counts)",
            "as if it had one",
        ),
        (
            "def balanced_weights(labels):\n"
            "    counts = np.bincount(labels, minlength=8)\n"
            "    return np.where(counts > 0, 1 / np.maximum(counts, 1), 0.0)",
            "the loss, and with it every step, would shrink",
        ),
        (
            "def balanced_weights(labels):\n"
            "    counts = np.bincount(labels, minlength=8)\n"
            "    return np.where(counts > 0, len(labels) / np.maximum(counts, 1), 0.0)",
            "is the number of classes",
        ),
        (
            "def balanced_weights(labels):\n"
            "    counts = np.bincount(labels)\n"
            "    return np.where(counts > 0, len(labels) / ((counts > 0).sum() * np.maximum(counts, 1)), 0.0)",
            "expected is (8,)",
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
        (
            "def without_prior(probabilities, shares):\n"
            "    product = probabilities * shares\n"
            "    return product / product.sum(axis=1, keepdims=True)",
            "more probable still",
        ),
        (
            "def without_prior(probabilities, shares):\n"
            "    divided = probabilities / probabilities.mean(axis=0)\n"
            "    return divided / divided.sum(axis=1, keepdims=True)",
            "not the mean of these probabilities",
        ),
        (
            "def without_prior(probabilities, shares):\n"
            "    powers = np.exp(probabilities / shares)\n"
            "    return powers / powers.sum(axis=1, keepdims=True)",
            "a ratio already",
        ),
    ],
    "cyclone.northern": [
        ("def northern(image, lat):\n    return np.rot90(image, 2) if lat < 0 else image", "rotation by 180 degrees"),
        ("def northern(image, lat):\n    return image.transpose(1, 0, 2) if lat < 0 else image", "about the diagonal"),
        ("def northern(image, lat):\n    return image[::-1] if lat > 0 else image", "storms at negative latitudes"),
        ("def northern(image, lat):\n    return image[::-1] if int(lat) < 0 else image", "do not round"),
        (
            "def northern(image, lat):\n    if lat < 0:\n        image[:] = image[::-1].copy()\n    return image",
            "return a new one",
        ),
        ("def northern(image, lat):\n    return image[:, ::-1] if lat < 0 else image", "moves west now moves east"),
        ("def northern(image, lat):\n    return image[::-1]", "15 degrees north"),
        ("def northern(image, lat):\n    return image[..., ::-1] if lat < 0 else image", "colors"),
        ("def northern(image, lat):\n    return image[::-1] if lat <= 0 else image", "only a negative latitude"),
    ],
}

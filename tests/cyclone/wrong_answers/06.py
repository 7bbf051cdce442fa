"""Plausible wrong answers to the exercises of 06_Competition and the hint each must get."""

WRONG = {
    "cyclone.to_probabilities": [
        (
            "def to_probabilities(scores):\n"
            "    powers = np.exp(scores)\n"
            "    return powers / powers.sum(axis=1, keepdims=True)",
            "subtract the largest score",
        ),
        (
            "def to_probabilities(scores):\n    return np.exp(scores) / np.exp(scores).sum(axis=0)",
            "each column sums to one",
        ),
        ("def to_probabilities(scores):\n    return 1 / (1 + np.exp(-scores))", "sigmoid"),
        ("def to_probabilities(scores):\n    return np.eye(8)[scores.argmax(axis=1)]", "all or nothing"),
    ],
    "cyclone.error_bar": [
        (
            "def error_bar(right, storm_id):\n"
            "    means = np.array([right[storm_id == name].mean() for name in np.unique(storm_id)])\n"
            "    return means.std() / np.sqrt(len(means))",
            "every storm counts the same",
        ),
        (
            "def error_bar(right, storm_id):\n"
            "    share = right.mean()\n"
            "    sums = [(right[storm_id == name] - share).sum() for name in np.unique(storm_id)]\n"
            "    return np.sqrt(np.sum(np.square(sums))) / len(sums)",
            "by the number of frames",
        ),
        (
            "def error_bar(right, storm_id):\n"
            "    share = right.mean()\n"
            "    sums = [(right[storm_id == name] - share).sum() for name in np.unique(storm_id)]\n"
            "    return np.sum(np.square(sums)) / len(right) ** 2",
            "root is missing",
        ),
    ],
}

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
        (
            "def to_probabilities(scores):\n"
            "    powers = np.exp(scores - scores.max())\n"
            "    return powers / powers.sum(axis=1, keepdims=True)",
            "each row has its own largest score",
        ),
        (
            "def to_probabilities(scores):\n"
            "    powers = np.exp(scores - scores.mean(axis=1, keepdims=True))\n"
            "    return powers / powers.sum(axis=1, keepdims=True)",
            "the mean is not enough",
        ),
        (
            "def to_probabilities(scores):\n"
            "    powers = np.exp(np.clip(scores, -700, 700))\n"
            "    return powers / powers.sum(axis=1, keepdims=True)",
            "all large scores are equal",
        ),
        (
            "def to_probabilities(scores):\n"
            "    powers = 2 ** (scores - scores.max(axis=1, keepdims=True))\n"
            "    return powers / powers.sum(axis=1, keepdims=True)",
            "powers of 2",
        ),
        (
            "def to_probabilities(scores):\n"
            "    positive = np.maximum(scores, 0)\n"
            "    return positive / positive.sum(axis=1, keepdims=True)",
            "cut to 0",
        ),
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
        (
            "def error_bar(right, storm_id):\n"
            "    means = np.array([right[storm_id == name].mean() for name in np.unique(storm_id)])\n"
            "    return means.std(ddof=1) / np.sqrt(len(means))",
            "every storm counts the same",
        ),
        (
            "def error_bar(right, storm_id):\n"
            "    share = right.mean()\n"
            "    starts = np.flatnonzero(np.append(True, storm_id[1:] != storm_id[:-1]))\n"
            "    sums = np.add.reduceat(right - share, starts)\n"
            "    return np.sqrt((sums**2).sum()) / len(right)",
            "need not stand together",
        ),
        (
            "def error_bar(right, storm_id):\n"
            "    sums = [right[storm_id == name].sum() for name in np.unique(storm_id)]\n"
            "    return np.sqrt(np.sum(np.square(sums))) / len(right)",
            "right minus p",
        ),
        (
            "def error_bar(right, storm_id):\n"
            "    share = right.mean()\n"
            "    return np.sqrt(share * (1 - share) / len(np.unique(storm_id)))",
            "all frames of a storm for one",
        ),
    ],
}

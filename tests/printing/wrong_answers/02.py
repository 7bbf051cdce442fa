"""Plausible wrong answers to the exercises of 02_Networks_for_Voxels, and a part of the hint that each must get."""

WRONG = {
    "printing.f1_score": [
        (
            "def f1_score(matrix, positive):\n    return 2 * matrix[1, 1] / (matrix[1].sum() + matrix[:, 1].sum())",
            "this is F1 of good parts in every case",
        ),
        ("def f1_score(matrix, positive):\n    return np.trace(matrix) / matrix.sum()", "that is the accuracy"),
        (
            "def f1_score(matrix, positive):\n    k = {'good': 0, 'bad': 1}[positive]\n"
            "    return 2 * matrix[k, k] / (matrix[k].sum() + matrix[:, k].sum())",
            "the first row and column are the bad parts",
        ),
        (
            "def f1_score(matrix, positive):\n    k = ['bad', 'good'].index(positive)\n"
            "    return matrix[k, k] / matrix[k].sum()",
            "the recall alone",
        ),
        (
            "def f1_score(matrix, positive):\n    k = ['bad', 'good'].index(positive)\n"
            "    p, r = matrix[k, k] / matrix[:, k].sum(), matrix[k, k] / matrix[k].sum()\n"
            "    return 2 * p * r / (p + r)",
            "an F1 of 0, not NaN",
        ),
    ],
    "printing.block_parameters": [
        (
            "def block_parameters(channels, filters, kernel_size):\n"
            "    return kernel_size**2 * channels * filters + 3 * filters",
            "the third power",
        ),
        (
            "def block_parameters(channels, filters, kernel_size):\n"
            "    return kernel_size**3 * channels * filters + filters",
            "two numbers for each filter",
        ),
        (
            "def block_parameters(channels, filters, kernel_size):\n"
            "    return kernel_size**3 * channels * filters + 5 * filters",
            "measured, not learned",
        ),
    ],
    "printing.cheapest_threshold": [
        ("def cheapest_threshold(printable, logits, price):\n    return 0.0", "try every threshold"),
        (
            "def cheapest_threshold(printable, logits, price):\n"
            "    costs = [price * np.sum(printable & (logits <= t)) + np.sum(~printable & (logits > t))"
            " for t in logits]\n"
            "    return logits[np.argmin(costs)]",
            "try every threshold",
        ),
        (
            "def cheapest_threshold(printable, logits, price):\n    return logits[printable].min()",
            "try every threshold",
        ),
    ],
}

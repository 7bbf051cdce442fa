"""Plausible wrong answers to the exercises of 07_Networks_and_Tricks and the hint each must get."""

WRONG = {
    "pinn.verdict": [
        (
            "def verdict(baseline, changed):\n"
            "    return 'helps' if np.mean(changed) < np.mean(baseline) / 2 else 'unclear'",
            "rule also holds the other way",
        ),
        (
            "def verdict(baseline, changed):\n"
            "    a, b = min(changed), min(baseline)\n"
            "    return 'helps' if a < b / 2 else 'hurts' if b < a / 2 else 'unclear'",
            "best seed is no measure",
        ),
        (
            "def verdict(baseline, changed):\n"
            "    a, b = np.mean(changed), np.mean(baseline)\n"
            "    return 'helps' if a < b / 2 else 'hurts' if b < a / 2 else 'unclear'",
            "ruled by one bad seed",
        ),
        (
            "def verdict(baseline, changed):\n"
            "    better = sum(c < b for b, c in zip(baseline, changed))\n"
            "    return 'helps' if better >= 4 else 'hurts' if better <= 1 else 'unclear'",
            "medians",
        ),
        (
            "def verdict(baseline, changed):\n"
            "    a, b = np.median(changed), np.median(baseline)\n"
            "    return 'helps' if a <= b / 2 else 'hurts' if b <= a / 2 else 'unclear'",
            "at most one seed may disagree",
        ),
        ("verdict = None", "TypeError"),
    ],
    "pinn.join_gradients": [
        ("def join_gradients(gradients, sizes):\n    return gradients.sum(axis=0)", "averaged, not added"),
        (
            "def join_gradients(gradients, sizes):\n    return (sizes[:, None] * gradients).sum(axis=0) / len(sizes)",
            "not of parts",
        ),
        (
            "def join_gradients(gradients, sizes):\n    return (sizes[:, None] * gradients).sum(axis=0)",
            "divided by the number of points",
        ),
        ("def join_gradients(gradients, sizes):\n    return gradients.mean()", "(3,) is wanted"),
    ],
    "pinn.chaos_moments": [
        ("def chaos_moments(c):\n    return c[0], np.sqrt(np.sum(c[1:] ** 2))", "not normalized"),
        (
            "def chaos_moments(c):\n    return c[0], np.sqrt(np.sum(c**2 / (2 * np.arange(len(c)) + 1)))",
            "sum from k = 1",
        ),
        (
            "def chaos_moments(c):\n    k = np.arange(len(c))\n    return c[0], np.sum(c[1:] ** 2 / (2 * k[1:] + 1))",
            "take its root",
        ),
        (
            "def chaos_moments(c):\n"
            "    k = np.arange(len(c))\n"
            "    return c[0], np.sqrt(np.sum(2 * c[1:] ** 2 / (2 * k[1:] + 1)))",
            "density of z is 1/2",
        ),
    ],
}

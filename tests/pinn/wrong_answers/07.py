"""Plausible wrong answers to the exercises of 07_Networks_and_Tricks and the hint each must get."""

VERDICT = """
def verdict(baseline, changed):
    def beats(a, b):
        disagree = sum(x >= y for x, y in zip(a, b))
        return np.median(a) <= np.median(b) / 2 and disagree <= 1

    if beats(changed, baseline):
        return "helps"
    return "hurts" if beats(baseline, changed) else "unclear"
"""
JOIN = "def join_gradients(gradients, sizes):\n    return {}"
MOMENTS = "def chaos_moments(c):\n    k = np.arange(len(c))\n    return {}, {}"
DEVIATION = "np.sqrt(np.sum(c[1:] ** 2 / (2 * k[1:] + 1)))"


def verdict(old: str, new: str) -> str:
    """The solution with one part replaced."""
    assert old in VERDICT
    return VERDICT.replace(old, new)


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
            "one of five seeds improved",
        ),
        (
            "def verdict(baseline, changed):\n"
            "    a, b = np.median(changed), np.median(baseline)\n"
            "    return 'helps' if a <= b / 2 else 'hurts' if b <= a / 2 else 'unclear'",
            "at most one seed may disagree",
        ),
        (verdict("<= np.median(b) / 2", "< np.median(b) / 2"), "exactly half counts"),
        (verdict("<= np.median(b) / 2", "< np.median(b)"), "the factor 2"),
        (verdict("<= np.median(b) / 2", "<= 0.6 * np.median(b)"), "at most half of the median"),
        (verdict("x >= y", "x > y"), "an equal error"),
        (
            verdict(
                "if beats(baseline, changed)",
                "if np.median(changed) >= 2 * np.median(baseline) and 1 >= "
                "sum(new < old for old, new in zip(baseline, changed))",
            ),
            "the baseline's is not smaller",
        ),
        (verdict("disagree <= 1", "disagree == 0"), "one seed may disagree"),
        (verdict("disagree <= 1", "disagree <= 2"), "not two"),
        (verdict("zip(a, b)", "zip(sorted(a), sorted(b))"), "in the given order"),
        (verdict('if beats(baseline, changed) else "unclear"', ""), "need not hurt"),
        (verdict("if beats(changed, baseline)", "if beats(baseline, changed)"), "medians"),
        (verdict('"unclear"', '"nothing"'), "it is nothing, expected is unclear"),
        ("verdict = None", "hand over the function itself"),
    ],
    "pinn.join_gradients": [
        (JOIN.format("gradients.sum(axis=0)"), "averaged, not added"),
        (JOIN.format("(sizes[:, None] * gradients).sum(axis=0) / len(sizes)"), "not of parts"),
        (JOIN.format("(sizes[:, None] * gradients).sum(axis=0)"), "divided by the number of points"),
        (JOIN.format("gradients.mean()"), "(3,) is wanted"),
        (JOIN.format("(sizes * gradients).sum(axis=0) / sizes.sum()"), "goes with the rows"),
        (JOIN.format("(gradients / sizes[:, None]).sum(axis=0) / (1 / sizes).sum()"), "do not divide by it"),
        (JOIN.format("gradients.sum(axis=0) / sizes.sum()"), "is not enough"),
        (JOIN.format("np.average(gradients, axis=0, weights=sizes**2)"), "without a square"),
        (JOIN.format("np.median(np.repeat(gradients, sizes, axis=0), axis=0)"), "each point counts once"),
        (JOIN.format("(4 * gradients[0] + 5 * gradients[1] + gradients[2]) / 10"), "each point counts once"),
    ],
    "pinn.chaos_moments": [
        (MOMENTS.format("c[0]", "np.sqrt(np.sum(c[1:] ** 2))"), "not normalized"),
        (MOMENTS.format("c[0]", "np.sqrt(np.sum(c**2 / (2 * k + 1)))"), "sum from k = 1"),
        (MOMENTS.format("c[0]", "np.sum(c[1:] ** 2 / (2 * k[1:] + 1))"), "take its root"),
        (MOMENTS.format("c[0]", "np.sqrt(np.sum(2 * c[1:] ** 2 / (2 * k[1:] + 1)))"), "density of z is 1/2"),
        (MOMENTS.format("np.mean(c)", DEVIATION), "the mean of y is c_0"),
        (MOMENTS.format("np.sum(c)", DEVIATION), "only c_0 is left"),
        (MOMENTS.format("2 * c[0]", DEVIATION), "for the mean; the density"),
        (MOMENTS.format("c[0]", "np.sqrt(np.sum(c[1:] ** 2 * (2 * k[1:] + 1)))"), "do not multiply"),
        (MOMENTS.format("c[0]", "np.sqrt(np.sum(c[1:] ** 2 / (2 * k[:-1] + 1)))"), "k counts from 0"),
        (MOMENTS.format("c[0]", "np.sqrt(np.sum(c[2:] ** 2 / (2 * k[2:] + 1)))"), "k = 1 is missing"),
        (MOMENTS.format(DEVIATION, "c[0]"), "exchanged"),
        (MOMENTS.format("c[0]", "np.sqrt(c[1] ** 2 / 3 + c[2] ** 2 / 5 + c[3] ** 2 / 7)"), "IndexError"),
        ("def chaos_moments(c):\n    return c[0]", "two numbers"),
    ],
}

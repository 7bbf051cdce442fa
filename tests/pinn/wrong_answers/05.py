"""Plausible wrong answers to the exercises of 05_Inverse_Spring_Mass and the hint each must get."""

FIRST = "    force = x[:, 1] - 3.0 * x[:, 0]\n    m1 = np.sum(a[:, 0] * force) / np.sum(a[:, 0] ** 2)\n"
THIRD = "    rest = -a[:, 2] - (x[:, 2] - x[:, 1])\n    k4 = np.sum(x[:, 2] * rest) / np.sum(x[:, 2] ** 2)\n"
HEAD, TAIL = "def constants_from_motion(x, a):\n", "    return m1, k4"
RATIOS = """def constants_from_motion(x, a):
    m1 = np.{name}((x[:, 1] - 3.0 * x[:, 0]) / a[:, 0])
    k4 = np.{name}((x[:, 1] - x[:, 2] - a[:, 2]) / x[:, 2])
    return m1, k4"""
SAME = "def same_motion(masses, stiffnesses):\n    return "
INTERVAL = "def interval(estimates):\n    mean, deviation = {}\n    return mean - {}, mean + {}"


def interval(center: str, deviation: str, half: str = "2.0 * deviation") -> str:
    return INTERVAL.format(f"{center}, {deviation}", half, half)


WRONG = {
    "pinn.constants_from_motion": [
        (
            HEAD + FIRST.replace("x[:, 1] - 3.0 * x[:, 0]", "3.0 * x[:, 0] - x[:, 1]") + THIRD + TAIL,
            "m1 comes out negative",
        ),
        (HEAD + FIRST + THIRD.replace("-a[:, 2] - (", "a[:, 2] + (") + TAIL, "k4 comes out negative"),
        (HEAD + FIRST.replace("3.0", "2.0") + THIRD + TAIL, "both k1 = 2 and k2 = 1"),
        (HEAD + FIRST + THIRD.replace("-a[:, 2] - (", "-a[:, 2] + (") + TAIL, "k4 x3 = -a3"),
        (HEAD + FIRST + THIRD.replace("-a[:, 2] - (", "a[:, 2] - (") + TAIL, "on the other side with a minus"),
        (HEAD + FIRST + THIRD.replace("(x[:, 2] - x[:, 1])", "x[:, 2]") + TAIL, "stretched by x3 - x2"),
        (RATIOS.format(name="mean"), "mean of ratios"),
        (RATIOS.format(name="median"), "median of ratios"),
        (HEAD + FIRST + "    return m1", "two numbers"),
        (HEAD + FIRST + THIRD + "    return k4, m1", "exchanged"),
        (HEAD + FIRST + THIRD + "    return 1 / m1, k4", "yours is 1/m1"),
        (
            HEAD
            + FIRST.replace("np.sum(a[:, 0] * force) / np.sum(a[:, 0] ** 2)", "force @ force / (a[:, 0] @ force)")
            + THIRD
            + TAIL,
            "for m1 this fits a = f / m1",
        ),
        (
            HEAD + "    m1 = np.polyfit(a[:, 0], x[:, 1] - 3.0 * x[:, 0], 1)[0]\n"
            "    k4 = np.polyfit(x[:, 2], x[:, 1] - x[:, 2] - a[:, 2], 1)[0]\n" + TAIL,
            "through the origin",
        ),
        (HEAD + "    return 1.0, 2.0", "at every time"),
    ],
    "pinn.same_motion": [
        (SAME + "[2.0 * m for m in masses], stiffnesses", "frequencies have changed"),
        (SAME + "masses, [2.0 * k for k in stiffnesses]", "frequencies have changed"),
        (SAME + "[m + 1.0 for m in masses], [k + 1.0 for k in stiffnesses]", "which ratios"),
        (SAME + "[2.0 * m for m in masses]", "return the masses and the stiffnesses"),
        (SAME + "[-m for m in masses], [-k for k in stiffnesses]", "stay positive"),
        (SAME + "[2.0 * m for m in masses], [3.0 * k for k in stiffnesses]", "the same factor"),
        (SAME + "[2.0 * m for m in masses], [k / 2.0 for k in stiffnesses]", "the same factor"),
        (SAME + "masses[::-1], stiffnesses[::-1]", "same constants as before"),
        (SAME + "[m / masses[0] for m in masses], [k / masses[0] for k in stiffnesses]", "same constants as before"),
        (SAME + "[2.0, 2.0, 2.0], [4.0, 2.0, 2.0, 4.0]", "which ratios"),
        (SAME + "[2.0 * m for m in stiffnesses], [2.0 * k for k in masses]", "three masses and four stiffnesses"),
        (SAME + "[2.0 * m for m in masses], [2.0 * stiffnesses[0], *stiffnesses[1:]]", "which ratios"),
    ],
    "pinn.interval": [
        (interval("np.mean(estimates)", "np.std(estimates)"), "divides by n"),
        (interval("np.mean(estimates)", "np.std(estimates, ddof=1) / np.sqrt(len(estimates))"), "uncertainty of the"),
        (interval("np.mean(estimates)", "np.std(estimates, ddof=1)", "deviation"), "two are wanted"),
        (interval("np.median(estimates)", "np.std(estimates, ddof=1)"), "the middle of the interval"),
        (interval("np.mean(estimates)", "np.var(estimates, ddof=1)"), "the variance"),
        (interval("np.mean(estimates)", "np.std(estimates, ddof=1)", "1.96 * deviation"), "1.96"),
        (interval("np.mean(estimates)", "np.ptp(estimates) / 4"), "half the range"),
        (interval("np.mean(estimates)", "np.std(estimates, ddof=1)", "-2 * deviation"), "are exchanged"),
        (interval("0.0", "np.std(estimates, ddof=1)"), "from the mean: add it"),
        ("def interval(estimates):\n    return np.std(estimates, ddof=1)", "two numbers"),
        ("def interval(estimates):\n    return np.mean(estimates), 2 * np.std(estimates, ddof=1)", "the two ends"),
        ("def interval(estimates):\n    return np.quantile(estimates, [0.025, 0.975])", "quantiles"),
    ],
}

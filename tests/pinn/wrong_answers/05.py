"""Plausible wrong answers to the exercises of 05_Inverse_Spring_Mass and the hint each must get."""

FIRST = "    force = x[:, 1] - 3.0 * x[:, 0]\n    m1 = np.sum(a[:, 0] * force) / np.sum(a[:, 0] ** 2)\n"
THIRD = "    rest = -a[:, 2] - (x[:, 2] - x[:, 1])\n    k4 = np.sum(x[:, 2] * rest) / np.sum(x[:, 2] ** 2)\n"
HEAD, TAIL = "def constants_from_motion(x, a):\n", "    return m1, k4"

WRONG = {
    "pinn.constants_from_motion": [
        (
            HEAD + FIRST.replace("x[:, 1] - 3.0 * x[:, 0]", "3.0 * x[:, 0] - x[:, 1]") + THIRD + TAIL,
            "m1 comes out negative",
        ),
        (HEAD + FIRST + THIRD.replace("-a[:, 2] - (", "a[:, 2] + (") + TAIL, "k4 comes out negative"),
        (HEAD + FIRST.replace("3.0", "2.0") + THIRD + TAIL, "m1 a1 = x2 - 3 x1"),
        (HEAD + FIRST + THIRD.replace("-a[:, 2] - (", "-a[:, 2] + (") + TAIL, "k4 x3 = -a3"),
        (
            "def constants_from_motion(x, a):\n"
            "    m1 = np.mean((x[:, 1] - 3.0 * x[:, 0]) / a[:, 0])\n"
            "    k4 = np.mean((x[:, 1] - x[:, 2] - a[:, 2]) / x[:, 2])\n"
            "    return m1, k4",
            "mean of ratios",
        ),
        (HEAD + FIRST + "    return m1", "two numbers"),
    ],
    "pinn.same_motion": [
        (
            "def same_motion(masses, stiffnesses):\n    return [2.0 * m for m in masses], stiffnesses",
            "frequencies have changed",
        ),
        (
            "def same_motion(masses, stiffnesses):\n    return masses, [2.0 * k for k in stiffnesses]",
            "frequencies have changed",
        ),
        (
            "def same_motion(masses, stiffnesses):\n"
            "    return [m + 1.0 for m in masses], [k + 1.0 for k in stiffnesses]",
            "which ratios",
        ),
        ("def same_motion(masses, stiffnesses):\n    return [2.0 * m for m in masses]", "ValueError"),
        (
            "def same_motion(masses, stiffnesses):\n    return [-m for m in masses], [-k for k in stiffnesses]",
            "stay positive",
        ),
    ],
    "pinn.interval": [
        (
            "def interval(estimates):\n"
            "    mean, deviation = np.mean(estimates), np.std(estimates)\n"
            "    return mean - 2.0 * deviation, mean + 2.0 * deviation",
            "divides by n",
        ),
        (
            "def interval(estimates):\n"
            "    mean, deviation = np.mean(estimates), np.std(estimates, ddof=1) / np.sqrt(len(estimates))\n"
            "    return mean - 2.0 * deviation, mean + 2.0 * deviation",
            "uncertainty of the mean",
        ),
        (
            "def interval(estimates):\n"
            "    mean, deviation = np.mean(estimates), np.std(estimates, ddof=1)\n"
            "    return mean - deviation, mean + deviation",
            "two are wanted",
        ),
        (
            "def interval(estimates):\n"
            "    mean, deviation = np.median(estimates), np.std(estimates, ddof=1)\n"
            "    return mean - 2.0 * deviation, mean + 2.0 * deviation",
            "the middle of the interval",
        ),
        ("def interval(estimates):\n    return np.std(estimates, ddof=1)", "two numbers"),
    ],
}

"""Checks of the exercises of 05_Inverse_Spring_Mass."""

from collections.abc import Callable

from bootcamp.exercises import Check, Finding
from bootcamp.pinn.exact import MASSES, STIFFNESSES, springs_motion

import numpy as np


def _close(found: object, expected: object, rtol: float = 1e-6) -> bool:
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    return found.shape == expected.shape and bool(np.allclose(found, expected, rtol=rtol, atol=1e-9))


def _motion_and_acceleration(m1: float, k4: float) -> tuple[np.ndarray, np.ndarray]:
    x = springs_motion(np.linspace(0.1, 9.0, 40), (m1, 1.0, 1.0), (2.0, 1.0, 1.0, k4))
    first = (x[:, 1] - 3.0 * x[:, 0]) / m1
    second = x[:, 0] - 2.0 * x[:, 1] + x[:, 2]
    third = x[:, 1] - x[:, 2] - k4 * x[:, 2]
    return x, np.stack([first, second, third], axis=1)


def _constant_hint(name: str, found: float, expected: float, mean_of_ratios: float) -> str:
    if _close(found, -expected):
        return f"{name} comes out negative: check the sign of the force on its side of the equation"
    if _close(found, 1.0 / expected):
        return (
            f"yours is 1/{name}: the unknown is the factor of the {'acceleration' if name == 'm1' else 'displacement'}"
        )
    if _close(found, mean_of_ratios, rtol=1e-3):
        return "the mean of ratios is spoiled wherever the divisor is near zero; least squares is sum(a f) / sum(a a)"
    equations = {"m1": "m1 a1 = x2 - 3 x1", "k4": "k4 x3 = -a3 - (x3 - x2)"}
    return f"{equations[name]} at every time: fit the slope of a line through the origin"


def constants_from_motion(answer: Callable) -> list[Finding]:
    """A function (x, a), both (n, 3) -> m1 and k4 by least squares."""
    findings = []
    random = np.random.default_rng(0)
    for about, (m1, k4), noise in (
        ("the chain of this notebook", (1.0, 2.0), 0.0),
        ("other constants", (0.6, 3.5), 0.0),
        ("with noise on the accelerations", (1.3, 1.6), 0.05),
    ):
        x, a = _motion_and_acceleration(m1, k4)
        a = a + noise * random.standard_normal(a.shape)
        force, rest = x[:, 1] - 3.0 * x[:, 0], x[:, 1] - x[:, 2] - a[:, 2]
        expected = np.array([a[:, 0] @ force / (a[:, 0] @ a[:, 0]), x[:, 2] @ rest / (x[:, 2] @ x[:, 2])])
        ratios = np.mean(force / a[:, 0]), np.mean(rest / x[:, 2])
        found = np.asarray(answer(x.copy(), a.copy()), dtype=float)
        if found.shape != (2,):
            return [Finding(about, False, "return two numbers, m1 and k4")]
        for name, i in (("m1", 0), ("k4", 1)):
            # Other sound ways of least squares differ by the noise only.
            near = _close(found[i], expected[i], rtol=0.02 if noise else 1e-6)
            hint = _constant_hint(name, found[i], expected[i], ratios[i])
            findings.append(Finding(f"{about}: {name}", near, hint))
    return findings


def same_motion(answer: Callable) -> list[Finding]:
    """A function (masses, stiffnesses) -> other constants with the same motion."""
    findings, t = [], np.linspace(0.0, 10.0, 41)
    cases = {
        "the chain of this notebook": (MASSES, STIFFNESSES),
        "another chain": ((0.5, 2.0, 1.5), (1.0, 3.0, 0.5, 2.5)),
    }
    for about, (masses, stiffnesses) in cases.items():
        m, k = (np.asarray(values, dtype=float) for values in answer(list(masses), list(stiffnesses)))
        if m.shape != (3,) or k.shape != (4,):
            return [Finding(about, False, "return three masses and four stiffnesses")]
        if not ((m > 0).all() and (k > 0).all()):
            return [Finding(about, False, "masses and stiffnesses stay positive")]
        other = not (_close(m, masses, rtol=1e-3) and _close(k, stiffnesses, rtol=1e-3))
        findings.append(Finding(f"{about}: other constants", other, "these are the same constants as before"))
        same = _close(springs_motion(t, m, k), springs_motion(t, masses, stiffnesses), rtol=1e-5)
        hint = "the motion differs: look at x'' in each equation and ask which ratios of the constants appear there"
        if _close(m, masses) or _close(k, stiffnesses):
            hint = (
                "the frequencies have changed, since they depend on stiffness over mass: change both kinds of constants"
            )
        findings.append(Finding(f"{about}: same motion", same, hint))
    return findings


def interval(answer: Callable) -> list[Finding]:
    """A function estimates (n,) -> mean minus and plus two standard deviations (n - 1)."""
    estimates = np.array([1.02, 0.97, 1.12, 0.99, 1.00, 0.94])
    mean, deviation, n = estimates.mean(), estimates.std(ddof=1), len(estimates)
    found = np.asarray(answer(estimates.copy()), dtype=float)
    if found.shape != (2,):
        return [Finding("two ends", False, "return two numbers, the lower and the upper end")]
    half = (found[1] - found[0]) / 2.0
    hints = {
        "your standard deviation divides by n: numpy's does, unless ddof=1": 2.0 * estimates.std(),
        "this is the uncertainty of the mean of the fits; a single fit spreads by the whole standard deviation": (
            2.0 * deviation / np.sqrt(n)
        ),
        "one standard deviation to each side; two are wanted": deviation,
        "smallest and largest value depend on how many fits you make; use the standard deviation": np.ptp(estimates)
        / 2.0,
        "this is the variance; the standard deviation is its root": 2.0 * deviation**2,
    }
    hint = next((text for text, value in hints.items() if _close(half, value)), "two standard deviations to each side")
    return [
        Finding("centered at the mean", _close(found.mean(), mean), _center_hint(half, deviation, hint)),
        Finding("two standard deviations to each side", _close(half, 2.0 * deviation), hint),
    ]


def _center_hint(half: float, deviation: float, hint: str) -> str:
    return "the middle of the interval is the mean of the estimates" if _close(half, 2.0 * deviation) else hint


CHECKS: dict[str, Check] = {
    "constants_from_motion": constants_from_motion,
    "same_motion": same_motion,
    "interval": interval,
}

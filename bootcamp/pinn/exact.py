"""Exact solutions of the problems of the lab, and the measure of error.

The functions take NumPy arrays, PyTorch tensors or numbers, and return what they were given.
"""

import math
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

Array = TypeVar("Array", np.ndarray, Tensor, float)

HOT_END = 100.0
"""Temperature of the bar at x = 2; at x = 0 it is 0."""

MASSES = (1.0, 1.0, 1.0)
"""m1, m2, m3 of the chain of springs."""

STIFFNESSES = (2.0, 1.0, 1.0, 2.0)
"""k1 (wall to mass 1), k2, k3, k4 (mass 3 to wall) of the chain of springs."""

START = (1.0, 0.0, 0.0)
"""Displacements of the masses at t = 0, when all are at rest."""


def relative_l2(predicted: Array, exact: Array) -> float:
    """Norm of the difference, divided by the norm of the exact values.

    Args:
        predicted: values of any shape.
        exact: values of the same shape.

    Raises:
        ValueError: the shapes differ, or the exact values are all zero.

    >>> relative_l2(np.array([3.0, 4.5]), np.array([3.0, 4.0]))
    0.1
    """
    a, b = (_numpy(values) for values in (predicted, exact))
    if a.shape != b.shape:
        raise ValueError(f"predicted and exact have the same shape, not {a.shape} and {b.shape}")
    norm = float(np.linalg.norm(b))
    if not norm > 0:
        raise ValueError("the exact values are all zero: there is no relative error")
    return float(np.linalg.norm(a - b)) / norm


def _numpy(values: Any) -> np.ndarray:
    plain = values.detach().cpu().numpy() if isinstance(values, Tensor) else np.asarray(values)
    return plain.astype(np.float64)


def _library(x: Any) -> Any:
    """The module with the functions for x."""
    return torch if isinstance(x, Tensor) else np


def parabola_exact(x: Array, l: Array | float = 1.0) -> Array:  # noqa: E741 - l is the length in the text
    """Solution x (x - l) / 2 of u'' = 1, u(0) = u(l) = 0.

    Args:
        x: coordinate, from 0 to l.
        l: length.
    """
    return x * (x - l) / 2


def interface_temperature(d1: Array | float = 10.0, d2: Array | float = 0.1) -> Array | float:
    """Temperature of the composite bar at x = 1: 100 / (1 + D1/D2).

    Args:
        d1: conductivity on (0, 1), positive.
        d2: conductivity on (1, 2), positive.

    Raises:
        ValueError: a conductivity is not positive.
    """
    for name, d in (("d1", d1), ("d2", d2)):
        if not (_numpy(d) > 0).all():
            raise ValueError(f"the conductivity {name} is positive, not {d}")
    return HOT_END / (1 + d1 / d2)


def bar_exact(x: Array, d1: Array | float = 10.0, d2: Array | float = 0.1) -> Array:
    """Temperature of the composite bar: D T' is constant, T(0) = 0, T(2) = 100.

    Args:
        x: coordinate, from 0 to 2; the conductivity changes at x = 1.
        d1: conductivity on (0, 1), positive; a number or of a shape that fits to x.
        d2: conductivity on (1, 2), positive.

    Raises:
        ValueError: x is outside of the bar, or a conductivity is not positive.
    """
    plain = _numpy(x)
    if not ((plain >= 0) & (plain <= 2)).all():
        raise ValueError(f"the bar reaches from 0 to 2; x reaches from {plain.min()} to {plain.max()}")
    middle = interface_temperature(d1, d2)
    left, right = middle * x, middle + (HOT_END - middle) * (x - 1)
    return left * (x < 1) + right * (x >= 1)


def bar_flux(d1: Array | float = 10.0, d2: Array | float = 0.1) -> Array | float:
    """Flux D dT/dx of the composite bar, the same everywhere (counted along x: heat flows the other way).

    Raises:
        ValueError: a conductivity is not positive.
    """
    return d1 * interface_temperature(d1, d2)


def springs_exact(t: Array) -> Array:
    """Displacements of the three masses for `MASSES`, `STIFFNESSES`, `START`.

    Args:
        t: time, (n,) or (n, 1).

    Returns:
        (n, 3).

    Raises:
        ValueError: t has another shape.
    """
    library, t = _library(t), _column(t)
    first, second, third = library.cos(t), library.cos(math.sqrt(3.0) * t), library.cos(2 * t)
    return _columns(t, first / 6 + second / 2 + third / 3, first / 3 - third / 3, first / 6 - second / 2 + third / 3)


def springs_velocity(t: Array) -> Array:
    """Velocities that belong to `springs_exact`: (n, 3)."""
    library, t = _library(t), _column(t)
    root = math.sqrt(3.0)
    first, second, third = -library.sin(t), -root * library.sin(root * t), -2 * library.sin(2 * t)
    return _columns(t, first / 6 + second / 2 + third / 3, first / 3 - third / 3, first / 6 - second / 2 + third / 3)


def _column(t: Any) -> Any:
    t = t if isinstance(t, Tensor) else np.asarray(t, dtype=np.float64)
    if t.ndim == 2 and t.shape[1] == 1:
        return t[:, 0]
    if t.ndim != 1:
        raise ValueError(f"times are (n,) or (n, 1), not {tuple(t.shape)}")
    return t


def _columns(t: Any, *columns: Any) -> Any:
    return torch.stack(columns, 1) if isinstance(t, Tensor) else np.stack(columns, 1)


def springs_motion(
    t: np.ndarray,
    masses: Sequence[float] = MASSES,
    stiffnesses: Sequence[float] = STIFFNESSES,
    start: Sequence[float] = START,
) -> np.ndarray:
    """Displacements of the chain for any masses and stiffnesses, from its normal modes; at rest at t = 0.

    Args:
        t: times, (n,) or (n, 1).
        masses: m1, m2, m3, positive.
        stiffnesses: k1, k2, k3, k4, positive.
        start: displacements at t = 0.

    Returns:
        (n, 3).

    Raises:
        ValueError: a mass or a stiffness is not positive, or there are not 3 and 4 of them.
    """
    m, k, x0 = (np.asarray(values, dtype=np.float64) for values in (masses, stiffnesses, start))
    if m.shape != (3,) or k.shape != (4,) or x0.shape != (3,) or not ((m > 0).all() and (k > 0).all()):
        raise ValueError(f"three positive masses, four positive stiffnesses, three displacements: {m}, {k}, {x0}")
    stiffness = np.diag(k[:3] + k[1:]) - np.diag(k[1:3], 1) - np.diag(k[1:3], -1)
    root = np.sqrt(m)
    squared, modes = np.linalg.eigh(stiffness / np.outer(root, root))
    amplitudes = modes.T @ (root * x0)
    return (amplitudes * np.cos(np.sqrt(squared) * _column(_numpy(t))[:, None])) @ modes.T / root


def springs_energy(
    displacement: Array,
    velocity: Array,
    masses: Sequence[float] = MASSES,
    stiffnesses: Sequence[float] = STIFFNESSES,
) -> Array:
    """Kinetic and elastic energy of the chain; 1.5 all the time for the exact motion.

    Args:
        displacement: (n, 3).
        velocity: (n, 3).
        masses: m1, m2, m3.
        stiffnesses: k1, k2, k3, k4.

    Returns:
        (n,).
    """
    x, v = displacement, velocity
    stretches = (x[:, 0], x[:, 1] - x[:, 0], x[:, 2] - x[:, 1], x[:, 2])
    kinetic = sum(m * v[:, i] ** 2 for i, m in enumerate(masses))
    return (kinetic + sum(k * s**2 for k, s in zip(stiffnesses, stretches, strict=True))) / 2


def inverse_source_exact(x: Array) -> Array:
    """Source f = x + sin(4 pi x), which is to be found from samples of u with u'' = f."""
    return x + _library(x).sin(4 * math.pi * x)


def inverse_source_solution(x: Array) -> Array:
    """Solution u of u'' = x + sin(4 pi x) with u(0) = u(1) = 0: (8 x (x^2 - 1) - 3 sin(4 pi x) / pi^2) / 48."""
    return (8 * x * (x**2 - 1) - 3 * _library(x).sin(4 * math.pi * x) / math.pi**2) / 48


def inverse_source_samples(
    count: int = 100, seed: int = 0, noise: float = 0.0, dtype: torch.dtype | None = None
) -> tuple[Tensor, Tensor]:
    """Samples of `inverse_source_solution` on evenly spaced points from 0 to 1.

    Args:
        count: number of samples, at least 2.
        seed: seed of the noise.
        noise: standard deviation of the noise, as part of the standard deviation of u.
        dtype: of the result; PyTorch's default if not given.

    Returns:
        x (count, 1) and u (count, 1).

    Raises:
        ValueError: too few samples or negative noise.
    """
    if count < 2 or noise < 0:
        raise ValueError(f"at least 2 samples and noise of at least 0, not {count} and {noise}")
    x = np.linspace(0.0, 1.0, count)[:, None]
    u = inverse_source_solution(x)
    u = u + noise * u.std() * np.random.default_rng(seed).standard_normal(u.shape)
    dtype = dtype or torch.get_default_dtype()
    return torch.tensor(x, dtype=dtype), torch.tensor(u, dtype=dtype)

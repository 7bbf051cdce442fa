"""Points in a box: random, Latin hypercube, low-discrepancy sequences, and more points where the residual is large.

Every function draws from a generator of its own, so the same seed gives the same points whatever was drawn before.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from scipy.stats import qmc
from torch import Tensor

Bounds = float | Sequence[float]
Sampler = Callable[..., Tensor]


def _box(lower: Bounds, upper: Bounds, count: int) -> tuple[np.ndarray, np.ndarray]:
    low, high = np.broadcast_arrays(np.atleast_1d(_plain(lower)), np.atleast_1d(_plain(upper)))
    if low.ndim != 1 or not (low < high).all():
        raise ValueError(f"lower is below upper for every input, not {lower} and {upper}")
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ValueError(f"count is an integer of at least 1, not {count!r}")
    return low, high


def _plain(values: Any) -> np.ndarray:
    return np.asarray(values, dtype=np.float64)


def _scaled(unit: np.ndarray, low: np.ndarray, high: np.ndarray, dtype: torch.dtype | None) -> Tensor:
    return torch.tensor(low + unit * (high - low), dtype=dtype or torch.get_default_dtype())


def uniform(lower: Bounds, upper: Bounds, count: int, seed: int, dtype: torch.dtype | None = None) -> Tensor:
    """Independent uniform points.

    Args:
        lower: smallest value of each of the d inputs; a number for one input.
        upper: largest value of each input.
        count: number of points.
        seed: seed of the points.
        dtype: of the result; PyTorch's default if not given.

    Returns:
        (count, d).

    Raises:
        ValueError: lower is not below upper, or count is not positive.
    """
    low, high = _box(lower, upper, count)
    return _scaled(np.random.default_rng(seed).random((count, len(low))), low, high, dtype)


def latin_hypercube(lower: Bounds, upper: Bounds, count: int, seed: int, dtype: torch.dtype | None = None) -> Tensor:
    """Points of which, in each input, exactly one lies in each of `count` equal intervals. Arguments as `uniform`.

    Source: McKay, Beckman and Conover, Technometrics 21 (1979), https://doi.org/10.1080/00401706.1979.10489755.
    """
    low, high = _box(lower, upper, count)
    return _scaled(qmc.LatinHypercube(len(low), rng=seed).random(count), low, high, dtype)


def halton(lower: Bounds, upper: Bounds, count: int, seed: int, dtype: torch.dtype | None = None) -> Tensor:
    """Scrambled Halton sequence. Arguments as `uniform`.

    Source: Halton, Numer. Math. 2 (1960), https://doi.org/10.1007/BF01386213.
    """
    low, high = _box(lower, upper, count)
    return _scaled(qmc.Halton(len(low), rng=seed).random(count), low, high, dtype)


def sobol(lower: Bounds, upper: Bounds, count: int, seed: int, dtype: torch.dtype | None = None) -> Tensor:
    """Scrambled Sobol sequence; most even if `count` is a power of two. Arguments as `uniform`.

    Source: Sobol, USSR Comput. Math. Math. Phys. 7 (1967), https://doi.org/10.1016/0041-5553(67)90144-9.
    """
    low, high = _box(lower, upper, count)
    whole = qmc.Sobol(len(low), rng=seed).random_base2((count - 1).bit_length())
    return _scaled(whole[:count], low, high, dtype)


SAMPLERS: dict[str, Sampler] = {
    "uniform": uniform,
    "latin hypercube": latin_hypercube,
    "halton": halton,
    "sobol": sobol,
}
"""Name -> function of every sampler of a box."""


def importance_points(
    candidates: Tensor, residual: Tensor, count: int, seed: int, power: float = 1.0, offset: float = 1.0
) -> Tensor:
    """Choose points with a probability that grows with the residual: proportional to |r|^k / mean |r|^k + c.

    No point is chosen twice.

    Source: Wu et al., Comput. Methods Appl. Mech. Eng. 403 (2023), https://doi.org/10.1016/j.cma.2022.115671, the
    method RAD; k = 1 and c = 1 are their defaults.

    Args:
        candidates: points (n, d), many more than `count`.
        residual: residuals at the candidates, (n,) or (n, m); the norm over the m components counts.
        count: number of points to choose.
        seed: seed of the choice.
        power: k, at least 0; 0 is uniform.
        offset: c, at least 0; the larger, the more uniform.

    Returns:
        (count, d), rows of the candidates.

    Raises:
        ValueError: a shape or a number does not fit, a residual is not finite, or all probabilities are zero.
    """
    n = len(candidates)
    if len(residual) != n or not 1 <= count <= n:
        raise ValueError(f"one residual for each candidate and at most as many points: {n}, {len(residual)}, {count}")
    if power < 0 or offset < 0:
        raise ValueError(f"power and offset are at least 0, not {power} and {offset}")
    size = residual.detach().double().cpu().reshape(n, -1).norm(dim=1).numpy() ** power
    if not np.isfinite(size).all():
        raise ValueError("the residual is not finite at every candidate")
    density = (size / size.mean() if size.any() else np.zeros(n)) + offset
    if np.count_nonzero(density) < count:
        raise ValueError(f"the residual is zero at all but {np.count_nonzero(density)} candidates: give an offset")
    chosen = np.random.default_rng(seed).choice(n, size=count, replace=False, p=density / density.sum())
    return candidates[torch.as_tensor(chosen, device=candidates.device)]

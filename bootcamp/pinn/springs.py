"""Parts of a physics-informed training on the chain of springs, built in `04_Spring_Mass` and used again in 05."""

from collections.abc import Callable, Sequence

from bootcamp.pinn.derivatives import derivatives
from bootcamp.pinn.exact import MASSES, STIFFNESSES

import torch
from torch import Tensor, nn

Motion = Callable[[Tensor], Tensor]


class Sines(nn.Module):
    """Sines and cosines of the time, without the time itself.

    Source: Tancik et al., NeurIPS 2020, https://doi.org/10.48550/arXiv.2006.10739.

    Args:
        frequencies: angular frequencies (features,), radians per unit of time.

    Raises:
        ValueError: the frequencies are not (features,).
    """

    def __init__(self, frequencies: Tensor):
        super().__init__()
        if frequencies.ndim != 1 or not len(frequencies):
            raise ValueError(f"frequencies are (features,) with at least one, not {tuple(frequencies.shape)}")
        self.register_buffer("frequencies", frequencies)

    def forward(self, t: Tensor) -> Tensor:
        """Features (n, 2 features) of the times t (n, 1): all sines, then all cosines."""
        angles = t * self.frequencies
        return torch.cat([torch.sin(angles), torch.cos(angles)], dim=1)


def from_start(network: Motion, at_start: Tensor) -> Motion:
    """Motion x0 + t v0 + t^2 / (1 + t^2) N(t), which has displacement x0 and velocity v0 at t = 0 for any network N.

    Args:
        network: times (n, 1) -> (n, masses).
        at_start: x0 and v0, (2, 1, masses).

    Raises:
        ValueError: `at_start` has another shape.
    """
    if at_start.ndim != 3 or at_start.shape[:2] != (2, 1):
        raise ValueError(f"the state at the start is (2, 1, masses), not {tuple(at_start.shape)}")
    x0, v0 = at_start
    return lambda t: x0 + t * v0 + t * t / (1.0 + t * t) * network(t)


def state_at(motion: Motion, t: Tensor) -> Tensor:
    """Displacements and velocities (2, n, masses) of a motion at the times t (n, 1)."""
    x = derivatives(motion, t, order=1)
    return torch.stack([x.value, x.first[:, :, 0]])


def springs_residual(
    motion: Motion,
    t: Tensor,
    masses: Sequence[float | Tensor] = MASSES,
    stiffnesses: Sequence[float | Tensor] = STIFFNESSES,
) -> Tensor:
    """Residuals of the equations of motion of the chain: mass times acceleration minus the forces of the springs.

    Args:
        motion: times (n, 1) -> displacements (n, 3).
        t: times (n, 1).
        masses: m1, m2, m3; numbers or tensors, which may be trained.
        stiffnesses: k1, k2, k3, k4; numbers or tensors.

    Returns:
        (n, 3), in units of force.

    Raises:
        ValueError: there are not three masses and four stiffnesses.
    """
    if len(masses) != 3 or len(stiffnesses) != 4:
        raise ValueError(f"three masses and four stiffnesses are needed, not {len(masses)} and {len(stiffnesses)}")
    x = derivatives(motion, t)
    (x1, x2, x3), (a1, a2, a3) = x.value.T, x.second[:, :, 0].T
    m1, m2, m3 = masses
    k1, k2, k3, k4 = stiffnesses
    first = m1 * a1 + k1 * x1 - k2 * (x2 - x1)
    second = m2 * a2 + k2 * (x2 - x1) - k3 * (x3 - x2)
    third = m3 * a3 + k3 * (x3 - x2) + k4 * x3
    return torch.stack([first, second, third], dim=1)

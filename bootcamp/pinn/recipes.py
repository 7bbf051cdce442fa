"""The lab's way to solve the bar and the springs, as the notebooks build it step by step."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bootcamp.pinn.derivatives import Network, derivatives
from bootcamp.pinn.exact import (
    HOT_END,
    START,
    bar_exact,
    bar_flux,
    relative_l2,
    springs_exact,
)
from bootcamp.pinn.networks import FullyConnected, SineFeatures
from bootcamp.pinn.springs import springs_residual
from bootcamp.pinn.training import History, fit

import torch
from torch import Tensor, nn

FREQUENCIES = (0.5, 1.0, 1.5, 2.0)
"""Angular frequencies of the sine features for the springs, up to the highest that the chain can have.

No mode is faster than sqrt(max_i sum_j |K_ij| / m_i) = 2 (Gershgorin's circles), which needs no solution.
"""


@dataclass(frozen=True)
class Solution:
    """A solved problem: the solution as a function of the points (n, 1), and the history of its training."""

    function: Callable[[Tensor], Tensor]
    history: History


def solve_bar(
    d1: float = 10.0,
    d2: float = 0.1,
    *,
    width: int = 16,
    depth: int = 2,
    points: int = 20,
    adam_steps: int = 200,
    lbfgs_steps: int = 300,
    dtype: torch.dtype = torch.float64,
    device: str = "cpu",
    **options: Any,
) -> Solution:
    """Temperature of the composite bar by two networks with exact end values and scaled unknowns.

    The unknown is T/100. On the left it is of the size of D2/D1, which stands in front of the network, so that both
    networks have values of the size of 1, and so have both sides of the condition for the flux.

    Args:
        d1: conductivity on (0, 1), positive.
        d2: conductivity on (1, 2), positive.
        width: units of each hidden layer.
        depth: hidden layers.
        points: collocation points in each half.
        adam_steps: steps of Adam.
        lbfgs_steps: steps of L-BFGS.
        dtype: of the networks.
        device: of the networks.
        options: passed on to `fit`.

    Returns:
        The temperature as a function of x (n, 1); the history has the monitors `error` (relative L2 on 401 points) and
        `flux` (largest relative error of the two fluxes at the interface).
    """
    kind = {"dtype": dtype, "device": device}
    networks = [FullyConnected(1, 1, width, depth, lower=side, upper=side + 1).to(**kind) for side in (0, 1)]
    left, right = bar_halves(*networks, scale=d2 / d1)
    x, middle = torch.linspace(0, 1, points, **kind)[:, None], torch.ones(1, 1, **kind)
    terms = bar_terms(left, right, x, middle, d1, d2)
    function = _joined(left, right)
    everywhere = torch.linspace(0, 2, 401, **kind)[:, None]
    exact = bar_exact(everywhere, d1, d2)
    monitor = {
        "error": lambda: relative_l2(function(everywhere), exact),
        "flux": lambda: _flux_error(left, right, middle, d1, d2),
    }
    settings = {"adam_steps": adam_steps, "lbfgs_steps": lbfgs_steps, "learning_rate": 5e-3, "monitor": monitor}
    return Solution(function, fit(terms, networks, **(settings | {"progress": "bar"} | options)))


def bar_halves(left: Network, right: Network, scale: float) -> tuple[Network, Network]:
    """Scaled temperatures of both halves with T(0) = 0 and T(2) = 100 built in: scale x N1(x), 1 - (2 - x) N2(x)."""
    return lambda x: scale * x * left(x), lambda x: 1 - (2 - x) * right(x)


def bar_terms(
    left: Network, right: Network, x: Tensor, middle: Tensor, d1: float, d2: float
) -> dict[str, Callable[[], Tensor]]:
    """Residuals of the bar for scaled temperatures, each divided by the size of what it compares.

    Args:
        left: T/100 on (0, 1).
        right: T/100 on (1, 2).
        x: collocation points (n, 1) of the left half; those of the right half are x + 1.
        middle: the interface, (1, 1).
        d1: conductivity of the left half.
        d2: conductivity of the right half.
    """
    ratio = d1 / d2

    def jump_of_flux() -> Tensor:
        return ratio * derivatives(left, middle, 1).first - derivatives(right, middle, 1).first

    return {
        "left": lambda: ratio * derivatives(left, x).second,
        "right": lambda: derivatives(right, x + 1).second,
        "temperature": lambda: left(middle) - right(middle),
        "flux": jump_of_flux,
    }


def _joined(left: Network, right: Network) -> Network:
    return lambda x: HOT_END * torch.where(x < 1, left(x), right(x))


def _flux_error(left: Network, right: Network, middle: Tensor, d1: float, d2: float) -> float:
    """Largest relative error of the flux at the interface, seen from both sides."""
    slopes = [HOT_END * derivatives(half, middle, 1).first.item() for half in (left, right)]
    return max(abs(d * slope / bar_flux(d1, d2) - 1) for d, slope in zip((d1, d2), slopes, strict=True))


class SpringsNetwork(nn.Module):
    """Displacements with exact start: x(0) + t^2 / (1 + t^2) N(features of t), at rest at t = 0.

    The factor grows like t^2 at first, so that value and velocity at t = 0 are exact, and stays below 1 later: with
    t^2 alone the network would have to fall to a hundredth at t = 10.

    Args:
        end: last time.
        frequencies: angular frequencies of the sine features.
        width: units of each hidden layer.
        depth: hidden layers.
    """

    def __init__(
        self, end: float = 10.0, frequencies: tuple[float, ...] = FREQUENCIES, width: int = 32, depth: int = 2
    ):
        super().__init__()
        self.features = SineFeatures(torch.tensor([frequencies]))
        waves = [1.0] * (2 * len(frequencies))
        lower, upper = [0.0, *(-wave for wave in waves)], [end, *waves]
        self.network = FullyConnected(self.features.count, 3, width, depth, lower=lower, upper=upper)
        self.register_buffer("start", torch.tensor(START))

    def forward(self, t: Tensor) -> Tensor:
        """Displacements (n, 3) at the times t (n, 1)."""
        return self.start + t**2 / (1 + t**2) * self.network(self.features(t))


def solve_springs(
    end: float = 10.0,
    *,
    width: int = 32,
    depth: int = 2,
    points: int = 128,
    adam_steps: int = 100,
    lbfgs_steps: int = 1900,
    dtype: torch.dtype = torch.float64,
    device: str = "cpu",
    **options: Any,
) -> Solution:
    """Displacements of the chain of springs by one network with exact start and sine features.

    Args:
        end: last time.
        width: units of each hidden layer.
        depth: hidden layers.
        points: collocation points from 0 to `end`.
        adam_steps: steps of Adam.
        lbfgs_steps: steps of L-BFGS.
        dtype: of the network.
        device: of the network.
        options: passed on to `fit`.

    Returns:
        The displacements (n, 3) as a function of t (n, 1); the monitor `error` is relative L2 on 501 times.
    """
    kind = {"dtype": dtype, "device": device}
    network = SpringsNetwork(end, width=width, depth=depth).to(**kind)
    t, everywhere = (torch.linspace(0, end, count, **kind)[:, None] for count in (points, 501))
    exact = springs_exact(everywhere)
    monitor = {"error": lambda: relative_l2(network(everywhere), exact)}
    settings = {"adam_steps": adam_steps, "lbfgs_steps": lbfgs_steps, "learning_rate": 5e-3, "monitor": monitor}
    terms = {"motion": lambda: springs_residual(network, t)}
    return Solution(network, fit(terms, network, **(settings | {"progress": "springs"} | options)))

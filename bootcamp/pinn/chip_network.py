"""The flow over a chip by a network: distance functions, a network with exact conditions, points, error measures.

A geometry is a tensor (n, 2) with height and width of the chip for each point, so one network can stand for many chips.
"""

from collections.abc import Callable

from bootcamp.pinn.chip import CENTRE, HEIGHT, LENGTH, WIDTH, ChipFlow
from bootcamp.pinn.derivatives import Derivatives, derivatives
from bootcamp.pinn.exact import relative_l2
from bootcamp.pinn.networks import FullyConnected
from bootcamp.pinn.sampling import sobol

import numpy as np
import torch
from torch import Tensor, nn

HEIGHT_RANGE, WIDTH_RANGE = (0.4, 0.8), (0.6, 1.4)
LIFT_DEPTH, GAP_POWER = 0.5, 1.0


def chip_geometry(count: int, height: float = HEIGHT, width: float = WIDTH) -> Tensor:
    """The same height and width for `count` points: float64 (count, 2)."""
    return torch.tensor([[height, width]], dtype=torch.float64).expand(count, 2)


def chip_distance(x: Tensor, geometry: Tensor) -> Tensor:
    """Distance (n,) of points x (n, 2) outside of the chip to its surface; 0 inside."""
    height, width = geometry[:, 0], geometry[:, 1]
    beside = ((x[:, 0] - CENTRE).abs() - width / 2).clamp(min=0)
    above = (x[:, 1] - height).clamp(min=0)
    return torch.hypot(beside, above)


def smooth_distance(x: Tensor, geometry: Tensor) -> Tensor:
    """Smooth function (n, 1), 0 on the surface of the chip, positive in the fluid, with slope about 1 on the surface.

    Of a function positive between the sides, a, and one positive below the top, b, it forms sqrt(a^2 + b^2) - a - b.
    Source: Rvachev functions, Shapiro 2007, https://doi.org/10.1017/S0962492906250013.
    """
    height, width = geometry[:, 0:1], geometry[:, 1:2]
    a = (width * width * 0.25 - (x[:, 0:1] - CENTRE) ** 2) / width
    b = height - x[:, 1:2]
    return torch.sqrt(a * a + b * b + 1e-12) - a - b


class ChipNetwork(nn.Module):
    """Network for u, v, p that satisfies the conditions on all walls, at the inlet and for p at the outlet exactly.

    With c = y (1 - y), the smooth distance s, and d = c s / (c + s), which vanishes on every wall:

        u = 6 c (1 - exp(-2 s)) + d tanh(x) N1,   v = d tanh(x) N2,   p = (1 - x/5) N3

    N is fully connected. The factor 1 - exp(-2 s) is 1 at the inlet up to 1e-4.

    Args:
        width: units of each hidden layer.
        depth: number of hidden layers.
        geometry: whether height and width of the chip are inputs of N.
    """

    def __init__(self, width: int = 24, depth: int = 3, geometry: bool = False):
        super().__init__()
        lower, upper = (0.0, 0.0), (LENGTH, 1.0)
        if geometry:
            lower, upper = (*lower, HEIGHT_RANGE[0], WIDTH_RANGE[0]), (*upper, HEIGHT_RANGE[1], WIDTH_RANGE[1])
        self.geometry = geometry
        self.inner = FullyConnected(len(lower), 3, width, depth, lower=lower, upper=upper)
        # The chip spans a fifth of the channel: steeper first layers with spread kinks resolve it sooner.
        with torch.no_grad():
            self.inner.hidden[0].weight.mul_(2.0)
            self.inner.hidden[0].bias.uniform_(-1.0, 1.0)

    def forward(self, x: Tensor, geometry: Tensor) -> Tensor:
        """u, v, p (n, 3) at the points x (n, 2) for the chips `geometry` (n, 2)."""
        n1, n2, n3 = self._outputs(torch.cat([x, geometry], dim=1) if self.geometry else x)
        s = smooth_distance(x, geometry)
        along, across = x[:, 0:1], x[:, 1:2]
        c = across * (1 - across)
        d = c * s / (c + s)
        gap = 1 - geometry[:, 0:1]
        free = d * torch.tanh(along) * (1.6 / gap**2)
        u = c * (1 - torch.exp(-s / LIFT_DEPTH)) * 6 + free * n1
        return torch.cat([u, free * n2, (1 - along / LENGTH) * n3 * (0.5 / gap**3)], dim=1)

    def _outputs(self, inputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        found = self.inner(inputs)
        return found[:, 0:1], found[:, 1:2], found[:, 2:3]


def chip_points(count: int, seed: int, height: float = HEIGHT, width: float = WIDTH) -> tuple[Tensor, Tensor]:
    """Sobol points in the fluid around one chip: points (count, 2) and geometry (count, 2), float64."""
    drawn = sobol((0.0, 0.0), (LENGTH, 1.0), 4 * count, seed=seed, dtype=torch.float64)
    geometry = chip_geometry(len(drawn), height, width)
    kept = chip_distance(drawn, geometry) > 0
    return drawn[kept][:count], geometry[kept][:count]


def many_chip_points(count: int, seed: int, highest: float = HEIGHT_RANGE[1]) -> tuple[Tensor, Tensor]:
    """Sobol points in the fluid, each around a chip of its own of at most the height `highest`.

    Returns:
        points and geometry, (count, 2) each.
    """
    lower, upper = zip((0.0, LENGTH), (0.0, 1.0), (HEIGHT_RANGE[0], highest), WIDTH_RANGE, strict=True)
    drawn = sobol(lower, upper, 4 * count, seed=seed, dtype=torch.float64)
    kept = chip_distance(drawn[:, :2], drawn[:, 2:]) > 0
    return drawn[kept][:count, :2], drawn[kept][:count, 2:]


def section_points(x: Tensor, geometry: Tensor, nodes: int = 24) -> tuple[Tensor, Tensor, Tensor]:
    """Gauss-Legendre points on sections of the channel.

    Args:
        x: places of the sections (m,).
        geometry: height and width of the chip of each section (m, 2).
        nodes: points on each section.

    Returns:
        points (m nodes, 2), their geometry (m nodes, 2), and weights (m, nodes): the integral over the open part of
        section i is the sum of weights[i] times the values there.
    """
    roots, weights = (torch.as_tensor(a, dtype=x.dtype) for a in np.polynomial.legendre.leggauss(nodes))
    floor = torch.where((x - CENTRE).abs() <= geometry[:, 1] / 2, geometry[:, 0], torch.zeros_like(x))[:, None]
    y = floor + (1 - floor) * (roots + 1) / 2
    points = torch.stack([x[:, None].expand_as(y), y], dim=-1).flatten(0, 1)
    return points, geometry.repeat_interleave(nodes, dim=0), (1 - floor) * weights / 2


def chip_errors(network: nn.Module, flow: ChipFlow) -> tuple[float, float]:
    """Relative L2 error of velocity and of pressure against a reference flow, cells weighted by their area."""
    with torch.no_grad():
        found = chip_fields(network, flow)
    weight = np.sqrt(flow.areas)[:, None]
    velocity = relative_l2(found[:, :2] * weight, flow.velocity * weight)
    return velocity, relative_l2(found[:, 2:] * weight, flow.pressure[:, None] * weight)


def chip_fields(network: nn.Module, flow: ChipFlow) -> np.ndarray:
    """u, v, p (n, 3) of the network at the points of a reference flow."""
    points = torch.as_tensor(flow.points)
    with torch.no_grad():
        return network(points, chip_geometry(len(points), flow.height, flow.width)).numpy()


# ----------------------------------------------------------------------------------------------- residuals

MASS_WEIGHT, SECTION_WEIGHT, REACH = 3.0, 3.0, 0.2
INFLOW_WEIGHT = 3.0


def navier_stokes(fields: Derivatives, viscosity: float | Tensor) -> Tensor:
    """Residuals (n, 3) of momentum along x, momentum along y, and mass, from u, v, p and their derivatives at n points.

    u du/dx + v du/dy + dp/dx - viscosity (d2u/dx2 + d2u/dy2), likewise for v, and du/dx + dv/dy.
    """
    velocity, gradient = fields.value[:, :2], fields.first[:, :2]
    convection = (gradient * velocity[:, None, :]).sum(dim=2)
    momentum = convection + fields.first[:, 2] - viscosity * fields.second[:, :2].sum(dim=2)
    mass = gradient[:, 0, 0] + gradient[:, 1, 1]
    return torch.cat([momentum, mass[:, None]], dim=1)


def distance_weight(x: Tensor, geometry: Tensor, reach: float = REACH) -> Tensor:
    """Weight (n,) that grows from 0 on the chip to 1 at the distance `reach`, then stays 1."""
    return (chip_distance(x, geometry) / reach).clamp(max=1.0)


def gap_weight(geometry: Tensor) -> Tensor:
    """Weights (n, 3) that bring the residuals of all chips to one scale, 1 at height 0.6; see `navier_stokes`."""
    share = ((1 - geometry[:, 0:1]) / (1 - HEIGHT)).expand(-1, 3)
    return share ** torch.tensor([GAP_POWER, GAP_POWER, 1.0], dtype=geometry.dtype, device=geometry.device)


def flow_defect(velocity: Tensor, weights: Tensor) -> Tensor:
    """Flow rate minus 1 for each section (m,), from u at the points of `section_points` (m nodes,)."""
    return (velocity.reshape(weights.shape) * weights).sum(dim=1) - 1.0


class ChipPoints:
    """Points for the training of a `ChipNetwork`, drawn anew by `draw`.

    Attributes:
        inside: points in the fluid and their geometry, (count, 2) each.
        sections: what `section_points` returns.
        outlet: points at the outlet and their geometry, (sections, 2) each.

    Args:
        count: points in the fluid.
        sections: sections of the channel, and points at the outlet.
        seed: of all draws.
        highest: step -> height of the highest chip; each point and section then gets a chip of its own from the range
            up to this height. Without it all belong to the default chip.
    """

    def __init__(self, count: int, sections: int, seed: int, highest: Callable[[int], float] | None = None):
        self.count, self.number, self.seed, self.highest = count, sections, seed, highest
        self.draw(0)

    def draw(self, step: int) -> None:
        """Draw the points of a step; the same for the same seed and step."""
        seed = 100_003 * self.seed + step
        highest = HEIGHT if self.highest is None else self.highest(step)
        lower, upper = zip((0.0, LENGTH), (0.0, 1.0), (HEIGHT_RANGE[0], highest), WIDTH_RANGE, strict=True)
        drawn = sobol(lower, upper, self.number, seed=seed, dtype=torch.float64)
        geometry = chip_geometry(self.number) if self.highest is None else drawn[:, 2:]
        self.inside = chip_points(self.count, seed)
        if self.highest is not None:
            self.inside = many_chip_points(self.count, seed, highest)
        self.sections = section_points(drawn[:, 0], geometry)
        self.outlet = torch.stack([torch.full_like(drawn[:, 1], LENGTH), drawn[:, 1]], dim=1), geometry


def chip_terms(
    network: nn.Module, points: ChipPoints, viscosity: Callable[[], Tensor | float]
) -> dict[str, Callable[[], Tensor]]:
    """Terms of the loss for `gauss_newton`: the equations at points, the flow rate through sections, the outlet.

    At the outlet dv/dx = 0, and no fluid comes in. Without the second condition a chip that leaves a narrow gap has two
    steady flows: one whose jet bends to the floor, as in a longer channel, and one that sucks fluid in below the jet.

    Args:
        network: a `ChipNetwork`.
        points: drawn anew between steps.
        viscosity: function that returns the viscosity, a number or a trainable tensor.
    """

    def equations() -> Tensor:
        x, geometry = points.inside
        fields = derivatives(lambda x: network(x, geometry), x)
        weight = distance_weight(x, geometry)[:, None] * gap_weight(geometry)
        return weight * navier_stokes(fields, viscosity()) * x.new_tensor([1.0, 1.0, MASS_WEIGHT])

    def sections() -> Tensor:
        x, geometry, weights = points.sections
        return SECTION_WEIGHT * flow_defect(network(x, geometry)[:, 0], weights)

    def outlet() -> Tensor:
        x, geometry = points.outlet
        fields = derivatives(lambda x: network(x, geometry), x, order=1)
        inflow = (-fields.value[:, 0]).clamp(min=0)
        return torch.stack([fields.first[:, 1, 0], INFLOW_WEIGHT * inflow], dim=1)

    return {"equations": equations, "flow rate": sections, "outlet": outlet}

"""The composite bar: measures for a pair of networks, and finite volumes, the classical method beside them."""

from collections.abc import Callable
from typing import NamedTuple

from bootcamp.pinn.derivatives import Network, derivatives
from bootcamp.pinn.exact import HOT_END, bar_exact, bar_flux, relative_l2

import numpy as np
import torch
from scipy.linalg import solve_banded
from torch import Tensor

LENGTH = 2.0
"""Length of the bar; the conductivity changes at its middle, x = 1."""


class BarSolution(NamedTuple):
    """Temperature and flux at the faces between the cells.

    Attributes:
        x: (cells + 1,), faces from 0 to 2; the interface is in the middle.
        temperature: (cells + 1,).
        flux: (cells + 1,), D dT/dx.
    """

    x: np.ndarray
    temperature: np.ndarray
    flux: np.ndarray


def bar_finite_volume(
    d1: float = 10.0, d2: float = 0.1, cells: int = 200, source: Callable[[np.ndarray], np.ndarray] | None = None
) -> BarSolution:
    """Solve (D T')' + s = 0 on the composite bar with T(0) = 0 and T(2) = 100 by finite volumes.

    Two neighboring cells are two thermal resistances in series, so the conductivity at the interface is the harmonic
    mean. Without a source the result is exact up to rounding. Source: Patankar, Numerical Heat Transfer and Fluid
    Flow, section 4.2-3, https://doi.org/10.1201/9781482234213.

    Args:
        d1: conductivity on (0, 1), positive.
        d2: conductivity on (1, 2), positive.
        cells: number of cells, even and at least 2, so that a face lies on the interface.
        source: function of the cell centers (cells,), heat set free per length; none if not given.

    Raises:
        ValueError: a conductivity or the number of cells is out of range.
    """
    if isinstance(cells, bool) or not isinstance(cells, int) or cells < 2 or cells % 2:
        raise ValueError(f"cells is an even integer of at least 2, not {cells!r}")
    if not (0 < d1 < np.inf and 0 < d2 < np.inf):
        raise ValueError(f"the conductivities are positive, not {d1} and {d2}")
    h = LENGTH / cells
    resistance = np.repeat([h / (2 * d1), h / (2 * d2)], cells // 2)  # of half a cell
    conductance = 1 / (np.append(resistance, 0.0) + np.append(0.0, resistance))  # at each face
    heat = np.zeros(cells) if source is None else h * source(h * (np.arange(cells) + 0.5))
    heat[-1] += conductance[-1] * HOT_END
    diagonal = conductance[:-1] + conductance[1:]
    bands = [np.append(0.0, -conductance[1:-1]), diagonal, np.append(-conductance[1:-1], 0.0)]
    padded = np.concatenate([[0.0], solve_banded((1, 1), np.array(bands), heat), [HOT_END]])
    flux = conductance * np.diff(padded)
    faces = padded[:-1] + flux * np.append(0.0, resistance)
    return BarSolution(h * np.arange(cells + 1), faces, flux)


def bar_flux_jump(left: Network, right: Network, d1: float, d2: float) -> Tensor:
    """Flux D dT/dx just left of x = 1 minus that just right of it: (1, 1).

    Args:
        left: temperature on (0, 1), a function from (n, 1) to (n, 1).
        right: temperature on (1, 2).
        d1: conductivity on (0, 1).
        d2: conductivity on (1, 2).
    """
    interface = torch.ones(1, 1)
    slopes = (derivatives(temperature, interface, order=1).first[:, :, 0] for temperature in (left, right))
    return d1 * next(slopes) - d2 * next(slopes)


def bar_errors(left: Network, right: Network, d1: float, d2: float, count: int = 101) -> tuple[float, float]:
    """Relative L2 error of the temperature and largest relative error of the flux, on points of both halves.

    Args:
        left: temperature on (0, 1), a function from (n, 1) to (n, 1).
        right: temperature on (1, 2).
        d1: conductivity on (0, 1), positive.
        d2: conductivity on (1, 2), positive.
        count: points in each half.

    Raises:
        ValueError: a conductivity is not positive.
    """
    x = torch.linspace(0.0, 1.0, count)[:, None]
    # The last point of the left half is the interface, where both exact branches have the same value.
    found = [derivatives(left, x, order=1), derivatives(right, x + 1, order=1)]
    temperature = torch.cat([half.value for half in found])
    flux = torch.cat([d * half.first[:, :, 0] for d, half in zip((d1, d2), found, strict=True)]).detach()
    deviation = (flux / bar_flux(d1, d2) - 1).abs().max().item()
    return relative_l2(temperature, bar_exact(torch.cat([x, x + 1]), d1, d2)), deviation

"""Flows with known results, and what the solver gives for them.

Poiseuille and Taylor-Green flow have exact solutions. The cylinder in a channel is the benchmark of Schaefer and Turek
1996 (https://doi.org/10.1007/978-3-322-89849-4_39): lengths in metres, density 1, a channel of 2.2 x 0.41 with a
cylinder of diameter 0.1 at (0.2, 0.2), inflow 4 U y (0.41 - y) / 0.41^2.
"""

import math
from dataclasses import dataclass

from bootcamp.cfd import lattice
from bootcamp.cfd.obstacles import ellipse

import numpy as np

LENGTH, HEIGHT, DIAMETER, CENTRE = 2.2, 0.41, 0.1, 0.2
"""Channel and cylinder of Schaefer and Turek in metres; the centre is at (CENTRE, CENTRE)."""
MEAN_SHARE = 2 / 3
"""Mean over maximum of a parabola: the benchmark's Reynolds number and coefficients use the mean inflow velocity."""


@dataclass(frozen=True)
class Reference:
    """Range in which the results of the benchmark's participants lie."""

    low: float
    high: float

    @property
    def value(self) -> float:
        """Middle of the range."""
        return (self.low + self.high) / 2


DRAG = Reference(5.57, 5.59)
"""Case 2D-1: drag coefficient, no unit."""
LIFT = Reference(0.0104, 0.0110)
"""Case 2D-1: lift coefficient, no unit."""
PRESSURE_DIFFERENCE = Reference(0.1172, 0.1176)
"""Case 2D-1: between the front and the back of the cylinder, in Pa at density 1 kg/m^3."""
RECIRCULATION = Reference(0.0842, 0.0852)
"""Case 2D-1: length of the eddies behind the cylinder in metres."""
STROUHAL = Reference(0.295, 0.305)
"""Case 2D-2: frequency of the lift times diameter over mean velocity, no unit."""


# --------------------------------------------------------------------------------------- exact solutions


def poiseuille_error(height: int = 32, width: int = 64, reynolds: float = 50.0) -> float:
    """Relative L2 error of the velocity of the empty channel against the parabola, over all cells."""
    flow = lattice.solve_steady_flow(np.zeros((height, width), bool), reynolds=reynolds)
    exact = np.zeros_like(flow.velocity)
    exact[..., 0] = lattice.inflow_profile(height, 0.1)[:, None]
    return float(np.linalg.norm(flow.velocity - exact) / np.linalg.norm(exact))


def taylor_green(cells: int, time: float, viscosity: float, speed: float) -> tuple[np.ndarray, np.ndarray]:
    """Density and velocity of the decaying vortices of Taylor and Green on a periodic square, at a time in steps.

    u = -U cos(kx) sin(ky) exp(-2 nu k^2 t),  v = U sin(kx) cos(ky) exp(-2 nu k^2 t),
    p = -U^2 / 4 (cos 2kx + cos 2ky) exp(-4 nu k^2 t),  k = 2 pi / cells.
    """
    k = 2 * math.pi / cells
    x = k * (np.arange(cells) + 0.5)
    y = x[:, None]
    decay = speed * math.exp(-2 * viscosity * k**2 * time)
    velocity = decay * np.stack([-np.cos(x) * np.sin(y), np.sin(x) * np.cos(y)], axis=-1)
    pressure = -(decay**2) / 4 * (np.cos(2 * x) + np.cos(2 * y))
    return 1 + 3 * pressure, velocity


def taylor_green_error(cells: int, viscosity: float = 0.02, speed: float = 0.04) -> float:
    """Relative L2 error of the velocity after the exact flow has decayed to half of its speed.

    `viscosity` is for every grid; `speed` is that on 32 cells and falls as 1 / cells, so the Reynolds number stays the
    same and the steps to the same state grow with the square of the cells (diffusive scaling).
    """
    speed = speed * 32 / cells
    half_time = math.log(2) / (2 * viscosity * (2 * math.pi / cells) ** 2)
    steps = 2 * round(half_time / 2)
    density, velocity = taylor_green(cells, 0, viscosity, speed)
    start = {"outlet": False, "density": density, "velocity": velocity, "dtype": np.float64}
    solid = np.zeros((cells, cells), bool)
    square = lattice.Lattice(solid, viscosity, lattice.periodic_links(cells, cells), **start)
    square.advance(steps)
    exact = taylor_green(cells, steps, viscosity, speed)[1]
    return float(np.linalg.norm(square.fields()[1] - exact) / np.linalg.norm(exact))


def observed_order(errors: list[float], ratio: float = 2.0) -> float:
    """Order of convergence from the errors on the last two grids, the finer one with `ratio` times the cells.

    >>> observed_order([0.16, 0.04, 0.01])
    2.0
    """
    return math.log(errors[-2] / errors[-1]) / math.log(ratio)


def mass_imbalance(flow: lattice.Flow) -> float:
    """Largest difference of the flow rates through the columns, over their mean."""
    rates = flow.velocity[..., 0].sum(axis=0, dtype=float)
    return float((rates.max() - rates.min()) / rates.mean())


# ---------------------------------------------------------------------------------- cylinder in a channel


@dataclass(frozen=True)
class CylinderChannel:
    """Channel of Schaefer and Turek on a grid, and the units that lead from the lattice to metres and seconds.

    Args:
        cells: per diameter.
        mean_reynolds: mean inflow velocity times diameter over viscosity: 20 for 2D-1, 100 for 2D-2.
        maximum: of the inflow in m/s: 0.3 for 2D-1, 1.5 for 2D-2.
        inflow_velocity: the same in cells per step.
    """

    cells: int
    mean_reynolds: float
    maximum: float
    inflow_velocity: float = 0.1

    @property
    def cell(self) -> float:
        """Metres per cell."""
        return DIAMETER / self.cells

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return round(HEIGHT / self.cell), round(LENGTH / self.cell)

    @property
    def centre(self) -> float:
        """Column, and row, of the centre; the inflow and the lower wall lie half a cell before the first cell."""
        return CENTRE / self.cell - 0.5

    @property
    def reynolds(self) -> float:
        """Reynolds number of the lab: with the maximum velocity and the height of the channel."""
        return self.mean_reynolds / MEAN_SHARE * self.shape[0] / self.cells

    @property
    def mean_velocity(self) -> float:
        """Mean inflow velocity in cells per step."""
        return MEAN_SHARE * self.inflow_velocity

    def solid(self) -> np.ndarray:
        """Cells of the cylinder: bool (height, width)."""
        return ellipse(self.centre, self.centre, self.cells / 2, self.cells / 2).solid(*self.shape)

    def distance(self, cells: np.ndarray, steps: np.ndarray) -> np.ndarray:
        """Share of the link from a cell (n, 2) along its step (n, 2) that lies in front of the circle: (n,)."""
        offset = cells - self.centre
        a, b = (steps**2).sum(-1), (offset * steps).sum(-1)
        c = (offset**2).sum(-1) - (self.cells / 2) ** 2
        return (-b - np.sqrt(b**2 - a * c)) / a

    def lattice(self, dtype: type = np.float32) -> lattice.Lattice:
        """Lattice with the cylinder as an interpolated wall."""
        return lattice.channel(self.solid(), self.reynolds, self.inflow_velocity, dtype=dtype, distance=self.distance)

    def coefficient(self, force: float) -> float:
        """Drag or lift coefficient of a force in lattice units: 2 F / (mean velocity^2 diameter)."""
        return 2 * force / (self.mean_velocity**2 * self.cells)

    def pascal(self, pressure: float) -> float:
        """Pressure in Pa at density 1 kg/m^3 of a pressure in lattice units."""
        return pressure * (self.maximum / self.inflow_velocity) ** 2


@dataclass(frozen=True)
class CylinderResult:
    """Case 2D-1: coefficients, pressure difference in Pa, length of the eddies in metres."""

    drag: float
    lift: float
    pressure_difference: float
    recirculation: float
    steps: int


def schaefer_turek_steady(cells: int = 20) -> CylinderResult:
    """Case 2D-1: the steady flow at Reynolds number 20."""
    case = CylinderChannel(cells, 20.0, 0.3)
    flow = lattice.run_until_steady(case.lattice(), 2e-7, 100_000)
    front, back = case.centre - cells / 2, case.centre + cells / 2
    difference = _pressure_at(flow, case, front, -1) - _pressure_at(flow, case, back, 1)
    return CylinderResult(
        case.coefficient(flow.drag),
        case.coefficient(flow.lift),
        case.pascal(difference),
        _eddy_length(flow, case) * case.cell,
        flow.steps,
    )


def _on_axis(field: np.ndarray, row: float) -> np.ndarray:
    """Values along the row through the centre, which may lie between two rows of cells."""
    below = math.floor(row)
    return field[below] + (row - below) * (field[below + 1] - field[below])


def _pressure_at(flow: lattice.Flow, case: CylinderChannel, place: float, outward: int) -> float:
    """Pressure on the surface, extrapolated from the two nearest cells that are fluid on both rows at the axis."""
    pressure = _on_axis(flow.pressure, case.centre)
    nearest = math.floor(place) if outward < 0 else math.ceil(place)
    away = abs(place - nearest)
    return float(pressure[nearest] + away * (pressure[nearest] - pressure[nearest + outward]))


def _eddy_length(flow: lattice.Flow, case: CylinderChannel) -> float:
    """Cells from the back of the cylinder to the place where the velocity on the axis turns positive."""
    back = case.centre + case.cells / 2
    first = math.ceil(back)
    u = _on_axis(flow.velocity[..., 0], case.centre)[first:]
    n = int(np.flatnonzero((u[:-1] < 0) & (u[1:] >= 0))[0])
    return first + n + u[n] / (u[n] - u[n + 1]) - back


def schaefer_turek_shedding(cells: int = 20, periods: int = 10) -> tuple[float, float]:
    """Case 2D-2, Reynolds number 100: Strouhal number and largest drag coefficient over the last `periods` periods."""
    case = CylinderChannel(cells, 100.0, 1.5)
    channel = case.lattice()
    period = cells / (STROUHAL.value * case.mean_velocity)
    every = 2 * max(1, round(period / 80))
    channel.advance(2 * round(30 * period / 2))
    forces = []
    for _ in range(round(periods * period / every)):
        channel.advance(every)
        forces.append(channel.force())
    drag, lift = np.array(forces).T
    return cells / (_period(lift) * every * case.mean_velocity), case.coefficient(float(drag.max()))


def _period(signal: np.ndarray) -> float:
    """Mean distance of the upward passages through the mean, interpolated; NaN with fewer than two."""
    s = signal - signal.mean()
    n = np.flatnonzero((s[:-1] < 0) & (s[1:] >= 0))
    passages = n + s[n] / (s[n] - s[n + 1])
    return float(np.diff(passages).mean()) if len(passages) > 1 else math.nan

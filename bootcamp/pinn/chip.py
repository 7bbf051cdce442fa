"""The chip in a channel: geometry, and a reference flow by a finite-volume method that is no network.

A channel 0 <= x <= 5, 0 <= y <= 1 holds a chip on its floor, centred at x = 2. The fluid has density 1; it enters on
the left with u = 6 y (1 - y), so the flow rate through every section is 1, and leaves on the right, where p = 0 and
dv/dx = 0. It sticks to every wall. Lengths are in channel heights, velocities in mean inlet velocities, pressures in
density times mean velocity squared.
"""

import functools
import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bootcamp import datasets, runtime
from bootcamp.datasets import files

import numpy as np
import scipy.sparse as sparse
from scipy.interpolate import RegularGridInterpolator
from scipy.sparse.linalg import splu

LENGTH = 5.0
"""Length of the channel; its height is 1."""
CENTRE = 2.0
"""Every chip is centred here: a chip of width 1 fills 1.5 <= x <= 2.5."""
VISCOSITY, HEIGHT, WIDTH = 0.02, 0.6, 1.0
VISCOSITIES, HEIGHTS, WIDTHS = (0.01, 100.0), (0.0, 0.9), (0.2, 3.0)
"""What `chip_reference` accepts, ends included. Height 0 is the empty channel."""
CELLS = 50
"""Cells of the reference grid per channel height."""
MOST_BYTES = 64 << 20
"""Of the fields of a stored flow; they have 0.9 MB."""
STORED = ((0.6, 1.0), (0.4, 0.6), (0.4, 1.4), (0.8, 0.6), (0.8, 1.4))
"""Height and width of the chips in the data set: the default, and the corners of the range."""
NEWTON_STEPS, NEWTON_TOLERANCE, HOPELESS = 15, 1e-9, 10.0
EASY_VISCOSITY, CONTINUATION = 0.2, 1.4
"""Where Newton's method fails below the first, it starts from a flow at 1.4 times the viscosity."""


@dataclass(frozen=True)
class ChipGrid:
    """Staggered grid: x-faces (nx + 1) and y-faces (ny + 1), and which cells (nx, ny) hold fluid.

    u lives on the x-faces of the cells (nx + 1, ny), v on their y-faces (nx, ny + 1), p in their centres (nx, ny).
    """

    x: np.ndarray
    y: np.ndarray
    fluid: np.ndarray

    @property
    def centres(self) -> tuple[np.ndarray, np.ndarray]:
        """Cell centres (nx,) and (ny,)."""
        return (self.x[1:] + self.x[:-1]) / 2, (self.y[1:] + self.y[:-1]) / 2


@dataclass(frozen=True)
class ChipFlow:
    """A steady flow over a chip on a staggered grid.

    u (nx + 1, ny), v (nx, ny + 1), p (nx, ny) as in `ChipGrid`; zero on walls and inside the chip.
    """

    viscosity: float
    height: float
    width: float
    grid: ChipGrid
    u: np.ndarray
    v: np.ndarray
    p: np.ndarray

    @property
    def points(self) -> np.ndarray:
        """Centres of all fluid cells (n, 2)."""
        x, y = self.grid.centres
        return np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1)[self.grid.fluid]

    @property
    def areas(self) -> np.ndarray:
        """Area of each fluid cell (n,)."""
        return np.outer(np.diff(self.grid.x), np.diff(self.grid.y))[self.grid.fluid]

    @property
    def velocity(self) -> np.ndarray:
        """Velocity at `points` (n, 2): mean of the two faces."""
        u, v = (self.u[1:] + self.u[:-1]) / 2, (self.v[:, 1:] + self.v[:, :-1]) / 2
        return np.stack([u, v], axis=-1)[self.grid.fluid]

    @property
    def pressure(self) -> np.ndarray:
        """Pressure at `points` (n,)."""
        return self.p[self.grid.fluid]

    def at(self, points: np.ndarray) -> np.ndarray:
        """u, v, p (n, 3) at any points (n, 2) of the channel by bilinear interpolation; NaN inside the chip.

        Raises:
            ValueError: a point lies outside of the channel, or the shape is not (n, 2).
        """
        points = np.asarray(points, dtype=float)
        if points.ndim != 2 or points.shape[1] != 2:
            raise ValueError(f"points have the shape (n, 2), not {points.shape}")
        if not np.all((points >= 0) & (points <= (LENGTH, 1.0))):
            raise ValueError(f"points lie in the channel: 0 <= x <= {LENGTH:g} and 0 <= y <= 1")
        found = np.stack([RegularGridInterpolator(*field)(points) for field in _padded_fields(self)], axis=-1)
        return np.where(inside_chip(points, self.height, self.width)[:, None], np.nan, found)


def chip_edges(width: float = WIDTH) -> tuple[float, float]:
    """X of the left and of the right face of a chip.

    >>> chip_edges(1.0)
    (1.5, 2.5)
    """
    return CENTRE - width / 2, CENTRE + width / 2


def inside_chip(points: np.ndarray, height: float = HEIGHT, width: float = WIDTH) -> np.ndarray:
    """Which points (n, 2) lie inside the chip, its surface left out: bool (n,)."""
    left, right = chip_edges(width)
    return (points[:, 0] > left) & (points[:, 0] < right) & (points[:, 1] < height)


def inlet_velocity(y: np.ndarray) -> np.ndarray:
    """U at the inlet, a parabola with mean 1: 6 y (1 - y), same shape as y.

    >>> float(inlet_velocity(np.array(0.5)))
    1.5
    """
    return 6 * y * (1 - y)


# ---------------------------------------------------------------------------------------------------- grid


def chip_grid(height: float, width: float, cells: int) -> ChipGrid:
    """Grid with about `cells` cells per unit of length whose lines meet the edges of the chip.

    Between two edges the cells are equal. For the default chip and a multiple of ten all cells are squares.
    """
    left, right = chip_edges(width)
    x = _lines((0.0, left, right, LENGTH), cells)
    y = _lines((0.0, height, 1.0), cells)
    centres = np.stack(np.meshgrid((x[1:] + x[:-1]) / 2, (y[1:] + y[:-1]) / 2, indexing="ij"), axis=-1)
    solid = inside_chip(centres.reshape(-1, 2), height, width).reshape(centres.shape[:2])
    return ChipGrid(x, y, ~solid)


def _lines(edges: tuple[float, ...], cells: int) -> np.ndarray:
    parts = [np.linspace(a, b, max(2, round(cells * (b - a))) + 1)[:-1] for a, b in itertools.pairwise(edges) if b > a]
    return np.append(np.concatenate(parts), edges[-1])


# ----------------------------------------------------------------------------------------------- operators


@dataclass(frozen=True)
class _Operators:
    """Sparse matrices that act on flattened fields.

    `u_x_mean` takes u to places between its neighbours in x, `u_x_slope` gives du/dx there, and `u_x_flux` takes a flux
    at these places back to a difference at u; and so on. Places between neighbours across the flow are the grid nodes.
    """

    u_x_mean: sparse.csr_array
    u_x_slope: sparse.csr_array
    u_x_flux: sparse.csr_array
    u_y_mean: sparse.csr_array
    u_y_slope: sparse.csr_array
    u_y_flux: sparse.csr_array
    v_x_mean: sparse.csr_array
    v_x_slope: sparse.csr_array
    v_x_flux: sparse.csr_array
    v_y_mean: sparse.csr_array
    v_y_slope: sparse.csr_array
    v_y_flux: sparse.csr_array
    p_x: sparse.csr_array
    p_y: sparse.csr_array
    mass_u: sparse.csr_array
    mass_v: sparse.csr_array


def _difference(positions: np.ndarray) -> sparse.csr_array:
    """Matrix (n - 1, n): difference of neighbours over their distance."""
    steps = 1 / np.diff(positions)
    return sparse.diags_array([-steps, steps], offsets=[0, 1], shape=(len(steps), len(positions))).tocsr()


def _means(faces: np.ndarray) -> sparse.csr_array:
    """Matrix (n - 1, n): values at faces to values at centres."""
    n = len(faces) - 1
    return sparse.diags_array([np.full(n, 0.5)] * 2, offsets=[0, 1], shape=(n, n + 1)).tocsr()


def _with_ends(matrix: sparse.csr_array, first: int | None, last: int | None) -> sparse.csr_array:
    """`matrix` with one row above and one below that pick the column `first` and `last`, or are zero."""
    columns = matrix.shape[1]
    rows = [np.eye(1, columns, k) if k is not None else np.zeros((1, columns)) for k in (first, last)]
    return sparse.vstack([sparse.csr_array(rows[0]), matrix, sparse.csr_array(rows[1])]).tocsr()


def _along(faces: np.ndarray) -> tuple[sparse.csr_array, sparse.csr_array, sparse.csr_array]:
    """Mean, slope and flux difference along its own direction of a velocity component on `faces` (n + 1,).

    The places between are the n cell centres and both ends, so the first and last control volume are half cells. At
    the ends the slope is that of the cell beside it: the second derivative vanishes at the outlet.
    """
    places = np.concatenate([faces[:1], (faces[1:] + faces[:-1]) / 2, faces[-1:]])
    slope = _difference(faces)
    slope = sparse.vstack([slope[:1], slope, slope[-1:]]).tocsr()
    return _with_ends(_means(faces), 0, len(faces) - 1), slope, _difference(places)


def _across(faces: np.ndarray, wall_after: bool) -> tuple[sparse.csr_array, sparse.csr_array, sparse.csr_array]:
    """Mean, slope and flux difference across its direction of a velocity component in the centres between `faces`.

    The places between are the faces. The component vanishes at the first face, and at the last face it vanishes
    (`wall_after`) or has slope zero (outlet).
    """
    centres = (faces[1:] + faces[:-1]) / 2
    n = len(centres)
    share = (faces[1:-1] - centres[:-1]) / np.diff(centres)
    mean = sparse.diags_array([1 - share, share], offsets=[0, 1], shape=(n - 1, n)).tocsr()
    slope = _with_ends(_difference(centres), 0, n - 1).tolil()
    slope[0, 0] = 1 / (centres[0] - faces[0])
    slope[n, n - 1] = -1 / (faces[-1] - centres[-1]) if wall_after else 0.0
    return _with_ends(mean, None, None if wall_after else n - 1), slope.tocsr(), _difference(faces)


def _operators(grid: ChipGrid) -> _Operators:
    nx, ny = grid.fluid.shape
    eye = {n: sparse.eye_array(n, format="csr") for n in (nx, ny, nx + 1, ny + 1)}
    wall = _wall_factors(grid)
    u_x = [sparse.kron(m, eye[ny], "csr") for m in _along(grid.x)]
    v_y = [sparse.kron(eye[nx], m, "csr") for m in _along(grid.y)]
    u_y = [sparse.kron(eye[nx + 1], m, "csr") for m in _across(grid.y, wall_after=True)]
    v_x = [sparse.kron(m, eye[ny + 1], "csr") for m in _across(grid.x, wall_after=False)]
    mean, u_slope, v_slope = (sparse.diags_array(factor.ravel()) for factor in wall)
    u_y[0], v_x[0] = mean @ u_y[0], mean @ v_x[0]
    u_y[1], v_x[1] = u_slope @ u_y[1], v_slope @ v_x[1]
    inner_x, inner_y = (_with_ends(sparse.eye_array(n, format="csr"), None, None) for n in (nx, ny))
    p_x = u_x[2] @ sparse.kron(inner_x, eye[ny], "csr")
    p_y = v_y[2] @ sparse.kron(eye[nx], inner_y, "csr")
    mass_u = sparse.kron(_difference(grid.x), eye[ny], "csr")
    mass_v = sparse.kron(eye[nx], _difference(grid.y), "csr")
    return _Operators(*u_x, *u_y, *v_x, *v_y, p_x, p_y, mass_u, mass_v)


def _wall_factors(grid: ChipGrid) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """At the nodes (nx + 1, ny + 1): 0 on walls for means, and factors for the slopes of u and v on the chip.

    The component is stored as 0 on the far side of the wall; it is 0 on the wall itself, half a cell away.
    """
    cells = np.pad(np.pad(grid.fluid, ((1, 1), (0, 0)), mode="edge"), ((0, 0), (1, 1)), constant_values=False)
    mean = (cells[1:, 1:] & cells[1:, :-1] & cells[:-1, 1:] & cells[:-1, :-1]).astype(float)
    u_slope, v_slope = np.ones_like(mean), np.ones_like(mean)
    dx, dy = np.diff(grid.x), np.diff(grid.y)
    above = (~cells[1:, :-1] | ~cells[:-1, :-1]) & cells[1:, 1:] & cells[:-1, 1:]
    u_slope[:, 1:-1] = np.where(above[:, 1:-1], 1 + dy[:-1] / dy[1:], 1.0)
    before = (cells[:-1, 1:] & cells[:-1, :-1]) & (~cells[1:, 1:] | ~cells[1:, :-1])
    after = (cells[1:, 1:] & cells[1:, :-1]) & (~cells[:-1, 1:] | ~cells[:-1, :-1])
    ratio = (dx[1:] / dx[:-1])[:, None]
    v_slope[1:-1] = np.where(before[1:-1], 1 + ratio, np.where(after[1:-1], 1 + 1 / ratio, 1.0))
    return mean, u_slope, v_slope


# -------------------------------------------------------------------------------------------------- solver


def _unknowns(grid: ChipGrid) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which values are unknown: u (nx + 1, ny), v (nx, ny + 1), p (nx, ny), bool. The others are fixed."""
    u = np.pad(grid.fluid[1:] & grid.fluid[:-1], ((1, 0), (0, 0)))
    u = np.concatenate([u, grid.fluid[-1:]])
    v = np.pad(grid.fluid[:, 1:] & grid.fluid[:, :-1], ((0, 0), (1, 1)))
    return u, v, grid.fluid


def _residual(ops: _Operators, viscosity: float, u: np.ndarray, v: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Momentum along x and y and conservation of mass on flattened fields, one after the other.

    d(uu)/dx + d(uv)/dy + dp/dx - viscosity (d2u/dx2 + d2u/dy2), likewise for v, and du/dx + dv/dy.
    """
    uv = (ops.u_y_mean @ u) * (ops.v_x_mean @ v)
    along_x = ops.u_x_flux @ ((ops.u_x_mean @ u) ** 2 - viscosity * (ops.u_x_slope @ u))
    along_x = along_x + ops.u_y_flux @ (uv - viscosity * (ops.u_y_slope @ u)) + ops.p_x @ p
    along_y = ops.v_y_flux @ ((ops.v_y_mean @ v) ** 2 - viscosity * (ops.v_y_slope @ v))
    along_y = along_y + ops.v_x_flux @ (uv - viscosity * (ops.v_x_slope @ v)) + ops.p_y @ p
    return np.concatenate([along_x, along_y, ops.mass_u @ u + ops.mass_v @ v])


def _jacobian(ops: _Operators, viscosity: float, u: np.ndarray, v: np.ndarray, inertia: float) -> sparse.csr_array:
    """Derivative of `_residual` with respect to u, v, p; the convective part counts `inertia` times."""
    uu, vv = sparse.diags_array(2 * inertia * (ops.u_x_mean @ u)), sparse.diags_array(2 * inertia * (ops.v_y_mean @ v))
    uv_u = sparse.diags_array(inertia * (ops.v_x_mean @ v)) @ ops.u_y_mean
    uv_v = sparse.diags_array(inertia * (ops.u_y_mean @ u)) @ ops.v_x_mean
    u_u = ops.u_x_flux @ (uu @ ops.u_x_mean - viscosity * ops.u_x_slope)
    u_u = u_u + ops.u_y_flux @ (uv_u - viscosity * ops.u_y_slope)
    v_v = ops.v_y_flux @ (vv @ ops.v_y_mean - viscosity * ops.v_y_slope)
    v_v = v_v + ops.v_x_flux @ (uv_v - viscosity * ops.v_x_slope)
    rows = [[u_u, ops.u_y_flux @ uv_v, ops.p_x], [ops.v_x_flux @ uv_u, v_v, ops.p_y], [ops.mass_u, ops.mass_v, None]]
    return sparse.block_array(rows, format="csr")


def solve_chip(viscosity: float, height: float, width: float, cells: int = CELLS) -> ChipFlow:
    """Steady flow over a chip by second-order finite volumes on a staggered grid and Newton's method.

    The first step solves the linear Stokes problem, the others start from the step before.
    Source of the grid: Harlow and Welch 1965, https://doi.org/10.1063/1.1761178.

    Args:
        viscosity: kinematic viscosity; the Reynolds number of the channel is 1 / viscosity.
        height: of the chip, in channel heights.
        width: of the chip, in channel heights.
        cells: per channel height.

    Raises:
        ValueError: an argument outside of its range, or no convergence.
    """
    _check_range("viscosity", viscosity, VISCOSITIES)
    _check_range("height", height, HEIGHTS)
    _check_range("width", width, WIDTHS)
    if cells != int(cells) or cells < 10:
        raise ValueError(f"cells is an integer of at least 10, not {cells!r}")
    grid = chip_grid(height, width, int(cells))
    state = _steady(grid, _operators(grid), viscosity)
    return ChipFlow(viscosity, height, width, grid, *state)


def _check_range(name: str, value: float, allowed: tuple[float, float]) -> None:
    if not (math.isfinite(value) and allowed[0] <= value <= allowed[1]):
        raise ValueError(f"{name} must lie from {allowed[0]:g} to {allowed[1]:g}, not {value!r}")


Fields = tuple[np.ndarray, np.ndarray, np.ndarray]


def _steady(grid: ChipGrid, ops: _Operators, viscosity: float) -> Fields:
    """Flow from Newton's method, started from rest; where that fails, from the flow at a larger viscosity.

    Raises:
        ValueError: no convergence either way.
    """
    found = _newton(grid, ops, viscosity, None)
    if found is None and viscosity < EASY_VISCOSITY:
        found = _newton(grid, ops, viscosity, _steady(grid, ops, CONTINUATION * viscosity))
    if found is None:
        raise ValueError(f"no steady flow found at viscosity {viscosity:g}; try a larger one or a lower chip")
    return found


def _newton(grid: ChipGrid, ops: _Operators, viscosity: float, start: Fields | None) -> Fields | None:
    """u, v, p after Newton's method, None without convergence. Without a start the first step solves Stokes flow."""
    unknown = _unknowns(grid)
    kept = np.flatnonzero(np.concatenate([mask.ravel() for mask in unknown]))
    parts = np.cumsum([mask.size for mask in unknown])[:-1]
    state = np.zeros(sum(mask.size for mask in unknown))
    state[: grid.fluid.shape[1]] = _inlet_fluxes(grid.y)
    if start is not None:
        state = np.concatenate([field.ravel() for field in start])
    sizes: list[float] = []
    for step in range(NEWTON_STEPS):
        fields = np.split(state, parts)
        defect = _residual(ops, viscosity, *fields)[kept]
        sizes.append(np.abs(defect).max())
        if step > 2 and sizes[-1] > HOPELESS * max(sizes[:2]):
            return None
        if step > 1 and sizes[-1] < NEWTON_TOLERANCE * max(1.0, viscosity):
            return tuple(field.reshape(mask.shape) for field, mask in zip(fields, unknown, strict=True))
        inertia = 0.0 if step == 0 and start is None else 1.0
        jacobian = _jacobian(ops, viscosity, *fields[:2], inertia)[kept][:, kept].tocsc()
        state[kept] -= splu(jacobian).solve(defect)
    return None


def _inlet_fluxes(y: np.ndarray) -> np.ndarray:
    """Mean inlet velocity in each cell (ny,), so that the flow rate is exactly 1: difference of 3 y^2 - 2 y^3."""
    return np.diff(3 * y**2 - 2 * y**3) / np.diff(y)


def _padded_fields(flow: ChipFlow) -> Iterator[tuple[tuple[np.ndarray, np.ndarray], np.ndarray]]:
    """Axes and values of u, v, p with values beyond the walls such that the linear interpolant is right on them."""
    u, v, p = flow.u.copy(), flow.v.copy(), flow.p.copy()
    left, right, top = _chip_cells(flow.grid)
    if top:
        u[left + 1 : right, top - 1] = -u[left + 1 : right, top]
        v[left, :top], v[right - 1, :top] = -v[left - 1, :top], -v[right, :top]
        p[left:right, :top] = p[left:right, top : top + 1]  # nearest fluid cell: above, then beside the chip
        p[left, : top - 1], p[right - 1, : top - 1] = p[left - 1, : top - 1], p[right, : top - 1]
    x, y = flow.grid.centres
    x, y = np.concatenate([[0.0], x, [LENGTH]]), np.concatenate([[0.0], y, [1.0]])
    yield (flow.grid.x, y), np.pad(u, ((0, 0), (1, 1)))
    v = np.pad(v, ((1, 1), (0, 0)), mode="edge")
    v[0] = 0.0
    yield (x, flow.grid.y), v
    p = np.pad(p, 1, mode="edge")
    p[0], p[-1] = 1.5 * p[1] - 0.5 * p[2], 0.0
    yield (x, y), p


def _chip_cells(grid: ChipGrid) -> tuple[int, int, int]:
    """First column of the chip, the column after its last, and its number of rows; 0, 0, 0 without a chip."""
    columns = np.flatnonzero(~grid.fluid[:, 0])
    if not len(columns):
        return 0, 0, 0
    return int(columns[0]), int(columns[-1]) + 1, int((~grid.fluid[columns[0]]).sum())


# ---------------------------------------------------------------------------------- quantities and reference


def flow_rates(flow: ChipFlow) -> np.ndarray:
    """Flow rate through every grid line x = constant (nx + 1,); 1 for all by conservation of mass."""
    return flow.u @ np.diff(flow.grid.y)


def pressure_drop(flow: ChipFlow) -> float:
    """Pressure at the inlet, mean over the section and extrapolated from the first two cells; at the outlet it is 0."""
    return float((1.5 * flow.p[0] - 0.5 * flow.p[1]) @ np.diff(flow.grid.y))


def reattachment(flow: ChipFlow) -> float:
    """Place x on the floor where the eddy behind the chip ends; NaN where it reaches the outlet or is none.

    Behind this point the flow along the floor goes downstream: the last change of sign of u in the lowest row.
    """
    x, u = flow.grid.x, flow.u[:, 0]
    behind = x[1:] > chip_edges(flow.width)[1]
    turns = np.flatnonzero((u[:-1] < 0) & (u[1:] >= 0) & behind)
    if not len(turns):
        return float("nan")
    i = turns[-1]
    return float(x[i] - u[i] * (x[i + 1] - x[i]) / (u[i + 1] - u[i]))


def chip_convergence(cells: tuple[int, ...], **case: float) -> dict[str, np.ndarray]:
    """Pressure drop, end of the eddy and velocity above the chip on a sequence of grids: name -> (len(cells),).

    `case`: viscosity, height, width, with the defaults of `chip_reference`.
    """
    case = {"viscosity": VISCOSITY, "height": HEIGHT, "width": WIDTH} | case
    flows = [solve_chip(**case, cells=n) for n in cells]
    middle = np.array([[CENTRE, (1 + case["height"]) / 2]])
    return {
        "pressure drop": np.array([pressure_drop(flow) for flow in flows]),
        "end of the eddy": np.array([reattachment(flow) for flow in flows]),
        "velocity above the chip": np.array([flow.at(middle)[0, 0] for flow in flows]),
    }


def observed_order(values: np.ndarray, ratio: float = 2.0) -> float:
    """Order of convergence from values on three grids, each `ratio` times finer than the one before.

    Source: Roache 1994, https://doi.org/10.1115/1.2910291.

    >>> observed_order(np.array([1 + 1 / 4, 1 + 1 / 16, 1 + 1 / 64]))
    2.0
    """
    coarse, middle, fine = values[-3:]
    return math.log(abs((middle - coarse) / (fine - middle))) / math.log(ratio)


@functools.lru_cache(maxsize=16)
def chip_reference(viscosity: float = VISCOSITY, height: float = HEIGHT, width: float = WIDTH) -> ChipFlow:
    """Reference flow on a grid of 50 cells per channel height: from the data set `chip_flows`, else computed now.

    Args:
        viscosity: kinematic viscosity, 0.01 to 100.
        height: of the chip, 0 to 0.9 channel heights; 0 is the empty channel.
        width: of the chip, 0.2 to 3 channel heights; its centre is always at x = 2.

    Raises:
        ValueError: an argument outside of its range.
        DataError: the data set could not be made.
    """
    if viscosity == VISCOSITY and (height, width) in STORED:
        return _load(datasets.prepare("chip_flows"), height, width)
    return solve_chip(viscosity, height, width)


def build_chip_flows(folder: Path) -> None:
    """Write the flows at viscosity 0.02 over the chips in `STORED`, one file each."""
    for height, width in runtime.progress(STORED, "reference flows"):
        flow = solve_chip(VISCOSITY, height, width)
        np.savez_compressed(folder / _file_name(height, width), u=flow.u, v=flow.v, p=flow.p)


def _load(folder: Path, height: float, width: float) -> ChipFlow:
    grid = chip_grid(height, width, CELLS)
    shapes = [mask.shape for mask in _unknowns(grid)]

    def check(headers: Mapping[str, files.ArrayHeader]) -> None:
        if [headers[name].shape for name in "uvp" if name in headers] != shapes:
            raise datasets.DataError("chip_flows is from another version: bootcamp data clean chip_flows")

    path = folder / _file_name(height, width)
    try:
        fields = files.read_npz(path, MOST_BYTES, "uvp", check)
    except (OSError, files.FileError) as error:
        raise datasets.DataError(f"{path.name} is missing or damaged: bootcamp data clean chip_flows") from error
    return ChipFlow(VISCOSITY, height, width, grid, *(fields[name] for name in "uvp"))


def _file_name(height: float, width: float) -> str:
    return f"height_{height:.1f}_width_{width:.1f}.npz"

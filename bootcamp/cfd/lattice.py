"""Lattice Boltzmann solver for steady flow around an object in a channel.

Populations f_i of fictitious particles move with nine velocities c_i from cell to cell and relax towards an equilibrium
in each cell. One time step is

    stream    f_i(x, t)  = f*_i(x - c_i, t - 1)
    moments   rho = sum_i f_i,   u = sum_i c_i f_i
    collide   f*_i = f_i - (f+_i - e+_i) / tau_plus - (f-_i - e-_i) / tau_minus

with the even and odd parts f+_i = (f_i + f_j) / 2 and f-_i = (f_i - f_j) / 2 of each pair of opposite velocities
c_j = -c_i. Equal times would be the BGK scheme. With two (Ginzburg, Verhaeghe, d'Humieres 2008, Commun. Comput. Phys.
3:427) tau_plus sets the viscosity and (tau_plus - 1/2)(tau_minus - 1/2) = 3/16 puts the walls exactly half-way between
a solid and a fluid cell, whatever the viscosity. The equilibrium is the incompressible one of He and Luo 1997
(https://doi.org/10.1023/B:JOSS.0000015179.12689.e4): a steady flow has no divergence at all.

Conventions of the lab: arrays are (height, width), the row index grows upward (figures: origin "lower"),
velocity[..., 0] points along the channel and velocity[..., 1] upward. Lattice units: length in cells, time in steps,
density 1 at the outlet, pressure = density / 3. Reynolds number of the channel: reynolds = inflow_velocity * height /
viscosity with the maximum of the parabolic inflow and the height in cells. The walls lie half a cell outside of the
first and the last row of cells.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numba
import numpy as np
from scipy import ndimage, sparse

C = np.array([(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)])
"""The nine velocities c_i as (x, y), each beside its opposite."""
W = np.array([4 / 9, *[1 / 9] * 4, *[1 / 36] * 4])
"""Their weights w_i."""
OPPOSITE = np.array([0, 2, 1, 4, 3, 6, 5, 8, 7])
SOUND_SPEED = 1 / math.sqrt(3)
MAGIC = 3 / 16
"""(tau_plus - 1/2)(tau_minus - 1/2)."""
INFLOW_VELOCITIES = (0.001, 0.2)
VISCOSITIES = (0.0125, 1.0)
FASTEST = 0.3
"""Largest speed expected in the narrowest section: the scheme needs speeds well below that of sound, 0.577."""
SMALLEST = (8, 16)
"""Smallest channel: height and width in cells."""
CHECK_STEPS = 200
"""Steps between two looks at the flow: residual, and whether it diverges."""


class DivergedError(RuntimeError):
    """The run became unstable; the message says at which step and why."""


@dataclass(frozen=True)
class Limits:
    """What decides on stability: viscosity, relaxation time, Mach number of the inflow and of the narrowest section."""

    viscosity: float
    tau: float
    mach: float
    mach_narrowest: float


@dataclass(frozen=True)
class Flow:
    """A flow in lattice units.

    velocity (height, width, 2), zero inside the object; density (height, width), 1 inside it; pressure is density / 3.
    drag and lift: force of the fluid on the object along the channel and upward. residual: relative L2 change of the
    velocity per step at the end. history (n, 2): step and residual along the run.
    """

    velocity: np.ndarray
    density: np.ndarray
    drag: float
    lift: float
    steps: int
    residual: float
    steady: bool = True
    history: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)), repr=False)

    @property
    def pressure(self) -> np.ndarray:
        """Pressure against that at the outlet (height, width)."""
        return (self.density - 1) / 3


# ------------------------------------------------------------------------------------------------ equations


def equilibrium(density: np.ndarray, velocity: np.ndarray) -> np.ndarray:
    """Equilibrium populations (9, ...) of a density (...) and a velocity (..., 2), incompressible form.

    w_i (rho + 3 c_i.u + 9/2 (c_i.u)^2 - 3/2 u.u)

    >>> float(equilibrium(np.array(1.0), np.array([0.1, 0.0])).sum().round(12))
    1.0
    """
    cu = np.moveaxis(velocity @ C.T, -1, 0)
    w = W.reshape(9, *[1] * np.ndim(density))
    return w * (density + 3 * cu + 4.5 * cu**2 - 1.5 * (velocity**2).sum(-1))


def moments(populations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Density (...) and velocity (..., 2) of populations (9, ...): sum_i f_i and sum_i c_i f_i."""
    f = populations
    u_x = (f[1] - f[2]) + (f[5] - f[6]) + (f[7] - f[8])
    u_y = (f[3] - f[4]) + (f[5] - f[6]) - (f[7] - f[8])
    return f.sum(axis=0), np.stack([u_x, u_y], axis=-1)


def relaxation_times(viscosity: float) -> tuple[float, float]:
    """The relaxation times tau_plus and tau_minus of a viscosity.

    >>> relaxation_times(0.0625)
    (0.6875, 1.5)
    """
    tau_plus = 3 * viscosity + 0.5
    return tau_plus, MAGIC / (tau_plus - 0.5) + 0.5


def inflow_profile(height: int, inflow_velocity: float) -> np.ndarray:
    """Velocity along the channel (height,) at the centres of the rows: a parabola with this maximum, 0 on the walls."""
    return parabola(np.arange(height), height, inflow_velocity)


def parabola(row: np.ndarray, height: int, maximum: float) -> np.ndarray:
    """Parabola over a channel at places given in rows, with the first centre of a cell at 0; zero on both walls."""
    y = (row + 0.5) / height
    return 4 * maximum * y * (1 - y)


# --------------------------------------------------------------------------------------------------- kernel
#
# The kernel stores f_i - w_i, and density - 1 with it: the same equations hold, and float32 keeps three digits more.
# No `fastmath`: it lets the compiler reorder sums, and code from the cache then differs in the last digit from code
# that was just compiled. Without it a flow has the same bytes in every process.


def _compiled(**options: bool) -> Callable:
    """`numba.njit` that keeps its machine code on disk where there is a place for it."""

    def decorate(function: Callable) -> Callable:
        try:
            return numba.njit(cache=True, **options)(function)
        except RuntimeError:  # neither the package nor the home folder can be written
            return numba.njit(**options)(function)

    return decorate


@_compiled(nogil=True, error_model="numpy")
def _collide_row(f, out, fluid, rate_plus, rate_minus, k):
    """Relax one row: f and out are nine rows of populations that arrive and leave; fluid is 1, or 0 in a solid cell."""
    f0, f1, f2, f3, f4, f5, f6, f7, f8 = f
    out0, out1, out2, out3, out4, out5, out6, out7, out8 = out
    w0, w1, w5, half, three, three_halves, nine_halves = k
    for x in range(len(fluid)):
        on = fluid[x]
        rho = f0[x] + f1[x] + f2[x] + f3[x] + f4[x] + f5[x] + f6[x] + f7[x] + f8[x]
        u = (f1[x] - f2[x]) + (f5[x] - f6[x]) + (f7[x] - f8[x])
        v = (f3[x] - f4[x]) + (f5[x] - f6[x]) - (f7[x] - f8[x])
        rest = rho - three_halves * (u * u + v * v)
        out0[x] = on * (f0[x] - rate_plus * (f0[x] - w0 * rest))

        even = rate_plus * (half * (f1[x] + f2[x]) - w1 * (rest + nine_halves * u * u))
        odd = rate_minus * (half * (f1[x] - f2[x]) - w1 * three * u)
        out1[x] = on * (f1[x] - even - odd)
        out2[x] = on * (f2[x] - even + odd)

        even = rate_plus * (half * (f3[x] + f4[x]) - w1 * (rest + nine_halves * v * v))
        odd = rate_minus * (half * (f3[x] - f4[x]) - w1 * three * v)
        out3[x] = on * (f3[x] - even - odd)
        out4[x] = on * (f4[x] - even + odd)

        cu = u + v
        even = rate_plus * (half * (f5[x] + f6[x]) - w5 * (rest + nine_halves * cu * cu))
        odd = rate_minus * (half * (f5[x] - f6[x]) - w5 * three * cu)
        out5[x] = on * (f5[x] - even - odd)
        out6[x] = on * (f6[x] - even + odd)

        cu = u - v
        even = rate_plus * (half * (f7[x] + f8[x]) - w5 * (rest + nine_halves * cu * cu))
        odd = rate_minus * (half * (f7[x] - f8[x]) - w5 * three * cu)
        out7[x] = on * (f7[x] - even - odd)
        out8[x] = on * (f8[x] - even + odd)


@_compiled(nogil=True, error_model="numpy")
def _stream_and_collide(f, out, fluid, first, last, rate_plus, rate_minus, k):
    """One step of the rows first <= y < last: every cell pulls f_i from its neighbour at x - c_i."""
    n = fluid.shape[1] - 1
    for y in range(first, last):
        arriving = (
            f[0, y, 1:n],
            f[1, y, 0 : n - 1],
            f[2, y, 2 : n + 1],
            f[3, y - 1, 1:n],
            f[4, y + 1, 1:n],
            f[5, y - 1, 0 : n - 1],
            f[6, y + 1, 2 : n + 1],
            f[7, y + 1, 0 : n - 1],
            f[8, y - 1, 2 : n + 1],
        )
        leaving = (
            out[0, y, 1:n],
            out[1, y, 1:n],
            out[2, y, 1:n],
            out[3, y, 1:n],
            out[4, y, 1:n],
            out[5, y, 1:n],
            out[6, y, 1:n],
            out[7, y, 1:n],
            out[8, y, 1:n],
        )
        _collide_row(arriving, leaving, fluid[y, 1:n], rate_plus, rate_minus, k)


@_compiled(nogil=True, error_model="numpy")
def _apply_links(f, target, near, far, near_factor, far_factor, constant):
    """Fill what the cells beside a boundary will pull: what they sent towards it comes back."""
    flat = f.reshape(-1)
    for n in range(len(target)):
        flat[target[n]] = near_factor[n] * flat[near[n]] + far_factor[n] * flat[far[n]] + constant[n]


@_compiled(nogil=True, error_model="numpy")
def _apply_outlet(f, k):
    """Behind the last column stands another with its velocity and stress but density 1: f*_i - w_i (rho - 1).

    Non-equilibrium extrapolation of Guo, Zheng, Shi 2002 (https://doi.org/10.1088/1009-1963/11/4/310).
    """
    w1, w5 = k[1], k[2]
    x = f.shape[2] - 2
    for y in range(1, f.shape[1] - 1):
        rho = f[0, y, x]
        for i in range(1, 9):
            rho += f[i, y, x]
        f[2, y, x + 1] = f[2, y, x] - w1 * rho
        f[6, y, x + 1] = f[6, y, x] - w5 * rho
        f[8, y, x + 1] = f[8, y, x] - w5 * rho


@_compiled(nogil=True, error_model="numpy")
def _advance(f, out, fluid, links, outlet, steps, rate_plus, rate_minus, k):
    """An even number of steps on one thread; the result is in f."""
    for _ in range(steps // 2):
        for a, b in ((f, out), (out, f)):
            _stream_and_collide(a, b, fluid, 1, fluid.shape[0] - 1, rate_plus, rate_minus, k)
            _apply_links(b, *links)
            if outlet:
                _apply_outlet(b, k)


@_compiled(parallel=True, error_model="numpy")
def _advance_parallel(f, out, fluid, links, outlet, steps, rate_plus, rate_minus, k, blocks):
    """The same steps with the rows shared between threads."""
    rows = fluid.shape[0] - 2
    for _ in range(steps // 2):
        for a, b in ((f, out), (out, f)):
            for block in numba.prange(blocks):
                first, last = 1 + block * rows // blocks, 1 + (block + 1) * rows // blocks
                _stream_and_collide(a, b, fluid, first, last, rate_plus, rate_minus, k)
            _apply_links(b, *links)
            if outlet:
                _apply_outlet(b, k)


# ----------------------------------------------------------------------------------------------- boundaries


@dataclass(frozen=True)
class Links:
    """Pairs of a cell and a boundary, as indices into the flattened populations (9, height + 2, width + 2).

    The value that a cell pulls out of the boundary is f[target] = near_factor f*[near] + far_factor f*[far] + constant.
    Half-way bounce-back is near_factor 1, far_factor 0; `near` is what the cell has sent into the boundary.
    `of_object`: which of them belong to the object.
    """

    target: np.ndarray
    near: np.ndarray
    far: np.ndarray
    near_factor: np.ndarray
    far_factor: np.ndarray
    constant: np.ndarray
    of_object: np.ndarray

    def arrays(self, dtype: type) -> tuple[np.ndarray, ...]:
        """What the kernel needs, the factors in its precision."""
        factors = (a.astype(dtype) for a in (self.near_factor, self.far_factor, self.constant))
        return self.target, self.near, self.far, *factors


def channel_links(
    solid: np.ndarray, inflow_velocity: float, distance: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None
) -> Links:
    """Boundaries of a channel (height, width) with walls below and above, inflow on the left and a solid object.

    A cell beside the inflow gets back what it sent, plus 6 w_i c_i.u with the parabola at the middle of the link
    (Ladd 1994, https://doi.org/10.1017/S0022112094001771); Simpson's rule makes the sum exact. The outlet is no link.

    Args:
        solid: bool (height, width).
        inflow_velocity: maximum of the parabola.
        distance: share of a link from a fluid cell to the surface of the object, between 0 and 1, from the cell
            centres (n, 2) and the unit steps (n, 2) towards the object: then the wall is interpolated (Bouzidi,
            Firdaouss, Lallemand 2001, https://doi.org/10.1063/1.1399290). Without it the wall is half-way.
    """
    height, width = solid.shape
    place = np.arange(9 * (height + 2) * (width + 2)).reshape(9, height + 2, width + 2)
    outside = np.pad(solid, 1, constant_values=True)
    parts = []
    for i in range(1, 9):
        c_x, c_y = C[i]
        y, x = np.nonzero(~solid & outside[1 - c_y : 1 - c_y + height, 1 - c_x : 1 - c_x + width])
        from_y, from_x = y - c_y, x - c_x
        in_rows = (from_y >= 0) & (from_y < height)
        inlet, outlet = in_rows & (from_x < 0), in_rows & (from_x >= width)
        of_object = in_rows & (from_x >= 0) & (from_x < width)
        constant = np.where(inlet, 6 * W[i] * c_x * parabola(y - c_y / 2, height, inflow_velocity), 0.0)
        q = np.full(len(x), 0.5)
        if distance is not None and of_object.any():
            cells = np.stack([x, y], axis=-1)[of_object].astype(float)
            q[of_object] = distance(cells, np.broadcast_to(-C[i], cells.shape))
        near, far, near_factor, far_factor = _bounce_back(place, i, y + 1, x + 1, q)
        columns = (place[i, from_y + 1, from_x + 1], near, far, near_factor, far_factor, constant, of_object)
        parts.append([column[~outlet] for column in columns])
    return Links(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _bounce_back(place: np.ndarray, i: int, y: np.ndarray, x: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, ...]:
    """Two sources and their factors for the population i that comes back from a wall at the share q of the link."""
    j, (c_x, c_y) = OPPOSITE[i], C[i]
    near = place[j, y, x]
    behind = place[j, y + c_y, x + c_x]  # the population that will have passed the wall and come back
    far = np.where(q < 0.5, behind, place[i, y, x])
    near_factor = np.where(q < 0.5, 2 * q, 1 / (2 * q))
    return near, far, near_factor, 1 - near_factor


def periodic_links(height: int, width: int) -> Links:
    """What leaves a rectangle on one side comes in on the other."""
    place = np.arange(9 * (height + 2) * (width + 2)).reshape(9, height + 2, width + 2)
    rows, columns = np.mgrid[: height + 2, : width + 2]
    ring = (rows == 0) | (rows == height + 1) | (columns == 0) | (columns == width + 1)
    inner_y, inner_x = (rows[ring] - 1) % height + 1, (columns[ring] - 1) % width + 1
    target = np.concatenate([place[i][ring] for i in range(9)])
    near = np.concatenate([place[i][inner_y, inner_x] for i in range(9)])
    ones, none = np.ones(len(target)), np.zeros(len(target))
    return Links(target, near, near, ones, none, none, none.astype(bool))


# --------------------------------------------------------------------------------------------------- lattice


class Lattice:
    """Populations of a rectangle and the steps in time.

    Args:
        solid: bool (height, width).
        viscosity: in cells squared per step.
        links: boundaries.
        outlet: whether the right end is held at density 1.
        density: at the start, (height, width).
        velocity: at the start, (height, width, 2).
        dtype: np.float32, or np.float64 for validation.
        threads: 1, or more to share the rows of a large grid; the result is the same.
    """

    def __init__(
        self,
        solid: np.ndarray,
        viscosity: float,
        links: Links,
        *,
        outlet: bool,
        density: np.ndarray,
        velocity: np.ndarray,
        dtype: type = np.float32,
        threads: int = 1,
    ):
        self.solid, self.links, self.outlet, self.threads = solid, links, outlet, threads
        self.steps = 0
        tau_plus, tau_minus = relaxation_times(viscosity)
        self._rates = dtype(1 / tau_plus), dtype(1 / tau_minus)
        self._constants = tuple(dtype(a) for a in (W[0], W[1], W[5], 0.5, 3, 1.5, 4.5))
        self._fluid = np.pad(~solid, 1).astype(dtype)
        self._f = np.zeros((9, *self._fluid.shape), dtype)
        start = np.where(solid, 0.0, equilibrium(density - 1, velocity))
        self._f[:, 1:-1, 1:-1] = start
        self._out = self._f.copy()
        self._links = links.arrays(dtype)
        _apply_links(self._f, *self._links)
        if outlet:
            _apply_outlet(self._f, self._constants)

    def advance(self, steps: int) -> None:
        """Make an even number of steps.

        Raises:
            ValueError: the number is odd or negative.
        """
        if steps < 0 or steps % 2:
            raise ValueError(f"steps is even and not negative, not {steps}")
        common = (self._f, self._out, self._fluid, self._links, self.outlet, steps, *self._rates, self._constants)
        if self.threads > 1:
            _advance_parallel(*common, self.threads)
        else:
            _advance(*common)
        self.steps += steps

    def fields(self) -> tuple[np.ndarray, np.ndarray]:
        """Density (height, width), 1 in solid cells, and velocity (height, width, 2), 0 there."""
        inside = np.where(self.solid, 0, self._f[:, 1:-1, 1:-1])
        density, velocity = moments(inside)
        return 1 + density, velocity

    def force(self) -> tuple[float, float]:
        """Drag and lift: momentum that the links of the object exchange in one step (Ladd 1994)."""
        links, flat = self.links, self._f.reshape(-1)
        near, target = links.near[links.of_object], links.target[links.of_object]
        exchanged = flat[near].astype(float) + flat[target]
        towards = C[near // self._f[0].size]
        drag, lift = exchanged @ towards
        return float(drag), float(lift)


# -------------------------------------------------------------------------------------------------- checks


def check_solid(solid: np.ndarray) -> np.ndarray:
    """The mask of an object as bool (height, width), checked.

    Raises:
        ValueError: wrong type or shape, a channel blocked completely, or an object that touches the inlet or outlet.
    """
    solid = np.asarray(solid)
    if solid.dtype != bool:
        raise ValueError(f"solid is an array of bool, not {solid.dtype}{_hint(solid)}")
    if solid.ndim != 2 or solid.shape[0] < SMALLEST[0] or solid.shape[1] < SMALLEST[1]:
        raise ValueError(
            f"solid has the shape (height, width), at least {SMALLEST[0]} x {SMALLEST[1]}, not {solid.shape}"
        )
    for name, column in (("inlet", 0), ("outlet", -1)):
        if solid[:, column].any():
            raise ValueError(f"the object touches the {name}: keep the column {column} free")
    areas, _ = ndimage.label(~solid)
    if areas[0, 0] != areas[0, -1]:
        raise ValueError("the object blocks the channel completely: nothing can flow from the inlet to the outlet")
    return np.ascontiguousarray(solid)


def _hint(values: np.ndarray) -> str:
    if np.issubdtype(values.dtype, np.floating) and np.isnan(values).any():
        return " with NaN in it"
    return "; write solid > 0" if np.issubdtype(values.dtype, np.number) else ""


def check_stability(solid: np.ndarray, reynolds: float, inflow_velocity: float = 0.1) -> Limits:
    """Viscosity, relaxation time and Mach numbers of a run, refused here if they make the scheme unstable.

    The flow in the narrowest section, see `narrowest_section`, is taken as a parabola.

    Args:
        solid: bool (height, width).
        reynolds: inflow_velocity * height / viscosity.
        inflow_velocity: maximum of the parabolic inflow.

    Raises:
        ValueError: a value outside of its limits; the message names the limit and what would be allowed.
    """
    for name, value in (("reynolds", reynolds), ("inflow_velocity", inflow_velocity)):
        if not (isinstance(value, int | float | np.number) and math.isfinite(value) and value > 0):
            raise ValueError(f"{name} is a positive number, not {value!r}")
    low, high = INFLOW_VELOCITIES
    if not low <= inflow_velocity <= high:
        raise ValueError(
            f"inflow_velocity lies from {low:g} to {high:g} (the speed of sound is 0.577), not {inflow_velocity:g}"
        )
    height = solid.shape[0]
    viscosity = inflow_velocity * height / reynolds
    _check_viscosity(viscosity, reynolds, inflow_velocity * height)
    free = narrowest_section(solid)
    fastest = inflow_velocity * height / max(free, 0.5)
    if fastest > FASTEST:
        raise ValueError(
            f"the narrowest section has {free:.0f} of {height} cells, which makes the flow there as fast as "
            f"{fastest:.2f}; the limit is {FASTEST:g}: "
            f"use inflow_velocity <= {FASTEST * free / height:.3f} or a smaller object"
        )
    return Limits(viscosity, relaxation_times(viscosity)[0], inflow_velocity / SOUND_SPEED, fastest / SOUND_SPEED)


def narrowest_section(solid: np.ndarray) -> float:
    """Free length in cells of the shortest cut from the lower to the upper wall; ways through solid cells are free.

    >>> solid = np.zeros((8, 16), bool)
    >>> solid[2:5, 6] = True
    >>> narrowest_section(solid)
    5.0
    """
    cost = np.pad(np.where(solid, 1e-6, 1.0), ((1, 1), (0, 0)), constant_values=1e-6)  # with a row of each wall
    place = np.arange(cost.size).reshape(cost.shape)
    pairs = (
        (np.s_[:, :-1], np.s_[:, 1:], 1.0),
        (np.s_[:-1], np.s_[1:], 1.0),
        (np.s_[:-1, :-1], np.s_[1:, 1:], math.sqrt(2)),
        (np.s_[:-1, 1:], np.s_[1:, :-1], math.sqrt(2)),
    )
    ways = [(place[a].ravel(), place[b].ravel(), d * (cost[a] + cost[b]).ravel() / 2) for a, b, d in pairs]
    start, end, length = (np.concatenate(columns) for columns in zip(*ways, strict=True))
    graph = sparse.csr_array((length, (start, end)), shape=(cost.size, cost.size))
    found = sparse.csgraph.dijkstra(graph, directed=False, indices=place[0, 0])
    return round(float(found[place[-1]].min()), 2)


def _check_viscosity(viscosity: float, reynolds: float, scale: float) -> None:
    low, high = VISCOSITIES
    if viscosity < low:
        raise ValueError(
            f"reynolds {reynolds:g} needs the viscosity {viscosity:.2g}, below the limit {low:g} (relaxation time "
            f"{relaxation_times(low)[0]:.3f}): use reynolds <= {scale / low:.0f} here, or a finer grid"
        )
    if viscosity > high:
        raise ValueError(
            f"reynolds {reynolds:g} needs the viscosity {viscosity:.2g}, above the limit {high:g}: "
            f"use reynolds >= {scale / high:.2g} here, or a smaller inflow_velocity"
        )


# --------------------------------------------------------------------------------------------------- solver


def channel(
    solid: np.ndarray,
    reynolds: float,
    inflow_velocity: float = 0.1,
    *,
    dtype: type = np.float32,
    threads: int = 1,
    distance: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None,
) -> Lattice:
    """Lattice of a channel at its start: everywhere the flow of the empty channel. Arguments of `solve_steady_flow`."""
    solid = check_solid(solid)
    limits = check_stability(solid, reynolds, inflow_velocity)
    if dtype not in (np.float32, np.float64):
        raise ValueError(f"dtype is np.float32 or np.float64, not {dtype!r}")
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise ValueError(f"threads is a positive integer, not {threads!r}")
    height, width = solid.shape
    velocity = np.zeros((height, width, 2))
    velocity[..., 0] = inflow_profile(height, inflow_velocity)[:, None]
    slope = 3 * 8 * limits.viscosity * inflow_velocity / height**2
    density = np.broadcast_to(1 + slope * (width - np.arange(width)), (height, width))
    links = channel_links(solid, inflow_velocity, distance)
    start = {"outlet": True, "density": density, "velocity": velocity}
    return Lattice(solid, limits.viscosity, links, **start, dtype=dtype, threads=threads)


def solve_steady_flow(
    solid: np.ndarray,
    *,
    reynolds: float,
    inflow_velocity: float = 0.1,
    tolerance: float = 1e-6,
    max_steps: int = 100_000,
    dtype: type = np.float32,
    threads: int = 1,
    distance: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None,
    monitor: Callable[[int, float], object] | None = None,
) -> Flow:
    """Steady flow around an object in a channel by the lattice Boltzmann method.

    Args:
        solid: bool (height, width), True inside the object; all False is the empty channel.
        reynolds: inflow_velocity * height / viscosity, with the height in cells.
        inflow_velocity: maximum of the parabolic inflow in cells per step.
        tolerance: the flow is steady when its relative L2 change per step falls below this.
        max_steps: the run stops here in any case; then `Flow.steady` is False.
        dtype: np.float32, or np.float64 for validation.
        threads: 1, or more to share the rows of a large grid.
        distance: of the surface, for walls that are interpolated; see `channel_links`.
        monitor: called as monitor(step, residual) every 200 steps.

    Raises:
        ValueError: wrong input, or values for which the scheme is unstable; the message names the limit.
        DivergedError: the run became unstable.
    """
    check_run(tolerance, max_steps)
    lattice = channel(solid, reynolds, inflow_velocity, dtype=dtype, threads=threads, distance=distance)
    return run_until_steady(lattice, tolerance, max_steps, monitor)


def check_run(tolerance: float, max_steps: int) -> None:
    """Refuse a tolerance or number of steps with which no run can end.

    Raises:
        ValueError: either is out of range.
    """
    if not (isinstance(tolerance, int | float) and tolerance > 0):
        raise ValueError(f"tolerance is a positive number, not {tolerance!r}")
    if isinstance(max_steps, bool) or not isinstance(max_steps, int) or max_steps < CHECK_STEPS:
        raise ValueError(f"max_steps is an integer of at least {CHECK_STEPS}, not {max_steps!r}")


def run_until_steady(
    lattice: Lattice, tolerance: float, max_steps: int, monitor: Callable[[int, float], object] | None = None
) -> Flow:
    """Advance a lattice until its velocity changes by less than `tolerance` per step, relative and in the L2 norm.

    Raises:
        DivergedError: a value is not finite or a speed has passed that of sound.
    """
    history = []
    density, velocity = lattice.fields()
    residual = math.inf
    while residual >= tolerance and lattice.steps + CHECK_STEPS <= max_steps:
        before = velocity
        lattice.advance(CHECK_STEPS)
        density, velocity = lattice.fields()
        check_finite(lattice.steps, density, velocity)
        residual = float(np.linalg.norm(velocity - before) / np.linalg.norm(velocity)) / CHECK_STEPS
        history.append((lattice.steps, residual))
        if monitor is not None:
            monitor(lattice.steps, residual)
    drag, lift = lattice.force()
    return Flow(velocity, density, drag, lift, lattice.steps, residual, residual < tolerance, np.array(history))


def check_finite(steps: int, density: np.ndarray, velocity: np.ndarray) -> None:
    """Refuse to go on with a density (height, width) or velocity (height, width, 2) that shows a diverged run.

    Raises:
        DivergedError: a value is not finite or a speed has passed that of sound.
    """
    if not (np.isfinite(density).all() and np.isfinite(velocity).all()):
        raise DivergedError(f"the run diverged before step {steps}: a density or velocity is not finite")
    speed = float(np.sqrt((velocity**2).sum(-1)).max())
    if speed > SOUND_SPEED:
        raise DivergedError(
            f"the run diverged before step {steps}: the speed {speed:.2f} has passed that of sound, {SOUND_SPEED:.3f}"
        )

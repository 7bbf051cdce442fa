"""Steady flows of many channels at once, for a graphics card: the equations of `lattice` on PyTorch tensors.

Without a card nothing here is used: one thread for each flow is faster on a processor. The populations of n flows lie
as (n, 9, height * width), with w_i taken off like those of `lattice.Lattice`, but without a rim of cells around the
channel. A cell that pulls from a wall or the inlet gets back what it sent there; which directions these are stands in
the bits of one integer per cell. So streaming, boundaries and collision are one pass over the memory, 74 bytes for
each update of a cell: 36 read, 36 written, 2 of bits. `fused` has that pass as a kernel for NVIDIA cards;
`reference_step` is the same written with whole tensors, which runs everywhere and tells whether the kernel is right.
"""

import copy
import importlib.util
from collections.abc import Callable

from bootcamp import runtime
from bootcamp.cfd import lattice
from bootcamp.cfd.lattice import CHECK_STEPS, OPPOSITE, C, Flow, W

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

INLETS = (1, 5, 7)
"""Velocities with which particles come in from the inlet, in the order of the table of what it adds."""
BYTES_PER_CELL = 160
"""Memory of the card for one cell of one flow: two sets of populations, fields before and after, and what is between
them. Measured 130 and rounded up."""
SHARE = 0.7
"""Share of the free memory of the card that a batch may fill."""
MOST = 1024
"""Flows in a batch at most. A card is busy with a dozen; more only make the first results come later."""
Step = Callable[["Batch", Tensor, Tensor, Tensor, Tensor], None]
"""One time step: (batch, populations, where the new ones go, density at the outlet, where the new one goes)."""


def wall_bits(solid: Tensor) -> Tensor:
    """For each cell int16 (n, height * width): bit 0, it is solid; bit i, a wall or the inlet lies at x - c_i.

    Args:
        solid: bool (n, height, width).
    """
    _, height, width = solid.shape
    around = functional.pad(functional.pad(solid, (1, 0), value=True), (0, 1), value=False)
    around = functional.pad(around, (0, 0, 1, 1), value=True)
    bits = solid.to(torch.int16)
    for i in range(1, 9):
        c_x, c_y = map(int, C[i])
        source = around[:, 1 - c_y : 1 - c_y + height, 1 - c_x : 1 - c_x + width]
        bits = bits | (source.to(torch.int16) << i)
    return bits.flatten(1).contiguous()


def inlet_table(height: int, inflow_velocity: float) -> np.ndarray:
    """What the inlet adds to the populations INLETS of the first column, (3, height); see `lattice.channel_links`."""
    rows = np.arange(height)
    table = []
    for i in INLETS:
        c_x, c_y = C[i]
        inside = (rows - c_y >= 0) & (rows - c_y < height)
        table.append(inside * 6 * W[i] * c_x * lattice.parabola(rows - c_y / 2, height, inflow_velocity))
    return np.array(table)


def start(height: int, width: int, viscosity: float, inflow_velocity: float) -> np.ndarray:
    """Populations (9, height * width) of the empty channel's flow, as `lattice.channel` starts."""
    velocity = np.zeros((height, width, 2))
    velocity[..., 0] = lattice.inflow_profile(height, inflow_velocity)[:, None]
    slope = 3 * 8 * viscosity * inflow_velocity / height**2
    density = np.broadcast_to(slope * (width - np.arange(width)), (height, width))
    return lattice.equilibrium(density, velocity).reshape(9, -1)


def kernel(device: torch.device | str) -> Step:
    """The step for a device: the fused kernel on a card where Triton is installed, else the one of whole tensors."""
    if torch.device(device).type == "cuda" and importlib.util.find_spec("triton"):
        from bootcamp.cfd import fused

        return fused.step
    return reference_step


class Batch:
    """Flows around n objects in equal channels, and the steps in time.

    Args:
        solid: bool (n, height, width), checked.
        viscosity: in cells squared per step.
        inflow_velocity: maximum of the parabola.
        device: where the populations lie; None: `runtime.device()`.
        dtype: torch.float32, or torch.float64 with `reference_step`.
        step: how to make a step; None: `kernel(device)`.
    """

    def __init__(
        self,
        solid: np.ndarray,
        viscosity: float,
        inflow_velocity: float,
        *,
        device: str | None = None,
        dtype: torch.dtype = torch.float32,
        step: Step | None = None,
    ):
        device = runtime.device() if device is None else device
        self.height, self.width = solid.shape[1:]
        self.solid = torch.from_numpy(solid).to(device)
        self.walls = wall_bits(self.solid)
        self.rates = tuple(1 / tau for tau in lattice.relaxation_times(viscosity))
        self.inlet = torch.from_numpy(inlet_table(self.height, inflow_velocity)).to(device, dtype)
        begin = torch.from_numpy(start(self.height, self.width, viscosity, inflow_velocity)).to(device, dtype)
        # torch.where may lay its result out like one of its arguments; the kernel needs cell beside cell.
        self.populations = torch.where(self.solid.flatten(1)[:, None], 0, begin).contiguous()
        self.outlet_density = self._columns(self.populations)[..., -1].sum(1)
        self._spare = torch.empty_like(self.populations), torch.empty_like(self.outlet_density)
        self.steps, self._step = 0, kernel(device) if step is None else step

    def __len__(self) -> int:
        return len(self.solid)

    def _columns(self, populations: Tensor) -> Tensor:
        return populations.unflatten(-1, (self.height, self.width))

    def advance(self, steps: int) -> None:
        """Make so many steps."""
        for _ in range(steps):
            self._step(self, self.populations, self._spare[0], self.outlet_density, self._spare[1])
            (self.populations, self.outlet_density), self._spare = self._spare, (self.populations, self.outlet_density)
        self.steps += steps

    def velocity(self) -> Tensor:
        """Velocity (n, height, width, 2), 0 in solid cells."""
        f = self._columns(self.populations).unbind(1)
        u = (f[1] - f[2]) + (f[5] - f[6]) + (f[7] - f[8])
        v = (f[3] - f[4]) + (f[5] - f[6]) - (f[7] - f[8])
        return torch.stack([u, v], dim=-1)

    def density(self) -> Tensor:
        """Density (n, height, width), 1 in solid cells."""
        return 1 + self._columns(self.populations).sum(1)

    def forces(self) -> Tensor:
        """Drag and lift (n, 2), float64: twice the momentum that is sent into the object in a step (Ladd 1994)."""
        inside = functional.pad(self.solid, (1, 1, 1, 1))
        populations = self._columns(self.populations)
        force = torch.zeros(len(self), 2, dtype=torch.float64, device=self.solid.device)
        for i in range(1, 9):
            c_x, c_y = map(int, C[OPPOSITE[i]])
            hit = inside[:, 1 + c_y : 1 + c_y + self.height, 1 + c_x : 1 + c_x + self.width] & ~self.solid
            sent = torch.where(hit, populations[:, OPPOSITE[i]], 0).sum((1, 2), dtype=torch.float64)
            force += 2 * sent[:, None] * torch.tensor([c_x, c_y], device=force.device)
        return force

    def keep(self, chosen: Tensor) -> None:
        """Go on with some of the flows only: bool (n,)."""
        self.solid, self.walls = self.solid[chosen], self.walls[chosen]
        self._spare = None  # freed before the copies are made
        self.populations, self.outlet_density = self.populations[chosen], self.outlet_density[chosen]
        self._spare = torch.empty_like(self.populations), torch.empty_like(self.outlet_density)


def reference_step(batch: Batch, f: Tensor, out: Tensor, density: Tensor, density_out: Tensor) -> None:
    """One step with whole tensors, letter by letter as in `lattice`; `f` stays, `out` and `density_out` are filled."""
    arrived = [f[:, 0], *(_arrived(batch, f, density, i) for i in range(1, 9))]
    rate_plus, rate_minus = batch.rates
    rho = sum(arrived)
    u = (arrived[1] - arrived[2]) + (arrived[5] - arrived[6]) + (arrived[7] - arrived[8])
    v = (arrived[3] - arrived[4]) + (arrived[5] - arrived[6]) - (arrived[7] - arrived[8])
    rest = rho - 1.5 * (u * u + v * v)
    fluid = (batch.walls & 1) == 0
    out[:, 0] = fluid * (arrived[0] - rate_plus * (arrived[0] - float(W[0]) * rest))
    for i in (1, 3, 5, 7):
        cu = int(C[i][0]) * u + int(C[i][1]) * v
        even = rate_plus * (0.5 * (arrived[i] + arrived[i + 1]) - float(W[i]) * (rest + 4.5 * cu * cu))
        odd = rate_minus * (0.5 * (arrived[i] - arrived[i + 1]) - 3 * float(W[i]) * cu)
        out[:, i] = fluid * (arrived[i] - even - odd)
        out[:, i + 1] = fluid * (arrived[i + 1] - even + odd)
    density_out.copy_(rho.unflatten(-1, (batch.height, batch.width))[..., -1])


def _arrived(batch: Batch, f: Tensor, density: Tensor, i: int) -> Tensor:
    """Population i that every cell pulls, (n, cells): from its neighbour, or its own from a wall, inlet or outlet."""
    c_x, c_y = map(int, C[i])
    shape = (batch.height, batch.width)
    pulled = torch.roll(f[:, i].unflatten(-1, shape), (c_y, c_x), (1, 2))
    if c_x < 0:
        last = f[:, i].unflatten(-1, shape)[..., -1] - float(W[i]) * density
        pulled[..., -1] = torch.roll(last, c_y, 1)
    sent = f[:, int(OPPOSITE[i])].unflatten(-1, shape).clone()
    if c_x > 0:
        sent[..., 0] += batch.inlet[INLETS.index(i)]
    blocked = ((batch.walls >> i) & 1).bool().unflatten(-1, shape)
    return torch.where(blocked, sent, pulled).flatten(1)


# --------------------------------------------------------------------------------------------------- solver


def solve_steady_flows(
    solid: np.ndarray,
    *,
    reynolds: float,
    inflow_velocity: float = 0.1,
    tolerance: float = 1e-6,
    max_steps: int = 100_000,
    device: str | None = None,
) -> list[Flow]:
    """Steady flows around many objects, each alone in a channel: `lattice.solve_steady_flow` for all of them at once.

    A flow leaves the batch when it is steady, so each makes the steps that it needs and no more. The results agree
    with those of the processor to about 1e-6 of the inflow velocity; walls are half-way, and there is no history.

    Args:
        solid: bool (n, height, width).
        reynolds: inflow_velocity * height / viscosity.
        inflow_velocity: maximum of the parabolic inflow.
        tolerance: a flow is steady when its relative L2 change per step falls below this.
        max_steps: no flow makes more.
        device: of PyTorch; None: the card where there is one.

    Raises:
        ValueError: wrong input, or values for which the scheme is unstable.
        lattice.DivergedError: a run became unstable.
    """
    lattice.check_run(tolerance, max_steps)
    masks = _check(solid, reynolds, inflow_velocity)
    device = runtime.device() if device is None else device
    viscosity = inflow_velocity * masks.shape[1] / reynolds
    count = flows_at_a_time(masks.shape[1] * masks.shape[2], device)
    parts = [masks[first : first + count] for first in range(0, len(masks), count)]
    with torch.inference_mode():
        batches = (Batch(part, viscosity, inflow_velocity, device=device) for part in parts)
        return [flow for batch in batches for flow in _run_until_steady(batch, tolerance, max_steps)]


def flows_at_a_time(cells: int, device: str) -> int:
    """How many flows of so many cells fit into the free memory of a device; on a processor one after the other."""
    if torch.device(device).type != "cuda":
        return 1
    free, _ = torch.cuda.mem_get_info(device)
    return min(MOST, max(1, int(SHARE * free / (BYTES_PER_CELL * cells))))


def _check(solid: np.ndarray, reynolds: float, inflow_velocity: float) -> np.ndarray:
    """Masks (n, height, width), each checked like those of `lattice.channel`."""
    if np.ndim(solid) != 3 or not len(solid):
        raise ValueError(f"solid has the shape (flows, height, width), at least one flow, not {np.shape(solid)}")
    masks = np.stack([lattice.check_solid(one) for one in np.asarray(solid)])
    lattice.check_stability(np.zeros_like(masks[0]), reynolds, inflow_velocity)  # what does not depend on the object
    height = masks.shape[1]
    # A way across the channel crosses every row without a solid cell: most objects need no search for the shortest one.
    certain = inflow_velocity * height / np.maximum(height - masks.any(axis=2).sum(axis=1), 0.5)
    for one in masks[certain > lattice.FASTEST]:
        lattice.check_stability(one, reynolds, inflow_velocity)
    return masks


def _run_until_steady(batch: Batch, tolerance: float, max_steps: int) -> list[Flow]:
    """Advance until each flow is steady or out of steps; the flows in the order of the batch."""
    found: list[Flow | None] = [None] * len(batch)
    number = torch.arange(len(batch), device=batch.solid.device)
    velocity = batch.velocity()
    while len(batch):
        before = velocity
        batch.advance(CHECK_STEPS)
        velocity = batch.velocity()
        residual = _residuals(velocity, before)
        _check_finite(batch, velocity)
        last = batch.steps + CHECK_STEPS > max_steps
        ended = (residual < tolerance) | last
        if ended.any():
            done = copy.copy(batch)
            done.keep(ended)
            for place, flow in zip(number[ended].tolist(), _flows(done, residual[ended], tolerance), strict=True):
                found[place] = flow
            batch.keep(~ended)
            number, velocity = number[~ended], velocity[~ended]
    return found


def _residuals(velocity: Tensor, before: Tensor) -> Tensor:
    """Relative L2 change of each flow per step (n,), float64."""
    change, size = (torch.linalg.vector_norm(a.flatten(1), dim=1) for a in (velocity - before, velocity))
    return (change / size).double() / CHECK_STEPS


def _check_finite(batch: Batch, velocity: Tensor) -> None:
    fastest = velocity.square().sum(-1).amax((1, 2)).sqrt()
    wrong = ~(fastest <= lattice.SOUND_SPEED)  # also where it is not a number
    if wrong.any():
        one = int(wrong.nonzero()[0])
        density = batch.density()[one].cpu().numpy()
        lattice.check_finite(batch.steps, density, velocity[one].cpu().numpy())


def _flows(batch: Batch, residual: Tensor, tolerance: float) -> list[Flow]:
    """The flows of a batch as they are now, brought to the processor."""
    parts = (batch.velocity(), batch.density(), batch.forces(), residual)
    return [
        Flow(velocity, density, float(drag), float(lift), batch.steps, float(change), bool(change < tolerance))
        for velocity, density, (drag, lift), change in zip(*(part.cpu().numpy() for part in parts), strict=True)
    ]

"""Figures of the flow over a chip. Every function takes and returns the axes it draws on."""

from collections.abc import Mapping, Sequence

from bootcamp import plots
from bootcamp.pinn.chip import LENGTH, ChipFlow, chip_edges

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.patches import Rectangle

CHIP_COLOUR = "0.35"


def draw_chip(ax: Axes, height: float, width: float) -> Axes:
    """Draw the channel and the chip in it."""
    ax.add_patch(Rectangle((chip_edges(width)[0], 0.0), width, height, facecolor=CHIP_COLOUR))
    ax.set(xlim=(0, LENGTH), ylim=(0, 1), aspect="equal", xlabel="x", ylabel="y")
    ax.grid(False)
    return ax


def _mesh(ax: Axes, flow: ChipFlow, values: np.ndarray, title: str, limits: tuple[float, float]) -> QuadMesh:
    """Draw values at the points of a flow (n,) in its cells; a signed field gets the diverging map."""
    field = np.full(flow.grid.fluid.shape, np.nan)
    field[flow.grid.fluid] = values
    low, high = limits
    cmap = plots.DIVERGING if low == -high else plots.SEQUENTIAL
    shown = ax.pcolormesh(flow.grid.x, flow.grid.y, field.T, cmap=cmap, vmin=low, vmax=high, rasterized=True)
    draw_chip(ax, flow.height, flow.width).set_title(title, fontsize="medium")
    ax.figure.colorbar(shown, ax=ax, shrink=0.9, pad=0.01)
    return shown


def plot_chip_fields(axes: Sequence[Sequence[Axes]], flow: ChipFlow, fields: np.ndarray) -> Sequence[Sequence[Axes]]:
    """Speed and pressure (rows) by reference, network and their difference (columns), on the same limits in a row.

    `fields`: u, v, p of the network at the points of the flow (n, 3).
    """
    speeds = [np.linalg.norm(velocity, axis=1) for velocity in (flow.velocity, fields[:, :2])]
    for row, name, (truth, found) in zip(
        axes, ("speed", "pressure"), (speeds, (flow.pressure, fields[:, 2])), strict=True
    ):
        limits = (min(0.0, float(np.quantile(truth, 0.001))), float(np.quantile(truth, 0.999)))
        worst = float(np.quantile(np.abs(found - truth), 0.999))
        _mesh(row[0], flow, truth, f"{name}, reference", limits)
        _mesh(row[1], flow, found, f"{name}, network", limits)
        _mesh(row[2], flow, found - truth, f"{name}, network minus reference", (-worst, worst))
    return axes


def plot_chip_errors(ax: Axes, steps: Sequence[int], errors: Mapping[str, Sequence[float]]) -> Axes:
    """Relative L2 errors over the steps of a training, one line per entry, on a logarithmic axis."""
    for (label, values), style in zip(errors.items(), ("-o", "--s", "-^", "--v", "-D", "--x"), strict=False):
        ax.plot(steps, values, style, markersize=4, label=label)
    ax.set(xlabel="step", ylabel="relative L2 error", yscale="log")
    ax.legend(fontsize="small")
    return ax

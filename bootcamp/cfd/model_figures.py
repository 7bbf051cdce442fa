"""Figures of predicted flows. Row 0 of an array is the floor of the channel: it is drawn at the bottom."""

import itertools
from collections.abc import Mapping, Sequence

from bootcamp import plots

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage

OBJECT_COLOUR = "0.6"


def field_map(
    ax: Axes,
    field: np.ndarray,
    solid: np.ndarray,
    title: str = "",
    *,
    limits: tuple[float, float] | None = None,
    cmap: str = plots.SEQUENTIAL,
) -> AxesImage:
    """Draw a field (height, width) with the object in gray; axes in channel heights.

    Args:
        ax: where to draw.
        field: values in the cells.
        solid: bool, the same shape.
        title: above the map.
        limits: smallest and largest value of the colours; None for those of the fluid.
        cmap: name of the map.
    """
    height, width = field.shape
    fluid = np.ma.masked_array(field, solid)
    low, high = (fluid.min(), fluid.max()) if limits is None else limits
    extent = (0, width / height, 0, 1)
    shown = ax.imshow(fluid, cmap=cmap, vmin=low, vmax=high, origin="lower", extent=extent, interpolation="nearest")
    ax.set_facecolor(OBJECT_COLOUR)
    ax.set_title(title, fontsize="medium")
    ax.set(xlabel="x / channel height", ylabel="y / channel height")
    ax.grid(False)
    return shown


def truth_and_prediction(
    axes: np.ndarray, true: np.ndarray, predicted: np.ndarray, solid: np.ndarray, unit: str = "inflow velocities"
) -> np.ndarray:
    """Fill axes (2, 3): for each velocity component the solver, the network on the same limits, and the difference.

    Args:
        axes: array of axes (2, 3).
        true: velocity (height, width, 2).
        predicted: the same shape and unit.
        solid: bool (height, width).
        unit: of the velocities, for the colour bars.
    """
    for row, name in zip(range(2), ("along the channel", "upward"), strict=True):
        largest = float(np.abs(true[..., row]).max())
        limits = (-largest, largest)
        for ax, field, title in zip(axes[row], (true, predicted), ("solver", "network"), strict=False):
            shown = field_map(ax, field[..., row], solid, f"{title}: {name}", limits=limits, cmap=plots.DIVERGING)
        axes[row, 0].figure.colorbar(shown, ax=axes[row, :2], label=unit, shrink=0.8)
        change = predicted[..., row] - true[..., row]
        bound = float(np.abs(change[~solid]).max())
        shown = field_map(axes[row, 2], change, solid, "network - solver", limits=(-bound, bound), cmap=plots.DIVERGING)
        axes[row, 2].figure.colorbar(shown, ax=axes[row, 2], shrink=0.8)
    for ax in axes.flat:
        ax.label_outer()
    return axes


def error_maps(axes: Sequence[Axes], errors: np.ndarray, solids: np.ndarray, titles: Sequence[str]) -> Sequence[Axes]:
    """Draw magnitudes of errors (n, height, width) side by side on the same limits, from 0 to their 99.5 percentile."""
    high = float(np.percentile(errors[~solids], 99.5))
    for ax, error, solid, title in zip(axes, errors, solids, titles, strict=True):
        shown = field_map(ax, error, solid, title, limits=(0.0, high), cmap="magma")
        ax.label_outer()
    axes[0].figure.colorbar(shown, ax=list(axes), label="|error| in inflow velocities", shrink=0.8, extend="max")
    return axes


def model_plot(axes: Sequence[Axes], errors: Mapping[str, Mapping[str, Sequence[float]]]) -> Sequence[Axes]:
    """Draw the mean errors of models, one row each and one dot per seed, in percent.

    Args:
        axes: one for each split.
        errors: split -> model -> mean relative error of each seed.
    """
    for ax, (split, models), colour in zip(axes, errors.items(), plots.COLOURS, strict=False):
        for row, values in enumerate(models.values()):
            ax.plot(100 * np.asarray(values), np.full(len(values), row), "o", color=colour, alpha=0.7)
        ax.set_yticks(range(len(models)), list(models))
        ax.invert_yaxis()
        ax.set(xlabel="relative error (%)", title=split)
        ax.set_xlim(left=0)
        ax.label_outer()
    return axes


BINS = (0, 1, 2, 4, 8, 16, 32)


def distance_profile(ax: Axes, errors: np.ndarray, distances: np.ndarray, label: str = "") -> Axes:
    """Draw the root mean square of errors against the distance to the object, in the bins of `BINS` (cells).

    Args:
        ax: where to draw.
        errors: magnitudes (n, height, width), in inflow velocities.
        distances: signed distances in cells, the same shape; cells inside the object are left out.
        label: of the line.
    """
    edges = list(itertools.pairwise(BINS))
    squares = [np.mean(errors[(distances > near) & (distances <= far)] ** 2) for near, far in edges]
    ax.plot([(near + far) / 2 for near, far in edges], np.sqrt(squares), "o-", label=label)
    ax.set(xlabel="distance to the object (cells)", ylabel="RMS error (inflow velocities)", xscale="log")
    ax.set_ylim(bottom=0)
    return ax

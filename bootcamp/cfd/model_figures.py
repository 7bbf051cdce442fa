"""Figures that compare models, and that show where a model is wrong."""

import itertools
from collections.abc import Mapping, Sequence

from bootcamp import plots

import numpy as np
from matplotlib.axes import Axes

BINS = (0, 1, 2, 4, 8, 16, 32)


def plot_error_by_distance(ax: Axes, errors: np.ndarray, distances: np.ndarray, label: str = "") -> Axes:
    """Root mean square of errors against the distance to the object, in the bins of `BINS` (cells).

    Args:
        ax: where to draw.
        errors: lengths of predicted minus true velocity (n, height, width), shares of the inflow maximum.
        distances: signed distances in cells, the same shape; cells inside the object are left out.
        label: of the line.
    """
    edges = list(itertools.pairwise(BINS))
    squares = [np.mean(errors[(distances > near) & (distances <= far)] ** 2) for near, far in edges]
    ax.plot([(near + far) / 2 for near, far in edges], np.sqrt(squares), "o-", label=label)
    ax.set(xlabel="distance to the object in cells", ylabel="RMS error (share of inflow)", xscale="log")
    ax.set_ylim(bottom=0)
    return ax


def plot_models(axes: Sequence[Axes], errors: Mapping[str, Mapping[str, Sequence[float]]]) -> Sequence[Axes]:
    """Mean errors of models in percent: one row for each model, one dot for each seed.

    Args:
        axes: one for each split.
        errors: split -> model -> mean relative error of each seed.
    """
    for ax, (split, models), colour in zip(axes, errors.items(), plots.COLOURS, strict=False):
        for row, values in enumerate(models.values()):
            ax.plot(100 * np.asarray(values), np.full(len(values), row), "o", color=colour, alpha=0.7)
        ax.set_yticks(range(len(models)), list(models))
        ax.set(xlabel="mean relative error (%)", title=split, ylim=(len(models) - 0.5, -0.5))
        ax.set_xlim(left=0)
    axes[-1].tick_params(labelleft=len(axes) == 1)
    return axes

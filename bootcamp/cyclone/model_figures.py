"""Figures of trainings, and of what a split hides."""

import itertools
from collections.abc import Mapping, Sequence

from bootcamp import plots

import numpy as np
from matplotlib.axes import Axes

HOURS = (0.0, 0.75, 1.25, 1.75, 2.25, 3.0, 6.0, 12.0, 24.0, 48.0, 96.0)
"""Borders of the times apart over which `plot_likeness` takes medians."""


def plot_likeness(ax: Axes, likeness: np.ndarray, hours: np.ndarray, same: np.ndarray) -> Axes:
    """Median correlation of two frames of one storm against the hours between them, beside frames of two storms.

    The band holds the middle half of the pairs.

    Args:
        ax: where to draw.
        likeness: correlations (n, n).
        hours: between the frames (n, n).
        same: whether two frames show the same storm (n, n).
    """
    middles, quartiles = [], []
    for near, far in itertools.pairwise(HOURS):
        pairs = likeness[same & (hours > near) & (hours <= far)]
        if len(pairs):
            middles.append((max(near, 0.25) * far) ** 0.5)
            quartiles.append(np.quantile(pairs, (0.25, 0.5, 0.75)))
    low, median, high = np.array(quartiles).T
    ax.fill_between(middles, low, high, color=plots.COLOURS[0], alpha=0.2, linewidth=0)
    ax.plot(middles, median, "o-", color=plots.COLOURS[0], label="the same storm")
    low, median, high = np.quantile(likeness[~same], (0.25, 0.5, 0.75))
    ax.axhspan(low, high, color=plots.COLOURS[1], alpha=0.2, linewidth=0)
    ax.axhline(median, color=plots.COLOURS[1], label="two different storms")
    ax.set(xscale="log", xlabel="hours between two frames", ylabel="correlation", ylim=(-0.5, 1.0))
    ax.set_xticks([0.5, 1, 2, 5, 12, 24, 72], ["0.5", "1", "2", "5", "12", "24", "72"], minor=False)
    ax.tick_params(axis="x", which="minor", bottom=False)
    ax.legend(loc="lower left")
    return ax


def plot_accuracies(ax: Axes, histories: Mapping[str, Mapping[str, Sequence[float]]]) -> Axes:
    """Accuracy in percent after each epoch: training full, validation broken, one color per training.

    Args:
        ax: where to draw.
        histories: name -> history of Keras with `accuracy` and `val_accuracy`.
    """
    for (name, history), colour in zip(histories.items(), plots.COLOURS, strict=False):
        for key, line, part in (("accuracy", "-", "training"), ("val_accuracy", "--", "validation")):
            values = 100 * np.asarray(history[key])
            ax.plot(np.arange(1, len(values) + 1), values, line, color=colour, label=f"{name}, {part}")
    ax.set(xlabel="epoch", ylabel="top-1 accuracy in percent")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend(fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return ax


def plot_winds(ax: Axes, wind_kt: Sequence[float], expected_kt: Sequence[float], title: str = "") -> Axes:
    """Expected wind against the wind of the best track, one dot per frame, with the line on which both are equal."""
    ax.plot([0, 170], [0, 170], color="black", linewidth=0.8)
    ax.plot(wind_kt, expected_kt, "o", markersize=3, alpha=0.5, markeredgewidth=0)
    ax.set(xlim=(0, 170), ylim=(0, 170), aspect="equal", title=title)
    ax.set(xlabel="wind of the best track in kt", ylabel="expected wind in kt")
    return ax

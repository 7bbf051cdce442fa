"""Figures of trainings, and of what a split hides."""

import itertools
from collections.abc import Mapping, Sequence

from bootcamp import plots
from bootcamp.cyclone.intensity import CLASS_NAMES

import numpy as np
import pandas as pd
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


def plot_recalls(ax: Axes, recalls: Mapping[str, np.ndarray], counts: Sequence[int]) -> Axes:
    """Recall of each class in percent, one row per model; the columns name each class with its training frames.

    Args:
        ax: where to draw.
        recalls: name of a model -> recall of each class (8,) from 0 to 1, NaN for a class without a frame.
        counts: training frames of each class (8,).
    """
    table = 100 * np.array(list(recalls.values()))
    ax.imshow(table, cmap="Blues", vmin=0.0, vmax=100.0, aspect="auto")
    for row, column in np.ndindex(*table.shape):
        if np.isfinite(table[row, column]):
            colour = "white" if table[row, column] > 55 else "black"
            ax.text(column, row, f"{table[row, column]:.0f}", ha="center", va="center", color=colour, fontsize="small")
    names = [f"{name}\n{count}" for name, count in zip(CLASS_NAMES, counts, strict=True)]
    ax.set_xticks(np.arange(len(names)), names)
    ax.set_yticks(np.arange(len(recalls)), list(recalls))
    ax.set(xlabel="true class, with its training frames", title="recall in percent")
    ax.grid(False)
    return ax


def plot_imbalance(axes: Sequence[Axes], train: pd.DataFrame, later: pd.DataFrame) -> Sequence[Axes]:
    """Frames (left) and storms (right) of each class, training beside later seasons, on logarithmic axes.

    Args:
        axes: two.
        train: table of `label_images`.
        later: another one.
    """
    places = np.arange(len(CLASS_NAMES))
    for ax, what in zip(axes, ("frames", "storms"), strict=True):
        for shift, (name, some) in zip((-0.2, 0.2), {"training": train, "later seasons": later}.items(), strict=True):
            groups = some.groupby("label")["storm_id"]
            found = (groups.size() if what == "frames" else groups.nunique()).reindex(places, fill_value=0)
            bars = ax.bar(places + shift, found, 0.4, label=name)
            ax.bar_label(bars, fontsize="x-small")
        ax.set_xticks(places, CLASS_NAMES)
        ax.set(yscale="log", ylim=(0.7, 1500), xlabel="class", ylabel=f"{what} that show it")
        ax.grid(False, axis="x")
    axes[0].legend(fontsize="small")
    return axes

"""Figure style shared by all labs. Every function takes and returns the axes it draws on."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")
"""Okabe and Ito's set for colour-blind readers (https://jfly.uni-koeln.de/color/), strongest contrast first."""

LINE_STYLES = ("-", "--", "-.", ":")
"""One after the other, so that lines differ by more than their colour."""

SEQUENTIAL = "viridis"
DIVERGING = "RdBu_r"

STYLE = {
    "figure.dpi": 90,
    "figure.figsize": (6.4, 4.0),
    "figure.constrained_layout.use": True,
    "axes.prop_cycle": plt.cycler(color=COLOURS),
    "axes.grid": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.alpha": 0.3,
    "image.cmap": SEQUENTIAL,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
}


def use_style() -> None:
    """Use the figure style of the course in this kernel."""
    plt.rcParams.update(STYLE)


def loss_curves(ax: Axes, curves: Mapping[str, Sequence[float]], ylabel: str = "loss") -> Axes:
    """Draw one line per entry over the epochs, on a logarithmic axis. `curves`: label -> value after each epoch."""
    for place, (label, values) in enumerate(curves.items()):
        style = LINE_STYLES[place % len(LINE_STYLES)]
        ax.plot(np.arange(1, len(values) + 1), values, linestyle=style, label=label)
    ax.set(xlabel="epoch", ylabel=ylabel, yscale="log")
    ax.legend()
    return ax


def image(ax: Axes, pixels: np.ndarray, title: str = "", cmap: str = "gray", **options: float) -> AxesImage:
    """Show one image (height, width) or (height, width, 1 or 3) without ticks; returns the drawn image."""
    gray = pixels[..., 0] if pixels.ndim == 3 and pixels.shape[-1] == 1 else pixels
    shown = ax.imshow(gray, cmap=cmap, interpolation="nearest", **options)
    ax.set_title(title, fontsize="medium")
    ax.set(xticks=[], yticks=[])
    ax.grid(False)
    return shown


def image_row(axes: Sequence[Axes], images: np.ndarray, titles: Sequence[str]) -> Sequence[Axes]:
    """Show gray images (count, height, width[, 1]) with values from 0 to 1 side by side, all on the same limits."""
    for ax, pixels, title in zip(axes, images, titles, strict=True):
        image(ax, pixels, title, vmin=0.0, vmax=1.0)
    return axes


def signed_image(ax: Axes, field: np.ndarray, title: str = "", limit: float | None = None) -> AxesImage:
    """Show a signed field (height, width) with a diverging map centred on zero; `limit` is its largest magnitude."""
    bound = float(np.abs(field).max()) if limit is None else limit
    return image(ax, field, title, cmap=DIVERGING, vmin=-bound, vmax=bound)


def confusion_matrix(ax: Axes, matrix: np.ndarray, class_names: Sequence[str]) -> Axes:
    """Show counts (true class, predicted class): a row is a true class, colour is the share of its row."""
    share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    ax.imshow(share, cmap="Blues", vmin=0.0, vmax=1.0)
    for row, column in np.argwhere(matrix > 0):
        colour = "white" if share[row, column] > 0.5 else "black"
        ax.text(column, row, int(matrix[row, column]), ha="center", va="center", color=colour, fontsize="small")
    places = np.arange(len(class_names))
    ax.set_xticks(places, class_names, rotation=0 if max(map(len, class_names)) < 3 else 90)
    ax.set_yticks(places, class_names)
    ax.set(xlabel="predicted class", ylabel="true class")
    ax.grid(False)
    return ax

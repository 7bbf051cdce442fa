"""Figures of flows. Every function takes and returns the axes it draws on.

Velocities come as shares of the maximum of the inflow, velocity / inflow_velocity, with the shape (height, width, 2):
along the channel and upward. Places are in cells. The row index grows upward, so the first row is drawn at the bottom.
"""

from collections.abc import Mapping, Sequence

from bootcamp import plots

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colorbar import Colorbar
from matplotlib.colors import ListedColormap

OBJECT_COLOUR = "0.35"
SHARE = "velocity / inflow maximum"
COMPONENTS = ("along the channel, u", "upward, v")
"""Names of the last axis of a velocity."""
LINES = ("-", "--", "-.", ":")


def draw_object(ax: Axes, solid: np.ndarray) -> Axes:
    """Draw the cells of an object (height, width) over a map, and label the axes."""
    shown = np.ma.masked_where(~solid, np.ones(solid.shape))
    ax.imshow(shown, cmap=ListedColormap([OBJECT_COLOUR]), origin="lower", interpolation="nearest", zorder=3)
    ax.set(xlabel="x in cells", ylabel="y in cells")
    ax.grid(False)
    return ax


def _map(ax: Axes, field: np.ndarray, solid: np.ndarray, title: str, cmap: str, low: float, high: float) -> Axes:
    options = {"origin": "lower", "interpolation": "nearest", "cmap": cmap, "vmin": low, "vmax": high}
    ax.imshow(np.where(solid, np.nan, field), **options)
    ax.set_title(title, fontsize="medium")
    return draw_object(ax, solid)


def _largest(*fields: np.ndarray, solid: np.ndarray) -> float:
    """Largest magnitude in the fluid, over all fields (height, width) or (height, width, 2)."""
    return max(float(np.abs(field[~solid]).max()) for field in fields)


def add_colour_bar(axes: Axes | Sequence[Axes] | np.ndarray, label: str = SHARE, **options: float) -> Colorbar:
    """One colour bar for maps that share their limits: that of the first map."""
    drawn = list(np.atleast_1d(np.asarray(axes, dtype=object)).ravel())
    return drawn[0].figure.colorbar(drawn[0].images[0], ax=drawn, label=label, **{"shrink": 0.9, "pad": 0.02} | options)


def plot_streamlines(
    ax: Axes, velocity: np.ndarray, solid: np.ndarray, title: str = "", limit: float | None = None
) -> Axes:
    """Speed as a map and streamlines over it.

    Args:
        ax: where to draw.
        velocity: (height, width, 2), shares of the inflow maximum.
        solid: bool (height, width).
        title: above the map.
        limit: upper end of the map, the same for figures to compare; None for the largest speed.
    """
    speed = np.linalg.norm(velocity, axis=-1)
    high = _largest(speed, solid=solid) if limit is None else limit
    _map(ax, speed, solid, title, plots.SEQUENTIAL, 0.0, high)
    height, width = solid.shape
    u, v = np.moveaxis(np.where(solid[..., None], np.nan, velocity).astype(float), -1, 0)
    lines = {"color": "white", "linewidth": 0.7, "arrowsize": 0.6, "density": (1.0, 0.8)}
    ax.streamplot(np.arange(width), np.arange(height), u, v, **lines)
    ax.set(xlim=(-0.5, width - 0.5), ylim=(-0.5, height - 0.5))
    return ax


def plot_component(ax: Axes, field: np.ndarray, solid: np.ndarray, title: str = "", limit: float | None = None) -> Axes:
    """One signed field (height, width) on a diverging map centred on zero; `limit` is its largest magnitude."""
    bound = _largest(field, solid=solid) if limit is None else limit
    return _map(ax, field, solid, title, plots.DIVERGING, -bound, bound)


def plot_components(
    axes: Sequence[Axes], velocity: np.ndarray, solid: np.ndarray, limit: float | None = None
) -> Sequence[Axes]:
    """Both components of a velocity (height, width, 2) side by side, on the same limits centred on zero."""
    bound = _largest(velocity, solid=solid) if limit is None else limit
    for ax, field, name in zip(axes, np.moveaxis(velocity, -1, 0), COMPONENTS, strict=True):
        plot_component(ax, field, solid, name, bound)
    return axes


def plot_error(
    ax: Axes, predicted: np.ndarray, true: np.ndarray, solid: np.ndarray, title: str = "", limit: float | None = None
) -> Axes:
    """Length of predicted minus true velocity, from zero to `limit`, or to the largest error without one."""
    error = np.linalg.norm(predicted - true, axis=-1)
    high = _largest(error, solid=solid) if limit is None else limit
    return _map(ax, error, solid, title, plots.SEQUENTIAL, 0.0, high)


def plot_prediction(
    axes: Sequence[Sequence[Axes]], predicted: np.ndarray, true: np.ndarray, solid: np.ndarray
) -> Sequence[Sequence[Axes]]:
    """Both components (rows): truth, prediction and their difference (columns), with colour bars.

    All maps of a row have the same limits, so a difference as strong in colour as the truth is as large as the truth.

    Args:
        axes: two rows of three.
        predicted: (height, width, 2), shares of the inflow maximum.
        true: the same.
        solid: bool (height, width).
    """
    for component, row in enumerate(axes):
        truth, found = true[..., component], predicted[..., component]
        bound = _largest(truth, found, solid=solid)
        columns = {"truth": truth, "prediction": found, "prediction minus truth": found - truth}
        for ax, (name, field) in zip(row, columns.items(), strict=True):
            plot_component(ax, field, solid, "" if component else name, bound)
            ax.label_outer()
        row[0].set_ylabel(f"{COMPONENTS[component]}\n\ny in cells")
        add_colour_bar(row, f"{'uv'[component]} / inflow max.")
    return axes


def plot_cross_section(
    ax: Axes, velocities: Mapping[str, np.ndarray], solid: np.ndarray, column: int, component: int = 0
) -> Axes:
    """Profiles of one component over the height of the channel, one line per entry; rows in the object are gray.

    Args:
        ax: where to draw.
        velocities: label -> velocity (height, width, 2), shares of the inflow maximum.
        solid: bool (height, width).
        column: where to cut.
        component: 0 along the channel, 1 upward.
    """
    rows = np.arange(len(solid))
    for row in np.flatnonzero(solid[:, column]):
        ax.axhspan(row - 0.5, row + 0.5, color=OBJECT_COLOUR, alpha=0.25, linewidth=0)
    for (label, velocity), style in zip(velocities.items(), LINES * len(velocities), strict=False):
        ax.plot(np.where(solid[:, column], np.nan, velocity[:, column, component]), rows, style, label=label)
    ax.axvline(0.0, color="0.6", linewidth=0.8, zorder=0)
    ax.set(xlabel=f"{COMPONENTS[component]} / inflow maximum", ylabel="y in cells", title=f"column {column}")
    ax.set_ylim(-0.5, len(solid) - 0.5)
    ax.legend(fontsize="small")
    return ax


def plot_residuals(ax: Axes, histories: Mapping[str, np.ndarray], tolerance: float | None = None) -> Axes:
    """Residual over the steps of the solver on a logarithmic axis. `histories`: label -> `Flow.history` (n, 2)."""
    for label, history in histories.items():
        ax.plot(*history.T, label=label)
    if tolerance is not None:
        ax.axhline(tolerance, color="0.4", linestyle="--", linewidth=1, label="tolerance")
    ax.set(xlabel="step", ylabel="relative change of the velocity per step", yscale="log")
    ax.legend(fontsize="small")
    return ax


def plot_histograms(axes: Sequence[Axes], velocity: np.ndarray, solid: np.ndarray, bins: int = 80) -> Sequence[Axes]:
    """Share of the fluid cells over each component, negative values in another colour, on a logarithmic axis.

    Args:
        axes: two, with the same limits.
        velocity: (n, height, width, 2), shares of the inflow maximum.
        solid: bool (n, height, width).
        bins: over the whole range; zero is an edge.
    """
    bound = float(np.abs(velocity).max())
    edges = np.linspace(-bound, bound, 2 * (bins // 2) + 1)
    for ax, component, name in zip(axes, np.moveaxis(velocity, -1, 0), COMPONENTS, strict=True):
        shares = np.histogram(component[~solid], edges)[0] / (~solid).sum()
        colours = [plots.COLOURS[1] if edge < -1e-9 else plots.COLOURS[0] for edge in edges[:-1]]
        ax.bar(edges[:-1], shares, np.diff(edges), align="edge", color=colours)
        ax.set(yscale="log", ylim=(1e-6, 1), xlabel=f"{name} / inflow maximum", ylabel="share of the fluid cells")
    return axes


def plot_errors(ax: Axes, errors: Mapping[str, np.ndarray]) -> Axes:
    """Relative errors of single samples (n,), one row of points per entry, and their mean as a bar."""
    for row, values in enumerate(errors.values()):
        mean = values.mean()
        colour = plots.COLOURS[row % len(plots.COLOURS)]
        scatter = 0.25 * np.sin(np.arange(len(values)) * 2.4)  # so that points do not hide each other
        ax.plot(values, row + scatter, "o", markersize=3, alpha=0.5, color=colour)
        ax.plot([mean, mean], [row - 0.38, row + 0.38], color="black", linewidth=2, label=None if row else "mean")
    ax.set_yticks(range(len(errors)), list(errors))
    ax.set(xlabel="relative error of a sample", xlim=(0, None), ylim=(len(errors) - 0.5, -0.5))
    ax.legend(fontsize="small")
    return ax

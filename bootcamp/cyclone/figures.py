"""Figures of storms and frames. Every function takes and returns the axes it draws on.

Strength has one color scale in all of them, from light (no category) to dark (category 5).
"""

import math
from collections.abc import Mapping, Sequence

from bootcamp import plots
from bootcamp.cyclone.baselines import MAP_KM, ZERO_CELSIUS_K
from bootcamp.cyclone.geography import coasts
from bootcamp.cyclone.images import load_image
from bootcamp.cyclone.intensity import CLASS_NAMES, INTENSITY_CLASSES, wind_to_class

import matplotlib as mpl
import matplotlib.dates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colorbar import Colorbar
from matplotlib.image import AxesImage

CLASS_COLOURS = tuple(
    mpl.colors.to_hex(mpl.colormaps["magma_r"](place)) for place in np.linspace(0.12, 0.95, len(CLASS_NAMES))
)
COAST, UNKNOWN = "0.55", "0.8"


def pick_frames(frames: pd.DataFrame, each: int, random: np.random.Generator) -> pd.DataFrame:
    """`each` frames of every class, of different storms as far as there are that many, weakest class first.

    Args:
        frames: table of `label_images`.
        each: number of frames of every class; fewer where a class has no more.
        random: source of the draw.
    """
    chosen = []
    for label in sorted(frames["label"].unique()):
        some = frames[frames["label"] == label]
        some = some.iloc[random.permutation(len(some))]
        repeats = some.groupby("storm_id").cumcount()
        chosen.append(some.loc[repeats.sort_values(kind="stable").index].head(each))
    return pd.concat(chosen)


def plot_gallery(axes: np.ndarray, frames: pd.DataFrame, size: int = 128, patch: int = 84) -> np.ndarray:
    """Frames by class: a column for each class, in the order of `frames`.

    Args:
        axes: (rows, 8).
        frames: for example of `pick_frames`; a class may have fewer frames than there are rows.
        size: pixels after the reduction of the frame.
        patch: pixels of the part around the middle that is shown.

    Raises:
        ValueError: not eight columns, or more frames of a class than rows.
    """
    if axes.ndim != 2 or axes.shape[1] != len(CLASS_NAMES):
        raise ValueError(f"a gallery has {len(CLASS_NAMES)} columns of axes, not the shape {axes.shape}")
    if frames["label"].value_counts().max() > len(axes):
        raise ValueError(f"there are {len(axes)} rows for {frames['label'].value_counts().max()} frames of a class")
    for ax in axes.flat:
        ax.axis("off")
    for label, some in frames.groupby("label"):
        for row, frame in enumerate(some.itertuples()):
            plots.image(axes[row, label], load_image(frame.path, size, patch))
            axes[row, label].set_title(f"{frame.wind_kt:.0f} kt", fontsize="small", pad=2)
    for ax, entry in zip(axes[0], INTENSITY_CLASSES, strict=True):
        ax.set_title(f"{entry.name}\n{ax.get_title()}", fontsize="small", pad=2)
    return axes


def plot_temperature(ax: Axes, temperature_k: np.ndarray, title: str = "", limits: tuple = (-90.0, 30.0)) -> AxesImage:
    """A map of `temperature_map` in degrees Celsius around the middle of the frame, cold bright; gray where unknown."""
    high, wide = np.array(temperature_k.shape) * MAP_KM / 2
    shown = ax.imshow(
        temperature_k - ZERO_CELSIUS_K, cmap=f"{plots.SEQUENTIAL}_r", vmin=limits[0], vmax=limits[1],
        extent=(-wide, wide, -high, high), interpolation="nearest",
    )  # fmt: skip
    ax.set_facecolor(UNKNOWN)
    ax.set(xlabel="km east of the middle", ylabel="km north of the middle")
    ax.set_title(title, fontsize="medium")
    ax.grid(False)
    return shown


def draw_coasts(ax: Axes) -> Axes:
    """The course's coasts, in longitude and latitude; the limits of the axes stay as they are."""
    limits = ax.get_xlim(), ax.get_ylim()
    for outline in coasts():
        ax.plot(*np.vstack([outline, outline[:1]]).T, color=COAST, linewidth=0.7, zorder=0)
    ax.set(xlim=limits[0], ylim=limits[1])
    return ax


def plot_track(ax: Axes, fixes: pd.DataFrame, title: str = "", margin: float = 4.0) -> Axes:
    """Track of one storm: its fixes colored by class, crosses where it makes landfall.

    Args:
        ax: where to draw.
        fixes: best track of one storm.
        title: above the map.
        margin: degrees of the map beyond the track on every side.
    """
    lon = np.unwrap(fixes["lon"], period=360.0)
    lat = fixes["lat"].to_numpy()
    ax.plot(lon, lat, color="0.3", linewidth=0.8, zorder=1)
    known = fixes["wind_kt"].notna().to_numpy()
    labels = wind_to_class(fixes["wind_kt"].to_numpy()[known])
    for label in np.unique(labels):
        here = np.flatnonzero(known)[labels == label]
        style = {"s": 30, "color": CLASS_COLOURS[label], "edgecolor": "black", "linewidth": 0.4, "zorder": 2}
        ax.scatter(lon[here], lat[here], label=CLASS_NAMES[label], **style)
    landfall = (fixes["record"] == "L").to_numpy()
    if landfall.any():
        mark = {"marker": "x", "s": 60, "linewidth": 1.8, "color": plots.COLOURS[0], "zorder": 3}
        ax.scatter(lon[landfall], lat[landfall], label="landfall", **mark)
    ax.set(xlim=(lon.min() - margin, lon.max() + margin), ylim=(lat.min() - margin, lat.max() + margin))
    ax.set(xlabel="longitude in degrees east", ylabel="latitude in degrees north")
    ax.set_aspect(1 / math.cos(math.radians(float(np.clip(lat.mean(), -75, 75)))))
    ax.set_title(title, fontsize="medium")
    ax.legend(fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return draw_coasts(ax)


def draw_class_bands(ax: Axes, lowest_kt: float = 0.0, highest_kt: float = 165.0) -> Axes:
    """Bands of the eight classes behind a curve of wind over time, with their names at the right."""
    for entry, colour in zip(INTENSITY_CLASSES, CLASS_COLOURS, strict=True):
        low, high = max(entry.lower_kt, lowest_kt), min(entry.upper_kt, highest_kt)
        if low < high:
            ax.axhspan(low, high, color=colour, alpha=0.28, linewidth=0, zorder=0)
            ax.text(1.01, (low + high) / 2, entry.name, transform=ax.get_yaxis_transform(), va="center", size="small")
    ax.set(ylim=(lowest_kt, highest_kt), ylabel="wind in knots")
    ax.grid(False)
    return ax


def plot_intensity(ax: Axes, fixes: pd.DataFrame, title: str = "") -> Axes:
    """Wind of one storm at its fixes over time, on the bands of the classes; crosses at landfall."""
    ax.plot(fixes["time"], fixes["wind_kt"], "o-", color="black", markersize=3.5, linewidth=1.0, label="fix")
    landfall = fixes[fixes["record"] == "L"]
    if len(landfall):
        mark = {"markersize": 8, "markeredgewidth": 1.8, "color": plots.COLOURS[0], "label": "landfall"}
        ax.plot(landfall["time"], landfall["wind_kt"], "x", **mark)
    draw_class_bands(ax)
    format_days(ax)
    ax.set_title(title, fontsize="medium")
    ax.legend(fontsize="small", loc="upper left")
    return ax


def format_days(ax: Axes) -> Axes:
    """A time axis with the date at the days."""
    locator = mpl.dates.AutoDateLocator(minticks=3, maxticks=7)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mpl.dates.ConciseDateFormatter(locator))
    ax.set_xlabel("time (UTC)")
    return ax


def plot_class_counts(ax: Axes, labels: Mapping[str, Sequence[int]]) -> Axes:
    """Share of each class, one group of bars per class.

    Args:
        ax: where to draw.
        labels: name of a set -> its labels (n,); the sets may differ in size, so shares are drawn, with the counts in
            the legend.
    """
    width = 0.8 / len(labels)
    places = np.arange(len(CLASS_NAMES))
    for i, (name, some) in enumerate(labels.items()):
        counts = np.bincount(np.asarray(some, dtype=int), minlength=len(CLASS_NAMES))
        shares = 100 * counts / max(counts.sum(), 1)
        ax.bar(places + (i - (len(labels) - 1) / 2) * width, shares, width, label=f"{name} ({counts.sum()})")
    ax.set_xticks(places, CLASS_NAMES)
    ax.set(xlabel="class", ylabel="share in percent")
    ax.grid(False, axis="x")
    ax.legend(fontsize="small")
    return ax


def plot_by_class(ax: Axes, values: Sequence[float], labels: Sequence[int], label: str) -> Axes:
    """One box for each class with the 5, 25, 50, 75 and 95 % quantiles of a statistic: how far do classes overlap?

    Args:
        ax: where to draw.
        values: the statistic of each frame (n,).
        labels: class of each frame (n,).
        label: name and unit of the statistic.
    """
    values, labels = np.asarray(values, dtype=float), np.asarray(labels)
    groups = [values[labels == i] for i in range(len(CLASS_NAMES))]
    shown = [i for i, group in enumerate(groups) if len(group)]
    boxes = ax.boxplot(
        [groups[i] for i in shown], positions=shown, widths=0.6, whis=(5, 95), showfliers=False, patch_artist=True,
        medianprops={"color": plots.COLOURS[5], "linewidth": 2}, manage_ticks=False,
    )  # fmt: skip
    for box, i in zip(boxes["boxes"], shown, strict=True):
        box.set_facecolor(CLASS_COLOURS[i])
    ax.set_xticks(np.arange(len(CLASS_NAMES)), CLASS_NAMES)
    ax.set(xlabel="class", ylabel=label)
    ax.grid(False, axis="x")
    return ax


def add_temperature_bar(ax: Axes, shown: AxesImage) -> Colorbar:
    """Color bar of a map of `plot_temperature`."""
    return ax.figure.colorbar(shown, ax=ax, label="temperature in °C", shrink=0.9, pad=0.02)

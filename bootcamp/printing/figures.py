"""Figures of the lab: meshes and voxels as shaded pictures, sections, confusion tables, curves."""

from collections.abc import Mapping, Sequence
from typing import Any

from bootcamp import plots, runtime
from bootcamp.printing.archive import Parts
from bootcamp.printing.defects import DEFECTS
from bootcamp.printing.parts import FAMILIES
from bootcamp.printing.voxels import BUILD_MM

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

LIGHT = np.array([0.35, -0.5, 0.8]) / np.linalg.norm([0.35, -0.5, 0.8])
STEEL = np.array([0.55, 0.68, 0.80])


def draw_mesh(ax: Any, mesh: Any, title: str = "", azimuth: float = -60.0, elevation: float = 25.0) -> Any:
    """Draw a trimesh in the build space on three-dimensional axes, lit from above.

    Args:
        ax: made with `projection="3d"`.
        mesh: trimesh in mm.
        title: above it.
        azimuth: of the view, in degrees.
        elevation: of the view, in degrees.
    """
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection

    light = 0.45 + 0.55 * np.clip(mesh.face_normals @ LIGHT, 0.0, 1.0)
    colours = np.clip(light[:, None] * STEEL * 1.2, 0.0, 1.0)
    ax.add_collection3d(Poly3DCollection(mesh.triangles, facecolors=colours, edgecolors=colours, linewidths=0.4))
    ax.set(xlim=(0, BUILD_MM), ylim=(0, BUILD_MM), zlim=(0, BUILD_MM))
    ax.set_box_aspect((1, 1, 1), zoom=1.25)
    ax.view_init(elevation, azimuth)
    ax.set_axis_off()
    ax.set_title(title, fontsize="medium", y=0.95)
    return ax


def turntable(mesh: Any, live: bool | None = None) -> None:
    """Show a mesh, with a slider that turns it; without the slider where progress bars are off, as in stored runs."""

    def show(azimuth: float) -> None:
        _, ax = plt.subplots(figsize=(4.2, 4.2), subplot_kw={"projection": "3d"})
        draw_mesh(ax, mesh, azimuth=azimuth)
        plt.show()

    if not (runtime.progress_enabled() if live is None else live):
        show(-60.0)
        return
    import ipywidgets
    from IPython.display import display

    control = ipywidgets.FloatSlider(
        value=-60.0, min=-180.0, max=180.0, step=5.0, description="azimuth in degrees", continuous_update=False
    )
    display(ipywidgets.interactive(show, azimuth=control))


def shaded(solid: np.ndarray, axis: int = 2) -> np.ndarray:
    """Picture (side, side) of voxels seen along an axis from its far end: 0 dark to 1 bright, NaN where one sees past.

    What is seen of each ray is its last solid voxel; its brightness comes from the slope of that depth.
    """
    seen = np.moveaxis(solid, axis, 2)
    depth = np.where(seen.any(axis=2), seen.shape[2] - 1 - seen[..., ::-1].argmax(axis=2), np.nan)
    slope_x, slope_y = np.gradient(np.where(np.isnan(depth), np.nanmin(depth), depth).astype(float))
    normals = np.stack([-slope_x, -slope_y, np.ones_like(slope_x)], axis=-1)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    height = depth / seen.shape[2]
    return np.where(np.isnan(depth), np.nan, 0.25 + 0.5 * np.clip(normals @ LIGHT, 0, 1) + 0.25 * height)


def draw_solid(ax: Axes, solid: np.ndarray, title: str = "", axis: int = 2) -> Axes:
    """Draw voxels (side, side, side) as they look along an axis."""
    ax.imshow(shaded(solid, axis).T, cmap="bone", vmin=0.0, vmax=1.1, origin="lower", interpolation="nearest")
    ax.set_title(title, fontsize="medium")
    ax.set_axis_off()
    return ax


def draw_voxels(ax: Axes, layer: np.ndarray, title: str = "") -> Axes:
    """Draw one layer of voxels (side, side), axes in mm."""
    extent = (0.0, BUILD_MM, 0.0, BUILD_MM)
    ax.imshow(layer.T, cmap="Blues", vmin=0.0, vmax=1.3, origin="lower", extent=extent, interpolation="nearest")
    ax.set_title(title, fontsize="medium")
    ax.grid(False)
    return ax


def draw_solids(solids: Sequence[np.ndarray], titles: Sequence[str], columns: int, axes: Sequence[int] = ()) -> Any:
    """Draw voxels (side, side, side) in rows, each seen along its axis, 2 where none is given; returns the figure."""
    rows = -(-len(solids) // columns)
    figure, places = plt.subplots(rows, columns, figsize=(1.4 * columns, 1.7 * rows), squeeze=False)
    for place in places.flat:
        place.set_axis_off()
    for place, solid, title, axis in zip(places.flat, solids, titles, axes or [2] * len(solids), strict=False):
        draw_solid(place, solid, title, axis)
    return figure


def draw_parts(parts: Parts, numbers: Sequence[int], columns: int) -> Any:
    """Draw some parts of a data set with family and defect, each seen along its hole; returns the figure."""
    titles = [f"{FAMILIES[parts.family[n]]}\n{DEFECTS[parts.defect[n]]}" for n in numbers]
    axes = [int(np.abs(parts.axis[n]).argmax()) if parts.defect[n] else 2 for n in numbers]
    return draw_solids(list(parts.solids(np.asarray(numbers))), titles, columns, axes)


def plot_verdicts(ax: Axes, measured: Mapping[str, np.ndarray], limit: float, label: str) -> Axes:
    """Draw for each kind of part what the rule measured, one point for each part, and the limit.

    Args:
        ax: where to draw.
        measured: kind of part -> values (n,), 0 or more.
        limit: between the kinds.
        label: of the axis, with its unit.
    """
    random = np.random.default_rng(0)
    for row, (name, values) in enumerate(measured.items()):
        heights = row + random.uniform(-0.25, 0.25, len(values))
        ax.plot(1.0 + np.asarray(values), heights, "o", markersize=3, alpha=0.6, label=name)
    ax.axvline(1.0 + limit, color="black", linestyle="--")
    ax.set_yticks(range(len(measured)), measured)
    ax.set(xscale="log", xlabel=label)
    return ax


def plot_roc(ax: Axes, curves: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Axes:
    """Draw curves name -> (false alarms, found), both shares of 0 to 1 of parts that are, or are not, printable."""
    for name, (false_alarms, found) in curves.items():
        ax.plot(false_alarms, found, label=name)
    ax.plot([0, 1], [0, 1], color="gray", linewidth=1, linestyle=":")
    ax.set(xlabel="good parts refused, share", ylabel="bad parts found, share", xlim=(-0.02, 1), ylim=(0, 1.02))
    ax.legend(loc="lower right")
    return ax


def plot_confusion(ax: Axes, matrix: np.ndarray, title: str = "") -> Axes:
    """Draw counts (true, predicted) of bad and good parts."""
    plots.confusion_matrix(ax, matrix, ("bad", "good"))
    ax.set_xticks([0, 1], ["refused", "accepted"], rotation=0)
    ax.set(xlabel="what is said", ylabel="what the part is", title=title)
    return ax

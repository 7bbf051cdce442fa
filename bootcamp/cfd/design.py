"""From the parameters of an object to its signed distance, its forces, and their gradient; every Keras backend.

Objects are given as arrays of designs, one row each, so that several starts are computed at once. Lengths are in cells,
with the centre of the first cell at (0, 0); angles in radians, counter-clockwise.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bootcamp import runtime
from bootcamp.cfd import flows, lattice, models, obstacles

import numpy as np

VARIABLES = ("x", "y", "stretch", "angle")
"""Columns of a design: centre in cells; stretch, half the logarithm of half length over half width; angle."""
CORNERS = 64
"""Corners of an outline: the chords of an ellipse as large as the largest of the data set are 0.03 cells off."""
Function = Callable[[Any], Any]


# ---------------------------------------------------------------------------------------- shape to input


def half_axes(area: float, stretch: Any) -> tuple[Any, Any]:
    """Half length and half width of an ellipse: their product is area / pi whatever the stretch.

    >>> half_axes(math.pi * 100, 0.0)
    (10.0, 10.0)
    """
    from keras import ops

    radius = math.sqrt(area / math.pi)
    exp = math.exp if isinstance(stretch, float) else ops.exp
    return radius * exp(stretch), radius * exp(-stretch)


def ellipse_outline(designs: Any, area: float, corners: int = CORNERS) -> Any:
    """Outlines (n, corners, 2) of ellipses of one area, counter-clockwise, from designs (n, 4); see `VARIABLES`."""
    from keras import ops

    turn = ops.convert_to_tensor((2 * math.pi * np.arange(corners) / corners).astype(np.float32))
    x, y, stretch, angle = (designs[:, n : n + 1] for n in range(4))
    half_length, half_width = half_axes(area, stretch)
    along, across = half_length * ops.cos(turn), half_width * ops.sin(turn)
    c, s = ops.cos(angle), ops.sin(angle)
    return ops.stack([x + c * along - s * across, y + s * along + c * across], axis=-1)


def outline_distance(outline: Any, height: int, width: int) -> Any:
    """Signed distance of each cell centre to convex outlines in cells, negative inside: (n, height, width).

    Only the nearest corner is searched; it has no gradient. The distance to the two edges that meet there has one. So
    the outline needs many corners, evenly spread.

    Args:
        outline: corners (n, k, 2), counter-clockwise, (x, y) in cells.
        height: of the grid, in cells.
        width: of the grid, in cells.
    """
    from keras import ops

    y, x = np.mgrid[:height, :width].astype(np.float32)
    cells = ops.convert_to_tensor(np.stack([x, y], axis=-1).reshape(1, -1, 2))
    fixed = ops.stop_gradient(outline)
    # |p - c|^2 without |p|^2, which is the same for all corners
    apart = ops.sum(fixed**2, axis=-1)[:, None] - 2 * ops.matmul(cells, ops.transpose(fixed, (0, 2, 1)))
    before, corner, after = _neighbours(outline, ops.argmin(apart, axis=-1))
    first, second = _to_edge(cells, before, corner), _to_edge(cells, corner, after)
    size = ops.sqrt(ops.minimum(first[0], second[0]) + 1e-12)
    inside = ops.logical_and(first[1] > 0, second[1] > 0)
    return ops.reshape(ops.where(inside, -size, size), (-1, height, width))


def _neighbours(outline: Any, nearest: Any) -> tuple[Any, Any, Any]:
    """The corners before, at and after the corners with the numbers `nearest` (n, cells), each (n, cells, 2)."""
    from keras import ops

    count, corners = outline.shape[:2]
    three = ops.concatenate([ops.roll(outline, shift, axis=1) for shift in (1, 0, -1)], axis=-1)
    rows = ops.cast(nearest, "int32") + ops.convert_to_tensor(corners * np.arange(count, dtype=np.int32)[:, None])
    picked = ops.take(ops.reshape(three, (-1, 6)), rows, axis=0)
    return picked[..., :2], picked[..., 2:4], picked[..., 4:]


def _to_edge(cells: Any, start: Any, end: Any) -> tuple[Any, Any]:
    """Squared distance to the edge, and on which side of it a cell lies: positive on the left, the inside."""
    from keras import ops

    edge, offset = end - start, cells - start
    along = ops.clip(ops.sum(edge * offset, -1) / ops.sum(edge * edge, -1), 0.0, 1.0)
    left = edge[..., 0] * offset[..., 1] - edge[..., 1] * offset[..., 0]
    return ops.sum((offset - along[..., None] * edge) ** 2, axis=-1), left


def network_input(distance: Any) -> Any:
    """Signed distance in cells (n, height, width) as networks get it, (n, height, width, 1); differentiable.

    The same as `models.scaled_distance`, in the operations of Keras.
    """
    from keras import ops

    largest = models.LARGEST_DISTANCE
    return ops.clip(distance / distance.shape[1], -largest, largest)[..., None]


def ellipse_input(designs: Any, area: float, height: int, width: int) -> Any:
    """Network input (n, height, width, 1) of ellipses of one area from designs (n, 4)."""
    return network_input(outline_distance(ellipse_outline(designs, area), height, width))


def design_solid(design: Sequence[float], area: float, height: int, width: int) -> np.ndarray:
    """The cells of one design (4,) for the solver: bool (height, width)."""
    x, y, stretch, angle = (float(value) for value in design)
    return obstacles.ellipse(x, y, *half_axes(area, stretch), angle).solid(height, width)


def block_means(x: Any, size: int = 4) -> Any:
    """Means over blocks of size x size cells: (n, height, width, 1) to (n, height / size, width / size, 1).

    Raises:
        ValueError: height or width is no multiple of the size.
    """
    from keras import ops

    _, height, width, _ = x.shape
    if height % size or width % size:
        raise ValueError(f"height and width are multiples of {size}, not {height} and {width}")
    blocks = ops.reshape(x, (-1, height // size, size, width // size, size, 1))
    return ops.mean(blocks, axis=(2, 4))


# ------------------------------------------------------------------------------------ gradient and descent


def value_and_gradient(function: Function, parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values (n,) of a function of designs, and the gradient (n, k) of each value; on every backend of Keras.

    Args:
        function: designs (n, k) -> (n,) in operations of Keras; each value depends on its own row only.
        parameters: the designs (n, k).

    Raises:
        ValueError: not two dimensions, a value that is not finite, or a Keras backend without gradients here.
    """
    parameters = np.asarray(parameters, np.float32)
    if parameters.ndim != 2 or not np.isfinite(parameters).all():
        raise ValueError(f"parameters are finite and have the shape (n, k), not {parameters.shape}")
    return runtime.value_and_gradient(function, parameters)


def finite_differences(function: Function, parameters: np.ndarray, steps: Sequence[float]) -> np.ndarray:
    """Central differences (n, k) of a function of designs (n, k), with one step for each column."""
    import keras

    def value(change: np.ndarray) -> np.ndarray:
        return keras.ops.convert_to_numpy(function(keras.ops.convert_to_tensor(parameters + change, "float32")))

    changes = np.diag(np.asarray(steps, np.float32))
    return np.stack([(value(c) - value(-c)) / (2 * c.sum()) for c in changes], axis=-1)


def descend(
    function: Function,
    starts: np.ndarray,
    lowest: Sequence[float],
    highest: Sequence[float],
    *,
    steps: int = 60,
    step_size: float = 0.1,
) -> tuple[np.ndarray, np.ndarray]:
    """Gradient descent inside a box; returns all designs (steps + 1, n, k) and their values (steps + 1, n).

    In units of half the width of the box, each step has the length `step_size` at first, and falls to zero linearly;
    only its direction comes from the gradient. What leaves the box is put back onto its edge.

    Raises:
        ValueError: a start outside of the box, or fewer than one step.
    """
    low, high = np.asarray(lowest, np.float32), np.asarray(highest, np.float32)
    designs = np.asarray(starts, np.float32)
    if steps < 1 or not (low < high).all() or not ((designs >= low) & (designs <= high)).all():
        raise ValueError(f"descent needs a step and starts from {low} to {high}, not {steps} steps from {designs}")
    unit, path, values = (high - low) / 2, [designs], []
    for number in runtime.progress(range(steps), "descent"):
        value, gradient = value_and_gradient(function, designs)
        slope = gradient * unit
        slope /= np.linalg.norm(slope, axis=-1, keepdims=True) + 1e-12
        designs = np.clip(designs - step_size * (1 - number / steps) * unit * slope, low, high)
        path.append(designs)
        values.append(value)
    values.append(value_and_gradient(function, designs)[0])
    return np.stack(path), np.stack(values)


# -------------------------------------------------------------------------------------- with the solver


@dataclass(frozen=True)
class Checked:
    """What the solver says of designs: solid bool (n, height, width), velocity, drag and lift as in `flows.Flows`."""

    solid: np.ndarray
    velocity: np.ndarray
    drag: np.ndarray
    lift: np.ndarray


def check_with_solver(designs: np.ndarray, area: float, height: int, width: int) -> Checked:
    """Steady flows around designs (n, 4), at the Reynolds number, inflow and tolerance of the data set."""
    solid = np.stack([design_solid(design, area, height, width) for design in designs])
    options = {"inflow_velocity": flows.INFLOW_VELOCITY, "tolerance": flows.TOLERANCE, "max_steps": flows.MAX_STEPS}
    found = [
        lattice.solve_steady_flow(one, reynolds=flows.REYNOLDS, **options) for one in runtime.progress(solid, "solver")
    ]
    forces = np.array([(flow.drag, flow.lift) for flow in found])
    return Checked(solid, np.stack([flow.velocity for flow in found]), *forces.T)


def gain_table(predicted: tuple[np.ndarray, np.ndarray], solved: tuple[np.ndarray, np.ndarray]) -> Any:
    """Table (pandas DataFrame) with one row per start: value before and after, gain, and share of it that is confirmed.

    The gain is before minus after, for the network and for the solver; confirmed is the solver's over the network's.

    Args:
        predicted: values before and after, (n,) each, by the network.
        solved: the same by the solver.
    """
    import pandas as pd

    gains = [before - after for before, after in (predicted, solved)]
    names = [f"{who} {when}" for who in ("network", "solver") for when in ("before", "after")]
    table = pd.DataFrame(dict(zip(names, (*predicted, *solved), strict=True)))
    return table.assign(**{"predicted gain": gains[0], "solver's gain": gains[1], "confirmed": gains[1] / gains[0]})

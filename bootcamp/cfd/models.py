"""Networks that predict a flow from the shape of the object, and how shapes and flows enter and leave them.

Every network has one input, the shape (batch, height, width, 1) from `model_inputs`, and one output, the velocity
(batch, height, width, 2) in units of the maximum inflow velocity, along the channel and upward. The functions work
with every Keras backend, on Keras symbols and on arrays.
"""

from collections.abc import Sequence
from typing import Any

from bootcamp.cfd import obstacles

import numpy as np

LARGEST_DISTANCE = 0.5
"""Signed distances enter a network in channel heights, clipped to this magnitude: nothing is gained by knowing whether
an object is one or two channel heights away, and an empty channel gets a finite number."""


# ------------------------------------------------------------------------------------------ inputs and outputs


def model_inputs(solid: np.ndarray) -> np.ndarray:
    """Input of every network: the scaled signed distance to each object, float32 (n, height, width, 1).

    A network built with `signed_distance=False` reduces it to a binary mask.

    Args:
        solid: bool (n, height, width).

    Raises:
        ValueError: not bool, or not three dimensions.
    """
    solid = np.asarray(solid)
    if solid.dtype != bool or solid.ndim != 3:
        raise ValueError(f"solid is bool (n, height, width), not {solid.dtype} {solid.shape}")
    return scaled_distance(obstacles.signed_distance(solid))[..., None]


def scaled_distance(distance: np.ndarray) -> np.ndarray:
    """Signed distance in cells (..., height, width) as networks get it: in channel heights, clipped; float32.

    This is the only place where inputs are scaled.

    >>> scaled_distance(np.array([[8.0, -1.0]] * 4)).tolist()[0]
    [0.5, -0.25]
    """
    distance = np.asarray(distance, dtype=np.float32)
    return np.clip(distance / distance.shape[-2], -LARGEST_DISTANCE, LARGEST_DISTANCE)


def model_targets(velocity: np.ndarray, inflow_velocity: float) -> np.ndarray:
    """Velocity (n, height, width, 2) in units of the maximum inflow velocity, as the networks learn it; float32.

    Raises:
        ValueError: another shape, or an inflow velocity that is not positive.
    """
    velocity = np.asarray(velocity)
    if velocity.ndim != 4 or velocity.shape[-1] != 2:
        raise ValueError(f"velocity is (n, height, width, 2), not {velocity.shape}")
    if not inflow_velocity > 0:
        raise ValueError(f"inflow_velocity is positive, not {inflow_velocity!r}")
    return (velocity / inflow_velocity).astype(np.float32)


def with_mirror_images(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Samples followed by their mirror images: twice the data without one more run of the solver.

    The channel is symmetric, so the flow around an object turned upside down is the flow turned upside down: rows in
    reverse order, upward velocity with the other sign.

    Args:
        x: shapes (n, height, width, 1).
        y: velocities (n, height, width, 2).

    Raises:
        ValueError: the shapes do not fit together.
    """
    if x.ndim != 4 or y.shape != (*x.shape[:3], 2):
        raise ValueError(f"x is (n, height, width, 1) and y (n, height, width, 2), not {x.shape} and {y.shape}")
    turned = y[:, ::-1] * np.array([1, -1], y.dtype)
    return np.concatenate([x, x[:, ::-1]]), np.concatenate([y, turned])


def channel_profile(height: int) -> np.ndarray:
    """Velocity of the empty channel in units of its maximum: float32 (height, 1, 2), the parabola 1 - eta^2 and 0.

    eta runs from -1 to 1 between the walls, which lie half a cell outside of the first and last row of centres.

    >>> channel_profile(4)[:, 0, 0].tolist()
    [0.4375, 0.9375, 0.9375, 0.4375]
    """
    eta = (2 * np.arange(height) + 1) / height - 1
    return np.stack([1 - eta**2, np.zeros(height)], axis=-1).astype(np.float32)[:, None]


def with_coordinates(x: Any) -> Any:
    """Shape (batch, height, width, 1) with four more channels: where there is fluid, x, y, and the channel profile.

    Lengths are in channel heights, x from the inlet, y from the axis. A convolution does the same everywhere; these
    channels tell it where it is: near a wall, before or behind the object.
    """
    from keras import ops

    height, width = x.shape[1:3]
    y_axis, x_axis = np.mgrid[:height, :width]
    places = np.stack([(x_axis + 0.5) / height, (y_axis + 0.5) / height - 0.5], axis=-1)
    profile = np.broadcast_to(channel_profile(height)[..., :1], (height, width, 1))
    known = np.concatenate([places, profile], axis=-1).astype(np.float32)
    return ops.concatenate([x, fluid_cells(x), ops.add(ops.zeros_like(x), known)], axis=-1)


def fluid_cells(x: Any) -> Any:
    """1 where a shape from `model_inputs` has fluid, 0 inside the object: (batch, height, width, 1)."""
    from keras import ops

    return ops.cast(ops.greater(x, 0.0), "float32")


def masked(velocity: Any, x: Any) -> Any:
    """Velocity (batch, height, width, 2), zero inside the object of the shape x (batch, height, width, 1)."""
    return velocity * fluid_cells(x)


def completed(change: Any, x: Any) -> Any:
    """Velocity from the change that the object makes: the channel profile is added, the object masked.

    Args:
        change: what a network predicts, (batch, height, width, 2).
        x: its shape input, (batch, height, width, 1).
    """
    from keras import ops

    return masked(ops.add(change, channel_profile(x.shape[1])), x)


# ------------------------------------------------------------------------------------------------ parts


def concatenated_elu(x: Any) -> Any:
    """ELU of x and of -x side by side: twice the channels, and no sign is lost.

    Sources: Shang et al. 2016, https://doi.org/10.48550/arXiv.1603.05201; with ELU in Salimans et al. 2017,
    https://doi.org/10.48550/arXiv.1701.05517.
    """
    from keras import ops

    return ops.concatenate([ops.elu(x), ops.elu(-x)], axis=-1)


def gate(x: Any) -> Any:
    """Product a * sigmoid(b), where a and b are the first and the second half of the channels of x.

    Source: van den Oord et al. 2016, https://doi.org/10.48550/arXiv.1606.05328.
    """
    from keras import ops

    a, b = ops.split(x, 2, axis=-1)
    return a * ops.sigmoid(b)


def residual_block(
    x: Any, filters: int, *, strides: int = 1, skip: Any = None, gated: bool = True, dropout: float = 0.0
) -> Any:
    """Block y = x + F(x) of the U-Net; with `strides` 2 it halves height and width.

    F: concatenated ELU, 3x3 convolution, the skip added through a 1x1 convolution, concatenated ELU, dropout, 3x3
    convolution, gate. x is averaged over 2x2 cells or projected by a 1x1 convolution where F changes the shape.

    Args:
        x: (batch, height, width, channels).
        filters: channels of y.
        strides: 1 or 2.
        skip: output of the way down with the height and width of y, or None.
        gated: whether F ends with a gate.
        dropout: share of the values that are dropped in training.
    """
    from keras import layers

    f = layers.Conv2D(filters, 3, strides=strides, padding="same")(concatenated_elu(x))
    if skip is not None:
        f = f + layers.Conv2D(filters, 1)(concatenated_elu(skip))
    f = layers.Dropout(dropout)(concatenated_elu(f))
    f = layers.Conv2D(2 * filters if gated else filters, 3, padding="same")(f)
    f = gate(f) if gated else f
    if strides > 1:
        x = layers.AveragePooling2D(strides)(x)
    if x.shape[-1] != filters:
        x = layers.Conv2D(filters, 1)(x)
    return x + f


# ---------------------------------------------------------------------------------------------- networks


def fully_connected(
    height: int,
    width: int,
    *,
    hidden_layers: int = 2,
    units: int = 256,
    signed_distance: bool = True,
    activation: str = "elu",
    output_activation: str | None = None,
    complete: bool = True,
) -> Any:
    """Dense network from all cells of the shape to both components in all cells.

    Args:
        height: of the grid, in cells.
        width: of the grid, in cells.
        hidden_layers: dense layers before the output layer: 2 for the network of 3 layers, 4 for that of 5.
        units: of each hidden layer.
        signed_distance: see the signed distance, or only a binary mask.
        activation: of the hidden layers.
        output_activation: of the output layer; velocities have both signs, so anything but None is a mistake.
        complete: predict the change of the channel profile and mask the object, see `completed`.

    Raises:
        ValueError: a number that is no positive integer.
    """
    import keras
    from keras import layers

    _check_counts(height=height, width=width, hidden_layers=hidden_layers, units=units)
    inputs = keras.Input((height, width, 1))
    h = layers.Flatten()(_seen(inputs, signed_distance))
    for _ in range(hidden_layers):
        h = layers.Dense(units, activation)(h)
    h = layers.Dense(height * width * 2, output_activation, **_last(complete))(h)
    return _finished(inputs, layers.Reshape((height, width, 2))(h), complete, f"fully_connected_{hidden_layers + 1}")


def convolutional(
    height: int,
    width: int,
    *,
    filters: tuple[int, int] = (64, 256),
    units: int = 512,
    decoder_filters: Sequence[int] = (128, 64, 32),
    signed_distance: bool = True,
    activation: str = "elu",
    complete: bool = True,
) -> Any:
    """Encoder and two decoders, one for each component, after Guo et al. 2016.

    The encoder cuts the shape into patches of 8x8 cells, those into patches of 4x4, and ends with a dense layer. Each
    decoder goes back by transposed convolutions. The original has patches of 16x16 and 4x4 on 128x256 cells.
    Source: Guo, Li, Iorio 2016, https://doi.org/10.1145/2939672.2939738.

    Args:
        height: of the grid, a multiple of 32 cells.
        width: of the grid, a multiple of 32 cells.
        filters: of the two convolutions of the encoder.
        units: of the dense layer, a multiple of the height * width / 1024 cells that a decoder starts from.
        decoder_filters: of the transposed convolutions before the last.
        signed_distance: see the signed distance, or only a binary mask.
        activation: of all layers but the last.
        complete: predict the change of the channel profile and mask the object, see `completed`.

    Raises:
        ValueError: a number that is no positive integer, or no multiple where one is needed.
    """
    import keras
    from keras import layers

    cells = _check_divisible(height, width, 32)
    _check_counts(filters=filters, units=units, decoder_filters=decoder_filters)
    if units % cells or len(decoder_filters) != 3:
        raise ValueError(
            f"units is a multiple of {cells} and decoder_filters are three, not {units} and {decoder_filters}"
        )
    inputs = keras.Input((height, width, 1))
    h = layers.Conv2D(filters[0], 8, strides=8, activation=activation)(_seen(inputs, signed_distance))
    h = layers.Conv2D(filters[1], 4, strides=4, activation=activation)(h)
    h = layers.Dense(units, activation)(layers.Flatten()(h))
    h = layers.Reshape((height // 32, width // 32, units // cells))(h)
    components = [_decoder(h, decoder_filters, activation, complete) for _ in range(2)]
    return _finished(inputs, layers.Concatenate()(components), complete, "convolutional")


def _decoder(h: Any, filters: Sequence[int], activation: str, complete: bool) -> Any:
    """One component (batch, height, width, 1) from the code (batch, height / 32, width / 32, channels)."""
    from keras import layers

    for count, strides in zip(filters, (4, 2, 2), strict=True):
        h = layers.Conv2DTranspose(count, strides, strides=strides, activation=activation)(h)
    return layers.Conv2DTranspose(1, 2, strides=2, **_last(complete))(h)


def u_net(
    height: int,
    width: int,
    *,
    filters: Sequence[int] = (16, 32, 64),
    gated: bool = True,
    signed_distance: bool = True,
    dropout: float = 0.0,
    stem_strides: int = 4,
    complete: bool = True,
) -> Any:
    """U-Net of residual blocks: down to a coarse grid and up again, with skips between grids of equal size.

    After the stem, every further number in `filters` is a block that halves height and width and a block that keeps
    them; on the way up each is a transposed convolution and a block that also receives the skip. After Hennigh 2017,
    https://doi.org/10.48550/arXiv.1705.09036, whose network is `filters=(8, 16, 32, 64, 128), stem_strides=1`. The
    default is made for a laptop: most of the time goes into the two finest grids, and there one convolution with
    stride 4 takes the place of the blocks. Either way the coarsest grid has a sixteenth of the height.

    Args:
        height: of the grid, a multiple of stem_strides * 2 ** (len(filters) - 1).
        width: of the grid, likewise.
        filters: of the grids, finest first.
        gated: whether blocks end with a gate, see `residual_block`.
        signed_distance: see the signed distance, or only a binary mask.
        dropout: share of the values that are dropped in training inside each block.
        stem_strides: of the first convolution; the last one, transposed, undoes it.
        complete: predict the change of the channel profile and mask the object, see `completed`.

    Raises:
        ValueError: a number that is no positive integer or no multiple where one is needed, or a dropout below 0 or
            not below 1.
    """
    import keras
    from keras import layers

    _check_counts(filters=filters, stem_strides=stem_strides)
    _check_divisible(height, width, stem_strides * 2 ** (len(filters) - 1))
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout is at least 0 and less than 1, not {dropout!r}")
    options = {"gated": gated, "dropout": dropout}
    inputs = keras.Input((height, width, 1))
    h = with_coordinates(_seen(inputs, signed_distance))
    h = layers.Conv2D(filters[0], _kernel_size(stem_strides), strides=stem_strides, padding="same")(h)
    skips = [residual_block(h, filters[0], **options)]
    for count in filters[1:]:
        h = residual_block(skips[-1], count, strides=2, **options)
        skips.append(residual_block(h, count, **options))
    h = skips.pop()
    for count, skip in zip(filters[-2::-1], reversed(skips), strict=True):
        h = layers.Conv2DTranspose(count, 2, strides=2)(h)
        h = residual_block(h, count, skip=skip, **options)
    h = _to_cells(concatenated_elu(h), stem_strides, complete)
    return _finished(inputs, h, complete, "gated_u_net" if gated else "u_net")


def _seen(inputs: Any, signed_distance: bool) -> Any:
    return inputs if signed_distance else fluid_cells(inputs)


def _to_cells(h: Any, strides: int, complete: bool) -> Any:
    """Two components in every cell, by a transposed convolution that undoes the strides of the stem."""
    from keras import layers

    return layers.Conv2DTranspose(2, _kernel_size(strides), strides=strides, padding="same", **_last(complete))(h)


def _kernel_size(strides: int) -> int:
    """Kernels that overlap with their neighbors, so that no seams show between patches."""
    return max(3, 2 * strides)


def _last(complete: bool) -> dict[str, str]:
    """Options of the output layer: at zero, a network that predicts a change starts as the empty channel."""
    return {"kernel_initializer": "zeros"} if complete else {}


def _finished(inputs: Any, outputs: Any, complete: bool, name: str) -> Any:
    import keras

    return keras.Model(inputs, completed(outputs, inputs) if complete else outputs, name=name)


WALL_ROWS, WALL_CELLS = 6, 8
"""Rows at each wall that forces are read from, and the cells along the channel that are averaged."""


def force_network(height: int, width: int) -> Any:
    """Linear network from a velocity (batch, height, width, 2) to drag and lift coefficients (batch, 2).

    What the object feels, the channel feels with the opposite sign: pressure and friction on the walls and the momentum
    through inlet and outlet balance the force. At a wall the pressure gradient is viscosity times the curvature of the
    velocity profile, so friction and pressure are both linear in the velocity next to the walls. Drag is read from
    the sum of floor and ceiling and from the momentum through both ends, lift from the difference: drag stays and lift
    changes sign when the channel is turned upside down. The weights are fitted by `fit_force_network`.

    Args:
        height: of the grid, at least 12 cells.
        width: of the grid, a multiple of 8 cells.

    Raises:
        ValueError: a grid that is too low, or a width that is no multiple of 8.
    """
    import keras
    from keras import layers

    _check_counts(height=height, width=width)
    if height < 2 * WALL_ROWS or width % WALL_CELLS:
        raise ValueError(
            f"forces need at least {2 * WALL_ROWS} rows and a multiple of {WALL_CELLS} columns, not {height} x {width}"
        )
    velocity = keras.Input((height, width, 2))
    even, odd = _wall_features(velocity)
    drag, lift = layers.Dense(1, name="drag")(even), layers.Dense(1, use_bias=False, name="lift")(odd)
    return keras.Model(velocity, layers.Concatenate()([drag, lift]), name="forces")


def _wall_features(velocity: Any) -> tuple[Any, Any]:
    """Velocity next to floor and ceiling: sum, with momentum through both ends, and difference (batch, features)."""
    from keras import layers, ops

    pool = layers.AveragePooling2D((1, WALL_CELLS))
    along = velocity[..., :1]
    floor, ceiling = along[:, :WALL_ROWS], ops.flip(along, axis=1)[:, :WALL_ROWS]
    even, odd = (layers.Flatten()(pool(part)) for part in (floor + ceiling, floor - ceiling))
    ends = [ops.mean(ops.square(part), axis=(1, 2)) for part in (along[:, :, :4], along[:, :, -4:])]
    return ops.concatenate([even, *ends], axis=-1), odd


def fit_force_network(network: Any, velocity: np.ndarray, coefficients: np.ndarray, penalty: float = 1e-4) -> None:
    """Set the weights of a `force_network` by least squares with a penalty; the solution is exact, no steps are taken.

    Fit it to the velocity that a flow network predicts, not to the true one: then it learns how far to trust it.

    Args:
        network: from `force_network`; its weights change.
        velocity: (n, height, width, 2) in units of the inflow velocity.
        coefficients: drag and lift (n, 2), see `force_targets`.
        penalty: on the squared weights, relative to features of mean square 1.

    Raises:
        ValueError: not as many coefficients as velocities, or a penalty that is not positive.
    """
    from keras import ops

    if coefficients.shape != (len(velocity), 2) or not penalty > 0:
        raise ValueError(
            f"coefficients are ({len(velocity)}, 2) and penalty is positive, not {coefficients.shape} and {penalty!r}"
        )
    even, odd = (ops.convert_to_numpy(part).astype(float) for part in _wall_features(ops.convert_to_tensor(velocity)))
    even = np.concatenate([even, np.ones((len(even), 1))], axis=1)
    drag, lift = (_ridge(*pair, penalty) for pair in zip((even, odd), coefficients.T.astype(float), strict=True))
    network.get_layer("drag").set_weights([drag[:-1, None], drag[-1:]])
    network.get_layer("lift").set_weights([lift[:, None]])


def _ridge(features: np.ndarray, targets: np.ndarray, penalty: float) -> np.ndarray:
    """Weights (features,) that minimize the mean square error plus penalty times the squares of scaled weights."""
    scale = np.sqrt((features**2).mean(axis=0)) + 1e-12
    scaled = features / scale
    normal = scaled.T @ scaled + penalty * len(scaled) * np.eye(len(scale))
    return np.linalg.solve(normal, scaled.T @ targets) / scale


def force_targets(drag: np.ndarray, lift: np.ndarray, inflow_velocity: float, height: int) -> np.ndarray:
    """Force coefficients (n, 2) as a network learns them: 2 * force / (inflow_velocity^2 * height), density 1; float32.

    The reference length is the height of the channel, because shapes of all kinds share it.

    Args:
        drag: force along the channel (n,), lattice units.
        lift: force upward (n,), lattice units.
        inflow_velocity: maximum of the inflow, lattice units.
        height: of the channel, in cells.

    Raises:
        ValueError: an inflow velocity or height that is not positive.
    """
    if not (inflow_velocity > 0 and height > 0):
        raise ValueError(f"inflow_velocity and height are positive, not {inflow_velocity!r} and {height!r}")
    return (2 * np.stack([drag, lift], axis=-1) / (inflow_velocity**2 * height)).astype(np.float32)


def parameter_count(model: Any) -> int:
    """Number of trainable parameters of a Keras model."""
    return sum(int(np.prod(variable.shape)) for variable in model.trainable_variables)


def _check_counts(**numbers: int | Sequence[int]) -> None:
    for name, value in numbers.items():
        for number in np.atleast_1d(np.asarray(value, dtype=object)):
            if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 1:
                raise ValueError(f"{name} takes positive integers, not {value!r}")


def _check_divisible(height: int, width: int, factor: int) -> int:
    """Number of cells that are left after both sides were divided by `factor`."""
    _check_counts(height=height, width=width)
    if height % factor or width % factor:
        raise ValueError(f"height and width are multiples of {factor} for this network, not {height} and {width}")
    return height * width // factor**2

"""Deep networks with and without skip connections, the gradients in them, and slices of their loss surface."""

from collections.abc import Mapping, Sequence
from typing import Any

from bootcamp import plots, runtime

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

KERNEL_AXES = 2
"""A variable with at least this many axes is the kernel of a layer; biases and batch statistics have one."""


def kernels(model: Any) -> list[Any]:
    """Trainable kernels of a Keras model in the order of its layers, without biases and normalization."""
    return [variable for variable in model.trainable_variables if len(variable.shape) >= KERNEL_AXES]


def weight_gradients(model: Any, loss: Any, x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
    """Gradient of the mean loss on one batch with respect to each kernel of a Keras model, as NumPy arrays.

    The model runs as in training (normalization uses the batch). Its state afterwards is that of before.

    Args:
        model: built Keras model.
        loss: function (y, output of the model) -> scalar, for example a Keras loss.
        x: inputs (samples, ...).
        y: targets (samples, ...).

    Raises:
        ValueError: the batch is empty or unequal in length, or the Keras backend has no gradient here.
    """
    if not len(x) or len(x) != len(y):
        raise ValueError(f"a batch needs as many targets as inputs, at least one: {len(x)} inputs, {len(y)} targets")
    return runtime.weight_gradients(model, loss, x, y, kernels(model))


def gradient_norms(model: Any, loss: Any, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Euclidean norm of the gradient of each kernel, input side first: float64 (kernels,). See `weight_gradients`."""
    return np.array([np.linalg.norm(g.astype(np.float64)) for g in weight_gradients(model, loss, x, y)])


def convolution(channels: int, strides: int = 1, kernel_size: int = 3, initializer: str = "he_normal") -> Any:
    """Convolution without bias (the normalization after it has one) and with equal padding."""
    from keras import layers

    return layers.Conv2D(
        channels, kernel_size, strides=strides, padding="same", use_bias=False, kernel_initializer=initializer
    )


def normalized_relu(x: Any) -> Any:
    """Batch normalization, then ReLU; the running averages follow the last 10 batches or so."""
    from keras import layers

    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


def two_convolutions(x: Any, channels: int, strides: int = 1, last_initializer: str = "he_normal") -> Any:
    """The function F of a block: normalize, ReLU, convolve, twice. `x`: (batch, height, width, channels)."""
    y = convolution(channels, strides)(normalized_relu(x))
    return convolution(channels, initializer=last_initializer)(normalized_relu(y))


def residual_block(x: Any, channels: int, strides: int = 1, last_initializer: str = "zeros") -> Any:
    """Block y = x + F(x) with pre-activation; if the last kernel of F starts at zero, y = x before training.

    Where channels or size change, a 1x1 convolution takes the place of the identity.
    Source: He et al. 2016, https://doi.org/10.1007/978-3-319-46493-0_38.
    """
    from keras import layers

    y = two_convolutions(x, channels, strides, last_initializer)
    if strides != 1 or x.shape[-1] != channels:
        x = convolution(channels, strides, kernel_size=1)(x)
    return layers.add([x, y])


def deep_network(blocks: int, channels: int, skip: bool, **options: Any) -> Any:
    """Classifier of digits (28, 28, 1) into 10 logits: stem, `blocks` blocks, mean over the image, dense layer.

    `options` go to every block. It has 2 * `blocks` + 2 weighted layers, a projection not counted. The first block
    halves height and width.

    Raises:
        ValueError: fewer than one block or channel.
    """
    import keras
    from keras import layers

    if blocks < 1 or channels < 1:
        raise ValueError(f"at least one block and one channel are needed, not {blocks} and {channels}")
    block = residual_block if skip else two_convolutions
    inputs = keras.Input((28, 28, 1))
    x = convolution(8, strides=2)(inputs)
    for index in range(blocks):
        x = block(x, channels, strides=2 if index == 0 else 1, **options)
    x = layers.GlobalAveragePooling2D()(normalized_relu(x))
    return keras.Model(inputs, layers.Dense(10)(x))


def parameter_count(model: Any) -> int:
    """Number of trainable parameters of a Keras model."""
    return sum(int(np.prod(variable.shape)) for variable in model.trainable_variables)


def filter_normalized_direction(weights: Sequence[np.ndarray], seed: int) -> list[np.ndarray]:
    """Random direction in weight space in which every filter has the norm of that filter in `weights`.

    The last axis of a kernel counts its filters. Biases and the parameters of a normalization (one axis) stay
    fixed: their direction is zero. Source: Li et al. 2018, https://doi.org/10.48550/arXiv.1712.09913.

    >>> w = [np.full((3, 2), 2.0), np.ones(2)]
    >>> d = filter_normalized_direction(w, seed=0)
    >>> bool(np.allclose(np.linalg.norm(d[0], axis=0), np.linalg.norm(w[0], axis=0))), d[1].tolist()
    (True, [0.0, 0.0])
    """
    random = np.random.default_rng(seed)
    return [_filter_normalized(np.asarray(w), random) for w in weights]


def _filter_normalized(weight: np.ndarray, random: np.random.Generator) -> np.ndarray:
    if weight.ndim < KERNEL_AXES:
        return np.zeros_like(weight)
    axes = tuple(range(weight.ndim - 1))
    drawn = random.standard_normal(weight.shape)
    scale = np.linalg.norm(weight.reshape(-1, weight.shape[-1]), axis=0) / np.sqrt((drawn**2).sum(axis=axes))
    return (drawn * scale).astype(weight.dtype)


def loss_slice(
    model: Any, loss: Any, direction: Sequence[np.ndarray], distances: np.ndarray, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """Loss at `weights + distance * direction` for each distance, normalization in inference mode: (distances,).

    `direction` has one array per trainable variable of `model`. The weights are put back afterwards.

    Raises:
        ValueError: the shapes of `direction` are not those of the trainable variables.
    """
    import keras

    wanted = [tuple(variable.shape) for variable in model.trainable_variables]
    if [np.shape(step) for step in direction] != wanted:
        raise ValueError(f"direction needs one array per trainable variable, with the shapes {wanted}")
    start = [np.array(keras.ops.convert_to_numpy(variable)) for variable in model.trainable_variables]
    values = []
    try:
        for distance in distances:
            _assign(model, [w + distance * step for w, step in zip(start, direction, strict=True)])
            values.append(float(loss(y, model.predict_on_batch(x))))
    finally:
        _assign(model, start)
    return np.array(values)


def _assign(model: Any, weights: Sequence[np.ndarray]) -> None:
    for variable, weight in zip(model.trainable_variables, weights, strict=True):
        variable.assign(weight)


def plot_gradient_norms(ax: Axes, norms: Mapping[str, np.ndarray]) -> Axes:
    """Draw the gradient norm of every layer, one line per network, on a logarithmic axis. `norms`: label -> norms."""
    for (label, values), marker in zip(norms.items(), "osD^v*", strict=False):
        ax.plot(np.arange(1, len(values) + 1), values, marker=marker, markersize=4, label=label)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel="layer (1 = next to the input)", ylabel="norm of the weight gradient", yscale="log")
    ax.legend(fontsize="small")
    return ax


def plot_slices(ax: Axes, distances: np.ndarray, slices: Mapping[str, Sequence[np.ndarray]]) -> Axes:
    """Draw loss slices on a logarithmic axis: one colour per network, one line style per direction."""
    for (label, lines), colour in zip(slices.items(), plots.COLOURS, strict=False):
        for index, (values, style) in enumerate(zip(lines, ("-", "--", ":"), strict=False)):
            ax.plot(distances, values, style, color=colour, label=f"{label}, direction {index + 1}")
    ax.set(xlabel="distance from the trained weights (filter norms)", ylabel="loss", yscale="log")
    ax.legend(fontsize="small")
    return ax

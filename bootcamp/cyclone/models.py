"""The convolutional network of Pradhan et al. 2018, for any width and for smaller images, on every Keras backend."""

import functools
from typing import Any

from bootcamp.cyclone.images import PATCH_SIZE
from bootcamp.cyclone.intensity import INTENSITY_CLASSES

STEM = (10, 3)
"""Kernel size and strides of the first convolution."""
FILTERS = (64, 256, 288, 272, 256)
UNITS = (3584, 2048)
PRECISIONS = ("float32", "mixed_bfloat16")


def intensity_cnn(
    input_shape: tuple[int, int, int] = (PATCH_SIZE, PATCH_SIZE, 3),
    width: float = 1.0,
    stem: tuple[int, int] = STEM,
    dropout: float = 0.5,
    normalize: bool = False,
    precision: str = "float32",
) -> Any:
    """Network from pixels (batch, height, width, channels), values 0 to 255, to class probabilities (batch, 8).

    Five convolutions, four poolings, two hidden dense layers, 42,817,400 parameters with the defaults. The pixels are
    scaled to -0.5 ... 0.5 inside, so that the network takes images as they are read.
    Source: Pradhan, Aygun, Maskey, Ramachandran, Cecil 2018, https://doi.org/10.1109/TIP.2017.2766358.

    Args:
        input_shape: height, width, channels. With the stem of the paper height and width are at least 112; see
            `smallest_side` for others.
        width: factor on the number of filters and of dense units.
        stem: kernel size and strides of the first convolution; (5, 1) suits images down to 39 pixels.
        dropout: share of the values dropped in training before the first dense layer.
        normalize: batch normalization between each convolution and its ReLU. The paper has none; a narrow network
            needs several times fewer epochs with it.
        precision: "mixed_bfloat16" computes in 16 bits and keeps the weights in 32: on a graphics card with tensor
            cores several times faster. The probabilities have 32 bits either way.

    Raises:
        ValueError: an image too small for the poolings, no channel, a width or stem that is not positive, a dropout
            below 0 or not below 1, or an unknown precision.
    """
    import keras
    from keras import layers

    _check(input_shape, width, stem, dropout)
    if precision not in PRECISIONS:
        raise ValueError(f"precision is one of {', '.join(PRECISIONS)}, not {precision!r}")
    filters = [max(1, round(width * count)) for count in FILTERS]
    units = [max(1, round(width * count)) for count in UNITS]
    dense = {"activation": "relu", "kernel_initializer": "he_normal", "dtype": precision}
    convolution = functools.partial(_convolution, normalize=normalize, dtype=precision)
    return keras.Sequential(
        [
            keras.Input(tuple(input_shape)),
            layers.Rescaling(1 / 255, offset=-0.5, dtype=precision),
            *convolution(filters[0], stem[0], strides=stem[1]),
            layers.MaxPooling2D(3, 2, dtype=precision),
            *convolution(filters[1], 5),
            layers.MaxPooling2D(3, 2, dtype=precision),
            *convolution(filters[2], 3, padding="same"),
            layers.MaxPooling2D(2, 1, dtype=precision),
            *convolution(filters[3], 3, padding="same"),
            *convolution(filters[4], 3),
            layers.MaxPooling2D(3, 2, dtype=precision),
            layers.Flatten(dtype=precision),
            layers.Dropout(dropout, dtype=precision),
            layers.Dense(units[0], **dense),
            layers.Dense(units[1], **dense),
            layers.Dense(len(INTENSITY_CLASSES), "softmax", dtype="float32"),
        ],
        name="intensity_cnn",
    )


def _convolution(filters: int, kernel_size: int, normalize: bool, dtype: str = "float32", **options: Any) -> list[Any]:
    """Layers of one convolution with its ReLU, and with batch normalization between the two where asked for."""
    from keras import layers

    options |= {"kernel_initializer": "he_normal", "dtype": dtype}
    if not normalize:
        return [layers.Conv2D(filters, kernel_size, activation="relu", **options)]
    return [
        layers.Conv2D(filters, kernel_size, use_bias=False, **options),
        layers.BatchNormalization(momentum=0.8, dtype=dtype),
        layers.ReLU(dtype=dtype),
    ]


def quick_cnn(
    input_shape: tuple[int, int, int] = (48, 48, 3), filters: tuple[int, ...] = (16, 32, 48), units: int = 64
) -> Any:
    """Small network for many trainings: pixels (batch, height, width, channels), 0 to 255, to probabilities (batch, 8).

    Convolutions with strides of 2 and batch normalization, one hidden dense layer. For comparisons that need the same
    network many times; `intensity_cnn` of the laptop profile takes several times longer for each epoch.

    Args:
        input_shape: height, width, channels.
        filters: of the convolutions; the first has a kernel of 5 x 5, the others of 3 x 3.
        units: of the hidden dense layer.

    Raises:
        ValueError: no convolution, no unit, no channel, or an image too small for the convolutions.
    """
    import keras
    from keras import layers

    if not filters or min(*filters, units, *input_shape) < 1 or len(input_shape) != 3:
        raise ValueError(
            f"input_shape is (height, width, channels), filters and units are 1 or more, not {tuple(input_shape)}, "
            f"{filters}, {units}"
        )
    least = 1
    for kernel_size in [3] * (len(filters) - 1) + [5]:  # from the last convolution back to the first
        least = 2 * (least - 1) + kernel_size
    if min(input_shape[:2]) < least:
        raise ValueError(f"height and width are at least {least} for these filters, not {input_shape[:2]}")
    network = keras.Sequential(
        [keras.Input(tuple(input_shape)), layers.Rescaling(1 / 255, offset=-0.5)], name="quick_cnn"
    )
    for number, count in enumerate(filters):
        for layer in _convolution(count, 3 if number else 5, normalize=True, strides=2):
            network.add(layer)
    network.add(layers.Flatten())
    network.add(layers.Dense(units, "relu", kernel_initializer="he_normal"))
    network.add(layers.Dense(len(INTENSITY_CLASSES), "softmax"))
    return network


def smallest_side(stem: tuple[int, int] = STEM) -> int:
    """Height and width in pixels that an image must have for `intensity_cnn` with this stem.

    Read from the last pooling, which needs 3 pixels, back to the first convolution.

    >>> smallest_side(), smallest_side((5, 1))
    (112, 39)
    """
    before_last_pooling = 3
    after_third_pooling = before_last_pooling + 2
    after_second_pooling = after_third_pooling + 1
    after_first_pooling = 2 * (after_second_pooling - 1) + 3 + 4
    after_stem = 2 * (after_first_pooling - 1) + 3
    return stem[1] * (after_stem - 1) + stem[0]


def _check(input_shape: tuple[int, int, int], width: float, stem: tuple[int, int], dropout: float) -> None:
    if not (len(stem) == 2 and min(stem) >= 1 and width > 0 and 0 <= dropout < 1):
        raise ValueError(
            f"stem is a kernel size and strides, width is positive, dropout at least 0 and less than 1: "
            f"not {stem}, {width}, {dropout}"
        )
    least = smallest_side(stem)
    if len(input_shape) != 3 or min(input_shape[:2]) < least or input_shape[2] < 1:
        raise ValueError(
            f"input_shape is (height, width, channels) with height and width of at least {least} for the stem {stem}, "
            f"not {tuple(input_shape)}"
        )

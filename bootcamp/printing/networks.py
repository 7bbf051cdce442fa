"""Networks for voxels: the four of the published study, at any width, and the blocks that they are made of.

All take voxels (side, side, side, 1) and give one number, the logit of "printable": the sigmoid belongs to the loss and
to whoever wants a probability, and is never applied twice.
"""

from typing import Any

MOMENTUM = 0.9
"""Of the running averages that a batch normalization uses after training. Keras' own, 0.99, needs hundreds of steps."""
VANILLA_FILTERS, VANILLA_UNITS = (16, 32, 32), 16
RESIDUAL_FILTERS, RESIDUAL_UNITS = (64, 128, 256), (256, 128, 64)
INCEPTION_UNITS = (512, 64)
LEAST_UNITS = 32
"""Of a dense layer in a narrow network: of a few ReLUs all may fall silent, and then the network answers one number."""
STEM_V1 = ((64, 5), (64, 5), (192, 3))
STEM_V3 = ((64, 5), (192, 3))
# A branch is a chain of convolutions (filters, kernel size); the last chain of a block stands behind a pooling.
BLOCKS_V1 = (
    (((64, 1),), ((96, 1), (128, 3)), ((16, 1), (32, 5)), ((32, 1),)),
    (((192, 1),), ((96, 1), (208, 3)), ((16, 1), (48, 5)), ((64, 1),)),
    (((384, 1),), ((192, 1), (384, 3)), ((48, 1), (128, 5)), ((128, 1),)),
    (((384, 1),), ((192, 1), (384, 3)), ((48, 1), (128, 5)), ((128, 1),)),
)
BLOCKS_V3 = (
    (((32, 1),), ((64, 1), (64, 3), (128, 3)), ((64, 1), (64, 3)), ((32, 1),)),
    (((128, 1),), ((128, 1), (128, 3), (128, 3)), ((64, 1), (128, 3)), ((128, 1),)),
    (((128, 1),), ((256, 1), (256, 3), (384, 3)), ((256, 1), (384, 3)), ((128, 1),)),
    (((128, 1),), ((256, 1), (256, 3), (384, 3)), ((256, 1), (384, 3)), ((128, 1),)),
)


def convolution(x: Any, filters: int, kernel_size: int, strides: int = 1, use_bias: bool = True) -> Any:
    """Convolution with padding, batch normalization, ReLU: the block that everything but the vanilla network uses."""
    from keras import layers

    x = layers.Conv3D(filters, kernel_size, strides, padding="same", use_bias=use_bias)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=MOMENTUM)(x))


def residual_block(x: Any, filters: int, strides: int = 1) -> Any:
    """Two convolutions whose result is added to what came in (He et al. 2016, https://doi.org/10.1109/CVPR.2016.90)."""
    from keras import layers

    shortcut = x
    if strides > 1 or x.shape[-1] != filters:
        shortcut = layers.Conv3D(filters, 1, strides, use_bias=False)(x)
        shortcut = layers.BatchNormalization(momentum=MOMENTUM)(shortcut)
    x = convolution(x, filters, 3, strides, use_bias=False)
    x = layers.Conv3D(filters, 3, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.Add()([layers.BatchNormalization(momentum=MOMENTUM)(x), shortcut]))


def inception_block(x: Any, branches: Any, width: float = 1.0) -> Any:
    """Chains of convolutions side by side, their channels joined (Szegedy et al. 2015, 10.1109/CVPR.2015.7298594).

    Args:
        x: features (side, side, side, channels).
        branches: chains of (filters, kernel size); the last one stands behind a pooling of 3 voxels.
        width: factor on all filters.
    """
    from keras import layers

    pooled = layers.MaxPooling3D(3, 1, padding="same")(x)
    outputs = []
    for number, chain in enumerate(branches, 1):
        y = pooled if number == len(branches) else x
        for filters, kernel_size in chain:
            y = convolution(y, scaled(filters, width), kernel_size)
        outputs.append(y)
    return layers.Concatenate()(outputs)


def scaled(count: int, width: float) -> int:
    """A number of filters or units times a factor, at least 1.

    Raises:
        ValueError: the factor is not positive.
    """
    if not width > 0:
        raise ValueError(f"width is a positive factor, not {width!r}")
    return max(1, round(count * width))


def vanilla(side: int = 128, width: float = 1.0, stem_strides: int = 1) -> Any:
    """Three convolutions, the largest answer of each filter, two dense layers: 103,937 parameters at full width."""
    from keras import layers

    first, second, third = (scaled(count, width) for count in VANILLA_FILTERS)
    x = voxels = _voxels(side)
    x = layers.Conv3D(first, 9, stem_strides, activation="relu", padding="same")(x)
    x = layers.Conv3D(second, 5, activation="relu", padding="same")(x)
    x = layers.MaxPooling3D(2)(x)
    x = layers.Conv3D(third, 3, activation="relu", padding="same")(x)
    x = layers.GlobalMaxPooling3D()(layers.MaxPooling3D(2)(x))
    x = layers.Dropout(0.2)(x)
    x = layers.Dense(VANILLA_UNITS, activation="relu")(x)
    return _model(voxels, x, "vanilla")


def residual(side: int = 128, width: float = 1.0, stem_strides: int = 2) -> Any:
    """Six residual blocks: 9,098,177 parameters at full width."""
    from keras import layers

    filters = [scaled(count, width) for count in RESIDUAL_FILTERS]
    x = voxels = _voxels(side)
    x = convolution(x, filters[0], 5, stem_strides, use_bias=False)
    x = layers.MaxPooling3D(3, 2, padding="same")(x)
    for number, count in enumerate(filters):
        x = residual_block(x, count, 1 if number == 0 else 2)
        x = residual_block(x, count)
    x = layers.GlobalAveragePooling3D()(x)
    first, *rest = (max(LEAST_UNITS, scaled(count, width)) for count in RESIDUAL_UNITS)
    x = layers.Dense(first)(x)
    for count in rest:
        x = layers.Dense(count, activation="relu")(x)
    return _model(voxels, x, "residual")


def inception_v1(side: int = 128, width: float = 1.0, stem_strides: int = 1) -> Any:
    """Blocks of the first Inception: kernels of 1, 3 and 5 side by side; 9,258,433 parameters at full width."""
    return _inception(side, width, stem_strides, STEM_V1, BLOCKS_V1, "inception_v1")


def inception_v3(side: int = 128, width: float = 1.0, stem_strides: int = 1) -> Any:
    """Blocks of the third Inception: two kernels of 3 for one of 5; 17,948,097 parameters at full width."""
    return _inception(side, width, stem_strides, STEM_V3, BLOCKS_V3, "inception_v3")


def _inception(side: int, width: float, stem_strides: int, stem: Any, blocks: Any, name: str) -> Any:
    from keras import layers

    x = voxels = _voxels(side)
    for number, (filters, kernel_size) in enumerate(stem):
        x = _pool(convolution(x, scaled(filters, width), kernel_size, stem_strides if number == 0 else 1))
    for number, branches in enumerate(blocks):
        x = inception_block(x, branches, width)
        x = _pool(x) if number < len(blocks) - 1 else x
    x = layers.GlobalMaxPooling3D()(x)
    x = layers.Dropout(0.4)(x)
    first, second = (max(LEAST_UNITS, scaled(count, width)) for count in INCEPTION_UNITS)
    x = layers.Dense(second, activation="relu")(layers.Dense(first)(x))
    return _model(voxels, x, name)


def _pool(x: Any) -> Any:
    """Half the side, down to 3 voxels: a grid smaller than the published one runs out of voxels before the blocks."""
    from keras import layers

    return layers.MaxPooling3D(2)(x) if x.shape[1] >= 6 else x


def _voxels(side: int) -> Any:
    import keras

    if side < 16:
        raise ValueError(f"the networks take 16 or more voxels a side, not {side}")
    return keras.Input((side, side, side, 1))


def _model(voxels: Any, x: Any, name: str) -> Any:
    import keras

    return keras.Model(voxels, keras.layers.Dense(1)(x), name=name)


BUILDERS = {"vanilla": vanilla, "residual": residual, "inception v1": inception_v1, "inception v3": inception_v3}
"""Name -> function (side, width, stem_strides) that builds it."""

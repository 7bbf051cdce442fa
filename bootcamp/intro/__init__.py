"""Room of the lab Intro_to_DL: data -> models -> evaluation -> figures."""

from bootcamp.intro.data import (
    DIGIT_NAMES,
    GARMENT_NAMES,
    IMAGE_SIZE,
    LabelledImages,
    affine_copies,
    load_digits,
    load_garments,
    sine_samples,
)
from bootcamp.intro.residual import (
    convolution,
    deep_network,
    filter_normalized_direction,
    gradient_norms,
    loss_slice,
    normalized_relu,
    parameter_count,
    plot_gradient_norms,
    plot_slices,
    residual_block,
    two_convolutions,
    weight_gradients,
)

__all__ = [
    "DIGIT_NAMES",
    "GARMENT_NAMES",
    "IMAGE_SIZE",
    "LabelledImages",
    "affine_copies",
    "convolution",
    "deep_network",
    "filter_normalized_direction",
    "gradient_norms",
    "load_digits",
    "load_garments",
    "loss_slice",
    "normalized_relu",
    "parameter_count",
    "plot_gradient_norms",
    "plot_slices",
    "residual_block",
    "sine_samples",
    "two_convolutions",
    "weight_gradients",
]

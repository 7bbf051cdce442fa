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

__all__ = [
    "DIGIT_NAMES",
    "GARMENT_NAMES",
    "IMAGE_SIZE",
    "LabelledImages",
    "affine_copies",
    "load_digits",
    "load_garments",
    "sine_samples",
]

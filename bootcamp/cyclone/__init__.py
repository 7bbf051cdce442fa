"""Room of the lab Tropical_Cyclone: data -> models -> evaluation -> figures."""

from bootcamp.cyclone.images import (
    FRAME_SIZES,
    IMAGE_SIZE,
    PATCH_SIZE,
    FrameName,
    image_fault,
    label_images,
    load_image,
    load_images,
    parse_frame_path,
    survey_images,
)
from bootcamp.cyclone.intensity import (
    CLASS_NAMES,
    INTENSITY_CLASSES,
    TYPICAL_WIND_KT,
    IntensityClass,
    expected_wind,
    wind_to_class,
)
from bootcamp.cyclone.splits import split_by_storm, split_by_time, split_shuffled
from bootcamp.cyclone.tracks import (
    TrackError,
    interpolate_position,
    interpolate_wind,
    read_hurdat2,
    storm_table,
    write_hurdat2,
)

__all__ = [
    "CLASS_NAMES",
    "FRAME_SIZES",
    "IMAGE_SIZE",
    "INTENSITY_CLASSES",
    "PATCH_SIZE",
    "TYPICAL_WIND_KT",
    "FrameName",
    "IntensityClass",
    "TrackError",
    "expected_wind",
    "image_fault",
    "interpolate_position",
    "interpolate_wind",
    "label_images",
    "load_image",
    "load_images",
    "parse_frame_path",
    "read_hurdat2",
    "split_by_storm",
    "split_by_time",
    "split_shuffled",
    "storm_table",
    "survey_images",
    "wind_to_class",
    "write_hurdat2",
]

"""Room of the lab Tropical_Cyclone: data -> models -> evaluation -> figures."""

from bootcamp.cyclone.archive import Archive, generate_archive, load_frames, plan_frames, render_frame
from bootcamp.cyclone.drawing import draw_frame, enhance
from bootcamp.cyclone.evaluation import (
    Score,
    class_recall,
    class_winds,
    confusion_matrix,
    model_table,
    rmse_kt,
    score,
    top_k_accuracy,
)
from bootcamp.cyclone.geography import coasts, is_land
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
from bootcamp.cyclone.models import intensity_cnn, smallest_side
from bootcamp.cyclone.rendering import Scene, StormLook, apparent_wind, brightness_temperature, storm_look
from bootcamp.cyclone.seasons import storm_seasons
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
    "Archive",
    "FrameName",
    "IntensityClass",
    "Scene",
    "Score",
    "StormLook",
    "TrackError",
    "apparent_wind",
    "brightness_temperature",
    "class_recall",
    "class_winds",
    "coasts",
    "confusion_matrix",
    "draw_frame",
    "enhance",
    "expected_wind",
    "generate_archive",
    "image_fault",
    "intensity_cnn",
    "interpolate_position",
    "interpolate_wind",
    "is_land",
    "label_images",
    "load_frames",
    "load_image",
    "load_images",
    "model_table",
    "parse_frame_path",
    "plan_frames",
    "read_hurdat2",
    "render_frame",
    "rmse_kt",
    "score",
    "smallest_side",
    "split_by_storm",
    "split_by_time",
    "split_shuffled",
    "storm_look",
    "storm_seasons",
    "storm_table",
    "survey_images",
    "top_k_accuracy",
    "wind_to_class",
    "write_hurdat2",
]

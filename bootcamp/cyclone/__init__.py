"""Room of the lab Tropical_Cyclone: data -> models -> evaluation -> figures."""

from bootcamp.cyclone.intensity import (
    CLASS_NAMES,
    INTENSITY_CLASSES,
    TYPICAL_WIND_KT,
    IntensityClass,
    expected_wind,
    wind_to_class,
)
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
    "INTENSITY_CLASSES",
    "TYPICAL_WIND_KT",
    "IntensityClass",
    "TrackError",
    "expected_wind",
    "interpolate_position",
    "interpolate_wind",
    "read_hurdat2",
    "storm_table",
    "wind_to_class",
    "write_hurdat2",
]

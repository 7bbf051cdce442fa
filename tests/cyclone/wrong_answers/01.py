"""Plausible wrong answers to the exercises of 01_Problem_and_Approach and the hint each must get."""

DISTANCE = (
    "    distance = {step} * np.hypot(row - {row}, column - {column})\n"
    "    return np.nanmean(temperature_k[(distance >= inner_km) & (distance < outer_km)])"
)
HEAD = "def ring_mean(temperature_k, inner_km, outer_km):\n    row, column = np.indices(temperature_k.shape)\n"
HEIGHT = "temperature_k.shape[0]"
WIDTH = "temperature_k.shape[1]"


def _ring(step: str, row: str, column: str) -> str:
    return HEAD + DISTANCE.format(step=step, row=row, column=column)


WRONG = {
    "cyclone.class_index": [
        (
            "def class_index(wind_kt):\n"
            "    lower_kt = [entry.lower_kt for entry in cyclone.INTENSITY_CLASSES]\n"
            "    return int(np.searchsorted(lower_kt, wind_kt, side='right')) - 1",
            "exactly 20 kt is still NC",
        ),
        (
            "def class_index(wind_kt):\n"
            "    upper_kt = [entry.upper_kt for entry in cyclone.INTENSITY_CLASSES]\n"
            "    return int(np.searchsorted(upper_kt, wind_kt))",
            "side='right'",
        ),
        (
            "def class_index(wind_kt):\n    return cyclone.CLASS_NAMES[cyclone.wind_to_class(wind_kt)]",
            "ValueError",
        ),
    ],
    "cyclone.cold_share": [
        (
            "def cold_share(temperature_k, border_c):\n    return (temperature_k - 273.15 < border_c).mean()",
            "unknown values count as warm",
        ),
        (
            "def cold_share(temperature_k, border_c):\n"
            "    known = temperature_k[np.isfinite(temperature_k)]\n"
            "    return (known < border_c).mean()",
            "the map is in kelvin",
        ),
        (
            "def cold_share(temperature_k, border_c):\n"
            "    known = temperature_k[np.isfinite(temperature_k)]\n"
            "    return (known - 273.15 > border_c).mean()",
            "warmer than the border",
        ),
    ],
    "cyclone.ring_mean": [
        (_ring("1", f"({HEIGHT} - 1) / 2", f"({WIDTH} - 1) / 2"), "counted in values"),
        (_ring("cyclone.MAP_KM", "0", "0"), "count from its corner"),
        (_ring("cyclone.MAP_KM", f"{HEIGHT} // 2", f"{WIDTH} // 2"), "(n - 1) / 2"),
        (
            HEAD + "    distance = cyclone.MAP_KM * np.hypot(row - (temperature_k.shape[0] - 1) / 2,\n"
            "                                         column - (temperature_k.shape[1] - 1) / 2)\n"
            "    return np.nanmean(temperature_k[distance < outer_km])",
            "leave out what is nearer",
        ),
    ],
}

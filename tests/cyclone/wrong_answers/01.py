"""Plausible wrong answers to the exercises of 01_Problem_and_Approach and the hint each must get."""

DISTANCE = (
    "    distance = {step} * np.hypot(row - {row}, column - {column})\n"
    "    return np.nanmean(temperature_k[(distance >= inner_km) & (distance < outer_km)])"
)
HEAD = "def ring_mean(temperature_k, inner_km, outer_km):\n    row, column = np.indices(temperature_k.shape)\n"
HEIGHT = "temperature_k.shape[0]"
WIDTH = "temperature_k.shape[1]"
MIDDLE = f"({HEIGHT} - 1) / 2", f"({WIDTH} - 1) / 2"


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
            "not the name",
        ),
        (
            "def class_index(wind_kt):\n"
            "    if wind_kt in (45, 55):\n"
            "        return 3\n"
            "    return cyclone.wind_to_class(wind_kt)",
            "count the lower bounds below the wind (called with 45: it is 3, expected is 2)",
        ),
        (
            "def class_index(wind_kt):\n    return 0 if wind_kt <= 21 else cyclone.wind_to_class(wind_kt)",
            "20 kt is still NC, and TD begins above it (called with 21",
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
        (
            "def cold_share(temperature_k, border_c):\n"
            "    known = temperature_k[np.isfinite(temperature_k)]\n"
            "    return (known - 273.15 <= border_c).mean()",
            "a value equal to the border is not colder",
        ),
        (
            "def cold_share(temperature_k, border_c):\n"
            "    known = temperature_k[np.isfinite(temperature_k)]\n"
            "    return 100 * (known - 273 < border_c).mean()",
            "273.15 K, not 273; and in percent",
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
        (_ring("cyclone.MAP_KM", MIDDLE[0], MIDDLE[1]).replace("< outer", "<= outer"), "r < outer"),
        (_ring("cyclone.MAP_KM", MIDDLE[0], MIDDLE[1]).replace(">= inner", "> inner"), "r >= inner"),
        (_ring("cyclone.MAP_KM", MIDDLE[0], MIDDLE[1]).replace("nanmean", "mean"), "leave NaN out"),
        (
            HEAD + f"    r = cyclone.MAP_KM * np.hypot(row - {MIDDLE[0]}, column - {MIDDLE[1]})\n"
            "    return np.nanmean(temperature_k * ((r >= inner_km) & (r < outer_km)))",
            "count as 0 here",
        ),
        (
            HEAD + f"    r = cyclone.MAP_KM * np.maximum(abs(row - {MIDDLE[0]}), abs(column - {MIDDLE[1]}))\n"
            "    return np.nanmean(temperature_k[(r >= inner_km) & (r < outer_km)])",
            "this ring is a square",
        ),
        (_ring("cyclone.MAP_KM", "53.5", "53.5"), "one size of a map only"),
        (_ring("1", "0", "0"), "yours count from its corner; and the distance in km is MAP_KM times"),
    ],
}

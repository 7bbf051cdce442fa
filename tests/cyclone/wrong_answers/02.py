"""Plausible wrong answers to the exercises of 02_Best_Tracks_and_Labels and the hint each must get."""

WRONG = {
    "cyclone.gale_radius_km": [
        (
            "def gale_radius_km(fields):\n    return 1.852 * max(float(field) for field in fields[8:12])",
            "-999 means missing",
        ),
        (
            "def gale_radius_km(fields):\n    return 1.852 * max(float(field) for field in fields[7:11])",
            "field 7 is the pressure",
        ),
        (
            "def gale_radius_km(fields):\n"
            "    radii = [float(field) for field in fields[8:12]]\n"
            "    positive = [radius for radius in radii if radius > 0]\n"
            "    return 1.852 * max(positive) if positive else np.nan",
            "zero is knowledge",
        ),
        (
            "def gale_radius_km(fields):\n    return 1.852 * max(max(float(field), 0) for field in fields[8:12])",
            "that is NaN, not zero",
        ),
    ],
    "cyclone.wind_between": [
        (
            "def wind_between(hours, fix_hours, fix_wind_kt):\n"
            "    return np.interp(hours, fix_hours, fix_wind_kt, left=np.nan, right=np.nan)",
            "leave it out before",
        ),
        (
            "def wind_between(hours, fix_hours, fix_wind_kt):\n"
            "    there = np.isfinite(fix_wind_kt)\n"
            "    return np.interp(hours, fix_hours[there], fix_wind_kt[there])",
            "use left= and right=",
        ),
        (
            "def wind_between(hours, fix_hours, fix_wind_kt):\n"
            "    winds = np.nan_to_num(fix_wind_kt)\n"
            "    return np.interp(hours, fix_hours, winds, left=np.nan, right=np.nan)",
            "a missing wind is not zero",
        ),
    ],
    "cyclone.fastest_rise": [
        (
            "def fastest_rise(hours, wind_kt):\n    return (np.interp(hours + 24, hours, wind_kt) - wind_kt).max()",
            "NumPy repeats the last fix",
        ),
        ("def fastest_rise(hours, wind_kt):\n    return np.diff(wind_kt).max()", "from one fix to the next"),
        ("def fastest_rise(hours, wind_kt):\n    return wind_kt.max() - wind_kt[0]", "longer than 24 hours"),
    ],
}

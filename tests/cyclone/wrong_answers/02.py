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
            "is NaN, not zero",
        ),
        (
            "def gale_radius_km(fields):\n"
            "    known = [float(field) for field in fields[8:12] if float(field) != -999]\n"
            "    return 1.852 * max(known) if known else None",
            "NaN, not None",
        ),
        (
            "def gale_radius_km(fields):\n    return 1.852 * max(parse_number(field) for field in fields[8:12])",
            "depends on the order; leave NaN out before",
        ),
        (
            "def gale_radius_km(fields):\n    return 1.852 * np.max([parse_number(field) for field in fields[8:12]])",
            "one NaN makes np.max NaN",
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
        (
            "def wind_between(hours, fix_hours, fix_wind_kt):\n"
            "    there = np.isfinite(fix_wind_kt)\n"
            "    return np.interp(hours, fix_hours[there], fix_wind_kt[there], left=np.nan)",
            "use right=",
        ),
    ],
    "cyclone.fastest_rise": [
        (
            "def fastest_rise(hours, wind_kt):\n    return (np.interp(hours + 24, hours, wind_kt) - wind_kt).max()",
            "NumPy repeats the last fix",
        ),
        ("def fastest_rise(hours, wind_kt):\n    return np.diff(wind_kt).max()", "from one fix to the next"),
        ("def fastest_rise(hours, wind_kt):\n    return wind_kt.max() - wind_kt[0]", "longer than 24 hours"),
        (
            "def fastest_rise(hours, wind_kt):\n"
            "    return max(0.0, np.nanmax(np.interp(hours + 24, hours, wind_kt, right=np.nan) - wind_kt))",
            "a storm that only weakens",
        ),
        (
            "def fastest_rise(hours, wind_kt):\n"
            "    gap = hours - hours[:, None]\n"
            "    return (wind_kt - wind_kt[:, None])[(gap > 0) & (gap <= 24)].max()",
            "not any time within",
        ),
        (
            "def fastest_rise(hours, wind_kt):\n"
            "    later = {hour: wind for hour, wind in zip(hours, wind_kt)}\n"
            "    return max(later[h + 24] - w for h, w in zip(hours, wind_kt) if h + 24 in later)",
            "such starting fixes are left out",
        ),
        (
            "def fastest_rise(hours, wind_kt):\n"
            "    starts = hours % 6 == 0\n"
            "    return np.nanmax((np.interp(hours + 24, hours, wind_kt, right=np.nan) - wind_kt)[starts])",
            "between the synoptic hours",
        ),
        (
            "def fastest_rise(hours, wind_kt):\n"
            "    later = wind_kt[np.minimum(np.searchsorted(hours, hours + 24), len(hours) - 1)]\n"
            "    return (later - wind_kt)[hours + 24 <= hours[-1]].max()",
            "this takes the fix after",
        ),
    ],
}

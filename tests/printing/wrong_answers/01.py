"""Plausible wrong answers to the exercises of 01_Averages_and_Noise, and a part of the hint that each must get."""

WRONG = {
    "printing.standard_error": [
        ("def standard_error(values):\n    return np.std(values, ddof=1)", "spread of single readings"),
        ("def standard_error(values):\n    return np.std(values) / len(values) ** 0.5", "ddof=1"),
        ("def standard_error(values):\n    return np.std(values, ddof=1) / len(values)", "square root of n"),
        ("standard_error = 0.1", "the function itself"),
    ],
    "printing.readings_needed": [
        ("def readings_needed(noise, wanted):\n    return int(np.ceil(noise / wanted))", "square the ratio"),
        ("def readings_needed(noise, wanted):\n    return max(1, int((noise / wanted) ** 2))", "rounding down"),
        ("def readings_needed(noise, wanted):\n    return round((noise / wanted) ** 2)", "round up"),
    ],
}

"""Other right answers to the exercises of 01_Averages_and_Noise, in other forms."""

RIGHT = {
    "printing.standard_error": [
        """
def standard_error(values):
    n = len(values)
    mean = sum(values) / n
    return (sum((v - mean) ** 2 for v in values) / (n - 1) / n) ** 0.5
""",
        """
def standard_error(values):
    from scipy import stats

    return stats.sem(values)
""",
    ],
    "printing.readings_needed": [
        """
def readings_needed(noise, wanted):
    n = 1
    while noise / n**0.5 > wanted:
        n += 1
    return n
""",
        """
def readings_needed(noise, wanted):
    return np.maximum(1, np.ceil(np.square(noise / wanted)))
""",
    ],
}

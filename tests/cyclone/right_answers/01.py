"""Other right answers to the exercises of 01_Problem_and_Approach: other forms, other ways."""

RIGHT = {
    "cyclone.class_index": [
        """
def class_index(wind_kt):
    return sum(wind_kt >= first for first in (21, 34, 64, 83, 96, 113, 137))
""",
        """
def class_index(wind_kt):
    lower_kt = np.array([entry.lower_kt for entry in cyclone.INTENSITY_CLASSES])
    lower_kt[1] = 20.5
    return np.flatnonzero(lower_kt <= wind_kt)[-1]
""",
        """
def class_index(wind_kt):
    for index, last in enumerate((20, 33, 63, 82, 95, 112, 136)):
        if wind_kt <= last:
            return index
    return 7
""",
    ],
    "cyclone.cold_share": [
        """
def cold_share(temperature_k, border_c):
    values = [value for value in temperature_k.ravel().tolist() if value == value]
    return sum(value < border_c + 273.15 for value in values) / len(values)
""",
        """
def cold_share(temperature_k, border_c):
    return (temperature_k - 273.15 < border_c).sum() / np.count_nonzero(~np.isnan(temperature_k))
""",
        """
def cold_share(temperature_k, border_c):
    cold = np.where(np.isnan(temperature_k), np.nan, temperature_k < border_c + 273.15)
    return float(np.nanmean(cold))
""",
    ],
    "cyclone.ring_mean": [
        """
def ring_mean(temperature_k, inner_km, outer_km):
    height, width = temperature_k.shape
    total, count = 0.0, 0
    for i in range(height):
        for j in range(width):
            squared = (i - (height - 1) / 2) ** 2 + (j - (width - 1) / 2) ** 2
            value = temperature_k[i, j]
            if inner_km <= cyclone.MAP_KM * squared**0.5 < outer_km and value == value:
                total, count = total + value, count + 1
    return total / count
""",
        """
def ring_mean(temperature_k, inner_km, outer_km):
    y, x = (cyclone.MAP_KM * (np.arange(n) - (n - 1) / 2) for n in temperature_k.shape)
    r = np.abs(y[:, None] + 1j * x[None, :])
    weight = ((r >= inner_km) & (r < outer_km) & ~np.isnan(temperature_k)).astype(float)
    return np.average(np.nan_to_num(temperature_k), weights=weight)
""",
    ],
}

"""Other right answers to the exercises of 02_Best_Tracks_and_Labels: other forms, other ways."""

RIGHT = {
    "cyclone.gale_radius_km": [
        """
def gale_radius_km(fields):
    largest = max(int(field) for field in fields[8:12])
    return float("nan") if largest == -999 else largest * 1.852
""",
        """
def gale_radius_km(fields):
    radii = np.array(fields[8:12], dtype=float)
    return np.max(1.852 * radii[radii >= 0], initial=-np.inf) if (radii >= 0).any() else np.nan
""",
        """
def gale_radius_km(fields):
    return pd.Series(fields[8:12]).astype(float).replace(-999, np.nan).max() * 1.852
""",
    ],
    "cyclone.wind_between": [
        """
def wind_between(hours, fix_hours, fix_wind_kt):
    fixes = [(h, w) for h, w in zip(fix_hours, fix_wind_kt, strict=True) if w == w]
    winds = []
    for hour in hours:
        wind = float("nan")
        for (h0, w0), (h1, w1) in zip(fixes[:-1], fixes[1:], strict=True):
            if h0 <= hour <= h1:
                wind = w0 + (w1 - w0) * (hour - h0) / (h1 - h0)
        winds.append(wind)
    return winds
""",
        """
def wind_between(hours, fix_hours, fix_wind_kt):
    there = ~np.isnan(fix_wind_kt)
    h, w = fix_hours[there], fix_wind_kt[there]
    result = np.interp(hours, h, w)
    result[(hours < h.min()) | (hours > h.max())] = np.nan
    return result
""",
        """
def wind_between(hours, fix_hours, fix_wind_kt):
    winds = pd.Series(fix_wind_kt, index=fix_hours).dropna()
    every = winds.index.union(pd.Index(hours))
    return winds.reindex(every).interpolate("index", limit_area="inside").loc[hours]
""",
    ],
    "cyclone.fastest_rise": [
        """
def fastest_rise(hours, wind_kt):
    rises = []
    for hour, wind in zip(hours, wind_kt, strict=True):
        if hour + 24 <= hours[-1]:
            after = np.flatnonzero(hours >= hour + 24)[0]
            h0, h1, w0, w1 = hours[after - 1], hours[after], wind_kt[after - 1], wind_kt[after]
            rises.append(w0 + (w1 - w0) * (hour + 24 - h0) / (h1 - h0) - wind)
    return max(rises)
""",
        """
def fastest_rise(hours, wind_kt):
    starts = hours <= hours.max() - 24
    return float(np.max(np.interp(hours[starts] + 24, hours, wind_kt) - wind_kt[starts]))
""",
        """
def fastest_rise(hours, wind_kt):
    later = pd.Series(wind_kt, index=hours)
    every = later.index.union(later.index + 24)
    later = later.reindex(every).interpolate("index", limit_area="inside")
    return (later[hours + 24].to_numpy() - wind_kt)[hours + 24 <= hours[-1]].max()
""",
    ],
}

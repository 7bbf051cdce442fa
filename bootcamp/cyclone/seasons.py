"""Synthetic storm seasons: genesis, motion, intensification, peak, landfall, decay, as best tracks.

A storm is driven by a steering wind that turns from easterly to westerly beyond its latitude of recurvature, and by an
intensity that grows to a peak drawn for it, stays, and decays; over land it decays within hours (Kaplan and DeMaria
1995, https://doi.org/10.1175/1520-0450(1995)034<2499:ASMFPT>2.0.CO;2), over cool water within days. Peaks are drawn in
fixed shares, near those of the Atlantic since 2000.
"""

from bootcamp.cyclone.geography import is_land
from bootcamp.cyclone.hurdat2 import COLUMNS, RADII

import numpy as np
import pandas as pd

FIRST_SEASON = 2031
"""Seasons in the future, so that nobody takes a synthetic storm for one that was observed."""
PEAKS_KT = (
    (0.08, 140.0, 160.0), (0.15, 116.0, 133.0), (0.08, 99.0, 110.0), (0.09, 85.0, 93.0), (0.16, 66.0, 80.0),
    (0.37, 39.0, 59.0), (0.07, 27.0, 32.0),
)  # fmt: skip
"""Share of the storms and range of their peak wind, strongest first."""
GENESIS = (
    (0.5, (9.5, 16.0), (-54.0, -24.0)),
    (0.25, (12.5, 19.0), (-80.0, -60.0)),
    (0.13, (21.0, 26.0), (-94.0, -84.0)),
    (0.12, (21.0, 30.0), (-76.0, -58.0)),
)
"""Share, latitudes and longitudes of the regions where storms form."""
NAMES = """
    ABEL BERNOULLI CAUCHY DALTON EINSTEIN FARADAY GAUSS HERSCHEL ISING JACOBI KEPLER LAGRANGE MAXWELL NAPIER
    AMPERE BJERKNES CURIE DIRAC EKMAN FERMI GALILEO HILBERT ITO JOULE KELVIN LAPLACE MARKOV NAVIER
    AVOGADRO BOHR CANTOR DARWIN EUCLID FOURIER GERMAIN HOOKE IVORY JEANS KIRCHHOFF LEIBNIZ MEITNER NERNST
    AGNESI BOLTZMANN CARNOT DESCARTES EULER FRESNEL GIBBS HUBBLE INFELD JANSKY KLEIN LORENZ MENDEL NEWTON
    ARRHENIUS BOYLE CELSIUS DOPPLER ERDOS FUJITA GALOIS HAMILTON IMAI JEFFREYS KOCH LOVELACE MINKOWSKI NOETHER
    ARYABHATA BAYES CORIOLIS DVORAK EDDINGTON FEYNMAN GREEN HERTZ INGHAM JOLIOT KOVALEVSKY LAMB MANABE NEUMANN
"""
PER_LIST = 14
KT_PER_MS = 1.944
KM_PER_DEGREE = 111.2
LAND_WIND_KT, LAND_DECAY_PER_HOUR = 25.0, 0.09
PRESSURE_KT = (15, 25, 35, 45, 55, 65, 77, 90, 102, 115, 127, 140, 155, 170)
PRESSURE_HPA = (1011, 1009, 1005, 1000, 994, 987, 979, 970, 960, 948, 935, 921, 906, 890)
"""Wind and central pressure in the Atlantic (Dvorak 1984, NOAA Technical Report NESDIS 11)."""


def storm_seasons(seasons: int = 6, storms_per_season: int = 13, seed: int = 0) -> pd.DataFrame:
    """Best tracks of synthetic Atlantic seasons, with the columns of `read_hurdat2`.

    Raises:
        ValueError: fewer than one season, or not 1 to 49 storms in it (higher numbers mean no storm in the archive).
    """
    if seasons < 1 or not 1 <= storms_per_season <= 49:
        raise ValueError(f"at least 1 season of 1 to 49 storms, not {seasons} of {storms_per_season}")
    tables = []
    for index in range(seasons):
        random = np.random.default_rng([seed, 1, index])
        days = np.sort(np.clip(random.normal(97, 33, storms_per_season), 0, 178))  # after 1 June, most near 6 September
        peaks = random.permutation(_peaks(storms_per_season, random))
        for number, (day, peak) in enumerate(zip(days, peaks, strict=True), 1):
            start = pd.Timestamp(f"{FIRST_SEASON + index}-06-01", tz="UTC") + pd.Timedelta(hours=6 * round(4 * day))
            storm_id = f"AL{number:02d}{FIRST_SEASON + index}"
            tables.append(_storm(storm_id, _name(index, number), start, peak, random))
    return pd.concat(tables, ignore_index=True)


def _name(season: int, number: int) -> str:
    lists = NAMES.split()
    place = (season * PER_LIST) % len(lists) + number - 1
    return lists[place] if number <= PER_LIST else f"STORM{number}"


def _peaks(count: int, random: np.random.Generator) -> np.ndarray:
    """Peak winds of the storms of a season in knots, in the shares of PEAKS_KT, with at least one of the strongest."""
    ends = np.cumsum([share for share, _, _ in PEAKS_KT])
    kinds = np.searchsorted(ends / ends[-1], (np.arange(count) + 0.45) / count, side="right")
    kinds[0] = 0
    low, high = np.array([entry[1:] for entry in PEAKS_KT]).T
    return random.uniform(low[kinds], high[kinds])


def _storm(storm_id: str, name: str, start: pd.Timestamp, peak: float, random: np.random.Generator) -> pd.DataFrame:
    """Best track of one storm; lives that land or cool water cut short before the peak are drawn again."""
    for _ in range(400):
        hourly = _life(peak, random)
        if hourly[:, 2].max() > peak - 1.5 and len(hourly) >= 48:
            break
    fixes = _fixes(hourly)
    table = pd.DataFrame({"storm_id": storm_id, "name": name, "time": start + pd.to_timedelta(fixes[:, 0], "h")})
    table["record"] = np.where(fixes[:, 4] > 0, "L", "")
    table["lat"], table["lon"] = fixes[:, 1].round(1), fixes[:, 2].round(1)
    table["wind_kt"] = np.maximum(5 * np.rint(fixes[:, 3] / 5), 15.0)
    table["status"] = _status(table["wind_kt"].to_numpy(), table["lat"].to_numpy(), fixes[:, 0])
    pressure = np.interp(fixes[:, 3], PRESSURE_KT, PRESSURE_HPA) + random.normal(0, 3)
    table["pressure_hpa"] = np.rint(pressure + random.normal(0, 1, len(fixes)))
    table[list(RADII)] = _radii(table["wind_kt"].to_numpy(), random)
    table.loc[(fixes[:, 0] % 6) != 0, list(RADII)] = np.nan  # as in the published files between the main hours
    table["radius_max_wind_nm"] = np.nan
    return table[list(COLUMNS)]


def _life(peak: float, random: np.random.Generator) -> np.ndarray:
    """One life of a storm, hourly (n, 3): latitude, longitude, wind in knots."""
    lat, lon = _birthplace(random)
    wind, rate = random.uniform(16, 29), random.uniform(14, 26) + 0.2 * max(peak - 60, 0)
    wait, hold, decay = 72 * random.uniform() ** 2, random.uniform(6, 30), random.uniform(12, 30)  # h, h, kt/day
    recurve, drift = random.uniform(20, 31), random.normal(0, 1.0, 2)
    points, left, grown, swing = [], hold, False, 0.0
    for hour in range(24 * 15):
        points.append((lat, lon, wind))
        drift = 0.985 * drift + random.normal(0, 0.2, 2)
        turn = 1 / (1 + np.exp(-(lat - recurve) / 3.0))
        east, north = -6.0 + 15 * turn + drift[0], 1.3 + 4.5 * turn + drift[1]  # m/s
        lat += 3.6 * north / KM_PER_DEGREE
        lon += 3.6 * east / (KM_PER_DEGREE * np.cos(np.radians(lat)))
        grown = grown or wind >= peak - 1
        left -= grown
        swing = 0.9 * swing + 0.22 * random.standard_normal()  # spells of faster and slower growth
        slow = 0.35 if hour < wait and wind > 28 else 1.0
        wind += _tendency(wind, peak, lat, lon, slow * rate, -decay if left < 0 else None) + swing
        wind = min(wind, peak)
        if wind < 16 or lat > 50 or lon > -5:
            break
    return np.array(points)


def _birthplace(random: np.random.Generator) -> tuple[float, float]:
    shares = np.array([entry[0] for entry in GENESIS])
    while True:
        _, lats, lons = GENESIS[random.choice(len(GENESIS), p=shares / shares.sum())]
        lat, lon = random.uniform(*lats), random.uniform(*lons)
        if not is_land(lat, lon):
            return lat, lon


def _tendency(wind: float, peak: float, lat: float, lon: float, rate: float, decay: float | None) -> float:
    """Change of the wind in knots within an hour; `rate` and `decay` are in knots per day."""
    if is_land(lat, lon):
        return -LAND_DECAY_PER_HOUR * max(wind - LAND_WIND_KT, 0) - 0.15
    possible = 165 - 7.0 * max(lat - 25, 0)  # over cool water a storm cannot keep its strength
    if wind > possible:
        return max(-1.2, 0.06 * (possible - wind))
    if decay is not None:
        return decay / 24
    return rate / 24 * (1 - (wind / peak) ** 6 * 0.8)


def _fixes(hourly: np.ndarray) -> np.ndarray:
    """Fixes (n, 5): hours since the start, latitude, longitude, wind, landfall, every 6 h and at each landfall."""
    hours = np.arange(len(hourly), dtype=float)
    quarter = np.arange(0, hours[-1] + 0.01, 0.25)
    lat, lon, wind = (np.interp(quarter, hours, column) for column in hourly.T)
    land = is_land(lat, lon)
    ashore = np.append(False, land[1:] & ~land[:-1]) & (wind >= 30)
    for i in np.flatnonzero(ashore):  # a coast is crossed once, not at every inlet
        ashore[i + 1 : i + 24] = False
    chosen = (quarter % 6 == 0) | ashore
    return np.stack([quarter, lat, lon, wind, ashore.astype(float)], axis=1)[chosen]


def _status(wind_kt: np.ndarray, lat: np.ndarray, hours: np.ndarray) -> np.ndarray:
    """TD, TS, HU by wind; a low at 20 kt or less, extratropical beyond 40 degrees when the storm has aged."""
    status = np.select([wind_kt <= 20, wind_kt < 34, wind_kt < 64], ["LO", "TD", "TS"], "HU")
    return np.where((lat > 40) & (hours > 72) & (wind_kt < 64), "EX", status)


def _radii(wind_kt: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Radii of 34, 50 and 64 kt in four quadrants (n, 12) in nautical miles, of a modified Rankine vortex."""
    size, exponent = 22 * np.exp(random.normal(0, 0.25)), random.uniform(0.45, 0.6)
    quadrants = 1 + np.array([0.2, 0.05, -0.25, 0.0]) + random.normal(0, 0.07, 4)
    reach = [np.where(wind_kt >= limit, size * (wind_kt / limit) ** (1 / exponent), 0.0) for limit in (34, 50, 64)]
    radii = np.stack(reach, axis=1)[:, :, None] * quadrants
    return (5 * np.rint(radii / 5)).reshape(len(wind_kt), 12)

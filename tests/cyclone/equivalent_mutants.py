"""Mutants of the solutions of Tropical_Cyclone that are right answers as well, each with its reason."""

WHOLE = "a whole number of NumPy is an index as well"
EITHER = "the length does not depend on the order of its two components"
SQUARED = "the length does not depend on the sign of a component"
AXES = "a mean over several axes does not depend on the order in which they are named"
SIGN = "the square of a difference does not depend on its sign"

ERROR = "return np.sqrt(np.mean((expected - wind_kt) ** 2))"
INDEX = "return int(np.searchsorted(lower_kt, wind_kt, side='right')) - 1"
HEIGHT, WIDTH = "row - (height - 1) / 2", "column - (width - 1) / 2"
DISTANCE = f"distance_km = cyclone.MAP_KM * np.hypot({HEIGHT}, {WIDTH})"

EQUIVALENT = {
    "cyclone.class_index": {
        f"{INDEX}  =>  return np.searchsorted(lower_kt, wind_kt, side='right') - 1": WHOLE,
    },
    "cyclone.ring_mean": {
        f"{DISTANCE}  =>  distance_km = cyclone.MAP_KM * np.hypot({WIDTH}, {HEIGHT})": EITHER,
        f"{DISTANCE}  =>  {DISTANCE.replace(HEIGHT, '(height - 1) / 2 - row')}": SQUARED,
        f"{DISTANCE}  =>  {DISTANCE.replace(WIDTH, '(width - 1) / 2 - column')}": SQUARED,
    },
    "cyclone.reduce": {"return blocks.mean(axis=(1, 3))  =>  return blocks.mean(axis=(3, 1))": AXES},
    "cyclone.error_kt": {f"{ERROR}  =>  {ERROR.replace('expected - wind_kt', 'wind_kt - expected')}": SIGN},
}

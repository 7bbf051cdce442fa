"""Mutants of the solutions of Tropical_Cyclone that are right answers as well, each with its reason."""

WHOLE = "a whole number of NumPy is an index as well"
EITHER = "the length does not depend on the order of its two components"
SQUARED = "the length does not depend on the sign of a component"
AXES = "a mean over several axes does not depend on the order in which they are named"
SIGN = "the square of a difference does not depend on its sign"
LARGER = "the larger of two numbers does not depend on their order"
LEFT_OUT = "where() puts 0 in the place of what was divided by 0; NumPy only warns"
OTHERS = "right minus p adds up to 0 over all frames, so the other storms together have the same sum with another sign"
AS_LONG = "there is one storm_id for each frame"

ERROR = "return np.sqrt(np.mean((expected - wind_kt) ** 2))"
INDEX = "return int(np.searchsorted(lower_kt, wind_kt, side='right')) - 1"
HEIGHT, WIDTH = "row - (height - 1) / 2", "column - (width - 1) / 2"
DISTANCE = f"distance_km = cyclone.MAP_KM * np.hypot({HEIGHT}, {WIDTH})"
WEIGHTS = "return np.where(present, len(labels) / (present.sum() * np.maximum(counts, 1)), 0.0)"
SUMS = "sums = [(right[storm_id == name] - share).sum() for name in np.unique(storm_id)]"
BAR = "return np.sqrt(np.sum(np.square(sums))) / len(right)"

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
    "cyclone.balanced_weights": {
        f"{WEIGHTS}  =>  {WEIGHTS.replace('counts, 1', '1, counts')}": LARGER,
        f"{WEIGHTS}  =>  {WEIGHTS.replace('counts, 1', 'counts, 0')}": LEFT_OUT,
    },
    "cyclone.error_bar": {
        f"{SUMS}  =>  {SUMS.replace('right[storm_id == name] - share', 'share - right[storm_id == name]')}": SIGN,
        f"{SUMS}  =>  {SUMS.replace('==', '!=')}": OTHERS,
        f"{BAR}  =>  {BAR.replace('len(right)', 'len(storm_id)')}": AS_LONG,
    },
}

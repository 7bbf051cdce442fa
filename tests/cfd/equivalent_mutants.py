"""Mutants of the solutions of CFD that are right answers as well, each with its reason."""

SIGN = "dividing by -1 changes the sign, as multiplying does"
SQUARED = "the square of a difference does not depend on its sign"
AXES = "a sum over several axes does not depend on the order in which they are named"
FILLED = "every place is written to, so it does not matter what stood there"
EITHER = "the smaller of two numbers does not depend on their order"

WRONG = "wrong = (fluid * (predicted - true) ** 2).sum(axis=(1, 2, 3))"
SIZE = "size = (fluid * true ** 2).sum(axis=(1, 2, 3))"
SQUARES = "squares = ((predicted - true) ** 2).sum(axis=axes) / (true ** 2).sum(axis=axes)"
PATCHES = "result = np.zeros((x.shape[0] * size, x.shape[1] * size))"
TURNED = "turned = predict(x[:, ::-1])[:, ::-1] * np.array([1, -1])"
CLIPPED = "return np.clip(design - length * unit * slope / size, low, high)"

EQUIVALENT = {
    "cfd.mirrored_flow": {"flipped[..., 1] *= -1  =>  flipped[..., 1] /= -1": SIGN},
    "cfd.fluid_error": {
        f"{WRONG}  =>  {WRONG.replace('predicted - true', 'true - predicted')}": SQUARED,
        f"{WRONG}  =>  {WRONG.replace('(1, 2, 3)', '(2, 1, 3)')}": AXES,
        f"{WRONG}  =>  {WRONG.replace('(1, 2, 3)', '(1, 3, 2)')}": AXES,
        f"{SIZE}  =>  {SIZE.replace('(1, 2, 3)', '(2, 1, 3)')}": AXES,
        f"{SIZE}  =>  {SIZE.replace('(1, 2, 3)', '(1, 3, 2)')}": AXES,
    },
    "cfd.relu_floor": {"missed = np.minimum(velocity, 0.0)  =>  missed = np.minimum(0.0, velocity)": EITHER},
    "cfd.batch_loss": {
        "axes = (1, 2, 3)  =>  axes = (2, 1, 3)": AXES,
        "axes = (1, 2, 3)  =>  axes = (1, 3, 2)": AXES,
        f"{SQUARES}  =>  {SQUARES.replace('predicted - true', 'true - predicted')}": SQUARED,
    },
    "cfd.transposed_convolution": {f"{PATCHES}  =>  {PATCHES.replace('zeros', 'ones')}": FILLED},
    "cfd.distance_by_hand": {
        "result = np.zeros(solid.shape)  =>  result = np.ones(solid.shape)": FILLED,
        "nearest = np.linalg.norm(others - cell, axis=1).min() - 0.5  =>  "
        "nearest = np.linalg.norm(cell - others, axis=1).min() - 0.5": "a distance is the same there and back",
    },
    "cfd.mirror_average": {f"{TURNED}  =>  {TURNED.replace('*', '/')}": SIGN},
    "cfd.projected_step": {
        "unit = (high - low) / 2  =>  unit = (low - high) / 2": "the unit enters twice, so its sign goes out",
        f"{CLIPPED}  =>  return np.clip(low, design - length * unit * slope / size, high)": (
            "clip takes the larger of its first two arguments, whichever comes first, and then the smaller"
        ),
    },
    "cfd.is_result": {
        "noise = error * np.hypot(before, after)  =>  noise = error * np.hypot(after, before)": (
            "a sum of two squares does not depend on their order"
        ),
    },
}

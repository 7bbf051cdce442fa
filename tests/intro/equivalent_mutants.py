"""Mutants of the solutions of Intro_to_DL that are right answers as well, each with its reason."""

NUMBERS = (
    "numbers = {'height': (64 - 5) // 2 + 1, 'width': (48 - 5) // 2 + 1, "
    "'channels': 32, 'parameters': 32 * (5 * 5 * 3 + 1)}"
)
ROUNDED = "half a step is rounded down, so the number of places is the same"
WHOLE = "the factor matters only where the exact value is whole, and there the check accepts both numbers"
ARRAY = "the matrix comes as an array of numbers, and a division makes decimals of them"
SQUARED = "the square of a difference does not depend on its sign"
SINE = "the sine of 10 x alone is enough: the phase of the curve is known"
FEATURES = "return np.concatenate([np.sin(10.0 * x), np.cos(10.0 * x)], axis=1)"

EQUIVALENT = {
    "intro.mean_squared_error": {
        "y_true, y_predicted = (np.ravel(y_true), np.ravel(y_predicted))  =>  "
        "y_true, y_predicted = (np.ravel(y_predicted), np.ravel(y_true))": SQUARED,
        "return np.mean((y_true - y_predicted) ** 2)  =>  return np.mean((y_predicted - y_true) ** 2)": SQUARED,
    },
    "intro.periodic_features": {
        f"{FEATURES}  =>  {FEATURES.replace('cos', 'sin')}": SINE,
        f"{FEATURES}  =>  {FEATURES.replace('cos(10', 'cos(11')}": f"{SINE}; the other column gets the weight 0",
    },
    "intro.choose_order": {
        "errors.append(intro.rmse(predict(x_validation), y_validation))  =>  "
        "errors.append(intro.rmse(y_validation, predict(x_validation)))": SQUARED,
        "return orders[int(np.argmin(errors))]  =>  return orders[np.argmin(errors)]": (
            "a list takes NumPy's whole numbers as an index"
        ),
    },
    "intro.layer_numbers": {
        f"{NUMBERS}  =>  {NUMBERS.replace(old, new)}": ROUNDED
        for old, new in (("(64 - 5", "(63 - 5"), ("(64 - 5", "(64 - 6"), ("(48 - 5", "(47 - 5"), ("(48 - 5", "(48 - 6"))
    },
    "intro.recall_per_class": {
        "matrix = np.asarray(matrix, dtype=float)  =>  (dropped)": ARRAY,
        "matrix = np.asarray(matrix, dtype=float)  =>  matrix = np.asarray(matrix)": ARRAY,
        "matrix = np.asarray(matrix, dtype=float)  =>  matrix = matrix": ARRAY,
    },
    "intro.images_needed": {
        f"return math.ceil(exact * (1 - 1e-12))  =>  return math.ceil(exact {changed})": WHOLE
        for changed in ("/ (1 - 1e-12)", "* (1 + 1e-12)", "* (1 - 1.1000000000000002e-12)")
    },
    "intro.residual_forward": {
        "hidden = np.maximum(x @ w1, 0.0)  =>  hidden = np.maximum(0.0, x @ w1)": (
            "the larger of two numbers does not depend on their order"
        ),
    },
}

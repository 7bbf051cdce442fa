"""Mutants of the solutions that are as right as the solutions: exercise -> {line before  =>  line after: reason}."""

EQUIVALENT = {
    "printing.readings_needed": {
        "return int(np.ceil((noise / wanted) ** 2))  =>  return np.ceil((noise / wanted) ** 2)": (
            "a whole number of type float is the same number"
        ),
    },
}

"""Plausible wrong answers to the exercises of 04_The_Split_Matters and the hint each must get."""

WRONG = {
    "cyclone.shares_storms": [
        (
            "def shares_storms(train, test):\n"
            "    return len(set(train.storm_id) & set(test.storm_id)) / test.storm_id.nunique()",
            "weighs more",
        ),
        ("def shares_storms(train, test):\n    return train.storm_id.isin(test.storm_id).mean()", "of the test frames"),
        ("def shares_storms(train, test):\n    return test.storm_id.isin(train.storm_id).sum()", "number of frames"),
    ],
    "cyclone.season_folds": [
        (
            "def season_folds(seasons):\n"
            "    years = sorted(set(seasons))\n"
            "    return [(years[: i + 1], years[i]) for i in range(2, len(years))]",
            "its own test season",
        ),
        (
            "def season_folds(seasons):\n"
            "    years = sorted(set(seasons))\n"
            "    return [([years[i - 2], years[i - 1]], years[i]) for i in range(2, len(years))]",
            "leaves out seasons",
        ),
        (
            "def season_folds(seasons):\n"
            "    years = sorted(set(seasons))\n"
            "    return [(years[:i], years[i]) for i in range(1, len(years))]",
            "five seasons give",
        ),
        (
            "def season_folds(seasons):\n    return [(seasons[:i], seasons[i]) for i in range(2, len(seasons))]",
            "trains on the future",
        ),
    ],
    "cyclone.error_kt": [
        (
            "def error_kt(probabilities, wind_kt, class_wind_kt):\n"
            "    return np.sqrt(np.mean((class_wind_kt[probabilities.argmax(axis=1)] - wind_kt) ** 2))",
            "forgets the other probabilities",
        ),
        (
            "def error_kt(probabilities, wind_kt, class_wind_kt):\n"
            "    return np.mean((probabilities @ class_wind_kt - wind_kt) ** 2)",
            "knots squared",
        ),
        (
            "def error_kt(probabilities, wind_kt, class_wind_kt):\n"
            "    return np.abs(probabilities @ class_wind_kt - wind_kt).mean()",
            "mean magnitude",
        ),
    ],
}

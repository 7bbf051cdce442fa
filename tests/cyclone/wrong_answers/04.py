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
        ("def shares_storms(train, test):\n    return 1 - test.storm_id.isin(train.storm_id).mean()", "not in the"),
        (
            "def shares_storms(train, test):\n    return len(test.merge(train, on='storm_id')) / len(test)",
            "count each test frame once",
        ),
        (
            "def shares_storms(train, test):\n    return test.storm_id.str[:4].isin(train.storm_id.str[:4]).mean()",
            "by its whole storm_id",
        ),
        (
            "def shares_storms(train, test):\n"
            "    return len(set(train.storm_id) & set(test.storm_id)) / len(set(train.storm_id) | set(test.storm_id))",
            "those of both sets",
        ),
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
            "seasons give the test seasons",
        ),
        (
            "def season_folds(seasons):\n    return [(seasons[:i], seasons[i]) for i in range(2, len(seasons))]",
            "trains on the future",
        ),
        (
            "def season_folds(seasons):\n"
            "    years = sorted(seasons)\n"
            "    return [(years[:i], years[i]) for i in range(2, len(years))]",
            "its own test season",
        ),
        (
            "def season_folds(seasons):\n"
            "    years = list(range(min(seasons), max(seasons) + 1))\n"
            "    return [(years[:i], years[i]) for i in range(2, len(years))]",
            "years may be missing",
        ),
        (
            "def season_folds(seasons):\n"
            "    tests = sorted(set(seasons))[2:]\n"
            "    return [([year for year in seasons if year < test], test) for test in tests]",
            "repeats a training season",
        ),
        (
            "def season_folds(seasons):\n"
            "    years = sorted(set(seasons))\n"
            "    return [([y for y in years if y < test], test) for test in sorted(seasons) if test > years[1]]",
            "each once and in order",
        ),
        (
            "def season_folds(seasons):\n"
            "    years = sorted(set(seasons))\n"
            "    return [(years[:i], years[i]) for i in range(3, len(years))]",
            "seasons give the test seasons",
        ),
        (
            "def season_folds(seasons):\n"
            "    years = sorted(set(seasons))\n"
            "    return [(years[: i - 1], years[i]) for i in range(2, len(years))]",
            "leaves out seasons",
        ),
        (
            "def season_folds(seasons):\n"
            "    years = sorted(set(seasons))\n"
            "    return {years[i]: years[:i] for i in range(2, len(years))}",
            "list of pairs",
        ),
        (
            "def season_folds(seasons):\n"
            "    years = sorted(set(seasons))\n"
            "    return [(years[i], years[:i]) for i in range(2, len(years))]",
            "list of pairs",
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
        (
            "def error_kt(probabilities, wind_kt, class_wind_kt):\n"
            "    return (probabilities @ class_wind_kt - wind_kt).std()",
            "leaves out the mean error",
        ),
        (
            "def error_kt(probabilities, wind_kt, class_wind_kt):\n"
            "    expected = (probabilities * class_wind_kt).sum(axis=1, keepdims=True)\n"
            "    return np.sqrt(np.mean((expected - wind_kt) ** 2))",
            "every frame with every other",
        ),
        (
            "def error_kt(probabilities, wind_kt, class_wind_kt):\n"
            "    squares = probabilities * (class_wind_kt - wind_kt[:, None]) ** 2\n"
            "    return np.sqrt(squares.sum(axis=1).mean())",
            "the spread of the probabilities",
        ),
        (
            "def error_kt(probabilities, wind_kt, class_wind_kt):\n"
            "    return np.sqrt(np.sum((probabilities @ class_wind_kt - wind_kt) ** 2))",
            "grows with the number of frames",
        ),
    ],
}

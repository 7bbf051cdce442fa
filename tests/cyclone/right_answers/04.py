"""Other right answers to the exercises of 04_The_Split_Matters: other forms, other ways."""

RIGHT = {
    "cyclone.shares_storms": [
        """
def shares_storms(train, test):
    known = set(train["storm_id"])
    return sum(name in known for name in test["storm_id"]) / len(test)
""",
        """
def shares_storms(train, test):
    counts = test.storm_id.value_counts(normalize=True)
    return counts[counts.index.isin(train.storm_id.unique())].sum()
""",
        """
def shares_storms(train, test):
    known = train[["storm_id"]].drop_duplicates()
    return len(test.merge(known, on="storm_id")) / len(test)
""",
    ],
    "cyclone.season_folds": [
        """
def season_folds(seasons):
    folds = []
    for test in sorted(set(seasons)):
        earlier = {year for year in seasons if year < test}
        if len(earlier) >= 2:
            folds.append((earlier, test))
    return folds
""",
        """
def season_folds(seasons):
    years = np.unique(seasons)
    return [[years[years < test], test] for test in years[2:]]
""",
        """
def season_folds(seasons):
    seen, folds = set(), []
    for year in sorted(seasons):
        if year not in seen and len(seen) > 1:
            folds.append([tuple(seen), np.int64(year)])
        seen.add(year)
    return folds
""",
    ],
    "cyclone.error_kt": [
        """
def error_kt(probabilities, wind_kt, class_wind_kt):
    squares = 0.0
    for row, wind in zip(probabilities, wind_kt, strict=True):
        expected = sum(p * w for p, w in zip(row, class_wind_kt, strict=True))
        squares += (expected - wind) ** 2
    return (squares / len(wind_kt)) ** 0.5
""",
        """
def error_kt(probabilities, wind_kt, class_wind_kt):
    difference = np.einsum("nk,k->n", probabilities, class_wind_kt) - wind_kt
    return np.linalg.norm(difference) / np.sqrt(len(difference))
""",
        """
def error_kt(probabilities, wind_kt, class_wind_kt):
    import torch

    rows = torch.tensor(probabilities, dtype=torch.float32)
    expected = rows @ torch.tensor(class_wind_kt, dtype=torch.float32)
    return torch.nn.functional.mse_loss(expected, torch.tensor(wind_kt, dtype=torch.float32)).sqrt()
""",
        """
def error_kt(probabilities, wind_kt, class_wind_kt):
    difference = np.average(np.tile(class_wind_kt, (len(wind_kt), 1)), axis=1, weights=probabilities) - wind_kt
    return float(np.hypot(difference.mean(), difference.std()))
""",
    ],
}

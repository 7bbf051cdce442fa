"""Other right answers to the exercises of 06_Competition: other forms, other ways."""

RIGHT = {
    "cyclone.to_probabilities": [
        """
def to_probabilities(scores):
    import math

    result = []
    for row in scores.tolist():
        powers = [math.exp(score - max(row)) for score in row]
        result.append([power / sum(powers) for power in powers])
    return result
""",
        """
def to_probabilities(scores):
    import torch

    return torch.softmax(torch.tensor(scores, dtype=torch.float32), dim=1)
""",
        """
def to_probabilities(scores):
    from scipy.special import logsumexp

    return np.exp(scores - logsumexp(scores, axis=1, keepdims=True))
""",
        """
def to_probabilities(scores):
    differences = np.clip(scores[:, None, :] - scores[:, :, None], None, 700)
    return 1 / np.exp(differences).sum(axis=2)
""",
    ],
    "cyclone.error_bar": [
        """
def error_bar(right, storm_id):
    share, sums = sum(right) / len(right), {}
    for answer, name in zip(right, storm_id, strict=True):
        sums[name] = sums.get(name, 0.0) + float(answer) - share
    return sum(s**2 for s in sums.values()) ** 0.5 / len(right)
""",
        """
def error_bar(right, storm_id):
    import pandas as pd

    sums = pd.Series(right - right.mean()).groupby(storm_id).sum()
    return np.linalg.norm(sums) / len(right)
""",
        """
def error_bar(right, storm_id):
    rest = right - right.mean()
    same_storm = storm_id[:, None] == storm_id
    return np.sqrt(max(rest @ same_storm @ rest, 0.0)) / len(right)
""",
        """
def error_bar(right, storm_id):
    import torch

    names, place = np.unique(storm_id, return_inverse=True)
    rest = torch.tensor(right - right.mean())
    sums = torch.zeros(len(names), dtype=rest.dtype).index_add(0, torch.tensor(place), rest)
    return sums.norm() / len(right)
""",
    ],
}

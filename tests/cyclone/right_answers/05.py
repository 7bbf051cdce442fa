"""Other right answers to the exercises of 05_Class_Imbalance: other forms, other ways."""

RIGHT = {
    "cyclone.balanced_weights": [
        """
def balanced_weights(labels):
    from collections import Counter

    counts = Counter(labels.tolist())
    return [len(labels) / (len(counts) * counts[k]) if k in counts else 0 for k in range(8)]
""",
        """
def balanced_weights(labels):
    from sklearn.utils.class_weight import compute_class_weight

    present, weights = np.unique(labels), np.zeros(8)
    weights[present] = compute_class_weight("balanced", classes=present, y=labels)
    return weights
""",
        """
def balanced_weights(labels):
    import torch

    counts = torch.bincount(torch.tensor(labels), minlength=8).float()
    inverse = torch.where(counts > 0, 1 / counts, 0.0)
    return inverse / inverse[torch.tensor(labels)].mean()
""",
        """
def balanced_weights(labels):
    weights = np.zeros(8)
    for label in labels:
        weights[label] = 1 / np.sum(labels == label)
    return weights * len(labels) / np.count_nonzero(weights)
""",
    ],
    "cyclone.without_prior": [
        """
def without_prior(probabilities, shares):
    result = []
    for row in probabilities.tolist():
        ratios = [p / share for p, share in zip(row, shares, strict=True)]
        result.append([ratio / sum(ratios) for ratio in ratios])
    return result
""",
        """
def without_prior(probabilities, shares):
    import torch

    return torch.softmax(torch.tensor(probabilities).log() - torch.tensor(shares).log(), dim=1)
""",
        """
def without_prior(probabilities, shares):
    weights = shares.min() / shares
    return np.einsum("nk,k,n->nk", probabilities, weights, 1 / (probabilities @ weights))
""",
    ],
    "cyclone.northern": [
        """
def northern(image, lat):
    return np.flipud(image) if lat < 0 else image.copy()
""",
        """
def northern(image, lat):
    import torch

    return torch.flip(torch.tensor(image), [0]) if lat < 0 else torch.tensor(image)
""",
        """
def northern(image, lat):
    rows = list(image)
    if np.sign(lat) == -1:
        rows.reverse()
    return rows
""",
        """
def northern(image, lat):
    import cv2

    return image if lat >= 0 else cv2.flip(image, 0)
""",
    ],
}

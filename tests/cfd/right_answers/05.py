"""Other right answers to the exercises of 05_Competition: other forms, other ways."""

RIGHT = {
    "cfd.clearly_better": [
        "def clearly_better(first, second):\n    return (first < second).all()",
        "def clearly_better(first, second):\n    return max(a - b for a, b in zip(first, second, strict=True)) < 0",
        """
def clearly_better(first, second):
    for mine, yours in zip(first, second):
        if mine >= yours:
            return False
    return True
""",
        "def clearly_better(first, second):\n    return np.sum(second > first) == len(first)",
    ],
    "cfd.ensemble": [
        """
def ensemble(predictions, solid):
    result = sum(predictions) / len(predictions)
    result[solid] = 0
    return result
""",
        """
def ensemble(predictions, solid):
    import torch

    mean = torch.stack([torch.tensor(prediction) for prediction in predictions]).mean(dim=0)
    return mean.masked_fill(torch.tensor(solid)[..., None], 0.0)
""",
        """
def ensemble(predictions, solid):
    weights = np.full(len(predictions), 1 / len(predictions))
    return np.tensordot(weights, np.array(predictions), axes=1) * (1 - solid)[..., None]
""",
    ],
    "cfd.rms_divergence": [
        """
def rms_divergence(velocity, solid):
    from scipy import ndimage

    cross = ndimage.generate_binary_structure(2, 1)
    fluid = np.array([ndimage.binary_erosion(~one, cross) for one in solid])[:, 1:-1, 1:-1]
    values = divergence(velocity)[fluid]
    return np.linalg.norm(values) / np.sqrt(values.size)
""",
        """
def rms_divergence(velocity, solid):
    squares = []
    for n, i, j in np.ndindex(solid.shape):
        inner = 0 < i < solid.shape[1] - 1 and 0 < j < solid.shape[2] - 1
        if inner and not (solid[n, i - 1 : i + 2, j].any() or solid[n, i, j - 1 : j + 2].any()):
            u_x = velocity[n, i, j + 1, 0] - velocity[n, i, j - 1, 0]
            v_y = velocity[n, i + 1, j, 1] - velocity[n, i - 1, j, 1]
            squares.append(((u_x + v_y) / 2) ** 2)
    return (sum(squares) / len(squares)) ** 0.5
""",
        """
def rms_divergence(velocity, solid):
    change = np.gradient(velocity[..., 0], axis=2) + np.gradient(velocity[..., 1], axis=1)
    near = solid.copy()
    for axis in (1, 2):
        near |= np.roll(solid, 1, axis) | np.roll(solid, -1, axis)
    kept = np.where(near, np.nan, change)[:, 1:-1, 1:-1]
    return np.sqrt(np.nanmean(kept**2))
""",
    ],
}

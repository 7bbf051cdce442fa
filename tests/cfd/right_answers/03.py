"""Other right answers to the exercises of 03_Convolutions_and_Signed_Distance: other forms, other ways."""

RIGHT = {
    "cfd.transposed_convolution": [
        "def transposed_convolution(x, kernel):\n    return np.kron(x, kernel)",
        """
def transposed_convolution(x, kernel):
    patches = np.einsum("ij,kl->ikjl", x, kernel)
    return patches.reshape(len(x) * len(kernel), -1)
""",
        """
def transposed_convolution(x, kernel):
    rows = []
    for numbers in x.tolist():
        for weights in kernel.tolist():
            rows.append([number * weight for number in numbers for weight in weights])
    return rows
""",
        """
def transposed_convolution(x, kernel):
    import torch

    maps = torch.tensor(x)[None, None], torch.tensor(kernel)[None, None]
    return torch.nn.functional.conv_transpose2d(*maps, stride=len(kernel))[0, 0]
""",
    ],
    "cfd.distance_by_hand": [
        """
def distance_by_hand(solid):
    from scipy import ndimage

    outside, inside = ndimage.distance_transform_edt(~solid), ndimage.distance_transform_edt(solid)
    return outside - inside - 0.5 * np.where(solid, -1, 1)
""",
        """
def distance_by_hand(solid):
    places = [(i, j) for i in range(solid.shape[0]) for j in range(solid.shape[1])]

    def value(i, j):
        squares = [(i - k) ** 2 + (j - l) ** 2 for k, l in places if solid[k, l] != solid[i, j]]
        return (min(squares) ** 0.5 - 0.5) * (-1 if solid[i, j] else 1)

    return [[value(i, j) for j in range(solid.shape[1])] for i in range(solid.shape[0])]
""",
        """
def distance_by_hand(solid):
    y, x = (axis.ravel() for axis in np.indices(solid.shape))
    distance = np.hypot(y[:, None] - y, x[:, None] - x)
    other = solid.ravel()[:, None] != solid.ravel()
    nearest = np.where(other, distance, np.inf).min(axis=1).reshape(solid.shape) - 0.5
    return nearest * (1 - 2 * solid)
""",
    ],
    "cfd.better_for_every_seed": [
        "def better_for_every_seed(a, b):\n    return all(x < y for x in a for y in b)",
        "def better_for_every_seed(a, b):\n    return np.max(a) < np.min(b)",
        "def better_for_every_seed(a, b):\n    return not any(worst >= min(b) for worst in a)",
        "def better_for_every_seed(a, b):\n    return bool((np.subtract.outer(np.array(a), np.array(b)) < 0).all())",
    ],
}

"""Other right answers to the exercises of 02_Fully_Connected: other forms, other ways."""

RIGHT = {
    "cfd.relu_floor": [
        """
def relu_floor(velocity):
    kept = np.maximum(velocity, 0.0)
    return np.sqrt(((velocity - kept) ** 2).sum() / (velocity**2).sum())
""",
        """
def relu_floor(velocity):
    values = velocity.ravel().tolist()
    return (sum(v * v for v in values if v < 0) / sum(v * v for v in values)) ** 0.5
""",
        """
def relu_floor(velocity):
    import torch

    flow = torch.tensor(velocity)
    return torch.linalg.norm(flow - torch.relu(flow)) / torch.linalg.norm(flow)
""",
    ],
    "cfd.batch_loss": [
        """
def batch_loss(true, predicted):
    pairs = zip(true, predicted, strict=True)
    return sum(np.linalg.norm(p - t) / np.linalg.norm(t) for t, p in pairs) / len(true)
""",
        """
def batch_loss(true, predicted):
    true, predicted = true.reshape(len(true), -1), predicted.reshape(len(true), -1)
    unit = np.linalg.norm(true, axis=1, keepdims=True)
    return float(np.linalg.norm((predicted - true) / unit, axis=1).mean())
""",
        """
def batch_loss(true, predicted):
    wrong, size = (np.einsum("nhwc,nhwc->n", part, part) for part in (predicted - true, true))
    return np.exp(0.5 * (np.log(wrong) - np.log(size))).mean()
""",
    ],
    "cfd.dense_parameters": [
        """
def dense_parameters(height, width, units, hidden_layers):
    numbers = [height * width] + hidden_layers * [units] + [2 * height * width]
    return sum((before + 1) * after for before, after in zip(numbers[:-1], numbers[1:], strict=True))
""",
        """
def dense_parameters(height, width, units, hidden_layers):
    weights = 3 * height * width * units + (hidden_layers - 1) * units**2
    biases = hidden_layers * units + 2 * height * width
    return float(weights + biases)
""",
        """
def dense_parameters(height, width, units, hidden_layers):
    total, before = 0, height * width
    for _ in range(hidden_layers):
        total, before = total + before * units + units, units
    return np.int64(total + (before + 1) * 2 * height * width)
""",
    ],
}

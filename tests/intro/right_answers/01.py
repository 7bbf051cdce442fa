"""Other right answers to the exercises of 01_Curve_Fitting: other forms, other ways."""

RIGHT = {
    "intro.mean_squared_error": [
        """
def mean_squared_error(y_true, y_predicted):
    truth, predicted = list(np.ravel(y_true)), list(np.ravel(y_predicted))
    if len(truth) != len(predicted):
        raise ValueError("not the same number")
    return sum((t - p) ** 2 for t, p in zip(truth, predicted)) / len(truth)
""",
        """
def mean_squared_error(y_true, y_predicted):
    difference = torch.as_tensor(y_true).flatten()
    predicted = torch.as_tensor(y_predicted).flatten()
    if difference.shape != predicted.shape:
        raise ValueError("not the same number")
    difference -= predicted
    return (difference @ difference) / len(difference)
""",
        """
def mean_squared_error(y_true, y_predicted):
    from sklearn.metrics import mean_squared_error as error

    return error(np.reshape(y_true, -1), np.reshape(y_predicted, -1))
""",
    ],
    "intro.parameter_count": [
        """
def parameter_count(inputs, units, outputs):
    weights = [inputs * units, units * outputs, inputs * outputs]
    return np.sum(weights) + units + outputs
""",
        """
def parameter_count(inputs, units, outputs):
    hidden, output = torch.nn.Linear(inputs, units), torch.nn.Linear(units + inputs, outputs)
    return sum(p.numel() for layer in (hidden, output) for p in layer.parameters())
""",
    ],
    "intro.periodic_features": [
        "def features(x):\n    return torch.sin(10 * torch.as_tensor(x))",
        "def features(x):\n    return [[math_sin, 0.0] for math_sin in np.sin(10 * x[:, 0])]",
        "def features(x):\n    turns = np.exp(1j * 10 * x)\n    return np.hstack([turns.real, turns.imag])",
        "def features(x):\n    return np.concatenate([np.sin(10 * x + 1), np.sin(10 * x + 2), np.cos(20 * x)], axis=1)",
        """
def features(x):
    inside = np.mod(x, 2 * np.pi / 10)
    return np.concatenate([inside**k for k in range(1, 10)], axis=1)
""",
    ],
}

"""Plausible wrong answers to the exercises of 02_Fully_Connected and the hint each must get."""

WRONG = {
    "cfd.relu_floor": [
        (
            "def relu_floor(velocity):\n    return (np.minimum(velocity, 0) ** 2).sum() / (velocity**2).sum()",
            "take the square root",
        ),
        (
            "def relu_floor(velocity):\n    return np.linalg.norm(np.maximum(velocity, 0)) / np.linalg.norm(velocity)",
            "lets through; the error is what it cuts off",
        ),
        ("def relu_floor(velocity):\n    return np.linalg.norm(np.minimum(velocity, 0))", "the error is relative"),
        (
            "def relu_floor(velocity):\n    return np.abs(np.minimum(velocity, 0)).sum() / np.abs(velocity).sum()",
            "squares, not magnitudes",
        ),
        (
            "def relu_floor(velocity):\n"
            "    return np.linalg.norm(np.minimum(velocity, 0)) / np.linalg.norm(np.maximum(velocity, 0))",
            "not only of what a ReLU lets through",
        ),
        (
            "def relu_floor(velocity):\n"
            "    return np.linalg.norm(np.minimum(velocity[..., 0], 0)) / np.linalg.norm(velocity)",
            "negative values of both",
        ),
        ("relu_floor = None", "function itself"),
    ],
    "cfd.batch_loss": [
        (
            "def batch_loss(true, predicted):\n    return np.sqrt(((predicted - true) ** 2).sum() / (true**2).sum())",
            "fast flows count more",
        ),
        ("def batch_loss(true, predicted):\n    return ((predicted - true) ** 2).mean()", "the unit in it"),
        (
            "def batch_loss(true, predicted):\n"
            "    axes = (1, 2, 3)\n"
            "    return (((predicted - true) ** 2).sum(axis=axes) / (true**2).sum(axis=axes)).mean()",
            "square root of every sample",
        ),
        (
            "def batch_loss(true, predicted):\n"
            "    axes = (1, 2, 3)\n"
            "    return np.sqrt(((predicted - true) ** 2).sum(axis=axes) / (true**2).sum(axis=axes)).sum()",
            "divide by their number",
        ),
        (
            "def batch_loss(true, predicted):\n"
            "    axes = (1, 2, 3)\n"
            "    return np.sqrt(((predicted - true) ** 2).sum(axis=axes) / (predicted**2).sum(axis=axes)).mean()",
            "in this order",
        ),
        (
            "def batch_loss(true, predicted):\n"
            "    axes = (1, 2, 3)\n"
            "    return np.sqrt(((predicted - true) ** 2).sum(axis=axes) / (true**2).sum(axis=axes))",
            "one number is asked for",
        ),
        (
            "def batch_loss(true, predicted):\n"
            "    axes = (1, 2, 3)\n"
            "    return np.median(np.sqrt(((predicted - true) ** 2).sum(axis=axes) / (true**2).sum(axis=axes)))",
            "not their median",
        ),
    ],
    "cfd.dense_parameters": [
        (
            "def dense_parameters(height, width, units, hidden_layers):\n"
            "    return 3 * height * width * units + (hidden_layers - 1) * units**2",
            "biases are missing",
        ),
        (
            "def dense_parameters(height, width, units, hidden_layers):\n"
            "    cells = height * width\n"
            "    return cells * units + units + hidden_layers * units * (units + 1) + 2 * cells * (units + 1)",
            "hidden_layers - 1",
        ),
        (
            "def dense_parameters(height, width, units, hidden_layers):\n"
            "    cells = height * width\n"
            "    return cells * units + units + (hidden_layers - 1) * units * (units + 1) + cells * (units + 1)",
            "two components",
        ),
        (
            "def dense_parameters(height, width, units, hidden_layers):\n"
            "    cells = height * width\n"
            "    between = (hidden_layers - 1) * units * (units + 1)\n"
            "    return 2 * cells * units + units + between + 2 * cells * (units + 1)",
            "one number for every cell",
        ),
        (
            "def dense_parameters(height, width, units, hidden_layers):\n"
            "    cells = height * width\n"
            "    return 3 * cells * units + (hidden_layers - 1) * units**2 + hidden_layers + 1",
            "not one in all",
        ),
    ],
}

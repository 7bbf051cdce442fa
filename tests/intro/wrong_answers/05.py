"""Plausible wrong answers to the exercises of 05_Residual_Networks and the hint each must get."""

WRONG = {
    "intro.residual_forward": [
        ("def block_forward(x, w1, w2):\n    return np.maximum(x @ w1, 0.0) @ w2", "input is lost"),
        (
            "def block_forward(x, w1, w2):\n    return np.maximum(x + np.maximum(x @ w1, 0.0) @ w2, 0.0)",
            "no ReLU after the addition",
        ),
        ("def block_forward(x, w1, w2):\n    return x + x @ w1 @ w2", "ReLU between w1 and w2 is missing"),
        (
            "def block_forward(x, w1, w2):\n    return x + np.maximum(np.maximum(x @ w1, 0.0) @ w2, 0.0)",
            "no ReLU after w2",
        ),
        (
            "def block_forward(x, w1, w2):\n    return (x + np.maximum(x @ w1, 0.0) @ w2).sum(axis=0)",
            "your result (3,)",
        ),
        ("block_forward = None", "TypeError"),
    ],
    "intro.skip_gradient": [
        ("def chain_gradient(slopes):\n    return np.prod(slopes)", "1 of the skip connection is missing"),
        ("def chain_gradient(slopes):\n    return 1.0 + np.prod(slopes)", "belongs inside the product"),
        ("def chain_gradient(slopes):\n    return 1.0 + np.sum(slopes)", "multiplied, not added"),
        ("def chain_gradient(slopes):\n    return np.sum(1.0 + slopes)", "are multiplied"),
        ("def chain_gradient(slopes):\n    return (1.0 + slopes[0]) ** len(slopes)", "1 + f'"),
    ],
    "intro.block_parameters": [
        (
            "def count_parameters(channels_in, channels, strides):\n"
            "    return 9 * channels * (channels_in + channels) + 2 * (channels_in + channels)",
            "cannot be added to 16",
        ),
        (
            "def count_parameters(channels_in, channels, strides):\n"
            "    extra = channels_in * channels if channels_in != channels else 0\n"
            "    return 9 * channels * (channels_in + channels) + 2 * (channels_in + channels) + extra",
            "cannot be added to 7x7",
        ),
        (
            "def count_parameters(channels_in, channels, strides):\n"
            "    extra = channels_in * channels if strides != 1 else 0\n"
            "    return 9 * channels * (channels_in + channels) + 2 * (channels_in + channels) + extra",
            "cannot be added to 16",
        ),
        (
            "def count_parameters(channels_in, channels, strides):\n"
            "    extra = channels_in * channels if strides != 1 or channels_in != channels else 0\n"
            "    return 9 * channels * (channels_in + channels) + extra",
            "normalizations are missing",
        ),
        (
            "def count_parameters(channels_in, channels, strides):\n"
            "    extra = channels_in * channels if strides != 1 or channels_in != channels else 0\n"
            "    return 9 * channels * (channels_in + channels) + 2 * (channels_in + channels) + 2 * channels + extra",
            "no bias",
        ),
    ],
}

"""Plausible wrong answers to the exercises of 05_Residual_Networks and the hint each must get."""

COUNT = """
def count_parameters(channels_in, channels, strides):
    extra = {extra} if {needed} else 0
    return 9 * channels * (channels_in + channels) + 2 * (channels_in + channels) + extra
"""
NEEDED = "strides != 1 or channels_in != channels"

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
            "its shape is",
        ),
        ("def block_forward(x, w1, w2):\n    return np.maximum(x, 0) + np.maximum(x @ w1, 0) @ w2", "negative inputs"),
        ("def block_forward(x, w1, w2):\n    return x - np.maximum(x @ w1, 0) @ w2", "not subtracted"),
        ("def block_forward(x, w1, w2):\n    return x + np.maximum(x @ w1 @ w2, 0)", "between w1 and w2, not after"),
        ("def block_forward(x, w1, w2):\n    return x + np.maximum(x, 0) @ w1 @ w2", "acts on x w1"),
        ("def block_forward(x, w1, w2):\n    return x", "add F(x)"),
        ("def block_forward(x, w1, w2):\n    return x + w1 @ x", "it stopped with ValueError"),
        ("block_forward = None", "function itself"),
    ],
    "intro.skip_gradient": [
        ("def chain_gradient(slopes):\n    return np.prod(slopes)", "1 of the skip connection is missing"),
        ("def chain_gradient(slopes):\n    return 1.0 + np.prod(slopes)", "belongs inside the product"),
        ("def chain_gradient(slopes):\n    return 1.0 + np.sum(slopes)", "multiplied, not added"),
        ("def chain_gradient(slopes):\n    return np.sum(1.0 + slopes)", "are multiplied"),
        ("def chain_gradient(slopes):\n    return (1.0 + slopes[0]) ** len(slopes)", "a slope of its own"),
        ("def chain_gradient(slopes):\n    return abs(np.prod(1.0 + slopes))", "leave its sign"),
        ("def chain_gradient(slopes):\n    return np.exp(np.log(1.0 + slopes).sum())", "a sum of logarithms"),
        ("def chain_gradient(slopes):\n    return np.cumprod(1.0 + slopes)", "the last of them"),
        ("def chain_gradient(slopes):\n    return np.prod(1.0 + slopes[1:])", "one block has the derivative"),
    ],
    "intro.block_parameters": [
        (
            "def count_parameters(channels_in, channels, strides):\n"
            "    return 9 * channels * (channels_in + channels) + 2 * (channels_in + channels)",
            "use a 1x1 projection",
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
            "these convolutions have no bias",
        ),
        (COUNT.format(extra="(channels_in + 1) * channels", needed=NEEDED), "the projection has no bias"),
        (COUNT.format(extra="9 * channels_in * channels", needed=NEEDED), "the projection is 1x1"),
        (COUNT.format(extra="channels_in * channels", needed="True"), "no projection"),
        (
            COUNT.format(extra="channels_in * channels", needed="strides != 1 and channels_in != channels"),
            "either alone",
        ),
        (
            COUNT.format(extra="channels_in * channels", needed="strides != 1 or channels > channels_in"),
            "fewer channels",
        ),
        (
            COUNT.format(extra="channels_in * channels", needed="strides == 2 or channels_in != channels"),
            "every stride",
        ),
        ("count_parameters = 1232", "function itself"),
    ],
}

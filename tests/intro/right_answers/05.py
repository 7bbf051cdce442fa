"""Other right answers to the exercises of 05_Residual_Networks: other forms, other ways."""

RIGHT = {
    "intro.residual_forward": [
        """
def block_forward(x, w1, w2):
    hidden = x @ w1
    hidden[hidden < 0] = 0
    x += hidden @ w2
    return x
""",
        """
def block_forward(x, w1, w2):
    rows = []
    for row in x:
        hidden = [max(sum(a * b for a, b in zip(row, column)), 0.0) for column in w1.T]
        rows.append([a + sum(h * b for h, b in zip(hidden, column)) for a, column in zip(row, w2.T)])
    return rows
""",
        """
def block_forward(x, w1, w2):
    x, w1, w2 = (keras.ops.convert_to_tensor(a, "float32") for a in (x, w1, w2))
    return keras.ops.add(x, keras.ops.matmul(keras.ops.relu(keras.ops.matmul(x, w1)), w2))
""",
    ],
    "intro.skip_gradient": [
        """
def chain_gradient(slopes):
    total = 1.0
    for slope in slopes[::-1]:
        total += total * slope
    return total
""",
        "def chain_gradient(slopes):\n    return np.cumprod(slopes + 1)[-1]",
        """
def chain_gradient(slopes):
    import torch

    x = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    y = x
    for slope in slopes:
        y = y + slope * y
    return torch.autograd.grad(y, x)[0]
""",
    ],
    "intro.block_parameters": [
        """
def count_parameters(channels_in, channels, strides):
    kernels = [(3, channels_in, channels), (3, channels, channels)]
    if (channels_in, 1) != (channels, strides):
        kernels.append((1, channels_in, channels))
    return float(sum(side**2 * i * o for side, i, o in kernels) + 2 * channels_in + 2 * channels)
""",
        """
def count_parameters(channels_in, channels, strides):
    x = keras.Input((16, 16, channels_in))
    y = layers.Activation("relu")(layers.BatchNormalization()(x))
    skip = x
    if strides > 1 or channels_in != channels:
        skip = layers.Conv2D(channels, 1, strides=strides, use_bias=False)(y)
    y = layers.Conv2D(channels, 3, strides=strides, padding="same", use_bias=False)(y)
    y = layers.Activation("relu")(layers.BatchNormalization()(y))
    y = layers.Conv2D(channels, 3, padding="same", use_bias=False)(y)
    model = keras.Model(x, layers.Add()([skip, y]))
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
""",
    ],
}

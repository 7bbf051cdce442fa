"""Other right answers to the exercises of 04_Gated_U_Net: other forms, other ways."""

RIGHT = {
    "cfd.gate_slopes": [
        """
def gate_slopes(a, b):
    import torch

    a, b = (torch.tensor(values, requires_grad=True) for values in (a, b))
    (a * torch.sigmoid(b)).sum().backward()
    return a.grad, b.grad
""",
        """
def gate_slopes(a, b):
    return [(1 + np.tanh(b / 2)) / 2, a / (4 * np.cosh(b / 2) ** 2)]
""",
        """
def gate_slopes(a, b):
    shut = np.exp(-b)
    return np.stack([1 / (1 + shut), a * shut / (1 + shut) ** 2])
""",
    ],
    "cfd.mirror_average": [
        """
def mirror_average(predict, x):
    both = predict(np.concatenate([x, np.flip(x, axis=1)]))
    direct, other = np.split(both, 2)
    u = direct[..., 0] + other[:, ::-1, :, 0]
    v = direct[..., 1] - other[:, ::-1, :, 1]
    return 0.5 * np.stack([u, v], axis=-1)
""",
        """
def mirror_average(predict, x):
    turned = np.flip(predict(np.flip(x, 1), verbose=0), 1).copy()
    turned[..., 1] = -turned[..., 1]
    return np.mean([predict(x), turned], axis=0)
""",
        """
def mirror_average(predict, x):
    direct, other = predict(x), predict(x[:, np.arange(x.shape[1])[::-1]])
    height = x.shape[1]
    result = np.empty_like(direct)
    for row in range(height):
        result[:, row] = direct[:, row] / 2 + other[:, height - 1 - row] * (0.5, -0.5)
    return result.tolist()
""",
    ],
    "cfd.receptive_field": [
        """
def receptive_field(stack):
    cells = 1
    for kernel, stride in reversed(stack):
        cells = (cells - 1) * stride + kernel
    return cells
""",
        """
def receptive_field(stack):
    steps = np.cumprod([1] + [stride for _, stride in stack])
    return 1 + sum((kernel - 1) * step for (kernel, _), step in zip(stack, steps))
""",
        """
def receptive_field(stack):
    if not stack:
        return 1
    (kernel, stride), *others = stack
    return float((receptive_field(others) - 1) * stride + kernel)
""",
    ],
}

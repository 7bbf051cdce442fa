"""Other right answers to the exercises of 01_Introduction: other forms, other ways."""

RIGHT = {
    "pinn.heat_residual": [
        """
def heat_residual(network, x, m):
    x = x.clone().requires_grad_()
    T = network(x)
    slope = torch.autograd.grad(T.sum(), x, create_graph=True)[0]
    return torch.autograd.grad(slope.sum(), x, create_graph=True)[0] - m * m * T
""",
        """
def heat_residual(network, x, m):
    h = 1e-4
    return (network(x + h) - 2 * network(x) + network(x - h)) / h**2 - m**2 * network(x)
""",
        """
def heat_residual(network, x, m):
    rows = []
    for place in x:
        T = pinn.derivatives(network, place[None], method="autograd")
        rows.append([T.second.item() - m**2 * T.value.item()])
    return torch.tensor(rows)
""",
    ],
    "pinn.exact_ends": [
        """
def exact_ends(inner, a, b):
    def u(x):
        left, right = inner(torch.zeros_like(x)), inner(torch.ones_like(x))
        return inner(x) + (a - left) * (1 - x) + (b - right) * x

    return u
""",
        """
def exact_ends(inner, a, b):
    def u(x):
        return a * torch.cos(np.pi * x / 2) ** 2 + b * torch.sin(np.pi * x / 2) ** 2 + torch.sin(np.pi * x) * inner(x)

    return u
""",
        """
class exact_ends:
    def __init__(self, inner, a, b):
        self.inner, self.a, self.b = inner, a, b

    def __call__(self, x):
        return self.a + x * (self.b - self.a + (x - 1) * self.inner(x))
""",
        """
def exact_ends(inner, a, b):
    return lambda x: a + (b - a) * x**2 + (1 - torch.exp(-5 * x)) * (1 - torch.exp(5 * (x - 1))) * inner(x)
""",
        """
def exact_ends(inner, a, b):
    return lambda x: a + (b - a) * x - torch.minimum(x, 1 - x) * inner(x)
""",
        """
def exact_ends(inner, a, b):
    return lambda x: a + (b - a) * x + x * (1 - x) * torch.sinh(inner(x))
""",
        """
def exact_ends(inner, a, b):
    return lambda x: a * (1 - x) + b * x + np.sin(np.pi * x) * (3.0 - inner(x))
""",
    ],
    "pinn.amplification": [
        """
def amplification(n, k):
    return abs(1 / ((np.pi * n - k) * (np.pi * n + k)))
""",
        """
def amplification(n, k):
    import math

    c = 1 / (k * k - math.pi**2 * n * n)
    return c if c > 0 else -c
""",
        """
def amplification(n, k):
    x = (np.arange(8 * n + 1) + 0.5) / (8 * n + 1)
    wave = np.sin(n * np.pi * x)
    operator = (k**2 - (n * np.pi) ** 2) * wave
    return np.linalg.norm(np.linalg.lstsq(operator[:, None], wave)[0])
""",
    ],
}

"""Other right answers to the exercises of 04_Spring_Mass: other forms, other ways."""

STATE = "def exact_state(inner, t0, x0, v0):\n    return lambda t: x0 + (t - t0) * v0 + "

RIGHT = {
    "pinn.stiffness_matrix": [
        """
def stiffness_matrix(k):
    n = len(k) - 1
    stretch = np.eye(n + 1, n) - np.eye(n + 1, n, -1)
    return stretch.T @ np.diag(k) @ stretch
""",
        """
def stiffness_matrix(k):
    n = len(k) - 1
    K = [[0.0] * n for _ in range(n)]
    for i in range(n):
        K[i][i] = k[i] + k[i + 1]
        if i + 1 < n:
            K[i][i + 1] = K[i + 1][i] = -k[i + 1]
    return K
""",
        """
def stiffness_matrix(k):
    n = len(k) - 1
    K = torch.zeros(n + 2, n + 2, dtype=torch.float64)
    for i, stiffness in enumerate(k):
        K[i : i + 2, i : i + 2] += stiffness * torch.tensor([[1.0, -1.0], [-1.0, 1.0]])
    return K[1:-1, 1:-1]
""",
    ],
    "pinn.causal_weights": [
        """
def causal_weights(losses, epsilon):
    weights, past = [], 0.0
    for loss in losses:
        weights.append(np.exp(-epsilon * past))
        past += float(loss)
    return weights
""",
        """
def causal_weights(losses, epsilon):
    n = len(losses)
    earlier = torch.tril(torch.ones(n, n, dtype=losses.dtype), diagonal=-1)
    return torch.exp(-epsilon * earlier @ losses)
""",
        """
def causal_weights(losses, epsilon):
    factors = torch.exp(-epsilon * losses[:-1])
    return torch.cat([torch.ones(1, dtype=losses.dtype), torch.cumprod(factors, dim=0)])
""",
        """
def causal_weights(losses, epsilon):
    with torch.no_grad():
        return torch.exp(-epsilon * (losses.cumsum(0) - losses))
""",
    ],
    "pinn.exact_state": [
        STATE + "(t - t0) ** 2 * inner(t)",
        STATE + "torch.tanh(t - t0) ** 2 * inner(t)",
        STATE + "(1 - torch.exp(-((t - t0) ** 2))) * inner(t)",
        """
def exact_state(inner, t0, x0, v0):
    at = pinn.derivatives(inner, torch.full((1, 1), t0, dtype=torch.float64), order=1)
    return lambda t: inner(t) + (x0 - at.value) + (t - t0) * (v0 - at.first[:, :, 0])
""",
        """
class exact_state(torch.nn.Module):
    def __init__(self, inner, t0, x0, v0):
        super().__init__()
        self.inner, self.state = inner, (t0, x0, v0)

    def forward(self, t):
        t0, x0, v0 = self.state
        s = t - t0
        return x0 + torch.sin(s) * v0 + s * torch.atan(s) * (self.inner(t) - 1.0)
""",
    ],
}

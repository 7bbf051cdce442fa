"""Plausible wrong answers to the exercises of 04_Spring_Mass and the hint each must get."""

WRONG = {
    "pinn.stiffness_matrix": [
        (
            "def stiffness_matrix(k):\n"
            "    return -(np.diag(k[:-1] + k[1:]) - np.diag(k[1:-1], 1) - np.diag(k[1:-1], -1))",
            "all signs are turned",
        ),
        (
            "def stiffness_matrix(k):\n    return np.diag(k[:-1] + k[1:]) + np.diag(k[1:-1], 1) + np.diag(k[1:-1], -1)",
            "with a minus sign",
        ),
        (
            "def stiffness_matrix(k):\n    return np.diag(k[:-1] + k[1:]) - np.diag(k[:-2], 1) - np.diag(k[:-2], -1)",
            "two neighbors share",
        ),
        (
            "def stiffness_matrix(k):\n    return np.diag(k[:-1]) - np.diag(k[1:-1], 1) - np.diag(k[1:-1], -1)",
            "both springs that hold mass i",
        ),
        ("def stiffness_matrix(k):\n    return np.diag(k)", "the matrix is 3 by 3"),
    ],
    "pinn.causal_weights": [
        (
            "def causal_weights(losses, epsilon):\n    return torch.exp(-epsilon * torch.cumsum(losses, dim=0))",
            "its own time",
        ),
        (
            "def causal_weights(losses, epsilon):\n"
            "    return torch.exp(epsilon * (torch.cumsum(losses, dim=0) - losses))",
            "minus sign",
        ),
        (
            "def causal_weights(losses, epsilon):\n    return torch.exp(losses - torch.cumsum(losses, dim=0))",
            "epsilon is missing",
        ),
        (
            "def causal_weights(losses, epsilon):\n"
            "    return torch.exp(-epsilon * torch.cat([torch.zeros(1), losses[:-1]]))",
            "all earlier ones",
        ),
        (
            "def causal_weights(losses, epsilon):\n"
            "    return torch.exp(-epsilon * (losses.sum() - torch.cumsum(losses, dim=0)))",
            "wrong direction",
        ),
    ],
    "pinn.exact_state": [
        (
            "def exact_state(inner, t0, x0, v0):\n    return lambda t: x0 + t * v0 + t**2 * inner(t)",
            "in the place of t",
        ),
        (
            "def exact_state(inner, t0, x0, v0):\n    return lambda t: x0 + (t - t0) * v0 + (t - t0) * inner(t)",
            "like (t - t0) squared",
        ),
        ("def exact_state(inner, t0, x0, v0):\n    return lambda t: x0 + (t - t0) ** 2 * inner(t)", "v0 is missing"),
        ("def exact_state(inner, t0, x0, v0):\n    return lambda t: x0 + (t - t0) * v0 + 0 * t", "depend on inner"),
    ],
}

"""Plausible wrong answers to the exercises of 04_Spring_Mass and the hint each must get."""

MATRIX = "def stiffness_matrix(k):\n    return "
WEIGHTS = "def causal_weights(losses, epsilon):\n    return torch.exp({})"
STATE = "def exact_state(inner, t0, x0, v0):\n    return lambda t: "
LINE = STATE + "x0 + (t - t0) * v0 + "

WRONG = {
    "pinn.stiffness_matrix": [
        (MATRIX + "-(np.diag(k[:-1] + k[1:]) - np.diag(k[1:-1], 1) - np.diag(k[1:-1], -1))", "all signs are turned"),
        (MATRIX + "np.diag(k[:-1] + k[1:]) + np.diag(k[1:-1], 1) + np.diag(k[1:-1], -1)", "with a minus sign"),
        (MATRIX + "np.diag(k[:-1] + k[1:]) - np.diag(k[:-2], 1) - np.diag(k[:-2], -1)", "two neighbors share"),
        (MATRIX + "np.diag(k[:-1] + k[1:]) - np.diag(k[2:], 1) - np.diag(k[2:], -1)", "is the next one"),
        (MATRIX + "np.diag(k[:-1]) - np.diag(k[1:-1], 1) - np.diag(k[1:-1], -1)", "both springs that hold mass i"),
        (MATRIX + "np.diag(k)", "the matrix is 3 by 3"),
        (MATRIX + "np.diag(k[:-1] + k[1:])", "are missing that two neighbors share"),
        (MATRIX + "np.diag(k[:-1] + k[1:]) - np.diag(k[1:-1], 1)", "on one side only"),
        (MATRIX + "np.array([[3.0, -1.0, 0.0], [-1.0, 2.0, -1.0], [0.0, -1.0, 3.0]])", "on the diagonal"),
        (
            "def stiffness_matrix(k):\n"
            "    a, b, c, d = k\n"
            "    return np.array([[a + b, -b, 0], [-b, b + c, -c], [0, -c, c + d]])",
            "ValueError",
        ),
    ],
    "pinn.causal_weights": [
        (WEIGHTS.format("-epsilon * torch.cumsum(losses, dim=0)"), "its own time"),
        (WEIGHTS.format("epsilon * (torch.cumsum(losses, dim=0) - losses)"), "minus sign"),
        (WEIGHTS.format("losses - torch.cumsum(losses, dim=0)"), "epsilon is missing"),
        (WEIGHTS.format("-epsilon * torch.cat([torch.zeros(1), losses[:-1]])"), "all earlier ones"),
        (WEIGHTS.format("-epsilon * (losses.sum() - torch.cumsum(losses, dim=0))"), "wrong direction"),
        (WEIGHTS.format("-epsilon * losses"), "add up the earlier ones"),
        (WEIGHTS.format("-(torch.cumsum(losses, dim=0) - losses) / epsilon"), "not a divisor"),
        (WEIGHTS.format("-epsilon * losses.sum() * torch.ones_like(losses)"), "only the earlier ones count"),
        ("def causal_weights(losses, epsilon):\n    return -epsilon * (losses.cumsum(0) - losses)", "its exponential"),
        ("def causal_weights(losses, epsilon):\n    return torch.ones_like(losses)", "have to be small"),
    ],
    "pinn.exact_state": [
        (STATE + "x0 + t * v0 + t**2 * inner(t)", "in the place of t"),
        (STATE + "x0 + t * v0 + t**2 / (1 + t**2) * inner(t)", "in the place of t, everywhere"),
        (STATE + "x0 + t * v0 + (t - t0) ** 2 * inner(t)", "in the factor of v0"),
        (LINE + "t**2 * inner(t)", "in the factor of inner"),
        (LINE + "(t - t0) * inner(t)", "like (t - t0) squared"),
        (LINE + "inner(t)", "inner needs a factor"),
        (STATE + "x0 + (t - t0) ** 2 * inner(t)", "v0 is missing"),
        (STATE + "(t - t0) * v0 + (t - t0) ** 2 * inner(t)", "x0 is missing"),
        (STATE + "v0 + (t - t0) * x0 + (t - t0) ** 2 * inner(t)", "exchanged"),
        (STATE + "x0 + (t0 - t) * v0 + (t - t0) ** 2 * inner(t)", "wrong sign"),
        (LINE + "0 * t", "must depend on inner"),
        (LINE + "(t - t0) ** 3 * inner(t)", "no higher power"),
        (LINE + "(t - t0) ** 4 / (1 + (t - t0) ** 4) * inner(t)", "no higher power"),
        (LINE + "(t - t0).clamp(min=0) ** 2 * inner(t)", "before t0 as well"),
        (LINE + "(1 - torch.cos(t - t0)) * inner(t)", "6.28 inner has no"),
        (LINE + "(t - t0) * torch.sin(t - t0) * inner(t)", "3.14 inner has no"),
        (LINE + "(t - t0) ** 2 * inner(t)[:, :1]", "every mass needs its own"),
        (LINE + "(t - t0) ** 2 * inner(t0 + 0 * t)", "at every time"),
        (LINE + "(t - t0) ** 2 * torch.tanh(inner(t))", "no square or bounded part"),
        (LINE + "(t - t0) ** 2 * inner(t) ** 2", "no square or bounded part"),
        (LINE + "(t - t0) ** 2 * (t < 8) * inner(t)", "no influence at all"),
        (LINE + "(t - t0) ** 2 / (1 + (t - t0) * 2) * inner(t)", "-0.5 the factor of inner is infinite"),
        ("def exact_state(inner, t0, x0, v0):\n    return x0", "a function of the time"),
        (STATE + "(x0 + (t - t0) * v0 + (t - t0) ** 2 * inner(t)).sum(dim=1)", "instead of"),
    ],
}

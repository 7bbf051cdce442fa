"""Other right answers to the exercises of 02_Diffusion_Bar: other forms, other ways."""

CONTACT = """
def interface_residuals(T1, T2, d1, d2, R):
    x = torch.ones(1, 1, dtype=torch.float64)
    left, right = (pinn.derivatives(T, x, order=1) for T in (T1, T2))
    jump = (right.value - left.value).squeeze()
    q1, q2 = d1 * left.first.squeeze(), d2 * right.first.squeeze()
    return {}
"""

RIGHT = {
    "pinn.interface_residuals": [
        CONTACT.format("torch.stack([jump - R * q2, q1 - q2])"),
        CONTACT.format("torch.stack([jump - R * (q1 + q2) / 2, q1 - q2])"),
        CONTACT.format("[float(jump - R * q1), float(q1 - q2)]"),
        CONTACT.format("torch.stack([jump - R * q1, q1 - q2])[:, None]"),
        """
def interface_residuals(T1, T2, d1, d2, R):
    one, h = torch.ones(1, 1, dtype=torch.float64), 1e-5
    q1, q2 = (d * (T(one + h) - T(one - h)) / (2 * h) for T, d in ((T1, d1), (T2, d2)))
    return torch.cat([T2(one) - T1(one) - R * q1, q1 - q2]).flatten()
""",
        """
def interface_residuals(T1, T2, d1, d2, R):
    x = torch.ones(1, 1, dtype=torch.float64, requires_grad=True)
    values = T1(x), T2(x)
    q1, q2 = (d * torch.autograd.grad(T, x, create_graph=True)[0] for T, d in zip(values, (d1, d2)))
    return np.array([(values[1] - values[0] - R * q2).item(), (q1 - q2).item()])
""",
    ],
    "pinn.interface_temperatures": [
        """
def interface_temperatures(widths, conductivities, hot):
    flux = hot / sum(width / d for width, d in zip(widths, conductivities))
    temperatures, here = [], 0.0
    for width, d in list(zip(widths, conductivities))[:-1]:
        here += flux * width / d
        temperatures.append(here)
    return temperatures
""",
        """
def interface_temperatures(widths, conductivities, hot):
    resistances = torch.tensor(widths, dtype=torch.float64) / torch.tensor(conductivities, dtype=torch.float64)
    return hot * torch.cumsum(resistances / resistances.sum(), dim=0)[:-1]
""",
        """
def interface_temperatures(widths, conductivities, hot):
    n = len(widths)
    conductance = np.divide(conductivities, widths)
    matrix = np.diag(conductance[:-1] + conductance[1:])
    matrix -= np.diag(conductance[1:-1], 1) + np.diag(conductance[1:-1], -1) if n > 2 else 0.0
    load = np.zeros(n - 1)
    load[-1:] = conductance[-1] * hot
    return np.linalg.solve(matrix, load)
""",
    ],
    "pinn.layer_units": [
        """
def layer_units(d1, d2, hot):
    smaller = min(d1, d2)
    return [hot * smaller / d1, hot * smaller / d2]
""",
        """
def layer_units(d1, d2, hot):
    if d1 > d2:
        return hot * d2 / d1, hot
    return hot, d1 * hot / d2
""",
        """
def layer_units(d1, d2, hot):
    units = 1.0 / np.array([d1, d2])
    return hot * units / units.max()
""",
    ],
}

"""Plausible wrong answers to the exercises of 02_Diffusion_Bar and the hint each must get."""

RESIDUALS = """def interface_residuals(T1, T2, d1, d2, R):
    left = pinn.derivatives(T1, interface, order=1)
    right = pinn.derivatives(T2, interface, order=1)
    q1, q2 = d1 * left.first[0, 0, 0], d2 * right.first[0, 0, 0]
    jump = right.value[0, 0] - left.value[0, 0]
    return {result}"""
TEMPERATURES = """def interface_temperatures(widths, conductivities, hot):
    shares = {shares}
    return hot * np.cumsum(shares){cut} / np.sum(shares)"""

WRONG = {
    "pinn.interface_residuals": [
        (RESIDUALS.format(result="torch.stack([jump, q1 - q2])"), "contact resistance is missing"),
        (RESIDUALS.format(result="torch.stack([jump + R * q1, q1 - q2])"), "minus sign"),
        (RESIDUALS.format(result="torch.stack([jump - R * q1 / d1, q1 - q2])"), "q is a flux"),
        (RESIDUALS.format(result="torch.stack([jump - R * q1 / d1, q1 / d1 - q2 / d2])"), "conductivity times slope"),
        (RESIDUALS.format(result="torch.stack([R * q1 - jump, q1 - q2])"), "mind the signs"),
        (RESIDUALS.format(result="(jump - R * q1) + (q1 - q2)"), "of the shape (2,)"),
    ],
    "pinn.interface_temperatures": [
        (TEMPERATURES.format(shares="np.array(conductivities)", cut="[:-1]"), "use resistances"),
        (TEMPERATURES.format(shares="1.0 / np.array(conductivities)", cut="[:-1]"), "its width divided by"),
        (TEMPERATURES.format(shares="np.array(widths) / np.array(conductivities)", cut=""), "2 inner interfaces"),
    ],
    "pinn.layer_units": [
        ("def layer_units(d1, d2, hot):\n    return hot, hot", "U1 = hot d2/d1"),
        ("def layer_units(d1, d2, hot):\n    return hot * min(1.0, d2 / d1), hot", "d1 U1 = d2 U2 does not hold"),
        ("def layer_units(d1, d2, hot):\n    return hot * d2, hot * d1", "U1 = hot d2/d1"),
    ],
}

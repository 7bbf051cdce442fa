"""Plausible wrong answers to the exercises of 06_Chip_Challenge and the hint each must get."""

_HEAD = """
def residuals(fields, viscosity):
    u, v, p = fields.value.unbind(dim=1)
    (u_x, u_y), (v_x, v_y), (p_x, p_y) = (fields.first[:, k].unbind(dim=1) for k in range(3))
    laplace = fields.second.sum(dim=2)
"""
_TAIL = "    return torch.stack([along_x, along_y, u_x + v_y], dim=1)\n"
_RIGHT_Y = "    along_y = u * v_x + v * v_y + p_y - viscosity * laplace[:, 1]\n"
_SIDES = """
def weight(x, reach):
    beside = ((x[:, 0] - 2.0).abs() - 0.5).clamp(min=0.0)
    above = (x[:, 1] - 0.6).clamp(min=0.0)
"""

WRONG = {
    "pinn.chip_residuals": [
        (_HEAD + "    along_x = u * u_x + p_x - viscosity * laplace[:, 0]\n" + _RIGHT_Y + _TAIL, "both directions"),
        (
            _HEAD + "    along_x = u * u_x + v * u_y + p_x + viscosity * laplace[:, 0]\n" + _RIGHT_Y + _TAIL,
            "friction has the wrong sign",
        ),
        (
            _HEAD + "    along_x = u * u_x + v * u_y - viscosity * laplace[:, 0]\n" + _RIGHT_Y + _TAIL,
            "gradient of the pressure is missing",
        ),
    ],
    "pinn.chip_weight": [
        (_SIDES + "    return ((beside + above) / reach).clamp(max=1.0)", "long side"),
        (_SIDES + "    return torch.hypot(beside, above) / reach", "limit it from above"),
    ],
    "pinn.chip_section": [
        (
            "def section_defect(u, roots, weights, floor):\n"
            "    y = floor + (1.0 - floor) * (roots + 1.0) / 2.0\n"
            "    return (u(y) * weights).sum() / 2.0 - 1.0",
            "multiply by its length",
        ),
        (
            "def section_defect(u, roots, weights, floor):\n"
            "    y = floor + (1.0 - floor) * (roots + 1.0) / 2.0\n"
            "    return (u(y) * weights).sum() * (1.0 - floor) - 1.0",
            "take half",
        ),
    ],
    "pinn.chip_positive": [
        ("def positive(q):\n    return q**2", "exactly zero"),
        ("def positive(q):\n    return q.abs() + 1e-3", "slope is zero or negative"),
        ("def positive(q):\n    return torch.sigmoid(q)", "do not bound it"),
    ],
}

"""Plausible wrong answers to the exercises of 06_Chip_Challenge and the hint each must get."""

_HEAD = """
def residuals(fields, viscosity):
    u, v, p = fields.value.unbind(dim=1)
    (u_x, u_y), (v_x, v_y), (p_x, p_y) = (fields.first[:, k].unbind(dim=1) for k in range(3))
    laplace = fields.second.sum(dim=2)
"""
_X = "    along_x = u * u_x + v * u_y + p_x - viscosity * laplace[:, 0]\n"
_Y = "    along_y = u * v_x + v * v_y + p_y - viscosity * laplace[:, 1]\n"
_TAIL = "    return torch.stack([along_x, along_y, u_x + v_y], dim=1)\n"
_SIDES = """
def weight(x, reach):
    beside = ((x[:, 0] - 2.0).abs() - 0.5).clamp(min=0.0)
    above = (x[:, 1] - 0.6).clamp(min=0.0)
    return """
_SECTION = """
def section_defect(u, roots, weights, floor):
    y = {}
    return {}
"""
_PLACES = "floor + (1.0 - floor) * (roots + 1.0) / 2.0"


def residuals(old: str, new: str) -> str:
    """The solution with one part replaced."""
    code = _HEAD + _X + _Y + _TAIL
    assert old in code
    return code.replace(old, new)


WRONG = {
    "pinn.chip_residuals": [
        (residuals("u * u_x + v * u_y", "u * u_x"), "both directions"),
        (residuals("u * v_x + v * v_y", "u * v_x"), "own direction is missing"),
        (residuals("p_x - viscosity", "p_x + viscosity"), "friction has the wrong sign"),
        (residuals(" + p_x", ""), "gradient of the pressure is missing"),
        (residuals("p_y - ", "p_x - "), "along the other direction"),
        (residuals("+ p_x - ", "- p_x - "), "with a plus on the left side"),
        (residuals("viscosity * laplace[:, 0]", "laplace[:, 0] / viscosity"), "not by 1/viscosity"),
        (residuals("viscosity * laplace[:, 0]", "laplace[:, 0]"), "viscosity is missing"),
        (residuals("laplace[:, 0]", "laplace[:, 1]"), "second derivatives of the other"),
        (residuals("v * u_y", "v * v_x"), "transposed"),
        (residuals("u * v_x + v", "u * u_y + v"), "transposed"),
        (residuals("(u_x, u_y), (v_x, v_y)", "(u_x, v_x), (u_y, v_y)"), "transposed"),
        (residuals("fields.second.sum(dim=2)", "fields.second[:, :, 0]"), "only that along x"),
        (residuals("fields.second.sum(dim=2)", "fields.first.sum(dim=2)"), "not first ones"),
        (residuals("u_x + v_y]", "u_x - v_y]"), "both slopes add up"),
        (residuals("u_x + v_y]", "u_y + v_x]"), "u along x plus v along y"),
        (residuals("u_x + v_y]", "u_x]"), "v along y is missing"),
        (residuals("u * u_x + v * u_y", "(u + v) * (u_x + u_y)"), "term by term"),
        (residuals("u_x + v_y], dim=1)", "u_x + v_y])"), "(5, 3)"),
    ],
    "pinn.chip_weight": [
        (_SIDES + "((beside + above) / reach).clamp(max=1.0)", "long side"),
        (_SIDES + "(torch.maximum(beside, above) / reach).clamp(max=1.0)", "what is the long side"),
        (_SIDES + "torch.hypot(beside, above) / reach", "limit it from above"),
        (_SIDES + "(torch.hypot(beside, above) / 0.2).clamp(max=1.0)", "reach is an argument"),
        (_SIDES + "torch.hypot(beside, above).clamp(max=1.0) / reach", "not to the distance alone"),
        (_SIDES + "(torch.hypot(beside, above) * reach).clamp(max=1.0)", "do not multiply"),
        (_SIDES + "torch.hypot(beside, above).clamp(max=1.0)", "grows from 0 to 1"),
        (_SIDES + "1.0 - (torch.hypot(beside, above) / reach).clamp(max=1.0)", "the other way round"),
        (_SIDES + "((beside**2 + above**2) / reach).clamp(max=1.0)", "take the root"),
        (_SIDES + "torch.tanh(torch.hypot(beside, above) / reach)", "hyperbolic tangent"),
        (_SIDES + "(beside / reach).clamp(max=1.0)", "that part is missing"),
        (_SIDES + "(torch.hypot(beside, above) / reach).clamp(max=1.0)[:, None]", "instead of (5,)"),
        (
            _SIDES.replace("((x[:, 0] - 2.0).abs() - 0.5)", "(x[:, 0] - 2.5)")
            + "(torch.hypot(beside, above) / reach).clamp(max=1.0)",
            "a distance of 0.1",
        ),
    ],
    "pinn.chip_section": [
        (_SECTION.format(_PLACES, "(u(y) * weights).sum() / 2.0 - 1.0"), "multiply by its length"),
        (_SECTION.format(_PLACES, "(u(y) * weights).sum() * (1.0 - floor) - 1.0"), "take half"),
        (_SECTION.format(_PLACES, "(u(y) * weights).sum() * (1.0 - floor) / 2.0"), "subtract 1"),
        (_SECTION.format(_PLACES, "1.0 - (u(y) * weights).sum() * (1.0 - floor) / 2.0"), "turn the sign"),
        (
            _SECTION.format("(roots + 1.0) / 2.0", "(u(y) * weights).sum() * (1.0 - floor) / 2.0 - 1.0"),
            "between floor and 1",
        ),
        (
            _SECTION.format("floor + (roots + 1.0) / 2.0", "(u(y) * weights).sum() * (1.0 - floor) / 2.0 - 1.0"),
            "reach beyond 1",
        ),
        (
            _SECTION.format("(1.0 - floor) * (roots + 1.0) / 2.0", "(u(y) * weights).sum() * (1.0 - floor) / 2.0 - 1"),
            "add floor",
        ),
        (_SECTION.format(_PLACES, "u(y).mean() * (1.0 - floor) - 1.0"), "carries the flow rate 1"),
    ],
    "pinn.chip_positive": [
        ("def positive(q):\n    return q**2", "exactly zero"),
        ("def positive(q):\n    return q.abs() + 1e-3", "the slope is negative"),
        ("def positive(q):\n    return torch.sigmoid(q)", "do not bound it"),
        ("def positive(q):\n    return 100 * torch.sigmoid(q)", "stays below 100"),
        ("def positive(q):\n    return 1e6 * torch.sigmoid(q)", "stays below 1e+06"),
        ("def positive(q):\n    return torch.nn.functional.softplus(q) + 1e-4", "stays above 0.0001"),
        ("def positive(q):\n    return q.clamp(min=1e-6)", "the slope is zero"),
        ("def positive(q):\n    return torch.exp(-q)", "the slope is negative"),
        ("def positive(q):\n    return torch.exp(q**3 / 100)", "at q = 0 the slope is zero"),
        ("def positive(q):\n    return torch.exp(q.detach())", "do not detach"),
        ("def positive(q):\n    return torch.exp(q) + (q > 0)", "leave no gap"),
        ("def positive(q):\n    return torch.exp(q + torch.sin(q))", "3.14 the slope is zero"),
        ("def positive(q):\n    return torch.sinh(q / 2) + torch.cosh(q / 2)", "two large parts cancel"),
        ("def positive(q):\n    return np.exp(q)", "instead of NumPy"),
        ("def positive(q):\n    return q + 2.0", "zero or below"),
    ],
}

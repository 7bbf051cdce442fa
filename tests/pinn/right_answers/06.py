"""Other right answers to the exercises of 06_Chip_Challenge: other forms, other ways."""

RIGHT = {
    "pinn.chip_residuals": [
        """
def residuals(fields, viscosity):
    velocity, gradient, bend = fields.value[:, :2], fields.first, fields.second
    carried = torch.einsum("nj,nij->ni", velocity, gradient[:, :2])
    momentum = carried + gradient[:, 2] - viscosity * bend[:, :2].sum(dim=2)
    return torch.cat([momentum, gradient[:, :2].diagonal(dim1=1, dim2=2).sum(dim=1, keepdim=True)], dim=1)
""",
        """
def residuals(fields, viscosity):
    rows = []
    for (u, v, p), (du, dv, dp), (ddu, ddv, ddp) in zip(*(part.tolist() for part in fields)):
        along_x = u * du[0] + v * du[1] + dp[0] - viscosity * sum(ddu)
        along_y = u * dv[0] + v * dv[1] + dp[1] - viscosity * sum(ddv)
        rows.append([along_x, along_y, du[0] + dv[1]])
    return rows
""",
        """
def residuals(fields, viscosity):
    value, first, second = (part.numpy() for part in fields)
    columns = [(value[:, :2] * first[:, k]).sum(1) + first[:, 2, k] - viscosity * second[:, k].sum(1) for k in (0, 1)]
    return np.column_stack([*columns, np.trace(first[:, :2], axis1=1, axis2=2)])
""",
    ],
    "pinn.chip_weight": [
        """
def weight(x, reach):
    nearest = torch.stack([x[:, 0].clamp(1.5, 2.5), x[:, 1].clamp(0.0, 0.6)], dim=1)
    return torch.minimum((x - nearest).norm(dim=1) / reach, torch.ones(len(x), dtype=x.dtype))
""",
        """
import math


def weight(x, reach):
    distances = [math.hypot(max(1.5 - a, 0.0, a - 2.5), max(b - 0.6, 0.0)) for a, b in x.tolist()]
    return [min(1.0, distance / reach) for distance in distances]
""",
        """
def weight(x, reach):
    a, b = x.numpy().T
    beside, above = np.maximum(np.abs(a - 2.0) - 0.5, 0.0), np.maximum(b - 0.6, 0.0)
    return np.minimum(1.0, np.sqrt(beside**2 + above**2) / reach)
""",
    ],
    "pinn.chip_section": [
        """
def section_defect(u, roots, weights, floor):
    y = (1.0 + floor) / 2.0 + (1.0 - floor) / 2.0 * roots
    return torch.dot(u(y), weights * (1.0 - floor) / 2.0) - 1.0
""",
        """
def section_defect(u, roots, weights, floor):
    half = (1 - floor) / 2
    rate = sum(w * float(u(floor + half * (1 + r))) for r, w in zip(roots.tolist(), weights.tolist()))
    return half * rate - 1
""",
        """
from scipy.integrate import quad


def section_defect(u, roots, weights, floor):
    return quad(u, floor, 1.0)[0] - 1.0
""",
    ],
    "pinn.chip_positive": [
        "def positive(q):\n    return torch.nn.functional.softplus(q)",
        "def positive(q):\n    return q + torch.sqrt(q**2 + 1)",
        "def positive(q):\n    return torch.exp(q / 40)",
        "def positive(q):\n    return torch.nn.functional.elu(q) + 1",
        "def positive(q):\n    return 10.0 ** (q - 2)",
        "def positive(q):\n    return torch.log1p(torch.exp(q))",
        "positive = torch.exp",
        "def positive(q):\n    return 1 + q if q > 0 else 1 / (1 - q)",
        "def positive(q):\n    return torch.sigmoid(q) / torch.sigmoid(-q)",
    ],
}

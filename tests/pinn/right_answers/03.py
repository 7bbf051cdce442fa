"""Other right answers to the exercises of 03_Parameterized_Diffusion: other forms, other ways."""

RIGHT = {
    "pinn.family_flux_jump": [
        """
def family_flux_jump(T1, T2, d, d2):
    x = torch.ones_like(d).requires_grad_()
    left, right = (torch.autograd.grad(T(x, d).sum(), x, create_graph=True)[0] for T in (T1, T2))
    return d * left - d2 * right
""",
        """
def family_flux_jump(T1, T2, d, d2):
    rows = []
    for row in d.split(1):
        x = torch.ones(1, 1, dtype=d.dtype)
        slopes = [pinn.derivatives(lambda x, T=T: T(x, row), x, order=1).first.item() for T in (T1, T2)]
        rows.append([row.item() * slopes[0] - d2 * slopes[1]])
    return torch.tensor(rows)
""",
        """
def family_flux_jump(T1, T2, d, d2):
    one, h = torch.ones_like(d), 1e-5
    flux = lambda T, conductivity: conductivity * (T(one + h, d) - T(one - h, d)) / (2 * h)
    return (flux(T1, d) - flux(T2, d2)).numpy()
""",
        """
def family_flux_jump(T1, T2, d, d2):
    both = torch.cat([torch.ones_like(d), d], dim=1)
    split = lambda T: lambda z: T(z[:, :1], z[:, 1:])
    left, right = (pinn.derivatives(split(T), both, order=1).first[:, :, 0] for T in (T1, T2))
    return d * left - d2 * right
""",
    ],
    "pinn.answers_to_break_even": [
        """
def answers_to_break_even(train, ask, solve):
    if ask >= solve:
        return np.inf
    n = 0
    while train + n * ask >= n * solve:
        n += 1
    return n
""",
        """
import math


def answers_to_break_even(train, ask, solve):
    if solve - ask <= 0:
        return math.inf
    whole, rest = divmod(train, solve - ask)
    return whole + 1
""",
        """
def answers_to_break_even(train, ask, solve):
    n = np.arange(1, 2000)
    cheaper = n[train + n * ask < n * solve]
    return cheaper[0] if len(cheaper) else float("inf")
""",
    ],
    "pinn.find_conductivity": [
        """
from scipy.optimize import brentq


def find_conductivity(interface_of, measured, low, high):
    return brentq(lambda d: interface_of(d) - measured, low, high, rtol=1e-9)
""",
        """
def find_conductivity(interface_of, measured, low, high):
    if measured > interface_of(low) or measured < interface_of(high):
        raise ValueError("outside")
    for _ in range(12):
        places = np.linspace(low, high, 11)
        values = [interface_of(float(place)) for place in places]
        below = next((i for i in range(1, 11) if values[i] <= measured), 10)
        low, high = places[below - 1], places[below]
    return np.round((low + high) / 2, 9)
""",
        """
def find_conductivity(interface_of, measured, low, high):
    if not interface_of(low) >= measured >= interface_of(high):
        raise ValueError
    if interface_of(low) == measured:
        return low
    while high - low > 1e-8 * low:
        middle = low + (high - low) / 2
        low, high = (low, middle) if interface_of(middle) <= measured else (middle, high)
    return float(f"{high:.6g}")
""",
    ],
}

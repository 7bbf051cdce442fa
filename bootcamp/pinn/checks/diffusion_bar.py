"""Checks of the exercises of 02_Diffusion_Bar."""

from collections.abc import Callable, Sequence

from bootcamp.exercises import Check, Finding

import numpy as np
from torch import Tensor

Function = Callable[[Tensor], Tensor]


def _close(found: object, wanted: object) -> bool:
    plain = found.detach().numpy() if isinstance(found, Tensor) else found
    found, wanted = np.asarray(plain, dtype=float), np.asarray(wanted, dtype=float)
    return found.shape == wanted.shape and bool(np.allclose(found, wanted, rtol=1e-6, atol=1e-9))


def interface_residuals(answer: Callable[[Function, Function, float, float, float], Tensor]) -> list[Finding]:
    """`answer(T1, T2, d1, d2, R)`: temperature jump minus R q, and the difference of the fluxes."""
    line1, line2 = (lambda x: 3.0 * x), (lambda x: 7.0 + 2.0 * (x - 1.0))  # T1(1) = 3, T2(1) = 7
    general = answer(line1, line2, 5.0, 4.0, 0.1)
    shape = tuple(np.shape(general.detach().numpy()))
    if shape != (2,):
        return [Finding("two residuals", False, f"return a tensor of the shape (2,), not {shape}: torch.stack helps")]
    perfect = answer(line1, line2, 5.0, 4.0, 0.0)
    solution = answer(line1, lambda x: 4.5 + 7.5 * (x - 1.0), 5.0, 2.0, 0.1)
    return [
        Finding("two residuals", True),
        Finding("a perfect contact, R = 0", _close(perfect, [4.0, 7.0]), _perfect_hint(perfect)),
        Finding("a resistance R at the contact", _close(general[:1], [2.5]), _contact_hint(general)),
        Finding(
            "both residuals are zero for the solution",
            _close(solution, [0.0, 0.0]),
            "insert T1 = 3 x and D1 = 5: the flux is 15, and R = 0.1 lets the temperature jump by 1.5",
        ),
    ]


def _perfect_hint(found: Tensor) -> str:
    if _close(found[1:], [1.0]):
        return "these are the slopes: a flux is conductivity times slope"
    if _close(found, [-4.0, 7.0]) or _close(found, [4.0, -7.0]):
        return "mind the signs: T2(1) - T1(1), and the flux on the left minus the flux on the right"
    return "for R = 0: T2(1) - T1(1), then d1 T1'(1) - d2 T2'(1)"


def _contact_hint(found: Tensor) -> str:
    if _close(found[:1], [4.0]):
        return "the contact resistance is missing: the temperature may jump by R q"
    if _close(found[:1], [5.5]):
        return "the jump R q goes to the left side with a minus sign"
    if _close(found[:1], [3.7]) or _close(found[:1], [3.8]):
        return "q is a flux, not a slope: the conductivity belongs into R q as well"
    return "the first residual is T2(1) - T1(1) - R q with q = d1 T1'(1)"


def interface_temperatures(
    answer: Callable[[Sequence[float], Sequence[float], float], Sequence[float]],
) -> list[Finding]:
    """`answer(widths, conductivities, hot)`: temperatures between the layers."""
    bar = answer([1.0, 1.0], [10.0, 0.1], 100.0)
    widths, conductivities = [1.0, 2.0, 1.0], [1.0, 4.0, 2.0]
    layers = answer(widths, conductivities, 60.0)
    equal = answer([1.0, 1.0, 1.0, 1.0], [3.0, 3.0, 3.0, 3.0], 8.0)
    count = np.size(layers)
    return [
        Finding("as many as inner interfaces", count == 2, f"three layers have 2 inner interfaces, not {count}"),
        Finding("the bar of the notebook", _close(bar, [100.0 / 101.0]), _layer_hint(bar)),
        Finding(
            "three layers of different widths",
            _close(layers, [30.0, 45.0]),
            "the resistance of a layer is its width divided by its conductivity",
        ),
        Finding("four equal layers", _close(equal, [2.0, 4.0, 6.0]), "equal layers share the temperature equally"),
    ]


def _layer_hint(found: object) -> str:
    if _close(found, [50.0]):
        return "this is the bar of one material: the conductivities do not appear yet"
    if _close(found, [100.0 * 10.0 / 10.1]):
        return "the better conductor takes the smaller share of the temperature: use resistances, not conductivities"
    return "the same flux passes every layer: hot divided by the sum of the resistances"


def layer_units(answer: Callable[[float, float, float], tuple[float, float]]) -> list[Finding]:
    """`answer(d1, d2, hot)`: (U1, U2), none above hot, with d1 U1 = d2 U2."""
    good, bad, equal = answer(10.0, 0.1, 100.0), answer(0.1, 10.0, 100.0), answer(3.0, 3.0, 20.0)
    return [
        Finding("the left half conducts better", _close(good, [1.0, 100.0]), "here U1 = hot d2/d1 and U2 = hot"),
        Finding("the right half conducts better", _close(bad, [100.0, 1.0]), _unit_hint(bad)),
        Finding("equal halves", _close(equal, [20.0, 20.0]), "with equal conductivities both units are hot"),
    ]


def _unit_hint(found: object) -> str:
    if _close(found, [10000.0, 100.0]):
        return "U1 is now a hundred times hot: no temperature in the bar is that large"
    if _close(found, [100.0, 100.0]):
        return "d1 U1 = d2 U2 does not hold: the flux would need two units"
    return "now the roles are exchanged: U1 = hot, and U2 follows from d1 U1 = d2 U2"


CHECKS: dict[str, Check] = {
    "interface_residuals": interface_residuals,
    "interface_temperatures": interface_temperatures,
    "layer_units": layer_units,
}

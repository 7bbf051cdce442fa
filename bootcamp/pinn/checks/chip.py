"""Checks of the exercises of 06_Chip_Challenge."""

from collections.abc import Callable
from typing import Any

from bootcamp.exercises import Check, Finding
from bootcamp.pinn.derivatives import Derivatives

import numpy as np
import torch


def _same(found: Any, expected: Any, tolerance: float = 1e-6) -> bool:
    found, expected = (np.asarray(torch.as_tensor(value).detach(), dtype=float) for value in (found, expected))
    return found.shape == expected.shape and bool(np.allclose(found, expected, rtol=tolerance, atol=tolerance))


def _fields() -> Derivatives:
    generator = torch.Generator().manual_seed(6)
    draw = [torch.randn(5, *shape, generator=generator, dtype=torch.float64) for shape in ((3,), (3, 2), (3, 2))]
    return Derivatives(*draw)


def _momentum(fields: Derivatives, viscosity: float, direction: int) -> torch.Tensor:
    value, first, second = fields
    inertia = value[:, 0] * first[:, direction, 0] + value[:, 1] * first[:, direction, 1]
    return inertia + first[:, 2, direction] - viscosity * second[:, direction].sum(dim=1)


def _momentum_hint(found: torch.Tensor, fields: Derivatives, viscosity: float, direction: int) -> str:
    value, first, second = fields
    right = _momentum(fields, viscosity, direction)
    friction = second[:, direction].sum(dim=1)
    inertia = value[:, 0] * first[:, direction, 0] + value[:, 1] * first[:, direction, 1]
    hints = {
        "inertia is missing: a particle that moves through a changing velocity is accelerated": right - inertia,
        "friction has the wrong sign: it stands with a minus on the left side": right + 2 * viscosity * friction,
        "the gradient of the pressure is missing": right - first[:, 2, direction],
        "the viscosity is missing in front of the second derivatives": right - (1 - viscosity) * friction,
        "the pressure gradient belongs with a plus on the left side": right - 2 * first[:, 2, direction],
        "inertia needs both directions: u times the slope along x and v times the slope along y": right
        - value[:, 1 - direction] * first[:, direction, 1 - direction],
    }
    default = "compare term by term with the equation in the section Task"
    return next((hint for hint, wrong in hints.items() if _same(found, wrong)), default)


def chip_residuals(answer: Callable) -> list[Finding]:
    """A function (fields, viscosity) -> residuals (n, 3)."""
    fields, viscosity = _fields(), 0.3
    found = torch.as_tensor(answer(fields, viscosity))
    shape_right = tuple(found.shape) == (5, 3)
    findings = [Finding("shape (n, 3)", shape_right, f"five points gave {tuple(found.shape)} instead of (5, 3)")]
    if not shape_right:
        return findings
    for direction, name in enumerate("xy"):
        right = _same(found[:, direction], _momentum(fields, viscosity, direction))
        hint = "" if right else _momentum_hint(found[:, direction], fields, viscosity, direction)
        findings.append(Finding(f"momentum along {name}", right, hint))
    mass = fields.first[:, 0, 0] + fields.first[:, 1, 1]
    return [*findings, Finding("mass", _same(found[:, 2], mass), "the divergence: u along x plus v along y")]


def chip_weight(answer: Callable) -> list[Finding]:
    """A function (x, reach) -> weights min(1, distance / reach) around the default chip."""
    x = torch.tensor([[1.5, 0.3], [1.4, 0.3], [2.0, 0.65], [1.44, 0.68], [2.56, 0.68], [4.5, 0.5]])
    distance = torch.tensor([0.0, 0.1, 0.05, 0.1, 0.1, 2.0])
    found = torch.as_tensor(answer(x.clone(), 0.2))
    if tuple(found.shape) != (6,):
        return [Finding("shape (n,)", False, f"six points gave {tuple(found.shape)} instead of (6,)")]
    expected = (distance / 0.2).clamp(max=1.0)
    diagonal = "off a corner the two parts are the legs of a right triangle: what is the long side"
    if _same(found[3:5], torch.full((2,), 0.7)):
        diagonal = "that is the sum of the two parts, the way along the axes; the distance is the long side"
    return [
        Finding("zero on the chip", _same(found[0], 0.0), "on the surface the distance is zero, and so is the weight"),
        Finding("beside and above the chip", _same(found[1:3], expected[1:3]), "a distance of 0.1 with reach 0.2: 0.5"),
        Finding("diagonally off a corner", _same(found[3:5], expected[3:5]), diagonal),
        Finding("never above 1", _same(found[5], 1.0), "far from the chip the weight stays 1: limit it from above"),
    ]


def chip_section(answer: Callable) -> list[Finding]:
    """A function (u, roots, weights, floor) -> flow rate through floor <= y <= 1, minus 1."""
    roots, weights = (torch.as_tensor(a) for a in np.polynomial.legendre.leggauss(8))

    def inlet(y: torch.Tensor) -> torch.Tensor:
        return 6 * y * (1 - y)

    def gap(y: torch.Tensor) -> torch.Tensor:
        return 6 * (y - 0.6) * (1 - y) / 0.4**3

    found, empty = answer(gap, roots, weights, 0.6), answer(inlet, roots, weights, 0.0)
    inlet_hint = "the parabola 6y(1 - y) carries the flow rate 1"
    if _same(empty, 1.0):
        inlet_hint = "the weights of the rule on [-1, 1] add up to 2: take half of them"
    hint = "above the chip the section begins at floor: place the points between floor and 1"
    if _same(found, 1 / 0.4 - 1):
        hint = "the points are right, but the weights belong to a section of length 1: multiply by its length"
    long = answer(lambda y: torch.full_like(y, 2.0), roots, weights, 0.2)
    return [
        Finding("an open section at the inlet", _same(empty, 0.0), inlet_hint),
        Finding("a section above the chip", _same(found, 0.0), hint),
        Finding("a leak is seen", _same(long, 0.6), "velocity 2 on a length of 0.8 is 1.6, so 0.6 too much"),
    ]


def chip_positive(answer: Callable) -> list[Finding]:
    """A function q -> positive, increasing, smooth, onto all positive numbers."""
    q = torch.linspace(-6.0, 6.0, 25, dtype=torch.float64, requires_grad=True)
    value = answer(q)
    slope = torch.autograd.grad(value.sum(), q)[0]
    positive, growing = bool((value > 0).all()), bool((slope > 0).all())
    hint = "some q still give a viscosity of zero or below"
    if bool((value >= 0).all()):
        hint = "some q give exactly zero: the fluid would lose its friction there"
    small, large = answer(torch.tensor(-30.0, dtype=torch.float64)), answer(torch.tensor(30.0, dtype=torch.float64))
    reached = bool(0 < small < 1e-3) and bool(large > 20)
    slope_hint = "the slope is zero or negative for some q: training gets stuck there, or two q mean the same"
    return [
        Finding("positive for every q", positive, hint),
        Finding("grows with q everywhere", growing, slope_hint),
        Finding("reaches small and large values", reached, "0.001 and 20 must both be possible: do not bound it"),
    ]


CHECKS: dict[str, Check] = {
    "chip_residuals": chip_residuals,
    "chip_weight": chip_weight,
    "chip_section": chip_section,
    "chip_positive": chip_positive,
}

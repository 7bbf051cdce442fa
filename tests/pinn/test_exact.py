"""Oracles of the lab: each satisfies its equation."""

from bootcamp import pinn

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp


def second_difference(f, x, h=1e-3):
    """Fourth-order central difference for f''."""
    return (-f(x + 2 * h) + 16 * f(x + h) - 30 * f(x) + 16 * f(x - h) - f(x - 2 * h)) / (12 * h * h)


class TestParabola:
    @pytest.mark.parametrize("length", [1.0, 1.5, 2.0])
    def test_equation_and_ends(self, length):
        x = np.linspace(0.1, length - 0.1, 9)
        assert np.allclose(second_difference(lambda x: pinn.parabola_exact(x, length), x), 1.0, atol=1e-8)
        assert pinn.parabola_exact(0.0, length) == pinn.parabola_exact(length, length) == 0.0


class TestBar:
    def test_values_of_the_lab(self):
        assert pinn.interface_temperature() == pytest.approx(0.9900990099)
        assert pinn.bar_flux() == pytest.approx(9.900990099)
        assert pinn.interface_temperature(5.0) == pytest.approx(1.9607843137)
        assert pinn.interface_temperature(25.0) == pytest.approx(0.3984063745)

    @pytest.mark.parametrize("d1", [5.0, 10.0, 25.0])
    def test_ends_continuity_and_equal_flux_in_both_parts(self, d1):
        x = np.array([0.0, 1.0 - 1e-12, 1.0, 2.0])
        temperature = pinn.bar_exact(x, d1, 0.1)
        assert temperature[[0, 3]] == pytest.approx([0.0, 100.0])
        assert temperature[1] == pytest.approx(temperature[2], abs=1e-9)
        left, right = (
            np.diff(pinn.bar_exact(np.array([0.2, 0.8]), d1)),
            np.diff(pinn.bar_exact(np.array([1.2, 1.8]), d1)),
        )
        assert d1 * left / 0.6 == pytest.approx(0.1 * right / 0.6)
        assert d1 * left / 0.6 == pytest.approx(pinn.bar_flux(d1))

    def test_conductivity_may_vary_from_row_to_row(self):
        x, d1 = torch.tensor([[0.5], [0.5], [1.5]]), torch.tensor([[5.0], [25.0], [10.0]])
        expected = [[float(pinn.bar_exact(a.item(), b.item()))] for a, b in zip(x, d1, strict=True)]
        assert torch.allclose(pinn.bar_exact(x, d1), torch.tensor(expected))

    @pytest.mark.parametrize(
        ("x", "d1", "word"), [(2.1, 10.0, "from 0 to 2"), (1.0, -1.0, "d1"), (float("nan"), 1.0, "0 to 2")]
    )
    def test_refused(self, x, d1, word):
        with pytest.raises(ValueError, match=word):
            pinn.bar_exact(np.array([x]), d1)


def acceleration(x, m=pinn.MASSES, k=pinn.STIFFNESSES):
    """Right-hand sides of the equations of motion."""
    force = (
        -k[0] * x[0] + k[1] * (x[1] - x[0]),
        -k[1] * (x[1] - x[0]) + k[2] * (x[2] - x[1]),
        -k[2] * (x[2] - x[1]) - k[3] * x[2],
    )
    return [f / mass for f, mass in zip(force, m, strict=True)]


def integrated(t, m=pinn.MASSES, k=pinn.STIFFNESSES):
    """Displacements (n, 3) by a Runge-Kutta method."""
    start = [*pinn.START, 0.0, 0.0, 0.0]
    found = solve_ivp(
        lambda _, y: [*y[3:], *acceleration(y[:3], m, k)], (0, t[-1]), start, "DOP853", t, rtol=1e-12, atol=1e-12
    )
    return found.y.T


class TestSprings:
    def test_equals_a_numerical_integration(self):
        t = np.linspace(0.0, 10.0, 51)
        expected = integrated(t)
        assert np.abs(pinn.springs_exact(t) - expected[:, :3]).max() < 1e-8
        assert np.abs(pinn.springs_velocity(t) - expected[:, 3:]).max() < 1e-8

    def test_any_masses_and_stiffnesses_equal_a_numerical_integration(self):
        t, m, k = np.linspace(0.0, 10.0, 21), (1.3, 0.7, 2.0), (1.0, 3.0, 0.5, 2.5)
        assert np.abs(pinn.springs_motion(t, m, k) - integrated(t, m, k)[:, :3]).max() < 1e-8
        assert np.abs(pinn.springs_motion(t) - pinn.springs_exact(t)).max() < 1e-12

    def test_energy_stays(self):
        t = torch.linspace(0, 10, 40, dtype=torch.float64)[:, None]
        energy = pinn.springs_energy(pinn.springs_exact(t), pinn.springs_velocity(t))
        assert torch.allclose(energy, torch.full((40,), 1.5, dtype=torch.float64), atol=1e-12)

    def test_refused(self):
        with pytest.raises(ValueError, match=r"\(n, 1\)"):
            pinn.springs_exact(np.zeros((3, 2)))
        with pytest.raises(ValueError, match="positive"):
            pinn.springs_motion(np.zeros(1), masses=(1, 0, 1))


class TestInverseSource:
    def test_equation_and_ends(self):
        x = np.linspace(0.05, 0.95, 19)
        found = second_difference(pinn.inverse_source_solution, x, h=2e-3)
        assert np.allclose(found, pinn.inverse_source_exact(x), atol=1e-6)
        assert np.allclose(pinn.inverse_source_solution(np.array([0.0, 1.0])), 0.0, atol=1e-15)

    def test_samples(self):
        x, u = pinn.inverse_source_samples(dtype=torch.float64)
        assert x.shape == u.shape == (100, 1) and torch.equal(u, pinn.inverse_source_solution(x))
        noisy, again, other = (pinn.inverse_source_samples(4000, seed, 0.1)[1] for seed in (1, 1, 2))
        clean = pinn.inverse_source_samples(4000)[1]
        assert torch.equal(noisy, again) and not torch.equal(noisy, other)
        assert ((noisy - clean).std() / clean.std()).item() == pytest.approx(0.1, rel=0.05)


FUNCTIONS = (
    "parabola_exact",
    "bar_exact",
    "springs_exact",
    "springs_velocity",
    "inverse_source_exact",
    "inverse_source_solution",
)


class TestKinds:
    @pytest.mark.parametrize(
        "name",
        [
            "parabola_exact",
            "bar_exact",
            "springs_exact",
            "springs_velocity",
            "inverse_source_exact",
            "inverse_source_solution",
        ],
    )
    def test_tensor_in_tensor_out_with_the_numbers_of_numpy(self, name):
        x = torch.linspace(0, 1, 5, dtype=torch.float64)[:, None]
        function = getattr(pinn, name)
        assert isinstance(function(x), torch.Tensor) and function(x).dtype == torch.float64
        assert isinstance(function(x.numpy()), np.ndarray)
        assert np.allclose(function(x).numpy(), function(x.numpy()), atol=1e-15)


class TestRelativeL2:
    def test_values(self):
        exact = torch.tensor([3.0, 4.0], requires_grad=True)
        assert pinn.relative_l2(exact, exact) == 0.0
        assert pinn.relative_l2(exact * 1.01, exact) == pytest.approx(0.01, rel=1e-4)

    @pytest.mark.parametrize(
        ("a", "b", "word"), [(np.ones((3, 1)), np.ones(3), r"\(3, 1\)"), (np.ones(2), np.zeros(2), "zero")]
    )
    def test_refused(self, a, b, word):
        with pytest.raises(ValueError, match=word):
            pinn.relative_l2(a, b)

"""The composite bar by finite volumes, and the measures for a pair of networks."""

from bootcamp import pinn

import numpy as np
import pytest
import torch


@pytest.fixture(autouse=True)
def double_precision():
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


@pytest.mark.parametrize("cells", [2, 20, 202])
@pytest.mark.parametrize(("d1", "d2"), [(10.0, 0.1), (0.1, 10.0), (1.0, 1.0), (1e4, 1e-2)])
def test_without_a_source_finite_volumes_are_exact(cells, d1, d2):
    solution = pinn.bar_finite_volume(d1, d2, cells)
    np.testing.assert_allclose(solution.temperature, pinn.bar_exact(solution.x, d1, d2), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(solution.flux, pinn.bar_flux(d1, d2), rtol=1e-9)
    assert solution.temperature[cells // 2] == pytest.approx(pinn.interface_temperature(d1, d2))


def test_heat_is_conserved_with_a_source():
    solution = pinn.bar_finite_volume(cells=100, source=lambda x: 3.0 * x)
    assert solution.flux[0] - solution.flux[-1] == pytest.approx(6.0)  # the integral of 3 x over the bar


def test_second_order_with_a_source():
    # (D T')' + sin(pi x) = 0 with D = 1: T = 50 x + sin(pi x) / pi^2.
    errors = []
    for cells in (20, 40, 80):
        solution = pinn.bar_finite_volume(1.0, 1.0, cells, source=lambda x: np.sin(np.pi * x))
        exact = 50.0 * solution.x + np.sin(np.pi * solution.x) / np.pi**2
        errors.append(abs(solution.temperature - exact).max())
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert orders == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("cells", [0, 1, 3, 2.0, True])
def test_cells_out_of_range(cells):
    with pytest.raises(ValueError, match="even integer"):
        pinn.bar_finite_volume(cells=cells)


@pytest.mark.parametrize("pair", [(0.0, 1.0), (1.0, -1.0), (float("nan"), 1.0), (1.0, float("inf"))])
def test_conductivities_out_of_range(pair):
    with pytest.raises(ValueError, match="conductivities are positive"):
        pinn.bar_finite_volume(*pair)


def test_measures_of_the_exact_bar_are_zero():
    halves = (lambda x: pinn.bar_flux() / 10.0 * x), (lambda x: 100.0 - pinn.bar_flux() / 0.1 * (2.0 - x))
    assert pinn.bar_errors(*halves, 10.0, 0.1) == pytest.approx((0.0, 0.0), abs=1e-12)
    assert pinn.bar_flux_jump(*halves, 10.0, 0.1).item() == pytest.approx(0.0, abs=1e-12)
    assert pinn.bar_flux_jump(*halves, 10.0, 0.1).shape == (1, 1)


def test_measures_of_a_straight_line():
    line = lambda x: 50.0 * x  # noqa: E731
    temperature, flux = pinn.bar_errors(line, line, 10.0, 0.1)
    x = np.linspace(0.0, 2.0, 2001)
    assert temperature == pytest.approx(pinn.relative_l2(50.0 * x, pinn.bar_exact(x)), rel=0.02)
    assert flux == pytest.approx(500.0 / pinn.bar_flux() - 1.0)
    assert pinn.bar_flux_jump(line, line, 10.0, 0.1).item() == pytest.approx(495.0)

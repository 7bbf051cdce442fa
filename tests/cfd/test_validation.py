"""The solver against exact solutions and the benchmark of Schaefer and Turek."""

from bootcamp import cfd
from bootcamp.cfd import validation

import pytest


def test_poiseuille_profile():
    assert validation.poiseuille_error() < 0.005


def test_taylor_green_decay_converges_with_second_order():
    errors = [validation.taylor_green_error(cells) for cells in (16, 32, 64)]
    assert errors[-1] < 0.002
    for pair in (errors[:2], errors[1:]):
        assert 1.8 < validation.observed_order(pair) < 2.3


def test_mass_balance():
    solid = cfd.random_obstacles(1, 64, 128, 0)[0].solid(64, 128)
    assert validation.mass_imbalance(cfd.solve_steady_flow(solid, reynolds=100)) < 1e-3


def test_units_of_the_cylinder_channel():
    case = validation.CylinderChannel(20, 20.0, 0.3)
    assert case.shape == (82, 440)
    assert case.cell == pytest.approx(0.005)
    viscosity = case.inflow_velocity * case.shape[0] / case.reynolds
    assert case.mean_velocity * case.cells / viscosity == pytest.approx(20)
    assert case.solid().sum() == pytest.approx(3.1416 * 100, rel=0.02)


def test_cylinder_at_reynolds_20():
    result = validation.schaefer_turek_steady(20)
    assert result.drag == pytest.approx(validation.DRAG.value, rel=0.03)
    assert result.pressure_difference == pytest.approx(validation.PRESSURE_DIFFERENCE.value, rel=0.03)
    assert result.recirculation == pytest.approx(validation.RECIRCULATION.value, rel=0.05)
    assert result.lift == pytest.approx(validation.LIFT.value, rel=0.1)


def test_vortex_street_at_reynolds_100():
    strouhal, drag = validation.schaefer_turek_shedding(20)
    assert strouhal == pytest.approx(validation.STROUHAL.value, rel=0.05)
    assert drag == pytest.approx(3.23, rel=0.05)

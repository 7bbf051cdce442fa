"""Polynomial chaos against integrals that can be done by hand."""

import itertools

from bootcamp import pinn

import numpy as np
import pytest


@pytest.mark.parametrize("family", ["uniform", "normal"])
def test_polynomials_are_orthonormal(family):
    nodes, weights = pinn.gauss(family, 9)
    phi = pinn.orthonormal(family, 8, nodes)
    assert np.allclose(phi.T @ (weights[:, None] * phi), np.eye(9), atol=1e-10)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_gauss_is_exact_up_to_degree_2n_minus_1_and_no_further(count):
    nodes, weights = pinn.gauss("uniform", count)
    for degree in range(2 * count):
        assert np.isclose(weights @ nodes**degree, (degree % 2 == 0) / (degree + 1), atol=1e-14)
    assert not np.isclose(weights @ nodes ** (2 * count), 1 / (2 * count + 1), rtol=1e-6)


def test_a_polynomial_is_found_exactly():
    chaos = pinn.polynomial_chaos(lambda x: 2 + 3 * x - x**3, degree=3, uniform=(1.0, 4.0))
    x = np.linspace(0.0, 5.0, 7)
    assert np.allclose(chaos(x), 2 + 3 * x - x**3)
    assert chaos.evaluations == 4


def test_interface_temperature_converges_to_the_integral():
    mean = 0.5 * np.log(25.1 / 5.1)
    deviation = np.sqrt(5 * (1 / 5.1 - 1 / 25.1) - mean**2)
    errors = []
    for degree in (2, 5, 8, 11):
        chaos = pinn.polynomial_chaos(lambda d: pinn.interface_temperature(d, 0.1), degree, uniform=(5.0, 25.0))
        errors.append(abs(chaos.mean - mean) + abs(chaos.standard_deviation - deviation))
    assert all(later < earlier / 100 for earlier, later in itertools.pairwise(errors))
    assert errors[-1] < 1e-8


def test_log_normal_moments():
    chaos = pinn.polynomial_chaos(np.exp, degree=12, normal=(0.2, 0.5))
    mean = np.exp(0.2 + 0.5**2 / 2)
    assert np.isclose(chaos.mean, mean, rtol=1e-9)
    assert np.isclose(chaos.standard_deviation, mean * np.sqrt(np.expm1(0.5**2)), rtol=1e-7)


def test_a_step_converges_slowly():
    chaos = pinn.polynomial_chaos(lambda x: (x > 0.3).astype(float), degree=40, uniform=(0.0, 1.0))
    assert 1e-4 < abs(chaos.mean - 0.7) < 0.05
    assert chaos(np.linspace(0.0, 1.0, 1001)).max() > 1.05


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"degree": 2}, "give either"),
        ({"degree": 2, "uniform": (0, 1), "normal": (0, 1)}, "give either"),
        ({"degree": 2, "gamma": (0, 1)}, "give either"),
        ({"degree": 2, "uniform": (1, 1)}, "lower is below upper"),
        ({"degree": 2, "normal": (0, 0)}, "positive, not 0"),
        ({"degree": -1, "uniform": (0, 1)}, "at least 0"),
        ({"degree": 1.5, "uniform": (0, 1)}, "1.5"),
    ],
)
def test_wrong_arguments(arguments, said):
    with pytest.raises(ValueError, match=said):
        pinn.polynomial_chaos(np.sin, **arguments)


@pytest.mark.parametrize("output", [lambda x: 1.0, lambda x: x[:1], lambda x: np.log(-1.0 - x**2 + 0j).real * np.nan])
def test_wrong_outputs(output):
    with pytest.raises(ValueError, match="the output is finite and has the same shape"):
        pinn.polynomial_chaos(output, degree=2, uniform=(0.0, 1.0))


def test_unknown_family():
    with pytest.raises(ValueError, match="Did you mean 'uniform'"):
        pinn.gauss("uniformly", 3)

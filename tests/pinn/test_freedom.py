"""How free a construction around a free part is, as the checks of exercises see it."""

from bootcamp.pinn.checks.freedom import DEGREE, Freedom, blind_spot, polynomial

import numpy as np
import pytest
import torch

PLACES = np.linspace(0.0, 1.0, 41)[:, None]
WAVE = np.cos(1.0 + 5.0 * PLACES)


def freedom(factor=lambda x: 1.0 + x, enter=lambda value: value) -> Freedom:
    """What a factor times a function of the free part can become."""
    return Freedom(lambda c: factor(PLACES) * enter(polynomial(c, 0.5, 0.5)(torch.as_tensor(PLACES)).numpy()))


def test_the_free_part_is_a_chebyshev_series():
    coefficients = np.random.default_rng(0).normal(size=(5, 2))
    x = np.linspace(-1.0, 4.0, 7)
    values = polynomial(coefficients, 1.5, 2.5)(torch.as_tensor(x[:, None])).numpy()
    np.testing.assert_allclose(values, np.polynomial.chebyshev.chebval((x - 1.5) / 2.5, coefficients).T, atol=1e-12)


@pytest.mark.parametrize(
    ("construction", "reached"),
    [
        (freedom(), True),
        (freedom(enter=lambda value: value + value**3), True),
        (freedom(factor=lambda x: np.maximum(x, 1 - x)), True),
        (freedom(factor=lambda x: x - 0.5), False),
        (freedom(factor=lambda x: 0 * x), False),
        (freedom(enter=lambda value: value**2), False),
        (freedom(enter=np.exp), False),
        (freedom(enter=lambda value: np.full_like(value, value[0, 0])), False),
    ],
)
def test_what_can_be_reached(construction, reached):
    assert construction.reaches(WAVE) == reached


def test_a_bounded_part_reaches_what_lies_within_its_bounds_only():
    bounded = freedom(enter=lambda value: 2.0 * np.tanh(value))
    assert bounded.reaches(0.5 * WAVE)
    assert not bounded.reaches(20.0 * WAVE)


def test_dimensions_and_response():
    assert freedom().dimensions == DEGREE + 1
    assert freedom(enter=lambda value: np.full_like(value, value[0, 0])).dimensions == 1
    response = freedom(factor=lambda x: x - 0.5).response[:, 0]
    assert response.argmin() == 20
    assert response[20] == 0.0


@pytest.mark.parametrize(
    ("response", "hint"),
    [
        (lambda x: 1.0 + x**2, ""),
        (lambda x: np.exp(5.0 * x), ""),
        (lambda x: np.abs(x - 0.2504), "at x = 0.25 inner has no influence"),
        (lambda x: 1.0 / np.abs(x - 0.7504), "at x = 0.75 the factor of inner is infinite"),
        (lambda x: np.where(x < 0.6, 1.0, 0.0), "at x = 0.6 inner has no influence at all"),
        (lambda x: np.where(x == 0.5, np.nan, 1.0), "at x = 0.5 the factor of inner is infinite"),
    ],
)
def test_a_blind_spot_is_found(response, hint):
    places = np.linspace(0.0, 1.0, 1001)
    found = blind_spot("x", places, response(places), beside=50)
    assert found.startswith(hint)
    assert bool(found) == bool(hint)

"""Edges of the classes, and wind from probabilities."""

from bootcamp import cyclone

import numpy as np
import pytest

PUBLISHED = {
    "NC": (0, 20),
    "TD": (21, 33),
    "TS": (34, 63),
    "H1": (64, 82),
    "H2": (83, 95),
    "H3": (96, 112),
    "H4": (113, 136),
    "H5": (137, 190),
}


@pytest.mark.parametrize(("name", "ends"), PUBLISHED.items())
def test_both_ends_of_every_class_are_those_published(name, ends):
    assert [cyclone.CLASS_NAMES[cyclone.wind_to_class(wind)] for wind in ends] == [name, name]


def test_classes_are_in_order_and_without_gap():
    assert tuple(PUBLISHED) == cyclone.CLASS_NAMES
    for below, above in zip(cyclone.INTENSITY_CLASSES, cyclone.INTENSITY_CLASSES[1:], strict=False):
        assert below.upper_kt == above.lower_kt
    assert cyclone.INTENSITY_CLASSES[0].lower_kt == 0
    assert cyclone.INTENSITY_CLASSES[-1].upper_kt == np.inf


def test_wind_between_whole_knots_belongs_to_the_class_below_the_edge():
    winds = [20.0, np.nextafter(20, 21), 33.999, 63.5, 82.9, 95.99, 112.5, 136.9]
    assert cyclone.wind_to_class(winds).tolist() == [0, 1, 1, 2, 3, 4, 5, 6]


def test_number_gives_int_and_array_keeps_its_shape():
    assert type(cyclone.wind_to_class(100)) is int
    assert cyclone.wind_to_class(np.full((2, 3), 100)).shape == (2, 3)
    assert cyclone.wind_to_class([]).shape == (0,)


@pytest.mark.parametrize("wind", [np.nan, -1, -0.001, np.inf, [50, np.nan], [[10], [-5]]])
def test_wind_that_is_none_is_refused(wind):
    with pytest.raises(ValueError, match="a wind is a finite number of knots, 0 or more, not"):
        cyclone.wind_to_class(wind)


def test_typical_winds_lie_in_their_classes():
    assert cyclone.wind_to_class(cyclone.TYPICAL_WIND_KT).tolist() == list(range(8))


def test_expected_wind_of_a_certain_class_is_its_wind_and_of_a_mixture_the_mean():
    assert np.allclose(cyclone.expected_wind(np.eye(8)), cyclone.TYPICAL_WIND_KT)
    assert np.allclose(cyclone.expected_wind(np.full((3, 8), 0.125), np.arange(8)), 3.5)


@pytest.mark.parametrize(
    ("probabilities", "reason"),
    [
        (np.full(8, 0.125), r"shape \(frames, 8\), not \(8,\)"),
        (np.full((2, 7), 1 / 7), r"not \(2, 7\)"),
        (np.full((2, 8), 0.2), "sum to one"),
        (np.full((2, 8), np.nan), "0 or more and sum to one"),
        (np.array([[1.5, -0.5, 0, 0, 0, 0, 0, 0]]), "0 or more"),
    ],
)
def test_malformed_probabilities_are_refused(probabilities, reason):
    with pytest.raises(ValueError, match=reason):
        cyclone.expected_wind(probabilities)


@pytest.mark.parametrize("winds", [np.ones(7), np.full(8, np.nan)])
def test_malformed_class_winds_are_refused(winds):
    with pytest.raises(ValueError, match="class_wind_kt has 8 finite winds"):
        cyclone.expected_wind(np.eye(8), winds)

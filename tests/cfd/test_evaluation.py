"""The error measure."""

from bootcamp import cfd

import numpy as np
import pytest

SOLID = np.zeros((2, 4, 5), bool)
SOLID[:, 1:3, 2] = True
TRUE = np.random.default_rng(0).standard_normal((2, 4, 5, 2)).astype(np.float32)


def test_known_values():
    assert cfd.relative_error(TRUE, TRUE, SOLID).tolist() == [0.0, 0.0]
    np.testing.assert_allclose(cfd.relative_error(0 * TRUE, TRUE, SOLID), 1.0)
    np.testing.assert_allclose(cfd.relative_error(1.1 * TRUE, TRUE, SOLID), 0.1, rtol=1e-5)


def test_inside_of_the_object_does_not_count():
    predicted = TRUE.copy()
    predicted[SOLID] = np.nan
    assert cfd.relative_error(predicted, TRUE, SOLID).tolist() == [0.0, 0.0]


def test_does_not_depend_on_unit_or_batch():
    predicted = TRUE + 0.1
    found = cfd.relative_error(predicted, TRUE, SOLID)
    np.testing.assert_allclose(cfd.relative_error(7 * predicted, 7 * TRUE, SOLID), found, rtol=1e-6)
    assert cfd.relative_error(predicted[0], TRUE[0], SOLID[0]) == pytest.approx(found[0])


@pytest.mark.parametrize(
    ("predicted", "true", "solid", "part"),
    [
        (TRUE[:1], TRUE, SOLID, "shape"),
        (TRUE[..., :1], TRUE[..., :1], SOLID, "shape"),
        (TRUE, TRUE, SOLID[0], "shape"),
        (TRUE, TRUE, SOLID.astype(float), "bool"),
        (np.full_like(TRUE, np.nan), TRUE, SOLID, "predicted .* finite"),
        (TRUE, np.full_like(TRUE, np.inf), SOLID, "true .* finite"),
        (TRUE, 0 * TRUE, SOLID, "zero everywhere"),
    ],
)
def test_refused(predicted, true, solid, part):
    with pytest.raises(ValueError, match=part):
        cfd.relative_error(predicted, true, solid)


def test_mirrored_twice_is_the_same():
    velocity, solid = cfd.mirrored(*cfd.mirrored(TRUE, SOLID))
    np.testing.assert_array_equal(velocity, TRUE)
    np.testing.assert_array_equal(solid, SOLID)
    with pytest.raises(ValueError, match="velocity"):
        cfd.mirrored(TRUE, SOLID[0])

"""Objects, their families, and the signed distance."""

import math

from bootcamp import cfd
from bootcamp.cfd import obstacles

import numpy as np
import pytest
from scipy import ndimage


@pytest.mark.parametrize("unseen", [False, True])
@pytest.mark.parametrize("height", [64, 128])
def test_objects_are_free_standing_and_of_the_stated_size(height, unseen):
    for drawn in cfd.random_obstacles(30, height, 2 * height, 3, unseen=unseen):
        solid = drawn.solid(height, 2 * height)
        assert solid.dtype == bool
        assert ndimage.label(solid)[1] == 1
        rows, columns = solid.any(axis=1), solid.any(axis=0)
        assert not rows[: height // 16].any()
        assert not rows[-height // 16 :].any()
        assert not columns[: height // 8].any()
        assert not columns[-height // 2 :].any()
        assert rows.sum() <= 0.625 * height
        cfd.check_stability(solid, 100)
        if not unseen:
            sizes = np.array([drawn.half_length, drawn.half_width]) / height
            assert (sizes >= 20 / 128).all()
            assert (sizes <= 39 / 128).all()


def test_same_seed_same_objects_and_a_longer_list_goes_on():
    few, many, other = (cfd.random_obstacles(n, 64, 128, seed) for n, seed in ((6, 1), (12, 1), (6, 2)))
    for a, b in zip(few, many[:6], strict=True):
        np.testing.assert_array_equal(a.solid(64, 128), b.solid(64, 128))
    assert any((a.solid(64, 128) != b.solid(64, 128)).any() for a, b in zip(few, other, strict=True))


def test_families_take_turns_and_do_not_mix():
    seen = [o.family for o in cfd.random_obstacles(10, 64, 128, 0)]
    unseen = [o.family for o in cfd.random_obstacles(12, 64, 128, 0, unseen=True)]
    assert seen.count("ellipse") == seen.count("rectangle") == 5
    assert [unseen.count(name) for name in cfd.UNSEEN_FAMILIES] == [4, 4, 4]
    assert not set(seen) & set(unseen)


def test_areas():
    assert cfd.ellipse(64, 40, 25, 12, 0.7).solid(80, 128).sum() == pytest.approx(math.pi * 25 * 12, rel=0.01)
    sheared = cfd.rectangle(64, 40, 20, 12, 0.3, 0.4).solid(80, 128)
    assert sheared.sum() == pytest.approx(4 * 20 * 12, rel=0.02)


def test_angles_turn_counter_clockwise_and_upward_is_a_larger_row():
    y, x = np.nonzero(cfd.ellipse(64, 32, 20, 5, math.pi / 4).solid(64, 128))
    assert np.corrcoef(x, y)[0, 1] > 0.7


@pytest.mark.parametrize("family", cfd.UNSEEN_FAMILIES)
def test_outlines_of_unseen_families_hold_area(family):
    for drawn in cfd.random_obstacles(12, 128, 256, 5, unseen=True):
        if drawn.family == family:
            assert 0.01 < drawn.solid(128, 256).mean() < 0.15


def test_airfoil_has_its_thickness():
    outline = cfd.airfoil_outline(0.2, 0.0, 0.4)
    assert np.ptp(outline[:, 1]) == pytest.approx(2 * 0.2, rel=0.01)
    assert np.ptp(outline[:, 0]) == pytest.approx(2.0)


@pytest.mark.parametrize("wrong", [{"count": -1}, {"count": 2.0}, {"height": 8}, {"width": 10}, {"seed": -1}])
def test_wrong_numbers(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        cfd.random_obstacles(**{"count": 1, "height": 64, "width": 128, "seed": 0} | wrong)


class TestSignedDistance:
    def test_disc(self):
        y, x = np.mgrid[:64, :128]
        exact = np.hypot(x - 50, y - 30) - 12
        found = cfd.signed_distance(exact < 0)
        assert found.dtype == np.float32
        assert np.abs(found - exact).max() < 1.0
        assert ((found < 0) == (exact < 0)).all()

    def test_flat_wall_is_exact(self):
        solid = np.zeros((4, 10), bool)
        solid[:, 6:] = True
        np.testing.assert_array_equal(cfd.signed_distance(solid)[0], 5.5 - np.arange(10))

    def test_gradient_has_length_one_away_from_the_surface(self):
        solid = cfd.ellipse(40, 30, 12, 8).solid(64, 128)
        d = cfd.signed_distance(solid)
        slope = np.hypot(*np.gradient(d))
        assert np.median(slope[d > 2]) == pytest.approx(1, abs=0.02)

    def test_empty_and_full_masks(self):
        assert (cfd.signed_distance(np.zeros((3, 4), bool)) == 5).all()
        assert (cfd.signed_distance(np.ones((3, 4), bool)) == -5).all()

    def test_batches(self):
        solid = np.stack([o.solid(64, 128) for o in cfd.random_obstacles(3, 64, 128, 0)])
        found = cfd.signed_distance(solid)
        assert found.shape == solid.shape
        np.testing.assert_array_equal(found[1], cfd.signed_distance(solid[1]))

    @pytest.mark.parametrize("wrong", [np.zeros((3, 4)), np.zeros(4, bool), np.full((3, 4), np.nan)])
    def test_wrong_masks(self, wrong):
        with pytest.raises(ValueError, match="bool"):
            cfd.signed_distance(wrong)


def test_parameters_give_the_object_back():
    for drawn in cfd.random_obstacles(4, 64, 128, 7):
        again = obstacles.Obstacle(drawn.family, *drawn.parameters)
        np.testing.assert_array_equal(again.solid(64, 128), drawn.solid(64, 128))

"""The rule: openings of known bodies, known walls and holes, and parts of the data set."""

from bootcamp import printing

import numpy as np
import pytest


def block(side=48, wall=0, radius=0):
    """A block with a slit that leaves a wall of so many voxels, or a hole of that radius in voxels."""
    solid = np.zeros((side,) * 3, dtype=bool)
    solid[8:40, 8:40, 8:40] = True
    if wall:
        solid[8 + wall : 24, 8:40, 12:40] = False
    if radius:
        x, y, _ = np.indices(solid.shape)
        solid[(x - 23.5) ** 2 + (y - 23.5) ** 2 < radius**2] = False
    return solid


def test_opening_with_a_ball():
    solid = block()
    opened = printing.opening(solid, 3.0)
    assert not (opened & ~solid).any()
    np.testing.assert_array_equal(printing.opening(opened, 3.0), opened)  # nothing is left to take away
    assert 0 < np.count_nonzero(solid & ~opened) < 0.08 * solid.sum()  # edges and corners only
    assert not printing.opening(block(wall=0)[:, :, :10], 20.0).any()
    with pytest.raises(ValueError, match="positive"):
        printing.opening(solid, 0.0)


@pytest.mark.parametrize(("wall", "printable"), [(1, False), (2, False), (3, True), (6, True)])
def test_walls(wall, printable):
    assert printing.judge(block(wall=wall)).printable is printable


@pytest.mark.parametrize(("radius", "printable"), [(2.25, False), (3.0, False), (4.5, True), (8.0, True)])
def test_holes(radius, printable):
    assert printing.judge(block(radius=radius)).printable is printable


def test_the_verdict_does_not_depend_on_where_the_part_is():
    solid = block(wall=2)
    moved = np.roll(solid, (-8, 5, 3), axis=(0, 1, 2))
    assert printing.judge(moved) == printing.judge(solid)


def test_it_finds_the_labels_of_the_data_set():
    rows = [row for number in range(100, 106) for row in printing.make_variants(number, "training", 48)]
    right = [printing.judge(row["solid"]).printable == printing.PRINTABLE[row["defect"]] for row in rows]
    assert np.mean(right) > 0.9


@pytest.mark.parametrize("wrong", [np.zeros((8, 8, 8), bool), np.ones((8, 8, 4), bool), np.ones((8, 8), bool)])
def test_refused(wrong):
    with pytest.raises(ValueError, match="a cube of voxels with a part in it"):
        printing.judge(wrong)

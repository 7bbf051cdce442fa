"""Holes: exact cuts, walls as promised, and refused places."""

from bootcamp import printing
from bootcamp.printing import defects

import numpy as np
import pytest
import trimesh

PLATE = trimesh.creation.box(bounds=[[2, 12, 26], [62, 52, 38]])


@pytest.mark.parametrize("axis", [[0, 0, 1], [0, 0, -2], [0.05, -0.02, 1.0]])
def test_walls_are_as_promised(axis):
    random = np.random.default_rng(0)
    for defect, low, high in (("small hole", 4.0, 40.0), ("large hole", 4.0, 40.0), ("thin wall", 1.0, 2.0)):
        hole = printing.place_hole(PLATE, np.array(axis, dtype=float), defect, random)
        middle = hole.centre + hole.axis * (32 - hole.centre[2]) / hole.axis[2]
        border = min(middle[0] - 2, 62 - middle[0], middle[1] - 12, 52 - middle[1]) - hole.radius
        slack = 0.7 + 13 * np.hypot(*hole.axis[:2])  # half a grid cell, and the slant through the plate
        assert low - slack <= border <= high + slack


def test_a_cut_changes_nothing_else_and_has_the_volume_of_a_cylinder():
    solid = printing.voxelise(PLATE, 96)
    hole = printing.Hole(np.array([32.0, 32.0, 32.0]), np.array([0.0, 0.0, 3.0]), 6.0)
    cut = printing.cut_hole(solid, hole)
    gone = np.argwhere(solid & ~cut)
    assert not (cut & ~solid).any()
    assert printing.distance_to_axis((gone + 0.5) * 64 / 96, hole).max() < 6.0
    assert len(gone) * (64 / 96) ** 3 == pytest.approx(np.pi * 36 * 12, rel=0.02)


def test_rotation_to_z_is_a_rotation():
    for axis in np.random.default_rng(1).normal(size=(5, 3)):
        matrix = printing.rotation_to_z(axis)
        np.testing.assert_allclose(matrix @ matrix.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(matrix) == pytest.approx(1.0)
        np.testing.assert_allclose(matrix @ axis, [0, 0, np.linalg.norm(axis)], atol=1e-12)


def test_refused():
    solid, z = printing.voxelise(PLATE, 16), np.array([0.0, 0.0, 1.0])
    with pytest.raises(ValueError, match="larger than the part"):
        printing.cut_hole(solid, printing.Hole(np.full(3, 32.0), z, 100.0))
    with pytest.raises(ValueError, match="positive"):
        printing.cut_hole(solid, printing.Hole(np.full(3, 32.0), z, 0.0))
    with pytest.raises(ValueError, match="a direction"):
        printing.rotation_to_z(np.zeros(3))
    with pytest.raises(ValueError, match="one of small hole"):
        printing.place_hole(PLATE, z, "none", np.random.default_rng(0))
    with pytest.raises(ValueError, match="a defect is one of"):
        defects.label("crack")


def test_a_part_without_room_says_so():
    rod = trimesh.creation.box(bounds=[[2, 29, 29], [62, 35, 35]])
    with pytest.raises(printing.NoPlaceError, match="no place for a large hole"):
        printing.place_hole(rod, np.array([1.0, 0.0, 0.0]), "large hole", np.random.default_rng(0))


def test_labels():
    assert [defects.label(defect) for defect in printing.DEFECTS] == [True, False, True, False]

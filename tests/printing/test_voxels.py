"""Voxels by rays: volumes, agreement with trimesh, seams, and the winding of surfaces."""

from bootcamp import printing

import numpy as np
import pytest
import trimesh


@pytest.fixture(scope="module")
def parts():
    random = np.random.default_rng(3)
    found = []
    for family in printing.FAMILIES:
        mesh = printing.make_part(family, random)
        mesh.apply_transform(trimesh.transformations.random_rotation_matrix(random.random(3)))
        found.append(printing.normalise(mesh))
    return found


def test_a_box_has_exactly_its_voxels():
    box = trimesh.creation.box(bounds=[[8, 16, 24], [40, 32, 28]])
    solid = printing.voxelise(box, 16)
    assert solid.sum() == 8 * 4 * 1 and solid[2:10, 4:8, 6].all()
    assert printing.volume_mm3(solid) == pytest.approx(box.volume)


def test_volumes_converge(parts):
    errors = {
        n: np.mean([abs(printing.volume_mm3(printing.voxelise(m, n)) / m.volume - 1) for m in parts]) for n in (12, 96)
    }
    assert errors[96] < errors[12] / 8 and errors[96] < 0.002


def test_every_voxel_agrees_with_trimesh(parts):
    side = 12
    centres = (np.indices((side,) * 3).reshape(3, -1).T + 0.5) * printing.BUILD_MM / side
    for mesh in parts[:3]:
        np.testing.assert_array_equal(printing.voxelise(mesh, side).ravel(), mesh.contains(centres))


def test_all_directions_agree_on_a_closed_part(parts):
    for mesh in parts:
        one, three = printing.voxelise(mesh, 24), printing.voxelise(mesh, 24, axes=3)
        np.testing.assert_array_equal(one, three)


def test_a_vote_repairs_rays_through_an_opening(parts):
    mesh = parts[0]
    upward = mesh.face_normals[:, 2] * mesh.area_faces
    torn = trimesh.Trimesh(mesh.vertices, np.delete(mesh.faces, upward.argmax(), axis=0), process=False)
    truth = printing.voxelise(mesh, 32)
    wrong = [np.count_nonzero(printing.voxelise(torn, 32, axes=axes) != truth) for axes in (1, 3)]
    assert wrong[1] < wrong[0] / 4


def test_winding_tells_inside_outside_and_overlap():
    box = trimesh.creation.box(extents=[6, 6, 6])
    box.apply_translation([6, 6, 6])
    shifted = box.copy()
    shifted.apply_translation([3, 3, 3])
    shape = (16, 16, 16)
    assert set(np.unique(printing.winding_numbers(box.triangles, shape))) == {0, 1}
    assert set(np.unique(printing.winding_numbers(box.triangles[:, ::-1], shape))) == {-1, 0}
    both = np.concatenate([box.triangles, shifted.triangles])
    assert (printing.winding_numbers(both, shape) == 2).sum() == 3**3


def test_what_sticks_out_of_the_grid_is_cut_off():
    box = trimesh.creation.box(bounds=[[-50, -50, -50], [32, 500, 500]])
    assert printing.voxelise(box, 8)[:4].all() and not printing.voxelise(box, 8)[4:].any()


def test_bits():
    solids = np.random.default_rng(0).random((3, 8, 8, 8)) < 0.5
    bits = printing.pack(solids)
    assert bits.shape == (3, 64) and np.array_equal(printing.unpack(bits, 8), solids)


@pytest.mark.parametrize("wrong", [{"side": 4}, {"side": 1000}, {"axes": 2}])
def test_bad_input(parts, wrong):
    with pytest.raises(ValueError, match="side is from 8 to 512 and axes 1 or 3"):
        printing.voxelise(parts[0], **wrong)

"""The data set: sound shapes, splits, the same bytes again, and damage that is named."""

from bootcamp import datasets, printing
from bootcamp.printing import archive

import numpy as np
import pytest


@pytest.fixture(scope="module")
def parts():
    return printing.generate_parts(28, 32, seed=1)


def test_families_are_sound_and_have_no_thin_walls():
    random = np.random.default_rng(5)
    for family in printing.FAMILIES:
        for _ in range(3):
            mesh = printing.normalise(printing.align(printing.make_part(family, random)))
            assert mesh.is_watertight and mesh.body_count == 1 and mesh.volume > 0
            assert printing.judge(printing.voxelise(mesh, 48)).printable
    with pytest.raises(ValueError, match="a family is one of"):
        printing.make_part("teapot", random)


def test_four_variants_of_each_shape(parts):
    assert len(parts) == 4 * 28 and parts.side == 32
    np.testing.assert_array_equal(parts.defect.reshape(-1, 4), np.tile(range(4), (28, 1)))
    assert parts.printable.mean() == 0.5
    volume = parts.solids().reshape(28, 4, -1).sum(axis=2)
    assert (volume[:, 0] > volume[:, 1]).all() and (volume[:, 1] > volume[:, 2]).all()


def test_variants_differ_only_inside_their_hole(parts):
    for number in range(1, 12):
        if not parts.defect[number]:
            with pytest.raises(ValueError, match="has no hole"):
                parts.hole(number)
            continue
        whole, cut = parts.solids([number - parts.defect[number], number])
        places = (np.argwhere(whole != cut) + 0.5) * printing.BUILD_MM / 32
        assert printing.distance_to_axis(places, parts.hole(number)).max() < parts.radius[number]


def test_splits_by_shape_and_by_file(parts):
    by_shape, by_file = printing.split_by_shape(parts), printing.split_by_file(parts, seed=2)
    assert sum(map(len, by_shape.values())) == len(parts)
    assert {name: len(part) for name, part in by_shape.items()} == {name: len(part) for name, part in by_file.items()}
    shapes = {name: set(part.shape.tolist()) for name, part in by_shape.items()}
    assert not shapes["training"] & shapes["validation"] and not shapes["training"] & shapes["test"]
    assert set(by_file["training"].shape.tolist()) & set(by_file["validation"].shape.tolist())
    unseen = {printing.FAMILIES[n] for n in by_shape["unseen"].family}
    assert unseen == set(printing.UNSEEN_FAMILIES)
    assert not unseen & {printing.FAMILIES[n] for n in by_shape["training"].family}


def test_the_same_seed_gives_the_same_parts(parts):
    again = printing.make_variants(3, "training", 32, seed=1)
    np.testing.assert_array_equal(printing.pack(np.array([row["solid"] for row in again])), parts.bits[12:16])


def test_too_few_shapes():
    with pytest.raises(ValueError, match="leave a split empty"):
        archive.split_names(3)


def test_a_damaged_file_is_named(parts, tmp_path, monkeypatch):
    archive._store(parts, tmp_path)
    monkeypatch.setattr(datasets, "prepare", lambda source: tmp_path)
    assert len(printing.load_parts()) == len(parts)
    (tmp_path / archive.FILE).write_bytes(b"no npz")
    with pytest.raises(datasets.DataError, match="data clean printing_parts"):
        printing.load_parts()

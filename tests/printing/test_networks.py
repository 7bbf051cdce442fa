"""The published networks: their parameters, smaller versions of them, and batches."""

from bootcamp import printing, runtime  # noqa: F401 - runtime sets the Keras backend
from bootcamp.printing import training

import numpy as np
import pytest

PUBLISHED = {"vanilla": 103_937, "inception v1": 9_258_433, "inception v3": 17_948_097}


def trainable(network) -> int:
    return sum(int(np.prod(variable.shape)) for variable in network.trainable_variables)


@pytest.mark.parametrize("name", PUBLISHED)
def test_parameters_at_full_width_are_the_published_ones(name):
    assert trainable(printing.BUILDERS[name](128)) == PUBLISHED[name]


def test_the_residual_network_has_eight_million_parameters():
    assert trainable(printing.residual(128)) == pytest.approx(8.35e6, rel=0.01)


@pytest.mark.parametrize("name", printing.BUILDERS)
def test_narrow_networks_give_one_logit(name):
    network = printing.BUILDERS[name](24, 0.05, 2)
    found = printing.predict_logits(network, np.random.default_rng(0).random((3, 24, 24, 24)) < 0.5)
    assert found.shape == (3,) and np.isfinite(found).all()
    assert network.layers[-1].activation.__name__ == "linear"


def test_refused():
    with pytest.raises(ValueError, match="16 or more"):
        printing.vanilla(8)
    with pytest.raises(ValueError, match="positive factor"):
        printing.residual(32, 0.0)


def test_the_48_positions_of_a_cube():
    solid = np.arange(27).reshape(1, 3, 3, 3)
    found = {printing.turned(solid, n).tobytes() for n in range(48)}
    assert len(found) == 48 and solid.tobytes() in found
    assert all(np.array_equal(np.sort(printing.turned(solid, n).ravel()), np.arange(27)) for n in range(48))


@pytest.fixture(scope="module")
def parts():
    return printing.generate_parts(7, 32)


def test_batches_hold_every_part_once_with_its_label(parts):
    seen = list(printing.voxel_batches(parts, 8, seed=0))
    voxels = printing.pack(np.concatenate([x[..., 0] > 0.5 for x, _ in seen]))
    place = {bits.tobytes(): number for number, bits in enumerate(parts.bits)}
    order = [place[bits.tobytes()] for bits in voxels]
    assert sorted(order) == list(range(28)) and order != sorted(order)
    np.testing.assert_array_equal(np.concatenate([y for _, y in seen])[:, 0], parts.printable[order])


def test_turned_batches_keep_the_volume(parts):
    plain, turned = (
        np.sort(np.concatenate([x.sum(axis=(1, 2, 3, 4)) for x, _ in printing.voxel_batches(parts, 8, 0, turn=turn)]))
        for turn in (False, True)
    )
    np.testing.assert_array_equal(plain, turned)


def test_inputs():
    found = training.inputs(np.ones((2, 4, 4, 4), bool))
    assert found.shape == (2, 4, 4, 4, 1) and found.dtype == np.float32 and (found == 1).all()

"""The network of 02_Fully_Connected and that of the room are the same; facts that the notebook states."""

from pathlib import Path

from bootcamp import cfd
from bootcamp.cfd.checks.fully_connected import CHECKS
from bootcamp.notebooks import authoring

import keras
import numpy as np
import pytest
from keras import layers, ops

NOTEBOOK = Path(__file__).resolve().parents[2] / "CFD" / "02_Fully_Connected.ipynb"


def taught(name, **known):
    """A function as it stands in the notebook."""
    sources = [cell.source for cell in authoring.code_cells(authoring.read(NOTEBOOK))]
    space = {"keras": keras, "layers": layers, "ops": ops, "np": np} | known
    exec(next(source for source in sources if source.startswith(f"def {name}(")), space)
    return space[name]


@pytest.mark.parametrize(("hidden_layers", "activation"), [(2, None), (4, None), (2, "relu")])
def test_the_room_has_the_network_of_the_notebook(hidden_layers, activation):
    mine = taught("fully_connected", height=8, width=16, units=5)(hidden_layers, activation)
    options = {"units": 5, "signed_distance": False, "complete": False, "output_activation": activation}
    room = cfd.fully_connected(8, 16, hidden_layers=hidden_layers, **options)
    assert [w.shape for w in mine.get_weights()] == [w.shape for w in room.get_weights()]
    room.set_weights(mine.get_weights())
    x = np.random.default_rng(0).integers(0, 2, (3, 8, 16, 1)).astype("float32")
    np.testing.assert_allclose(room.predict(x, verbose=0), mine.predict(x, verbose=0), rtol=1e-5, atol=1e-6)


def test_the_room_has_the_loss_of_the_notebook():
    true, predicted = np.random.default_rng(1).normal(size=(2, 3, 4, 5, 2)).astype("float32")
    mine, room = (loss(true, predicted) for loss in (taught("relative_loss"), cfd.relative_loss))
    np.testing.assert_allclose(ops.convert_to_numpy(mine), ops.convert_to_numpy(room), rtol=1e-6)


def test_no_output_that_is_never_negative_beats_the_floor():
    velocity = np.random.default_rng(2).normal(size=(6, 5, 2))
    solid = np.zeros((6, 5), bool)
    floor = np.linalg.norm(np.minimum(velocity, 0)) / np.linalg.norm(velocity)
    assert cfd.relative_error(np.maximum(velocity, 0), velocity, solid) == pytest.approx(floor)
    for change in np.random.default_rng(3).uniform(0, 0.2, (20, 6, 5, 2)):
        assert cfd.relative_error(np.maximum(velocity, 0) + change, velocity, solid) > floor


@pytest.mark.parametrize("name", CHECKS)
def test_an_answer_of_another_shape_does_not_pass(name):
    assert not all(finding.right for finding in CHECKS[name](lambda *_: np.zeros(3)))

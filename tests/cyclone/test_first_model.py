"""What stands in 03_Images_and_First_Model and in the room is the same; facts that notebooks 03 and 04 state."""

from pathlib import Path

from bootcamp import cyclone
from bootcamp.cyclone.checks import first_model, split
from bootcamp.notebooks import authoring

import cv2
import keras
import numpy as np
import pytest
from keras import layers

NOTEBOOK = Path(__file__).resolve().parents[2] / "Tropical_Cyclone" / "03_Images_and_First_Model.ipynb"


def test_the_room_has_the_network_of_the_notebook():
    space = {"keras": keras, "layers": layers}
    for cell in authoring.code_cells(authoring.read(NOTEBOOK)):
        if any(part in cell.source for part in ("def seeing(", "def combining(", "def deciding(")):
            exec(cell.source, space)
    mine, room = space["paper_network"](112, 0.05), cyclone.intensity_cnn((112, 112, 3), 0.05)
    assert [w.shape for w in mine.get_weights()] == [w.shape for w in room.get_weights()]
    room.set_weights(mine.get_weights())
    x = np.random.default_rng(0).integers(0, 256, (2, 112, 112, 3)).astype("float32")
    np.testing.assert_allclose(room.predict(x, verbose=0), mine.predict(x, verbose=0), rtol=1e-4, atol=1e-5)


def test_area_is_the_mean_of_the_block():
    image = np.random.default_rng(1).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    by_hand = image.reshape(8, 4, 8, 4, 3).mean(axis=(1, 3))
    assert np.abs(cv2.resize(image, (8, 8), interpolation=cv2.INTER_AREA) - by_hand).max() <= 0.5


@pytest.mark.parametrize("name", ["reduce", "alarms", "side_after"])
def test_an_answer_of_another_shape_does_not_pass_03(name):
    assert not all(finding.right for finding in first_model.CHECKS[name](lambda *_: np.zeros((2, 2, 2))))


@pytest.mark.parametrize("name", ["shares_storms", "error_kt"])
def test_an_answer_of_another_shape_does_not_pass_04(name):
    assert not all(finding.right for finding in split.CHECKS[name](lambda *_: np.zeros((2, 2))))

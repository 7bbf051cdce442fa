"""The network of 03_Convolutions_and_Signed_Distance and that of the room are the same; facts the notebook states."""

from pathlib import Path

from bootcamp import cfd
from bootcamp.cfd.checks.convolutions import CHECKS
from bootcamp.notebooks import authoring

import keras
import numpy as np
import pytest
from keras import layers, ops

NOTEBOOK = Path(__file__).resolve().parents[2] / "CFD" / "03_Convolutions_and_Signed_Distance.ipynb"
FUNCTIONS = ("encoder", "decoder", "completed", "convolutional", "telling_share", "step_ratio")
SIZES = {"height": 32, "width": 64, "cells": 2, "patch_filters": 4, "code_filters": 6, "units": 10}


def taught():
    """The functions as they stand in the notebook, for a small grid."""
    space = {"keras": keras, "layers": layers, "ops": ops, "np": np, "cfd": cfd} | SIZES
    for cell in authoring.code_cells(authoring.read(NOTEBOOK)):
        source = cell.source.split("\n\n\nprint")[0].split("\n\n\nx_test")[0].split("\n\n\npredicted")[0]
        if "def both_decoders" in source or source.startswith(tuple(f"def {name}(" for name in FUNCTIONS)):
            exec(source, space)
    return space


@pytest.mark.parametrize("signed_distance", [True, False])
@pytest.mark.parametrize("complete", [True, False])
def test_the_room_has_the_network_of_the_notebook(signed_distance, complete):
    mine = taught()["convolutional"](signed_distance, complete)
    room = cfd.convolutional(
        32, 64, filters=(4, 6), units=10, decoder_filters=(8, 4, 2), signed_distance=signed_distance, complete=complete
    )
    assert [w.shape for w in mine.get_weights()] == [w.shape for w in room.get_weights()]
    random = np.random.default_rng(0)
    weights = [random.normal(size=w.shape).astype("float32") for w in mine.get_weights()]
    mine.set_weights(weights)
    room.set_weights(weights)
    x = random.normal(size=(2, 32, 64, 1)).astype("float32")
    np.testing.assert_allclose(room.predict(x, verbose=0), mine.predict(x, verbose=0), rtol=1e-4, atol=1e-4)


def test_the_mask_says_nothing_away_from_the_surface():
    telling = taught()["telling_share"]
    solid = np.zeros((1, 32, 64), bool)
    solid[0, 4:7, 2:6] = True
    assert telling(solid) == 1 / 32
    assert telling(cfd.signed_distance(solid)) == 1.0


def test_seams_are_seen_at_borders_of_patches_only():
    ratio = taught()["step_ratio"]
    no_object = np.zeros((1, 8, 32), bool)
    ramp = np.broadcast_to(np.arange(32.0)[:, None], (1, 8, 32, 2))
    assert ratio(ramp, no_object) == pytest.approx(1.0)
    assert ratio(ramp + 3 * (ramp // 8), no_object) == pytest.approx(4.0)


@pytest.mark.parametrize("name", CHECKS)
def test_a_constant_does_not_pass(name):
    assert not all(finding.right for finding in CHECKS[name](lambda *_: np.zeros(()) > 0))

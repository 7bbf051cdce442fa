"""The notebook on the gated U-Net builds what the room offers, and says no number that is wrong."""

from bootcamp import cfd, course, runtime
from bootcamp.notebooks import authoring

import keras
import numpy as np
import pytest
from keras import layers, ops
from matplotlib import pyplot as plt

NOTEBOOK = course.root() / "CFD" / "04_Gated_U_Net.ipynb"
TAUGHT = ("concatenated_elu", "gate", "shortcut", "residual_block", "way_down", "way_up", "u_net", "relative_loss")


@pytest.fixture(scope="module")
def taught() -> dict:
    """What the cells define, on a small grid."""
    scope = {"cfd": cfd, "keras": keras, "layers": layers, "ops": ops, "height": 32, "width": 64}
    scope |= {"first_filters": 4, "grids": 3, "stem_strides": 2}
    cells = [cell.source for cell in authoring.code_cells(authoring.read(NOTEBOOK))]
    for name in TAUGHT:
        exec(next(source for source in cells if f"def {name}(" in source), scope)
    return scope


@pytest.mark.parametrize("gated", [True, False])
def test_network(taught, gated):
    x = np.random.default_rng(0).normal(size=(2, 32, 64, 1)).astype("float32")
    found = []
    for build in (
        lambda: taught["u_net"](gated),
        lambda: cfd.u_net(32, 64, filters=(4, 8, 16), stem_strides=2, gated=gated),
    ):
        runtime.set_seed(3)
        network = build()
        network.trainable_variables[-1].assign([0.5, -0.5])
        network.trainable_variables[-2].assign(np.full(network.trainable_variables[-2].shape, 0.1))
        found.append(network.predict(x, verbose=0))
    assert found[0] == pytest.approx(found[1], abs=1e-5)
    assert np.abs(found[0] - cfd.channel_profile(32)).max() > 0.1


def test_loss(taught):
    random = np.random.default_rng(0)
    true, predicted = random.normal(size=(2, 3, 4, 8, 2)).astype("float32")
    found, expected = taught["relative_loss"](true, predicted), cfd.relative_loss(true, predicted)
    assert ops.convert_to_numpy(found) == pytest.approx(ops.convert_to_numpy(expected))


def test_numbers_of_the_receptive_field():
    """The text says 192 cells for the way down, and 129 for 64 layers on the full grid."""
    solution = authoring.tagged(authoring.read(NOTEBOOK), authoring.SOLUTION_TAG)[2]
    scope = {}
    exec(authoring.solution_code(solution), scope)
    down = [(8, 4), (3, 1), (3, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2), (3, 1), (3, 1), (3, 1)]
    assert scope["receptive_field"](down) == 192 and "192" in solution.source
    assert scope["receptive_field"]([(3, 1)] * 64) == 129 and "129" in solution.source


def test_figures_show_all_models_and_bins():
    fig, axes = plt.subplots(1, 2)
    cfd.plot_models(axes, {"test": {"a": [0.1, 0.2], "b": [0.3]}, "unseen": {"a": [0.1, 0.2], "b": [0.3]}})
    assert [text.get_text() for text in axes[0].get_yticklabels()] == ["a", "b"]
    assert axes[0].lines[0].get_xdata().tolist() == [10, 20]
    distances = np.array([[[-1.0, 0.5, 1.5, 20.0]]])
    ax = cfd.plot_error_by_distance(axes[0], np.array([[[9.0, 1.0, 2.0, 3.0]]]), np.abs(distances) * np.sign(distances))
    assert ax.lines[-1].get_ydata()[[0, 1, 5]].tolist() == [1, 2, 3]
    plt.close(fig)

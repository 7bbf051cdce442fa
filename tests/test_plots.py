from bootcamp import plots

import matplotlib.pyplot as plt
import numpy as np
import pytest


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_style_holds_only_settings_that_matplotlib_knows():
    with plt.rc_context():
        plots.use_style()
        assert plt.rcParams["image.cmap"] == plots.SEQUENTIAL
        assert plt.rcParams["axes.prop_cycle"].by_key()["color"] == list(plots.COLOURS)


def test_loss_curves_start_at_epoch_one_on_a_logarithmic_axis(ax):
    assert plots.loss_curves(ax, {"training": [1.0, 0.1, 0.01], "validation": [1.0, 0.5]}) is ax
    assert [list(line.get_xdata()) for line in ax.lines] == [[1, 2, 3], [1, 2]]
    assert (ax.get_yscale(), ax.get_xlabel(), ax.get_ylabel()) == ("log", "epoch", "loss")
    assert [text.get_text() for text in ax.get_legend().texts] == ["training", "validation"]


def test_image_keeps_its_pixels_and_has_no_ticks(ax):
    pixels = np.arange(12.0).reshape(3, 4, 1)
    shown = plots.image(ax, pixels, "title")
    assert np.array_equal(shown.get_array(), pixels[..., 0])
    assert (list(ax.get_xticks()), list(ax.get_yticks()), ax.get_title()) == ([], [], "title")


def test_images_of_a_row_share_their_limits():
    figure, axes = plt.subplots(1, 2)
    plots.image_row(axes, np.stack([np.zeros((4, 4)), np.full((4, 4), 0.5)]), ["a", "b"])
    assert {ax.images[0].get_clim() for ax in axes} == {(0.0, 1.0)}
    plt.close(figure)


def test_image_row_refuses_a_missing_title(ax):
    with pytest.raises(ValueError, match="zip"):
        plots.image_row([ax], np.zeros((1, 4, 4)), [])


@pytest.mark.parametrize(("limit", "bound"), [(None, 3.0), (5.0, 5.0)])
def test_signed_image_is_centred_on_zero(ax, limit, bound):
    shown = plots.signed_image(ax, np.array([[-3.0, 1.0]]), limit=limit)
    assert shown.get_clim() == (-bound, bound)
    assert shown.get_cmap().name == plots.DIVERGING


def test_confusion_matrix_has_true_classes_in_rows(ax):
    matrix = np.array([[3, 1], [0, 0]])
    plots.confusion_matrix(ax, matrix, ["cat", "dog"])
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("true class", "predicted class")
    assert {(t.get_position(), t.get_text()) for t in ax.texts} == {((0, 0), "3"), ((1, 0), "1")}
    assert np.allclose(ax.images[0].get_array(), [[0.75, 0.25], [0.0, 0.0]])

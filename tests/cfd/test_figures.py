"""The figures: limits, signs, orientation, and axes that come back."""

from bootcamp import cfd, plots

import matplotlib.pyplot as plt
import numpy as np
import pytest

SHAPE = (12, 24)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture
def solid() -> np.ndarray:
    return cfd.ellipse(8, 5, 3, 3).solid(*SHAPE)


@pytest.fixture
def velocity(solid) -> np.ndarray:
    field = np.random.default_rng(0).normal(size=(*SHAPE, 2))
    field[..., 0] += 2
    return np.where(solid[..., None], 0.0, field)


def test_the_first_row_is_at_the_bottom_of_every_map(velocity, solid):
    axes = plt.subplots(1, 3)[1]
    cfd.plot_streamlines(axes[0], velocity, solid)
    cfd.plot_component(axes[1], velocity[..., 1], solid)
    cfd.plot_error(axes[2], velocity, 0 * velocity, solid)
    for ax in axes:
        bottom, top = ax.get_ylim()
        assert bottom < top
        assert all(image.origin == "lower" for image in ax.images)


def test_signed_maps_are_centred_on_zero_with_common_limits(velocity, solid):
    axes = plt.subplots(1, 2)[1]
    assert cfd.plot_components(axes, velocity, solid) is axes
    limits = {ax.images[0].get_clim() for ax in axes}
    assert limits == {(-np.abs(velocity).max(), np.abs(velocity).max())}
    assert {ax.images[0].get_cmap().name for ax in axes} == {plots.DIVERGING}


def test_truth_prediction_and_difference_share_the_limits_of_a_row(velocity, solid):
    predicted = 1.5 * velocity
    axes = plt.subplots(2, 3)[1]
    assert cfd.plot_prediction(axes, predicted, velocity, solid) is axes
    for component, row in enumerate(axes):
        bound = np.abs(predicted[..., component]).max()
        assert {ax.images[0].get_clim() for ax in row} == {(-bound, bound)}
        difference = row[2].images[0].get_array()
        assert np.allclose(difference[~solid], 0.5 * velocity[..., component][~solid])


def test_what_is_predicted_inside_the_object_changes_no_map(velocity, solid):
    wild = np.where(solid[..., None], 1e6, velocity)
    axes = plt.subplots(1, 4)[1]
    cfd.plot_components(axes[:2], wild, solid)
    cfd.plot_error(axes[2], wild, velocity, solid, limit=None)
    cfd.plot_streamlines(axes[3], wild, solid)
    assert all(ax.images[0].get_clim()[1] < 10 for ax in axes)
    assert np.isnan(np.ma.filled(axes[0].images[0].get_array(), np.nan)[solid]).all()


def test_cross_section_leaves_out_the_object(velocity, solid):
    ax = plt.subplots()[1]
    assert cfd.plot_cross_section(ax, {"truth": velocity, "other": 2 * velocity}, solid, column=8) is ax
    across, rows = ax.lines[0].get_data()
    assert np.array_equal(rows, np.arange(SHAPE[0]))
    assert np.array_equal(np.isnan(across), solid[:, 8])
    assert np.allclose(across[~solid[:, 8]], velocity[~solid[:, 8], 8, 0])


def test_histograms_count_every_fluid_cell_once_and_split_at_zero(velocity, solid):
    axes = plt.subplots(1, 2)[1]
    cfd.plot_histograms(axes, velocity[None], solid[None])
    for ax, component in zip(axes, (0, 1), strict=True):
        below = [bar for bar in ax.patches if bar.get_x() < -1e-9]
        assert sum(bar.get_height() for bar in ax.patches) == pytest.approx(1)
        negative = np.mean(velocity[..., component][~solid] < 0)
        assert sum(bar.get_height() for bar in below) == pytest.approx(negative)
        assert len({bar.get_facecolor() for bar in ax.patches}) == 2


def test_residuals_and_errors_are_drawn_as_given():
    axes = plt.subplots(1, 2)[1]
    history = np.array([[200, 1e-3], [400, 1e-4]])
    assert cfd.plot_residuals(axes[0], {"run": history}, 1e-5).get_yscale() == "log"
    assert np.array_equal(np.column_stack(axes[0].lines[0].get_data()), history)
    cfd.plot_errors(axes[1], {"a": np.array([0.1, 0.3]), "b": np.array([0.5])})
    assert list(axes[1].lines[1].get_xdata()) == pytest.approx([0.2, 0.2])
    assert [text.get_text() for text in axes[1].get_yticklabels()] == ["a", "b"]


def test_one_colour_bar_for_all_maps(velocity, solid):
    fig, axes = plt.subplots(1, 2)
    cfd.plot_components(axes, velocity, solid)
    bar = cfd.add_colour_bar(axes, "u")
    assert len(fig.axes) == 3
    assert bar.ax.get_ylabel() == "u"

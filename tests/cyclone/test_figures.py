"""The figures: places, colors, axes that come back."""

from bootcamp import cyclone

import cv2
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture
def frames(tmp_path):
    """Two frames each of three classes, of one storm or of several."""
    rows = []
    for i, (storm, wind) in enumerate([("A", 40.0), ("A", 45.0), ("B", 50.0), ("C", 70.0), ("C", 75.0), ("C", 140.0)]):
        path = tmp_path / f"{i}.png"
        cv2.imwrite(str(path), np.full((64, 64, 3), 10 * i, np.uint8))
        rows.append((str(path), storm, wind, int(cyclone.wind_to_class(wind))))
    return pd.DataFrame(rows, columns=["path", "storm_id", "wind_kt", "label"])


@pytest.fixture
def katrina():
    return cyclone.read_hurdat2(cyclone.KATRINA_FILE)


def test_the_storm_that_travels_with_the_course(katrina):
    assert len(katrina) == 34
    assert (katrina["record"] == "L").sum() == 3
    assert katrina["wind_kt"].max() == 150
    assert cyclone.CLASS_NAMES[cyclone.wind_to_class(cyclone.interpolate_wind(katrina, "AL122005", "2005-08-27 17:15"))]


def test_katrina_is_as_published(katrina, real_data):
    published = cyclone.read_hurdat2(next((real_data / "hurdat2").glob("*atlantic*")))
    published = published[published["storm_id"] == "AL122005"].reset_index(drop=True)
    pd.testing.assert_frame_equal(katrina, published)


def test_picked_frames_are_of_different_storms_as_far_as_possible(frames):
    for seed in range(5):
        some = cyclone.pick_frames(frames, 2, np.random.default_rng(seed))
        assert some["label"].tolist() == [2, 2, 3, 3, 7]
        assert set(some.loc[some["label"] == 2, "storm_id"]) == {"A", "B"}


def test_gallery_has_a_column_for_each_class(frames):
    axes = plt.subplots(2, 8)[1]
    assert cyclone.plot_gallery(axes, cyclone.pick_frames(frames, 2, np.random.default_rng(0)), 64, 32) is axes
    shown = [[bool(ax.images) for ax in row] for row in axes]
    assert np.flatnonzero(shown[0]).tolist() == [2, 3, 7]
    assert np.flatnonzero(shown[1]).tolist() == [2, 3]
    assert axes[0, 7].get_title() == "H5\n140 kt"
    with pytest.raises(ValueError, match="2 frames of a class"):
        cyclone.plot_gallery(axes[:1], cyclone.pick_frames(frames, 2, np.random.default_rng(0)))
    with pytest.raises(ValueError, match="8 columns"):
        cyclone.plot_gallery(axes[:, :4], frames)


def test_north_is_up_in_a_temperature_map():
    field = np.full((108, 108), 290.0)
    field[0] = 200.0  # the first row of a frame is its north
    ax = plt.subplots()[1]
    shown = cyclone.plot_temperature(ax, field)
    west, east, south, north = shown.get_extent()
    assert (west, east, south, north) == (-864, 864, -864, 864)
    assert shown.origin == "upper"
    assert shown.get_array()[0, 0] == pytest.approx(200 - 273.15)
    assert cyclone.add_temperature_bar(ax, shown).mappable is shown


def test_track_has_a_point_for_each_fix_and_a_cross_for_each_landfall(katrina):
    ax = plt.subplots()[1]
    assert cyclone.plot_track(ax, katrina) is ax
    points = {c.get_label(): len(c.get_offsets()) for c in ax.collections}
    assert points.pop("landfall") == 3
    assert sum(points.values()) == 34
    assert list(points) == ["TD", "TS", "H1", "H2", "H3", "H4", "H5"]


def test_track_across_the_date_line_is_one_line(katrina):
    moved = katrina.assign(lon=(katrina["lon"] - 90 + 180) % 360 - 180)
    ax = plt.subplots()[1]
    cyclone.plot_track(ax, moved)
    west, east = ax.get_xlim()
    assert east - west < 30


def test_intensity_has_the_classes_behind_it(katrina):
    ax = plt.subplots()[1]
    assert cyclone.plot_intensity(ax, katrina) is ax
    assert [text.get_text() for text in ax.texts] == list(cyclone.CLASS_NAMES)
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), katrina["wind_kt"])


def test_bands_outside_of_the_axis_are_left_out():
    ax = cyclone.draw_class_bands(plt.subplots()[1], 70, 110)
    assert [text.get_text() for text in ax.texts] == ["H1", "H2", "H3"]


def test_shares_of_each_set_sum_to_a_hundred():
    ax = plt.subplots()[1]
    assert cyclone.plot_class_counts(ax, {"a": [2, 2, 3, 7], "b": [1]}) is ax
    assert [sum(bar.get_height() for bar in bars) for bars in ax.containers] == pytest.approx([100, 100])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a (4)", "b (1)"]


def test_a_class_without_frames_leaves_a_gap():
    ax = plt.subplots()[1]
    assert cyclone.plot_by_class(ax, [1.0, 2.0, 3.0], [2, 2, 7], "value") is ax
    assert [tick.get_text() for tick in ax.get_xticklabels()] == list(cyclone.CLASS_NAMES)
    assert len(ax.patches) == 2


def test_stronger_classes_are_darker():
    light = [sum(int(colour[i : i + 2], 16) for i in (1, 3, 5)) for colour in cyclone.CLASS_COLOURS]
    assert (np.diff(light) < 0).all()

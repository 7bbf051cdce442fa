"""Likeness of frames, and what is known from a storm's past."""

from bootcamp import cyclone

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest


def table(storms, hours, winds=None):
    times = pd.Timestamp("2031-09-01", tz="UTC") + pd.to_timedelta(hours, unit="h")
    winds = [50.0] * len(hours) if winds is None else winds
    return pd.DataFrame({"storm_id": storms, "time": times, "wind_kt": winds})


def test_correlation_of_copies_and_opposites():
    images = np.random.default_rng(0).integers(60, 190, (6, 40, 40, 3), dtype=np.uint8)
    images[1] = images[0]
    signatures = cyclone.frame_signatures(images, 8)
    likeness = signatures @ signatures.T
    assert np.allclose(np.diag(likeness), 1, atol=1e-5) and likeness[0, 1] == pytest.approx(1, abs=1e-5)
    assert np.abs(likeness[2, 3:]).max() < 0.6


def test_the_rim_does_not_count():
    images = np.random.default_rng(0).integers(0, 256, (3, 40, 40, 3), dtype=np.uint8)
    changed = images.copy()
    changed[:, -3:] = 255
    np.testing.assert_array_equal(cyclone.frame_signatures(images, 8), cyclone.frame_signatures(changed, 8))


@pytest.mark.parametrize(("shape", "size"), [((1, 40, 40, 3), 8), ((3, 40, 40), 8), ((3, 40, 40, 3), 41)])
def test_bad_images(shape, size):
    with pytest.raises(ValueError, match="not"):
        cyclone.frame_signatures(np.zeros(shape, np.uint8), size)


def test_minutes_to_the_training_set():
    train = table(["A", "A", "B"], [0, 10, 0])
    test = table(["A", "A", "C"], [0.5, 9, 0])
    found = cyclone.minutes_to_training(train, test)
    assert found[:2] == pytest.approx([30, 60]) and np.isnan(found[2])


def test_hours_apart():
    assert cyclone.hours_apart(table(["A", "B"], [0, 30])).tolist() == [[0, 30], [30, 0]]


def test_longest_run_is_of_one_storm_without_gap():
    frames = table(list("AAABBBB"), [0, 0.5, 1, 1.5, 2, 2.5, 9])
    assert cyclone.longest_run(frames.assign(wind_kt=[9, 9, 9, 5, 5, 5, 5])).index.tolist() == [0, 1, 2]


def test_wind_before():
    tracks = cyclone.storm_seasons(1, 3)
    storm = tracks[tracks.storm_id == tracks.storm_id.iloc[0]]
    frames = storm.iloc[[0, 2]][["storm_id", "time", "wind_kt"]]
    before = cyclone.wind_before(tracks, frames, 6)
    assert np.isnan(before[0])
    assert cyclone.wind_before(tracks, frames, 0) == pytest.approx(frames.wind_kt.to_numpy())
    with pytest.raises(ValueError, match="hours"):
        cyclone.wind_before(tracks, frames, -1)


def test_figures_return_their_axes():
    fig, axes = plt.subplots(1, 3)
    same = np.eye(6, dtype=bool) | (np.add.outer(range(6), range(6)) % 2 == 0)
    hours = np.abs(np.subtract.outer(range(6), range(6))).astype(float)
    assert cyclone.plot_likeness(axes[0], 1 - hours / 6, hours, same) is axes[0]
    histories = {"one": {"accuracy": [0.2, 0.4], "val_accuracy": [0.3, 0.3]}}
    assert cyclone.plot_accuracies(axes[1], histories) is axes[1]
    assert axes[1].lines[0].get_ydata().tolist() == [20, 40]
    assert cyclone.plot_winds(axes[2], [20, 40], [30, 30], "x") is axes[2]
    assert "best track" in axes[2].get_xlabel()
    plt.close(fig)

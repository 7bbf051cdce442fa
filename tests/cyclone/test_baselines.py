"""Temperatures from colors, their statistics, and the two baselines; tied to the notebook that teaches them."""

from pathlib import Path

from bootcamp import cyclone
from bootcamp.cyclone import baselines
from bootcamp.notebooks import authoring

import cv2
import numpy as np
import pandas as pd
import pytest

NOTEBOOK = Path(__file__).resolve().parents[2] / "Tropical_Cyclone" / "01_Problem_and_Approach.ipynb"
CELSIUS = np.linspace(-89, 29, 4000).astype("float32")


def frame(celsius, folder, size=512, quality=75):
    """A frame as the archive has it: colors, grid, text, JPEG."""
    pixels = cyclone.draw_frame(np.asarray(celsius, np.float32) + 273.15, 20.0, -60.0, ("text", "text"), size)
    path = folder / "frame.jpg"
    cv2.imwrite(str(path), pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return path


def test_temperature_is_the_inverse_of_the_colors():
    found = cyclone.estimate_temperature(cyclone.enhance(CELSIUS + 273.15)) - 273.15
    assert np.abs(found - CELSIUS).max() < 2.5
    assert np.abs(found - CELSIUS).mean() < 0.7


def test_a_colour_that_no_temperature_has_is_unknown():
    pixels = np.array([[255, 0, 255], [0, 128, 255], [110, 0, 110]], np.uint8)
    assert np.isnan(cyclone.estimate_temperature(pixels)).tolist() == [True, False, True]
    assert cyclone.estimate_temperature(np.zeros((4, 5, 3), np.uint8)).shape == (4, 5)


@pytest.mark.parametrize("size", [512, 1024])
@pytest.mark.parametrize("celsius", [-75.0, -60.0, -40.0, 0.0, 20.0])
def test_grid_text_and_compression_do_not_change_the_map(tmp_path, size, celsius):
    """A frame of one temperature has one temperature: orange lines must not turn into cold cloud."""
    path = frame(np.full((size // 2, size // 2), celsius), tmp_path, size)
    found = cyclone.temperature_map(path) - 273.15
    assert found.shape == (baselines.MAP_PATCH,) * 2
    assert (np.abs(found - celsius) < 3).mean() > 0.99


def test_places_of_the_map(tmp_path):
    """A cold disk in the north-east of the frame is cold there, and nowhere else."""
    y, x = np.mgrid[:256, :256] * 8.0 + 4 - 1024
    celsius = np.where(np.hypot(x - 400, y + 300) < 150, -65.0, 10.0)
    found = cyclone.temperature_map(frame(celsius, tmp_path)) - 273.15
    row, column = (place.mean() for place in np.nonzero(found < -55))
    middle = (baselines.MAP_PATCH - 1) / 2
    assert (column - middle) * cyclone.MAP_KM == pytest.approx(400, abs=cyclone.MAP_KM)
    assert (row - middle) * cyclone.MAP_KM == pytest.approx(-300, abs=cyclone.MAP_KM)


def test_statistics_leave_the_unknown_out_and_shares_are_nested():
    field = np.random.default_rng(0).uniform(183, 300, (30, 30))
    whole = cyclone.map_statistics(field)
    assert (np.diff(whole[2:]) <= 0).all()
    field[:10] = np.nan
    np.testing.assert_allclose(cyclone.map_statistics(field), cyclone.map_statistics(field[10:]))
    assert len(whole) == len(cyclone.STATISTICS)


def test_many_frames_come_back_in_their_order(tmp_path):
    paths = []
    for name, celsius in (("a", -60.0), ("b", 10.0)):
        (tmp_path / name).mkdir()
        paths.append(frame(np.full((256, 256), celsius), tmp_path / name))
    table = cyclone.load_statistics(paths)
    assert tuple(table.columns) == cyclone.STATISTICS
    assert table["mean_c"].to_numpy() == pytest.approx([-60, 10], abs=2)
    assert table["share_below_-50"].to_numpy() == pytest.approx([1, 0], abs=0.01)


def test_the_room_has_the_statistics_of_the_notebook():
    sources = [cell.source for cell in authoring.code_cells(authoring.read(NOTEBOOK))]
    space = {"np": np}
    source = next(source for source in sources if source.startswith("def statistics("))
    exec(source.split("\n\n\n")[0], space)
    field = np.random.default_rng(1).uniform(183, 300, (9, 9)).astype(np.float32)
    field[0, :3] = np.nan
    np.testing.assert_allclose(space["statistics"](field), cyclone.map_statistics(field))


def test_the_room_has_the_model_of_the_notebook():
    sources = "\n".join(cell.source for cell in authoring.code_cells(authoring.read(NOTEBOOK)))
    assert "linear = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))" in sources
    steps = [type(step).__name__ for _, step in cyclone.statistics_model().steps]
    assert steps == ["StandardScaler", "LogisticRegression"]
    assert cyclone.statistics_model()[-1].max_iter == 1000


def test_a_class_that_was_never_seen_has_probability_zero():
    random = np.random.default_rng(2)
    table = pd.DataFrame(random.normal(size=(60, 6)), columns=cyclone.STATISTICS)
    labels = random.choice([1, 2, 5], 60)
    rows = cyclone.class_probabilities(cyclone.statistics_model().fit(table, labels), table)
    assert rows.shape == (60, 8)
    assert (rows.sum(axis=0) > 0).tolist() == [False, True, True, False, False, True, False, False]
    np.testing.assert_allclose(rows.sum(axis=1), 1)


def test_climatology_is_the_best_constant_answer():
    labels = np.array([2, 2, 2, 3, 7])
    best = cyclone.climatology(labels)[0]
    loss = -np.log(best[labels]).mean()
    for other in np.random.default_rng(3).dirichlet(np.ones(8), 50):
        assert -np.log(other[labels]).mean() > loss
    assert cyclone.climatology(labels, 4).shape == (4, 8)


@pytest.mark.parametrize(
    ("call", "part"),
    [
        (lambda: cyclone.estimate_temperature(np.zeros((4, 4, 3))), "uint8"),
        (lambda: cyclone.estimate_temperature(np.zeros((4, 4), np.uint8)), "uint8"),
        (lambda: cyclone.temperature_map(NOTEBOOK), "not an image"),
        (lambda: cyclone.temperature_map("nowhere.jpg"), "cannot be read"),
        (lambda: cyclone.map_statistics(np.full((3, 3), np.nan)), "at least one temperature"),
        (lambda: cyclone.load_statistics([]), "no frames"),
        (lambda: cyclone.climatology([]), "at least one"),
        (lambda: cyclone.climatology([8]), "from 0 to 7"),
        (lambda: cyclone.climatology([[1]]), "shape"),
    ],
)
def test_refused(call, part):
    with pytest.raises(ValueError, match=part):
        call()


def test_a_frame_smaller_than_the_map_is_refused(tmp_path):
    cv2.imwrite(str(tmp_path / "small.png"), np.zeros((64, 64, 3), np.uint8))
    with pytest.raises(ValueError, match="at least 128"):
        cyclone.temperature_map(tmp_path / "small.png")

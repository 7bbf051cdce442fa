"""The parser and the curves of 02_Best_Tracks_and_Labels beside those of the room."""

from pathlib import Path

from bootcamp import cyclone
from bootcamp.cyclone.checks import CHECKS
from bootcamp.notebooks import authoring

import numpy as np
import pandas as pd
import pytest
from scipy.interpolate import CubicSpline

NOTEBOOK = Path(__file__).resolve().parents[2] / "Tropical_Cyclone" / "02_Best_Tracks_and_Labels.ipynb"


@pytest.fixture(scope="module")
def taught():
    """The functions of the notebook."""
    space = {"np": np, "pd": pd, "cyclone": cyclone, "CubicSpline": CubicSpline, "step_hours": 0.5}
    for cell in authoring.code_cells(authoring.read(NOTEBOOK)):
        if "exercise-starter" not in authoring.tags(cell):
            for part in cell.source.split("\n\n\n"):
                if part.startswith("def "):
                    exec(part, space)
    return space


def test_the_parser_of_the_notebook_reads_what_the_room_reads(taught, tmp_path):
    tracks = cyclone.storm_seasons(1, 3, 5)
    cyclone.write_hurdat2(tracks, tmp_path / "tracks.txt")
    mine = taught["parse_tracks"]((tmp_path / "tracks.txt").read_text().splitlines())
    room = cyclone.read_hurdat2(tmp_path / "tracks.txt")
    pd.testing.assert_frame_equal(mine, room[list(mine.columns)], check_dtype=False)


@pytest.mark.parametrize(("text", "value"), [("80.1W", -80.1), ("12.0S", -12.0), ("26.0N", 26.0), ("179.9E", 179.9)])
def test_degrees(taught, text, value):
    assert taught["parse_degrees"](text) == value


def test_linear_wind_is_that_of_the_room_and_never_leaves_its_fixes(taught):
    katrina = cyclone.read_hurdat2(cyclone.KATRINA_FILE)
    times = taught["at_frames"](katrina)
    linear = taught["linear_wind"](katrina, times)
    np.testing.assert_allclose(linear, cyclone.interpolate_wind(katrina, "AL122005", times))
    assert linear.max() <= katrina["wind_kt"].max()
    early = pd.DatetimeIndex([katrina["time"].iloc[0] - pd.Timedelta(hours=1)])
    assert np.isnan(taught["linear_wind"](katrina, early)).all()


def test_a_spline_overshoots_where_a_line_cannot(taught):
    times = pd.date_range("2031-08-01", periods=6, freq="6h", tz="UTC")
    fixes = pd.DataFrame({"time": times, "wind_kt": [40.0, 60.0, 100.0, 100.0, 60.0, 40.0]})
    frames = taught["at_frames"](fixes)
    assert taught["spline_wind"](fixes, frames).max() > 103
    assert taught["linear_wind"](fixes, frames).max() == 100


@pytest.mark.parametrize("name", CHECKS)
def test_an_answer_of_another_shape_does_not_pass(name):
    assert not all(finding.right for finding in CHECKS[name](lambda *_: np.zeros(3)))

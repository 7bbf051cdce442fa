"""The synthetic archive: seasons, frames that move smoothly and show the wind but not plainly, and the data sets."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from bootcamp import cyclone, datasets
from bootcamp.cli import main
from bootcamp.cyclone import archive, drawing, rendering, texture

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="module")
def tracks() -> pd.DataFrame:
    return cyclone.storm_seasons(4, 13, seed=3)


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("small")
    return cyclone.generate_archive(root, frames=48, seasons=3, storms_per_season=4, seed=1, workers=1)


def scene(wind_kt: float, hour: float = 40.0, lat: float = 15.0) -> cyclone.Scene:
    return cyclone.Scene(hour, wind_kt, 0.0, 0.0, lat, 290.0)


# ------------------------------------------------------------------------------------------------- seasons


def test_seasons_are_valid_hurdat2(tracks, tmp_path):
    cyclone.write_hurdat2(tracks, tmp_path / "tracks.txt")
    pd.testing.assert_frame_equal(cyclone.read_hurdat2(tmp_path / "tracks.txt"), tracks, check_dtype=False)


def test_seasons_have_storms_of_every_strength_and_plausible_lives(tracks):
    table = cyclone.storm_table(tracks)
    assert len(table) == 52
    for _, season in table.groupby("season"):
        peaks = set(cyclone.wind_to_class(season["peak_kt"].to_numpy()))
        assert {2, 3, 4, 5, 6, 7} <= peaks
    assert table["days"].between(1.5, 15.01).all()
    assert table["peak_kt"].max() <= 160
    assert table["landfalls"].sum() > 5
    assert table["name"].is_unique


def test_fixes_are_main_hours_and_landfalls_in_steps_of_5_kt(tracks):
    main_hours = (tracks["time"].dt.hour % 6 == 0) & (tracks["time"].dt.minute == 0)
    assert (tracks.loc[~main_hours, "record"] == "L").all()
    assert (tracks["wind_kt"] % 5 == 0).all()
    assert (tracks["status"].eq("HU") == tracks["wind_kt"].ge(64)).all()
    months = tracks["time"].dt.month
    assert months.between(6, 12).all()


def test_storms_move_at_plausible_speed_and_weaken_over_land(tracks):
    for _, fixes in tracks.groupby("storm_id"):
        hours = np.diff(fixes["time"]) / pd.Timedelta(hours=1)
        north = 60 * np.diff(fixes["lat"])
        east = 60 * np.diff(fixes["lon"]) * np.cos(np.radians(fixes["lat"].to_numpy()[1:]))
        assert np.median(np.hypot(north, east) / hours) < 35  # knots
    land = cyclone.is_land(tracks["lat"], tracks["lon"])
    both = land[:-1] & land[1:] & (tracks["storm_id"].to_numpy()[:-1] == tracks["storm_id"].to_numpy()[1:])
    strong = both & (tracks["wind_kt"].to_numpy()[:-1] >= 50)
    assert strong.any()
    assert (np.diff(tracks["wind_kt"])[strong] < 0).mean() > 0.9


def test_wind_and_pressure_go_together(tracks):
    assert tracks["wind_kt"].corr(tracks["pressure_hpa"]) < -0.95


def test_radii_shrink_with_the_wind_they_stand_for(tracks):
    radii = tracks[list(tracks.columns[9:21])].to_numpy().reshape(-1, 3, 4)
    assert (radii[:, 0] >= radii[:, 1])[np.isfinite(radii[:, 0])].all()
    assert (radii[:, 1] >= radii[:, 2])[np.isfinite(radii[:, 1])].all()
    calm = tracks["wind_kt"] < 34
    assert np.nansum(radii[calm]) == 0


@pytest.mark.parametrize(("count", "storms"), [(0, 5), (2, 0), (2, 50)])
def test_impossible_seasons_are_refused(count, storms):
    with pytest.raises(ValueError, match="at least 1 season of 1 to 49 storms"):
        cyclone.storm_seasons(count, storms)


@pytest.mark.parametrize(
    ("place", "land"),
    [((40, -100), True), ((22.5, -80), True), ((0, -70), True), ((15, 0), True), ((25, -90), False), ((15, -40), False),
     ((30, -60), False), ((19, -72.6), True), ((20, 150), False)],
)  # fmt: skip
def test_land_and_sea(place, land):
    assert bool(cyclone.is_land(*place)) is land


# ------------------------------------------------------------------------------------------------- frames


def test_texture_has_variance_one_and_changes_smoothly():
    tile = texture.tile(3.0, 8, 0)
    assert (abs(tile.mean()), tile.std()) == (pytest.approx(0, abs=1e-3), pytest.approx(1, abs=1e-3))
    for hour in np.linspace(-20, 100, 60):
        shown = texture.generations(hour, 8.0, 5)
        assert sum(weight**2 for weight, _, _ in shown) == pytest.approx(1)
        assert all(abs(age) <= 4.0 for _, age, _ in shown)
        for (weight, _, offset), (_, _, later) in zip(shown, texture.generations(hour + 1e-6, 8.0, 5), strict=True):
            assert np.array_equal(offset, later) or weight < 1e-5  # replaced only where it cannot be seen


def test_temperatures_are_those_of_the_atmosphere():
    look = cyclone.storm_look("AL012031")
    for wind in (20, 60, 100, 150):
        temperature = cyclone.brightness_temperature(look, scene(wind), 128)
        assert temperature.shape == (128, 128)
        assert temperature.dtype == np.float32
        assert 185 < temperature.min() < temperature.max() < 306


def ring(temperature: np.ndarray, inner_km: float, outer_km: float) -> np.ndarray:
    axis = ((np.arange(len(temperature)) + 0.5) / len(temperature) - 0.5) * rendering.FRAME_KM
    r = np.hypot(axis[:, None], axis[None])
    return temperature[(r >= inner_km) & (r < outer_km)]


def test_stronger_storms_have_colder_overcast_and_an_eye():
    looks = [cyclone.storm_look(f"AL{i:02d}2031") for i in range(1, 13)]
    cold, eye = {}, {}
    for wind in (25, 70, 130):
        frames = [cyclone.brightness_temperature(look, scene(wind), 256) for look in looks]
        cold[wind] = np.mean([ring(t, 50, 130).mean() for t in frames])
        eye[wind] = np.mean([ring(t, 0, 10).mean() - ring(t, 50, 100).mean() for t in frames])
    assert cold[25] > cold[70] + 10 > cold[130] + 20
    assert eye[130] > 25
    assert eye[130] > eye[70] + 15


def test_look_of_a_storm_is_off_by_several_knots_for_its_whole_life():
    hours = np.arange(0, 200, 6.0)
    looks = [cyclone.storm_look(f"AL{i:02d}{2031 + j}") for i in range(1, 30) for j in range(6)]
    errors = np.array([[cyclone.apparent_wind(look, scene(80, hour)) - 80 for hour in hours] for look in looks])
    assert 5 < errors.std() < 9
    assert errors.mean(axis=1).std() > 3.5
    assert abs(errors.mean()) < 1


def test_half_an_hour_changes_little_and_six_hours_much():
    look = cyclone.storm_look("AL052031")
    frames = [cyclone.brightness_temperature(look, scene(60, 50 + hour), 128) for hour in (0, 0.5, 6, 24)]
    away = [np.abs(frames[0] - frame).mean() for frame in frames[1:]]
    assert away[0] < 0.5 * away[1]
    assert away[1] <= 1.3 * away[2]
    assert np.corrcoef(frames[0].ravel(), frames[1].ravel())[0, 1] > 0.85


def test_texture_of_a_frame_does_not_jump_in_a_minute():
    look = cyclone.storm_look("AL052031")
    frames = [cyclone.brightness_temperature(look, scene(90, 50 + minute / 60), 128) for minute in range(0, 600, 60)]
    nearby = [cyclone.brightness_temperature(look, scene(90, 50 + (m + 1) / 60), 128) for m in range(0, 600, 60)]
    assert max(np.abs(a - b).mean() for a, b in zip(frames, nearby, strict=True)) < 0.6


def test_storms_turn_the_other_way_south_of_the_equator():
    look = cyclone.storm_look("AL052031")
    north, south = (cyclone.brightness_temperature(look, scene(90, lat=lat), 128) for lat in (15.0, -15.0))
    a, b = (ring(t, 60, 400) for t in (north, south[::-1]))
    c = ring(south, 60, 400)
    assert np.corrcoef(a, b)[0, 1] > np.corrcoef(a, c)[0, 1] + 0.05


def test_enhancement_is_gray_above_minus_30_and_coloured_below():
    warm = cyclone.enhance(np.linspace(244.5, 305, 50, dtype=np.float32))
    assert (np.ptp(warm.astype(int), axis=1) <= 1).all()
    assert (np.diff(warm[:, 0].astype(int)) <= 0).all()
    colours = cyclone.enhance(np.array([236.0, 215.0, 199.5, 191.0], np.float32)).astype(int)
    blue, green, red, yellow = colours
    assert blue.argmax() == 2
    assert green.argmax() == 1
    assert red.argmax() == 0
    assert yellow[0] > 200 < yellow[1] and yellow[2] < 60


def test_frame_has_box_bar_and_lines():
    frame = cyclone.draw_frame(np.full((256, 256), 290.0, np.float32), 25.0, -85.0, ("08/27/31 1200Z  12L X", "b"), 512)
    assert frame.shape == (512, 512, 3)
    assert (frame[4:24, 4:150] > 200).all(axis=-1).mean() > 0.6
    bar = frame[505, [10, 70, 120, 200, 300, 480]].astype(int)
    assert bar[0].argmax() == 0 and bar[2].argmax() == 1 and bar[3].argmax() == 2
    orange = (frame[60:460, :, 0].astype(int) - frame[60:460, :, 2]) > 30
    assert 0.01 < orange.mean() < 0.12


def test_coast_of_a_frame_lies_where_the_land_begins():
    pixels = drawing.to_pixels(np.array([[-85.0, 25.0], [-84.0, 26.0]]), 25.0, -85.0)
    assert np.allclose(pixels[0], 512)
    assert pixels[1, 0] > 512 > pixels[1, 1]
    share = drawing.land_share(38.0, -98.0, 64)
    assert share.mean() > 0.95
    assert drawing.land_share(20.0, -45.0, 64).max() == 0


# ------------------------------------------------------------------------------------------------- archive


def test_archive_is_labelled_completely(small):
    tracks = cyclone.read_hurdat2(small / "hurdat2.txt")
    frames = cyclone.label_images(small / "tcdat", tracks)
    assert len(frames) == 48
    assert frames.attrs["left_out"] == {}
    assert set(frames["storm_id"].str[-4:]) == {"2031", "2032", "2033"}
    steps = frames.groupby("storm_id")["time"].diff().dropna()
    assert (steps == pd.Timedelta(minutes=30)).mean() > 0.6
    assert cyclone.load_image(frames["path"][0]).std() > 10


def hashes(root: Path) -> dict[str, str]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_same_seed_gives_the_same_bytes_with_any_number_of_processes(small, tmp_path):
    arguments = {"frames": 48, "seasons": 3, "storms_per_season": 4}
    assert hashes(cyclone.generate_archive(tmp_path / "a", seed=1, workers=2, **arguments)) == hashes(small)
    cyclone.generate_archive(tmp_path / "b", seed=2, workers=1, **arguments)
    assert hashes(tmp_path / "b") != hashes(small)


def test_file_names_carry_a_wind_that_is_near_but_no_label(small):
    tracks = cyclone.read_hurdat2(small / "hurdat2.txt")
    frames = cyclone.label_images(small / "tcdat", tracks)
    named = np.array([cyclone.parse_frame_path(path).wind_kt for path in frames["path"]])
    assert 2 < (named - frames["wind_kt"]).std() < 12


def test_plan_has_every_class_in_every_season_in_about_the_shares_of_the_original():
    tracks = cyclone.storm_seasons()
    plan = cyclone.plan_frames(tracks, 2500)
    assert len(plan) == 2500
    assert not plan.duplicated().any()
    labels = []
    for storm_id, some in plan.groupby("storm_id"):
        labels += [
            (storm_id[-4:], k) for k in cyclone.wind_to_class(cyclone.interpolate_wind(tracks, storm_id, some["time"]))
        ]
    table = pd.crosstab(*zip(*labels, strict=True))
    assert (table > 0).all(axis=None)
    share = table.sum() / 2500
    wanted = np.array(archive.CLASS_COUNTS) / sum(archive.CLASS_COUNTS)
    assert np.abs(share - wanted).max() < 0.02


def test_frames_of_a_real_best_track(real_data, tmp_path):
    tracks = cyclone.read_hurdat2(real_data / "hurdat2/hurdat2-atlantic-2004-2005.txt")
    katrina = tracks[tracks["storm_id"] == "AL122005"]
    cyclone.generate_archive(tmp_path, katrina, frames=4, workers=1)
    frames = cyclone.label_images(tmp_path / "tcdat", cyclone.read_hurdat2(tmp_path / "hurdat2.txt"))
    assert len(frames) == 4
    assert set(frames["storm_id"]) == {"AL122005"}
    assert "12L.KATRINA" in frames["path"][0]


def test_full_size_frame(tracks):
    fixes = tracks[tracks["storm_id"] == "AL032031"].reset_index(drop=True)
    time = fixes["time"].iloc[4] + pd.Timedelta(minutes=15)
    path, pixels = cyclone.render_frame(fixes, time, cyclone.storm_look("AL032031"), 1024)
    assert pixels.shape == (1024, 1024, 3)
    assert cyclone.parse_frame_path(path).time == time
    with pytest.raises(ValueError, match="outside of the track"):
        cyclone.render_frame(fixes, fixes["time"].iloc[0] - pd.Timedelta(hours=1), cyclone.storm_look("AL032031"))


@pytest.mark.parametrize("arguments", [{"size": 300}, {"frames": 0}])
def test_impossible_archive_is_refused(tmp_path, arguments):
    with pytest.raises(ValueError, match=r"size is one of \(512, 1024\) and frames at least 1"):
        cyclone.generate_archive(tmp_path / "a", **arguments)
    assert not (tmp_path / "a").exists()


KILLED = """
import sys
from bootcamp import cyclone
if __name__ == "__main__":
    print("started", flush=True)
    cyclone.generate_archive(sys.argv[1], frames=2000, seasons=2, storms_per_season=13, workers=2)
"""


@pytest.mark.skipif(os.name == "nt", reason="process groups of POSIX")
def test_no_process_is_left_when_the_one_that_started_it_is_killed(tmp_path):
    import psutil

    script = tmp_path / "make.py"
    script.write_text(KILLED)
    process = subprocess.Popen([sys.executable, script, tmp_path / "out"], stdout=subprocess.PIPE)
    children = []
    try:
        process.stdout.readline()
        while len(list((tmp_path / "out").rglob("*.jpg"))) < 2 and process.poll() is None:
            children = psutil.Process(process.pid).children(recursive=True)
    finally:
        process.kill()
        process.wait()
    assert children
    assert psutil.wait_procs(children, timeout=20)[1] == []


# ------------------------------------------------------------------------------------------------- data sets


@pytest.fixture
def tiny_builder(monkeypatch, data_folder):
    monkeypatch.setattr(archive, "LAPTOP", {"frames": 24, "size": 512, "seasons": 2, "storms_per_season": 2})


def test_load_frames_makes_the_data_set_once(tiny_builder, data_folder):
    loaded = cyclone.load_frames()
    assert loaded.source == "cyclone_archive"
    assert "synthetic" in loaded.notice
    assert len(loaded.frames) == 24
    assert set(loaded.frames["storm_id"]) <= set(loaded.tracks["storm_id"])
    assert datasets.verify("cyclone_archive") == []
    assert cyclone.load_frames("auto").source == "cyclone_archive"


def test_unknown_source_is_refused(data_folder):
    with pytest.raises(ValueError, match="source must be 'auto', 'cyclone', 'cyclone_archive'"):
        cyclone.load_frames("real")
    assert not data_folder.exists()


def run(capsys, monkeypatch, *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["bootcamp", *map(str, arguments)])
    with pytest.raises(SystemExit) as end:
        main()
    output = capsys.readouterr()
    return end.value.code, output.out, output.err


def test_own_archive_is_a_drop_in(small, data_folder, capsys, monkeypatch):
    command = ["data", "prepare", "cyclone", "--from", small]
    assert run(capsys, monkeypatch, *command)[:2] == (0, f"cyclone: ready in {data_folder}/cyclone\n")
    loaded = cyclone.load_frames("auto")
    assert (loaded.source, len(loaded.frames)) == ("cyclone", 48)
    assert "real archive" in loaded.notice
    assert datasets.verify("cyclone") == []
    code, _, error = run(capsys, monkeypatch, *command)
    assert (code, error) == (64, "bootcamp: 'cyclone' is there already: `bootcamp data clean cyclone` first\n")
    assert run(capsys, monkeypatch, "data", "clean", "cyclone")[0] == 0
    assert len(hashes(small)) == 49


def test_own_archive_is_found_in_the_data_folder(small, data_folder):
    data_folder.mkdir()
    (data_folder / "tcdat").symlink_to(small / "tcdat")
    (data_folder / "hurdat2-atlantic.txt").write_bytes((small / "hurdat2.txt").read_bytes())
    assert len(cyclone.load_frames("cyclone").frames) == 48


def test_real_files_are_taken_over(real_data, data_folder):
    folder = datasets.prepare("cyclone", real_data)
    assert len(list((folder / "tcdat").rglob("*.jpg"))) == 1
    loaded = cyclone.load_frames("cyclone")
    assert [cyclone.CLASS_NAMES[label] for label in loaded.frames["label"]] == ["H3"]
    assert loaded.tracks["storm_id"].nunique() > 1000


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "no archive in .*: it needs a folder tcdat/ and best tracks"),
        ({"tcdat/a.txt": "x"}, "no archive in"),
        ({"tcdat/a.txt": "x", "hurdat2.txt": "nothing"}, "hurdat2.txt, line 1: a header looks like"),
        (
            {"tcdat/a.txt": "x", "hurdat2.txt": "AL012031, A, 1,\n20310801, 0000,  , TD, 20.0N,  60.0W,  30, 1003"
             + ", 0" * 12},
            r"no usable frame in .*unknown name pattern: 1",
        ),
    ],
    ids=["empty", "no tracks", "bad tracks", "no frames"],
)  # fmt: skip
def test_folder_without_an_archive_is_refused(files, reason, tmp_path, data_folder):
    source = tmp_path / "mine"
    source.mkdir()
    for name, text in files.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text)
    with pytest.raises(datasets.DataError, match=reason):
        datasets.prepare("cyclone", source)
    assert datasets.state("cyclone") == "missing"


def test_from_is_refused_where_it_makes_no_sense(tmp_path, data_folder):
    with pytest.raises(datasets.DataError, match="'mnist' is not made from a folder of yours: leave out --from"):
        datasets.prepare("mnist", tmp_path)
    with pytest.raises(datasets.DataError, match="there is no folder"):
        datasets.prepare("cyclone", tmp_path / "none")

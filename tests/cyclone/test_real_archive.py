"""An archive that somebody brings: what is found, what is refused by its name, and what is left out and listed."""

import contextlib
import csv
import os
import tempfile
from pathlib import Path

from bootcamp import cyclone, datasets
from bootcamp.cyclone import real_archive
from tests.cyclone.test_images import KEPLER, NAME, TRACKS, add

import pytest


@pytest.fixture
def mine(tmp_path) -> Path:
    """An archive of two storms and one frame."""
    add(tmp_path / "mine/tcdat", "20310801.0000")
    (tmp_path / "mine/hurdat2.txt").write_text(TRACKS)
    return tmp_path / "mine"


def test_two_editions_of_a_basin_are_refused_before_ready_with_the_names_of_the_files(mine, data_folder):
    (mine / "hurdat2.txt").rename(mine / "hurdat2-1851-2022.txt")
    (mine / "hurdat2-1851-2023.txt").write_text(TRACKS)
    with pytest.raises(datasets.DataError, match="2 storms, AL032031 the first") as caught:
        datasets.prepare("cyclone", mine)
    assert str(mine / "hurdat2-1851-2022.txt") in str(caught.value)
    assert str(mine / "hurdat2-1851-2023.txt") in str(caught.value)
    assert datasets.state("cyclone") == "missing"


def test_a_link_to_the_newest_edition_is_no_second_one(mine, data_folder):
    (mine / "hurdat2.txt").rename(mine / "hurdat2-1851-2023.txt")
    (mine / "hurdat2-latest.txt").symlink_to(mine / "hurdat2-1851-2023.txt")
    datasets.prepare("cyclone", mine)
    assert len(cyclone.load_frames("cyclone").frames) == 1


@pytest.mark.parametrize("name", ["HURDAT2.TXT", "HURDAT2-1851-2023.TXT", "hurdat2-x.Txt", "HURDAT2/hurdat2.txt"])
def test_capitals_are_found(mine, data_folder, name):
    (mine / name).parent.mkdir(exist_ok=True)
    (mine / "hurdat2.txt").rename(mine / name)
    (mine / "tcdat").rename(mine / "TCDAT")
    datasets.prepare("cyclone", mine)
    assert len(cyclone.load_frames("cyclone").frames) == 1


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("ibtracs.ALL.csv", "SID,SEASON,NUMBER,BASIN\n", "ibtracs.ALL.csv: this is IBTrACS, which is not read"),
        ("bal122005.dat", "AL, 12, 2005082318,   , BEST,", r"bal122005.dat: this is ATCF .*https://www.nhc.noaa.gov"),
        ("atlantic.txt", TRACKS, "atlantic.txt is HURDAT2, but its name does not begin with hurdat2"),
    ],
)
def test_tracks_under_another_name_or_in_another_format_are_named(mine, data_folder, name, text, sentence):
    (mine / "hurdat2.txt").unlink()
    (mine / name).write_text(text)
    with pytest.raises(datasets.DataError, match=f"no archive in .*{sentence}"):
        datasets.prepare("cyclone", mine)


def test_what_is_left_out_is_listed_in_the_data_set(mine, data_folder):
    text = TRACKS.replace("20.5N", "38.83").replace("AL042032, LORENZ, 2", "AL042032, LORENZ, 2")
    (mine / "hurdat2.txt").write_text(text)
    (mine / "tcdat/notes.txt").write_text("ours")
    (mine / f"tcdat/{KEPLER}" / NAME.format("20310801.0100")).symlink_to("nowhere")
    with pytest.warns(cyclone.TrackWarning, match="left out 1 of 5 rows"):
        folder = datasets.prepare("cyclone", mine)
    with (folder / "left_out.csv").open(encoding="utf-8", newline="") as file:
        (head, row, *items) = csv.reader(file)
    assert head == ["item", "reason"]
    assert row[0].startswith("hurdat2.txt, line 3 (AL032031)")
    assert {reason for _, reason in items} == {"broken link", "unknown name pattern"}
    assert datasets.verify("cyclone") == []
    assert len(cyclone.load_frames("cyclone").tracks) == 4


def test_nothing_is_listed_where_everything_was_taken(mine, data_folder):
    assert sorted(path.name for path in datasets.prepare("cyclone", mine).iterdir()) == [
        "hurdat2.txt", "manifest.json", "tcdat",
    ]  # fmt: skip


@contextlib.contextmanager
def as_somebody_else():
    """Root may read everything, so a test of permissions runs as a user who may not."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="permissions of POSIX")
@pytest.mark.parametrize("closed", ["tcdat/tc32", "hurdat2", "tcdat", "hurdat2.txt"])
def test_closed_folder_or_file_is_named(closed):
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        add(place / "tcdat", "20310801.0000")
        (place / "tcdat/tc32").mkdir()
        (place / "hurdat2").mkdir()
        (place / "hurdat2.txt").write_text(TRACKS)
        (place / closed).chmod(0)
        try:
            with as_somebody_else(), pytest.raises(datasets.DataError) as caught:
                real_archive.take_over(place / "out", [place])
        finally:
            (place / closed).chmod(0o755)
        assert str(place / closed) in str(caught.value)
        assert "cannot be read" in str(caught.value)
        assert "BOOTCAMP_DATA" not in str(caught.value)


def test_name_of_a_storm_does_not_lead_out_of_the_folder(tmp_path):
    (tmp_path / "tracks.txt").write_text(TRACKS.replace("KEPLER", "../../../../../out"))
    tracks = cyclone.read_hurdat2(tmp_path / "tracks.txt")
    cyclone.generate_archive(tmp_path / "deep/archive", tracks, frames=2, workers=1)
    assert {path.name for path in tmp_path.iterdir()} == {"tracks.txt", "deep"}
    assert len(cyclone.label_images(tmp_path / "deep/archive/tcdat", tracks)) == 2

"""Frames: names, labels from the best track, every way in which a file can be unusable, and patches."""

import os
import socket
import tracemalloc
from pathlib import Path

from bootcamp import cyclone
from bootcamp.cyclone import images

import cv2
import numpy as np
import pandas as pd
import pytest

ZEROS = ", ".join(["0"] * 12)
TRACKS = f"""AL032031, KEPLER, 3,
20310801, 0000,  , TD, 20.0N,  60.0W,  30, 1003, {ZEROS},
20310801, 0600,  , TS, 20.5N,  61.0W,  42, 1000, {ZEROS},
20310801, 1200,  , TS, 21.0N,  62.0W,  42, 1000, {ZEROS},
AL042032, LORENZ, 2,
20320901, 0000,  , TD, 20.0N,  60.0W,  20, 1003, {ZEROS},
20320901, 1200,  , TD, 20.0N,  60.0W,  20, 1003, {ZEROS},
"""
KEPLER = "tc31/ATL/03L.KEPLER/ir/geo/1km"
NAME = "{}.goes-12.ir.x.03LKEPLER.30kts-1003mb-200N-600W.jpg"


@pytest.fixture
def tracks(tmp_path) -> pd.DataFrame:
    (tmp_path / "tracks.txt").write_text(TRACKS)
    return cyclone.read_hurdat2(tmp_path / "tracks.txt")


@pytest.fixture
def root(tmp_path) -> Path:
    (tmp_path / "images").mkdir()
    return tmp_path / "images"


def picture(size: int = 512, seed: int = 0) -> np.ndarray:
    coarse = np.random.default_rng(seed).integers(60, 200, (8, 8, 3), dtype=np.uint8)
    return cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)


def add(root: Path, clock: str, pixels: np.ndarray | None = None, folder: str = KEPLER, name: str = NAME) -> Path:
    path = root / folder / name.format(clock)
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), picture() if pixels is None else pixels)
    return path


def test_frame_path_is_understood():
    frame = cyclone.parse_frame_path(
        "any/tc05/ATL/12L.KATRINA/ir/geo/1km/20050827.1715.goes-12.ir.x.12LKATRINA.100kts-942mb-244N-844W.jpg"
    )
    time = pd.Timestamp("2005-08-27 17:15", tz="UTC")
    assert frame == images.FrameName("AL122005", time, "goes-12", 100.0, 942.0, 24.4, -84.4)


def test_storm_is_that_of_the_folder_because_the_frame_may_be_older_than_the_name():
    name = "20040729.1145.goes-12.ir.x.99LINVEST.25kts-1009mb-250N-710W.jpg"
    assert cyclone.parse_frame_path(f"tc04/ATL/01L.ALEX/ir/geo/1km/{name}").storm_id == "AL012004"


@pytest.mark.parametrize(("letter", "basin"), [("L", "AL"), ("E", "EP"), ("C", "CP")])
def test_names_written_are_names_read(letter, basin):
    time = pd.Timestamp("2031-08-01 03:30", tz="UTC")
    frame = images.FrameName(f"{basin}032031", time, "synthetic", 85.0, 970.0, -9.5, 178.1)
    path = images.frame_path(f"03{letter}.KEPLER", 2031, frame)
    assert cyclone.parse_frame_path(path) == frame


@pytest.mark.parametrize(
    "path",
    [
        f"{KEPLER}/{NAME.format('20310801.0000')[:-4]}.png",
        f"{KEPLER}/20310801.0000.jpg",
        f"{KEPLER}/{NAME.format('20310231.0000')}",
        f"{KEPLER}/{NAME.format('20310801.2460')}",
        f"03L.KEPLER/{NAME.format('20310801.0000')}",
        f"{KEPLER.replace('03L', '3L')}/{NAME.format('20310801.0000')}",
        f"{KEPLER.replace('03L', '03X')}/{NAME.format('20310801.0000')}",
        f"{KEPLER}/{NAME.format('20310801.0000').replace('30kts', 'NAkts')}",
    ],
)
def test_other_paths_are_not_understood(path):
    assert cyclone.parse_frame_path(path) is None


def test_labels_come_from_the_best_track_not_from_the_file_name(root, tracks):
    for clock in ("20310801.0000", "20310801.0215", "20310801.0600", "20310801.1200"):
        add(root, clock)
    add(root, "20320901.0300", folder="tc32/ATL/04L.LORENZ/ir/geo/1km")
    frames = cyclone.label_images(root, tracks)
    assert list(frames.columns) == ["path", "storm_id", "time", "wind_kt", "label"]
    assert frames["wind_kt"].tolist() == [30, 34.5, 42, 42, 20]
    assert [cyclone.CLASS_NAMES[label] for label in frames["label"]] == ["TD", "TS", "TS", "TS", "NC"]
    assert frames["storm_id"].tolist() == ["AL032031"] * 4 + ["AL042032"]
    assert str(frames["time"].dt.tz) == "UTC"
    assert all(Path(path).is_file() for path in frames["path"])
    assert frames.attrs["left_out"] == {}


def cut(path: Path, keep: float = 0.6) -> None:
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])


def test_what_is_left_out_is_counted_with_its_reason_and_named(root, tracks):
    add(root, "20310801.0000")
    bad = {"duplicate frame": [add(root, "20310801.0000", name=NAME.replace("goes-12", "meteo-7"))]}
    bad["outside the track"] = [add(root, "20310731.2330"), add(root, "20310801.1230")]
    bad["mostly black"] = [add(root, "20310801.0030", picture() * (np.arange(512) < 200)[:, None, None])]
    bad["wrong size"] = [add(root, "20310801.0100", picture(300)), add(root, "20310801.0130", picture()[:400])]
    bad["truncated image"] = [add(root, "20310801.0200")]
    cut(*bad["truncated image"])
    bad["not an image"] = [add(root, f"20310801.02{minute}") for minute in (10, 20, 30)]
    contents = (b"<html>log in</html>", b"", b"\xff\xd8\xff\xe0\x00\x04ab\xff\xd9")
    for path, content in zip(bad["not an image"], contents, strict=True):
        path.write_bytes(content)
    bad["unknown name pattern"] = [add(root, "20310801.0300", name="{}.jpg"), root / "notes.txt"]
    (root / "notes.txt").write_text("ours")
    bad["storm without a track"] = [add(root, "20310801.0330", folder=KEPLER.replace("03L", "09L"))]
    bad["empty folder"] = [root / "tc33/ATL/01L.EMPTY"]
    bad["empty folder"][0].mkdir(parents=True)

    frames = cyclone.label_images(root, tracks)
    assert len(frames) == 1
    assert frames.attrs["left_out"] == {reason: len(paths) for reason, paths in bad.items()}
    assert set(frames.attrs["left_out"]) <= set(images.REASONS)
    survey = cyclone.survey_images(root, tracks)
    for reason, paths in bad.items():
        assert sorted(survey.loc[survey["reason"] == reason, "path"]) == sorted(map(str, paths))


def test_broken_image_does_not_hide_a_good_one_of_the_same_time(root, tracks):
    cut(add(root, "20310801.0000"))
    good = add(root, "20310801.0000", name=NAME.replace("goes-12", "meteo-7"))
    frames = cyclone.label_images(root, tracks)
    assert frames["path"].tolist() == [str(good)]
    assert frames.attrs["left_out"] == {"truncated image": 1}


@pytest.mark.parametrize("keep", [0.05, 0.3, 0.7, 0.95, 0.999])
def test_jpeg_that_ends_early_is_seen_wherever_it_ends(root, keep):
    path = add(root, "20310801.0000", picture() ^ np.random.default_rng(0).integers(0, 64, (512, 512, 3), np.uint8))
    assert cyclone.image_fault(path) == ""
    cut(path, keep)
    assert cyclone.image_fault(path) == "truncated image"


def test_file_that_is_not_there_cannot_be_read(root):
    assert cyclone.image_fault(root / "none.jpg") == "cannot be read"


def test_no_frame_at_all_is_an_error_with_the_counts(root, tracks):
    with pytest.raises(ValueError, match=r"no usable frame in .*: there are no files in it"):
        cyclone.label_images(root, tracks)
    add(root, "20310801.0000", picture(300))
    (root / "a.txt").write_text("a")
    with pytest.raises(ValueError, match=r"no usable frame in .* \(unknown name pattern: 1, wrong size: 1\)"):
        cyclone.label_images(root, tracks)
    with pytest.raises(ValueError, match="there is no folder"):
        cyclone.label_images(root / "other", tracks)


def test_real_frames(real_data):
    tracks = cyclone.read_hurdat2(real_data / "hurdat2/hurdat2-atlantic-2004-2005.txt")
    frames = cyclone.label_images(real_data / "tcdat", tracks)
    assert frames["storm_id"].tolist() == ["AL122005"]
    assert [cyclone.CLASS_NAMES[label] for label in frames["label"]] == ["H3"]
    assert frames.attrs["left_out"] == {"outside the track": 2}
    assert cyclone.load_image(frames["path"][0]).shape == (232, 232, 3)


def test_centre_patch_is_the_middle_of_the_reduced_image_red_first(root):
    path = add(root, "20310801.0000")
    patch = cyclone.load_image(path, 256, 200)
    reduced = cv2.resize(cv2.imread(str(path)), (256, 256), interpolation=cv2.INTER_AREA)
    assert patch.dtype == np.uint8
    assert np.array_equal(patch, reduced[28:228, 28:228, ::-1])


def test_random_patches_are_patches_and_differ(root):
    path = add(root, "20310801.0000")
    whole, random = cyclone.load_image(path, 64, 64), np.random.default_rng(0)
    windows = np.lib.stride_tricks.sliding_window_view(whole, (58, 58), axis=(0, 1))
    found = set()
    for _ in range(60):
        patch = cyclone.load_image(path, 64, 58, random)
        equal = (windows == np.moveaxis(patch, -1, 0)).all(axis=(2, 3, 4))
        assert equal.sum() == 1
        found.add(tuple(np.argwhere(equal)[0]))
    assert len(found) > 25
    assert {min(place) for place in found} & {0} and {max(place) for place in found} & {6}


def test_many_images_at_once_are_the_same_as_one_by_one(root):
    paths = [add(root, f"20310801.0{hour}00", picture(seed=hour)) for hour in range(5)]
    together = cyclone.load_images(paths, 64, 50, np.random.default_rng(3))
    random = np.random.default_rng(3)
    assert np.array_equal(together, [cyclone.load_image(path, 64, 50, random) for path in paths])


def test_area_average_removes_what_is_finer_than_a_pixel(root):
    stripes = np.zeros((512, 512, 3), np.uint8)
    stripes[:, ::4] = stripes[:, 1::4] = 200
    path = add(root, "20310801.0000", stripes)
    assert np.ptp(cyclone.load_image(path, 128, 128)) <= 4
    assert np.ptp(cyclone.load_image(path, 100, 100, interpolation=cv2.INTER_NEAREST)) > 150


@pytest.mark.parametrize("patch", [0, -1, 257])
def test_impossible_patch_is_refused(root, patch):
    with pytest.raises(ValueError, match="a patch has 1 to 256 pixels"):
        cyclone.load_image(add(root, "20310801.0000"), patch=patch)


def test_unreadable_image_is_refused(root):
    (root / "a.jpg").write_text("no")
    (root / "b.jpg").touch()
    for name, reason in (("a.jpg", "not an image"), ("b.jpg", "not an image"), ("c.jpg", "cannot be read")):
        with pytest.raises(ValueError, match=reason):
            cyclone.load_image(root / name)


# ------------------------------------------------------------------------------------------------- odd items of a tree


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes and sockets of POSIX")
def test_odd_items_are_left_out_each_with_its_reason_and_do_not_stop_the_rest(root, tracks, tmp_path):
    good = add(root, "20310801.0000")
    place = good.parent
    odd = {
        clock: place / NAME.format(f"20310801.{clock}") for clock in ("0100", "0110", "0120", "0130", "0140", "0150")
    }
    odd["0100"].symlink_to(root / "nowhere.jpg")
    odd["0110"].symlink_to(odd["0110"])
    os.mkfifo(odd["0120"])
    server = socket.socket(socket.AF_UNIX)
    bind_nearby(server, odd["0130"])
    odd["0140"].symlink_to(os.devnull)
    odd["0150"].mkdir()
    (root / "up").symlink_to(root)
    (root / "again").symlink_to(root / "tc31")
    linked = tmp_path / "elsewhere/tc32/ATL/04L.LORENZ/ir/geo/1km"
    moved = add(tmp_path / "elsewhere", "20320901.0300", folder=linked.relative_to(tmp_path / "elsewhere"))
    (root / "more").symlink_to(tmp_path / "elsewhere")
    strange = add(root, "20310801.0200", name=NAME.replace("KEPLER.", "KEP\x1b[2JLER."))

    frames = cyclone.label_images(root, tracks)
    server.close()
    assert [Path(path).name for path in frames["path"]] == [good.name, moved.name]
    survey = cyclone.survey_images(root, tracks).set_index("path")["reason"]
    expected = dict(zip(map(str, odd.values()), ODD_REASONS, strict=True))
    expected |= {str(root / "up"): "link in a circle", str(root / "again"): "duplicate folder"}
    assert {path: survey[path] for path in expected} == expected
    assert survey[str(strange).replace("\x1b", "\\x1b")] == "name that cannot be printed"
    assert frames.attrs["left_out"]["link in a circle"] == 2
    assert set(frames.attrs["left_out"]) <= set(images.REASONS)


ODD_REASONS = ("broken link", "link in a circle", "pipe", "socket", "device", "empty folder")


def bind_nearby(server: socket.socket, path: Path) -> None:
    """A socket's path has at most 107 bytes, so it is bound from its own folder."""
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        server.bind("s")
        Path("s").rename(path.name)
    finally:
        os.chdir(before)


def test_name_that_is_no_utf_8_is_left_out_and_shown_as_an_escape(root, tracks):
    add(root, "20310801.0000")
    try:
        (root / os.fsdecode(b"caf\xe9.jpg")).write_bytes(b"")
    except OSError:
        pytest.skip("this file system has UTF-8 names only")
    survey = cyclone.survey_images(root, tracks)
    assert survey["reason"].tolist().count("name that cannot be printed") == 1
    assert str(root / "caf\\udce9.jpg") in set(survey["path"])


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content + bytes(200),
        lambda content: content.replace(b"\xff\xc0", b"\xff\xff\xff\xc0", 1),
        lambda content: content[:-2] + b"\xff\xff" + content[-2:],
    ],
    ids=["bytes after the end", "fill bytes before a marker", "fill bytes before the end"],
)
def test_sound_frames_in_unusual_form_are_used(root, change):
    path = add(root, "20310801.0000")
    path.write_bytes(change(path.read_bytes()))
    assert cyclone.image_fault(path) == ""
    assert cyclone.load_image(path).shape == (232, 232, 3)


def test_frame_with_a_capital_ending_is_found(root, tracks):
    frames = cyclone.label_images(add(root, "20310801.0000", name=NAME.replace(".jpg", ".JPG")).parents[6], tracks)
    assert len(frames) == 1


@pytest.mark.parametrize(("start", "reason"), [(b"", "not an image"), (b"\xff\xd8\xff\xe0\x00\x10", "too large")])
def test_large_file_is_not_read_whole(root, start, reason):
    path = add(root, "20310801.0000")
    with path.open("wb") as file:
        file.write(start)
        file.truncate(20 << 30)
    tracemalloc.start()
    assert cyclone.image_fault(path) == reason
    assert tracemalloc.get_traced_memory()[1] < 3 * images.MOST_BYTES
    tracemalloc.stop()
    with pytest.raises(ValueError, match=r"at most 16\.0 MB are read"):
        cyclone.load_image(path)


def test_announced_size_is_looked_at_before_anything_is_decoded(root, monkeypatch):
    path = add(root, "20310801.0000")
    content = bytearray(path.read_bytes())
    place = content.index(b"\xff\xc0") + 5
    content[place : place + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("decoded"))
    assert cyclone.image_fault(path) == "wrong size"
    with pytest.raises(ValueError, match="announces 65535x65535 pixels; at most 4096 a side are read"):
        cyclone.load_image(path)


def test_png_that_announces_too_much_is_not_decoded(root, monkeypatch):
    content = bytearray(cv2.imencode(".png", picture(64))[1].tobytes())
    content[16:24] = (60_000).to_bytes(4) * 2
    (root / "a.png").write_bytes(content)
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("decoded"))
    with pytest.raises(ValueError, match="announces 60000x60000 pixels"):
        cyclone.load_image(root / "a.png")


@pytest.mark.parametrize(("letter", "basin"), [("A", "IO"), ("B", "IO"), ("S", "SH"), ("P", "SH"), ("W", "WP")])
def test_basins_of_the_other_oceans_are_known(letter, basin):
    frame = cyclone.parse_frame_path(f"tc31/IO/03{letter}.KEPLER/ir/geo/1km/{NAME.format('20310801.0000')}")
    assert frame.storm_id == f"{basin}032031"

"""The competition: what its frames are, what a submission must be, and what it scores."""

from bootcamp import cyclone, leaderboard
from bootcamp.cyclone import competition

import cv2
import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def truth(monkeypatch):
    """Six frames of known storms and nine of later ones."""
    monkeypatch.setattr(competition, "FRAMES", {"shuffled": 6, "time": 9})
    tables = {}
    for part, count in competition.FRAMES.items():
        labels = np.arange(count) % 8
        tables[part] = pd.DataFrame({"label": labels, "wind_kt": np.array(cyclone.TYPICAL_WIND_KT)[labels]})
    monkeypatch.setattr(competition, "_answers", tables.__getitem__)
    return tables


def perfect(truth):
    return {part: np.eye(8)[table.label] for part, table in truth.items()}


def test_a_perfect_submission(truth):
    found = competition.score(perfect(truth))
    assert found == pytest.approx(
        {"time_top_1": 1, "time_mean_recall": 1, "time_rmse_kt": 0, "shuffled_top_1": 1, "gap_points": 0}, abs=1e-9
    )


def test_the_gap_is_shuffled_minus_time(truth):
    predictions = perfect(truth)
    predictions["time"][:3] = np.roll(predictions["time"][:3], 1, axis=1)
    found = competition.score(predictions)
    assert found["time_top_1"] == pytest.approx(6 / 9) and found["gap_points"] == pytest.approx(100 / 3)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda p: p.pop("time"), "asked for shuffled and time"),
        (lambda p: p.update(later=p["time"]), "asked for shuffled and time"),
        (lambda p: p.update(time=p["time"][:7]), "miss 2 of 9 frames"),
        (lambda p: p.update(time=p["time"].repeat(2, axis=0)), "18 rows for 9 frames"),
        (lambda p: p.update(time=p["time"][:, :7]), r"shape \(9, 8\), not \(9, 7\)"),
        (lambda p: p.update(time=p["time"].argmax(axis=1)), r"not \(9,\)"),
        (lambda p: p["time"].__setitem__((2, 3), np.nan), "NaN"),
        (lambda p: p["time"].__setitem__(4, 0.5), "row 4 sums to 4"),
        (lambda p: p["shuffled"].__setitem__((1, slice(0, 2)), (-0.5, 1.5)), "shuffled are no probabilities"),
    ],
)
def test_malformed_submissions_are_refused(truth, change, reason):
    predictions = perfect(truth)
    change(predictions)
    with pytest.raises(ValueError, match=reason):
        competition.score(predictions)


def test_rounding_is_forgiven(truth):
    predictions = {part: (rows * 0.9996).astype(np.float32) for part, rows in perfect(truth).items()}
    assert competition.score(predictions)["time_top_1"] == 1


def test_the_leaderboard_ranks_by_the_later_seasons(truth, monkeypatch, tmp_path):
    monkeypatch.setenv("BOOTCAMP_HOME", str(tmp_path))
    monkeypatch.delenv("BOOTCAMP_LEADERBOARD", raising=False)
    good, known = perfect(truth), perfect(truth)
    good["shuffled"] = np.full((6, 8), 1 / 8)
    known["time"] = np.full((9, 8), 1 / 8)
    for name, predictions in {"Ada": known, "Emmy": good}.items():
        leaderboard.submit("cyclone", predictions, model="m", learner=name)
    assert leaderboard.show("cyclone")["learner"].tolist() == ["Emmy", "Ada"]


@pytest.fixture(scope="module")
def parts():
    return {part: competition._answers(part) for part in competition.FRAMES}


def test_later_storms_are_in_no_archive_and_known_ones_lie_between_its_frames(parts):
    archive = cyclone.plan_frames(cyclone.storm_seasons(), 2500)
    later, known = parts["time"], parts["shuffled"]
    assert not set(later.storm_id) & set(archive.storm_id)
    assert set(later.storm_id.str[-4:]) == {"2037", "2038"}
    assert np.nanmax(cyclone.minutes_to_training(archive, known)) == 15
    assert (cyclone.minutes_to_training(archive, known) > 0).all()


def test_parts_have_their_size_every_class_and_no_frame_twice(parts):
    for part, table in parts.items():
        assert len(table) == competition.FRAMES[part] and not table.duplicated(["storm_id", "time"]).any()
        assert table.wind_kt.notna().all()
    assert set(parts["time"].label) == set(range(8))


def test_the_order_says_nothing(parts):
    for table in parts.values():
        assert abs(np.corrcoef(np.arange(len(table)), table.wind_kt)[0, 1]) < 0.25


def test_a_few_frames_are_drawn_without_names(parts, monkeypatch, tmp_path):
    few = {part: table.head(2) for part, table in parts.items()}
    monkeypatch.setattr(competition, "_answers", few.__getitem__)
    competition.build_cyclone_competition(tmp_path)
    found = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.jpg"))
    assert found == ["shuffled/000.jpg", "shuffled/001.jpg", "time/000.jpg", "time/001.jpg"]
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".jpg"] == []
    frames = [cv2.imread(str(tmp_path / name)) for name in found]
    assert all(frame.shape == (512, 512, 3) and not cyclone.image_fault(tmp_path / found[0]) for frame in frames)
    box = [frame[2:20, 2:100].astype(int) for frame in frames]
    assert max(np.abs(other - box[0]).max() for other in box[1:]) < 60  # the same text in every frame

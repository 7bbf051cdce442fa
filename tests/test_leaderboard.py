"""Tests of the leaderboard: scoring, refusals, ranking, duplicates, the outbox, many at once."""

import pkgutil
import shutil
from concurrent.futures import ThreadPoolExecutor

from bootcamp import leaderboard
from bootcamp.leaderboard import Competition, SubmissionError, ranking

import numpy as np
import pytest

TRUTH = np.arange(4.0)


def score(predictions):
    """Mean absolute error against 0, 1, 2, 3: the scorer of the competition `toy`."""
    if set(predictions) != {"test"} or predictions["test"].shape != (4,):
        raise ValueError("one array 'test' of shape (4,) is asked for")
    return {
        "error": float(np.abs(predictions["test"] - TRUTH).mean()),
        "bias": float((predictions["test"] - TRUTH).mean()),
    }


@pytest.fixture(autouse=True)
def toy(monkeypatch, tmp_path, empty_store):
    (tmp_path / "leaderboard").mkdir()
    shutil.copy(empty_store, tmp_path / "leaderboard")
    monkeypatch.setattr(
        ranking, "competitions", lambda: (Competition("toy", "Toy", f"{__name__}:score", "error", True),)
    )
    monkeypatch.setenv("BOOTCAMP_HOME", str(tmp_path))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")  # somebody's, for other work: it plays no part
    monkeypatch.delenv("BOOTCAMP_LEADERBOARD", raising=False)
    monkeypatch.setenv("BOOTCAMP_LEARNER", "Ada")
    return tmp_path


def test_a_submission_is_scored_recorded_and_ranked():
    first = leaderboard.submit("toy", {"test": TRUTH + 1}, "shifted")
    assert first.scores == {"error": 1.0, "bias": 1.0} and first.status == "recorded" and first.learner == "Ada"
    leaderboard.submit("toy", {"test": TRUTH + 0.5}, "less shifted")
    leaderboard.submit("toy", {"test": TRUTH - 0.7}, "other way", learner="Emmy")
    table = leaderboard.show("toy")
    assert list(table["learner"]) == ["Ada", "Emmy"] and list(table.index) == [1, 2]
    assert list(table["model"]) == ["less shifted", "other way"] and table["error"].tolist() == [0.5, 0.7]
    assert len(leaderboard.show("toy", every=True)) == 3
    assert leaderboard.pending() == 0


def test_where_a_high_score_is_best_the_ranking_is_turned(monkeypatch):
    entry = Competition("toy", "Toy", f"{__name__}:score", "error", False)
    monkeypatch.setattr(ranking, "competitions", lambda: (entry,))
    for shift in (0.1, 0.9):
        leaderboard.submit("toy", {"test": TRUTH + shift}, "m", learner=f"learner {shift}")
    assert leaderboard.show("toy")["learner"].tolist() == ["learner 0.9", "learner 0.1"]


def test_the_same_predictions_count_once_for_a_learner():
    leaderboard.submit("toy", {"test": TRUTH}, "a")
    again = leaderboard.submit("toy", {"test": TRUTH}, "b")
    assert "already" in again.status
    leaderboard.submit("toy", {"test": TRUTH}, "a", learner="Emmy")
    assert leaderboard.show("toy", every=True)["model"].tolist() == ["a", "a"]


@pytest.mark.parametrize(
    ("predictions", "reason"),
    [
        ({"test": [0, 1, 2, np.nan]}, "1 values that are NaN"),
        ({"test": ["a", "b"]}, "are numbers"),
        ({"test": np.zeros(3)}, r"shape \(4,\)"),
        ({"tests": TRUTH}, "one array 'test'"),
        ({}, "dictionary"),
        (TRUTH, "dictionary"),
    ],
)
def test_malformed_predictions_are_refused_with_the_reason(predictions, reason):
    with pytest.raises(SubmissionError, match=reason):
        leaderboard.submit("toy", predictions, "m")
    assert leaderboard.pending() == 0


def test_names_are_checked():
    with pytest.raises(SubmissionError, match="Did you mean 'toy'"):
        leaderboard.submit("toi", {"test": TRUTH}, "m")
    with pytest.raises(SubmissionError, match="name of the model"):
        leaderboard.submit("toy", {"test": TRUTH}, "  ")
    with pytest.raises(SubmissionError, match="name of the learner"):
        leaderboard.submit("toy", {"test": TRUTH}, "m", learner="x" * 61)


def test_an_empty_leaderboard_has_no_rows():
    assert len(leaderboard.show("toy")) == 0


def test_what_is_meant_for_a_class_waits_for_its_server(monkeypatch):
    monkeypatch.setenv("BOOTCAMP_LEADERBOARD", "http://127.0.0.1:9/")
    waiting = leaderboard.submit("toy", {"test": TRUTH}, "early")
    assert waiting.status.startswith("waiting: the leaderboard does not answer") and leaderboard.pending() == 1
    assert waiting.scores == {"error": 0.0, "bias": 0.0}
    with pytest.raises(SubmissionError, match=r"127\.0\.0\.1:9 does not answer"):
        leaderboard.show("toy")
    monkeypatch.delenv("BOOTCAMP_LEADERBOARD")
    assert leaderboard.submit("toy", {"test": TRUTH + 1}, "at home").status == leaderboard.RECORDED
    assert leaderboard.pending() == 1 and leaderboard.send_pending() == []
    assert leaderboard.show("toy", every=True)["model"].tolist() == ["at home"]


def test_an_address_that_is_none_is_named(monkeypatch):
    monkeypatch.setenv("BOOTCAMP_LEADERBOARD", "server:5050")
    with pytest.raises(SubmissionError, match="such as http://server:5050, not 'server:5050'"):
        leaderboard.submit("toy", {"test": TRUTH}, "m")
    assert leaderboard.pending() == 0


def test_a_score_that_is_no_number_is_refused():
    with pytest.raises(SubmissionError, match="bias cannot be computed"), np.errstate(over="ignore"):
        leaderboard.submit("toy", {"test": np.full(4, 1.7e308)}, "m")
    assert leaderboard.pending() == 0


def test_thirty_at_once_are_all_recorded():
    def one(number):
        return leaderboard.submit("toy", {"test": TRUTH + number}, "m", learner=f"learner {number}").status

    with ThreadPoolExecutor(30) as pool:
        assert set(pool.map(one, range(30))) == {leaderboard.RECORDED}
    assert leaderboard.pending() == 0
    assert len(leaderboard.show("toy")) == 30


def test_every_competition_of_the_course_has_a_scorer(monkeypatch):
    monkeypatch.undo()
    for entry in leaderboard.competitions():
        assert callable(pkgutil.resolve_name(entry.scorer)) and callable(pkgutil.resolve_name(entry.answers))

"""Scores: known values, and the reading of the confusion matrix."""

from bootcamp import cyclone

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

RANDOM = np.random.default_rng(0)
ROWS = RANDOM.dirichlet(np.ones(8), 60)
LABELS = RANDOM.integers(0, 8, 60)
WINDS = np.array(cyclone.TYPICAL_WIND_KT)[LABELS]
SURE = np.eye(8)


def test_top_k_agrees_with_sklearn_and_grows_to_one():
    for k in range(1, 8):
        expected = metrics.top_k_accuracy_score(LABELS, ROWS, k=k, labels=np.arange(8))
        assert cyclone.top_k_accuracy(ROWS, LABELS, k) == pytest.approx(expected)
    assert cyclone.top_k_accuracy(ROWS, LABELS, 8) == 1.0


def test_a_model_that_knows_nothing_gains_nothing_from_ties():
    rows = np.full((8, 8), 1 / 8)
    for k in range(1, 9):
        assert cyclone.top_k_accuracy(rows, np.arange(8), k) == pytest.approx(k / 8)
    assert cyclone.top_k_accuracy(rows, np.arange(8)) == (rows.argmax(axis=1) == np.arange(8)).mean()


def test_a_row_of_the_matrix_is_a_true_class():
    matrix = cyclone.confusion_matrix([2, 2, 2, 7], [3, 3, 2, 6])
    assert matrix[2, 3] == 2
    assert matrix[3, 2] == 0
    assert matrix[7, 6] == 1
    np.testing.assert_array_equal(matrix.sum(axis=1), np.bincount([2, 2, 2, 7], minlength=8))
    predicted = ROWS.argmax(axis=1)
    expected = metrics.confusion_matrix(LABELS, predicted, labels=np.arange(8))
    np.testing.assert_array_equal(cyclone.confusion_matrix(LABELS, predicted), expected)


def test_recall_divides_by_the_true_class_and_leaves_absent_classes_open():
    recall = cyclone.class_recall(cyclone.confusion_matrix([2, 2, 2, 7], [3, 3, 2, 6]))
    assert recall[[2, 7]] == pytest.approx([1 / 3, 0.0])
    assert np.isnan(recall[[0, 1, 3, 4, 5, 6]]).all()


def test_rmse_of_certain_and_of_shifted_answers():
    assert cyclone.rmse_kt(SURE[LABELS], WINDS) == 0.0
    assert cyclone.rmse_kt(SURE[LABELS], WINDS + 3) == pytest.approx(3.0)
    between = np.zeros((1, 8))
    between[0, 3:5] = 0.5
    assert cyclone.rmse_kt(between, [81.0]) == pytest.approx(0.0)
    assert cyclone.rmse_kt(SURE[:1], [50.0], np.full(8, 40.0)) == pytest.approx(10.0)


def test_class_winds_are_means_of_the_frames_and_typical_where_there_are_none():
    frames = pd.DataFrame({"label": [2, 2, 3], "wind_kt": [40.0, 50.0, 70.0]})
    winds = cyclone.class_winds(frames)
    assert winds[[2, 3]].tolist() == [45.0, 70.0]
    assert winds[7] == cyclone.TYPICAL_WIND_KT[7]


def test_score_and_table():
    frames = pd.DataFrame({"label": LABELS, "wind_kt": WINDS})
    sure, open_ = (cyclone.score("sure", SURE[LABELS], frames, seed=s) for s in (0, 1))
    assert (sure.top_1, sure.rmse_kt, sure.mean_recall, sure.frames) == (1.0, 0.0, 1.0, 60)
    assert cyclone.score("wind", SURE[LABELS], frames, np.zeros(8)).rmse_kt == pytest.approx(np.sqrt((WINDS**2).mean()))
    vague = [cyclone.score("vague", ROWS[::-1] if s else ROWS, frames, seed=s) for s in (0, 1)]
    table = cyclone.model_table([vague[0], sure, vague[1], open_])
    assert table.index.tolist() == ["vague", "sure"]
    ends = sorted(100 * entry.top_1 for entry in vague)
    assert table.loc["vague", ["top-1 from", "top-1 to"]].tolist() == pytest.approx(ends)
    assert table.loc["vague", "top-1 %"] == pytest.approx(np.mean(ends))
    assert "top-1 from" not in cyclone.model_table([sure])


def test_every_class_counts_the_same_in_the_mean_recall():
    frames = pd.DataFrame({"label": [2] * 9 + [7], "wind_kt": [50.0] * 9 + [140.0]})
    always = cyclone.score("always TS", SURE[[2] * 10], frames)
    assert (always.top_1, always.mean_recall) == (0.9, 0.5)


@pytest.mark.parametrize(
    ("call", "part"),
    [
        (lambda: cyclone.top_k_accuracy(ROWS, LABELS, 0), "k is an integer"),
        (lambda: cyclone.top_k_accuracy(ROWS, LABELS, True), "k is an integer"),
        (lambda: cyclone.top_k_accuracy(ROWS[:5], LABELS), "5 rows of probabilities for 60"),
        (lambda: cyclone.top_k_accuracy(2 * ROWS, LABELS), "sum to one"),
        (lambda: cyclone.top_k_accuracy(np.full((60, 8), np.nan), LABELS), "sum to one"),
        (lambda: cyclone.top_k_accuracy(ROWS[:, :7], LABELS), "shape"),
        (lambda: cyclone.top_k_accuracy(ROWS, LABELS + 1), "from 0 to 7"),
        (lambda: cyclone.top_k_accuracy(ROWS, SURE[LABELS]), "integers"),
        (lambda: cyclone.top_k_accuracy(ROWS[:0], []), "at least one"),
        (lambda: cyclone.rmse_kt(ROWS, WINDS * np.nan), "finite"),
        (lambda: cyclone.rmse_kt(ROWS, WINDS[:5]), "60 rows of probabilities for 5"),
        (lambda: cyclone.confusion_matrix(LABELS, LABELS[:5]), "5 predicted classes for 60"),
        (lambda: cyclone.confusion_matrix(LABELS, LABELS - 1), "predicted classes are indices"),
        (lambda: cyclone.class_recall(np.eye(8)), "counts"),
        (lambda: cyclone.model_table([]), "at least one"),
    ],
)
def test_refused(call, part):
    with pytest.raises(ValueError, match=part):
        call()


def test_models_of_different_seeds_are_not_compared():
    frames = pd.DataFrame({"label": LABELS, "wind_kt": WINDS})
    with pytest.raises(ValueError, match="same seeds"):
        cyclone.model_table([cyclone.score("a", ROWS, frames, seed=0), cyclone.score("b", ROWS, frames, seed=1)])

"""Scores: known tables, agreement with scikit-learn, and the price of errors."""

from bootcamp import printing

import numpy as np
import pytest
from sklearn import metrics


@pytest.fixture
def answers():
    random = np.random.default_rng(0)
    good = random.random(200) < 0.4
    return good, np.round(random.normal(size=200) + good, 1)  # rounded: some logits are equal


def test_published_tables():
    """Counts of the study, printable positive: Inception v1 has an F1 of 0.96; the residual network is useless."""
    inception, residual = np.array([[731, 20], [41, 694]]), np.array([[751, 0], [735, 0]])
    assert printing.f1(inception, "good") == pytest.approx(0.958, abs=5e-4)
    assert printing.f1(residual, "good") == 0.0 and printing.f1(residual, "bad") == pytest.approx(0.671, abs=5e-4)


def test_as_scikit_learn(answers):
    good, logits = answers
    matrix = printing.confusion(good, logits > 0)
    np.testing.assert_array_equal(matrix, metrics.confusion_matrix(good, logits > 0))
    assert printing.f1(matrix, "good") == pytest.approx(metrics.f1_score(good, logits > 0))
    assert printing.f1(matrix, "bad") == pytest.approx(metrics.f1_score(~good, logits <= 0))
    assert printing.auc(good, logits) == pytest.approx(metrics.roc_auc_score(good, logits))
    found = printing.score("name", good, logits)
    assert (found.f1_bad, found.auc) == (printing.f1(matrix, "bad"), printing.auc(good, logits))


def test_the_roc_curve_rises_from_corner_to_corner(answers):
    false_alarms, found = printing.roc(*answers)
    assert (false_alarms[0], found[0], false_alarms[-1], found[-1]) == (0, 0, 1, 1)
    assert (np.diff(false_alarms) >= 0).all() and (np.diff(found) >= 0).all()


def test_the_operating_point_has_the_least_cost(answers):
    good, logits = answers
    thresholds = []
    for price in (0.1, 1.0, 10.0):
        threshold = printing.operating_point(good, logits, price)
        least = min(printing.cost(printing.confusion(good, logits > t), price) for t in np.arange(-6, 6, 0.01))
        assert printing.cost(printing.confusion(good, logits > threshold), price) == pytest.approx(least)
        thresholds.append(threshold)
    assert thresholds[0] < thresholds[1] < thresholds[2]  # the dearer a bad part accepted, the stricter


def test_variants_of_a_shape_are_no_independent_samples():
    shape = np.repeat(np.arange(50), 4)
    random = np.random.default_rng(0)
    alone = random.random(200) < 0.8
    together = np.repeat(random.random(50) < 0.8, 4)
    binomial = np.sqrt(0.8 * 0.2 / 200)
    assert printing.standard_error_by_shape(alone, shape) == pytest.approx(binomial, rel=0.35)
    assert printing.standard_error_by_shape(together, shape) == pytest.approx(2 * binomial, rel=0.35)


def test_refused(answers):
    good, logits = answers
    with pytest.raises(ValueError, match="'bad' or 'good'"):
        printing.f1(np.eye(2), "printable")
    with pytest.raises(ValueError, match="bad parts and good ones"):
        printing.roc(np.ones(200, bool), logits)
    with pytest.raises(ValueError, match="one answer for each part"):
        printing.confusion(good, logits[:5] > 0)

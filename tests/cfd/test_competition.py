"""Tests of the competition: what a submission must be, and what it scores."""

from bootcamp.cfd import competition, flows

import numpy as np
import pytest


@pytest.fixture
def samples(monkeypatch):
    """Two small splits in place of the data set."""
    random = np.random.default_rng(0)

    def make(count):
        solid = np.zeros((count, 8, 16), bool)
        solid[:, 3:5, 5:8] = True
        velocity = np.where(solid[..., None], 0.0, random.normal(0.05, 0.02, (count, 8, 16, 2))).astype(np.float32)
        return flows.Flows(solid, velocity, *[np.zeros(count)] * 6, reynolds=100.0, inflow_velocity=0.1)

    found = {"test": make(3), "unseen_shapes": make(4)}
    monkeypatch.setattr(flows, "load_flows", lambda split: found[split])
    return found


def _predictions(samples, factor=1.0):
    return {split: factor * sample.velocity for split, sample in samples.items()}


def test_a_perfect_submission_has_no_error(samples):
    assert competition.score(_predictions(samples)) == {
        "unseen_error": 0.0,
        "test_error": 0.0,
        "worst_unseen_error": 0.0,
    }


def test_errors_are_relative(samples):
    assert competition.score(_predictions(samples, 1.1)) == pytest.approx(
        {"unseen_error": 0.1, "test_error": 0.1, "worst_unseen_error": 0.1}, rel=1e-5
    )


def test_the_worst_sample_is_named_separately(samples):
    predictions = _predictions(samples)
    predictions["unseen_shapes"][2] *= 0
    assert competition.score(predictions)["worst_unseen_error"] == 1.0
    assert competition.score(predictions)["unseen_error"] == 0.25


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda p: p.pop("test"), "asked for test and unseen_shapes"),
        (lambda p: p.update(test=p["test"][:2]), r"shape \(3, 8, 16, 2\)"),
        (lambda p: p["test"].__setitem__((0, 0, 0, 0), np.nan), "NaN"),
        (lambda p: p.update(test=10 * p["test"]), "lattice units"),
    ],
)
def test_malformed_submissions_are_refused(samples, change, reason):
    predictions = {name: values.copy() for name, values in _predictions(samples).items()}
    change(predictions)
    with pytest.raises(ValueError, match=reason):
        competition.score(predictions)

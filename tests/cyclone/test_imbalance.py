"""Weights, fresh starts, priors, mirror images and the table of remedies."""

from pathlib import Path

from bootcamp import cyclone
from bootcamp.notebooks import authoring

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from keras import layers

NOTEBOOK = Path(__file__).resolve().parents[2] / "Tropical_Cyclone" / "05_Class_Imbalance.ipynb"


def test_every_class_has_the_same_sum_of_weights():
    labels = np.repeat([0, 2, 7], [3, 50, 7])
    weights = cyclone.class_weights(labels)
    assert weights[labels].mean() == pytest.approx(1)
    assert [weights[k] * (labels == k).sum() for k in (0, 2, 7)] == pytest.approx([20, 20, 20])
    assert not weights[[1, 3, 4, 5, 6]].any()
    with pytest.raises(ValueError, match="no labels"):
        cyclone.class_weights(np.zeros(0, int))


def test_chances_make_the_classes_equally_frequent():
    labels = np.repeat([1, 2], [40, 960])
    images = np.zeros((1000, 8, 8, 3), np.uint8)
    batches = cyclone.patch_batches(images, labels, 8, 100, chances=cyclone.class_weights(labels)[labels])
    drawn = np.concatenate([batches[i][1] for i in range(len(batches))])
    assert len(drawn) == 1000 and 400 < drawn[:, 1].sum() < 600


def test_a_mirror_image_half_of_the_time():
    image = np.random.default_rng(0).integers(0, 256, (5, 5, 3), dtype=np.uint8)
    random = np.random.default_rng(1)
    seen = [np.array_equal(cyclone.random_mirror(image, random), image[:, ::-1]) for _ in range(200)]
    assert 70 < sum(seen) < 130


def test_the_mirror_image_of_a_northern_storm_is_a_southern_one():
    look = cyclone.storm_look("AL012031")
    scene = {"hour": 30.0, "wind_kt": 120.0, "east_km": 0.0, "north_km": 0.0, "land_k": 290.0}
    land = np.zeros((64, 64), np.float32)
    north = cyclone.brightness_temperature(look, cyclone.Scene(lat=15.0, **scene), 64, land)
    south = cyclone.brightness_temperature(look, cyclone.Scene(lat=-15.0, **scene), 64, land)
    middle = slice(16, 48)
    same, mirrored = (
        np.corrcoef(a[middle, middle].ravel(), south[middle, middle].ravel())[0, 1] for a in (north, north[::-1])
    )
    assert mirrored > 0.9 and mirrored > same + 0.15  # not 1: fine texture does not know the equator


def test_dividing_the_prior_out():
    shares = np.array([0.5, 0.25, 0.25, 0, 0, 0, 0, 0])
    assert cyclone.divide_prior(shares[None], shares)[0, :3] == pytest.approx([1 / 3] * 3)
    rows = np.random.default_rng(0).dirichlet(np.ones(8), 5)
    assert cyclone.divide_prior(rows, np.full(8, 1 / 8)) == pytest.approx(rows)
    with pytest.raises(ValueError, match="no share"):
        cyclone.divide_prior(np.eye(8)[[7]], shares)


def score(name, seed, recall, top_1=0.5):
    return cyclone.Score(name, seed, 10, top_1, 0.8, 12.0, np.full(8, recall))


def test_the_verdict_needs_the_mean_and_every_seed():
    scores = [score("base", s, 0.40) for s in range(3)]
    scores += [score("good", s, r) for s, r in enumerate((0.44, 0.45, 0.43))]
    scores += [score("lucky", s, r) for s, r in enumerate((0.60, 0.39, 0.45))]
    scores += [score("bad", s, 0.30) for s in range(3)]
    table = cyclone.remedy_table(scores, "base")
    assert table.verdict.tolist() == ["no clear change", "helps", "no clear change", "hurts"]
    assert table.gain.tolist() == pytest.approx([0, 4, 8, -10]) and table["seeds better"].tolist() == [0, 3, 2, 0]
    with pytest.raises(ValueError, match="same seeds"):
        cyclone.remedy_table(scores[:-1], "base")
    with pytest.raises(ValueError, match="same seeds"):
        cyclone.remedy_table(scores, "none")


def test_standard_error_by_storms():
    random = np.random.default_rng(0)
    right = random.random(400) < 0.6
    single = cyclone.storm_standard_error(right, np.arange(400))
    assert single == pytest.approx(np.sqrt(right.mean() * (1 - right.mean()) / 400))
    copies = cyclone.storm_standard_error(right.repeat(9), np.arange(400).repeat(9))
    assert copies == pytest.approx(single)  # nine copies of a frame say no more than one
    with pytest.raises(ValueError, match="at least one frame"):
        cyclone.storm_standard_error([], [])


def compiled():
    network = cyclone.quick_cnn((24, 24, 3), (3, 4), 5)
    network.compile(cyclone.optimizer(20, 0.01), "categorical_crossentropy")
    return network


def test_a_restarted_network_is_as_new():
    images = np.random.default_rng(0).integers(0, 256, (32, 24, 24, 3), dtype=np.uint8)
    batches = lambda: cyclone.patch_batches(images, np.arange(32) % 8, 24, 16)  # noqa: E731
    network, found = compiled(), []
    for seed in (3, 4, 3):
        cyclone.restart(network, seed)
        network.fit(batches(), epochs=2, verbose=0)
        found.append(network.predict(images, verbose=0))
    np.testing.assert_allclose(found[0], found[2], rtol=1e-3, atol=1e-4)
    assert np.abs(found[0] - found[1]).max() > 1e-3
    with pytest.raises(ValueError, match="not compiled"):
        cyclone.restart(cyclone.quick_cnn((24, 24, 3), (3, 4), 5), 0)


def test_the_room_has_the_network_of_the_notebook():
    space = {"keras": keras, "layers": layers, "patch": 48}
    cell = next(c for c in authoring.code_cells(authoring.read(NOTEBOOK)) if "def quick_network(" in c.source)
    exec(cell.source, space)
    mine, room = space["quick_network"](), cyclone.quick_cnn((48, 48, 3))
    assert [w.shape for w in mine.get_weights()] == [w.shape for w in room.get_weights()]
    room.set_weights(mine.get_weights())
    x = np.random.default_rng(0).integers(0, 256, (2, 48, 48, 3)).astype("float32")
    np.testing.assert_allclose(room.predict(x, verbose=0), mine.predict(x, verbose=0), rtol=1e-4, atol=1e-5)


def test_the_smallest_image_of_the_quick_network():
    assert cyclone.quick_cnn((17, 17, 3)).output_shape == (None, 8)
    with pytest.raises(ValueError, match="at least 17"):
        cyclone.quick_cnn((16, 16, 3))
    with pytest.raises(ValueError, match="1 or more"):
        cyclone.quick_cnn((48, 48, 3), ())


def test_figures_return_their_axes():
    fig, axes = plt.subplots(1, 3)
    table = pd.DataFrame({"label": [2, 2, 3], "storm_id": ["A", "B", "A"]})
    drawn = cyclone.plot_imbalance(axes[:2], table, table)
    assert [bar.get_height() for bar in drawn[1].patches[:8]] == [0, 0, 2, 1, 0, 0, 0, 0]
    recalls = {"one": np.linspace(0, 1, 8), "two": np.full(8, np.nan)}
    assert cyclone.plot_recalls(axes[2], recalls, range(8)) is axes[2]
    assert [text.get_text() for text in axes[2].texts][-1] == "100" and len(axes[2].texts) == 8
    plt.close(fig)

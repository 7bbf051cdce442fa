from bootcamp.intro import garments
from bootcamp.intro.data import GARMENT_NAMES

import numpy as np
import pytest


@pytest.fixture(scope="module")
def drawn():
    return garments.draw_garments(30, np.random.default_rng(0))


def test_every_class_is_drawn_equally_often(drawn):
    images, labels = drawn
    assert (images.shape, images.dtype, labels.dtype) == ((300, 28, 28), np.uint8, np.uint8)
    assert list(np.bincount(labels)) == [30] * 10
    assert len(garments.DRAWERS) == len(GARMENT_NAMES)


def test_drawers_stand_in_the_order_of_the_names():
    named = [drawer.__name__.strip("_").replace("_", " ") for drawer in garments.DRAWERS]
    assert named == [name.lower().replace("-", " ") for name in GARMENT_NAMES]


def test_images_have_a_garment_on_a_black_background(drawn):
    images, _ = drawn
    share = (images > 30).mean(axis=(1, 2))
    assert 0.05 < share.min() < share.max() < 0.8
    assert np.all(images.max(axis=(1, 2)) > 80)


def test_no_two_images_are_equal(drawn):
    images, _ = drawn
    assert len({image.tobytes() for image in images}) == len(images)


def test_same_seed_same_images():
    first, second = (garments.draw_garments(2, np.random.default_rng(5))[0] for _ in range(2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, garments.draw_garments(2, np.random.default_rng(6))[0])


def test_classes_can_be_told_apart_but_not_perfectly_by_their_mean_images(drawn):
    images, labels = garments.draw_garments(30, np.random.default_rng(1))
    means = np.stack([images[labels == label].mean(axis=0) for label in range(10)])
    distances = ((drawn[0][:, np.newaxis] - means) ** 2).sum(axis=(2, 3))
    assert 0.4 < (distances.argmin(axis=1) == drawn[1]).mean() < 0.95

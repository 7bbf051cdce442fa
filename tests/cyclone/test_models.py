"""The network of the paper: its parameters, its sizes, smaller versions, and bad input."""

from bootcamp import cyclone, runtime  # noqa: F401 - runtime sets the Keras backend
from bootcamp.cyclone import models

import numpy as np
import pytest


class TestThePaper:
    def test_parameters_and_sizes(self):
        network = cyclone.intensity_cnn()
        assert network.count_params() == 42_817_400
        sides = [layer.output.shape[1] for layer in network.layers if "pool" in layer.name]
        assert sides == [37, 16, 15, 6]
        assert network.output_shape == (None, 8)

    def test_half_the_width_has_about_a_quarter_of_the_parameters(self):
        assert cyclone.intensity_cnn(width=0.5).count_params() == pytest.approx(42_817_400 / 4, rel=0.01)


class TestSmall:
    @pytest.mark.parametrize("stem", [(10, 3), (7, 2), (5, 1)])
    def test_smallest_side_is_exact(self, stem):
        least = models.smallest_side(stem)
        network = cyclone.intensity_cnn((least, least, 3), 0.02, stem)
        assert min(layer.output.shape[1] for layer in network.layers if "pool" in layer.name) == 1
        with pytest.raises(ValueError, match=f"at least {least}"):
            cyclone.intensity_cnn((least - 1, least, 3), 0.02, stem)

    @pytest.mark.parametrize("normalize", [False, True])
    def test_probabilities_of_bytes(self, normalize):
        network = cyclone.intensity_cnn((112, 120, 3), 0.03, normalize=normalize)
        images = np.random.default_rng(0).integers(0, 256, (3, 112, 120, 3), dtype=np.uint8)
        found = network.predict(images, verbose=0)
        assert found.shape == (3, 8) and np.allclose(found.sum(axis=1), 1, atol=1e-5) and (found >= 0).all()
        same = network.predict(images.astype("float32"), verbose=0)
        np.testing.assert_allclose(found, same, rtol=1e-5, atol=1e-6)

    def test_normalization_adds_two_numbers_a_filter(self):
        plain, normalized = (cyclone.intensity_cnn((112, 112, 3), 0.125, normalize=n) for n in (False, True))
        trainable = [sum(int(np.prod(v.shape)) for v in n.trainable_variables) for n in (plain, normalized)]
        filters = sum(round(0.125 * count) for count in models.FILTERS)
        assert trainable[1] - trainable[0] == filters


@pytest.mark.parametrize(
    "wrong",
    [
        {"width": 0.0},
        {"width": float("nan")},
        {"dropout": 1.0},
        {"stem": (0, 1)},
        {"input_shape": (232, 232)},
        {"input_shape": (232, 232, 0)},
    ],
)
def test_bad_input(wrong):
    with pytest.raises(ValueError, match="not"):
        cyclone.intensity_cnn(**wrong)

"""Networks of the lab CFD: shapes, symmetries and neutral starts, on both backends, and bad input."""

from bootcamp import runtime  # noqa: F401 - sets the Keras backend
from bootcamp.cfd import models, obstacles

import keras
import numpy as np
import pytest

HEIGHT, WIDTH = 32, 64
NETWORKS = {
    "three layers": lambda **options: models.fully_connected(HEIGHT, WIDTH, units=8, **options),
    "five layers": lambda **options: models.fully_connected(HEIGHT, WIDTH, hidden_layers=4, units=8, **options),
    "convolutional": lambda **options: models.convolutional(
        HEIGHT, WIDTH, filters=(4, 8), units=8, decoder_filters=(8, 4, 4), **options
    ),
    "u-net": lambda **options: models.u_net(HEIGHT, WIDTH, filters=(4, 8), gated=False, **options),
    "gated u-net": lambda **options: models.u_net(HEIGHT, WIDTH, filters=(4, 8), **options),
}


@pytest.fixture(scope="module")
def shapes() -> np.ndarray:
    """Inputs (3, HEIGHT, WIDTH, 1): two objects and the empty channel."""
    solid = np.stack([obstacle.solid(HEIGHT, WIDTH) for obstacle in obstacles.random_obstacles(2, HEIGHT, WIDTH, 5)])
    return models.model_inputs(np.concatenate([solid, np.zeros((1, HEIGHT, WIDTH), bool)]))


def shaken(network):
    """The network with weights that are not those of its start, the same for every backend."""
    random = np.random.default_rng(0)
    for variable in network.trainable_variables:
        variable.assign(keras.ops.convert_to_numpy(variable) + 0.1 * random.standard_normal(variable.shape))
    return network


class TestInputs:
    def test_distance_is_in_channel_heights_and_positive_in_the_fluid(self):
        solid = np.zeros((1, HEIGHT, WIDTH), bool)
        solid[0, 10:20, 20:30] = True
        x = models.model_inputs(solid)
        assert x.shape == (1, HEIGHT, WIDTH, 1) and x.dtype == np.float32
        assert np.array_equal(x[..., 0] > 0, ~solid)
        assert x[0, 15, 30, 0] == pytest.approx(0.5 / HEIGHT)
        assert x.max() == models.LARGEST_DISTANCE

    def test_empty_channel_is_finite(self):
        assert np.all(models.model_inputs(np.zeros((1, 8, 16), bool)) == models.LARGEST_DISTANCE)

    @pytest.mark.parametrize("solid", [np.zeros((1, 8, 8)), np.zeros((8, 8), bool), None])
    def test_wrong_mask_is_refused(self, solid):
        with pytest.raises(ValueError, match=r"solid is bool \(n, height, width\)"):
            models.model_inputs(solid)

    def test_targets_are_in_inflow_velocities(self):
        assert np.all(models.model_targets(np.full((1, 4, 8, 2), 0.1), 0.1) == np.float32(1))
        with pytest.raises(ValueError, match="positive"):
            models.model_targets(np.zeros((1, 4, 8, 2)), 0.0)
        with pytest.raises(ValueError, match="velocity is"):
            models.model_targets(np.zeros((4, 8, 2)), 0.1)

    def test_mirror_images_are_their_own_inverse(self):
        random = np.random.default_rng(1)
        x, y = random.normal(size=(3, 4, 8, 1)), random.normal(size=(3, 4, 8, 2))
        both_x, both_y = models.with_mirror_images(x, y)
        again_x, again_y = models.with_mirror_images(both_x[3:], both_y[3:])
        assert np.array_equal(both_x[:3], x) and np.array_equal(again_x[3:], x) and np.array_equal(again_y[3:], y)
        assert np.array_equal(both_y[3:, 0, :, 0], y[:, -1, :, 0])
        assert np.array_equal(both_y[3:, 0, :, 1], -y[:, -1, :, 1])
        with pytest.raises(ValueError, match="x is"):
            models.with_mirror_images(x, y[..., :1])

    def test_profile_is_that_of_the_solver(self):
        from bootcamp.cfd import lattice

        assert models.channel_profile(64)[:, 0, 0] == pytest.approx(lattice.inflow_profile(64, 1.0), abs=1e-6)

    def test_coordinates_tell_mirror_places_apart(self, shapes):
        known = keras.ops.convert_to_numpy(models.with_coordinates(keras.ops.convert_to_tensor(shapes)))
        assert known.shape == (3, HEIGHT, WIDTH, 5)
        assert np.array_equal(known[..., 1] > 0, shapes[..., 0] > 0)
        assert np.allclose(known[:, ::-1, :, 3], -known[..., 3])
        assert np.allclose(known[:, ::-1, :, 4], known[..., 4])


class TestParts:
    def test_concatenated_elu_keeps_both_signs(self):
        y = keras.ops.convert_to_numpy(models.concatenated_elu(np.array([[2.0, -3.0]], "float32")))
        assert y == pytest.approx(np.array([[2.0, np.exp(-3) - 1, np.exp(-2) - 1, 3.0]]))

    def test_gate_opens_and_closes(self):
        y = keras.ops.convert_to_numpy(models.gate(np.array([[5.0, 5.0, 5.0, -40.0, 0.0, 40.0]], "float32")))
        assert y == pytest.approx(np.array([[0.0, 2.5, 5.0]]), abs=1e-6)

    @pytest.mark.parametrize("gated", [True, False])
    @pytest.mark.parametrize(("filters", "strides"), [(4, 1), (6, 1), (4, 2), (6, 2)])
    def test_block_has_the_shape_asked_for(self, gated, filters, strides):
        x = keras.Input((8, 16, 4))
        skip = keras.Input((8 // strides, 16 // strides, 3))
        y = models.residual_block(x, filters, strides=strides, skip=skip, gated=gated)
        assert y.shape[1:] == (8 // strides, 16 // strides, filters)

    def test_block_is_the_identity_when_its_last_convolution_is_zero(self):
        x = keras.Input((8, 16, 4))
        block = keras.Model(x, models.residual_block(x, 4))
        for variable in block.trainable_variables[-2:]:
            variable.assign(np.zeros(variable.shape))
        signal = np.random.default_rng(0).normal(size=(2, 8, 16, 4)).astype("float32")
        assert np.array_equal(block.predict(signal, verbose=0), signal)


@pytest.mark.parametrize("name", NETWORKS)
class TestNetworks:
    def test_starts_as_the_empty_channel(self, name, shapes):
        predicted = NETWORKS[name]().predict(shapes, verbose=0)
        assert predicted == pytest.approx(models.channel_profile(HEIGHT) * (shapes > 0))

    def test_nothing_moves_inside_the_object(self, name, shapes):
        predicted = shaken(NETWORKS[name]()).predict(shapes, verbose=0)
        inside = np.broadcast_to(shapes <= 0, predicted.shape)
        assert np.all(predicted[inside] == 0) and np.all(np.isfinite(predicted))
        assert np.abs(predicted[~inside]).max() > 0

    def test_the_shape_matters(self, name, shapes):
        predicted = shaken(NETWORKS[name](complete=False)).predict(shapes, verbose=0)
        assert np.abs(predicted[0] - predicted[1]).max() > 1e-4

    def test_binary_network_sees_no_distance(self, name, shapes):
        network = shaken(NETWORKS[name](signed_distance=False, complete=False))
        assert np.array_equal(network.predict(shapes, verbose=0), network.predict(np.sign(shapes), verbose=0))

    def test_every_weight_is_reached_by_the_data(self, name, shapes):
        network = shaken(NETWORKS[name]())
        network.compile(keras.optimizers.SGD(1e-3), "mse")
        before = [keras.ops.convert_to_numpy(v).copy() for v in network.trainable_variables]
        network.train_on_batch(shapes, np.random.default_rng(0).normal(size=(3, HEIGHT, WIDTH, 2)))
        after = [keras.ops.convert_to_numpy(v) for v in network.trainable_variables]
        assert all((a != b).any() for a, b in zip(before, after, strict=True))


class TestChoices:
    def test_gates_double_the_last_convolution_of_every_block(self):
        gated, plain = models.u_net(32, 64, filters=(4, 8)), models.u_net(32, 64, filters=(4, 8), gated=False)
        more = sum(filters * (9 * 2 * filters + 1) for filters in (4, 8, 8, 4))
        assert models.parameter_count(gated) - models.parameter_count(plain) == more

    def test_stem_may_keep_the_size(self, shapes):
        network = models.u_net(HEIGHT, WIDTH, filters=(4, 8, 8), stem_strides=1)
        assert network.predict(shapes, verbose=0).shape == (3, HEIGHT, WIDTH, 2)

    def test_u_net_without_ways_down_is_allowed(self, shapes):
        assert models.u_net(HEIGHT, WIDTH, filters=(4,)).predict(shapes, verbose=0).shape == (3, HEIGHT, WIDTH, 2)

    def test_relu_output_has_one_sign(self, shapes):
        network = shaken(models.fully_connected(HEIGHT, WIDTH, units=8, output_activation="relu", complete=False))
        assert network.predict(shapes, verbose=0).min() >= 0

    @pytest.mark.parametrize(
        ("build", "message"),
        [
            (lambda: models.fully_connected(0, 64), "height takes positive integers, not 0"),
            (lambda: models.fully_connected(32, 64, units=2.5), "units takes positive integers"),
            (lambda: models.fully_connected(32, 64, hidden_layers=True), "hidden_layers takes positive integers"),
            (lambda: models.convolutional(48, 64), "multiples of 32"),
            (lambda: models.convolutional(32, 64, units=7), "units is a multiple of 2"),
            (lambda: models.convolutional(32, 64, decoder_filters=(8, 8)), "decoder_filters are three"),
            (lambda: models.u_net(32, 66), "multiples of"),
            (lambda: models.u_net(32, 64, filters=(8, -1)), "filters takes positive integers"),
            (lambda: models.u_net(32, 64, dropout=1.0), "dropout is at least 0"),
        ],
    )
    def test_bad_sizes_are_refused(self, build, message):
        with pytest.raises(ValueError, match=message):
            build()


ELSEWHERE = """
import sys
import numpy as np
from bootcamp import runtime
from bootcamp.cfd import models

network = models.u_net(32, 64, filters=(4, 8))
network.load_weights(sys.argv[1])
stored = np.load(sys.argv[2])
print(float(np.abs(network.predict(stored["x"], verbose=0) - stored["y"]).max()))
"""


def test_weights_mean_the_same_on_the_other_backend(tmp_path, shapes, run_python):
    network = shaken(NETWORKS["gated u-net"]())
    network.save_weights(tmp_path / "network.weights.h5")
    np.savez(tmp_path / "flow.npz", x=shapes, y=network.predict(shapes, verbose=0))
    other = {"tensorflow": "torch", "torch": "tensorflow"}[keras.backend.backend()]
    answer = run_python(ELSEWHERE, tmp_path / "network.weights.h5", tmp_path / "flow.npz", KERAS_BACKEND=other)
    assert float(answer.stdout.split()[-1]) < 1e-5, answer.stderr

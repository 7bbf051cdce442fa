"""Training, forces from the walls, the table of models, and the surrogate as a data set."""

import shutil

from bootcamp import cfd, datasets, runtime
from bootcamp.cfd import evaluation, flows, models, surrogate, training

import keras
import numpy as np
import pytest

HEIGHT, WIDTH = 32, 64


def small_flows(count: int, seed: int = 0) -> flows.Flows:
    """Made-up flows: the channel profile, zero inside random objects."""
    solid = np.stack([o.solid(HEIGHT, WIDTH) for o in cfd.random_obstacles(count, HEIGHT, WIDTH, seed)])
    velocity = np.where(solid[..., None], 0.0, 0.1 * models.channel_profile(HEIGHT)).astype("float32")
    numbers = np.linspace(0.5, 1.0, count, dtype="float32")
    names, parameters = np.array(["ellipse"] * count), np.zeros((count, 6), "float32")
    return flows.Flows(solid, velocity, numbers, -numbers, numbers, numbers, names, parameters, 100.0, 0.1)


class TestLoss:
    def test_is_the_relative_error_of_masked_flows(self):
        sample = small_flows(3)
        random = np.random.default_rng(0)
        predicted = np.where(sample.solid[..., None], 0, random.normal(size=sample.velocity.shape)).astype("float32")
        found = keras.ops.convert_to_numpy(evaluation.relative_loss(sample.velocity, predicted))
        assert found == pytest.approx(cfd.relative_error(predicted, sample.velocity, sample.solid), rel=1e-4)

    @pytest.mark.parametrize("batch_size", [1, 2, 6])
    def test_does_not_depend_on_the_batch_size(self, batch_size):
        sample = small_flows(6)
        x, y = models.model_inputs(sample.solid), sample.velocity * np.linspace(1, 3, 6)[:, None, None, None]
        network = models.u_net(HEIGHT, WIDTH, filters=(4,))
        network.compile(loss=evaluation.relative_loss)
        whole = keras.ops.convert_to_numpy(evaluation.relative_loss(y, network.predict(x, verbose=0))).mean()
        assert network.evaluate(x, y, batch_size=batch_size, verbose=0) == pytest.approx(whole, rel=1e-4)

    def test_slope_is_finite_at_a_perfect_prediction(self):
        sample = small_flows(2)
        x, y = models.model_inputs(sample.solid), models.model_targets(sample.velocity, 0.1)
        network = models.u_net(HEIGHT, WIDTH, filters=(4,))
        training.train(network, x, y, epochs=1, seed=0)
        assert all(np.isfinite(keras.ops.convert_to_numpy(v)).all() for v in network.trainable_variables)


class TestBaseline:
    def test_mean_is_over_fluid_only(self):
        velocity, solid = np.zeros((2, 4, 8, 2)), np.zeros((2, 4, 8), bool)
        velocity[0], velocity[1] = 1.0, 3.0
        solid[0, 1, 1] = solid[:, 2, 2] = True
        mean = cfd.mean_flow(velocity, solid)
        assert mean[0, 0].tolist() == [2, 2] and mean[1, 1].tolist() == [3, 3] and mean[2, 2].tolist() == [0, 0]

    def test_wrong_shapes_are_refused(self):
        with pytest.raises(ValueError, match="at least one sample"):
            cfd.mean_flow(np.zeros((0, 4, 8, 2)), np.zeros((0, 4, 8), bool))
        with pytest.raises(ValueError, match="velocity is"):
            cfd.mean_flow(np.zeros((1, 4, 8, 2)), np.zeros((1, 4, 9), bool))


class TestTable:
    def test_rows_hold_mean_and_extremes_over_the_seeds(self):
        trials = [
            cfd.Trial(name, seed, 7, np.array([0.1, 0.3]) + 0.1 * seed, np.array([0.5]), 2.0 + seed)
            for name in ("b", "a")
            for seed in (0, 1)
        ]
        table = cfd.model_table(trials)
        assert list(table.index) == ["b", "a"]
        assert table.loc["a"].tolist() == pytest.approx([7, 25, 20, 30, 50, 50, 50, 2.5])

    def test_unequal_seeds_are_refused(self):
        trials = [cfd.Trial(name, seed, 7, np.ones(1), np.ones(1), 1.0) for name, seed in (("a", 0), ("b", 1))]
        with pytest.raises(ValueError, match="same seeds"):
            cfd.model_table(trials)
        with pytest.raises(ValueError, match="at least one"):
            cfd.model_table([])


class TestTraining:
    def test_one_network_for_all_seeds_learns_as_a_new_one_would(self):
        sample = small_flows(6)
        x, y = models.model_inputs(sample.solid), 2 * models.model_targets(sample.velocity, 0.1)

        def build():
            return models.u_net(HEIGHT, WIDTH, filters=(4,))

        runs = training.train_each_seed(build, (6, 5, 5), x, y, epochs=3)
        found = [network.predict(x, verbose=0) for _, network, _ in runs]
        runtime.set_seed(6)
        alone = build()
        training.train(alone, x, y, epochs=3, seed=6)
        assert found[2] == pytest.approx(found[1], abs=1e-5)
        assert found[0] == pytest.approx(alone.predict(x, verbose=0), abs=1e-5)
        assert np.abs(found[1] - found[0]).max() > 1e-3

    def test_error_falls(self):
        sample = small_flows(6)
        x, y = models.model_inputs(sample.solid), 2 * models.model_targets(sample.velocity, 0.1)
        losses, seconds = training.train(models.u_net(HEIGHT, WIDTH, filters=(4,)), x, y, epochs=6, seed=0)
        assert losses[-1] < 0.8 * losses[0] and seconds > 0

    def test_wrong_input_is_refused(self):
        with pytest.raises(ValueError, match="as many targets"):
            training.train(None, np.zeros((2, 1)), np.zeros((3, 1)), epochs=1, seed=0)
        with pytest.raises(ValueError, match="steps is at least 1"):
            training.optimizer(0)

    def test_prediction_is_in_lattice_units(self):
        sample = small_flows(3)
        assert training.errors(models.u_net(HEIGHT, WIDTH, filters=(4,)), sample) == pytest.approx(0, abs=1e-5)


class TestForces:
    def test_wall_pressure_gives_the_force(self):
        """Forces that are linear in the flow at the walls are found exactly, also for flows of another kind."""
        random = np.random.default_rng(0)
        velocity = random.normal(size=(400, HEIGHT, WIDTH, 2)).astype("float32")
        lower, upper = (velocity[..., 0][:, rows].mean(axis=2) for rows in ((0, 1), (-1, -2)))
        lower, upper = lower @ [2, -1], upper @ [2, -1]
        coefficients = np.stack([3 + lower + upper, lower - upper], axis=-1).astype("float32")
        network = models.force_network(HEIGHT, WIDTH)
        models.fit_force_network(network, velocity[:300], coefficients[:300], penalty=1e-9)
        assert network.predict(velocity[300:], verbose=0) == pytest.approx(coefficients[300:], abs=1e-2)

    def test_mirror_image_keeps_drag_and_turns_lift(self):
        velocity = np.random.default_rng(0).normal(size=(4, HEIGHT, WIDTH, 2)).astype("float32")
        network = models.force_network(HEIGHT, WIDTH)
        models.fit_force_network(network, velocity, np.ones((4, 2), "float32"))
        upright = network.predict(velocity, verbose=0)
        turned = network.predict(velocity[:, ::-1] * np.array([1, -1], "float32"), verbose=0)
        assert turned == pytest.approx(upright * [1, -1], abs=1e-5)

    def test_coefficients(self):
        assert models.force_targets([0.32], [-0.16], 0.1, 64).tolist() == [[pytest.approx(1), pytest.approx(-0.5)]]

    @pytest.mark.parametrize(("height", "width"), [(8, 64), (32, 60), (32.0, 64)])
    def test_wrong_grid_is_refused(self, height, width):
        with pytest.raises(ValueError, match=r"forces need|positive integers"):
            models.force_network(height, width)

    def test_wrong_input_is_refused(self):
        with pytest.raises(ValueError, match="are positive"):
            models.force_targets([1.0], [1.0], 0.0, 64)
        with pytest.raises(ValueError, match="coefficients are"):
            models.fit_force_network(None, np.zeros((2, 32, 64, 2)), np.zeros((3, 2)))


class TestSurrogate:
    @pytest.fixture(scope="class")
    def written(self, tmp_path_factory):
        folder = tmp_path_factory.mktemp("surrogate")
        splits = {split: small_flows(4, seed) for seed, split in enumerate(("train", "test", "unseen_shapes"))}
        surrogate.write_surrogate(folder, splits, epochs=1)
        return folder

    @pytest.fixture
    def folder(self, written, tmp_path):
        return shutil.copytree(written, tmp_path / "copy")

    def test_what_is_written_is_read(self, folder):
        found = surrogate.read_surrogate(folder)
        sample = small_flows(4, 1)
        assert found.velocity(sample.solid).shape == (4, HEIGHT, WIDTH, 2)
        expected = cfd.relative_error(found.velocity(sample.solid), sample.velocity, sample.solid).mean()
        assert found.errors["test"]["velocity"] == pytest.approx(expected, abs=1e-6)
        drag, lift = found.forces(sample.solid)
        again = surrogate.force_errors(drag, lift, sample)
        assert again == pytest.approx({key: found.errors["test"][key] for key in again}, rel=1e-3)
        assert set(found.errors) == {"test", "unseen_shapes"}

    def test_damage_is_named(self, folder):
        (folder / surrogate.VELOCITY_FILE).write_bytes(b"half a file")
        with pytest.raises(datasets.DataError, match="bootcamp data clean cfd_surrogate"):
            surrogate.read_surrogate(folder)

    def test_other_version_is_refused(self, folder):
        path = folder / surrogate.SETTINGS_FILE
        path.write_text(path.read_text().replace(f'"version": {surrogate.VERSION}', '"version": 0'))
        with pytest.raises(datasets.DataError, match="another version"):
            surrogate.read_surrogate(folder)

    def test_wrong_mask_is_refused(self, folder):
        with pytest.raises(ValueError, match=r"solid is bool \(n, 32, 64\)"):
            surrogate.read_surrogate(folder).velocity(np.zeros((1, 64, 128), bool))

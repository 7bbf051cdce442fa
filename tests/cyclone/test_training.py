"""Patches, one-hot labels, rotations and training: what a network really gets."""

from bootcamp import cyclone, runtime
from bootcamp.cyclone import training

import numpy as np
import pytest

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (10, 16, 16, 3), dtype=np.uint8)
LABELS = np.arange(10) % 8


class TestOneHot:
    def test_inverse_is_argmax(self):
        rows = cyclone.one_hot(LABELS)
        assert rows.shape == (10, 8) and rows.dtype == np.float32
        assert np.array_equal(rows.argmax(axis=1), LABELS) and np.all(rows.sum(axis=1) == 1)

    @pytest.mark.parametrize("labels", [[8], [-1], [0.5], [[1]]])
    def test_bad_labels(self, labels):
        with pytest.raises(ValueError, match="labels are"):
            cyclone.one_hot(labels)


class TestViews:
    def test_four_quarter_turns_are_a_whole(self):
        image = IMAGES[0]
        assert np.array_equal(training.rotated(image, 90), np.rot90(image))
        assert np.array_equal(cyclone.rotate_all(IMAGES, 180)[3], IMAGES[3, ::-1, ::-1])
        assert cyclone.rotate_all(IMAGES, 360) is IMAGES

    def test_zoom_keeps_the_middle(self):
        image = np.zeros((17, 17, 3), np.uint8)
        image[8, 8] = 255
        larger = training.rotated(image, 0, zoom=2.0)
        assert larger[8, 8, 0] == 255 and larger.sum() > 2 * image.sum()

    @pytest.mark.parametrize("view", [cyclone.random_rotation, cyclone.random_view])
    def test_the_sense_of_a_spiral_stays(self, view):
        """Three colored spots, counter-clockwise, stay counter-clockwise; a mirror image would turn them."""
        image = np.zeros((64, 64, 3), np.uint8)
        for channel, (row, column) in enumerate([(24, 32), (36, 24), (40, 40)]):
            image[row - 2 : row + 3, column - 2 : column + 3, channel] = 255

        def sense(pixels):
            rows, columns = np.mgrid[:64, :64]
            weight = pixels.astype(float).sum(axis=(0, 1))
            y, x = ((pixels * place[..., None]).sum(axis=(0, 1)) / weight for place in (rows, columns))
            return np.sign((x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0]))

        found = {sense(view(image, np.random.default_rng(seed))) for seed in range(20)}
        assert found == {sense(image)} and sense(image[:, ::-1]) == -sense(image)

    def test_centre(self):
        assert np.array_equal(cyclone.centre_patches(IMAGES, 12), IMAGES[:, 2:14, 2:14])
        with pytest.raises(ValueError, match="patch is 1 to size"):
            cyclone.centre_patches(IMAGES, 17)


class TestBatches:
    def test_every_frame_once_with_its_label(self):
        batches = cyclone.patch_batches(IMAGES, LABELS, 16, batch_size=4)
        assert len(batches) == 3
        pairs = [batches[i] for i in range(3)]
        x, y = (np.concatenate(part) for part in zip(*pairs, strict=True))
        found = [int(np.flatnonzero((image == IMAGES).all(axis=(1, 2, 3)))[0]) for image in x]
        assert sorted(found) == list(range(10))
        assert np.array_equal(y.argmax(axis=1), LABELS[found])

    def test_patches_lie_in_their_frames_and_change_with_the_epoch(self):
        batches = cyclone.patch_batches(IMAGES[:1], LABELS[:1], 12, batch_size=1)
        allowed = {IMAGES[0, i : i + 12, j : j + 12].tobytes() for i in range(5) for j in range(5)}
        seen = set()
        for _ in range(40):
            batches.on_epoch_begin()
            seen.add(batches[0][0][0].astype(np.uint8).tobytes())
        assert seen <= allowed and len(seen) > 10

    def test_the_same_seed_is_the_same_epoch(self):
        one, two, other = (cyclone.patch_batches(IMAGES, LABELS, 12, 4, seed) for seed in (3, 3, 4))
        assert np.array_equal(one[1][0], two[1][0]) and not np.array_equal(one[1][0], other[1][0])

    def test_keras_draws_anew_in_every_epoch(self):
        import keras

        batches = cyclone.patch_batches(IMAGES, LABELS, 12, 4)
        epoch = batches.epoch
        network = keras.Sequential([keras.Input((12, 12, 3)), keras.layers.Flatten(), keras.layers.Dense(8, "softmax")])
        network.compile("sgd", "categorical_crossentropy")
        network.fit(batches, epochs=3, verbose=0)
        assert batches.epoch >= epoch + 3

    def test_chances(self):
        batches = cyclone.patch_batches(IMAGES, LABELS, 16, 10, chances=np.arange(10) == 7)
        assert np.all(batches[0][1].argmax(axis=1) == LABELS[7])

    def test_augmentation_is_used(self):
        batches = cyclone.patch_batches(IMAGES, LABELS, 16, 10, augment=lambda image, random: image * 0 + 7)
        assert np.all(batches[0][0] == 7)

    @pytest.mark.parametrize(
        "wrong", [{"labels": [1]}, {"patch": 17}, {"batch_size": 0}, {"chances": [1]}, {"chances": [0] * 10}]
    )
    def test_bad_input(self, wrong):
        options = {"images": IMAGES, "labels": LABELS, "patch": 12, "batch_size": 4} | wrong
        with pytest.raises(ValueError, match=r"not|shape"):
            cyclone.patch_batches(**options)


def small_network():
    import keras

    runtime.set_seed(0)
    flat = [keras.layers.Rescaling(1 / 255), keras.layers.Flatten(), keras.layers.Dense(8, "softmax")]
    return keras.Sequential([keras.Input((12, 12, 3)), *flat])


class TestTrain:
    def run(self, epochs=4, **options):
        network = small_network()
        batches = cyclone.patch_batches(IMAGES, LABELS, 12, 5)
        x = cyclone.centre_patches(IMAGES, 12)
        found = cyclone.train(network, batches, x, cyclone.one_hot(LABELS), epochs=epochs, **options)
        return network, x, found

    def test_loss_falls_and_seeds_repeat(self):
        _, _, found = self.run(6)
        assert len(found.history["loss"]) == found.best_epoch == 6
        assert found.history["loss"][-1] < found.history["loss"][0]
        assert self.run(6)[2].history["loss"] == pytest.approx(found.history["loss"], rel=1e-4)

    def test_early_stopping_goes_back_to_the_best_weights(self):
        network, x, found = self.run(30, patience=2, learning_rate=0.3)
        best = min(found.history["val_loss"])
        assert found.history["val_loss"][found.best_epoch - 1] == best
        assert network.evaluate(x, cyclone.one_hot(LABELS), verbose=0)[0] == pytest.approx(best, rel=1e-4)

    @pytest.mark.parametrize("wrong", [{"epochs": 0}, {"patience": 0}, {"learning_rate": 0.0}])
    def test_bad_input(self, wrong):
        with pytest.raises(ValueError, match="not"):
            self.run(**wrong)

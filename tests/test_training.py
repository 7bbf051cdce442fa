"""Batches that reshuffle, on every backend alike."""

import importlib.util
import itertools
import json
import os
import subprocess
import sys

from bootcamp import training

import numpy as np
import pytest

X, Y = np.arange(20, dtype="float32").reshape(10, 2), np.arange(10)


def flat(lists):
    return list(itertools.chain.from_iterable(lists))


def orders(batches, epochs=3):
    """Order of the samples in each of so many epochs of a loop; every target is the number of its sample."""
    return [np.concatenate([batch[1] for batch in batches]).tolist() for _ in range(epochs)]


class TestLoop:
    def test_every_epoch_is_another_order_of_all_samples(self):
        found = orders(training.batches(X, Y, batch_size=4, seed=0), 4)
        assert all(sorted(order) == list(range(10)) for order in found)
        assert all(one != other for one, other in itertools.combinations(found, 2))

    def test_rows_stay_together(self):
        for x, y in training.batches(X, Y, batch_size=4, seed=0):
            assert np.array_equal(x, X[y])

    def test_the_seed_decides_and_the_global_generator_does_not(self):
        found = []
        for seed in (5, 5, 6):
            np.random.seed(len(found))  # noqa: NPY002 - the generator that must not matter
            found.append(orders(training.batches(X, Y, batch_size=4, seed=seed)))
        assert found[0] == found[1] != found[2]

    def test_the_first_order_is_not_that_of_the_plain_seed(self):
        """SeedSequence takes [7] and [7, 0] for the same; data made from a seed must not be tied to the batches."""
        first = orders(training.batches(X, Y, seed=7), 1)[0]
        assert all(first != np.random.default_rng(same).permutation(10).tolist() for same in (7, [7, 0]))

    def test_last_batch(self):
        sizes = [[len(y) for _, y in training.batches(X, Y, batch_size=4, seed=0, drop_last=d)] for d in (False, True)]
        assert sizes == [[4, 4, 2], [4, 4]]
        left_out = {
            frozenset(Y) - frozenset(o) for o in orders(training.batches(X, Y, batch_size=4, seed=0, drop_last=True))
        }
        assert len(left_out) > 1

    def test_looking_draws_nothing(self):
        batches = training.batches(X, Y, batch_size=4, seed=0)
        looked = [batches[i][1].tolist() for i in range(3)]
        assert batches.epoch == 0 and flat(looked) == orders(batches, 1)[0]
        assert batches.epoch == 1 and batches[-1][1].tolist() == orders(batches, 1)[0][-2:]
        with pytest.raises(IndexError):
            batches[3]

    def test_a_loop_that_ends_early_has_used_its_epoch(self):
        batches, whole = (training.batches(X, Y, batch_size=4, seed=0) for _ in range(2))
        next(iter(batches))
        assert orders(batches, 2) == orders(whole)[1:]


class TestData:
    def test_dicts_tuples_lists_and_weights(self):
        data = {"a": X, "both": (X, [Y, Y])}
        (x, y, weight), *_ = training.batches(data, Y, Y / 10, batch_size=4, seed=0)
        assert np.array_equal(x["a"], X[y]) and np.array_equal(x["both"][0], X[y])
        assert all(np.array_equal(part, y) for part in x["both"][1])
        assert weight == pytest.approx(y / 10)

    def test_inputs_alone(self):
        (x,), *_ = training.batches(X, batch_size=4, seed=0)
        assert x.shape == (4, 2)
        assert [len(part) for part in training.batches((X, Y), batch_size=10, seed=0)[0]] == [2]

    def test_floats_of_64_bits_become_those_of_keras_and_integers_stay(self):
        x, y = training.batches(X.astype(float), Y, seed=0)[0]
        assert (x.dtype, y.dtype) == (np.float32, Y.dtype)

    def test_the_loader_gets_indices_and_random_numbers_of_the_batch(self):
        def load(chosen, random):
            return chosen, random.random(len(chosen))

        one, two = (training.loaded_batches(load, 10, batch_size=4, seed=1) for _ in range(2))
        assert sorted(np.concatenate([chosen for chosen, _ in one])) == list(range(10))
        list(two)
        assert [a[1].tolist() for a in one] == [b[1].tolist() for b in two]
        drawn = [tuple(noise) for _ in range(3) for _, noise in one]
        assert len(set(drawn)) == 9

    def test_chances(self):
        batches = training.loaded_batches(lambda chosen, random: (chosen,), 1000, seed=0, chances=np.arange(1000) % 2)
        drawn = np.concatenate([chosen for (chosen,) in batches])
        assert len(drawn) == 1000 and np.all(drawn % 2 == 1) and len(set(drawn)) < 500

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"y": Y[:9]}, r"one row for each sample, not \[9, 10\] rows"),
            ({"sample_weight": Y[:3]}, r"not \[3, 10\] rows"),
            ({"y": None, "sample_weight": Y}, "y is missing"),
            ({"x": 3.0}, "3.0 has none"),
            ({"x": {}, "y": None}, r"not \[\] rows"),
            ({"x": X[:0], "y": Y[:0]}, "at least one sample"),
            ({"batch_size": 0}, "at least one sample and one in a batch"),
            ({"batch_size": 2.0}, "batch_size is an integer, not 2.0"),
            ({"seed": -1}, r"from 0 to 2\*\*32 - 1"),
            ({"seed": None}, "seed is an integer, not None"),
            ({"seed": True}, "seed is an integer"),
            ({"batch_size": 11, "drop_last": True}, "nothing is left"),
        ],
    )
    def test_bad_input(self, wrong, says):
        with pytest.raises(ValueError, match=says):
            training.batches(**({"x": X, "y": Y, "seed": 0} | wrong))

    @pytest.mark.parametrize("chances", [[1], np.zeros(10), -np.ones(10), np.full(10, np.nan)])
    def test_bad_chances(self, chances):
        with pytest.raises(ValueError, match="chances are 10 numbers"):
            training.loaded_batches(lambda chosen, random: (chosen,), 10, seed=0, chances=chances)


@pytest.fixture(scope="module")
def seen():
    """Backend -> scenario -> the samples of each step of `fit`."""
    from tests import batches_of_fit

    import keras

    found = {keras.backend.backend(): batches_of_fit.everything()}
    for backend in {"tensorflow", "torch", "jax"} - set(found):
        if importlib.util.find_spec(backend):
            environment = os.environ | {"KERAS_BACKEND": backend}
            command = [sys.executable, "-m", "tests.batches_of_fit"]
            answer = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
            found[backend] = json.loads(answer.stdout)
    return found


class TestFit:
    def test_all_backends_see_the_same(self, seen):
        first, *others = seen.values()
        assert others and all(other == first for other in others)

    def test_three_epochs_and_a_second_fit_are_four_epochs(self, seen):
        numbers = np.arange(10, dtype="float32")
        expected = flat(orders(training.batches(numbers, numbers, batch_size=4, seed=3), 4))
        for found in seen.values():
            assert flat(found["plain"]) == flat(found["compiled again"]) == expected
            assert len({tuple(expected[i : i + 10]) for i in range(0, 40, 10)}) == 4

    def test_full_batches_and_single_ones(self, seen):
        for found in seen.values():
            assert [len(step) for step in found["full batches"]] == [4] * 8
            assert [sorted(step) for step in found["one batch"]] == [list(range(7))] * 4
            assert len({tuple(step) for step in found["one batch"]}) == 4

    def test_an_epoch_that_was_broken_off_does_not_come_again(self, seen):
        for found in seen.values():
            first, *second = found["interrupted"]
            assert first == found["plain"][0] and second == found["plain"][3:6]

    def test_what_the_loader_drew_arrives(self, seen):
        steps = next(iter(seen.values()))["loaded"]
        assert [len(step) for step in steps] == [4, 2, 4, 2] and max(flat(steps)) < 600 and min(flat(steps)) >= 100

    def test_class_weights_of_fit_still_work(self):
        import keras

        network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, "softmax", kernel_initializer="zeros")])
        network.compile("sgd", "sparse_categorical_crossentropy")
        batches = training.batches(X, Y % 2, batch_size=4, seed=0)
        history = network.fit(batches, epochs=1, verbose=0, class_weight={0: 0.0, 1: 0.0}).history
        assert history["loss"] == [0.0]


def answers(right: int, of: int) -> np.ndarray:
    return np.arange(of) < right


class TestFairComparisons:
    @pytest.mark.parametrize(
        ("right", "of", "low", "high"),
        [(357, 360, 0.976, 0.997), (360, 360, 0.989, 1.0), (0, 10, 0.0, 0.278), (1, 1, 0.207, 1.0)],
    )
    def test_wilsons_interval_holds_small_counts(self, right, of, low, high):
        assert training.accuracy_interval(right / of, of) == pytest.approx((low, high), abs=6e-4)

    def test_a_greater_confidence_is_a_wider_interval(self):
        low, high = training.accuracy_interval(0.9, 100, 0.9)
        lower, higher = training.accuracy_interval(0.9, 100, 0.99)
        assert lower < low < 0.9 < high < higher

    def test_nine_in_ten_intervals_hold_the_truth(self):
        shares = np.random.default_rng(0).binomial(60, 0.9, 1000) / 60
        held = [low <= 0.9 <= high for low, high in (training.accuracy_interval(share, 60, 0.9) for share in shares)]
        assert 0.87 < np.mean(held) < 0.95

    @pytest.mark.parametrize("wrong", [(1.1, 10), (-0.1, 10), (float("nan"), 10), (0.5, 0), (0.5, 10, 1.5)])
    def test_numbers_out_of_range_are_refused(self, wrong):
        with pytest.raises(ValueError):
            training.accuracy_interval(*wrong)

    def test_mcnemar_counts_what_only_one_gets_right(self):
        first = np.array([True] * 20 + [False] * 16 + [True])
        second = np.array([True] * 20 + [True] * 16 + [False])
        found = training.paired_answers(first, second)
        assert (found.only_first, found.only_second) == (1, 16)
        assert found.p_value == pytest.approx(2 * (1 + 17) / 2**17)

    def test_equal_answers_are_no_difference(self):
        assert training.paired_answers(answers(3, 5), answers(3, 5)) == training.PairedAnswers(0, 0, 1.0)

    @pytest.mark.parametrize("wrong", [[], [0.9, 0.8], [[True]], ["yes"]])
    def test_no_truth_values_are_refused(self, wrong):
        with pytest.raises(ValueError, match="one truth value for each answer"):
            training.paired_answers([True], wrong)

    def test_other_samples_are_refused(self):
        with pytest.raises(ValueError, match="the same samples, not 3 and 4"):
            training.paired_answers(answers(1, 3), answers(1, 4))

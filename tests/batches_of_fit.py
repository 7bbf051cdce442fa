"""What a Keras network on one backend is really given by `fit`: run by `test_training.py`, here and on other backends.

Run: KERAS_BACKEND=torch python -m tests.batches_of_fit prints one JSON object, scenario -> rows of each step.
"""

import json
from typing import Any

from bootcamp import runtime, training

import keras
import numpy as np


def recorder() -> tuple[Any, list[list[int]]]:
    """A small compiled network, and the list to which every training step adds the numbers of its samples."""
    network, seen = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]), []
    network.compile("sgd", "mse", run_eagerly=True)
    step = network.train_step

    def recording_step(*arguments: Any) -> Any:
        inputs = keras.ops.convert_to_numpy(arguments[-1][0])
        seen.append(inputs.ravel().astype(int).tolist())
        return step(*arguments)

    network.train_step = recording_step
    return network, seen


def numbers(count: int) -> np.ndarray:
    return np.arange(count, dtype="float32")[:, np.newaxis]


def steps(count: int = 10, batch_size: int = 4, again: bool = False, **options: Any) -> list[list[int]]:
    """Three epochs and then one more, of a network that may be compiled again between; validation after each."""
    network, seen = recorder()
    batches = training.batches(numbers(count), numbers(count), batch_size=batch_size, seed=3, **options)
    network.fit(batches, epochs=3, verbose=0, validation_data=(numbers(2), numbers(2)))
    if again:
        network.compile("sgd", "mse", run_eagerly=True)
    network.fit(batches, epochs=1, verbose=0)
    return seen


class Stop(keras.callbacks.Callback):
    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.model.stop_training = True


def interrupted() -> list[list[int]]:
    """One step, then an end within the epoch, then an epoch of a network that is compiled again."""
    network, seen = recorder()
    batches = training.batches(numbers(10), numbers(10), batch_size=4, seed=3)
    network.fit(batches, epochs=5, verbose=0, callbacks=[Stop()])
    network.compile("sgd", "mse", run_eagerly=True)
    network.fit(batches, verbose=0)
    return seen


def loaded() -> list[list[int]]:
    """Samples drawn with unequal chances, with a random number added to each by the loader."""

    def load(chosen: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        x = 100.0 * chosen[:, np.newaxis] + random.integers(0, 100, (len(chosen), 1))
        return x.astype("float32"), np.zeros((len(chosen), 1), "float32")

    network, seen = recorder()
    network.fit(training.loaded_batches(load, 6, batch_size=4, seed=3, chances=[0, 1, 1, 1, 1, 4]), epochs=2, verbose=0)
    return seen


def everything() -> dict[str, list[list[int]]]:
    """All scenarios, with the global generators in the state of this seed."""
    runtime.set_seed(0)
    return {
        "plain": steps(),
        "compiled again": steps(again=True),
        "one batch": steps(7, 7, again=True),
        "full batches": steps(drop_last=True),
        "interrupted": interrupted(),
        "loaded": loaded(),
    }


if __name__ == "__main__":
    print(json.dumps(everything()))

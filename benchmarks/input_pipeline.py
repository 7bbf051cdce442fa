"""Time of a training step with the batches of `bootcamp.training`, and with plain arrays given to `fit`.

Run: KERAS_BACKEND=tensorflow python benchmarks/input_pipeline.py [--rounds 15] [--only smallest]

The smallest network of the course is the single neuron of the first notebook, with its 50 readings; beside it stands
the hidden layer that follows there. The largest is the network of the cyclone lab at the paper's size, 42.8 million
parameters. Peer: the same network, compiled once, that gets the arrays themselves. Rounds alternate, and each pair of
rounds gives one ratio; a busy machine spreads them, so their median counts.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bootcamp import cyclone, runtime, training

import keras
import numpy as np


@dataclass
class Case:
    """A compiled network, its data, and how long one round is."""

    network: Any
    x: np.ndarray
    y: np.ndarray
    batch_size: int
    epochs: int

    @property
    def steps(self) -> int:
        return self.epochs * -(-len(self.x) // self.batch_size)

    def arrays(self) -> None:
        self.network.fit(self.x, self.y, batch_size=self.batch_size, epochs=self.epochs, verbose=0)

    def batches(self) -> None:
        found = training.batches(self.x, self.y, batch_size=self.batch_size, seed=0)
        self.network.fit(found, epochs=self.epochs, verbose=0)


def smallest() -> Case:
    x = np.random.default_rng(0).normal(size=(50, 1)).astype("float32")
    network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    network.compile(keras.optimizers.SGD(0.1), "mean_squared_error")
    return Case(network, x, 2 * x, batch_size=10, epochs=30)


def hidden_layer() -> Case:
    x = np.random.default_rng(0).random((1000, 1), dtype=np.float32)
    start = keras.Input((1,))
    hidden = keras.layers.Dense(100, "relu")(start)
    network = keras.Model(start, keras.layers.Dense(1)(keras.layers.Concatenate()([start, hidden])))
    network.compile(keras.optimizers.Adam(0.01), "mean_squared_error")
    return Case(network, x, np.sin(10 * x), batch_size=32, epochs=5)


def largest() -> Case:
    random = np.random.default_rng(0)
    x = random.integers(0, 256, (16, 232, 232, 3)).astype("float32")
    network = cyclone.intensity_cnn()
    network.compile(keras.optimizers.SGD(0.001, 0.9), "categorical_crossentropy")
    return Case(network, x, cyclone.one_hot(random.integers(0, 8, 16)), batch_size=8, epochs=1)


CASES: dict[str, Callable[[], Case]] = {"smallest": smallest, "hidden layer": hidden_layer, "largest": largest}


def seconds(run: Callable[[], None]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def compare(case: Case, rounds: int) -> tuple[float, float, list[float]]:
    """Median milliseconds of a step with arrays and with batches, and the ratios of the rounds, sorted."""
    case.arrays(), case.batches()
    pairs = []
    for number in range(rounds):
        sides = (case.arrays, case.batches) if number % 2 else (case.batches, case.arrays)
        found = {run: seconds(run) for run in sides}
        pairs.append((found[case.arrays], found[case.batches]))
    plain, ours = (1000 * statistics.median(times) / case.steps for times in zip(*pairs, strict=True))
    return plain, ours, sorted(after / before for before, after in pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", choices=CASES)
    options = parser.parse_args()
    print(f"Keras on {keras.backend.backend()}, {options.rounds} rounds; asked: a ratio of at most 1.05")
    for name in [options.only] if options.only else CASES:
        runtime.set_seed(0)
        case = CASES[name]()
        plain, ours, ratios = compare(case, options.rounds)
        quarter = len(ratios) // 4
        print(f"{name:13s} {case.network.count_params():>11,} parameters", end="")
        print(f"  arrays {plain:8.2f} ms  batches {ours:8.2f} ms", end="")
        print(f"  ratio {statistics.median(ratios):.3f} ({ratios[quarter]:.3f} to {ratios[-1 - quarter]:.3f})")


if __name__ == "__main__":
    main()

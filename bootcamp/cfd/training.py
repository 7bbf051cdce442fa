"""The one way in which the networks of this lab are trained: the same loss, optimizer and schedule for all of them."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from bootcamp import runtime, training
from bootcamp.cfd import evaluation, models
from bootcamp.cfd.flows import Flows

import numpy as np


def optimizer(steps: int, learning_rate: float = 3e-3, weight_decay: float = 1e-2) -> Any:
    """The optimizer of `bootcamp.training` with the settings of this lab: AdamW for so many steps, a cosine to zero.

    Raises:
        ValueError: no step, or a learning rate that is not positive.
    """
    return training.optimizer(steps, learning_rate, weight_decay)


def train(
    network: Any,
    x: np.ndarray,
    y: np.ndarray,
    *,
    epochs: int,
    seed: int,
    batch_size: int = 4,
    learning_rate: float = 3e-3,
    loss: Any = evaluation.relative_loss,
    callbacks: Sequence[Any] = (),
) -> tuple[list[float], float]:
    """Train a network; returns the training loss after each epoch and the seconds it took.

    Args:
        network: Keras model; it is compiled and its weights change.
        x: inputs (n, ...).
        y: targets (n, ...).
        epochs: passes over the samples.
        seed: of the order of the samples, a new one in each epoch.
        batch_size: samples in one step.
        learning_rate: peak of the schedule, see `optimizer`.
        loss: function (true, predicted) -> (batch,).
        callbacks: of Keras, for example a progress bar.

    Raises:
        ValueError: no samples, or not as many targets as inputs.
    """
    if not len(x) or len(x) != len(y):
        raise ValueError(f"training needs as many targets as inputs, at least one: {len(x)} and {len(y)}")
    batches = training.batches(x, y, batch_size=batch_size, seed=seed)
    network.compile(optimizer(epochs * len(batches), learning_rate), loss)
    return _fit(network, batches, epochs, callbacks)


def train_each_seed(
    build: Callable[[], Any],
    seeds: Iterable[int],
    x: np.ndarray,
    y: np.ndarray,
    *,
    epochs: int,
    batch_size: int = 4,
    learning_rate: float = 3e-3,
) -> Iterator[tuple[int, Any, float]]:
    """Train a network from scratch for every seed, as `train` does; yields seed, trained network and seconds.

    Building the graph of a training takes as long as a hundred of its steps. So there is one network, which gets new
    weights for every seed: use what is yielded before the next one is asked for.

    Args:
        build: function that makes the network.
        seeds: of the weights and of the order of the samples; `runtime.set_seed` is called with each.
        x: inputs (n, ...).
        y: targets (n, ...).
        epochs: passes over the samples.
        batch_size: samples in one step.
        learning_rate: peak of the schedule.

    Raises:
        ValueError: no samples, or not as many targets as inputs.
    """
    network = None
    for seed in seeds:
        runtime.set_seed(seed)
        fresh = build()
        if network is None:
            network = fresh
            options = {"epochs": epochs, "batch_size": batch_size, "learning_rate": learning_rate}
            _, seconds = train(network, x, y, seed=seed, **options)
        else:
            training.start_again(network, fresh.get_weights())
            _, seconds = _fit(network, training.batches(x, y, batch_size=batch_size, seed=seed), epochs)
        yield seed, network, seconds


def _fit(network: Any, batches: Any, epochs: int, callbacks: Sequence[Any] = ()) -> tuple[list[float], float]:
    start = time.perf_counter()
    history = network.fit(batches, epochs=epochs, verbose=0, callbacks=list(callbacks))
    return history.history["loss"], time.perf_counter() - start


def predict_velocity(network: Any, solid: np.ndarray, inflow_velocity: float, batch_size: int = 16) -> np.ndarray:
    """Velocity (n, height, width, 2) in lattice units that a network predicts for objects.

    Args:
        network: Keras model that takes `models.model_inputs`.
        solid: bool (n, height, width).
        inflow_velocity: maximum of the inflow in lattice units.
        batch_size: samples computed at a time.
    """
    return inflow_velocity * network.predict(models.model_inputs(solid), batch_size, verbose=0)


def errors(network: Any, flows: Flows) -> np.ndarray:
    """Relative error (n,) of a network on every flow of a split."""
    predicted = predict_velocity(network, flows.solid, flows.inflow_velocity)
    return evaluation.relative_error(predicted, flows.velocity, flows.solid)

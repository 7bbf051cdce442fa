"""The one way in which the networks of this lab are trained: the same loss, optimizer and schedule for all of them."""

import time
from collections.abc import Sequence
from typing import Any

from bootcamp.cfd import evaluation, models
from bootcamp.cfd.flows import Flows

import numpy as np

WARM_UP = 0.1
"""Share of the steps in which the learning rate rises to its peak, before it falls to zero along a cosine."""


def optimizer(steps: int, learning_rate: float = 3e-3, weight_decay: float = 1e-2) -> Any:
    """AdamW for so many steps in all: a short warm-up, then a cosine to zero; gradients are clipped to norm 1.

    Sources: Loshchilov and Hutter 2017, 2019, https://doi.org/10.48550/arXiv.1608.03983 and
    https://doi.org/10.48550/arXiv.1711.05101.

    Raises:
        ValueError: no step, or a learning rate that is not positive.
    """
    from keras import optimizers

    if steps < 1 or not learning_rate > 0:
        raise ValueError(f"steps is at least 1 and learning_rate positive, not {steps} and {learning_rate}")
    warm_up = int(WARM_UP * steps)
    schedule = optimizers.schedules.CosineDecay(
        learning_rate / 20 if warm_up else learning_rate,
        max(steps - warm_up, 1),
        warmup_target=learning_rate if warm_up else None,
        warmup_steps=warm_up,
    )
    return optimizers.AdamW(schedule, weight_decay=weight_decay, clipnorm=1.0)


def train(
    network: Any,
    x: np.ndarray,
    y: np.ndarray,
    *,
    epochs: int,
    batch_size: int = 8,
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
        batch_size: samples in one step.
        learning_rate: peak of the schedule, see `optimizer`.
        loss: function (true, predicted) -> (batch,).
        callbacks: of Keras, for example a progress bar.

    Raises:
        ValueError: no samples, or not as many targets as inputs.
    """
    if not len(x) or len(x) != len(y):
        raise ValueError(f"training needs as many targets as inputs, at least one: {len(x)} and {len(y)}")
    network.compile(optimizer(epochs * -(-len(x) // batch_size), learning_rate), loss)
    start = time.perf_counter()
    history = network.fit(x, y, batch_size, epochs, verbose=0, callbacks=list(callbacks))
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

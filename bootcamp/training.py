"""What the labs that train Keras networks have in common: optimizer, fresh start, and tables of fair comparisons."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def optimizer(steps: int, learning_rate: float, weight_decay: float) -> Any:
    """AdamW for so many steps in all: a cosine to zero; the gradient of each variable is clipped to norm 1.

    Sources: Loshchilov and Hutter 2017, 2019, https://doi.org/10.48550/arXiv.1608.03983 and
    https://doi.org/10.48550/arXiv.1711.05101.

    Raises:
        ValueError: no step, or a learning rate that is not positive.
    """
    from keras import optimizers

    if steps < 1 or not learning_rate > 0:
        raise ValueError(f"steps is at least 1 and learning_rate positive, not {steps} and {learning_rate}")
    schedule = optimizers.schedules.CosineDecay(learning_rate, steps)
    return optimizers.AdamW(schedule, weight_decay=weight_decay, clipnorm=1.0)


def start_again(network: Any, weights: Sequence[np.ndarray]) -> None:
    """Give a compiled Keras network these weights, and make its optimizer forget everything."""
    network.set_weights(weights)
    for variable in network.optimizer.variables:
        variable.assign(np.zeros(variable.shape))


def model_table(trials: Sequence[Any], row: Callable[[list[Any]], dict[str, Any]]) -> Any:
    """Table (pandas DataFrame) with one row per model, in the order in which the models first occur.

    Args:
        trials: anything with `name`, of the model, and `seed`.
        row: function from the trials of one model to its row, column -> value.

    Raises:
        ValueError: no trial, or models that were not trained with the same seeds: their rows could not be compared.
    """
    import pandas as pd

    groups: dict[str, list[Any]] = {}
    for trial in trials:
        groups.setdefault(trial.name, []).append(trial)
    seeds = {name: sorted(trial.seed for trial in group) for name, group in groups.items()}
    if not groups or any(found != next(iter(seeds.values())) for found in seeds.values()):
        raise ValueError(f"every model needs the same seeds, at least one, not {seeds}")
    return pd.DataFrame([row(group) for group in groups.values()], index=pd.Index(groups, name="model"))

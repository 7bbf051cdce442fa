"""What the labs that train Keras networks have in common: optimizer, fresh start, and tables of fair comparisons."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def optimizer(steps: int, learning_rate: float, weight_decay: float, warm_up: float = 0.0) -> Any:
    """AdamW for so many steps in all: a cosine to zero; the gradient of each variable is clipped to norm 1.

    The first steps of Adam are as long as all others although its averages know hardly any gradient yet. In a layer
    with ten thousand inputs they add up, and can throw a wide network where its ReLUs are silent: it then answers one
    class for ever. A warm-up begins with short steps. Sources: Loshchilov and Hutter 2017, 2019,
    https://doi.org/10.48550/arXiv.1608.03983 and https://doi.org/10.48550/arXiv.1711.05101; Goyal et al. 2017,
    https://doi.org/10.48550/arXiv.1706.02677.

    Args:
        steps: in all, those of the warm-up counted.
        learning_rate: the largest.
        weight_decay: of AdamW.
        warm_up: share of the steps in which the learning rate rises from zero along a line.

    Raises:
        ValueError: no step, a learning rate that is not positive, or a warm-up that leaves no step for the rest.
    """
    from keras import optimizers

    if steps < 1 or not learning_rate > 0:
        raise ValueError(f"steps is at least 1 and learning_rate positive, not {steps} and {learning_rate}")
    if not 0 <= warm_up < 1:
        raise ValueError(f"warm_up is a share of the steps, from 0 to below 1, not {warm_up!r}")
    rising = round(warm_up * steps)
    if rising:
        schedule = optimizers.schedules.CosineDecay(
            0.0, steps - rising, warmup_target=learning_rate, warmup_steps=rising
        )
    else:
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

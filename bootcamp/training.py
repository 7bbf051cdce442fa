"""What the labs that train networks have in common: batches, optimizer, fresh start, fair comparisons.

Batches have a home of their own because `fit` alone does not do what one expects. Given arrays, Keras draws the order
of the samples in another way on each backend; on TensorFlow, after a global seed, it draws one order and repeats it in
every epoch. The batches of this module depend on their seed and on the number of the epoch, and on nothing else.
"""

import functools
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Load = Callable[[np.ndarray, np.random.Generator], Any]
"""Function (indices int64 (batch,), random) -> the batch of these samples: (x,), (x, y) or (x, y, sample_weight)."""

# SeedSequence takes missing words for zeros, so [seed, 0] would draw the same numbers as the plain `seed` from which
# a notebook may have made its data. These words keep the streams apart.
_ORDER, _LOADING = 0x0BDE5, 0x10AD5


@dataclass(frozen=True)
class _Order:
    """Which samples stand in which batch: a function of the epoch's number alone.

    `shares` (samples,) are the probabilities of a drawing with replacement; None: each sample once.
    """

    samples: int
    batch_size: int
    seed: int
    drop_last: bool
    shares: np.ndarray | None = None

    def __len__(self) -> int:
        """Number of batches."""
        return self.samples // self.batch_size if self.drop_last else -(-self.samples // self.batch_size)

    def epoch(self, number: int) -> np.ndarray:
        """Indices of the samples (samples,) in the order of this epoch."""
        random = np.random.default_rng([self.seed, number, _ORDER])
        if self.shares is not None:
            return random.choice(self.samples, self.samples, p=self.shares)
        return random.permutation(self.samples)

    def random(self, epoch: int, place: int) -> np.random.Generator:
        """Random numbers that belong to one batch."""
        return np.random.default_rng([self.seed, epoch, place, _LOADING])


def batches(
    x: Any, y: Any = None, sample_weight: Any = None, *, batch_size: int = 32, seed: int, drop_last: bool = False
) -> Any:
    """Random batches of arrays for `fit` or for a loop of one's own; every epoch draws a new order.

    Epoch e of a seed is the same on every backend, on every machine, and whoever else draws random numbers. The count
    of epochs goes on when the batches are used again, by a second `fit` or another loop.

        model.fit(training.batches(x_train, y_train, batch_size=32, seed=seed), epochs=10)

        for x_batch, y_batch in batches:  # one epoch; the next such loop is the next epoch

    `batches[i]` shows a batch of the coming epoch and draws nothing.

    Args:
        x: array (n, ...), or a dict, tuple or list of such arrays, also nested. As in `fit`, numbers of 64 bits become
            Keras' own floating-point type.
        y: likewise; None: there are no targets.
        sample_weight: likewise; None: all samples count the same.
        batch_size: samples in one step.
        seed: of the order, from 0 to 2**32 - 1.
        drop_last: leave out the samples that do not fill a last batch, other ones in each epoch; `fit` with arrays
            keeps them, and so does False.

    Returns:
        A keras `PyDataset` of (x, y, sample_weight), without those at the end that were not given. `fit` needs neither
        `batch_size` nor `shuffle` beside it, and an epoch is the whole of it: no `steps_per_epoch`.

    Raises:
        ValueError: no sample, arrays that do not have equally many, weights without targets, or a wrong batch size or
            seed.
    """
    if y is None and sample_weight is not None:
        raise ValueError("sample_weight weighs the error of a target, and y is missing")
    data = tuple(_arrays(part) for part in (x, y, sample_weight) if part is not None)
    order = _Order(_sample_count(data), batch_size, seed, drop_last)
    _check_order(order)
    return _batches_class()(lambda chosen, epoch, place: _take(data, chosen), order)


def loaded_batches(
    load: Load,
    samples: int,
    *,
    batch_size: int = 32,
    seed: int,
    drop_last: bool = False,
    chances: ArrayLike | None = None,
) -> Any:
    """As `batches`, for samples that a function reads, cuts or changes when their turn comes.

    Args:
        load: function (indices int64 (batch,), random) -> batch, a tuple (x,), (x, y) or (x, y, sample_weight). What
            it draws from `random` belongs to the batch: the same seed repeats it.
        samples: number of samples to draw from, at least 1.
        batch_size: samples in one step.
        seed: of the order and of `random`, from 0 to 2**32 - 1.
        drop_last: leave out a last batch that is not full.
        chances: how often each sample is to be drawn, relative to the others (samples,): an epoch is then as long as
            before, drawn with replacement. None: each sample once in an epoch.

    Raises:
        ValueError: no sample, a wrong batch size or seed, or chances that are negative or all zero.
    """
    order = _Order(samples, batch_size, seed, drop_last, _shares(chances, samples))
    _check_order(order)
    return _batches_class()(lambda chosen, epoch, place: load(chosen, order.random(epoch, place)), order)


def _shares(chances: ArrayLike | None, samples: int) -> np.ndarray | None:
    if chances is None:
        return None
    found = np.asarray(chances, dtype=float)
    if found.shape != (samples,) or not np.isfinite(found).all() or found.min() < 0 or not found.sum() > 0:
        raise ValueError(f"chances are {samples} numbers, 0 or more and not all 0; the shape is {found.shape}")
    return found / found.sum()


def _check_order(order: _Order) -> None:
    whole = {"samples": order.samples, "batch_size": order.batch_size, "seed": order.seed}
    for name, value in whole.items():
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            raise ValueError(f"{name} is an integer, not {value!r}")
    if order.samples < 1 or order.batch_size < 1:
        raise ValueError(f"at least one sample and one in a batch, not {order.samples} and {order.batch_size}")
    if not 0 <= order.seed < 2**32:
        raise ValueError(f"a seed is an integer from 0 to 2**32 - 1, not {order.seed}")
    if not len(order):
        raise ValueError(f"{order.samples} samples fill no batch of {order.batch_size}: with drop_last nothing is left")


def _arrays(part: Any) -> Any:
    """Dicts, tuples and lists as dicts and tuples of arrays; floats of 64 bits in Keras' own type, as `fit` does."""
    from keras import config

    if isinstance(part, Mapping):
        return {name: _arrays(value) for name, value in part.items()}
    if isinstance(part, tuple | list):
        return tuple(_arrays(value) for value in part)
    found = np.asarray(part)
    if not found.ndim:
        raise ValueError(f"an array has one row for each sample, and {part!r} has none")
    return found.astype(config.floatx()) if found.dtype == np.float64 else found


def _leaves(part: Any) -> Iterator[np.ndarray]:
    if isinstance(part, np.ndarray):
        yield part
    else:
        for value in part.values() if isinstance(part, dict) else part:
            yield from _leaves(value)


def _sample_count(data: tuple[Any, ...]) -> int:
    counts = {len(array) for array in _leaves(data)}
    if len(counts) != 1:
        raise ValueError(f"inputs, targets and weights have one row for each sample, not {sorted(counts)} rows")
    return counts.pop()


def _take(part: Any, chosen: np.ndarray) -> Any:
    """The rows `chosen` of every array."""
    if isinstance(part, np.ndarray):
        return part.take(chosen, axis=0)
    if isinstance(part, dict):
        return {name: _take(value, chosen) for name, value in part.items()}
    return tuple(_take(value, chosen) for value in part)


@functools.cache
def _batches_class() -> type:
    """The class behind `batches`; in a function because Keras is imported only where it is used.

    It hands out epochs in their order whatever `fit` does around them:

    - `fit` asks for the batches in an order of its own, drawn from Python's global generator. During an epoch the
      number that it asks for is therefore ignored, and the next batch handed out.
    - With PyTorch and JAX a `fit` that has something to build begins an epoch, looks at one batch and ends the epoch,
      before it starts. All backends call `on_epoch_end` once before their first epoch. So what happens between the
      making of Keras' adapter, which asks for `workers`, and the next `on_epoch_end` is no epoch, and not counted.
    - A training may stop in the middle of an epoch. That epoch has been used up.
    """
    import keras

    class Batches(keras.utils.PyDataset):
        def __init__(self, load: Callable[[np.ndarray, int, int], Any], order: _Order) -> None:
            super().__init__()
            self.epoch = -1  # number of the epoch that is handed out or, between two, comes next
            self._load, self._order, self._looking = load, order, False
            self._next_epoch()

        def __len__(self) -> int:
            return len(self._order)

        def __getitem__(self, place: int) -> Any:
            turns = self._turns
            place = range(len(self))[place] if turns is None else next(turns) % len(self)
            return self._batch(self.epoch, self._indices, place)

        def __iter__(self) -> Iterator[Any]:
            epoch, indices = self.epoch, self._indices
            self._next_epoch()
            for place in range(len(self)):
                yield self._batch(epoch, indices, place)

        def _batch(self, epoch: int, indices: np.ndarray, place: int) -> Any:
            size = self._order.batch_size
            return self._load(indices[place * size : (place + 1) * size], epoch, place)

        def _next_epoch(self) -> None:
            self._turns: Iterator[int] | None = None
            self.epoch += 1
            self._indices = self._order.epoch(self.epoch)

        @property
        def workers(self) -> int:  # only one: several would hand out the batches in an order of their own
            if self._turns is not None:
                self._next_epoch()
            self._looking = True
            return 1

        def on_epoch_begin(self) -> None:
            if self._turns is not None:
                self._next_epoch()
            self._turns = itertools.count()

        def on_epoch_end(self) -> None:
            if self._looking:
                self._turns, self._looking = None, False
            elif self._turns is not None:
                self._next_epoch()

    return Batches


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


def accuracy_interval(accuracy: float, samples: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's interval for an accuracy; unlike the normal one it fits few samples and accuracies of 0 and 1.

    It says how far the accuracy may be off because the test samples are few. Samples that hang together, as frames of
    one storm or digits of one writer do, count as more than they are.

    Args:
        accuracy: share of right answers, from 0 to 1.
        samples: number of answers that it was measured on, at least 1.
        confidence: probability with which such intervals hold the true share, between 0 and 1.

    Raises:
        ValueError: one of them is outside of its range.

    Source: Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953.
    """
    from scipy.stats import binomtest

    if not 0 <= accuracy <= 1 or samples < 1:
        raise ValueError(f"an accuracy from 0 to 1 and at least one sample are needed, not {accuracy} and {samples}")
    found = binomtest(round(accuracy * samples), samples).proportion_ci(confidence, method="wilson")
    return float(found.low), float(found.high)


@dataclass(frozen=True)
class PairedAnswers:
    """Two models on the same samples: what only one of them gets right, and how likely such a difference is by chance.

    `p_value` is that of McNemar's exact test: if both were equally good, a difference at least as large would be found
    with this probability.
    """

    only_first: int
    only_second: int
    p_value: float


def paired_answers(first: ArrayLike, second: ArrayLike) -> PairedAnswers:
    """Compare two models by the samples on which they differ, which is sharper than comparing their accuracies.

    Args:
        first: whether each answer of a model is right, bool (samples,).
        second: likewise for the other model, in the same order of samples.

    Raises:
        ValueError: no answer, something that is no truth value, or other numbers of answers.

    Source: McNemar 1947, https://doi.org/10.1007/BF02295996; the exact form is a binomial test.
    """
    from scipy.stats import binomtest

    first, second = _truth_values(first), _truth_values(second)
    if len(first) != len(second):
        raise ValueError(f"both models answer the same samples, not {len(first)} and {len(second)}")
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    differing = only_first + only_second
    return PairedAnswers(only_first, only_second, binomtest(only_first, differing).pvalue if differing else 1.0)


def _truth_values(right: ArrayLike) -> np.ndarray:
    found = np.asarray(right)
    if found.dtype != bool or found.ndim != 1 or not len(found):
        raise ValueError(f"one truth value for each answer is needed, not {found.dtype} of shape {found.shape}")
    return found

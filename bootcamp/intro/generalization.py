"""Data, training history, experiments and figures of 02_Training_and_Generalization."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bootcamp import plots

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

if TYPE_CHECKING:
    import torch

SPLITS = ("training", "validation", "test")


def wave(x: np.ndarray) -> np.ndarray:
    """The target of the notebook, sin(4 x).

    >>> float(wave(np.array(0.0)))
    0.0
    """
    return np.sin(4.0 * np.asarray(x))


def wave_samples(count: int, seed: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Noisy measurements of `wave` on [-1, 1]: x and y, float64 (count,), x rising.

    One position is drawn in each of `count` equal cells: random, but without the large holes of a uniform draw.

    Args:
        count: number of measurements.
        seed: seed of positions and noise.
        noise: standard deviation of the noise, in the unit of y.

    Raises:
        ValueError: `count` below 1 or negative `noise`.
    """
    _check_draw(count, noise)
    random = np.random.default_rng(seed)
    x = -1.0 + 2.0 * (np.arange(count) + random.uniform(0.0, 1.0, count)) / count
    return x, wave(x) + noise * random.standard_normal(count)


def sensor_samples(count: int, seed: int, noise: float, inputs: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Measurements with `inputs` sensors of which only the first has to do with y: y = wave(x[:, 0]) + noise.

    Returns:
        x float64 (count, inputs), uniform in [-1, 1], and y float64 (count, 1).

    Raises:
        ValueError: `count` or `inputs` below 1, or negative `noise`.
    """
    _check_draw(count, noise)
    if inputs < 1:
        raise ValueError(f"inputs must be at least 1, not {inputs}")
    random = np.random.default_rng(seed)
    x = random.uniform(-1.0, 1.0, (count, inputs))
    return x, wave(x[:, :1]) + noise * random.standard_normal((count, 1))


def _check_draw(count: int, noise: float) -> None:
    if count < 1:
        raise ValueError(f"count must be at least 1, not {count}")
    if noise < 0.0:
        raise ValueError(f"noise is a standard deviation and cannot be negative, got {noise}")


def rmse(prediction: np.ndarray, target: np.ndarray) -> float:
    """Root mean square error, in the unit of the target.

    Raises:
        ValueError: the shapes differ; broadcasting (n,) against (n, 1) would give a wrong number silently.

    >>> rmse(np.array([1.0, 3.0]), np.array([1.0, 1.0]))
    1.4142135623730951
    """
    prediction, target = np.asarray(prediction), np.asarray(target)
    if prediction.shape != target.shape:
        raise ValueError(f"prediction {prediction.shape} and target {target.shape} must have the same shape")
    return float(np.sqrt(np.mean((prediction - target) ** 2)))


def line_steps(x: np.ndarray, y: np.ndarray, tolerance: float = 1e-3, limit: int = 10**12) -> int | None:
    """Gradient descent steps until a straight line through (x, y) is fitted; None when `limit` is not enough.

    The loss is the mean square error, the learning rate 1 / (largest curvature), the start w = b = 0. "Fitted" means
    that all but the share `tolerance` of the reducible loss is gone.

    Closed form for a quadratic loss: in the direction of curvature c the error shrinks by (1 - c / c_max) per step
    (Goh 2017, https://doi.org/10.23915/distill.00006), so no loop over all the steps is needed.
    """
    features = np.stack([x, np.ones_like(x)], axis=1)
    curvature, directions = np.linalg.eigh(2.0 * features.T @ features / len(x))
    best = np.linalg.lstsq(features, y, rcond=None)[0]
    share = 0.5 * curvature * (directions.T @ best) ** 2
    shrink = 1.0 - curvature / curvature[-1]

    def unfinished(steps: int) -> bool:
        return bool(np.sum(share * shrink ** (2 * steps)) > tolerance * share.sum())

    if unfinished(limit):
        return None
    low, high = 0, limit
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if unfinished(middle) else (low, middle)
    return low


def candidate_scores(
    repeats: int, candidates: int, seed: int, noise: float, count: int = 20, kinks: int = 6
) -> tuple[np.ndarray, np.ndarray]:
    """Validation and test RMSE of many models of one kind: two arrays (repeats, candidates).

    Every candidate has `kinks` hinges at random places, fitted by least squares to the `count` training points of its
    repeat. All candidates of a repeat share the training data, the `count` validation points and 1,000 test points.
    """
    random = np.random.default_rng(seed)
    validation, test = np.empty((repeats, candidates)), np.empty((repeats, candidates))
    for repeat in range(repeats):
        x, y = zip(*(wave_samples(n, random.integers(2**32), noise) for n in (count, count, 1000)), strict=True)
        for candidate in range(candidates):
            places = random.uniform(-1.0, 1.0, kinks)
            weights = np.linalg.lstsq(hinge_features(x[0], places), y[0], rcond=None)[0]
            validation[repeat, candidate] = rmse(hinge_features(x[1], places) @ weights, y[1])
            test[repeat, candidate] = rmse(hinge_features(x[2], places) @ weights, y[2])
    return validation, test


def hinge_features(x: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Columns 1, x and max(0, x - place) for every place: (samples, 2 + places).

    >>> hinge_features(np.array([0.0, 2.0]), np.array([1.0]))
    array([[1., 0., 0.],
           [1., 2., 1.]])
    """
    hinges = np.maximum(0.0, x[:, np.newaxis] - places)
    return np.column_stack([np.ones_like(x), x, hinges])


def winners(validation: np.ndarray, test: np.ndarray, pool: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores of the model with the lowest validation score among the first `pool`: validation and test, (repeats,).

    Raises:
        ValueError: `pool` is not between 1 and the number of candidates.
    """
    if not 1 <= pool <= validation.shape[1]:
        raise ValueError(f"pool must be from 1 to {validation.shape[1]}, not {pool}")
    rows, best = np.arange(len(validation)), validation[:, :pool].argmin(axis=1)
    return validation[rows, best], test[rows, best]


@dataclass(frozen=True)
class History:
    """Errors during a training: RMSE of every split, (checks,), and the number of epochs done at each check."""

    epochs: np.ndarray
    training: np.ndarray
    validation: np.ndarray
    test: np.ndarray

    def at(self, check: int) -> dict[str, float]:
        """RMSE of the three splits at a check and the gap, validation minus training."""
        errors = {split: float(getattr(self, split)[check]) for split in SPLITS}
        return errors | {"gap": errors["validation"] - errors["training"]}


def as_tensors(x: np.ndarray, y: np.ndarray) -> "tuple[torch.Tensor, torch.Tensor]":
    """Arrays as float32 tensors on the CPU, where networks this small train fastest."""
    import torch

    return torch.tensor(x, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)


def sensor_split(seed: int, count: int, noise: float, inputs: int = 4) -> dict:
    """Training (`count`), validation (`count`) and test (1,000) samples of the sensors as tensors: split -> (x, y).

    The three splits come from separate random streams, so no sample is in two of them.
    """
    streams = np.random.SeedSequence(seed).spawn(len(SPLITS))
    sizes = (count, count, 1000)
    seeds = [int(stream.generate_state(1)[0]) for stream in streams]
    drawn = [sensor_samples(n, part, noise, inputs) for n, part in zip(sizes, seeds, strict=True)]
    return {split: as_tensors(*pair) for split, pair in zip(SPLITS, drawn, strict=True)}


def train_network(
    network: "torch.nn.Module",
    train_epoch: Callable[["torch.nn.Module"], None],
    splits: Mapping,
    epochs: int,
    check_every: int = 5,
) -> History:
    """Call `train_epoch(network)` `epochs` times and measure the three splits every `check_every` epochs.

    The network is measured in evaluation mode: dropout off, batch normalization with its running averages.

    Raises:
        ValueError: fewer epochs than `check_every`, so that nothing would be measured.
    """
    if not 1 <= check_every <= epochs:
        raise ValueError(f"check_every must be from 1 to epochs = {epochs}, not {check_every}")
    checks = np.arange(check_every, epochs + 1, check_every)
    errors = np.empty((len(checks), len(SPLITS)))
    for epoch in range(1, epochs + 1):
        network.train()
        train_epoch(network)
        if epoch % check_every == 0:
            errors[epoch // check_every - 1] = [network_rmse(network, *splits[split]) for split in SPLITS]
    return History(checks, *errors.T)


def network_rmse(network: "torch.nn.Module", x: "torch.Tensor", y: "torch.Tensor") -> float:
    """RMSE of a network in evaluation mode; the mode it was in is restored."""
    import torch

    was_training = network.training
    network.eval()
    with torch.no_grad():
        error = rmse(network(x).numpy(), y.numpy())
    network.train(was_training)
    return error


def specimen_readings(
    specimens: int, readings: int, seed: int, inputs: int = 6
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Repeated readings of specimens whose property has nothing to do with the inputs: x, y and specimen number.

    The readings of one specimen are near copies of each other. A model that scores well on new readings of known
    specimens has recognized the specimens; about a new specimen it can know nothing.

    Returns:
        x float64 (specimens * readings, inputs), y float64 and specimen int64, both (specimens * readings,).
    """
    random = np.random.default_rng(seed)
    specimen = np.repeat(np.arange(specimens), readings)
    x = random.standard_normal((specimens, inputs))[specimen]
    y = random.standard_normal(specimens)[specimen]
    order = random.permutation(len(specimen))
    x = x + 0.1 * random.standard_normal(x.shape)
    y = y + 0.1 * random.standard_normal(y.shape)
    return x[order], y[order], specimen[order]


def nearest_neighbor_rmse(x: np.ndarray, y: np.ndarray, is_test: np.ndarray) -> float:
    """Test RMSE of the model that answers with the y of the most similar training sample.

    Args:
        x: inputs (samples, inputs).
        y: targets (samples,).
        is_test: bool (samples,), true where a sample is in the test set.

    Raises:
        ValueError: the test or the training set is empty.
    """
    is_test = np.asarray(is_test, dtype=bool)
    if is_test.all() or not is_test.any():
        raise ValueError("both the training and the test set need samples")
    distance = ((x[is_test][:, np.newaxis] - x[~is_test]) ** 2).sum(axis=-1)
    return rmse(y[~is_test][distance.argmin(axis=1)], y[is_test])


def valley(curvature: np.ndarray) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """The loss w . curvature w / 2 of two weights as a function of two arrays w_0 and w_1 of the same shape.

    Raises:
        ValueError: the matrix of curvatures is not (2, 2).
    """
    if np.shape(curvature) != (2, 2):
        raise ValueError(f"curvature must be (2, 2), not {np.shape(curvature)}")

    def loss(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        w = np.stack([first, second])
        return 0.5 * np.einsum("i...,ij,j...->...", w, curvature, w)

    return loss


def plot_descent(
    ax: Axes, loss: Callable[[np.ndarray, np.ndarray], np.ndarray], path: np.ndarray, title: str, colour: str
) -> Axes:
    """Contours of `loss(w_0, w_1)`, the path (steps, 2) of one descent, its start (dot) and the minimum (star)."""
    limit = 2.2
    first, second = np.meshgrid(np.linspace(-limit, limit, 161), np.linspace(-limit, limit, 161))
    ax.contour(first, second, loss(first, second), np.geomspace(0.02, 200.0, 13), colors="0.75", linewidths=0.8)
    ax.plot(path[:, 0], path[:, 1], ".-", color=colour, linewidth=1.2, markersize=4)
    ax.plot(*path[0], "o", color="black", markersize=6, zorder=5)
    ax.plot(0.0, 0.0, "*", color="black", markersize=11, zorder=5)
    ax.set(xlabel="$w_0$", ylabel="$w_1$", title=title, xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
    ax.label_outer()
    ax.grid(False)
    return ax


def plot_fits(
    axes: Sequence[Axes], x: np.ndarray, y: np.ndarray, fits: Mapping[str, Callable[[np.ndarray], np.ndarray]]
) -> Sequence[Axes]:
    """One panel per fitted function, all with the same measurements, the true wave and the same limits."""
    grid = np.linspace(-1.0, 1.0, 401)
    for ax, (title, predict) in zip(axes, fits.items(), strict=True):
        ax.plot(grid, wave(grid), "--", color="0.4", label="true wave", linewidth=1.2)
        ax.plot(grid, predict(grid), color=plots.COLOURS[0], label="fit")
        ax.plot(x, y, "o", color="black", markersize=4, label="training points")
        ax.set(title=title, xlabel="x", xlim=(-1.05, 1.05), ylim=(-2.2, 2.2))
    axes[0].set_ylabel("y")
    axes[0].legend(loc="upper left", fontsize="small")
    return axes


def plot_kinks(
    ax: Axes, x: np.ndarray, y: np.ndarray, predict: Callable[[np.ndarray], np.ndarray], kinks: np.ndarray
) -> Axes:
    """Measurements, the true wave, a piecewise linear prediction on [-2, 2], and a mark at every kink."""
    grid = np.linspace(-2.0, 2.0, 1601)
    ax.axvspan(-1.0, 1.0, color="0.95", zorder=0)
    ax.plot(grid, wave(grid), "--", color="0.4", linewidth=1.2, label="true wave")
    ax.plot(x, y, ".", color="0.6", markersize=5, label="training points")
    ax.plot(grid, predict(grid), color=plots.COLOURS[0], label="network")
    shown = kinks[np.abs(kinks) < 2.0]
    ax.plot(shown, predict(shown), "o", color=plots.COLOURS[1], markersize=5, label="kinks")
    ax.set(xlabel="x", ylabel="y", xlim=(-2.0, 2.0), ylim=(-3.0, 3.0))
    ax.grid(False)
    return ax


def plot_winners(ax: Axes, pools: Sequence[int], validation: Sequence[float], test: Sequence[float]) -> Axes:
    """Validation and test score of the winner against the number of candidates it was chosen from."""
    ax.plot(pools, validation, "o-", color=plots.COLOURS[1], label="validation score of the winner")
    ax.plot(pools, test, "s-", color=plots.COLOURS[0], label="test score of the winner")
    ax.set(xlabel="number of candidates", ylabel="RMSE (unit of y)", xscale="log")
    ax.set_xticks(pools, [str(pool) for pool in pools])
    ax.set_xticks([], minor=True)
    ax.set_ylim(bottom=0.0)
    ax.legend()
    return ax


def plot_histories(axes: Sequence[Axes], histories: Mapping[str, History], noise: float) -> Sequence[Axes]:
    """One panel per training: training and validation RMSE over the epochs, with the noise as the floor."""
    for ax, (title, history) in zip(axes, histories.items(), strict=True):
        ax.plot(history.epochs, history.validation, color=plots.COLOURS[1], label="validation")
        ax.plot(history.epochs, history.training, color=plots.COLOURS[0], label="training")
        ax.axhline(noise, color="0.4", linestyle="--", linewidth=1.0, label="noise")
        ax.set_title(title, fontsize="medium")
        ax.set(xlabel="epoch", ylim=(0.0, 1.0))
    axes[0].set_ylabel("RMSE (unit of y)")
    return axes


def plot_paired(ax: Axes, values: Mapping[str, np.ndarray], xlabel: str) -> Axes:
    """One row per method: a dot for every seed and a bar for their mean; the line at zero means "no difference"."""
    names = list(values)
    rows = np.arange(len(names))
    means = [values[name].mean() for name in names]
    ax.barh(rows, means, color=plots.COLOURS[5], alpha=0.6, height=0.6)
    segments = [[(values[name].min(), row), (values[name].max(), row)] for row, name in zip(rows, names, strict=True)]
    ax.add_collection(LineCollection(segments, colors="black", linewidths=1.0))
    for row, name in zip(rows, names, strict=True):
        ax.plot(values[name], np.full(len(values[name]), row), "o", color="black", markersize=4)
    ax.axvline(0.0, color="black", linewidth=1.0)
    ax.set_yticks(rows, names)
    ax.set(xlabel=xlabel)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    return ax

"""The data set `cfd_surrogate`: the gated U-Net and the force network, trained once and kept with their errors.

The recipe is that of the notebook on the gated U-Net, with more channels and three passes more. Weights are HDF5 files
that both Keras backends read.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bootcamp import datasets, runtime
from bootcamp.cfd import flows, models, training
from bootcamp.datasets import files, hdf5

import numpy as np

VERSION = 3
"""Raise it when networks or recipe change: older weights are then refused."""
SEED = 0
EPOCHS, BATCH_SIZE, LEARNING_RATE = 8, 4, 3e-3
NAME = "cfd_surrogate"
LARGEST_SIDE, MOST_BYTES = 1024, 256 << 20
"""Of the grid in cells, and of the weights of a network."""
PART = 64
"""Flows that are predicted at a time, so that thousands of them do not fill the memory."""
VELOCITY_FILE, FORCE_FILE, SETTINGS_FILE = "velocity.weights.h5", "forces.weights.h5", "surrogate.json"


@dataclass(frozen=True)
class Surrogate:
    """Trained networks in place of the solver, for one grid, one inflow and one Reynolds number.

    network: shape (n, height, width, 1) -> velocity in inflow velocities, see `models.u_net`.
    force_network: the velocity that `network` predicts -> drag and lift coefficients (n, 2), see
        `models.force_network`.
    errors: relative errors on the splits "test" and "unseen_shapes", see `force_errors` for drag and lift.
    """

    network: Any
    force_network: Any
    height: int
    width: int
    reynolds: float
    inflow_velocity: float
    errors: dict[str, dict[str, float]]

    def velocity(self, solid: np.ndarray) -> np.ndarray:
        """Velocity (n, height, width, 2) around objects bool (n, height, width), lattice units like the solver's.

        Raises:
            ValueError: a mask of another type or shape.
        """
        x = models.model_inputs(self._checked(solid))
        # For a handful of flows, the set-up of Keras' `predict` takes as long as the network itself.
        parts = [self.network.predict_on_batch(x[start : start + PART]) for start in range(0, len(x), PART)]
        return self.inflow_velocity * np.concatenate(
            [np.zeros((0, *self.network.output_shape[1:]), np.float32), *parts]
        )

    def forces(self, solid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Drag and lift (n,) of objects bool (n, height, width), lattice units like the solver's.

        Raises:
            ValueError: a mask of another type or shape.
        """
        velocity = self.network.predict(models.model_inputs(self._checked(solid)), verbose=0)
        coefficients = self.force_network.predict(velocity, verbose=0)
        drag, lift = (coefficients * self.force_unit).T
        return drag, lift

    @property
    def force_unit(self) -> float:
        """Force of the coefficient 1, lattice units."""
        return self.inflow_velocity**2 * self.height / 2

    def _checked(self, solid: np.ndarray) -> np.ndarray:
        solid = np.asarray(solid)
        if solid.dtype != bool or solid.ndim != 3 or solid.shape[1:] != (self.height, self.width):
            raise ValueError(f"solid is bool (n, {self.height}, {self.width}), not {solid.dtype} {solid.shape}")
        return solid


def load_surrogate() -> Surrogate:
    """The trained surrogate of the laptop grid; it is trained first where it is missing, which takes a minute or two.

    Training seeds the generators of Python, NumPy and Keras: call `runtime.set_seed` again before what you train.

    Raises:
        datasets.DataError: it cannot be made, or its files are damaged.
    """
    return read_surrogate(datasets.prepare(NAME))


def read_surrogate(folder: Path) -> Surrogate:
    """The surrogate whose files lie in a folder.

    Raises:
        datasets.DataError: a file is missing, damaged or from another version.
    """
    cure = f"run: bootcamp data clean {NAME}, then ask for it again"
    try:
        stored = files.read_json(folder / SETTINGS_FILE)
        if stored.pop("version") != VERSION:
            raise datasets.DataError(f"{NAME} is from another version of the course; {cure}")
        if not all(type(stored[side]) is int and 1 <= stored[side] <= LARGEST_SIDE for side in ("height", "width")):
            raise ValueError("height and width are numbers of cells")
        for name in (VELOCITY_FILE, FORCE_FILE):
            hdf5.check_hdf5(folder / name, MOST_BYTES)
        networks = new_networks(stored["height"], stored["width"])
        for network, name in zip(networks, (VELOCITY_FILE, FORCE_FILE), strict=True):
            network.load_weights(folder / name)
        found = Surrogate(*networks, **stored)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        if isinstance(error, datasets.DataError):
            raise
        raise datasets.DataError(f"{NAME} cannot be read, so it is damaged or half-written; {cure}") from error
    return found


def new_networks(height: int, width: int) -> tuple[Any, Any]:
    """Untrained gated U-Net and force network of the surrogate."""
    return models.u_net(height, width), models.force_network(height, width)


def build_cfd_surrogate(folder: Path) -> None:
    """Train the surrogate on the laptop data set and write weights, settings and errors into a folder."""
    splits = {split: flows.load_flows(split) for split in ("train", "test", "unseen_shapes")}
    write_surrogate(folder, splits, EPOCHS)


def write_surrogate(folder: Path, splits: dict[str, flows.Flows], epochs: int) -> None:
    """Train both networks on the split "train", measure them on the others, and write the three files."""
    train = splits["train"]
    height, width = train.solid.shape[1:]
    settings = {
        "height": height,
        "width": width,
        "reynolds": train.reynolds,
        "inflow_velocity": train.inflow_velocity,
    }
    runtime.set_seed(SEED)
    surrogate = Surrogate(*new_networks(height, width), **settings, errors={})
    _fit(surrogate, train, epochs)
    errors = {split: _errors(surrogate, sample) for split, sample in splits.items() if split != "train"}
    surrogate.network.save_weights(folder / VELOCITY_FILE)
    surrogate.force_network.save_weights(folder / FORCE_FILE)
    text = json.dumps({"version": VERSION, **settings, "errors": errors}, indent=2)
    (folder / SETTINGS_FILE).write_text(text, encoding="utf-8")


def _fit(surrogate: Surrogate, train: flows.Flows, epochs: int) -> None:
    x = models.model_inputs(train.solid)
    velocity = models.model_targets(train.velocity, train.inflow_velocity)
    options = {"seed": SEED, "batch_size": BATCH_SIZE, "learning_rate": LEARNING_RATE}
    bar = runtime.progress_callback("training the surrogate")
    both = models.with_mirror_images(x, velocity)
    training.train(surrogate.network, *both, epochs=epochs, callbacks=[bar], **options)
    coefficients = models.force_targets(train.drag, train.lift, train.inflow_velocity, surrogate.height)
    models.fit_force_network(surrogate.force_network, surrogate.network.predict(x, verbose=0), coefficients)


def _errors(surrogate: Surrogate, sample: flows.Flows) -> dict[str, float]:
    drag, lift = surrogate.forces(sample.solid)
    return {
        "velocity": float(training.errors(surrogate.network, sample).mean()),
        **force_errors(drag, lift, sample),
    }


def force_errors(drag: np.ndarray, lift: np.ndarray, sample: flows.Flows) -> dict[str, float]:
    """Errors of predicted forces (n,): "drag", the mean relative error, and "lift", relative to its root mean square.

    Lift passes through zero, so an error relative to each value would say nothing.
    """
    lift_scale = math.sqrt(float(np.mean(sample.lift.astype(float) ** 2)))
    return {
        "drag": float(np.mean(np.abs(drag - sample.drag) / np.abs(sample.drag))),
        "lift": math.sqrt(float(np.mean((lift - sample.lift.astype(float)) ** 2))) / lift_scale,
    }

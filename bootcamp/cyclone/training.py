"""The one way in which the networks of this lab are trained: patches, one-hot labels, optimizer, early stopping.

Frames are read and reduced once (`images.load_images`) and kept as bytes; in every epoch each of them is cut anew, by
`patch_batches`. Validation and test images are always the patch in the centre, unturned.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bootcamp import runtime, training
from bootcamp.cyclone.intensity import INTENSITY_CLASSES

import cv2
import numpy as np
from numpy.typing import ArrayLike

CLASSES = len(INTENSITY_CLASSES)
ZOOM = 0.15
"""Standard deviation of the logarithm of the enlargement in `random_view`."""
Augment = Callable[[np.ndarray, np.random.Generator], np.ndarray]
"""Function (image uint8 (height, width, 3), random) -> changed image of the same shape."""


def one_hot(labels: ArrayLike) -> np.ndarray:
    """Labels (n,) as float32 (n, 8): 1 in the column of the class, 0 elsewhere.

    Raises:
        ValueError: not integers from 0 to 7 in one dimension.

    >>> one_hot([2, 0]).tolist()
    [[0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]
    """
    found = np.asarray(labels)
    if found.ndim != 1 or not np.issubdtype(found.dtype, np.integer):
        raise ValueError(f"labels are integers (n,), not {found.dtype} {found.shape}")
    if found.size and not 0 <= found.min() <= found.max() < CLASSES:
        raise ValueError(f"labels are from 0 to {CLASSES - 1}, not {found.min()} to {found.max()}")
    return np.eye(CLASSES, dtype=np.float32)[found]


def rotated(image: np.ndarray, degrees: float, zoom: float = 1.0) -> np.ndarray:
    """Image (height, width, 3) turned counter-clockwise and enlarged about its centre; reflections fill the corners."""
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, zoom)
    return cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)


def rotate_all(images: np.ndarray, degrees: float) -> np.ndarray:
    """Every image of (n, height, width, 3) turned by the same angle; a whole turn returns them as they are."""
    return images if degrees % 360 == 0 else np.stack([rotated(image, degrees) for image in images])


def random_rotation(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Image turned by an angle drawn from 0 to 360 degrees: for training only. The sense of the spiral stays."""
    return rotated(image, random.uniform(0.0, 360.0))


def random_view(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Image turned by any angle and enlarged or reduced by some percent (ZOOM): for training only.

    A storm of one wind comes in many sizes; its size must not give it away.
    """
    return rotated(image, random.uniform(0.0, 360.0), float(np.exp(random.normal(0.0, ZOOM))))


def centre_patches(images: np.ndarray, patch: int) -> np.ndarray:
    """The patch in the middle of each image: (n, patch, patch, 3) of (n, size, size, 3), without a copy.

    Raises:
        ValueError: not square images with three channels, or a patch larger than they are.
    """
    _check_images(images, patch)
    first = (images.shape[1] - patch) // 2
    return images[:, first : first + patch, first : first + patch]


def _check_images(images: np.ndarray, patch: int) -> None:
    shape = np.shape(images)
    if len(shape) != 4 or shape[1] != shape[2] or shape[3] != 3 or not 1 <= patch <= shape[1]:
        raise ValueError(f"images are (n, size, size, 3) and patch is 1 to size, not {shape} and {patch}")


def patch_batches(
    images: np.ndarray,
    labels: ArrayLike,
    patch: int,
    batch_size: int = 32,
    seed: int = 0,
    augment: Augment | None = None,
    chances: ArrayLike | None = None,
) -> Any:
    """Batches for `fit`: in every epoch another order, and another random patch of every image.

    Args:
        images: uint8 (n, size, size, 3).
        labels: (n,).
        patch: height and width in pixels of what is cut out.
        batch_size: images in one step.
        seed: of order, patches and augmentation; epoch e is the same whenever it comes.
        augment: change of each image before it is cut, for example `random_rotation`.
        chances: how often each image is to be drawn, relative to the others (n,); None: each once an epoch.

    Returns:
        A keras `PyDataset`, see `training.loaded_batches`: (patches float32 (batch, patch, patch, 3), one-hot labels
        (batch, 8)).

    Raises:
        ValueError: shapes that do not fit together, no image, or chances that are negative or all zero.
    """
    _check_images(images, patch)
    targets = one_hot(labels)
    if len(targets) != len(images):
        raise ValueError(f"as many labels as images are needed, not {len(targets)} and {len(images)}")

    def cut(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
        top, left = random.integers(0, len(image) - patch + 1, 2)
        image = image if augment is None else augment(image, random)
        return image[top : top + patch, left : left + patch]

    def load(chosen: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        return np.stack([cut(images[i], random) for i in chosen]).astype(np.float32), targets[chosen]

    return training.loaded_batches(load, len(images), batch_size=batch_size, seed=seed, chances=chances)


def optimizer(steps: int, learning_rate: float = 2e-3, weight_decay: float = 1e-3, warm_up: float = 0.0) -> Any:
    """The optimizer of `bootcamp.training` with the settings of this lab: AdamW for so many steps, a cosine to zero.

    Raises:
        ValueError: no step, a learning rate that is not positive, or a warm-up that is no share of the steps.
    """
    return training.optimizer(steps, learning_rate, weight_decay, warm_up)


def restart(network: Any, seed: int) -> None:
    """Give a compiled network new random weights and an optimizer that has forgotten everything.

    Compiling anew would build the graph of a training again, which takes as long as a hundred steps.

    Args:
        network: Keras model, compiled; afterwards as if it had just been built and compiled.
        seed: of the weights and of everything drawn later; `runtime.set_seed` is called with it.

    Raises:
        ValueError: the network is not compiled.
    """
    import keras

    if getattr(network, "optimizer", None) is None:
        raise ValueError("the network is not compiled yet")
    runtime.set_seed(seed)
    training.start_again(network, keras.models.clone_model(network).get_weights())


def random_mirror(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Image, or with probability 1/2 its mirror image, in which the wind turns the other way: for training only."""
    return image[:, ::-1] if random.random() < 0.5 else image


def class_weights(labels: ArrayLike) -> np.ndarray:
    """Weight of each class (8,), inverse to its number of frames, 1 on average over the frames; 0 without a frame.

    >>> class_weights([2, 2, 2, 7]).round(3).tolist()
    [0.0, 0.0, 0.667, 0.0, 0.0, 0.0, 0.0, 2.0]

    Raises:
        ValueError: no label, or labels that are no class indices.
    """
    counts = one_hot(labels).sum(axis=0).astype(float)
    if not counts.sum():
        raise ValueError("there are no labels")
    present = counts > 0
    return np.where(present, counts.sum() / (present.sum() * np.maximum(counts, 1)), 0.0)


@dataclass(frozen=True)
class Training:
    """What a training went through: history (name -> value after each epoch), the epoch whose weights stay, seconds."""

    history: dict[str, list[float]]
    best_epoch: int
    seconds: float


def train(
    network: Any,
    batches: Any,
    x_validation: np.ndarray,
    y_validation: np.ndarray,
    *,
    epochs: int,
    learning_rate: float = 3e-3,
    patience: int | None = None,
    callbacks: Sequence[Any] = (),
) -> Training:
    """Train a network with `optimizer` and categorical cross-entropy.

    Args:
        network: Keras model; it is compiled and its weights change.
        batches: of `patch_batches`.
        x_validation: patches (n, patch, patch, 3).
        y_validation: one-hot labels (n, 8).
        epochs: passes over the training frames, at most.
        learning_rate: peak of the schedule, which is laid out for `epochs`.
        patience: early stopping: end after so many epochs without a smaller validation loss, and go back to the
            weights of the epoch in which it was smallest. None: all epochs, last weights.
        callbacks: of Keras, for example a progress bar.

    Raises:
        ValueError: no epoch, or a patience below 1.
    """
    from keras.callbacks import EarlyStopping

    if epochs < 1 or (patience is not None and patience < 1):
        raise ValueError(f"epochs and patience are at least 1, not {epochs} and {patience}")
    network.compile(optimizer(epochs * len(batches), learning_rate), "categorical_crossentropy", metrics=["accuracy"])
    stop = [] if patience is None else [EarlyStopping("val_loss", patience=patience, restore_best_weights=True)]
    start = time.perf_counter()
    options = {"epochs": epochs, "verbose": 0, "callbacks": [*stop, *callbacks]}
    history = network.fit(batches, validation_data=(x_validation, y_validation), **options).history
    last = len(history["loss"]) if patience is None else int(np.argmin(history["val_loss"])) + 1
    return Training(history, last, time.perf_counter() - start)

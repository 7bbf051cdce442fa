"""Digits and garments: real data where it can be had, an offline data set everywhere else."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bootcamp import datasets
from bootcamp.datasets import files
from bootcamp.intro.garments import draw_garments

import numpy as np

IMAGE_SIZE = 28
"""Height and width of every image in pixels."""

DIGIT_NAMES = tuple("0123456789")
GARMENT_NAMES = (
    "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip

MOST_BYTES = 256 << 20
"""Of the arrays of a file: MNIST has 55 MB."""
ARRAYS = ("x_train", "y_train", "x_test", "y_test")
OFFLINE_TEST_FRACTION = 0.2
GARMENTS_PER_CLASS = {"train": 200, "test": 40}
OFFLINE_SEED = 20

MNIST_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
MNIST_HASH = "sha256:731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
FASHION_URL = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
FASHION_HASHES = {
    "train-images-idx3-ubyte.gz": "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d",
    "train-labels-idx1-ubyte.gz": "md5:25c81989df183df01b3e8a0aad5dffbe",
    "t10k-images-idx3-ubyte.gz": "md5:bef4ecab320f06d8554ea6380940ec79",
    "t10k-labels-idx1-ubyte.gz": "md5:bb300cfdad3c16e7a12a480ee83cd310",
}


@dataclass(frozen=True)
class LabelledImages:
    """Images with labels, split into a training and a test set.

    x_train, x_test: float32 (samples, 28, 28, 1), gray values from 0 to 1.
    y_train, y_test: int64 (samples,), class index.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...]
    source: str
    notice: str


def load_digits(source: str = "auto", train_size: int | None = None, seed: int = 0) -> LabelledImages:
    """Handwritten digits.

    Args:
        source: `mnist`, `offline` (scikit-learn's real 8x8 digits resized to 28x28), or `auto`: MNIST if it is in
            `datasets/`, in the mirror, or can be downloaded, else the offline digits.
        train_size: number of training images, drawn at random; None or more than there are: all of them.
        seed: seed of that draw.

    Raises:
        ValueError: unknown source, or a `train_size` below 10.
        datasets.DataError: the source asked for cannot be had.
    """
    return _load("mnist", "offline_digits", DIGIT_NAMES, source, train_size, seed)


def load_garments(source: str = "auto", train_size: int | None = None, seed: int = 0) -> LabelledImages:
    """Garments in the ten classes of Fashion-MNIST: `fashion_mnist`, `offline` (drawn), or `auto`.

    Arguments and errors are those of `load_digits`.
    """
    return _load("fashion_mnist", "offline_garments", GARMENT_NAMES, source, train_size, seed)


def _load(
    public: str, offline: str, class_names: tuple[str, ...], source: str, train_size: int | None, seed: int
) -> LabelledImages:
    if source not in {"auto", public, "offline"}:
        raise ValueError(f"source must be 'auto', '{public}' or 'offline', not {source!r}")
    if train_size is not None and train_size < len(class_names):
        raise ValueError(f"train_size must be at least {len(class_names)}, not {train_size}")
    name, notice = (offline, f"Using the data set {offline}.") if source == "offline" else (public, f"Using {public}.")
    try:
        folder = datasets.prepare(name)
    except datasets.DataError as error:
        if source != "auto":
            raise
        name, notice = offline, f"Using {offline}, because {public} is not at hand: {error}."
        folder = datasets.prepare(offline)
    arrays = read_npz(folder / f"{name}.npz")
    keep = _training_subset(len(arrays["x_train"]), train_size, seed)
    return LabelledImages(
        _as_input(arrays["x_train"][keep]),
        arrays["y_train"][keep].astype(np.int64),
        _as_input(arrays["x_test"]),
        arrays["y_test"].astype(np.int64),
        class_names,
        name,
        notice,
    )


def _training_subset(available: int, train_size: int | None, seed: int) -> np.ndarray:
    order = np.random.default_rng(seed).permutation(available)
    return order[: train_size or available]


def _as_input(images: np.ndarray) -> np.ndarray:
    return (images.astype(np.float32) / 255.0)[..., np.newaxis]


def read_npz(path: Path) -> dict[str, np.ndarray]:
    """Read a file in the Keras layout: uint8 images (samples, 28, 28), labels 0 to 9 (samples,). Never a pickle.

    Raises:
        datasets.DataError: the file is not readable or has another layout; the message says what is wrong.
    """
    try:
        arrays = files.read_npz(path, MOST_BYTES, ARRAYS, functools.partial(_check_layout, path.name))
    except (OSError, files.FileError) as error:
        reason = error.reason if isinstance(error, files.FileError) else error.strerror
        raise datasets.DataError(
            f"{path.name} is not a readable npz file with {', '.join(ARRAYS)}: {reason}"
        ) from error
    for part in ("train", "test"):
        labels = arrays[f"y_{part}"]
        if labels.min() < 0 or labels.max() > 9:
            raise datasets.DataError(f"{path.name}: y_{part} must hold at least 10 labels from 0 to 9")
    return arrays


def _check_layout(file_name: str, arrays: Mapping[str, files.ArrayHeader]) -> None:
    """Refuse arrays of another type or shape before they are unpacked; a missing one is seen later."""
    for part in ("train", "test"):
        if not {f"x_{part}", f"y_{part}"} <= set(arrays):
            continue
        images, labels = arrays[f"x_{part}"], arrays[f"y_{part}"]
        if images.dtype != np.uint8 or images.shape[1:] != (IMAGE_SIZE, IMAGE_SIZE):
            raise datasets.DataError(f"{file_name}: x_{part} is {images.dtype} {images.shape}, not uint8 (n, 28, 28)")
        if labels.shape != images.shape[:1] or not np.issubdtype(labels.dtype, np.integer):
            raise datasets.DataError(
                f"{file_name}: y_{part} needs one integer label for each of {images.shape[0]} images"
            )
        if images.shape[0] < 10:
            raise datasets.DataError(f"{file_name}: y_{part} must hold at least 10 labels from 0 to 9")


def read_idx(path: Path) -> np.ndarray:
    """Read a gzipped IDX file of unsigned bytes: magic number, dimensions (big-endian), then the values.

    Raises:
        datasets.DataError: not gzip, truncated, or not unsigned bytes.
    """
    try:
        content = files.read_gzip(path, MOST_BYTES)
        dimensions = content[3]
        shape = np.frombuffer(content, dtype=">u4", count=dimensions, offset=4)
        if content[:3] != b"\x00\x00\x08":
            raise ValueError("not unsigned bytes")
        return np.frombuffer(content, dtype=np.uint8, offset=4 + 4 * dimensions).reshape(shape)
    except (OSError, ValueError, IndexError) as error:
        raise datasets.DataError(f"{path.name} is not a complete gzipped IDX file") from error


def build_offline_digits(folder: Path) -> None:
    """Write `offline_digits.npz`: scikit-learn's 1,797 digits, resized; the last fifth in their order is the test set.

    The 13 writers are not named in the data, but each wrote many digits in a row: a cut in the order leaves at most
    one writer on both sides, and a draw at random all of them.
    """
    import cv2
    from sklearn.datasets import load_digits as load_small_digits

    small = load_small_digits()
    size = (IMAGE_SIZE, IMAGE_SIZE)
    gray = (small.images * (255.0 / 16.0)).astype(np.float32)
    large = np.stack([cv2.resize(image, size, interpolation=cv2.INTER_LINEAR) for image in gray])
    images = np.rint(large).astype(np.uint8)
    labels = small.target.astype(np.uint8)
    count = int((1 - OFFLINE_TEST_FRACTION) * len(images))
    _save(folder / "offline_digits.npz", images[:count], labels[:count], images[count:], labels[count:])


def build_offline_garments(folder: Path) -> None:
    """Write `offline_garments.npz`: drawn garments, training and test set from separate random streams."""
    train_seed, test_seed = np.random.SeedSequence(OFFLINE_SEED).spawn(2)
    x_train, y_train = draw_garments(GARMENTS_PER_CLASS["train"], np.random.default_rng(train_seed))
    x_test, y_test = draw_garments(GARMENTS_PER_CLASS["test"], np.random.default_rng(test_seed))
    _save(folder / "offline_garments.npz", x_train, y_train, x_test, y_test)


def build_mnist(folder: Path) -> None:
    """Get `mnist.npz` in the Keras layout and check what is in it."""
    datasets.fetch("mnist", "mnist.npz", folder, read_npz, MNIST_URL, MNIST_HASH)


def build_fashion_mnist(folder: Path) -> None:
    """Get `fashion_mnist.npz`, or the four IDX files, which are then written in the same layout."""
    target = folder / "fashion_mnist.npz"
    try:
        datasets.fetch("fashion_mnist", target.name, folder, read_npz)
    except datasets.DataError as no_npz:
        try:
            _convert_idx(folder, target)
        except datasets.DataError as no_idx:
            raise datasets.DataError(f"{no_npz}; {no_idx}") from no_idx


def _convert_idx(folder: Path, target: Path) -> None:
    arrays = []
    for file_name, known_hash in FASHION_HASHES.items():
        path = datasets.fetch("fashion_mnist", file_name, folder, read_idx, FASHION_URL + file_name, known_hash)
        arrays.append(read_idx(path))
        path.unlink()
    _save(target, *arrays)
    read_npz(target)


def _save(path: Path, *arrays: np.ndarray) -> None:
    np.savez_compressed(path, **dict(zip(ARRAYS, arrays, strict=True)))


def sine_samples(count: int, seed: int, noise: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Samples of y = sin(10 x), x uniform in [0, 1]: two float32 arrays (count, 1), noise of that standard deviation.

    >>> x, y = sine_samples(5, seed=0)
    >>> x.shape, bool(abs(y - np.sin(10 * x)).max() < 1e-6)
    ((5, 1), True)
    """
    random = np.random.default_rng(seed)
    x = random.uniform(0.0, 1.0, size=(count, 1))
    y = np.sin(10.0 * x) + noise * random.standard_normal((count, 1))
    return x.astype(np.float32), y.astype(np.float32)


def affine_copies(
    images: np.ndarray, seed: int, shift_pixels: float = 0.0, rotation_degrees: float = 0.0
) -> np.ndarray:
    """Copies of `images` (samples, 28, 28, 1), each shifted and rotated by random amounts up to the given limits."""
    import cv2

    random = np.random.default_rng(seed)
    angles = random.uniform(-rotation_degrees, rotation_degrees, len(images))
    shifts = random.uniform(-shift_pixels, shift_pixels, (len(images), 2))
    centre = ((IMAGE_SIZE - 1) / 2, (IMAGE_SIZE - 1) / 2)
    moved = np.empty_like(images)
    for index, (angle, shift) in enumerate(zip(angles, shifts, strict=True)):
        matrix = cv2.getRotationMatrix2D(centre, angle, 1.0)
        matrix[:, 2] += shift
        moved[index, ..., 0] = cv2.warpAffine(images[index, ..., 0], matrix, (IMAGE_SIZE, IMAGE_SIZE))
    return moved

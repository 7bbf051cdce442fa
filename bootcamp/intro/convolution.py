"""Convolution by hand, shifts, activation functions, and the convolutional networks that made history."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bootcamp import plots
from bootcamp.intro.data import IMAGE_SIZE

import numpy as np
from matplotlib.axes import Axes

SOBEL_X = np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]])
"""Derivative along x (columns) times smoothing along y: large where brightness changes from left to right."""

SOBEL_Y = SOBEL_X.T
"""Derivative along y (rows, downwards): large where brightness changes from top to bottom."""

LAPLACIAN = np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])
"""Five-point sum of the second derivatives along x and y, grid spacing one pixel."""


def cross_correlate(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Slide a kernel over an image without flipping it: the operation that deep learning calls convolution.

    output[i, j] = sum over m, n of image[i + m, j + n] * kernel[m, n], only where the kernel fits.

    Args:
        image: (height, width).
        kernel: (kernel height, kernel width), not larger than the image.

    Returns:
        (height - kernel height + 1, width - kernel width + 1).

    Raises:
        ValueError: image or kernel is not two-dimensional, or the kernel is larger than the image.

    >>> cross_correlate(np.array([[1.0, 3.0, 6.0]]), np.array([[-1.0, 1.0]]))
    array([[2., 3.]])
    """
    if image.ndim != 2 or kernel.ndim != 2:
        raise ValueError(f"image and kernel must have two dimensions, not {image.ndim} and {kernel.ndim}")
    if any(k > n for k, n in zip(kernel.shape, image.shape, strict=True)):
        raise ValueError(f"the kernel {kernel.shape} must not be larger than the image {image.shape}")
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijmn,mn->ij", windows, kernel)


def output_size(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """Positions of a kernel along one axis: floor((size + 2 padding - kernel) / stride) + 1.

    Raises:
        ValueError: a size or stride below 1, a negative padding, or a kernel that does not fit.

    >>> output_size(28, kernel=3), output_size(28, kernel=3, stride=2, padding=1)
    (26, 14)
    """
    if min(size, kernel, stride) < 1 or padding < 0:
        raise ValueError(f"sizes and stride are at least 1, padding at least 0; got {(size, kernel, stride, padding)}")
    if kernel > size + 2 * padding:
        raise ValueError(f"a kernel of {kernel} does not fit into {size} + 2 * {padding} pixels")
    return (size + 2 * padding - kernel) // stride + 1


def shifted(images: np.ndarray, down: int, right: int) -> np.ndarray:
    """Copies of `images` (samples, height, width, ...) moved by whole pixels; what is uncovered becomes 0.

    Raises:
        ValueError: the shift is not smaller than the image.

    >>> shifted(np.array([[[1, 2, 3]]]), down=0, right=1)
    array([[[0, 1, 2]]])
    """
    height, width = images.shape[1:3]
    if abs(down) >= height or abs(right) >= width:
        raise ValueError(f"a shift of {(down, right)} leaves nothing of an image of {(height, width)} pixels")
    moved = np.zeros_like(images)
    to_rows, from_rows = _overlap(height, down)
    to_columns, from_columns = _overlap(width, right)
    moved[:, to_rows, to_columns] = images[:, from_rows, from_columns]
    return moved


def _overlap(size: int, shift: int) -> tuple[slice, slice]:
    """Target and source of a shift along one axis."""
    return slice(max(shift, 0), size + min(shift, 0)), slice(max(-shift, 0), size - max(shift, 0))


def permuted_pixels(images: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Copies of `images` (samples, height, width, 1) whose pixel k, counted row by row, is the old pixel order[k].

    Raises:
        ValueError: `order` is not a permutation of the pixels.
    """
    pixels = images.reshape(len(images), -1)
    if not np.array_equal(np.sort(order), np.arange(pixels.shape[1])):
        raise ValueError(f"order must hold each of the {pixels.shape[1]} pixel numbers once")
    return pixels[:, order].reshape(images.shape)


def accuracy_by_shift(model: Any, images: np.ndarray, labels: np.ndarray, shifts: Sequence[int]) -> np.ndarray:
    """Share of right answers (len(shifts),) after a shift by so many pixels, mean of up, down, left and right.

    Args:
        model: Keras model with one output per class.
        images: (samples, height, width, 1).
        labels: class index (samples,).
        shifts: distances in pixels, 0 or more.
    """
    scores = []
    for distance in shifts:
        directions = {(0, distance), (0, -distance), (distance, 0), (-distance, 0)}
        right = [np.mean(predicted_classes(model, shifted(images, *move)) == labels) for move in sorted(directions)]
        scores.append(np.mean(right))
    return np.array(scores)


def predicted_classes(model: Any, images: np.ndarray) -> np.ndarray:
    """Class index (samples,) with the largest output of a Keras model."""
    return model.predict(images, batch_size=500, verbose=0).argmax(axis=1)


def load_photograph(height: int = 214, width: int = 320) -> np.ndarray:
    """A real gray photograph, float32 (height, width) from 0 to 1: `china.jpg`, which comes with scikit-learn."""
    import cv2
    from sklearn.datasets import load_sample_image

    gray = cv2.cvtColor(load_sample_image("china.jpg"), cv2.COLOR_RGB2GRAY)
    return cv2.resize(gray, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / np.float32(255.0)


@dataclass(frozen=True)
class Architecture:
    """A network of the history of the field: its name, the year of publication and where it was published."""

    name: str
    year: int
    doi: str


ARCHITECTURES: tuple[Architecture, ...] = (
    Architecture("LeNet-5", 1998, "10.1109/5.726791"),
    Architecture("AlexNet", 2012, "10.1145/3065386"),
    Architecture("VGG-16", 2014, "10.48550/arXiv.1409.1556"),
    Architecture("Inception-v3", 2016, "10.1109/CVPR.2016.308"),
    Architecture("ResNet-50", 2016, "10.1109/CVPR.2016.90"),
    Architecture("DenseNet-121", 2017, "10.1109/CVPR.2017.243"),
)
"""In the order of publication."""

APPLICATIONS = {
    "VGG-16": "VGG16", "Inception-v3": "InceptionV3", "ResNet-50": "ResNet50", "DenseNet-121": "DenseNet121",
}  # fmt: skip


def build_architecture(name: str) -> Any:
    """Untrained Keras model of one of `ARCHITECTURES`, for 1,000 classes (LeNet-5: 10).

    Raises:
        ValueError: there is no architecture of this name.
    """
    import keras

    by_hand = {"LeNet-5": lenet5, "AlexNet": alexnet}
    if name in by_hand:
        return by_hand[name]()
    if name not in APPLICATIONS:
        raise ValueError(f"architecture must be one of {[a.name for a in ARCHITECTURES]}, not {name!r}")
    return getattr(keras.applications, APPLICATIONS[name])(weights=None)


def lenet5() -> Any:
    """LeNet-5 for 32x32 digits, after LeCun et al. (1998), https://doi.org/10.1109/5.726791, section II.B.

    Two simplifications: layer C3 sees all six maps of S2 (the paper connects only some of them), and the output is a
    dense layer (the paper has fixed radial basis functions). Subsampling has no weights here, two per map in the paper.
    """
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            layers.Conv2D(6, 5, activation="tanh", name="C1"),
            layers.AveragePooling2D(2, name="S2"),
            layers.Conv2D(16, 5, activation="tanh", name="C3"),
            layers.AveragePooling2D(2, name="S4"),
            layers.Conv2D(120, 5, activation="tanh", name="C5"),
            layers.Flatten(),
            layers.Dense(84, activation="tanh", name="F6"),
            layers.Dense(10, name="output"),
        ],
        name="LeNet-5",
    )


def alexnet() -> Any:
    """AlexNet for 1,000 classes, after Krizhevsky et al. (2017, first 2012), https://doi.org/10.1145/3065386.

    Layers 2, 4 and 5 are split into two groups, as the paper split them over two GPUs. The input has 227x227 pixels:
    the 224 of the paper do not fit its own sizes. Local response normalization and dropout have no parameters and are
    left out.
    """
    import keras
    from keras import layers

    def convolution(filters: int, size: int, **options: Any) -> Any:
        return layers.Conv2D(filters, size, activation="relu", **options)

    return keras.Sequential(
        [
            keras.Input((227, 227, 3)),
            convolution(96, 11, strides=4),
            layers.MaxPooling2D(3, strides=2),
            convolution(256, 5, padding="same", groups=2),
            layers.MaxPooling2D(3, strides=2),
            convolution(384, 3, padding="same"),
            convolution(384, 3, padding="same", groups=2),
            convolution(256, 3, padding="same", groups=2),
            layers.MaxPooling2D(3, strides=2),
            layers.Flatten(),
            layers.Dense(4096, activation="relu"),
            layers.Dense(4096, activation="relu"),
            layers.Dense(1000),
        ],
        name="AlexNet",
    )


def weight_layers(model: Any) -> int:
    """Convolutional and dense layers of a Keras model, the layers that the names of networks count."""
    from keras import layers

    return sum(isinstance(layer, layers.Conv2D | layers.Dense) for layer in model.layers)


def dense_layers(model: Any) -> list[Any]:
    """The dense (fully connected) layers of a Keras model, in order."""
    from keras import layers

    return [layer for layer in model.layers if isinstance(layer, layers.Dense)]


def architecture_table(names: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Build each architecture, count, and let go of it.

    Rows with name, year, doi, parameters, layers (with weights), dense_layers and dense_parameters.

    Args:
        names: which of `ARCHITECTURES`, in any order; None: all.

    Raises:
        ValueError: an unknown name.
    """
    known = {a.name: a for a in ARCHITECTURES}
    if unknown := [name for name in names or () if name not in known]:
        raise ValueError(f"architectures are {list(known)}, not {unknown}")
    rows = []
    for name in names or known:
        model = build_architecture(name)
        dense = [layer.count_params() for layer in dense_layers(model)]
        counts = {"parameters": model.count_params(), "layers": weight_layers(model)}
        rows.append(asdict(known[name]) | counts | {"dense_layers": len(dense), "dense_parameters": sum(dense)})
        del model  # VGG-16 alone holds more than half a gigabyte
    return rows


def short_count(count: int) -> str:
    """A number of parameters in thousands or millions.

    >>> short_count(61_706), short_count(8_062_504)
    ('62 k', '8.06 M')
    """
    return f"{count / 1e6:.3g} M" if count >= 1e6 else f"{count / 1e3:.0f} k"


# Side of the point and height in points of each label, so that no label meets another or a point.
LABEL_PLACES = {
    "AlexNet": ("left", -12),
    "VGG-16": ("left", 12),
    "ResNet-50": ("right", -10),
    "Inception-v3": ("left", 12),
}


def architecture_plot(ax: Axes, rows: Sequence[Mapping[str, Any]]) -> Axes:
    """Draw parameters by layers with weights, both logarithmic. `rows`: as from `architecture_table`."""
    for row, colour in zip(rows, plots.COLOURS, strict=False):
        point = (row["layers"], row["parameters"])
        ax.scatter(*point, s=45, color=colour, zorder=3)
        side, height = LABEL_PLACES.get(row["name"], ("left", 0))
        text = f"{row['name']} ({row['year']}): {short_count(row['parameters'])}"
        distance = 8 if side == "left" and height == 0 else -8
        ax.annotate(text, point, (distance, height), textcoords="offset points", ha=side, va="center")
    ax.set(xlabel="layers with weights", ylabel="parameters", xscale="log", yscale="log")
    ax.set(xlim=(3.5, 900), ylim=(2e4, 5e8))
    ax.set_xticks([5, 10, 20, 50, 100, 200], ["5", "10", "20", "50", "100", "200"])
    ax.set_xticks([], minor=True)
    return ax


def activation_plot(
    axes: Sequence[Axes], x: np.ndarray, values: Mapping[str, np.ndarray], slopes: Mapping[str, np.ndarray]
) -> Sequence[Axes]:
    """Draw each activation (solid) with its derivative (dashed) on its own axes, all on the same limits.

    Args:
        axes: at least as many as there are activations.
        x: pre-activation (points,).
        values: name -> activation (points,).
        slopes: name -> derivative (points,), same names.
    """
    for ax, name in zip(axes, values, strict=True):
        ax.plot(x, values[name], label="activation")
        ax.plot(x, slopes[name], "--", label="derivative")
        ax.set(title=name, xlabel="pre-activation $z$", ylim=(-1.6, 3.1))
        ax.label_outer()
    axes[0].legend(loc="upper left")
    return axes


def toy_feature_image() -> np.ndarray:
    """Drawn image float32 (28, 28), 0 and 1: a rectangle outline, a diagonal from corner to corner, and a dot."""
    drawn = np.zeros((IMAGE_SIZE, IMAGE_SIZE), np.float32)
    drawn[4, 4:24] = drawn[23, 4:24] = drawn[4:24, 4] = drawn[4:24, 23] = 1.0
    drawn[np.arange(6, 19), np.arange(6, 19)] = 1.0
    drawn[9, 19] = 1.0
    return drawn

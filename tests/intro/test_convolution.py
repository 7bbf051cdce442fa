import ast
import itertools
from pathlib import Path

from bootcamp import course, exercises, intro, runtime  # noqa: F401 - runtime comes before Keras
from bootcamp.notebooks import authoring

import cv2
import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.signal import convolve2d, correlate2d

NOTEBOOK = Path(__file__).parents[2] / "Intro_to_DL" / "03_Convolution_Primer.ipynb"


def notebook_functions() -> dict:
    """The functions defined in the notebook, without running anything else of it."""
    names: dict = {"np": np, "keras": keras, "layers": keras.layers, "ops": keras.ops, "intro": intro}
    for cell in authoring.code_cells(authoring.read(NOTEBOOK)):
        for node in ast.parse(cell.source).body:
            if isinstance(node, ast.FunctionDef):
                exec(compile(ast.Module([node], []), "notebook", "exec"), names)  # our own notebook
    return names


def random_image(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=shape)


@pytest.mark.parametrize("kernel_shape", [(3, 3), (2, 5), (1, 1), (9, 8)])
def test_cross_correlation_is_scipys_and_convolution_turns_the_kernel(kernel_shape):
    image, kernel = random_image(9, 8), np.random.default_rng(2).normal(size=kernel_shape)
    ours = intro.cross_correlate(image, kernel)
    assert np.allclose(ours, correlate2d(image, kernel, mode="valid"))
    assert np.allclose(ours, convolve2d(image, kernel[::-1, ::-1], mode="valid"))


def test_the_loops_of_the_notebook_do_what_the_room_does():
    taught = notebook_functions()
    image, kernel = random_image(12, 7), random_image(4, 3)
    assert np.allclose(taught["correlate"](image, kernel), intro.cross_correlate(image, kernel))
    for case in itertools.product((7, 28, 33), (1, 2, 3, 5), (1, 2, 3), (0, 1, 2)):
        assert taught["output_size"](*case) == intro.output_size(*case)


def test_sobel_of_a_ramp_is_eight_times_its_slope():
    ramp = np.tile(0.25 * np.arange(10.0), (6, 1))
    assert np.allclose(intro.cross_correlate(ramp, intro.SOBEL_X), 8 * 0.25)
    assert np.allclose(intro.cross_correlate(ramp, intro.SOBEL_Y), 0)
    assert np.allclose(intro.cross_correlate(ramp.T, intro.SOBEL_Y), 8 * 0.25)


def test_sobel_and_laplacian_are_those_of_opencv():
    image, inside = random_image(20, 30), (slice(1, -1), slice(1, -1))
    for kernel, reference in (
        (intro.SOBEL_X, cv2.Sobel(image, cv2.CV_64F, 1, 0, ksize=3)),
        (intro.SOBEL_Y, cv2.Sobel(image, cv2.CV_64F, 0, 1, ksize=3)),
        (intro.LAPLACIAN, cv2.Laplacian(image, cv2.CV_64F, ksize=1)),
    ):
        assert np.allclose(intro.cross_correlate(image, kernel), reference[inside])


def test_laplacian_of_a_parabola_is_four():
    y, x = np.mgrid[0:8, 0:9].astype(float)
    assert np.allclose(intro.cross_correlate(x**2 + y**2, intro.LAPLACIAN), 4)


@pytest.mark.parametrize(
    ("image", "kernel", "message"),
    [((3, 3), (4, 1), "not be larger"), ((3, 3, 1), (2, 2), "two dimensions"), ((3, 3), (3,), "two dimensions")],
)
def test_cross_correlation_refuses_what_does_not_fit(image, kernel, message):
    with pytest.raises(ValueError, match=message):
        intro.cross_correlate(np.ones(image), np.ones(kernel))


@pytest.mark.parametrize(("size", "kernel", "stride"), list(itertools.product((5, 8, 28), (1, 2, 3, 5), (1, 2, 3))))
def test_output_size_counts_the_places(size, kernel, stride):
    for padding in (0, 1, 3):
        places = range(-padding, size + padding - kernel + 1, stride)
        assert intro.output_size(size, kernel, stride, padding) == len(places)


@pytest.mark.parametrize("arguments", [(5, 6), (0, 1), (5, 3, 0), (5, 3, 1, -1)])
def test_output_size_refuses(arguments):
    with pytest.raises(ValueError, match=r"kernel|sizes"):
        intro.output_size(*arguments)


@pytest.mark.parametrize(("down", "right"), list(itertools.product((-2, 0, 3), (-1, 0, 2))))
def test_shift_moves_every_pixel_and_fills_with_zero(down, right):
    images = random_image(2, 6, 5, 1)
    moved = intro.shifted(images, down, right)
    for row, column in itertools.product(range(6), range(5)):
        inside = 0 <= row - down < 6 and 0 <= column - right < 5
        expected = images[:, row - down, column - right] if inside else 0
        assert np.array_equal(moved[:, row, column], np.broadcast_to(expected, (2, 1)))


def test_shift_leaves_its_argument_alone_and_refuses_too_far():
    images = random_image(1, 4, 4, 1)
    before = images.copy()
    intro.shifted(images, 1, 1)
    assert np.array_equal(images, before)
    with pytest.raises(ValueError, match="leaves nothing"):
        intro.shifted(images, 4, 0)


def test_cross_correlation_is_equivariant_away_from_the_border():
    image = random_image(1, 12, 12)
    moved = intro.shifted(image, 2, -1)[0]
    first = intro.cross_correlate(moved, intro.SOBEL_X)
    then = intro.shifted(intro.cross_correlate(image[0], intro.SOBEL_X)[None], 2, -1)[0]
    assert np.allclose(first[2:, :-1], then[2:, :-1])
    assert not np.allclose(first, then)  # the border is the exception


def test_permuted_pixels_keep_distances_and_can_be_undone():
    images, order = random_image(3, 4, 5, 1), np.random.default_rng(0).permutation(20)
    shuffled = intro.permuted_pixels(images, order)
    assert np.array_equal(intro.permuted_pixels(shuffled, np.argsort(order)), images)
    assert np.isclose(np.linalg.norm(shuffled[0] - shuffled[1]), np.linalg.norm(images[0] - images[1]))
    with pytest.raises(ValueError, match="once"):
        intro.permuted_pixels(images, np.zeros(20, int))


class BrightestColumn:
    """A stand-in for a model: its class is the column of the brightest pixel, so that its accuracy is known."""

    def predict(self, images, **_):
        return images.max(axis=1)[..., 0]


def test_accuracy_by_shift_of_a_model_with_known_answers():
    images = np.zeros((4, 9, 9, 1))
    images[np.arange(4), 4, 4] = 1
    scores = intro.accuracy_by_shift(BrightestColumn(), images, np.full(4, 4), [0, 1, 2])
    assert np.allclose(scores, [1, 0.5, 0.5])  # up and down keep the column, left and right do not


def test_photograph_is_gray_and_not_flat():
    picture = intro.load_photograph()
    assert picture.shape == (214, 320) and picture.dtype == np.float32
    assert picture.min() >= 0 and picture.max() <= 1 and picture.std() > 0.1


def test_parameters_of_lenet5_and_alexnet_are_the_sum_over_the_layers_of_the_papers():
    lenet = [(5 * 5 * 1 + 1) * 6, (5 * 5 * 6 + 1) * 16, (5 * 5 * 16 + 1) * 120, (120 + 1) * 84, (84 + 1) * 10]
    assert intro.lenet5().count_params() == sum(lenet)
    sizes = [(11, 3, 96), (5, 48, 256), (3, 256, 384), (3, 192, 384), (3, 192, 256)]  # channels in: half for two groups
    convolutions = sum((k * k * before + 1) * after for k, before, after in sizes)
    dense = (6 * 6 * 256 + 1) * 4096 + (4096 + 1) * 4096 + (4096 + 1) * 1000
    model = intro.alexnet()
    assert model.count_params() == convolutions + dense
    assert [intro.weight_layers(model), intro.weight_layers(intro.lenet5())] == [8, 5]


def densenet121_from_the_paper() -> int:
    """Parameters from the sizes of Huang et al. (2017), table 1: growth 32, bottlenecks of 128, halving transitions."""
    growth, channels = 32, 64
    total = 7 * 7 * 3 * channels + 4 * channels  # no bias; batch normalization keeps four numbers per channel
    for block, repeats in enumerate((6, 12, 24, 16)):
        for _ in range(repeats):
            bottleneck = 4 * growth
            total += 4 * channels + channels * bottleneck + 4 * bottleneck + 3 * 3 * bottleneck * growth
            channels += growth
        if block < 3:
            total += 4 * channels + channels * (channels // 2)
            channels //= 2
    return total + 4 * channels + (channels + 1) * 1000


def test_densenet_is_the_sum_over_the_layers_of_its_paper():
    (row,) = intro.architecture_table(["DenseNet-121"])
    assert row["parameters"] == densenet121_from_the_paper()
    assert row["layers"] == 121 and row["doi"].startswith("10.")
    assert (row["dense_layers"], row["dense_parameters"]) == (1, (1024 + 1) * 1000)


def test_table_refuses_unknown_names():
    with pytest.raises(ValueError, match="LeNet-5"):
        intro.architecture_table(["LeNet-6"])
    with pytest.raises(ValueError, match="AlexNet"):
        intro.build_architecture("AlexNot")


def test_architectures_stand_in_order_of_time_each_with_its_own_doi():
    years = [entry.year for entry in intro.ARCHITECTURES]
    assert years == sorted(years)
    assert len({entry.doi for entry in intro.ARCHITECTURES}) == len(years)


def test_labels_of_the_plot_do_not_overlap():
    sizes = [(5, 61_706), (8, 60_965_224), (16, 138_357_544), (95, 23_851_784), (54, 25_636_712), (121, 8_062_504)]
    rows = [
        {"name": a.name, "year": a.year, "layers": layers, "parameters": parameters}
        for a, (layers, parameters) in zip(intro.ARCHITECTURES, sizes, strict=True)
    ]
    figure, ax = plt.subplots(figsize=(7.2, 4.0), layout="constrained")
    intro.architecture_plot(ax, rows)
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    frame = ax.get_window_extent()
    assert len(boxes) == len(rows)
    assert boxes and "(1998): 62 k" in ax.texts[0].get_text()
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 for box in boxes)
    plt.close(figure)


def test_the_two_networks_of_the_notebook_have_nearly_equal_size_and_the_small_one_is_convolutional():
    taught = notebook_functions()
    dense, convolutional = taught["dense_network"](), taught["convolutional_network"]()
    assert 0.5 < convolutional.count_params() / dense.count_params() < 1
    assert convolutional.output_shape == dense.output_shape == (None, 10)


def test_notebook_stands_in_the_course():
    assert NOTEBOOK.relative_to(NOTEBOOK.parents[1]).as_posix() in {entry.path for entry in course.notebooks()}

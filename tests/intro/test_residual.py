from pathlib import Path

from bootcamp import intro, runtime
from bootcamp.intro import residual
from bootcamp.notebooks import authoring

import keras
import numpy as np
import pytest
from matplotlib import pyplot as plt

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "Intro_to_DL" / "05_Residual_Networks.ipynb"
CROSS_ENTROPY = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def linear_model(width=3):
    inputs = keras.Input((width,))
    return keras.Model(inputs, keras.layers.Dense(1, use_bias=False)(inputs))


def mean_square(y, predicted):
    return keras.ops.mean((predicted - y) ** 2)


def small_network(skip=True):
    runtime.set_seed(0)
    return intro.deep_network(2, 4, skip)


def digits_batch(samples=6):
    random = np.random.default_rng(0)
    return random.random((samples, 28, 28, 1), dtype=np.float32), np.arange(samples) % 10


def weights_of(model):
    return [keras.ops.convert_to_numpy(variable).copy() for variable in model.variables]


# Run here and, as a script, on the other backend: gradient of a linear model; a normalized network stays as it was.
SCRIPT = """
import numpy as np
from bootcamp import intro, runtime
import keras
runtime.set_seed(0)
random = np.random.default_rng(0)
x, y = random.normal(size=(8, 3)).astype("float32"), random.normal(size=(8, 1)).astype("float32")
inputs = keras.Input((3,))
model = keras.Model(inputs, keras.layers.Dense(1, use_bias=False)(inputs))
w = keras.ops.convert_to_numpy(model.trainable_variables[0])
(found,) = intro.weight_gradients(model, lambda y, p: keras.ops.mean((p - y) ** 2), x, y)
assert np.allclose(found, 2 * x.T @ (x @ w - y) / 8, atol=1e-5)
network = intro.deep_network(2, 4, True)
images, labels = random.random((6, 28, 28, 1), dtype=np.float32), np.arange(6)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
before = [keras.ops.convert_to_numpy(v).copy() for v in network.variables]
norms = intro.gradient_norms(network, loss, images, labels)
start = [keras.ops.convert_to_numpy(v) for v in network.trainable_variables]
curve = intro.loss_slice(
    network, loss, intro.filter_normalized_direction(start, 0), np.linspace(-1, 1, 3), images, labels
)
assert len(norms) == 7 and np.isfinite(curve).all() and norms[-1] > 0
after = [keras.ops.convert_to_numpy(v) for v in network.variables]
assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
print(keras.backend.backend())
"""


def test_gradients_and_slices_on_this_backend(capsys):
    exec(SCRIPT, {})
    assert capsys.readouterr().out == f"{keras.backend.backend()}\n"


def test_gradients_and_slices_on_the_other_backend(run_python):
    other = {"tensorflow": "torch", "torch": "tensorflow"}[keras.backend.backend()]
    done = run_python(SCRIPT, KERAS_BACKEND=other)
    assert (done.returncode, done.stdout.split()[-1:]) == (0, [other]), done.stderr[-2000:]


def test_gradient_agrees_with_finite_differences():
    model, (x, y) = small_network(skip=False), digits_batch()
    gradient = intro.weight_gradients(model, CROSS_ENTROPY, x, y)[-1]
    kernel = residual.kernels(model)[-1]
    start = keras.ops.convert_to_numpy(kernel).copy()
    losses = []
    for step in (0.05, -0.05):
        moved = start.copy()
        moved[1, 2] += step
        kernel.assign(moved)
        losses.append(float(CROSS_ENTROPY(y, model(x, training=True))))
    assert (losses[0] - losses[1]) / 0.1 == pytest.approx(gradient[1, 2], rel=0.02, abs=1e-4)


@pytest.mark.parametrize("targets", [0, 5])
def test_unequal_or_empty_batches_are_refused(targets):
    x = np.zeros((0 if targets == 0 else 6, 3), dtype="float32")
    with pytest.raises(ValueError, match="as many targets as inputs"):
        intro.weight_gradients(linear_model(), mean_square, x, np.zeros((targets, 1), dtype="float32"))


def test_other_backends_are_refused(monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "abacus")
    with pytest.raises(ValueError, match="not for 'abacus'"):
        intro.weight_gradients(linear_model(), mean_square, np.ones((1, 3), "float32"), np.ones((1, 1), "float32"))


def test_new_block_is_the_identity_also_for_negative_inputs():
    inputs = keras.Input((6, 6, 5))
    block = keras.Model(inputs, intro.residual_block(inputs, 5))
    x = np.random.default_rng(0).normal(size=(2, 6, 6, 5)).astype("float32")
    assert np.array_equal(keras.ops.convert_to_numpy(block(x)), x)
    assert np.array_equal(keras.ops.convert_to_numpy(block(x, training=True)), x)


@pytest.mark.parametrize(
    ("case", "shape"),
    [((8, 8, 1), (14, 14, 8)), ((8, 12, 1), (14, 14, 12)), ((8, 8, 2), (7, 7, 8)), ((8, 12, 2), (7, 7, 12))],
)
def test_block_has_the_shape_and_the_parameters_counted_by_hand(case, shape):
    from bootcamp.intro.checks.residual import _parameters

    channels_in, channels, strides = case
    inputs = keras.Input((14, 14, channels_in))
    block = keras.Model(inputs, intro.residual_block(inputs, channels, strides))
    assert block.output_shape[1:] == shape
    assert intro.parameter_count(block) == _parameters(*case)


def test_partners_differ_only_by_the_projection():
    plain, skip = (intro.deep_network(4, 12, skip=s) for s in (False, True))
    assert intro.parameter_count(skip) - intro.parameter_count(plain) == 8 * 12
    assert len(residual.kernels(plain)) == 2 * 4 + 2


@pytest.mark.parametrize(("blocks", "channels"), [(0, 4), (2, 0)])
def test_empty_networks_are_refused(blocks, channels):
    with pytest.raises(ValueError, match="at least one block"):
        intro.deep_network(blocks, channels, True)


def test_skips_keep_the_gradient_of_a_deep_sigmoid_network():
    def build(skip):
        runtime.set_seed(1)
        inputs = keras.Input((16,))
        x = inputs
        for _ in range(12):
            y = keras.layers.Dense(16, "sigmoid")(x)
            x = keras.layers.add([x, y]) if skip else y
        return keras.Model(inputs, keras.layers.Dense(10)(x))

    x = np.random.default_rng(0).normal(size=(32, 16)).astype("float32")
    plain, skip = (intro.gradient_norms(build(s), CROSS_ENTROPY, x, np.arange(32) % 10) for s in (False, True))
    assert 3.0 < (plain[-2] / plain[0]) ** (1 / 11) < 6.0
    assert skip.min() > 1e4 * plain.min()


def test_every_filter_of_a_direction_has_the_norm_of_its_filter():
    random = np.random.default_rng(0)
    weights = [random.normal(size=(3, 3, 4, 6)), random.normal(size=(6, 10)), np.ones(6), np.zeros((2, 3))]
    found = intro.filter_normalized_direction(weights, seed=3)
    for weight, direction in zip(weights[:2], found[:2], strict=True):
        norms = [np.linalg.norm(a.reshape(-1, a.shape[-1]), axis=0) for a in (weight, direction)]
        assert np.allclose(*norms)
    assert not found[2].any() and not found[3].any()
    assert not np.allclose(found[0], intro.filter_normalized_direction(weights, seed=4)[0])


def test_slice_of_a_quadratic_loss_is_the_known_parabola():
    model = linear_model()
    x, y = np.eye(3, dtype="float32"), np.zeros((3, 1), dtype="float32")
    model.trainable_variables[0].assign([[1.0], [2.0], [2.0]])
    direction = [np.array([[1.0], [2.0], [2.0]], dtype="float32")]
    distances = np.linspace(-1.0, 1.0, 5)
    found = intro.loss_slice(model, mean_square, direction, distances, x, y)
    assert np.allclose(found, 3.0 * (1.0 + distances) ** 2, atol=1e-5)  # (1 + 4 + 4) / 3 = 3


def test_slice_leaves_the_network_as_it_was_even_after_an_error():
    model, (x, y) = small_network(), digits_batch()
    before = weights_of(model)
    direction = intro.filter_normalized_direction([keras.ops.convert_to_numpy(w) for w in model.trainable_variables], 0)

    def broken(y, predicted):
        raise RuntimeError("no loss")

    with pytest.raises(RuntimeError, match="no loss"):
        intro.loss_slice(model, broken, direction, np.array([1.0]), x, y)
    assert all(np.array_equal(a, b) for a, b in zip(before, weights_of(model), strict=True))


def test_slice_refuses_a_direction_of_another_shape():
    with pytest.raises(ValueError, match=r"\(3, 1\)"):
        intro.loss_slice(linear_model(), mean_square, [np.ones(3)], np.zeros(1), np.eye(3), np.zeros((3, 1)))


def test_figures_have_logarithmic_axes_and_a_line_per_entry():
    _, ax = plt.subplots()
    assert intro.plot_gradient_norms(ax, {"a": np.ones(3), "b": np.ones(3)}) is ax
    assert len(ax.lines) == 2 and ax.get_yscale() == "log" and list(ax.lines[0].get_xdata()) == [1, 2, 3]
    _, ax = plt.subplots()
    assert intro.plot_slices(ax, np.arange(3.0), {"a": [np.ones(3)] * 2, "b": [np.ones(3)] * 2}) is ax
    assert len(ax.lines) == 4 and ax.lines[0].get_color() == ax.lines[1].get_color() != ax.lines[2].get_color()
    plt.close("all")


def test_what_the_notebook_builds_is_what_the_room_offers():
    names = ("convolution", "normalized_relu", "two_convolutions", "residual_block", "deep_network")
    cells = [c.source for c in authoring.code_cells(authoring.read(NOTEBOOK))]
    taught = {"keras": keras, "layers": keras.layers}
    for cell in cells:
        if cell.startswith(tuple(f"def {name}(" for name in names)):
            exec(cell, taught)
    for skip in (False, True):
        models = []
        for build in (taught["deep_network"], intro.deep_network):
            runtime.set_seed(3)
            models.append(build(2, 12, skip))
        configs = [[(type(layer).__name__, layer.output.shape) for layer in model.layers] for model in models]
        assert configs[0] == configs[1]
        x, _ = digits_batch(2)
        outputs = [keras.ops.convert_to_numpy(model(x)) for model in models]
        assert np.array_equal(*outputs)

"""Keras on TensorFlow, JAX or PyTorch: which of them by default and why, and the gradients that each computes its way.

Everything else in the course is written in the operations of Keras. What differs from backend to backend stands here.
"""

import importlib.util
import os
import re
import shutil
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

BACKENDS = ("tensorflow", "jax", "torch")
JAX_PLUGINS = ("jax_cuda13_plugin", "jax_cuda12_plugin")
"""Packages of which JAX needs one to use an NVIDIA card."""
_CARD = re.compile(r"\d+|GPU-[0-9a-fA-F-]+|MIG-[\w/-]+")


def cards_hidden() -> str:
    """Why CUDA_VISIBLE_DEVICES hides every card from this process; empty where it hides none.

    CUDA reads the list up to the first entry that it does not know; where that is the first, there is no card.
    """
    value = os.environ.get("CUDA_VISIBLE_DEVICES")
    first = None if value is None else value.split(",")[0].strip()
    if first is None or _CARD.fullmatch(first):
        return ""
    if first in {"", "-1"}:
        return f"CUDA_VISIBLE_DEVICES={value} hides every card"
    return f"CUDA_VISIBLE_DEVICES={value} names no card, so CUDA finds none: give numbers such as 0 or 0,1"


def choose_backend() -> tuple[str, str]:
    """The backend of Keras where none was chosen, and why it is this one.

    TensorFlow on a processor, where it is the fastest for the convolutional networks of the course. With an NVIDIA
    card JAX, which compiles a whole step; without its plugin for the card PyTorch, which brings CUDA along.
    """
    installed = [name for name in BACKENDS if importlib.util.find_spec(name)]
    hidden = cards_hidden()
    if shutil.which("nvidia-smi") and not hidden:
        if "jax" in installed and any(map(importlib.util.find_spec, JAX_PLUGINS)):
            return "jax", "an NVIDIA card, and JAX with its plugin for it"
        if "torch" in installed:
            return "torch", "an NVIDIA card, and no JAX with a plugin for it"
    reason = hidden or "no NVIDIA card"
    if "tensorflow" in installed or not installed:
        return "tensorflow", reason
    return installed[0], f"{reason}, and no TensorFlow"


def preferred_backend() -> str:
    """Name of the backend that Keras gets where KERAS_BACKEND says nothing; see `choose_backend`."""
    return choose_backend()[0]


def backend_fault(name: str) -> str:
    """What is wrong with a backend that somebody chose, with the cure; empty where Keras can use it."""
    if name not in BACKENDS:
        return f"KERAS_BACKEND is one of {', '.join(BACKENDS)}, not '{name}'"
    if importlib.util.find_spec(name) is None:
        other = preferred_backend()
        return f"KERAS_BACKEND is {name}, which is not installed here: pip install {name}, or set KERAS_BACKEND={other}"
    return ""


# ------------------------------------------------------------------------------------------------- gradients


def value_and_gradient(function: Callable[[Any], Any], x: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
    """Values of a function at x, and the gradient of their sum with respect to x, float32, on every backend of Keras.

    Where each value depends on its own row of x only, row i of the gradient is that of value i.

    Args:
        function: tensor -> tensor of values, in operations of Keras.
        x: array of any shape.

    Raises:
        ValueError: the backend of Keras is none of BACKENDS.
    """
    import keras
    import numpy as np

    derive = _of_this_backend({"tensorflow": _input_tensorflow, "jax": _input_jax, "torch": _input_torch})
    found = derive(function, np.asarray(x, np.float32))
    return tuple(keras.ops.convert_to_numpy(part) for part in found)


def weight_gradients(
    model: Any, loss: Callable[[Any, Any], Any], x: "np.ndarray", y: "np.ndarray", weights: Sequence[Any]
) -> "list[np.ndarray]":
    """Gradient of the loss on one batch with respect to some weights of a Keras model, which runs as in training.

    The state of the model afterwards (averages of a normalization, for example) is that of before.

    Args:
        model: built Keras model.
        loss: function (y, output of the model) -> scalar.
        x: inputs (samples, ...).
        y: targets (samples, ...).
        weights: variables of the model, trainable ones.

    Raises:
        ValueError: the backend of Keras is none of BACKENDS.
    """
    import keras
    import numpy as np

    derive = _of_this_backend({"tensorflow": _weights_tensorflow, "jax": _weights_jax, "torch": _weights_torch})
    # Copies: with PyTorch the arrays would share the memory of the running averages.
    state = [np.array(keras.ops.convert_to_numpy(variable)) for variable in model.non_trainable_variables]
    try:
        found = derive(model, loss, keras.ops.convert_to_tensor(x), keras.ops.convert_to_tensor(y), weights)
    finally:
        for variable, value in zip(model.non_trainable_variables, state, strict=True):
            variable.assign(value)
    return [keras.ops.convert_to_numpy(gradient) for gradient in found]


def _of_this_backend(branches: dict[str, Callable]) -> Callable:
    import keras

    backend = keras.backend.backend()
    if backend not in branches:
        raise ValueError(f"gradients are known for the backends {', '.join(branches)} of Keras, not for '{backend}'")
    return branches[backend]


def _input_tensorflow(function: Callable, x: "np.ndarray") -> tuple[Any, Any]:
    import tensorflow

    variable = tensorflow.Variable(x)
    with tensorflow.GradientTape() as tape:
        values = function(variable)
    return values, tape.gradient(values, variable)


def _input_jax(function: Callable, x: "np.ndarray") -> tuple[Any, Any]:
    import jax

    # Not compiled: a compiled function would keep the weights that a network had when it was first called.
    values, back = jax.vjp(function, jax.numpy.asarray(x))
    (slopes,) = back(jax.numpy.ones_like(values))
    return values, slopes


def _input_torch(function: Callable, x: "np.ndarray") -> tuple[Any, Any]:
    import keras
    import torch

    variable = keras.ops.convert_to_tensor(x).detach().requires_grad_()
    values = function(variable)
    (slopes,) = torch.autograd.grad(values.sum(), variable)
    return values.detach(), slopes


def _weights_tensorflow(model: Any, loss: Callable, x: Any, y: Any, weights: Sequence[Any]) -> Sequence[Any]:
    import tensorflow

    with tensorflow.GradientTape() as tape:
        value = loss(y, model(x, training=True))
    return tape.gradient(value, [variable.value for variable in weights])


def _weights_jax(model: Any, loss: Callable, x: Any, y: Any, weights: Sequence[Any]) -> Sequence[Any]:
    import jax

    state = [variable.value for variable in model.non_trainable_variables]

    def value(trainable: list[Any]) -> Any:
        output, _ = model.stateless_call(trainable, state, x, training=True)
        return loss(y, output)

    found = jax.grad(value)([variable.value for variable in model.trainable_variables])
    places = {id(variable): place for place, variable in enumerate(model.trainable_variables)}
    return [found[places[id(variable)]] for variable in weights]


def _weights_torch(model: Any, loss: Callable, x: Any, y: Any, weights: Sequence[Any]) -> Sequence[Any]:
    import torch

    value = loss(y, model(x, training=True))
    return torch.autograd.grad(value, [variable.value for variable in weights])

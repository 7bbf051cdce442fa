"""The frameworks of the course: which are installed, whether each computes, and on which device."""

import importlib.util
import os
import sys
from collections.abc import Callable
from typing import Any

from bootcamp.runtime.backends import backend_fault, cards_hidden, choose_backend
from bootcamp.runtime.machine import gpu_table

MISSING = "not installed"
FRESH = "in a fresh environment run `make install`"
CLASH = f"the CUDA libraries of two frameworks are mixed, and only one set can be loaded: {FRESH}"
CLASHING = ("undefined symbol", "libcudnn", "libcublas", "libcudart", "libnvrtc", "libnccl", "CUDNN_STATUS", "PTX")
"""What errors say when libraries of two CUDA versions meet."""


def probe(name: str) -> str:
    """Multiply two matrices in a framework; returns its version and the device that did it, or "not installed".

    Raises:
        RuntimeError: the product is wrong.
        Exception: whatever the framework raises when it cannot be imported or cannot compute.
    """
    module, product = PROBES[name]
    if importlib.util.find_spec(module) is None:
        return MISSING
    right, device = product()
    if not right:
        raise RuntimeError(f"a product of two matrices is wrong on {device}")
    version = sys.modules[module].__version__
    return f"{version}, {os.environ['KERAS_BACKEND']} on {device}" if name == "Keras" else f"{version} on {device}"


def _tensorflow() -> tuple[bool, str]:
    import tensorflow

    ones = tensorflow.ones((4, 4))
    product = ones @ ones
    return bool((product.numpy() == 4).all()), _plain(product.device)


def _torch() -> tuple[bool, str]:
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    ones = torch.ones((4, 4), device=device)
    right = bool((ones @ ones == 4).all())
    return right, torch.cuda.get_device_name(0) if device == "cuda" else "CPU"


def _jax() -> tuple[bool, str]:
    import jax

    ones = jax.numpy.ones((4, 4))
    product = ones @ ones
    return bool((product == 4).all()), _plain(next(iter(product.devices())))


def _keras() -> tuple[bool, str]:
    from keras import ops

    ones = ops.ones((4, 4))
    product = ops.matmul(ones, ones)
    device = next(iter(product.devices())) if hasattr(product, "devices") else product.device
    return bool((ops.convert_to_numpy(product) == 4).all()), _plain(device)


def _plain(device: Any) -> str:
    """CPU or GPU, whatever the framework calls it."""
    text = f"{device} {getattr(device, 'device_kind', '')}".lower()
    return "CPU" if "cpu" in text else "GPU"


PROBES: dict[str, tuple[str, Callable[[], tuple[bool, str]]]] = {
    "TensorFlow": ("tensorflow", _tensorflow),
    "PyTorch": ("torch", _torch),
    "JAX": ("jax", _jax),
    "Keras": ("keras", _keras),
}
"""Framework -> its module, and a product of two matrices: whether it is right, and on which device it was made."""


def needed(name: str) -> bool:
    """Whether the course cannot run without a framework here: PyTorch, Keras, and Keras' backend."""
    return name in {"PyTorch", "Keras"} or PROBES[name][0] == os.environ["KERAS_BACKEND"]


def trouble(name: str, value: str) -> tuple[str, str]:
    """What is wrong with what `probe` found, and the cure; two empty texts where nothing is.

    A framework that computes on the processor although a card can be seen is trouble if the course needs it: nobody
    shall take that for a run on the card.
    """
    if value == MISSING:
        return (value, FRESH) if needed(name) else ("", "")
    if value.endswith("CPU") and needed(name) and gpu_table() and not cards_hidden():
        return f"{value}, although there is a card", CARD_CURES.get(name, f"a build of {name} for CUDA")
    return "", ""


CARD_CURES = {
    "PyTorch": "install the build of PyTorch for CUDA; a driver older than its CUDA has to be replaced",
    "JAX": "pip install 'jax[cuda13]', which shares its CUDA libraries with PyTorch; or a newer driver",
    "Keras": "set KERAS_BACKEND to a framework that computes on the card",
    "TensorFlow": "unset KERAS_BACKEND: on a card the course uses JAX or PyTorch",
}
"""Framework -> how it gets to the card."""


def cure(error: str) -> str:
    """What helps against an error in a framework, where that can be told from its text; empty otherwise.

    >>> cure("ImportError: libcudnn.so.9: undefined symbol: x")[:18]
    'the CUDA libraries'
    """
    return CLASH if any(sign.lower() in error.lower() for sign in CLASHING) else ""


def report() -> dict[str, str]:
    """Each framework with version and device, after a product of two matrices: label -> text. Imports them all.

    A framework that is missing or broken is a row like the others. The last row says why Keras has its backend.
    """
    rows = {}
    for name in PROBES:
        try:
            rows[name] = probe(name)
        except Exception as error:  # noqa: BLE001 - a broken framework is what the table is to show
            rows[name] = f"cannot be used: {type(error).__name__}: {error}".splitlines()[0]
    return rows | {"Keras runs on": backend_reason()}


def backend_reason() -> str:
    """The backend of Keras, and why it is this one."""
    name = os.environ["KERAS_BACKEND"]
    if fault := backend_fault(name):
        return fault
    chosen, reason = choose_backend()
    return (
        f"{name}: {reason}"
        if name == chosen
        else f"{name}, which KERAS_BACKEND asks for; by default {chosen}: {reason}"
    )

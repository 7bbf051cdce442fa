"""One comparison of a learner's answer with what was expected, for every check of the course.

The rules, in the order in which `difference` asks:

- Form: an array, a number, a list, a tensor of PyTorch, TensorFlow or Keras, and a table of pandas are all read as one
  array. Where a tuple is expected, its parts are compared one by one, whether they come as tuple, list or stacked
  array; where a dictionary is expected, its keys must be there.
- Kind: bool is expected as bool, since `~mask` and indexing mean something else with 0 and 1. Whole and decimal
  numbers are compared by value: 3 and 3.0 are the same.
- Shape: it must agree, without broadcasting. `loose_shape` lets axes of length 1 come and go.
- NaN and infinities: they must stand exactly where they are expected, infinities with their sign.
- Values: |found - expected| <= atol + rtol * |expected|. Of an answer in single precision no more is asked than such
  numbers can hold: rtol is then at least 1e-5, and atol at least 1e-6 times the largest expected value.
"""

import numbers
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

RTOL, ATOL = 1e-6, 1e-9
SINGLE_RTOL, SINGLE_SCALE = 1e-5, 1e-6
UNREADABLE = "it cannot be read as an array of numbers"


def same(found: Any, expected: Any, *, rtol: float = RTOL, atol: float = ATOL, loose_shape: bool = False) -> bool:
    """Whether an answer is the expected one, by the rules of this module; it never raises.

    Args:
        found: the answer, in any of the forms above.
        expected: what was expected: number, text, bool, array, tensor, tuple of these or dictionary with these.
        rtol: allowed error relative to the expected value.
        atol: allowed error in the unit of the values.
        loose_shape: whether axes of length 1 may come and go.

    >>> same([1, 2], np.array([1.0, 2.0]))
    True
    >>> same(np.ones((3, 1)), np.ones(3)), same([0, 1], np.array([False, True]))
    (False, False)
    """
    return not difference(found, expected, rtol=rtol, atol=atol, loose_shape=loose_shape)


def difference(found: Any, expected: Any, *, rtol: float = RTOL, atol: float = ATOL, loose_shape: bool = False) -> str:
    """What differs between an answer and the expected one, as a clause for a hint; empty when nothing does.

    Takes the arguments of `same` and never raises.

    >>> difference(np.ones((3, 1)), np.ones(3))
    'its shape is (3, 1), expected is (3,)'
    >>> difference([1.0, np.nan], [1.0, 2.0])
    'it is NaN at [1], where 2 is expected'
    >>> difference((1.0, 2.5), (1.0, 2.0))
    'part 1 of it: it is 2.5, expected is 2'
    """
    try:
        with np.errstate(all="ignore"):
            return _difference(found, expected, rtol, atol, loose_shape)
    except Exception as error:  # noqa: BLE001 - the learner's object may do anything when it is read
        return f"{UNREADABLE} ({type(error).__name__})"


def as_array(value: Any) -> np.ndarray:
    """Any array-like as a NumPy array: tensors leave their device and their gradient, masked entries become NaN.

    Raises:
        Exception: whatever the object raises when it is read; ValueError for rows of unequal lengths.
    """
    if isinstance(value, np.ma.MaskedArray):
        return value.astype(float).filled(np.nan)
    if isinstance(value, list | tuple) and any(
        isinstance(part, list | tuple) or hasattr(part, "shape") for part in value
    ):
        return np.asarray([as_array(part) for part in value])
    if hasattr(value, "detach"):  # PyTorch; NumPy has no bfloat16
        value = value.detach().cpu()
        value = value.float() if str(value.dtype) == "torch.bfloat16" else value
    elif callable(getattr(value, "numpy", None)):  # TensorFlow, Keras variables
        value = value.numpy()
    array = np.asarray(value)
    if array.dtype.kind == "O" and array.size and all(isinstance(entry, numbers.Real) for entry in array.flat):
        return array.astype(float)  # fractions, and integers of any length
    return array


def _difference(found: Any, expected: Any, rtol: float, atol: float, loose: bool) -> str:
    if expected is None:
        return "" if found is None else f"it is {type(found).__name__}, expected is None"
    if isinstance(expected, Mapping):
        return _mapping_difference(found, expected, rtol, atol, loose)
    if isinstance(expected, tuple):
        return _parts_difference(found, expected, rtol, atol, loose)
    wanted = as_array(expected)
    if found is None:
        return "it is None: does a `return` miss?"
    if isinstance(found, Mapping | set | frozenset):
        return f"it is a {type(found).__name__}, expected is an array or a number"
    got = as_array(found)
    if loose:
        got, wanted = np.squeeze(got), np.squeeze(wanted)
    return (
        _kind_difference(got, wanted, found)
        or _shape_difference(got, wanted)
        or _value_difference(got, wanted, rtol, atol)
    )


def _mapping_difference(found: Any, expected: Mapping, rtol: float, atol: float, loose: bool) -> str:
    if not isinstance(found, Mapping):
        return f"it is a {type(found).__name__}, expected is a dictionary with {', '.join(map(str, expected))}"
    if missing := [str(key) for key in expected if key not in found]:
        return f"it has no {', '.join(missing)}"
    if extra := [str(key) for key in found if key not in expected]:
        return f"it has {', '.join(extra)}, which is not expected"
    parts = ((key, _difference(found[key], value, rtol, atol, loose)) for key, value in expected.items())
    return next((f"{key}: {clause}" for key, clause in parts if clause), "")


def _parts_difference(found: Any, expected: tuple, rtol: float, atol: float, loose: bool) -> str:
    what = f"{len(expected)} values are expected"
    if isinstance(found, str | bytes | Mapping) or not hasattr(found, "__len__"):
        return f"it is a {type(found).__name__}, and {what}"
    parts = found if isinstance(found, Sequence) else as_array(found)
    if isinstance(parts, np.ndarray) and parts.ndim == 0:
        return f"it is one value, and {what}"
    if len(parts) != len(expected):
        return f"it has {len(parts)} values, and {what}"
    pairs = enumerate(zip(parts, expected, strict=True))
    clauses = ((place, _difference(part, value, rtol, atol, loose)) for place, (part, value) in pairs)
    return next((f"part {place} of it: {clause}" for place, clause in clauses if clause), "")


def _kind(array: np.ndarray) -> str:
    return {"b": "bool", "i": "number", "u": "number", "f": "number", "c": "complex"}.get(array.dtype.kind, "other")


def _kind_difference(got: np.ndarray, wanted: np.ndarray, found: Any) -> str:
    kinds = _kind(got), _kind(wanted)
    if "other" in kinds:  # text, times, objects: compared as they are
        alike = got.dtype.kind == wanted.dtype.kind or "O" in (got.dtype.kind, wanted.dtype.kind)
        return "" if alike and kinds[1] == "other" else f"it is {_named(got, found)}, expected is {_named(wanted)}"
    if kinds[0] == kinds[1] or (kinds == ("number", "complex")) or (got.size == 0 and kinds[1] == "number"):
        return ""
    return f"it is {_named(got, found)}, expected is {_named(wanted)}"


def _named(array: np.ndarray, source: Any = None) -> str:
    names = {"b": "bool", "i": "a number", "u": "a number", "f": "a number", "c": "complex", "U": "text", "S": "bytes"}
    if array.dtype.kind == "O" and array.ndim == 0 and source is not None:
        return f"a {type(source).__name__}"
    return names.get(array.dtype.kind, str(array.dtype))


def _shape_difference(got: np.ndarray, wanted: np.ndarray) -> str:
    if got.shape == wanted.shape:
        return ""
    expected = f"expected is {wanted.shape}" if wanted.shape else "expected is one number"
    return f"its shape is {got.shape}, {expected}" if got.shape else f"it is one number, {expected}"


def _value_difference(got: np.ndarray, wanted: np.ndarray, rtol: float, atol: float) -> str:
    exact = _kind(wanted) in ("other", "bool")
    wrong = np.asarray(got != wanted) if exact else _unequal(got, wanted, rtol, atol)
    if not wrong.any():
        return ""
    place = tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), wrong.shape)) if wrong.ndim else ()
    where = f" at {list(place)}" if place else ""
    value, right = got[place], wanted[place]
    if value != value:
        return f"it is NaN{where}, where {_text(right)} is expected"
    return f"it is {_text(value)}{where}, expected is {_text(right)}"


def _unequal(got: np.ndarray, wanted: np.ndarray, rtol: float, atol: float) -> np.ndarray:
    """Bool array, true where a value is not the expected one."""
    finite = np.isfinite(wanted)
    if got.dtype.kind == "f" and got.dtype.itemsize < 8:
        scale = float(np.abs(wanted[finite]).max()) if finite.any() else 0.0
        rtol, atol = max(rtol, SINGLE_RTOL), max(atol, SINGLE_SCALE * scale)
    if got.dtype.kind == "u":
        got = got.astype(float)  # unsigned differences would wrap around
    if wanted.dtype.kind == "u":
        wanted = wanted.astype(float)
    near = np.isfinite(got) & finite & (np.abs(got - wanted) <= atol + rtol * np.abs(wanted))
    return ~(near | (got == wanted) | (np.isnan(got) & np.isnan(wanted)))


def _text(value: Any) -> str:
    if isinstance(value, bool | np.bool_ | str):
        return str(value)
    if value != value:
        return "NaN"
    return f"{value:.6g}" if isinstance(value, int | float | np.number) else str(value)

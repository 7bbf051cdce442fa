"""HDF5 files that somebody else made: nothing outside of the file is read, and its size is known before.

An HDF5 file may hold links to other files and arrays whose values lie in other files, of any format, at any place.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bootcamp.datasets.files import MEGABYTE, FileError, TooLargeError, amount, open_file

import h5py
import numpy as np

MOST_OBJECTS = 10_000
MOST_OVERHEAD = 4 * MEGABYTE
"""Of a file beside the values of its arrays."""
MOST_ATTRIBUTE_BYTES = 65_536
Result = TypeVar("Result")
_FILTERS = (h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32, h5py.h5z.FILTER_LZF)
"""Other filters are libraries that HDF5 would load from a folder of the user."""
_DAMAGED = (ArithmeticError, AttributeError, KeyError, MemoryError, OSError, RuntimeError, TypeError, ValueError)


@dataclass(frozen=True)
class Content:
    """Arrays and numbers of an HDF5 file, each by its name."""

    arrays: dict[str, np.ndarray]
    attributes: dict[str, float]


def check_hdf5(path: Path | str, most_bytes: int) -> None:
    """Look through a whole HDF5 file, without reading any values, before another library opens it.

    Raises:
        TooLargeError: its arrays have more than `most_bytes`.
        FileError: it is damaged, leads to other files, or holds something else than arrays of numbers and short text.
        OSError: it is missing or cannot be read.
    """
    _with_file(path, most_bytes, lambda file: None)


def read_hdf5(
    path: Path | str,
    most_bytes: int,
    names: Sequence[str],
    attributes: Sequence[str] = (),
    count: int | None = None,
) -> Content:
    """Arrays and numeric attributes at the root of an HDF5 file.

    Args:
        path: of the file.
        most_bytes: what all arrays of the file together may have.
        names: of the arrays.
        attributes: names of the numbers.
        count: only the first so many entries of every array; None: all.

    Raises:
        FileError: as in `check_hdf5`, or a name is missing.
        OSError: it is missing or cannot be read.
    """

    def read(file: h5py.File) -> Content:
        numbers = {name: float(file.attrs[name]) for name in attributes}
        return Content({name: file[name][:count] for name in names}, numbers)

    return _with_file(path, most_bytes, read)


def _with_file(path: Path | str, most_bytes: int, use: Callable[[h5py.File], Result]) -> Result:
    open_file(path, 2 * most_bytes + MOST_OVERHEAD).close()
    try:
        with h5py.File(path, "r") as file:
            _check(file, path, most_bytes)
            return use(file)
    except FileError:
        raise
    except KeyError as error:
        raise FileError(path, f"lacks an array or a number: {error}") from error
    except _DAMAGED as error:
        raise FileError(path, "is damaged, or no HDF5 file") from error


def _check(file: h5py.File, path: Path | str, most_bytes: int) -> None:
    total = 0
    for count, found in enumerate(_objects(file, path)):
        if count > MOST_OBJECTS:
            raise FileError(path, f"holds more than {MOST_OBJECTS:,} groups and arrays")
        _check_attributes(found, path)
        if isinstance(found, h5py.Dataset):
            total += _size(found, path, most_bytes)
            if total > most_bytes:
                raise TooLargeError(path, f"holds more than {amount(most_bytes)}")


def _objects(file: h5py.File, path: Path | str) -> Iterator[h5py.Group | h5py.Dataset]:
    """Every group and array of a file once, by hard links only: the others may lead anywhere."""
    waiting, known = [file["/"]], set()
    while waiting:
        found = waiting.pop()
        address = h5py.h5o.get_info(found.id).addr
        if address in known:
            continue
        known.add(address)
        yield found
        if isinstance(found, h5py.Group):
            if len(found) > MOST_OBJECTS:
                raise FileError(path, f"holds more than {MOST_OBJECTS:,} groups and arrays")
            for name in found:
                if not isinstance(found.get(name, getlink=True), h5py.HardLink):
                    raise FileError(path, "holds a link to somewhere else; only what is in the file is read")
                waiting.append(found[name])


def _check_attributes(found: h5py.Group | h5py.Dataset, path: Path | str) -> None:
    if len(found.attrs) > MOST_OBJECTS:
        raise FileError(path, f"holds more than {MOST_OBJECTS:,} attributes")
    for name in found.attrs:
        if found.attrs.get_id(name).get_storage_size() > MOST_ATTRIBUTE_BYTES:
            raise TooLargeError(path, f"holds an attribute of more than {amount(MOST_ATTRIBUTE_BYTES)}")


def _size(found: h5py.Dataset, path: Path | str, most_bytes: int) -> int:
    """Bytes of an array, whose values must lie in the file and be packed in a way that HDF5 itself unpacks."""
    if found.external or found.is_virtual:
        raise FileError(path, "keeps values of an array in another file; only what is in the file is read")
    settings = found.id.get_create_plist()
    filters = {settings.get_filter(i)[0] for i in range(settings.get_nfilters())}
    if not filters <= set(_FILTERS):
        raise FileError(path, "is packed with a filter that is not part of HDF5")
    if found.dtype.hasobject and h5py.check_string_dtype(found.dtype) is None:
        raise FileError(path, "holds references or lists; only numbers and text are read")
    chunk = int(np.prod(found.chunks or (0,), dtype=object)) * found.dtype.itemsize
    if chunk > most_bytes:
        raise TooLargeError(path, f"holds a piece of more than {amount(most_bytes)}")
    return int(np.prod(found.shape or (), dtype=object)) * found.dtype.itemsize

"""Reading an npz file that somebody sent: no pickles, no archive that unpacks to more than is allowed.

Names, types and shapes are read and judged first; not a value is unpacked of a file that is refused. `numpy.load` would
allocate whatever the header of an array announces, and evaluate the header's text.
"""

import contextlib
import math
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

NUMBERS = "fiu"
"""Kinds of NumPy types that predictions may have: floating point and integers."""
MOST_ARRAYS = 32
LONGEST_DIRECTORY, LONGEST_HEADER = 65536, 4096
"""Bytes of an archive's list of members, and of the text before the values of an array."""
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
MAGIC, LENGTH_FORMATS = b"\x93NUMPY", {b"\x01\x00": "<H", b"\x02\x00": "<I", b"\x03\x00": "<I"}
END, END_BYTES, LARGE_ARCHIVE, LARGE_BYTES = b"PK\x05\x06", 22, b"PK\x06\x07", 20
HEADER = re.compile(
    r"\{'descr': '(?P<type>[<>|=]?[a-zA-Z?]\d{0,3})', 'fortran_order': (?P<by_columns>True|False), "
    r"'shape': \((?P<shape>(?:-?\d{1,15}(?:, -?\d{1,15}){0,31},?)?)\), \} *\n"
)
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, struct.error),
    *(ValueError, TypeError, OverflowError, NotImplementedError, RuntimeError),
)
Shapes = dict[str, tuple[int, ...]]


class UploadError(ValueError):
    """A file that is not read; the message says why."""


class TooLargeError(UploadError):
    """It is larger, or unpacks to more, than is allowed."""


@dataclass(frozen=True)
class _Header:
    """What stands before the values of an array."""

    member: zipfile.ZipInfo
    dtype: np.dtype
    shape: tuple[int, ...]
    by_columns: bool

    @property
    def value_bytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize


def read_shapes(path: Path, most_bytes: int) -> Shapes:
    """Names and shapes of the arrays in an npz file; no value is read.

    Args:
        path: the file.
        most_bytes: what all arrays together may have.

    Raises:
        TooLargeError: they have more.
        UploadError: the file is damaged, or holds something else than arrays of numbers.
        OSError: the file cannot be read.
    """
    with _opened(path, most_bytes) as (_, headers):
        return {name: header.shape for name, header in headers.items()}


def read_arrays(path: Path, most_bytes: int) -> dict[str, np.ndarray]:
    """Arrays of numbers in an npz file, name -> array; arguments and errors are those of `read_shapes`."""
    with _opened(path, most_bytes) as (archive, headers):
        return {name: _values(archive, header) for name, header in headers.items()}


@contextlib.contextmanager
def _opened(path: Path, most_bytes: int) -> Iterator[tuple[zipfile.ZipFile, dict[str, _Header]]]:
    with path.open("rb") as file:
        try:
            _check_directory(file)
            with zipfile.ZipFile(file) as archive:
                members = archive.infolist()
                _check_members(members, most_bytes)
                yield archive, {member.filename.removesuffix(".npy"): _header(archive, member) for member in members}
        except UploadError:
            raise
        except DAMAGED as error:
            raise UploadError("the file with the predictions is damaged, or no npz file") from error


def _check_directory(file: IO[bytes]) -> None:
    """The list of members is read as a whole by `zipfile`, so it is bounded here; `numpy.savez` writes no comment."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - END_BYTES - LARGE_BYTES))
    tail = file.read()
    end = tail[-END_BYTES:]
    if len(end) < END_BYTES or not end.startswith(END) or tail[:-END_BYTES].startswith(LARGE_ARCHIVE):
        raise UploadError("the file with the predictions is damaged, or no npz file")
    if struct.unpack("<I", end[12:16])[0] > LONGEST_DIRECTORY:
        raise UploadError(f"the file with the predictions has 1 to {MOST_ARRAYS} arrays of different names")


def _check_members(members: list[zipfile.ZipInfo], most_bytes: int) -> None:
    names = [member.filename.removesuffix(".npy") for member in members]
    if not 1 <= len(members) <= MOST_ARRAYS or len(set(names)) < len(names):
        raise UploadError(f"the file with the predictions has 1 to {MOST_ARRAYS} arrays of different names")
    total = sum(member.file_size for member in members)  # zipfile never unpacks more than it announces here
    if total > most_bytes:
        raise TooLargeError(
            f"the predictions unpack to {total / 2**20:,.0f} MB; {most_bytes / 2**20:,.0f} MB are allowed"
        )
    if any(member.compress_type not in PACKED for member in members):
        raise UploadError("the file with the predictions is packed in a way that numpy.savez does not use")


def _header(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> _Header:
    with archive.open(member) as file:
        start = file.read(len(MAGIC))
        length_format = LENGTH_FORMATS.get(file.read(2))
        if start != MAGIC or length_format is None:
            raise UploadError("the file with the predictions is damaged: it holds something else than arrays")
        (length,) = struct.unpack(length_format, file.read(struct.calcsize(length_format)))
        text = file.read(min(length, LONGEST_HEADER)).decode("latin-1")
        found, before = HEADER.fullmatch(text), file.tell()
    if found is None:
        raise UploadError("the file with the predictions is damaged: an array does not say what it is")
    shape = tuple(int(count) for count in found["shape"].replace(",", " ").split())
    header = _Header(member, _number_type(found["type"]), shape, found["by_columns"] == "True")
    if min(shape, default=0) < 0 or before + header.value_bytes != member.file_size:
        raise UploadError("the file with the predictions is damaged: an array is shorter or longer than it says")
    return header


def _number_type(text: str) -> np.dtype:
    dtype = np.dtype(text)
    if dtype.hasobject:
        raise UploadError("the file with the predictions holds Python objects (a pickle); only numbers are read")
    if dtype.kind not in NUMBERS:
        raise UploadError(f"predictions are numbers, not {dtype}")
    return dtype


def _values(archive: zipfile.ZipFile, header: _Header) -> np.ndarray:
    with archive.open(header.member) as file:
        file.seek(header.member.file_size - header.value_bytes)
        values = file.read()
    if len(values) != header.value_bytes:
        raise UploadError("the file with the predictions is damaged: an array is shorter or longer than it says")
    flat = np.frombuffer(values, header.dtype) if values else np.empty(0, header.dtype)
    return flat.reshape(header.shape, order="F" if header.by_columns else "C")

"""Reading an npz file that somebody sent: no pickles, no archive that unpacks to more than is allowed.

`numpy.load` would allocate whatever the header of an array announces, so header and size are compared first.
"""

import math
import zipfile
import zlib
from pathlib import Path
from typing import IO

from bootcamp.leaderboard.submissions import NUMBERS

import numpy as np

MOST_ARRAYS = 32
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OverflowError)


class UploadError(ValueError):
    """A file that is not read; the message says why."""


class TooLargeError(UploadError):
    """It is larger, or unpacks to more, than is allowed."""


def read_arrays(path: Path, most_bytes: int) -> dict[str, np.ndarray]:
    """Arrays of numbers in an npz file, name -> array.

    Args:
        path: the file.
        most_bytes: what all arrays together may have.

    Raises:
        TooLargeError: they have more.
        UploadError: the file is damaged, or holds something else than arrays of numbers.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(members, most_bytes)
            return {member.filename.removesuffix(".npy"): _array(archive, member) for member in members}
    except UploadError:
        raise
    except DAMAGED as error:
        raise UploadError("the file with the predictions is damaged, or no npz file") from error


def _check_members(members: list[zipfile.ZipInfo], most_bytes: int) -> None:
    names = [member.filename for member in members]
    if not 1 <= len(members) <= MOST_ARRAYS or len(set(names)) < len(names):
        raise UploadError(f"the file with the predictions has 1 to {MOST_ARRAYS} arrays of different names")
    total = sum(member.file_size for member in members)  # zipfile never unpacks more than it announces here
    if total > most_bytes:
        raise TooLargeError(
            f"the predictions unpack to {total / 2**20:,.0f} MB; {most_bytes / 2**20:,.0f} MB are allowed"
        )
    if any(member.compress_type not in PACKED for member in members):
        raise UploadError("the file with the predictions is packed in a way that numpy.savez does not use")


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    with archive.open(member) as file:
        shape, by_columns, dtype = _header(file)
        if dtype.hasobject:
            raise UploadError("the file with the predictions holds Python objects (a pickle); only numbers are read")
        if dtype.kind not in NUMBERS:
            raise UploadError(f"predictions are numbers, not {dtype}")
        values = file.read()
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != len(values):
        raise UploadError("the file with the predictions is damaged: an array is shorter or longer than it says")
    return np.frombuffer(values, dtype).reshape(shape, order="F" if by_columns else "C")


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    version = np.lib.format.read_magic(file)
    if version not in HEADERS:
        raise UploadError("the file with the predictions has arrays of a format that is not read")
    return HEADERS[version](file)

"""Files that somebody else made, read within bounds: kind and size are known before anything is opened or unpacked.

A file of a user, of a mirror or of a learner may be a pipe that never ends, gigabytes of zeros, an archive that unpacks
to more than the memory, a pickle, or a link that leads elsewhere. Every reader here takes the most bytes it may use.
"""

import contextlib
import errno
import gzip
import json
import math
import os
import stat
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

import numpy as np

MEGABYTE = 1 << 20
MOST_JSON_BYTES = 4 * MEGABYTE
MOST_ARRAYS = 32
"""In one npz file."""
NUMBERS = "biuf"
"""Kinds of NumPy types that an array may have: truth values, integers, floating point. Text ("S", "U") where asked."""

_KINDS = ((stat.S_ISDIR, "folder"), (stat.S_ISFIFO, "pipe"), (stat.S_ISSOCK, "socket"))
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
_DAMAGED = (
    ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, OSError, RuntimeError, SyntaxError, TypeError,
    ValueError, struct.error, tokenize.TokenError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What `zipfile`, `gzip` and NumPy raise for a file that is none of theirs, or a broken one."""
_END_RECORD = struct.Struct("<4s4H2LH")


class FileError(ValueError):
    """A file that is not read; the message is its path and `reason`, which reads on from it."""

    def __init__(self, path: Path | str, reason: str):
        super().__init__(path, reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.args[0]} {self.reason}"


class TooLargeError(FileError):
    """It is larger, or unpacks to more, than is allowed."""


# --------------------------------------------------------------------------------------------- kinds and places


def odd_kind(path: Path | str) -> str:
    """What stands in the way of reading a path as a file, empty for a file or a link to one. Nothing is opened.

    One of `missing`, `broken link`, `link in a circle`, `folder`, `pipe`, `socket`, `device`, `cannot be read`.

    >>> odd_kind(os.devnull), odd_kind(os.curdir)
    ('device', 'folder')
    """
    try:
        mode = Path(path).stat().st_mode
    except OSError as error:
        if error.errno == errno.ELOOP:
            return "link in a circle"
        if isinstance(error, FileNotFoundError):
            return "broken link" if Path(path).is_symlink() else "missing"
        return "cannot be read"
    except ValueError:  # a zero byte in the name
        return "missing"
    if stat.S_ISREG(mode):
        return ""
    return next((name for is_kind, name in _KINDS if is_kind(mode)), "device")


def inside(folder: Path, name: str) -> Path:
    """The place that a relative name has below a folder, where also no link on the way leads out of the folder.

    The last part of the name may itself be a link: removing it removes the link.

    Raises:
        FileError: the name is absolute, empty, climbs with `..`, or leads out of the folder through a link.
    """
    parts = PurePosixPath(name)
    if not parts.parts or parts.is_absolute() or ".." in parts.parts or "\\" in name or "\0" in name:
        raise FileError(folder, f"has no place for {name!r}")
    place = folder / parts
    try:
        parent = place.parent.resolve()
    except (OSError, RuntimeError) as error:  # a link in a circle
        raise FileError(folder, f"holds a link in a circle: {name!r}") from error
    if not parent.is_relative_to(folder.resolve()):
        raise FileError(folder, f"has a link on the way to {name!r} that leads out of it")
    return place


def read_bytes(path: Path | str, most_bytes: int) -> bytes:
    """Content of a file, which is looked at before: neither a pipe is waited for nor a device read.

    Raises:
        TooLargeError: it has more than `most_bytes`.
        FileError: it is no file, but a folder, a pipe, a socket, a device, or a link that leads nowhere.
        OSError: it is missing or cannot be read.
    """
    with open_file(path, most_bytes) as file:
        return _read_at_most(file, most_bytes, path)


def open_file(path: Path | str, most_bytes: int) -> IO[bytes]:
    """A file open for reading; errors as in `read_bytes`."""
    kind = odd_kind(path)
    if kind not in {"", "missing", "cannot be read"}:
        raise FileError(path, f"is a {kind}, not a file")
    # Without O_NONBLOCK a pipe that took the place of the file in the meantime would be waited for.
    file = os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb")
    size = os.fstat(file.fileno()).st_size
    if size > most_bytes:
        file.close()
        raise TooLargeError(path, f"has {amount(size)}; at most {amount(most_bytes)} are read")
    return file


def _read_at_most(file: IO[bytes], most_bytes: int, path: Path | str) -> bytes:
    content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise TooLargeError(path, f"has more than {amount(most_bytes)}")
    return content


def amount(count: int) -> str:
    """A number of bytes as text.

    >>> amount(900), amount(3 << 20)
    ('900 bytes', '3.0 MB')
    """
    return f"{count / MEGABYTE:,.1f} MB" if count >= MEGABYTE else f"{count:,} bytes"


# ------------------------------------------------------------------------------------------------- JSON and gzip


def read_json(path: Path | str, most_bytes: int = MOST_JSON_BYTES) -> dict[str, Any]:
    """The object in a JSON file; NaN and Infinity, which are no JSON, are refused.

    Raises:
        FileError: too large, no UTF-8, no JSON, nested too deeply, or no object (`{...}`).
        OSError: it is missing or cannot be read.
    """
    content = read_bytes(path, most_bytes)
    try:
        found = json.loads(content.decode("utf-8"), parse_constant=_no_constant)
    except RecursionError as error:
        raise FileError(path, "is nested too deeply") from error
    except ValueError as error:
        raise FileError(path, f"is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise FileError(path, f"holds a {type(found).__name__}, not an object with names")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def read_gzip(path: Path | str, most_bytes: int) -> bytes:
    """What a gzip file unpacks to.

    Raises:
        TooLargeError: the file has, or unpacks to, more than `most_bytes`.
        FileError: no gzip file, or a damaged or truncated one.
        OSError: it is missing or cannot be read.
    """
    with open_file(path, most_bytes) as file:
        try:
            return _read_at_most(gzip.GzipFile(fileobj=file), most_bytes, path)
        except FileError:
            raise
        except (OSError, EOFError, zlib.error, struct.error) as error:
            raise FileError(path, "is no complete gzip file") from error


# ----------------------------------------------------------------------------------------------------------- npz


@dataclass(frozen=True)
class ArrayHeader:
    """What an npz file announces of an array, before its values are unpacked."""

    shape: tuple[int, ...]
    dtype: np.dtype
    by_columns: bool

    @property
    def bytes(self) -> int:
        """Size of the values."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_npz(
    path: Path | str,
    most_bytes: int,
    names: Iterable[str] | None = None,
    check: Callable[[Mapping[str, ArrayHeader]], None] | None = None,
    kinds: str = NUMBERS,
) -> dict[str, np.ndarray]:
    """Arrays of an npz file, name -> array. Pickles are never read.

    Args:
        path: of the file.
        most_bytes: what all arrays of the file together may have, whether they are asked for or not.
        names: of the arrays that are wanted; None: all.
        check: is called with what the file announces, name -> header, before any value is unpacked; it raises for
            shapes and types that do not fit.
        kinds: of the types that are read, as NumPy abbreviates them.

    Raises:
        TooLargeError: the arrays have more than `most_bytes`.
        FileError: the file is damaged, no npz file, lacks an array, or holds something else than such arrays.
        OSError: it is missing or cannot be read.
    """
    with open_file(path, most_bytes + MOST_ARRAYS * MEGABYTE // 16) as file:
        with _damage_named(path):
            _check_directory(file, path)
            archive = zipfile.ZipFile(file)
            members = _members(archive, path, most_bytes)
            headers = {name: _header(archive, member, path, kinds) for name, member in members.items()}
        if check is not None:
            check(headers)
        with _damage_named(path):
            return {name: _values(archive, members[name], headers[name]) for name in _wanted(names, headers, path)}


@contextlib.contextmanager
def _damage_named(path: Path | str) -> Iterator[None]:
    try:
        yield
    except FileError:
        raise
    except _DAMAGED as error:
        raise FileError(path, "is damaged, or no npz file") from error


def _wanted(names: Iterable[str] | None, headers: Mapping[str, ArrayHeader], path: Path | str) -> list[str]:
    wanted = list(headers if names is None else names)
    missing = [name for name in wanted if name not in headers]
    if missing:
        raise FileError(path, f"has no array {', '.join(missing)}")
    return wanted


def _check_directory(file: IO[bytes], path: Path | str) -> None:
    """Refuse a table of contents that is long: `zipfile` would make an object of every entry."""
    file.seek(0, os.SEEK_END)
    size = file.tell()
    file.seek(max(size - _END_RECORD.size - 65536, 0))
    end = file.read()
    place = end.rfind(b"PK\5\6")
    if place < 0 or end[max(place - 20, 0) :].startswith(b"PK\6\7"):
        raise FileError(path, "is no npz file, is truncated, or is packed in a way that numpy.savez does not use")
    _, _, _, _, entries, length, _, _ = _END_RECORD.unpack(end[place : place + _END_RECORD.size])
    if entries > MOST_ARRAYS or length > MOST_ARRAYS * 1024:
        raise FileError(path, f"has more than {MOST_ARRAYS} arrays")
    file.seek(0)


def _members(archive: zipfile.ZipFile, path: Path | str, most_bytes: int) -> dict[str, zipfile.ZipInfo]:
    members = archive.infolist()
    named = {member.filename.removesuffix(".npy"): member for member in members}
    if not 1 <= len(members) <= MOST_ARRAYS or len(named) < len(members):
        raise FileError(path, f"must have 1 to {MOST_ARRAYS} arrays of different names")
    total = sum(member.file_size for member in members)  # zipfile never unpacks more than it announces here
    if total > most_bytes:
        raise TooLargeError(path, f"unpacks to {amount(total)}; at most {amount(most_bytes)} are read")
    if any(member.compress_type not in _PACKED or member.flag_bits & 1 for member in members):
        raise FileError(path, "is packed in a way that numpy.savez does not use")
    return named


def _header(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path | str, kinds: str) -> ArrayHeader:
    with archive.open(member) as stream:
        read = _HEADERS.get(np.lib.format.read_magic(stream))
        if read is None:
            raise FileError(path, "has an array in a format that is not read")
        shape, by_columns, dtype = read(stream)
        header = ArrayHeader(shape, dtype, by_columns)
        if dtype.hasobject:
            raise FileError(path, "holds Python objects (a pickle); only numbers are read")
        if dtype.kind not in kinds or not dtype.itemsize:
            raise FileError(path, f"holds {dtype}, which is not read")
        if min(shape, default=0) < 0 or header.bytes != member.file_size - stream.tell():
            raise FileError(path, "is damaged: an array is shorter or longer than it says")
    return header


def _values(archive: zipfile.ZipFile, member: zipfile.ZipInfo, header: ArrayHeader) -> np.ndarray:
    values = np.empty(math.prod(header.shape), header.dtype)
    left = memoryview(values.view(np.uint8)) if values.size else memoryview(b"")
    with archive.open(member) as stream:
        stream.read(member.file_size - header.bytes)
        while left:
            read = stream.readinto(left[:MEGABYTE])
            if not read:
                raise EOFError
            left = left[read:]
        stream.read(1)  # at the end zipfile compares the checksum
    return values.reshape(header.shape, order="F" if header.by_columns else "C")

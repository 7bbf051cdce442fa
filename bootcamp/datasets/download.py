"""One file of a data set: from the user's own folders, the mirror, or its public address."""

import functools
import os
import shutil
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

from bootcamp import runtime
from bootcamp.datasets.catalogue import DataError
from bootcamp.datasets.store import data_root

CONNECT_SECONDS = 3.0
"""A learner without network waits at most this long before the offline data set is used."""
READ_SECONDS = 15.0


def mirror() -> str | None:
    """`BOOTCAMP_MIRROR`: a folder or URL that is asked for a file before its public address; None when not set."""
    return os.environ.get("BOOTCAMP_MIRROR") or None


def fetch(
    name: str,
    file_name: str,
    folder: Path,
    check: Callable[[Path], object],
    url: str | None = None,
    known_hash: str | None = None,
) -> Path:
    """Get one file of the data set `name` into `folder`.

    Tried in this order: a file the user put into `data_root()` or its sub-folder `name`, the mirror, and `url` unless
    `BOOTCAMP_OFFLINE` is set. A file of the user or of the mirror is their own choice and may differ from the public
    one, so `check(path)` looks at what is in it; a file for which it raises DataError is passed over. A file from
    `url` must also have `known_hash` (`md5:...` or `sha256:...`).

    Raises:
        DataError: no place has a good file; the message says for each place why not.
    """
    target = folder / file_name
    reasons = []
    for origin, get in _origins(name, file_name, url, known_hash):
        try:
            get(target)
        except DataError as error:
            reasons.append(str(error))
            continue
        try:
            check(target)
            return target
        except DataError as error:
            target.unlink()
            reasons.append(f"{origin}: {error}")
    raise DataError("; ".join(reasons))


def _origins(
    name: str, file_name: str, url: str | None, known_hash: str | None
) -> Iterator[tuple[str, Callable[[Path], None]]]:
    """Places of a file, nearest first, each with the function that gets it from there or raises DataError."""
    place = mirror()
    near = [data_root(), data_root() / name]
    if place and not _is_url(place):
        near.append(Path(place).expanduser())
    present = [folder / file_name for folder in near if (folder / file_name).is_file()]
    for path in present:
        yield str(path), functools.partial(_copy, path)
    if not present:
        yield (
            "",
            functools.partial(
                _nowhere, f"{file_name} is not in {data_root().name}/{' or the mirror' if place else ''}"
            ),
        )
    if place and _is_url(place):
        address = f"{place.rstrip('/')}/{file_name}"
        yield address, functools.partial(_download, address, None)
    if url and not os.environ.get("BOOTCAMP_OFFLINE"):
        yield url, functools.partial(_download, url, known_hash)


def _nowhere(reason: str, target: Path) -> None:
    raise DataError(reason)


def _copy(source: Path, target: Path) -> None:
    try:
        source.open("rb").close()
    except OSError as error:
        raise DataError(f"{source} cannot be read: {error.strerror}") from error
    shutil.copyfile(source, target)


def _is_url(place: str) -> bool:
    return place.startswith(("http://", "https://"))


def _download(url: str, known_hash: str | None, target: Path) -> None:
    import pooch
    import requests

    pooch.get_logger().setLevel("ERROR")
    downloader = pooch.HTTPDownloader(timeout=(CONNECT_SECONDS, READ_SECONDS), progressbar=runtime.progress_enabled())
    try:
        pooch.retrieve(url, known_hash, fname=target.name, path=target.parent, downloader=downloader)
    except requests.HTTPError as error:
        raise DataError(f"{url} answered {error.response.status_code}") from error
    except (requests.ConnectionError, requests.Timeout) as error:
        raise DataError(f"{urllib.parse.urlsplit(url).hostname} does not answer (no network?)") from error
    except requests.RequestException as error:
        raise DataError(f"the download of {url} broke off ({type(error).__name__})") from error
    except ValueError as error:  # pooch found another hash
        raise DataError(f"{url} has the wrong checksum: the download was damaged or the file has changed") from error

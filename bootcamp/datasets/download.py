"""One file of a data set: from the user's own folders, the mirror, or its public address."""

import contextlib
import functools
import shutil
import time
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bootcamp import runtime
from bootcamp.datasets.catalogue import DataError
from bootcamp.datasets.store import data_root
from bootcamp.runtime import environment, network

CONNECT_SECONDS = 3.0
"""A learner without network waits at most this long before the offline data set is used."""
READ_SECONDS = 15.0
PATIENCE_SECONDS = 15.0
LEAST_RATE = 20_000.0
"""Bytes a second, on average after `PATIENCE_SECONDS`; with less the offline data set is the better choice."""
MEGABYTE = 1 << 20


def mirror() -> str | None:
    """`BOOTCAMP_MIRROR`: a folder or URL that is asked for a file before its public address; None when not set."""
    return environment.text(environment.MIRROR_VARIABLE) or None


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
        near.append(environment.path(place, environment.MIRROR_VARIABLE))
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
    if url and not environment.flag(environment.OFFLINE_VARIABLE):
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
    host = _host(url)
    try:
        pooch.retrieve(url, known_hash, fname=target.name, path=target.parent, downloader=_stream)
    except requests.HTTPError as error:
        raise DataError(f"{url} answered {error.response.status_code}") from error
    except requests.exceptions.SSLError as error:
        raise DataError(
            f"{host} has a certificate that this machine does not trust: name the file of its authority in "
            "REQUESTS_CA_BUNDLE, or put the files into a folder and name that in BOOTCAMP_MIRROR"
        ) from error
    except (requests.ConnectionError, requests.Timeout) as error:
        raise DataError(f"{host} does not answer (no network?)") from error
    except requests.RequestException as error:
        raise DataError(f"the download of {url} broke off ({type(error).__name__})") from error
    except ValueError as error:  # pooch found another hash
        raise DataError(f"{url} has the wrong checksum: the download was damaged or the file has changed") from error


def _host(url: str) -> str:
    """Name of the server in an address.

    Raises:
        DataError: it has none.
    """
    with contextlib.suppress(ValueError):
        if host := urllib.parse.urlsplit(url).hostname:
            return host
    raise DataError(f"'{url}' is no address")


def _stream(url: str, output_file: str, _: Any) -> None:
    """Write the body of an answer to a file, as pooch asks a downloader to; one that drips has soon lost.

    Raises:
        requests.RequestException: no answer, or a status from 400 on.
        DataError: it comes too slowly, or breaks off.
    """
    import requests
    import urllib3

    direct = network.on_this_machine(urllib.parse.urlsplit(url).netloc)
    options = {"stream": True, "timeout": (CONNECT_SECONDS, READ_SECONDS)}
    proxies = dict.fromkeys(("http", "https", "all")) if direct else None
    start, done = time.monotonic(), 0
    with requests.get(url, proxies=proxies, **options) as answer, Path(output_file).open("wb") as stream:
        answer.raise_for_status()
        announced = int(answer.headers.get("Content-Length") or 0)
        bar = runtime.progress_bar(announced, url)
        with bar:
            while chunk := _piece(answer.raw, url, urllib3.exceptions.HTTPError):
                stream.write(chunk)
                bar.update(len(chunk))
                done, seconds = done + len(chunk), time.monotonic() - start
                if seconds > PATIENCE_SECONDS and done / seconds < LEAST_RATE:
                    raise DataError(f"{url} comes too slowly: {done:,} bytes in {seconds:.0f} s")
    if done < announced:
        raise DataError(f"the download of {url} broke off after {done:,} of {announced:,} bytes")


def _piece(raw: Any, url: str, broken: type[Exception]) -> bytes:
    """What has come meanwhile, at most a megabyte; empty at the end."""
    try:
        return raw.read1(MEGABYTE)
    except (broken, OSError) as error:
        raise DataError(f"the download of {url} broke off ({type(error).__name__})") from error

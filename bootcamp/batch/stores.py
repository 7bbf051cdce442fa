"""Results in any store that papermill can write to: `s3://bucket/prefix`, `gs://...`, `adl://...`, `abs://...`.

A run works in a folder of this machine and sends what is ready after each notebook, so a stop loses nothing. What a
store does not take is kept and tried again with the next notebook.
"""

import contextlib
import io
import os
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from bootcamp.batch.results import MOST_BYTES, RESULTS, BatchError, parse, read_results
from bootcamp.runtime import network

PROBE = "probe.json"
SECONDS = 60.0
"""So long a store may take for one file."""
WEB = ("http://", "https://")


def is_url(place: object) -> bool:
    """Whether a place is named by URL, and not a folder of this machine."""
    return "://" in str(place)


def read(place: str | Path) -> dict[str, Any]:
    """Contents of the `results.json` of a run, from a folder or from a store.

    Raises:
        FileNotFoundError: there is none.
        BatchError: it is damaged, or the store cannot be read.
    """
    if not is_url(place):
        return read_results(Path(place))
    url = f"{str(place).rstrip('/')}/{RESULTS}"
    return parse(_read(url), url)


def _in_time(function: Callable[[], Any]) -> Any:
    """What a function returns or raises, or TimeoutError: the libraries of some stores wait without end."""
    results: queue.SimpleQueue = queue.SimpleQueue()

    def work() -> None:
        try:
            results.put((function(), None))
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            results.put((None, error))

    threading.Thread(target=work, daemon=True).start()
    try:
        found, error = results.get(timeout=SECONDS)
    except queue.Empty:
        raise TimeoutError(f"no complete answer within {SECONDS:g} s") from None
    if error is not None:
        raise error
    return found


def _handler(url: str) -> Any:
    """Papermill's handler for a URL.

    Raises:
        BatchError: there is none, or its package is missing.
    """
    # boto3 would try for minutes where no server answers.
    os.environ.setdefault("AWS_MAX_ATTEMPTS", "2")
    from papermill.iorw import LocalHandler, papermill_io

    handler = papermill_io.get_handler(url)
    if isinstance(handler, LocalHandler):
        raise BatchError(f"papermill knows no store for {url}; name a folder, or a URL such as s3://bucket/prefix")
    return handler


def _reason(url: str, error: Exception) -> str:
    """One sentence on why a store does not answer; every store has errors of its own."""
    if type(error).__name__ == "PapermillOptionalDependencyException":
        scheme = url.partition("://")[0]
        return f"a package for {scheme}:// is missing; run `pip install 'ai-for-science-bootcamp[stores]'`"
    return " ".join(str(error).split()) or type(error).__name__


def _read(url: str) -> str:
    try:
        content = _read_web(url) if url.startswith(WEB) else _in_time(lambda: _handler(url).read(url))
    except BatchError:
        raise
    except Exception as error:
        if _is_missing(error):
            raise FileNotFoundError(url) from error
        raise BatchError(f"cannot read {url}: {_reason(url, error)}") from error
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else content


def _read_web(url: str) -> bytes:
    """A file of a web server, which papermill would take whatever its status, size and time."""
    answer = network.ask(url, SECONDS, MOST_BYTES)
    if answer.status == HTTPStatus.NOT_FOUND:
        raise FileNotFoundError(url)
    if answer.status != HTTPStatus.OK:
        raise BatchError(f"cannot read {url}: the server answers with status {answer.status}")
    return answer.body


def _is_missing(error: Exception) -> bool:
    """Whether a store says that there is no such object; S3 says it with a code, others as Python does."""
    code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
    return isinstance(error, FileNotFoundError) or str(code) in {"404", "NoSuchKey"}


@dataclass
class Store:
    """A place for the results of one run.

    `url`: without a slash at the end. `folder`: where the run works. `waiting`: paths below `folder` that the store
    has not taken yet. `problem`: the last thing that went wrong, "" while all is well.
    """

    url: str
    folder: Path
    waiting: list[str] = field(default_factory=list)
    problem: str = ""

    def open(self, resume: bool) -> None:
        """Show that the store can be written to, and fetch or set aside the results of an earlier run there.

        Raises:
            BatchError: no package, no credentials, no such bucket, or damaged results of the run to resume.
        """
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # papermill prints that a package is missing
                _handler(self.url).write("{}", f"{self.url}/{PROBE}")
        except BatchError:
            raise
        except Exception as error:
            raise BatchError(f"cannot write to {self.url}: {_reason(self.url, error)}") from error
        try:
            text = _read(f"{self.url}/{RESULTS}")
        except FileNotFoundError:
            return
        name = RESULTS if resume else f"results-{datetime.now(UTC):%Y%m%dT%H%M%S}.json"
        if resume:
            parse(text, f"{self.url}/{RESULTS}")
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text, encoding="utf-8")
        if not resume:
            self.send(name)

    def send(self, *paths: str) -> None:
        """Send files of the folder, and what is still waiting; never raises for what a store does."""
        self.waiting = list(dict.fromkeys([*self.waiting, *filter(None, paths)]))
        self.problem = ""
        while self.waiting:
            target = f"{self.url}/{self.waiting[0]}"
            try:
                _handler(target).write((self.folder / self.waiting[0]).read_text(encoding="utf-8"), target)
            except Exception as error:  # noqa: BLE001 - stores have errors of their own; all of them are to be told
                self.problem = f"cannot write to {target}: {_reason(target, error)}"
                return
            self.waiting.pop(0)

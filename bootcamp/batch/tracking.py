"""Batch results as MLflow runs: an experiment per lab, a run per notebook.

Parameters, metrics and claims go with the executed copy. A server that does not answer costs some seconds once and
nothing else: `results.json` has everything, and `bootcamp report --mlflow` sends it later.
"""

import contextlib
import os
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from bootcamp.batch.results import INTERRUPTED, NOT_RUN, OK, BatchError, Result
from bootcamp.runtime import network

PATIENCE = {"MLFLOW_HTTP_REQUEST_TIMEOUT": "5", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0"}
CONNECT_SECONDS = 5.0
LONGEST_NAME, LONGEST_VALUE = 240, 4000


class Tracker:
    """Sends results to an MLflow server, a folder or a database, whatever the URI names. Gives up at the first error.

    `problem`: why it gave up, "" while all is well.
    """

    def __init__(self, uri: str, profile: str, started: str):
        self.uri, self.problem = uri, ""
        self._tags = {"profile": profile, "batch run": started}

    def send(self, result: Result, folder: Path) -> None:
        """Send one result with its executed copy below `folder`; on success `result.mlflow` is the id of its run.

        What did not run, and what was sent before, is left out.
        """
        if self.problem or result.mlflow or result.status in {NOT_RUN, INTERRUPTED}:
            return
        try:
            with _impatient(self.uri):
                result.mlflow = _send(self.uri, result, folder, self._tags)
        except Exception as error:  # noqa: BLE001 - a tracking server must not harm the run it watches
            reason = str(error).strip().splitlines()
            self.problem = f"MLflow at {self.uri} did not take {result.notebook}: {(reason or ['no reason given'])[0]}"


@contextlib.contextmanager
def _impatient(uri: str) -> Iterator[None]:
    """MLflow would try seven times with two minutes each; what the user has set counts more.

    It would ask the proxy of the environment for a server on this machine, too.
    """
    added = {name: value for name, value in PATIENCE.items() if name not in os.environ} | network.direct_variables(uri)
    before = {name: os.environ[name] for name in added if name in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]
        os.environ.update(before)


def _send(uri: str, result: Result, folder: Path, tags: Mapping[str, str]) -> str:
    _check_answers(uri)
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=uri)
    name = f"bootcamp {PurePosixPath(result.notebook).parent.name or result.notebook}"
    experiment = client.get_experiment_by_name(name)
    experiment_id = experiment.experiment_id if experiment else client.create_experiment(name, _artifacts(uri))
    run_id = client.create_run(experiment_id, run_name=result.notebook, tags=dict(tags)).info.run_id
    try:
        for key, value in _unique(result.parameters).items():
            client.log_param(run_id, key, value)
        for key, value in _unique(_numbers(result)).items():
            client.log_metric(run_id, key, value)
        for key, value in _unique(_texts(result)).items():
            client.set_tag(run_id, key, str(value)[:LONGEST_VALUE])
        for path in _copies(result, folder):
            client.log_artifact(run_id, str(path))
    except BaseException:
        with contextlib.suppress(Exception):  # half a run is none; sent again later
            client.delete_run(run_id)
        raise
    client.set_terminated(run_id, "FINISHED" if result.status == OK else "FAILED")
    return run_id


def _copies(result: Result, folder: Path) -> Iterator[Path]:
    """Executed copy and page, where they lie in the folder of the run: results of somebody else may name any file."""
    for name in filter(None, (result.executed, result.html)):
        with contextlib.suppress(OSError, ValueError):
            place = (folder / name).resolve()
            if place.is_file() and place.is_relative_to(folder.resolve()):
                yield place


def _check_answers(uri: str) -> None:
    """Raise ConnectionError where no server is; MLflow's own message would name all of its layers."""
    if uri.startswith(("http://", "https://")):
        try:
            network.ask(f"{uri.rstrip('/')}/health", CONNECT_SECONDS)  # any status is an answer
        except network.NetworkError as error:
            raise ConnectionError("the server does not answer") from error


def _artifacts(uri: str) -> str | None:
    """Where files go: beside an SQLite file, not in the current folder, which is MLflow's choice; else as it likes."""
    if not uri.startswith("sqlite:///"):
        return None
    return (Path(uri.removeprefix("sqlite:///")).absolute().parent / "mlartifacts" / uuid.uuid4().hex).as_uri()


def _numbers(result: Result) -> dict[str, float]:
    numbers = {name: value for name, value in result.metrics.items() if isinstance(value, int | float)}
    return {"seconds": result.seconds, "peak memory MB": result.peak_memory_mb} | numbers


def _texts(result: Result) -> dict[str, Any]:
    texts = {name: value for name, value in result.metrics.items() if not isinstance(value, int | float)}
    claims = {f"claim: {text}": holds for text, holds in result.claims.items()}
    exercises = {f"exercise: {name}": passed for name, passed in result.exercises.items()}
    return {"status": result.status, "error": result.error} | texts | claims | exercises


def _unique(values: Mapping[str, Any]) -> dict[str, Any]:
    """Names that MLflow allows; where two become one, the later gets a number.

    >>> _unique({"top-1, shuffled": 1, "top-1; shuffled": 2})
    {'top-1_ shuffled': 1, 'top-1_ shuffled 2': 2}
    """
    found: dict[str, Any] = {}
    for name, value in values.items():
        plain = re.sub(r"[^\w\-. :/]", "_", name, flags=re.ASCII)[:LONGEST_NAME]
        number, key = 1, plain
        while key in found:
            number += 1
            key = f"{plain} {number}"
        found[key] = value
    return found


def send_later(uri: str, folder: Path, content: dict[str, Any]) -> Iterable[Result]:
    """Send every result of a run that has not been sent; yields all of them, sent ones with the id of their run.

    Raises:
        BatchError: the server did not take one.
    """
    tracker = Tracker(uri, content.get("profile", ""), content.get("started", ""))
    for entry in content["notebooks"]:
        result = Result(**entry)
        tracker.send(result, folder)
        yield result
    if tracker.problem:
        raise BatchError(tracker.problem)

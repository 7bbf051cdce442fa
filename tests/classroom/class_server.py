"""A class with a leaderboard, for its tests: the server in a thread, a learner at home, and fixtures for both."""

import contextlib
import io
import itertools
import json
import re
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import replace
from pathlib import Path

from bootcamp.runtime import network
from classroom.leaderboard import board as board_module
from classroom.leaderboard import server
from classroom.leaderboard.settings import Settings
from tests.classroom import toy_class

import numpy as np
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
KEY = "k" * 43
PASSWORD = "geheim, süß"
CLASS_VARIABLES = ("BOOTCAMP_LEADERBOARD", "BOOTCAMP_CLASS_PASSWORD", "BOOTCAMP_LEADERBOARD_FOLDER")


class ClassServer:
    """A class: its server in a thread of its own, which can be ended and started again with other settings."""

    def __init__(self, settings: Settings):
        self.settings, self.port = settings, 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self, **changes):
        self.settings = replace(self.settings, **changes)
        self.service = server.create_server(self.settings, log_level="critical")
        listening = network.listen("127.0.0.1", self.port)
        self.port = network.port_of(listening)
        self.thread = threading.Thread(target=self.service.run, kwargs={"sockets": [listening]})
        self.thread.start()

    def end(self):
        self.service.should_exit = True
        self.thread.join()

    def put(self, body, competition="toy", password=PASSWORD, key=KEY, headers=(), **query):
        """Send bytes as a program other than ours might; returns status and answer."""
        query = urllib.parse.urlencode({"learner": "Ada", "model": "m", **query})
        headers = {"X-Bootcamp-Password": urllib.parse.quote(password), "X-Bootcamp-Key": key, **dict(headers)}
        address = f"{self.url}/api/submissions/{competition}?{query}"
        request = urllib.request.Request(address, data=body, method="PUT", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=60) as answer:
            return answer.read().decode()

    def models(self):
        """Models of everything that is recorded."""
        return [row["model"] for row in json.loads(self.get("/api/rankings/toy?every=true"))["rows"]]


def npz(**arrays):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


@pytest.fixture(autouse=True)
def toy(monkeypatch, tmp_path):
    """The competition, and a learner Ada at home in `tmp_path/ada`."""
    toy_class.only_toy(monkeypatch)
    monkeypatch.setattr(server, "WRONG_PASSWORD_SECONDS", 0.0)
    monkeypatch.setattr(board_module, "FRESH_SECONDS", 0.0)
    monkeypatch.setenv("NO_PROXY", "*")
    for name in CLASS_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    at_home(monkeypatch, tmp_path, "Ada")


def at_home(monkeypatch, tmp_path, learner):
    monkeypatch.setenv("BOOTCAMP_HOME", str(tmp_path / learner.casefold()))
    monkeypatch.setenv("BOOTCAMP_LEARNER", learner)


@pytest.fixture
def folder(tmp_path, empty_store):
    """Folder of a class whose store is empty."""
    found = tmp_path / "class"
    found.mkdir()
    shutil.copy(empty_store, found)
    return found


@pytest.fixture
def school(monkeypatch, folder):
    """A class whose server runs; the learner at home knows address and password."""
    school = ClassServer(Settings(folder, PASSWORD, f"sqlite:///{folder / 'leaderboard.db'}"))
    school.start()
    monkeypatch.setenv("BOOTCAMP_LEADERBOARD", school.url)
    monkeypatch.setenv("BOOTCAMP_CLASS_PASSWORD", PASSWORD)
    yield school
    school.end()


@contextlib.contextmanager
def running(what, *arguments, folder, port=0, mlflow=("--no-mlflow",)):
    """A server in a process of its own; gives its address and the process, with the address of MLflow in `mlflow`."""
    options = ["--port", str(port), *mlflow, "--folder", str(folder)]
    command = [sys.executable, "-m", "tests.classroom.toy_class", what, *map(str, arguments), *options]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, cwd=REPOSITORY, **pipes) as process:
        try:
            said = "".join(itertools.takewhile(lambda line: "Ctrl-C" not in line, process.stdout))
            addresses = re.findall(r"(?:projector|some seconds): (http://[^\s,]+)", said)
            assert addresses, said
            process.mlflow = addresses[1] if len(addresses) > 1 else ""
            yield addresses[0], process
        finally:
            process.terminate()

"""A class in sight for its tests: its server, learners who send by themselves, and the instructor."""

import functools
import json
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request

from bootcamp.exercises.sharing import reporting
from classroom.leaderboard import server
from classroom.leaderboard.settings import Settings
from classroom.sight import plan, service
from tests.classroom.class_server import CLASS_VARIABLES, PASSWORD, ClassServer, at_home

import pytest

INSTRUCTOR = "nur für mich"
read_once = functools.cache(plan.read)
FIRST, SECOND = "intro.mean_squared_error", "intro.parameter_count"


def ask(address, content=None, method=None, **headers):
    """Status, headers and body of an answer, whatever the status."""
    body = None if content is None else content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = {"Content-Type": "application/json", **{key.replace("_", "-"): value for key, value in headers.items()}}
    request = urllib.request.Request(address, body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def event(exercise=FIRST, passed=False, hint=0, age=0.0, **changes):
    """A check as a learner's side sends it."""
    found = {"id": secrets.token_hex(16), "exercise": exercise, "passed": passed, "hint": hint, "age": age}
    return found | changes


class Pupil:
    """Sends what it likes, as a program other than ours might."""

    def __init__(self, school, name, word=PASSWORD):
        self.school, self.name, self.word = school, name, word
        self.key, self.consent = secrets.token_urlsafe(32), secrets.token_hex(16)
        found = self.post("class", None)[1]
        self.token = found.get("class", "")

    def post(self, path, content, **headers):
        headers = {"X_Bootcamp_Password": urllib.parse.quote(self.word), "X_Bootcamp_Key": self.key, **headers}
        if isinstance(content, dict):
            content = {"name": self.name, "consent": self.consent, "class": self.token, **content}
        status, _, body = ask(f"{self.school.url}/api/sight/{path}", content, **headers)
        return status, json.loads(body)

    def send(self, *events, **headers):
        return self.post("events", {"events": list(events)}, **headers)

    def hand(self, line="", up=True):
        return self.post("hand", {"up": up, "line": line})


class Teacher:
    """The instructor at the page, by its addresses."""

    def __init__(self, school, password=INSTRUCTOR):
        self.school = school
        self.session = json.loads(ask(f"{school.url}/sight/login", {"password": password})[2]).get("session", "")

    def ask(self, path, content=None, **headers):
        return ask(f"{self.school.url}/sight/{path}", content, X_Bootcamp_Session=self.session, **headers)

    def get(self, path, content=None):
        status, _, body = self.ask(path, content)
        assert status == 200, (status, body)
        return json.loads(body)

    def snapshot(self, name="own", named=True):
        return self.get(f"{name}/snapshot?named={str(named).lower()}")

    def cells(self, name="own"):
        """Learner -> exercise -> [state, tries]."""
        names = [row["name"] for row in self.get(f"{name}/course")["exercises"]]
        rows = self.snapshot(name)["learners"]
        return {row["name"]: {names[int(n)]: cell[:2] for n, cell in row["cells"].items()} for row in rows}

    def open(self, title):
        return self.get("classes", {"title": title})


def wait_until(condition, seconds=10.0):
    """Wait for something that happens in the background; returns what it was."""
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


@pytest.fixture(autouse=True)
def fresh_reporter(monkeypatch):
    """A process of its own for every test, as far as reports go; wrong words and tries cost no time."""
    reporting.reporter.cache_clear()
    monkeypatch.setattr(service, "WRONG_SECONDS", 0.0)
    monkeypatch.setattr(reporting, "LONGEST_WAIT", 0.5)
    yield
    reporting.reporter().end()
    reporting.reporter.cache_clear()


class NoBoard:
    """In place of the leaderboard, whose store takes its time: nobody has submitted anything."""

    def __init__(self, settings):
        self.settings = settings

    def open(self):
        """There is nothing to open."""

    def check_owner(self, name, key):
        return name


@pytest.fixture
def home(monkeypatch, tmp_path):
    """A learner Ada at home, in no class."""
    monkeypatch.setenv("NO_PROXY", "*")
    for name in CLASS_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    at_home(monkeypatch, tmp_path, "Ada")


@pytest.fixture
def quick_server(monkeypatch):
    """Servers that start at once: without a leaderboard, and with a plan that is read once."""
    monkeypatch.setattr(server, "Board", NoBoard)
    monkeypatch.setattr(plan, "read", read_once)


@pytest.fixture
def folder(tmp_path):
    """Folder of a server."""
    found = tmp_path / "server"
    found.mkdir()
    return found


@pytest.fixture
def sight(monkeypatch, home, quick_server, folder):
    """A class in sight whose server runs; the learner at home knows address and word, and has agreed to nothing."""
    school = ClassServer(Settings(folder, PASSWORD, "", instructor_password=INSTRUCTOR))
    school.start()
    monkeypatch.setenv("BOOTCAMP_LEADERBOARD", school.url)
    monkeypatch.setenv("BOOTCAMP_CLASS_PASSWORD", PASSWORD)
    yield school
    school.end()


@pytest.fixture
def teacher(sight):
    return Teacher(sight)


def records(school, name="own"):
    """The record of a class, in the process of the server."""
    return school.service.config.app.state.sight.classes.get(name).records

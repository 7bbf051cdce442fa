"""A small course of quick notebooks, a toy data set and a web server for the tests of the foundation."""

import contextlib
import http.server
import os
import subprocess
import sys
import threading
import uuid
from pathlib import Path

from bootcamp import course

import filelock
import matplotlib
import nbformat
import psutil
import pytest

matplotlib.use("Agg")

REPOSITORY = Path(__file__).resolve().parents[1]
NAMES = ("01_One", "02_Two", "03_Three", "04_Four", "05_Five", "06_Six")
PARAMETERS = (
    "epochs: int = 2  # passes\nrate: float = 0.1  # step\nword: str = 'a'  # text\nfast: bool = False  # speed"
)
METADATA = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "language_info": {"name": "python"},
}


class FakeCourse:
    """A course in a folder: `Start_Here` and `Lab` with some notebooks that run in a second."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, count: int = 3):
        self.root, self.names, self.mark = root, NAMES[:count], uuid.uuid4().hex
        monkeypatch.setenv("BOOTCAMP_ROOT", str(root))
        monkeypatch.setenv("BOOTCAMP_TEST_MARK", self.mark)
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")]))
        self.describe()
        self.write("Start_Here", "print('start')", parameters=None)
        for name in self.names:
            self.write(name, "print(epochs)")

    def describe(self, **profiles: str) -> None:
        """Write the lab's description; `profiles`: notebook -> lines of TOML, such as `gpu = {epochs = 50}`."""
        lines = ['order = 1\ntitle = "A Lab"\nroom = "intro"\noutcome = "test"']
        for name in self.names:
            guide = 'guide = {idea = "i", ask = "a", show = "s", stumble = "u"}'
            entry = f'file = "{name}"\ntitle = "{name}"\nminutes = 1\n{guide}'
            lines.append(f"[[notebooks]]\n{entry}\n{profiles.get(name, '')}")
        for name in ("offline_digits", "mnist"):
            texts = f'name = "{name}"\ntitle = "t"\nsource = "s"\nlicence = "l"\nmegabytes = 1'
            lines.append(f'[[data_sets]]\n{texts}\nbuilder = "bootcamp.intro.data:build_{name}"')
        (self.root / "Lab").mkdir(parents=True, exist_ok=True)
        (self.root / "Lab" / course.LAB_FILE).write_text("\n".join(lines), encoding="utf-8")

    def path(self, name: str) -> Path:
        return self.root / (f"{name}.ipynb" if name == "Start_Here" else f"Lab/{name}.ipynb")

    def write(self, name: str, *sources: str, parameters: str | None = PARAMETERS) -> None:
        notebook = nbformat.v4.new_notebook(metadata=METADATA)
        if parameters:
            notebook.cells.append(nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}))
        notebook.cells += [nbformat.v4.new_code_cell(source) for source in sources]
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, self.path(name))

    def entries(self, *names: str) -> tuple[course.Notebook, ...]:
        return course.select(names)

    def command(self, *arguments: str) -> list[str]:
        """The `bootcamp` command of a process in which this is the course."""
        return [sys.executable, "-c", "from bootcamp.cli import main; main()", *map(str, arguments)]

    def leftovers(self) -> list[psutil.Process]:
        """Processes of this course that still run."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                marked = process.environ().get("BOOTCAMP_TEST_MARK") == self.mark
                if marked and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found


@pytest.fixture
def fake_course(tmp_path, monkeypatch) -> FakeCourse:
    return FakeCourse(tmp_path / "course", monkeypatch)


@pytest.fixture
def data_folder(tmp_path, monkeypatch) -> Path:
    """Empty folder of all data sets, no mirror."""
    monkeypatch.setenv("BOOTCAMP_DATA", str(tmp_path / "datasets"))
    monkeypatch.delenv("BOOTCAMP_MIRROR", raising=False)
    return tmp_path / "datasets"


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory) -> Path:
    """An MLflow store without experiments, to be copied: making one takes seconds."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # one for all workers
        shared = shared.parent
    file = shared / "store" / "leaderboard.db"
    with filelock.FileLock(shared / "store.lock"):
        if not file.exists():
            from mlflow.tracking import MlflowClient

            file.parent.mkdir(exist_ok=True)
            begun = file.with_name("begun.db")
            MlflowClient(f"sqlite:///{begun}").search_experiments()
            begun.rename(file)
    return file


@pytest.fixture
def run_python(tmp_path):
    """Run Python code in a process of its own: `run_python(code, NAME=value)` -> completed process."""

    def run(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        paths = os.pathsep.join([str(REPOSITORY), str(tmp_path), os.environ.get("PYTHONPATH", "")])
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            capture_output=True,
            text=True,
            timeout=300,
            env={"BOOTCAMP_ROOT": str(REPOSITORY)} | os.environ | {"PYTHONPATH": paths} | environment,
        )

    return run


@pytest.fixture
def web(monkeypatch):
    """A web server on this machine: `web.files[path] = (status, body, announced length)`; `web.url` is its address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked.append(self.path)
            status, body, announced = self.server.files.get(self.path, (404, b"", 0))
            self.send_response(status)
            self.send_header("Content-Length", str(announced))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    monkeypatch.setenv("NO_PROXY", "*")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.files, server.asked, server.url = {}, [], f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


class Memory:
    """A handler for papermill. `broken`: the error that it raises at every write."""

    def __init__(self):
        self.files, self.broken = {}, None

    def read(self, path):
        if path not in self.files:
            raise FileNotFoundError(path)
        return self.files[path]

    def write(self, text, path):
        if self.broken:
            raise self.broken
        self.files[path] = text


@pytest.fixture
def memory(monkeypatch) -> Memory:
    """A store `memory://` for papermill."""
    from papermill.iorw import papermill_io

    handler = Memory()
    monkeypatch.setattr(papermill_io, "_handlers", [("memory://", handler), *papermill_io._handlers])
    return handler


def pytest_terminal_summary(terminalreporter):
    """Say per lab how many mutants of the solutions the checks of its exercises see."""
    totals: dict[str, list[int]] = {}
    for report in terminalreporter.getreports("passed"):
        for room, made, passed in (value for key, value in report.user_properties if key == "mutants"):
            total = totals.setdefault(room, [0, 0])
            total[0], total[1] = total[0] + made, total[1] + passed
    for room, (made, passed) in totals.items():
        if made:
            line = f"{room}: {made - passed} of {made} mutants of the solutions do not pass; {passed} are equivalent"
            terminalreporter.write_line(line)

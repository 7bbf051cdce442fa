"""The hub of a class in a corner of its own, and learners who use it as a browser does.

The hub runs as root in a mount and process namespace: the system users that it creates exist in a copy of /etc only,
and every process in it ends with it, also when the test is killed. Folders that are closed to other users, such as
/root with its Python, are opened there for what the course needs, as on a server where it lies in /opt.
"""

import concurrent.futures
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bootcamp.classroom import hub
from bootcamp.runtime import network

import nbformat
import psutil
import requests
import websocket

REPOSITORY = Path(__file__).resolve().parents[2]
CONFIGURATION = REPOSITORY / "classroom" / "jupyterhub" / "jupyterhub_config.py"
PATIENCE = 120.0
NAMESPACE = (
    *("setpriv", "--pdeathsig", "KILL"),  # a killed test takes its hub along
    *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"),
)
ENTER = """
set -euo pipefail
folder=$1 closed=$2; shift 2
cp -a /etc "$folder/etc"
mount --bind "$folder/etc" /etc
trees=()
while [ "$1" != -- ]; do trees+=("$1"); shift; done
shift
for i in "${!trees[@]}"; do
    mkdir -p "$folder/trees/$i"
    mount --rbind "${trees[$i]}" "$folder/trees/$i"
done
while read -r place; do
    [ -z "$place" ] || mount -t tmpfs -o mode=755 none "$place"
done <<< "$closed"
for i in "${!trees[@]}"; do
    mkdir -p "${trees[$i]}"
    mount --rbind "$folder/trees/$i" "${trees[$i]}"
done
exec "$@"
"""
AGAIN = """
folder=$1; shift
while true; do
    "$@" || true
    touch "$folder/ended"
    until [ -e "$folder/again" ]; do sleep 0.1; done
    rm "$folder/again" "$folder/ended"
done
"""
"""First process of the namespace: it outlives the hub, so that a test sees what a killed hub leaves."""


def missing() -> str:
    """Why this machine cannot show learners apart; empty when it can."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "only root on Linux can make system users"
    if not shutil.which("unshare") or subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode:
        return "this machine permits no mount namespace, in which the test makes its system users"
    return ""


@contextlib.contextmanager
def kept_ports(count: int) -> Iterator[list[int]]:
    """So many ports that nobody else gets as long as the block runs: the hub and its proxy are told their numbers."""
    with contextlib.ExitStack() as stack:
        yield [network.port_of(stack.enter_context(network.reserve("127.0.0.1"))) for _ in range(count)]


def wait_for(condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """The first true value of `condition()`."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"{what}: not in {seconds:.0f} seconds"
        time.sleep(0.2)
    return value


def at_once(calls: list[Callable[[], object]]) -> list:
    """Results of several calls that run at the same time."""
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]


@dataclass
class Hub:
    """A running hub: `url` is its address, `passwords` those on the slips."""

    folder: Path
    url: str
    passwords: dict[str, str]
    process: subprocess.Popen
    settings: hub.Settings

    def add(self, name: str) -> None:
        """Print a slip."""
        self.passwords |= hub.add_learners(self.settings, [name])

    def processes(self) -> list[psutil.Process]:
        """The hub and everything that it started, without those that keep the namespace."""
        found = []
        for process in psutil.Process(self.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                words = process.cmdline()
                if process.status() != psutil.STATUS_ZOMBIE and AGAIN not in words and words != ["sleep", "0.1"]:
                    found.append(process)
        return found

    def kill(self) -> None:
        """SIGKILL for the hub alone."""
        (running,) = [process for process in self.processes() if process.cmdline()[1:3] == ["-m", "jupyterhub"]]
        running.kill()

    def start_again(self) -> None:
        """The same command once more."""
        (self.folder / "again").touch()
        wait_for(lambda: not (self.folder / "again").exists(), "the hub starts again")
        wait_for(lambda: _answers(self), "the hub answers again")

    def log(self) -> str:
        return (self.folder / "hub.log").read_text(errors="replace")

    def learner(self, name: str) -> "Learner":
        return Learner(self, name)


def enter(folder: Path, command: list[str]) -> list[str]:
    """The command in the namespace."""
    trees = [Path(sys.base_prefix), Path(sys.prefix), REPOSITORY]
    trees += [Path(part) for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part and Path(part).is_dir()]
    closed = {place: None for tree in trees if (place := hub.closed_folder(tree))}
    hidden = [str(tree) for tree in dict.fromkeys(trees) if any(place in (tree, *tree.parents) for place in closed)]
    places = "\n".join(map(str, closed))
    return [*NAMESPACE, "bash", "-c", ENTER, "bash", str(folder), places, *hidden, "--", *command]


@contextlib.contextmanager
def running(names: tuple[str, ...] = (), **settings: str) -> Iterator[Hub]:
    """A hub with these learners; `settings` are variables without BOOTCAMP_CLASS_."""
    folder = Path(tempfile.mkdtemp(prefix="hub-"))
    folder.chmod(0o755)
    (folder / "homes").mkdir()
    process = None
    with kept_ports(3) as (port, hub_port, proxy_port):
        url = f"http://127.0.0.1:{port}"
        ports = {"ADDRESS": url, "HUB_PORT": str(hub_port), "PROXY_PORT": str(proxy_port)}
        places = {"STATE": str(folder / "state"), "HOMES": str(folder / "homes"), "PROFILE": "smoke"}
        variables = {f"BOOTCAMP_CLASS_{name}": value for name, value in (ports | places | settings).items()}
        environment = os.environ | {"BOOTCAMP_DATA": str(folder / "data")} | variables
        try:
            configured = hub.read_settings(environment)
            passwords = hub.add_learners(configured, names)
            hub_command = [sys.executable, "-m", "jupyterhub", "--config", str(CONFIGURATION)]
            command = enter(folder, ["bash", "-c", AGAIN, "bash", str(folder), *hub_command])
            with (folder / "hub.log").open("wb") as log:
                process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
            started = Hub(folder, url, passwords, process, configured)
            wait_for(lambda: _answers(started), "the hub answers")
            yield started
        finally:
            if process is not None:
                process.kill()  # the namespace, and everything in it, ends with it
                process.wait()
            shutil.rmtree(folder, ignore_errors=True)


def _answers(started: Hub) -> bool:
    ended = started.process.poll() is not None or (started.folder / "ended").exists()
    assert not ended, f"the hub ended:\n{started.log()[-3000:]}"
    with contextlib.suppress(requests.RequestException):
        return requests.get(f"{started.url}/hub/api/", timeout=5).ok
    return False


@dataclass
class Learner:
    """A learner with a browser: a session with cookies, and a token for the REST interface of their own server."""

    hub: Hub
    name: str
    browser: requests.Session = field(default_factory=requests.Session)
    token: str = ""

    def log_in(self, password: str | None = None, headers: Mapping[str, str] | None = None) -> requests.Response:
        """Send the login form, and take a token for the REST interface where it was right."""
        answer = self.send_form(password, headers)
        if answer.ok:
            self.token = self._hub("POST", f"users/{self.name}/tokens", {"note": "test"}).json()["token"]
        return answer

    def send_form(self, password: str | None = None, headers: Mapping[str, str] | None = None) -> requests.Response:
        """Send the login form, with the password of the slip unless told otherwise."""
        self.browser.get(f"{self.hub.url}/hub/login", headers=headers, timeout=30)
        form = {
            "username": self.name,
            "password": self.hub.passwords[self.name] if password is None else password,
            "_xsrf": self.browser.cookies.get("_xsrf", path="/hub/"),
        }
        address = f"{self.hub.url}/hub/login?next=%2Fhub%2Fhome"
        return self.browser.post(address, data=form, headers=headers, timeout=30)

    def _ask_hub(self, method: str, path: str, body: dict | None = None) -> requests.Response:
        headers = {"X-XSRFToken": self.browser.cookies.get("_xsrf", path="/hub/"), "Sec-Fetch-Mode": "cors"}
        address = f"{self.hub.url}/hub/api/{path}"
        return self.browser.request(method, address, json=body, headers=headers, timeout=PATIENCE)

    def _hub(self, method: str, path: str, body: dict | None = None) -> requests.Response:
        answer = self._ask_hub(method, path, body)
        answer.raise_for_status()
        return answer

    def hub_status(self, method: str, path: str) -> int:
        """HTTP status of a request to the REST interface of the hub, as the pages of the hub send it."""
        return self._ask_hub(method, path).status_code

    def start(self, seconds: float = PATIENCE) -> None:
        """Start the own server and wait until it is ready."""
        self._hub("POST", f"users/{self.name}/server")
        wait_for(self._ready, f"the server of {self.name} starts", seconds)

    def _ready(self) -> bool:
        servers = self._hub("GET", f"users/{self.name}").json()["servers"]
        return bool(servers.get("", {}).get("ready"))

    def is_running(self) -> bool:
        return bool(self._hub("GET", f"users/{self.name}").json()["servers"])

    def rest(self, method: str, path: str, body: dict | None = None, of: str | None = None) -> requests.Response:
        """A request to the REST interface of the own server, or of somebody else's."""
        return requests.request(
            method,
            f"{self.hub.url}/user/{of or self.name}/api/{path}",
            json=body,
            headers={"Authorization": f"token {self.token}"},
            timeout=PATIENCE,
        )

    def notebook(self, path: str) -> nbformat.NotebookNode:
        answer = self.rest("GET", f"contents/{path}")
        answer.raise_for_status()
        return nbformat.from_dict(answer.json()["content"])

    def save(self, path: str, content: nbformat.NotebookNode) -> None:
        body = {"type": "notebook", "format": "json", "content": content}
        self.rest("PUT", f"contents/{path}", body).raise_for_status()

    @contextlib.contextmanager
    def kernel(self, path: str = "Start_Here.ipynb") -> "Iterator[Kernel]":
        """A kernel in the folder of a notebook, as JupyterLab opens one."""
        body = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        answer = self.rest("POST", "sessions", body)
        answer.raise_for_status()
        identity = answer.json()["kernel"]["id"]
        address = self.hub.url.replace("http", "ws") + f"/user/{self.name}/api/kernels/{identity}/channels"
        socket_ = websocket.create_connection(
            address, header=[f"Authorization: token {self.token}"], timeout=PATIENCE, suppress_origin=True
        )
        try:
            yield Kernel(identity, socket_)
        finally:
            socket_.close()

    def run_notebook(self, path: str) -> int:
        """Run every code cell; returns how many there were. An error in a cell is an AssertionError."""
        cells = [cell for cell in self.notebook(path).cells if cell.cell_type == "code"]
        with self.kernel(path) as kernel:
            for cell in cells:
                kernel.run(cell.source)
        return len(cells)


@dataclass
class Kernel:
    """A kernel behind its web socket."""

    identity: str
    socket: websocket.WebSocket

    def run(self, code: str) -> str:
        """What the code prints. An error is an AssertionError with its name and message."""
        request = uuid.uuid4().hex
        header = {"msg_id": request, "msg_type": "execute_request", "username": "", "session": uuid.uuid4().hex}
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        message = {"header": header | {"version": "5.3"}, "parent_header": {}, "metadata": {}, "content": content}
        self.socket.send(json.dumps(message | {"channel": "shell", "buffers": []}))
        printed, status, failure, idle = "", "", "", False
        while not (status and idle):
            answer = json.loads(self.socket.recv())
            if answer["parent_header"].get("msg_id") != request:
                continue
            kind, content = answer["msg_type"], answer["content"]
            if kind == "stream":
                printed += content["text"]
            elif kind == "error":
                failure = f"{content['ename']}: {content['evalue']}"
            elif kind == "execute_reply":
                status = content["status"]
            elif kind == "status":
                idle = content["execution_state"] == "idle"
        assert status == "ok", failure or status
        return printed

"""SIGKILL at any moment: nothing half made is taken for whole, nothing is lost, nothing survives its parent."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bootcamp import batch, datasets
from bootcamp.batch import results
from bootcamp.datasets import store
from bootcamp.leaderboard import class_client, ranking
from bootcamp.leaderboard.submissions import Submission
from bootcamp.runtime import network
from tests.attack.trials import Attack
from tests.classroom import class_server, toy_class
from tests.conftest import FakeCourse
from tests.test_children import MARK

import pytest

DATA_SET = "offline_digits"
COMMAND = [sys.executable, "-c", "from bootcamp.cli import main; main()"]
NOTEBOOKS, KILLS_PER_RUN = 2, 5
MOST_SECONDS = 120.0
"""So long a command that is not killed may take on a busy machine."""


def preparing(attack: Attack) -> None:
    """`bootcamp data prepare` is killed at any moment; then the data set is made in the usual way."""
    with marked_folder(attack) as (mark, patch):
        patch.setenv("BOOTCAMP_DATA", str(attack.folder / "data"))
        command = [*COMMAND, "data", "prepare", DATA_SET]
        begun = time.monotonic()
        subprocess.run(command, check=True, capture_output=True, timeout=MOST_SECONDS)
        seconds, whole = time.monotonic() - begun, _digests()
        for number in attack.trials():
            datasets.clean(DATA_SET)
            kill_after(attack.random.uniform(0.3, 1.05) * seconds, command)
            attack.check_gone(mark)
            with attack.guarded(f"kill {number}"):
                ready = datasets.state(DATA_SET) == "ready"
                attack.check(not ready or datasets.verify(DATA_SET) == [], "ready and damaged")
                datasets.prepare(DATA_SET)
                attack.check(_digests() == whole, "other bytes after a kill")
                left = [path.name for path in store.data_root().iterdir() if "partial" in path.name]
                attack.check(not left, f"left behind: {left}")


def _digests() -> dict[str, str]:
    folder = datasets.prepare(DATA_SET)
    return {path.name: datasets.sha256(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def running(attack: Attack) -> None:
    """`bootcamp run --jobs 2 --resume` is killed again and again; what ended well stays."""
    with marked_folder(attack) as (mark, patch):
        course = FakeCourse(attack.folder / "course", patch, NOTEBOOKS)
        patch.setenv(MARK, mark)
        for name in course.names:
            course.write(name, "print(epochs)", "import time\ntime.sleep(0.2)")
        killed: dict[str, dict] = {}
        output, seconds = attack.folder / "first", 0.0
        for number in attack.trials():
            command = course.command("run", "Lab", "--jobs", "2", "--resume", "--output", output)
            if not seconds:  # how long it takes undisturbed
                seconds = _to_the_end(attack, command, output)
                output = attack.folder / str(number)
                command[-1] = str(output)
            kill_after(attack.random.uniform(0.1, 0.9) * seconds, command, attack.folder)
            attack.check_gone(mark)
            killed = _kept(attack, output, killed)
            if number % KILLS_PER_RUN == 0:
                _to_the_end(attack, command, output)
                _kept(attack, output, killed)
                killed, output = {}, attack.folder / str(number)


def _kept(attack: Attack, output: Path, before: dict[str, dict]) -> dict[str, dict]:
    """The results of a folder; those that had ended well must be the same still."""
    try:
        found = {entry["notebook"]: entry for entry in results.read_results(output)["notebooks"]}
    except FileNotFoundError:
        found = {}
    except batch.BatchError as error:
        attack.check(False, error)
        return before
    good = {name: entry for name, entry in before.items() if entry["status"] == batch.OK}
    attack.check(all(found.get(name) == entry for name, entry in good.items()), "a result got lost")
    return found


def _to_the_end(attack: Attack, command: list[str], output: Path) -> float:
    """Run undisturbed; returns the seconds it took."""
    begun = time.monotonic()
    ended = subprocess.run(
        command, capture_output=True, text=True, cwd=attack.folder, timeout=2 * MOST_SECONDS, check=False
    )
    statuses = [entry["status"] for entry in json.loads((output / results.RESULTS).read_text())["notebooks"]]
    attack.check(ended.returncode == 0 and statuses == [batch.OK] * NOTEBOOKS, f"{statuses}: {ended.stderr}")
    return time.monotonic() - begun


def board(attack: Attack) -> None:
    """The leaderboard, MLflow with it, is killed; the same command with the same ports works at once."""
    with marked_folder(attack) as (mark, patch), contextlib.ExitStack() as stack:
        patch.setenv("BOOTCAMP_CLASS_PASSWORD", class_server.PASSWORD)
        ports = [network.port_of(stack.enter_context(network.reserve("127.0.0.1"))) for _ in range(2)]
        options = {"folder": attack.folder / "class", "port": ports[0], "mlflow": ("--mlflow-port", str(ports[1]))}
        for number in attack.trials():
            with attack.guarded(f"start {number}"), class_server.running("serve", **options) as (_, process):
                time.sleep(attack.random.uniform(0, 4))
                process.send_signal(signal.SIGKILL)
            attack.check_gone(mark)


@dataclass
class _Server:
    """A leaderboard that is killed and started again at one address, while others submit."""

    attack: Attack
    port: int
    kills: list[int]
    accepted: int = 0

    def keep_up(self, finished: threading.Event) -> None:
        """Kill it when so many submissions were accepted, and start it anew; until all are in."""
        while not finished.is_set():
            with class_server.running("serve", folder=self.attack.folder / "class", port=self.port) as (_, process):
                while not finished.wait(0.05):
                    if self.kills and self.accepted >= self.kills[0]:
                        self.kills.pop(0)
                        process.kill()
                        break


def submitting(attack: Attack) -> None:
    """Submissions by names of two each, every one sent twice, while the server is killed two times."""
    with marked_folder(attack) as (mark, patch), contextlib.ExitStack() as stack:
        toy_class.only_toy(patch)
        port = network.port_of(stack.enter_context(network.reserve("127.0.0.1")))
        patch.setenv("BOOTCAMP_CLASS_PASSWORD", class_server.PASSWORD)
        patch.setenv("BOOTCAMP_LEADERBOARD", f"http://127.0.0.1:{port}")
        server, finished = _Server(attack, port, [attack.wanted // 3, 2 * attack.wanted // 3]), threading.Event()
        keeper = threading.Thread(target=server.keep_up, args=(finished,))
        keeper.start()
        try:
            threads = [threading.Thread(target=_submit, args=(server, number)) for number in attack.trials()]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            rows = class_client.ranking("toy", every=True)
        finally:
            finished.set()
            keeper.join()
        found = sorted((row["learner"], row["model"]) for row in rows)
        attack.check(found == sorted(map(_names, range(1, attack.done + 1))), f"{len(found)} of {attack.done}: {found}")
        attack.check(not server.kills, "the server was not killed")
        attack.check_gone(mark)


def _names(number: int) -> tuple[str, str]:
    return f"learner {number // 2}", f"model {number}"


def _submit(server: _Server, number: int) -> None:
    """Send until it is accepted, as an outbox does, and once more as if the answer had been lost."""
    learner, model = _names(number)
    submission = Submission("toy", learner, model, {}, "", "", "waiting")
    body = class_server.npz(test=toy_class.TRUTH + number)
    while server.attack.left() > -MOST_SECONDS:
        outcome = class_client.send(submission, body, f"{number // 2}-".ljust(43, "k"))
        if outcome.kind == ranking.ACCEPTED:
            server.accepted += 1
            again = class_client.send(submission, body, f"{number // 2}-".ljust(43, "k"))
            server.attack.check(again.kind != ranking.REFUSED, again.sentence)
            return
        if outcome.kind == ranking.REFUSED:
            break
        time.sleep(0.2)
    server.attack.check(False, f"{number}: {outcome.sentence}")


@contextlib.contextmanager
def marked_folder(attack: Attack) -> Iterator[tuple[str, pytest.MonkeyPatch]]:
    """A mark that all processes of an attack inherit, and a patch of the environment that ends with the block."""
    mark = uuid.uuid4().hex
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOOTCAMP_HOME", str(attack.folder / "home"))
        patch.setenv("NO_PROXY", "*")
        for name in class_server.CLASS_VARIABLES:
            patch.delenv(name, raising=False)
        patch.setenv(MARK, mark)
        yield mark, patch


def kill_after(seconds: float, command: list[str], folder: Path | None = None) -> None:
    """Start a command and SIGKILL it after so many seconds, or find it ended."""
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ
    ) as process:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        process.kill()

"""A class works in sight of its instructor, its server is killed twice: checks lost, double, how late they show.

Learners are threads of one process, each with a home, a key and an outbox of its own, and with the code that a kernel
runs; the server is the one that `make leaderboard` starts, and is killed by SIGKILL. A page is a reader of its event
stream. Asked: none lost, none double, the page up to date within 2 s (30 learners) or 5 s (200 learners) at the 95th
percentile, counted from the check; also the events of the minutes in which there was no server are counted.

    python benchmarks/class_in_sight.py --learners 30 --per-second 2 --minutes 10
    python benchmarks/class_in_sight.py --learners 200 --per-second 2 --minutes 10 --limit 5
"""

import argparse
import json
import os
import random
import secrets
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from bootcamp.exercises.sharing import events, link
from bootcamp.exercises.sharing.consent import Consent
from bootcamp.exercises.sharing.events import Event
from bootcamp.runtime import network
from classroom.sight import plan

REPOSITORY = Path(__file__).resolve().parents[1]
WORD, INSTRUCTOR = "benchmark", "benchmark of the instructor"
AWAY_SECONDS = 1.0
"""So long a supervisor waits before it starts the server again; the start itself comes on top."""
RETRY_SECONDS, END_SECONDS = (0.5, 5.0), 60.0


class Server:
    """The server of the class in a process of its own, always on the same port."""

    def __init__(self, folder: Path):
        self.folder, self.port = folder, 0
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        if not self.port:
            with network.listen("127.0.0.1") as free:
                self.port = network.port_of(free)
        command = [sys.executable, "-m", "classroom.leaderboard", "serve", "--host", "127.0.0.1", "--no-mlflow"]
        variables = {"BOOTCAMP_CLASS_PASSWORD": WORD, "BOOTCAMP_INSTRUCTOR_PASSWORD": INSTRUCTOR}
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port), "--folder", str(self.folder)],
            cwd=REPOSITORY,
            env=os.environ | variables,
            stdout=subprocess.PIPE,
            text=True,
        )
        for line in self.process.stdout:
            if "Ctrl-C" in line:
                break
        while not self._answers():
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2):
                return True
        except OSError:
            return False

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()


@dataclass
class Learner:
    """Does what the kernel of a learner does: writes a check to the outbox, sends what waits, tries again later."""

    number: int
    home: Path
    token: str
    names: list[str]
    made: dict[str, float] = field(default_factory=dict)
    checked: threading.Event = field(default_factory=threading.Event)

    def check(self) -> None:
        """A check is made now."""
        event = Event(random.choice(self.names[:12]), random.random() < 0.5, 0)
        self.made[event.id] = event.at
        events.put(self.home, event)
        self.checked.set()

    def work(self, stop: threading.Event) -> None:
        agreed = Consent("", self.token, f"{self.number:032x}", f"learner {self.number}", 0.0)
        wait = None
        while not stop.is_set():
            self.checked.wait(wait or 1.0)
            self.checked.clear()
            batch = events.waiting(self.home)
            if not batch:
                wait = None
                continue
            answer = as_learner(self.number, lambda batch=batch: link.send(agreed, [event for _, event in batch]))
            done = set(answer.found["done"]) if answer.taken else set()
            events.remove(file for file, event in batch if event.id in done)
            wait = None if answer.taken else min(2 * (wait or RETRY_SECONDS[0] / 2), RETRY_SECONDS[1])


KEYS: dict[int, str] = {}
LOCAL = threading.local()


def as_learner(number: int, action):
    """Do something with the key of a learner: all of them are in this process."""
    LOCAL.key = KEYS.setdefault(number, secrets.token_urlsafe(32))
    return action()


class Page:
    """A reader of the event stream, as the instructor's page is; notes when it first shows how many tries there are."""

    def __init__(self, server: Server):
        self.server, self.seen = server, []
        body = json.dumps({"password": INSTRUCTOR}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{server.url}/sight/login", body, headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            self.session = json.loads(answer.read())["session"]

    def read(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                address = f"{self.server.url}/sight/own/stream"
                request = urllib.request.Request(address, headers={"X-Bootcamp-Session": self.session})
                with urllib.request.urlopen(request, timeout=10) as answer:
                    for line in answer:
                        if line.startswith(b"data: ") and len(line) > 20:
                            self.seen.append((time.time(), json.loads(line[6:])["now"]))
                        if stop.is_set():
                            return
            except OSError:
                time.sleep(1.0)  # as a browser does


def kill_twice(server: Server, seconds: float, stop: threading.Event, away: list[tuple[float, float]]) -> None:
    for _ in range(2):
        if stop.wait(seconds / 3):
            return
        killed = time.time()
        server.kill()
        time.sleep(AWAY_SECONDS)
        server.start()
        away.append((killed, time.time()))
        print(f"killed, and answers again after {away[-1][1] - killed:.1f} s", flush=True)


def measure(learners: int, per_second: float, seconds: float) -> dict:
    """Run a class; returns what came of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server(folder / "class")
        server.start()
        os.environ |= {"BOOTCAMP_LEADERBOARD": server.url, "BOOTCAMP_CLASS_PASSWORD": WORD}
        os.environ["BOOTCAMP_HOME"] = str(folder / "home")
        link.identity.key = lambda: LOCAL.key
        token = link.describe().text("class")
        names = [entry.name for entry in plan.read().exercises]
        pupils = [Learner(i, folder / f"outbox{i}", token, names) for i in range(learners)]
        stop, page, away = threading.Event(), Page(server), []
        threads = [threading.Thread(target=pupil.work, args=(stop,), daemon=True) for pupil in pupils]
        threads.append(threading.Thread(target=page.read, args=(stop,), daemon=True))
        threads.append(threading.Thread(target=kill_twice, args=(server, seconds, stop, away), daemon=True))
        for thread in threads:
            thread.start()
        begin, count = time.monotonic(), 0
        while (now := time.monotonic() - begin) < seconds:
            random.choice(pupils).check()
            count += 1
            time.sleep(max(0.0, count / per_second - now))
        end = time.monotonic() + END_SECONDS
        while any(events.waiting(pupil.home, 1) for pupil in pupils) and time.monotonic() < end:
            time.sleep(0.2)
        time.sleep(2.0)
        stop.set()
        server.end()
        return outcome(folder / "class" / "sight" / "own" / "class.db", pupils, page.seen, away)


def outcome(database: Path, pupils: list[Learner], seen: list[tuple[float, float]], away: list) -> dict:
    """Lost, double, and seconds from a check to the first snapshot on the page that has it.

    `late`: of all checks; `served`: of those that were made while there was a server.
    """
    made = {key: at for pupil in pupils for key, at in pupil.made.items()}
    with sqlite3.connect(database) as records:
        rows = records.execute("SELECT id, received FROM events").fetchall()
    received = dict(rows)
    late, served = [], []
    for key, at in made.items():
        shown = [there for there, state in seen if key in received and state >= received[key]]
        late.append(min(shown) - at if shown else float("inf"))
        if not any(begin <= at <= end for begin, end in away):
            served.append(late[-1])
    return {
        "made": len(made),
        "lost": len(set(made) - set(received)),
        "double": len(rows) - len(received),
        "late": summary(late),
        "served": summary(served),
        "away": sum(end - begin for begin, end in away),
    }


def summary(seconds: list[float]) -> tuple[float, float, float]:
    """Median, 95th percentile, largest."""
    return statistics.median(seconds), sorted(seconds)[int(0.95 * (len(seconds) - 1))], max(seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--learners", type=int, default=30)
    parser.add_argument("--per-second", type=float, default=2.0, help="checks of all learners together")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--limit", type=float, default=2.0, help="seconds at the 95th percentile")
    chosen = parser.parse_args()
    found = measure(chosen.learners, chosen.per_second, 60 * chosen.minutes)
    print(f"{chosen.learners} learners, {chosen.per_second:g} checks a second, {chosen.minutes:g} minutes, two kills")
    print(f"{found['made']} checks: {found['lost']} lost, {found['double']} double (asked: 0, 0)")
    for name, text in {"late": "all", "served": "made while there was a server"}.items():
        middle, most, worst = found[name]
        asked = f"asked {chosen.limit:g}"
        print(f"{text}: on the page after {middle:.2f} s (median), {most:.2f} s (95 %; {asked}), {worst:.1f} s (last)")
    print(f"without a server: {found['away']:.0f} s of {60 * chosen.minutes:.0f} s")
    return int(found["lost"] or found["double"] or found["late"][1] > chosen.limit)


if __name__ == "__main__":
    sys.exit(main())

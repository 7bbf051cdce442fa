"""The board behind an open port: those who say nothing, who drip, and who send much in little."""

import contextlib
import resource
import socket
import threading
import time
from collections.abc import Iterator

from bootcamp.runtime import network
from tests.attack.kills import marked_folder
from tests.attack.trials import Attack, percentile
from tests.classroom import class_server
from tests.classroom.test_leaderboard_attack import zeros

import psutil

ADDRESSES = 20
HEALTH_SECONDS, MOST_MEGABYTES, DRIP_SECONDS = 1.0, 600.0, 20.0
UPLOADS = (((60, 2**20), "i1", 1), ((15, 2**20), "i1", 4), ((7 * 2**20,), "f8", 1), ((62 * 2**20,), "u1", 1))
"""Shape, type and number of arrays: each as much as the board unpacks, in some kilobytes."""


@contextlib.contextmanager
def _board(attack: Attack) -> Iterator[tuple[str, int, psutil.Process]]:
    with marked_folder(attack) as (_, patch):
        patch.setenv("BOOTCAMP_CLASS_PASSWORD", class_server.PASSWORD)
        with class_server.running("serve", folder=attack.folder / "class") as (url, process):
            yield url, int(url.rpartition(":")[2]), psutil.Process(process.pid)


def silent(attack: Attack) -> None:
    """Connections from twenty addresses that say nothing or one letter, while others ask whether the board is well."""
    allow_files(attack.wanted + 500)
    with _board(attack) as (url, port, _), contextlib.ExitStack() as stack:
        asked: list[float] = []
        for number in attack.trials():
            client = stack.enter_context(socket.socket())
            client.settimeout(10)
            client.bind((f"127.0.0.{2 + number % ADDRESSES}", 0))
            client.connect(("127.0.0.1", port))
            if number % 2:
                with contextlib.suppress(OSError):  # it was cut off already
                    client.sendall(b"G")
            if number % 50 == 0:
                asked.append(_health(attack, url))
        asked += [_health(attack, url) for _ in range(20)]
    attack.measured = f"/health: longest {max(asked):.2f} s, median {percentile(asked, 0.5):.2f} s"


def _health(attack: Attack, url: str) -> float:
    begun = time.monotonic()
    with attack.guarded("/health"):
        attack.check(network.ask(f"{url}/health", 10).status == 200, "/health is no success")
    seconds = time.monotonic() - begun
    attack.check(seconds < HEALTH_SECONDS * attack.patience, f"/health took {seconds:.2f} s")
    return seconds


def dripping(attack: Attack) -> None:
    """A header that comes letter by letter ends after some seconds."""
    with _board(attack) as (_, port, _):
        lives: list[float] = []
        threads = [threading.Thread(target=_drip, args=(attack, port, lives)) for _ in attack.trials()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    attack.measured = f"cut off after {max(lives):.1f} s at the latest"


def _drip(attack: Attack, port: int, lives: list[float]) -> None:
    begun = time.monotonic()
    with contextlib.suppress(ConnectionError), socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        while time.monotonic() - begun < DRIP_SECONDS:
            client.sendall(b"X")
            time.sleep(0.2)
    lives.append(time.monotonic() - begun)
    attack.check(lives[-1] < DRIP_SECONDS, "it drips still")


def uploads(attack: Attack) -> None:
    """Small files that unpack to as much as is allowed, or more, four at a time."""
    bodies = [zeros(*upload) for upload in UPLOADS] + [zeros((240, 2**20), "i1")]
    with _board(attack) as (url, port, process):
        school = class_server.ClassServer(None)
        school.port = port
        peak, finished = [0.0], threading.Event()
        watcher = threading.Thread(target=_watch, args=(process, peak, finished))
        watcher.start()
        threads = [threading.Thread(target=_upload, args=(attack, school, bodies)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        finished.set()
        watcher.join()
        _health(attack, url)
    attack.check(peak[0] < MOST_MEGABYTES, f"{peak[0]:.0f} MB")
    attack.measured = f"peak {peak[0]:.0f} MB"


def _upload(attack: Attack, school: class_server.ClassServer, bodies: list[bytes]) -> None:
    for number in attack.trials():
        with attack.guarded("upload"):
            status, _ = school.put(bodies[number % len(bodies)], learner=f"learner {number}")
            attack.check(status in (413, 422), f"status {status}")


def _watch(process: psutil.Process, peak: list[float], finished: threading.Event) -> None:
    while not finished.wait(0.01):
        with contextlib.suppress(psutil.Error):
            peak[0] = max(peak[0], process.memory_info().rss / 2**20)


def allow_files(count: int) -> None:
    """Each connection is an open file, also at the client."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

"""Thirty learners submit to the class leaderboard at the same moment: seconds, and how many are recorded.

Each learner is a process of its own, with a home of its own, and the predictions have the real shapes of the
competition: about 7 MB each. The limit is 30 s for 30 submissions, learners and server on one machine.
`BOOTCAMP_LEADERBOARD_STORE=postgresql://...` measures PostgreSQL instead of SQLite.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
LEARNERS, LIMIT_SECONDS = 30, 30.0
LEARNER = """
import sys, time
import numpy as np
from bootcamp import leaderboard
from bootcamp.cfd import competition, flows

random = np.random.default_rng(int(sys.argv[1]))
samples = {split: flows.load_flows(split).velocity for split in competition.SCORED}
predictions = {split: (v + 0.002 * random.normal(size=v.shape)).astype("float32") for split, v in samples.items()}
competition.score(predictions)
print("ready", flush=True)
sys.stdin.readline()
start = time.monotonic()
status = leaderboard.submit("cfd", predictions, "noise").status
print(f"{time.monotonic() - start:.2f} {status}", flush=True)
"""


def serve(folder: Path) -> tuple[subprocess.Popen, str]:
    """The server and its address."""
    options = ["--host", "127.0.0.1", "--port", "0", "--no-mlflow", "--folder", str(folder)]
    server = subprocess.Popen(
        [sys.executable, "-m", "classroom.leaderboard", "serve", *options],
        cwd=REPOSITORY,
        env=os.environ | {"BOOTCAMP_CLASS_PASSWORD": "benchmark"},
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in server.stdout:
        if "http://" in line:
            return server, line.rpartition(" ")[2].strip()
    raise SystemExit("the server did not start")


def learn(number: int, home: Path, url: str) -> subprocess.Popen:
    variables = {"BOOTCAMP_HOME": str(home / str(number)), "BOOTCAMP_LEARNER": f"learner {number}"}
    return subprocess.Popen(
        [sys.executable, "-c", LEARNER, str(number)],
        cwd=REPOSITORY,
        env=os.environ | variables | {"BOOTCAMP_LEADERBOARD": url, "BOOTCAMP_CLASS_PASSWORD": "benchmark"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def main() -> None:
    import psutil

    with tempfile.TemporaryDirectory() as name:
        server, url = serve(Path(name))
        learners = [learn(number, Path(name) / "homes", url) for number in range(LEARNERS)]
        for learner in learners:
            learner.stdout.readline()
        process = psutil.Process(server.pid)
        worked, start = sum(process.cpu_times()[:2]), time.monotonic()
        for learner in learners:
            learner.stdin.write("\n")
            learner.stdin.flush()
        answers = [learner.communicate()[0].strip() for learner in learners]
        seconds = time.monotonic() - start
        rows = json.loads(urllib.request.urlopen(f"{url}/api/rankings/cfd").read())["rows"]
        worked, memory = sum(process.cpu_times()[:2]) - worked, process.memory_info().rss / 2**20
        server.terminate()
        server.wait()
    slowest = max(float(answer.split()[0]) for answer in answers)
    said = sum(answer.endswith(" recorded") for answer in answers)
    print(f"{seconds:.1f} s for {LEARNERS} at once (limit {LIMIT_SECONDS:.0f} s), slowest learner {slowest:.1f} s")
    print(f"{said} were told so, {len(rows)} are on the leaderboard")
    print(f"the server worked {worked:.1f} s of processor time and has {memory:.0f} MB of memory")
    sys.exit(len(rows) < LEARNERS or said < LEARNERS or seconds > LIMIT_SECONDS)


if __name__ == "__main__":
    main()

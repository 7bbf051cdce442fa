"""A competition that is scored at once, for the tests of the class leaderboard, and what its processes run."""

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bootcamp import leaderboard
from bootcamp.leaderboard import Competition, Submission, class_client, outbox, ranking

import numpy as np

TRUTH = np.arange(4.0)
TOY = Competition("toy", "Toy & Co", "tests.classroom.toy_class:score", "error", True)


def only_toy(patch):
    """Make the toy competition the only one; `patch` is pytest's monkeypatch."""
    for module in (ranking, leaderboard):
        patch.setattr(module, "competitions", lambda: (TOY,))


def score(predictions):
    """Mean absolute error against 0, 1, 2, 3."""
    if set(predictions) != {"test"} or predictions["test"].shape != (4,):
        raise ValueError("one array 'test' of shape (4,) is asked for")
    return {"error": float(np.abs(predictions["test"] - TRUTH).mean())}


def submit(*numbers):
    """What a process does in which several learners submit at the same moment."""
    with ThreadPoolExecutor(len(numbers)) as pool:
        print("\n".join(pool.map(_submit, numbers)))


def _submit(number):
    """Send the predictions of one learner, as `leaderboard.submit` does at their home."""
    arrays = {"test": TRUTH + float(number)}
    found = Submission("toy", f"learner {number}", "m", {}, "", "", "waiting")
    with tempfile.TemporaryDirectory() as folder:
        entry = outbox.put(Path(folder), found, arrays, to_class=True)
        return class_client.send(found, (entry / outbox.PREDICTIONS).read_bytes(), f"{number}-".ljust(43, "k")).sentence


def serve(*arguments):
    """The command of the instructor."""
    from classroom.leaderboard.__main__ import main

    sys.argv = ["leaderboard", "serve", "--host", "127.0.0.1", *arguments]
    main()


def serve_and_hang(mark, *arguments):
    """A server that stops in the middle of recording, when the scores are there and the predictions are not."""
    import time
    from pathlib import Path

    from mlflow.tracking import MlflowClient

    def hang(*_):
        Path(mark).touch()
        time.sleep(600)

    MlflowClient.log_artifact = hang
    serve(*arguments)


if __name__ == "__main__":
    ranking.competitions = leaderboard.competitions = lambda: (TOY,)
    {"submit": submit, "serve": serve, "serve_and_hang": serve_and_hang}[sys.argv[1]](*sys.argv[2:])

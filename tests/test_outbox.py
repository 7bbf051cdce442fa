"""The learner's own side: one odd entry of the outbox never keeps the others, and a spoilt record loses nothing."""

import json
import os
import re
import shutil
import sqlite3
import warnings
from pathlib import Path

from bootcamp import leaderboard
from bootcamp.leaderboard import SubmissionError, own_record, ranking
from tests.classroom import toy_class
from tests.classroom.toy_class import TRUTH

import numpy as np
import pytest

EXTRA = {"team": "blue"}


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path, empty_store):
    """The folder of a learner whose record is empty."""
    found = tmp_path / "home" / "leaderboard"
    found.mkdir(parents=True)
    shutil.copy(empty_store, found)
    toy_class.only_toy(monkeypatch)
    monkeypatch.setattr(own_record, "_begin", lambda file: shutil.copy(empty_store, file))  # as MLflow makes it
    monkeypatch.setenv("BOOTCAMP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BOOTCAMP_LEARNER", "Ada")
    monkeypatch.delenv("BOOTCAMP_LEADERBOARD", raising=False)
    return found


def submit(shift, **options):
    return leaderboard.submit("toy", {"test": TRUTH + shift}, f"m{shift}", **options)


def models():
    return sorted(leaderboard.show("toy", every=True)["model"])


# ---------------------------------------------------------------------------------------------------- the outbox


def change(folder, **changes):
    """Change fields of the record of an entry; None: without it."""
    written = json.loads((folder / "record.json").read_text()) | changes
    (folder / "record.json").write_text(json.dumps({k: v for k, v in written.items() if v is not None}))


def not_a_file(folder, name):
    (folder / name).unlink()
    (folder / name).mkdir()


def a_pipe(folder, name):
    (folder / name).unlink()
    os.mkfifo(folder / name)


ODD = {
    "empty record": (lambda f: (f / "record.json").write_text(""), "its record cannot be read"),
    "no JSON": (lambda f: (f / "record.json").write_bytes(b"\xff\xfe{"), "its record cannot be read"),
    "deep JSON": (lambda f: (f / "record.json").write_text("[" * 200_000), "its record cannot be read"),
    "a list": (lambda f: (f / "record.json").write_text("[]"), "another version of the course: list"),
    "a folder for a record": (lambda f: not_a_file(f, "record.json"), "its record cannot be read: Is a directory"),
    "extra field": (lambda f: change(f, **EXTRA), "another version of the course: team"),
    "missing field": (lambda f: change(f, model=None), "another version of the course: model"),
    "scores as text": (lambda f: change(f, scores={"error": "0"}), "values of a wrong type"),
    "scores that are none": (lambda f: change(f, scores={"error": float("nan")}), "values of a wrong type"),
    "a number as name": (lambda f: change(f, learner=5), "values of a wrong type"),
    "to_class as text": (lambda f: change(f, to_class="yes"), "values of a wrong type"),
    "score without end": (lambda f: change(f, scores={"error": 10**400}), "values of a wrong type"),
    "half a character": (lambda f: change(f, learner="\ud800"), "values of a wrong type"),
    "a field that moves the cursor": (lambda f: change(f, **{"\x1b[2J": 1}), r"another version of the course: \x1b[2J"),
    "a pipe for a record": (lambda f: a_pipe(f, "record.json"), "its record cannot be read: a pipe is no file"),
    "a pipe for predictions": (lambda f: a_pipe(f, "predictions.npz"), "cannot be read: a pipe is no file"),
    "no predictions": (lambda f: (f / "predictions.npz").unlink(), "cannot be read: No such file"),
    "empty predictions": (lambda f: (f / "predictions.npz").write_bytes(b""), "damaged, or no npz file"),
    "half of the predictions": (lambda f: os.truncate(f / "predictions.npz", 100), "damaged, or no npz file"),
    "a folder for predictions": (lambda f: not_a_file(f, "predictions.npz"), "cannot be read: Is a directory"),
}


@pytest.mark.parametrize("case", ODD)
def test_one_odd_entry_is_put_aside_and_the_rest_is_sent(case, monkeypatch, home):
    """A learner who was without the server of the class: three entries wait, and the second is spoilt."""
    spoil, reason = ODD[case]
    monkeypatch.setattr(ranking.class_client, "address", lambda: "http://127.0.0.1:9")
    monkeypatch.setattr(ranking.class_client, "send", lambda *_: ranking.Outcome(ranking.AWAY, "away"))
    for number in (1, 2, 3):
        submit(number)
    second = next(file.parent for file in (home / "outbox").glob("*/record.json") if '"m2"' in file.read_text())
    spoil(second)
    sent = []
    accept = ranking.Outcome(ranking.ACCEPTED, "recorded")
    monkeypatch.setattr(ranking.class_client, "send", lambda found, *_: sent.append(found.model) or accept)
    with pytest.warns(
        UserWarning, match=f"an earlier submission: it was put aside: .*{re.escape(reason)}.*; it is kept in"
    ):
        assert submit(4).status == "recorded"
    assert sorted(sent) == ["m1", "m3", "m4"] and leaderboard.pending() == 0
    assert reason in (home / "refused" / second.name / "reason.txt").read_text()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        submit(5)


def test_an_entry_that_cannot_be_moved_keeps_nobody_either(monkeypatch, home):
    odd = home / "outbox" / "odd"
    odd.mkdir(parents=True)
    (odd / "record.json").write_text("")
    monkeypatch.setattr(Path, "replace", _refuse_for(Path.replace, odd))
    with pytest.warns(UserWarning, match=f"kept in {odd}"):
        assert submit(1).status == "recorded"
    assert models() == ["m1"]


def _refuse_for(replace, folder):
    def refuse(path, target):
        if path == folder:
            raise PermissionError("not allowed")
        return replace(path, target)

    return refuse


def test_send_pending_says_what_was_put_aside(home):
    odd = home / "outbox" / "odd"
    odd.mkdir(parents=True)
    (odd / "record.json").write_text("{}")
    (said,) = leaderboard.send_pending()
    assert said.startswith("it was put aside: its record is that of another version of the course")


# ---------------------------------------------------------------------------------------------------- the own record


def overwrite(file, start, count):
    with file.open("r+b") as opened:
        opened.seek(start)
        opened.write(b"\xa5" * count)


def execute(file, command):
    database = sqlite3.connect(file)
    with database:
        database.execute(command)
    database.close()


def older(file):
    """Take the file back to the tables of the MLflow before."""
    import sqlalchemy
    from alembic import command
    from mlflow.store.db.utils import _get_alembic_config

    engine = sqlalchemy.create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config = _get_alembic_config(f"sqlite:///{file}")
        config.attributes["connection"] = connection
        command.downgrade(config, "-1")
    engine.dispose()


SPOILT = {
    "older": (older, "was made by another version of MLflow; it was brought up to date"),
    "newer": (
        lambda file: execute(file, "UPDATE alembic_version SET version_num = 'feedfacecafe'"),
        "was made by another version of MLflow; a new one was made with 2 submissions",
    ),
    "no version": (lambda file: execute(file, "DELETE FROM alembic_version"), "a new one was made with 2"),
    "no database": (
        lambda file: file.write_bytes(b"nothing" * 999),
        "is damaged; a new one was made with 2",
    ),
    "empty": (lambda file: file.write_bytes(b""), "is damaged; a new one was made with 2"),
    "head lost": (lambda file: overwrite(file, 0, 100), "is damaged; a new one was made with 2"),
    "half lost": (lambda file: os.truncate(file, file.stat().st_size // 2), "is damaged; a new one was made with 2"),
    "tables overwritten": (
        lambda file: overwrite(file, 4096, file.stat().st_size - 8192),
        "is damaged; a new one was made with 2",
    ),
    "a table lost": (lambda file: execute(file, "DROP TABLE latest_metrics"), "a new one was made with 2"),
    "columns lost": (lambda file: execute(file, "ALTER TABLE runs DROP COLUMN user_id"), "a new one was made with 2"),
}


LATE = ("a table lost", "columns lost")
"""What is seen when something has been written already."""


@pytest.mark.parametrize(
    ("case", "use"), [*((case, "submit") for case in SPOILT), ("newer", "show"), (LATE[0], "show")]
)
def test_a_spoilt_record_is_mended_and_loses_no_submission(case, use, home):
    spoil, said = SPOILT[case]
    before = [submit(1), submit(2, learner="Emmy")]
    spoil(home / "leaderboard.db")
    spoilt = (home / "leaderboard.db").read_bytes()
    with pytest.warns(UserWarning, match=f"^the file of your leaderboard .*{said}.* copy of it is ") as warned:
        if use == "submit":
            assert submit(3).status == "recorded"
        table = leaderboard.show("toy", every=True)
    assert table["model"].tolist() == ["m1", "m2", "m3"][: 2 + (use == "submit")]
    assert table["learner"].tolist()[:2] == ["Ada", "Emmy"] and table["error"].tolist()[:2] == [1.0, 2.0]
    assert table["submitted"].tolist()[:2] == [one.submitted for one in before]
    (sentence,) = {str(one.message) for one in warned if "leaderboard" in str(one.message)}
    copy = Path(sentence.rpartition("copy of it is ")[2])
    assert copy.read_bytes() == spoilt or (case in LATE and copy.stat().st_size >= len(spoilt))
    assert submit(1).status == leaderboard.ALREADY
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        assert len(leaderboard.show("toy", every=True)) == len(table)


def test_predictions_are_kept_with_a_record_that_was_made_anew(home):
    submit(1)
    (home / "leaderboard.db").write_bytes(b"")
    with pytest.warns(UserWarning, match="a new one was made with 1 submissions"):
        leaderboard.show("toy")
    run = own_record._with(home, lambda store: store._runs("toy"))[0]
    kept = home / "artifacts" / "bootcamp-toy" / run.info.run_id / "artifacts" / "predictions.npz"
    np.testing.assert_array_equal(np.load(kept)["test"], TRUTH + 1)


@pytest.mark.parametrize(
    "words", ["database is locked", "database or disk is full", "attempt to write a readonly database"]
)
def test_trouble_outside_of_the_record_leaves_it_as_it_is(words, home, monkeypatch):
    submit(1)

    def trouble(*_):
        raise sqlite3.OperationalError(words)

    with monkeypatch.context() as patch:
        patch.setattr(own_record.Store, "record", trouble)
        patch.setattr(own_record.Store, "submissions", trouble)
        waiting = submit(2)
        assert waiting.status.startswith(f"waiting: the file of your leaderboard, {home / 'leaderboard.db'}, cannot be")
        with pytest.raises(SubmissionError, match=f"cannot be used: .*{words}"):
            leaderboard.show("toy")
    assert leaderboard.send_pending() == ["recorded"] and models() == ["m1", "m2"]
    assert list(home.glob("leaderboard.db.*")) == []


# ------------------------------------------------------------------------------------------------- odd folders


@pytest.mark.parametrize("name", ["a?b", "a%41b", "a#b", "a b&c=d", "ä%20?mode=ro", "a;b'c\"d"])
def test_a_home_of_any_name_holds_a_record(name, tmp_path, monkeypatch):
    home = tmp_path / name
    monkeypatch.setenv("BOOTCAMP_HOME", str(home))
    (home / "leaderboard").mkdir(parents=True)
    shutil.copy(tmp_path / "home" / "leaderboard" / "leaderboard.db", home / "leaderboard")
    assert submit(1).status == "recorded" and models() == ["m1"]
    assert {path.name for path in tmp_path.iterdir()} == {"home", name}
    assert len(list((home / "leaderboard" / "artifacts").rglob("predictions.npz"))) == 1

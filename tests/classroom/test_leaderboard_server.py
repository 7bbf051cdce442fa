"""Tests of the class leaderboard: a real server on a free port, real clients, and everything that can go wrong."""

import base64
import contextlib
import errno
import io
import json
import os
import pickle
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bootcamp import leaderboard
from bootcamp.leaderboard import SubmissionError, class_client, ranking
from bootcamp.leaderboard.records import Store
from bootcamp.runtime import network
from classroom.leaderboard import __main__ as command
from classroom.leaderboard import server, tracking
from classroom.leaderboard.settings import Settings, SettingsError, read, without_password
from tests.classroom import class_server, toy_class
from tests.classroom.class_server import PASSWORD, REPOSITORY, ClassServer, at_home, npz, running
from tests.classroom.toy_class import TRUTH

import filelock
import numpy as np
import psutil
import pytest
from mlflow.tracking import MlflowClient
from playwright.sync_api import expect, sync_playwright
from typer.testing import CliRunner

folder, school, toy = class_server.folder, class_server.school, class_server.toy

# ------------------------------------------------------------------------------------------------- as it should be


def test_the_server_scores_and_a_score_that_is_sent_plays_no_part(school):
    status, answer = school.put(npz(test=TRUTH + 1), error="0", scores='{"error": 0}', submitted="1999-01-01")
    assert status == 200 and answer["scores"] == {"error": 1.0} and answer["submitted"] > "2026"
    status, answer = school.put(json.dumps({"error": 0.0}).encode())
    assert status == 400 and "no npz file" in answer["detail"]
    assert [row["scores"] for row in json.loads(school.get("/api/rankings/toy"))["rows"]] == [{"error": 1.0}]


def test_what_the_learner_computes_at_home_plays_no_part(school, monkeypatch):
    monkeypatch.setattr(ranking, "score", lambda *_: {"error": 0.0})
    assert leaderboard.submit("toy", {"test": TRUTH + 1}, "m").scores == {"error": 1.0}
    assert leaderboard.show("toy")["error"].tolist() == [1.0]


def test_two_learners_submit_and_see_the_ranking(school, monkeypatch, tmp_path):
    first = leaderboard.submit("toy", {"test": TRUTH + 1}, "shifted")
    assert str(first) == "toy: 'shifted' by Ada: error 1.0000 (recorded)"
    at_home(monkeypatch, tmp_path, "Zoë")
    leaderboard.submit("toy", {"test": TRUTH + 0.5}, "less shifted")
    leaderboard.submit("toy", {"test": TRUTH + 2}, "more shifted")
    table = leaderboard.show("toy")
    assert table.columns.tolist() == ["learner", "model", "error", "submitted"] and table.index.name == "rank"
    assert table["learner"].tolist() == ["Zoë", "Ada"] and table.index.tolist() == [1, 2]
    assert leaderboard.show("toy", every=True)["error"].tolist() == [0.5, 1.0, 2.0]


def test_the_predictions_are_kept_with_the_record(school, folder):
    leaderboard.submit("toy", {"test": TRUTH + 1}, "m")
    (kept,) = (folder / "artifacts").rglob("predictions.npz")
    np.testing.assert_array_equal(np.load(kept)["test"], TRUTH + 1)
    assert list((folder / "incoming").iterdir()) == []


def test_a_restart_keeps_everything(school):
    leaderboard.submit("toy", {"test": TRUTH + 1}, "m")
    school.end()
    assert leaderboard.submit("toy", {"test": TRUTH + 2}, "meanwhile").status.startswith("waiting")
    school.start()
    assert leaderboard.submit("toy", {"test": TRUTH + 1}, "again").status == leaderboard.ALREADY
    assert school.models() == ["m", "meanwhile"] and leaderboard.pending() == 0


def test_processes_at_once_are_all_recorded(school):
    """Four processes with eight learners each: what start-up costs is paid four times, not thirty."""
    command = [sys.executable, "-m", "tests.classroom.toy_class", "submit"]
    groups = [
        subprocess.Popen(
            [*command, *(str(8 * number + shift) for shift in range(8))],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    assert "".join(group.communicate()[0] for group in groups).split() == ["recorded"] * 32
    assert leaderboard.show("toy")["learner"].tolist() == [f"learner {number}" for number in range(32)]


# ---------------------------------------------------------------------------------------- who may submit, and when


@pytest.mark.parametrize("given", ["wrong", ""])
def test_with_a_wrong_password_the_submission_waits(school, monkeypatch, given):
    monkeypatch.setenv("BOOTCAMP_CLASS_PASSWORD", given)
    for number in (1, 2):
        waiting = leaderboard.submit("toy", {"test": TRUTH + number}, f"m{number}")
        assert waiting.status.startswith("waiting: the class password is wrong or missing; set BOOTCAMP_CLASS_PASSWORD")
    assert leaderboard.pending() == 2 and school.models() == []
    monkeypatch.setenv("BOOTCAMP_CLASS_PASSWORD", PASSWORD)
    assert leaderboard.submit("toy", {"test": TRUTH + 3}, "m3").status == "recorded"
    assert leaderboard.pending() == 0 and school.models() == ["m1", "m2", "m3"]


@pytest.mark.parametrize(
    "name", ["Ada", " ADA", "\N{FULLWIDTH LATIN CAPITAL LETTER A}da", "\N{CYRILLIC CAPITAL LETTER A}da", "A\u200dda"]
)
def test_a_name_belongs_to_whoever_used_it_first(school, monkeypatch, tmp_path, name):
    leaderboard.submit("toy", {"test": TRUTH + 1}, "mine")
    at_home(monkeypatch, tmp_path, "Eve")
    with pytest.raises(
        SubmissionError, match="belongs to another learner of the class; submit with another"
    ) as refused:
        leaderboard.submit("toy", {"test": TRUTH}, "not mine", learner=name)
    kept = Path(str(refused.value).rpartition("kept in ")[2])
    assert "belongs to another" in (kept / "reason.txt").read_text() and (kept / "predictions.npz").exists()
    assert leaderboard.pending() == 0 and school.models() == ["mine"]


def test_a_learner_may_write_the_own_name_otherwise_and_stays_one_learner(school):
    leaderboard.submit("toy", {"test": TRUTH + 2}, "first")
    assert leaderboard.submit("toy", {"test": TRUTH + 1}, "second", learner="ada").learner == "Ada"
    assert leaderboard.show("toy")[["learner", "model"]].values.tolist() == [["Ada", "second"]]


def test_the_instructor_frees_a_name(school, monkeypatch, tmp_path, folder):
    leaderboard.submit("toy", {"test": TRUTH + 1}, "old key")
    at_home(monkeypatch, tmp_path, "Eve")
    assert (
        CliRunner().invoke(command.app, ["free", "Bob", "--folder", str(folder)]).stdout == "'Bob' belongs to nobody\n"
    )
    assert CliRunner().invoke(command.app, ["free", "ADA", "--folder", str(folder)]).stdout == "'ADA' is free\n"
    assert leaderboard.submit("toy", {"test": TRUTH + 2}, "new key", learner="Ada").status == "recorded"


def test_after_the_deadline_a_submission_is_shown_apart_and_not_ranked(school):
    leaderboard.submit("toy", {"test": TRUTH + 1}, "in time")
    school.end()
    school.start(deadline=datetime.now(UTC))
    late = leaderboard.submit("toy", {"test": TRUTH}, "late")
    assert late.status.startswith("recorded as late") and late.scores == {"error": 0.0}
    assert leaderboard.submit("toy", {"test": TRUTH + 1}, "sent again").status == leaderboard.ALREADY
    assert leaderboard.show("toy")["model"].tolist() == ["in time"]
    table = leaderboard.show("toy", every=True)
    assert table["model"].tolist() == ["in time", "late"] and table["late"].tolist() == [False, True]
    assert table.index[0] == 1 and table.index.isna().tolist() == [False, True]
    ranked, _, apart = school.get("/").partition("After the deadline, not ranked")
    assert "<td>in time</td>" in ranked and "<td>late</td>" in apart and "<td>late</td>" not in ranked


def test_a_deadline_that_is_moved_holds_for_what_is_recorded(school):
    school.end()
    school.start(deadline=datetime.now(UTC) - timedelta(hours=1))
    leaderboard.submit("toy", {"test": TRUTH}, "m")
    assert len(leaderboard.show("toy")) == 0
    school.end()
    school.start(deadline=datetime.now(UTC) + timedelta(hours=1))
    assert leaderboard.show("toy")["model"].tolist() == ["m"]


# -------------------------------------------------------------------------------------------------- bad predictions


class Evil:
    def __reduce__(self):
        return (os.mkdir, ("pickle-was-loaded",))


def with_header(header, values=b""):
    """An npz file whose array says `header` of itself."""
    array = io.BytesIO()
    np.lib.format.write_array_header_1_0(array, header)
    return zipped(("test.npy", array.getvalue() + values))


def zipped(*members, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


GOOD = npz(test=TRUTH)
HUGE = {"descr": "<f8", "fortran_order": False, "shape": (10**12,)}
BAD_UPLOADS = {
    "no file": (b"", 400, "no npz file"),
    "text": (b"error,0.0", 400, "no npz file"),
    "cut off": (GOOD[: len(GOOD) // 2], 400, "damaged"),
    "a byte turned": (GOOD[:60] + bytes([GOOD[60] ^ 255]) + GOOD[61:], 400, "damaged"),
    "an array that is none": (zipped(("test.npy", b"error,0.0")), 400, "damaged"),
    "empty archive": (zipped(), 400, "1 to 32 arrays"),
    "too many arrays": (zipped(*((f"{i}.npy", b"") for i in range(33))), 400, "1 to 32 arrays"),
    "an unusual method": (zipped(("test.npy", b""), compression=zipfile.ZIP_LZMA), 400, "packed in a way"),
    "a pickle": (npz(test=np.array([Evil()], dtype=object)), 400, "holds Python objects"),
    "a pickle alone": (pickle.dumps({"test": [0.0]}), 400, "no npz file"),
    "text in an array": (npz(test=np.array(["a"])), 400, "are numbers, not <U1"),
    "a bomb": (zipped(("test.npy", bytes(5 * 2**20))), 413, "unpack to 5 MB; 4 MB are allowed"),
    "a header that lies": (with_header(HUGE), 400, "shorter or longer than it says"),
    "a negative size": (with_header({**HUGE, "shape": (-1, -8)}, bytes(64)), 400, "shorter or longer than it says"),
    "NaN": (npz(test=TRUTH * np.nan), 422, "4 values that are NaN"),
    "wrong shape": (npz(test=TRUTH[:3]), 422, "refused: one array 'test' of shape (4,)"),
    "too large": (os.urandom(2**20 + 1), 413, "the upload is too large; 1 MB are allowed"),
}


@pytest.fixture(scope="module")
def one_school(tmp_path_factory, empty_store):
    """One server for all uploads that leave nothing behind."""
    folder = tmp_path_factory.mktemp("class")
    shutil.copy(empty_store, folder)
    settings = Settings(folder, PASSWORD, f"sqlite:///{folder / 'leaderboard.db'}", None, 2**20, 4 * 2**20)
    with pytest.MonkeyPatch.context() as patch:
        toy_class.only_toy(patch)
        school = ClassServer(settings)
        school.start()
        yield school
        school.end()


@pytest.mark.parametrize("case", BAD_UPLOADS)
def test_a_bad_upload_is_refused_for_good_with_the_reason(one_school, case):
    body, status, reason = BAD_UPLOADS[case]
    found, answer = one_school.put(body)
    assert found == status and reason in answer["detail"] and answer["refused"] is True
    assert one_school.models() == [] and not Path("pickle-was-loaded").exists()
    assert list((one_school.settings.folder / "incoming").iterdir()) == []


def test_other_bad_requests_are_refused_for_good_with_the_reason(one_school):
    for query, status, reason in (
        ({"competition": "toi"}, 404, "there is no competition 'toi'. Did you mean 'toy'?"),
        ({"learner": " "}, 422, "the name of the learner has 1 to 60 characters"),
        ({"learner": "Ada\u202e"}, 422, "characters that cannot be printed"),
        ({"model": "m" * 61}, 422, "the name of the model has 1 to 60 characters"),
        ({"key": "short"}, 400, "no key of the learner"),
    ):
        found, answer = one_school.put(GOOD, **query)
        assert found == status and reason in answer["detail"] and answer["refused"] is True
    assert one_school.models() == []


def test_what_the_server_refuses_for_good_leaves_the_outbox_and_is_kept(school, monkeypatch):
    monkeypatch.setattr(ranking, "score", lambda *_: {"error": 0.0})  # another version of the course
    with pytest.raises(SubmissionError, match=r"shape .* is asked for; the predictions are kept in .*refused"):
        leaderboard.submit("toy", {"test": TRUTH[:3]}, "m")
    assert leaderboard.pending() == 0 and school.models() == []
    assert leaderboard.submit("toy", {"test": TRUTH}, "m").status == "recorded"


def test_an_earlier_submission_that_is_refused_later_is_reported(school, monkeypatch):
    school.end()
    with monkeypatch.context() as patch:
        patch.setattr(ranking, "score", lambda *_: {"error": 0.0})
        leaderboard.submit("toy", {"test": TRUTH[:3]}, "m")
    school.start()
    with pytest.warns(UserWarning, match="an earlier submission: .* is asked for; it is kept in"):
        assert leaderboard.submit("toy", {"test": TRUTH}, "m").status == "recorded"
    assert leaderboard.pending() == 0


def test_predictions_that_are_too_large_are_not_even_sent(school):
    school.end()
    school.start(upload_bytes=100)
    with pytest.raises(SubmissionError, match="predictions are 0 MB; the leaderboard takes 0 MB"):
        leaderboard.submit("toy", {"test": TRUTH}, "m")


# -------------------------------------------------------------------------------------------- what machines do


def test_an_answer_that_was_lost_does_not_count_twice(school, monkeypatch):
    ask = class_client._ask

    def lose(request, *seconds):
        answer = ask(request, *seconds)
        if isinstance(request, urllib.request.Request):
            raise ConnectionResetError
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(class_client, "_ask", lose)
        waiting = leaderboard.submit("toy", {"test": TRUTH}, "m")
    assert waiting.status.startswith("waiting: the connection to the leaderboard was lost")
    assert leaderboard.send_pending() == [leaderboard.ALREADY]
    assert school.models() == ["m"] and leaderboard.pending() == 0


@pytest.mark.parametrize("answer", [(404, b"not here"), (200, b"<h1>Log in</h1>"), (200, b"[1]"), (200, b"{}")])
def test_another_server_at_the_address_refuses_nothing(web, monkeypatch, answer):
    status, body = answer
    web.files["/health"] = web.files["/api/rankings/toy?every=false"] = (status, body, len(body))
    monkeypatch.setenv("BOOTCAMP_LEADERBOARD", web.url)
    assert leaderboard.submit("toy", {"test": TRUTH}, "m").status.startswith("waiting")
    assert leaderboard.pending() == 1
    with pytest.raises(SubmissionError, match="the leaderboard"):
        leaderboard.show("toy")


@pytest.mark.parametrize("where", ["upload", "predictions", "database"])
def test_on_a_full_disk_the_submission_waits(school, monkeypatch, where):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    def full_database(*_, **__):
        raise server.MlflowException("(sqlite3.OperationalError) database or disk is full")

    target, name, failure = {
        "upload": (server.tempfile, "TemporaryDirectory", full),
        "predictions": (MlflowClient, "log_artifact", full),
        "database": (MlflowClient, "log_batch", full_database),
    }[where]
    with monkeypatch.context() as patch:
        patch.setattr(target, name, failure)
        assert school.put(npz(test=TRUTH + 1))[0] == 507
    with monkeypatch.context() as patch:
        patch.setattr(target, name, failure)
        waiting = leaderboard.submit("toy", {"test": TRUTH}, "m", learner="Emmy")
    assert waiting.status.startswith("waiting: the disk of the leaderboard is full; tell your instructor")
    assert leaderboard.pending() == 1 and school.models() == []
    assert leaderboard.send_pending() == ["recorded"] and school.models() == ["m"]


def test_a_database_that_is_away_is_no_refusal(school, monkeypatch):
    def away(*_, **__):
        raise server.MlflowException("could not connect to server")

    with monkeypatch.context() as patch:
        patch.setattr(MlflowClient, "create_run", away)
        assert "could not record it" in leaderboard.submit("toy", {"test": TRUTH}, "m").status
    assert leaderboard.send_pending() == ["recorded"]


def test_a_server_killed_while_it_records_shows_nothing_half_and_loses_nothing(monkeypatch, folder, tmp_path):
    monkeypatch.setenv("BOOTCAMP_CLASS_PASSWORD", PASSWORD)
    mark, sent = tmp_path / "recording", []
    with running("serve_and_hang", mark, folder=folder) as (url, process):
        monkeypatch.setenv("BOOTCAMP_LEADERBOARD", url)
        learner = threading.Thread(target=lambda: sent.append(leaderboard.submit("toy", {"test": TRUTH}, "m")))
        learner.start()
        wait_until(mark.exists)
        process.kill()
        learner.join()
    assert sent[0].status.startswith("waiting: the connection to the leaderboard was lost")
    school = ClassServer(Settings(folder, PASSWORD, f"sqlite:///{folder / 'leaderboard.db'}"))
    store = Store(school.settings.store, school.settings.artifacts)
    assert len(store._runs("toy", status="RUNNING")) == 1 and store.submissions("toy") == []
    school.start()
    monkeypatch.setenv("BOOTCAMP_LEADERBOARD", school.url)
    assert school.models() == [] and leaderboard.send_pending() == ["recorded"] and school.models() == ["m"]
    school.end()
    assert len(store._runs("toy", status="KILLED")) == 1


# ------------------------------------------------------------------------------------------------ the instructor


def marked(mark):
    """Living processes that inherited a mark, those of this test left out."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get("BOOTCAMP_TEST_MARK") == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def wait_until(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


def serve(*arguments, **environment):
    command = [sys.executable, "-m", "tests.classroom.toy_class", "serve", *map(str, arguments)]
    environment = {"BOOTCAMP_CLASS_PASSWORD": "p", **environment}
    return subprocess.run(command, cwd=REPOSITORY, env=os.environ | environment, capture_output=True, text=True)


@pytest.mark.parametrize("option", ["--port", "--mlflow-port"])
def test_a_port_in_use_is_one_sentence(tmp_path, option):
    with network.listen("127.0.0.1") as taken:
        port = network.port_of(taken)
        ports = {"--port": 0, "--mlflow-port": 0, option: port}
        ended = serve("--folder", tmp_path / "class", *(text for pair in ports.items() for text in pair))
    assert ended.returncode == 64 and ended.stdout == ""
    assert ended.stderr == (
        f"leaderboard: port {port} is in use; end the program that uses it, or choose another port with {option}\n"
    )


def test_two_servers_on_one_folder_are_refused(folder):
    with filelock.FileLock(folder / "server.lock"):
        ended = serve("--folder", folder, "--no-mlflow")
    assert ended.returncode == 64
    assert (
        ended.stderr == f"leaderboard: a leaderboard with the folder {folder} runs already; end it, or use --folder\n"
    )


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({"BOOTCAMP_CLASS_PASSWORD": ""}, "the class has no password; start with BOOTCAMP_CLASS_PASSWORD="),
        ({"BOOTCAMP_LEADERBOARD_DEADLINE": "2027-03-05T17:00"}, r"with its zone, such as 2027-03-05T17:00\+01:00"),
        ({"BOOTCAMP_LEADERBOARD_DEADLINE": "Friday"}, "not 'Friday'"),
        ({"BOOTCAMP_LEADERBOARD_STORE": "http://u:secret@db"}, r"postgresql://.*, not 'http://u:\*\*\*@db'"),
    ],
)
def test_settings_that_are_wrong_are_one_sentence(tmp_path, variables, reason):
    with pytest.raises(SettingsError, match=reason):
        read(tmp_path, {"BOOTCAMP_CLASS_PASSWORD": "p", **variables})


def test_a_database_that_does_not_answer_is_one_sentence(tmp_path):
    with pytest.raises(SettingsError, match=r"the store sqlite:.*missing/l.db cannot be used: .*unable to open"):
        command._check_store(f"sqlite:///{tmp_path}/missing/l.db")


def test_settings_from_variables(tmp_path):
    found = read(None, {"BOOTCAMP_CLASS_PASSWORD": "p", "BOOTCAMP_LEADERBOARD_FOLDER": str(tmp_path / "class")})
    assert found.store == f"sqlite:///{tmp_path / 'class' / 'leaderboard.db'}" and found.deadline is None
    assert (tmp_path / "class").stat().st_mode & 0o077 == 0
    database = {"BOOTCAMP_LEADERBOARD_STORE": "postgresql://u:s@db/class"}
    deadline = {"BOOTCAMP_LEADERBOARD_DEADLINE": "2027-03-05T17:00+01:00"}
    found = read(tmp_path, {"BOOTCAMP_CLASS_PASSWORD": "p", **database, **deadline})
    assert found.store == "postgresql+psycopg://u:s@db/class"
    assert without_password(found.store) == "postgresql+psycopg://u:***@db/class"
    assert found.deadline == datetime(2027, 3, 5, 16, tzinfo=UTC)


def test_mlflow_is_for_the_instructor_only_and_ends_with_a_server_that_is_killed(monkeypatch, folder):
    """One start of MLflow for both, because it takes so long."""
    monkeypatch.setenv("BOOTCAMP_CLASS_PASSWORD", PASSWORD)
    mark = uuid.uuid4().hex
    monkeypatch.setenv("BOOTCAMP_TEST_MARK", mark)
    with running("serve", folder=folder, mlflow=("--mlflow-port", "0")) as (url, process):
        ports = [int(re.search(r":(\d+)", address)[1]) for address in (url, process.mlflow)]
        assert only_the_password_of_the_file_opens(process.mlflow, folder)
        assert len(marked(mark)) >= 3  # server, guard, MLflow
        process.kill()
    end = time.monotonic() + 5
    while marked(mark):
        assert time.monotonic() < end, marked(mark)
        time.sleep(0.05)
    options = ("--mlflow-port", str(ports[1]))
    with running("serve", folder=folder, port=ports[0], mlflow=options) as (again, process):
        assert (again, process.mlflow) == (url, f"http://127.0.0.1:{ports[1]}")
        process.terminate()
        assert process.wait(60) == 130
    assert marked(mark) == []


def only_the_password_of_the_file_opens(address, folder):
    def status(password):
        user = base64.b64encode(f"admin:{password}".encode()).decode()
        request = urllib.request.Request(
            f"{address}/api/2.0/mlflow/experiments/search?max_results=1",
            headers={"Authorization": f"Basic {user}"} if password else {},
        )
        with contextlib.suppress(OSError):
            return network.ask(request, 60).status

    wait_until(lambda: status(""))
    file = folder / tracking.PASSWORD_FILE
    assert file.stat().st_mode & 0o077 == 0
    return [status(given) for given in ("", PASSWORD, file.read_text())] == [401, 401, 200]


# ------------------------------------------------------------------------------------------------------- the page


def test_the_page_shows_names_as_text_and_needs_no_network(school):
    leaderboard.submit("toy", {"test": TRUTH + 1}, "<script>alert(1)</script>")
    page = school.get("/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "<script>alert" not in page
    assert "Toy &amp; Co" in page and "1.0000" in page
    assert "//" not in page.replace("// Replaced", "")


def test_the_page_refreshes_by_itself_and_says_when_the_server_is_away(school):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.clock.install()
        page.goto(school.url)
        expect(page.get_by_text("No submission yet.")).to_be_visible()
        leaderboard.submit("toy", {"test": TRUTH + 1}, "m")
        page.clock.run_for(6000)
        expect(page.get_by_role("cell", name="Ada")).to_be_visible(timeout=60_000)
        school.end()
        page.clock.run_for(6000)
        expect(page.get_by_role("alert")).to_be_visible(timeout=60_000)
        expect(page.get_by_role("cell", name="Ada")).to_be_visible()
        school.start()
        page.clock.run_for(6000)
        expect(page.get_by_role("alert")).to_be_hidden(timeout=60_000)
        browser.close()

"""The class in sight: what learners send is recorded once, shown to the instructor alone, and deleted for good."""

import json
import sqlite3
import threading
import time
import urllib.request

from classroom.leaderboard import __main__ as command
from classroom.leaderboard import settings as settings_module
from classroom.leaderboard.settings import SettingsError
from classroom.sight import answers, classes, for_instructor, session
from classroom.sight import records as records_module
from tests.classroom import sight_class
from tests.classroom.class_server import PASSWORD
from tests.classroom.sight_class import FIRST, INSTRUCTOR, SECOND, Pupil, Teacher, ask, event, records, wait_until

import pytest

folder, home, quick_server = sight_class.folder, sight_class.home, sight_class.quick_server
fresh_reporter, sight, teacher = sight_class.fresh_reporter, sight_class.sight, sight_class.teacher


def service(school):
    return school.service.config.app.state.sight


# ------------------------------------------------------------------------------------------------- what is recorded


def test_checks_fill_the_matrix(sight, teacher):
    ada, ben = Pupil(sight, "Ada"), Pupil(sight, "Ben")
    assert ada.send(event(), event(passed=True))[0] == 200
    ben.send(event(SECOND))
    assert teacher.cells() == {"Ada": {FIRST: [2, 2]}, "Ben": {SECOND: [1, 1]}}
    snapshot = teacher.snapshot()
    summary = {name: (entry["tried"], entry["solved"]) for name, entry in snapshot["exercises"].items()}
    assert sorted(summary.values()) == [(1, 0), (1, 1)]


def test_what_is_sent_again_counts_once_and_a_lost_answer_loses_nothing(sight, teacher):
    ada, first, second = Pupil(sight, "Ada"), event(), event()
    ada.send(first)
    status, answer = ada.send(first, second)
    assert (status, answer["done"]) == (200, [first["id"], second["id"]])
    assert teacher.cells() == {"Ada": {FIRST: [1, 2]}}


def test_replayed_by_another_learner_it_is_that_learners_own(sight, teacher):
    ada, eve, found = Pupil(sight, "Ada"), Pupil(sight, "Eve"), event(passed=True)
    ada.send(found)
    eve.send(found | {"passed": False})
    assert teacher.cells() == {"Ada": {FIRST: [2, 1]}, "Eve": {FIRST: [1, 1]}}


@pytest.mark.parametrize("age", [-3600.0, 1e12, float("nan"), float("inf"), 13 * 3600.0])
def test_a_clock_that_is_off_gets_the_time_of_the_server(sight, age):
    before = time.time()
    assert Pupil(sight, "Ada").send(event(age=age))[0] == 200
    (found,) = records(sight).events()
    assert before <= found.at == found.received <= time.time()


def test_an_event_that_waited_keeps_its_time_and_its_place(sight, teacher):
    service(sight).classes.get("own").change(opened=time.time() - 7200)
    ada = Pupil(sight, "Ada")
    ada.send(event(passed=True, age=60.0))
    ada.send(event(age=1800.0))  # from the outbox of another kernel, later
    assert [found.passed for found in records(sight).events()] == [False, True]
    assert teacher.snapshot()["learners"][0]["cells"].popitem()[1] == [2, 2, 29.0]


def test_a_slow_request_does_not_change_the_order(sight):
    ada, other = Pupil(sight, "Ada"), event(passed=True, age=0.01)
    ada.send(event(age=0.0), event(age=0.0))  # on its way for a while, so that its events seem younger
    ada.send(other)
    assert [found.id for found in records(sight).events()][-1] == other["id"]


def test_everything_is_there_after_a_new_start(sight, teacher):
    ada = Pupil(sight, "Ada")
    ada.send(event(hint=7))
    ada.hand("help")
    before = teacher.snapshot()
    sight.end()
    sight.start()
    after = teacher.snapshot()  # with the same session
    for name in ("learners", "exercises", "hands"):
        assert after[name] == before[name]


def test_an_exercise_of_another_version_is_passed_over(sight, teacher):
    ada, alien = Pupil(sight, "Ada"), event("intro.of_next_year")
    assert ada.send(alien, event())[1]["done"][0] == alien["id"]
    assert teacher.cells() == {"Ada": {FIRST: [1, 1]}}


# ------------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "1"},
        {"id": 1},
        {"exercise": 3},
        {"passed": 1},
        {"passed": "yes"},
        {"hint": -1},
        {"hint": 2**32},
        {"age": "1"},
        {"hint": True},
        {"hint": 1.5},
        {"more": 1},
        {"exercise": "x" * 81},
        {"age": None},
    ],
)
def test_an_event_of_another_form_is_refused_with_all_of_its_request(sight, teacher, changes):
    status, answer = Pupil(sight, "Ada").send(event(), event(**changes))
    assert (status, answer["refused"]) == (422, True)
    assert teacher.cells() == {}


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"{", 400),
        (b"[" * 60_000, 400),
        (b'"' + b"x" * 70_000 + b'"', 413),
        ({"events": {}}, 422),
        ({"events": [event() for _ in range(101)]}, 422),
        ({"events": [], "name": ""}, 422),
        ({"events": [], "name": 7}, 422),
        ({"events": [], "name": "x" * 61}, 422),
        ({"events": [], "name": "a\u202eb"}, 422),
        ({"events": [], "consent": "1"}, 422),
        ({"events": [], "class": None}, 410),
    ],
)
def test_a_request_of_another_form_is_refused_in_a_sentence(sight, teacher, content, status):
    found, answer = Pupil(sight, "Ada").post("events", content)
    assert found == status
    assert answer["detail"]
    assert teacher.cells() == {}


def test_a_request_without_a_key_or_of_another_kind_is_refused(sight):
    ada = Pupil(sight, "Ada")
    assert ada.send(X_Bootcamp_Key="short")[0] == 400
    assert ada.send(Content_Type="text/plain")[0] == 415


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_a_foreign_origin_is_not_answered(sight, teacher, origin):
    assert Pupil(sight, "Ada").send(event(), Origin=origin)[0] == 403
    assert ask(f"{sight.url}/sight/login", {"password": INSTRUCTOR}, Origin=origin)[0] == 403
    for path in ("own/snapshot", "own/table.csv", "own/report.html", "classes"):
        assert teacher.ask(path, Origin=origin)[0] == 403
        assert teacher.ask(path, Sec_Fetch_Site="cross-site")[0] == 403
    assert teacher.ask("own/delete", {"title": "Class"}, Origin=origin)[0] == 403
    assert teacher.ask("own/snapshot", Origin=sight.url)[0] == 200
    assert "Access-Control-Allow-Origin" not in teacher.ask("own/snapshot")[1]


@pytest.mark.parametrize("name", ["Ada", "ada", "\u0410da", "A\u00add\u0430"])
def test_a_forged_name_is_refused(sight, teacher, name):
    Pupil(sight, "Ada").send(event())
    status, answer = Pupil(sight, name).send(event(passed=True))
    assert status in (409, 422)
    assert answer["detail"]
    assert teacher.cells() == {"Ada": {FIRST: [1, 1]}}


def test_a_name_of_the_leaderboard_belongs_to_the_same_learner_here(sight, monkeypatch):
    owner = Pupil(sight, "Ada").key

    def check_owner(name, key):
        if key != owner:
            raise ValueError("taken")

    monkeypatch.setattr(service(sight), "check_owner", check_owner)
    ada, other = Pupil(sight, "Ada"), Pupil(sight, "Ada")
    ada.key = owner
    assert other.send(event())[0] == 409
    assert ada.send(event())[0] == 200


def test_a_learner_can_change_the_name_and_the_old_one_is_free(sight, teacher):
    ada, ben = Pupil(sight, "Ada"), Pupil(sight, "Ben")
    ada.send(event())
    ada.name = "Blue Heron"
    ada.send(event())
    ben.name = "Ada"
    ben.send(event())
    assert teacher.cells() == {"Blue Heron": {FIRST: [1, 2]}, "Ada": {FIRST: [1, 1]}}


def test_a_class_that_does_not_exist_is_one_sentence(sight):
    status, answer = Pupil(sight, "Ada", word="other").send(event())
    assert (status, answer["refused"], answer["detail"]) == (401, False, classes.NO_CLASS)


def test_a_flood_waits(sight, teacher, monkeypatch):
    monkeypatch.setattr(classes, "BURST", 5.0)
    monkeypatch.setattr(classes, "PER_SECOND", 0.0)
    ada = Pupil(sight, "Ada")
    assert ada.send(*[event() for _ in range(5)])[0] == 200
    status, answer = ada.send(event())
    assert (status, answer["refused"]) == (429, False)
    assert Pupil(sight, "Ben").send(event())[0] == 200


def test_a_class_and_a_learner_have_a_limit(sight, monkeypatch):
    monkeypatch.setattr(records_module, "MOST_LEARNERS", 1)
    monkeypatch.setattr(records_module, "MOST_EVENTS", 2)
    ada = Pupil(sight, "Ada")
    assert ada.send(event(), event())[0] == 200
    assert ada.send(event())[0] == 429
    assert Pupil(sight, "Ben").send(event())[0] == 409


def test_a_full_disk_is_one_sentence_and_loses_nothing(sight, teacher):
    ada = Pupil(sight, "Ada")
    ada.send(event())
    database = records(sight)._database
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    database.execute(f"PRAGMA max_page_count={pages}")
    waiting = [[event() for _ in range(100)], [event() for _ in range(100)]]
    refused = [batch for batch in waiting if ada.send(*batch)[0] == 507]
    assert refused
    status, answer = ada.send(*refused[0])
    assert (status, answer["refused"], answer["detail"]) == (507, False, answers.DISK_FULL)
    assert "disk is full" in teacher.snapshot()["problem"]
    database.execute("PRAGMA max_page_count=100000")
    for batch in waiting:
        ada.send(*batch)
    assert teacher.cells() == {"Ada": {FIRST: [1, 201]}}
    assert teacher.snapshot()["problem"] == ""


def test_one_broken_batch_leaves_the_record_whole(sight):
    """A transaction that fails in the middle takes nothing."""
    ada = Pupil(sight, "Ada")
    ada.send(event())
    found = records(sight)
    with pytest.raises(sqlite3.IntegrityError):
        found.add(
            [
                records_module.Event(1, "a" * 32, FIRST, True, 0, 1.0, 1.0),
                records_module.Event(1, "b", None, 0, 0, 1, 1),
            ]
        )
    assert len(found.events()) == 1


# ------------------------------------------------------------------------------------------------------------ hands


def test_hands_have_an_order_and_a_place(sight, teacher):
    ada, ben = Pupil(sight, "Ada"), Pupil(sight, "Ben")
    assert ada.hand("the loss")[1]["place"] == 1
    assert ben.hand()[1] == {"service": "bootcamp-sight", "place": 2, "waiting": 2}
    assert ada.hand("the loss is nan")[1]["place"] == 1  # raised again, the place stays
    assert [(hand["name"], hand["line"]) for hand in teacher.snapshot()["hands"]] == [
        ("Ada", "the loss is nan"),
        ("Ben", ""),
    ]
    first = teacher.snapshot()["hands"][0]["learner"]
    teacher.get(f"own/lower/{first}", {})
    assert ben.hand()[1]["place"] == 1
    ben.hand(up=False)
    assert teacher.snapshot()["hands"] == []


@pytest.mark.parametrize("line", ["x" * 81, "a\u202eb", 7, None, ["a"]])
def test_a_line_that_is_long_or_hidden_is_refused(sight, teacher, line):
    assert Pupil(sight, "Ada").hand(line)[0] == 422
    assert teacher.snapshot()["hands"] == []


# -------------------------------------------------------------------------------------------------- who sees what


PRIVATE = (
    "own/snapshot",
    "own/stream",
    "own/course",
    "own/table.csv",
    "own/report.html",
    "own/report.json",
    "own/report.csv",
)


@pytest.mark.parametrize("path", [*PRIVATE, "classes", "compare.html?a=own&b=own"])
def test_without_the_instructors_password_nothing_is_shown(sight, path):
    Pupil(sight, "Ada").send(event())
    for forged in ("", "99999999999.0", "x", "."):
        status, _, body = ask(f"{sight.url}/sight/{path}", X_Bootcamp_Session=forged)
        assert status == 401
        assert b"Ada" not in body


def test_the_password_of_the_class_opens_nothing(sight):
    Pupil(sight, "Ada").send(event())
    assert Teacher(sight, PASSWORD).session == ""
    for path in ("", "own/", "own/report", "compare", "login", "nowhere/"):  # pages hold nothing by themselves
        status, _, body = ask(f"{sight.url}/sight/{path}")
        assert status == 200
        assert b"Ada" not in body


@pytest.mark.parametrize("path", ["own/delete", "own/settings", "own/lower/1", "own/remove/1", "classes"])
def test_nobody_else_changes_anything(sight, teacher, path):
    Pupil(sight, "Ada").hand()
    assert ask(f"{sight.url}/sight/{path}", {"title": "Class", "closed": True})[0] == 401
    assert len(teacher.snapshot()["hands"]) == 1


def test_another_password_ends_every_session(sight, teacher):
    sight.end()
    sight.start(instructor_password="another")
    assert teacher.ask("own/snapshot")[0] == 401


def test_a_session_ends(sight, teacher, monkeypatch):
    later = time.time() + 3600 * session.HOURS + 1
    monkeypatch.setattr(session.time, "time", lambda: later)
    assert teacher.ask("own/snapshot")[0] == 401


def test_a_session_is_no_cookie_which_would_go_to_every_port_of_the_host(sight):
    _, headers, _ = ask(f"{sight.url}/sight/login", {"password": INSTRUCTOR})
    assert "Set-Cookie" not in headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_a_password_is_made_where_none_is_set_and_the_class_password_is_refused(tmp_path, monkeypatch):
    assert session.password(tmp_path) == session.password(tmp_path)
    assert (tmp_path / session.PASSWORD_FILE).stat().st_mode & 0o077 == 0
    variables = {"BOOTCAMP_CLASS_PASSWORD": "same", session.PASSWORD_VARIABLE: "same"}
    with pytest.raises(SettingsError, match="learners would see the whole class"):
        settings_module.read(tmp_path / "class", variables)


def test_the_projector_is_sent_no_name_and_no_line(sight, teacher):
    ada = Pupil(sight, "Ada Lovelace")
    ada.send(event(passed=True), event(SECOND))
    ada.hand("my line")
    body = teacher.ask("own/snapshot?named=false")[2]
    assert b"Lovelace" not in body
    assert b"my line" not in body
    found = json.loads(body)
    assert found["hands_up"] == 1
    assert [sorted(row) for row in found["learners"]] == [["cells"]]


def test_tables_compute_nothing_and_pages_show_markup_as_text(sight, teacher):
    for name in ("=1+1", "<b>x</b><script>alert(1)</script>"):
        Pupil(sight, name).send(event())
    table = teacher.ask("own/table.csv")[2].decode()
    assert "\n'=1+1," in table
    teacher.open("<i>class</i>")
    other = next(found["id"] for found in teacher.get("classes") if not found["own"])
    for path in (f"{other}/report.html", f"compare.html?a=own&b={other}"):
        body = teacher.ask(path)[2].decode()
        assert "&lt;i&gt;class" in body
        assert "<i>class" not in body


# ------------------------------------------------------------------------------------------------- several classes


def test_each_class_has_its_word_and_its_learners(sight, teacher):
    other = teacher.open("Tuesday")
    Pupil(sight, "Ada").send(event())
    Pupil(sight, "Ada", word=other["word"]).send(event(passed=True))  # another Ada, of another class
    assert teacher.cells() == {"Ada": {FIRST: [1, 1]}}
    assert teacher.cells(other["id"]) == {"Ada": {FIRST: [2, 1]}}
    assert teacher.ask("classes", {"title": "Tuesday"})[0] == 409
    assert teacher.ask("nowhere/snapshot")[0] == 404
    folder = service(sight).classes.folder
    assert all(other["word"].encode() not in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_closed_class_takes_nothing_until_it_is_opened_again(sight, teacher):
    ada = Pupil(sight, "Ada")
    teacher.get("own/settings", {"closed": True})
    status, answer = ada.send(event())
    assert (status, answer["refused"], answer["detail"]) == (409, False, classes.CLOSED)
    teacher.get("own/settings", {"closed": False})
    assert ada.send(event())[0] == 200


def traces(folder, *texts):
    """Files of a folder that hold one of the texts."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(text.encode() in path.read_bytes() for text in texts)]


def test_a_deleted_class_leaves_nothing(sight, teacher, folder):
    other = teacher.open("Tuesday group")
    ada = Pupil(sight, "Ada Lovelace", word=other["word"])
    ada.send(*[event() for _ in range(50)])
    ada.hand("my own line")
    place = service(sight).classes.folder
    marks = ("Ada Lovelace", "my own line", "Tuesday group", ada.token, records_module._hash(ada.key), other["id"])
    assert traces(place, *marks)
    assert teacher.ask(f"{other['id']}/delete", {"title": "tuesday"})[0] == 422
    receipt = teacher.get(f"{other['id']}/delete", {"title": "Tuesday group"})
    assert receipt["deleted"] == {"learners": 1, "events": 50, "hands": 1, "withdrawn": 0}
    assert receipt["left"] == []
    assert traces(folder, *marks) == []
    assert [path for path in folder.rglob("*") if other["id"] in str(path)] == []
    assert teacher.ask(f"{other['id']}/snapshot")[0] == 404
    assert ada.send(event())[0] == 401


def test_the_servers_own_class_is_deleted_too_and_no_agreement_outlives_it(sight, teacher, folder):
    ada = Pupil(sight, "Ada Lovelace")
    ada.send(event())
    teacher.get("own/delete", {"title": "Class"})
    assert traces(folder, "Ada Lovelace", ada.token) == []
    teacher.get("own/settings", {"closed": False})
    status, answer = ada.send(event())
    assert (status, answer["refused"]) == (410, True)
    assert teacher.cells() == {}


def test_a_deletion_that_was_interrupted_is_ended_by_the_next_start(sight, folder):
    left = folder / "sight" / ".abc"
    left.mkdir()
    (left / "class.db").write_text("Ada Lovelace")
    sight.end()
    sight.start()
    assert not left.exists()


def test_a_class_is_deleted_a_month_after_its_last_event(sight, teacher, monkeypatch):
    Pupil(sight, "Ada").send(event())
    now = time.time()
    assert service(sight).classes.sweep(now + 29 * classes.DAY) == []
    assert service(sight).classes.sweep(now + 31 * classes.DAY) == ["Class"]
    assert teacher.cells() == {}


def test_who_withdraws_in_the_middle_is_gone_and_stays_gone(sight, teacher, folder):
    ada = Pupil(sight, "Ada Lovelace")
    ada.send(event())
    ada.hand("my own line")
    assert ada.post("withdraw", {})[1]["deleted"] is True
    assert teacher.snapshot()["learners"] == []
    assert traces(folder, "Ada Lovelace", "my own line", records_module._hash(ada.key)) == []
    status, answer = ada.send(event())  # replayed, or still on its way from another kernel
    assert (status, answer["refused"]) == (410, True)
    ada.consent = "0" * 32  # agreed anew
    assert ada.send(event())[0] == 200


def test_nobody_withdraws_for_another(sight, teacher):
    Pupil(sight, "Ada").send(event())
    Pupil(sight, "Ada").post("withdraw", {})
    assert teacher.cells() == {"Ada": {FIRST: [1, 1]}}


def test_the_instructor_removes_a_learner_and_the_name_is_free(sight, teacher):
    Pupil(sight, "Ada").send(event())
    teacher.get(f"own/remove/{teacher.snapshot()['learners'][0]['id']}", {})
    assert teacher.cells() == {}
    assert Pupil(sight, "Ada").send(event())[0] == 200


# ------------------------------------------------------------------------------------------------------- the stream


def stream(school, teacher, seconds, path="own/stream"):
    """Data of the events of a stream until `seconds` are over or it ends."""
    request = urllib.request.Request(f"{school.url}/sight/{path}", headers={session.HEADER: teacher.session})
    found, end = [], time.monotonic() + seconds
    with urllib.request.urlopen(request, timeout=seconds) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["X-Accel-Buffering"] == "no"
        for line in answer:
            if line.startswith(b"data: ") and len(line) > 20:
                found.append(json.loads(line[6:]))
            if time.monotonic() > end:
                break
    return found


def test_the_stream_tells_of_a_check_within_two_seconds(sight, teacher):
    ada = Pupil(sight, "Ada")
    timer = threading.Timer(1.0, lambda: ada.send(event()))
    timer.start()
    found = stream(sight, teacher, 4.0)
    timer.join()
    first = next(snapshot for snapshot in found if any(row["cells"] for row in snapshot["learners"]))
    (recorded,) = records(sight).events()
    assert first["now"] - recorded.received < 2.0


def test_the_stream_ends_with_the_class_and_with_the_server(sight, teacher):
    other = teacher.open("Tuesday")
    timer = threading.Timer(0.5, lambda: teacher.get(f"{other['id']}/delete", {"title": "Tuesday"}))
    timer.start()
    begin = time.monotonic()
    stream(sight, teacher, 20.0, f"{other['id']}/stream")
    timer.join()
    assert time.monotonic() - begin < 10
    thread = threading.Thread(target=lambda: stream(sight, teacher, 20.0))
    thread.start()
    time.sleep(0.5)
    begin = time.monotonic()
    sight.end()
    thread.join()
    assert time.monotonic() - begin < 5
    sight.start()


def test_an_unknown_class_has_no_stream_and_streams_are_counted(sight, teacher, monkeypatch):
    assert teacher.ask("nowhere/stream")[0] == 404
    monkeypatch.setattr(for_instructor, "MOST_STREAMS", 0)
    assert teacher.ask("own/stream")[0] == 429


@pytest.mark.parametrize(
    "content", [{}, {"closed": 1}, {"timetable": "none such", "started": 1}, {"timetable": "One day", "started": "now"}]
)
def test_settings_that_do_not_exist_are_refused(sight, teacher, content):
    assert teacher.ask("own/settings", content)[0] == 422


def test_a_timetable_gives_the_pace(sight, teacher):
    Pupil(sight, "Ada").send(event(passed=True))
    teacher.get("own/settings", {"timetable": "One day", "started": time.time() - 20 * 60})
    pace = teacher.snapshot()["pace"]
    assert pace["block"] == {"title": "Curve Fitting", "minute": 5, "minutes": 40}
    assert (pace["with"], pace["ahead"], pace["behind"]) == (1, 0, 0)


def no_answers():
    raise OSError("the answers are gone")


@pytest.mark.parametrize("answers", ["", f"{__name__}:no_answers"])
def test_a_server_answers_while_it_loads_and_ends_where_it_cannot(monkeypatch, answers):
    entry = type("Entry", (), {"answers": answers})
    monkeypatch.setattr(command.leaderboard, "competitions", lambda: (entry,))
    running = type("Running", (), {"should_exit": False})()
    failures = command._load_answers(running)
    assert wait_until(lambda: running.should_exit or not answers)
    assert [str(error) for error in failures] == (["the answers are gone"] if answers else [])

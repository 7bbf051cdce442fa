"""The board under attack: uploads that would cost too much, connections that say nothing, guesses at the answers."""

import contextlib
import io
import random
import shutil
import socket
import struct
import time
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bootcamp import leaderboard
from bootcamp.leaderboard import SubmissionError, npz
from bootcamp.leaderboard.submissions import digest
from bootcamp.runtime import network
from classroom.leaderboard import connections
from classroom.leaderboard.board import Board, BusyError
from classroom.leaderboard.settings import PER_HOUR, Settings, SettingsError, read
from tests.classroom import class_server, toy_class
from tests.classroom.toy_class import TOY, TRUTH

import numpy as np
import pytest

folder, school, toy = class_server.folder, class_server.school, class_server.toy
GOOD_HEADER = "{'descr': '<f8', 'fortran_order': False, 'shape': (4,), }"


# ------------------------------------------------------------------------------------------------------- uploads


def with_header(text, version=b"\x01\x00"):
    """An npz file with one array, whose header is this text."""
    header = text.encode("latin-1", "replace") + b"\n"
    length = struct.pack("<H" if version == b"\x01\x00" else "<I", len(header))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("test.npy", b"\x93NUMPY" + version + length + header + TRUTH.tobytes())
    return buffer.getvalue()


MALFORMED = {
    "nothing": "",
    "no dictionary": "[1, 2]",
    "a call": "__import__('os').abort()",
    "deep": "(" * 3000,
    "deep shape": GOOD_HEADER.replace("(4,)", "(" * 500 + "4" + ",)" * 500),
    "no shape": "{'descr': '<f8', 'fortran_order': False, }",
    "shape of texts": GOOD_HEADER.replace("(4,)", "('4',)"),
    "shape of floats": GOOD_HEADER.replace("(4,)", "(4.0,)"),
    "shape of truth": GOOD_HEADER.replace("(4,)", "(True,)"),
    "huge shape": GOOD_HEADER.replace("(4,)", f"({'9' * 15},)"),
    "huge product": GOOD_HEADER.replace("(4,)", f"({', '.join(['999999999999999'] * 30)})"),
    "number of many digits": GOOD_HEADER.replace("(4,)", f"({'9' * 3000},)"),
    "many dimensions": GOOD_HEADER.replace("(4,)", f"({'1, ' * 200})"),
    "unknown type": GOOD_HEADER.replace("<f8", "<q99"),
    "odd size": GOOD_HEADER.replace("<f8", "<f3"),
    "empty type": GOOD_HEADER.replace("<f8", ""),
    "type with fields": GOOD_HEADER.replace("'<f8'", "[('a', '<f8')]"),
    "dates": GOOD_HEADER.replace("<f8", "<M8"),
    "complex": GOOD_HEADER.replace("<f8", "<c16"),
    "raw bytes": GOOD_HEADER.replace("<f8", "|V8"),
    "order as number": GOOD_HEADER.replace("False", "0"),
    "a null": GOOD_HEADER + "\x00",
    "more behind it": GOOD_HEADER + "x" * 60000,
}


@pytest.mark.parametrize("version", [b"\x01\x00", b"\x02\x00", b"\x03\x00", b"\x09\x00"], ids=["1", "2", "3", "9"])
@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_header_is_refused_for_good(case, version, tmp_path):
    file = tmp_path / "a.npz"
    file.write_bytes(with_header(MALFORMED[case], version=version))
    with pytest.raises(npz.UploadError, match=r"^(the file with the predictions|predictions are)"):
        npz.read_shapes(file, 2**20)


def test_the_server_answers_malformed_headers_with_4xx(school):
    for case in ("deep", "shape of truth", "type with fields", "huge product"):
        status, answer = school.put(with_header(MALFORMED[case]))
        assert (status, answer["refused"]) == (400, True), case
    assert school.put(with_header(GOOD_HEADER))[0] == 200


def test_changed_bytes_are_read_or_refused_and_nothing_else(tmp_path):
    """2,000 files with changed bytes, cut, or with a part doubled."""
    chance, sound, file = (
        random.Random(0),
        class_server.npz(test=TRUTH, more=np.ones((2, 3), "<f4")),
        tmp_path / "a.npz",
    )
    outcomes = {"read": 0, "refused": 0}
    for _ in range(2000):
        changed = bytearray(sound)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(changed))
            changed[place] = chance.randrange(256)
        if chance.random() < 0.2:
            changed = changed[: chance.randrange(len(changed))]
        if chance.random() < 0.1:
            place = chance.randrange(len(changed) + 1)
            changed[place:place] = changed[:place]
        file.write_bytes(changed)
        try:
            arrays = npz.read_arrays(file, 2**20)
        except npz.UploadError:
            outcomes["refused"] += 1
        else:
            assert all(isinstance(array, np.ndarray) and array.nbytes <= 2**20 for array in arrays.values())
            outcomes["read"] += 1
    assert outcomes["refused"] > 1000


def zeros(shape, dtype, count=1):
    """A small file that unpacks to much, written without ever holding it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            with archive.open(f"array{number}.npy", "w", force_zip64=True) as member:
                header = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": shape}
                np.lib.format.write_array_header_1_0(member, header)
                for _ in range(int(np.prod(shape)) * np.dtype(dtype).itemsize // 2**20):
                    member.write(bytes(2**20))
    return buffer.getvalue()


def test_what_has_another_shape_is_refused_before_a_value_is_read(folder, monkeypatch, tmp_path):
    asked = replace(TOY, shapes="tests.classroom.test_leaderboard_attack:asked_shapes")
    monkeypatch.setattr(toy_class, "TOY", asked)
    board = Board(Settings(folder, "p", f"sqlite:///{folder / 'leaderboard.db'}"))
    upload = tmp_path / "predictions.npz"
    for case, reason in (
        (zeros((60, 2**20), "i1"), "asked for test, not for"),
        (class_server.npz(test=np.zeros(5)), r"test have the shape \(4,\), not \(5,\)"),
    ):
        upload.write_bytes(case)
        tracemalloc.start()
        with pytest.raises(SubmissionError, match=reason):
            board.accept(asked, "Ada", "m", "key", upload, datetime.now(UTC))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 4 * 2**20


def asked_shapes():
    return {"test": (4,)}


@pytest.mark.parametrize(
    ("shape", "dtype", "count"), [((60, 2**20), "i1", 1), ((15, 2**20), "i1", 4), ((2**20, 8), "f8", 1)]
)
def test_no_upload_takes_much_more_memory_than_it_unpacks_to(shape, dtype, count, folder, monkeypatch, tmp_path):
    """Also where a competition asks for no certain shape."""
    monkeypatch.setattr(toy_class, "score", lambda _: {"error": 1.0})
    board = Board(Settings(folder, "p", f"sqlite:///{folder / 'leaderboard.db'}"))
    upload = tmp_path / "predictions.npz"
    upload.write_bytes(zeros(shape, dtype, count))
    tracemalloc.start()
    board.accept(TOY, "Ada", "m", "key", upload, datetime.now(UTC))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 150 * 2**20


def test_a_list_of_a_million_members_is_not_even_read(tmp_path):
    file = tmp_path / "a.npz"
    directory = bytes(2**22)
    file.write_bytes(directory + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 9999, 9999, len(directory), 0, 0))
    tracemalloc.start()
    with pytest.raises(npz.UploadError, match="1 to 32 arrays"):
        npz.read_shapes(file, 2**20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2**20


def test_the_competitions_of_the_course_say_what_they_ask_for(monkeypatch):
    monkeypatch.undo()
    assert all(entry.shapes for entry in leaderboard.competitions())


# ------------------------------------------------------------------------------------------------- submissions


@pytest.mark.parametrize("kind", ["<f4", ">f4", ">f8", "longdouble"])
def test_the_same_values_as_another_type_are_the_same_submission(kind):
    predictions = np.random.default_rng(0).random((50, 8))
    assert digest({"a": predictions.astype(kind)}) == digest({"a": predictions})
    assert digest({"a": np.asfortranarray(predictions)}) == digest({"a": predictions})
    assert digest({"a": predictions.ravel()}) != digest({"a": predictions})
    assert digest({"b": predictions}) != digest({"a": predictions})
    changed = predictions + 1e-3 * (np.arange(8) == 3)
    assert digest({"a": changed}) != digest({"a": predictions})


def test_whole_numbers_and_zeros_of_either_sign_are_the_same():
    assert digest({"a": np.arange(5)}) == digest({"a": np.arange(5.0)})
    assert digest({"a": np.zeros(3)}) == digest({"a": -np.zeros(3)})
    assert digest({"a": np.array([1e300])}) != digest({"a": np.array([1e301])})


def test_so_many_submissions_an_hour_and_no_more(folder, tmp_path):
    board = Board(Settings(folder, "p", f"sqlite:///{folder / 'leaderboard.db'}", per_hour=3))
    upload, now = tmp_path / "predictions.npz", datetime.now(UTC)

    def submit(shift, minute, learner="Ada"):
        upload.write_bytes(class_server.npz(test=TRUTH + shift))
        return board.accept(TOY, learner, "m", "key", upload, now + timedelta(minutes=minute)).status

    assert [submit(number, 0) for number in (1, 2, 3)] == ["recorded"] * 3
    with pytest.raises(BusyError, match=r"3 submissions to 'toy' within an hour are the limit; .* in 30 minutes"):
        submit(4, 30)
    with pytest.raises(BusyError, match="limit"):
        submit(4, 30, learner="\u0410da")
    assert submit(2, 31) == leaderboard.ALREADY, "what is sent again costs nothing"
    assert submit(4, 31, learner="Emmy") == "recorded"
    assert submit(4, 61) == "recorded"
    again = Board(board.settings)
    again.open()
    assert len(again._scored["toy", "Ada"]) == 4, "a restart forgets nothing"


def test_what_comes_too_fast_waits_in_the_outbox(school):
    school.end()
    school.start(per_hour=1)
    assert leaderboard.submit("toy", {"test": TRUTH + 1}, "m1").status == "recorded"
    second = leaderboard.submit("toy", {"test": TRUTH + 2}, "m2")
    assert second.status.startswith(
        "waiting: 1 submissions to 'toy' within an hour are the limit; the next is taken in 60"
    )
    assert leaderboard.pending() == 1 and school.models() == ["m1"]


# ------------------------------------------------------------------------------------------------- connections


@contextlib.contextmanager
def connected(school, count, said=b"G"):
    """So many clients that say something and then nothing more."""
    with contextlib.ExitStack() as stack:
        clients = []
        for _ in range(count):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", school.port), timeout=10))
            client.sendall(said)
            clients.append(client)
        yield clients


def is_closed(client, seconds=10.0):
    client.settimeout(seconds)
    with contextlib.suppress(ConnectionError):
        return client.recv(1) == b""
    return True


def test_the_board_answers_beside_silent_connections(school, monkeypatch):
    monkeypatch.setattr(connections, "MOST_SILENT_PER_ADDRESS", 20)
    with connected(school, 300) as clients:
        for _ in range(3):
            assert network.ask(f"{school.url}/health", 5).status == 200
        assert leaderboard.submit("toy", {"test": TRUTH + 1}, "m").status == "recorded"
        assert all(is_closed(client) for client in clients[:200]), "the oldest ones went"
        assert len(school.service.server_state.connections) <= 21


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n", b"GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET"])
def test_a_header_that_does_not_come_ends_the_connection(school, monkeypatch, said):
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.3)
    with connected(school, 1, said) as (client,):
        client.settimeout(10)
        while client.recv(4096):  # the answer to the first request, where there was one
            pass


def test_a_header_that_drips_ends_as_well(school, monkeypatch):
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.4)
    with connected(school, 1) as (client,), contextlib.suppress(ConnectionError):
        end = time.monotonic() + 30
        while time.monotonic() < end:
            client.sendall(b"E")
            time.sleep(0.05)
        pytest.fail("it dripped for half a minute")


def test_a_body_may_take_its_time(school, monkeypatch):
    monkeypatch.setattr(connections, "HEADER_SECONDS", 0.3)
    body = class_server.npz(test=TRUTH + 1)
    head = (
        f"PUT /api/submissions/toy?learner=Ada&model=m HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
        f"X-Bootcamp-Password: geheim%2C%20s%C3%BC%C3%9F\r\nX-Bootcamp-Key: {class_server.KEY}\r\n\r\n"
    )
    with connected(school, 1, head.encode()) as (client,):
        for part in (body[:50], body[50:]):
            time.sleep(0.4)
            client.sendall(part)
        client.settimeout(30)
        assert client.recv(4096).startswith(b"HTTP/1.1 200")


def test_only_so_many_requests_of_one_address_are_at_work(school, monkeypatch):
    monkeypatch.setattr(connections, "MOST_BUSY_PER_ADDRESS", 5)
    begun = b"PUT /api/submissions/toy HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
    with connected(school, 5, begun), connected(school, 1, begun) as (sixth,):
        assert is_closed(sixth)
    with connected(school, 1, b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n") as (client,):
        client.settimeout(10)
        assert client.recv(4096).startswith(b"HTTP/1.1 200")


# -------------------------------------------------------------------------------------------------- the folder


def test_a_folder_of_the_class_that_is_open_is_closed(tmp_path):
    place = tmp_path / "class"
    place.mkdir(mode=0o755)
    (place / "leaderboard.db").touch(mode=0o644)
    place.chmod(0o755)
    read(place, {"BOOTCAMP_CLASS_PASSWORD": "p"})
    assert place.stat().st_mode & 0o777 == 0o700


def test_a_folder_with_other_things_is_not_touched(tmp_path):
    place = tmp_path / "home"
    place.mkdir()
    place.chmod(0o755)
    (place / "thesis.tex").touch()
    with pytest.raises(SettingsError, match=r"is open to others .* holds other things \(thesis.tex\); choose a folder"):
        read(place, {"BOOTCAMP_CLASS_PASSWORD": "p"})
    assert place.stat().st_mode & 0o777 == 0o755
    place.chmod(0o700)
    assert read(place, {"BOOTCAMP_CLASS_PASSWORD": "p"}).folder == place


@pytest.mark.parametrize("name", ["a?b", "a%41b", "a#b"])
def test_a_folder_of_any_name_holds_a_class(name, tmp_path, empty_store):
    place = tmp_path / name
    place.mkdir(mode=0o700)
    shutil.copy(empty_store, place)
    board = Board(read(place, {"BOOTCAMP_CLASS_PASSWORD": "p"}))
    board.open()
    upload = tmp_path / "predictions.npz"
    upload.write_bytes(class_server.npz(test=TRUTH + 1))
    assert board.accept(TOY, "Ada", "m", "key", upload, datetime.now(UTC)).status == "recorded"
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [name]
    assert len(list(Path(place, "artifacts").rglob("predictions.npz"))) == 1


@pytest.mark.parametrize(("text", "number"), [("", PER_HOUR), ("5", 5)])
def test_the_pace_is_a_setting(text, number, tmp_path):
    variables = {"BOOTCAMP_CLASS_PASSWORD": "p", "BOOTCAMP_LEADERBOARD_PER_HOUR": text}
    assert read(tmp_path / "class", variables).per_hour == number


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5", "9999999", "\u0663"])
def test_a_pace_that_is_none_is_one_sentence(text, tmp_path):
    with pytest.raises(SettingsError, match="PER_HOUR is a number of submissions, not"):
        read(tmp_path / "class", {"BOOTCAMP_CLASS_PASSWORD": "p", "BOOTCAMP_LEADERBOARD_PER_HOUR": text})

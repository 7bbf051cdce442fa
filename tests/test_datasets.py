"""Creation, verification and removal of data sets, on a toy set whose builder the tests choose."""

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from bootcamp import datasets
from bootcamp.datasets import catalogue, download, store
from tests.conftest import REPOSITORY

import pytest

BUILDER = """
import os, time
from pathlib import Path

def good(folder):
    with open(os.environ["TOY_LOG"], "a") as log:
        log.write("built\\n")
    time.sleep(0.3)
    (folder / "deep").mkdir()
    (folder / "a.bin").write_bytes(bytes(range(256)))
    (folder / "deep" / "b.txt").write_text("text")

def slow(folder):
    (folder / "a.bin").write_bytes(b"half")
    Path(os.environ["TOY_LOG"]).touch()
    time.sleep(600)

def empty(folder):
    pass

def full_disk(folder):
    (folder / "a.bin").write_bytes(b"half")
    raise OSError(28, "No space left on device")

def forbidden(folder):
    raise PermissionError(13, "Permission denied")

def interrupted(folder):
    (folder / "a.bin").write_bytes(b"half")
    raise KeyboardInterrupt

def fetched(folder):
    from bootcamp import datasets
    datasets.fetch("toy", "a.bin", folder, check)

def check(path):
    from bootcamp import datasets
    if path.read_bytes()[:4] != b"good":
        raise datasets.DataError("a.bin is not good")
"""
PREPARE = """
import sys
from bootcamp import datasets
from bootcamp.datasets import catalogue
catalogue.entries = lambda: (datasets.DataSet("toy", "t", "s", "l", 0.1, f"toybuilder:{sys.argv[1]}"),)
datasets.prepare("toy")
"""


@pytest.fixture
def toy(tmp_path, data_folder, monkeypatch):
    """`toy(function)` puts the data set `toy` with that builder into the catalogue; its folder is returned."""
    (tmp_path / "toybuilder.py").write_text(BUILDER)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("TOY_LOG", str(tmp_path / "log"))

    def choose(builder: str, **options) -> Path:
        entry = datasets.DataSet("toy", "a toy", "here", "none", 0.1, f"toybuilder:{builder}", **options)
        monkeypatch.setattr(catalogue, "entries", lambda: (entry,))
        return data_folder / "toy"

    yield choose
    sys.modules.pop("toybuilder", None)


def start_prepare(builder: str, tmp_path: Path) -> subprocess.Popen:
    environment = os.environ | {"PYTHONPATH": f"{REPOSITORY}{os.pathsep}{tmp_path}"}
    return subprocess.Popen([sys.executable, "-c", PREPARE, builder], env=environment, stderr=subprocess.PIPE)


def remains(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if "partial" in path.name or "set-aside" in path.name]


def test_prepare_makes_a_set_that_verifies(toy, data_folder):
    folder = toy("good")
    assert datasets.state("toy") == "missing"
    assert datasets.verify("toy") == ["toy is not prepared"]
    assert datasets.prepare("toy") == folder
    assert datasets.state("toy") == "ready"
    assert datasets.verify("toy") == []
    manifest = json.loads((folder / "manifest.json").read_text())["files"]
    assert {name: entry["bytes"] for name, entry in manifest.items()} == {"a.bin": 256, "deep/b.txt": 4}
    assert remains(data_folder) == []


def test_a_set_of_an_earlier_version_is_made_anew(toy, tmp_path, data_folder):
    folder = toy("good")
    datasets.prepare("toy")
    content = json.loads((folder / "manifest.json").read_text())
    del content["version"]  # as it was before there were versions
    (folder / "manifest.json").write_text(json.dumps(content))
    assert datasets.state("toy") == "ready"
    toy("good", version=2)
    assert datasets.state("toy") == "outdated"
    datasets.prepare("toy")
    assert datasets.state("toy") == "ready"
    assert (tmp_path / "log").read_text() == "built\nbuilt\n"
    assert remains(data_folder) == []


def test_prepare_builds_once(toy, tmp_path):
    toy("good")
    datasets.prepare("toy")
    datasets.prepare("toy")
    assert (tmp_path / "log").read_text() == "built\n"


def test_processes_that_ask_together_wait_for_one_builder(toy, tmp_path):
    toy("good")
    processes = [start_prepare("good", tmp_path) for _ in range(4)]
    assert [(p.wait(), p.stderr.read()) for p in processes] == [(0, b"")] * 4
    assert (tmp_path / "log").read_text() == "built\n"
    assert datasets.verify("toy") == []


def stopped_builder(toy, tmp_path, number: int) -> Path:
    folder = toy("slow")
    process = start_prepare("slow", tmp_path)
    while not (tmp_path / "log").exists():
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.02)
    process.send_signal(number)
    assert process.wait(120) != 0
    return folder


def test_killed_builder_leaves_nothing_half_made(toy, tmp_path, data_folder):
    folder = stopped_builder(toy, tmp_path, signal.SIGKILL)
    assert datasets.state("toy") == "missing"
    assert not folder.exists()
    assert len(remains(data_folder)) == 1
    toy("good")
    datasets.prepare("toy")
    assert datasets.verify("toy") == []
    assert remains(data_folder) == []


def test_clean_removes_what_a_killed_builder_left(toy, tmp_path, data_folder):
    stopped_builder(toy, tmp_path, signal.SIGKILL)
    assert datasets.clean("toy") is True
    assert remains(data_folder) == []


def test_ctrl_c_in_a_builder_leaves_nothing(toy, tmp_path, data_folder):
    folder = stopped_builder(toy, tmp_path, signal.SIGINT)
    assert not folder.exists()
    assert remains(data_folder) == []


@pytest.mark.parametrize(
    ("builder", "sentence"),
    [
        ("full_disk", "the disk is full: free space in {0}, then prepare 'toy' again"),
        ("forbidden", "no permission to write in {0}: set BOOTCAMP_DATA to a folder of yours"),
        ("empty", "the builder of .* wrote no file"),
    ],
)
def test_failing_builder_brings_a_sentence_and_leaves_nothing(toy, data_folder, builder, sentence):
    folder = toy(builder)
    with pytest.raises(datasets.DataError, match=sentence.format(data_folder)):
        datasets.prepare("toy")
    assert not folder.exists()
    assert remains(data_folder) == []


def test_folder_that_cannot_be_made_brings_a_sentence(toy, tmp_path, monkeypatch):
    toy("good")
    (tmp_path / "file").write_text("mine")
    monkeypatch.setenv("BOOTCAMP_DATA", str(tmp_path / "file/datasets"))
    with pytest.raises(datasets.DataError, match=r"'toy' in .*Not a directory"):
        datasets.prepare("toy")
    assert datasets.clean("toy") is False


def test_forbidden_folder_brings_a_sentence(toy, monkeypatch):
    toy("good")

    def forbidden(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "is_dir", forbidden)
    with pytest.raises(
        datasets.DataError, match=r"closed to you: .* set BOOTCAMP_DATA|no permission to write in .*: set BOOTCAMP_DATA"
    ):
        datasets.prepare("toy")


@pytest.mark.parametrize("call", [datasets.find, datasets.state, datasets.verify, datasets.prepare, datasets.clean])
def test_unknown_name_brings_the_nearest(data_folder, call):
    with pytest.raises(datasets.DataError, match=r"^there is no data set 'mnits'\. Did you mean 'mnist'\?$"):
        call("mnits")


def test_verify_finds_a_flipped_byte_that_state_does_not_look_for(toy):
    folder = toy("good")
    datasets.prepare("toy")
    content = bytearray((folder / "a.bin").read_bytes())
    content[100] ^= 1
    (folder / "a.bin").write_bytes(content)
    assert datasets.verify("toy") == ["toy/a.bin has the wrong checksum"]
    assert datasets.state("toy") == "ready"


def test_missing_file_is_found_and_made_again(toy, data_folder):
    folder = toy("good")
    datasets.prepare("toy")
    (folder / "deep/b.txt").unlink()
    assert datasets.verify("toy") == ["toy/deep/b.txt is missing"]
    assert datasets.state("toy") == "damaged"
    datasets.prepare("toy")
    assert datasets.verify("toy") == []
    assert remains(data_folder) == []


@pytest.mark.parametrize(
    "manifest",
    ["", "{", "[]", "{}", '{"files": []}', '{"files": {}}', '{"files": {"a.bin": 3}}', "\xff"]
    + [f'{{"files": {{"{p}": {{"bytes": 1, "sha256": ""}}}}}}' for p in ("../a.bin", "/a.bin", "x/../../a.bin")],
)
def test_damaged_manifest_is_found_and_the_set_made_again(toy, data_folder, manifest):
    folder = toy("good")
    datasets.prepare("toy")
    (folder / "manifest.json").write_bytes(manifest.encode("latin-1"))
    assert datasets.verify("toy") == ["toy has no readable manifest.json"]
    assert datasets.state("toy") == "damaged"
    datasets.prepare("toy")
    assert datasets.verify("toy") == []


def test_clean_removes_the_set(toy, data_folder):
    folder = toy("good")
    assert datasets.clean("toy") is False
    datasets.prepare("toy")
    assert datasets.clean("toy") is True
    assert not folder.exists()
    assert datasets.state("toy") == "missing"


def test_clean_leaves_files_that_are_not_in_the_manifest(toy):
    folder = toy("good")
    datasets.prepare("toy")
    (folder / "mine.txt").write_text("mine")
    assert datasets.clean("toy") is True
    assert [path.name for path in folder.rglob("*")] == ["mine.txt"]


def test_clean_does_not_touch_a_folder_without_manifest(toy):
    folder = toy("good")
    folder.mkdir(parents=True)
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(datasets.DataError, match=r"the course did not make .*toy, so remove it yourself"):
        datasets.clean("toy")
    assert (folder / "mine.txt").read_text() == "mine"


def test_clean_removes_a_link_and_not_what_it_leads_to(toy, tmp_path):
    folder = toy("good")
    datasets.prepare("toy")
    folder.rename(tmp_path / "shared")
    folder.symlink_to(tmp_path / "shared")
    assert datasets.state("toy") == "ready"
    assert datasets.clean("toy") is True
    assert not folder.is_symlink()
    assert (tmp_path / "shared/a.bin").is_file()


@pytest.mark.parametrize("what", ["folder without manifest", "replaced file", "further file", "file"])
def test_prepare_sets_files_of_the_user_aside(toy, data_folder, what):
    folder = toy("good")
    if what == "file":
        data_folder.mkdir()
        folder.write_text("mine")
    elif what == "folder without manifest":
        folder.mkdir(parents=True)
        (folder / "mine.txt").write_text("mine")
    else:
        datasets.prepare("toy")
        (folder / "a.bin").write_text("mine")
        if what == "further file":
            (folder / "a.bin").unlink()
            (folder / "mine.txt").write_text("mine")
    datasets.prepare("toy")
    assert datasets.verify("toy") == []
    (kept,) = data_folder.glob("toy.set-aside-*")
    assert b"mine" in [path.read_bytes() for path in [kept, *kept.rglob("*")] if path.is_file()]


def fetched(toy) -> bytes:
    folder = toy("fetched")
    datasets.prepare("toy")
    return (folder / "a.bin").read_bytes()


@pytest.mark.parametrize("place", ["", "toy"])
def test_file_of_the_user_is_taken_and_kept(toy, data_folder, place):
    own = data_folder / place / "a.bin"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_bytes(b"good mine")
    assert fetched(toy) == b"good mine"
    assert b"good mine" in [path.read_bytes() for path in data_folder.rglob("a.bin") if path.parent.name != "toy"]


def test_file_of_a_mirror_folder_is_taken(toy, tmp_path, monkeypatch):
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror/a.bin").write_bytes(b"good mirror")
    monkeypatch.setenv("BOOTCAMP_MIRROR", str(tmp_path / "mirror"))
    assert fetched(toy) == b"good mirror"
    assert (tmp_path / "mirror/a.bin").is_file()


def test_file_of_a_mirror_address_is_taken(toy, web, monkeypatch):
    web.files["/data/a.bin"] = (200, b"good web", 8)
    monkeypatch.setenv("BOOTCAMP_MIRROR", f"{web.url}/data/")
    assert fetched(toy) == b"good web"


def test_bad_file_is_passed_over_for_the_next_place(toy, data_folder, tmp_path, monkeypatch):
    data_folder.mkdir()
    (data_folder / "a.bin").write_bytes(b"bad")
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror/a.bin").write_bytes(b"good mirror")
    monkeypatch.setenv("BOOTCAMP_MIRROR", str(tmp_path / "mirror"))
    assert fetched(toy) == b"good mirror"
    assert (data_folder / "a.bin").read_bytes() == b"bad"


def test_damaged_copy_of_ours_does_not_hide_the_mirror(toy, data_folder, tmp_path, monkeypatch):
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror/a.bin").write_bytes(b"good mirror")
    monkeypatch.setenv("BOOTCAMP_MIRROR", str(tmp_path / "mirror"))
    fetched(toy)
    (data_folder / "toy/a.bin").write_bytes(b"goo")
    assert fetched(toy) == b"good mirror"


def test_no_place_has_the_file(toy, data_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("BOOTCAMP_MIRROR", str(tmp_path / "nowhere"))
    with pytest.raises(datasets.DataError) as caught:
        fetched(toy)
    assert str(caught.value) == f"a.bin is not in {data_folder.name}/ or the mirror"


def test_unreadable_file_is_named(toy, data_folder, monkeypatch):
    data_folder.mkdir()
    (data_folder / "a.bin").write_bytes(b"good")
    real = Path.open

    def forbidden(path, *arguments, **options):
        if path == data_folder / "a.bin":
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises(datasets.DataError, match=r"datasets/a\.bin cannot be read: Permission denied$"):
        fetched(toy)


GOOD_HASH = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((404, b"", 0), r"/a\.bin answered 404$"),
        ((500, b"", 0), r"/a\.bin answered 500$"),
        ((200, b"good but cut", 1000), "the download of .* broke off"),
        ((200, b"good but another", 16), "has the wrong checksum: the download was damaged or the file has changed"),
    ],
)
def test_bad_answer_of_a_public_address_is_one_sentence(tmp_path, data_folder, web, answer, sentence):
    web.files["/a.bin"] = answer
    (tmp_path / "target").mkdir()
    with pytest.raises(datasets.DataError, match=sentence) as caught:
        datasets.fetch("mnist", "a.bin", tmp_path / "target", len, f"{web.url}/a.bin", GOOD_HASH)
    assert "\n" not in str(caught.value)
    assert list((tmp_path / "target").iterdir()) == []


@pytest.mark.parametrize("host", ["10.255.255.1", "127.0.0.1"], ids=["nobody there", "silence"])
def test_no_answer_is_one_sentence(tmp_path, data_folder, monkeypatch, host):
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(download, "CONNECT_SECONDS", 0.3)
    monkeypatch.setattr(download, "READ_SECONDS", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://{host}:{silent.getsockname()[1]}/a.bin"
        with pytest.raises(datasets.DataError, match=f"; {host} does not answer \\(no network\\?\\)$"):
            datasets.fetch("mnist", "a.bin", tmp_path, len, url, GOOD_HASH)


@pytest.mark.parametrize("address", ["http://", "http://[", "http://a b/", "https://:x/"])
def test_address_that_is_none_is_one_sentence(tmp_path, data_folder, monkeypatch, address):
    monkeypatch.setenv("BOOTCAMP_MIRROR", address)
    with pytest.raises(datasets.DataError):
        datasets.fetch("mnist", "a.bin", tmp_path, len)


def test_a_server_that_drips_is_left(tmp_path, data_folder, monkeypatch, web):
    """A byte now and then resets every time limit of the socket; the rate of the whole does not."""
    monkeypatch.setattr(download, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(download, "LEAST_RATE", 1e12)
    web.files["/a.bin"] = (200, b"good", 4)
    with pytest.raises(datasets.DataError, match=r"comes too slowly: 4 bytes in \d+ s"):
        datasets.fetch("mnist", "a.bin", tmp_path, len, f"{web.url}/a.bin", GOOD_HASH)


def test_an_answer_that_breaks_off_is_no_file(tmp_path, data_folder, web):
    web.files["/a.bin"] = (200, b"go", 4)
    with pytest.raises(datasets.DataError, match="broke off"):
        datasets.fetch("mnist", "a.bin", tmp_path, len, f"{web.url}/a.bin", GOOD_HASH)


def test_a_certificate_of_its_own_is_no_missing_network(tmp_path, data_folder, monkeypatch):
    import requests

    def untrusted(*_, **__):
        raise requests.exceptions.SSLError("self-signed certificate")

    monkeypatch.setattr(requests, "get", untrusted)
    with pytest.raises(datasets.DataError, match=r"machine does not trust: .*REQUESTS_CA_BUNDLE"):
        datasets.fetch("mnist", "a.bin", tmp_path, len, "https://mirror.example/a.bin", GOOD_HASH)


def test_waiting_for_the_network_is_a_matter_of_seconds():
    assert download.CONNECT_SECONDS <= 5
    assert download.READ_SECONDS <= 20


@pytest.mark.parametrize("entry", datasets.entries(), ids=lambda entry: entry.name)
def test_catalogue_is_complete(entry):
    assert callable(store._builder(entry))
    assert entry.title and entry.source and entry.licence and entry.megabytes > 0

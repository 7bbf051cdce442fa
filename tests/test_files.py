"""Files of somebody else: kind, size and shape are known before anything is read, and nothing outside is touched."""

import gzip
import io
import json
import os
import struct
import tracemalloc
import zipfile
from pathlib import Path

from bootcamp import datasets
from bootcamp.datasets import files, hdf5

import h5py
import numpy as np
import pytest

MEGABYTE = 1 << 20


def peak(function) -> int:
    """Most bytes of memory in use during a call."""
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# --------------------------------------------------------------------------------------------- kinds and places


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_every_odd_kind_has_its_name_and_is_not_waited_for(tmp_path):
    (tmp_path / "file").write_text("text")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "broken link").symlink_to("nowhere")
    (tmp_path / "link in a circle").symlink_to("link in a circle")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "device").symlink_to(os.devnull)
    assert files.odd_kind(tmp_path / "file") == files.odd_kind(tmp_path / "link") == ""
    assert files.odd_kind(tmp_path / "missing") == "missing"
    for kind in ("broken link", "link in a circle", "pipe", "folder", "device"):
        assert files.odd_kind(tmp_path / kind) == kind
        with pytest.raises(files.FileError, match=f"is a {kind}, not a file"):
            files.read_bytes(tmp_path / kind, 100)
    with pytest.raises(FileNotFoundError):
        files.read_bytes(tmp_path / "missing", 100)


def test_size_is_known_before_reading(tmp_path):
    with (tmp_path / "large").open("wb") as file:
        file.truncate(20 << 30)
    with pytest.raises(files.TooLargeError, match=r"has 20,480\.0 MB; at most 1\.0 MB are read"):
        files.read_bytes(tmp_path / "large", MEGABYTE)
    (tmp_path / "small").write_bytes(bytes(10))
    assert files.read_bytes(tmp_path / "small", 10) == bytes(10)


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../a", "a/../../b", "a\\b", "a\0b", "out/a", "loop/a"])
def test_place_outside_of_the_folder_is_refused(tmp_path, name):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "out").symlink_to(tmp_path)
    (folder / "loop").symlink_to("loop")
    with pytest.raises(files.FileError):
        files.inside(folder, name)


def test_place_inside_is_given_also_through_a_link_within_the_folder(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").symlink_to("a")
    assert files.inside(tmp_path, "b/c.txt") == tmp_path / "b/c.txt"


def test_cleaning_removes_nothing_outside_where_a_link_leads_there(tmp_path, data_folder):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious.txt").write_text("mine")
    folder = data_folder / "mnist"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "sub").symlink_to(outside)
    listed = {name: {"bytes": 1, "sha256": "0"} for name in ("a.txt", "sub/precious.txt")}
    (folder / "manifest.json").write_text(json.dumps({"files": listed}))
    with pytest.raises(datasets.DataError, match=r"'sub/precious.txt' that leads out of it: nothing was removed"):
        datasets.clean("mnist")
    assert (outside / "precious.txt").read_text() == "mine"
    assert (folder / "a.txt").exists()


# ------------------------------------------------------------------------------------------------- JSON and gzip


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is no JSON"),
        ("[1]", "holds a list, not an object"),
        ('{"a": NaN}', "NaN is no number of JSON"),
        ('{"a": -Infinity}', "-Infinity is no number of JSON"),
        ('{"a": ' + "[" * 100_000, "nested too deeply|is no JSON"),
        ('{"a": ' + "9" * 10_000 + "}", "is no JSON"),
        ('{"a": 1', "is no JSON"),
        ('{"a": "' + "x" * MEGABYTE + '"}', "has 1.0 MB; at most"),
    ],
)
def test_json_is_an_object_of_bounded_size(tmp_path, text, reason):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(files.FileError, match=reason):
        files.read_json(tmp_path / "a.json", MEGABYTE)


def test_json_of_another_encoding_is_refused(tmp_path):
    (tmp_path / "a.json").write_bytes(b'{"a": "\xe9"}')
    with pytest.raises(files.FileError, match="is no JSON"):
        files.read_json(tmp_path / "a.json")
    (tmp_path / "a.json").write_text('{"a": [1, "é"]}', encoding="utf-8")
    assert files.read_json(tmp_path / "a.json") == {"a": [1, "é"]}


def test_gzip_unpacks_no_more_than_allowed(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(bytes(64 * MEGABYTE)))
    (tmp_path / "b.gz").write_bytes(gzip.compress(b"text")[:-3])
    assert peak(lambda: refused(lambda: files.read_gzip(tmp_path / "a.gz", MEGABYTE), "has more than")) < 8 * MEGABYTE
    refused(lambda: files.read_gzip(tmp_path / "b.gz", MEGABYTE), "is no complete gzip file")
    (tmp_path / "b.gz").write_bytes(gzip.compress(b"text"))
    assert files.read_gzip(tmp_path / "b.gz", MEGABYTE) == b"text"


def refused(function, reason: str) -> None:
    with pytest.raises(files.FileError, match=reason):
        function()


# ----------------------------------------------------------------------------------------------------------- npz


ARRAYS = {
    "x": np.arange(6.0).reshape(2, 3),
    "y": np.asfortranarray(np.arange(6).reshape(2, 3)),
    "empty": np.zeros((0, 3), np.uint8),
    "number": np.float32(3),
    "truth": np.array([True, False]),
}


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_npz_round_trip_can_be_written_to(tmp_path, save):
    save(tmp_path / "a.npz", **ARRAYS)
    found = files.read_npz(tmp_path / "a.npz", MEGABYTE)
    assert list(found) == list(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found[name], array, strict=True)
    found["x"][0, 0] = 7
    assert list(files.read_npz(tmp_path / "a.npz", MEGABYTE, ["y"])) == ["y"]


def member(shape: tuple | str, dtype: str = "<f8", body: bytes = b"") -> bytes:
    """An array whose header says what it likes."""
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header) + 1) + header + b"\n" + body


def npz(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return path


def pickled() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.array([{}], dtype=object), allow_pickle=True)
    return stream.getvalue()


NPZ = {
    "pickle": ({"a": pickled()}, "Python objects"),
    "text": ({"a": member((1,), "<U5", bytes(20))}, "holds <U5, which is not read"),
    "bomb": ({"a": member((1 << 23,), body=bytes(64 * MEGABYTE))}, "unpacks to 64.0 MB; at most 1.0 MB"),
    "more than there is": ({"a": member((10**12,), body=bytes(8))}, "shorter or longer than it says"),
    "less than there is": ({"a": member((1,), body=bytes(16))}, "shorter or longer than it says"),
    "negative": ({"a": member((-1, -8), body=bytes(64))}, "shorter or longer than it says"),
    "nothing of nothing": ({"a": member((10**12,), "|S0")}, "which is not read"),
    "overflow": ({"a": member((2**63, 2**63))}, "shorter or longer than it says"),
    "deep header": ({"a": member("(" * 3000)}, "is damaged, or no npz file"),
    "no header": ({"a": b"text"}, "is damaged, or no npz file"),
    "many members": ({f"a{i}": member((0,)) for i in range(40)}, "more than 32 arrays"),
    "no member": ({}, "must have 1 to 32 arrays"),
}


@pytest.mark.parametrize("case", NPZ)
def test_hostile_npz_is_refused_within_little_memory(tmp_path, case):
    members, reason = NPZ[case]
    path = npz(tmp_path / "a.npz", **members)
    assert peak(lambda: refused(lambda: files.read_npz(path, MEGABYTE), reason)) < 4 * MEGABYTE


def test_long_table_of_contents_is_not_read(tmp_path):
    path = npz(tmp_path / "a.npz", **{f"a{i}": b"" for i in range(20_000)})
    assert peak(lambda: refused(lambda: files.read_npz(path, 8 * MEGABYTE), "more than 32 arrays")) < MEGABYTE


def test_shapes_are_judged_before_values_are_unpacked(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", a=np.zeros(4 * MEGABYTE))

    def check(headers) -> None:
        assert headers["a"].shape == (4 * MEGABYTE,)
        assert headers["a"].dtype == float
        raise KeyError("not what was asked for")

    def ask() -> None:
        with pytest.raises(KeyError, match="not what was asked for"):
            files.read_npz(tmp_path / "a.npz", 64 * MEGABYTE, check=check)

    assert peak(ask) < 4 * MEGABYTE


def test_missing_array_is_named_and_flipped_bytes_are_found(tmp_path):
    np.savez(tmp_path / "a.npz", **ARRAYS)
    refused(lambda: files.read_npz(tmp_path / "a.npz", MEGABYTE, ["x", "z"]), "has no array z")
    content, random = (tmp_path / "a.npz").read_bytes(), np.random.default_rng(0)
    for _ in range(300):
        damaged = bytearray(content)
        damaged[int(random.integers(len(content)))] ^= int(random.integers(1, 256))
        (tmp_path / "b.npz").write_bytes(damaged[: int(random.integers(1, 2 * len(damaged)))])
        try:
            found = files.read_npz(tmp_path / "b.npz", MEGABYTE)
        except files.FileError:
            continue
        for name in set(found) & set(ARRAYS):  # what was hit has no checksum: a date, a name, the comment
            np.testing.assert_array_equal(found[name], ARRAYS[name])


# ---------------------------------------------------------------------------------------------------------- HDF5


def write_hdf5(path: Path, **arrays: np.ndarray) -> h5py.File:
    file = h5py.File(path, "w")
    file.attrs["version"] = 2
    for name, array in arrays.items():
        file.create_dataset(name, data=array, compression="gzip", shuffle=True)
    return file


def test_hdf5_arrays_and_numbers_are_read(tmp_path):
    write_hdf5(tmp_path / "a.h5", x=np.arange(5), words=np.array([b"a", b"b", b"c"])).close()
    found = hdf5.read_hdf5(tmp_path / "a.h5", 1000, ["x", "words"], ["version"], count=2)
    assert found.attributes == {"version": 2.0}
    assert found.arrays["x"].tolist() == [0, 1]
    assert found.arrays["words"].tolist() == [b"a", b"b"]
    refused(lambda: hdf5.read_hdf5(tmp_path / "a.h5", 1000, ["y"]), "lacks an array or a number")


def external_values(file: h5py.File, secret: Path) -> None:
    file.create_dataset("y", (6,), "u1", external=[(str(secret), 0, 6)])


def external_link(file: h5py.File, secret: Path) -> None:
    file["group/y"] = h5py.ExternalLink(str(secret.with_name("other.h5")), "/x")


def soft_link(file: h5py.File, secret: Path) -> None:
    file["y"] = h5py.SoftLink("/x")


def virtual(file: h5py.File, secret: Path) -> None:
    layout = h5py.VirtualLayout((5,), "i8")
    layout[:] = h5py.VirtualSource(str(secret.with_name("other.h5")), "x", (5,))
    file.create_virtual_dataset("y", layout)


def large(file: h5py.File, secret: Path) -> None:
    file.create_dataset("y", (1 << 40,), "u1", chunks=(1000,))


def large_piece(file: h5py.File, secret: Path) -> None:
    file.create_dataset("y", (1,), "u1", maxshape=(None,), chunks=(MEGABYTE,))


def objects(file: h5py.File, secret: Path) -> None:
    file.create_dataset("y", (1,), h5py.ref_dtype)


HDF5 = {
    external_values: "keeps values of an array in another file",
    external_link: "holds a link to somewhere else",
    soft_link: "holds a link to somewhere else",
    virtual: "keeps values of an array in another file",
    large: r"holds more than 1,000 bytes$",
    large_piece: "holds a piece of more than 1,000 bytes",
    objects: "holds references or lists",
}


@pytest.mark.parametrize("add", HDF5, ids=lambda add: add.__name__)
def test_hdf5_that_leads_elsewhere_or_holds_too_much_is_refused(tmp_path, add):
    (tmp_path / "secret").write_text("secret")
    write_hdf5(tmp_path / "other.h5", x=np.arange(5)).close()
    with write_hdf5(tmp_path / "a.h5", x=np.arange(5)) as file:
        add(file, tmp_path / "secret")
    refused(lambda: hdf5.check_hdf5(tmp_path / "a.h5", 1000), HDF5[add])
    refused(lambda: hdf5.read_hdf5(tmp_path / "a.h5", 1000, ["x"]), HDF5[add])


def test_large_attribute_is_refused(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w", libver="latest") as file:
        file["x"] = np.arange(5)
        file["x"].attrs.create("y", np.zeros(10_000))
    refused(lambda: hdf5.check_hdf5(tmp_path / "a.h5", 1000), "holds an attribute of more than 65,536 bytes")


def test_group_that_holds_itself_is_walked_once(tmp_path):
    with write_hdf5(tmp_path / "a.h5", x=np.arange(5)) as file:
        file["group/up"] = file["/"]
    hdf5.check_hdf5(tmp_path / "a.h5", 1000)


def test_damaged_hdf5_is_refused(tmp_path):
    write_hdf5(tmp_path / "a.h5", x=np.arange(5)).close()
    content = (tmp_path / "a.h5").read_bytes()
    for damaged in (b"", b"text", content[: len(content) // 2]):
        (tmp_path / "b.h5").write_bytes(damaged)
        refused(lambda: hdf5.check_hdf5(tmp_path / "b.h5", 1000), "is damaged, or no HDF5 file")


def test_weights_of_keras_pass_the_check_and_lead_nowhere(tmp_path):
    with h5py.File(tmp_path / "model.weights.h5", "w") as file:
        file.create_group("layers/dense/vars")["0"] = np.zeros((3, 4), np.float32)
        file["layers/dense"].attrs["name"] = "dense"
    hdf5.check_hdf5(tmp_path / "model.weights.h5", 1000)

"""Digits and garments: every source, and every way in which a file can be wrong."""

import gzip
import struct
from pathlib import Path

from bootcamp import datasets
from bootcamp.intro import data

import numpy as np
import pytest


def small_set(seed: int = 0, train: int = 40, test: int = 20) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    arrays = {}
    for part, count in (("train", train), ("test", test)):
        arrays[f"x_{part}"] = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        arrays[f"y_{part}"] = np.arange(count, dtype=np.uint8) % 10
    return arrays


def idx(array: np.ndarray, kind: int = 8) -> bytes:
    return gzip.compress(struct.pack(f">4B{array.ndim}I", 0, 0, kind, array.ndim, *array.shape) + array.tobytes())


def write_idx(folder: Path, arrays: dict[str, np.ndarray]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file_name, key in zip(data.FASHION_HASHES, data.ARRAYS, strict=True):
        (folder / file_name).write_bytes(idx(arrays[key]))


@pytest.fixture(autouse=True)
def offline(data_folder, monkeypatch):
    """No test asks the public addresses."""
    data_folder.mkdir()
    monkeypatch.setattr(data, "MNIST_URL", "http://127.0.0.1:9/mnist.npz")
    monkeypatch.setattr(data, "FASHION_URL", "http://127.0.0.1:9/")


@pytest.mark.parametrize("load", [data.load_digits, data.load_garments])
def test_offline_set_is_complete_and_scaled(load):
    images = load("offline")
    assert images.x_train.shape[1:] == images.x_test.shape[1:] == (28, 28, 1)
    assert (images.x_train.dtype, images.y_train.dtype) == (np.float32, np.int64)
    assert len(images.x_train) == len(images.y_train)
    assert len(images.x_test) == len(images.y_test)
    assert images.x_train.min() == 0.0
    assert 0.9 < images.x_train.max() <= 1.0
    assert set(images.y_train) == set(images.y_test) == set(range(10))
    assert len(images.class_names) == 10
    assert images.notice == f"Using the data set {images.source}."


def test_offline_digits_are_all_of_scikit_learn_cut_in_their_order():
    from sklearn.datasets import load_digits

    arrays = data.read_npz(datasets.prepare("offline_digits") / "offline_digits.npz")
    assert (len(arrays["x_train"]), len(arrays["x_test"])) == (1437, 360)
    assert np.array_equal(np.concatenate([arrays["y_train"], arrays["y_test"]]), load_digits().target)
    share = np.bincount(arrays["y_test"]) / np.bincount(load_digits().target)
    assert np.allclose(share, 0.2, atol=0.02)


def test_digits_of_one_hand_stand_together_so_that_a_draw_at_random_flatters():
    """What the data card says of the split."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import KFold, cross_val_score
    from sklearn.svm import SVC

    small = load_digits()
    folds = {"cut": KFold(5), "drawn": KFold(5, shuffle=True, random_state=0)}
    right = {k: cross_val_score(SVC(gamma=0.001, C=10), small.data, small.target, cv=v) for k, v in folds.items()}
    errors = {name: round(100 * (1 - scores.mean()), 1) for name, scores in right.items()}
    assert errors == {"cut": 2.7, "drawn": 0.8}


@pytest.mark.parametrize("load", [data.load_digits, data.load_garments])
def test_training_and_test_set_share_no_image(load):
    images = load("offline")
    train = {image.tobytes() for image in images.x_train}
    assert not train.intersection(image.tobytes() for image in images.x_test)


@pytest.mark.parametrize("name", ["offline_digits", "offline_garments"])
def test_offline_set_is_the_same_bytes_each_time(data_folder, name):
    first = datasets.sha256(datasets.prepare(name) / f"{name}.npz")
    datasets.clean(name)
    assert datasets.sha256(datasets.prepare(name) / f"{name}.npz") == first


def test_training_subset_depends_on_the_seed_only():
    a, b, c = (data.load_digits("offline", 50, seed) for seed in (1, 1, 2))
    assert len(a.x_train) == len(a.y_train) == 50
    assert np.array_equal(a.x_train, b.x_train)
    assert not np.array_equal(a.x_train, c.x_train)
    assert len(a.x_test) == 360


def test_training_subset_keeps_images_and_labels_together():
    every, some = data.load_digits("offline"), data.load_digits("offline", 30, seed=3)
    label_of = {image.tobytes(): label for image, label in zip(every.x_train, every.y_train, strict=True)}
    assert [label_of[image.tobytes()] for image in some.x_train] == list(some.y_train)


def test_more_training_images_than_there_are_means_all():
    assert len(data.load_digits("offline", 10**6).x_train) == 1437


@pytest.mark.parametrize("train_size", [-1, 0, 9])
def test_too_small_training_set_is_refused(train_size):
    with pytest.raises(ValueError, match=f"train_size must be at least 10, not {train_size}"):
        data.load_digits("offline", train_size)


@pytest.mark.parametrize("source", ["fashion_mnist", "MNIST", "", None])
def test_unknown_source_is_refused(source):
    with pytest.raises(ValueError, match=f"source must be 'auto', 'mnist' or 'offline', not {source!r}"):
        data.load_digits(source)


@pytest.mark.parametrize(("load", "public"), [(data.load_digits, "mnist"), (data.load_garments, "fashion_mnist")])
def test_without_network_the_offline_set_is_used_and_said_so(load, public, data_folder):
    images = load("auto")
    assert images.source.startswith("offline_")
    assert images.notice.startswith(f"Using {images.source}, because {public} is not at hand: {public}.npz is not in ")
    assert "127.0.0.1 does not answer (no network?)" in images.notice
    assert "\n" not in images.notice


@pytest.mark.parametrize(("load", "public"), [(data.load_digits, "mnist"), (data.load_garments, "fashion_mnist")])
def test_without_network_the_public_set_brings_an_error(load, public, data_folder):
    with pytest.raises(datasets.DataError, match=r"does not answer \(no network"):
        load(public)
    assert datasets.state(public) == "missing"


@pytest.mark.parametrize(("load", "public"), [(data.load_digits, "mnist"), (data.load_garments, "fashion_mnist")])
@pytest.mark.parametrize("place", ["datasets", "sub-folder", "mirror folder", "mirror address"])
def test_public_set_is_found_in_every_place(load, public, place, data_folder, tmp_path, monkeypatch, web):
    arrays = small_set()
    folders = {"datasets": data_folder, "sub-folder": data_folder / public, "mirror folder": tmp_path / "mirror"}
    folder = folders.get(place, tmp_path / "web")
    folder.mkdir(exist_ok=True)
    np.savez_compressed(folder / f"{public}.npz", **arrays)
    if place == "mirror folder":
        monkeypatch.setenv("BOOTCAMP_MIRROR", str(folder))
    if place == "mirror address":
        content = (folder / f"{public}.npz").read_bytes()
        web.files[f"/{public}.npz"] = (200, content, len(content))
        monkeypatch.setenv("BOOTCAMP_MIRROR", web.url)
    images = load("auto")
    assert (images.source, images.notice) == (public, f"Using {public}.")
    assert np.array_equal(np.rint(images.x_test[..., 0] * 255), arrays["x_test"])
    assert np.array_equal(images.y_test, arrays["y_test"])


def test_prepared_set_needs_no_mirror_any_more(tmp_path, monkeypatch):
    np.savez(tmp_path / "mnist.npz", **small_set())
    monkeypatch.setenv("BOOTCAMP_MIRROR", str(tmp_path))
    data.load_digits("mnist")
    monkeypatch.delenv("BOOTCAMP_MIRROR")
    assert data.load_digits("mnist").source == "mnist"


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-500])


def changed(**arrays: np.ndarray):
    return lambda path: np.savez(path, **(small_set() | arrays))


def without(key: str):
    return lambda path: np.savez(path, **{name: array for name, array in small_set().items() if name != key})


BAD_FILES = {
    "truncated": (truncated, "is not a readable npz file with x_train, y_train, x_test, y_test"),
    "empty": (lambda path: path.write_bytes(b""), "is not a readable npz file"),
    "text": (lambda path: path.write_text("<html>log in</html>"), "is not a readable npz file"),
    "array": (lambda path: np.save(path.open("wb"), np.zeros(3)), "is not a readable npz file"),
    "pickle": (changed(y_train=np.array([{}] * 40, dtype=object)), "is not a readable npz file"),
    "array missing": (without("y_test"), "is not a readable npz file"),
    "float images": (changed(x_train=np.zeros((40, 28, 28))), r"x_train is float64 \(40, 28, 28\), not uint8"),
    "flat images": (changed(x_test=np.zeros((20, 784), np.uint8)), r"x_test is uint8 \(20, 784\), not uint8"),
    "too few labels": (changed(y_train=np.zeros(39, np.uint8)), "y_train needs one integer label for each of 40"),
    "float labels": (changed(y_test=np.zeros(20)), "y_test needs one integer label for each of 20"),
    "label 10": (changed(y_test=np.full(20, 10)), "y_test must hold at least 10 labels from 0 to 9"),
    "label -1": (changed(y_test=np.full(20, -1)), "y_test must hold at least 10 labels from 0 to 9"),
    "scalar": (changed(x_train=np.uint8(3)), r"x_train is uint8 \(\), not uint8"),
    "no images": (
        changed(x_train=np.zeros((0, 28, 28), np.uint8), y_train=np.zeros(0, np.uint8)),
        "y_train must hold at least 10 labels",
    ),
}


@pytest.mark.parametrize(("damage", "sentence"), BAD_FILES.values(), ids=BAD_FILES)
def test_bad_npz_is_refused_named_and_kept(data_folder, damage, sentence):
    own = data_folder / "mnist.npz"
    np.savez(own, **small_set())
    damage(own)
    before = own.read_bytes()
    with pytest.raises(datasets.DataError, match=f"{own}: mnist.npz.*{sentence}"):
        data.load_digits("mnist")
    assert datasets.state("mnist") == "missing"
    images = data.load_digits("auto")
    assert images.source == "offline_digits"
    assert str(own) in images.notice
    assert own.read_bytes() == before


def test_download_with_the_wrong_checksum_is_refused(monkeypatch, web, tmp_path):
    np.savez(tmp_path / "other.npz", **small_set())
    content = (tmp_path / "other.npz").read_bytes()
    web.files["/mnist.npz"] = (200, content, len(content))
    monkeypatch.setattr(data, "MNIST_URL", f"{web.url}/mnist.npz")
    with pytest.raises(datasets.DataError, match="has the wrong checksum"):
        data.load_digits("mnist")


def test_truncated_download_from_a_mirror_falls_back(monkeypatch, web, tmp_path):
    np.savez(tmp_path / "part.npz", **small_set())
    content = (tmp_path / "part.npz").read_bytes()
    web.files["/mnist.npz"] = (200, content[:-1000], len(content))
    monkeypatch.setenv("BOOTCAMP_MIRROR", web.url)
    images = data.load_digits("auto")
    assert images.source == "offline_digits"
    assert "broke off" in images.notice


def test_fashion_is_read_from_four_idx_files(data_folder):
    arrays = small_set(1)
    write_idx(data_folder, arrays)
    images = data.load_garments("fashion_mnist")
    assert np.array_equal(np.rint(images.x_train[..., 0] * 255).sum(), arrays["x_train"].sum())
    assert np.array_equal(images.y_test, arrays["y_test"])
    assert sorted(p.name for p in (data_folder / "fashion_mnist").iterdir()) == ["fashion_mnist.npz", "manifest.json"]
    assert all((data_folder / file_name).is_file() for file_name in data.FASHION_HASHES)


@pytest.mark.parametrize("file_name", data.FASHION_HASHES)
def test_truncated_idx_file_is_named(data_folder, file_name):
    write_idx(data_folder, small_set(1))
    truncated_file = data_folder / file_name
    truncated_file.write_bytes(truncated_file.read_bytes()[:-9])
    with pytest.raises(datasets.DataError, match=f"{file_name} is not a complete gzipped IDX file"):
        data.load_garments("fashion_mnist")
    assert data.load_garments("auto").source == "offline_garments"
    assert truncated_file.is_file()


def test_idx_files_of_different_length_are_refused(data_folder):
    write_idx(data_folder, small_set(1) | {"y_test": np.zeros(19, np.uint8)})
    with pytest.raises(datasets.DataError, match="y_test needs one integer label for each of 20 images"):
        data.load_garments("fashion_mnist")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no gzip",
        gzip.compress(b""),
        gzip.compress(b"\0\0"),
        gzip.compress(b"\0\0\x08\x03\0\0"),
        gzip.compress(b"\0\0\x08\x01\0\0\0\x05abc"),
        gzip.compress(b"\0\0\x08\x02\xff\xff\xff\xff\xff\xff\xff\xffabc"),
        idx(np.zeros(4, np.float32), kind=13),
        idx(np.zeros((2, 2), np.uint8))[:-4],
    ],
    ids=("empty", "no gzip", "empty gzip", "2 bytes", "6 bytes", "short", "huge", "float", "end cut off"),
)
def test_bad_idx_content_is_refused(tmp_path, content):
    (tmp_path / "a.gz").write_bytes(content)
    with pytest.raises(datasets.DataError, match=r"^a\.gz is not a complete gzipped IDX file$"):
        data.read_idx(tmp_path / "a.gz")


def test_idx_round_trip(tmp_path):
    array = small_set()["x_test"]
    (tmp_path / "a.gz").write_bytes(idx(array))
    assert np.array_equal(data.read_idx(tmp_path / "a.gz"), array)


def test_public_hashes_are_pinned():
    for known_hash in [data.MNIST_HASH, *data.FASHION_HASHES.values()]:
        kind, digest = known_hash.split(":")
        assert len(digest) == {"md5": 32, "sha256": 64}[kind]


def test_sine_samples():
    x, y = data.sine_samples(200, seed=1)
    assert x.shape == y.shape == (200, 1)
    assert x.dtype == y.dtype == np.float32
    assert np.allclose(y, np.sin(10 * x), atol=1e-5)
    noisy = data.sine_samples(5000, seed=1, noise=0.3)
    assert np.isclose((noisy[1] - np.sin(10 * noisy[0])).std(), 0.3, rtol=0.05)
    assert np.array_equal(x, data.sine_samples(200, seed=1)[0])


def test_affine_copies_without_motion_are_the_images():
    images = data.load_digits("offline", 20).x_train
    assert np.allclose(data.affine_copies(images, seed=0), images, atol=1e-6)


def test_affine_copies_stay_within_the_limits_and_leave_the_originals():
    images = np.zeros((50, 28, 28, 1), np.float32)
    images[:, 14, 14] = 1.0
    before = images.copy()
    moved = data.affine_copies(images, seed=0, shift_pixels=3.0)
    assert np.array_equal(images, before)
    rows, columns = (np.einsum("nrc,x->n", moved[..., 0] * grid, [1.0]) for grid in np.mgrid[:28, :28].astype(float))
    assert np.abs(np.stack([rows, columns]) - 14).max() <= 3.1
    assert np.ptp(columns) > 3.0

"""The data set of flows: content, same bytes, restart after a kill, damaged files."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from bootcamp import cfd, datasets
from bootcamp.cfd import flows

import h5py
import numpy as np
import pytest

TINY = flows.Size("cfd_flows", 32, 64, (4, 2, 2, 3))
BUILD = """
import os, sys
from bootcamp import datasets
from bootcamp.cfd import flows
flows.SIZES["laptop"] = flows.Size("cfd_flows", 32, 64, (4, 2, 2, 3))
flows.PIECE = 1
if len(sys.argv) > 1:
    sample, counter = flows._sample, iter(range(100))
    def killed(*arguments):
        if next(counter) == int(sys.argv[1]):
            os.kill(os.getpid(), 9)
        return sample(*arguments)
    flows._sample = killed
print(datasets.prepare("cfd_flows"))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """Folder with the four files of a tiny data set."""
    root = tmp_path_factory.mktemp("flows")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOOTCAMP_DATA", str(root))
        patch.setitem(flows.SIZES, "laptop", TINY)
        return datasets.prepare("cfd_flows")


@pytest.fixture
def tiny(built, monkeypatch) -> Path:
    monkeypatch.setenv("BOOTCAMP_DATA", str(built.parent))
    monkeypatch.setitem(flows.SIZES, "laptop", TINY)
    return built


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.h5"))}


def test_splits_have_their_samples_and_no_object_twice(tiny):
    loaded = {split: cfd.load_flows(split) for split in cfd.SPLITS}
    assert tuple(len(found) for found in loaded.values()) == TINY.counts
    masks = np.concatenate([found.solid for found in loaded.values()])
    assert len(np.unique(masks.reshape(len(masks), -1), axis=0)) == len(masks)
    for split in ("train", "validation", "test"):
        assert set(loaded[split].family) == set(cfd.FAMILIES)
    assert set(loaded["unseen_shapes"].family) == set(cfd.UNSEEN_FAMILIES)


def test_samples_are_steady_flows_of_the_solver(tiny):
    train = cfd.load_flows("train")
    assert train.velocity.dtype == np.float32
    assert train.velocity.shape == (4, 32, 64, 2)
    assert train.solid.dtype == bool
    assert not train.velocity[train.solid].any()
    assert np.isfinite(train.velocity).all()
    assert (train.residual < flows.TOLERANCE).all()
    assert (train.drag > 0).all()
    assert (train.steps > 0).all()
    assert (train.reynolds, train.inflow_velocity) == (cfd.REYNOLDS, cfd.INFLOW_VELOCITY)
    rates = train.velocity[..., 0].sum(axis=1)
    np.testing.assert_allclose(rates, 2 / 3 * 0.1 * 32, rtol=2e-3)
    flow = cfd.solve_steady_flow(train.solid[2], reynolds=train.reynolds, tolerance=flows.TOLERANCE)
    np.testing.assert_array_equal(flow.velocity, train.velocity[2])
    assert flow.drag == pytest.approx(train.drag[2])
    again = cfd.Obstacle(train.family[2], *train.parameters[2].astype(float)).solid(32, 64)
    assert (again != train.solid[2]).mean() < 0.002


def test_remaining_error_is_small_against_a_long_run(tiny):
    train = cfd.load_flows("train")
    longer = [cfd.solve_steady_flow(solid, reynolds=100, tolerance=1e-8).velocity for solid in train.solid]
    assert cfd.relative_error(train.velocity, np.array(longer), train.solid).max() < 0.005


def test_units_stand_in_the_file(tiny):
    with h5py.File(tiny / "test.h5") as file:
        assert all(file[key].attrs["units"] for key in flows.ARRAYS)
        assert file.attrs["viscosity"] == pytest.approx(0.1 * 32 / 100)


def test_first_samples_only(tiny):
    few = cfd.load_flows("train", count=2)
    assert len(few) == 2
    np.testing.assert_array_equal(few.velocity, cfd.load_flows("train").velocity[:2])


@pytest.mark.parametrize("workers", [1, 3])
def test_same_seed_same_bytes_whatever_the_threads(tiny, data_folder, monkeypatch, workers):
    monkeypatch.setattr(flows, "_workers", lambda: workers)
    assert hashes(datasets.prepare("cfd_flows")) == hashes(tiny)


def test_other_seed_other_flows(tiny, data_folder, tmp_path):
    tmp_path.joinpath("other").mkdir()
    flows.build_flows(tmp_path / "other", flows.Size("cfd_flows", 32, 64, (1, 1, 1, 1)), seed=1)
    other = flows.read_flows(tmp_path / "other" / "train.h5")
    assert (other.solid[0] != flows.read_flows(tiny / "train.h5").solid[0]).any()


def test_a_killed_builder_goes_on_where_it_stopped(tiny, data_folder):
    environment = os.environ | {"NUMBA_NUM_THREADS": "1", "PYTHONPATH": str(Path(flows.__file__).parents[2])}
    run = {"env": environment, "capture_output": True, "text": True, "timeout": 200}
    killed = subprocess.run([sys.executable, "-c", BUILD, "5"], **run)
    assert killed.returncode == -signal.SIGKILL
    assert datasets.state("cfd_flows") == "missing"
    left = {path: path.stat().st_mtime_ns for path in datasets.pieces("cfd_flows").rglob("*.npz")}
    assert len(left) == 5
    next(iter(left)).write_bytes(b"half")
    started = time.time_ns()
    finished = subprocess.run([sys.executable, "-c", BUILD], **run)
    assert finished.returncode == 0, finished.stderr
    assert started > max(left.values())
    assert hashes(data_folder / "cfd_flows") == hashes(tiny)
    assert not datasets.pieces("cfd_flows").exists()


def test_finished_pieces_are_not_computed_again(tiny, data_folder, monkeypatch, tmp_path):
    sample, seen = flows._sample, []
    monkeypatch.setattr(flows, "_workers", lambda: 1)
    monkeypatch.setattr(flows, "_write", lambda *_: 1 / 0)
    monkeypatch.setattr(flows, "_sample", lambda *arguments: seen.append(arguments) or sample(*arguments))
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            datasets.prepare("cfd_flows")
    assert len(seen) == sum(TINY.counts)
    assert datasets.clean("cfd_flows")
    assert not datasets.pieces("cfd_flows").exists()


def test_a_flow_that_does_not_become_steady_is_not_stored(data_folder, monkeypatch):
    monkeypatch.setitem(flows.SIZES, "laptop", TINY)
    monkeypatch.setattr(flows, "MAX_STEPS", 400)
    with pytest.raises(datasets.DataError, match="did not become steady"):
        datasets.prepare("cfd_flows")
    assert datasets.state("cfd_flows") == "missing"


class TestDamaged:
    @pytest.fixture
    def copy(self, tiny, tmp_path) -> Path:
        path = tmp_path / "train.h5"
        path.write_bytes((tiny / "train.h5").read_bytes())
        return path

    def refused(self, path: Path, part: str) -> None:
        with pytest.raises(datasets.DataError, match=f"{part}.*bootcamp data clean cfd_flows"):
            flows.read_flows(path)

    def test_half_written(self, copy):
        copy.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
        self.refused(copy, "damaged or half-written")

    def test_no_hdf5_at_all(self, copy):
        copy.write_bytes(b"not a data file")
        self.refused(copy, "damaged or half-written")

    def test_missing(self, copy):
        copy.unlink()
        self.refused(copy, "cannot be read")

    def test_array_missing(self, copy):
        with h5py.File(copy, "a") as file:
            del file["drag"]
        self.refused(copy, "damaged")

    def test_arrays_that_do_not_fit(self, copy):
        with h5py.File(copy, "a") as file:
            del file["drag"]
            file["drag"] = np.zeros(3, np.float32)
        self.refused(copy, "do not fit")

    def test_nan(self, copy):
        with h5py.File(copy, "a") as file:
            file["velocity"][1, 5, 5] = np.nan
        self.refused(copy, "not finite")

    def test_other_version(self, copy):
        with h5py.File(copy, "a") as file:
            file.attrs["version"] = 0
        self.refused(copy, "another version")

    def test_flipped_byte_is_found_by_the_checksum(self, tiny, data_folder):
        folder = datasets.prepare("cfd_flows")
        path = folder / "train.h5"
        content = bytearray(path.read_bytes())
        content[-100] ^= 1
        path.write_bytes(content)
        assert datasets.verify("cfd_flows") == ["cfd_flows/train.h5 has the wrong checksum"]
        assert json.loads((folder / "manifest.json").read_text())["files"]["train.h5"]["bytes"] == len(content)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"split": "training"}, "train, validation"),
        ({"split": "train", "size": "huge"}, "laptop, full"),
        ({"split": "train", "count": 0}, "count"),
        ({"split": "train", "count": 1000}, "300"),
    ],
)
def test_wrong_requests_compute_nothing(data_folder, arguments, part):
    with pytest.raises(ValueError, match=part):
        cfd.load_flows(**arguments)
    assert not data_folder.exists()


def test_numbers_of_the_profiles():
    laptop, full = flows.SIZES["laptop"], flows.SIZES["full"]
    assert (laptop.height, laptop.width, sum(laptop.counts[:3]), laptop.counts[3]) == (64, 128, 400, 60)
    assert (full.height, full.width, sum(full.counts[:3])) == (128, 256, 3000)

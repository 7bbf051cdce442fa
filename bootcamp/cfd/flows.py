"""The data sets `cfd_flows` and `cfd_flows_full`: steady flows around random objects, made by the solver of the room.

One HDF5 file per split. Arrays over samples, with units as attributes: see the data card in `datasets/README.md`.
"""

import concurrent.futures
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bootcamp import datasets, runtime
from bootcamp.cfd import lattice, obstacles
from bootcamp.datasets import files, hdf5

import h5py
import numba
import numpy as np

REYNOLDS = 100.0
"""Of all samples: inflow_velocity * height / viscosity."""
INFLOW_VELOCITY = 0.1
TOLERANCE, MAX_STEPS = 5e-7, 60_000
SPLITS = ("train", "validation", "test", "unseen_shapes")
VERSION = 2
"""Raise it when the content changes: older files are then refused, older pieces of a broken-off run left alone."""
MOST_BYTES = 2 << 30
"""Of the arrays of a file: the largest of the full size has 0.7 GB."""
PIECE = 10
"""Samples in a piece that a restarted builder finds again."""
UNITS = {
    "solid": "1 inside the object, 0 in the fluid",
    "velocity": "cells per step; last axis: along the channel, upward",
    "drag": "lattice units of force; along the channel",
    "lift": "lattice units of force; upward",
    "reynolds": "inflow velocity (maximum) times channel height over viscosity",
    "residual": "relative L2 change of the velocity per step",
    "steps": "steps of the solver",
    "parameters": "x, y, half length, half width (cells), angle (radians), shear",
    "family": "name of the outline family",
}


@dataclass(frozen=True)
class Size:
    """Grid and numbers of samples of one of the two data sets.

    `on_card`: whether a graphics card makes it where there is one. The small one comes from the processor everywhere,
    so that everybody has the same bytes.
    """

    data_set: str
    height: int
    width: int
    counts: tuple[int, int, int, int]
    on_card: bool = False


SIZES = {
    "laptop": Size("cfd_flows", 64, 128, (300, 50, 50, 60)),
    "full": Size("cfd_flows_full", 128, 256, (2400, 300, 300, 300), on_card=True),
}
Job = tuple[str, int, int]
"""A piece of a data set: split, number of its first sample, how many."""


@dataclass(frozen=True)
class Flows:
    """Samples of one split, n of them, in lattice units.

    solid bool (n, height, width); velocity float32 (n, height, width, 2), zero inside the object; drag, lift, residual
    float32 (n,); steps int32 (n,); family (n,) text; parameters float32 (n, 6), see `obstacles.PARAMETERS`.
    reynolds and inflow_velocity (the maximum of the parabola) are the same for all samples.
    """

    solid: np.ndarray
    velocity: np.ndarray
    drag: np.ndarray
    lift: np.ndarray
    residual: np.ndarray
    steps: np.ndarray
    family: np.ndarray
    parameters: np.ndarray
    reynolds: float
    inflow_velocity: float

    def __len__(self) -> int:
        return len(self.solid)


ARRAYS = ("solid", "velocity", "drag", "lift", "residual", "steps", "family", "parameters")


def load_flows(split: str, *, size: str = "laptop", count: int | None = None) -> Flows:
    """Flows of one split; the data set is made first where it is missing.

    Args:
        split: "train", "validation", "test" or "unseen_shapes".
        size: "laptop" (64 x 128, 400 samples and 60 unseen shapes) or "full" (128 x 256, 3,000 and 300).
        count: only the first so many samples; None for all.

    Raises:
        ValueError: unknown split or size, or more samples than there are.
        datasets.DataError: the data set cannot be made, or its file is damaged.
    """
    if split not in SPLITS:
        raise ValueError(f"split is one of {', '.join(SPLITS)}, not {split!r}")
    if size not in SIZES:
        raise ValueError(f"size is one of {', '.join(SIZES)}, not {size!r}")
    there = SIZES[size].counts[SPLITS.index(split)]
    if count is not None and (isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= there):
        raise ValueError(f"count is an integer from 1 to {there}, not {count!r}")
    name = SIZES[size].data_set
    return read_flows(datasets.prepare(name) / f"{split}.h5", name, count)


def read_flows(path: Path, name: str = "cfd_flows", count: int | None = None) -> Flows:
    """Flows of one HDF5 file.

    Raises:
        datasets.DataError: the file is missing, damaged, half-written or from another version.
    """
    cure = f"run: bootcamp data clean {name}, then ask for it again"
    try:
        version = hdf5.read_hdf5(path, MOST_BYTES, (), ("version",)).attributes["version"]
        if version != VERSION:
            raise datasets.DataError(f"{path.name} is from another version of the course; {cure}")
        stored = hdf5.read_hdf5(path, MOST_BYTES, ARRAYS, ("reynolds", "inflow_velocity"), count)
        found = dict(stored.arrays)
        found["solid"] = found["solid"].astype(bool)
        found["family"] = np.array([text.decode() for text in found["family"]])
        n, height, width = found["solid"].shape
    except (OSError, ValueError, AttributeError) as error:
        raise datasets.DataError(f"{path.name} cannot be read, so it is damaged or half-written; {cure}") from error
    if found["velocity"].shape != (n, height, width, 2) or any(array.shape[:1] != (n,) for array in found.values()):
        raise datasets.DataError(f"{path.name} has arrays that do not fit together; {cure}")
    if not np.isfinite(found["velocity"]).all():
        raise datasets.DataError(f"{path.name} holds velocities that are not finite; {cure}")
    return Flows(**found, **stored.attributes)


# -------------------------------------------------------------------------------------------------- builder


def build_cfd_flows(folder: Path) -> None:
    """Data set of the laptop profile: 64 x 128 cells."""
    build_flows(folder, SIZES["laptop"])


def build_cfd_flows_full(folder: Path) -> None:
    """Data set of the GPU profile: 128 x 256 cells."""
    build_flows(folder, SIZES["full"])


def build_flows(folder: Path, size: Size, seed: int = 0) -> None:
    """Compute all flows of a data set and write one HDF5 file per split.

    Finished pieces are kept in `datasets.pieces` until the data set is complete, so a builder that was killed goes on
    where it stopped. On the processor every sample is computed on one thread and depends only on its number, so the
    bytes do not depend on the number of threads. A graphics card adds in another order: its flows differ from those of
    the processor by about 1e-6 of the inflow velocity, and pieces of the two are never mixed.
    """
    device = runtime.device() if size.on_card and runtime.gpu_table() else "cpu"
    pieces = datasets.pieces(size.data_set) / _fingerprint(size, seed, device)
    pieces.mkdir(parents=True, exist_ok=True)
    jobs = [
        (split, first, min(PIECE, count - first))
        for split, count in zip(SPLITS, size.counts, strict=True)
        for first in range(0, count, PIECE)
    ]
    missing = [job for job in jobs if not _complete(_piece_path(job, pieces))]
    done = _on_threads(missing, size, seed, pieces) if device == "cpu" else _on_card(missing, size, seed, pieces)
    for _ in runtime.progress(done, "computing flows", total=len(missing), unit=f"{PIECE} flows"):
        pass
    for split in SPLITS:
        parts = [_read_piece(_piece_path(job, pieces)) for job in jobs if job[0] == split]
        _write(folder / f"{split}.h5", _joined(parts), size)


def _on_threads(jobs: list[Job], size: Size, seed: int, pieces: Path) -> Iterator[Job]:
    """Compute pieces on the processor, one thread for each; yields them as they are done."""

    def compute(job: Job) -> Job:
        _keep_piece([_sample(obstacle, size) for obstacle in _obstacles(job, size, seed)], _piece_path(job, pieces))
        return job

    with concurrent.futures.ThreadPoolExecutor(_workers()) as pool:
        futures = [pool.submit(compute, job) for job in jobs]
        try:
            yield from (future.result() for future in concurrent.futures.as_completed(futures))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _on_card(jobs: list[Job], size: Size, seed: int, pieces: Path) -> Iterator[Job]:
    """Compute pieces on a graphics card, as many at once as fit into its memory; yields them as they are done."""
    from bootcamp.cfd import batched  # PyTorch, which takes seconds to import, only here

    together = max(1, batched.flows_at_a_time(size.height * size.width, runtime.device()) // PIECE)
    for first in range(0, len(jobs), together):
        some = jobs[first : first + together]
        drawn = {job: _obstacles(job, size, seed) for job in some}
        solid = np.stack([one.solid(size.height, size.width) for job in some for one in drawn[job]])
        flow = iter(batched.solve_steady_flows(solid, **_settings()))
        for job in some:
            _keep_piece([_as_sample(one, next(flow), size) for one in drawn[job]], _piece_path(job, pieces))
            yield job


def _workers() -> int:
    """Threads: what numba may use, which is the number of cores unless NUMBA_NUM_THREADS says less."""
    return numba.config.NUMBA_NUM_THREADS


def _settings() -> dict[str, float]:
    """Of every run of the solver, for `lattice.solve_steady_flow`."""
    return {
        "reynolds": REYNOLDS,
        "inflow_velocity": INFLOW_VELOCITY,
        "tolerance": TOLERANCE,
        "max_steps": MAX_STEPS,
    }


def _fingerprint(size: Size, seed: int, device: str) -> str:
    settings = (VERSION, size, seed, REYNOLDS, INFLOW_VELOCITY, TOLERANCE, MAX_STEPS, PIECE, device)
    return hashlib.sha256(repr(settings).encode()).hexdigest()[:16]


def _piece_path(job: Job, pieces: Path) -> Path:
    split, first, _ = job
    return pieces / f"{split}-{first:05d}.npz"


def _complete(path: Path) -> bool:
    """Whether a run before has left this piece whole; what is left of a broken one goes."""
    try:
        _read_piece(path)
    except (OSError, files.FileError):
        path.unlink(missing_ok=True)
        return False
    return True


def _keep_piece(samples: list[dict[str, np.ndarray]], path: Path) -> None:
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as stream:
        np.savez(stream, **{key: np.stack([sample[key] for sample in samples]) for key in ARRAYS})
    unfinished.replace(path)


def _read_piece(path: Path) -> dict[str, np.ndarray]:
    return files.read_npz(path, MOST_BYTES, ARRAYS, kinds=f"{files.NUMBERS}S")


def _joined(parts: list[dict[str, np.ndarray]]) -> Iterator[tuple[str, np.ndarray]]:
    for key in ARRAYS:
        yield key, np.concatenate([part[key] for part in parts])


def _obstacles(job: Job, size: Size, seed: int) -> list[obstacles.Obstacle]:
    """Objects of a piece; every split has its own stream of random numbers."""
    split, first, count = job
    stream, unseen = len(SPLITS) * seed + SPLITS.index(split), split == "unseen_shapes"
    numbers = range(first, first + count)
    return [obstacles.random_obstacle(number, size.height, size.width, stream, unseen=unseen) for number in numbers]


def _sample(obstacle: obstacles.Obstacle, size: Size) -> dict[str, np.ndarray]:
    return _as_sample(obstacle, lattice.solve_steady_flow(obstacle.solid(size.height, size.width), **_settings()), size)


def _as_sample(obstacle: obstacles.Obstacle, flow: lattice.Flow, size: Size) -> dict[str, np.ndarray]:
    if not flow.steady:
        raise datasets.DataError(f"the flow around a {obstacle.family} {obstacle.parameters} did not become steady")
    return {
        "solid": obstacle.solid(size.height, size.width).astype(np.uint8),
        "velocity": flow.velocity.astype(np.float32),
        "drag": np.float32(flow.drag),
        "lift": np.float32(flow.lift),
        "residual": np.float32(flow.residual),
        "steps": np.int32(flow.steps),
        "family": np.array(obstacle.family, "S9"),
        "parameters": obstacle.parameters.astype(np.float32),
    }


def _write(path: Path, arrays: Iterator[tuple[str, np.ndarray]], size: Size) -> None:
    with h5py.File(path, "w") as file:
        file.attrs["version"] = VERSION
        file.attrs["reynolds"], file.attrs["inflow_velocity"] = REYNOLDS, INFLOW_VELOCITY
        file.attrs["viscosity"] = INFLOW_VELOCITY * size.height / REYNOLDS
        for key, array in arrays:
            packing = {"compression": "gzip", "shuffle": True} if key == "solid" else {}
            stored = file.create_dataset(key, data=array, track_times=False, **packing)
            stored.attrs["units"] = UNITS[key]


def mirrored(velocity: np.ndarray, solid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same flows upside down: rows in reverse order and the upward velocity with the other sign.

    Args:
        velocity: (..., height, width, 2).
        solid: (..., height, width).

    Raises:
        ValueError: the shapes do not fit together.
    """
    if velocity.shape != (*solid.shape, 2):
        raise ValueError(
            "velocity is (..., height, width, 2) and solid (..., height, width), "
            f"not {velocity.shape} and {solid.shape}"
        )
    return velocity[..., ::-1, :, :] * np.array([1, -1], velocity.dtype), solid[..., ::-1, :]

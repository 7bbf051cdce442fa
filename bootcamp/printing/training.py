"""Batches of voxels, and the training that the notebooks share."""

from collections.abc import Callable
from itertools import permutations, product
from typing import Any

from bootcamp import training
from bootcamp.printing.archive import Parts
from bootcamp.printing.voxels import unpack

import numpy as np

SYMMETRIES = tuple((axes, flips) for axes in permutations(range(3)) for flips in product((1, -1), repeat=3))
"""The 48 ways to put a cube back into itself: the order of its axes, and which of them are reversed."""


def inputs(solids: np.ndarray) -> np.ndarray:
    """Voxels (n, side, side, side) as a network takes them: float32 (n, side, side, side, 1), 1 where there is part."""
    return np.asarray(solids, dtype=np.float32)[..., None]


def turned(solids: np.ndarray, symmetry: int) -> np.ndarray:
    """Voxels (n, side, side, side) in one of the 48 positions of a cube, as a view; half of them are mirror images."""
    axes, flips = SYMMETRIES[symmetry]
    return solids.transpose(0, *(axis + 1 for axis in axes))[:, :: flips[0], :: flips[1], :: flips[2]]


def voxel_batches(parts: Parts, batch_size: int, seed: int, turn: bool = False) -> Any:
    """Random batches of parts for `fit`: voxels as in `inputs`, and 1 for printable; unpacked when their turn comes.

    Args:
        parts: to train with.
        batch_size: parts in one step.
        seed: of their order, and of the positions.
        turn: put every batch into one of the 48 positions of the cube: what is printable stays so.
    """
    return solid_batches(lambda chosen: unpack(parts.bits[chosen], parts.side), parts.printable, batch_size, seed, turn)


def solid_batches(
    solids: Callable[[np.ndarray], np.ndarray], printable: np.ndarray, batch_size: int, seed: int, turn: bool = False
) -> Any:
    """As `voxel_batches`, for voxels that come from a function of their indices."""
    targets = np.asarray(printable, dtype=np.float32)[:, None]

    def load(chosen: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        found = solids(chosen)
        found = turned(found, int(random.integers(len(SYMMETRIES)))) if turn else found
        return inputs(found), targets[chosen]

    return training.loaded_batches(load, len(targets), batch_size=batch_size, seed=seed)


def predict_logits(network: Any, solids: np.ndarray, batch_size: int = 32) -> np.ndarray:
    """Logits of voxels (n, side, side, side), float64 (n,)."""
    pieces = [
        network.predict_on_batch(inputs(solids[start : start + batch_size]))[:, 0]
        for start in range(0, len(solids), batch_size)
    ]
    return np.concatenate(pieces).astype(float)

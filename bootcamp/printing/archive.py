"""The data set of parts: made shape by shape, stored as bits, read back with its splits."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from bootcamp import datasets, runtime
from bootcamp.datasets.files import FileError, read_npz
from bootcamp.printing.defects import DEFECTS, PRINTABLE, Hole, NoPlaceError, cut_hole, place_hole
from bootcamp.printing.meshes import align, normalise, principal_axes
from bootcamp.printing.parts import FAMILIES, SEEN_FAMILIES, UNSEEN_FAMILIES, make_part
from bootcamp.printing.voxels import pack, unpack, voxelise

import numpy as np

SPLITS = {"training": 0.60, "validation": 0.12, "test": 0.14, "unseen": 0.14}
"""Share of the shapes in each split; `unseen` has the families that no other split has."""
FILE = "parts.npz"
MOST_BYTES = 4 << 30
TILT = 0.06
"""Standard deviation of the two slopes by which the axis of a hole is off the axes of its part."""
_TRIALS = 9


@dataclass(frozen=True)
class Parts:
    """Voxels of parts, with what is known of each; all arrays have one row for each part.

    `bits`: uint8 (n, side**3 / 8). `defect`, `family`, `split`: numbers in `DEFECTS`, `FAMILIES`, `SPLITS`. `shape`:
    variants of one shape have the same number. `centre`, `axis` (n, 3), `radius` (n,): of the hole in mm, NaN without.
    """

    bits: np.ndarray
    defect: np.ndarray
    family: np.ndarray
    split: np.ndarray
    shape: np.ndarray
    centre: np.ndarray
    axis: np.ndarray
    radius: np.ndarray

    def __len__(self) -> int:
        return len(self.bits)

    @property
    def side(self) -> int:
        """Voxels along each edge of the build space."""
        return round((8 * self.bits.shape[1]) ** (1 / 3))

    @property
    def printable(self) -> np.ndarray:
        """Whether each part is printable, bool (n,)."""
        return np.array(PRINTABLE)[self.defect]

    def take(self, chosen: np.ndarray) -> "Parts":
        """The parts of a mask (n,) or of indices."""
        return Parts(**{part.name: getattr(self, part.name)[chosen] for part in fields(self)})

    def solids(self, chosen: Any = slice(None)) -> np.ndarray:
        """Voxels of some parts, bool (m, side, side, side)."""
        return unpack(self.bits[chosen], self.side)

    def hole(self, number: int) -> Hole:
        """The hole of one part.

        Raises:
            ValueError: it has none.
        """
        if not self.defect[number]:
            raise ValueError(f"part {number} has no hole")
        return Hole(self.centre[number], self.axis[number], float(self.radius[number]))


def make_variants(number: int, split: str, side: int, seed: int = 0) -> list[dict[str, Any]]:
    """The four variants of one shape: without a hole, with a small one, a large one, and one near the border.

    Args:
        number: of the shape; with the seed it decides everything that is drawn.
        split: `unseen` draws another family than the other splits.
        side: voxels along each edge of the build space.
        seed: of the data set.

    Returns:
        Rows of `Parts`, name -> value, with `solid` (side, side, side) in place of the bits.
    """
    random = np.random.default_rng([seed, number])
    choices = UNSEEN_FAMILIES if split == "unseen" else SEEN_FAMILIES
    family = choices[number % len(choices)]
    while True:
        design = make_part(family, random)
        part = normalise(align(design))
        axes = principal_axes(design).T  # rows: where the axes of the design point once it is aligned
        try:
            holes = [_some_hole(part, axes, defect, random) for defect in DEFECTS[1:]]
        except NoPlaceError:
            continue
        solid = voxelise(part, side)
        known = {"family": FAMILIES.index(family), "split": list(SPLITS).index(split), "shape": number}
        return [_row(solid, None, 0) | known] + [_row(solid, hole, n) | known for n, hole in enumerate(holes, 1)]


def _some_hole(part: Any, axes: np.ndarray, defect: str, random: np.random.Generator) -> Hole:
    """A hole along one of the axes of the design, tilted a little.

    Raises:
        NoPlaceError: none was found.
    """
    for turn in random.permutation(np.repeat(range(3), _TRIALS // 3)):
        axis = axes[turn] + random.normal(0.0, TILT, 3)
        try:
            return place_hole(part, axis, defect, random)
        except NoPlaceError:
            continue
    raise NoPlaceError(f"no place for a {defect}")


def _row(solid: np.ndarray, hole: Hole | None, defect: int) -> dict[str, Any]:
    if hole is None:
        nowhere = np.full(3, np.nan)
        return {"solid": solid, "defect": defect, "centre": nowhere, "axis": nowhere, "radius": np.nan}
    cut = cut_hole(solid, hole)
    return {"solid": cut, "defect": defect, "centre": hole.centre, "axis": hole.axis, "radius": hole.radius}


def split_names(shapes: int) -> list[str]:
    """The split of each of so many shapes, in their order.

    Raises:
        ValueError: so few shapes that a split would be empty.
    """
    names: list[str] = []
    for name, share in SPLITS.items():
        names += [name] * round(share * shapes)
    names = [*names, "unseen"][:shapes]
    if set(names) != set(SPLITS):
        raise ValueError(f"{shapes} shapes leave a split empty")
    return names


def generate_parts(shapes: int, side: int, seed: int = 0) -> Parts:
    """Parts of so many shapes, four variants each; the same for the same seed."""
    names = split_names(shapes)
    rows = []
    for number in runtime.progress(range(shapes), "shapes"):
        for row in make_variants(number, names[number], side, seed):
            rows.append(row | {"bits": pack(row.pop("solid")[None])[0]})
    kinds = {"defect": np.int8, "family": np.int8, "split": np.int8, "shape": np.int32, "bits": np.uint8}
    names = [part.name for part in fields(Parts)]
    return Parts(**{name: np.array([row[name] for row in rows], kinds.get(name, np.float32)) for name in names})


def build_printing_parts(folder: Path) -> None:
    """1,600 parts of 400 shapes at 48 voxels a side."""
    _store(generate_parts(400, 48), folder)


def build_printing_parts_small(folder: Path) -> None:
    """160 parts of 40 shapes at 48 voxels a side."""
    _store(generate_parts(40, 48), folder)


def build_printing_parts_full(folder: Path) -> None:
    """7,432 parts of 1,858 shapes at 128 voxels a side."""
    _store(generate_parts(1858, 128), folder)


def _store(parts: Parts, folder: Path) -> None:
    np.savez_compressed(folder / FILE, **{part.name: getattr(parts, part.name) for part in fields(parts)})


def load_parts(source: str = "printing_parts") -> Parts:
    """The parts of a data set, which is made first if it is not there.

    Raises:
        datasets.DataError: no such data set, or it cannot be made or read.
    """
    path = datasets.prepare(source) / FILE
    try:
        return Parts(**read_npz(path, MOST_BYTES, [part.name for part in fields(Parts)]))
    except (FileError, OSError) as error:
        raise datasets.DataError(f"{error}: `bootcamp data clean {source}` and prepare it again") from error


def split_by_shape(parts: Parts) -> dict[str, Parts]:
    """The splits as they are stored: all variants of a shape are in one of them. Name -> parts."""
    return {name: parts.take(parts.split == number) for number, name in enumerate(SPLITS)}


def split_by_file(parts: Parts, seed: int = 0) -> dict[str, Parts]:
    """Splits of the same sizes with files dealt out at random: variants of a shape may stand on either side.

    The unseen families stay where they are.
    """
    known = np.flatnonzero(parts.split != list(SPLITS).index("unseen"))
    dealt = parts.split.copy()
    dealt[known] = np.random.default_rng(seed).permutation(parts.split[known])
    return {name: parts.take(dealt == number) for number, name in enumerate(SPLITS)}

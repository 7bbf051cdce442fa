"""Checks of the exercises of 03_Convolutions_and_Signed_Distance."""

from collections.abc import Callable
from typing import Any

from bootcamp.cfd import obstacles
from bootcamp.exercises import Check, Finding

import numpy as np


def _same(found: Any, expected: np.ndarray) -> bool:
    return np.shape(found) == np.shape(expected) and bool(np.allclose(np.asarray(found, float), expected))


def _hint(found: Any, guesses: dict[str, np.ndarray], otherwise: str) -> str:
    return next((text for text, value in guesses.items() if _same(found, value)), otherwise)


def transposed_convolution(answer: Callable) -> list[Finding]:
    """A function x (height, width), kernel (size, size) -> (height * size, width * size)."""
    random = np.random.default_rng(0)
    x, kernel = random.normal(size=(2, 3)), random.normal(size=(2, 2))
    found, expected = answer(x.copy(), kernel.copy()), np.kron(x, kernel)
    guesses = {
        "every number is repeated as it is: multiply the patch by the kernel": np.kron(x, np.ones((2, 2))),
        "this repeats the whole of x; every single number becomes a patch": np.kron(kernel, x),
        "the kernel is turned around": np.kron(x, kernel[::-1, ::-1]),
        "rows and columns of the kernel are exchanged": np.kron(x, kernel.T),
        "here x is multiplied by a tiled kernel without being enlarged": x * np.resize(kernel, x.shape),
    }
    shape = f"2 x 3 numbers and a 2 x 2 kernel make 4 x 6, your result has the shape {np.shape(found)}"
    one = np.zeros((3, 3))
    one[1, 2] = 1.0
    wide = random.normal(size=(3, 3))
    return [
        Finding("the shape", np.shape(found) == expected.shape, shape),
        Finding("the numbers", _same(found, expected), _hint(found, guesses, "number times kernel, patch by patch")),
        Finding("a single one paints the kernel", _same(answer(one, wide), np.kron(one, wide)), "at rows 3 to 5"),
    ]


def _distance_hint(found: Any, solid: np.ndarray, expected: np.ndarray) -> str:
    half = np.where(solid, -0.5, 0.5)
    outside = np.maximum(expected + half, 0)
    guesses = {
        "the sign is missing: negative inside the object": np.abs(expected),
        "the surface lies half-way between two centers: take off one half": expected + half,
        "the sign is missing, and the surface lies half-way between two centers": np.abs(expected + half),
        "cells of the object need a distance as well: to the nearest fluid cell": outside,
        "inside, the distance to the nearest fluid cell, with a negative sign, is missing": np.maximum(expected, 0),
        "the sign is the wrong way round: negative inside the object": -expected,
        "for a solid cell the half has to bring the value nearer to zero": expected - solid,
    }
    return _hint(found, guesses, "for each cell: the nearest center of the other kind, less 0.5, negative inside")


def distance_by_hand(answer: Callable) -> list[Finding]:
    """A function solid (height, width) -> signed distance in cells."""
    row, square = np.array([[False, False, True, False, False]]), np.zeros((6, 7), bool)
    square[2:5, 2:6] = True
    findings = []
    for about, solid in (("one solid cell in a row", row), ("a block", square), ("a block of fluid", ~square)):
        expected, found = obstacles.signed_distance(solid), answer(solid.copy())
        findings.append(Finding(about, _same(found, expected), _distance_hint(found, solid, expected)))
    return findings


def better_for_every_seed(answer: Callable) -> list[Finding]:
    """A function (errors a, errors b) -> whether the worst of a is smaller than the best of b."""
    apart = answer([0.11, 0.12, 0.13], [0.15, 0.14, 0.16])
    overlap = answer([0.10, 0.11, 0.155], [0.15, 0.16, 0.14])
    paired = answer([0.10, 0.12, 0.14], [0.11, 0.13, 0.15])
    worse = answer([0.20, 0.21], [0.10, 0.11])
    pairs = "seeds of two different networks have nothing in common: compare the worst of a with the best of b"
    return [
        Finding("ranges apart, a smaller", bool(apart), "here every error of a is smaller than every error of b"),
        Finding("ranges apart, a larger", not worse, "a smaller error is better"),
        Finding("means apart, ranges overlap", not overlap, "a run of a is worse than some of b: look at max and min"),
        Finding("smaller seed by seed only", not paired, pairs),
    ]


CHECKS: dict[str, Check] = {
    "transposed_convolution": transposed_convolution,
    "distance_by_hand": distance_by_hand,
    "better_for_every_seed": better_for_every_seed,
}

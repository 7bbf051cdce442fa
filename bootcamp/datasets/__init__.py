"""Data sets: which there are, where they live, how they are made, and files from a mirror or the network."""

from bootcamp.course import DataSet
from bootcamp.datasets.catalogue import DataError, entries, find
from bootcamp.datasets.download import fetch, mirror
from bootcamp.datasets.store import MANIFEST, clean, closed_to_others, data_root, pieces, prepare, sha256, state, verify

__all__ = [
    "MANIFEST",
    "DataError",
    "DataSet",
    "clean",
    "closed_to_others",
    "data_root",
    "entries",
    "fetch",
    "find",
    "mirror",
    "pieces",
    "prepare",
    "sha256",
    "state",
    "verify",
]

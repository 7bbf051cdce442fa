"""Which format a file of best tracks has, by its content; only HURDAT2 is read."""

import re

HURDAT2_PAGE = "https://www.nhc.noaa.gov/data/#hurdat"
HEADER_EXAMPLE = "a header looks like `AL122005, KATRINA, 34,`"

_BINARY = (
    (b"\x1f\x8b", "a gzip file"),
    (b"PK\x03\x04", "a zip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"%PDF", "a PDF document"),
    (b"\x89HDF", "a netCDF or HDF5 file (IBTrACS has one)"),
    (b"CDF", "a netCDF file (IBTrACS has one)"),
)
_TEXT = (
    (r"\"?SID\"?\s?,\"?SEASON\"?\s?,|\"?Serial_Num\"?,", "IBTrACS"),
    (r"[A-Z]{2}, ?\d{1,2}, ?\d{10},", "ATCF (a-deck or b-deck)"),
    (r"\d{5} \d\d/\d\d/\d{4} M= ?\d", "the old HURDAT of before 2013"),
    (r"[A-Z]{2}\d{4} +\S+ +\d{6} +\d{4} ", "the extended best track (EBTRK)"),
    (r"(?i:<!doctype|<html|<head|<body)", "a web page"),
)
START = 4096
"""Bytes at the beginning of a file that are looked at."""


def other_format(content: bytes) -> str:
    """Name of the format that a file has instead of HURDAT2, empty where it is none of those known here.

    >>> other_format(b"AL, 12, 2005082318,   , BEST,   0, 231N,  751W,  30, 1008, TD,")
    'ATCF (a-deck or b-deck)'
    >>> other_format(b"AL122005,            KATRINA,     34,")
    ''
    """
    for start, name in _BINARY:
        if content.startswith(start):
            return name
    text = content[:START].decode("utf-8-sig", "replace").lstrip()
    return next((name for pattern, name in _TEXT if re.match(pattern, text, re.ASCII)), "")


def refusal(name: str) -> str:
    """Sentence for a file of another format."""
    if name.startswith("a "):
        return f"this is {name}, not HURDAT2 as text: {HEADER_EXAMPLE}; the files are at {HURDAT2_PAGE}"
    return f"this is {name}, which is not read; the same storms are in HURDAT2, at {HURDAT2_PAGE}"

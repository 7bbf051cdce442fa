"""One real storm that travels with the course."""

from pathlib import Path

KATRINA_FILE = Path(__file__).with_name("katrina.txt")
"""Best track of Hurricane Katrina (2005), a part of HURDAT2 as the NOAA National Hurricane Center published it.

A work of the US government, in the public domain (https://doi.org/10.1175/MWR-D-12-00254.1).
"""

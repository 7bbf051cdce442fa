"""Checks of the exercises of Tropical_Cyclone, one module per notebook, in the order of the notebooks."""

from bootcamp.cyclone.checks import competing, first_model, imbalance, problem, split, tracks
from bootcamp.exercises import Check

_MODULES = (problem, tracks, first_model, split, imbalance, competing)

CHECKS: dict[str, Check] = {name: check for module in _MODULES for name, check in module.CHECKS.items()}

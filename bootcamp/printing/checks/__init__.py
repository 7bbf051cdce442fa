"""Checks of the exercises of Additive_Manufacturing, one module per notebook, in the order of the notebooks."""

from bootcamp.exercises import Check
from bootcamp.printing.checks import networks_for_voxels, parts_and_defects

_MODULES = (parts_and_defects, networks_for_voxels)

CHECKS: dict[str, Check] = {name: check for module in _MODULES for name, check in module.CHECKS.items()}

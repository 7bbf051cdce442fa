"""Checks of the exercises of Additive_Manufacturing, one module per notebook, in the order of the notebooks."""

from bootcamp.exercises import Check
from bootcamp.printing.checks import parts_and_defects

_MODULES = (parts_and_defects,)

CHECKS: dict[str, Check] = {name: check for module in _MODULES for name, check in module.CHECKS.items()}

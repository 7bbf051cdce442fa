"""Checks of the exercises of CFD, one module per notebook, in the order of the notebooks."""

from bootcamp.cfd.checks import steady_flow
from bootcamp.exercises import Check

_MODULES = (steady_flow,)

CHECKS: dict[str, Check] = {name: check for module in _MODULES for name, check in module.CHECKS.items()}

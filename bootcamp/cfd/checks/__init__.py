"""Checks of the exercises of CFD, one module per notebook, in the order of the notebooks."""

from bootcamp.cfd.checks import design, steady_flow
from bootcamp.exercises import Check

_MODULES = (steady_flow, design)

CHECKS: dict[str, Check] = {name: check for module in _MODULES for name, check in module.CHECKS.items()}

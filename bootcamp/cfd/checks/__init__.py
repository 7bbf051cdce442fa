"""Checks of the exercises of CFD, one module per notebook, in the order of the notebooks."""

from bootcamp.cfd.checks import convolutions, fully_connected, steady_flow
from bootcamp.exercises import Check

_MODULES = (steady_flow, fully_connected, convolutions)

CHECKS: dict[str, Check] = {name: check for module in _MODULES for name, check in module.CHECKS.items()}

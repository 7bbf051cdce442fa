"""Checks of the exercises of CFD, one module per notebook, in the order of the notebooks."""

from bootcamp.cfd.checks import competition, convolutions, design, fully_connected, gated_u_net, steady_flow
from bootcamp.exercises import Check

_MODULES = (steady_flow, fully_connected, convolutions, gated_u_net, competition, design)

CHECKS: dict[str, Check] = {name: check for module in _MODULES for name, check in module.CHECKS.items()}

"""Checks of the exercises of CFD, one module per notebook, in the order of the notebooks."""

from bootcamp.cfd.checks import design, gated_u_net, steady_flow
from bootcamp.exercises import Check

_MODULES = (steady_flow, gated_u_net, design)

CHECKS: dict[str, Check] = {name: check for module in _MODULES for name, check in module.CHECKS.items()}

"""Checks of the exercises of PINN, one module per notebook, in the order of their names."""

import importlib
import pkgutil

from bootcamp.exercises import Check

CHECKS: dict[str, Check] = {}
for _module in pkgutil.iter_modules(__path__):
    CHECKS |= importlib.import_module(f"{__name__}.{_module.name}").CHECKS

"""Checks of the exercises of PINN, one module per notebook, in the order of the notebooks."""

from bootcamp.exercises import Check
from bootcamp.pinn.checks import (
    chip,
    diffusion_bar,
    introduction,
    inverse_spring_mass,
    networks,
    parameterized_diffusion,
    spring_mass,
)

_MODULES = (introduction, diffusion_bar, parameterized_diffusion, spring_mass, inverse_spring_mass, chip, networks)

CHECKS: dict[str, Check] = {name: check for module in _MODULES for name, check in module.CHECKS.items()}

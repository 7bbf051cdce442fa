"""Checks of the exercises of Intro_to_DL, one module per notebook, in the order of the notebooks."""

from bootcamp.exercises import Check
from bootcamp.intro.checks import convolution, curve_fitting, digits, generalization, residual

CHECKS: dict[str, Check] = (
    curve_fitting.CHECKS | generalization.CHECKS | convolution.CHECKS | digits.CHECKS | residual.CHECKS
)

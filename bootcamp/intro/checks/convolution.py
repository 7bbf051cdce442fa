"""Checks of the exercises of 03_Convolution_Primer."""

from bootcamp.exercises import Check

CHECKS: dict[str, Check] = {}

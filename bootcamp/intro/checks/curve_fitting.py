"""Checks of the exercises of 01_Curve_Fitting."""

from bootcamp.exercises import Check

CHECKS: dict[str, Check] = {}

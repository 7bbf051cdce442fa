"""Checks of the exercises of 05_Residual_Networks."""

from bootcamp.exercises import Check

CHECKS: dict[str, Check] = {}

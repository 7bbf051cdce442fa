"""Checks of the exercises of 02_Training_and_Generalization."""

from bootcamp.exercises import Check

CHECKS: dict[str, Check] = {}

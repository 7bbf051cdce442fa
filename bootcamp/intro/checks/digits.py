"""Checks of the exercises of 04_Digits_with_Keras."""

from bootcamp.exercises import Check

CHECKS: dict[str, Check] = {}

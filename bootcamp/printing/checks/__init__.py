"""Checks of the lab, in the order of its notebooks: name of the exercise -> function that judges an answer."""

from bootcamp.printing.checks import averages

CHECKS = {
    "standard_error": averages.standard_error,
    "readings_needed": averages.readings_needed,
}

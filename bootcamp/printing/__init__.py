"""Room of the lab Additive_Manufacturing: simulated readings, and their figure."""

from bootcamp.printing.figures import plot_standard_error
from bootcamp.printing.readings import readings

__all__ = ["plot_standard_error", "readings"]

"""Figures of the lab."""

from collections.abc import Mapping
from typing import Any

import numpy as np

MARKERS = "osD^"


def plot_standard_error(counts: np.ndarray, measured: Mapping[str, np.ndarray], theory: np.ndarray, ax: Any) -> Any:
    """Standard errors against the number of readings, on double logarithmic axes.

    Args:
        counts: numbers of readings, (n,).
        measured: name -> standard errors in kelvin, (n,).
        theory: what independent readings would give, in kelvin, (n,).
        ax: where to draw.
    """
    for marker, (name, values) in zip(MARKERS, measured.items(), strict=False):
        ax.loglog(counts, values, marker, label=name)
    ax.loglog(counts, theory, color="black", label=r"$\sigma/\sqrt{n}$")
    ax.set(xlabel="readings per series", ylabel="standard error in K")
    ax.legend()
    return ax

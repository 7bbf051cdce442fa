"""Tables and figures of errors over several seeds."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

Errors = Mapping[str, Sequence[float]]


def spread_table(errors: Errors, **columns: Mapping[str, float]) -> pd.DataFrame:
    """One row for each variant, best median first: rank, median, best and worst error over the seeds.

    Args:
        errors: variant -> one error for each seed.
        columns: further columns, name -> (variant -> value).

    Raises:
        ValueError: there are no variants, or one has no errors.
    """
    if not errors or any(len(values) == 0 for values in errors.values()):
        raise ValueError(f"every variant has at least one error, found { ({k: len(v) for k, v in errors.items()}) }")
    order = sorted(errors, key=lambda name: np.median(errors[name]))
    rows = [
        {"rank": rank, "median": np.median(errors[name]), "best": min(errors[name]), "worst": max(errors[name])}
        | {column: values[name] for column, values in columns.items()}
        for rank, name in enumerate(order, start=1)
    ]
    return pd.DataFrame(rows, index=pd.Index(order, name="variant"))


def paired_row(baseline: Sequence[float], changed: Sequence[float]) -> dict[str, float | int]:
    """Two variants on the same seeds: medians, the factor between them, and on how many seeds the change was better.

    Raises:
        ValueError: the numbers of seeds differ or are zero.
    """
    if len(baseline) != len(changed) or not len(baseline):
        raise ValueError(f"both variants need the same seeds, found {len(baseline)} and {len(changed)} errors")
    before, after = float(np.median(baseline)), float(np.median(changed))
    better = sum(new < old for old, new in zip(baseline, changed, strict=True))
    return {"baseline": before, "changed": after, "factor": before / after, "better": better, "seeds": len(baseline)}


def plot_spread(ax: Axes, errors: Errors, xlabel: str = "relative L2 error") -> Axes:
    """One line for each variant, in the order given from the top: a dot for each seed and a bar at the median."""
    for row, values in enumerate(errors.values()):
        ax.plot(values, [row] * len(values), "o", color="C0", alpha=0.6)
        ax.plot([np.median(values)] * 2, [row - 0.3, row + 0.3], color="C1", linewidth=2.5)
    ax.set_yticks(range(len(errors)), list(errors))
    ax.set(xlabel=xlabel, xscale="log")
    ax.invert_yaxis()
    return ax

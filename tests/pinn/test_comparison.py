"""Tables and figures of errors over seeds."""

from bootcamp import pinn

import matplotlib.pyplot as plt
import pytest


def test_table_is_ordered_by_the_median_not_by_the_best():
    table = pinn.spread_table({"steady": [2.0, 2.1, 2.2], "lucky": [0.1, 5.0, 6.0]}, seconds={"steady": 3, "lucky": 4})
    assert list(table.index) == ["steady", "lucky"]
    assert list(table["rank"]) == [1, 2]
    assert tuple(table.loc["lucky", ["median", "best", "worst", "seconds"]]) == (5.0, 0.1, 6.0, 4)


def test_pairs_are_compared_seed_by_seed():
    row = pinn.paired_row([1.0, 2.0, 4.0], [1.5, 1.0, 0.5])
    assert row == {"baseline": 2.0, "changed": 1.0, "factor": 2.0, "better": 2, "seeds": 3}


def test_spread_figure():
    _, ax = plt.subplots()
    assert pinn.plot_spread(ax, {"a": [1.0, 2.0], "b": [3.0, 4.0]}) is ax
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    plt.close("all")


def test_wrong_input():
    with pytest.raises(ValueError, match="at least one error"):
        pinn.spread_table({"a": []})
    with pytest.raises(ValueError, match="2 and 1"):
        pinn.paired_row([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="0 and 0"):
        pinn.paired_row([], [])

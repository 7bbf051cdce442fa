"""Facts of the simulated readings."""

from bootcamp import printing

import numpy as np
import pytest


def test_readings_have_the_mean_and_the_spread_that_were_asked_for():
    values = printing.readings(50, 400, 20.0, 0.5, seed=1)
    assert values.shape == (50, 400)
    assert values.mean() == pytest.approx(20.0, abs=4 * 0.5 / np.sqrt(values.size))
    assert values.std() == pytest.approx(0.5, rel=0.05)


def test_the_same_seed_gives_the_same_readings():
    one, again, other = (printing.readings(2, 3, 0.0, 1.0, seed) for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("wrong", [(0, 1, 0.0, 1.0), (1, 0, 0.0, 1.0), (1, 1, 0.0, -1.0)])
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="at least one series"):
        printing.readings(*wrong, seed=0)

"""Settings of the tests of this room."""

import numpy as np
import pytest


@pytest.fixture
def disc() -> np.ndarray:
    """A round object of radius 4 in a small channel: bool (32, 64)."""
    y, x = np.mgrid[:32, :64]
    return (x - 20) ** 2 + (y - 15.5) ** 2 < 16

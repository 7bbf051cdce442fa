"""Settings of the tests of this room."""

import pytest
import torch


@pytest.fixture(scope="package", autouse=True)
def one_thread():
    """Networks of this size are fastest on one thread; two that wait for each other stall on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)

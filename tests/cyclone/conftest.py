"""Real files, where they are at hand, and a small archive made by hand."""

import os
from pathlib import Path

from tests.conftest import REPOSITORY

import pytest


def _real_data() -> Path | None:
    """Folder with `hurdat2/` and `tcdat/`: BOOTCAMP_REAL_DATA, or `shared/data` in or beside the repository."""
    named = os.environ.get("BOOTCAMP_REAL_DATA")
    places = [Path(named)] if named else [REPOSITORY / "shared/data", REPOSITORY.parent / "shared/data"]
    return next((place for place in places if (place / "hurdat2").is_dir()), None)


@pytest.fixture
def real_data() -> Path:
    folder = _real_data()
    if folder is None:
        pytest.skip("no real files: set BOOTCAMP_REAL_DATA to a folder with hurdat2/ and tcdat/")
    return folder

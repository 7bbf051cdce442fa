"""The examples in docstrings print what they say."""

import doctest
import importlib
from pathlib import Path

from bootcamp import course

import pytest

PACKAGES = ("bootcamp", "tests")


def modules_with_examples() -> list[str]:
    """Names of all modules whose text has an example."""
    root = Path(__file__).resolve().parents[1]
    files = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
    found = [path for path in files if "\n    >>> " in path.read_text(encoding="utf-8")]
    return [".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__") for path in found]


def test_examples_are_found():
    assert {"bootcamp.course", "tests.gate"} <= set(modules_with_examples())
    assert any(f"bootcamp.{lab.room}." in name for lab in course.labs() for name in modules_with_examples())


@pytest.mark.parametrize("name", modules_with_examples())
def test_examples_of_a_module(name, capsys):
    failed, tried = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert tried > 0, f"{name} has an example that doctest does not find"
    assert failed == 0, capsys.readouterr().out

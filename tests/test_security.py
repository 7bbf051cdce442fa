"""Promises of docs/Security.md: every test that it names exists, and no secret gets into an image."""

import ast
import re
from pathlib import Path

import docker.utils
import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
NAMED = sorted(set(re.findall(r"`(tests/[\w/.]+::\w+)`", (REPOSITORY / "docs/Security.md").read_text("utf-8"))))
SECRETS = (
    *(".env", ".env.class", "classroom/.env", "slips.txt", "slips", "classroom/slips-2027.md", "printed-slips.pdf"),
    *("passwords.txt", "class.csv", "class.sh", "tls.key", "classroom/tls.pem", "classroom/accounts.sqlite"),
    *("classroom/mlflow-password.txt", "classroom/accounts.sqlite-journal", "benchmarks/.env"),
)
NEEDED = (
    *("README.md", "LICENSE", "Makefile", "pyproject.toml", "requirements.lock", "Start_Here.ipynb", "bootcamp/a.py"),
    *("CFD/01_Steady_Flow.ipynb", "CFD/images/a.png", "classroom/image/start", "datasets/README.md"),
)


def test_the_table_names_tests():
    assert len(NAMED) > 40
    rows = [line for line in (REPOSITORY / "docs/Security.md").read_text("utf-8").splitlines() if line.startswith("|")]
    promises = rows[rows.index("| threat | what happens | shown by |") + 2 :]
    assert all(re.search(r"`tests/[\w/.]+::\w+`", row) for row in promises)


@pytest.mark.parametrize("name", NAMED)
def test_every_test_that_is_named_exists(name):
    file, function = name.split("::")
    functions = {node.name for node in ast.parse((REPOSITORY / file).read_text("utf-8")).body if hasattr(node, "name")}
    assert function in functions


def test_no_secret_gets_into_an_image(tmp_path):
    for name in (*SECRETS, *NEEDED):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    patterns = [line for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    included = docker.utils.exclude_paths(str(tmp_path), patterns)
    assert set(SECRETS) & included == set()
    assert set(NEEDED) <= included

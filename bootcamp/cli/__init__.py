"""The `bootcamp` command. Modules are imported by the commands that use them, so that `--help` answers at once."""

from bootcamp.cli import authors, data, machine, reports, run  # noqa: F401 - each adds its commands to `app`
from bootcamp.cli.app import INTERRUPTED, WRONG_INPUT, app, main

__all__ = ["INTERRUPTED", "WRONG_INPUT", "app", "main"]

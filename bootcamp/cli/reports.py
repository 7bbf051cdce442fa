"""`bootcamp class-report`: minutes that a class in sight needed against those promised, and two classes compared."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from bootcamp.cli.app import app, table

import typer

if TYPE_CHECKING:
    from bootcamp.classroom.class_reports import Difference


@app.command()
def class_report(
    report: Annotated[Path, typer.Argument(help="report.json, from the page of the class.")],
    other: Annotated[Path | None, typer.Argument(help="Report of another class, to compare with.")] = None,
) -> None:
    """Propose minutes for the notebooks from the report of a class; with two reports, compare the classes."""
    from bootcamp.classroom import class_reports

    reports = [class_reports.read(path) for path in (report, other) if path]
    right = dict.fromkeys(["learners", "minutes (middle half)", "promised", "proposed"], "right")
    for found in reports:
        rows = class_reports.minute_rows(found)
        table(f"Minutes in the class '{found['title']}'", {"notebook": "left", **right}, rows)
        if not rows:
            typer.echo("Nobody tried all exercises of a notebook, so there is nothing to propose.")
    if len(reports) == 2:
        rows = [_row(row) for row in class_reports.compared(*reports)]
        columns = {"exercise": "left", "first": "right", "second": "right", "difference, 95 % interval": "left"}
        table("Solved, of those who tried", columns, rows)


def _row(row: "Difference") -> list[str]:
    shares = [f"{100 * solved / tried:.0f} % of {tried}" for solved, tried in (row.first, row.second)]
    interval = f"{100 * row.low:+.0f} to {100 * row.high:+.0f} points"
    return [row.exercise, *shares, interval if row.shown else f"{interval}: not shown"]

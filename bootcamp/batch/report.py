"""One page over all batch runs in a folder: `index.html`, which needs no network and no server.

Runs of different profiles are never mixed: the numbers of `smoke` mean nothing beside those of `laptop`.
"""

import html
import io
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bootcamp import __version__
from bootcamp.batch import comparison, tracking
from bootcamp.batch.results import OK, RESULTS, BatchError, claim_text, past_runs, write_results

PAGE = "index.html"
TEMPLATE = Path(__file__).with_name("report.html.j2")
GENERATOR = "bootcamp report"
MOST_POINTS = 30
"""Runs in a chart; the table of runs has all."""


@dataclass(frozen=True)
class Claim:
    """One claim of one notebook: whether it holds in the last run and in the one before, with its numbers."""

    text: str
    last: str
    before: str
    holds: bool


@dataclass(frozen=True)
class Row:
    """One metric of one notebook over the runs: its last two values as text, the verdict on them, and a chart."""

    name: str
    last: str
    before: str
    verdict: str
    chart: str


def belongs(folder: Path) -> bool:
    """Whether a run in `folder` should bring its page up to date: the folder is called `runs`, or has such a page."""
    return folder.name == "runs" or _is_ours(folder / PAGE)


def write(folder: Path) -> Path:
    """Write the page over all runs in a folder.

    Raises:
        BatchError: no runs, another `index.html` in the way, or a folder that cannot be written.
    """
    runs = past_runs([folder])
    if not runs:
        raise BatchError(f"{folder} holds no batch runs; name the folder that has the output folders of the runs")
    page = folder / PAGE
    if page.exists() and not _is_ours(page):
        raise BatchError(f"{page} was not made by `bootcamp report`; move it away")
    partial = page.with_name(f".{PAGE}.partial")
    try:
        partial.write_text(_page(folder, runs), encoding="utf-8")
        partial.replace(page)
    except OSError as error:
        raise BatchError(f"cannot write {page}: {error.strerror}") from error
    return page


def send(uri: str, folder: Path) -> int:
    """Send what an MLflow server has not been sent yet: of one run, or of all runs in a folder. Returns how many.

    Raises:
        BatchError: no runs there, or the server did not take one; what it took before is noted in `results.json`.
    """
    own = folder.absolute() / RESULTS
    runs = [(path, content) for path, content in past_runs([folder.absolute().parent]) if path == own]
    runs = runs or past_runs([folder])
    if not runs:
        raise BatchError(f"{folder} holds no batch runs")
    count = 0
    for path, content in runs:
        for entry, result in zip(content["notebooks"], tracking.send_later(uri, path.parent, content), strict=True):
            if result.mlflow and not entry.get("mlflow"):
                entry["mlflow"] = result.mlflow
                count += 1
                write_results(path, content)
    return count


def _is_ours(page: Path) -> bool:
    try:
        return GENERATOR in page.read_text(encoding="utf-8", errors="replace")[:500]
    except OSError:
        return False


def _page(folder: Path, runs: Sequence[tuple[Path, Mapping[str, Any]]]) -> str:
    import jinja2

    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    profiles = sorted({str(content.get("profile", "")) for _, content in runs})
    chosen = {p: [content for _, content in runs if str(content.get("profile", "")) == p] for p in profiles}
    return template.render(
        generator=GENERATOR,
        version=__version__,
        runs=[_run_row(folder, path, content) for path, content in reversed(runs)],
        profiles={profile: _notebooks(contents) for profile, contents in chosen.items()},
        claims={profile: _claims(contents) for profile, contents in chosen.items()},
    )


def _run_row(folder: Path, path: Path, content: Mapping[str, Any]) -> dict[str, Any]:
    entries = content["notebooks"]
    claims = [holds for entry in entries for holds in entry.get("claims", {}).values()]
    return {
        "name": path.parent.name if path.name == RESULTS else f"{path.parent.name}/{path.name}",
        # `./` in front: the name of a folder may look like an address, such as `javascript:...`
        "link": "./" + urllib.parse.quote(path.relative_to(folder.absolute()).as_posix()),
        "started": str(content.get("started", ""))[:16].replace("T", " "),
        "profile": content.get("profile", ""),
        "ok": sum(entry.get("status") == OK for entry in entries),
        "count": len(entries),
        "failed": [f"{e['notebook']}: {e.get('status')}" for e in entries if e.get("status") != OK],
        "claims": f"{sum(claims)} of {len(claims)}",
        "minutes": f"{sum(entry.get('seconds', 0) for entry in entries) / 60:.1f}",
        "peak_mb": f"{max((entry.get('peak_memory_mb', 0) for entry in entries), default=0):.0f}",
    }


def _notebooks(contents: Sequence[Mapping[str, Any]]) -> dict[str, list[Row]]:
    """Rows of every notebook: time, memory and metrics, over the runs in which it ended well."""
    history: dict[str, dict[str, list[Any]]] = {}
    for content in contents:
        for entry in content["notebooks"]:
            if entry.get("status") == OK:
                of_notebook = history.setdefault(entry["notebook"], {})
                measured = {"seconds": entry.get("seconds"), "peak memory in MB": entry.get("peak_memory_mb")}
                for name, value in (measured | entry.get("metrics", {})).items():
                    of_notebook.setdefault(name, []).append(value)
    return {
        notebook: [_row(name, values) for name, values in metrics.items()]
        for notebook, metrics in sorted(history.items())
    }


def _claims(contents: Sequence[Mapping[str, Any]]) -> dict[str, list[Claim]]:
    """Claims of every notebook in its last run that made any, and what they were in the run before."""
    history: dict[str, list[Mapping[str, Any]]] = {}
    for content in contents:
        for entry in content["notebooks"]:
            if entry.get("claims"):
                history.setdefault(entry["notebook"], []).append(entry)
    return {name: _claim_rows(*reversed(entries[-2:])) for name, entries in sorted(history.items())}


def _claim_rows(last: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> list[Claim]:
    known = before["claims"] if before else {}
    return [
        Claim(text, claim_text(last, text), claim_text(before, text) if text in known else "", bool(holds))
        for text, holds in last["claims"].items()
    ]


def _row(name: str, values: Sequence[Any]) -> Row:
    before = values[-2] if len(values) > 1 else None
    verdict = comparison.judge(name, before, values[-1]) if len(values) > 1 else ""
    numbers = [value for value in values if comparison.is_number(value)][-MOST_POINTS:]
    chart = _chart(name, numbers) if len(numbers) > 1 else ""
    return Row(name, _short(values[-1]), _short(before) if len(values) > 1 else "", verdict, chart)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else "not finite" if value is None else str(value)


def _chart(name: str, values: Sequence[float]) -> str:
    """A small line chart as SVG text, with a title for screen readers."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    figure = Figure(figsize=(1.8, 0.4))
    axes = figure.add_axes((0.02, 0.1, 0.96, 0.8))
    axes.plot(values, color="#1f5fa8", linewidth=1.2, marker="o", markersize=2)
    axes.plot(len(values) - 1, values[-1], color="#b3420b", marker="o", markersize=3.5)
    axes.margins(y=0.2)
    axes.set_axis_off()
    text = io.StringIO()
    with rc_context({"svg.hashsalt": name, "svg.fonttype": "none"}):
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = text.getvalue()
    label = html.escape(f"{name}, {len(values)} runs from {_short(values[0])} to {_short(values[-1])}", quote=True)
    return svg[svg.index("<svg") :].replace("<svg", f'<svg role="img" aria-label="{label}"', 1)

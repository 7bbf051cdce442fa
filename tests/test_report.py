"""The page over past runs, and what MLflow is told."""

import html
import json
import os
import re
import socket
import urllib.parse
from dataclasses import asdict

from bootcamp.batch import report, results, tracking
from bootcamp.batch.results import BatchError, Result

import pytest


def write(folder, number, *entries, profile="laptop"):
    target = folder / f"run{number}"
    target.mkdir(parents=True)
    content = {"profile": profile, "started": f"2026-01-0{number}T00:00:00+00:00"}
    (target / results.RESULTS).write_text(json.dumps(content | {"notebooks": [asdict(entry) for entry in entries]}))
    return target


def entry(value, status=results.OK, name="Lab/01_One"):
    metrics = {"relative error": value, "backend": "torch", "bad <tag>": None}
    return Result(name, status, 1.0, 100.0, metrics=metrics, claims={"holds": True})


def rows(page):
    """Texts of the cells of every table row, charts left out."""
    text = re.sub(r"<svg.*?</svg>", "", page.read_text(encoding="utf-8"), flags=re.S)
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in re.findall(r"<tr>(.*?)</tr>", text, re.S)]
    return [[re.sub(r"<[^>]*>", "", cell).strip() for cell in row] for row in found]


def test_the_page_shows_metrics_over_the_runs_of_a_profile(tmp_path):
    for number, value in enumerate([1.0, 0.5, 0.8], start=1):
        write(tmp_path, number, entry(value))
    write(tmp_path, 4, entry(99.0, results.FAILED))
    write(tmp_path, 5, entry(7.0), profile="smoke")
    page = report.write(tmp_path)
    found = rows(page)
    assert ["relative error", "0.8", "0.5", "worse", ""] in found
    assert ["relative error", "7", "", "", ""] in found
    assert ["bad &lt;tag&gt;", "not finite", "not finite", "same", ""] in found
    assert [row[0] for row in found if row[0].startswith("run")] == ["run", "run5", "run4", "run3", "run2", "run1"]
    text = page.read_text(encoding="utf-8")
    assert 'aria-label="relative error, 3 runs from 1 to 0.8"' in text
    assert text.count("<svg") == 3  # seconds, memory and the error of the laptop profile
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)


def test_the_page_shows_claims_with_their_numbers(tmp_path):
    def claimed(number, holds, shown, status=results.OK):
        numbers = {"a <b>": {"shown": shown, "values": [], "named": {}}}
        one = Result("Lab/01_One", status, claims={"a <b>": holds, "plain": True}, claim_numbers=numbers)
        write(tmp_path, number, one)

    claimed(1, True, "1 against 3")
    claimed(2, True, "2 against 3")
    claimed(3, False, "4 against 3", results.FAILED)
    page = report.write(tmp_path)
    found = rows(page)
    assert ["a &lt;b&gt;", "False [4 against 3]", "True [2 against 3]"] in found
    assert ["plain", "True", "True"] in found
    assert page.read_text(encoding="utf-8").count('<td class="worse">False [4 against 3]') == 1


def test_a_page_is_made_again_and_no_other_is_replaced(tmp_path):
    write(tmp_path, 1, entry(1.0))
    first = report.write(tmp_path).read_text()
    assert report.write(tmp_path).read_text() == first
    assert report.belongs(tmp_path)
    (tmp_path / "index.html").write_text("mine")
    assert not report.belongs(tmp_path)
    with pytest.raises(BatchError, match="was not made by `bootcamp report`"):
        report.write(tmp_path)
    assert (tmp_path / "index.html").read_text() == "mine"


def test_damaged_runs_are_left_out_and_no_runs_are_reported(tmp_path):
    with pytest.raises(BatchError, match="holds no batch runs"):
        report.write(tmp_path)
    write(tmp_path, 1, entry(1.0))
    (tmp_path / "run2").mkdir()
    (tmp_path / "run2/results.json").write_text("{")
    assert [row[0] for row in rows(report.write(tmp_path)) if row[0].startswith("run")] == ["run", "run1"]


ODD = ({"seconds": "long"}, {"claims": {"a": "yes"}}, {"claims": []}, {"metrics": "none"}, {"notebook": 3}, {"new": 1})


@pytest.mark.parametrize("change", ODD, ids=str)
def test_one_odd_entry_makes_its_run_damaged_and_no_other(tmp_path, change):
    write(tmp_path, 1, entry(1.0))
    odd = write(tmp_path, 2, entry(2.0))
    content = json.loads((odd / results.RESULTS).read_text())
    content["notebooks"][0] |= change
    (odd / results.RESULTS).write_text(json.dumps(content))
    with pytest.raises(BatchError, match="is damaged"):
        results.read_results(odd)
    assert len(results.past_runs([tmp_path])) == 1
    assert ["relative error", "1", "", "", ""] in rows(report.write(tmp_path))


HUGE = "1" * 400
HOSTILE = (
    f'"seconds": {HUGE}',
    f'"peak_memory_mb": -{HUGE}',
    '"seconds": 1e999',
    '"seconds": NaN',
    '"seconds": -1',
    '"seconds": true',
    f'"metrics": {{"a": {HUGE}}}',
    r'"metrics": {"\ud800": 1}',
    r'"error": "\udfff"',
    '"exercises": {"a": "yes"}',
)


@pytest.mark.parametrize("change", HOSTILE, ids=lambda text: text[:24])
def test_numbers_and_texts_that_nothing_can_be_made_of_are_damage(tmp_path, change):
    with pytest.raises(BatchError, match="is damaged"):
        results.parse(f'{{"notebooks": [{{"notebook": "Lab/01_One", {change}}}]}}', tmp_path)


def test_a_result_that_is_a_pipe_a_link_in_a_circle_or_huge_stops_nothing(tmp_path):
    write(tmp_path, 1, entry(1.0))
    for name in ("pipe", "circle", "folder", "huge"):
        (tmp_path / name).mkdir()
    os.mkfifo(tmp_path / "pipe/results.json")
    (tmp_path / "circle/results.json").symlink_to("results.json")
    (tmp_path / "folder/results.json").mkdir()
    with (tmp_path / "huge/results.json").open("wb") as file:
        file.truncate(20 << 30)
    assert [path.parent.name for path, _ in results.past_runs([tmp_path])] == ["run1"]
    for name in ("pipe", "circle", "folder", "huge"):
        with pytest.raises(BatchError, match=r"results\.json (is a|has 20,480\.0 MB)"):
            results.read_results(tmp_path / name)


@pytest.mark.parametrize("leads", ["../secret.txt", "/etc/hostname", "link.ipynb", "\0"])
def test_no_file_outside_of_a_run_is_sent(tmp_path, leads):
    (tmp_path / "secret.txt").write_text("secret")
    run = tmp_path / "run"
    run.mkdir()
    (run / "link.ipynb").symlink_to("../secret.txt")
    (run / "page.html").write_text("page")
    found = tracking._copies(Result("Lab/01_One", results.OK, executed=leads, html="page.html"), run)
    assert [path.name for path in found] == ["page.html"]


def test_nesting_without_end_is_damage(tmp_path):
    with pytest.raises(BatchError, match="is damaged"):
        results.parse('{"notebooks": ' + "[" * 100_000, tmp_path)


@pytest.mark.parametrize("name", ["a#b%20c?d", "javascript:alert(1)", 'quote"s'])
def test_links_of_oddly_named_runs_lead_to_them(tmp_path, name):
    write(tmp_path, 1, entry(1.0)).rename(tmp_path / name)
    page = report.write(tmp_path)
    (link,) = re.findall(r'<th scope="row"><a href="([^"]*)"', page.read_text(encoding="utf-8"))
    assert link.startswith("./")
    assert (tmp_path / urllib.parse.unquote(html.unescape(link))).is_file()


def test_a_run_may_lie_elsewhere(tmp_path):
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs/linked").symlink_to(write(tmp_path / "far", 1, entry(1.0)))
    assert 'href="./linked/results.json"' in report.write(tmp_path / "runs").read_text()


def test_mlflow_gets_every_result_once(tmp_path):
    from mlflow import MlflowClient

    good, failed = entry(0.25), entry(1.0, results.FAILED, "Lab/02_Two")
    good.parameters, good.executed = {"epochs": 3}, "Lab/01_One.ipynb"
    folder = write(tmp_path / "runs", 1, good, failed, Result("Lab/03_Three"))
    (folder / "Lab").mkdir()
    (folder / "Lab/01_One.ipynb").write_text("{}")
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    assert report.send(uri, folder) == 2
    assert report.send(uri, folder.parent) == 0
    client = MlflowClient(tracking_uri=uri)
    experiment = client.get_experiment_by_name("bootcamp Lab")
    runs = {run.info.run_name: run for run in client.search_runs([experiment.experiment_id])}
    assert {name: run.info.status for name, run in runs.items()} == {"Lab/01_One": "FINISHED", "Lab/02_Two": "FAILED"}
    one = runs["Lab/01_One"]
    assert one.data.metrics == {"seconds": 1.0, "peak memory MB": 100.0, "relative error": 0.25}
    assert one.data.params == {"epochs": "3"}
    assert one.data.tags["claim: holds"] == "True"
    assert one.data.tags["profile"] == "laptop"
    assert [artifact.path for artifact in client.list_artifacts(one.info.run_id)] == ["01_One.ipynb"]


def test_a_server_that_does_not_answer_is_asked_once(tmp_path, monkeypatch):
    folder, result = write(tmp_path, 1, entry(1.0)), entry(1.0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # taken, but nobody listens
        uri = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(BatchError, match="did not take Lab/01_One"):
            report.send(uri, folder)
        tracker = tracking.Tracker(uri, "laptop", "now")
        tracker.send(result, tmp_path)
    assert tracker.problem == f"MLflow at {uri} did not take Lab/01_One: the server does not answer"
    asked = []
    monkeypatch.setattr(tracking, "_send", lambda *_: asked.append(1) or "id")
    tracker.send(result, tmp_path)
    assert (asked, result.mlflow) == ([], "")

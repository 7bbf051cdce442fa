"""`bootcamp compare`: statuses, claims and metrics of two batch runs."""

import json
from dataclasses import asdict

from bootcamp import batch
from bootcamp.batch import comparison
from bootcamp.batch.results import claim_text

import pytest


def write(folder, *results):
    folder.mkdir()
    content = {"notebooks": [asdict(result) for result in results]}
    (folder / batch.RESULTS).write_text(json.dumps(content))
    return folder


def result(name="Lab/01_One", status=batch.OK, metrics=None, claims=None):
    return batch.Result(name, status, metrics=metrics or {}, claims=claims or {})


def verdicts(tmp_path, a, b, **options):
    folders = write(tmp_path / "a", *a), write(tmp_path / "b", *b)
    return {entry.what: entry.verdict for entry in comparison.compare(*folders, **options)}


def test_metrics_are_judged_by_their_names(tmp_path):
    a = {"test RMSE in knots": 10.0, "top-1, by time": 0.5, "parameters": 100, "loss": 1.0, "x error": 1e-9}
    b = {"test RMSE in knots": 12.0, "top-1, by time": 0.6, "parameters": 200, "loss": 1.04, "x error": None}
    found = verdicts(tmp_path, [result(metrics=a)], [result(metrics=b)])
    assert found == {
        "test RMSE in knots": "worse",
        "top-1, by time": "better",
        "parameters": "changed",
        "loss": "same",
        "x error": "worse",
    }


def test_the_tolerance_is_relative(tmp_path):
    a, b = [result(metrics={"error": 1e-6})], [result(metrics={"error": 1.5e-6})]
    assert verdicts(tmp_path, a, b, tolerance=0.4) == {"error": "same"}
    with pytest.raises(batch.BatchError, match="tolerance"):
        comparison.compare(tmp_path / "a", tmp_path / "b", float("nan"))


def test_a_claim_that_broke_and_a_notebook_that_failed_are_worse(tmp_path):
    a = [result(claims={"holds": True, "heals": False})]
    b = [result(status=batch.FAILED, claims={"holds": False, "heals": True})]
    assert verdicts(tmp_path, a, b) == {"status": "worse", "holds": "worse", "heals": "better"}


def test_a_claim_is_listed_with_its_numbers(tmp_path):
    numbers = [
        {"old": {"shown": "0.031 against 0.114"}},
        {"old": {"shown": "0.2 against 0.114"}, "new": {"shown": "3"}},
    ]
    a = batch.Result("Lab/01_One", batch.OK, claims={"old": True, "plain": True}, claim_numbers=numbers[0])
    b = batch.Result(
        "Lab/01_One", batch.OK, claims={"old": False, "new": True, "plain": True}, claim_numbers=numbers[1]
    )
    found = comparison.compare(write(tmp_path / "a", a), write(tmp_path / "b", b))
    assert [(entry.what, entry.a, entry.b, entry.verdict) for entry in found] == [
        ("old", "True [0.031 against 0.114]", "False [0.2 against 0.114]", "worse"),
        ("new", None, "True [3]", "only in B"),
        ("plain", "True", "True", "same"),
    ]


@pytest.mark.parametrize("numbers", [{}, {"old": {}}, {"old": "0.1"}, {"old": {"shown": ""}}, [], None, 3])
def test_a_claim_without_readable_numbers_is_its_truth(numbers):
    assert claim_text({"claims": {"old": True}, "claim_numbers": numbers}, "old") == "True"
    assert claim_text({"claims": {"old": True}}, "old") == "True"


def test_other_numbers_of_a_claim_that_holds_are_no_difference(tmp_path):
    claim = {"status": batch.OK, "claims": {"old": True}}
    a, b = (batch.Result("Lab/01_One", **claim, claim_numbers={"old": {"shown": text}}) for text in ("1", "2"))
    (found,) = comparison.compare(write(tmp_path / "a", a), write(tmp_path / "b", b))
    assert (found.a, found.b, found.verdict) == ("True [1]", "True [2]", "same")


def test_what_one_run_has_alone_is_named(tmp_path):
    a = [result(metrics={"old": 1}), result("Lab/02_Two")]
    b = [result(metrics={"new": 1}), result("Lab/03_Three")]
    folders = write(tmp_path / "a", *a), write(tmp_path / "b", *b)
    found = {(entry.notebook, entry.what): entry.verdict for entry in comparison.compare(*folders)}
    assert found == {
        ("Lab/01_One", "old"): "only in A",
        ("Lab/01_One", "new"): "only in B",
        ("Lab/02_Two", "notebook"): "only in A",
        ("Lab/03_Three", "notebook"): "only in B",
    }


def test_text_and_truth_values_change_without_verdict(tmp_path):
    a, b = [result(metrics={"backend": "torch", "error": True})], [result(metrics={"backend": "tf", "error": False})]
    assert set(verdicts(tmp_path, a, b).values()) == {"changed"}


def test_folders_that_hold_no_run(tmp_path):
    good = write(tmp_path / "a", result())
    with pytest.raises(batch.BatchError, match=r"holds no results.json"):
        comparison.compare(good, tmp_path / "nowhere")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / batch.RESULTS).write_text("{")
    with pytest.raises(batch.BatchError, match="damaged"):
        comparison.compare(good, tmp_path / "b")


@pytest.mark.parametrize(
    ("name", "better"),
    [("relative error", "lower"), ("terror", None), ("gain in error", None), ("top-10", None), ("Loss", "lower")],
)
def test_words_are_whole_words(name, better):
    assert comparison.direction(name) == better


def test_texts_of_a_run_move_no_cursor(fake_course, tmp_path):
    import subprocess

    odd = "\x1b]0;title\x07\x1b[2J\u202eerror"
    a = write(tmp_path / "a\x1b[31m", result(metrics={odd: 1.0, "text": odd}, claims={odd: True}))
    b = write(tmp_path / "b", result(metrics={odd: 2.0, "text": "other"}, claims={odd: False}))
    (tmp_path / "c\x1b[2J").mkdir()
    for pair in ((a, b), (a, tmp_path / "c\x1b[2J"), (a, "ftp://\x1b[2J")):
        done = subprocess.run(fake_course.command("compare", *pair), capture_output=True, text=True, check=False)
        assert done.returncode
        printed = done.stdout + done.stderr
        assert r"\x1b" in printed
        assert all(char.isprintable() or char == "\n" for char in printed)


def test_the_command_says_what_got_worse(fake_course, tmp_path, capsys):
    import subprocess

    a = write(tmp_path / "a", result(metrics={"error": 1.0, "top-1": 0.5}))
    b = write(tmp_path / "b", result(metrics={"error": 2.0, "top-1": 0.5}))
    done = subprocess.run(fake_course.command("compare", a, b), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "error" in done.stdout and "worse" in done.stdout and "top-1" not in done.stdout
    everything = subprocess.run(
        fake_course.command("compare", a, b, "--all"), capture_output=True, text=True, check=False
    )
    assert "top-1" in everything.stdout
    same = subprocess.run(fake_course.command("compare", a, a), capture_output=True, text=True, check=False)
    assert same.returncode == 0 and "nothing got worse" in same.stdout

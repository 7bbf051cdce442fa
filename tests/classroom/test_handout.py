"""The printed hand-out: every exercise is in it, no solution is, and a PDF with formulas comes out."""

import os
import re
import sys
from pathlib import Path

from bootcamp import course
from bootcamp.notebooks import authoring
from bootcamp.runtime import machine

import pypdf
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "classroom"))
import handout  # noqa: E402 - lies beside the package

NOTEBOOKS = course.notebooks()[1:]


def cells_of(tag: str) -> list[str]:
    found = [authoring.tagged(authoring.read(course.root() / entry.path), tag) for entry in NOTEBOOKS]
    return [cell for cells in found for cell in cells]


def sources(solutions: bool) -> str:
    return "\n\n".join(cell.source for cell in handout.collect(course.notebooks(), solutions).cells)


def test_every_exercise_is_in_it_with_statement_and_starter():
    text = sources(solutions=False)
    starters = [cell.source for cell in cells_of(authoring.STARTER_TAG)]
    assert len(re.findall(r"^### Exercise \d+: ", text, re.M)) == len(starters) > 70
    assert [starter for starter in starters if starter not in text] == []
    titles = [f"## {lab.notebooks.index(n) + 1} {n.title}" for lab in course.labs() for n in lab.notebooks]
    assert [title for title in titles if title not in text] == []


def test_no_solution_is_in_it_unless_asked():
    plain, answered = sources(solutions=False), sources(solutions=True)
    codes = [authoring.solution_code(cell) for cell in cells_of(authoring.SOLUTION_TAG)]
    assert [code for code in codes if code.strip() in plain] == []
    assert [code for code in codes if code.strip() not in answered] == []
    assert "<details>" not in plain + answered
    assert "Solution" not in plain
    # Neither are the hints of the checks, which the outputs of the notebooks hold.
    assert "Hint:" not in plain


def test_text_above_the_first_exercise_stays():
    text = "\n".join(cell.source for cell in handout.collect(course.select(["06_Chip_Challenge"])).cells)
    assert "Each check compares with an" in text
    assert "## Exercises" not in text


def test_without_chromium_the_page_can_be_printed_by_hand(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "browser", lambda: None)
    with pytest.raises(handout.HandoutError, match=r"install `chromium`, or open .*exercises\.html"):
        handout.write(tmp_path, course.select(["01_Curve_Fitting"]))
    assert "Exercise 1: a mean squared error" in (tmp_path / "exercises.html").read_text()


@pytest.mark.parametrize("command", ["#!/bin/sh\nexit 3\n", "no program"])
def test_browser_that_prints_nothing(tmp_path, monkeypatch, command):
    broken = tmp_path / "chromium"
    broken.write_text(command)
    broken.chmod(0o755)
    monkeypatch.setattr(machine, "browser", lambda: str(broken))
    (tmp_path / "old.pdf").write_text("an older one")
    with pytest.raises(handout.HandoutError, match="did not print"):
        handout.print_pdf(tmp_path / "a.html", tmp_path / "old.pdf")
    assert not (tmp_path / "old.pdf").exists()


def test_pdf(tmp_path):
    if machine.browser() is None:
        if os.environ.get("BOOTCAMP_REQUIRE_BROWSER"):
            pytest.fail("Chromium is required here and was not found")
        pytest.skip("no Chromium on this machine")
    chosen = course.select(["01_Curve_Fitting", "04_Spring_Mass", "05_Inverse_Spring_Mass"])
    page, paper = handout.write(tmp_path, chosen, solutions=True)
    assert "https://cdn" not in page.read_text()
    reader = pypdf.PdfReader(paper)
    assert [round(float(length)) for length in reader.pages[0].mediabox[2:]] == [595, 842]  # A4 in points
    texts = [sheet.extract_text() for sheet in reader.pages]
    for number, title in (
        (1, "Curve Fitting"),
        (4, "Springs and Masses"),
        (5, "Springs and Masses: the Inverse Problem"),
    ):
        assert len([text for text in texts if f"{number} {title}\nExercise 1" in text[:200]]) == 1
    # A formula that was typeset is drawn; one that was not would be text between dollar signs.
    assert "$" not in "".join(texts)
    assert "\\exp" not in "".join(texts)

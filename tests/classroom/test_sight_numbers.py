"""What the class in sight counts: cells, hints, pace, minutes; checked by hand on small classes."""

import itertools
import json

from bootcamp import cli
from bootcamp.classroom import class_reports
from classroom.sight import plan as plan_module
from classroom.sight import report, tally
from classroom.sight.plan import Block
from classroom.sight.records import Event
from tests.classroom.sight_class import FIRST, SECOND

import pytest
from typer.testing import CliRunner

PLAN = plan_module.read()
THIRD = "intro.periodic_features"


def events(*rows):
    """Events from (learner, exercise, passed, hint, minute)."""
    return [
        Event(who, f"{i:032x}", name, ok, hint, 60.0 * at, 60.0 * at)
        for i, (who, name, ok, hint, at) in enumerate(rows)
    ]


def test_a_cell_counts_tries_and_minutes_up_to_the_solution():
    rows = [(1, FIRST, False, 5, 0), (1, FIRST, False, 5, 3), (1, FIRST, True, 0, 4), (1, FIRST, False, 5, 9)]
    assert tally.cell_of(events(*rows)) == [tally.SOLVED, 3, 4.0]
    assert tally.cell_of(events(*rows[:2])) == [tally.TRIED, 2, 3.0]


def test_the_order_of_arrival_makes_no_difference():
    rows = events((1, FIRST, False, 5, 0), (1, FIRST, True, 0, 4), (2, FIRST, False, 6, 1), (1, SECOND, False, 7, 6))
    there, back = tally.Tally(PLAN, rows), tally.Tally(PLAN, reversed(rows))
    for learner in (1, 2):
        assert there.cells(learner) == back.cells(learner)
        assert there.place(learner) == back.place(learner)
    assert there.hints([1, 2]) == back.hints([1, 2])


def test_hints_are_counted_by_learners_and_times():
    rows = events((1, FIRST, False, 5, 0), (1, FIRST, False, 5, 1), (2, FIRST, False, 5, 0), (2, FIRST, False, 6, 1))
    assert tally.Tally(PLAN, rows).hints([1, 2])[0] == [(5, 2, 3), (6, 1, 1)]


def test_shares_and_medians_of_an_exercise():
    rows = [(1, FIRST, True, 0, 0), (2, FIRST, False, 5, 0), (2, FIRST, True, 0, 4), (3, FIRST, False, 5, 0)]
    found = tally.Tally(PLAN, events(*rows)).exercises([1, 2, 3])[0]
    assert found == {"tried": 3, "solved": 2, "tries": 1.5, "minutes": 2.0}


def test_a_learner_who_solved_a_notebook_is_at_the_next():
    rows = [(1, name, True, 0, i) for i, name in enumerate((FIRST, SECOND, THIRD))]
    assert tally.Tally(PLAN, events(*rows[:2])).place(1) == 1
    assert tally.Tally(PLAN, events(*rows)).place(1) == 2
    assert tally.Tally(PLAN).place(1) is None


def test_pace_says_who_is_ahead_and_behind():
    table = PLAN.timetables["One day"]
    found = tally.pace(PLAN, table, 0.0, 60.0 * 66, {1: 1, 2: 2, 3: 4, 4: None})  # in Training and Generalization
    assert found["block"] == {"title": "Training and Generalization", "minute": 1, "minutes": 60}
    assert [found[side] for side in ("ahead", "with", "behind")] == [1, 1, 2]
    assert tally.pace(PLAN, (), 0.0, 0.0, {1: 1}) == {"block": None, "notebooks": {1: 1}}


def test_the_guide_has_seven_timetables():
    assert len(PLAN.timetables) == 7
    for blocks in PLAN.timetables.values():
        assert all(after.begin >= before.begin + before.minutes for before, after in itertools.pairwise(blocks))
        assert all(block.notebook in PLAN.number_of_notebook for block in blocks if block.notebook)


# ---------------------------------------------------------------------------------------------------- after a class


def test_a_hint_helped_if_the_next_try_was_better():
    rows = [(1, FIRST, False, 5, 0), (1, FIRST, False, 5, 1), (1, FIRST, False, 6, 2), (1, FIRST, True, 0, 3)]
    assert report.hint_outcomes(events(*rows)) == [(5, "same"), (5, "other"), (6, "solved")]
    assert report.hint_outcomes(events(*rows[:1])) == [(5, "none")]
    assert report.hint_outcomes(events((1, FIRST, True, 0, 0), (1, FIRST, False, 5, 1))) == []


class Found:
    """A class of which the report is made."""

    def __init__(self, rows, learners, timetable="", started=0.0):
        self.plan, self.tally = PLAN, tally.Tally(PLAN, events(*rows))
        self.learners = {number: (f"learner {number}", 0.0) for number in learners}
        self.settings = type("S", (), {"title": "Class", "opened": 0.0, "timetable": timetable, "started": started})


def whole(learner, *minutes):
    """A learner who solves the three exercises of the first notebook at these minutes."""
    return [(learner, name, True, 0, at) for name, at in zip((FIRST, SECOND, THIRD), minutes, strict=True)]


def test_minutes_of_a_notebook_are_those_from_joining_to_its_last_check():
    rows = [row for learner in range(1, 6) for row in whole(learner, 20, 30, 50 + learner)]
    found = report.of_class(Found(rows, range(1, 6)))["notebooks"][1]
    assert (found["learners"], found["median"], found["promised"], found["proposed"]) == (5, 53.0, 40, 55)
    assert (found["lower"], found["upper"]) == (52.0, 54.0)


def test_breaks_and_long_pauses_do_not_count_and_half_a_notebook_does_not_either():
    table = PLAN.timetables["One day"]
    pause = next(block for block in table if block.title == "break")
    rows = whole(1, pause.begin - 5, pause.begin + pause.minutes + 5, pause.begin + 500) + whole(2, 1, 2, 3)[:2]
    (found,) = [row for row in report.of_class(Found(rows, (1, 2), "One day"))["notebooks"] if row["learners"]]
    assert (found["learners"], found["median"]) == (1, pause.begin + 5.0)
    assert found["proposed"] == found["promised"]  # one learner proposes nothing


def test_breaks_are_what_is_no_notebook():
    table = (Block(0, 10, "a", "A.ipynb"), Block(10, 5, "break", ""), Block(15, 10, "b", "B.ipynb"))
    assert report.breaks_of(table, 60.0) == [(660.0, 960.0)]


def test_exercises_below_sixty_percent_and_useless_hints_are_named():
    rows = [(learner, FIRST, False, 5, at) for learner in (1, 2) for at in (0, 1)]
    found = report.of_class(Found([*rows, (3, FIRST, True, 0, 0), (3, SECOND, True, 0, 1)], (1, 2, 3)))
    assert [(row["exercise"], row["low"]) for row in found["exercises"]] == [(FIRST, True), (SECOND, False)]
    (hint,) = found["hints"]
    assert (hint["seen"], hint["same"], hint["none"], hint["helped"]) == (4, 2, 2, False)
    assert "learner" not in json.dumps(found["exercises"]) + json.dumps(found["hints"])


def test_the_interval_of_a_difference_is_newcombes():
    """Examples of the publication, table II, method 10: 56/70 - 48/80, 9/10 - 3/10, 10/10 - 0/20."""
    cases = {
        ((48, 80), (56, 70)): (0.0524, 0.3339),
        ((3, 10), (9, 10)): (0.1705, 0.8090),
        ((0, 20), (10, 10)): (0.6791, 1.0),
    }
    for counts, expected in cases.items():
        assert class_reports.difference_interval(*counts) == pytest.approx(expected, abs=6e-4)


def files(tmp_path):
    made = []
    for number, fewer in enumerate((1, 6)):
        rows = [row for learner in range(1, 9) for row in whole(learner, 20, 30, 52)[: 1 if learner < fewer else 3]]
        rows += [(learner, SECOND, False, 5, 21) for learner in range(1, fewer)]
        made.append(tmp_path / f"{number}.json")
        made[-1].write_text(json.dumps(report.of_class(Found(rows, range(1, 9)))))
    return made


def test_the_command_proposes_minutes_and_compares(tmp_path):
    first, second = files(tmp_path)
    said = CliRunner().invoke(cli.app, ["class-report", str(first), str(second)]).output
    assert "Intro_to_DL/01_Curve_Fitting.ipynb" in said
    assert "52 (52 to 52)" in said
    assert "fewer than 5 learners" in said
    row = next(line for line in said.splitlines() if SECOND in line)
    assert "100 % of 8" in row
    assert "38 % of 8" in row
    assert "not shown" not in row
    assert "not shown" in next(line for line in said.splitlines() if FIRST in line)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "bootcamp class report 1"}', "[" * 100_000])
def test_what_is_no_report_is_one_sentence(tmp_path, text):
    file = tmp_path / "r.json"
    file.write_text(text)
    with pytest.raises(class_reports.ReportError, match="is no report of a class"):
        class_reports.read(file)


def test_a_report_with_impossible_numbers_is_refused(tmp_path):
    first, _ = files(tmp_path)
    found = json.loads(first.read_text())
    found["exercises"][0]["solved"] = 99
    first.write_text(json.dumps(found))
    with pytest.raises(class_reports.ReportError, match="another version"):
        class_reports.read(first)

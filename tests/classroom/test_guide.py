"""What the instructor's guide says of the course can be checked where it is a number, a name or a link."""

import itertools
import re
from pathlib import Path

from bootcamp import course

import pytest
from typer.main import get_command

REPOSITORY = Path(__file__).resolve().parents[2]
GUIDE = REPOSITORY / "docs" / "Instructor_Guide.md"
TEXT = GUIDE.read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+):(\d\d) \| (.*?) \| (\d*) ?\|$", re.M)
TIMETABLES = [table for table in re.split(r"\n\n", TEXT) if ROW.search(table)]
BY_TITLE = {(lab.title, entry.title): entry for lab in course.labs() for entry in lab.notebooks}


def test_there_are_timetables_for_half_a_day_a_day_and_two_days():
    assert len(TIMETABLES) == 7
    for heading in ("Half a day: a first contact", "Half a day on one lab", "One day", "Two days"):
        assert f"### {heading}\n" in TEXT


@pytest.mark.parametrize("number", range(7))
def test_clock_of_a_timetable_adds_up(number):
    rows = ROW.findall(TIMETABLES[number])
    times = [60 * int(hour) + int(minute) for hour, minute, _, _ in rows]
    minutes = [int(length) for _, _, _, length in rows[:-1]]
    assert [later - earlier for earlier, later in itertools.pairwise(times)] == minutes
    assert rows[-1][2:] == ("end", "")
    assert max(minutes) <= 60


def test_minutes_of_whole_notebooks_are_those_of_the_course():
    linked = re.findall(r"\| \[(.*?)\]\(\.\./(.*?)\) \| (\d+) \|", TEXT)
    minutes = {entry.path: (entry.title, str(entry.minutes)) for entry in course.notebooks()}
    assert len(linked) > 30
    assert [(title, path, length) for title, path, length in linked if minutes[path] != (title, length)] == []


def test_minutes_of_labs_are_those_of_the_course():
    assert [lab.title for lab in course.labs() if f"| {lab.title} | {lab.minutes} |" not in TEXT] == []
    assert f"| Start Here | {course.START.minutes} |" in TEXT


def test_every_notebook_has_an_idea_a_question_a_demonstration_and_help():
    lab, found = None, []
    for section in re.split(r"^(?=##+ )", TEXT, flags=re.M):
        heading, _, body = section.partition("\n")
        if heading.startswith("## "):
            lab = heading[3:]
        elif (lab, heading[4:]) in BY_TITLE or heading == f"### {course.START.title}":
            found.append((lab, heading[4:]))
            assert re.findall(r"^- \*\*(\w+)\.\*\*", body, re.M) == ["Idea", "Ask", "Show", "Stumble"], heading
            # The answer stands in italics behind the question.
            assert re.search(r'"[^"]+[.?]" +\*[^*].*?\*$', " ".join(body.split("- **Show")[0].split()).strip()), heading
    assert found[1:] == list(BY_TITLE)


def test_links_lead_somewhere():
    links = re.findall(r"\]\((?!https?:)([^)#]+)", TEXT)
    assert links
    assert [link for link in links if not (GUIDE.parent / link).exists()] == []


def test_commands_exist():
    from bootcamp import cli

    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.M))
    assert set(re.findall(r"`make ([a-z-]+)", TEXT)) <= targets
    commands = get_command(cli.app).commands
    for name, rest in re.findall(r"`?bootcamp (doctor|workspace|run)\b([^`\n]*)", TEXT):
        known = {option for parameter in commands[name].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known


def test_ports_and_data_sets_are_those_that_the_doctor_looks_at():
    from bootcamp.classroom import classcheck

    assert all(str(port) in TEXT for port in classcheck.PORTS)

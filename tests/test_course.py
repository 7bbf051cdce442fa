import re
from pathlib import Path

from bootcamp import course

import pytest

LINK = re.compile(r"\[([^]]+)\]\(([^)]+)\)")


def test_start_links_to_the_first_notebook_only():
    first = course.labs()[0].notebooks[0]
    assert course.navigation_line(course.START) == f"[Next: {first.title}]({first.path})"


def test_first_notebook_has_no_previous_link():
    line = course.navigation_line(course.notebooks()[1])
    assert line == (
        "[Start Here](../Start_Here.ipynb) | [Next: Training and Generalization](02_Training_and_Generalization.ipynb)"
    )


def test_middle_notebook_links_both_ways():
    _, _, before, here, after, *_ = course.notebooks()
    titles = [title for title, _ in LINK.findall(course.navigation_line(here))]
    assert titles == [f"Previous: {before.title}", "Start Here", f"Next: {after.title}"]


def test_last_notebook_has_no_next_link():
    last = course.notebooks()[-1]
    line = course.navigation_line(last)
    assert "Next" not in line
    assert "[Start Here](../Start_Here.ipynb)" in line


@pytest.mark.parametrize("notebook", course.notebooks(), ids=lambda n: n.name)
def test_links_are_relative_and_lead_to_notebooks_of_the_course(notebook):
    known = {entry.path for entry in course.notebooks()}
    for _, target in LINK.findall(course.navigation_line(notebook)):
        assert not target.startswith(("/", "http"))
        resolved = (Path("/course") / notebook.path).parent.joinpath(target).resolve()
        assert resolved.relative_to("/course").as_posix() in known


def test_link_between_two_labs_leaves_the_folder(monkeypatch):
    pair = [course.Notebook("A/01_a.ipynb", "a", 1), course.Notebook("B/01_b.ipynb", "b", 1)]
    labs = tuple(course.Lab(n.path[0], n.path[0], n.title, "", (n,)) for n in pair)
    monkeypatch.setattr(course, "labs", lambda: labs)
    assert "(../B/01_b.ipynb)" in course.navigation_line(pair[0])
    assert "(../A/01_a.ipynb)" in course.navigation_line(pair[1])


def test_course_map_lists_every_notebook_once_with_its_minutes():
    table = course.course_map()
    for lab in course.labs():
        assert f"| **{lab.title}** | {sum(n.minutes for n in lab.notebooks)} | {lab.outcome} |" in table
        for notebook in lab.notebooks:
            assert (
                table.count(f"| [{notebook.title}]({notebook.path}) | {notebook.minutes} | {notebook.outcome} |") == 1
            )
    assert {line.count("|") for line in table.splitlines()} == {4}


def test_generated_cells_of_start_have_the_map_and_others_have_not():
    assert set(course.generated_cells(course.START)) == {course.NAVIGATION_TAG, course.COURSE_MAP_TAG}
    assert set(course.generated_cells(course.notebooks()[1])) == {course.NAVIGATION_TAG}


@pytest.mark.parametrize(
    "name",
    [
        "Intro_to_DL/01_Curve_Fitting",
        "Intro_to_DL/01_Curve_Fitting.ipynb",
        "./Intro_to_DL/01_Curve_Fitting.ipynb",
        "01_Curve_Fitting",
        "01_Curve_Fitting.ipynb",
        " 01_Curve_Fitting ",
    ],
)
def test_select_one_notebook(name):
    assert [notebook.title for notebook in course.select([name])] == ["Curve Fitting"]


@pytest.mark.parametrize("name", ["Intro_to_DL", "Intro_to_DL/", "./Intro_to_DL/"])
def test_select_a_lab(name):
    assert course.select([name]) == course.labs()[0].notebooks


def test_select_keeps_the_order_of_the_course_and_drops_doubles():
    chosen = course.select(["05_Residual_Networks", "01_Curve_Fitting", "Start_Here", "01_Curve_Fitting.ipynb"])
    assert [n.title for n in chosen] == ["Start Here", "Curve Fitting", "Residual Networks"]


def test_select_nothing_means_the_whole_course():
    assert course.select([]) == course.notebooks()


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("Intro_to_dl", "Intro_to_DL"),
        ("01_Curve_Fiting", "01_Curve_Fitting"),
        ("Intro_to_DL/05_Resnet", "Intro_to_DL/05_Residual_Networks"),
        ("start_here.ipynb", "Start_Here"),
    ],
)
def test_unknown_name_brings_the_nearest(name, nearest):
    with pytest.raises(course.CourseError, match=re.escape(f"there is no lab or notebook '{name}'. Did you mean")) as e:
        course.select([name])
    assert str(e.value).endswith(f"'{nearest}'?")


@pytest.mark.parametrize("name", ["", "/", "zzz"])
def test_name_far_from_everything_brings_no_guess(name):
    with pytest.raises(course.CourseError, match=r"^there is no lab or notebook '.*'\.$"):
        course.select([name])


def test_lab_of():
    assert course.lab_of(course.START) is None
    assert course.lab_of(course.labs()[0].notebooks[2]) == course.labs()[0]


def test_root_without_start_page_says_how_to_name_it(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOTCAMP_ROOT", str(tmp_path))
    with pytest.raises(course.CourseError, match=r"no Start_Here\.ipynb in .*set BOOTCAMP_ROOT"):
        course.root()


def test_root_is_the_named_folder(fake_course):
    assert course.root() == fake_course.root


def test_every_lab_names_its_own_room():
    rooms = [lab.room for lab in course.labs()]
    assert len(set(rooms)) == len(rooms)
    assert all((Path(course.__file__).parent / room / "__init__.py").is_file() for room in rooms)

from bootcamp import course
from bootcamp.notebooks import parameters

import pytest

TYPE_OF = {int: {"int", "float"}, float: {"float"}, str: {"str"}, bool: {"bool"}}


def written() -> list[course.Notebook]:
    """Notebooks of the course whose file exists."""
    return [notebook for notebook in course.notebooks() if (course.root() / notebook.path).is_file()]


@pytest.mark.parametrize("notebook", written(), ids=lambda n: n.name)
def test_profiles_set_declared_parameters_with_their_type(notebook):
    declared = parameters.declared(notebook)
    for profile in course.PROFILES:
        for name, value in parameters.profile_values(profile, notebook).items():
            assert name in declared, (profile, name)
            assert declared[name] in TYPE_OF[type(value)], (profile, name)


@pytest.mark.parametrize("notebook", [n for n in written() if n != course.START], ids=lambda n: n.name)
@pytest.mark.parametrize("profile", ["gpu", "smoke"])
def test_every_notebook_of_a_lab_has_a_gpu_and_a_smoke_profile(profile, notebook):
    assert parameters.profile_values(profile, notebook)


def test_laptop_profile_is_the_defaults():
    assert all(parameters.profile_values("laptop", notebook) == {} for notebook in course.notebooks())


@pytest.mark.parametrize("notebook", written(), ids=lambda n: n.name)
def test_declared_types_are_those_of_the_course(notebook):
    assert set(parameters.declared(notebook).values()) <= set(parameters.TYPES)


def test_unknown_profile_brings_the_nearest():
    with pytest.raises(parameters.ParameterError, match=r"^there is no profile 'gpus'\. Did you mean 'gpu'\?$"):
        parameters.profile_values("gpus", course.START)


def test_declared(fake_course):
    (one,) = fake_course.entries("01_One")
    assert parameters.declared(one) == {"epochs": "int", "rate": "float", "word": "str", "fast": "bool"}


@pytest.mark.parametrize("text", ["epochs", "=3", " =3", ""])
def test_assignment_without_name_or_value_is_refused(text):
    with pytest.raises(parameters.ParameterError, match="name=value, not '"):
        parameters.parse_assignments([text])


def test_assignment_may_hold_equals_signs_and_be_empty():
    assert parameters.parse_assignments(["a = b=c", "d="]) == {"a": "b=c", "d": ""}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("3", "int", 3),
        ("-3", "int", -3),
        ("1e-05", "float", 1e-05),
        ("3", "float", 3.0),
        ("TRUE", "bool", True),
        ("false", "bool", False),
        ("true", "str", "true"),
        ("", "str", ""),
    ],
)
def test_convert(text, kind, value):
    converted = parameters.convert("p", text, kind)
    assert converted == value
    assert type(converted) is parameters.TYPES[kind]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("3.0", "int"),
        ("True", "int"),
        ("many", "int"),
        ("", "int"),
        ("{[]}", "int"),
        ("9" * 5000, "int"),
        ("a", "float"),
        ("nan", "float"),
        ("inf", "float"),
        ("1e999", "float"),
        ("True", "float"),
        ("1", "bool"),
        ("yes", "bool"),
    ],
)
def test_wrong_type_is_refused(text, kind):
    with pytest.raises(parameters.ParameterError, match=f"^parameter 'p' must be {kind}, not '"):
        parameters.convert("p", text, kind)


def test_resolve_sets_a_parameter_where_a_notebook_has_it(fake_course):
    fake_course.write("02_Two", "1", parameters="steps: int = 1  # number")
    one, two = fake_course.entries("01_One", "02_Two")
    assert parameters.resolve([one, two], "laptop", {"epochs": "5"}) == {one: {"epochs": 5}, two: {}}


def test_user_wins_over_the_profile(fake_course):
    fake_course.describe(**{"01_One": "gpu = {epochs = 50, rate = 0.5}"})
    (one,) = fake_course.entries("01_One")
    assert parameters.resolve([one], "gpu", {"epochs": "5"}) == {one: {"epochs": 5, "rate": 0.5}}
    assert parameters.profile_values("gpu", one)["epochs"] == 50


def test_unknown_parameter_brings_the_nearest(fake_course):
    with pytest.raises(parameters.ParameterError, match=r"a parameter 'epoch'\. Did you mean 'epochs'\?$"):
        parameters.resolve(fake_course.entries("Lab"), "laptop", {"epoch": "5"})


def test_parameter_far_from_all_brings_their_list(fake_course):
    with pytest.raises(parameters.ParameterError, match="They have: epochs, fast, rate, word"):
        parameters.resolve(fake_course.entries("Lab"), "laptop", {"zzz": "5"})


def test_notebook_without_parameters_says_so(fake_course):
    with pytest.raises(parameters.ParameterError, match=r"They have: none\.$"):
        parameters.resolve(fake_course.entries("Start_Here"), "laptop", {"zzz": "5"})


def test_unreadable_notebook_does_not_stop_the_others(fake_course):
    fake_course.path("02_Two").write_text("no notebook")
    fake_course.path("03_Three").unlink()
    resolved = parameters.resolve(fake_course.entries("Lab"), "laptop", {"epochs": "5"})
    assert list(resolved.values()) == [{"epochs": 5}, {}, {}]

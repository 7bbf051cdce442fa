"""Cases in groups: a finding for each, and a hint that speaks of a mistake only when it explains all of them."""

from bootcamp.exercises.groups import combined, in_groups, two_parts

import numpy as np
import pytest

GROUPS = {
    "positive": ([(1.0,), (2.0,)], "the square"),
    "negative": ([(-1.0,), (-3.0,)], "of either sign"),
}
MISTAKES = {"this is twice the number": lambda x: 2 * x, "this is the magnitude": abs}


def square(x: float) -> float:
    return x * x


def findings(answer) -> list[tuple[str, bool, str]]:
    return [(f.about, f.right, f.hint) for f in in_groups(answer, square, GROUPS, MISTAKES)]


def test_a_right_answer_has_one_right_finding_for_each_group():
    assert findings(lambda x: x**2) == [("positive", True, ""), ("negative", True, "")]


def test_a_mistake_that_explains_every_group_is_the_hint_of_every_wrong_one():
    assert [hint for _, _, hint in findings(lambda x: x + x)] == ["this is twice the number"] * 2


def test_a_mistake_that_explains_one_group_only_is_not_named():
    (_, right, hint), (_, sound, _) = findings(lambda x: 2 * x if x > 0 else x * x)
    assert not right and sound and hint.startswith("the square (called with 1.0: it is 2, expected is 1")


def test_the_hint_of_an_answer_that_stops_says_in_which_case():
    hint = findings(lambda x: square(x) if x > 0 else 1 / 0)[1][2]
    assert hint == "it stopped with ZeroDivisionError: division by zero (called with -1.0)"


def test_mistakes_are_combined_with_the_fewest_first():
    made = combined(lambda power, factor: power * factor, {"": 1, "no power": 2, "cubed": 3}, {"": 1, "doubled": 10})
    assert made == {"no power": 2, "cubed": 3, "doubled": 10, "no power; and doubled": 20, "cubed; and doubled": 30}
    assert [hint.count(";") for hint in made] == [0, 0, 0, 1, 1]


@pytest.mark.parametrize("result", [(1, 2), [1, 2], np.zeros((2, 3)), (np.zeros(3), np.zeros((2, 2)))])
def test_two_parts_in_any_form(result):
    assert two_parts("two numbers", lambda: result, (), "return two").right


@pytest.mark.parametrize(
    ("result", "said"), [(None, "does a `return` miss"), (3.0, "one float"), ((1, 2, 3), "tuple with 3 values")]
)
def test_other_than_two_parts_is_said(result, said):
    finding = two_parts("two numbers", lambda: result, (), "return two")
    assert not finding.right and finding.hint.startswith("return two; this returns ") and said in finding.hint

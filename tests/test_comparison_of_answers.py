"""One comparison for all checks: its rules for form, kind, shape, NaN and values; and questions in many cases."""

from fractions import Fraction

from bootcamp import exercises
from bootcamp.exercises import difference, same

import numpy as np
import pandas as pd
import pytest
import torch

NAN, INF = float("nan"), float("inf")


class Hostile:
    """An object that raises whenever it is read."""

    def __array__(self, *_, **__):
        raise RuntimeError("no")

    def __len__(self):
        raise RuntimeError("no")

    def __eq__(self, _):
        raise RuntimeError("no")

    __hash__ = None


class TensorFlowLike:
    """What the tensors of TensorFlow and the variables of Keras have in common: a method `numpy`."""

    def numpy(self):
        return np.array([1.0, 2.0])


EQUAL = [
    (3, 3.0),
    (np.int64(3), 3),
    ([1, 2], np.array([1.0, 2.0])),
    ((1, 2), [1.0, 2.0]),
    (torch.tensor([1.0, 2.0], requires_grad=True), [1.0, 2.0]),
    (torch.tensor([1.0, 2.0], dtype=torch.bfloat16), [1.0, 2.0]),
    ([torch.tensor(1.0, requires_grad=True), 2.0], [1.0, 2.0]),
    ([[torch.tensor(1.0, requires_grad=True)], [2.0]], [[1.0], [2.0]]),
    (TensorFlowLike(), [1.0, 2.0]),
    (pd.Series([1, 2]), [1.0, 2.0]),
    (pd.DataFrame({"a": [1], "b": [2]}), [[1, 2]]),
    ([True, False], np.array([True, False])),
    (True, np.True_),
    ([1.0, NAN, -INF], [1.0, NAN, -INF]),
    (np.ma.masked_array([1.0, 5.0], [False, True]), [1.0, NAN]),
    (Fraction(1, 3), 1 / 3),
    (10**30, 1e30),
    (np.uint8([200]), np.uint8([200])),
    ([], np.zeros(0)),
    ("H1", "H1"),
    (["NC", "TS"], np.array(["NC", "TS"])),
    ([1.0, np.array([1.0, 2.0])], (1.0, np.array([1.0, 2.0]))),
    (np.array([[1.0, 2.0], [3.0, 4.0]]), (np.array([1.0, 2.0]), np.array([3.0, 4.0]))),
    ({"a": 1, "b": [1, 2]}, {"b": np.array([1.0, 2.0]), "a": 1.0}),
    (None, None),
    (1.0 + 5e-7, 1.0),
    (np.float32(1 / 3), 1 / 3),
    (torch.tensor([1e4, 1e-3]) + 0.001, [1e4, 1e-3]),
    (1.0, 1.0 + 0.0j),
]
DIFFERENT = [
    (None, 1.0, "does a `return` miss"),
    (1.0, None, "expected is None"),
    ([1.0, 2.0, 3.0], [1.0, 2.0], "its shape is (3,), expected is (2,)"),
    (np.ones((3, 1)), np.ones(3), "its shape is (3, 1)"),
    (5.0, [5.0, 5.0], "it is one number, expected is (2,)"),
    ([5.0], 5.0, "its shape is (1,), expected is one number"),
    ([1.0, NAN], [1.0, 2.0], "it is NaN at [1], where 2 is expected"),
    ([1.0, 2.0], [1.0, NAN], "it is 2 at [1], expected is NaN"),
    ([INF], [-INF], "it is inf at [0], expected is -inf"),
    ([1e308], [INF], "expected is inf"),
    ([0.0], [NAN], "expected is NaN"),
    ([0, 1], np.array([False, True]), "it is a number, expected is bool"),
    (True, 1, "it is bool, expected is a number"),
    ("3", 3, "it is text, expected is a number"),
    (3, "3", "it is a number, expected is text"),
    ("H1", "H2", "it is H1, expected is H2"),
    (1j, 1.0, "it is complex"),
    (lambda: 1, 1, "it is a function"),
    (Hostile(), 1, "cannot be read"),
    (Hostile(), [1.0], "cannot be read"),
    (Hostile(), (1.0, 2.0), "cannot be read"),
    ([[1.0, 2.0], [3.0]], [[1.0, 2.0], [3.0, 4.0]], "cannot be read"),
    ((x for x in [1.0]), [1.0], "it is a generator"),
    ({1.0}, [1.0], "it is a set"),
    ({"a": 1}, 1, "it is a dict"),
    ({"a": 1}, {"a": 1, "b": 2}, "it has no b"),
    ({"a": 1, "b": 2}, {"a": 1}, "it has b"),
    ({"a": 2}, {"a": 1}, "a: it is 2, expected is 1"),
    (7, {"a": 1}, "dictionary with a"),
    (1.0, (1.0, 2.0), "2 values are expected"),
    (np.float64(1.0), (1.0, 2.0), "2 values are expected"),
    ((1.0, 2.0, 3.0), (1.0, 2.0), "it has 3 values"),
    ((2.0, 1.0), (1.0, 2.0), "part 0 of it: it is 2, expected is 1"),
    ("ab", (1.0, 2.0), "it is a str"),
    (np.uint8([1]), [2], "it is 1 at [0], expected is 2"),
    (1.0 + 3e-6, 1.0, "expected is 1"),
    (np.float32(1.0001), 1.0, "expected is 1"),
    (1e-6, 0.0, "expected is 0"),
]


@pytest.mark.parametrize(("found", "expected"), EQUAL, ids=range(len(EQUAL)))
def test_forms_of_the_same(found, expected):
    assert difference(found, expected) == ""
    assert same(found, expected)


@pytest.mark.parametrize(("found", "expected", "said"), DIFFERENT, ids=range(len(DIFFERENT)))
def test_what_differs_is_said_and_nothing_raises(found, expected, said):
    assert said in difference(found, expected)
    assert not same(found, expected)


def test_axes_of_length_one_may_come_and_go_where_a_check_allows_it():
    assert same(np.ones((3, 1)), np.ones(3), loose_shape=True)
    assert not same(np.ones((3, 2)), np.ones(3), loose_shape=True)


def test_tolerances_are_relative_and_absolute():
    assert same(101.0, 100.0, rtol=0.02) and not same(103.0, 100.0, rtol=0.02)
    assert same(0.01, 0.0, atol=0.02) and not same(0.03, 0.0, atol=0.02)


def double(x):
    return 2 * x


CASES = [(1.0,), (np.array([1.0, -2.0]),), (np.zeros((3, 4)),)]


def judged(answer, **options):
    return exercises.agrees("twice", answer, double, CASES, hint="add it to itself", **options)


def test_an_answer_that_agrees_in_every_case_is_right():
    assert judged(lambda x: x + x) == exercises.Finding("twice", True)


def test_the_first_case_that_differs_is_named():
    finding = judged(lambda x: abs(2 * x))
    assert finding.hint == ("add it to itself (called with float64 (2,) [ 1., -2.]: it is 4 at [1], expected is -4)")


def test_an_exception_names_its_case_with_type_and_shape():
    assert judged(lambda x: 2 * x if np.ndim(x) < 2 else None + x).hint.endswith("(called with float64 (3, 4))")
    feedback = exercises.ask
    with pytest.raises(ZeroDivisionError) as caught:
        feedback(lambda x: 1 / 0, torch.zeros(2, 3), case="two rows")
    assert exercises.stopped(caught.value) == (
        "it stopped with ZeroDivisionError: division by zero (called with two rows: float32 (2, 3))"
    )


def test_a_mistake_is_named_only_when_it_explains_every_case():
    mistakes = {"that is three times": lambda x: 3 * x, "that is the size": abs}
    assert judged(lambda x: 3 * x, mistakes=mistakes).hint == "that is three times"
    both = judged(lambda x: 3 * x if np.ndim(x) else 1.0, mistakes=mistakes)
    assert both.hint.startswith("add it to itself")


def test_answers_get_copies():
    def in_place(x):
        x *= 2
        return x

    arguments = np.array([1.0])
    assert exercises.agrees("twice", in_place, double, [(arguments,)], hint="").right
    assert arguments[0] == 1.0
    assert not exercises.untouched("kept", in_place, [(arguments,)], hint="changed").right
    assert exercises.untouched("kept", double, [(arguments,)], hint="changed").right
    tensor = torch.ones(2)
    assert exercises.ask(in_place, tensor).sum() == 4
    assert tensor.sum() == 2


def test_refusals():
    def careful(x):
        if x < 0:
            raise ValueError("negative")
        return x

    refused = exercises.refuses("negative", careful, [(-1,), (-2,)], ValueError, hint="compare with 0")
    assert refused.right
    accepted = exercises.refuses("negative", careful, [(-1,), (2,)], ValueError, hint="compare with 0")
    assert accepted.hint == "compare with 0 (called with 2)"
    other = exercises.refuses("negative", lambda x: None + x, [(-1,)], ValueError, hint="compare with 0")
    assert other.hint.startswith("ValueError is asked for; it stopped with TypeError")


def test_what_is_no_function_gets_a_hint():
    check = exercises.takes_function(lambda answer: [exercises.Finding("called", answer())])
    assert check(lambda: True) == [exercises.Finding("called", True)]
    assert check(4)[0].hint.endswith("this is a int")

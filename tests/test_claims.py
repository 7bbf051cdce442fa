"""Claims and records: truth from numbers, numbers shown, and what the notebook gate compares of them."""

import json
import re
from decimal import Decimal
from fractions import Fraction

from bootcamp import runtime
from bootcamp.runtime import claims
from tests.notebook_runs import sanitized

import numpy as np
import pandas as pd
import pytest
import torch

nan, inf = float("nan"), float("inf")


@pytest.fixture
def displayed(monkeypatch) -> list[tuple[str, dict]]:
    shown = []
    monkeypatch.setattr(claims, "_display", lambda text, metadata: shown.append((text, metadata)))
    return shown


@pytest.mark.parametrize(
    ("value", "text", "stored"),
    [
        (True, "True", True),
        (3, "3", 3),
        (0.96234, "0.962", 0.96234),
        ('the "best"', '"the \\"best\\""', 'the "best"'),
        (np.bool_(True), "True", True),
        (np.int64(3), "3", 3),
        (np.float32(0.5), "0.5", 0.5),
        (np.array(2.0), "2", 2.0),
        (np.array([[2]]), "2", 2),
        (nan, "nan", None),
        (np.float64("inf"), "inf", None),
        (-inf, "-inf", None),
    ],
)
def test_record_shows_name_and_value_and_stores_plain_data(displayed, value, text, stored):
    runtime.record("test accuracy", value)
    ((line, metadata),) = displayed
    assert line == f"recorded: test accuracy {text}"
    assert metadata == {runtime.METRIC_KEY: {"name": "test accuracy", "value": stored}}
    assert type(metadata[runtime.METRIC_KEY]["value"]) is type(stored)
    assert json.dumps(metadata, allow_nan=False)


@pytest.mark.parametrize("value", [None, [1], {}, np.zeros(2), np.zeros(0), 1j, object(), b"x"])
def test_record_refuses_what_is_no_plain_value(displayed, value):
    with pytest.raises(ValueError, match=r"^metric 'm' must be a number, text or truth value, not "):
        runtime.record("m", value)
    assert displayed == []


@pytest.mark.parametrize("name", ["", "  ", None, 3, "two\nlines"])
def test_record_needs_a_name_on_one_line(displayed, name):
    with pytest.raises(ValueError, match=r"^a metric needs a name, on one line, not "):
        runtime.record(name, 1)


def line(displayed, *values, **options) -> str:
    """What a claim shows behind its sentence."""
    runtime.claim("it holds", *values, **options)
    text, _ = displayed.pop()
    assert text.startswith("it holds: ")
    return text.removeprefix("it holds: ")


@pytest.mark.parametrize(
    ("left", "sign", "right", "holds"),
    [
        (1, "<", 2, True),
        (2, "<", 2, False),
        (2, "<=", 2, True),
        (3, "<=", 2, False),
        (3, ">", 2, True),
        (2, ">", 2, False),
        (2, ">=", 2, True),
        (1, ">=", 2, False),
        (2, "==", 2.0, True),
        (2, "==", 3, False),
        (-inf, "<", inf, True),
        (2**60 + 1, "==", 2**60, False),
        (2**60 + 1, ">", 2**60, True),
    ],
)
def test_a_comparison_finds_out_by_itself(displayed, left, sign, right, holds):
    runtime.claim("it holds", left, sign, right)
    ((_, metadata),) = displayed
    assert metadata[runtime.CLAIM_KEY]["holds"] is holds


@pytest.mark.parametrize("sign", claims.OPERATORS)
@pytest.mark.parametrize("pair", [(nan, 1), (1, nan), (nan, nan), (None, 1), (pd.NA, 1), ([1, nan], 5), ([], 1)])
def test_no_number_is_never_true(displayed, sign, pair):
    assert line(displayed, pair[0], sign, pair[1]).startswith("False   [")
    assert line(displayed, True, pair[0], x=pair[1]).startswith("False" if pair[0] != [] else "True")
    assert line(displayed, 0, "<=", 1, x=nan) == "False   [0 against 1, x nan]"


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ((0.03114, "<", 0.114), "True   [0.0311 against 0.114]"),
        ((0.9, "<", 0.953, "<=", 1.0), "True   [0.9 < 0.953 <= 1]"),
        ((0.9, "<", 0.87, "<=", 1.0), "False   [0.9 < 0.87 <= 1]"),
        ((1, "<", 5, "<", 3, "<", 9), "False   [1 < 5 < 3 < 9]"),
        (([0.93, 0.95, 0.91], ">", 0.5), "True   [0.93, 0.95, 0.91 against 0.5]"),
        (([0.93, 0.45, 0.91], ">", 0.5), "False   [0.93, 0.45, 0.91 against 0.5]"),
        ((0.5, "<", [0.93, 0.95]), "True   [0.5 against 0.93, 0.95]"),
        (([1, 2], "<", [2, 3]), "True   [1, 2 against 2, 3]"),
        (([1, 3], "<", [2, 3]), "False   [1, 3 against 2, 3]"),
        ((range(50), "<", 50), "True   [0 to 49 (50 numbers) against 50]"),
        (([*range(10), nan], "<", 50), "False   [0 to 9 (11 numbers, 1 nan) against 50]"),
        (([], "<", 50), "False   [none against 50]"),
        ((0.98, "<", 0.9801), "True   [0.98 against 0.9801]"),
        ((0.1 + 0.2, ">", 0.3), "True   [0.3 against 0.3]"),
        ((True,), "True"),
        ((False, 3), "False   [3]"),
        ((True, 0.83, [1, 2]), "True   [0.83; 1, 2]"),
    ],
)
def test_the_numbers_stand_behind_the_truth(displayed, values, shown):
    assert line(displayed, *values) == shown


@pytest.mark.parametrize(
    ("values", "options", "shown"),
    [
        ((2.61, "<", 10), {"unit": "kt"}, "True   [2.61 against 10 kt]"),
        ((0.9, "<", 0.9534, "<", 1), {"unit": "%"}, "True   [90 < 95.3 < 100 %]"),
        (([0.5, 0.25], "<", 1), {"unit": "%"}, "True   [50, 25 against 100 %]"),
        ((True,), {"recall": 0.8312, "smallest_of_all": 0.4}, "True   [recall 0.831, smallest of all 0.4]"),
        ((True,), {"recall": [0.8, 0.9], "seeds": 3}, "True   [recall 0.8, 0.9; seeds 3]"),
        ((True,), {"unit": "%", "recall": 0.8312}, "True   [recall 83.1 %]"),
        ((1, "<", 2), {"unit": "kt", "storms": 12}, "True   [1 against 2 kt, storms 12]"),
        ((True,), {"shown": "both are the same array"}, "True   [both are the same array]"),
    ],
)
def test_units_percent_and_names(displayed, values, options, shown):
    assert line(displayed, *values, **options) == shown


@pytest.mark.parametrize(
    "value",
    [
        np.float32(0.5),
        np.array([[0.5]]),
        torch.tensor(0.5, requires_grad=True),
        torch.tensor([0.5], dtype=torch.bfloat16),
        [torch.tensor(0.5, requires_grad=True)],
        pd.Series([0.5], index=["a"]),
        {"a": 0.5}.values(),
        (x for x in [0.5]),
        Fraction(1, 2),
        Decimal("0.5"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_numbers_of_any_kind(displayed, value):
    assert line(displayed, value, "<", 1) == "True   [0.5 against 1]"


@pytest.mark.parametrize("holds", [True, np.bool_(True), np.array([True]), torch.tensor(True)])
def test_truth_values_of_any_kind(displayed, holds):
    assert line(displayed, holds, n=1) == "True   [n 1]"


def test_a_claim_is_data_as_well(displayed):
    runtime.claim("a", [0.5, inf], "<", np.float32(2), "<=", 3, seeds=3)
    runtime.claim("b", True, 4, recall=np.array([nan]))
    (_, first), (_, second) = displayed
    data = {"shown": "0.5, inf < 2 <= 3; seeds 3", "values": [[0.5, None], "<", 2.0, "<=", 3], "named": {"seeds": 3}}
    assert first == {runtime.CLAIM_KEY: {"claim": "a", "holds": False} | data}
    data = {"shown": "4, recall nan", "values": [4], "named": {"recall": None}}
    assert second == {runtime.CLAIM_KEY: {"claim": "b", "holds": False} | data}
    assert json.dumps([first, second], allow_nan=False)


@pytest.mark.parametrize(
    ("values", "named", "message"),
    [
        ((), {}, "needs left, '<', right, or one truth value, not None"),
        ((), {"x": 1}, "needs left, '<', right, or one truth value, not None"),
        ((0.5,), {}, "needs left, '<', right, or one truth value, not 0.5"),
        ((nan, 0.5), {}, "or one truth value, not nan"),
        ((np.array([True, False]),), {}, "or one truth value, not array"),
        ((1, "<"), {}, "an operator between each two numbers"),
        (("<", 1), {}, "a claim shows numbers, not '<'"),
        ((1, "<", 2, 3), {}, "an operator between each two numbers"),
        ((1, 2, "<"), {}, "shows numbers, not '<'"),
        ((1, "!=", 2), {}, "compares with <, <=, >, >=, ==, not with '!='"),
        ((1, "less", 2), {}, "compares with <, <=, >, >=, ==, not with 'less'"),
        ((0.3, "==", 0.3), {}, "== is for counts"),
        (([1, 2], "<", [1, 2, 3]), {}, "cannot compare 2 numbers with 3"),
        ((3, "<", 2, "<", 0.5, "==", 0.5), {}, "== is for counts"),
        ((True, "<", 2), {}, "shows numbers, not True"),
        ((1j, "<", 2), {}, "shows numbers, not 1j"),
        (({"a": 1}, "<", 2), {}, "shows numbers, not {'a': 1}"),
        ((True,), {"x": "high"}, "shows numbers, not 'high'"),
        ((True,), {"x": True}, "shows numbers, not True"),
    ],
)
def test_what_a_claim_refuses(displayed, values, named, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        runtime.claim("it holds", *values, **named)
    assert displayed == []


@pytest.mark.parametrize("text", ["", " ", None, 3, "two\nlines"])
def test_a_claim_is_a_sentence_on_one_line(displayed, text):
    with pytest.raises(ValueError, match=r"^a claim needs a sentence, on one line, not "):
        runtime.claim(text, 1, "<", 2)


def test_what_is_shown_stays_on_its_line(displayed):
    with pytest.raises(ValueError, match="what a claim shows is a text, on one line, not"):
        runtime.claim("it holds", True, shown="two\nlines")
    assert displayed == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (999_999, "999,999"),
        (1_000_000, "1e6"),
        (12_345_678, "1.23e7"),
        (10**400, "1e400"),
        (-1234.5, "-1,230"),
        (0.9996, "1"),
        (999_999.0, "1e6"),
        (0.0001234, "0.000123"),
        (0.00001234, "1.23e-5"),
        (1e-300, "1e-300"),
    ],
)
def test_three_digits(value, text):
    assert claims.number_text(value) == text


@pytest.mark.parametrize(
    "values",
    [(0.5, "<", 1), (3, "<", 2), ([1, 2, nan], "<", 1e-12), (True,), (True, 3), ([], "<", 2), (0.1, "<=", 1, "<", 7)],
)
def test_the_gate_compares_sentence_and_truth_and_nothing_behind(displayed, values):
    runtime.claim("nets: one [of two] wins", *values, unit="kt")
    ((text, metadata),) = displayed
    assert sanitized(text) == f"nets: one [of two] wins: {metadata[runtime.CLAIM_KEY]['holds']}"


@pytest.mark.parametrize("value", [1, -0.00001, 1e99, 123456, nan, -inf, True, 'a "quoted" text', "", "é 1"])
def test_the_gate_compares_the_name_of_a_record_and_not_its_value(displayed, value):
    runtime.record("order 2: share of 3 or 4", value)
    assert sanitized(displayed[0][0]) == "recorded: order 2: share of 3 or 4"


@pytest.mark.parametrize(
    "text", ["accuracy 0.93", "it holds: True", "a: True [1]", "found: Trueish   [1]", "list   [1, 2]", "recorded: x"]
)
def test_the_gate_compares_everything_else(text):
    assert sanitized(text) == text
    assert sanitized(f"{text}\n7\n") == f"{text}\n7\n"

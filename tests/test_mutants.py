"""The mutants that the checks must see, and what is said about an answer that is judged wrongly."""

from bootcamp import course
from tests import exercise_answers, judging
from tests.exercise_answers import Answer
from tests.mutants import mutants

import pytest

CODE = '''def clamp(values, low, high):
    """Text."""
    if low > high:
        raise ValueError(f"{low} > {high}")
    return [max(low, min(abs(v), high)) for v in values[1:] if v is not None and v != -1.5]
'''


def names(code: str) -> list[str]:
    return [mutant.name.split("  =>  ")[1] for mutant in mutants(code)]


@pytest.mark.parametrize(
    ("code", "made"),
    [
        ("a < b", ["a <= b", "a >= b"]),
        ("a - b", ["a + b", "b - a"]),
        ("a @ b", ["b @ a"]),
        ("f(x, axis=1)", ["f(x)", "f(x, axis=2)", "f(x, axis=0)"]),
        ("f(a, b)", ["f(b, a)"]),
        ("np.mean(x)", ["np.median(x)"]),
        ("max(a)", ["min(a)"]),
        ("abs(x)", ["x"]),
        ("a and b", ["a or b", "b", "a"]),
        ("not a", ["a"]),
        ("x[1:n]", ["x[2:n]", "x[0:n]", "x[1:n + 1]", "x[1:n - 1]"]),
        ("x[::2]", ["x[1::2]", "x[:-1:2]", "x[:]", "x[::3]", "x[::1]"]),
        ("range(n)", ["range(n + 1)", "range(n - 1)"]),
        ("a if b else c", ["a", "c"]),
        ("True", ["False"]),
        ("'text'", []),
        ("a += b", ["a -= b", "a = b"]),
        ("return_(a, (b, c))", ["return_((b, c), a)", "return_(a, (c, b))"]),
        ("lambda x, y: x", ["lambda x, y: y"]),
    ],
)
def test_kinds_of_mutants(code, made):
    found = [name for name in names(code) if name != "(dropped)"]
    assert all(name in found for name in made), found


def test_guards_and_statements_are_dropped_and_every_mutant_is_another_code():
    found = mutants(CODE)
    assert len({mutant.code for mutant in found}) == len(found) == len({mutant.name for mutant in found})
    assert "if low > high:  =>  (dropped)" in {mutant.name for mutant in found}
    for mutant in found:
        compile(mutant.code, mutant.name, "exec")


def test_a_name_does_not_change_with_other_lines():
    before = {mutant.name for mutant in mutants(CODE)}
    after = {mutant.name for mutant in mutants(CODE.replace('    """Text."""\n', "    extra = 1 + 2\n"))}
    assert before <= after


def answer_of(kind: str, hint: str = "", name: str = "") -> Answer:
    return Answer("intro.x", kind, "x = 1", hint, name)


@pytest.mark.parametrize(
    ("answer", "passed", "hint", "listed", "said"),
    [
        (answer_of("solution"), False, "", {}, "a right answer (solution) does not pass"),
        (answer_of("right"), False, "", {}, "a right answer (right) does not pass"),
        (answer_of("right"), True, "", {}, None),
        (answer_of("wrong", "add"), False, "subtract", {}, "needs the hint 'add'"),
        (answer_of("wrong", "add"), True, "", {}, "needs the hint 'add'"),
        (answer_of("wrong", "add"), False, "first add", {}, None),
        (answer_of("mutant", name="m"), True, "", {}, "a mutant of the solution passes:\n  m"),
        (answer_of("mutant", name="m"), False, "", {}, None),
        (answer_of("mutant", name="m"), True, "", {"m": "the same"}, None),
        (answer_of("mutant", name="m"), False, "", {"m": "the same"}, "is listed as equivalent, but does not pass"),
        (answer_of("mutant", name="m"), False, "", {"n": "the same"}, "is listed as equivalent, but is no mutant"),
    ],
)
def test_what_is_said_about_answers(answer, passed, hint, listed, said):
    result = {"passed": passed, "hint": hint, "late": False}
    faults = exercise_answers.answer_faults([[answer]], [[result]], {"intro.x": listed})
    assert [said in fault for fault in faults] == [True] * (said is not None)


def test_answers_are_judged_silently_in_copies_and_in_time(capsys):
    codes = [
        "def answer(channels_in, channels, strides):\n    print('noise')\n    return width(channels)",
        "shared.append(1)\nanswer = None",
        "def answer(*_):\n    while True:\n        pass",
        "raise SystemExit(1)",
        "answer = shared",
    ]
    namespace = {"width": lambda n: 9 * n, "shared": []}
    results = judging.judge_answers("intro.block_parameters", "answer", codes, 1, namespace)
    assert capsys.readouterr().out == ""
    assert [result["passed"] for result in results] == [False] * 5
    assert [result["late"] for result in results] == [False, False, True, False, False]
    assert namespace["shared"] == []


def test_a_missing_file_of_answers_is_named():
    entry = course.labs()[0].notebooks[0]
    with pytest.raises(AssertionError, match=r"tests/intro/wrong_answers/99.py is missing: a dictionary WRONG"):
        exercise_answers.answers_file(course.Notebook("Intro_to_DL/99_X.ipynb", "X", 1), "wrong_answers", "intro")
    assert exercise_answers.answers_file(entry, "wrong_answers")["WRONG"]


def test_a_check_cell_of_another_form_is_shown():
    cell = type("Cell", (), {"source": "exercises.check(name, answer)"})
    with pytest.raises(AssertionError, match=r"this one reads:\nexercises.check\(name, answer\)"):
        exercise_answers.check_call(cell)


def test_every_equivalent_mutant_has_its_reason():
    for lab in course.labs():
        for listed in exercise_answers.equivalent_mutants(lab.room).values():
            assert all(len(reason) > 10 for reason in listed.values())

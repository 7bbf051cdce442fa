"""Asking a learner's function: with copies, in many cases, and with a hint that names the case that went wrong."""

import copy
import functools
import inspect
import math
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bootcamp.exercises.comparison import ATOL, RTOL, difference, same
from bootcamp.exercises.findings import Check, Finding

import numpy as np

NOT_A_FUNCTION = "hand over the function itself, by its name and without parentheses; this is a"
SHOWN_VALUES = 8
LONGEST_MESSAGE = 200  # characters of an exception in a hint; the frameworks write pages
CASE = "_bootcamp_case"  # attribute of an exception: in which case the answer raised it
FAILURES = (Exception, SystemExit)  # an answer may end in any of these; an interrupt is the learner's own


def ask(answer: Callable, *arguments: Any, case: str = "") -> Any:
    """Call a learner's function with copies of the arguments, so that it may change them.

    Whatever it raises passes on, with a note for `check` that says for which arguments.

    Args:
        answer: the function.
        arguments: what it is called with.
        case: what is special about this case, in a few words.
    """
    copies = [_copied(argument) for argument in arguments]
    try:
        return answer(*copies)
    except FAILURES as error:
        if not hasattr(error, CASE):
            setattr(error, CASE, f"{case + ': ' if case else ''}{described(*arguments)}")
        raise


def stopped(error: BaseException) -> str:
    """A clause that says how an answer ended, and in which case when `ask` knew."""
    name = type(error).__name__
    try:
        message = next(iter(str(error).splitlines()), "")
    except Exception:  # noqa: BLE001 - a learner's own exception may fail when it is printed
        message = ""
    text = f"it stopped with {name}" + (f": {textwrap.shorten(message, LONGEST_MESSAGE)}" if message else "")
    case = getattr(error, CASE, "")
    return text + (f" (called with {case})" if case else "")


def described(*arguments: Any) -> str:
    """Arguments in words: short ones by value, arrays by type and shape.

    >>> described(3, np.zeros((4, 5)), [1.5, 2.0])
    '3, float64 (4, 5), [1.5, 2.0]'
    """
    return ", ".join(_described(argument) for argument in arguments)


def takes_function(check: Check) -> Check:
    """Decorator of a check whose answer is a function: anything else gets a hint instead of the check."""

    @functools.wraps(check)
    def checked(answer: Any) -> list[Finding]:
        if not callable(answer):
            return [Finding("the answer is a function", False, f"{NOT_A_FUNCTION} {type(answer).__name__}")]
        return check(answer)

    return checked


def agrees(
    about: str,
    answer: Callable,
    rule: Callable,
    cases: Iterable[Sequence],
    *,
    hint: str,
    mistakes: Mapping[str, Callable] | None = None,
    errors: Mapping[type[Exception], str] | None = None,
    prepared: Callable[[Any], Any] = lambda result: result,
    rtol: float = RTOL,
    atol: float = ATOL,
    loose_shape: bool = False,
) -> Finding:
    """Whether a learner's function gives what the rule gives, in every case.

    A mistake is recognized when its rule explains the answer in every case, the wrong ones among them. So a hint
    never speaks of a mistake that the answer does not make. Without one the general hint comes, with the first case
    in which the answer differs, and what differs there.

    Args:
        about: what is looked at, for the learner.
        answer: the learner's function.
        rule: a function of the same arguments that is right.
        cases: the arguments of each case.
        hint: general hint.
        mistakes: hint -> function of the same arguments that makes this mistake.
        errors: kind of an exception that is itself a known mistake -> its hint.
        prepared: applied to the results of answer, rule and mistakes before they are compared, e.g. one of two parts.
        rtol: see `same`.
        atol: see `same`.
        loose_shape: see `same`.
    """
    options = {"rtol": rtol, "atol": atol, "loose_shape": loose_shape}
    cases, results, fault = list(cases), [], ""
    for arguments in cases:
        try:
            results.append(prepared(ask(answer, *arguments)))
        except FAILURES as error:
            known = next((text for kind, text in (errors or {}).items() if isinstance(error, kind)), "")
            return Finding(about, False, fault or f"{known + ': ' if known else ''}{stopped(error)}")
        clause = "" if fault else difference(results[-1], prepared(ask(rule, *arguments)), **options)
        fault = fault or (clause and f"{hint} (called with {described(*arguments)}: {clause})")
    if not fault:
        return Finding(about, True)
    return Finding(about, False, recognized(results, mistakes or {}, cases, prepared, **options) or fault)


def recognized(
    results: Sequence[Any],
    mistakes: Mapping[str, Callable],
    cases: Sequence[Sequence],
    prepared: Callable[[Any], Any] = lambda result: result,
    **options: Any,
) -> str:
    """Hint of the first mistake that explains the results of all cases, empty when none does."""

    def explains(mistake: Callable) -> bool:
        try:
            with np.errstate(all="ignore"):
                return all(
                    same(result, prepared(ask(mistake, *arguments)), **options)
                    for result, arguments in zip(results, cases, strict=True)
                )
        except FAILURES:  # the mistake has no result in this case
            return False

    return next((hint for hint, mistake in mistakes.items() if explains(mistake)), "")


def refuses(about: str, answer: Callable, cases: Iterable[Sequence], error: type[Exception], *, hint: str) -> Finding:
    """Whether a learner's function raises `error` in every case; the hint names the first case in which it does not."""
    for arguments in cases:
        try:
            ask(answer, *arguments)
        except error:
            continue
        except FAILURES as other:
            return Finding(about, False, f"{error.__name__} is asked for; {stopped(other)}")
        return Finding(about, False, f"{hint} (called with {described(*arguments)})")
    return Finding(about, True)


def untouched(about: str, answer: Callable, cases: Iterable[Sequence], *, hint: str) -> Finding:
    """Whether a learner's function leaves its arguments as they were; asked only where the text demands it."""
    for arguments in cases:
        handed = [_copied(argument) for argument in arguments]
        try:
            answer(*handed)
        except FAILURES as error:
            return Finding(about, False, stopped(error))
        if not all(same(left, given, rtol=0.0, atol=0.0) for left, given in _data(handed, arguments)):
            return Finding(about, False, hint)
    return Finding(about, True)


def random_cases(make: Callable[[np.random.Generator], Any], count: int = 20, seed: int = 0) -> list[Any]:
    """`count` cases drawn with one generator of a fixed seed: the same cases for everybody.

    >>> random_cases(lambda random: random.integers(10), count=2) == random_cases(lambda random: random.integers(10), 2)
    True
    """
    random = np.random.default_rng(seed)
    return [make(random) for _ in range(count)]


def first_wrong(findings: Iterable[Finding]) -> list[Finding]:
    """Findings up to the first that is not right: where later questions make sense only after earlier ones."""
    kept: list[Finding] = []
    for finding in findings:
        kept.append(finding)
        if not finding.right:
            break
    return kept


def _copied(value: Any) -> Any:
    if hasattr(value, "detach"):  # a tensor keeps its place in the graph; its clone may be changed
        return value.clone()
    return value if callable(value) else copy.deepcopy(value)


def _data(handed: Sequence, given: Sequence) -> list[tuple[Any, Any]]:
    pairs = zip(handed, given, strict=True)
    return [(left, right) for left, right in pairs if not callable(right)]


def _described(value: Any) -> str:
    if inspect.isroutine(value):
        return "a function"
    shape, kind = getattr(value, "shape", None), getattr(value, "dtype", None)
    if shape is not None and kind is not None:
        shape = tuple(int(length) for length in shape)
        return f"{value}" if not shape else _described_array(value, shape, str(kind).removeprefix("torch."))
    text = repr(value)
    return text if len(text) <= 60 else f"{type(value).__name__} of {_length(value)}"


def _described_array(value: Any, shape: tuple[int, ...], kind: str) -> str:
    if math.prod(shape) > SHOWN_VALUES or kind.startswith(("object", "complex")) or not isinstance(value, np.ndarray):
        return f"{kind} {shape}"
    text = np.array2string(value, precision=4, separator=", ", suppress_small=True).replace("\n", "")
    return f"{kind} {shape} {text}"


def _length(value: Any) -> str:
    return f"{len(value)} entries" if hasattr(value, "__len__") else "unknown length"

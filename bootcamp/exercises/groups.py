"""Cases of one question in groups: each group is a finding of its own, and all of them together decide the hint."""

import dataclasses
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bootcamp.exercises.cases import agrees, ask
from bootcamp.exercises.comparison import as_array
from bootcamp.exercises.findings import Finding

Cases = list[tuple]


def in_groups(
    answer: Callable,
    rule: Callable,
    groups: Mapping[str, tuple[Cases, str]],
    mistakes: Mapping[str, Callable],
    **options: Any,
) -> list[Finding]:
    """One finding for each group of cases; a mistake is recognized only when it explains the answer in all groups.

    Args:
        answer: the learner's function.
        rule: a function of the same arguments that is right.
        groups: what a finding is about -> (its cases, its general hint).
        mistakes: hint -> function of the same arguments that makes this mistake.
        options: `prepared`, `rtol`, `atol` and `loose_shape` of `agrees`.
    """
    findings = [agrees(about, answer, rule, cases, hint=hint, **options) for about, (cases, hint) in groups.items()]
    if all(finding.right for finding in findings):
        return findings
    everything = itertools.chain.from_iterable(cases for cases, _ in groups.values())
    hint = agrees("all cases", answer, rule, everything, hint="", mistakes=mistakes, **options).hint
    known = hint if hint in mistakes else ""
    return [finding if finding.right or not known else dataclasses.replace(finding, hint=known) for finding in findings]


def combined(make: Callable[..., Callable], *choices: Mapping[str, Any]) -> dict[str, Callable]:
    """Mistakes, and every combination of them: hint -> wrong rule, those with the fewest mistakes first.

    Args:
        make: makes a rule of one option of each of the choices.
        choices: hint -> option; the right option has the hint "".
    """
    combinations = [tuple(zip(*picked, strict=True)) for picked in itertools.product(*(c.items() for c in choices))]
    hints = [tuple(filter(None, hints)) for hints, _ in combinations]
    pairs = sorted(zip(hints, combinations, strict=True), key=lambda pair: len(pair[0]))
    return {"; and ".join(hints): make(*options) for hints, (_, options) in pairs if hints}


def two_parts(about: str, answer: Callable, case: Sequence, hint: str) -> Finding:
    """Whether a function returns two values, as tuple, list or stacked array."""
    result = ask(answer, *case)
    parts = result if isinstance(result, tuple | list) else as_array(result)
    count = len(parts) if isinstance(parts, tuple | list) or parts.ndim else 1
    return Finding(about, count == 2, f"{hint}; this returns {_counted(result, count)}")


def first(result: Sequence) -> Any:
    """First of two results."""
    return result[0]


def second(result: Sequence) -> Any:
    """Second of two results."""
    return result[1]


def _counted(result: Any, count: int) -> str:
    if result is None:
        return "None: does a `return` miss?"
    return f"{type(result).__name__} with {count} values" if count != 1 else f"one {type(result).__name__}"

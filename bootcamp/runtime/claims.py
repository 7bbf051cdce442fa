"""Claims and records: what a notebook found, as a sentence with its numbers and as data for a batch run."""

import itertools
import json
import math
import operator
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

METRIC_KEY = "bootcamp_metric"
CLAIM_KEY = "bootcamp_claim"
OPERATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq}
DIGITS = 3
"""Significant digits of a number that a learner reads."""
MOST_DIGITS = 8
"""Digits at most, where two numbers that differ would look the same."""
MOST_SHOWN = 6
"""Numbers of an array that are shown one by one; of a longer one the smallest and the largest are."""
MOST_STORED = 100
"""Numbers of an array that go into the data of a claim; of a longer one the first."""
NO_NUMBER = math.nan
PERCENT = "%"

Numbers = list[int | float]


def record(name: str, value: float | int | str | bool) -> None:
    """Show a result, `recorded: test accuracy 0.962`, and keep it as data for the results of a batch run.

    The notebook gate compares the name and not the value. A value that is not finite is stored as null.

    Args:
        name: of the metric, on one line.
        value: a number of any framework, a text or a truth value.

    Raises:
        ValueError: the name is empty, or the value is no number, text or truth value.
    """
    name = _one_line(name, "a metric needs a name")
    plain = value.item() if hasattr(value, "item") and getattr(value, "size", 1) == 1 else value
    if not isinstance(plain, bool | int | float | str):
        raise ValueError(f"metric '{name}' must be a number, text or truth value, not {type(value).__name__}")
    finite = not isinstance(plain, float) or math.isfinite(plain)
    _display(f"recorded: {name} {_value_text(plain)}", {METRIC_KEY: {"name": name, "value": plain if finite else None}})


def claim(text: str, *values: Any, unit: str = "", shown: str = "", **named: Any) -> None:
    """State a result, whether it holds, and its numbers: `the network beats the line: True   [0.031 against 0.114]`.

    Two numbers are compared, and the claim finds out by itself whether it holds; a chain says between what:

    - `claim("the network beats the line", network_error, "<", line_error)`
    - `claim("nine of ten are right, not all", 0.9, "<", share, "<", 1.0)`

    The operators are `<`, `<=`, `>`, `>=`, and `==` for counts. Arrays are compared number by number, an array with one
    number by number; every comparison must hold, and there must be one. What is no comparison of numbers is a truth
    value, with the numbers to show behind it:

    - `claim("every class is found", found.all(), recall=recall, smallest=recall.min())`

    The stored output says True. `pytest --nbval` and the batch runner fail when it turns False, and do not compare
    what stands in the brackets; a learner who plays with the parameters sees False and can go on.

    Args:
        text: a sentence without full stop, on one line.
        values: numbers with operators between them; or a truth value, then numbers.
        unit: of the numbers compared, else of all: `kt`, `points`; `%` shows shares as percent, 0.953 as 95.3 %.
        shown: what to show of a truth value that has no number: nearly never.
        named: further numbers to show, each behind its name.

    Raises:
        ValueError: no sentence on one line; no comparison and no truth value; an unknown operator; `==` for numbers
            that are no counts; arrays of different sizes; or what should be a number is none.
    """
    text = _one_line(text, "a claim needs a sentence")
    shown = _one_line(shown, "what a claim shows is a text") if shown else ""
    extra = {name: _numbers(value) for name, value in named.items()}
    if any(isinstance(value, str) for value in values):
        operands, signs = [_numbers(value) for value in values[::2]], list(values[1::2])
        holds = _compare(operands, signs)
        groups = [_comparison_text(operands, signs, unit), *_named_texts(extra, "")]
    else:
        operands, signs = [_numbers(value) for value in values[1:]], []
        holds = _truth(values)
        groups = [*(_unit_text(_array_text(numbers, unit), unit) for numbers in operands), *_named_texts(extra, unit)]
    everything = [number for numbers in (*operands, *extra.values()) for number in numbers]
    holds = holds and not any(map(math.isnan, everything))
    several = any(len(numbers) > 1 for numbers in (*operands, *extra.values()))
    bracket = ("; " if several else ", ").join([*groups, shown] if shown else groups)
    data = {"claim": text, "holds": holds, "shown": bracket, "values": _stored(operands, signs)}
    data["named"] = {name: _plain(numbers) for name, numbers in extra.items()}
    _display(f"{text}: {holds}" + (f"   [{bracket}]" if bracket else ""), {CLAIM_KEY: data})


def number_text(value: int | float, digits: int = DIGITS) -> str:
    """A number for a reader: counts below a million in full, else `digits` significant digits.

    >>> [number_text(x) for x in (0.03114, 12, 123456, 3141.6, 760256367, 1e-12, 32.0, float("nan"))]
    ['0.0311', '12', '123,456', '3,140', '7.6e8', '1e-12', '32', 'nan']
    """
    if isinstance(value, int) and abs(value) < 1_000_000:
        return f"{value:,}"
    if value == 0 or (isinstance(value, float) and not math.isfinite(value)):
        return f"{value + 0:g}"  # no sign before zero
    mantissa, exponent = f"{Decimal(value):.{digits - 1}e}".split("e")
    if -5 < int(exponent) < 6:
        plain = f"{Decimal(f'{mantissa}e{exponent}'):,f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{int(exponent)}"


def _one_line(text: Any, need: str) -> str:
    if not isinstance(text, str) or not text.strip() or len(text.splitlines()) > 1:
        raise ValueError(f"{need}, on one line, not {text!r}")
    return text


def _value_text(value: int | float | str | bool) -> str:
    """Text behind the name of a metric: one word, or text in quotes, so that the gate finds where the name ends."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return str(value) if isinstance(value, bool) else number_text(value)


def _numbers(value: Any) -> Numbers:
    """Numbers of a scalar, sequence, array or tensor of any framework, in order; what is missing becomes NaN."""
    import numpy as np

    if isinstance(value, Iterable) and not hasattr(value, "__array__") and not isinstance(value, str | bytes | dict):
        return [number for entry in value for number in _numbers(entry)]
    try:
        return [_number(entry) for entry in np.asarray(_on_host(value)).ravel().tolist()]
    except (TypeError, ValueError) as error:
        raise ValueError(f"a claim shows numbers, not {_brief(value)}") from error


def _on_host(value: Any) -> Any:
    """A PyTorch tensor without gradient, on the CPU, of a type that NumPy has; everything else as it is."""
    if not hasattr(value, "detach"):
        return value
    value = value.detach().cpu()
    return value.double() if value.is_floating_point() else value


def _number(value: Any) -> int | float:
    """One number as Python's own.

    Raises:
        TypeError: a truth value, a text, a complex number or another thing.
    """
    if isinstance(value, bool | str | bytes | complex):
        raise TypeError
    if value is None or type(value).__name__ == "NAType":
        return NO_NUMBER
    return value if isinstance(value, int) else float(value)


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}... ({type(value).__name__})"


def _truth(values: Sequence[Any]) -> bool:
    """The truth value of a claim that compares nothing; a number is none, since NaN would count as True."""
    import numpy as np

    value = values[0] if values else None
    array = np.asarray(_on_host(value))
    if array.dtype != bool or array.size != 1:
        raise ValueError(f"a claim needs left, '<', right, or one truth value, not {_brief(value)}")
    return bool(array)


def _compare(operands: Sequence[Numbers], signs: Sequence[Any]) -> bool:
    if len(operands) != len(signs) + 1:
        raise ValueError("a claim compares as left, '<', right: an operator between each two numbers")
    for sign in signs:
        if not isinstance(sign, str) or sign not in OPERATORS:
            raise ValueError(f"a claim compares with {', '.join(OPERATORS)}, not with {_brief(sign)}")
    links = zip(operands, signs, operands[1:], strict=False)
    found = [_holds(left, sign, right) for left, sign, right in links]  # all, so that a mistake is never hidden
    return all(found)


def _holds(left: Numbers, sign: str, right: Numbers) -> bool:
    pairs = _pairs(left, right)
    if sign == "==" and any(math.isfinite(number) and number != int(number) for number in (*left, *right)):
        raise ValueError("== is for counts; of other numbers claim that they differ by less than a limit")
    return bool(pairs) and all(OPERATORS[sign](a, b) for a, b in pairs)


def _pairs(left: Numbers, right: Numbers) -> list[tuple[int | float, int | float]]:
    """What is compared with what: a single number with each of the others; none when one side is empty."""
    if len(left) != len(right) and 1 not in (len(left), len(right)) and left and right:
        raise ValueError(f"a claim cannot compare {len(left)} numbers with {len(right)}")
    count = max(len(left), len(right)) if left and right else 0
    return [(left[k % len(left)], right[k % len(right)]) for k in range(count)]


def _comparison_text(operands: Sequence[Numbers], signs: Sequence[str], unit: str) -> str:
    """`0.031 against 0.114` for two, `0.9 < 0.95 <= 1` for a chain, with enough digits to tell different numbers."""
    pairs = [pair for left, right in itertools.pairwise(operands) for pair in _pairs(left, right)]
    digits = DIGITS
    while digits < MOST_DIGITS and any(_look_alike(a, b, unit, digits) for a, b in pairs):
        digits += 1
    first, *rest = (_array_text(numbers, unit, digits) for numbers in operands)
    words = ["against"] if len(signs) == 1 else signs
    return _unit_text(" ".join([first, *(f"{word} {text}" for word, text in zip(words, rest, strict=True))]), unit)


def _look_alike(a: int | float, b: int | float, unit: str, digits: int) -> bool:
    return a != b and _array_text([a], unit, digits) == _array_text([b], unit, digits)


def _array_text(numbers: Numbers, unit: str, digits: int = DIGITS) -> str:
    if unit == PERCENT:
        numbers = [100 * number for number in numbers]
    if len(numbers) <= MOST_SHOWN:
        return ", ".join(number_text(number, digits) for number in numbers) or "none"
    known = [number for number in numbers if not math.isnan(number)] or numbers
    missing = f", {len(numbers) - len(known)} nan" if len(known) < len(numbers) else ""
    return f"{number_text(min(known), digits)} to {number_text(max(known), digits)} ({len(numbers)} numbers{missing})"


def _unit_text(text: str, unit: str) -> str:
    return f"{text} {unit}" if unit else text


def _named_texts(named: dict[str, Numbers], unit: str) -> list[str]:
    return [
        f"{name.replace('_', ' ')} {_unit_text(_array_text(numbers, unit), unit)}" for name, numbers in named.items()
    ]


def _stored(operands: Sequence[Numbers], signs: Sequence[str]) -> list[Any]:
    """Operands with the operators between them, as JSON can hold them."""
    plain = [_plain(numbers) for numbers in operands]
    if not signs:
        return plain
    return [plain[0], *(entry for link in zip(signs, plain[1:], strict=True) for entry in link)]


def _plain(numbers: Numbers) -> Any:
    """A number or a list of numbers for JSON; null where there is no finite number."""
    plain = [number if isinstance(number, int) or math.isfinite(number) else None for number in numbers[:MOST_STORED]]
    return plain[0] if len(plain) == 1 else plain


def _display(text: str, metadata: dict[str, Any]) -> None:
    from IPython.display import display

    display({"text/plain": text}, raw=True, metadata=metadata)

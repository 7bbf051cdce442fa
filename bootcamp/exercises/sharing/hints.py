"""Hints by number: what is reported of a hint is the number of its text in the course, never the text that was shown.

A hint that is shown can hold a learner's values or the message of a learner's exception. The texts between which these
stand are constants of the checks, so they are read from the source, on both sides: the learner's side finds the number
of the text, the server the text of the number.
"""

import ast
import functools
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

GAP = "\u2026"
"""Stands in a text for what differs from learner to learner."""
SHORTEST = 12
"""Letters of a text that is told apart from others."""
UNKNOWN = 0
"""Number of no hint, and of one whose text is not in the source."""
PACKAGE = Path(__file__).parents[2]
SHARED = ("cases", "checking", "comparison", "groups")


def number(room: str, hint: str) -> int:
    """Number of the text behind a hint that was shown; `UNKNOWN` for no hint, or one of another making.

    Args:
        room: of the lab whose check gave the hint.
        hint: as the learner sees it.
    """
    return next((known for pattern, known in _patterns(room) if pattern.match(hint)), UNKNOWN) if hint else UNKNOWN


@functools.cache
def catalogue(room: str) -> dict[int, str]:
    """Number -> text of every hint that a check of the room can give, with `GAP` where something is filled in."""
    return {_number(text): " ".join(text.split()) for text in _texts(room)}


@functools.cache
def _patterns(room: str) -> list[tuple[re.Pattern, int]]:
    """Patterns of all texts, those that fix most letters first."""
    texts = sorted(_texts(room), key=lambda text: -len(text.replace(GAP, "")))
    return [(re.compile(".*?".join(map(re.escape, text.split(GAP))), re.S), _number(text)) for text in texts]


def _number(text: str) -> int:
    """32 bits of a digest: the same in every version of the course that has the text."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def _texts(room: str) -> set[str]:
    found = {text for file in _sources(room) for text in _constants(ast.parse(file.read_text(encoding="utf-8")))}
    return {text for text in found if len(text.replace(GAP, "").strip()) >= SHORTEST and " " in text.strip()}


def _sources(room: str) -> list[Path]:
    room_folder = PACKAGE / room  # found as files: an import of the room would take seconds
    own = sorted((room_folder / "checks").glob("*.py")) or [room_folder / "checks.py"]
    return own + [PACKAGE / "exercises" / f"{name}.py" for name in SHARED]


def _constants(node: ast.AST) -> Iterator[str]:
    """Texts of a module in its order: strings, and f-strings with gaps; docstrings are none."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else GAP for part in child.values)
        elif isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.value
        yield from _constants(child) if not isinstance(child, ast.JoinedStr) else _inside(child)


def _inside(text: ast.JoinedStr) -> Iterator[str]:
    """Texts within the gaps of an f-string, such as the two of a choice."""
    for part in text.values:
        if isinstance(part, ast.FormattedValue):
            yield from _constants(part)

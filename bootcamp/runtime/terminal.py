"""Text that somebody else wrote, on its way to a terminal."""

import re

_COLOURS = re.compile(r"\x1b\[[\d;]*m")


def printable(text: object, kept: str = "\n") -> str:
    r"""A text in which whatever cannot be seen is written as an escape; what is `kept` stays.

    Sequences that begin with the escape character move the cursor, change the title of the window or hide what was
    printed before; marks of direction turn the order of letters round. Colours, as error messages have, are left out.

    >>> printable("loss\x1b[2J\x1b[31m"), printable("\u202egnol\n")
    ('loss\\x1b[2J', '\\u202egnol\n')
    """
    shown = str(text)
    if shown.isprintable():
        return shown
    plain = _COLOURS.sub("", shown)
    return "".join(char if char.isprintable() or char in kept else ascii(char)[1:-1] for char in plain)

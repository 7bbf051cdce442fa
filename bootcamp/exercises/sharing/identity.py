"""Which class a learner is in, and what shows that a name is the learner's: variables, headers, the key."""

import contextlib
import hashlib
import os
import secrets
import tempfile
from pathlib import Path

from bootcamp.runtime import environment

ADDRESS_VARIABLE, WORD_VARIABLE = "BOOTCAMP_LEADERBOARD", "BOOTCAMP_CLASS_PASSWORD"
LEARNER_VARIABLE = "BOOTCAMP_LEARNER"
WORD_HEADER, KEY_HEADER = "X-Bootcamp-Password", "X-Bootcamp-Key"


def address() -> str:
    """Address of the class's server, without a slash at its end; empty where none is set, or none that could be."""
    found = environment.text(ADDRESS_VARIABLE).rstrip("/")
    return found if found.startswith(("http://", "https://")) else ""


def word() -> str:
    """The word of the class, as the instructor gave it to the learners."""
    return os.environ.get(WORD_VARIABLE, "")


def class_mark() -> str:
    """The same for the same server and word; tells neither. Empty where there is no class."""
    return hashlib.sha256(f"{address()}\n{word()}".encode()).hexdigest() if address() else ""


def key() -> str:
    """What shows that the learner's names are the learner's: made once, readable by the learner only.

    Raises:
        OSError: it cannot be read or made.
    """
    folder = environment.home() / "leaderboard"
    file = folder / "key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, written = tempfile.mkstemp(prefix="key-", dir=folder)  # made with mode 600
        with os.fdopen(descriptor, "w") as opened:
            opened.write(secrets.token_urlsafe(32))
        with contextlib.suppress(FileExistsError):  # another kernel was quicker: its key is the key
            os.link(written, file)
        Path(written).unlink()
    return file.read_text()

"""The instructor's password and the session behind it: a signed text, so that a server that starts again knows it.

It is no cookie: a browser sends those to every port of a host, and on the host of a hub learners run programs.
"""

import hashlib
import hmac
import secrets
import time
from pathlib import Path

from classroom.sight.records import same

PASSWORD_VARIABLE = "BOOTCAMP_INSTRUCTOR_PASSWORD"
PASSWORD_FILE, SECRET_FILE = "instructor-password.txt", "session-secret.txt"
HEADER, HOURS = "X-Bootcamp-Session", 12
PATH = "/sight"


def password(folder: Path, given: str = "") -> str:
    """The instructor's password: as given, else one that is made once and lies in the folder of the server."""
    return given or _once(folder / PASSWORD_FILE)


class Sessions:
    """Makes sessions and knows them again; another password ends them all."""

    def __init__(self, folder: Path, word: str):
        self.word = word
        self._secret = hashlib.sha256(f"{_once(folder / SECRET_FILE)}{word}".encode()).digest()

    def fits(self, given: object) -> bool:
        """Whether a text is the password."""
        return isinstance(given, str) and same(given, self.word)

    def new(self) -> str:
        """A session that is good for some hours."""
        until = str(int(time.time()) + HOURS * 3600)
        return f"{until}.{self._signed(until)}"

    def good(self, given: str) -> bool:
        """Whether a text is one of our sessions and still good."""
        until, _, signature = given.partition(".")
        right = until.isascii() and until.isdigit() and same(signature, self._signed(until))
        return right and int(until) > time.time()

    def _signed(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()


def _once(file: Path) -> str:
    """A secret that is made at its first use, for the owner of the folder only."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(12))
    return file.read_text().strip()

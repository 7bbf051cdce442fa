"""Names and hashed passwords of a class, in one SQLite file: every change is a transaction, nothing is half done.

A name without a hash gets in with no password at all: there is no first use. Passwords may be of any length up to a
thousand characters; scrypt takes all of them into account.
"""

import contextlib
import hashlib
import hmac
import os
import secrets
import sqlite3
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

SHORTEST, LONGEST = 8, 1000
"""Characters of a password."""
COST, BLOCK, HASH_BYTES, SALT_BYTES = 2**14, 8, 32, 16
"""scrypt: 16 MiB of memory and some 50 ms for each password."""
LOCK_SECONDS = 30.0
TABLE = "CREATE TABLE IF NOT EXISTS accounts (name TEXT PRIMARY KEY, salt BLOB NOT NULL, hash BLOB NOT NULL) STRICT"


class AccountError(RuntimeError):
    """The passwords of a class cannot be read or changed; the message says why."""


class Accounts:
    """The accounts in a file, which is made with the first of them; safe between threads and processes."""

    def __init__(self, file: Path):
        self.file = file

    def names(self) -> list[str]:
        """Everybody who has a password, in order; nobody where there is no file.

        Raises:
            AccountError: the file is damaged.
        """
        if not self.file.exists():
            return []
        with self._opened("ro") as database:
            return [name for (name,) in database.execute("SELECT name FROM accounts ORDER BY name")]

    def add(self, passwords: Mapping[str, str], replace: bool = False) -> None:
        """Store passwords, name -> password: all of them or, where there is an error, none.

        What was stored is read back, so that nobody gets a slip that does not work.

        Raises:
            AccountError: a name has a password and is not to be replaced, or the file cannot be written.
        """
        rows = [(name, *_hashed(password)) for name, password in passwords.items()]
        os.close(os.open(self.file, os.O_CREAT | os.O_RDWR, 0o600))
        with self._opened("rw") as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute(TABLE)
            for name, salt, digest in rows:
                if not replace and database.execute("SELECT 1 FROM accounts WHERE name = ?", (name,)).fetchone():
                    raise AccountError(f"{name} has a password already: --new-passwords replaces it")
                database.execute("INSERT OR REPLACE INTO accounts VALUES (?, ?, ?)", (name, salt, digest))
            database.execute("COMMIT")
        if lost := [name for name, password in passwords.items() if not self.check(name, password)]:
            raise AccountError(f"the passwords of {', '.join(lost)} were changed meanwhile; run the command again")

    def check(self, name: str, password: str) -> bool:
        """Whether this is the password of a name; never, where the name has none or the file cannot be read."""
        if len(password) > LONGEST:
            return False
        found = None
        with contextlib.suppress(AccountError), self._opened("ro") as database:
            found = database.execute("SELECT salt, hash FROM accounts WHERE name = ?", (name,)).fetchone()
        salt, expected = found or (bytes(SALT_BYTES), b"")  # an unknown name takes as long as a known one
        return hmac.compare_digest(_digest(password, salt), expected)

    def remove(self, name: str) -> None:
        """Take a name's password away, if it has one.

        Raises:
            AccountError: the file cannot be written.
        """
        if self.file.exists():
            with self._opened("rw") as database:
                database.execute("DELETE FROM accounts WHERE name = ?", (name,))

    @contextlib.contextmanager
    def _opened(self, mode: str) -> Iterator[sqlite3.Connection]:
        """The database; what was begun and not committed is undone."""
        try:
            address = f"{self.file.absolute().as_uri()}?mode={mode}"
            database = sqlite3.connect(address, uri=True, timeout=LOCK_SECONDS, isolation_level=None)
            with contextlib.closing(database):
                yield database
        except sqlite3.Error as error:
            raise AccountError(f"the passwords in {self.file} cannot be used: {error}") from error


def password_fault(password: str) -> str:
    """Why a password that somebody chose is not taken; empty: it is."""
    if not SHORTEST <= len(password) <= LONGEST:
        return f"A password has {SHORTEST} to {LONGEST} characters."
    return ""


def _hashed(password: str) -> tuple[bytes, bytes]:
    salt = secrets.token_bytes(SALT_BYTES)
    return salt, _digest(password, salt)


def _digest(password: str, salt: bytes) -> bytes:
    """The GIL is free meanwhile, so that a server answers others."""
    plain = unicodedata.normalize("NFC", password).encode(errors="surrogatepass")
    return hashlib.scrypt(plain, salt=salt, n=COST, r=BLOCK, p=1, dklen=HASH_BYTES)


class BackOff:
    """Makes guessing slow: after some wrong passwords in a row the next is looked at only after a while.

    A key is a name and an address, so that who guesses from elsewhere does not keep its owner out.
    """

    FREE, FIRST_SECONDS, MOST_SECONDS, MOST_KEYS = 5, 1.0, 60.0, 10_000

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._wrong: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    def seconds(self, key: tuple[str, str]) -> float:
        """So long nothing is looked at; 0: it is."""
        count, last = self._wrong.get(key, (0, 0.0))
        if count < self.FREE:
            return 0.0
        pause = min(self.MOST_SECONDS, self.FIRST_SECONDS * 2 ** min(count - self.FREE, 16))
        return max(0.0, last + pause - self._clock())

    def failed(self, key: tuple[str, str]) -> None:
        """Count a wrong password."""
        count, _ = self._wrong.pop(key, (0, 0.0))
        self._wrong[key] = (count + 1, self._clock())
        if len(self._wrong) > self.MOST_KEYS:
            self._wrong.popitem(last=False)

    def succeeded(self, key: tuple[str, str]) -> None:
        """Forget the wrong ones."""
        self._wrong.pop(key, None)

"""Whether a learner agreed that the class sees the checks: a file in the learner's folder, for one class."""

import contextlib
import json
import secrets
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from bootcamp.exercises.sharing import identity
from bootcamp.runtime import environment

CONSENT, WITHDRAWAL, OUTBOX = "consent.json", "withdrawal.json", "outbox"


@dataclass(frozen=True)
class Consent:
    """What was agreed to: `mark` and `token` name the class, here and there, `number` is this agreement's own.

    `name` is what the class sees.
    """

    mark: str
    token: str
    number: str
    name: str
    agreed: float


def folder() -> Path:
    """Where consent and outbox lie.

    Raises:
        environment.SettingError: the system knows no home folder of this user.
    """
    return environment.home() / "class"


def outbox() -> Path:
    """Folder of what waits to be sent."""
    return folder() / OUTBOX


def current() -> Consent | None:
    """The agreement for the class that is set; None: there is none, and nothing may be sent."""
    return _read(CONSENT)


def pending_withdrawal() -> Consent | None:
    """An agreement that was taken back while the server of the class did not answer."""
    return _read(WITHDRAWAL)


def give(name: str, token: str) -> Consent:
    """Agree, or change the name; what is agreed to is written before anything is sent.

    Raises:
        OSError: it cannot be written.
    """
    before = current()
    if before is not None and before.token != token:
        before = None
    number = before.number if before else secrets.token_hex(16)
    if before is None:
        shutil.rmtree(outbox(), ignore_errors=True)  # of another class, to which it may not go any more
    agreed = Consent(identity.class_mark(), token, number, name, before.agreed if before else time.time())
    _write(CONSENT, agreed)
    return agreed


def withdraw() -> Consent | None:
    """Take the agreement back: what waits is deleted, and the server is to be told; None where there was none."""
    agreed = current()
    if agreed is not None:
        _write(WITHDRAWAL, agreed)
    end()
    return agreed


def end() -> None:
    """The class is no more: the agreement ends with it, and what waits has nowhere to go."""
    (folder() / CONSENT).unlink(missing_ok=True)
    shutil.rmtree(outbox(), ignore_errors=True)


def withdrawn() -> None:
    """The server has deleted what it had."""
    (folder() / WITHDRAWAL).unlink(missing_ok=True)


def _read(name: str) -> Consent | None:
    with contextlib.suppress(
        OSError, ValueError, TypeError, RecursionError
    ):  # damaged or of another version: no consent
        found = Consent(**json.loads((folder() / name).read_text(encoding="utf-8")))
        if found.mark and found.mark == identity.class_mark():
            return found
    return None


def _write(name: str, agreed: Consent) -> None:
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = folder() / f"{name}.part"
    partial.write_text(json.dumps(asdict(agreed)), encoding="utf-8")
    partial.replace(folder() / name)

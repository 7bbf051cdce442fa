"""Settings of the class leaderboard, from variables; each error is a sentence for the instructor."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bootcamp import exercises
from bootcamp.leaderboard.class_client import PASSWORD_VARIABLE
from bootcamp.leaderboard.records import sqlite_address
from classroom.sight import session

STORE_VARIABLE, DEADLINE_VARIABLE = "BOOTCAMP_LEADERBOARD_STORE", "BOOTCAMP_LEADERBOARD_DEADLINE"
FOLDER_VARIABLE, PACE_VARIABLE = "BOOTCAMP_LEADERBOARD_FOLDER", "BOOTCAMP_LEADERBOARD_PER_HOUR"
UPLOAD_BYTES, UNPACKED_BYTES = 32 * 2**20, 64 * 2**20
"""The predictions of `cfd` are 7 MB, twice that in double precision."""
PER_HOUR = 20
"""Enough to try things, too few to find the answers out by trying."""
OWN_FILES = re.compile(
    r"leaderboard\.db.*|mlflow.*|artifacts|incoming|server\.lock|mlartifacts|mlruns|\.DS_Store"
    r"|sight|session-secret\.txt|instructor-password\.txt"
)
"""What a folder of the class holds."""
DATABASES = ("sqlite", "postgresql")


class SettingsError(ValueError):
    """A setting that the server cannot start with; the message says what to do."""


@dataclass(frozen=True)
class Settings:
    """What the server needs to know.

    `store` is the address of an MLflow tracking store, `deadline` has a time zone, sizes are in bytes: of an upload,
    and of its arrays when they are unpacked. `per_hour`: submissions under a name to a competition.
    `instructor_password`: of the page that shows the class; empty: one that is made and kept in the folder.
    """

    folder: Path
    password: str
    store: str
    deadline: datetime | None = None
    upload_bytes: int = UPLOAD_BYTES
    unpacked_bytes: int = UNPACKED_BYTES
    per_hour: int = PER_HOUR
    instructor_password: str = ""

    @property
    def artifacts(self) -> Path:
        """Folder of the predictions that were recorded."""
        return self.folder / "artifacts"


def read(
    folder: Path | None = None, environment: Mapping[str, str] = os.environ, need_password: bool = True
) -> Settings:
    """Settings from variables; the folder of the class is made, for its owner only.

    Args:
        folder: of the class; without it `BOOTCAMP_LEADERBOARD_FOLDER`, else one in the user's data folder.
        environment: the variables.
        need_password: whether somebody is going to submit.

    Raises:
        SettingsError: no password, or a deadline or a store that cannot be understood.
        OSError: the folder cannot be made.
    """
    password = environment.get(PASSWORD_VARIABLE, "")
    if need_password and not password:
        raise SettingsError(f"the class has no password; start with {PASSWORD_VARIABLE}=... before the command")
    deadline = _deadline(environment.get(DEADLINE_VARIABLE, ""))
    folder, store = _class_folder(folder, environment), environment.get(STORE_VARIABLE, "")
    address = _store(store) if store else sqlite_address(folder / "leaderboard.db")
    instructor = environment.get(session.PASSWORD_VARIABLE, "")
    if instructor and instructor == password:
        raise SettingsError(f"{session.PASSWORD_VARIABLE} is the class's password: learners would see the whole class")
    per_hour = _per_hour(environment.get(PACE_VARIABLE, ""))
    return Settings(folder, password, address, deadline, per_hour=per_hour, instructor_password=instructor)


def without_password(store: str) -> str:
    """Address of a store as it may be printed."""
    return re.sub(r"://([^:@/]*):[^@]*@", r"://\1:***@", store)


def _class_folder(folder: Path | None, environment: Mapping[str, str]) -> Path:
    named = folder or environment.get(FOLDER_VARIABLE) or exercises.progress_file().parent / "class-leaderboard"
    found = Path(named).expanduser().absolute()
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    _close(found)
    return found


def _close(folder: Path) -> None:
    """Close a folder to the learners on the same machine, who could read predictions and write scores.

    Raises:
        SettingsError: it is open and holds other things as well, which somebody may need.
    """
    if not folder.stat().st_mode & 0o077:
        return
    if others := sorted(path.name for path in folder.iterdir() if not OWN_FILES.fullmatch(path.name)):
        raise SettingsError(
            f"the folder {folder} is open to others on this machine and holds other things ({others[0]}); "
            "choose a folder for the class alone, or close it with `chmod 700`"
        )
    folder.chmod(0o700)


def _per_hour(text: str) -> int:
    if not text:
        return PER_HOUR
    if text.isascii() and text.isdigit() and 0 < int(text) < 10**6:
        return int(text)
    raise SettingsError(f"{PACE_VARIABLE} is a number of submissions, not '{text}'")


def _store(address: str) -> str:
    kind = address.partition(":")[0].partition("+")[0]
    if kind not in DATABASES:
        raise SettingsError(
            f"{STORE_VARIABLE} is an address such as postgresql://user:password@host/database, "
            f"not '{without_password(address)}'"
        )
    # Which driver a bare `postgresql:` stands for depends on the version of SQLAlchemy; psycopg is the one installed.
    return re.sub(r"^postgresql:", "postgresql+psycopg:", address)


def _deadline(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise SettingsError(
            f"{DEADLINE_VARIABLE} is a time with its zone, such as 2027-03-05T17:00+01:00, not '{text}'"
        )
    return found

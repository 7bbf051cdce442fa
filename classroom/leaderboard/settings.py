"""Settings of the class leaderboard, from variables; each error is a sentence for the instructor."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bootcamp import exercises
from bootcamp.leaderboard.class_client import PASSWORD_VARIABLE

STORE_VARIABLE, DEADLINE_VARIABLE = "BOOTCAMP_LEADERBOARD_STORE", "BOOTCAMP_LEADERBOARD_DEADLINE"
FOLDER_VARIABLE = "BOOTCAMP_LEADERBOARD_FOLDER"
UPLOAD_BYTES, UNPACKED_BYTES = 32 * 2**20, 64 * 2**20
"""The predictions of `cfd` are 7 MB, twice that in double precision."""
DATABASES = ("sqlite", "postgresql")


class SettingsError(ValueError):
    """A setting that the server cannot start with; the message says what to do."""


@dataclass(frozen=True)
class Settings:
    """What the server needs to know.

    `store` is the address of an MLflow tracking store, `deadline` has a time zone, sizes are in bytes: of an upload,
    and of its arrays when they are unpacked.
    """

    folder: Path
    password: str
    store: str
    deadline: datetime | None = None
    upload_bytes: int = UPLOAD_BYTES
    unpacked_bytes: int = UNPACKED_BYTES

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
    return Settings(folder, password, _store(store or f"sqlite:///{folder / 'leaderboard.db'}"), deadline)


def without_password(store: str) -> str:
    """Address of a store as it may be printed."""
    return re.sub(r"://([^:@/]*):[^@]*@", r"://\1:***@", store)


def _class_folder(folder: Path | None, environment: Mapping[str, str]) -> Path:
    named = folder or environment.get(FOLDER_VARIABLE) or exercises.progress_file().parent / "class-leaderboard"
    found = Path(named).expanduser().absolute()
    found.mkdir(mode=0o700, parents=True, exist_ok=True)  # learners on the same machine cannot write into it
    return found


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

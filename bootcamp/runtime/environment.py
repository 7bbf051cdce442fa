"""What a user sets by environment variables: flags, texts and folders, read in one way everywhere."""

import os
import urllib.parse
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import platformdirs

OFF_WORDS = frozenset({"", "0", "off", "no", "false", "n", "f", "none"})
HOME_VARIABLE = "BOOTCAMP_HOME"
OFFLINE_VARIABLE = "BOOTCAMP_OFFLINE"
DATA_VARIABLE = "BOOTCAMP_DATA"
ROOT_VARIABLE = "BOOTCAMP_ROOT"
MIRROR_VARIABLE = "BOOTCAMP_MIRROR"


class SettingError(OSError):
    """An environment variable, or what takes its place, names no place that could be used; the message has the cure."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.strerror = sentence


def text(name: str, environment: Mapping[str, str] | None = None) -> str:
    """Value of a variable without blanks around it; empty where it is not set."""
    return (os.environ if environment is None else environment).get(name, "").strip()


def flag(name: str, default: bool = False) -> bool:
    """Whether a variable switches something on: not set or blank is `default`, off-words in any case are off.

    >>> os.environ["BOOTCAMP_EXAMPLE"] = "No"
    >>> flag("BOOTCAMP_EXAMPLE", default=True)
    False
    """
    value = text(name).lower()
    return default if not value else value not in OFF_WORDS


def path(value: str, what: str) -> Path:
    """A folder or file as a user writes it: `~`, relative to the current folder, or `file://`; absolute.

    Args:
        value: the text.
        what: where it comes from, for the message.

    Raises:
        SettingError: `~` where there is no home folder, or `file://` with another machine.
    """
    if value.lower().startswith("file:"):
        parts = urllib.parse.urlsplit(value)
        if parts.netloc not in {"", "localhost"}:
            raise SettingError(f"{what}={value} names a file on another machine, which cannot be read from here")
        value = urllib.request.url2pathname(parts.path)
    try:
        return Path(value).expanduser().absolute()
    except RuntimeError as error:
        raise SettingError(f"{what}={value}: there is no such home folder; write the whole path") from error


def folder(name: str) -> Path | None:
    """Folder that a variable names, absolute; None where it is not set.

    Raises:
        SettingError: it names none that there could be.
    """
    value = text(name)
    return path(value, name) if value else None


def home() -> Path:
    """Folder of a learner's progress and scores: `BOOTCAMP_HOME`, else the user's data folder of the system.

    Raises:
        SettingError: the system knows no home folder of this user, and `BOOTCAMP_HOME` is not set.
    """
    named = folder(HOME_VARIABLE)
    if named is not None:
        return named
    try:
        return platformdirs.user_data_path("ai-for-science-bootcamp").absolute()
    except (RuntimeError, KeyError) as error:
        raise SettingError(f"this user has no home folder: set {HOME_VARIABLE} to a folder of yours") from error

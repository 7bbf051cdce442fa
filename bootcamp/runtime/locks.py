"""Locks between processes, on files; where a disk has none, one sentence with the cure."""

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

import filelock

Busy = filelock.Timeout
"""Somebody else holds the lock, and still did when the time was over."""
NO_LOCKS = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS}


class LockError(OSError):
    """The disk has no file locks, as some network disks; the message has the cure."""


@contextlib.contextmanager
def locked(path: Path, variable: str, seconds: float = -1.0) -> Iterator[None]:
    """Hold the lock file `path`; it goes with the process, also when that is killed.

    Args:
        path: the lock file.
        variable: names the environment variable with which a user chooses another folder, for the message.
        seconds: to wait at most; negative: without end.

    Raises:
        Busy: somebody else held the lock all that time.
        LockError: the disk has no locks.
        OSError: the file cannot be made.
    """
    lock = filelock.FileLock(path, timeout=seconds)
    try:
        lock.acquire()
    except NotImplementedError as error:
        raise _no_locks(path, variable) from error
    except OSError as error:
        if error.errno in NO_LOCKS:
            raise _no_locks(path, variable) from error
        raise
    try:
        yield
    finally:
        lock.release()


def _no_locks(path: Path, variable: str) -> LockError:
    sentence = f"the disk of {path.parent} has no file locks: set {variable} to a folder on a disk of this machine"
    return LockError(errno.ENOLCK, sentence, str(path))

"""Where data lives, and the creation of a data set: atomic, locked between processes, checksummed.

A data set is a folder below `data_root()` with a `manifest.json` that lists size and SHA-256 of every file. A builder
writes into a temporary folder beside it; only a complete folder gets its name, so a kill leaves nothing half-made.
"""

import contextlib
import errno
import hashlib
import json
import pkgutil
import shlex
import shutil
import stat
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from bootcamp import course
from bootcamp.course import DataSet
from bootcamp.datasets.catalogue import DataError, find
from bootcamp.datasets.files import FileError, inside, read_json
from bootcamp.runtime import environment, locks

MANIFEST, MOST_MANIFEST_BYTES = "manifest.json", 64 << 20
CHUNK = 1 << 20


def data_root() -> Path:
    """Folder of all data sets: `BOOTCAMP_DATA`, else `datasets/` of the course."""
    return environment.folder(environment.DATA_VARIABLE) or course.root() / "datasets"


def state(name: str) -> str:
    """`ready`, `missing`, `closed`, `outdated` or `damaged`; reads no file contents.

    Closed: somebody made it for himself alone. Damaged: no manifest, a file missing or of another size. Outdated: made
    by an earlier version of its builder; whoever asks for the data set gets it made anew.
    """
    entry = find(name)
    folder = data_root() / entry.name
    try:
        if not folder.is_dir():
            return "missing"
        (folder / MANIFEST).open("rb").close()
    except PermissionError:
        return "closed"
    except OSError:
        return "damaged"
    with contextlib.suppress(DataError):
        files = _read_manifest(folder)
        if all(_size(folder / path) == listed["bytes"] for path, listed in files.items()):
            return "ready" if _version(folder) == entry.version else "outdated"
    return "damaged"


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def verify(name: str) -> list[str]:
    """Compare every file of a data set with its checksum; returns the problems found, empty when all is well."""
    folder = data_root() / find(name).name
    if not folder.is_dir():
        return [f"{name} is not prepared"]
    try:
        files = _read_manifest(folder)
    except DataError as error:
        return [str(error)]
    problems = []
    for path, entry in files.items():
        if not (folder / path).is_file():
            problems.append(f"{name}/{path} is missing")
        elif sha256(folder / path) != entry["sha256"]:
            problems.append(f"{name}/{path} has the wrong checksum")
    return problems


def prepare(name: str, source: Path | None = None) -> Path:
    """Folder of a data set, made first if it is not ready. Processes that ask at the same time wait for one builder.

    Args:
        name: of the data set.
        source: folder with the user's own copy of the data, for the data sets that are made from one.

    Raises:
        DataError: unknown name, no permission, full disk, or a source that could not be read.
    """
    entry = find(name)
    folder = data_root() / name
    if source is not None:
        _check_source(entry, source)
    with _clear_os_errors(name):
        found = state(name)
        if found == "ready":
            return folder
        if found == "closed":
            raise DataError(
                f"'{name}' in {data_root()} is closed to you: whoever made it can open it with "
                f"`chmod -R a+rX {shlex.quote(str(folder))}`, or set BOOTCAMP_DATA to a folder of yours"
            )
    with _clear_os_errors(name), _locked(name):
        if state(name) == "ready":  # another process made it while this one waited
            return folder
        _remove_remains(name)
        partial = data_root() / f".{name}.partial-{uuid.uuid4().hex[:8]}"
        partial.mkdir(parents=True)
        try:
            _builder(entry)(partial, *([source] if entry.from_folder else []))
            _write_manifest(partial, entry.version)
            _open_to_all(partial)
            _make_room(folder)
            partial.rename(folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(pieces(name), ignore_errors=True)
    return folder


def _open_to_all(folder: Path) -> None:
    """Whoever may enter the data folder may read the data set, whatever the umask of who made it.

    Files that have a second name are the user's own, linked into the data set: their rights stay as they are.
    """
    for path in [folder, *folder.rglob("*")]:
        if path.is_symlink():
            continue
        mode = path.stat().st_mode
        if path.is_dir():
            path.chmod(mode | 0o555)
        elif path.stat().st_nlink == 1:
            path.chmod(mode | 0o444)


def closed_to_others(name: str) -> str:
    """Why other users of this machine could not read a data set that is ready: the path at fault, empty if none is."""
    folder = data_root() / find(name).name
    inside = sorted(folder.rglob("*")) if folder.is_dir() else []
    for place in [*reversed(folder.absolute().parents), folder, *inside]:
        mode = place.stat().st_mode
        if not mode & (stat.S_IXOTH if place.is_dir() else stat.S_IROTH):
            return str(place)
    return ""


def pieces(name: str) -> Path:
    """Folder where a long-running builder keeps finished pieces, so that it can go on after a kill.

    It outlives a builder that fails or is killed, and goes when the data set is complete or cleaned. The builder makes
    it, and tells a complete piece from a broken one.
    """
    return data_root() / f".{find(name).name}.pieces"


def clean(name: str) -> bool:
    """Remove a data set and what killed builders left of it; returns whether there was anything.

    Raises:
        DataError: unknown name, no permission, or a folder that the course did not make and so does not remove.
    """
    folder = data_root() / find(name).name
    if not data_root().is_dir():
        return False
    with _clear_os_errors(name), _locked(name):
        found = any(data_root().glob(f".{name}.partial-*")) or pieces(name).is_dir()
        _remove_remains(name)
        shutil.rmtree(pieces(name), ignore_errors=True)
        return _remove_listed(folder) or found


def _check_source(entry: DataSet, source: Path) -> None:
    if not entry.from_folder:
        raise DataError(f"'{entry.name}' is not made from a folder of yours: leave out --from")
    if not source.is_dir():
        raise DataError(f"there is no folder {source}")
    if state(entry.name) == "ready":
        raise DataError(f"'{entry.name}' is there already: `bootcamp data clean {entry.name}` first")


def _builder(entry: DataSet) -> Callable[..., None]:
    return pkgutil.resolve_name(entry.builder)


def _remove_listed(folder: Path) -> bool:
    """Remove what the manifest lists, and the folder if nothing else is in it; other files are the user's and stay."""
    if folder.is_symlink():
        folder.unlink()  # the data it leads to belong to somebody else
        return True
    if not folder.exists():
        return False
    try:
        files = _read_manifest(folder)
    except DataError as error:
        raise DataError(f"{error}: the course did not make {folder}, so remove it yourself") from error
    try:
        listed = [inside(folder, path) for path in [*files, MANIFEST]]  # all, before one is removed
    except FileError as error:
        raise DataError(f"{error}: nothing was removed; remove {folder} yourself") from error
    for path in listed:
        path.unlink(missing_ok=True)
    for place in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        with contextlib.suppress(OSError):
            place.rmdir()
    with contextlib.suppress(OSError):
        folder.rmdir()
    return True


def _holds_only_listed(folder: Path) -> bool:
    """Whether every file in a folder is one of its manifest, with the right checksum; some may be missing."""
    if folder.is_symlink():
        return False
    try:
        files = _read_manifest(folder)
    except DataError:
        return False
    present = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    present.pop(MANIFEST)
    return all(name in files and sha256(path) == files[name]["sha256"] for name, path in present.items())


def _make_room(folder: Path) -> None:
    """Remove an incomplete data set of ours; what may hold a file of the user is set aside under another name."""
    if _holds_only_listed(folder):
        shutil.rmtree(folder)
    elif folder.exists() or folder.is_symlink():
        folder.rename(folder.with_name(f"{folder.name}.set-aside-{uuid.uuid4().hex[:8]}"))


def _remove_remains(name: str) -> None:
    for remains in data_root().glob(f".{name}.partial-*"):
        shutil.rmtree(remains)


@contextlib.contextmanager
def _locked(name: str) -> Iterator[None]:
    data_root().mkdir(parents=True, exist_ok=True)
    with locks.locked(data_root() / f".{name}.lock", environment.DATA_VARIABLE):
        yield


@contextlib.contextmanager
def _clear_os_errors(name: str) -> Iterator[None]:
    """Turn the errors of the operating system into one sentence that names the cure."""
    try:
        yield
    except OSError as error:
        place = data_root()
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DataError(f"the disk is full: free space in {place}, then prepare '{name}' again") from error
        if isinstance(error, locks.LockError):
            raise DataError(error.strerror) from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise DataError(
                f"no permission to write in {place}: set BOOTCAMP_DATA to a folder of yours, "
                f"or ask whoever runs this server to prepare '{name}'"
            ) from error
        raise DataError(f"'{name}' in {place}: {error}") from error


def sha256(path: Path) -> str:
    """SHA-256 of a file as hexadecimal text."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _write_manifest(folder: Path, version: int) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    listed = {
        path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256(path)} for path in files
    }
    if not listed:
        raise DataError(f"the builder of {folder.name} wrote no file")
    content = {"version": version, "files": listed}
    (folder / MANIFEST).write_text(json.dumps(content, indent=2), encoding="utf-8")


def _read_manifest(folder: Path) -> dict[str, dict]:
    path = folder / MANIFEST
    try:
        files = read_json(path, MOST_MANIFEST_BYTES)["files"]
        if not all(isinstance(f["bytes"], int) and isinstance(f["sha256"], str) for f in files.values()):
            raise ValueError("sizes are numbers and checksums are text")
        if not files or not all(_is_inside(name) for name in files):
            raise ValueError("at least one file, and none outside of the folder")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{folder.name} has no readable {MANIFEST}") from error
    return files


def _version(folder: Path) -> int:
    """Version of the builder that made a data set; the first wrote none."""
    return read_json(folder / MANIFEST, MOST_MANIFEST_BYTES).get("version", 1)


def _is_inside(name: str) -> bool:
    """Whether a relative path stays in the folder that it starts from."""
    return not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts and "\\" not in name

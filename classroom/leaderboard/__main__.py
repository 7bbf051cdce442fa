"""`python -m classroom.leaderboard`: start the leaderboard of a class, or free a name in it."""

import contextlib
import errno
import os
import pkgutil
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, NoReturn

from bootcamp import leaderboard
from bootcamp.leaderboard.records import Store
from bootcamp.leaderboard.submissions import checked_name
from bootcamp.runtime import network
from bootcamp.runtime.terminal import printable
from classroom.leaderboard import settings as settings_module
from classroom.leaderboard import tracking
from classroom.leaderboard.settings import Settings, SettingsError, without_password
from classroom.sight import session

import filelock
import typer
import uvicorn

WRONG_INPUT, INTERRUPTED = 64, 130
Folder = Annotated[Path | None, typer.Option(help="Folder of the class: its database, predictions, passwords.")]

app = typer.Typer(
    help="Leaderboard of a class.", add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)


def main() -> None:
    """Entry point: an error of the settings or of the machine becomes one sentence."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        sys.exit(app(standalone_mode=False, prog_name="leaderboard") or 0)
    except (KeyboardInterrupt, typer.Abort):
        _fail("stopped", INTERRUPTED)
    except Exception as error:
        if hasattr(error, "format_message"):  # a ClickException; typer brings its own copy of click
            _fail(error.format_message(), WRONG_INPUT)
        ours = type(error).__module__.split(".")[0] in ("bootcamp", "classroom", "__main__")
        if ours or isinstance(error, OSError):
            _fail(str(error), WRONG_INPUT)
        raise


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 127.0.0.1: this machine only.")] = "0.0.0.0",
    port: Annotated[int, typer.Option(help="Port for learners and the page; 0: any.", min=0, max=65535)] = 5050,
    mlflow: Annotated[bool, typer.Option(help="MLflow's own pages for the instructor.")] = True,
    mlflow_port: Annotated[
        int, typer.Option(help="Port of MLflow's pages, on this machine only; 0: any.", min=0, max=65535)
    ] = 5051,
    folder: Folder = None,
) -> None:
    """Start the leaderboard; settings are variables, see README."""
    os.umask(0o077)
    settings = settings_module.read(folder)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_only_one(settings.folder))
        listening = stack.enter_context(_socket(network.listen, host, port, "--port"))
        kept = _socket(network.reserve, tracking.HOST, mlflow_port, "--mlflow-port") if mlflow else None
        _check_store(settings.store)
        service = _service(settings)
        if kept:
            stack.enter_context(kept)
            stack.enter_context(tracking.running(settings, kept))
        _announce(settings, host, network.port_of(listening), network.port_of(kept) if kept else 0)
        failures = _load_answers(service)
        service.run(sockets=[listening])
    if failures:
        raise failures[0]


@app.command()
def free(learner: Annotated[str, typer.Argument(help="The name, as on the page.")], folder: Folder = None) -> None:
    """Free a name: the next learner who submits under it owns it. What was submitted under it stays."""
    settings = settings_module.read(folder, need_password=False)
    freed = Store(settings.store, settings.artifacts).free(checked_name("learner", learner))
    typer.echo(f"'{learner}' is free" if freed else f"'{learner}' belongs to nobody")


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Two servers on one folder would not see each other's submissions as duplicates."""
    try:
        with filelock.FileLock(folder / "server.lock", timeout=0):
            yield
    except filelock.Timeout as error:
        raise SettingsError(f"a leaderboard with the folder {folder} runs already; end it, or use --folder") from error


def _socket(take: Callable[[str, int], socket.socket], host: str, port: int, option: str) -> socket.socket:
    try:
        return take(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = f"port {port} is in use; end the program that uses it, or choose another port with {option}"
        else:
            reason = f"cannot listen on {host}, port {port}: {error.strerror}; choose others with --host and {option}"
        raise SettingsError(reason) from error


def _load_answers(service: uvicorn.Server) -> list[Exception]:
    """Load what submissions are compared with, while the server answers already: that takes seconds.

    Returns:
        A list that stays empty unless they cannot be loaded; then the server ends.
    """
    failures: list[Exception] = []

    def load() -> None:
        try:
            for entry in leaderboard.competitions():
                if entry.answers:
                    pkgutil.resolve_name(entry.answers)()
        except Exception as error:  # noqa: BLE001 - raised again when the server has ended
            failures.append(error)
            service.should_exit = True

    threading.Thread(target=load, name="answers", daemon=True).start()
    return failures


def _service(settings: Settings) -> uvicorn.Server:
    from classroom.leaderboard import server  # imports MLflow, which takes seconds

    return server.create_server(settings)


def _check_store(store: str) -> None:
    """Ask the database once: MLflow itself would try for minutes."""
    import sqlalchemy

    try:
        engine = sqlalchemy.create_engine(store)
        engine.connect().close()
        engine.dispose()
    except (sqlalchemy.exc.SQLAlchemyError, ImportError) as error:
        reason = str(error).strip().splitlines()[0]
        raise SettingsError(f"the store {without_password(store)} cannot be used: {reason}") from error


def _announce(settings: Settings, host: str, port: int, mlflow_port: int) -> None:
    address = f"http://{_own_address(host)}:{port}"
    lines = [
        f"Page for the projector: {address}",
        f"The class in sight, for you: {address}{session.PATH}/, {_where_password(settings)}",
        f"Learners set BOOTCAMP_LEADERBOARD={address}, BOOTCAMP_CLASS_PASSWORD and BOOTCAMP_LEARNER.",
        f"Records: {without_password(settings.store)}, predictions in {settings.artifacts}",
        f"Deadline: {settings.deadline or 'none'}",
    ]
    if mlflow_port:
        password = settings.folder / tracking.PASSWORD_FILE
        lines.append(f"MLflow, in some seconds: http://{tracking.HOST}:{mlflow_port}, user {tracking.USER}, {password}")
    typer.echo("\n".join([*lines, "Ctrl-C ends it."]))


def _where_password(settings: Settings) -> str:
    """How the instructor knows the password of the page."""
    if settings.instructor_password:
        return f"with {session.PASSWORD_VARIABLE}"
    return f"password in {settings.folder / session.PASSWORD_FILE}"


def _own_address(host: str) -> str:
    """How other machines reach this one: where it listens everywhere, the address that routes to the outside."""
    if host not in ("0.0.0.0", "::"):
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
            return probe.getsockname()[0]
        except OSError:
            return socket.gethostname()


def _as_interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _fail(sentence: str, code: int) -> NoReturn:
    typer.echo(printable(f"leaderboard: {sentence}"), err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()

"""MLflow's own server on the store of the class, for the instructor: on this machine only, and with a password.

Whoever may write to it could write a score. So learners do not reach it, not even those with an account on the machine.
"""

import contextlib
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bootcamp.leaderboard.records import sqlite_address
from bootcamp.runtime import children, network
from classroom.leaderboard.settings import Settings

HOST, USER = "127.0.0.1", "admin"
PASSWORD_FILE, CONFIGURATION, LOG = "mlflow-password.txt", "mlflow-auth.ini", "mlflow.log"
END_SECONDS = 10


@contextlib.contextmanager
def running(settings: Settings, kept: socket.socket) -> Iterator[subprocess.Popen]:
    """MLflow's server as a process of its own, ended with the block; what it says goes to `mlflow.log`.

    Args:
        settings: of the class.
        kept: keeps the port that MLflow listens on, see `network.reserve`.
    """
    command = [sys.executable, "-m", "mlflow", "server", "--app-name", "basic-auth", "--workers", "1"]
    command += ["--host", HOST, "--port", str(network.port_of(kept))]
    network.release_for_start(kept)
    with (settings.folder / LOG).open("w") as said:
        process = subprocess.Popen(
            children.command(command),
            env=os.environ | _environment(settings),
            cwd=settings.folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the launcher, which ends this process itself
        )
        try:
            yield process
        finally:
            _end(process)


def _environment(settings: Settings) -> dict[str, str]:
    """Passwords go this way: arguments of a command can be read by every user of the machine."""
    return {
        "MLFLOW_BACKEND_STORE_URI": settings.store,
        "MLFLOW_DEFAULT_ARTIFACT_ROOT": settings.artifacts.as_uri(),
        "MLFLOW_AUTH_CONFIG_PATH": str(_configuration(settings.folder)),
        "MLFLOW_AUTH_ADMIN_PASSWORD": _password(settings.folder / PASSWORD_FILE),
        "MLFLOW_FLASK_SERVER_SECRET_KEY": secrets.token_hex(32),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    }


def _configuration(folder: Path) -> Path:
    file = folder / CONFIGURATION
    users = sqlite_address(folder / "mlflow-users.db").replace("%", "%%")  # a sign of its own to configparser
    file.write_text(
        f"[mlflow]\ndefault_permission = NO_PERMISSIONS\ndatabase_uri = {users}\nadmin_username = {USER}\n"
        "authorization_function = mlflow.server.auth:authenticate_request_basic_auth\n"
    )
    return file


def _password(file: Path) -> str:
    """Made once: MLflow keeps the one of its first start."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(16))
    return file.read_text()


def _end(process: subprocess.Popen) -> None:
    """End the server; its guard ends what is left of it."""
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

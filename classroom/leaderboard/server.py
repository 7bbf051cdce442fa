"""The service that learners reach: uploads of predictions, rankings as JSON, and a page for the projector.

Answers with `"refused": true` are for good; everything else a client sends again.
"""

import asyncio
import contextlib
import errno
import hmac
import logging
import os
import re
import shutil
import tempfile
import urllib.parse
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from bootcamp import leaderboard
from bootcamp.leaderboard.class_client import KEY_HEADER, PASSWORD_HEADER, SERVICE
from bootcamp.leaderboard.npz import TooLargeError, UploadError
from bootcamp.leaderboard.submissions import Competition, SubmissionError, checked_name
from classroom.leaderboard import connections
from classroom.leaderboard.board import Board, BusyError, TakenError
from classroom.leaderboard.settings import Settings
from classroom.sight import routes
from classroom.sight.service import Service

import jinja2
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect

log = logging.getLogger("classroom.leaderboard")

KEY = re.compile(r"[A-Za-z0-9_-]{20,100}")
WRONG_PASSWORD = (
    "the class password is wrong or missing; set BOOTCAMP_CLASS_PASSWORD to the one your instructor gave you"
)
WRONG_PASSWORD_SECONDS = 1.0
"""What a guess of the password costs."""
UPLOAD_SECONDS, REFUSED_SECONDS = 120.0, 20.0
"""So long the body of a request may take, and one of which nothing will be kept."""
FULL = (errno.ENOSPC, errno.EDQUOT)
FULL_DATABASE = ("disk is full", "no space left", "could not extend file")
"""What SQLite and PostgreSQL say when the disk is full."""


class RefusedError(Exception):
    """An answer other than a success; `final`: sending the same again would not help."""

    def __init__(self, status: int, sentence: str, final: bool = True):
        super().__init__(sentence)
        self.status, self.sentence, self.final = status, sentence, final


@dataclass(frozen=True)
class Sender:
    """Who submits what to which competition, checked."""

    entry: Competition
    learner: str
    model: str
    key: str


def create_app(settings: Settings) -> FastAPI:
    """The service; its store is opened, which makes it if need be."""
    board = Board(settings)
    board.open()
    incoming = settings.folder / "incoming"
    shutil.rmtree(incoming, ignore_errors=True)  # left by a server that was killed
    incoming.mkdir()
    workers = ThreadPoolExecutor(max(2, min(4, os.cpu_count() or 1)))  # so many submissions are unpacked at once

    async def in_worker(function: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(workers, function, *arguments)

    sight = Service(settings.folder, settings.password, settings.instructor_password, board.check_owner)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        sight.close()

    options = {"docs_url": None, "redoc_url": None, "openapi_url": None}
    app = FastAPI(title="Leaderboard of the class", lifespan=lifespan, **options)
    routes.mount(app, sight)
    page = _template()

    @app.get("/health")
    async def health() -> dict[str, Any]:
        return {"service": SERVICE, "upload_bytes": settings.upload_bytes}

    @app.get("/")
    def ranking_page() -> HTMLResponse:
        boards = [
            {"entry": entry, "rows": board.ranking(entry), "late": board.late(entry)}
            for entry in leaderboard.competitions()
        ]
        now = datetime.now().astimezone()
        return HTMLResponse(
            page.render(boards=boards, now=now, deadline=settings.deadline and settings.deadline.astimezone()),
            headers={"Cache-Control": "no-store"},
        )

    @app.get("/api/rankings/{competition}")
    def ranking(competition: str, every: bool = False) -> dict[str, Any]:
        return {"rows": [row.as_json() for row in board.ranking(_entry(competition), every)]}

    @app.put("/api/submissions/{competition}")
    async def submit(competition: str, request: Request, learner: str = "", model: str = "") -> dict[str, Any]:
        try:
            sender = await in_worker(_sender, board, request, competition, learner, model)
        except RefusedError as refusal:
            await _receive(request, None, settings.upload_bytes, REFUSED_SECONDS)
            if refusal.status == 401:
                await asyncio.sleep(WRONG_PASSWORD_SECONDS)
            raise
        with tempfile.TemporaryDirectory(dir=incoming) as folder:
            upload = Path(folder) / leaderboard.PREDICTIONS
            with upload.open("wb", buffering=0) as file:
                size = await _receive(request, file, settings.upload_bytes)
            received = datetime.now(UTC)
            if size > settings.upload_bytes:
                raise RefusedError(413, f"the upload is too large; {settings.upload_bytes / 2**20:,.0f} MB are allowed")
            found = await in_worker(
                board.accept, sender.entry, sender.learner, sender.model, sender.key, upload, received
            )
        return {"status": found.status, "learner": found.learner, "scores": found.scores, "submitted": found.submitted}

    of_the_sender = (RefusedError, SubmissionError, BusyError, TakenError, UploadError, ClientDisconnect)
    for kind in (*of_the_sender, OSError, SQLAlchemyError, MlflowException):
        app.add_exception_handler(kind, _answer)
    return app


def create_server(settings: Settings, log_level: str = "warning") -> uvicorn.Server:
    """The service with its limits on connections; give `run` a socket that listens."""
    connections.allow_many_files()
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        http=connections.guarded(),
        log_level=log_level,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    server = uvicorn.Server(config)
    app.state.sight.ending = lambda: server.should_exit  # streams end by themselves, and keep nobody waiting
    return server


def _sender(board: Board, request: Request, competition: str, learner: str, model: str) -> Sender:
    _check_password(request, board.settings.password)
    entry = _entry(competition)
    key = request.headers.get(KEY_HEADER, "")
    if not KEY.fullmatch(key):
        raise RefusedError(400, "the submission has no key of the learner; submit with bootcamp.leaderboard")
    try:
        learner, model = checked_name("learner", learner), checked_name("model", model)
        return Sender(entry, board.check_owner(learner, key), model, key)
    except TakenError as error:
        raise RefusedError(409, str(error)) from error
    except SubmissionError as error:
        raise RefusedError(422, str(error)) from error


def _check_password(request: Request, password: str) -> None:
    given = urllib.parse.unquote(request.headers.get(PASSWORD_HEADER, ""))
    if not hmac.compare_digest(given.encode(), password.encode()):
        raise RefusedError(401, WRONG_PASSWORD, final=False)


def _entry(name: str) -> Competition:
    try:
        return leaderboard.find(name)
    except SubmissionError as error:
        raise RefusedError(404, str(error)) from error


async def _receive(request: Request, file: IO[bytes] | None, most_bytes: int, seconds: float = UPLOAD_SECONDS) -> int:
    """Write an upload to a file as it comes; returns its size.

    What is too much, or has no file, is read and forgotten: a client that still sends does not read an answer.
    """
    size, failure = 0, None
    async with asyncio.timeout(seconds):
        async for chunk in request.stream():
            size += len(chunk)
            if size > 2 * most_bytes:
                break
            try:
                if file and not failure and size <= most_bytes:
                    file.write(chunk)
            except OSError as error:
                failure = error
    if failure:
        raise failure
    return size


def _answer(_: Request, error: Exception) -> JSONResponse:
    """What a client is told of an error, with a status that says whether to send again."""
    refusal = _refusal(error)
    if refusal.status >= 500:
        log.error("%s (%s)", refusal.sentence, type(error).__name__, exc_info=error)
    return JSONResponse({"detail": refusal.sentence, "refused": refusal.final}, refusal.status)


def _refusal(error: Exception) -> RefusedError:
    if isinstance(error, RefusedError):
        return error
    finals = ((TooLargeError, 413), (UploadError, 400), (TakenError, 409), (SubmissionError, 422))
    for kind, status in finals:
        if isinstance(error, kind):
            return RefusedError(status, str(error))
    if isinstance(error, BusyError):
        return RefusedError(429, str(error), final=False)
    if isinstance(error, ClientDisconnect | TimeoutError):
        return RefusedError(408, "the upload was not complete", final=False)
    words = str(error).lower()
    if getattr(error, "errno", None) in FULL or any(text in words for text in FULL_DATABASE):
        return RefusedError(507, "the disk of the leaderboard is full; tell your instructor", final=False)
    return RefusedError(503, "the leaderboard could not record it; tell your instructor", final=False)


def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    environment.filters["clock"] = lambda text: f"{datetime.fromisoformat(text).astimezone():%d %b %H:%M}"
    return environment.get_template("page.html")

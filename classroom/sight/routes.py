"""Addresses of the class in sight: `/api/sight` for learners, with the word of the class; `/sight` for the instructor.

Everything that touches a class runs in one thread, so that what a page shows is what is recorded. The page gets
snapshots as server-sent events, or asks for them where a proxy keeps events back.
"""

import asyncio
import contextlib
import errno
import json
import logging
import secrets
import sqlite3
import time
import urllib.parse
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bootcamp.classroom.hub import new_password
from bootcamp.exercises.sharing.identity import KEY_HEADER, WORD_HEADER
from bootcamp.exercises.sharing.link import SERVICE
from classroom.sight import plan as plan_module
from classroom.sight import report, session, view
from classroom.sight.classes import KEEP_DAYS, OWN, Classes, Classroom, Sender
from classroom.sight.records import TAKEN, RecordError

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

log = logging.getLogger("classroom.sight")

PAGE = Path(__file__).parent / "page"
FILES = {"sight.css": "text/css"} | dict.fromkeys(
    ("session.js", "sight.js", "classes.js", "view.js"), "text/javascript"
)
MOST_BYTES, BODY_SECONDS = 2**16, 20.0
WRONG_SECONDS = 1.0
"""What a wrong password or word costs; of the instructor's only one is looked at in that time."""
LOOK_SECONDS, BEAT_SECONDS, OFTEN_SECONDS = 0.1, 2.0, 0.5
"""How often a stream looks for changes, says that it is alive, and sends a snapshot at most."""
STALE_SECONDS = 15.0
"""So long a snapshot is good in which nothing but the clock changed."""
MOST_STREAMS = 20
SWEEP_SECONDS = 3600.0
FULL = (errno.ENOSPC, errno.EDQUOT)
DISK_FULL = "the disk of the class is full; tell your instructor"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; frame-ancestors 'none'; form-action 'none'; base-uri 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Service:
    """The classes of a server, the thread that uses them, and the instructor's sessions."""

    def __init__(self, folder: Path, class_word: str, instructor_password: str, owner: Callable[[str, str], Any]):
        self.classes = Classes(folder / "sight", plan_module.read(), class_word)
        self.sessions = session.Sessions(folder, session.password(folder, instructor_password))
        self.check_owner = owner
        self.streams = 0
        self.ending: Callable[[], bool] = lambda: False
        self._thread = ThreadPoolExecutor(1, "class in sight")
        self._guess = asyncio.Lock()
        self._made: dict[tuple[str, bool], tuple[int, float, bytes]] = {}
        self._swept = 0.0

    async def do(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Do something in the thread of the classes."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)

    def with_word(self, word: str, use: Callable[[Classroom], Any]) -> Any:
        """Use the class with a word; what is wrong with the disk is kept for the instructor to see."""
        self._sweep()
        found = self.classes.find(word)
        try:
            answer = use(found)
        except (OSError, sqlite3.Error) as error:
            self._set_problem(found, "the disk is full" if is_full(error) else f"the record cannot be written: {error}")
            raise
        self._set_problem(found, "")
        return answer

    @staticmethod
    def _set_problem(found: Classroom, problem: str) -> None:
        if found.problem != problem:
            found.problem = problem
            found.version += 1

    def _sweep(self) -> None:
        now = time.time()
        if now - self._swept > SWEEP_SECONDS:
            self._swept = now
            for title in self.classes.sweep(now):
                log.warning("the class '%s' was deleted: %d days after its last event", title, KEEP_DAYS)

    def snapshot(self, name: str, named: bool) -> tuple[int, bytes]:
        """Version and JSON of a snapshot, made once for all who look."""
        self._sweep()
        found, now = self.classes.get(name), time.time()
        version, made, body = self._made.get((name, named), (-1, 0.0, b""))
        if version != found.version or now - made > STALE_SECONDS:
            version = found.version
            body = json.dumps(view.snapshot(found, now, named), separators=(",", ":")).encode()
            self._made[name, named] = (version, now, body)
        return version, body

    async def guess(self, given: object) -> bool:
        """Whether a text is the instructor's password; wrong ones are looked at one after the other."""
        if self.sessions.fits(given):
            return True
        async with self._guess:
            await asyncio.sleep(WRONG_SECONDS)
        return False

    def close(self) -> None:
        """Close the records once the thread has done its work."""
        self._thread.submit(self.classes.close).result()
        self._thread.shutdown()


def is_full(error: BaseException) -> bool:
    """Whether an error says that the disk is full."""
    return getattr(error, "errno", None) in FULL or "disk is full" in str(error).lower()


def refusal(error: Exception) -> JSONResponse:
    """What somebody is told of an error, with a status that says whether to send again."""
    if isinstance(error, RecordError):
        status, sentence, final = error.status, str(error), error.final
    elif isinstance(error, ClientDisconnect | TimeoutError):
        status, sentence, final = 408, "the request was not complete", False
    else:
        status, final = (507 if is_full(error) else 503), False
        sentence = DISK_FULL if is_full(error) else "the class could not record it; tell your instructor"
        log.error("%s (%s)", sentence, type(error).__name__, exc_info=error)
    content = {"service": SERVICE, "detail": sentence, "refused": final}
    return JSONResponse(content, status, HEADERS)


class Route(APIRoute):
    """A route whose errors are answered here, not as those of the leaderboard."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with its errors as answers."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except (RecordError, OSError, TimeoutError, ClientDisconnect, sqlite3.Error) as error:
                return refusal(error)

        return answer


def from_here(request: Request) -> None:
    """Refuse what a page of another site had a browser send.

    Raises:
        RecordError: it comes from another site.
    """
    origin = request.headers.get("origin")
    foreign = origin is not None and urllib.parse.urlsplit(origin).netloc != request.headers.get("host")
    if foreign or request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise RecordError("this request comes from another site, and is not answered", 403)


async def content_of(request: Request) -> dict[str, Any]:
    """The JSON object in the body of a request.

    Raises:
        RecordError: there is none, or it is too large.
    """
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise RecordError("the body of the request is JSON", 415)
    body = bytearray()
    async with asyncio.timeout(BODY_SECONDS):
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                raise RecordError(f"the request is larger than {MOST_BYTES:,} bytes", 413)
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RecordError("the body of the request is no JSON", 400) from error
    if not isinstance(found, dict):
        raise RecordError("the body of the request is no JSON object", 400)
    return found


def learner_routes(service: Service) -> APIRouter:
    """What learners send; every answer names the service, so that another one is not taken for it."""
    router = APIRouter(prefix="/api/sight", route_class=Route)

    def word(request: Request) -> str:
        from_here(request)
        return urllib.parse.unquote(request.headers.get(WORD_HEADER, ""))

    def key(request: Request) -> str:
        found = request.headers.get(KEY_HEADER, "")
        if not (20 <= len(found) <= 100 and found.isascii() and found.replace("-", "").replace("_", "").isalnum()):
            raise RecordError("the request has no key of the learner; use the functions of bootcamp.exercises", 400)
        return found

    async def sender(request: Request) -> tuple[dict[str, Any], Sender]:
        owner, sent = key(request), await content_of(request)
        return sent, Sender(sent.get("name"), owner, sent.get("consent"), sent.get("class"))

    async def in_class(request: Request, use: Callable[[Classroom], Any]) -> JSONResponse:
        try:
            found = await service.do(service.with_word, word(request), use)
        except RecordError as error:
            if error.status == 401:
                await asyncio.sleep(WRONG_SECONDS)
            raise
        return JSONResponse({"service": SERVICE, **found}, headers=HEADERS)

    @router.get("/class")
    async def describe(request: Request) -> JSONResponse:
        return await in_class(request, describe_class)

    @router.post("/events")
    async def events(request: Request) -> JSONResponse:
        sent, who, now = *await sender(request), time.time()

        def take(found: Classroom) -> dict[str, Any]:
            _check_owner(service, found, who)
            return {"done": found.take(who, sent.get("events"), now)}

        return await in_class(request, take)

    @router.post("/hand")
    async def hand(request: Request) -> JSONResponse:
        sent, who, now = *await sender(request), time.time()

        def raise_or_lower(found: Classroom) -> dict[str, Any]:
            _check_owner(service, found, who)
            if sent.get("up") is not True:
                found.lower_hand(who, now)
                return {"place": 0, "waiting": len(found.hands)}
            place, waiting = found.raise_hand(who, sent.get("line"), now)
            return {"place": place, "waiting": waiting}

        return await in_class(request, raise_or_lower)

    @router.post("/withdraw")
    async def withdraw(request: Request) -> JSONResponse:
        _, who = await sender(request)

        def forget(found: Classroom) -> dict[str, Any]:
            found.withdraw(who)
            return {"deleted": True}

        return await in_class(request, forget)

    return router


def describe_class(found: Classroom) -> dict[str, Any]:
    """What a learner is told before agreeing."""
    return {"title": found.settings.title, "class": found.settings.token, "keep_days": KEEP_DAYS}


def _check_owner(service: Service, found: Classroom, who: Sender) -> None:
    """A name of the leaderboard belongs to the same learner here; asked when the name comes for the first time."""
    if found.id == OWN and isinstance(who.name, str) and who.name not in {name for name, _ in found.learners.values()}:
        try:
            service.check_owner(who.name, who.key)
        except ValueError as error:
            raise RecordError(TAKEN.format(name=who.name)) from error


def instructor_routes(service: Service) -> APIRouter:
    """The pages, which hold nothing by themselves, and what they ask for with the session of the instructor."""
    router = APIRouter(prefix=session.PATH, route_class=Route)

    def check(request: Request) -> None:
        from_here(request)
        if not service.sessions.good(request.headers.get(session.HEADER, "")):
            raise RecordError("the session is over; log in again", 401, final=False)

    def page(name: str) -> Response:
        return HTMLResponse((PAGE / name).read_text(encoding="utf-8"), headers=HEADERS)

    @router.get("/static/{name}")
    async def static(name: str) -> Response:
        if name not in FILES:
            raise RecordError("there is no such file", 404)
        return FileResponse(PAGE / name, media_type=FILES[name], headers={**HEADERS, "Cache-Control": "no-cache"})

    @router.post("/login")
    async def login(request: Request) -> Response:
        from_here(request)
        if not await service.guess((await content_of(request)).get("password")):
            raise RecordError("that is not the instructor's password", 401, final=False)
        return JSONResponse({"service": SERVICE, "session": service.sessions.new()}, headers=HEADERS)

    @router.get("/login")
    async def login_page() -> Response:
        return page("login.html")

    @router.get("")
    async def front() -> Response:
        return RedirectResponse(f"{session.PATH}/", headers=HEADERS)

    @router.get("/")
    async def classes_page() -> Response:
        return page("classes.html")

    @router.get("/classes")
    async def classes(request: Request) -> Response:
        check(request)

        def listed() -> list[dict[str, Any]]:
            return [
                {
                    "id": found.id,
                    "own": found.id == OWN,
                    "title": found.settings.title,
                    "opened": found.settings.opened,
                    "closed": found.settings.closed,
                    "learners": len(found.learners),
                    "keep_days": KEEP_DAYS,
                }
                for found in service.classes.all.values()
            ]

        return JSONResponse(await service.do(listed), headers=HEADERS)

    @router.post("/classes")
    async def open_class(request: Request) -> Response:
        check(request)
        title, word = (await content_of(request)).get("title"), f"{new_password()}-{secrets.token_hex(2)}"
        found = await service.do(service.classes.open, title, word)
        return JSONResponse({"id": found.id, "title": found.settings.title, "word": word}, headers=HEADERS)

    @router.get("/compare")
    @router.get("/{name}/report")
    async def view_page() -> Response:
        return page("view.html")

    @router.get("/compare.html")
    async def compare(request: Request, a: str = "", b: str = "") -> Response:
        check(request)
        return HTMLResponse(await service.do(report.compared_page, service.classes, a, b), headers=HEADERS)

    @router.get("/{name}/")
    async def class_page() -> Response:
        return page("class.html")

    @router.get("/{name}/course")
    async def course(request: Request, name: str) -> Response:
        check(request)
        return JSONResponse(view.course(service.classes.plan), headers=HEADERS)

    @router.get("/{name}/snapshot")
    async def snapshot(request: Request, name: str, named: bool = True) -> Response:
        check(request)
        _, body = await service.do(service.snapshot, name, named)
        return Response(body, media_type="application/json", headers=HEADERS)

    @router.get("/{name}/stream")
    async def stream(request: Request, name: str, named: bool = True) -> Response:
        check(request)
        await service.do(service.snapshot, name, named)  # an unknown class is refused before the stream begins
        if service.streams >= MOST_STREAMS:
            raise RecordError(f"{MOST_STREAMS} pages are open already", 429, final=False)
        headers = {**HEADERS, "X-Accel-Buffering": "no"}
        good = lambda: service.sessions.good(request.headers.get(session.HEADER, ""))  # noqa: E731
        return StreamingResponse(_events(service, name, named, good), media_type="text/event-stream", headers=headers)

    @router.get("/{name}/table.csv")
    async def table(request: Request, name: str) -> Response:
        check(request)
        text = await service.do(lambda: view.matrix(service.classes.get(name)))
        return _download(text, "class.csv", "text/csv")

    @router.get("/{name}/report.html")
    async def report_page(request: Request, name: str) -> Response:
        check(request)
        return HTMLResponse(await service.do(report.page, service.classes.get(name)), headers=HEADERS)

    @router.get("/{name}/report.{kind}")
    async def report_file(request: Request, name: str, kind: str) -> Response:
        check(request)
        if kind not in ("json", "csv"):
            raise RecordError("a report is JSON or CSV", 404)
        found = await service.do(lambda: report.of_class(service.classes.get(name)))
        if kind == "json":
            return _download(json.dumps(found, indent=1), "report.json", "application/json")
        return _download(report.table(found), "report.csv", "text/csv")

    @router.post("/{name}/settings")
    async def settings(request: Request, name: str) -> Response:
        check(request)
        sent = await content_of(request)
        await service.do(lambda: change(service.classes.get(name), sent))
        return JSONResponse({"service": SERVICE}, headers=HEADERS)

    @router.post("/{name}/lower/{learner}")
    async def lower(request: Request, name: str, learner: int) -> Response:
        check(request)
        await service.do(lambda: service.classes.get(name).lower(learner))
        return JSONResponse({"service": SERVICE}, headers=HEADERS)

    @router.post("/{name}/remove/{learner}")
    async def remove(request: Request, name: str, learner: int) -> Response:
        check(request)
        await service.do(lambda: service.classes.get(name).remove(learner))
        return JSONResponse({"service": SERVICE}, headers=HEADERS)

    @router.post("/{name}/delete")
    async def delete(request: Request, name: str) -> Response:
        check(request)
        title = (await content_of(request)).get("title")
        return JSONResponse(await service.do(delete_class, service.classes, name, title), headers=HEADERS)

    return router


def change(found: Classroom, sent: dict[str, Any]) -> None:
    """Close a class or open it again, or choose its timetable.

    Raises:
        RecordError: something else is asked for.
    """
    if isinstance(sent.get("closed"), bool):
        found.change(closed=time.time() if sent["closed"] else 0.0)
    elif sent.get("timetable") == "":
        found.change(timetable="", started=0.0)
    elif sent.get("timetable") in found.plan.timetables and isinstance(sent.get("started"), int | float):
        found.change(timetable=sent["timetable"], started=float(sent["started"]))
    else:
        raise RecordError("there is no such setting or timetable", 422)


def delete_class(classes: Classes, name: str, title: Any) -> dict[str, Any]:
    """Delete a class whose title was typed to confirm it.

    Raises:
        RecordError: the title is another one.
    """
    if classes.get(name).settings.title != title:
        raise RecordError("the title is another one; nothing was deleted", 422)
    return classes.delete(name)


async def _events(service: Service, name: str, named: bool, good: Callable[[], bool]) -> AsyncIterator[bytes]:
    """Server-sent events: a snapshot after each change, and a sign of life between them."""
    service.streams += 1
    sent, beat, body = -1, 0.0, b""
    try:
        yield b"retry: 1000\n\n"
        while good() and not service.ending():
            with contextlib.suppress(RecordError):
                version, new = await service.do(service.snapshot, name, named)
                if version != sent or new is not body:
                    sent, body, beat = version, new, time.monotonic()
                    yield b"data: " + body + b"\n\n"
                    await asyncio.sleep(OFTEN_SECONDS)
                    continue
            if name not in service.classes.all:
                yield b"event: gone\ndata: {}\n\n"
                return
            if time.monotonic() - beat > BEAT_SECONDS:
                beat = time.monotonic()
                yield b"event: beat\ndata: {}\n\n"
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        service.streams -= 1


def _download(text: str, name: str, kind: str) -> Response:
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode(), media_type=f"{kind}; charset=utf-8", headers=headers)


def mount(app: FastAPI, service: Service) -> None:
    """Add the class in sight to the server of a class."""
    app.include_router(learner_routes(service))
    app.include_router(instructor_routes(service))
    app.state.sight = service

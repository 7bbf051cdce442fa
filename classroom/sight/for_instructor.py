"""Addresses for the instructor, `/sight`: pages that hold nothing by themselves, and what they ask for in a session.

The page gets snapshots as server-sent events, or asks for them where a proxy keeps events back.
"""

import json
import secrets
import time
from pathlib import Path
from typing import Any

from classroom.sight import report, session, view
from classroom.sight.answers import HEADERS, Route, answer, content_of, from_here
from classroom.sight.classes import OWN, Classes, Classroom
from classroom.sight.records import RecordError
from classroom.sight.service import Service, events

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse

PAGE = Path(__file__).parent / "page"
FILES = {"sight.css": "text/css"} | dict.fromkeys(
    ("session.js", "sight.js", "classes.js", "view.js"), "text/javascript"
)
MOST_STREAMS = 20


def instructor_routes(service: Service) -> APIRouter:
    """The pages and what they ask for."""
    router = APIRouter(prefix=session.PATH, route_class=Route)
    _add_pages(router)
    _add_login(router, service)
    _add_views(router, service)
    _add_reports(router, service)
    _add_changes(router, service)
    return router


def _page(name: str) -> Response:
    return HTMLResponse((PAGE / name).read_text(encoding="utf-8"), headers=HEADERS)


def _add_pages(router: APIRouter) -> None:
    @router.get("/static/{name}")
    async def static(name: str) -> Response:
        if name not in FILES:
            raise RecordError("there is no such file", 404)
        return FileResponse(PAGE / name, media_type=FILES[name], headers={**HEADERS, "Cache-Control": "no-cache"})

    @router.get("/login")
    async def login_page() -> Response:
        return _page("login.html")

    @router.get("")
    async def front() -> Response:
        return RedirectResponse(f"{session.PATH}/", headers=HEADERS)

    @router.get("/")
    async def classes_page() -> Response:
        return _page("classes.html")

    @router.get("/compare")
    @router.get("/{name}/report")
    async def view_page() -> Response:
        return _page("view.html")

    @router.get("/{name}/")
    async def class_page() -> Response:
        return _page("class.html")


def _add_login(router: APIRouter, service: Service) -> None:
    @router.post("/login")
    async def login(request: Request) -> Response:
        from_here(request)
        if not await service.guess((await content_of(request)).get("password")):
            raise RecordError("that is not the instructor's password", 401, final=False)
        return answer(session=service.sessions.new())


def _add_views(router: APIRouter, service: Service) -> None:
    @router.get("/classes")
    async def classes(request: Request) -> Response:
        service.check(request)
        return JSONResponse(await service.do(_listed, service.classes), headers=HEADERS)

    @router.get("/{name}/course")
    async def course(request: Request, name: str) -> Response:
        service.check(request)
        await service.do(service.classes.get, name)
        return JSONResponse(view.course(service.classes.plan), headers=HEADERS)

    @router.get("/{name}/snapshot")
    async def snapshot(request: Request, name: str, named: bool = True) -> Response:
        service.check(request)
        _, body = await service.do(service.snapshot, name, named)
        return Response(body, media_type="application/json", headers=HEADERS)

    @router.get("/{name}/stream")
    async def stream(request: Request, name: str, named: bool = True) -> Response:
        service.check(request)
        await service.do(service.snapshot, name, named)  # an unknown class is refused before the stream begins
        if service.streams >= MOST_STREAMS:
            raise RecordError(f"{MOST_STREAMS} pages are open already", 429, final=False)
        headers = {**HEADERS, "X-Accel-Buffering": "no"}
        good = lambda: service.sessions.good(request.headers.get(session.HEADER, ""))  # noqa: E731
        return StreamingResponse(events(service, name, named, good), media_type="text/event-stream", headers=headers)


def _add_reports(router: APIRouter, service: Service) -> None:
    @router.get("/compare.html")
    async def compare(request: Request, a: str = "", b: str = "") -> Response:
        service.check(request)
        return HTMLResponse(await service.do(report.compared_page, service.classes, a, b), headers=HEADERS)

    @router.get("/{name}/table.csv")
    async def table(request: Request, name: str) -> Response:
        service.check(request)
        text = await service.do(lambda: view.matrix(service.classes.get(name)))
        return _download(text, "class.csv", "text/csv")

    @router.get("/{name}/report.html")
    async def report_page(request: Request, name: str) -> Response:
        service.check(request)
        return HTMLResponse(await service.do(report.page, service.classes.get(name)), headers=HEADERS)

    @router.get("/{name}/report.{kind}")
    async def report_file(request: Request, name: str, kind: str) -> Response:
        service.check(request)
        if kind not in ("json", "csv"):
            raise RecordError("a report is JSON or CSV", 404)
        found = await service.do(lambda: report.of_class(service.classes.get(name)))
        if kind == "json":
            return _download(json.dumps(found, indent=1), "report.json", "application/json")
        return _download(report.table(found), "report.csv", "text/csv")


def _add_changes(router: APIRouter, service: Service) -> None:
    @router.post("/classes")
    async def open_class(request: Request) -> Response:
        service.check(request)
        from bootcamp.classroom.hub import new_password  # needs POSIX; the rest of the page does not

        title, word = (await content_of(request)).get("title"), f"{new_password()}-{secrets.token_hex(2)}"
        found = await service.do(service.classes.open, title, word)
        return answer(id=found.id, title=found.settings.title, word=word)

    @router.post("/{name}/settings")
    async def settings(request: Request, name: str) -> Response:
        service.check(request)
        sent = await content_of(request)
        await service.do(lambda: change(service.classes.get(name), sent))
        return answer()

    @router.post("/{name}/lower/{learner}")
    async def lower(request: Request, name: str, learner: int) -> Response:
        service.check(request)
        await service.do(lambda: service.classes.get(name).lower(learner))
        return answer()

    @router.post("/{name}/remove/{learner}")
    async def remove(request: Request, name: str, learner: int) -> Response:
        service.check(request)
        await service.do(lambda: service.classes.get(name).remove(learner))
        return answer()

    @router.post("/{name}/delete")
    async def delete(request: Request, name: str) -> Response:
        service.check(request)
        title = (await content_of(request)).get("title")
        return JSONResponse(await service.do(service.delete, name, title), headers=HEADERS)


def _listed(classes: Classes) -> list[dict[str, Any]]:
    return [
        {
            "id": found.id,
            "own": found.id == OWN,
            "title": found.settings.title,
            "opened": found.settings.opened,
            "closed": found.settings.closed,
            "learners": len(found.learners),
        }
        for found in classes.all.values()
    ]


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


def _download(text: str, name: str, kind: str) -> Response:
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode(), media_type=f"{kind}; charset=utf-8", headers=headers)

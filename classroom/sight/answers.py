"""Requests and answers of the class in sight: what is taken for a request, and how an error is told."""

import asyncio
import errno
import json
import logging
import sqlite3
import urllib.parse
from collections.abc import Callable, Coroutine
from typing import Any

from bootcamp.exercises.sharing.link import SERVICE
from classroom.sight.records import RecordError

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

log = logging.getLogger("classroom.sight")

MOST_BYTES, BODY_SECONDS = 2**16, 20.0
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


def answer(**content: Any) -> JSONResponse:
    """An answer that names the service, so that another one is not taken for it."""
    return JSONResponse({"service": SERVICE, **content}, headers=HEADERS)

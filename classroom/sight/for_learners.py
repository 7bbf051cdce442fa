"""Addresses for learners, `/api/sight`, with the word of the class: reports of checks, hands, taking it all back."""

import time
import urllib.parse
from collections.abc import Callable
from typing import Any

from bootcamp.exercises.sharing.identity import KEY_HEADER, WORD_HEADER
from classroom.sight.answers import Route, answer, content_of, from_here
from classroom.sight.classes import KEEP_DAYS, OWN, Classroom, Sender
from classroom.sight.records import TAKEN, RecordError
from classroom.sight.service import Service

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse


def learner_routes(service: Service) -> APIRouter:
    """What learners send, and what they are told."""
    router = APIRouter(prefix="/api/sight", route_class=Route)

    @router.get("/class")
    async def describe(request: Request) -> JSONResponse:
        return await _in_class(service, request, describe_class)

    @router.post("/events")
    async def events(request: Request) -> JSONResponse:
        sent, who, now = *await _sender(request), time.time()

        def take(found: Classroom) -> dict[str, Any]:
            _check_owner(service, found, who)
            return {"done": found.take(who, sent.get("events"), now)}

        return await _in_class(service, request, take)

    @router.post("/hand")
    async def hand(request: Request) -> JSONResponse:
        sent, who, now = *await _sender(request), time.time()

        def raise_or_lower(found: Classroom) -> dict[str, Any]:
            _check_owner(service, found, who)
            if sent.get("up") is not True:
                found.lower_hand(who, now)
                return {"place": 0, "waiting": len(found.hands)}
            place, waiting = found.raise_hand(who, sent.get("line"), now)
            return {"place": place, "waiting": waiting}

        return await _in_class(service, request, raise_or_lower)

    @router.post("/withdraw")
    async def withdraw(request: Request) -> JSONResponse:
        _, who = await _sender(request)

        def forget(found: Classroom) -> dict[str, Any]:
            found.withdraw(who)
            return {"deleted": True}

        return await _in_class(service, request, forget)

    return router


def _word(request: Request) -> str:
    from_here(request)
    return urllib.parse.unquote(request.headers.get(WORD_HEADER, ""))


def _key(request: Request) -> str:
    found = request.headers.get(KEY_HEADER, "")
    if not (20 <= len(found) <= 100 and found.isascii() and found.replace("-", "").replace("_", "").isalnum()):
        raise RecordError("the request has no key of the learner; use the functions of bootcamp.exercises", 400)
    return found


async def _sender(request: Request) -> tuple[dict[str, Any], Sender]:
    owner, sent = _key(request), await content_of(request)
    return sent, Sender(sent.get("name"), owner, sent.get("consent"), sent.get("class"))


async def _in_class(service: Service, request: Request, use: Callable[[Classroom], Any]) -> JSONResponse:
    try:
        found = await service.do(service.with_word, _word(request), use)
    except RecordError as error:
        if error.status == 401:
            await service.pause()
        raise
    return answer(**found)


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

"""The classes at work on a server: one thread that uses them, snapshots of them, and the instructor's sessions."""

import asyncio
import contextlib
import json
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from classroom.sight import plan as plan_module
from classroom.sight import session, view
from classroom.sight.answers import from_here, is_full
from classroom.sight.classes import KEEP_DAYS, Classes, Classroom
from classroom.sight.records import RecordError

from fastapi import Request

log = logging.getLogger("classroom.sight")

WRONG_SECONDS = 1.0
"""What a wrong password or word costs; of the instructor's only one is looked at in that time."""
LOOK_SECONDS, BEAT_SECONDS, OFTEN_SECONDS = 0.1, 2.0, 0.5
"""How often a stream looks for changes, says that it is alive, and sends a snapshot at most."""
STALE_SECONDS = 15.0
"""So long a snapshot is good in which nothing but the clock changed."""
SWEEP_SECONDS = 3600.0


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
            await self.pause()
        return False

    async def pause(self) -> None:
        """What a wrong password or word costs."""
        await asyncio.sleep(WRONG_SECONDS)

    def check(self, request: Request) -> None:
        """Let the instructor pass.

        Raises:
            RecordError: it is somebody else, or comes from another site.
        """
        from_here(request)
        if not self.sessions.good(request.headers.get(session.HEADER, "")):
            raise RecordError("the session is over; log in again", 401, final=False)

    def delete(self, name: str, title: Any) -> dict[str, Any]:
        """Delete a class whose title was typed to confirm it, see `Classes.delete`.

        Raises:
            RecordError: there is no such class, or the title is another one.
        """
        if self.classes.get(name).settings.title != title:
            raise RecordError("the title is another one; nothing was deleted", 422)
        for named in (True, False):
            self._made.pop((name, named), None)
        return self.classes.delete(name)

    def close(self) -> None:
        """Close the records once the thread has done its work."""
        self._thread.submit(self.classes.close).result()
        self._thread.shutdown()


async def events(service: Service, name: str, named: bool, good: Callable[[], bool]) -> AsyncIterator[bytes]:
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

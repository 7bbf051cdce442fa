"""Connections of the board: nobody holds one without asking for something.

Whoever connects and says nothing, or drips, is cut off after some seconds; where there are too many, the oldest of the
silent ones goes for the newest, so that somebody who asks at once always gets an answer.
"""

import asyncio
import contextlib
from collections import Counter
from dataclasses import dataclass, field

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_SECONDS = 10.0
"""So long the header of a request may take, from the connection or from its first byte on."""
MOST_SILENT, MOST_SILENT_PER_ADDRESS = 400, 100
"""Connections that have not asked yet."""
MOST_BUSY_PER_ADDRESS = 100
"""Requests at work at once; a class behind one address has 30."""
WANTED_FILES = 4096


@dataclass
class Door:
    """All connections of one server; used by its event loop alone."""

    silent: dict["Guarded", str] = field(default_factory=dict)
    busy: dict["Guarded", str] = field(default_factory=dict)

    def wait(self, connection: "Guarded", address: str) -> None:
        """A connection has not asked yet, or not again."""
        self.leave(connection)
        self.silent[connection] = address
        same = [other for other, place in self.silent.items() if place == address]
        if len(same) > MOST_SILENT_PER_ADDRESS:
            self._cut(same[0])
        if len(self.silent) > MOST_SILENT:
            self._cut(next(iter(self.silent)))

    def ask(self, connection: "Guarded", address: str) -> None:
        """A connection has sent the header of a request."""
        self.leave(connection)
        if Counter(self.busy.values())[address] >= MOST_BUSY_PER_ADDRESS:
            connection.transport.abort()
        else:
            self.busy[connection] = address

    def leave(self, connection: "Guarded") -> None:
        """A connection is closed, or changes its state."""
        self.silent.pop(connection, None)
        self.busy.pop(connection, None)

    def _cut(self, connection: "Guarded") -> None:
        self.leave(connection)
        connection.transport.abort()


class Guarded(H11Protocol):
    """uvicorn's protocol of a connection, with a limit of time for the header of every request."""

    door: Door
    limit: asyncio.TimerHandle | None = None

    @property
    def address(self) -> str:
        """Where the connection comes from."""
        return self.client[0] if self.client else ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody has connected and said nothing yet."""
        super().connection_made(transport)
        self._expect()

    def data_received(self, data: bytes) -> None:
        """Something came; what belongs to no request yet begins one, in the same time."""
        if not self._at_work() and self.limit is None:
            self._expect()
        super().data_received(data)
        if self._at_work() and self.limit is not None:
            self._forget_limit()
            self.door.ask(self, self.address)

    def on_response_complete(self) -> None:
        """The answer is sent; uvicorn closes a connection on which no other request begins."""
        super().on_response_complete()
        self.door.leave(self)
        if self._at_work():  # requests that came at once
            self.door.ask(self, self.address)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._forget_limit()
        self.door.leave(self)
        super().connection_lost(exc)

    def _expect(self) -> None:
        self.limit = self.loop.call_later(HEADER_SECONDS, self._end)
        self.door.wait(self, self.address)

    def _end(self) -> None:
        self.limit = None
        self.transport.abort()

    def _forget_limit(self) -> None:
        if self.limit is not None:
            self.limit.cancel()
            self.limit = None

    def _at_work(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete


def guarded() -> type[Guarded]:
    """The protocol for one server, with a door of its own."""
    return type("Guarded", (Guarded,), {"door": Door()})


def allow_many_files() -> None:
    """Each connection is an open file; many systems allow a program 1,024 unless it asks for more."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = WANTED_FILES if hard == resource.RLIM_INFINITY else min(WANTED_FILES, hard)
        if soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

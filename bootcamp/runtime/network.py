"""Requests to servers: what stays on this machine passes no proxy, and no request waits longer than it is told to.

Ports are taken here as well: a socket that is bound keeps its port, a number that was free a moment ago does not.
"""

import http.client
import ipaddress
import os
import queue
import socket
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from email.message import Message

MOST_BYTES = 64 * 2**20
"""More than that no answer of a server of the course has."""
CHUNK = 65536


class NetworkError(OSError):
    """A server did not answer, not in time, or not in HTTP; the message says which."""


@dataclass(frozen=True)
class Answer:
    """What a server answered, whatever its status; `body` is complete."""

    status: int
    headers: Message = field(repr=False)
    body: bytes = field(repr=False)


def on_this_machine(host: str) -> bool:
    """Whether a host is this machine, told without asking a name server.

    Args:
        host: name or address, with or without a port, as in an address of the web.

    >>> [on_this_machine(host) for host in ("localhost", "127.0.0.2:5050", "[::1]:80", "example.org")]
    [True, True, True, False]
    """
    name = (urllib.parse.urlsplit(f"//{host}").hostname or "").rstrip(".").partition("%")[0]
    if name == "localhost" or name.endswith(".localhost") or name == socket.gethostname().lower():
        return True
    address = _address(name)
    if address is None:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return mapped.is_loopback or mapped.is_unspecified or _is_bound_here(mapped)


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a text stands for; None: it is a name. `127.1` and `0x7f000001` are addresses to a system."""
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(name))
    except (OSError, ValueError):
        return None


def _is_bound_here(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address belongs to a network card of this machine: only there a socket can be bound to it."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return not address.is_multicast


class _ProxyForOthers(urllib.request.ProxyHandler):
    """The proxies of the environment, but for requests to this machine none; asked anew at each redirection."""

    def proxy_open(self, req: urllib.request.Request, proxy: str, type: str) -> object:
        return None if on_this_machine(req.host) else super().proxy_open(req, proxy, type)


def opener() -> urllib.request.OpenerDirector:
    """Opens addresses as `urllib.request.urlopen` does, without a proxy where the server is on this machine."""
    return urllib.request.build_opener(_ProxyForOthers())


def direct_variables(address: str) -> dict[str, str]:
    """Variables with which other libraries ask a server on this machine without a proxy; none for other servers."""
    host = urllib.parse.urlsplit(address).hostname or ""
    if not on_this_machine(f"[{host}]" if ":" in host else host):
        return {}
    spared = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    value = spared if spared == "*" else ",".join(filter(None, [spared, host]))
    return {"no_proxy": value, "NO_PROXY": value}


def ask(request: str | urllib.request.Request, seconds: float, most_bytes: int = MOST_BYTES) -> Answer:
    """The answer of a server, with its whole body.

    Args:
        request: an address, or a request with method, headers and body.
        seconds: for everything together: name server, connection, sending, waiting, reading.
        most_bytes: a longer body is an error.

    Raises:
        NetworkError: no answer, none within `seconds`, none in HTTP, or a longer one.
    """
    results: queue.SimpleQueue = queue.SimpleQueue()
    # Time limits of sockets hold for each byte anew, and none holds for a name server: so the wait is for a thread.
    threading.Thread(target=_answer_into, args=(results, request, seconds, most_bytes), daemon=True).start()
    try:
        found = results.get(timeout=seconds)
    except queue.Empty:
        raise NetworkError(f"no complete answer within {seconds:g} s") from None
    if isinstance(found, Answer):
        return found
    if isinstance(found, TimeoutError) or isinstance(getattr(found, "reason", None), TimeoutError):
        raise NetworkError(f"no complete answer within {seconds:g} s") from found  # the socket was a little quicker
    raise NetworkError(_reason(found)) from found


def _answer_into(
    results: queue.SimpleQueue, request: str | urllib.request.Request, seconds: float, most_bytes: int
) -> None:
    try:
        results.put(_answer(request, seconds, most_bytes))
    except (OSError, ValueError, http.client.HTTPException) as error:
        results.put(error)


def _answer(request: str | urllib.request.Request, seconds: float, most_bytes: int) -> Answer:
    end = time.monotonic() + seconds
    try:
        response = opener().open(request, timeout=seconds)
    except urllib.error.HTTPError as error:  # a status from 400 on is an answer as well
        response = error
    with response:
        return Answer(response.status, response.headers, _body(response, end, most_bytes))


def _body(response: http.client.HTTPResponse, end: float, most_bytes: int) -> bytes:
    """All of a body; a server that drips has lost at `end`, when nobody waits any more."""
    body = bytearray()
    while chunk := response.read1(CHUNK):
        body += chunk
        if len(body) > most_bytes:
            raise NetworkError(f"the answer is longer than {most_bytes:,} bytes")
        if time.monotonic() > end:
            raise NetworkError("the answer came too slowly")
    if getattr(response, "length", None):
        raise NetworkError("the answer broke off")
    return bytes(body)


def _reason(error: BaseException) -> str:
    reason = getattr(error, "reason", None) or error
    return getattr(reason, "strerror", None) or str(reason) or type(error).__name__


def listen(host: str, port: int = 0, backlog: int = 1024) -> socket.socket:
    """A listening socket; port 0: one that is free. `port_of` tells which.

    Raises:
        OSError: the port is in use, or the host is not this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=backlog)


def port_of(taken: socket.socket) -> int:
    """The port of a socket that is bound."""
    return taken.getsockname()[1]


def reserve(host: str, port: int = 0) -> socket.socket:
    """A socket that keeps a port for a program that is told its number and listens on it by itself.

    It is bound and does not listen. On Linux the system then gives the port to nobody who asks for any, while a program
    that asks for this one gets it (SO_REUSEADDR, which servers set): so keep the socket open as long as the program
    runs. Elsewhere `release_for_start` closes it just before the program starts.

    Raises:
        OSError: the port is in use, or the host is not this machine.
    """
    kept = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind((host, port))
    except OSError:
        kept.close()
        raise
    return kept


def release_for_start(kept: socket.socket) -> None:
    """Close a reservation on systems that would not let the program listen beside it."""
    if not sys.platform.startswith("linux"):
        kept.close()

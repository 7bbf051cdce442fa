"""Requests: this machine is reached without a proxy, and the wait is bounded as a whole. Ports that stay taken."""

import contextlib
import http.server
import socket
import threading
import urllib.request

from bootcamp.batch import tracking
from bootcamp.datasets import download
from bootcamp.runtime import network

import pytest
import requests

PROXY_VARIABLES = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY")


@pytest.fixture
def proxy(monkeypatch):
    """A proxy for everything, which says that it was asked."""

    class Proxy(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"the proxy")

        def log_message(self, *_):
            pass

    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with serving(Proxy) as address:
        monkeypatch.setenv("http_proxy", address)
        yield address


@contextlib.contextmanager
def serving(handler):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Raw:
    """A server that sends these bytes, a bit at a time, then waits or closes."""

    def __init__(self, *parts, pause=0.0, close=True):
        self.listening = network.listen("127.0.0.1")
        self.url = f"http://127.0.0.1:{network.port_of(self.listening)}"
        self.ended = threading.Event()
        threading.Thread(target=self._serve, args=(parts, pause, close), daemon=True).start()

    def _serve(self, parts, pause, close):
        with contextlib.suppress(OSError):
            connection, _ = self.listening.accept()
            connection.recv(65536)
            for part in parts:
                connection.sendall(part)
                self.ended.wait(pause)
            if not close:
                self.ended.wait(30)
            connection.close()

    def __enter__(self):
        return self.url

    def __exit__(self, *_):
        self.ended.set()
        self.listening.close()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"


def test_what_stays_on_this_machine_passes_no_proxy(proxy, web, monkeypatch):
    monkeypatch.delenv("NO_PROXY", raising=False)
    web.files["/"] = (200, b"here", 4)
    plain = urllib.request.build_opener()  # `urlopen` keeps the proxies of its first use
    assert plain.open(web.url).read() == b"the proxy", "the proxy of this test is one"
    for host in ("127.0.0.1", "localhost", "LOCALHOST", "127.1", "0x7f000001"):
        assert network.ask(f"http://{host}:{web.server_port}/", 5).body == b"here"
    assert network.ask("http://course.example/", 5).body == b"the proxy"


def test_a_proxy_that_is_dead_keeps_nobody_from_this_machine(web, monkeypatch):
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    web.files["/"] = (404, b"nothing here", 12)
    answer = network.ask(web.url, 5)
    assert (answer.status, answer.body) == (404, b"nothing here")
    with pytest.raises(network.NetworkError, match="refused"):
        network.ask("http://course.example/", 5)


def test_mirror_and_tracking_server_on_this_machine_are_reached_without_a_proxy(proxy, web, monkeypatch, tmp_path):
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.setenv("all_proxy", proxy)
    for path in ("/health", "/file"):
        web.files[path] = (200, b"here", 4)
    download._download(f"{web.url}/file", None, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"here"
    with tracking._impatient(web.url):
        assert requests.get(f"{web.url}/file", timeout=5).content == b"here"
        assert requests.get("http://course.example/file", timeout=5).content == b"the proxy"
    assert requests.get(f"{web.url}/file", timeout=5).content == b"the proxy", "nothing is left of the setting"
    with tracking._impatient("http://course.example/"):
        assert requests.get(f"{web.url}/file", timeout=5).content == b"the proxy"


def test_a_redirection_to_another_machine_passes_the_proxy(proxy):
    class Elsewhere(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(302)
            self.send_header("Location", "http://course.example/")
            self.end_headers()

        def log_message(self, *_):
            pass

    with serving(Elsewhere) as address:
        assert network.ask(address, 5).body == b"the proxy"


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost:5050", True),
        ("localhost.", True),
        ("hub.localhost", True),
        ("127.8.9.10", True),
        ("0.0.0.0:80", True),
        ("[::1]:5050", True),
        ("[::ffff:127.0.0.1]:1", True),
        ("2130706433", True),
        (socket.gethostname().upper(), True),
        ("localhost.example.org", False),
        ("128.0.0.1", False),
        ("192.0.2.77", False),
        ("[2001:db8::1]", False),
        ("224.0.0.1", False),
        ("", False),
    ],
)
def test_which_hosts_are_this_machine(host, here):
    assert network.on_this_machine(host) == here


def test_an_address_of_a_network_card_is_this_machine(monkeypatch):
    monkeypatch.setattr(network, "_is_bound_here", lambda address: str(address) == "192.0.2.77")
    assert network.on_this_machine("192.0.2.77:5050") and not network.on_this_machine("192.0.2.78")


@pytest.mark.parametrize(
    ("parts", "pause"),
    [((HEAD, *[b"x"] * 100), 0.1), ([bytes([byte]) for byte in HEAD * 3], 0.1), ((), 0)],
    ids=["a body that drips", "headers that drip", "silence"],
)
def test_the_wait_is_bounded_as_a_whole(parts, pause):
    with (
        Raw(*parts, pause=pause, close=False) as url,
        pytest.raises(network.NetworkError, match=r"within 0.4 s|slowly"),
    ):
        network.ask(url, 0.4)


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((HEAD, b"x"), "broke off"),
        ((b"SSH-2.0\r\n",), "SSH|line"),
        ((b"",), "closed|reset"),
        ((b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 100), "longer than 50 bytes"),
    ],
)
def test_what_is_no_complete_answer_is_one_error(parts, reason):
    with Raw(*parts) as url, pytest.raises(network.NetworkError, match=reason):
        network.ask(url, 5, most_bytes=50)


@pytest.mark.parametrize(
    "address", ["", "server:5050", "ftp://x", "http://", "http://[::1", "http://\x00/", "file:///etc"]
)
def test_what_is_no_address_is_one_error(address):
    with pytest.raises(network.NetworkError, match=r"\w"):
        network.ask(address.replace("file:///etc", "file:///etc/no-such-file"), 5)


def test_a_port_that_is_kept_is_given_to_nobody_and_open_to_the_program_that_asks_for_it():
    with network.reserve("127.0.0.1") as kept:
        port = network.port_of(kept)
        with contextlib.ExitStack() as stack:
            others = [stack.enter_context(network.listen("127.0.0.1")) for _ in range(200)]
            assert port not in map(network.port_of, others)
        with network.listen("127.0.0.1", port) as taken:
            assert network.port_of(taken) == port
            with pytest.raises(OSError, match="in use"):
                network.reserve("127.0.0.1", port)

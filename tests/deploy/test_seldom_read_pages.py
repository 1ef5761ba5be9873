"""nginx gives an old copy beside the request for a new one for a second only, however long ago it was fetched."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks import fronts
from tests.deploy.calling import Caller, is_from_edge, kept, until
from tests.deploy.conftest import need


class Slow:
    """An application that answers with a number, and only while it is let."""

    def __init__(self) -> None:
        self.is_let = threading.Event()
        self.is_let.set()
        self.begun = 0

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.begun += 1
        body = str(self.begun).encode()
        self.is_let.wait(20)
        request.send_response(200)
        request.send_header("X-Accel-Expires", f"@{request.headers['X-Edge-Time'].partition('.')[0]}")
        request.send_header("Cache-Control", "private, no-store, stale-while-revalidate=1")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


@contextmanager
def serving(slow: Slow) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            slow.answer(self)

        def log_message(self, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def slow(tmp_path) -> Iterator[tuple[Slow, Caller]]:
    need("nginx")
    slow = Slow()
    with serving(slow) as port, fronts.nginx(tmp_path, port, fronts.Files(tmp_path, tmp_path)) as edge:
        yield slow, Caller(edge)
        slow.is_let.set()


def test_who_comes_while_an_old_page_is_fetched_waits_for_it_too(slow):
    application, edge = slow
    old, fetched_in = kept(lambda: edge.get("/")).text, int(time.time())
    until(lambda: time.time() >= fetched_in + 3)
    application.is_let.clear()
    begun = application.begun
    with ThreadPoolExecutor() as pool:
        replies = [pool.submit(edge.get, "/") for _each in range(3)]
        until(lambda: application.begun == begun + 3)
        application.is_let.set()
        assert all(int(reply.result().text) > int(old) for reply in replies)


def test_browser_is_not_told_what_was_said_to_the_cache(slow):
    _application, edge = slow
    reply = kept(lambda: edge.get("/"))
    assert is_from_edge(reply)
    assert reply.headers["cache-control"] == "private, no-store"

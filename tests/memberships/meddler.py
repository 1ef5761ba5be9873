"""Somebody between us and the local Stripe who may spoil what it says, or do something while it says it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

# Gets the path that was asked for and the answer's JSON; what it answers is sent on.
Meddling = Callable[[str, Any], Any]
_KEPT = {"authorization", "content-type", "idempotency-key", "stripe-version"}


@contextmanager
def meddling(
    base: str, meddle: Meddling, *, refuse: str = "", heard: Callable[[str], object] = lambda path: None
) -> Iterator[str]:
    """The address of a proxy for the API at ``base`` whose every answer to a GET goes through ``meddle``.

    What is asked by the method ``refuse`` never gets there. ``heard`` is told each path that is asked for.
    """

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._pass_on("GET", None)

        def do_POST(self) -> None:
            self._pass_on("POST", self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def do_DELETE(self) -> None:
            self._pass_on("DELETE", None)

        def _pass_on(self, method: str, body: bytes | None) -> None:
            heard(self.path)
            if method == refuse:
                self.send_error(503)
                return
            headers = {name: value for name, value in self.headers.items() if name.lower() in _KEPT}
            answer = requests.request(method, base + self.path, data=body, headers=headers, timeout=20)
            said = answer.content
            if method == "GET" and answer.status_code == 200:
                said = json.dumps(meddle(self.path, answer.json())).encode()
            self.send_response(answer.status_code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()

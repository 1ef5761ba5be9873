"""HTTP: loopback only, and only for those who ask for loopback by name."""

import json
import sys
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit

from newsroom.embedded.stripe import api
from newsroom.embedded.stripe.chaos import ApiChaos
from newsroom.embedded.stripe.errors import StripeError
from newsroom.embedded.stripe.pages import (  # noqa: F401
    challenge,
    checkout,
    control,
    invoice,
    portal,
    portal_details,
    screens,
    switches,
)
from newsroom.embedded.stripe.standin import StandIn

LONGEST_BODY = 1_000_000
_LOOPBACK = ("127.0.0.1", "localhost")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, stand_in: StandIn, port: int) -> None:
        self.stand_in = stand_in
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away while it is being answered is nobody's mistake."""
        if not isinstance(sys.exception(), ConnectionError):
            traceback.print_exc(file=sys.stderr)


class Refusal(Exception):
    """The request is answered before anything looks at what it asks."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


def _host_of(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "StripeStandIn"
    sys_version = ""
    timeout = 60
    # Header and body leave in two writes: without this the second waits for the peer's delayed acknowledgement.
    disable_nagle_algorithm = True
    server: Server
    _plain: ClassVar = {"Content-Type": "text/plain; charset=utf-8"}

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        try:
            body = self._read_body()
            self._check_origin()
            address = urlsplit(self.path)
            if address.path == "/healthz":
                self._answer(200, b"ok\n", self._plain)
            elif address.path.startswith("/v1/"):
                self._serve_api(address.path, address.query, body)
            else:
                self._serve_page(address.path, address.query, body)
        except Refusal as refusal:
            self.close_connection = True
            self._answer(refusal.status, f"{refusal}\n".encode(), self._plain)

    def _read_body(self) -> bytes:
        if "transfer-encoding" in self.headers:
            raise Refusal(411, "Send a Content-Length.")
        length = self.headers.get("content-length", "0")
        if not length.isascii() or not length.isdecimal():
            raise Refusal(400, "Content-Length must be a number.")
        if int(length) > LONGEST_BODY:
            raise Refusal(413, f"A request body may have {LONGEST_BODY} bytes.")
        return self.rfile.read(int(length))

    def _check_origin(self) -> None:
        """A page of some website can make a browser on this machine speak to loopback: under a name of its own
        (DNS rebinding), or by posting a form. Both give themselves away here."""
        if _host_of(f"//{self.headers.get('host', '')}") not in _LOOPBACK:
            raise Refusal(421, "The development stand-in answers on 127.0.0.1 and localhost only.")
        origin = self.headers.get("origin")
        if self.command != "GET" and origin is not None and _host_of(origin) not in _LOOPBACK:
            raise Refusal(403, "The development stand-in takes forms from pages of this machine only.")

    def _serve_api(self, path: str, query: str, body: bytes) -> None:
        form = body.decode("utf-8", "replace") if self.command == "POST" else query
        headers = {name.lower(): value for name, value in self.headers.items()}
        stand_in = self.server.stand_in
        request = api.Request(self.command, path, form, headers, stand_in.base_url)
        trouble = ApiChaos.of(stand_in.store).trouble(stand_in.store, f"{self.command} {path}")
        error = trouble.error
        reply = api.refuse(error) if error else api.answer(stand_in.store, stand_in.clock, request)
        self._wake(stand_in)
        time.sleep(trouble.wait)
        if trouble.is_lost:
            self.close_connection = True
            return
        content = json.dumps(reply.body, indent=2).encode()
        self._answer(reply.status, content, {"Content-Type": "application/json", **api.headers(request, reply)})

    def _serve_page(self, path: str, query: str, body: bytes) -> None:
        stand_in = self.server.stand_in
        wants_json = "application/json" in self.headers.get("accept", "")
        try:
            visit = screens.Visit(stand_in, query, body.decode("utf-8", "replace"), wants_json=wants_json)
            page = screens.show(visit, self.command, path)
        except StripeError as error:
            page = screens.problem(error.message, error.status, wants_json=wants_json)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            page = screens.problem(
                "The stand-in failed on this page; its terminal shows where.", 500, wants_json=wants_json
            )
        self._wake(stand_in)
        self._answer(page.status, page.content, page.headers)

    def _wake(self, stand_in: StandIn) -> None:
        if self.command != "GET":
            stand_in.sender.wake()
            stand_in.mover.wake()

    def _answer(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Cache-Control": "no-store", **headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Silent: the addresses of hosted pages are credentials, and do not belong in a log."""

"""HTTP: loopback only, and only for those who ask for loopback by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from newsroom.embedded.identity import pages
from newsroom.embedded.identity.tokens import NAMES, Issuer, Person, Refused, subject_of

LONGEST_BODY = 100_000
_LOOPBACK = ("127.0.0.1", "localhost")
_HTML = "text/html; charset=utf-8"
_ASKED_WITH = ("client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.base = f"http://127.0.0.1:{self.server_port}"
        self.issuer = Issuer(self.base)


class Refusal(Exception):
    """A page that says what is wrong."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        super().__init__(sentence)


def _host_of(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "IdentityStandIn"
    sys_version = ""
    timeout = 60
    # Header and body leave in two writes: without this the second waits for the peer's delayed acknowledgement.
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        try:
            body = self._read_body()
            self._check_host()
            self._route(body)
        except Refusal as refusal:
            self.close_connection = True
            self._answer(refusal.status, pages.refusal(str(refusal)), _HTML)

    def _route(self, body: dict[str, str]) -> None:
        address = urlsplit(self.path)
        provider, _slash, act = address.path.strip("/").partition("/")
        if address.path == "/healthz":
            self._answer(200, b"ok\n", "text/plain")
        elif address.path == "/style.css":
            self._answer(200, pages.style(), "text/css")
        elif provider not in NAMES:
            raise Refusal(404, "There is no such provider.")
        elif (self.command, act) == ("GET", "authorize"):
            asked = dict(parse_qsl(address.query))
            self._check_request(asked)
            self._answer(200, pages.who_are_you(NAMES[provider], {n: asked.get(n, "") for n in _ASKED_WITH}), _HTML)
        elif (self.command, act) == ("POST", "authorize"):
            self._check_request(body)
            self._send_back(provider, body)
        else:
            self._serve_program(provider, act, body)

    def _serve_program(self, provider: str, act: str, body: dict[str, str]) -> None:
        """What the newsroom itself asks."""
        issuer, bearer = self.server.issuer, self.headers.get("authorization", "").removeprefix("Bearer ")
        answers: dict[tuple[str, str], Callable[[], dict[str, Any]]] = {
            ("GET", ".well-known/openid-configuration"): lambda: issuer.discovery(provider),
            ("GET", "jwks"): issuer.jwks,
            ("POST", "token"): lambda: issuer.exchange(provider, body),
            ("GET", "userinfo"): lambda: issuer.userinfo(bearer),
        }
        if (self.command, act) not in answers:
            raise Refusal(404, "There is nothing here.")
        try:
            self._answer_json(200, answers[self.command, act]())
        except Refused as error:
            self._answer_json(400, {"error": str(error)})

    def _send_back(self, provider: str, form: dict[str, str]) -> None:
        """Back to the program, with a code or with the word that somebody declined."""
        if form.get("answer") == "yes":
            email = form.get("email", "").strip()
            subject = form.get("subject", "").strip() or subject_of(provider, email)
            person = Person(email, form.get("name", "").strip(), subject, form.get("language", "en"))
            code = self.server.issuer.grant(
                provider, person, form["client_id"], form["redirect_uri"], form["code_challenge"]
            )
            said = {"code": code}
        else:
            said = {"error": "access_denied"}
        self.send_response(303)
        self.send_header("Location", f"{form['redirect_uri']}?{urlencode({**said, 'state': form.get('state', '')})}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _check_request(self, asked: dict[str, str]) -> None:
        """What the providers insist on, so that what is missing is seen here first."""
        if _host_of(asked.get("redirect_uri", "")) not in _LOOPBACK:
            raise Refusal(400, "The stand-in sends people back to this machine only.")
        if not asked.get("client_id") or not asked.get("state"):
            raise Refusal(400, "The request names no client_id or no state.")
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            raise Refusal(400, "The request has no code_challenge of the method S256.")

    def _check_host(self) -> None:
        """A website could make a browser on this machine speak to loopback under a name of its own (DNS rebinding)."""
        if _host_of(f"//{self.headers.get('host', '')}") not in _LOOPBACK:
            raise Refusal(421, "The stand-in answers on 127.0.0.1 and localhost only.")

    def _read_body(self) -> dict[str, str]:
        length = self.headers.get("content-length", "0")
        if not length.isascii() or not length.isdecimal() or int(length) > LONGEST_BODY:
            raise Refusal(400, f"A request body may have {LONGEST_BODY} bytes.")
        return dict(parse_qsl(self.rfile.read(int(length)).decode("utf-8", "replace")))

    def _answer_json(self, status: int, content: dict[str, Any]) -> None:
        self._answer(status, json.dumps(content).encode(), "application/json")

    def _answer(self, status: int, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Silent: codes and states do not belong in a log."""

"""Browsers in front of a server at a port of this machine: cookies, and everything else as it is given."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from django.conf import settings

from memberships.models import User
from tests.newsroom.pagecache.web import Reply, session_of

PATIENCE = 10.0


@dataclass
class Caller:
    port: int
    address: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)

    def get(
        self, path: str, *, method: str = "GET", host: str = "127.0.0.1", body: bytes = b"", **headers: str
    ) -> Reply:
        """Names of headers are written with underscores; a cookie given by name replaces those of the browser."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(self.address, 0))
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", host)
            if self.cookies and "cookie" not in headers:
                connection.putheader("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            if body:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        for value in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(value).items()}
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)

    def as_user(self, user: User) -> Caller:
        return self.with_session(session_of(user))

    def with_session(self, session: str) -> Caller:
        return replace(self, cookies={settings.SESSION_COOKIE_NAME: session})

    def anew(self) -> Caller:
        """Another stranger."""
        return replace(self, cookies={})


def is_from_edge(reply: Reply) -> bool:
    return "(edge)" in reply.headers.get("x-cache", "")


def kept(ask: Callable[[], Reply], tries: int = 40) -> Reply:
    """The first answer that came from the edge itself, which keeps one to the end of the second at least."""
    for _time in range(tries):
        reply = ask()
        if is_from_edge(reply):
            return reply
    raise AssertionError(f"Never kept: {reply.headers}")


def is_kept(ask: Callable[[], Reply], tries: int = 6) -> bool:
    return any(is_from_edge(ask()) for _time in range(tries))


def until(is_so: Callable[[], bool], patience: float = PATIENCE) -> float:
    """Seconds until it was so."""
    begun = time.monotonic()
    while not is_so():
        assert time.monotonic() - begun < patience, "It did not come to be so."
    return time.monotonic() - begun


def port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port

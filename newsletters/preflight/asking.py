"""The one who asks other sites for a page. It takes its time: never under a lock, nor while a page is made.

Whoever writes in a letter could have us knock at machines of our own network: a name is looked up once, and the line
goes to the number that was looked at, at every redirect anew.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import IPv6Address, ip_address
from time import monotonic
from urllib.parse import SplitResult, quote, urljoin

from django.conf import settings

from newsletters.models import ForeignLink
from newsletters.preflight.links import parts_of

Outcome = ForeignLink.Outcome

# Seconds for one answer, and for all of an address; how often it may lead elsewhere.
PATIENCE, MOST_SECONDS, MOST_REDIRECTS = 5.0, 15.0, 5
_GONE = {404, 410}
# Of an address in letters of all scripts (RFC 3986 §2.2).
_WRITTEN_AS_IT_IS = "%/:@!$&'()*+,;=?~"
# What names no such host, and not only no answer at the moment.
_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


@dataclass(frozen=True)
class Answer:
    outcome: ForeignLink.Outcome
    status: int | None = None


# Whether we may connect to a number.
MayReach = Callable[[str], bool]
Ask = Callable[[str], Answer]


class _ForbiddenError(OSError):
    """It leads to a machine that readers do not reach, or to no web page."""


def is_public(number: str) -> bool:
    """Whether the number is of a machine on the open network. Elsewhere than in production every machine counts."""
    if not settings.IS_PRODUCTION:
        return True
    ip = ip_address(number)
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    ip = mapped or ip
    return ip.is_global and not ip.is_multicast


def ask(address: str, may_reach: MayReach = is_public) -> Answer:
    """What becomes of somebody who follows the link. Nothing of the page is read."""
    until = monotonic() + MOST_SECONDS
    try:
        for _step in range(MOST_REDIRECTS + 1):
            status, further = _status(address, may_reach, until)
            if not further:
                return Answer(_outcome_of(status), status)
            address = urljoin(address, further)
    except socket.gaierror as error:
        return Answer(Outcome.DEAD if error.errno in _NO_SUCH_NAME else Outcome.UNREACHABLE)
    except (OSError, HTTPException, UnicodeError, ValueError):
        pass
    return Answer(Outcome.UNREACHABLE)


def _outcome_of(status: int) -> ForeignLink.Outcome:
    """Who is refused, or asked to wait, has come to something that is there."""
    if status in _GONE:
        return Outcome.DEAD
    return Outcome.UNREACHABLE if status >= 500 else Outcome.ALIVE


def _status(address: str, may_reach: MayReach, until: float) -> tuple[int, str]:
    """The status of a page, and where it leads if elsewhere. Not every server knows HEAD, so what it refuses is got."""
    parts = parts_of(address)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        raise _ForbiddenError(address)
    status, further = _answer("HEAD", parts, may_reach, until)
    return _answer("GET", parts, may_reach, until) if status >= 400 else (status, further)


def _answer(method: str, parts: SplitResult, may_reach: MayReach, until: float) -> tuple[int, str]:
    line = _line_to(parts, may_reach, until)
    headers = {
        "User-Agent": f"Mozilla/5.0 (compatible; {settings.SITE_NAME} link check; +{settings.SITE_URL})",
        "Accept": "text/html,*/*;q=0.5",
        **({"Range": "bytes=0-0"} if method == "GET" else {}),
    }
    try:
        query = f"?{quote(parts.query, _WRITTEN_AS_IT_IS)}" if parts.query else ""
        line.request(method, quote(parts.path or "/", _WRITTEN_AS_IT_IS) + query, headers=headers)
        response: HTTPResponse = line.getresponse()
        further = response.headers.get("Location", "") if 300 <= response.status < 400 else ""
        return response.status, further
    finally:
        line.close()


def _line_to(parts: SplitResult, may_reach: MayReach, until: float) -> HTTPConnection:
    """A line to the machine that was looked at, under the name that was asked for."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    numbers = [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not all(may_reach(number) for number in numbers):
        raise _ForbiddenError(host)
    seconds = min(PATIENCE, until - monotonic())
    if seconds <= 0:
        raise TimeoutError(host)
    open_line = socket.create_connection((numbers[0], port), seconds)
    if parts.scheme == "http":
        plain = HTTPConnection(host, port)
        plain.sock = open_line
        return plain
    secure = HTTPSConnection(host, port)
    try:
        secure.sock = ssl.create_default_context().wrap_socket(open_line, server_hostname=host)
    except BaseException:
        open_line.close()
        raise
    return secure

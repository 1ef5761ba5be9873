"""Where a request's reader stands, from a signed cookie that is good for a minute, or asked of Django once.

The cookie is signed together with the session it was made for, so it opens nothing in another browser and dies with
the session. It is not what lets somebody in: it spares asking.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import NamedTuple

from django.conf import settings
from django.http.cookie import parse_cookie

from newsroom.pagecache import SKEW
from newsroom.pagecache.address import Environ
from newsroom.pagecache.asking import tier_behind
from newsroom.pagecache.forgetting import REMEMBERED, subject_of
from newsroom.pagecache.node import Node
from newsroom.pagecache.variant import STRANGER, Tier, tier_coded

COOKIE = "tier"
LIVES = REMEMBERED
_LIVES_EMPTY = 5.0
_LONGEST_COOKIE = 512
_MOST_REMEMBERED = 5_000
_NOBODY = "-"


class Known(NamedTuple):
    """A tier, whose it is, and from when until when it is believed."""

    tier: Tier
    subject: str
    found_at: float
    until: float


class Told(NamedTuple):
    """What our edge is told of a session: the tier, a tier cookie's value, for how many seconds it may believe it."""

    tier: Tier
    cookie: str
    seconds: int


class Tiers:
    def __init__(self, node: Node) -> None:
        self._node = node
        self._key = hashlib.sha256(f"newsroom.pagecache.tiers:{settings.SECRET_KEY}".encode()).digest()
        # By whole cookie header: a member's next page then costs a look into a dictionary.
        self._remembered: dict[str, Known] = {}
        self._forgettings = 0

    def of(self, environ: Environ, at: float) -> tuple[Tier, str]:
        """The reader's tier, and a ``Set-Cookie`` header where Django had to be asked; else an empty text."""
        tier, cookie = self._of_session(environ.get("HTTP_COOKIE", ""), at)
        networks = self._node.networks.products_at(environ, at)
        return (tier.within(networks) if networks else tier), cookie

    @property
    def has_networks(self) -> bool:
        """Whether any network holds something, as far as was asked."""
        return self._node.networks.are_any

    def told(self, environ: Environ, at: float) -> Told:
        """The reader's tier for an edge that remembers it; a stranger's is not to be remembered.

        Who holds nothing is asked about again soon: after paying they want to read, and nothing is lost by asking.
        """
        tier, _cookie = self.of(environ, at)
        header = environ.get("HTTP_COOKIE", "")
        known = self._remembered.get(header)
        if known is None:
            return Told(tier, "", 0)
        networks = self._node.networks
        until = min(known.until, networks.known_until) if networks.are_any else known.until
        lives = LIVES if tier.products else _LIVES_EMPTY
        seconds = max(int(min(until - at, lives)), 0)
        return Told(tier, self._value(known, _cookies(header)[settings.SESSION_COOKIE_NAME]), seconds)

    def _of_session(self, header: str, at: float) -> tuple[Tier, str]:
        if not header or settings.SESSION_COOKIE_NAME not in header:
            return STRANGER, ""
        if self._forgettings != self._node.forgotten.count:
            self._forgettings, self._remembered = self._node.forgotten.count, {}
        known = self._remembered.get(header)
        if known is not None and known.found_at - SKEW <= at < known.until:
            return known.tier, ""
        cookies = _cookies(header)
        session = cookies.get(settings.SESSION_COOKIE_NAME, "")
        if not session:
            return STRANGER, ""
        known = self._believed(cookies.get(COOKIE, ""), session, at)
        cookie = ""
        if known is None:
            known = self._asked(session, at)
            cookie = self._cookie(known, session)
        self._remember(header, known)
        return known.tier, cookie

    def _believed(self, cookie: str, session: str, at: float) -> Known | None:
        text, _dot, signature = cookie.rpartition(".")
        if len(cookie) > _LONGEST_COOKIE or not hmac.compare_digest(signature.encode(), self._signed(text, session)):
            return None
        code, found_at, until, subject = text.rsplit(".", 3)
        tier = tier_coded(code)
        if tier is None:
            return None
        known = Known(tier, subject, int(found_at) / 1000, int(until) / 1000)
        is_current = known.found_at - SKEW <= at < known.until
        return known if is_current and not self._node.forgotten.is_void(subject, known.found_at) else None

    def _asked(self, session: str, at: float) -> Known:
        tier, pk, ends = tier_behind(session, at)
        # Whole milliseconds, rounded down, as the cookie has them.
        return Known(tier, _NOBODY if pk is None else subject_of(pk), int(at * 1000) / 1000, min(at + LIVES, ends))

    def _value(self, known: Known, session: str) -> str:
        text = f"{known.tier.code}.{int(known.found_at * 1000)}.{int(known.until * 1000)}.{known.subject}"
        return f"{text}.{self._signed(text, session).decode()}"

    def _cookie(self, known: Known, session: str) -> str:
        secure = "; Secure" if settings.SESSION_COOKIE_SECURE else ""
        return f"{COOKIE}={self._value(known, session)}; HttpOnly; Max-Age={int(LIVES)}; Path=/; SameSite=Lax{secure}"

    def _signed(self, text: str, session: str) -> bytes:
        message = f"{text}\n{session}".encode("utf-8", "surrogateescape")
        return urlsafe_b64encode(hmac.digest(self._key, message, "sha256")).rstrip(b"=")

    def _remember(self, header: str, known: Known) -> None:
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered = {}
        self._remembered[header] = known


def _cookies(header: str) -> dict[str, str]:
    return parse_cookie(header.encode("latin-1").decode("utf-8", "replace"))

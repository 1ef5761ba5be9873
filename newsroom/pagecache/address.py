"""Under which address a request finds its copy, or why it has to go to Django."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from django.conf import settings
from django.http.request import split_domain_port, validate_host

Environ = dict[str, Any]
StartResponse = Callable[..., Any]

MOST_CHARACTERS = 512
# Parameters that others hang on our addresses to follow people about; no page of ours reads them.
_TRACKING = re.compile(
    r"utm_[a-z]+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|li_fat_id|mc_cid|mc_eid"
)
# What opens a text to whoever has the link; it changes who may read, not what stands at the address.
LINKS = frozenset({"gift", "pass"})
_READ = {
    "language": re.compile("|".join(code for code, _name in settings.LANGUAGES)),
    "page": re.compile(r"[1-9][0-9]{0,3}"),
    "print": re.compile(r"1?"),
}
_NO_PAGES = ("/account/", "/admin/", "/api/", "/media/", "/static/", "/webhooks/", "/inbox/", "/search/")
_MOST_HOSTS = 64


class Address(NamedTuple):
    """Where a page is: its host, its path as WSGI gives it, and the query parameters it may read, in order."""

    host: str
    path: str
    query: str

    @property
    def parameters(self) -> set[str]:
        return {name for name, _value in parse_qsl(self.query, keep_blank_values=True)}


class Addresses:
    """Reads addresses by the settings of this install."""

    def __init__(self) -> None:
        self._hosts: dict[str, bool] = {}
        # As SecurityMiddleware does: what did not come by https is redirected, and that is Django's business.
        self._https = settings.SECURE_PROXY_SSL_HEADER if settings.SECURE_SSL_REDIRECT else None

    def read(self, environ: Environ) -> Address | str:
        """The address of a request, or a word for why nothing is kept for it."""
        if refusal := self._refusal(environ):
            return refusal
        path = environ["PATH_INFO"]
        if path.startswith(_NO_PAGES):
            return "not a page"
        query = environ.get("QUERY_STRING", "")
        if len(path) + len(query) > MOST_CHARACTERS:
            return "long address"
        kept = canonical(query) if query else ""
        return "query" if kept is None else Address(environ["HTTP_HOST"].lower(), path, kept)

    def _refusal(self, environ: Environ) -> str:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return "method"
        if "HTTP_RANGE" in environ:
            return "range"
        if "HTTP_AUTHORIZATION" in environ:
            return "authorization"
        if self._https and environ.get(self._https[0]) != self._https[1]:
            return "not https"
        return "" if self._is_ours(environ.get("HTTP_HOST", "")) else "host"

    def _is_ours(self, host: str) -> bool:
        known = self._hosts.get(host)
        if known is None:
            domain, _port = split_domain_port(host)
            known = bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
            if len(self._hosts) >= _MOST_HOSTS:
                self._hosts.clear()
            self._hosts[host] = known
        return known


def canonical(query: str) -> str | None:
    """The parameters a page may read, sorted; ``None`` where there is one that we do not know, or one twice."""
    if not query.isascii() or "%00" in query:
        return None
    kept: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name in LINKS or _TRACKING.fullmatch(name):
            continue
        if name in kept or name not in _READ or not _READ[name].fullmatch(value):
            return None
        kept[name] = "" if name == "print" else value
    return "&".join(f"{name}={kept[name]}" for name in sorted(kept))

"""From Django's answer to a copy, and from a copy to what a browser, somebody's cache or our own edge is told.

- A browser and a stranger's cache: what was made for strangers may be kept but is asked for anew each time, which a
  strong entity tag makes cheap. What depended on a person is ``private, no-store`` and has no tag.
- Our own edge, which says so with ``Surrogate-Capability``, is told what it may keep for whom, see :mod:`.edge`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from articles.surrogates import DESCRIPTION
from newsroom.pagecache import edge
from newsroom.pagecache.address import Environ, StartResponse
from newsroom.pagecache.copies import Copy, Headers, Made, encoded
from newsroom.pagecache.purges import Moment
from newsroom.pagecache.stating import STATED_TIER
from newsroom.pagecache.variant import Page, Tier, tier_coded

FOR_STRANGERS = "public, max-age=0, must-revalidate"
FOR_ONE = "private, no-store"
_KEPT_STATUS = {"200", "301", "302", "404", "410"}
_INTERNAL = frozenset(name.lower() for name in (DESCRIPTION, STATED_TIER, "Surrogate-Control", "Surrogate-Key"))
_NOT_COPIED = _INTERNAL | {
    "content-length",
    "cache-control",
    "etag",
    "vary",
    "expires",
    "date",
    "age",
    "x-request-id",
    "x-correlation-id",
}
_MAX_AGE = re.compile(r"max-age=(\d+)")
_STALE = re.compile(r"stale-while-revalidate=(\d+)")


class Answer:
    """What Django's application said, read in full only where it may be kept."""

    def __init__(self, application: Callable[..., Iterable[bytes]], environ: Environ) -> None:
        self.status = ""
        self.headers: Headers = []
        self._not_kept = edge.NOT_KEPT if edge.is_ours(environ) else []
        self._rest = application(environ, self._start)
        self._names = {name.lower(): value for name, value in self.headers}

    def _start(self, status: str, headers: Headers, exc_info: Any = None) -> None:
        self.status, self.headers = status, headers

    @property
    def has_failed(self) -> bool:
        return self.status.startswith("5")

    def header(self, name: str) -> str:
        return self._names.get(name, "")

    @cached_property
    def page(self) -> Page | None:
        """What kind of page it says it is, where it says so at all."""
        return Page.described(self._said) if self._said else None

    @property
    def part(self) -> str:
        """Which part of the page it shows, as :func:`articles.surrogates.part_of` names it."""
        return self._said.get("part", "")

    @cached_property
    def _said(self) -> dict[str, str]:
        return dict(parse_qsl(self.header(DESCRIPTION.lower())))

    @property
    def tier(self) -> Tier | None:
        """For whom Django made it."""
        return tier_coded(self.header(STATED_TIER.lower()))

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self.header("surrogate-key").split())

    def lifetimes(self, tier: Tier, *, is_counted: bool) -> tuple[int, int] | None:
        """For how many seconds it is fresh, and how many more it may be given stale; ``None``: it must not be kept.

        A person's own answer is private to their browser, and may be kept here because the page says so expressly; so
        is one to a request that was judged by itself. Any other answer to a stranger that is private is a
        contradiction, and is not kept.
        """
        fresh = _MAX_AGE.search(self.header("surrogate-control"))
        cache_control = self.header("cache-control")
        is_private = "private" in cache_control or "no-store" in cache_control
        is_strangers = not (tier.is_signed_in or tier.products or is_counted)
        if fresh is None or self.status[:3] not in _KEPT_STATUS or (is_private and is_strangers):
            return None
        if self._names.keys() & {"set-cookie", "content-encoding"}:
            return None
        stale = _STALE.search(self.header("surrogate-control"))
        return int(fresh[1]), int(stale[1]) if stale else 0

    def copied(self, page: Page, lifetimes: tuple[int, int], began: Moment, at: float) -> Copy:
        """Read the body and make a copy of all of it."""
        body = b"".join(self)
        squeezed = encoded(body, self.header("content-type"))
        cache_control = self.header("cache-control")
        fresh, stale = lifetimes
        return Copy(
            page=page,
            status=self.status,
            headers=tuple((name, value) for name, value in self.headers if name.lower() not in _NOT_COPIED),
            plain=body,
            keys=self.keys,
            mark=began.mark,
            made_at=at,
            fresh_until=at + fresh,
            stale_until=at + fresh + stale,
            gzipped=squeezed.gzipped,
            brotlied=squeezed.brotlied,
            cache_control=cache_control if "public" in cache_control and "max-age" in cache_control else "",
        )

    def send(self, start_response: StartResponse, word: str, cookies: tuple[str, ...] = ()) -> Iterable[bytes]:
        """Hand it on as it is, without what was meant for us."""
        headers = [*self._not_kept, *(pair for pair in self.headers if pair[0].lower() not in _INTERNAL)]
        headers.append(("X-Cache", word))
        if cookies:
            headers = [pair for pair in headers if pair[0].lower() != "cache-control"]
            headers += [("Cache-Control", FOR_ONE), *(("Set-Cookie", cookie) for cookie in cookies)]
        start_response(self.status, headers)
        return self._rest

    def close(self) -> None:
        close = getattr(self._rest, "close", None)
        if close is not None:
            close()

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._rest
        finally:
            self.close()


def send_copy(
    copy: Copy,
    environ: Environ,
    start_response: StartResponse,
    *,
    word: str,
    at: float,
    is_private: bool,
    cookies: tuple[str, ...],
    is_kept_by_edge: bool,
) -> Iterable[bytes]:
    """Answer with a copy: whole, 304 where the browser has it, without a body for HEAD.

    What our edge may keep it gets whole in any case.
    """
    is_private = is_private or bool(cookies)
    encoding = copy.offered(environ["HTTP_ACCEPT_ENCODING"]) if "HTTP_ACCEPT_ENCODING" in environ else ""
    made = copy.made.get((encoding, is_private)) or _make(copy, encoding, is_private)
    age = int(at - copy.made_at)
    headers = [*made.headers, ("X-Cache", word), ("Age", str(age) if age > 0 else "0")]
    headers += [("Set-Cookie", cookie) for cookie in cookies]
    if edge.is_ours(environ):
        if is_kept_by_edge and not cookies:
            start_response(copy.status, edge.kept(headers, copy, environ, at))
            return [made.body]
        headers = [*edge.NOT_KEPT, *headers]
    if not is_private and _has_it(copy, made.tag, environ):
        start_response("304 Not Modified", [pair for pair in headers if pair[0] not in _OF_A_BODY])
        return []
    start_response(copy.status, headers)
    return [made.body] if environ["REQUEST_METHOD"] == "GET" else []


_OF_A_BODY = frozenset({"Content-Length", "Content-Type", "Content-Encoding", "Content-Language"})


def _make(copy: Copy, encoding: str, is_private: bool) -> Made:
    body = copy.body(encoding)
    tag = f'"{copy.tag}-{encoding}"' if encoding else f'"{copy.tag}"'
    headers = [*copy.headers, ("Content-Length", str(len(body)))]
    if encoding:
        headers.append(("Content-Encoding", encoding))
    if is_private:
        headers += [("Cache-Control", FOR_ONE), ("Vary", "Accept-Encoding, Cookie")]
    else:
        vary = "Accept-Encoding" if copy.page.is_the_same_for_all else "Accept-Encoding, Cookie"
        headers += [("Cache-Control", copy.cache_control or FOR_STRANGERS), ("Vary", vary), ("ETag", tag)]
    made = copy.made[encoding, is_private] = Made(headers, body, tag)
    return made


def _has_it(copy: Copy, tag: str, environ: Environ) -> bool:
    """RFC 9110 §13.1.2: tags are compared weakly, for proxies of others may have weakened ours; §13.1.3: a date counts
    only where there is no tag, and only as we gave it."""
    asked = environ.get("HTTP_IF_NONE_MATCH", "")
    since = environ.get("HTTP_IF_MODIFIED_SINCE", "")
    if not (asked or since) or not copy.status.startswith("200"):
        return False
    if not asked:
        return ("Last-Modified", since) in copy.headers
    return any(each.strip().removeprefix("W/") in {tag, "*"} for each in asked.split(","))

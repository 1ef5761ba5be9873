"""The page cache itself: a WSGI application around Django's.

A page Django allowed to be kept is answered from memory; whatever else is asked passes through, with a word in
``X-Cache`` that says why.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace

from django.db import DatabaseError

from memberships import clock
from newsroom.pagecache import edge
from newsroom.pagecache.address import Address, Addresses, Environ, StartResponse
from newsroom.pagecache.admitting import has_more
from newsroom.pagecache.answers import Answer
from newsroom.pagecache.asked import Asked
from newsroom.pagecache.copies import Copy
from newsroom.pagecache.listening import Listener
from newsroom.pagecache.local import Record
from newsroom.pagecache.node import Node
from newsroom.pagecache.shelf import Shelf, Unkept
from newsroom.pagecache.stating import IS_CACHED
from newsroom.pagecache.tiers import Tiers
from newsroom.pagecache.turns import Turn, Turns
from newsroom.pagecache.variant import Page, name_of

log = logging.getLogger(__name__)

_LONGEST_COOKIES = 8_192
_MESSAGES = "messages="
# A colleague sees the site in a reader's place, see newsroom/looking.py.
_LOOKING = "looking="
_UNKNOWN = ""
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class PageCache:
    """``application`` is Django's. With ``is_following`` off, nothing is heard of other processes' purges."""

    def __init__(self, application: Application, node: Node, *, is_following: bool = True) -> None:
        self._application = application
        self._node = node
        self._addresses = Addresses()
        self._tiers = Tiers(node)
        self._turns = Turns(node.shared)
        self._shelf = Shelf(node)
        self._unkept = Unkept()
        self._must_start = is_following
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if self._must_start:
            self._start()
        if edge.is_asked(environ):
            return self._tell_the_tier(environ, start_response)
        address = self._addresses.read(environ)
        if isinstance(address, str):
            return self._pass(environ, start_response, f"bypass ({address})")
        cookies = environ.get("HTTP_COOKIE", "")
        if _MESSAGES in cookies:
            return self._pass(environ, start_response, "bypass (messages)")
        if _LOOKING in cookies:
            return self._pass(environ, start_response, "bypass (looking)")
        if len(cookies) > _LONGEST_COOKIES:
            return self._pass(environ, start_response, "bypass (cookies)")
        asked = Asked(address, environ, start_response, clock.now().timestamp())
        record = self._record(address)
        return self._first(asked) if record is None else self._recorded(asked, record)

    def _start(self) -> None:
        """Begin to listen with the first request: by then the process is the one that serves, whoever forked it."""
        with self._lock:
            if self._must_start:
                Listener(self._node).start()
                self._must_start = False

    def _tell_the_tier(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Our edge asks who that is, before it looks for a page of its own."""
        try:
            told = self._tiers.told(environ, clock.now().timestamp())
        except (DatabaseError, ValueError) as error:
            log.warning("Nobody can say who asks: %s", type(error).__name__)
            start_response("503 Service Unavailable", [*edge.NOT_KEPT, ("Content-Length", "0")])
            return []
        start_response("204 No Content", edge.tier_told(environ, told))
        return []

    def _recorded(self, asked: Asked, record: Record) -> Iterable[bytes]:
        """It is known what stands there: find out who asks, and give them their copy."""
        try:
            asked.find_reader(self._tiers, record.page)
        except (DatabaseError, ValueError) as error:
            log.warning("Nobody can say who asks: %s", type(error).__name__)
            return self._pass(asked.environ, asked.start_response, "bypass (nobody can say who asks)")
        part = asked.part_of(record.page, asked.tier)
        if part is None:
            return self._render(asked, f"bypass ({'staff' if asked.tier.is_staff else 'crawler'})")
        name = name_of(record.page, asked.tier, part)
        copy = self._shelf.copy(asked.address, name, record)
        if copy is not None and self._shelf.is_fresh(copy, asked.at):
            return self._answered(asked, copy, "hit")
        stale = copy if copy is not None and self._shelf.may_be_stale(copy, asked.at) else None
        return self._in_turn(asked, name, stale)

    def _first(self, asked: Asked) -> Iterable[bytes]:
        """Nobody knows what stands there: Django says."""
        if asked.environ["REQUEST_METHOD"] == "HEAD":
            return self._pass(asked.environ, asked.start_response, "miss")
        if has_more(asked.environ) or asked.address in self._unkept:
            return self._render(asked, "bypass (not kept)")
        return self._in_turn(asked, _UNKNOWN, None)

    def _in_turn(self, asked: Asked, name: str, stale: Copy | None) -> Iterable[bytes]:
        """Render, if nobody does; else what is there though stale, or what whoever renders now will have made."""
        if asked.environ["REQUEST_METHOD"] == "HEAD":
            if stale is not None:
                return self._answered(asked, stale, "stale")
            return self._pass(asked.environ, asked.start_response, "miss", asked.cookies)
        turn = self._turns.take(asked.address, name)
        if turn is Turn.OURS:
            try:
                # Whoever had the turn before may have made it since this request looked.
                made = self._made_meanwhile(asked, name)
                return self._render(asked, "miss", stale) if made is None else made
            finally:
                self._turns.end(asked.address, name)
        if stale is not None:
            return self._answered(asked, stale, "stale")
        self._turns.wait(turn, asked.address, name)
        made = self._made_meanwhile(asked, name)
        return self._render(asked, "miss") if made is None else made

    def _made_meanwhile(self, asked: Asked, name: str) -> Iterable[bytes] | None:
        if name == _UNKNOWN:
            record = self._record(asked.address)
            return None if record is None else self._recorded(asked, record)
        copy = self._fresh(asked.address, name, asked.at)
        return None if copy is None else self._answered(asked, copy, "hit")

    def _render(self, asked: Asked, word: str, stale: Copy | None = None) -> Iterable[bytes]:
        """Let Django answer, and keep the answer where it may be kept."""
        began = self._node.purges.now()
        answer = Answer(self._application, {**asked.for_django(), IS_CACHED: True})
        if answer.has_failed and stale is not None:
            answer.close()
            return self._answered(asked, stale, "stale (error)")
        page, tier = answer.page, answer.tier
        if page is None or tier is None or asked.environ["REQUEST_METHOD"] == "HEAD":
            if page is None:
                self._unkept.add(asked.address)
            return self._sent(answer, asked.start_response, _unless_missed(word), asked.cookies)
        lifetimes = answer.lifetimes(tier, is_counted=asked.admitted is not None)
        is_what_was_decided = asked.part_of(page, tier) == answer.part and not asked.is_seen_whole
        if lifetimes is None or not is_what_was_decided or self._has_more(asked.address, page):
            self._shelf.put(asked.address, page, answer.keys, began, {})
            return self._sent(answer, asked.start_response, _unless_missed(word), asked.cookies)
        copy = answer.copied(page, lifetimes, began, asked.at)
        self._unkept.discard(asked.address)
        self._shelf.put(asked.address, page, copy.keys, began, {name_of(page, tier, answer.part): copy})
        return self._answered(replace(asked, tier=tier), copy, word)

    @staticmethod
    def _has_more(address: Address, page: Page) -> bool:
        """Whether the address has parameters the page does not read: it would be kept many times over."""
        return bool(address.parameters - page.reads - {"language"})

    def _pass(
        self, environ: Environ, start_response: StartResponse, word: str, cookies: tuple[str, ...] = ()
    ) -> Iterable[bytes]:
        return self._sent(Answer(self._application, environ), start_response, word, cookies)

    def _answered(self, asked: Asked, copy: Copy, word: str) -> Iterable[bytes]:
        self._node.tally.count(word)
        return asked.answered(copy, word)

    def _sent(
        self, answer: Answer, start_response: StartResponse, word: str, cookies: tuple[str, ...] = ()
    ) -> Iterable[bytes]:
        self._node.tally.count(word)
        return answer.send(start_response, word, cookies)

    def _record(self, address: Address) -> Record | None:
        record = self._shelf.record(address)
        return record if record is not None or address in self._unkept else self._shelf.record_of_others(address)

    def _fresh(self, address: Address, name: str, at: float) -> Copy | None:
        record = self._record(address)
        copy = self._shelf.copy(address, name, record) if record is not None else None
        return copy if copy is not None and self._shelf.is_fresh(copy, at) else None


def _unless_missed(word: str) -> str:
    return "bypass (not kept)" if word == "miss" else word

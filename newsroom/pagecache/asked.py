"""One request for a page that may be kept, and what it is to be shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from articles.surrogates import part_of
from memberships.crawlers import claimed_by
from newsroom.pagecache import edge
from newsroom.pagecache.address import Address, Environ, StartResponse
from newsroom.pagecache.admitting import Admitted, admitted, has_a_say, has_more
from newsroom.pagecache.answers import send_copy
from newsroom.pagecache.copies import Copy
from newsroom.pagecache.tiers import Tiers
from newsroom.pagecache.variant import STRANGER, Page, Tier, verdict_for


@dataclass(slots=True)
class Asked:
    """A request on its way.

    :meth:`find_reader` finds out the rest: ``tier`` is where its reader stands, ``admitted`` what was decided where the
    request itself had a say. ``is_known``: both have been looked into. ``has_networks``: whether any network holds
    something, as far as was asked.
    """

    address: Address
    environ: Environ
    start_response: StartResponse
    at: float
    tier: Tier = STRANGER
    cookies: tuple[str, ...] = ()
    admitted: Admitted | None = None
    is_known: bool = False
    has_networks: bool = True

    @property
    def is_a_crawlers(self) -> bool:
        """Whether it says so; what a crawler may read is not for this layer to say."""
        return claimed_by(self.environ.get("HTTP_USER_AGENT", "")) is not None

    @property
    def is_seen_whole(self) -> bool:
        """Whether Django has to see the address as it was asked: what it says may decide, and nobody has looked yet."""
        return self.admitted is None and not self.is_known and has_more(self.environ)

    def find_reader(self, tiers: Tiers, page: Page) -> None:
        """Find out everything that decides what it is shown of the page. Raises DatabaseError, ValueError."""
        tier, cookie = tiers.of(self.environ, self.at)
        cookies = (cookie,) if cookie else ()
        is_open = tier.is_staff or verdict_for(page, tier).is_granted
        decided = None
        if not (is_open or self.is_a_crawlers) and has_a_say(page, self.environ, self.at):
            decided = admitted(page, tier, self.environ, self.at)
            cookies = (*cookies, *decided.cookies)
        self.tier, self.cookies, self.admitted = tier, cookies, decided
        self.is_known, self.has_networks = True, tiers.has_networks

    def part_of(self, page: Page, tier: Tier) -> str | None:
        """Which part of the page is shown, if the reader stands there; ``None`` where only Django can say."""
        if tier.is_staff:
            return None
        verdict = verdict_for(page, tier)
        if verdict.is_granted:
            return part_of(verdict)
        if self.is_a_crawlers:
            return None
        if self.admitted is not None and self.admitted.item == page.item:
            return self.admitted.part
        return None if has_a_say(page, self.environ, self.at) else part_of(verdict)

    def for_django(self) -> Environ:
        """The request as the copy's address has it: what Django is not asked cannot be on the page."""
        environ = {name: value for name, value in self.environ.items() if name not in _LEFT_OUT}
        if not self.is_seen_whole:
            environ["QUERY_STRING"] = self.address.query
        if self.admitted is not None:
            self.admitted.tell(environ)
        return environ

    def answered(self, copy: Copy, word: str) -> Iterable[bytes]:
        is_personal = self.tier != STRANGER or self.admitted is not None
        return send_copy(
            copy,
            self.environ,
            self.start_response,
            word=word,
            at=self.at,
            is_private=is_personal and not copy.page.is_the_same_for_all,
            cookies=self.cookies,
            is_kept_by_edge=self._is_kept_by_edge(copy.page),
        )

    def _is_kept_by_edge(self, page: Page) -> bool:
        if self.admitted is not None or not edge.is_ours(self.environ):
            return False
        return edge.may_keep(self.environ, page, self.tier, has_networks=self.has_networks)


# What a browser's own copy would make Django leave out, or other encodings make it put in.
_LEFT_OUT = frozenset(
    {
        "HTTP_IF_NONE_MATCH",
        "HTTP_IF_MODIFIED_SINCE",
        "HTTP_IF_MATCH",
        "HTTP_IF_UNMODIFIED_SINCE",
        "HTTP_ACCEPT_ENCODING",
    }
)

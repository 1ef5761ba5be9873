"""What our own edge, a cache such as nginx or Varnish in front, is told: who asks, and what it may give to whom else.

The edge says what it is with ``Surrogate-Capability``. It asks at ``ADDRESS`` where a session's reader stands (then the
capability ``Tier/1.0`` is named as well), and says in ``X-Edge-Tier`` under which tier it would file an answer. It may
keep the answer only where the tier that was found here is the same, so the claim decides nothing else and a forged one
opens nothing. See docs/decisions/0013-the-edge.md.

An edge that purges by key is told so with ``Surrogate-Control`` and ``Surrogate-Key``. nginx cannot; it obeys
``X-Accel-Expires``, which lets it keep a page to the end of the second, and believe a tier for a minute at most.
"""

from __future__ import annotations

from collections.abc import Iterable

from memberships.crawlers import claimed_by
from newsroom.pagecache.address import Environ
from newsroom.pagecache.copies import Copy, Headers
from newsroom.pagecache.tiers import Told
from newsroom.pagecache.variant import STRANGER, Page, Tier, verdict_for

ADDRESS = "/.edge/tier"
# First of all headers: before 1.23 nginx obeyed whichever came first, this or Cache-Control.
NOT_KEPT: Headers = [("X-Accel-Expires", "0"), ("Surrogate-Control", "no-store")]
_LIVES = 1
# One request fetches a page whose second is over; for one more the others need not wait for it.
_EXTENSION = f", stale-while-revalidate={_LIVES}"


def is_ours(environ: Environ) -> bool:
    return "HTTP_SURROGATE_CAPABILITY" in environ


def is_asked(environ: Environ) -> bool:
    """Whether this is our edge that wants to know who asks: it says so, whatever address a client may have written."""
    asks = "Tier/1.0" in environ.get("HTTP_SURROGATE_CAPABILITY", "")
    return asks and environ["PATH_INFO"] == ADDRESS and environ["REQUEST_METHOD"] == "GET"


def tier_told(environ: Environ, told: Told) -> Headers:
    """The answer: the tier, the cookie that spares asking for it here, and for how long it may be believed there."""
    headers = [("X-Accel-Expires", _expires(environ, told.seconds)), ("Cache-Control", "no-store")]
    return [*headers, ("X-Tier", told.tier.code), *([("X-Tier-Cookie", told.cookie)] if told.cookie else [])]


def may_keep(environ: Environ, page: Page, tier: Tier, *, has_networks: bool) -> bool:
    """Whether the edge may give a copy of the page, made for this tier, to whoever it believes to stand there.

    Not where a reading may be counted, nor what a crawler is told. And not a stranger's opening while some network
    holds something: the edge does not ask where strangers come from, and would hide from a network's readers what was
    bought for them.
    """
    claimed = environ.get("HTTP_X_EDGE_TIER", "") or STRANGER.code
    if claimed != tier.code or tier.is_staff or environ["REQUEST_METHOD"] != "GET":
        return False
    if page.is_closed and claimed_by(environ.get("HTTP_USER_AGENT", "")):
        return False
    if verdict_for(page, tier).is_granted:
        return True
    return page.item.access != "metered" and not (has_networks and tier == STRANGER)


def kept(headers: Headers, copy: Copy, environ: Environ, at: float) -> Headers:
    """The headers of a copy the edge may keep: for how long, and by which keys it is purged."""
    fresh, stale = max(int(copy.fresh_until - at), 0), int(copy.stale_until - copy.fresh_until)
    is_nginx = bool(_second_of(environ))
    return [
        ("X-Accel-Expires", _expires(environ, _LIVES)),
        ("Surrogate-Control", f"max-age={fresh}, stale-while-revalidate={stale}"),
        ("Surrogate-Key", " ".join(copy.keys)),
        *_for_shared_copies(headers, is_nginx=is_nginx),
    ]


def _for_shared_copies(headers: Headers, *, is_nginx: bool) -> Iterable[tuple[str, str]]:
    for name, value in headers:
        if name == "Vary":
            yield name, "Accept-Encoding"
        elif name == "Cache-Control" and is_nginx:
            yield name, value + _EXTENSION
        else:
            yield name, value


def _expires(environ: Environ, seconds: int) -> str:
    """So many seconds from now as nginx counts: it knows whole ones, and a life of one lasts for up to two.

    Where it says in ``X-Edge-Time`` what time it has, it is told the second by whose end the time is up.
    """
    second = _second_of(environ)
    return f"@{int(second) + seconds - 1}" if second and seconds else str(seconds)


def _second_of(environ: Environ) -> str:
    second = environ.get("HTTP_X_EDGE_TIME", "").partition(".")[0]
    return second if second.isascii() and second.isdecimal() and len(second) <= 12 else ""

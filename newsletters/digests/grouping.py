"""Who gets the same review.

Members are of one history class when they have ranked the industries alike and when, of this week's stories, they know
the same ones; whatever else they have read makes no difference.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from newsletters.digests.allocating import Pick, Slate, allocate


@dataclass(frozen=True)
class Member:
    """``order`` is how they ranked the industries, ``seen`` the articles they have read or received."""

    user: int
    order: Sequence[int]
    seen: Collection[int]


@dataclass(frozen=True)
class Shared:
    """One review, and whose it is."""

    key: str
    picks: tuple[Pick, ...]
    users: list[int] = field(default_factory=list)


def history_class(slate: Slate, order: Sequence[int], seen: Collection[int]) -> str:
    """The key of a history class: the same in every process, and another one as soon as the week's stories change."""
    ranked, known = slate.ranked(order), sorted(slate.known(seen))
    return hashlib.sha256(f"{slate.digest} {ranked} {known}".encode()).hexdigest()


def share(slate: Slate, members: Iterable[Member]) -> dict[str, Shared]:
    """The reviews of these members by the key of their history class, each worked out once."""
    reviews: dict[str, Shared] = {}
    for member in members:
        key = history_class(slate, member.order, member.seen)
        if key not in reviews:
            reviews[key] = Shared(key, allocate(slate, member.order, member.seen))
        reviews[key].users.append(member.user)
    return reviews

"""Which stories somebody's review is made of, in which order, and why each is in it. Pure: facts in, picks out.

What counts, in this order:

1. The editors' pins are in every review, at their places. They stay for who has read or received them already: what the
   editors want everybody to see is not theirs to guess about. Nothing else comes twice.
2. Each industry that has a story its member does not know gets one, from the first of their order down, as far as the
   places reach: so nothing that matters falls out of sight because something else matters more.
3. The places that are left are shared out by largest remainder, each rank weighing twice the next: of twelve places and
   nine industries the first gets three, the second two, the others one. Industries without a rank share evenly what
   their ranks would have weighed, in the publication's order; who has ranked nothing sees all of them evenly.
4. Where an industry runs out of stories its room flows on, one story at a time, from the first rank down; and then to
   stories of no industry.

A story in two industries is taken once, for the one its member ranked higher. Within an industry the heavier story
comes first, then the newer one, then the one with the lower number. Nothing depends on the clock, on chance, or on the
order in which anything is passed in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

# The ranks that are in a review for their own sake; those below them have their floor.
FIRST_RANKS = 3


class Reason(StrEnum):
    PINNED = "pinned"
    RANKED = "ranked"
    FLOOR = "floor"
    FILLING = "filling"


@dataclass(frozen=True)
class Candidate:
    """A story that may stand in this week's review.

    ``pinned_to`` is the place, counted from 1, that an editor gave it; ``weight`` is what its format weighs.
    """

    article: int
    industries: frozenset[int]
    published_at: datetime
    pinned_to: int | None = None
    weight: int = 0


class Pick(NamedTuple):
    """A story in somebody's review. ``rank`` is the place of its industry in their own order, if it has one there."""

    article: int
    reason: Reason
    industry: int | None = None
    rank: int | None = None


@dataclass(frozen=True)
class Slate:
    """A week's stories as they are for everybody: made once by :func:`slate_of`, read for each member."""

    places: int
    industries: tuple[int, ...]
    pinned: tuple[Candidate, ...]
    queues: Mapping[int, tuple[int, ...]]
    of_no_industry: tuple[int, ...]
    articles: frozenset[int]
    digest: str

    def ranked(self, order: Iterable[int]) -> tuple[int, ...]:
        """An order without what is no industry here, and without what stands in it a second time."""
        return tuple(industry for industry in dict.fromkeys(order) if industry in self.queues)

    def known(self, seen: Collection[int]) -> frozenset[int]:
        """What of all that somebody has read or received matters to their review; a pin stays in any case."""
        return self.articles.intersection(seen)


def slate_of(candidates: Collection[Candidate], industries: Sequence[int], places: int) -> Slate:
    """``industries`` in the publication's order; ``places`` is how many stories make a review.

    Raises:
        ValueError: an article is there twice.
    """
    by_number = sorted(candidates, key=lambda each: each.article)
    if len({each.article for each in by_number}) < len(by_number):
        raise ValueError("An article can be a candidate only once.")
    best_first = sorted(by_number, key=lambda each: (each.weight, each.published_at), reverse=True)
    unpinned = [each for each in best_first if each.pinned_to is None]
    pinned = sorted((each for each in best_first if each.pinned_to is not None), key=lambda each: each.pinned_to or 0)
    return Slate(
        places=places,
        industries=tuple(industries),
        pinned=tuple(pinned[:places]),
        queues={here: tuple(each.article for each in unpinned if here in each.industries) for here in industries},
        of_no_industry=tuple(each.article for each in unpinned if each.industries.isdisjoint(industries)),
        articles=frozenset(each.article for each in unpinned),
        digest=_digest(by_number, industries, places),
    )


def allocate(slate: Slate, order: Sequence[int], seen: Collection[int]) -> tuple[Pick, ...]:
    """One member's review: ``order`` is how they ranked the industries, ``seen`` what they have read or received."""
    ranked = slate.ranked(order)
    draw = _Draw(slate, ranked, slate.known(seen))
    line = draw.line
    for place, industry in enumerate(line):
        is_first = place < FIRST_RANKS and industry in draw.rank_of
        draw.take(industry, Reason.RANKED if is_first else Reason.FLOOR)
    ahead = sum(industry in draw.rank_of for industry in line)
    for industry, room in zip(line, shares(draw.left, ahead, len(line)), strict=True):
        for _place in range(room):
            draw.take(industry, Reason.RANKED if industry in draw.rank_of else Reason.FILLING)
    while draw.left and line:
        line = [industry for industry in line if draw.take(industry, Reason.FILLING)]
    draw.take_of_no_industry()
    return _arranged(slate.pinned, draw.in_order())


@lru_cache(maxsize=512)
def shares(places: int, ranked: int, industries: int) -> tuple[int, ...]:
    """How many of the places each industry gets, of which the first ``ranked`` have a rank and the others have none."""
    unranked = industries - ranked
    # Times the number of those without a rank, so that their even share of 2 ** unranked - 1 is a whole number.
    weights = [2 ** (industries - 1 - place) * max(unranked, 1) for place in range(ranked)]
    weights += [2**unranked - 1] * unranked
    whole = sum(weights)
    rooms = [places * weight // whole for weight in weights]
    by_remainder = sorted(range(industries), key=lambda place: -(places * weights[place] % whole))
    for place in by_remainder[: places - sum(rooms)]:
        rooms[place] += 1
    return tuple(rooms)


class _Draw:
    """One review while it is being filled: what of each industry is still waiting, and what has been taken."""

    def __init__(self, slate: Slate, ranked: tuple[int, ...], known: frozenset[int]) -> None:
        self.left = slate.places - len(slate.pinned)
        self.rank_of = {industry: rank for rank, industry in enumerate(ranked, start=1)}
        every = ranked + tuple(industry for industry in slate.industries if industry not in self.rank_of)
        self._waiting = {industry: _without(slate.queues[industry], known) for industry in every}
        # The industries that have something for this member, in their order.
        self.line = [industry for industry, waiting in self._waiting.items() if waiting]
        self._of_no_industry = _without(slate.of_no_industry, known)
        self._taken: set[int] = set()
        self._picks: dict[int, list[Pick]] = {industry: [] for industry in self.line}
        self._rest: list[Pick] = []

    def take(self, industry: int, reason: Reason) -> bool:
        """The industry's best story that is not in the review yet; False when there is no place or no story for it."""
        waiting = self._waiting[industry]
        while self.left and waiting:
            article = waiting.pop()
            if article not in self._taken:
                self._taken.add(article)
                self._picks[industry].append(Pick(article, reason, industry, self.rank_of.get(industry)))
                self.left -= 1
                return True
        return False

    def take_of_no_industry(self) -> None:
        while self.left and self._of_no_industry:
            self._rest.append(Pick(self._of_no_industry.pop(), Reason.FILLING))
            self.left -= 1

    def in_order(self) -> list[Pick]:
        """What was taken, industry by industry as its member ranked them."""
        return [pick for picks in self._picks.values() for pick in picks] + self._rest


def _without(best_first: Sequence[int], known: frozenset[int]) -> list[int]:
    """The best at the end, where it is taken from."""
    return [article for article in reversed(best_first) if article not in known]


def _arranged(pinned: Sequence[Candidate], others: Sequence[Pick]) -> tuple[Pick, ...]:
    """The pins at their places, or at the next free one, or at the last; everything else around them."""
    count = len(pinned) + len(others)
    places: dict[int, Pick] = {}
    for pin in pinned:
        wanted = min(max(pin.pinned_to or 1, 1), count)
        place = next(place for place in _from(wanted, count) if place not in places)
        places[place] = Pick(pin.article, Reason.PINNED)
    rest = iter(others)
    return tuple(places[place] if place in places else next(rest) for place in range(1, count + 1))


def _from(wanted: int, count: int) -> Iterator[int]:
    yield from range(wanted, count + 1)
    yield from range(wanted - 1, 0, -1)


def _digest(by_number: Iterable[Candidate], industries: Sequence[int], places: int) -> str:
    """All that a slate is made of, the same in every process."""
    lines = [
        f"{each.article} {sorted(each.industries)} {each.published_at.timestamp()} {each.pinned_to} {each.weight}"
        for each in by_number
    ]
    return hashlib.sha256("\n".join([f"{places} {list(industries)}", *lines]).encode()).hexdigest()

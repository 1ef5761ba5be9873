"""Weeks of stories for reviews: a readable one, and any that hypothesis can think of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from newsletters.digests.allocating import Candidate, Slate, slate_of

THURSDAY = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)
NINE = tuple(range(1, 10))


def story(article: int, *industries: int, hours: int = 0, pinned_to: int | None = None, weight: int = 0) -> Candidate:
    """One that came out so many hours before Thursday's review."""
    return Candidate(article, frozenset(industries), THURSDAY - timedelta(hours=hours), pinned_to, weight)


def full_week(each: int = 6, places: int = 12) -> Slate:
    """So many stories of each of the nine; those of the third, say, are 31 (the newest), 32, 33…"""
    week = [story(industry * 10 + number, industry, hours=number) for industry in NINE for number in range(1, each + 1)]
    return slate_of(week, NINE, places)


@dataclass(frozen=True)
class Week:
    """All that a review is made from."""

    candidates: list[Candidate]
    places: int
    order: list[int]
    seen: set[int]

    @property
    def line(self) -> list[int]:
        """Our industries as this member sees them: their own order, then the publication's."""
        return [each for each in dict.fromkeys((*self.order, *NINE)) if each in NINE]

    @property
    def slate(self) -> Slate:
        return slate_of(self.candidates, NINE, self.places)


_STORIES = st.builds(
    Candidate,
    st.integers(1, 60),
    # The last is none of ours.
    st.frozensets(st.integers(1, 10), max_size=2),
    st.sampled_from([THURSDAY - timedelta(hours=hours) for hours in range(6)]),
    st.sampled_from([*[None] * 15, 1, 3, 40]),
    st.integers(0, 1),
)
WEEKS = st.builds(
    Week,
    st.sampled_from([0, 25]).flatmap(
        lambda least: st.lists(_STORIES, min_size=least, max_size=40, unique_by=lambda each: each.article)
    ),
    st.integers(0, 20),
    st.lists(st.integers(1, 10), max_size=10, unique=True),
    st.sets(st.integers(1, 80), max_size=15),
)


def for_any_week(test: Callable[[Week], None]) -> Callable[[], None]:
    """As many weeks as find out that a rule is broken, and no more."""
    return settings(max_examples=60)(given(WEEKS)(test))

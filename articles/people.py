"""What the news holds about a person: what they keep, follow, have read and come to. Colleagues' work stays theirs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from articles.models import (
    Author,
    Correction,
    Draft,
    Follow,
    HistoryEntry,
    NotedReading,
    Picture,
    Recording,
    Registration,
    Revision,
    SavedArticle,
    SimulatedReader,
    Simulation,
)
from memberships.people.holdings import Fate, Holding, staff_act

_GOES, _STAYS, _MOVES = Fate.GOES, Fate.STAYS, Fate.MOVES

HOLDINGS = [
    Holding(SavedArticle, "user", _GOES, _MOVES, _("Saved stories"), ("article__headline", "saved_at"), ("article",)),
    Holding(Follow, "user", _GOES, _MOVES, _("Following"), (
        "author__name", "topic__name", "series__name", "country__name", "section__name", "followed_at",
    ), Follow.KINDS),
    Holding(HistoryEntry, "user", _GOES, _MOVES, _("Reading history"), (
        "article__headline", "last_read_at", "furthest",
    ), ("article",)),
    Holding(NotedReading, "user", _GOES, _MOVES, _("Noted readings"), (
        "article__headline", "at", "referrer", "campaign", "country",
    )),
    Holding(Registration, "user", _GOES, _MOVES, _("Events"), (
        "event__title", "question", "registered_at", "cancelled_at",
    ), ("event",)),
    # Sums of other rows, made anew at the next trial.
    Holding(SimulatedReader, "user", _GOES, _GOES),
    # What is signed with somebody's name was published with their knowledge, and stays.
    Holding(Author, "user", _STAYS, _STAYS),
    staff_act(Picture, "uploaded_by"),
    staff_act(Recording, "uploaded_by"),
    staff_act(Correction, "corrected_by"),
    staff_act(Draft, "saved_by"),
    staff_act(Revision, "saved_by"),
    staff_act(Simulation, "asked_by"),
]  # fmt: skip

"""The first page of the desk: is everything as it should be, for whom it is to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.models import Article
from memberships import clock
from memberships.lockouts import locked_out, reading_unpaid
from memberships.models import Alert, Happening, StripeEvent
from newsletters import editions
from newsletters.models import Message

# A customer who comes back from the till is known within minutes.
_SOON_KNOWN = timedelta(hours=1)


@dataclass(frozen=True)
class Tile:
    """A number that ought to be 0, what it counts, and the list of its rows."""

    label: str
    number: int
    url: str

    @property
    def is_well(self) -> bool:
        return self.number == 0


def watch(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds ``tiles`` for whoever is at the desk; the desk calls it for its first page."""
    return {**context, "tiles": list(_tiles(request, clock.now()))}


def _tiles(request: HttpRequest, at: datetime) -> Iterator[Tile]:
    for permission, label, count, page, query in _watched(at):
        if request.user.has_perm(permission):
            yield Tile(label, count(), f"{reverse(f'admin:{page}_changelist')}{query}")


def _watched(at: datetime) -> list[tuple[str, str, Callable[[], int], str, str]]:
    """Who may see it, what is counted and how, and the list of the desk with its rows."""
    parked = StripeEvent.objects.parked_since(at - _SOON_KNOWN)
    failed = StripeEvent.objects.filter(state=StripeEvent.State.FAILED)
    untold = Happening.objects.filter(told_at=None, attempts__gt=0)
    uncertain = Message.objects.filter(state="uncertain")
    subscriptions, rights = "memberships_subscription", "memberships_entitlement"
    money = "memberships.view_subscription"
    late = Article.objects.due(at)
    return [
        ("articles.view_draft", _("Stories overdue"), late.count, "articles_draft", "?state=scheduled"),
        (money, _("Paid but locked out"), lambda: len(locked_out(at)), subscriptions, "?reading=locked_out"),
        (money, _("Reading, and nothing is paid"), reading_unpaid(at).count, rights, "?paid=no"),
        ("memberships.view_alert", _("Open alerts"), Alert.objects.open().count, "memberships_alert", ""),
        (
            "memberships.view_stripeevent",
            _("Events that fail"),
            failed.count,
            "memberships_stripeevent",
            "?state=failed",
        ),
        (
            "memberships.view_stripeevent",
            _("Events of customers unknown here"),
            parked.count,
            "memberships_stripeevent",
            "?state=parked",
        ),
        ("memberships.view_happening", _("Members not told"), untold.count, "memberships_happening", ""),
        (
            "newsletters.change_edition",
            _("Editions that wait for somebody"),
            editions.waiting(at).count,
            "newsletters_edition",
            "?needs=decision",
        ),
        (
            "newsletters.change_delivery",
            _("Editions with copies in doubt"),
            editions.in_doubt().count,
            "newsletters_edition",
            "?needs=doubts",
        ),
        (
            "newsletters.view_message",
            _("Uncertain messages"),
            uncertain.count,
            "newsletters_message",
            "?state=uncertain",
        ),
    ]

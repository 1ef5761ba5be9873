"""Links out of our site: asked about now and then by a task, looked up in the database when an edition is looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from newsletters.models import Edition, ForeignLink
from newsletters.preflight import page
from newsletters.preflight.asking import Ask
from newsletters.preflight.links import is_ours, parts_of, told
from newsletters.preflight.page import Link
from newsletters.presenting import render_edition
from newsletters.rendering import RenderingError

Outcome = ForeignLink.Outcome

# How many are asked about at a time; the next minute goes on.
MOST = 20
# When one is asked about again: who answered in a day, who did not in an hour.
AGAIN = {Outcome.ALIVE: timedelta(days=1), Outcome.DEAD: timedelta(hours=1), Outcome.UNREACHABLE: timedelta(hours=1)}
# For so long it counts what was found, and so long it is kept.
COUNTS, KEPT = timedelta(days=2), timedelta(days=60)
_OPEN = (Edition.State.COMPOSED, Edition.State.APPROVED, Edition.State.HELD, Edition.State.HALTED)
# What waits longer than that will hardly go out any more.
_WAITED = timedelta(days=3)


@dataclass(frozen=True)
class Suspect:
    """A link of a letter that did not answer as it should, and what is told of it. One that is dead keeps it back."""

    fingerprint: str
    sentence: str
    is_dead: bool


def ask_around(ask: Ask, now: Callable[[], datetime]) -> int:
    """Ask about links of editions that have not gone out, those that were not asked about lately; how many it were."""
    ForeignLink.objects.filter(asked_at__lt=now() - KEPT).delete()
    wanted = _wanted(now())
    for address in wanted:
        row = _asked(fingerprint_of(address), now())
        answer = ask(address)
        row.update(outcome=answer.outcome, status=answer.status)
    return len(wanted)


def _asked(fingerprint: str, at: datetime) -> QuerySet[ForeignLink]:
    """Noted before it is asked about: a site that takes our time takes it once, and the others have their turn."""
    new = {"outcome": Outcome.UNREACHABLE, "asked_at": at}
    ForeignLink.objects.update_or_create(fingerprint=fingerprint, defaults={"asked_at": at}, create_defaults=new)
    return ForeignLink.objects.filter(fingerprint=fingerprint)


def suspects(links: Iterable[Link], at: datetime) -> list[Suspect]:
    """The links of a letter that are dead or could not be reached, but for those an editor has excused."""
    words = {fingerprint_of(link.href): link for link in links}
    bad = ForeignLink.objects.filter(fingerprint__in=words, excused_at=None, asked_at__gte=at - COUNTS)
    rows = bad.exclude(outcome=Outcome.ALIVE).order_by("pk")
    return [_suspect(row, words[row.fingerprint]) for row in rows]


def problems(links: Iterable[Link], at: datetime) -> Iterator[str]:
    """A sentence for each link that keeps a letter back."""
    yield from (suspect.sentence for suspect in suspects(links, at) if suspect.is_dead)


def excuse(fingerprint: str, at: datetime) -> bool:
    """Let letters go out with a dead link; false if it is not dead, or was excused."""
    dead = ForeignLink.objects.filter(fingerprint=fingerprint, outcome=Outcome.DEAD, excused_at=None)
    return bool(dead.update(excused_at=at))


def fingerprint_of(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()


def _suspect(row: ForeignLink, link: Link) -> Suspect:
    if row.outcome == Outcome.DEAD:
        problem = _("There is no such page any more, or no such site.")
    else:
        problem = _("The other site did not answer when it was asked.")
    return Suspect(row.fingerprint, told(link.href, link.words, problem), row.outcome == Outcome.DEAD)


def _wanted(at: datetime) -> list[str]:
    """Addresses to ask about, the edition that is due first before the others."""
    waiting = Edition.objects.filter(state__in=_OPEN, due_at__gt=at - _WAITED).select_related("newsletter")
    found = {
        fingerprint_of(address): address for edition in waiting.order_by("due_at") for address in _out_of(edition, at)
    }
    known = ForeignLink.objects.filter(fingerprint__in=found).values_list("fingerprint", "outcome", "asked_at")
    fresh = {fingerprint for fingerprint, outcome, asked_at in known if asked_at > at - AGAIN[Outcome(outcome)]}
    return [address for fingerprint, address in found.items() if fingerprint not in fresh][:MOST]


def _out_of(edition: Edition, at: datetime) -> Iterator[str]:
    """The foreign links of an edition. One with a reader's own token in it is nobody else's to follow."""
    try:
        html = render_edition(edition, at).html
    except RenderingError:
        return
    for link in page.read(html).links:
        parts = parts_of(link.href)
        if parts is not None and parts.scheme in {"http", "https"} and not is_ours(parts) and "[[" not in link.href:
            yield link.href

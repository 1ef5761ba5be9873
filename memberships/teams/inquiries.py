"""From a company's inquiry to its team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from memberships import audit, identity, signals
from memberships.models import Inquiry, Product, Team, User
from memberships.teams import contracts


class InquiryError(Exception):
    """The inquiry cannot become what was asked; the message says why."""


@dataclass(frozen=True)
class Terms:
    """What was agreed: ``ends_on`` is the first day without access."""

    name: str
    owner_email: str
    owner_name: str
    product: Product
    seats: int
    starts_on: date
    ends_on: date
    notes: str = ""


@transaction.atomic
def receive(inquiry: Inquiry, at: datetime) -> Inquiry:
    """Keep what a company wrote, and tell sales once it is kept."""
    inquiry.received_at = at
    inquiry.save()
    transaction.on_commit(partial(signals.inquiry_received.send_robust, sender=__name__, inquiry=inquiry, at=at))
    return inquiry


@transaction.atomic
def win(inquiry: Inquiry, terms: Terms, actor: User, at: datetime) -> Team:
    """Make the inquiry a team: its owner's account where there is none, its seats, its right to read.

    Raises:
        InquiryError: when it became a team before.
    """
    inquiry = Inquiry.objects.select_for_update(of=("self",)).select_related("team").get(pk=inquiry.pk)
    if inquiry.team is not None:
        raise InquiryError(_("This inquiry is a team already: %(team)s.") % {"team": inquiry.team.name})
    team = found(terms, actor, at)
    inquiry.team, inquiry.state = team, Inquiry.State.WON
    inquiry.save(update_fields=["team", "state"])
    audit.record(
        "inquiry won",
        actor=actor,
        subject_kind="inquiry",
        subject_id=inquiry.public_id,
        subject_label=inquiry.company,
        at=at,
        team=str(team.public_id),
    )
    return team


@transaction.atomic
def found(terms: Terms, actor: User, at: datetime) -> Team:
    """A new team with the rights its contract gives."""
    owner, is_new = identity.open_account(terms.owner_email, at, name=terms.owner_name)
    team = Team.objects.create(
        name=terms.name,
        owner=owner,
        product=terms.product,
        seat_limit=terms.seats,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        notes=terms.notes,
        created_at=at,
    )
    contracts.settle(team, at)
    audit.record(
        "team founded",
        actor=actor,
        subject_kind="team",
        subject_id=team.public_id,
        subject_label=team.name,
        at=at,
        owner=owner.email,
        owner_account="made" if is_new else "known",
        seats=terms.seats,
        starts_on=terms.starts_on.isoformat(),
        ends_on=terms.ends_on.isoformat(),
    )
    transaction.on_commit(partial(signals.team_founded.send_robust, sender=__name__, team=team, at=at))
    return team

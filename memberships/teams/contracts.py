"""What a team bought and for how long: its days as moments, and the rights that follow from them."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from memberships import entitlements
from memberships.entitlements import Origin
from memberships.models import Entitlement, Network, Team


class SeatError(Exception):
    """A seat cannot be given or taken as asked; the message says why and what to do."""


def begins_at(team: Team) -> datetime:
    return _midnight(team.starts_on)


def ends_at(team: Team) -> datetime:
    """The first moment without access."""
    return _midnight(team.ends_on)


def settle(team: Team, at: datetime) -> None:
    """Let the team and its networks read exactly as long as the contract runs. The caller holds the team's lock."""
    since, until = begins_at(team), ends_at(team)
    origin = Origin(Entitlement.Source.SEAT, str(team.public_id))
    entitlements.settle(team, team.product, origin, since=since, until=until, at=at)
    for network in team.networks.filter(ended_at=None):
        entitlements.settle(network, team.product, origin_of(network), since=since, until=until, at=at)


def end_network(network: Network, at: datetime) -> None:
    """Nobody reads from this range any more; it may be given to another team. The caller holds the team's lock."""
    entitlements.revoke(origin_of(network), at=at, reason="range removed")
    Network.objects.filter(pk=network.pk, ended_at=None).update(ended_at=at)


def origin_of(network: Network) -> Origin:
    return Origin(Entitlement.Source.IP_RANGE, f"network:{network.pk}")


def refuse_when_over(team: Team, at: datetime) -> None:
    """Raises SeatError when the contract has run out."""
    if at >= ends_at(team):
        raise SeatError(_("The contract of %(team)s is over. Write to us to renew it.") % {"team": team.name})


def _midnight(day: date) -> datetime:
    """When the day begins where the publication is at home."""
    return datetime.combine(day, time.min, ZoneInfo(settings.TIME_ZONE))

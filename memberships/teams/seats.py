"""Who sits in a team. A seat is free, held by an invitation that may still be taken, or taken; never over the limit.

Everything that fills or frees a seat locks the team's row first, so that the count and the change are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from memberships import audit, signals
from memberships.models import Seat, Team, User
from memberships.teams import contracts, invitations
from memberships.teams.contracts import SeatError

# An invitation holds its seat this long.
OPEN_FOR = timedelta(days=14)
# One paste; more is a list for support to take in.
MOST_ADDRESSES = 500
_LONGEST_ADDRESS = 254

_SEPARATORS = re.compile(r"[\s,;<>()\"'|]+")


class Outcome(StrEnum):
    INVITED = "invited"
    ALREADY = "already"
    INVALID = "invalid"
    FULL = "full"


@dataclass(frozen=True)
class Result:
    """What became of one pasted address, with a sentence for whoever pasted it."""

    address: str
    outcome: Outcome
    sentence: str


@dataclass(frozen=True)
class Occupancy:
    limit: int
    taken: int

    @property
    def free(self) -> int:
        return max(self.limit - self.taken, 0)

    @property
    def sentence(self) -> str:
        names = {"taken": self.taken, "limit": self.limit}
        return (
            ngettext("%(taken)d of %(limit)d seat is taken.", "%(taken)d of %(limit)d seats are taken.", self.limit)
            % names
        )


def addresses_in(text: str) -> list[str]:
    """Everything in a pasted text that is meant as an address, in its order, each once, whatever stands between them.

    Names beside the addresses, as mail programs write them, are passed over; a word without “@” alone is not, when the
    text has no address at all: then it is what somebody typed wrong.
    """
    words = [word for word in (each.strip(".:") for each in _SEPARATORS.split(text)) if word]
    meant = [word for word in words if "@" in word] or words
    return list({word.lower(): word for word in meant}.values())


def occupancy(team: Team, at: datetime) -> Occupancy:
    return Occupancy(team.seat_limit, team.seats.taken(at).count())


@transaction.atomic
def invite(team: Team, addresses: Iterable[str], actor: User | None, at: datetime) -> list[Result]:
    """Invite each address while seats last; answers what became of each, in order. Offered seats are announced.

    Raises:
        SeatError: when the team's contract is over or there are more than ``MOST_ADDRESSES``.
    """
    wanted = list(addresses)
    if len(wanted) > MOST_ADDRESSES:
        raise SeatError(_("Paste at most %(most)d addresses at a time.") % {"most": MOST_ADDRESSES})
    team = lock(team)
    contracts.refuse_when_over(team, at)
    free_expired(team, at)
    known = _seats_by_address(team)
    free = occupancy(team, at).free
    offered: list[Seat] = []
    results = []
    for address in wanted:
        result = _judge(team, address, known.get(address.lower()), has_room=len(offered) < free)
        if result.outcome == Outcome.INVITED:
            offered.append(Seat(team=team, email=address, invited_at=at, expires_at=at + OPEN_FOR))
            known[address.lower()] = offered[-1]
        results.append(result)
    _offer(team, offered, actor, at)
    return results


def _judge(team: Team, address: str, known: Seat | None, *, has_room: bool) -> Result:
    names = {"address": address, "limit": team.seat_limit}
    if not _is_address(address):
        return Result(
            address, Outcome.INVALID, _("“%(address)s” is not an email address. Check how it is spelt.") % names
        )
    if known is not None and known.state == Seat.State.ACTIVE:
        return Result(address, Outcome.ALREADY, _("%(address)s has a seat already.") % names)
    if known is not None:
        return Result(address, Outcome.ALREADY, _("%(address)s is invited already and has not answered yet.") % names)
    if not has_room:
        full = ngettext(
            "%(address)s is not invited: the team's one seat is taken. Release it first, or write to us for more.",
            "%(address)s is not invited: all %(limit)d seats are taken. Release one first, or write to us for more.",
            team.seat_limit,
        )
        return Result(address, Outcome.FULL, full % names)
    return Result(address, Outcome.INVITED, _("%(address)s is invited.") % names)


def _is_address(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= _LONGEST_ADDRESS


def _seats_by_address(team: Team) -> dict[str, Seat]:
    """Who is invited or sits, by the address invited and by that of the account which took the seat."""
    held = list(team.seats.exclude(state=Seat.State.RELEASED).select_related("user"))
    by_account = {seat.user.email: seat for seat in held if seat.user is not None}
    return by_account | {seat.email.lower(): seat for seat in held}


def _offer(team: Team, offered: list[Seat], actor: User | None, at: datetime) -> None:
    if not offered:
        return
    Seat.objects.bulk_create(offered)
    addresses = [seat.email for seat in offered]
    _record("seats offered", team, actor, at, addresses=addresses)
    for seat in offered:
        token = invitations.token_for(seat)
        transaction.on_commit(partial(signals.seat_offered.send_robust, sender=__name__, seat=seat, token=token, at=at))


@transaction.atomic
def accept(token: str, user: User, at: datetime) -> Seat:
    """Give the signed-in person the seat that was offered to their address. A second time changes nothing.

    Raises:
        SeatError: when the invitation is not good any more, was for somebody else, or the team's contract is over.
    """
    offered = invitations.read(token)
    team = lock(offered.team)
    seat = Seat.objects.select_for_update().get(pk=offered.pk)
    if seat.state == Seat.State.ACTIVE and seat.user_id == user.pk:
        return seat
    contracts.refuse_when_over(team, at)
    invitations.refuse_when_closed(seat, at)
    invitations.refuse_stranger(seat, user)
    if team.seats.filter(user=user, state=Seat.State.ACTIVE).exists():
        raise SeatError(_("You have a seat in %(team)s already.") % {"team": team.name})
    seat.state, seat.user, seat.accepted_at = Seat.State.ACTIVE, user, at
    seat.save(update_fields=["state", "user", "accepted_at"])
    _record("seat taken", team, user, at, address=seat.email)
    transaction.on_commit(partial(signals.seat_taken.send_robust, sender=__name__, seat=seat, at=at))
    _rights_changed(user.pk, at)
    return seat


@transaction.atomic
def release(seat: Seat, actor: User | None, at: datetime) -> bool:
    """Free the seat, whether somebody reads on it or it is only offered; false when it was free already."""
    team = lock(seat.team)
    seat = Seat.objects.select_for_update().get(pk=seat.pk)
    if seat.state == Seat.State.RELEASED:
        return False
    was = seat.state
    seat.state, seat.released_at = Seat.State.RELEASED, at
    seat.save(update_fields=["state", "released_at"])
    _record("seat released", team, actor, at, address=seat.email, was=was)
    if seat.user_id is not None:
        _rights_changed(seat.user_id, at)
    return True


def release_expired(at: datetime) -> int:
    """Free every seat whose invitation ran out; answers how many. One team at a time, so that nobody waits long."""
    freed = 0
    for team in Team.objects.filter(seats__in=Seat.objects.expired(at)).distinct():
        with transaction.atomic():
            freed += free_expired(lock(team), at)
    return freed


def free_expired(team: Team, at: datetime) -> int:
    """Free the team's seats whose invitation ran out. The caller holds the team's lock."""
    return Seat.objects.expired(at).filter(team=team).update(state=Seat.State.RELEASED, released_at=at)


def lock(team: Team) -> Team:
    """The team as it is now, locked until the transaction ends."""
    return Team.objects.select_for_update(of=("self",)).select_related("product").get(pk=team.pk)


def _rights_changed(user: int, at: datetime) -> None:
    users = frozenset({user})
    transaction.on_commit(partial(signals.rights_changed.send_robust, sender=__name__, users=users, at=at))


def _record(verb: str, team: Team, actor: User | None, at: datetime, **details: object) -> None:
    audit.record(
        verb,
        actor=actor,
        subject_kind="team",
        subject_id=team.public_id,
        subject_label=team.name,
        at=at,
        **details,
    )

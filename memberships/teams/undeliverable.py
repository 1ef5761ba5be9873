"""Invitations that cannot arrive: they hold no seat, and whoever sent them sees which they were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from memberships import audit, signals
from memberships.models import Seat, Team
from memberships.teams import seats

# How long an owner is shown that an address could not be reached.
SHOWN_FOR = timedelta(days=30)


@transaction.atomic
def release(team: Team, offers: Iterable[Seat], at: datetime) -> list[Seat]:
    """Free those of the team's seats whose invitation cannot arrive; answers them. A second time changes nothing.

    ``offers`` are the seats as they were when that was found out. One that was accepted, taken back or offered anew
    since then stays as it is: what came back was another invitation, or arrived all the same.
    """
    team = seats.lock(team)
    found = {seat.pk: seat.invited_at for seat in offers}
    held = Seat.objects.offered().filter(team=team, pk__in=found).select_related("team__owner")
    lost = [seat for seat in held if seat.invited_at == found[seat.pk]]
    if not lost:
        return []
    for seat in lost:
        seat.state, seat.released_at, seat.bounced_at = Seat.State.RELEASED, at, at
        transaction.on_commit(partial(signals.invitation_bounced.send_robust, sender=__name__, seat=seat, at=at))
    changes = {"state": Seat.State.RELEASED, "released_at": at, "bounced_at": at}
    Seat.objects.filter(pk__in=[seat.pk for seat in lost]).update(**changes)
    audit.record(
        "invitation undeliverable",
        actor=None,
        subject_kind="team",
        subject_id=team.public_id,
        subject_label=team.name,
        at=at,
        addresses=[seat.email for seat in lost],
    )
    return lost


def of_teams(teams: Sequence[Team], at: datetime) -> list[Seat]:
    """Seats of late whose invitation could not be delivered and whose address was not invited again, newest first."""
    return list(Seat.objects.not_reached(at - SHOWN_FOR).filter(team__in=teams).order_by("-bounced_at", "-id"))

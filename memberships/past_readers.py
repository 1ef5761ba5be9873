"""Who people with accounts were to the access decision at any moment: all they ever held, with its dates.

:mod:`memberships.readers` asks for one person at one moment. Here many are asked for at once, and the decision finds
out itself which of their grants covers the moment it judges.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from memberships.access import Grant, Reader
from memberships.models import Entitlement, Seat, User
from memberships.readers import earliest


def readers_of(users: Collection[int]) -> dict[int, Reader]:
    """The reader each of these people (primary keys) is, at whatever moment; at most four queries, however many they
    are.

    Who works here is known as of today only. An account that is gone is left out.
    """
    people = User.objects.filter(pk__in=users).values_list("pk", "is_staff", "is_active")
    grants = _own_grants(users)
    for user, held in grants_of_seats(users).items():
        grants[user] += held
    return {
        user: Reader(is_signed_in=True, is_staff=is_staff and is_active, grants=tuple(grants[user]))
        for user, is_staff, is_active in people
    }


def _own_grants(users: Collection[int]) -> defaultdict[int, list[Grant]]:
    found: defaultdict[int, list[Grant]] = defaultdict(list)
    for row in Entitlement.objects.filter(user__in=users).select_related("product"):
        if row.user_id is not None:
            found[row.user_id].append(_grant(row))
    return found


def grants_of_seats(users: Collection[int]) -> dict[int, list[Grant]]:
    """What people held through teams, as long as they sat there."""
    seats = Seat.objects.filter(user__in=users, accepted_at__isnull=False)
    sat = [(seat.user_id, seat.team_id, seat.accepted_at, seat.released_at) for seat in seats]
    of_team: defaultdict[int, list[Grant]] = defaultdict(list)
    teams = {team for _user, team, _since, _until in sat}
    for row in Entitlement.objects.filter(team__in=teams).select_related("product"):
        if row.team_id is not None:
            of_team[row.team_id].append(_grant(row))
    found: defaultdict[int, list[Grant]] = defaultdict(list)
    for user, team, since, until in sat:
        if user is not None and since is not None:
            found[user] += [_within(grant, since, until) for grant in of_team[team]]
    return found


def _grant(row: Entitlement) -> Grant:
    return Grant(row.product.slug, row.source, row.starts_at, earliest(row.ends_at, row.revoked_at))


def _within(grant: Grant, since: datetime, until: datetime | None) -> Grant:
    return Grant(grant.product, grant.source, max(grant.starts_at, since), earliest(grant.ends_at, until))

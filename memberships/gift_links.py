"""Links by which somebody who may read a closed item lets others read it: so many a month, each for so long."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from memberships.metering.terms import month_of, terms
from memberships.models import GiftLink, User


class GiftError(Exception):
    """Why nothing can be given now, in a sentence for whoever wanted to."""


def left(user: User, at: datetime) -> int:
    """How many more items the person may give away in this month."""
    return max(terms().gifts_a_month - _given(user, at), 0)


@transaction.atomic
def give(user: User, key: str, at: datetime) -> GiftLink:
    """The person's link to the item: the one that is still good, or a new one, which counts against the month.

    The caller has made sure that the person may read the item. Their row is locked, so that two clicks give one link.

    Raises:
        GiftError: when the month's gifts are given away.
    """
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
    known = GiftLink.objects.filter(giver=user, item=UUID(key), revoked_at__isnull=True).first()
    if known is not None and known.ends_at > at:
        return known
    limits = terms()
    if _given(user, at) >= limits.gifts_a_month:
        raise GiftError(_("You have given away everything you can this month. The first of the next brings more."))
    if known is not None:
        revoke(known, at)
    return GiftLink.objects.create(
        giver=user,
        item=UUID(key),
        month=month_of(at),
        made_at=at,
        ends_at=at + timedelta(days=limits.gift_days),
    )


def revoke(link: GiftLink, at: datetime) -> bool:
    """Let the link open nothing any more; false when it was taken back already."""
    return GiftLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=at) == 1


def opens(token: str, key: str, at: datetime, *, counts: bool) -> bool:
    """Whether the link of this token opens the item now; an opening that ``counts`` is written down with the answer."""
    try:
        public_id = UUID(token)
    except ValueError:
        return False
    most = terms().gift_openings
    good = GiftLink.objects.filter(
        public_id=public_id, item=UUID(key), revoked_at__isnull=True, made_at__lte=at, ends_at__gt=at, openings__lt=most
    )
    return good.update(openings=F("openings") + 1) == 1 if counts else good.exists()


def _given(user: User, at: datetime) -> int:
    """What was given this month, also what was taken back since: it was given."""
    return GiftLink.objects.filter(giver=user, month=month_of(at)).count()

"""Editions that are on their way and do not get through: staff are told, for no reader will say so."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from memberships import alerts
from memberships.models import Alert
from newsletters.models import Delivery, Edition, ReceivingDomain, SendState

# An edition to fifty thousand takes a minute; after an hour something stands still.
SLOW_AFTER = timedelta(hours=1)


def tell_slow(at: datetime) -> None:
    """Open an alert for each edition of which copies were not begun so long after they were given free.

    Copies for a domain that rests or has a limit are no sign of it, nor those of an edition that a warm-up spreads
    over days.
    """
    slow = Edition.objects.sending().filter(sending_since__lte=at - SLOW_AFTER, warm_up_shares=None)
    patient = ReceivingDomain.objects.filter(Q(rests_until__gt=at) | Q(most_an_hour__isnull=False)).values("domain")
    told = []
    for edition in slow.select_related("newsletter"):
        unbegun = Delivery.objects.of_edition(edition).filter(state=SendState.QUEUED, attempts=0)
        unbegun = unbegun.exclude(recipient__domain__in=patient)
        if unbegun.exists():
            told.append(str(edition.public_id))
            alerts.open_alert(Alert.Kind.EDITION_SLOW, told[-1], _sentence(edition), at)
    alerts.settle_all_but(Alert.Kind.EDITION_SLOW, told, at)


def _sentence(edition: Edition) -> str:
    copies = edition.tallies.filter(state=SendState.QUEUED).values_list("copies", flat=True).first() or 0
    waiting = ngettext("%(copies)s copy still waits", "%(copies)s copies still wait", copies) % {"copies": copies}
    return _("%(edition)s: %(waiting)s. Look at its page for what the next server said, and at the senders’ log.") % {
        "edition": edition,
        "waiting": waiting,
    }

"""Finds whom something has to be told ahead of time, and writes it down only after a look at Stripe.

A mirror that has missed a webhook would announce a charge to somebody who has cancelled. So each subscription is read
again first, and what is due is decided from what was read.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from memberships import happenings, notices
from memberships.models import Happening, Subscription
from memberships.stripe.reconcile import resynced

log = logging.getLogger(__name__)

# Each is two questions to Stripe, and a task has five minutes.
_BATCH = 50
# So many that cannot be read in a row mean that Stripe is away: the next tick tries again.
_MOST_FAILURES = 3


def note_due(at: datetime) -> int:
    """Write down what is due by now for some fifty people at the most; answers how many notices were new."""
    noted = failures = 0
    for row in _wanting(at):
        if not resynced(row.customer.stripe_id or "", row.stripe_id, at):
            failures += 1
            if failures == _MOST_FAILURES:
                log.warning("Notices wait: Stripe does not answer.")
                break
            continue
        noted += happenings.note_due(Subscription.objects.select_related("plan").get(pk=row.pk), at)
    return noted


def _wanting(at: datetime) -> Iterator[Subscription]:
    """Subscriptions that have something due by our mirror that is not written down, in any order.

    The order changes each time, so that a few that cannot be read keep nobody else waiting.
    """
    rows = Subscription.objects.coming_up(at, at + notices.LONGEST_LEAD).filter(customer__stripe_id__isnull=False)
    known = set(
        Happening.objects.filter(subscription__in=rows, kind__in=notices.KINDS).values_list(
            "subscription", "kind", "period"
        )
    )
    found = 0
    for row in rows.select_related("customer", "plan").order_by("?"):
        owed = row.invoices.owed().first() if row.past_due_since else None
        if any((row.pk, notice.kind, notice.period) not in known for notice in notices.due(row, owed, at)):
            yield row
            found += 1
        if found == _BATCH:
            return

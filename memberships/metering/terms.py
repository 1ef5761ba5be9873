"""What the allowance is, and the month for which it is given."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from memberships.models import Paywall


def terms() -> Paywall:
    """The terms in force: the row staff keep, or the defaults while nobody has touched them."""
    return Paywall.objects.first() or Paywall()


def month_of(at: datetime) -> date:
    """The first day of the month that ``at`` falls in, in the time zone of the publication."""
    return timezone.localtime(at, timezone.get_default_timezone()).date().replace(day=1)


def renews_on(at: datetime) -> date:
    """The day on which every meter begins anew."""
    return (month_of(at) + timedelta(days=32)).replace(day=1)

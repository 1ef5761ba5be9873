"""A new sending domain is given more from day to day, those first who showed a sign of life last.

Receivers distrust whoever is unknown and sends much. A plan says how many copies of editions go a day (UTC); what is
over its day waits for the next, within what its list allows to be late, or is left out. Senders know nothing of it: the
copies that have to wait are not due, and where there is no plan nothing is asked.
"""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, Sum
from django.utils.translation import gettext as _

from memberships import alerts
from memberships.models import Alert
from newsletters.models import Delivery, Edition, SendState, Tally, WarmUp, WarmUpShare
from newsletters.preflight.domains import ours

log = logging.getLogger(__name__)

# After midnight, for the share of the new day to be decided before a sender takes what waited for it.
_MARGIN = timedelta(minutes=10)
# Fewer copies than that say nothing of a day.
FEWEST_TOLD = 20
_CAME_TO_NOTHING = [SendState.FAILED, SendState.BOUNCED, SendState.COMPLAINED]
_TOLD = [SendState.ACCEPTED, SendState.UNCERTAIN, *_CAME_TO_NOTHING]

# A sign of life is that somebody confirmed, or signed in.
_PUT_OFF = """
UPDATE newsletters_delivery AS copy SET
    state = CASE WHEN ranked.place > %(most)s AND %(is_late)s THEN 'halted' ELSE copy.state END,
    settled_at = CASE WHEN ranked.place > %(most)s AND %(is_late)s THEN %(at)s ELSE copy.settled_at END,
    reply = CASE WHEN ranked.place > %(most)s THEN %(why)s ELSE copy.reply END,
    not_before = CASE WHEN ranked.place > %(most)s THEN %(tomorrow)s END
FROM (
    SELECT waiting.recipient_id, row_number() OVER (
        ORDER BY greatest(signup.confirmed_at, person.last_login) DESC NULLS LAST, waiting.recipient_id
    ) AS place
    FROM newsletters_delivery AS waiting
    JOIN newsletters_recipient AS reader ON reader.id = waiting.recipient_id
    LEFT JOIN newsletters_signup AS signup
        ON signup.recipient_id = reader.id AND signup.newsletter_id = %(newsletter)s
    LEFT JOIN memberships_user AS person ON person.id = reader.user_id
    WHERE waiting.edition_on = %(edition_on)s AND waiting.edition_id = %(edition)s AND waiting.state = 'queued'
        AND (waiting.not_before IS NULL OR waiting.not_before < %(tomorrow)s)
) AS ranked
WHERE copy.edition_on = %(edition_on)s AND copy.edition_id = %(edition)s
    AND copy.recipient_id = ranked.recipient_id AND copy.state = 'queued'
    AND (ranked.place > %(most)s OR copy.not_before IS NOT NULL)
"""


def is_running() -> bool:
    """Whether there is a plan for the domain we send by, and it is not at its end."""
    return WarmUp.objects.filter(domain=ours(), ended_at=None).exists()


def hold_back(edition: Edition, at: datetime) -> bool:
    """Decide which copies of the edition may go today, once a day; before any sender is woken for it.

    False: somebody is deciding just now, which takes its time, and no sender may be woken before.
    """
    with transaction.atomic():
        running = WarmUp.objects.filter(domain=ours(), ended_at=None)
        plan = running.select_for_update(skip_locked=True).first()
        if plan is None:
            return not is_running()
        if not _begun(plan, at) or plan.shares.filter(edition=edition, day=_day(at)).exists():
            return True
        tomorrow = _tomorrow(at)
        due = Q(not_before=None) | Q(not_before__lt=tomorrow)
        waiting = Delivery.objects.of_edition(edition).filter(due, state=SendState.QUEUED).count()
        most = min(waiting, max(plan.plan[plan.step] - plan.given, 0))
        if most < waiting:
            _put_off(edition, plan, most, at)
        WarmUpShare.objects.create(warm_up=plan, edition=edition, day=_day(at), copies=most)
        WarmUp.objects.filter(pk=plan.pk).update(given=F("given") + most)
    return True


def _begun(plan: WarmUp, at: datetime) -> bool:
    """Go on to the new day, if it is one; false when the plan is at its end."""
    today = _day(at)
    if plan.day == today:
        # Somebody may have made the plan shorter meanwhile.
        return plan.step < len(plan.plan)
    if plan.day is not None and plan.given:
        plan.stopped_because = _why_not_more(plan, plan.day)
        plan.step += not plan.stopped_because
        if plan.stopped_because:
            log.error("the warm-up of %s does not grow: %s", plan.domain, plan.stopped_because)
            alerts.open_alert(Alert.Kind.WARM_UP, plan.domain, plan.stopped_because, at)
    plan.day, plan.given = today, 0
    if plan.step >= len(plan.plan):
        plan.ended_at = at
    plan.save(update_fields=["step", "day", "given", "stopped_because", "ended_at"])
    return plan.ended_at is None


def _why_not_more(plan: WarmUp, day: date) -> str:
    """Why the next day is given no more than this one was; empty when all is well."""
    editions = plan.shares.filter(day=day, copies__gt=0).values("edition")
    sums = dict(
        Tally.objects.filter(edition__in=editions, state__in=_TOLD)
        .values_list("state")
        .annotate(Sum("copies"))
        .values_list("state", "copies__sum")
    )
    told, refused = sum(sums.values()), sum(sums.get(state, 0) for state in _CAME_TO_NOTHING)
    if told < FEWEST_TOLD or refused * 100 <= told * plan.most_refused:
        return ""
    return _("Of %(told)s copies of the day before, %(refused)s came to nothing.") % {"told": told, "refused": refused}


def _put_off(edition: Edition, plan: WarmUp, most: int, at: datetime) -> None:
    """Have those who showed a sign of life last get theirs today, and the rest theirs tomorrow or none."""
    is_late = _is_late_tomorrow(edition, at)
    why = (
        _("It was left out: %(domain)s is new, and sends so much a day.")
        if is_late
        else _("It waits for tomorrow: %(domain)s is new, and sends so much a day.")
    )
    values: dict[str, Any] = {
        "most": most,
        "is_late": is_late,
        "at": at,
        "why": why % {"domain": plan.domain},
        "tomorrow": _tomorrow(at),
        "newsletter": edition.newsletter_id,
        "edition_on": edition.edition_on,
        "edition": edition.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PUT_OFF, values)


def _is_late_tomorrow(edition: Edition, at: datetime) -> bool:
    """Whether it would be later then than its list allows; a correction never is."""
    most = timedelta(hours=edition.newsletter.most_late)
    may_be = edition.may_be_late or edition.kind != Edition.Kind.REGULAR
    return not may_be and _tomorrow(at) - edition.due_at > most


def _tomorrow(at: datetime) -> datetime:
    return datetime.combine(_day(at) + timedelta(days=1), time(), UTC) + _MARGIN


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()

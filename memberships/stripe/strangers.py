"""Events of customers who are nobody here: they wait a day for their customer, and are set aside then.

Another product that shares the account makes such events all the time. Somebody who pays for ours and is unknown here
looks the same, so what was parked is looked through before it is set aside, and staff are told.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from memberships import alerts
from memberships.models import Alert, Customer, Plan, StripeEvent
from memberships.stripe.payload import Payload
from memberships.subscriptions import STANDING

# The return page and the desk make a customer known within minutes, a move within hours.
WAITS_FOR = timedelta(days=1)
# A tick is not to last; the next one takes the rest.
_AT_ONCE = 500


def set_aside(at: datetime) -> int:
    """Quarantine what waited for a day; answers how many. Whose of them pays for something of ours, staff hear of.

    What waits for somebody who is known by now is left to the inbox.
    """
    known = Customer.objects.filter(stripe_id__isnull=False).values("stripe_id")
    late = StripeEvent.objects.parked_since(at - WAITS_FOR).exclude(customer_id__in=known)
    plans = {plan.stripe_id or "": plan for plan in Plan.objects.exclude(stripe_id=None)}
    return sum(_set_aside(event, plans, at) for event in late.order_by("received_at", "pk")[:_AT_ONCE])


def _set_aside(event: StripeEvent, plans: dict[str, Plan], at: datetime) -> bool:
    """Whether it was; not where somebody works on it or it is settled meanwhile."""
    plan = next((plans[price] for price in prices_paid(event.payload) if price in plans), None)
    names = {"customer": event.customer_id or "–", "plan": plan}
    if plan is None:
        why = _("Nobody here became the customer %(customer)s within a day, and nothing of ours is in it.") % names
    else:
        why = _(
            "Stripe's customer %(customer)s pays for %(plan)s and is nobody here. Find out who it is and move them in, "
            "or give the money back and end the subscription at Stripe."
        )
        why %= names
    unclaimed = Q(claimed_until=None) | Q(claimed_until__lt=at)
    waiting = StripeEvent.objects.parked().filter(unclaimed, pk=event.pk)
    is_mine = bool(waiting.update(state=StripeEvent.State.QUARANTINED, error=why, settled_at=at))
    if is_mine and plan is not None:
        alerts.open_alert(Alert.Kind.PAID_UNKNOWN, event.customer_id or event.object_id, why, at)
    return is_mine


def prices_paid(content: object) -> list[str]:
    """What an event says is paid for: the prices of a subscription that stands, or of an invoice that was paid."""
    subject = Payload(content).part("data", "object")
    if subject.text("object") == "subscription" and subject.text("status") in STANDING:
        return [item.reference("price") for item in subject.members("items")]
    if subject.text("object") == "invoice" and subject.integer("amount_paid") > 0:
        return [line.part("pricing", "price_details").reference("price") for line in subject.members("lines")]
    return []

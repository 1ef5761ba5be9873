"""Erases an account: Stripe first, then everything here that names the person, in one transaction.

The row of the erasure is written when it is asked for, and the account is closed with it. From then on
:func:`carry_on` takes it as far as it goes, any number of times: what runs ends at Stripe, customers are deleted
there, and a quarter of an hour later, when the last message has gone out, the person is forgotten here. What stays is
what the law wants kept: invoices, refunds and consents, of somebody without a name.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from memberships import alerts, audit, signals
from memberships.models import Alert, Customer, Dispute, Erasure, Invoice, Refund, Subscription, Team, User
from memberships.people import holdings, own, raw
from memberships.stripe import changes
from memberships.stripe.calls import tills
from memberships.stripe.checkout import close_visits
from memberships.stripe.client import BillingError
from memberships.stripe.payload import Unusable

log = logging.getLogger(__name__)

# So long the message that says goodbye has to leave the house.
FORGETS_AFTER = timedelta(minutes=15)
# So long Stripe may still send what happened before: webhooks come for three days, by hand for fifteen.
STILL_SENT_FOR = timedelta(days=30)
_PATIENCE = 10
_DISPUTED = gettext_lazy("Their bank disputes a payment. Wait until that is decided, then erase the account.")
_REFUNDING = gettext_lazy("Money is on its way back to them. Wait until it has arrived, then erase the account.")


class ErasureRefused(Exception):
    """Nothing is erased; the message says why and what to do first."""


def refuse_if_hindered(user: User) -> None:
    """Raises ErasureRefused where the account cannot be erased now."""
    if user.is_staff or user.is_superuser:
        raise ErasureRefused(_("Somebody who works here cannot be erased. Take their access to the desk back first."))
    if Team.objects.filter(owner=user).exists():
        raise ErasureRefused(_("They look after a team. Give the team another owner first, then erase the account."))
    if sentence := _money_under_way(user):
        raise ErasureRefused(sentence)


def ask(user: User, by: User | None, reason: str, at: datetime) -> Erasure:
    """Begin: close the account and write down that it is to be erased. Asking again answers the same row.

    ``by`` is who pressed at the desk, ``None`` where its owner asks.

    Raises:
        ErasureRefused: as it says; nothing was written.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if known := Erasure.objects.filter(user=user).first():
            return known
        refuse_if_hindered(user)
        erasure = Erasure.objects.create(user=user, asked_by=by, reason=reason, asked_at=at)
        User.objects.filter(pk=user.pk).update(is_active=False)
        user.is_active = False
        own.sign_out_everywhere(user)
        audit.record(
            "erasure asked",
            actor=by or user,
            subject_kind="user",
            subject_id=user.public_id,
            subject_label=user.email,
            at=at,
            reason=reason,
        )
        signals.erasure_asked.send(sender=__name__, user=user, at=at)
        transaction.on_commit(partial(signals.account_closed.send_robust, sender=__name__, user=user, at=at))
    return erasure


def go_on(at: datetime) -> int:
    """Take every erasure that is not done as far as it goes; answers how many are done by now."""
    waiting = Erasure.objects.filter(done_at=None).select_related("user").order_by("pk")
    return sum(_tried(erasure, at) for erasure in waiting)


def empty_what_comes_late(at: datetime) -> None:
    """Take erased people out of what Stripe sent since, and delete the customers that could not be deleted then."""
    for erasure in Erasure.objects.filter(done_at__gt=at - STILL_SENT_FOR).select_related("user"):
        raw.empty_events(erasure.customer_ids, at)
    for customer in Customer.objects.filter(user__erasure__done_at__lte=at).exclude(stripe_id=None):
        erasure = Erasure.objects.get(user=customer.user_id)
        try:
            _delete_customer(customer, erasure)
        except BillingError as error:
            log.warning("The customer %s of an erased account stays for now: %s", customer.pk, error)


def carry_on(erasure: Erasure, at: datetime) -> bool:
    """Take the erasure as far as it goes now; answers whether it is done.

    Raises:
        ErasureRefused: money is under way; it goes on when that has ended.
        BillingError, Unusable: Stripe could not be asked; it goes on later.
    """
    if erasure.settled_at is None:
        _settle(erasure, at)
    if erasure.asked_at + FORGETS_AFTER > at:
        return False
    return _forget(erasure.pk, at)


def _tried(erasure: Erasure, at: datetime) -> bool:
    try:
        return carry_on(erasure, at)
    except (ErasureRefused, BillingError, Unusable) as error:
        said = f"{error} {getattr(error, 'detail', '')}".strip()
        Erasure.objects.filter(pk=erasure.pk).update(error=said, attempts=F("attempts") + 1)
        if erasure.attempts + 1 == _PATIENCE:
            alerts.open_alert(Alert.Kind.STUCK, f"erasure {erasure.pk}", said, at)
        return False


def _money_under_way(user: User) -> str:
    if Dispute.objects.open().filter(invoice__customer__user=user).exists():
        return str(_DISPUTED)
    if Refund.objects.unfinished().filter(invoice__customer__user=user).exists():
        return str(_REFUNDING)
    return ""


def _settle(erasure: Erasure, at: datetime) -> None:
    """End at Stripe what runs, then delete the customers there. Each step asks first, so it may be done again."""
    user = erasure.user
    close_visits(user, at)
    for subscription in Subscription.objects.running().filter(customer__user=user).select_related("customer"):
        changes.end(subscription, at, at_once=True)
    if sentence := _money_under_way(user):
        raise ErasureRefused(sentence)
    for customer in Customer.objects.filter(user=user).exclude(stripe_id=None).order_by("pk"):
        _delete_customer(customer, erasure)
    Erasure.objects.filter(pk=erasure.pk).update(settled_at=at, error="")
    erasure.settled_at = at


def _delete_customer(customer: Customer, erasure: Erasure) -> None:
    """Where nothing is owed or disputed: Stripe needs the customer for that. The id is written down before it goes."""
    is_owing = Invoice.objects.owed().filter(customer=customer).exists()
    if is_owing or Dispute.objects.open().filter(invoice__customer=customer).exists() or customer.stripe_id is None:
        return
    if customer.stripe_id not in erasure.customer_ids:
        erasure.customer_ids = [*erasure.customer_ids, customer.stripe_id]
        Erasure.objects.filter(pk=erasure.pk).update(customer_ids=erasure.customer_ids)
    tills.delete_customer(customer.stripe_id)
    Customer.objects.filter(pk=customer.pk).update(stripe_id=None, version=F("version") + 1)


@transaction.atomic
def _forget(pk: int, at: datetime) -> bool:
    """Take the person out of every table at once; false where that was done before."""
    erasure = Erasure.objects.select_for_update().select_related("user").get(pk=pk)
    if erasure.done_at is not None:
        return False
    # The customers first, as everybody does who writes what Stripe says.
    list(Customer.objects.select_for_update().filter(user=erasure.user_id).order_by("pk"))
    user = User.objects.select_for_update().get(pk=erasure.user_id)
    addresses, mask = own.addresses_of(user), raw.pseudonym_of(user)
    customers = Customer.objects.filter(user=user)
    known_ids = [*erasure.customer_ids, *customers.exclude(stripe_id=None).values_list("stripe_id", flat=True)]
    for holding in holdings.every():
        holding.erase(user, at)
    customers.update(told_address="")
    user.email = user.email_as_typed = mask
    user.name, user.time_zone, user.history_since, user.last_login = "", "UTC", None, None
    user.is_active = False
    user.set_unusable_password()
    user.save()
    raw.empty_events(known_ids, at)
    raw.redact_alerts(addresses, mask)
    Erasure.objects.filter(pk=pk).update(done_at=at, customer_ids=known_ids, error="")
    audit.record(
        "account erased", actor=None, subject_kind="user", subject_id=user.public_id, subject_label=mask, at=at
    )
    raw.redact_audit_log(user, addresses)
    return True

"""The till: one open visit for each person, and what comes of it.

A visit is written down before Stripe is asked, and its key makes the asking repeatable: a second click, a second tab
or a lost answer finds the first visit instead of making another.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from memberships import consents, students, touches, trials
from memberships.consents import Press
from memberships.fields import lines
from memberships.models import CheckoutAttempt, Customer, Dispute, Plan, Promotion, Subscription, User
from memberships.selling import Buyer, buyer_of, refusal_of
from memberships.stripe import catalogue, client, coupons, till_terms
from memberships.stripe.calls import tills
from memberships.stripe.client import BillingError
from memberships.stripe.remote import AFTER_GIFT, RemoteCheckout
from memberships.stripe.sync import sync_subscription
from memberships.subscriptions import STANDING
from memberships.touches import UNKNOWN, Touch
from memberships.vouchers import claiming

# Stripe allows between half an hour and a day.
OPEN_FOR = timedelta(minutes=45)
# A visit about to close is not worth sending anybody to.
_TOO_LATE = timedelta(minutes=5)
# Once to find a visit left behind and close it, once to begin anew, once more for another window in between.
_TURNS = 3
_ALREADY_A_MEMBER = gettext_lazy("You have a membership already. Your membership page shows it and changes it.")
_ANOTHER_WINDOW = gettext_lazy("Another window of yours is at the till. Finish there, or try again in a minute.")
_DISPUTED = gettext_lazy(
    "Your bank disputes a payment of yours, so nothing new can be bought. Write to us to settle it."
)


class CheckoutRefused(Exception):
    """The till stays closed for this person; the message says why and what to do instead."""


def start_checkout(
    user: User,
    plan: Plan,
    at: datetime,
    return_to: str,
    press: Press | None = None,
    touch: Touch = UNKNOWN,
    *,
    country: str = "",
    promotion: Promotion | None = None,
) -> CheckoutAttempt:
    """The person's one open visit to the till for the plan, with the address to send them to.

    ``return_to`` is a path of this site, already checked; ``country`` is where they are, as far as it is known.
    ``press`` is the press of our button that asked for it; what the person agrees to is written down with the visit in
    any case, for Stripe's page says it above its own button. ``touch`` is how they came. ``promotion`` was found to
    count for them; without one, Stripe's page takes codes that are typed there.

    Raises:
        CheckoutRefused: when they have a subscription or a dispute, or the plan is not for sale to them.
        BillingError: when Stripe could not be asked; the visit stays and the next click continues it. A visit whose
            promotion Stripe refuses is over.
    """
    _refuse_unless_sold(user, plan, buyer_of(user, country, at), at)
    for _turn in range(_TURNS):
        press = press or Press("", user.language, at)
        attempt = _find_or_begin(user, plan, at, return_to, press, touch, promotion)
        if attempt.session_id:
            attempt = settle_attempt(attempt, at)
        if attempt.state == CheckoutAttempt.State.COMPLETED:
            raise CheckoutRefused(_ALREADY_A_MEMBER)
        if attempt.state == CheckoutAttempt.State.OPEN:
            is_the_same = (attempt.plan_id, attempt.promotion_id) == (plan.pk, promotion.pk if promotion else None)
            if is_the_same and attempt.expires_at > at + _TOO_LATE:
                return _open_at_stripe(attempt.pk, at)
            _close(attempt)
    raise CheckoutRefused(_ANOTHER_WINDOW)


def _refuse_unless_sold(user: User, plan: Plan, buyer: Buyer, at: datetime) -> None:
    """What somebody may not buy is refused; what was believed of them so far is written down with what hangs on it."""
    if refusal := refusal_of(plan, buyer, _("This plan is not on sale. Choose one from the membership page.")):
        raise CheckoutRefused(refusal)
    if Dispute.objects.holding().filter(invoice__customer__user=user).exists():
        raise CheckoutRefused(_DISPUTED)
    if plan.audience == Plan.Audience.STUDENT and not buyer.is_student:
        students.note_known_address(user, lines(plan.domains), at)


def complete_checkout(user: User, session_id: str, at: datetime) -> CheckoutAttempt | None:
    """What became of the person's visit, with everything it brought written down; ``None`` if it is not theirs.

    Raises:
        BillingError: when Stripe could not be asked.
    """
    attempt = CheckoutAttempt.objects.select_related("plan__product").filter(user=user, session_id=session_id).first()
    return settle_attempt(attempt, at) if attempt else None


def settle_attempt(attempt: CheckoutAttempt, at: datetime) -> CheckoutAttempt:
    """Ask Stripe what became of the visit and write it down; a completed one brings its subscription."""
    if attempt.session_id is None:
        return attempt
    remote = _session_of(attempt.session_id)
    # The subscription first: if this process dies between the two, the visit is settled again.
    if remote and remote.status == "complete" and remote.subscription_id:
        brought = sync_subscription(remote.customer_id, remote.subscription_id, at)
        CheckoutAttempt.objects.filter(pk=attempt.pk).update(subscription=brought)
    states = {"complete": CheckoutAttempt.State.COMPLETED, "expired": CheckoutAttempt.State.EXPIRED}
    if became := states.get(remote.status if remote else "expired"):
        attempt.state = became
        CheckoutAttempt.objects.filter(pk=attempt.pk).update(state=became)
    return attempt


def _session_of(session_id: str) -> RemoteCheckout | None:
    """The session, or ``None`` where Stripe has forgotten it."""
    try:
        return tills.retrieve_checkout(session_id)
    except BillingError as error:
        if error.is_missing:
            return None
        raise


@transaction.atomic
def _find_or_begin(
    user: User, plan: Plan, at: datetime, return_to: str, press: Press, touch: Touch, promotion: Promotion | None
) -> CheckoutAttempt:
    """The person's open visit, whatever for, or else a new one for this plan, with the consent it begins with."""
    lock_customer(user, at)
    if Subscription.objects.filter(customer__user=user, plan__product=plan.product, status__in=STANDING).exists():
        raise CheckoutRefused(_ALREADY_A_MEMBER)
    if attempt := CheckoutAttempt.objects.filter(user=user, state=CheckoutAttempt.State.OPEN).first():
        attempt.return_to = return_to
        touches.write(attempt, touch)
        attempt.save(update_fields=["return_to", *touches.COLUMNS])
        return attempt
    begins_at = claiming.first_charge_after(user, plan.product, at)
    attempt = CheckoutAttempt(
        user=user,
        plan=plan,
        promotion=promotion,
        with_trial=begins_at is None and plan.trial_days > 0 and trials.is_entitled(user, plan.product),
        begins_at=begins_at,
        return_to=return_to,
        created_at=at,
        expires_at=at + OPEN_FOR,
    )
    touches.write(attempt, touch)
    attempt.save()
    consents.record(attempt, press, till_terms.terms(attempt))
    return attempt


def _open_at_stripe(attempt_id: int, at: datetime) -> CheckoutAttempt:
    """The visit with its address. Of two clicks both may ask: the visit's key has Stripe answer them the same."""
    attempt = CheckoutAttempt.objects.select_related("user", "plan__product", "promotion").get(pk=attempt_id)
    if attempt.state == CheckoutAttempt.State.OPEN and not attempt.url:
        session = _session_for(attempt, at)
        unopened = CheckoutAttempt.objects.filter(pk=attempt.pk, state=CheckoutAttempt.State.OPEN, session_id=None)
        unopened.update(session_id=session.id, url=session.url)
        attempt.refresh_from_db(fields=["session_id", "url", "state"])
    if attempt.state != CheckoutAttempt.State.OPEN:
        raise CheckoutRefused(_ANOTHER_WINDOW)
    return attempt


def _session_for(attempt: CheckoutAttempt, at: datetime) -> RemoteCheckout:
    """The visit's session at Stripe. A visit whose promotion is refused there is given up, and the promotion counted
    again, so that the page of the offer says the price as it is."""
    customer_id, price_id = _stripe_customer(attempt), catalogue.price_id_of(attempt.plan)
    try:
        discount = coupons.reference_of(attempt.promotion) if attempt.promotion else None
        return tills.create_checkout(session_params(attempt, customer_id, price_id, discount), key=_visit_key(attempt))
    except BillingError as error:
        if attempt.promotion and not error.is_retryable:
            close_unopened(attempt)
            coupons.count(attempt.promotion, at)
        raise


def _visit_key(attempt: CheckoutAttempt) -> str:
    return f"checkout:{attempt.key}"


def lock_customer(user: User, at: datetime) -> Customer:
    """The person's customer row, made where there is none, locked until the transaction ends."""
    Customer.objects.get_or_create(user=user, is_in_use=True, defaults={"created_at": at})
    return Customer.objects.select_for_update().get(user=user, is_in_use=True)


def _stripe_customer(attempt: CheckoutAttempt) -> str:
    """The id at Stripe; one person is one customer there, however often they come to the till."""
    customer = Customer.objects.get(user=attempt.user, is_in_use=True)
    if customer.stripe_id and customer.stripe_key_hash != client.key_hash():
        _look_for(customer, customer.stripe_id)
    if customer.stripe_id is None:
        user = attempt.user
        named = {"user_id": str(user.public_id)}
        made = tills.create_customer(user.email_as_typed, user.name, metadata=named, key=_key_of(customer, user))
        # Another window of theirs may have been first, with the same key and so with the same customer. So has a
        # visit before this one whose process died here.
        unknown = Customer.objects.filter(pk=customer.pk, stripe_id=None)
        unknown.update(stripe_id=made, stripe_key_hash=client.key_hash(), told_address=user.email_as_typed)
        customer.refresh_from_db(fields=["stripe_id"])
    return customer.stripe_id or made


def _look_for(customer: Customer, stripe_id: str) -> None:
    """Learn whether the key in use knows the customer that another one made, and forget the id if it does not."""
    known = stripe_id if tills.has_customer(stripe_id) else None
    same = Customer.objects.filter(pk=customer.pk, stripe_id=stripe_id)
    same.update(stripe_id=known, stripe_key_hash=client.key_hash() if known else "")
    customer.refresh_from_db(fields=["stripe_id"])


def _key_of(customer: Customer, user: User) -> str:
    """The same until the customer is deleted at Stripe, or the person is named otherwise: Stripe takes a key only once
    with each content."""
    named = sha256(f"{user.email_as_typed}\n{user.name}".encode()).hexdigest()[:16]
    return f"customer:{user.public_id}:{customer.version}:{named}"


def _close(attempt: CheckoutAttempt) -> None:
    """Make sure that nobody pays in this visit any more, first at Stripe and then here."""
    if attempt.session_id:
        tills.expire_checkout(attempt.session_id)
        CheckoutAttempt.objects.filter(pk=attempt.pk).update(state=CheckoutAttempt.State.EXPIRED)
    else:
        close_unopened(attempt)


def close_visits(user: User, at: datetime) -> None:
    """Nobody pays in a visit of this person any more; one that was paid already brings its subscription.

    Raises:
        BillingError: when Stripe could not be asked; the visit stays open.
    """
    for attempt in CheckoutAttempt.objects.filter(user=user, state=CheckoutAttempt.State.OPEN):
        if settle_attempt(attempt, at).state == CheckoutAttempt.State.OPEN:
            _close(attempt)


def close_unopened(attempt: CheckoutAttempt) -> None:
    """Give up a visit for which Stripe never gave us an address, so that nobody can be at the till because of it."""
    unopened = CheckoutAttempt.objects.filter(pk=attempt.pk, state=CheckoutAttempt.State.OPEN, session_id=None)
    unopened.update(state=CheckoutAttempt.State.EXPIRED)


def session_params(
    attempt: CheckoutAttempt, customer_id: str, price_id: str, discount: dict[str, str] | None = None
) -> dict[str, Any]:
    """What Stripe is asked for. Built from the stored visit alone, so that asking again asks the same."""
    named = {"user_id": str(attempt.user.public_id)}
    return_url = f"{settings.SITE_URL}{reverse('account_return')}"
    subscription: dict[str, Any] = {"metadata": named, "billing_mode": {"type": "flexible"}}
    if attempt.with_trial:
        subscription["trial_period_days"] = attempt.plan.trial_days
        subscription["trial_settings"] = {"end_behavior": {"missing_payment_method": "cancel"}}
    if attempt.begins_at is not None:
        # Stripe knows one way to charge first on a day to come. That it is no trial, the metadata says.
        subscription["trial_end"] = int(attempt.begins_at.timestamp())
        subscription["trial_settings"] = {"end_behavior": {"missing_payment_method": "cancel"}}
        subscription["metadata"] = {**named, AFTER_GIFT: "yes"}
    return {
        "mode": "subscription",
        "customer": customer_id,
        "client_reference_id": str(attempt.user.public_id),
        "line_items": [{"price": price_id, "quantity": 1}],
        "success_url": f"{return_url}?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{settings.SITE_URL}{reverse('pro')}",
        "payment_method_collection": "always",
        "subscription_data": subscription,
        "metadata": {**named, "visit": str(attempt.key)},
        "billing_address_collection": "auto",
        "locale": "tr" if attempt.user.language == "tr" else "en",
        "custom_text": _texts(attempt),
        "expires_at": int(attempt.expires_at.timestamp()),
        # Stripe takes one or the other: a discount that is given, or the codes that are typed there.
        **({"discounts": [discount]} if discount else {"allow_promotion_codes": True}),
        **_by_setting(),
    }


def _by_setting() -> dict[str, Any]:
    """What the install asks for at the till beside a card."""
    params: dict[str, Any] = {}
    kept: dict[str, str] = {}
    if settings.STRIPE_TAX_IDS:
        params["tax_id_collection"] = {"enabled": True, "required": "never"}
        kept["name"] = "auto"  # A tax id belongs to the name beside it.
    if settings.STRIPE_TAX:
        params["automatic_tax"] = {"enabled": True}
        kept["address"] = "auto"  # The tax of every later invoice is that of the address given at the till.
    if settings.STRIPE_TERMS_CONSENT:
        params["consent_collection"] = {"terms_of_service": "required"}
    return {**params, "customer_update": kept} if kept else params


def _texts(attempt: CheckoutAttempt) -> dict[str, Any]:
    """What stands above the button, and beside the box for the terms where there is one, in the person's language."""
    texts = {"submit": {"message": till_terms.terms(attempt)}}
    if settings.STRIPE_TERMS_CONSENT:
        address = f"{settings.SITE_URL}{reverse('legal', args=['terms'])}"
        with override(attempt.user.language):
            agreed = _("I agree to the [terms of service](%(address)s).") % {"address": address}
        texts["terms_of_service_acceptance"] = {"message": agreed}
    return texts

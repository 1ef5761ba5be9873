"""Takes the offer that keeps somebody: a discount on their subscription, given once.

It is a row with its key before Stripe is asked. Whoever dies on the way leaves it to :func:`go_on`.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from memberships import leavings
from memberships.leavings import Farewell, SaveOffer
from memberships.models import Customer, Leaving, Subscription
from memberships.stripe.calls import discounting
from memberships.stripe.client import BillingError
from memberships.stripe.payload import Unusable
from memberships.stripe.sync import sync_subscription

log = logging.getLogger(__name__)

_TAKEN = Leaving.Answer.TAKEN


class OfferRefused(Exception):
    """The offer is not there any more; the message says so. Nothing was changed."""


def take(subscription: Subscription, terms: str, farewell: Farewell, at: datetime) -> Subscription:
    """Stay with the discount whose :attr:`SaveOffer.terms` were shown; answers the subscription as Stripe has it then.

    Raises:
        OfferRefused: it is not offered any more, or they have taken one.
        BillingError: Stripe refused, and nothing was changed; or it did not answer, and :func:`go_on` asks again.
    """
    leaving = _written_down(subscription, terms, farewell, at)
    return carry_out(leaving, at)


def carry_out(leaving: Leaving, at: datetime) -> Subscription:
    """Give the discount at Stripe and read what is charged now. Twice is once."""
    subscription, promotion = leaving.subscription, leaving.offer
    if promotion is None:
        raise ValueError(f"{leaving} has no offer.")
    try:
        discounting.give_discount(subscription.stripe_id, promotion.coupon_id, key=str(leaving.key))
    except BillingError as error:
        if not error.is_retryable:
            _answer(leaving, Leaving.Answer.REFUSED)
        raise
    _answer(leaving, Leaving.Answer.GIVEN)
    return sync_subscription(subscription.customer.stripe_id or "", subscription.stripe_id, at)


def go_on(at: datetime) -> None:
    """Give what was taken and not given yet."""
    for leaving in Leaving.objects.filter(answer=_TAKEN).select_related("subscription__customer", "offer"):
        try:
            carry_out(leaving, at)
        except (BillingError, Unusable) as error:
            log.warning("The offer %s waits: %s", leaving.key, getattr(error, "detail", "") or error)


@transaction.atomic
def _written_down(subscription: Subscription, terms: str, farewell: Farewell, at: datetime) -> Leaving:
    """The row, under the lock of the customer: of two windows one takes the offer."""
    customer = Customer.objects.select_for_update(of=("self",)).select_related("user").get(pk=subscription.customer_id)
    if customer.user is None:
        raise OfferRefused(_("This offer is for members of their own."))
    row = Subscription.objects.select_related("plan", "customer").get(pk=subscription.pk)
    offer: SaveOffer | None = leavings.save_offer_for(row, customer.user, at)
    if offer is None or offer.terms != terms:
        raise OfferRefused(_("This offer is not there any more. Nothing was changed."))
    return Leaving.objects.create(
        subscription=row,
        reason=farewell.reason,
        comment=farewell.comment,
        at=at,
        offer=offer.promotion,
        answer=_TAKEN,
    )


def _answer(leaving: Leaving, answer: Leaving.Answer) -> None:
    Leaving.objects.filter(pk=leaving.pk, answer=_TAKEN).update(answer=answer)

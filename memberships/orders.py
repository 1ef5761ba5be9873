"""An order of somebody who has to sign in first: kept in their session, and taken to the till as they come in.

The button was pressed under everything it says, so nobody is asked twice, unless what was said is no longer so for the
person who has come in: then the offer is shown to them once more.
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from memberships import promotions
from memberships.consents import Press
from memberships.models import User
from memberships.offers import offer_for, plan_named
from memberships.selling import buyer_of
from memberships.stripe.checkout import CheckoutRefused, start_checkout
from memberships.stripe.client import BillingError
from memberships.touches import Touch

log = logging.getLogger(__name__)

_KEY = "order"
# Longer than a code is good for; nobody remembers what they pressed yesterday.
_GOOD_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Order:
    """``terms`` is :attr:`memberships.offers.Offer.terms`; ``return_to`` a path of this site, already checked.

    ``country`` is where its button was pressed, as far as it is known: what is sold there is sold. ``code`` is the code
    that came with them, see :mod:`memberships.promotions`; ``came`` a packed :class:`memberships.touches.Touch`.
    """

    plan_key: str
    terms: str
    return_to: str
    press: Press
    country: str = ""
    code: str = ""
    came: str = ""

    @property
    def lines(self) -> list[str]:
        """What was agreed to, without the words on the button."""
        return self.press.words.splitlines()[:-1]

    @property
    def start_path(self) -> str:
        """The page of the offer, with the way back."""
        query = {"next": self.return_to, **({"code": self.code} if self.code else {})}
        return f"{reverse('account_start', args=[self.plan_key])}?{urlencode(query)}"


def keep(session: MutableMapping[str, Any], order: Order) -> None:
    kept = asdict(order)
    session[_KEY] = {**kept, "press": {**kept["press"], "at": order.press.at.isoformat()}}


def pending(session: MutableMapping[str, Any], at: datetime) -> Order | None:
    """The order that waits in the session, unless it has grown old."""
    kept = session.get(_KEY)
    if kept is None:
        return None
    press = Press(**{**kept["press"], "at": datetime.fromisoformat(kept["press"]["at"])})
    return Order(**{**kept, "press": press}) if at - press.at < _GOOD_FOR else None


def take_to_till(session: MutableMapping[str, Any], user: User, at: datetime) -> str | None:
    """The address at Stripe for the order that waits, which waits no longer.

    ``None`` where there is none, where its terms are not those of this person, or where the till does not open: the
    page of the offer then says why.
    """
    order = pending(session, at)
    session.pop(_KEY, None)
    plan = plan_named(order.plan_key, at, buyer_of(user, order.country, at)) if order else None
    if order is None or plan is None:
        return None
    offer = promotions.with_code(offer_for(user, at, plan=plan), order.code, user, at)
    if offer.terms != order.terms:
        return None
    taken: dict[str, Any] = {"country": order.country, "promotion": offer.promotion}
    try:
        touch = Touch.unpacked(order.came)
        return start_checkout(user, plan, at, order.return_to, order.press, touch, **taken).url
    except (CheckoutRefused, BillingError) as error:
        log.warning("An order did not reach the till: %s", getattr(error, "detail", "") or error)
        return None

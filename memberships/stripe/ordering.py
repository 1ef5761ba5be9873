"""Writes what Stripe says in the order in which it was true, with nothing locked while Stripe is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from memberships.models import Customer
from memberships.stripe.client import BillingError

Said = TypeVar("Said")
Written = TypeVar("Written")
# So often is Stripe asked again because somebody else wrote meanwhile.
_TURNS = 5


def in_order(customer_pk: int, read: Callable[[], Said], write: Callable[[Said], Written]) -> Written:
    """The same as :func:`in_order_of` for everything that is written about one customer.

    Raises:
        BillingError: Stripe could not be asked, or others write without end; nothing was written.
    """
    return in_order_of(Customer.objects.filter(pk=customer_pk), read, write)


def in_order_of(row: QuerySet[Any], read: Callable[[], Said], write: Callable[[Said], Written]) -> Written:
    """Ask Stripe with ``read``, then ``write`` under the lock of the one row, if nobody wrote in between.

    The row has a ``version``, which every such writing raises.

    Raises:
        BillingError: Stripe could not be asked, or others write without end; nothing was written.
    """
    for _turn in range(_TURNS):
        version = row.values_list("version", flat=True).get()
        said = read()
        with transaction.atomic():
            # The update itself takes the row's lock, and changes nothing where somebody was faster.
            if row.filter(version=version).update(version=F("version") + 1):
                return write(said)
    busy = _("This membership is being changed elsewhere. Please try again in a minute.")
    raise BillingError(busy, is_retryable=True)

"""Our promotions at Stripe: made there once, found by names of ours ever after, never silently at other terms.

A promotion is a coupon, whose id we choose, and a promotion code where anybody may type it. Ids of codes are kept with
a hash of the key they were learned with, and believed under no other.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from memberships.models import Promotion
from memberships.stripe import client
from memberships.stripe.calls import discounting
from memberships.stripe.catalogue import CatalogueError, Step
from memberships.stripe.client import BillingError
from memberships.stripe.couponed import KEY, RemoteCode, RemoteCoupon

log = logging.getLogger(__name__)

_NOT_OPEN = _("Our payment partner does not take this code just now, so this is the usual price.")


def push(promotions: Iterable[Promotion], at: datetime) -> list[Step]:
    """Make at Stripe what is missing there of each; open what has begun, close what is closed. Twice is once.

    Raises:
        CatalogueError: when a code or a coupon there is another one than ours.
        BillingError: when Stripe could not be asked.
    """
    return [_push(promotion, at) for promotion in promotions]


def reference_of(promotion: Promotion) -> dict[str, str]:
    """How a visit to the till names the promotion at Stripe.

    Raises:
        BillingError: when Stripe could not be asked, or has no such code.
    """
    if not is_typed(promotion):
        return {"coupon": promotion.coupon_id}
    if promotion.key_hash != client.key_hash() or not promotion.code_id:
        try:
            code = _code_of(promotion)
        except CatalogueError as error:
            raise BillingError(str(_NOT_OPEN), detail=str(error)) from error
        if code is None:
            raise BillingError(str(_NOT_OPEN))
        _keep(promotion, code_id=code.id, key_hash=client.key_hash(), is_open_there=code.is_open)
    return {"promotion_code": promotion.code_id}


def count(promotion: Promotion, at: datetime) -> None:
    """Read again how often it was used, and whether its code is open.

    Raises:
        BillingError: when Stripe could not be asked.
    """
    coupon = discounting.find_coupon(promotion.coupon_id)
    code = _code_of(promotion) if is_typed(promotion) else None
    is_open_there = code.is_open if code else coupon is not None and not is_typed(promotion)
    _keep(promotion, times_used=coupon.times_used if coupon else 0, counted_at=at, is_open_there=is_open_there)


def close(promotion: Promotion, at: datetime) -> None:
    """Take it no more: here at once, then at Stripe. What was not closed there is closed by :func:`see_to`.

    Raises:
        BillingError: when Stripe could not be asked; here it is closed.
    """
    Promotion.objects.filter(pk=promotion.pk, closed_at=None).update(closed_at=at)
    promotion.refresh_from_db()
    _open_or_close(promotion, at)


def see_to(at: datetime) -> int:
    """Open at Stripe what has begun meanwhile and close what was closed here; answers how many could not be."""
    made = Promotion.objects.filter(coupon_made_at__isnull=False)
    to_open = Q(closed_at=None, starts_at__lte=at, code_id="", use=Promotion.Use.ANYBODY, plans=None)
    to_close = Q(closed_at__isnull=False, is_open_there=True) & ~Q(code_id="")
    return _each(made.filter(to_open | to_close), at, counts=False)


def count_all(at: datetime) -> int:
    """Read again how often each open one was used, the longest not read first; answers how many could not be."""
    made = Promotion.objects.filter(coupon_made_at__isnull=False, closed_at=None)
    return _each(made.order_by(F("counted_at").asc(nulls_first=True)), at, counts=True)


def is_typed(promotion: Promotion) -> bool:
    """Whether anybody may type it on Stripe's own page, which knows neither people nor plans."""
    return promotion.use == Promotion.Use.ANYBODY and not promotion.plans.all()


def _each(promotions: Iterable[Promotion], at: datetime, *, counts: bool) -> int:
    failed = 0
    for promotion in promotions:
        try:
            count(promotion, at) if counts else _open_or_close(promotion, at)
        except (BillingError, CatalogueError) as error:
            log.warning("The promotion %s waits: %s", promotion.code, getattr(error, "detail", "") or error)
            failed += 1
    return failed


def _push(promotion: Promotion, at: datetime) -> Step:
    coupon = discounting.find_coupon(promotion.coupon_id)
    done = "there already"
    if coupon is None:
        if promotion.closed_at is not None or (promotion.ends_at is not None and promotion.ends_at <= at):
            return Step(promotion.code, "over, so it is not made")
        coupon, done = discounting.create_coupon(_params(promotion), key=f"coupon:{promotion.public_id}"), "made"
    if not _is_as_ours(promotion, coupon):
        raise CatalogueError(
            f"Stripe's coupon “{coupon.id}” takes something else off than “{promotion.code}” here. A promotion never "
            "changes: close this one and make another with a new code."
        )
    known = promotion.coupon_made_at or at
    _keep(promotion, coupon_made_at=known, times_used=coupon.times_used, counted_at=at)
    return Step(promotion.code, _open_or_close(promotion, at) or done, coupon.id)


def _open_or_close(promotion: Promotion, at: datetime) -> str:
    """Have the code be at Stripe what it is here; answers in a word what was done, empty where nothing was."""
    if not is_typed(promotion):
        _keep(promotion, is_open_there=promotion.closed_at is None)
        return ""
    wanted, code = promotion.closed_at is None and promotion.starts_at <= at, _code_of(promotion)
    done = ""
    if code is None:
        if not wanted:
            return ""
        code, done = _made_code(promotion), "made"
    elif code.is_open and not wanted:
        discounting.open_code(code.id, is_open=False)
        done = "closed"
    _keep(promotion, code_id=code.id, key_hash=client.key_hash(), is_open_there=wanted and code.is_open)
    return done


def _code_of(promotion: Promotion) -> RemoteCode | None:
    """The promotion's own code at Stripe, whatever was kept of it.

    Raises:
        CatalogueError: when somebody else's open code reads the same.
    """
    found = discounting.codes_named(promotion.code)
    ours = [code for code in found if code.promotion == str(promotion.public_id)]
    if not ours and any(code.is_open for code in found):
        raise CatalogueError(
            f"At Stripe “{promotion.code}” is the code of another coupon. Close that one there, or make a promotion "
            "with another code."
        )
    return max(ours, key=lambda code: code.is_open, default=None)


def _made_code(promotion: Promotion) -> RemoteCode:
    params: dict[str, Any] = {
        "code": promotion.code,
        "promotion": {"type": "coupon", "coupon": promotion.coupon_id},
        "metadata": {KEY: str(promotion.public_id)},
        "restrictions": {"first_time_transaction": promotion.first_time_only},
    }
    return discounting.create_code(params, key=f"promotion-code:{promotion.public_id}")


def _params(promotion: Promotion) -> dict[str, Any]:
    terms: dict[str, Any] = {
        "percent_off": promotion.percent,
        "amount_off": promotion.amount,
        "currency": promotion.currency or None,
        "duration_in_months": promotion.months,
        "max_redemptions": promotion.most,
        "redeem_by": int(promotion.ends_at.timestamp()) if promotion.ends_at else None,
    }
    return {
        "id": promotion.coupon_id,
        "name": promotion.code,
        "duration": promotion.duration,
        "metadata": {KEY: str(promotion.public_id)},
        **{name: value for name, value in terms.items() if value is not None},
    }


def _is_as_ours(promotion: Promotion, coupon: RemoteCoupon) -> bool:
    there = (coupon.percent, coupon.amount, coupon.currency, coupon.duration, coupon.months, coupon.most)
    here = (
        *(promotion.percent, promotion.amount, promotion.currency),
        *(promotion.duration, promotion.months, promotion.most),
    )
    ends_at = promotion.ends_at.replace(microsecond=0) if promotion.ends_at else None
    return there == here and coupon.redeem_by == ends_at


def _keep(promotion: Promotion, **values: Any) -> None:
    for name, value in values.items():
        setattr(promotion, name, value)
    Promotion.objects.filter(pk=promotion.pk).update(**values)

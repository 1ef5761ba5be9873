"""How our mirror of a subscription differs from Stripe, field by field, and what staff are told of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from memberships.currencies import money
from memberships.models import Invoice, Plan, Subscription
from memberships.stripe.remote import RemoteInvoice, RemoteSubscription
from memberships.subscriptions import OVER


@dataclass(frozen=True)
class Difference:
    """Something of a subscription, by the name that staff know it by, as it stood here and as it stands at Stripe."""

    name: str
    here: str
    there: str

    def __str__(self) -> str:
        names = {"name": self.name, "here": self.here, "there": self.there}
        return _("%(name)s: %(here)s here, %(there)s at Stripe") % names


class Kind(StrEnum):
    MISSING_HERE = "missing here"
    MISSING_THERE = "missing there"
    DIFFERS = "differs"


@dataclass(frozen=True)
class Drift:
    """One subscription that is not here what it is at Stripe: ``subject`` is its id, ``whose`` who pays for it."""

    kind: Kind
    subject: str
    whose: str = ""
    differences: tuple[Difference, ...] = ()
    is_mended: bool = False

    def __str__(self) -> str:
        names = {"id": self.subject, "whose": self.whose, "what": "; ".join(str(each) for each in self.differences)}
        if self.kind == Kind.MISSING_THERE:
            said = _("The membership %(id)s of %(whose)s is not at Stripe, and stands here. Nothing was changed.")
            return said % names
        if self.kind == Kind.MISSING_HERE:
            said = _("The membership %(id)s of %(whose)s is at Stripe and was not here.")
        else:
            said = _("The membership %(id)s of %(whose)s was not as Stripe has it. %(what)s.")
        outcome = _("It was mended.") if self.is_mended else _("It could not be mended yet.")
        return f"{said % names} {outcome}"


def differences(
    remote: RemoteSubscription,
    row: Subscription,
    plans: Mapping[str, Plan],
    bills: Mapping[str, tuple[str, int]],
) -> tuple[Difference, ...]:
    """What staff have to know of; ``plans`` are ours by their price at Stripe, ``bills`` as :func:`bills` has them."""
    return (*_of_fields(remote, row, plans), *_of_the_last_bill(remote.latest_invoice, row, bills))


def bills() -> dict[str, tuple[str, int]]:
    """What we know of every invoice of a running subscription: its status and what was paid, by its id at Stripe."""
    rows = Invoice.objects.filter(subscription__in=Subscription.objects.running())
    return {
        stripe_id: (status, paid) for stripe_id, status, paid in rows.values_list("stripe_id", "status", "amount_paid")
    }


def lacks_something(remote: RemoteSubscription, row: Subscription | None) -> bool:
    """Whether the mirror lacks what was never asked for before. That is no difference that anybody has to look at."""
    return row is not None and (_lacks_its_card(remote, row) or row.period_amount is None)


def _lacks_its_card(remote: RemoteSubscription, row: Subscription) -> bool:
    """Whether all that is missing of the card is when it expires, as of cards mirrored before that was asked for."""
    if row.status in OVER or row.card_expires_on is not None:
        return False
    return remote.card_expires_on is not None and remote.card_label[:60] == row.card_label


def _of_fields(remote: RemoteSubscription, row: Subscription, plans: Mapping[str, Plan]) -> Iterator[Difference]:
    item = next(item for item in remote.items if item.price_id in plans)
    theirs: dict[str, object] = {
        "status": remote.status,
        "plan": plans[item.price_id],
        "quantity": item.quantity,
        "trial_ends_at": remote.trial_ends_at,
        "period_ends_at": item.period_ends_at,
        "cancel_at": remote.cancel_at,
        "next_plan": plans.get(remote.next_price_id),
    }
    if row.status not in OVER and not _lacks_its_card(remote, row):
        theirs |= {"card_label": remote.card_label[:60], "card_expires_on": remote.card_expires_on}
    for name, there in theirs.items():
        here = getattr(row, name)
        if here != there:
            label = str(Subscription._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            yield Difference(label, _in_words(here), _in_words(there))


def _of_the_last_bill(
    last: RemoteInvoice | None, row: Subscription, known: Mapping[str, tuple[str, int]]
) -> Iterator[Difference]:
    if last is None or row.status in OVER:
        return
    here, there = known.get(last.id), (last.status, last.amount_paid)
    if here != there:
        name = _("invoice %(number)s") % {"number": last.number or last.id}
        yield Difference(name, _as_bill(here, last.currency), _as_bill(there, last.currency))


def _as_bill(said: tuple[str, int] | None, currency: str) -> str:
    return "–" if said is None else f"{said[0]}, {money(said[1], currency)}"


def _in_words(value: object) -> str:
    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    return "–" if value in {None, ""} else str(value)

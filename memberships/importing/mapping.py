"""What the prices of another system open here, as staff say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from memberships.importing.files import MovingRefused
from memberships.importing.verdicts import Why, label_of
from memberships.models import MovingIn, MovingRow, Plan, Product
from memberships.stripe import client
from memberships.stripe.calls import moving

# What staff say of a price that is none of ours.
NOT_OURS = ""


@dataclass(frozen=True)
class Price:
    """A price somebody pays and nobody has said anything of: how many pay it."""

    ref: str
    label: str
    count: int


def unmapped(moving_in: MovingIn) -> list[Price]:
    """The prices staff have to say something of, those that most pay first."""
    rows = moving_in.rows.filter(why=Why.PRICE).values("price_ref", "price_label")
    counted = rows.annotate(count=Count("id")).order_by("-count", "price_ref")
    return [Price(each["price_ref"], each["price_label"], each["count"]) for each in counted]


def is_by_plan(moving_in: MovingIn) -> bool:
    """Whether its prices are another system's own, so that a plan of ours has to take their place."""
    return moving_in.source == MovingIn.Source.WOOCOMMERCE


def map_prices(moving_in: MovingIn, said: Mapping[str, str]) -> None:
    """Take down what staff say of prices, and look again at whoever pays them.

    ``said`` is a product's slug, or a plan's lookup key, by the price; :data:`NOT_OURS` for none. A price of Stripe's
    becomes a plan that is not on sale.

    Raises:
        MovingRefused: it names a product or plan that is not there, or a price cannot be a plan.
        BillingError: Stripe does not say what a price is.
    """
    for ref, target in said.items():
        if target == NOT_OURS:
            continue
        if is_by_plan(moving_in):
            if not Plan.objects.filter(lookup_key=target, archived_at=None).exists():
                raise MovingRefused(_("There is no plan “%(name)s”.") % {"name": target})
        elif not Plan.objects.filter(stripe_id=ref).exists():
            _make_plan(ref, target)
    with transaction.atomic():
        locked = MovingIn.objects.select_for_update().get(pk=moving_in.pk)
        if locked.state == MovingIn.State.MOVING:
            raise MovingRefused(_("They are moving in just now. Wait until that is done."))
        locked.mapping = {**locked.mapping, **said}
        locked.state = MovingIn.State.LOOKING
        locked.save(update_fields=["mapping", "state"])
        # A subscription at such a price that has ended read as none at all.
        theirs = Q(price_ref__in=list(said)) | Q(why=Why.NONE)
        locked.rows.filter(theirs, state=MovingRow.State.LOOKED).begin_again()


def _make_plan(price_id: str, slug: str) -> None:
    product = Product.objects.filter(slug=slug).first()
    if product is None:
        raise MovingRefused(_("There is no product “%(name)s”.") % {"name": slug})
    price = moving.find_price(price_id)
    if not price.amount or price.interval not in Plan.Interval.values or price.interval_count != 1:
        sentence = _("“%(price)s” cannot be a plan here: that is one sum above zero, every month or every year.")
        raise MovingRefused(sentence % {"price": label_of(price)})
    Plan.objects.get_or_create(
        stripe_id=price.id,
        defaults={
            "product": product,
            "name": price.name[:120] or product.name,
            "lookup_key": f"moved-{price.id.lower().replace('_', '-')}"[:200],
            "amount": price.amount,
            "currency": price.currency,
            "interval": price.interval,
            "is_offered": False,
            "stripe_key_hash": client.key_hash(),
        },
    )

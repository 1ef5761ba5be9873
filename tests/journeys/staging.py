"""What the demo has not had happen yet, made through the product's own rules: ``python -m tests.journeys.staging``.

Run with the environment of a running demo, next to it; twice is once. A story is retracted; editions of two lists have
gone out; few readings a month are free; PRO is sold by the month too, and to students, with a code, a code that counts
once, an offer to stay and one to come back; and somebody pays for a year.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
django.setup()

from django.db import transaction  # noqa: E402 - models need the apps

from articles.models import Article  # noqa: E402
from articles.publishing import retract  # noqa: E402
from memberships import clock  # noqa: E402
from memberships.models import Customer, Paywall, Plan, Promotion, User  # noqa: E402
from memberships.stripe import catalogue, client, coupons  # noqa: E402
from memberships.stripe.checkout import lock_customer  # noqa: E402
from memberships.stripe.sync import sync_subscription  # noqa: E402
from newsletters.editions import compose  # noqa: E402
from newsletters.models import Edition, Newsletter  # noqa: E402
from newsletters.timetable import Due  # noqa: E402
from newsroom.demo.seeding.people import account  # noqa: E402

RETRACTED = "libya-misrata-free-zone"
# One that everybody may read, and one that comes with PRO.
LISTS = ("turkey", "supply-chain")
# So that the meter is spent before one has read half of the demo.
ALLOWANCE = 3
MONTHLY = "pro_monthly"
PAYING = "paying@readers.example"
# Per cent off the first charge, by who gets it.
CODE, PROMOTIONS = "SPRING", {"anybody": ("SPRING", 20), "save_offer": ("STAY", 50), "win_back": ("COMEBACK", 40)}
# Counts for one and nobody else.
RARE = "ONLYONE"
# Whoever has an address there pays these; the last is offered to nobody, for a price to move to.
UNIVERSITY = "students.example"
STUDENT_YEAR, STUDENT_MONTH, DEARER_MONTH = "pro_student", "pro_student_monthly", "pro_student_monthly_dearer"


def main() -> None:
    at = clock.now()
    article = Article.objects.get(slug=RETRACTED)
    if article.state != Article.State.RETRACTED:
        retract(article, "Two of the contracts it quotes are not what they were said to be.", None, at)
    Paywall.objects.update_or_create(pk=1, defaults={"allowance": ALLOWANCE})
    due = at - timedelta(days=1)
    for newsletter in Newsletter.objects.filter(slug__in=LISTS):
        edition = compose(newsletter, Due(due, due.date()), at)
        if edition is not None:
            gone = {"state": Edition.State.SENT, "frozen_at": due, "sent_at": due, "audience_size": 0}
            Edition.objects.filter(pk=edition.pk).update(**gone)
    sell(at)
    let_somebody_pay(at)


def sell(at: datetime) -> None:
    """PRO by the month, and less for some, as the desk and the catalogue's command would."""
    yearly = Plan.objects.get(lookup_key="pro_annual")
    monthly = {"product": yearly.product, "name": f"{yearly.name}, monthly", "amount": 3_000, "currency": "usd"}
    once = {"interval": Plan.Interval.MONTH, "trial_days": 0, "position": 9}
    Plan.objects.get_or_create(lookup_key=MONTHLY, defaults={**monthly, **once})
    sell_to_students(yearly)
    for use, (code, percent) in PROMOTIONS.items():
        Promotion.objects.get_or_create(code=code, defaults={"use": use, "percent": percent, "starts_at": at})
    Promotion.objects.get_or_create(code=RARE, defaults={"percent": 20, "most": 1, "starts_at": at})
    coupons.push(Promotion.objects.order_by("pk"), at)


def sell_to_students(yearly: Plan) -> None:
    """By the year and by the month, the latter at two prices."""
    theirs = {"product": yearly.product, "audience": Plan.Audience.STUDENT, "domains": UNIVERSITY, "trial_days": 0}
    month = {**theirs, "name": f"{yearly.name} for students, monthly", "interval": Plan.Interval.MONTH}
    year = {**theirs, "name": f"{yearly.name} for students", "amount": 15_000, "position": 10}
    made = [
        Plan.objects.get_or_create(lookup_key=STUDENT_YEAR, defaults=year)[0],
        Plan.objects.get_or_create(lookup_key=STUDENT_MONTH, defaults={**month, "amount": 1_200, "position": 11})[0],
        Plan.objects.get_or_create(
            lookup_key=DEARER_MONTH, defaults={**month, "amount": 1_500, "position": 12, "is_offered": False}
        )[0],
    ]
    catalogue.push(made)


def let_somebody_pay(at: datetime) -> None:
    """A member with a card and a paid year, who came through no till."""
    member = account(PAYING, "Ines Aubry", "", at)
    User.objects.filter(pk=member.pk).update(password=User.objects.get(email="reader@readers.example").password)
    with transaction.atomic():
        customer = lock_customer(member, at)
    if customer.stripe_id:
        return
    api = client.sdk()
    made = api.v1.customers.create({"email": PAYING, "name": member.name, "payment_method": "pm_card_visa"})
    Customer.objects.filter(pk=customer.pk).update(stripe_id=made.id, stripe_key_hash=client.key_hash())
    price = catalogue.price_id_of(Plan.objects.get(lookup_key="pro_annual"))
    [method] = api.v1.customers.payment_methods.list(made.id).data
    year = {"customer": made.id, "items": [{"price": price}], "default_payment_method": method.id}
    sync_subscription(made.id, api.v1.subscriptions.create(year).id, at)


if __name__ == "__main__":
    main()

"""What is ahead of a member comes to pass: fourteen months are foretold, then played, and compared day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from memberships import clock, entitlements, forecast, happenings, notices
from memberships.access import Grant
from memberships.entitlements import Origin
from memberships.forecast import REACH_MONTHS
from memberships.models import (
    Charge,
    Customer,
    Entitlement,
    Happening,
    Invoice,
    Plan,
    PriceMove,
    Product,
    Subscription,
    User,
)
from memberships.past_readers import readers_of
from memberships.pauses import months_on
from memberships.prospects import gifts_of, grants_of, known_of
from memberships.steps import Gifts, GivenGift, HeldGift, Known, Step, What
from memberships.stripe import inbox, noticing, pausing
from memberships.stripe.webhooks import receive
from newsletters.models import Message
from tests.memberships.builders import DAY, NOW, person, pro
from tests.memberships.conftest import begin_trial, deliver_all
from tests.memberships.local_stripe import LocalStripe
from tests.memberships.stripe.paying import monthly, of, payer_of

# How the mail about a turn is called where it is not called like the turn.
MAILS = {"payment_receipt": "invoice_paid", "membership_ended": "subscription_ended"}


def foretold(user: User, at: datetime) -> list[Step]:
    return forecast.forecast(known_of(user), grants_of(user), at, months_on(at, REACH_MONTHS), gifts_of(user, at))


def row_of(user: User) -> Subscription:
    return Subscription.objects.select_related("customer").get(customer__user=user)


@pytest.mark.django_db
def test_fourteen_months_come_to_pass_as_foretold(local_stripe: LocalStripe) -> None:
    stays, leaves, wears_out = person(), person(), person()
    for user in (stays, leaves, wears_out):
        begin_trial(local_stripe, user)
    ends = row_of(stays).trial_ends_at
    local_stripe.api("POST", f"subscriptions/{row_of(leaves).stripe_id}", cancel_at_period_end="true")
    _card_expires(local_stripe, wears_out, months_on(ends, 11))
    _given(leaves, ends + 60 * DAY)
    deliver_all(local_stripe)
    while happenings.tell_waiting(clock.now()):
        pass
    Message.objects.all().delete()
    at = clock.now()
    expected = {user: foretold(user, at) for user in (stays, leaves, wears_out)}

    reading = _play(local_stripe, expected, months_on(at, REACH_MONTHS))

    for user, steps in expected.items():
        assert _charges_made(user, at) == _charges(steps), user
        assert _mails_sent(user) == _mails(steps), user
        assert reading[user] == _reading(steps, user, at, reading[user]), user
    assert {step.mail for step in expected[wears_out]} >= {
        *(Happening.Kind.TRIAL_ENDING, Happening.Kind.RENEWAL_AHEAD, Happening.Kind.CARD_EXPIRING),
        *(Happening.Kind.PAYMENT_FAILED, Happening.Kind.PAYMENT_REMINDER, Happening.Kind.SUBSCRIPTION_ENDED),
    }
    assert [step.what for step in expected[leaves]] == [What.MAIL, What.CLOSES, What.OPENS, What.CLOSES]


@pytest.mark.django_db
def test_a_rest_and_what_is_charged_after_it_come_to_pass_to_the_cent(local_stripe: LocalStripe) -> None:
    user = payer_of(local_stripe, monthly())
    local_stripe.advance(seconds=10 * 86_400)
    pausing.pause(of(user), 2, clock.now())
    at = clock.now()
    steps = foretold(user, at)
    assert [step.what for step in steps if step.what in {What.OPENS, What.CLOSES}] == [What.OPENS]
    for step in [step for step in steps if step.what in {What.OPENS, What.CHARGE}][:4]:
        local_stripe.advance(to=int(step.at.timestamp()) + 60)
        pausing.go_on(clock.now())
        _hear(local_stripe)
    assert _charges_made(user, at) == _charges(steps)[: len(_charges_made(user, at))]
    assert len(_charges_made(user, at)) == 3


def _card_expires(stripe: LocalStripe, user: User, month: datetime) -> None:
    card = stripe.api("GET", f"subscriptions/{row_of(user).stripe_id}")["default_payment_method"]
    stripe.api("POST", f"payment_methods/{card}", **{"card[exp_month]": month.month, "card[exp_year]": month.year})
    stripe.wire.wait_for("payment_method.updated")


def _given(user: User, since: datetime) -> None:
    origin = Origin(Entitlement.Source.COMP, "a month on us")
    entitlements.grant(user, pro(), origin, starts_at=since, until=since + 30 * DAY, at=clock.now(), reason="test")


def _play(stripe: LocalStripe, people: dict[User, list[Step]], until: datetime) -> dict[User, dict[date, bool]]:
    """Let the days go by, with what the timetable does; answers who could read at the end of which day."""
    days: dict[User, dict[date, bool]] = {user: {} for user in people}
    for day in _looks(people, until):
        stripe.advance(to=int(day.timestamp()))
        _hear(stripe)
        noticing.note_due(clock.now())
        happenings.tell_waiting(clock.now())
        readers = readers_of([user.pk for user in people])
        for user in people:
            days[user][day.date()] = readers[user.pk].holds("pro", clock.now())
    return days


def _hear(stripe: LocalStripe) -> None:
    """Take in what is on the wire, without the wire's other end: the ear's own tests are elsewhere."""
    for delivery in stripe.wire.take():
        receive(delivery.raw, delivery.signature, clock.now(), sent_about=clock.machine_now())
    inbox.replay(clock.now())


def _looks(people: dict[User, list[Step]], until: datetime) -> list[datetime]:
    """The ends of the days on which we look: each that something is foretold for, the ones beside it, and every tenth.

    What comes unforetold is seen at the next look, with a day that nobody foretold.
    """
    last = clock.now().replace(hour=23, minute=59, second=0, microsecond=0)
    tenths = {last + number * DAY for number in range(10, 14 * 31, 10)}
    told = {step.at.replace(hour=23, minute=59, second=0, microsecond=0) for steps in people.values() for step in steps}
    beside = {day + offset * DAY for day in told for offset in (-1, 0, 1)}
    return sorted(day for day in tenths | beside if last < day < until)


def _charges_made(user: User, since: datetime) -> list[tuple[date, int, str]]:
    paid = Invoice.objects.filter(customer__user=user, amount_paid__gt=0, issued_at__gt=since).order_by("issued_at")
    return [(each.issued_at.date(), each.amount_paid, each.currency) for each in paid]


def _charges(steps: list[Step]) -> list[tuple[date, int, str]]:
    return [(step.at.date(), *step.charge) for step in steps if step.what == What.CHARGE and step.charge]


def _mails_sent(user: User) -> list[tuple[date, str]]:
    sent = Message.objects.filter(recipient__user=user).values_list("created_at", "kind")
    return sorted((at.date(), MAILS.get(kind, kind)) for at, kind in sent)


def _mails(steps: list[Step]) -> list[tuple[date, str]]:
    return sorted((step.at.date(), str(step.mail)) for step in steps if step.mail)


def _reading(steps: list[Step], user: User, at: datetime, days: dict[date, bool]) -> dict[date, bool]:
    """On which of the days they could read at its end, by the steps; everybody could at the beginning."""
    found = {}
    for day in days:
        end = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=23, minutes=59)
        turns = [step.what for step in steps if step.what in {What.OPENS, What.CLOSES} and step.at <= end]
        found[day] = turns[-1] == What.OPENS if turns else True
    return found


def membership(**facts: object) -> Subscription:
    plan = Plan(interval="year", amount=30000, currency="usd", product=Product(slug="pro"))
    values = {
        "status": "active",
        "period_starts_at": NOW - 100 * DAY,
        "period_ends_at": NOW + 265 * DAY,
        "started_at": NOW - 100 * DAY,
        "has_paid": True,
        "card_label": "Visa 4242",
    }
    return Subscription(plan=plan, **{**values, **facts})


def ahead(row: Subscription, *grants: Grant, months: int = 14, **known: object) -> list[tuple[What, str, timedelta]]:
    steps = forecast.forecast([Known(row, **known)], grants, NOW, months_on(NOW, months))
    return [(step.what, str(step.mail or ""), step.at - NOW) for step in steps]


def test_the_next_charge_is_as_stripe_says_it_and_those_after_at_the_price():
    row = membership(next_amount=20000, next_currency="usd", period_ends_at=NOW + 5 * DAY)
    row.plan.interval = "month"
    steps = forecast.forecast([Known(row)], [], NOW, months_on(NOW, 3))
    charges = [step.charge for step in steps if step.what == What.CHARGE]
    assert charges == [Charge(20000, "usd"), Charge(30000, "usd"), Charge(30000, "usd")]


def test_what_was_told_is_not_told_again():
    row = membership(period_ends_at=NOW + 20 * DAY)
    [notice] = notices.due(row, None, NOW)
    told = frozenset([(notice.kind, notice.period)])
    assert (What.MAIL, "renewal_ahead", timedelta(0)) in ahead(row, months=1)
    assert not [step for step in ahead(row, months=1, told=told) if step[1] == "renewal_ahead"]


def test_a_first_charge_that_fails_closes_at_once_and_one_of_a_member_only_after_the_grace():
    since = NOW - DAY
    owed = Invoice(stripe_id="in_1", status="open", amount_due=30000, issued_at=since)
    late = {"status": "past_due", "past_due_since": since}
    of_member = ahead(membership(**late), owed=owed)
    assert of_member == [
        *((What.MAIL, "payment_reminder", (day - 1) * DAY) for day in (3, 7, 12)),
        (What.MAIL, "subscription_ended", 13 * DAY),
        (What.CLOSES, "", 13 * DAY),
    ]
    of_newcomer = ahead(membership(has_paid=False, **late), owed=owed)
    assert [step for step in of_newcomer if step[0] == What.CLOSES] == []


def test_a_trial_without_a_card_ends_by_itself():
    row = membership(status="trialing", trial_ends_at=NOW + 5 * DAY, has_paid=False, card_label="")
    assert [(what, mail) for what, mail, _at in ahead(row)] == [
        (What.MAIL, "trial_ending"),
        (What.MAIL, "subscription_ended"),
        (What.CLOSES, ""),
    ]


def test_a_plan_that_follows_and_a_new_price_are_charged_from_their_renewal_on():
    old, month = membership(), Plan(pk=2, interval="month", amount=2900, currency="usd", product=Product(slug="pro"))
    old.plan.pk = 1
    old.next_plan, old.next_plan_at = month, old.period_ends_at
    old.next_amount, old.next_currency = 2000, "usd"
    chosen = forecast.forecast([Known(old)], [], NOW, months_on(NOW, 11))
    assert [step.charge for step in chosen if step.charge] == [
        *(Charge(2000, "usd"), Charge(2900, "usd"), Charge(2900, "usd")),
    ]
    assert [step.at for step in chosen if step.mail == Happening.Kind.PLAN_CHANGED] == [old.period_ends_at]

    mover, dearer = (
        membership(customer=Customer(user=User(pk=1))),
        Plan(pk=3, interval="year", amount=33000, currency="usd"),
    )
    mover.plan.pk, dearer.product = 1, mover.plan.product
    move = PriceMove(from_plan=mover.plan, to_plan=dearer, begins_on=NOW.date(), notice_days=40)
    steps = forecast.forecast([Known(mover, move=move)], [], NOW, months_on(NOW, 14))
    assert [step.charge for step in steps if step.charge] == [Charge(33000, "usd")]
    [told] = [step.at for step in steps if step.mail == Happening.Kind.PRICE_CHANGES]
    assert told == mover.period_ends_at - 47 * DAY
    late = forecast.forecast([Known(mover, move=move)], [], mover.period_ends_at - 39 * DAY, months_on(NOW, 14))
    assert [step.charge for step in late if step.charge] == [Charge(30000, "usd")]


def test_a_rest_ends_by_itself_and_what_it_gave_back_is_taken_off():
    row = membership(
        status="paused", pause_reason="pause_requested", rests_until=NOW + 60 * DAY,
        period_starts_at=NOW - 100 * DAY, period_ends_at=NOW + 265 * DAY,
    )  # fmt: skip
    steps = forecast.forecast([Known(row, rested_at=NOW)], [], NOW, months_on(NOW, 14))
    assert [(step.what, step.at - NOW) for step in steps if step.what in {What.OPENS, What.CHARGE}] == [
        (What.OPENS, 60 * DAY),
        (What.CHARGE, 265 * DAY + timedelta(hours=1)),
    ]
    [charge] = [step.charge for step in steps if step.charge]
    assert charge.amount == 30000 - round(30000 * 265 / 365) + round(30000 * 205 / 365)


def test_gifts_wait_behind_what_is_paid_for_and_their_ends_are_told():
    ends = NOW + 20 * DAY
    leaving = membership(cancel_at=ends, period_ends_at=ends)
    waits = HeldGift("pro", 3, ends, months_on(ends, 3))
    given = GivenGift(NOW + 90 * DAY)
    steps = forecast.forecast([Known(leaving)], [], NOW, months_on(NOW, 14), Gifts((waits,), (given,)))
    assert [(str(step.mail or step.what), step.at) for step in steps] == [
        ("subscription_ended", ends),
        ("gift_waiting", NOW + 60 * DAY),
        ("gift_ending", months_on(ends, 3) - 14 * DAY),
        ("closes", months_on(ends, 3)),
    ]
    staying = forecast.forecast([Known(membership())], [], NOW, months_on(NOW, 14), Gifts((waits,)))
    assert not [step for step in staying if step.what == What.CLOSES or str(step.mail) == "gift_ending"]


def test_rights_that_follow_one_another_are_one():
    over = membership(status="canceled")
    first = Grant("pro", "comp", NOW - DAY, NOW + 10 * DAY)
    second, third = (Grant("pro", "seat", NOW + day * DAY, NOW + (day + 5) * DAY) for day in (10, 30))
    assert ahead(over, third, first, second) == [
        (What.CLOSES, "", 15 * DAY),
        (What.OPENS, "", 30 * DAY),
        (What.CLOSES, "", 35 * DAY),
    ]
    endless = Grant("pro", "comp", NOW + 12 * DAY)
    assert ahead(over, endless, first, second) == []


def test_a_month_too_short_for_the_day_gives_its_last():
    assert months_on(datetime(2027, 1, 31, tzinfo=UTC), 1).day == 28
    assert months_on(datetime(2027, 2, 28, tzinfo=UTC), 1, 31).day == 31
    assert months_on(datetime(2028, 2, 29, tzinfo=UTC), 12) == datetime(2029, 2, 28, tzinfo=UTC)

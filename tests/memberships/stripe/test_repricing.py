"""New prices for who has an old one, against the local Stripe and its clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.urls import reverse

from memberships import clock, forecast, happenings, price_moves
from memberships.models import Happening, Plan, PriceMove, PriceNotice, User
from memberships.price_moves import MoveRefused, Wish
from memberships.steps import Known
from memberships.stripe import catalogue, changes, reconcile, repricing
from memberships.stripe.calls import changing
from newsletters.models import Message
from tests.memberships.browsing import text
from tests.memberships.builders import DAY, person, plan
from tests.memberships.stripe.paying import at_stripe, monthly, of, paid, payer_of, yearly

pytestmark = pytest.mark.django_db


def dearer() -> Plan:
    new = plan("pro_yearly_27", name="PRO, yearly", amount=33000, trial_days=0)
    catalogue.price_id_of(new)
    return Plan.objects.get(pk=new.pk)


def day_of(moment: datetime):
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def move_of(old: Plan, new: Plan, notice_days: int = 30) -> PriceMove:
    wish = Wish(old, new, day_of(clock.now()), notice_days)
    return price_moves.schedule(wish, person(), clock.now())


def tick() -> None:
    """What the timetable does."""
    repricing.go_on(clock.now())
    happenings.tell_waiting(clock.now())
    repricing.go_on(clock.now())


def go_to(stripe, moment: datetime) -> None:
    stripe.advance(to=int(moment.timestamp()))
    reconcile.reconcile_doubtful(clock.now())


def told() -> list[str]:
    return list(Message.objects.filter(kind="price_changes").order_by("id").values_list("text", flat=True))


def test_a_new_price_is_told_first_and_charged_from_that_renewal_on(client, local_stripe):
    user = payer_of(local_stripe, yearly())
    renewal = of(user).period_ends_at
    move_of(yearly(), dearer())
    go_to(local_stripe, renewal - 38 * DAY)
    tick()
    assert told() == [], "there is time"

    go_to(local_stripe, renewal - 36 * DAY)
    tick()
    tick()

    mail = " ".join(told()[0].split())
    assert len(told()) == 1
    assert "costs $300.00 a year." in mail
    assert "it costs $330.00 a year." in mail
    assert "we take it that you go on at the new price" in mail
    row = of(user)
    assert (row.plan, row.next_plan, row.follows_by_move, row.next_charge.amount) == (yearly(), dearer(), True, 33000)
    client.force_login(user)
    page = text(client.get(reverse("account_membership")))
    assert "at its new price: $330.00 is charged." in page
    assert "Keep my present plan" not in page
    assert "There is no other plan to take back." in text(client.post(reverse("account_change_keep"), follow=True))
    steps = forecast.forecast([Known(row)], [], clock.now(), clock.now() + 600 * DAY)
    assert [step.charge.amount for step in steps if step.charge] == [33000, 33000]

    go_to(local_stripe, renewal + timedelta(hours=2))
    tick()
    assert (of(user).plan, of(user).next_plan, paid(local_stripe, user)) == (dearer(), None, [33000, 30000])
    assert not Message.objects.filter(kind="plan_changed").exists(), "they were told before it came"
    go_to(local_stripe, of(user).period_ends_at + timedelta(hours=2))
    tick()
    assert paid(local_stripe, user) == [33000, 33000, 30000]
    assert len(told()) == 1


def test_who_cannot_be_told_in_time_keeps_the_old_price_a_period_longer(local_stripe):
    user = payer_of(local_stripe, yearly())
    renewal = of(user).period_ends_at
    go_to(local_stripe, renewal - 20 * DAY)
    move_of(yearly(), dearer())
    tick()
    go_to(local_stripe, renewal + timedelta(hours=2))
    assert (told(), paid(local_stripe, user)) == ([], [30000, 30000])

    renewal = of(user).period_ends_at
    go_to(local_stripe, renewal - 32 * DAY)
    repricing.go_on(clock.now())
    go_to(local_stripe, renewal - 29 * DAY)
    happenings.tell_waiting(clock.now())  # the mail waited too long: it is let go, with what it would have begun
    repricing.go_on(clock.now())

    assert not Happening.objects.filter(kind="price_changes").exists()
    assert not PriceNotice.objects.exists()
    assert told() == []
    assert of(user).next_plan is None


def test_months_are_told_two_renewals_ahead_where_one_is_too_near(local_stripe):
    old, new = monthly(), plan("pro_monthly_27", name="PRO, monthly", amount=3500, interval="month", trial_days=0)
    catalogue.price_id_of(new)
    user = payer_of(local_stripe, old)
    move_of(old, Plan.objects.get(pk=new.pk), notice_days=40)
    charged_first = of(user).period_ends_at
    go_to(local_stripe, charged_first - 12 * DAY)
    tick()
    notice = PriceNotice.objects.get()
    assert notice.renews_at > charged_first
    assert of(user).next_plan is None
    go_to(local_stripe, charged_first + timedelta(hours=2))
    tick()
    go_to(local_stripe, notice.renews_at + timedelta(hours=2))
    tick()
    assert (len(told()), paid(local_stripe, user)) == (1, [3500, 2900, 2900])


def test_nobody_is_told_who_ends_or_rests_and_an_end_taken_back_brings_the_price_again(local_stripe):
    user = payer_of(local_stripe, yearly())
    renewal = of(user).period_ends_at
    move_of(yearly(), dearer())
    go_to(local_stripe, renewal - 36 * DAY)
    changes.cancel(of(user), clock.now())
    tick()
    assert (told(), PriceNotice.objects.count()) == ([], 0)

    changes.resume(of(user), clock.now())
    tick()
    assert of(user).next_plan == dearer()
    changes.cancel(of(user), clock.now())
    tick()
    assert (of(user).next_plan, of(user).cancel_at) == (None, renewal)
    changes.resume(of(user), clock.now())
    tick()
    assert (of(user).next_plan, len(told())) == (dearer(), 1)


def test_a_withdrawn_move_takes_back_what_was_put_and_what_half_was_is_made_whole(local_stripe):
    user = payer_of(local_stripe, yearly())
    move = move_of(yearly(), dearer())
    go_to(local_stripe, of(user).period_ends_at - 36 * DAY)
    repricing.go_on(clock.now())
    happenings.tell_waiting(clock.now())
    # Somebody died between the two calls that make a schedule.
    local_stripe.api("POST", "subscription_schedules", from_subscription=of(user).stripe_id)
    repricing.go_on(clock.now())
    assert of(user).next_plan == dearer()

    assert price_moves.withdraw(move, clock.now())
    assert not price_moves.withdraw(move, clock.now())
    tick()
    assert (of(user).next_plan, of(user).follows_by_move, at_stripe(local_stripe, user)["schedule"]) == (
        None, False, None,
    )  # fmt: skip
    go_to(local_stripe, of(user).period_ends_at + timedelta(hours=2))
    assert paid(local_stripe, user) == [30000, 30000]


def test_a_plan_they_chose_themselves_stands_above_the_move(local_stripe):
    user = payer_of(local_stripe, yearly())
    move_of(yearly(), dearer())
    row = of(user)
    changing.follow_with(row.stripe_id, catalogue.price_id_of(monthly()), "month", key="own")
    # No webhook said so: it is the look before telling that finds it.
    go_to(local_stripe, row.period_ends_at - 36 * DAY)
    tick()
    assert (told(), of(user).next_plan, of(user).follows_by_move) == ([], monthly(), False)


def test_the_desk_counts_first_and_then_moves_and_withdraws(client, local_stripe):
    old, new = yearly(), dearer()
    ending, staying = payer_of(local_stripe, old), payer_of(local_stripe, old)
    changes.cancel(of(ending), clock.now())
    operator: User = person(is_staff=True, is_superuser=True)
    client.force_login(operator)
    wish = {"from_plan": old.pk, "to_plan": new.pk, "begins_on": day_of(clock.now()).isoformat(), "notice_days": 30}
    add = reverse("admin:memberships_pricemove_add")

    counted = text(client.post(add, wish))
    assert "Subscriptions that move: 1." in counted
    assert "End before, and are left alone: 1." in counted
    assert not PriceMove.objects.exists()
    seen = f"{old.pk}:{new.pk}:{wish['begins_on']}:30"
    assert "The price moves." in text(client.post(add, {**wish, "seen": seen}, follow=True))
    again = client.post(add, wish)
    assert again.status_code == 422
    assert "Withdraw it first." in text(again)
    assert client.post(add, {**wish, "notice_days": 29}).status_code == 422
    move = PriceMove.objects.get()
    withdraw = reverse("admin:memberships_pricemove_withdraw", args=[move.pk])
    assert client.get(withdraw).status_code == 200
    assert PriceMove.objects.get().withdrawn_at is None
    client.post(withdraw)
    assert PriceMove.objects.get().withdrawn_at is not None
    assert of(staying).next_plan is None


def test_a_move_is_to_another_price_of_the_same_thing_and_leads_nowhere_back(local_stripe):
    old, new, month = yearly(), dearer(), monthly()
    with pytest.raises(MoveRefused, match="same product, currency and length"):
        move_of(old, month)
    move_of(old, new)
    catalogue.price_id_of(old)
    with pytest.raises(MoveRefused, match="leads back"):
        move_of(new, Plan.objects.get(pk=old.pk))

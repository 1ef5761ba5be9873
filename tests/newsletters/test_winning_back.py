"""Letters to people who left: whom they reach, how often, and how one stops them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from memberships import win_backs
from memberships.models import Dispute, Invoice, Promotion, Seat, Subscription, User, WinBack
from newsletters import suppression, tasks, tokens, winning_back
from newsletters.delivery import messages as sending
from newsletters.models import Message, Stream, Suppression
from newsletters.recipients import recipient_of
from tests.memberships.builders import DAY, NOW, person, promotion, subscription, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer() -> Promotion:
    return promotion("BACK", use="win_back")


def lapsed(days: int = 40, **fields: object) -> Subscription:
    ended = NOW - days * DAY
    values = {"status": "canceled", "ended_at": ended, "started_at": ended - 365 * DAY, **fields}
    return subscription(person(language="en"), **values)


def letters(at: datetime = NOW) -> list[str]:
    """Everything due is noted and sent, twice, as two workers would; whom it went to."""
    for _again in range(2):
        win_backs.note_due(at)
        winning_back.send_due(at)
    return sorted(Message.objects.filter(kind="win_back").values_list("recipient__email", flat=True))


def whose(row: Subscription) -> User:
    user = row.customer.user
    assert user is not None
    return user


def test_each_step_is_one_letter_with_the_code_and_the_way_out(offer):
    row = lapsed(30)

    assert letters() == [whose(row).email]

    message = Message.objects.get()
    assert message.stream == Stream.OFFERS
    assert message.subject == "Come back to Corniche PRO: 25% off the first charge"
    assert "/pro/?code=BACK" in message.text
    stop = reverse("offers_stop", args=[tokens.for_offers(message.recipient.public_id)])
    assert stop in message.text
    assert stop in message.headers["List-Unsubscribe"]
    assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for days, number in ((29, 1), (60, 2), (149, 2), (150, 3), (400, 3)):
        assert len(letters(NOW + days * DAY)) == number


def test_without_a_promotion_nobody_is_written_to():
    lapsed(30)
    assert letters() == []


def _disputes(row: Subscription) -> None:
    invoice = Invoice.objects.create(
        customer=row.customer, subscription=row, stripe_id="in_1", status="paid", currency="usd",
        amount_due=30000, amount_paid=30000, issued_at=NOW, synced_at=NOW,
    )  # fmt: skip
    Dispute.objects.create(
        invoice=invoice, stripe_id="dp_1", status="needs_response", amount=30000, currency="usd",
        opened_at=NOW, synced_at=NOW,
    )  # fmt: skip


def _sits(row: Subscription) -> None:
    room = team()
    times = {"invited_at": NOW, "expires_at": NOW + DAY, "accepted_at": NOW}
    Seat.objects.create(team=room, user=whose(row), email=whose(row).email, state="active", **times)


def _reads(row: Subscription) -> None:
    whose(row).entitlements.create(
        product=row.plan.product, source="comp", starts_at=NOW - DAY, ends_at=NOW + DAY, created_at=NOW
    )


def _came_back(row: Subscription) -> None:
    subscription(whose(row), started_at=NOW - DAY)


def _closed(row: Subscription) -> None:
    User.objects.filter(pk=whose(row).pk).update(is_active=False)


def _never_paid(row: Subscription) -> None:
    Subscription.objects.filter(pk=row.pk).update(has_paid=False)


def _refused(row: Subscription) -> None:
    Subscription.objects.filter(pk=row.pk).update(trial_refused_at=NOW)


def _asked_to_stop(row: Subscription) -> None:
    suppression.suppress(recipient_of(whose(row), NOW), Stream.NEWSLETTERS, Suppression.Reason.ASKED, NOW)


def _offer_closed(row: Subscription) -> None:
    Promotion.objects.update(closed_at=NOW)


AGAINST = [_disputes, _sits, _reads, _came_back, _closed, _never_paid, _refused, _asked_to_stop, _offer_closed]


@pytest.mark.usefixtures("offer")
@pytest.mark.parametrize("against", AGAINST)
def test_whoever_something_speaks_against_gets_none(against):
    against(lapsed(30))
    assert letters() == []


@pytest.mark.usefixtures("offer")
@pytest.mark.parametrize("against", AGAINST)
def test_what_came_between_noting_and_sending_lets_it_go(against):
    row = lapsed(30)
    win_backs.note_due(NOW)
    against(row)

    assert winning_back.send_due(NOW) == 0
    assert WinBack.objects.get().state == "dropped"


@pytest.mark.usefixtures("offer")
def test_what_came_between_writing_and_handing_over_holds_it_back():
    row = lapsed(30)
    letters()
    _came_back(row)

    assert sending.take(NOW) is None
    assert Message.objects.get().state == "suppressed"


@pytest.mark.usefixtures("offer")
def test_one_click_stops_them_and_nothing_else():
    row = lapsed(30)
    letters()
    recipient = recipient_of(whose(row), NOW)
    address = reverse("offers_stop", args=[tokens.for_offers(recipient.public_id)])
    browser = Client(enforce_csrf_checks=True)

    assert browser.get(address).status_code == 200
    assert not recipient.suppressions.exists()
    for _again in range(2):
        assert browser.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200

    assert list(recipient.suppressions.values_list("stream", flat=True)) == ["offers"]
    assert len(letters(NOW + 60 * DAY)) == 1
    assert browser.post(f"{address[:-6]}zzzzz/").status_code in {400, 404, 410, 422}


@pytest.mark.usefixtures("offer")
def test_who_came_back_is_counted():
    row, _other = lapsed(30), lapsed(31)
    letters()
    subscription(whose(row), started_at=NOW + timedelta(hours=1))

    assert [each.subscription_id for each in WinBack.objects.returned()] == [row.pk]


def test_the_hourly_task_does_both(offer):
    offer.starts_at = NOW - 2000 * DAY
    offer.save()
    tasks.win_back()
    assert Message.objects.count() == 0

"""What the messages about a membership say: sums, days, reasons and the ways out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memberships.models import Customer, Invoice, Subscription
from newsletters import messages
from newsletters.models import Message
from tests.memberships.builders import subscription, team
from tests.newsletters.builders import AT, person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def bill(row: Subscription, **facts: object) -> Invoice:
    values = {
        "stripe_id": "in_1", "number": "C-1", "status": "open", "currency": "usd", "amount_due": 30000,
        "amount_paid": 0, "issued_at": AT - 3 * DAY, "synced_at": AT, "hosted_url": "https://pay.example/i",
        "pdf_url": "https://pay.example/i/pdf",
    }  # fmt: skip
    return Invoice.objects.create(customer=row.customer, subscription=row, **{**values, **facts})


def late(**facts: object) -> Subscription:
    values = {"status": "past_due", "past_due_since": AT - 3 * DAY, "card_label": "Visa 4242"}
    return subscription(person("ann@example.org"), **{**values, **facts})


def said(message: Message, *facts: str) -> None:
    """Each fact stands in the plain text and in the HTML."""
    html = " ".join(message.html.split())
    for fact in facts:
        assert fact in message.text
        assert fact in html


def test_a_failed_payment_says_until_when_one_reads_on_and_how_to_pay():
    row = late()
    said(
        messages.payment_failed(row, bill(row, next_attempt_at=AT + 2 * DAY), AT),
        "$300.00", "We try again on 6 March 2026, and you read on until 15 March 2026.",
        "/account/membership/#card", "https://pay.example/i", "/account/membership/cancel/", "/terms/",
    )  # fmt: skip


def test_a_try_that_has_passed_is_not_promised():
    row = late()
    message = messages.payment_reminder(row, bill(row, next_attempt_at=AT - DAY), AT)
    said(message, "You read on until 15 March 2026.")
    assert "try again" not in message.text


def test_who_never_paid_is_not_told_to_read_on():
    row = late(has_paid=False)
    message = messages.payment_reminder(row, bill(row), AT)
    said(message, "Once the payment is through, everything opens.")
    assert "read on" not in message.text


def test_a_team_is_asked_to_pay_its_invoice_not_to_change_a_card():
    company = team(person("owner@example.org"))
    owner = Customer.objects.create(team=company, stripe_id="cus_team", created_at=AT)
    row = late(customer=owner, collection_method="send_invoice", due_at=AT - 3 * DAY)
    message = messages.payment_reminder(row, bill(row, due_at=AT - 3 * DAY), AT)
    said(message, "was due on 1 March 2026", "Your team reads on until 15 March 2026.", "https://pay.example/i")
    assert message.recipient.email == "owner@example.org"
    assert "card" not in message.text
    assert "/account/membership/" not in message.text


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("payment_failed", "The last payment did not go through"),
        ("payment_disputed", "was taken back at your bank"),
        ("cancellation_requested", "was cancelled and has ended"),
        ("", "Your membership has ended."),
        ("a_reason_of_tomorrow", "Your membership has ended."),
    ],
)
def test_the_end_says_why(reason, sentence):
    said(messages.membership_ended(late(status="canceled", end_reason=reason), AT), sentence)


def test_a_receipt_says_for_which_time_with_how_much_tax_and_how_to_leave():
    row = late(status="active")
    paid = bill(row, status="paid", amount_paid=30000, tax=4790, period_starts_at=AT, period_ends_at=AT + 365 * DAY)
    said(
        messages.payment_receipt(paid, AT),
        "$300.00", "For the time from 4 March 2026 to 4 March 2027.", "$47.90 of it is tax.", "C-1",
        "https://pay.example/i/pdf", "/account/membership/cancel/", "/terms/",
    )  # fmt: skip


def test_a_receipt_without_tax_speaks_of_none():
    assert "tax" not in messages.payment_receipt(bill(late(status="active"), amount_paid=30000), AT).text


def test_a_trial_that_began_says_sum_day_and_the_way_out():
    row = late(status="trialing", trial_ends_at=AT + 7 * DAY, past_due_since=None)
    said(
        messages.trial_started(row, AT),
        "On 11 March 2026 we charge $300.00 to your Visa 4242, and the same again every year until you cancel.",
        "/account/membership/cancel/", "/terms/",
    )  # fmt: skip


def test_the_next_year_of_several_seats_is_their_sum():
    row = late(status="active", quantity=3, period_ends_at=AT + 30 * DAY)
    said(messages.renewal_ahead(row, AT), "$900.00", "3 April 2026")

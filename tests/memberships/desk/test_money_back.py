"""Giving money back at the desk: looked at twice, done once, by whoever may."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from memberships import clock
from memberships.models import AuditEntry, Dispute, Invoice, Refund
from memberships.stripe import disputes, refunds
from tests.memberships.browsing import text
from tests.memberships.builders import person, subscription
from tests.memberships.conftest import holds_pro
from tests.memberships.desk.acting import address, at_the_desk
from tests.memberships.stripe.test_refunds import at_stripe, bill, intent_of, paid_by

pytestmark = pytest.mark.django_db
CHOSEN = {"share": "full", "reason": "requested_by_customer", "note": "They wrote to us."}


def page_of(invoice: Invoice) -> str:
    return address("invoice", "refund", invoice.pk)


def look_on(page) -> str:
    return re.search(r'name="look" value="([^"]+)"', page.content.decode())[1]


@pytest.fixture
def running():
    at = clock.now()
    return subscription(
        person("ann@example.org"), period_starts_at=at - timedelta(days=100), period_ends_at=at + timedelta(days=265)
    )


def disputed(invoice: Invoice, status: str = "needs_response", **fields: object) -> Dispute:
    at = clock.now()
    values = {"amount": 30_000, "currency": "usd", "opened_at": at, "synced_at": at, "due_at": at + timedelta(days=9.5)}
    return Dispute.objects.create(
        invoice=invoice, stripe_id=f"du_{Dispute.objects.count()}", status=status, **{**values, **fields}
    )


def test_money_goes_back_after_a_second_look(client, local_stripe):
    user = person("ann@example.org")
    invoice = paid_by(local_stripe, user)
    staff = at_the_desk(client, "Support")

    first = client.get(page_of(invoice))
    assert "$300.00 were paid, $300.00 of it can be given back." in text(first)
    second = client.post(page_of(invoice), CHOSEN)
    assert "$300.00 go back to ann@example.org: the membership ends at once." in text(second)
    assert not Refund.objects.exists()
    done = client.post(page_of(invoice), {**CHOSEN, "look": look_on(second)}, follow=True)

    assert "The money is on its way, and they have been told." in text(done)
    refund = Refund.objects.get()
    assert (refund.status, refund.asked_by, refund.note) == ("succeeded", staff, "They wrote to us.")
    assert len(at_stripe(local_stripe, refund)) == 1
    assert not holds_pro(user)
    again = client.post(page_of(invoice), {**CHOSEN, "look": look_on(second)}, follow=True)
    assert "All that was paid for this invoice has been given back." in text(again)
    assert len(at_stripe(local_stripe, refund)) == 1


def test_what_was_looked_at_is_what_is_given_back(client, local_stripe):
    """The share has become a smaller one while somebody thought about it; what was shown is given."""
    invoice = paid_by(local_stripe, person())
    at_the_desk(client, "Support")
    chosen = {**CHOSEN, "share": "prorated", "keeps_reading": "on"}
    second = client.post(page_of(invoice), chosen)
    shown = re.search(r"\$([\d.]+) go back", text(second))[1]
    local_stripe.advance(seconds=86_400)

    client.post(page_of(invoice), {**chosen, "look": look_on(second)})

    refund = Refund.objects.get()
    assert f"{refund.amount / 100:.2f}" == shown
    assert refund.then == "end_with_period"


def test_a_look_is_for_one_colleague_and_one_invoice(client, running):
    invoice = bill(running)
    at_the_desk(client, "Support")
    second = client.post(page_of(invoice), CHOSEN)
    at_the_desk(client, "Operator")

    page = client.post(page_of(invoice), {**CHOSEN, "look": look_on(second)})

    assert "go back to" in text(page)
    assert not Refund.objects.exists()


def test_without_stripe_a_sentence_says_so_and_nothing_is_half_done(client, running, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    invoice = bill(running)
    at_the_desk(client, "Support")
    second = client.post(page_of(invoice), CHOSEN)

    page = client.post(page_of(invoice), {**CHOSEN, "look": look_on(second)})

    assert page.status_code == 422
    assert "does not answer just now" in text(page)
    assert not Refund.objects.exists()


@pytest.mark.parametrize("spoiled", [{"share": "double"}, {"note": ""}, {"reason": "spite"}, {"share": ""}])
def test_what_is_not_on_the_form_is_refused(client, running, spoiled):
    invoice = bill(running)
    at_the_desk(client, "Support")

    assert client.post(page_of(invoice), {**CHOSEN, **spoiled}).status_code == 422


def test_only_whoever_may_gives_money_back(client, running):
    invoice = bill(running)
    at_the_desk(client, "Sales")

    assert client.get(page_of(invoice)).status_code == 403
    assert client.post(page_of(invoice), CHOSEN).status_code == 403
    assert client.get(address("refund", "changelist")).status_code == 200
    assert "Give money back" not in text(client.get(address("invoice", "change", invoice.pk)))


def test_the_invoices_page_shows_what_went_back(client, running):
    invoice = bill(running)
    made = {"payment_ref": "pi_1", "status": "succeeded", "asked_at": clock.now()}
    Refund.objects.create(invoice=invoice, stripe_id="re_1", amount=12_345, currency="usd", **made)
    disputed(invoice, amount=7_700)
    at_the_desk(client, "Support")

    page = text(client.get(address("invoice", "change", invoice.pk)))

    assert "Give money back" in page
    assert "$123.45" in page
    assert "$77.00" in page


def test_a_refund_of_the_dashboard_can_end_the_membership(client, local_stripe):
    user = person()
    invoice = paid_by(local_stripe, user)
    local_stripe.api("POST", "refunds", payment_intent=intent_of(local_stripe, invoice))
    refunds.sync_payment(intent_of(local_stripe, invoice), clock.now())
    refund = Refund.objects.get()
    at_the_desk(client, "Support")
    assert "End the membership" in text(client.get(address("refund", "change", refund.pk)))

    client.post(address("refund", "end", refund.pk))

    assert not holds_pro(user)
    assert "End the membership" not in text(client.get(address("refund", "change", refund.pk)))
    assert AuditEntry.objects.filter(verb="membership ended after a refund").exists()


@pytest.mark.parametrize(
    ("status", "due_in", "words"),
    [
        ("needs_response", timedelta(days=9, hours=3), "9 days"),
        ("warning_needs_response", timedelta(days=1, hours=3), "1 day"),
        ("needs_response", timedelta(hours=3), "today"),
        ("needs_response", timedelta(hours=-3), "too late"),
    ],
)
def test_the_list_of_disputes_says_how_long_there_is_to_answer(client, running, status, due_in, words):
    disputed(bill(running), status, due_at=clock.now() + due_in)
    at_the_desk(client, "Support")

    assert words in text(client.get(address("dispute", "changelist")))


def test_a_dispute_is_flagged_on_the_pages_about_the_person(client, running):
    invoice = bill(running)
    at_the_desk(client, "Support")
    pages = [address("customer", "change", running.customer_id), address("user", "change", running.customer.user_id)]
    assert not any("⚠" in text(client.get(page)) for page in pages)

    dispute = disputed(invoice)
    assert all("⚠ $300.00: needs response 9 days" in text(client.get(page)) for page in pages)

    Dispute.objects.filter(pk=dispute.pk).update(status="lost", closed_at=clock.now())
    assert all("⚠ $300.00: lost" in text(client.get(page)) for page in pages)
    disputes.forgive(dispute, "A mistake.", person(), clock.now())
    assert not any("⚠" in text(client.get(page)) for page in pages)


def test_a_lost_dispute_is_forgiven_with_a_reason(client, running):
    dispute = disputed(bill(running), "lost", closed_at=clock.now())
    at_the_desk(client, "Sales")
    assert client.post(address("dispute", "forgive", dispute.pk), {"reason": "No."}).status_code == 403
    at_the_desk(client, "Support")
    assert client.post(address("dispute", "forgive", dispute.pk), {"reason": ""}).status_code == 422

    client.post(address("dispute", "forgive", dispute.pk), {"reason": "A mistake of the bank."})

    assert not Dispute.objects.holding().exists()
    assert AuditEntry.objects.get(verb="dispute forgiven").details == {"reason": "A mistake of the bank."}


def test_long_lists_cost_what_short_ones_cost(client, running, django_assert_max_num_queries):
    for number in range(12):
        invoice = bill(running, stripe_id=f"in_{number}")
        disputed(invoice)
        made = {"payment_ref": "pi_1", "status": "succeeded", "asked_at": clock.now()}
        Refund.objects.create(invoice=invoice, stripe_id=f"re_{number}", amount=1, currency="usd", **made)
    at_the_desk(client, "Support")

    for model in ("refund", "dispute"):
        with django_assert_max_num_queries(14):
            client.get(address(model, "changelist"))

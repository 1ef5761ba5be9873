"""Money that goes back: refunds that take their time or fail, and the credit notes that correct an invoice."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.embedded.stripe.conftest import CARD, DAY, World, request

JSON = {"Accept": "application/json"}


def paid_invoice(world: World, card: str = "pm_card_visa", **given: Any) -> Any:
    subscription = world.subscribe(world.make_customer(card), **given)
    return world.api.invoices.retrieve(subscription.latest_invoice, {"expand": ["payments"]})


def open_invoice(world: World) -> Any:
    """An invoice that was sent to a team and waits to be paid."""
    subscription = world.subscribe(world.make_customer(), collection_method="send_invoice", days_until_due=30)
    return world.api.invoices.finalize_invoice(subscription.latest_invoice)


def refund(world: World, invoice: Any, **given: Any) -> Any:
    intent = invoice.payments.data[0].payment.payment_intent
    return world.api.refunds.create({"payment_intent": intent, **given})


def charge_of(world: World, money: Any) -> Any:
    return world.api.charges.retrieve(money.charge)


def told(world: World, *types: str) -> list[str]:
    return [event.type for event in world.events(*types)]


REFUND_EVENTS = ("refund.created", "refund.updated", "refund.failed", "charge.refund.updated", "charge.refunded")


def test_a_refund_is_under_way_until_the_bank_has_it(world: World) -> None:
    money = refund(world, paid_invoice(world, "pm_card_pendingRefund"))
    assert (money.status, money.pending_reason) == ("pending", "processing")
    assert charge_of(world, money).refunded is True
    assert world.advance(seconds=DAY) == ["refund_is_decided"]
    assert world.api.refunds.retrieve(money.id).status == "succeeded"
    assert told(world, *REFUND_EVENTS) == [
        "refund.created",
        "charge.refunded",
        "refund.updated",
        "charge.refund.updated",
    ]


def test_a_refund_that_seemed_to_succeed_comes_back(world: World) -> None:
    money = refund(world, paid_invoice(world, "pm_card_refundFail"), amount=10000)
    assert (money.status, charge_of(world, money).amount_refunded) == ("succeeded", 10000)
    world.advance(seconds=DAY)
    failed = world.api.refunds.retrieve(money.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert charge_of(world, money).amount_refunded == 0
    assert [event.data.object.id for event in world.events("refund.failed")] == [money.id]


def test_a_refund_is_decided_by_hand(world: World) -> None:
    money = refund(world, paid_invoice(world, "pm_card_pendingRefund"))
    answer = request(f"{world.url}/_stand_in/refunds", {"refund": money.id, "to": "failed"}, headers=JSON)
    assert (answer.status, answer.json["status"]) == (200, "failed")
    assert world.advance(seconds=DAY) == []
    again = request(f"{world.url}/_stand_in/refunds", {"refund": money.id, "to": "succeeded"}, headers=JSON)
    assert (again.status, again.json["error"]["message"]) == (409, "A refund that is failed does not become succeeded.")


def test_a_refund_is_canceled_only_while_the_customer_is_asked(world: World) -> None:
    money = refund(world, paid_invoice(world, "pm_card_pendingRefund"))
    with pytest.raises(stripe.InvalidRequestError, match="requires action"):
        world.api.refunds.cancel(money.id)
    request(f"{world.url}/_stand_in/refunds", {"refund": money.id, "to": "requires_action"})
    asked = world.api.refunds.retrieve(money.id)
    assert asked.next_action.display_details.email_sent.email_sent_to == "amina@example.com"
    assert world.api.refunds.cancel(money.id).status == "canceled"
    assert charge_of(world, money).amount_refunded == 0


def test_a_paid_invoice_is_credited_and_refunded(world: World) -> None:
    invoice = paid_invoice(world)
    given = {"invoice": invoice.id, "amount": 12000, "refund_amount": 12000, "reason": "order_change", "memo": "Sorry."}
    note = world.api.credit_notes.create(given)
    assert (note.number, note.status, note.type) == (f"{invoice.number}-CN-01", "issued", "post_payment")
    assert (note.total, note.post_payment_amount, note.pre_payment_amount) == (12000, 12000, 0)
    money = world.api.refunds.retrieve(note.refunds[0].refund)
    assert (money.amount, note.refunds[0].amount_refunded) == (12000, 12000)
    credited = world.api.invoices.retrieve(invoice.id)
    assert (credited.status, credited.post_payment_credit_notes_amount) == ("paid", 12000)
    assert [event.data.object.id for event in world.events("credit_note.created")] == [note.id]
    assert request(note.pdf).text.startswith("%PDF")


def test_a_paid_invoice_is_credited_to_the_balance(world: World) -> None:
    invoice = paid_invoice(world)
    world.api.credit_notes.create({"invoice": invoice.id, "amount": 5000, "credit_amount": 5000})
    assert world.api.customers.retrieve(invoice.customer).balance == -5000


def test_an_earlier_refund_is_linked_and_not_made_again(world: World) -> None:
    invoice = paid_invoice(world)
    money = refund(world, invoice, amount=7000)
    given = {"invoice": invoice.id, "amount": 7000, "refunds": [{"refund": money.id, "amount_refunded": 7000}]}
    assert world.api.credit_notes.create(given).refunds[0].refund == money.id
    assert len(world.api.refunds.list().data) == 1


def test_an_open_invoice_asks_for_less(world: World) -> None:
    invoice = open_invoice(world)
    note = world.api.credit_notes.create({"invoice": invoice.id, "amount": 10000})
    assert (note.type, note.pre_payment_amount) == ("pre_payment", 10000)
    left = world.api.invoices.retrieve(invoice.id)
    assert (left.amount_due, left.amount_remaining, left.pre_payment_credit_notes_amount) == (20000, 20000, 10000)
    assert request(invoice.hosted_invoice_url, CARD).status == 303
    assert world.api.invoices.retrieve(invoice.id).amount_paid == 20000
    assert world.events("charge.succeeded")[-1].data.object.amount == 20000


def test_an_open_invoice_credited_in_full_is_paid(world: World) -> None:
    invoice = open_invoice(world)
    world.api.credit_notes.create({"invoice": invoice.id, "amount": 30000})
    settled = world.api.invoices.retrieve(invoice.id)
    assert (settled.status, settled.amount_paid) == ("paid", 0)


def test_a_note_on_an_open_invoice_is_voided(world: World) -> None:
    invoice = open_invoice(world)
    note = world.api.credit_notes.create({"invoice": invoice.id, "amount": 10000})
    voided = world.api.credit_notes.void_credit_note(note.id)
    assert (voided.status, voided.voided_at) == ("void", world.events("credit_note.voided")[0].created)
    assert world.api.invoices.retrieve(invoice.id).amount_remaining == 30000
    with pytest.raises(stripe.InvalidRequestError, match="open invoice can be voided"):
        world.api.credit_notes.void_credit_note(note.id)


def test_a_line_is_credited_less_the_discount_it_had(world: World) -> None:
    coupon = world.api.coupons.create({"percent_off": 50, "duration": "forever"})
    invoice = paid_invoice(world, discounts=[{"coupon": coupon.id}])
    line = {"type": "invoice_line_item", "invoice_line_item": invoice.lines.data[0].id, "quantity": 1}
    note = world.api.credit_notes.create({"invoice": invoice.id, "lines": [line], "out_of_band_amount": 15000})
    assert (note.subtotal, note.discount_amount, note.total) == (30000, 15000, 15000)
    lines = world.api.credit_notes.line_items.list(note.id).data
    assert [(entry.invoice_line_item, entry.amount) for entry in lines] == [(invoice.lines.data[0].id, 30000)]


def test_a_preview_leaves_nothing_behind(world: World) -> None:
    invoice = paid_invoice(world)
    seen = world.api.credit_notes.preview({"invoice": invoice.id, "amount": 9000, "refund_amount": 9000})
    assert (seen.total, seen.post_payment_amount) == (9000, 9000)
    assert world.api.credit_notes.list({"invoice": invoice.id}).data == []
    assert world.api.refunds.list().data == []
    assert world.events("credit_note.created", "refund.created") == []


def test_notes_are_listed_and_written_on(world: World) -> None:
    invoice = paid_invoice(world)
    first, second = (
        world.api.credit_notes.create({"invoice": invoice.id, "amount": 1000, "out_of_band_amount": 1000})
        for _ in range(2)
    )
    assert [note.id for note in world.api.credit_notes.list({"invoice": invoice.id}).data] == [second.id, first.id]
    assert second.number == f"{invoice.number}-CN-02"
    assert world.api.credit_notes.update(first.id, {"memo": "By wire."}).memo == "By wire."
    assert len(world.events("credit_note.updated")) == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"amount": 30001, "refund_amount": 30001}, "more than can be credited"),
        ({"amount": 5000}, "must equal the credit note amount"),
        ({}, "One of `amount`, `lines`"),
        ({"lines": [{"type": "invoice_line_item", "invoice_line_item": "il_none"}]}, "No such invoice line item"),
    ],
)
def test_a_note_that_does_not_add_up_is_refused(world: World, given: dict[str, Any], sentence: str) -> None:
    invoice = paid_invoice(world)
    with pytest.raises(stripe.InvalidRequestError, match=sentence):
        world.api.credit_notes.create({"invoice": invoice.id, **given})
    assert world.api.refunds.list().data == []


def test_the_control_page_offers_what_can_become_of_a_refund(world: World) -> None:
    refund(world, paid_invoice(world, "pm_card_pendingRefund"), amount=4500)
    page = request(f"{world.url}/_stand_in/").text
    assert "$45.00" in page
    assert [label for label in ("It arrives", "It comes back", "Ask the customer", "Call it off") if label in page] == [
        "It arrives",
        "It comes back",
        "Ask the customer",
    ]

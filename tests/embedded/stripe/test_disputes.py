"""Disputes and warnings: what the bank does after a charge."""

from __future__ import annotations

import pytest
import stripe

from tests.embedded.stripe.conftest import DAY, World, eventually, request


def charged(world: World, card: str = "pm_card_visa") -> stripe.Charge:
    subscription = world.subscribe(world.make_customer(card))
    payment = world.api.invoice_payments.list({"invoice": subscription.latest_invoice}).data[0].payment
    return world.api.charges.list({"payment_intent": payment.payment_intent}).data[0]


def bank(world: World, act: str, charge: stripe.Charge) -> int:
    form = {"act": act, "charge": charge.id}
    return request(f"{world.url}/_stand_in/bank", form, headers={"Accept": "application/json"}).status


def disputed(world: World) -> stripe.Dispute:
    charge = charged(world)
    assert bank(world, "dispute", charge) == 200
    return world.api.disputes.list({"payment_intent": charge.payment_intent}).data[0]


def told(world: World) -> list[str]:
    return [event.type.removeprefix("charge.dispute.") for event in world.events() if ".dispute." in event.type]


def test_a_disputed_charge_is_withdrawn_and_cannot_be_refunded(world: World) -> None:
    dispute = disputed(world)
    assert (dispute.status, dispute.amount, dispute.reason) == ("needs_response", 30_000, "fraudulent")
    assert dispute.evidence_details.due_by == dispute.created + 10 * DAY
    assert [row.net for row in dispute.balance_transactions] == [-31_500]
    assert world.api.charges.retrieve(dispute.charge).disputed
    assert told(world) == ["created", "funds_withdrawn"]
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        world.api.refunds.create({"payment_intent": dispute.payment_intent})
    assert refusal.value.code == "charge_disputed"


def test_winning_evidence_brings_the_money_back(world: World) -> None:
    dispute = disputed(world)
    kept = world.api.disputes.update(dispute.id, {"evidence": {"customer_name": "Ada"}, "submit": False})
    assert (kept.status, kept.evidence.customer_name) == ("needs_response", "Ada")
    won = world.api.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    assert (won.status, won.is_charge_refundable) == ("won", True)
    assert sum(row.net for row in won.balance_transactions) == 0
    assert told(world) == ["created", "funds_withdrawn", "updated", "updated", "closed", "funds_reinstated"]
    assert world.api.refunds.create({"payment_intent": dispute.payment_intent}).status == "succeeded"


@pytest.mark.parametrize("how", ["close", "evidence", "button", "time"])
def test_a_dispute_is_lost_in_four_ways(world: World, how: str) -> None:
    dispute = disputed(world)
    if how == "close":
        world.api.disputes.close(dispute.id)
    elif how == "evidence":
        world.api.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "losing_evidence"}})
    elif how == "button":
        bank(world, "lose", world.api.charges.retrieve(dispute.charge))
    else:
        assert "dispute_falls_due" in world.advance(seconds=10 * DAY)
    assert world.api.disputes.retrieve(dispute.id).status == "lost"
    assert told(world)[-1] == "closed"
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        world.api.disputes.close(dispute.id)


def test_what_the_bank_cannot_do_is_said(world: World) -> None:
    charge = charged(world)
    assert bank(world, "win", charge) == bank(world, "shrug", charge) == 400
    assert bank(world, "dispute", charge) == 200
    assert bank(world, "dispute", charge) == bank(world, "warn", charge) == 400


def test_a_warning_is_over_once_the_charge_is_refunded(world: World) -> None:
    charge = charged(world)
    bank(world, "warn", charge)
    warning = world.api.radar.early_fraud_warnings.list({"charge": charge.id}).data[0]
    assert warning.actionable
    world.api.refunds.create({"charge": charge.id})
    assert not world.api.radar.early_fraud_warnings.retrieve(warning.id).actionable
    assert len(world.events("radar.early_fraud_warning.updated")) == 1


def test_cards_do_it_by_themselves(world: World) -> None:
    charged(world, "pm_card_createDispute")
    charged(world, "pm_card_createIssuerFraudRecord")
    eventually(lambda: world.events("charge.dispute.created") and world.events("radar.early_fraud_warning.created"))


def test_the_control_page_offers_what_the_bank_may_do(world: World) -> None:
    home = f"{world.url}/_stand_in/"
    assert "Nothing was charged yet." in request(home).text
    charge = charged(world)
    assert 'value="dispute"' in request(home).text
    assert request(f"{world.url}/_stand_in/bank", {"act": "dispute", "charge": charge.id}).status == 303
    page = request(home).text
    assert 'value="win"' in page
    assert "disputed: needs response" in page

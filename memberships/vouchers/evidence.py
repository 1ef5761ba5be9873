"""What is known of a gift that was bought: agreed to, paid, delivered, claimed, given back."""

from __future__ import annotations

from memberships.currencies import money
from memberships.evidence import Block, consents_of
from memberships.models import Consent, Voucher


def blocks_of(voucher: Voucher) -> list[Block]:
    return [
        _contract(voucher),
        consents_of(Consent.objects.filter(visit=voucher.key)),
        _delivery(voucher),
        _refunds(voucher),
    ]


def _contract(row: Voucher) -> Block:
    columns = "gift plan months price person address account bought paid payment status"
    account = row.buyer.email_as_typed if row.buyer else ""
    facts = (row.public_id, row.plan.name, row.months, money(row.amount, row.currency), row.buyer_name, row.buyer_email)
    return Block.of("contract", columns, [(*facts, account, row.created_at, row.paid_at, row.payment_ref, row.state)])


def _delivery(row: Voucher) -> Block:
    columns = "for address to_be_delivered delivered claimed opens_from opens_until"
    moments = (row.deliver_at, row.delivered_at, row.claimed_at, row.starts_at, row.ends_at)
    return Block.of("delivery", columns, [(row.recipient_name, row.recipient_email, *moments)])


def _refunds(row: Voucher) -> Block:
    given = [(row.refund_asked_at, row.given_back_at, money(row.given_back, row.currency), row.refund_note)]
    return Block.of("refunds", "asked given_back amount reason", given if row.given_back or row.refund_key else [])

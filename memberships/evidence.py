"""What is known of a contract, block by block, for a bank that asks: agreed to, billed, given back, opened, entered.

Its field names and titles are English wherever it is made, because banks ask for that; what people wrote stays as it
is. Higher apps add blocks of their own, see ``evidence`` in each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.usersessions.models import UserSession
from django.db.models import Q, QuerySet

from memberships.currencies import money
from memberships.models import Consent, Dispute, Entitlement, Invoice, Refund, Subscription, User, Withdrawal


@dataclass(frozen=True)
class Block:
    """A table of facts: every cell is text, moments are RFC 3339 in UTC, what is not known is empty."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    @classmethod
    def of(cls, name: str, columns: str, rows: Iterable[Sequence[object]]) -> Block:
        """``columns`` are words separated by spaces; each row has a cell for every one."""
        return cls(name, columns.split(), [[_text(cell) for cell in row] for row in rows])


def payer_of(subscription: Subscription) -> User:
    """Whoever the contract is with: the person, or the owner of the team."""
    customer = subscription.customer
    payer = customer.user or (customer.team.owner if customer.team else None)
    if payer is None:
        raise ValueError(f"Customer {customer.pk} is neither a person nor a team.")
    return payer


def blocks_of(subscription: Subscription) -> list[Block]:
    payer = payer_of(subscription)
    return [
        _contract(subscription, payer),
        consents_of(Consent.objects.filter(person=payer.public_id)),
        _invoices(subscription),
        _refunds(subscription),
        _disputes(subscription),
        _withdrawals(subscription),
        _changes(subscription),
        _turns(subscription),
        _entitlements(subscription, payer),
        _sign_ins(payer),
    ]


def _contract(row: Subscription, payer: User) -> Block:
    columns = "subscription plan price billed_every person address account_opened began status ends ended card"
    price = money(*row.list_price)
    facts = (row.stripe_id, row.plan.name, price, row.plan.interval, payer.get_full_name(), payer.email_as_typed)
    moments = (payer.joined_at, row.started_at, row.status, row.cancel_at, row.ended_at, row.card_label)
    return Block.of("contract", columns, [(*facts, *moments)])


def consents_of(rows: QuerySet[Consent]) -> Block:
    columns = (
        "given words words_at_the_till plan price billed_every free_days first_charge first_amount promotion language "
        "network_address browser"
    )
    return Block.of(
        "consents",
        columns,
        [
            (
                *(row.given_at, row.words, row.words_at_the_till, row.plan_key, money(row.amount, row.currency)),
                *(row.interval, row.trial_days, row.first_charge_at),
                "" if row.first_amount is None else money(row.first_amount, row.currency),
                *(row.promotion, row.locale, row.address, row.user_agent),
            )
            for row in rows.order_by("given_at")
        ],
    )


def _invoices(subscription: Subscription) -> Block:
    rows = Invoice.objects.filter(subscription=subscription).order_by("issued_at")
    return Block.of(
        "invoices",
        "number issued status due paid from until",
        [
            (
                *(row, row.issued_at, row.status, money(row.amount_due, row.currency)),
                *(money(row.amount_paid, row.currency), row.period_starts_at, row.period_ends_at),
            )
            for row in rows
        ],
    )


def _refunds(subscription: Subscription) -> Block:
    rows = Refund.objects.filter(invoice__subscription=subscription).select_related("invoice").order_by("asked_at")
    return Block.of(
        "refunds",
        "invoice asked amount status reason credit_note",
        [
            (row.invoice, row.asked_at, money(row.amount, row.currency), row.status, row.reason, row.credit_note_number)
            for row in rows
        ],
    )


def _disputes(subscription: Subscription) -> Block:
    rows = Dispute.objects.filter(invoice__subscription=subscription).select_related("invoice").order_by("opened_at")
    return Block.of(
        "disputes",
        "invoice opened amount reason status answer_due closed",
        [
            (
                *(row.invoice, row.opened_at, money(row.amount, row.currency), row.reason),
                *(row.status, row.due_at, row.closed_at),
            )
            for row in rows
        ],
    )


def _withdrawals(subscription: Subscription) -> Block:
    rows = Withdrawal.objects.filter(subscription=subscription).order_by("declared_at")
    columns = "declared confirmed receipt_acknowledged settled state"
    return Block.of(
        "withdrawals",
        columns,
        [(row.declared_at, row.confirmed_at, row.acknowledged_at, row.settled_at, row.state) for row in rows],
    )


def _changes(subscription: Subscription) -> Block:
    """Other plans and rests the payer asked for, and new prices they were told of."""
    plans = subscription.plan_changes.select_related("from_plan", "to_plan")
    rows: list[tuple[object, ...]] = [
        (row.asked_at, "plan", row.from_plan.name, row.to_plan.name, row.begins, row.state) for row in plans
    ]
    rests = subscription.pauses.all()
    rows += [(row.asked_at, "rest", row.asked_at, row.ended_at or row.until, "", row.state) for row in rests]
    notices = subscription.price_notices.select_related("happening")
    rows += [
        (row.happening.told_at, "price", money(*row.now), money(*row.then), row.renews_at, "told")
        for row in notices
        if row.happening.told_at
    ]
    return Block.of("changes", "asked_or_told what from to begins state", sorted(rows, key=lambda row: str(row[0])))


def _turns(subscription: Subscription) -> Block:
    rows = subscription.happenings.order_by("happened_at", "id")
    return Block.of("turns", "happened what told", [(row.happened_at, row.kind, row.told_at) for row in rows])


def _entitlements(subscription: Subscription, payer: User) -> Block:
    """Every right the payer held, of this contract and otherwise: a bank asks what could be read, not why."""
    held = Q(user=payer) | Q(source_ref=subscription.stripe_id)
    rows = Entitlement.objects.filter(held).select_related("product").order_by("starts_at", "id")
    return Block.of(
        "rights_to_read",
        "product source from until revoked",
        [(row.product, row.source, row.starts_at, row.ends_at, row.revoked_at) for row in rows],
    )


def _sign_ins(payer: User) -> Block:
    """The sessions that are kept; one that ended is gone."""
    rows = UserSession.objects.filter(user=payer).order_by("created_at")
    columns = "signed_in last_seen network_address browser"
    return Block.of("sign_ins", columns, [(row.created_at, row.last_seen_at, row.ip, row.user_agent) for row in rows])


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
    return str(cell)

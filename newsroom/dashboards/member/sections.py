"""What stands on the page of a member. Each section is read only for whoever may see the lists its rows come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import get_language_bidi

from memberships import forecast, prospects, sessions
from memberships.currencies import money
from memberships.metering import signed_in, terms
from memberships.models import (
    CheckoutAttempt,
    Consent,
    Dispute,
    Entitlement,
    Invoice,
    MemberNote,
    MeteredReading,
    Refund,
    Seat,
    SignIn,
    Subscription,
    Team,
    User,
)
from memberships.pauses import months_on
from memberships.prospects import MOST_SUBSCRIPTIONS
from memberships.stripe.dashboard import address_of
from newsletters.models import Delivery, Message, Recipient, Signup, Suppression
from newsroom.dashboards.member import ahead, bars, changed

MOST_MESSAGES = 50
# Of everything else so many rows are shown; the list has the others.
MOST_ROWS = 20
MOST_RIGHTS = 100


@dataclass(frozen=True)
class Look:
    """Who is looked at, by whom and when; ``machine_at`` is the machine's time, by which sessions end."""

    user: User
    staff: User
    at: datetime
    machine_at: datetime


@dataclass(frozen=True)
class Row:
    """A line of the table of a section: what stands in it, its page at the desk and that at Stripe, empty for none."""

    subject: Any
    url: str = ""
    stripe_url: str = ""
    amount: str = ""
    act_url: str = ""


@dataclass(frozen=True)
class Section:
    """Its rows, the newest first; ``all_url`` is the list with all of them, where there may be more."""

    rows: Sequence[Any]
    all_url: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def sections_of(look: Look) -> dict[str, Section]:
    """By the names under which the template knows them."""
    return {name: read(look) for name, (permission, read) in _SECTIONS.items() if look.staff.has_perm(permission)}


def _rights(look: Look) -> Section:
    """All that was ever held, through teams too, drawn and as rows."""
    own = Entitlement.objects.filter(user=look.user)
    of_teams = Entitlement.objects.filter(team__seats__user=look.user, team__seats__accepted_at__isnull=False)
    found = (own | of_teams).distinct().select_related("product", "team").order_by("-starts_at", "-id")
    rows = list(found[:MOST_RIGHTS])
    spans = [bars.span_of(row) for row in rows]
    drawing = bars.drawing_of(spans, look.at, is_mirrored=get_language_bidi())
    return Section(rows, _all("memberships_entitlement", look.user.email), {"drawing": drawing})


def _ahead(look: Look) -> Section:
    until = months_on(look.at, forecast.REACH_MONTHS)
    known, grants = prospects.known_of(look.user), prospects.grants_of(look.user)
    gifts = prospects.gifts_of(look.user, look.at)
    return Section(ahead.months_of(forecast.forecast(known, grants, look.at, until, gifts)))


def _subscriptions(look: Look) -> Section:
    found = Subscription.objects.filter(customer__user=look.user).select_related("plan", "customer")
    rows = [
        Row(
            row,
            reverse("admin:memberships_subscription_change", args=[row.pk]),
            address_of("subscriptions", row.stripe_id),
            money(*row.next_charge),
            address_of("customers", row.customer.stripe_id),
        )
        for row in found[:MOST_SUBSCRIPTIONS]
    ]
    return Section(rows, _all("memberships_subscription", look.user.email))


def _changes(look: Look) -> Section:
    """Other plans, rests and new prices; the list is that of the plans."""
    return Section(changed.changes_of(look.user, MOST_ROWS), _all("memberships_planchange", look.user.email))


def _invoices(look: Look) -> Section:
    found = Invoice.objects.filter(customer__user=look.user).exclude(status="draft")
    may_refund = look.staff.has_perm("memberships.give_money_back")
    rows = []
    for row in found[:MOST_ROWS]:
        url = reverse("admin:memberships_invoice_change", args=[row.pk])
        refund = reverse("admin:memberships_invoice_refund", args=[row.pk])
        amount = money(row.amount_paid or row.amount_due, row.currency)
        act_url = refund if may_refund and row.amount_paid else ""
        rows.append(Row(row, url, address_of("invoices", row.stripe_id), amount, act_url))
    return Section(rows, _all("memberships_invoice", look.user.email))


def _refunds(look: Look) -> Section:
    found = Refund.objects.filter(invoice__customer__user=look.user).select_related("invoice")
    return Section(
        [
            Row(
                row,
                reverse("admin:memberships_refund_change", args=[row.pk]),
                address_of("refunds", row.stripe_id),
                money(row.amount, row.currency),
            )
            for row in found[:MOST_ROWS]
        ],
        _all("memberships_refund", look.user.email),
    )


def _disputes(look: Look) -> Section:
    found = Dispute.objects.filter(invoice__customer__user=look.user).select_related("invoice")
    return Section(
        [
            Row(
                row,
                reverse("admin:memberships_dispute_change", args=[row.pk]),
                address_of("disputes", row.stripe_id),
                money(row.amount, row.currency),
            )
            for row in found[:MOST_ROWS]
        ],
        _all("memberships_dispute", look.user.email),
    )


def _messages(look: Look) -> Section:
    """The ledger, without the texts: what signs in is shown to nobody."""
    columns = ("pk", "kind", "subject", "is_sensitive", "state", "created_at", "settled_at", "recipient")
    found = Message.objects.filter(recipient__user=look.user).only(*columns)
    return Section(list(found[:MOST_MESSAGES]), _all("newsletters_message", look.user.email))


def _editions(look: Look) -> Section:
    found = Delivery.objects.filter(recipient__user=look.user).select_related("edition__newsletter")
    return Section(list(found.order_by("-edition_on")[:MOST_ROWS]))


def _newsletters(look: Look) -> Section:
    recipient = Recipient.objects.filter(user=look.user).first()
    signups = Signup.objects.filter(recipient=recipient).select_related("newsletter")
    stopped = Suppression.objects.filter(recipient=recipient)
    facts = {"recipient": recipient, "stopped": list(stopped)}
    return Section(list(signups[:MOST_ROWS]), _all("newsletters_signup", look.user.email), facts)


def _reading(look: Look) -> Section:
    """How much of the month's allowance is used and when last; which stories, nobody here can look up."""
    allowance = terms().registered_allowance
    meter = signed_in.meter_of(look.user, allowance, look.at)
    last = MeteredReading.objects.filter(user=look.user).aggregate(last=Max("counted_at"))["last"]
    return Section([], facts={"spent": meter.spent, "allowance": allowance, "last": last})


def _sign_ins(look: Look) -> Section:
    found = SignIn.objects.filter(user=look.user)
    places = sessions.places_of(look.user, look.machine_at)
    return Section(list(found[:MOST_ROWS]), _all("memberships_signin", look.user.email), {"places": places})


def _notes(look: Look) -> Section:
    found = MemberNote.objects.filter(user=look.user).select_related("written_by")
    return Section(list(found[:MOST_ROWS]), _all("memberships_membernote", look.user.email))


def _seats(look: Look) -> Section:
    found = Seat.objects.filter(user=look.user).select_related("team").order_by("-invited_at", "-id")
    owned = list(Team.objects.filter(owner=look.user)[:MOST_ROWS])
    return Section(list(found[:MOST_ROWS]), _all("memberships_seat", look.user.email), {"owned": owned})


def _consents(look: Look) -> Section:
    found: QuerySet[Consent] = Consent.objects.filter(person=look.user.public_id)
    rows = list(found[:MOST_ROWS])
    visits = CheckoutAttempt.objects.filter(key__in=[row.visit for row in rows]).values_list("key", "state")
    states = {key: CheckoutAttempt.State(state).label for key, state in visits}
    shown = [
        Row(
            row,
            reverse("admin:memberships_consent_change", args=[row.pk]),
            amount=f"{money(row.amount, row.currency)} · {states.get(row.visit, '–')}",
        )
        for row in rows
    ]
    return Section(shown, _all("memberships_consent", look.user.email))


def _all(page: str, address: str) -> str:
    """The list of the desk, narrowed to what is of this address."""
    return f"{reverse(f'admin:{page}_changelist', query={'q': address})}"


_SECTIONS: dict[str, tuple[str, Callable[[Look], Section]]] = {
    "rights": ("memberships.view_entitlement", _rights),
    "ahead": ("memberships.view_subscription", _ahead),
    "subscriptions": ("memberships.view_subscription", _subscriptions),
    "changes": ("memberships.view_planchange", _changes),
    "invoices": ("memberships.view_invoice", _invoices),
    "refunds": ("memberships.view_refund", _refunds),
    "disputes": ("memberships.view_dispute", _disputes),
    "messages_sent": ("newsletters.view_message", _messages),
    "editions": ("newsletters.view_message", _editions),
    "newsletters": ("newsletters.view_signup", _newsletters),
    "reading": ("memberships.view_user", _reading),
    "sign_ins": ("memberships.view_signin", _sign_ins),
    "notes": ("memberships.view_membernote", _notes),
    "seats": ("memberships.view_seat", _seats),
    "consents": ("memberships.view_consent", _consents),
}

"""What this app, and the libraries it signs people in with, hold about a person."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from memberships import entitlements
from memberships.models import (
    AddressChange,
    Alert,
    AuditEntry,
    CheckoutAttempt,
    Consent,
    Customer,
    DataExport,
    Entitlement,
    Erasure,
    FeedToken,
    GiftLink,
    Inquiry,
    Invoice,
    MeteredReading,
    Refund,
    Seat,
    StudentProof,
    Subscription,
    Team,
    TrialUse,
    User,
)
from memberships.people import raw
from memberships.people.holdings import Fate, Holding, staff_act
from memberships.teams import seats

_GOES, _STAYS, _MOVES = Fate.GOES, Fate.STAYS, Fate.MOVES


def addresses_of(user: User) -> set[str]:
    """Every address that is proved to be the person's, in small letters, and the one they sign in with."""
    proved = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    changes = AddressChange.objects.filter(user=user, state=AddressChange.State.DONE)
    before = changes.values_list("old_address", flat=True)
    return {address.lower() for address in (user.email, *proved, *before)}


def sign_out_everywhere(user: User) -> None:
    """End every session of the person that is known, on all their devices."""
    known = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=list(known.values_list("session_key", flat=True))).delete()
    known.delete()


def _leave_seats(user: User, at: datetime) -> None:
    """Their seats are free again; the address an invitation went to becomes the pseudonym."""
    own = Q(user=user) | Q(email__in=addresses_of(user))
    for seat in Seat.objects.filter(own).exclude(state=Seat.State.RELEASED).select_related("team").order_by("team"):
        seats.release(seat, None, at)
    Seat.objects.filter(own).update(email=raw.pseudonym_of(user))


def _bring_seats(kept: User, gone: User, at: datetime) -> None:
    """Whoever sits in one team twice frees the seat of the account that goes."""
    held = Seat.objects.filter(user=kept, state=Seat.State.ACTIVE).values("team")
    for seat in Seat.objects.filter(user=gone, state=Seat.State.ACTIVE, team__in=held).select_related("team"):
        seats.release(seat, None, at)
    Seat.objects.filter(user=gone).update(user=kept)


def _bring_customers(kept: User, gone: User, at: datetime) -> None:
    """All their customers count. The one in use stays that of the account that stays, if Stripe knows it."""
    has_one = Customer.objects.filter(user=kept, is_in_use=True).exclude(stripe_id=None).exists()
    if has_one or not Customer.objects.filter(user=gone, is_in_use=True).exists():
        Customer.objects.filter(user=gone).update(is_in_use=False)
    else:
        Customer.objects.filter(user=kept).update(is_in_use=False)
    Customer.objects.filter(user=gone).update(user=kept)


def _bring_gifts(kept: User, gone: User, at: datetime) -> None:
    """A link goes on opening what it was given for, so of two to one story the second stays where it is."""
    given = GiftLink.objects.filter(giver=kept, revoked_at=None).values("item")
    GiftLink.objects.filter(giver=gone).exclude(item__in=given, revoked_at=None).update(giver=kept)


def _forget_visits(user: User, at: datetime) -> None:
    """What was bought stays on the record, without where they came from."""
    CheckoutAttempt.objects.filter(user=user).update(url="", return_to="")


def _forget_refund_notes(user: User, at: datetime) -> None:
    Refund.objects.filter(invoice__customer__user=user).update(note="")


def _forget_cards(user: User, at: datetime) -> None:
    Subscription.objects.filter(customer__user=user).update(card_label="", card_expires_on=None)


def _forget_addresses(user: User, at: datetime) -> None:
    """A company's question stays for the books of sales; who asked it does not."""
    asked = Inquiry.objects.filter(email__in=addresses_of(user))
    asked.update(email=raw.pseudonym_of(user), name="–", message="")
    EmailAddress.objects.filter(user=user).delete()


def _bring_addresses(kept: User, gone: User, at: datetime) -> None:
    """A confirmed address of the account that goes is one more of the account that stays."""
    EmailAddress.objects.filter(user=gone, verified=False).delete()
    EmailAddress.objects.filter(user=gone).update(user=kept, primary=False)


def _bring_proofs(kept: User, gone: User, at: datetime) -> None:
    """Somebody who studies studies in either account; of two that wait, the one of the account that stays."""
    if StudentProof.objects.filter(user=kept, state=StudentProof.State.ASKED).exists():
        StudentProof.objects.filter(user=gone, state=StudentProof.State.ASKED).delete()
    StudentProof.objects.filter(user=gone).update(user=kept)


HOLDINGS = [
    Holding(
        Entitlement, "user", entitlements.forget, entitlements.hand_over, _("Rights to read"),
        ("product__name", "source", "starts_at", "ends_at", "revoked_at", "reason"),
    ),
    Holding(Seat, "user", _leave_seats, _bring_seats, _("Seats in teams"), (
        "team__name", "email", "state", "accepted_at",
    )),
    Holding(Team, "owner", _STAYS, _MOVES, _("Teams you look after"), ("name", "seat_limit", "starts_on", "ends_on")),
    Holding(Subscription, "customer__user", _forget_cards, _STAYS, _("Subscriptions"), (
        "stripe_id", "plan__name", "status", "started_at", "period_ends_at", "cancel_at", "ended_at", "card_label",
    )),
    Holding(Invoice, "customer__user", _STAYS, _STAYS, _("Invoices"), (
        "number", "status", "amount_due", "amount_paid", "currency", "issued_at", "pdf_url",
    )),
    Holding(Refund, "invoice__customer__user", _forget_refund_notes, _STAYS, _("Refunds"), (
        "invoice__number", "amount", "currency", "status", "asked_at", "note",
    )),
    Holding(Customer, "user", _STAYS, _bring_customers, _("Customers at Stripe"), ("stripe_id", "created_at")),
    Holding(CheckoutAttempt, "user", _forget_visits, _MOVES, _("Visits to the till"), (
        "plan__name", "state", "with_trial", "created_at", "return_to",
    )),
    Holding(Consent, "person", _STAYS, _STAYS, _("Consents"), (
        "plan_key", "amount", "currency", "promotion", "first_amount", "words", "words_at_the_till", "given_at",
        "address", "user_agent",
    ), is_by_public_id=True),
    Holding(TrialUse, "user", _STAYS, _MOVES, _("Trials"), ("product__name", "subscription_ref", "began_at")),
    Holding(StudentProof, "user", _GOES, _bring_proofs, _("Proofs of studies"), (
        "how", "state", "address", "school", "asked_at", "decided_at", "reason", "starts_at", "ends_at",
    )),
    Holding(FeedToken, "user", _GOES, _MOVES, _("Feed addresses"), (
        "name", "created_at", "last_used_at", "revoked_at",
    )),
    Holding(MeteredReading, "user", _GOES, _MOVES, _("Metered readings"), (
        "month", "item", "counted_at",
    ), ("month", "item")),
    Holding(GiftLink, "giver", _GOES, _bring_gifts, _("Gifts"), (
        "item", "made_at", "ends_at", "revoked_at", "openings",
    )),
    Holding(DataExport, "user", _GOES, _GOES),
    Holding(Erasure, "user", _STAYS, _STAYS),
    Holding(User, "merged_into", _STAYS, _MOVES),
    Holding(EmailAddress, "user", _forget_addresses, _bring_addresses, _("Email addresses"), (
        "email", "verified", "primary",
    )),
    Holding(AddressChange, "user", _GOES, _MOVES, _("Changes of address"), (
        "old_address", "new_address", "state", "asked_at", "reason",
    )),
    Holding(EmailConfirmation, "email_address__user", _GOES, _STAYS),
    # A passkey holds the number of its account, and a second code generator would be one too many.
    Holding(Authenticator, "user", _GOES, _GOES, _("Ways to sign in"), ("type", "created_at", "last_used_at")),
    Holding(SocialAccount, "user", _GOES, _MOVES, _("Accounts elsewhere"), (
        "provider", "uid", "date_joined", "last_login", "extra_data",
    )),
    Holding(UserSession, "user", _GOES, _GOES, _("Devices"), ("ip", "user_agent", "created_at", "last_seen_at")),
    Holding(User.groups.through, "user", _GOES, _STAYS),
    Holding(User.user_permissions.through, "user", _GOES, _STAYS),
    staff_act(LogEntry, "user"),
    staff_act(AuditEntry, "actor"),
    staff_act(Alert, "settled_by"),
    staff_act(Refund, "asked_by"),
    staff_act(Erasure, "asked_by"),
    staff_act(DataExport, "asked_by"),
    staff_act(AddressChange, "asked_by"),
    staff_act(StudentProof, "decided_by"),
]  # fmt: skip

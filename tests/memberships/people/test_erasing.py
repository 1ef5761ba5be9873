"""Somebody is erased: Stripe first, then everything here that names them, and a kill at any line is gone on from."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import IntegrityError

from articles.models import SavedArticle
from memberships import audit, clock, gifts
from memberships.models import (
    AuditEntry,
    Consent,
    Customer,
    Dispute,
    Erasure,
    Invoice,
    MemberNote,
    StripeEvent,
    Subscription,
    TrialUse,
    User,
    Withdrawal,
)
from memberships.people import erasing, raw
from memberships.people.erasing import FORGETS_AFTER, ErasureRefused
from memberships.stripe.client import BillingError
from memberships.teams import seats
from newsletters import messages
from newsletters.models import Message, Recipient, Signup
from newsletters.recipients import recipient_of
from tests.factories.articles import make_article
from tests.memberships.builders import DAY, NOW, person, pro, subscription, team
from tests.memberships.conftest import begin_trial, deliver_all, holds_pro
from tests.memberships.vouchers.giving import paid
from tests.newsletters.builders import newsletter

pytestmark = pytest.mark.django_db
ADDRESS = "Zeynep.Quay@example.org"


def someone(**fields: object) -> User:
    user = person(ADDRESS, name="Zeynep Kaya", **fields)
    recipient = recipient_of(user, NOW)
    Signup.objects.create(
        recipient=recipient, newsletter=newsletter(), state="confirmed", requested_at=NOW, confirmed_at=NOW
    )
    messages.welcome(user, NOW)
    SavedArticle.objects.create(user=user, article=make_article(), saved_at=NOW)
    gifts.give(user, pro(), NOW + 30 * DAY, "Zeynep wrote to us", person(is_staff=True), NOW)
    MemberNote.objects.create(user=user, text="Zeynep rang.", written_by=person(is_staff=True), written_at=NOW)
    paid(buyer=user, buyer_name="Zeynep Kaya", buyer_email=ADDRESS, message="From Zeynep")
    paid(recipient_name="Zeynep", recipient_email=ADDRESS, deliver_at=NOW)
    Withdrawal.objects.create(name="Zeynep Kaya", email=ADDRESS, language="en", declared_at=NOW)
    return user


def everywhere(*words: str) -> list[str]:
    """Every table in which one of the words stands, in whatever column."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS r WHERE to_jsonb(r)::text ILIKE ANY(%s)',  # noqa: S608 - our own tables
                [[f"%{w}%" for w in words]],
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_erased_member_stands_nowhere_and_what_the_law_keeps_is_there(local_stripe):
    user = someone()
    begin_trial(local_stripe, user)
    customer_id = Customer.objects.get(user=user).stripe_id
    row = Subscription.objects.get(customer__user=user)
    row.invoices.update(status="paid")
    local_stripe.wire.wait_for("checkout.session.completed")
    deliver_all(local_stripe)
    assert everywhere(ADDRESS)

    at = clock.now()
    erasing.ask(user, None, "", at)
    erasing.go_on(at)
    user.refresh_from_db()
    assert not user.is_active
    assert user.email == ADDRESS.lower()
    assert Subscription.objects.get().status == "canceled"
    local_stripe.wire.wait_for("customer.deleted", lambda subject: subject["id"] == customer_id)

    assert erasing.go_on(at + FORGETS_AFTER) == 1
    deliver_all(local_stripe)
    erasing.empty_what_comes_late(at + DAY)

    assert everywhere(ADDRESS, "Zeynep") == []
    assert not holds_pro(user, at + FORGETS_AFTER)
    user.refresh_from_db()
    row.refresh_from_db()
    assert (user.email, user.name, user.has_usable_password()) == (raw.pseudonym_of(user), "", False)
    assert (row.status, row.customer.stripe_id, row.card_label) == ("canceled", None, "")
    assert Consent.objects.filter(person=user.public_id).exists()
    assert Invoice.objects.filter(customer__user=user).exists()
    assert TrialUse.objects.get(user=user).card_hash
    assert not StripeEvent.objects.filter(state=StripeEvent.State.PARKED).exists()
    assert not SavedArticle.objects.filter(user=user).exists()
    deleted = local_stripe.api("GET", f"customers/{customer_id}")
    assert deleted.get("deleted") is True


def test_erasure_goes_on_from_wherever_it_was_killed(local_stripe, monkeypatch):
    user = someone()
    begin_trial(local_stripe, user)
    at = clock.now()
    erasing.ask(user, None, "", at)
    assert erasing.ask(user, None, "", at + DAY) == Erasure.objects.get()
    later = at + FORGETS_AFTER

    for name, where in (("end", erasing.changes), ("delete_customer", erasing.tills), ("empty_events", erasing.raw)):
        with monkeypatch.context() as patch:
            patch.setattr(where, name, _away)
            erasing.go_on(later)
        assert everywhere(ADDRESS)
        assert Erasure.objects.get().done_at is None
        assert "away" in Erasure.objects.get().error

    assert erasing.go_on(later) == 1
    assert erasing.go_on(later) == 0
    assert everywhere(ADDRESS, "Zeynep") == []


def _away(*_args: object, **_more: object) -> None:
    raise BillingError("Stripe is away.")


def test_money_under_way_teams_and_colleagues_are_refused_with_a_sentence():
    disputed, owner, colleague = person(), person(), person(is_staff=True)
    paid = subscription(disputed)
    invoice = Invoice.objects.create(
        customer=paid.customer, subscription=paid, stripe_id="in_1", status="paid", currency="usd", amount_due=1,
        amount_paid=1, issued_at=NOW, synced_at=NOW,
    )  # fmt: skip
    Dispute.objects.create(
        invoice=invoice,
        stripe_id="dp_1",
        status="needs_response",
        amount=1,
        currency="usd",
        opened_at=NOW,
        synced_at=NOW,
    )
    team(owner)
    for user, said in ((disputed, "disputes"), (owner, "team"), (colleague, "works here")):
        with pytest.raises(ErasureRefused, match=said):
            erasing.ask(user, None, "", NOW)
        user.refresh_from_db()
        assert user.is_active
    assert not Erasure.objects.exists()


def test_seat_of_an_erased_reader_is_free_and_names_nobody():
    user, room = someone(), team()
    seats.invite(room, [user.email], None, NOW)
    at = NOW
    erasing.ask(user, None, "", at)
    erasing.go_on(at + FORGETS_AFTER)
    seat = room.seats.get()
    assert (seat.state, seat.email) == ("released", raw.pseudonym_of(user))
    assert everywhere(ADDRESS) == []


def test_message_that_comes_after_an_erasure_is_written_to_nobody():
    user = someone()
    erasing.ask(user, None, "", NOW)
    erasing.go_on(NOW + FORGETS_AFTER)
    user.refresh_from_db()
    late = messages.welcome(user, NOW + DAY)
    assert late.recipient.email == raw.pseudonym_of(user)
    assert late.recipient.suppressions.filter(stream=late.stream).exists()
    assert Recipient.objects.count() == 1
    assert Message.objects.count() == 1


def test_address_that_was_never_proved_is_not_erased_for_somebody_else():
    victim, thief = someone(), person(is_confirmed=False)
    thief.emailaddress_set.create(email=victim.email, verified=False)
    erasing.ask(thief, None, "", NOW)
    erasing.go_on(NOW + FORGETS_AFTER)
    assert Recipient.objects.get(user=victim).email == victim.email


@pytest.mark.parametrize(
    "change",
    [
        {"verb": "nothing happened"},
        {"actor_label": "somebody.else@example.org"},
        {"details": {}},
        {"subject_label": "erased"},
    ],
)
def test_audit_log_lets_nothing_through_its_door_but_the_pseudonym(change):
    user = person()
    entry = audit.record("x", actor=user, subject_kind="user", subject_id=1, subject_label="a", at=NOW, why="b")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(actor_label=raw.pseudonym_of(user))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('memberships.erased', %s, true)", [raw.pseudonym_of(user)])
    AuditEntry.objects.filter(pk=entry.pk).update(actor_label=raw.pseudonym_of(user))
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(**change)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).delete()

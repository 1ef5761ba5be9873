"""Everything about one member on one page: for whom it is, what it costs, what it shows and what it does not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.models import HistoryEntry, NotedReading
from articles.reading_log import keys
from memberships import clock, consents, entitlements, gifts, notes, sign_ins
from memberships.consents import Press
from memberships.entitlements import Origin
from memberships.models import (
    AuditEntry,
    CheckoutAttempt,
    Customer,
    Entitlement,
    Invoice,
    MemberNote,
    MeteredReading,
    Pause,
    PlanChange,
    Refund,
    Seat,
    SignIn,
    User,
)
from memberships.stripe import dashboard
from memberships.teams import contracts
from newsletters import messages
from newsletters.models import Newsletter, Recipient, Signup
from tests.factories.articles import make_article
from tests.memberships.browsing import invoices, text
from tests.memberships.builders import DAY, person, plan, pro, subscription, team
from tests.memberships.desk.acting import at_the_desk

pytestmark = pytest.mark.django_db


def page_of(user: User) -> str:
    return reverse("admin:member", args=[user.pk])


def full(number: int = 2) -> User:
    """A member with so many of everything."""
    user, at = person(name="Nour"), clock.now()
    row = subscription(user, started_at=at - 30 * DAY, period_ends_at=at + 20 * DAY, card_label="Visa 4242")
    invoices(user, number)
    newsletter = Newsletter.objects.create(
        slug=f"daily-{user.pk}", name="Daily", from_name="The Corniche", send_at="07:00"
    )
    recipient = messages.welcome(user, at).recipient
    Signup.objects.create(
        recipient=recipient, newsletter=newsletter, state="confirmed", requested_at=at, confirmed_at=at
    )
    for each in range(number):
        origin = Origin(Entitlement.Source.COMP, f"{user.pk} {each}")
        entitlements.grant(
            user, pro(), origin, starts_at=at, until=at + 9 * DAY, at=at - (each + 1) * 50 * DAY, reason="x"
        )
        bill = Invoice.objects.filter(customer=row.customer)[each]
        Refund.objects.create(
            invoice=bill, payment_ref="pi", stripe_id=f"re_{user.pk}_{each}", status="succeeded", amount=100,
            currency="usd", asked_at=at,
        )  # fmt: skip
        PlanChange.objects.create(
            subscription=row, from_plan=plan("month", name="Monthly"), to_plan=plan(), begins="now", amount=1,
            currency="usd", counted_from=at, asked_at=at, state="done", settled_at=at,
        )  # fmt: skip
        Pause.objects.create(
            subscription=row, months=2, state="done", asked_at=at, until=at + 60 * DAY, ended_at=at + 60 * DAY
        )
        room = team()
        contracts.settle(room, at)
        Seat.objects.create(
            team=room, email=user.email, user=user, state="active", invited_at=at, expires_at=at, accepted_at=at
        )
        sign_ins.record(user, SignIn.Way.CODE, "203.0.113.9", "Firefox on Windows", at - each * DAY)
        notes.write(user, f"Rang about the {each}th bill.", person(is_staff=True), at)
        visit = CheckoutAttempt.objects.create(
            user=user, plan=plan(), state="completed", created_at=at, expires_at=at + DAY
        )
        consents.record(visit, Press("I agree", "en", at), "Pay")
    return user


def test_it_shows_everything_to_support(client):
    at_the_desk(client, "Support")
    user = full()

    page = text(client.get(page_of(user)))

    for words in (
        *("Your membership renews on", "Visa 4242", "$300.00 is charged", "Mail: renewal is ahead"),
        *("At Stripe", "Give money back", "Refunds", "Welcome", "Daily", "Quay", "Firefox on Windows"),
        *(
            "203.0.113.0/24",
            "Monthly ($300.00) → ",
            "Rest of 2 months",
            "Rang about the 1th bill.",
            "0 of 10",
            "Off: nothing is kept.",
            "pro_annual",
        ),
    ):
        assert words in page, words
    assert "203.0.113.9" not in page
    assert 'class="is-comp"' in page
    assert "style=" not in page.partition('<div class="member">')[2].partition("</main>")[0]


def test_it_costs_the_same_however_much_there_is(client, django_assert_num_queries):
    at_the_desk(client, "Support")
    few, many = full(1), full(4)
    client.get(page_of(few))
    with CaptureQueriesContext(connection) as first:
        client.get(page_of(few))

    with django_assert_num_queries(len(first)):
        client.get(page_of(many))
    assert len(first) <= 45


def test_it_is_for_whoever_may_see_accounts_and_each_part_for_whoever_may_see_its_list(client):
    user = full()
    client.force_login(person())
    assert client.get(page_of(user)).status_code == 302
    at_the_desk(client, "Journalist")
    assert client.get(page_of(user)).status_code == 403
    assert client.post(reverse("admin:member_note", args=[user.pk]), {"text": "x"}).status_code == 403
    assert client.post(reverse("admin:member_sign_out", args=[user.pk]), {"reason": "x"}).status_code == 403

    staff = at_the_desk(client, "Support")
    group = Group.objects.get(name="Support")
    staff.user_permissions.add(group.permissions.get(codename="view_user"))
    staff.groups.clear()
    page = text(client.get(page_of(user)))
    assert "Off: nothing is kept." in page
    for words in ("At Stripe", "Rang about", "203.0.113.0/24", "Welcome", "Rights to read", "$300.00"):
        assert words not in page.partition('<div class="member">')[2], words


def test_what_they_read_is_shown_to_nobody(client):
    """docs/decisions/0007 and 0012: the history is its reader's, and nothing is looked up in the log."""
    at_the_desk(client, "Operator", is_superuser=True)
    user, at = person(), clock.now()
    kept, noted = make_article("What was kept"), make_article("What was noted")
    metered = make_article("What was metered", access="metered")
    User.objects.filter(pk=user.pk).update(history_since=at)
    HistoryEntry.objects.create(user=user, article=kept, last_read_at=at)
    NotedReading.objects.create(pk=keys.key_at(at), at=at, article=noted, user=user)
    month = at.date().replace(day=1)
    MeteredReading.objects.create(user=user, month=month, item=metered.public_id, counted_at=at)

    page = text(client.get(page_of(user)))

    assert "1 of 10" in page
    assert "only they see it" in page
    for article in (kept, noted, metered):
        assert article.headline not in page
        assert article.slug not in page


def test_a_note_is_dated_signed_and_changed_by_nobody(client):
    support, user = at_the_desk(client, "Support"), person()
    address = reverse("admin:member_note", args=[user.pk])

    assert client.post(address, {"text": "  "}).status_code == 422
    assert "Noted." in text(client.post(address, {"text": "Wants a printed bill."}, follow=True))

    note = MemberNote.objects.get()
    assert (note.user, note.written_by, note.text) == (user, support, "Wants a printed bill.")
    with pytest.raises(DatabaseError), transaction.atomic():
        MemberNote.objects.update(text="Wants none.")
    assert "printed" not in str(AuditEntry.objects.get(verb="note written").details)
    assert client.post(reverse("admin:memberships_membernote_change", args=[note.pk]), {}).status_code == 403


def test_staff_sign_somebody_out_with_a_reason_and_colleagues_only_as_operator(client):
    at_the_desk(client, "Support")
    user, colleague = person(), person(is_staff=True)

    def address(who: User) -> str:
        return reverse("admin:member_sign_out", args=[who.pk])

    assert client.post(address(user), {"reason": ""}).status_code == 422
    assert client.post(address(colleague), {"reason": "x"}).status_code == 403
    assert client.post(address(user), {"reason": "Lost telephone"}).status_code == 302
    assert AuditEntry.objects.get(verb="signed out everywhere").details["reason"] == "Lost telephone"


def test_the_account_and_the_search_lead_to_it(client):
    at_the_desk(client, "Support")
    user = person()
    listed = text(client.get(reverse("admin:memberships_user_changelist"), {"q": user.email}))
    link = re.search(r'href="([^"]*/all/?)"', listed)
    assert link
    assert client.get(link[1]).url == page_of(user)


def test_it_leads_to_stripe_in_the_mode_of_the_key_and_to_the_stand_in(settings):
    settings.STRIPE_API_BASE = None
    settings.STRIPE_SECRET_KEY = "rk_live_1"
    assert dashboard.address_of("subscriptions", "sub_1") == "https://dashboard.stripe.com/subscriptions/sub_1"
    settings.STRIPE_SECRET_KEY = "sk_test_1"
    assert dashboard.address_of("customers", "cus_1") == "https://dashboard.stripe.com/test/customers/cus_1"
    assert dashboard.address_of("refunds", None) == ""
    settings.STRIPE_API_BASE = "http://127.0.0.1:1"
    assert dashboard.address_of("invoices", "in_1") == "http://127.0.0.1:1/_stand_in/"


def test_bars_run_from_right_to_left_where_the_page_does(client):
    staff = at_the_desk(client, "Support")
    User.objects.filter(pk=staff.pk).update(language="ar")
    user, at = person(), clock.now()
    gifts.give(user, pro(), at + 300 * DAY, "x", staff, at - 60 * DAY)

    def bar(language: str) -> tuple[float, float]:
        page = text(client.get(page_of(user), {"language": language}))
        found = re.search(r'<rect class="is-comp" x="([\d.]+)" y="34" width="([\d.]+)"', page)
        assert found, page[:300]
        return float(found[1]), float(found[2])

    (left, width), (mirrored, same) = bar("en"), bar("ar")
    assert width == pytest.approx(same, abs=0.2)
    assert mirrored == pytest.approx(640 - left - width, abs=0.2)


def test_what_they_could_read_at_a_moment_counts_the_seats_of_then(client):
    at_the_desk(client, "Support")
    user, at = person(), clock.now()
    memo, room = make_article(kind="memo"), team(starts_on=(at - 30 * DAY).date(), ends_on=(at + 90 * DAY).date())
    contracts.settle(room, at - 20 * DAY)
    Seat.objects.create(
        team=room, email=user.email, user=user, state="released", invited_at=at - 9 * DAY, expires_at=at,
        accepted_at=at - 8 * DAY, released_at=at - 2 * DAY,
    )  # fmt: skip

    def answer(moment) -> str:
        asked = {"person": user.pk, "story": memo.get_absolute_url(), "as_of": f"{moment:%Y-%m-%dT%H:%M}"}
        return text(client.get(reverse("admin:articles_accessrule_receipt"), asked))

    assert "Open: they held a right" in answer(at - 5 * DAY)
    assert "Closed: it asks for a product" in answer(at - timedelta(hours=20))
    assert "There is no story at this address" in text(
        client.get(reverse("admin:articles_accessrule_receipt"), {"person": user.pk, "story": "x", "as_of": "x"})
    )


def test_somebody_nobody_knows_anything_of_has_a_page(client):
    at_the_desk(client, "Support")
    user = person()
    page = text(client.get(page_of(user)))
    assert "You have a free account." in page
    assert "Nothing is ahead of them." in page
    assert client.get(reverse("admin:member", args=[10**9])).status_code == 404
    assert not Recipient.objects.filter(user=user).exists()
    assert not Customer.objects.filter(user=user).exists()

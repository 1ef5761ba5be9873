from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
import requests
from django.core.management import call_command
from django.urls import reverse

from memberships import clock
from memberships.models import Customer, Invoice, Subscription
from memberships.vouchers import links
from tests.memberships.browsing import FRAME, invoices, member, text
from tests.memberships.builders import DAY, person, team
from tests.memberships.conftest import begin_trial, deliver_all
from tests.memberships.vouchers.giving import paid

pytestmark = pytest.mark.django_db


def test_the_overview_costs_the_same_however_much_there_is(client, django_assert_num_queries):
    user = member(client)
    client.get(reverse("account"))
    with django_assert_num_queries(FRAME + 6):  # Subscriptions, gifts claimed, disputes, teams, seats, gifts given.
        client.get(reverse("account"))

    team(user), team(user)
    invoices(user, 5)
    for name in ("Rana", "Sami"):
        paid(buyer=user, recipient_name=name)
    with django_assert_num_queries(FRAME + 6):
        client.get(reverse("account"))


def test_the_gifts_somebody_paid_lead_to_where_they_are_managed(client):
    user = member(client)
    given, as_guest, others = paid(buyer=user)[0], paid(buyer_email=user.email.upper())[0], paid(buyer=person())[0]
    page = client.get(reverse("account")).content.decode()

    for gift in (given, as_guest):
        assert reverse("voucher_bought", args=[links.buyer_token(gift)]) in page
    assert links.buyer_token(others) not in page
    assert "not claimed yet" in page or "We deliver it to" in page
    assert "Gifts you gave" in page


def test_the_membership_page_costs_the_same_however_many_invoices_there_are(client, django_assert_num_queries):
    user = member(client)
    invoices(user, 1)
    client.get(reverse("account_membership"))
    with django_assert_num_queries(FRAME + 6):  # Subscriptions, gifts, disputes, seats, invoices, refunds.
        client.get(reverse("account_membership"))

    invoices_before = Invoice.objects.count()
    Invoice.objects.all().delete()
    invoices(user, invoices_before + 20)
    with django_assert_num_queries(FRAME + 6):
        client.get(reverse("account_membership"))


def test_looking_at_the_cancel_page_cancels_nothing(client):
    user = member(client)

    page = text(client.get(reverse("account_cancel")))

    assert "Nothing is charged after that." in page
    assert Subscription.objects.get(customer__user=user).cancel_at is None


@pytest.mark.parametrize("name", ["account_resume", "account_portal"])
def test_what_changes_something_wants_a_button(client, name):
    member(client)

    assert client.get(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", ["account_cancel", "account_resume"])
def test_without_a_membership_there_is_nothing_to_change(client, name):
    client.force_login(person())

    answer = client.post(reverse(name), follow=True)

    assert answer.redirect_chain == [(reverse("account_membership"), 302)]
    assert "This is where you stand" in text(answer)


def test_cancelling_and_taking_it_back_takes_two_clicks_and_one(client, local_stripe):

    user = person()
    begin_trial(local_stripe, user)
    client.force_login(user)
    assert reverse("account_cancel") in text(client.get(reverse("account_membership")))

    cancelled = text(client.post(reverse("account_cancel"), follow=True))
    kept = text(client.post(reverse("account_resume"), follow=True))

    assert "Nothing will be charged." in cancelled
    assert "Keep my membership" in cancelled
    assert "Your membership goes on." in kept


def test_when_stripe_is_away_nothing_is_cancelled_and_the_page_says_so(client, local_stripe, settings):
    user = member(client)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    page = text(client.post(reverse("account_cancel"), follow=True))

    assert "does not answer just now. Nothing was changed" in page
    assert Subscription.objects.get(customer__user=user).cancel_at is None


def test_the_portal_opens_at_stripe(client, local_stripe):

    user = person()
    begin_trial(local_stripe, user)
    call_command("stripe_sync_catalogue", stdout=StringIO())
    client.force_login(user)

    answer = client.post(reverse("account_portal"))

    assert answer.status_code == 303
    assert answer.url.startswith(local_stripe.base)


def test_the_portal_is_that_of_the_customer_whose_membership_runs(client, local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    call_command("stripe_sync_catalogue", stdout=StringIO())
    Customer.objects.filter(user=user).update(is_in_use=False)
    Customer.objects.create(user=user, created_at=clock.now())
    client.force_login(user)

    answer = client.post(reverse("account_portal"))

    assert answer.status_code == 303, "the customer that is in use has no page at Stripe yet"


def test_the_card_stands_on_a_line_of_its_own_with_its_expiry(client):
    member(client, card_label="Visa 4242", card_expires_on=clock.now().date().replace(year=2034, month=12, day=31))

    page = text(client.get(reverse("account_membership")))

    assert "Visa 4242" in page
    assert "Expires at the end of December 2034" in page
    assert "Change the card" in page


def test_a_card_that_has_expired_is_called_so(client):
    member(client, card_label="Visa 4242", card_expires_on=clock.now().date() - DAY)

    assert "Expired at the end of" in text(client.get(reverse("account_membership")))


def test_every_invoice_has_its_pdf(client):
    user = member(client)
    invoices(user, 2)
    Invoice.objects.update(pdf_url="https://pay.example/i.pdf")

    assert text(client.get(reverse("account_membership"))).count('href="https://pay.example/i.pdf"') == 2


def test_the_button_for_the_card_asks_for_it_at_once_and_comes_back(client, local_stripe, settings):
    user = person()
    begin_trial(local_stripe, user)
    call_command("stripe_sync_catalogue", stdout=StringIO())
    client.force_login(user)
    address = client.post(reverse("account_portal"), {"to": "card"}).url

    asked = requests.get(address, timeout=20)
    typed = {"card-number": "5555 5555 5555 4444", "card-expiry": "11 / 33", "card-cvc": "123", "card-name": "Ada"}
    answer = requests.post(f"{address}/card", data=typed, allow_redirects=False, timeout=20)

    assert "card-number" in asked.text
    assert answer.headers["Location"] == f"{settings.SITE_URL}{reverse('account_membership')}"
    local_stripe.wire.wait_for("customer.subscription.updated")
    deliver_all(local_stripe)
    row = Subscription.objects.get(customer__user=user)
    assert (row.card_label, row.card_expires_on) == ("Mastercard 4444", date(2033, 11, 30))


def test_without_a_payment_account_the_portal_says_so(client):
    client.force_login(person())

    assert "There is no payment account for you yet" in text(client.post(reverse("account_portal"), follow=True))
    assert not Customer.objects.exists()

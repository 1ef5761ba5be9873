"""One thing in several currencies: chosen by a link, kept to, and exact to the digit from the page to the invoice."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from memberships import clock
from memberships.models import CheckoutAttempt, Invoice, Plan
from memberships.stripe.checkout import CheckoutRefused, complete_checkout, start_checkout
from newsletters.models import Message
from tests.memberships.browsing import text
from tests.memberships.builders import person, plan, subscription
from tests.memberships.stripe.paying import of, payer_of

pytestmark = pytest.mark.django_db


def sold_in(currency: str, amount: int) -> Plan:
    fields = {"name": "PRO", "amount": amount, "currency": currency, "trial_days": 0}
    return plan(f"pro_{currency}", position=int(currency != "usd"), **fields)


@pytest.mark.parametrize(
    ("currency", "amount", "total", "monthly"),
    [
        ("kwd", 92_500, "KWD 92.500", "KWD 7.708"),
        ("jod", 212_760, "JOD 212.760", "JOD 17.730"),
        ("jpy", 45_000, "¥45,000", "¥3,750"),
    ],
)
def test_a_currency_without_cents_is_exact_through_the_whole_flow(
    client, local_stripe, django_capture_on_commit_callbacks, currency, amount, total, monthly
):
    sold_in("usd", 30000), sold_in(currency, amount)
    user = person()
    client.force_login(user)

    offer = text(client.get(f"{reverse('pro')}?currency={currency}")).replace("\N{NO-BREAK SPACE}", " ")
    assert f"{monthly} a month, billed annually" in offer
    assert f"{total} a year" in offer
    terms = re.search(r'name="terms" value="([^"]+)"', offer)[1]
    till = client.post(reverse("account_start", args=[f"pro_{currency}"]), {"terms": terms})
    assert till.status_code == 303
    attempt = CheckoutAttempt.objects.get(user=user)
    with django_capture_on_commit_callbacks(execute=True):
        complete_checkout(user, local_stripe.pay(attempt.url), clock.now())

    invoice = Invoice.objects.get(customer__user=user)
    assert (invoice.amount_paid, invoice.currency) == (amount, currency)
    receipt = Message.objects.get(kind="payment_receipt").text.replace("\N{NO-BREAK SPACE}", " ")
    assert total in receipt
    assert total in text(client.get(reverse("account_membership"))).replace("\N{NO-BREAK SPACE}", " ")


def test_the_currency_is_chosen_by_a_link_and_nothing_is_kept_in_the_browser(client):
    sold_in("usd", 30000), sold_in("eur", 27600)
    usual, chosen = client.get(reverse("pro")), client.get(f"{reverse('pro')}?currency=eur&plan=pro_usd")
    assert '<a href="?currency=eur#start" title="Euro">EUR</a>' in text(usual)
    assert 'title="US Dollar" aria-current="true">USD</a>' in text(usual)
    assert "/account/start/pro_eur/" in text(chosen)
    assert "$300.00" not in text(chosen)
    assert "/account/start/pro_usd/" in text(client.get(f"{reverse('pro')}?currency=xyz"))
    assert {"currency"} & set(chosen.cookies) == set()


def test_who_pays_in_one_currency_is_sold_and_shown_that_one_alone(client):
    sold_in("usd", 30000)
    euros = sold_in("eur", 27600)
    user = person()
    subscription(user, plan=euros, status="canceled")
    client.force_login(user)

    page = text(client.get(f"{reverse('pro')}?currency=usd"))
    assert "/account/start/pro_eur/" in page
    assert "currency=usd" not in page
    refused = client.post(reverse("account_start", args=["pro_usd"]), follow=True)
    assert "You have paid in Euro before" in text(refused)
    with pytest.raises(CheckoutRefused, match="You have paid in Euro before"):
        start_checkout(user, Plan.objects.get(lookup_key="pro_usd"), clock.now(), "")
    assert not CheckoutAttempt.objects.exists()


def test_a_running_membership_is_charged_on_in_its_own_currency(local_stripe):
    sold_in("usd", 30000)
    user = payer_of(local_stripe, sold_in("eur", 27600))
    assert (of(user).next_charge.amount, of(user).next_charge.currency) == (27600, "eur")

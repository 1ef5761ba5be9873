from __future__ import annotations

import pytest

from memberships import clock, selling
from memberships.models import AuditEntry, Plan
from memberships.offers import offer_for
from memberships.remembered import forget_all
from tests.memberships.browsing import text
from tests.memberships.builders import person, plan, pro, subscription
from tests.memberships.desk.acting import address, at_the_desk

pytestmark = pytest.mark.django_db


def form(**changes: str) -> dict[str, str]:
    """A new plan as the desk's page sends it."""
    fields = {"product": str(pro().pk), "name": "PRO, monthly", "audience": "person", "is_offered": "on"}
    fields |= {"position": "1", "amount": "25.00", "currency": "usd", "interval": "month", "trial_days": "7"}
    return {**fields, "lookup_key": "pro_monthly", "countries": "", "domains": "", **changes}


def add(client, **changes: str):
    at_the_desk(client, "Operator")
    return client.post(address("plan", "add"), form(**changes))


@pytest.mark.parametrize(
    ("amount", "currency", "kept"),
    [
        ("25.00", "USD", 2500),
        ("2500", "jpy", 2500),
        ("1.250", "kwd", 1250),
        ("450000", "lbp", 45000000),
        ("5", "isk", 500),
    ],
)
def test_a_price_is_typed_as_people_write_it(client, amount, currency, kept):
    assert add(client, amount=amount, currency=currency).status_code == 302
    made = Plan.objects.get(lookup_key="pro_monthly")
    assert (made.amount, made.currency) == (kept, currency.lower())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount": "25,00"}, "Write the amount as a number, such as 25.00."),
        ({"amount": "0"}, "An amount is more than zero."),
        ({"amount": "25.005"}, "An amount in USD has at most two digits after the point."),
        ({"amount": "5.5", "currency": "jpy"}, "An amount in JPY has no digits after the point."),
        ({"amount": "9999999999"}, "$999,999.99 at most."),
        ({"currency": "zzz"}, "“zzz” is no currency."),
        ({"currency": ""}, "This field is required."),
        ({"countries": "ZZ"}, "“ZZ” is no country."),
        ({"audience": "student"}, "Name the domains of a student price; other prices have none."),
        ({"domains": "aub.edu.lb"}, "Name the domains of a student price; other prices have none."),
        ({"audience": "student", "domains": "not a domain"}, "“not a domain” is not a domain."),
    ],
)
def test_what_is_no_price_is_refused_with_a_sentence(client, changes, sentence):
    page = add(client, **changes)
    assert page.status_code == 200
    assert sentence in text(page)
    assert not Plan.objects.exists()


def test_the_page_shows_the_price_as_it_was_typed(client):
    at_the_desk(client, "Operator")
    made = plan("pro_kw", amount=1250, currency="kwd")
    assert 'value="1.250"' in client.get(address("plan", "change", made.pk)).content.decode()
    made.stripe_id = "price_1"
    made.save()
    page = client.get(address("plan", "change", made.pk))
    assert "KWD 1.250" in text(page).replace("\N{NO-BREAK SPACE}", " ")
    assert 'name="amount"' not in page.content.decode()


def test_the_domains_of_a_student_price_at_stripe_are_not_emptied(client):
    at_the_desk(client, "Operator")
    sold = plan("pro_student", audience="student", domains="aub.edu.lb", stripe_id="price_1")
    page = client.post(address("plan", "change", sold.pk), form(domains=""))
    assert "Name the domains of a student price" in text(page)


def test_the_list_says_how_many_still_pay_a_price(client):
    at_the_desk(client, "Operator")
    old = plan("pro_old", is_offered=False)
    for status in ("active", "trialing", "past_due", "canceled", "incomplete_expired"):
        subscription(person(), plan=old, status=status)
    page = client.get(address("plan", "changelist")).content.decode()
    assert f'<a href="/admin/memberships/subscription/?plan__id__exact={old.pk}">3</a>' in page


def test_an_archived_plan_is_sold_no_more_until_it_is_brought_back_and_offered(client):
    at_the_desk(client, "Operator")
    sold = plan()
    assert "closes its price at Stripe" in text(client.get(address("plan", "archive", sold.pk)))
    assert Plan.objects.get().archived_at is None

    client.post(address("plan", "archive", sold.pk))
    forget_all()
    archived = Plan.objects.get()
    assert (archived.is_offered, archived.archived_at is None) == (False, False)
    assert offer_for(person(), clock.now()).plan is None

    refused = client.post(address("plan", "change", sold.pk), form(lookup_key="pro_annual"))
    assert "It is archived: bring it back before it is offered again." in text(refused)

    client.post(address("plan", "bring_back", sold.pk))
    assert Plan.objects.get().archived_at is None
    assert sorted(AuditEntry.objects.values_list("verb", flat=True)) == ["plan archived", "plan brought back"]


def test_archiving_needs_the_right_to_change_plans(client):
    sold = plan()
    at_the_desk(client, "Support")
    client.post(address("plan", "archive", sold.pk))
    assert Plan.objects.get().archived_at is None


def test_archiving_again_keeps_the_first_moment():
    sold, at = plan(), clock.now()
    selling.archive(sold, at)
    selling.archive(sold, clock.now())
    assert Plan.objects.get().archived_at == at

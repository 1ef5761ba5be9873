from __future__ import annotations

import csv
import io
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from memberships.metrics import recurring, revenue
from memberships.models import CheckoutAttempt, Invoice, Refund
from tests.memberships.browsing import text
from tests.memberships.builders import DAY, NOW, person, plan, subscription
from tests.memberships.desk.acting import at_the_desk

pytestmark = pytest.mark.django_db
NUMBERS = "/admin/numbers/"
WHOLE = {"first": "2026-01-01", "last": "2026-12-31"}
STORY = UUID(int=7)


def pays(at=NOW, *, currency="usd", total=30_000, country="LB", came="", **fields):
    """Somebody whose invoice was paid at the moment."""
    sold = plan(f"pro_{currency}", currency=currency)
    row = subscription(person(), plan=sold, started_at=at, **fields)
    bill = Invoice.objects.create(
        customer=row.customer, subscription=row, plan=sold, country=country, stripe_id=f"in_{row.pk}", status="paid",
        currency=currency, amount_due=total, amount_paid=total, total=total, issued_at=at, paid_at=at, synced_at=at,
    )  # fmt: skip
    if came:
        CheckoutAttempt.objects.create(
            user=row.customer.user, plan=sold, state="completed", subscription=row, last_source=came,
            last_article=STORY, first_source="social", first_article=STORY, created_at=at, expires_at=at,
        )  # fmt: skip
    recurring.note(row, at)
    return bill


def written() -> None:
    revenue.rebuild()


@pytest.fixture
def _a_year():
    """Three in dollars, of whom one left and one got a part back; one in euros."""
    first = pays(NOW - 60 * DAY, came="search", trial_ends_at=NOW - 60 * DAY)
    left = pays(NOW - 30 * DAY, country="FR", came="newsletter", trial_ends_at=NOW - 30 * DAY)
    pays(NOW, total=24_000, period_amount=24_000)
    pays(NOW, currency="eur", total=9_900, period_amount=9_900)
    row = left.subscription
    row.status, row.ended_at, row.end_reason = "canceled", NOW, "payment_failed"
    row.save()
    recurring.note(row, NOW)
    Refund.objects.create(
        invoice=first,
        stripe_id="re_1",
        payment_ref="pi",
        status="succeeded",
        amount=1_234,
        currency="usd",
        asked_at=NOW,
    )
    written()


def of_csv(client, key, **query) -> list[list[str]]:
    answer = client.get(f"{NUMBERS}{key}.csv", {**WHOLE, **query})
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.usefixtures("_a_year")
def test_every_figure_leads_to_the_rows_that_come_to_it(client):
    at_the_desk(client, "Operator")
    page = client.get(NUMBERS, WHOLE)
    assert page.status_code == 200
    cells = re.findall(r'<td><a href="([^"]+)"><bdi>([^<]+)</bdi>', page.content.decode())
    assert len(cells) > 30
    checked = 0
    for url, shown in {(unescape(url), unescape(shown)) for url, shown in cells}:
        listed = client.get(url)
        assert listed.status_code == 200, url
        assert "e=1" not in parse_qs(urlsplit(listed.headers.get("Location", "")).query)
        model, said = urlsplit(url).path.split("/")[-2], text(listed)
        if model == "subscription":
            assert listed.context_data["cl"].result_count == int(shown), url
            checked += 1
        elif "%" not in shown:
            figures = [sum for _currency, sums in listed.context_data["sums"] for _name, sum in sums]
            assert shown.strip("\u2066\u2069-−") in {each.lstrip("-−") for each in figures}, (url, shown, said[:200])
            checked += 1
    assert checked > 25


@pytest.mark.usefixtures("_a_year")
def test_the_tables_as_files_tie_to_the_cent_and_keep_currencies_apart(client):
    at_the_desk(client, "Operator")

    plans = of_csv(client, "plans", currency="usd")
    assert plans[-1] == ["All", "840.00", "0.00", "0.00", "840.00", "12.34", "827.66"]
    assert of_csv(client, "countries", currency="eur")[-1][1:] == ["99.00", "0.00", "0.00", "99.00", "0.00", "99.00"]
    by_country = {row[0]: row[4] for row in of_csv(client, "countries", currency="usd")}
    assert by_country == {"Country": "Paid", "LB": "540.00", "FR": "300.00", "All": "840.00"}

    months = of_csv(client, "movements", currency="usd")[1:]
    assert months[0][-1] == "45.00"  # A yearly 300 and a yearly 240, once divided by twelve.
    assert of_csv(client, "losses", currency="usd")[1:] == [
        ["By their own wish", "0", "0.0"],
        ["Because a payment failed", "1", "100.0"],
    ]
    assert of_csv(client, "trials-source")[1:] == [
        ["newsletter", "1", "1", "100.0"],
        ["search", "1", "1", "100.0"],
        ["All", "2", "2", "100.0"],
    ]
    assert of_csv(client, "trials-first-source")[1:] == [
        ["social network", "2", "2", "100.0"],
        ["All", "2", "2", "100.0"],
    ]
    for story in ("trials-story", "trials-first-story"):
        assert of_csv(client, story)[1:] == [[str(STORY), "2", "2", "100.0"]]


def test_a_cohort_is_followed_month_by_month(client):
    at_the_desk(client, "Operator")
    for _number in range(4):
        pays(NOW - 70 * DAY)
    for bill in Invoice.objects.all()[:1]:
        row = bill.subscription
        row.status, row.ended_at = "canceled", NOW - 40 * DAY
        row.save()
        recurring.note(row, NOW)
    cohort = of_csv(client, "cohorts", currency="usd", first="2026-09-01", last="2026-11-30")
    assert cohort[1][1:] == ["4", "100.0", "75.0", "75.0"]


def test_the_page_costs_the_same_however_many_they_are(client, django_assert_num_queries):
    at_the_desk(client, "Operator")
    pays(came="search", trial_ends_at=NOW)
    written()
    client.get(NUMBERS, WHOLE)
    with django_assert_num_queries(27):
        client.get(NUMBERS, WHOLE)
    for number in range(6):
        pays(NOW - number * 20 * DAY, came="search", trial_ends_at=NOW)
    written()
    with django_assert_num_queries(27):
        client.get(NUMBERS, WHOLE)


def test_who_may_see_them(client):
    assert client.get(NUMBERS).status_code == 302
    at_the_desk(client, "Support")
    assert client.get(NUMBERS).status_code == 403
    assert client.get(f"{NUMBERS}trials-source.csv").status_code == 403


def test_nothing_yet_is_said(client):
    at_the_desk(client, "Sales")
    assert "Nothing was invoiced yet." in text(client.get(NUMBERS))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"first": "2026-02-01", "last": "2026-01-01"}, "The first day comes after the last one."),
        ({"first": "1990-01-01", "last": "2026-01-01"}, "Choose five years at most."),
        ({"first": "soon", "last": "2026-01-01"}, "Enter a valid date."),
    ],
)
def test_a_time_that_is_none_is_refused_with_a_sentence(client, query, sentence):
    at_the_desk(client, "Operator")
    page = client.get(NUMBERS, query)
    assert page.status_code == 422
    assert sentence in text(page)
    assert client.get(f"{NUMBERS}trials-source.csv", query).status_code == 404


@pytest.mark.parametrize("word", ["month", "quarter", "year", "forever"])
def test_the_chooser_takes_any_word(client, word):
    at_the_desk(client, "Operator")
    assert client.get(NUMBERS, {"period": word}).status_code == 200


def test_unknown_tables_and_currencies_are_no_files(client):
    at_the_desk(client, "Operator")
    assert client.get(f"{NUMBERS}nothing.csv").status_code == 404
    assert client.get(f"{NUMBERS}plans.csv", {"currency": "xxx"}).status_code == 404

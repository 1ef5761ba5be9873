"""What PRO is and what it costs, said to each reader as it is for them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.formats import date_format
from django.utils.timezone import localtime

from memberships import clock
from memberships.models import Plan
from tests.factories.articles import make_article
from tests.factories.memberships import make_reader, plan, pro
from tests.memberships.builders import subscription
from tests.people import Browser, anonymous, member, reader

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_sale():
    return plan()


def page(browser: Browser, path: str = "/pro/") -> str:
    response = browser.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("person", [anonymous, reader])
def test_price_trial_and_first_charge_are_said_before_any_card(person):
    said = page(person())
    first = date_format(localtime(clock.now() + timedelta(days=7)), "DATE_FORMAT")
    assert "$25.00 a month, billed annually" in said
    assert "$300.00 a year · Free for 7 days" in said
    assert f"The first charge, $300.00, comes on {first} unless you cancel before." in said
    assert "Start 7 days free, then $300.00 a year" in said
    assert 'action="/account/start/pro_annual/"' in said


def test_who_had_a_trial_is_not_promised_another():
    user = make_reader()
    subscription(user, plan=plan(), status="canceled")
    said = page(Browser(user))
    assert "Free for 7 days" not in said
    assert "$300.00 is charged today" in said


def test_member_is_told_so_and_sold_nothing():
    said = page(member())
    assert "You are a member" in said
    assert "/account/start/" not in said


def test_nothing_on_sale_is_said(on_sale):
    on_sale.is_offered = False
    on_sale.save()
    assert "Nothing is on sale at the moment." in page(anonymous())


def test_way_back_is_kept_but_never_to_strangers():
    assert '<input type="hidden" name="next" value="/articles/2026/11/x/">' in page(
        anonymous(), "/pro/?next=/articles/2026/11/x/"
    )
    for stranger in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert "evil" not in page(anonymous(), f"/pro/?next={stranger}")
        assert "javascript:" not in page(anonymous(), f"/pro/?next={stranger}")


@pytest.mark.parametrize(("path", "kind"), [("/pro/memos/", "memo"), ("/pro/trend-reports/", "trend_report")])
def test_list_of_memos_or_reports_shows_these_and_no_others(path, kind):
    make_article("A deep one", kind=kind)
    make_article("The daily news")
    said = page(anonymous(), path)
    assert "A deep one" in said
    assert "The daily news" not in said


def test_empty_list_says_where_to_go():
    make_article(kind="memo")
    said = page(anonymous(), "/pro/trend-reports/")
    assert "Nothing here yet in this language" in said
    assert 'class="button button--quiet" href="/pro/"' in said


@pytest.mark.parametrize("count", [1, 12])
def test_list_asks_the_same_few_questions(count, django_assert_num_queries):
    for _number in range(count):
        make_article(kind="memo")
    browser = anonymous()
    with django_assert_num_queries(4):
        browser.get("/pro/memos/")


def test_prices_stand_in_the_language_of_the_page():
    assert pro().slug == "pro"
    said = page(anonymous(), "/pro/?language=tr")
    assert "$25,00" in said


def test_address_may_name_another_plan_that_is_sold():
    monthly = {"product": pro(), "name": "PRO, monthly", "amount": 900, "interval": "month", "position": 5}
    Plan.objects.create(lookup_key="pro_monthly", **monthly)
    said = page(anonymous(), "/pro/?plan=pro_monthly&next=/articles/2026/11/x/")
    assert 'action="/account/start/pro_monthly/"' in said
    assert "$9.00 a month" in said
    assert '<input type="hidden" name="next" value="/articles/2026/11/x/">' in said


@pytest.mark.parametrize("name", ["none", "pro_team", "pro_old", "%01", "%ff", "x" * 10_000, "'--", ""])
def test_plan_nobody_sells_to_a_person_leaves_the_usual_offer(name):
    Plan.objects.create(lookup_key="pro_team", product=pro(), name="Team", amount=1, audience="team")
    Plan.objects.create(lookup_key="pro_old", product=pro(), name="Old", amount=1, is_offered=False)
    assert 'action="/account/start/pro_annual/"' in page(anonymous(), f"/pro/?plan={name}")

"""What PRO is and what it costs, said to each reader as it is for them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils.formats import date_format
from django.utils.timezone import localtime

from memberships import clock
from memberships.models import Plan
from tests.factories.articles import OPENING, SECRET, make_article
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


def sell(lookup_key: str, **fields: object) -> Plan:
    values = {"product": pro(), "name": lookup_key, "amount": 900, "interval": "month", "position": 5, **fields}
    return Plan.objects.create(lookup_key=lookup_key, **values)


def chosen(said: str) -> str:
    """The plan whose radio button is pressed when the page comes."""
    return re.findall(r'name="plan" value="([a-z_]+)" checked', said)[0]


def offered(said: str) -> list[str]:
    return re.findall(r'name="plan" value="([a-z_]+)"', said)


@pytest.fixture
def country(settings):
    """``country("DE")`` gives a page's headers where a proxy of ours says that the reader is there."""
    settings.COUNTRY_HEADER, settings.TRUSTED_PROXY_COUNT = "X-Country", 1
    return lambda code: {"headers": {"x-country": code}}


def test_address_may_name_another_plan_that_is_sold():
    sell("pro_monthly")
    said = page(anonymous(), "/pro/?plan=pro_monthly&next=/articles/2026/11/x/")
    assert chosen(said) == "pro_monthly"
    assert "$9.00 a month" in said
    assert '<input type="hidden" name="next" value="/articles/2026/11/x/">' in said


def test_plans_are_chosen_between_with_what_each_costs_and_saves():
    sell("pro_monthly", amount=3000, trial_days=7)
    said = page(anonymous(), "/pro/?next=/articles/2026/11/x/")
    first = date_format(localtime(clock.now() + timedelta(days=7)), "DATE_FORMAT")
    assert offered(said) == ["pro_annual", "pro_monthly"]
    assert chosen(said) == "pro_annual"
    assert "$25.00 a month, billed annually" in said
    assert "You save $60.00 a year." in said
    assert f"The first charge, $30.00, comes on {first} unless you cancel before." in said


def test_tax_is_said_to_be_added_where_it_is(settings):
    assert "Tax is added" not in page(anonymous())
    settings.STRIPE_TAX = True
    assert "unless you cancel before. Tax is added where it is due." in page(anonymous())


def test_nothing_is_said_to_be_saved_where_nothing_is():
    sell("pro_monthly", amount=2500)
    assert "You save" not in page(anonymous())


def test_without_account_the_chosen_plan_is_kept_through_signing_up():
    sell("pro_monthly")
    answer = anonymous().post("/account/start/", {"plan": "pro_monthly", "next": "/articles/2026/11/x/"})
    assert answer.url.startswith("/account/signup/?next=/account/start/pro_monthly/")


@pytest.mark.parametrize("plan_", ["", "none", "pro_team", "pro_annual\x00", "x" * 5000])
def test_choice_that_is_none_leads_back_to_the_plans_with_a_sentence(plan_):
    browser = reader()
    answer = browser.post("/account/start/", {"plan": plan_})
    assert (answer.status_code, answer.url) == (302, "/pro/")
    assert "Choose one of these plans:" in page(browser)


def test_price_of_a_country_is_shown_there_and_nowhere_else(country):
    sell("pro_lb", amount=9000, interval="year", countries="LB\nSY")
    browser = anonymous()
    there = browser.get("/pro/", **country("LB")).content.decode()
    elsewhere = browser.get("/pro/", **country("DE")).content.decode()
    assert 'action="/account/start/pro_lb/"' in there
    assert "$90.00 a year" in there
    assert "$300.00" not in there
    assert 'action="/account/start/pro_annual/"' in elsewhere
    assert "$90.00" not in elsewhere
    assert "In some countries PRO has a price of its own." in elsewhere


def test_price_of_a_country_is_sold_there_and_nowhere_else(country):
    sell("pro_lb", amount=9000, interval="year", countries="LB")
    browser = reader()
    assert browser.get("/account/start/pro_lb/", **country("LB")).status_code == 200
    for elsewhere in (country("DE"), country("?"), {}):
        answer = browser.post("/account/start/pro_lb/", **elsewhere)
        assert (answer.status_code, answer.url) == (302, "/pro/")
    assert "This plan is not on sale to you." in page(browser)


def test_plan_named_in_the_address_is_no_way_around_the_country(country):
    sell("pro_lb", amount=9000, interval="year", countries="LB")
    said = anonymous().get("/pro/?plan=pro_lb", **country("DE")).content.decode()
    assert 'action="/account/start/pro_annual/"' in said


def test_readers_own_word_for_their_country_buys_nothing(country, settings):
    settings.TRUSTED_PROXY_COUNT = 0
    sell("pro_lb", amount=9000, interval="year", countries="LB")
    assert "$90.00" not in anonymous().get("/pro/", **country("LB")).content.decode()


def test_wall_is_the_same_in_every_country_and_says_that_prices_differ(country):
    sell("pro_lb", amount=9000, interval="year", countries="LB")
    address, browser = make_article(kind="memo").get_absolute_url(), anonymous()
    walls = {
        code: browser.get(address, **country(code)).content.decode().partition("wall__offer")[2]
        for code in ("LB", "DE")
    }
    assert walls["LB"] == walls["DE"]
    assert "In some countries it is another price." in walls["LB"]
    assert "The next page says your price, and when the first charge comes." in walls["LB"]
    assert "$90.00" not in walls["LB"]


def test_student_price_is_for_confirmed_addresses_at_their_universities():
    sell("pro_student", amount=9000, interval="year", audience="student", domains="aub.edu.lb")
    student, other = make_reader(email="ada@mail.aub.edu.lb"), make_reader(email="ada@notaub.edu.lb")
    assert offered(page(Browser(student))) == ["pro_annual", "pro_student"]
    assert offered(page(Browser(other))) == []
    assert "Yes, for whoever has a confirmed address at one of these: aub.edu.lb." in page(anonymous())
    student.emailaddress_set.update(verified=False)
    assert offered(page(Browser(student))) == []
    assert Browser(student).post("/account/start/pro_student/").url == "/pro/"


def test_openings_are_shown_and_nothing_of_what_is_sold():
    make_article("What Duqm is worth", kind="memo")
    for person in (anonymous, member):
        said = page(person())
        assert "What Duqm is worth" in said
        assert OPENING in said
        assert SECRET not in said


@pytest.mark.parametrize("count", [1, 8])
def test_page_asks_the_same_few_questions_however_much_there_is(count, django_assert_num_queries):
    for _number in range(count):
        make_article(kind="memo")
    browser = anonymous()
    page(browser)  # What is remembered of the site's frame, the plans and the events.
    with django_assert_num_queries(4):
        page(browser)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What does it cost?", "$25.00 a month, billed annually, $300.00 a year. Free for 7 days"),
        ("When am I first charged?", "Nothing today. The first charge, $300.00, comes on"),
        ("How do I cancel?", "On your membership page, in two clicks, without writing to anybody."),
        ("Can my company subscribe?", "and we set up a team with seats you can pass on."),
    ],
)
def test_questions_people_ask_are_answered(question, answer):
    faq = page(anonymous()).partition('id="faq"')[2]
    assert answer in faq.partition(question)[2].partition("</details>")[0]


@pytest.mark.parametrize("name", ["none", "pro_team", "pro_old", "%01", "%ff", "x" * 10_000, "'--", ""])
def test_plan_nobody_sells_to_a_person_leaves_the_usual_offer(name):
    Plan.objects.create(lookup_key="pro_team", product=pro(), name="Team", amount=1, audience="team")
    Plan.objects.create(lookup_key="pro_old", product=pro(), name="Old", amount=1, is_offered=False)
    assert 'action="/account/start/pro_annual/"' in page(anonymous(), f"/pro/?plan={name}")

"""A code in the address: what it makes of the offer, and the one sentence where it makes nothing of it."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from memberships import clock
from memberships.models import Promotion
from tests.memberships.browsing import text
from tests.memberships.builders import DAY, person, plan, promotion, subscription

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_sale():
    plan()


def pro(client, code: str) -> str:
    return text(client.get(reverse("pro"), {"code": code}))


def lapsed(days: int = 40, **fields: object):
    user = person(is_active=fields.pop("is_active", True))
    ended = clock.now() - days * DAY
    started = ended - 365 * DAY
    subscription(user, **{"status": "canceled", "ended_at": ended, "started_at": started, **fields})
    return user


def test_the_price_with_the_code_is_said_exactly(client):
    promotion()

    page = pro(client, "spring")

    assert "With the code “SPRING”: The first charge is $225.00 instead of $300.00. After that each is $300.00." in page
    assert "Nothing today. The first charge, $225.00, comes on" in page
    assert "Start 7 days free, then $225.00" in page
    assert '<input type="hidden" name="code" value="SPRING">' in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"code": "OTHER"}, "We do not know the code “SPRING”"),
        ({"ends_at": clock.now() - DAY}, "The code “SPRING” is over"),
        ({"closed_at": clock.now()}, "The code “SPRING” is over"),
        ({"starts_at": clock.now() + DAY}, "The code “SPRING” is not open yet"),
        ({"coupon_made_at": None}, "The code “SPRING” is not open yet"),
        ({"most": 3, "times_used": 3}, "has been used as often as it could be"),
        ({"amount": 500, "currency": "eur"}, "The code “SPRING” is not for this plan"),
        ({"use": "save_offer"}, "We do not know the code “SPRING”"),
        ({"use": "win_back"}, "Sign in, and it counts."),
    ],
)
def test_a_code_that_does_not_count_is_said_and_the_price_is_the_usual_one(client, fields, sentence):
    promotion(**fields)

    page = pro(client, "SPRING")

    assert sentence in page
    assert "Start 7 days free, then $300.00 a year" in page


def test_what_is_no_code_is_not_repeated(client):
    page = pro(client, "<script>alert(1)</script>")

    assert "That is no code, so this is the usual price." in page
    assert "<script>alert" not in page.lower()


def test_a_code_for_another_plan_leaves_this_ones_price(client):
    monthly = plan("pro_monthly", amount=2500, interval="month", name="PRO, monthly")
    promotion().plans.add(monthly)

    page = pro(client, "SPRING")

    assert "is $18.75 instead of $25.00" in page
    assert "The code “SPRING” is not for this plan" in page
    assert "The first charge, $300.00, comes on" in page


def test_a_code_for_who_never_paid_is_not_for_a_former_member(client):
    promotion(first_time_only=True)
    client.force_login(lapsed())

    assert "is for people who have never been members" in pro(client, "SPRING")


def test_the_offer_to_come_back_is_on_the_page_of_who_left_and_on_nobody_elses(client):
    promotion("BACK", use="win_back")
    client.force_login(lapsed())
    assert "With the code “BACK”" in text(client.get(reverse("account_membership")))
    assert "With the code “BACK”" in pro(client, "BACK")

    for stranger in (person(), lapsed(10)):
        client.force_login(stranger)
        assert "BACK" not in text(client.get(reverse("account_membership")))
        assert "The code “BACK” is not for this account" in pro(client, "BACK")


def test_the_page_with_a_code_is_made_for_one_reader(client):
    promotion()
    answer = client.get(reverse("pro"), {"code": "SPRING"})

    assert "public" not in answer.get("Cache-Control", "")
    assert "SPRING" not in text(client.get(reverse("pro")))


def test_the_way_in_comes_back_to_the_code(client):
    promotion("BACK", use="win_back")

    assert re.search(r'href="/account/login/\?next=/pro/%3Fcode%3DBACK"', pro(client, "BACK"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "small"},
        {"amount": 500, "currency": "usd", "percent": 10},
        {"amount": 500},
        {"percent": 101},
        {"duration": "repeating"},
        {"months": 3},
        {"ends_at": clock.now() - 500 * DAY},
        {"use": "save_offer", "first_time_only": True},
    ],
)
def test_the_database_refuses_what_is_no_promotion(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        promotion(**wrong)


def test_there_is_one_open_promotion_to_win_people_back():
    promotion("ONE", use="win_back")
    with pytest.raises(IntegrityError), transaction.atomic():
        promotion("TWO", use="win_back")
    Promotion.objects.update(closed_at=clock.now())
    promotion("TWO", use="win_back")

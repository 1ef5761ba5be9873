"""The receipt of a wall comes apart from the page, for everybody their own."""

from __future__ import annotations

import re

import pytest

from articles.models import Article
from memberships import clock, receipts
from memberships.access import Reason
from tests.articles.builders import terms
from tests.factories.articles import make_article
from tests.people import Browser, anonymous, member, reader

pytestmark = pytest.mark.django_db
CODE = re.compile(r'<code dir="ltr">([A-Z2-7-]+)</code>')


def receipt_in(browser: Browser, article: Article) -> receipts.Receipt | None:
    told = browser.get("/account/here.json", {"wall": article.public_id.hex}).json()["receipt"]
    return receipts.read(told) if told else None


def test_receipt_names_who_asked_for_what_and_why():
    memo, person = make_article(kind="memo"), reader()
    found = receipt_in(person, memo)
    assert found is not None
    assert (found.user, found.item, found.reason) == (person.user.pk, memo.pk, Reason.NEEDS_SUBSCRIPTION)
    assert abs((found.at - clock.now()).total_seconds()) < 60
    assert receipt_in(anonymous(), memo).user == 0
    assert receipt_in(anonymous(), make_article(access="registered")).reason == Reason.NEEDS_LOGIN


def test_who_meets_no_wall_has_no_receipt():
    assert receipt_in(member(), make_article(kind="memo")) is None
    assert receipt_in(anonymous(), make_article()) is None
    page = member().get(f"/account/receipts/{make_article(kind='memo').public_id}/").content.decode()
    assert "This story is open to you" in page


def test_newcomer_whose_meter_was_refused_is_told_of_the_meter():
    terms(newcomers_a_day=1)
    assert receipt_in(anonymous(), make_article(access="metered")).reason == Reason.METER_SPENT


def test_page_of_a_receipt_works_without_a_script():
    memo, person = make_article("What Duqm is worth", kind="memo"), reader()
    response = person.get(f"/account/receipts/{memo.public_id}/")
    page = response.content.decode()
    assert response["Cache-Control"] == "private, no-store"
    assert receipts.read(CODE.search(page)[1]).user == person.user.pk
    assert "What Duqm is worth" in page


def test_receipt_of_an_arabic_story_speaks_arabic():
    story = make_article("ميناء", kind="memo", language="ar")
    page = anonymous().get(f"/account/receipts/{story.public_id}/").content.decode()
    assert '<html lang="ar" dir="rtl">' in page


@pytest.mark.parametrize("name", ["", "x", "0" * 32, "0" * 5_000, "\U0001f600"])
def test_story_that_is_none_has_no_receipt(name):
    told = anonymous().get("/account/here.json", {"wall": name, "meter": name})
    assert (told.status_code, told.json()) == (200, {"is_known": False})


def test_story_that_is_not_out_has_no_receipt():
    story = make_article(kind="memo")
    Article.objects.filter(pk=story.pk).update(state=Article.State.UNPUBLISHED)
    assert anonymous().get(f"/account/receipts/{story.public_id}/").status_code == 404
    assert "receipt" not in anonymous().get("/account/here.json", {"wall": story.public_id.hex}).json()

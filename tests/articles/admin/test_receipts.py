"""“Why can’t I read this?” answered from the code on the wall."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from memberships import clock, entitlements
from memberships.entitlements import Origin
from memberships.models import Entitlement, Paywall
from tests.articles.builders import terms
from tests.factories.articles import make_article
from tests.factories.memberships import make_staff, pro
from tests.people import Browser, anonymous, editor, journalist, lapsed, reader

pytestmark = pytest.mark.django_db
PAGE = "/admin/articles/accessrule/receipt/"
LINK = re.compile(r'<a href="([^"]+)"[^>]*>Access receipt</a>')
CODE = re.compile(r'<code dir="ltr">([A-Z2-7-]+)</code>')


def support() -> Browser:
    return Browser(make_staff("Support"))


def desk_moment(at: datetime) -> str:
    """A moment as the desk's form takes it, in the publication's zone."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def code_on(address: str, browser: Browser) -> str:
    """The receipt of the wall at the address, by the link on it."""
    link = LINK.search(browser.get(address).content.decode())
    assert link
    code = CODE.search(browser.get(link[1]).content.decode())
    assert code
    return code[1]


def look_up(code: str, **more: str) -> str:
    response = support().get(PAGE, {"code": code, **more})
    assert response.status_code == 200
    return response.content.decode()


def test_strangers_wall_is_explained():
    memo = make_article("What Duqm is worth", kind="memo")
    page = look_up(code_on(memo.get_absolute_url(), anonymous()))
    assert "Nobody was signed in" in page
    assert "What Duqm is worth" in page
    assert "Closed: it asks for a product" in page


def test_right_that_came_later_is_told_from_the_wall_before_it():
    memo, browser = make_article(kind="memo"), lapsed()
    code = code_on(memo.get_absolute_url(), browser)
    later = clock.now() + timedelta(hours=1)
    origin = Origin(Entitlement.Source.COMP, "afterwards")
    until = later + timedelta(days=9)
    entitlements.grant(browser.user, pro(), origin, starts_at=later, until=until, at=later, reason="sorry")

    then, afterwards = look_up(code), look_up(code, as_of=desk_moment(later + timedelta(hours=1)))

    assert "Closed: it asks for a product" in then
    assert "Open: they held a right" not in then
    assert "Open: they held a right" in afterwards
    assert browser.user.email in then
    assert "(sorry)" in then


def test_any_other_moment_can_be_asked_about():
    memo, browser = make_article(kind="memo"), lapsed()
    code = code_on(memo.get_absolute_url(), browser)
    page = look_up(code, as_of=desk_moment(clock.now() - timedelta(days=3)))
    assert "Open: they held a right" in page
    assert "Closed: it asks" not in page.partition("What their rights say")[2]


def test_spent_meter_is_explained_as_it_was():
    terms(registered_allowance=1)
    browser = reader()
    first, second = make_article(access="metered"), make_article(access="metered")
    browser.get(first.get_absolute_url())
    code = code_on(second.get_absolute_url(), browser)
    assert look_up(code).count("Closed: it is metered") == 3
    yesterday = look_up(code, as_of=desk_moment(clock.now() - timedelta(days=1)))
    assert "Open: it is metered" in yesterday


def test_mistyped_code_is_answered_with_a_sentence():
    for code in ("AAAA-BBBB", "", "\x00", "9" * 200):
        response = support().get(PAGE, {"code": code})
        assert response.status_code in {400, 422}, code
    assert "This is no access receipt" in support().get(PAGE, {"code": "AAAA-BBBB"}).content.decode()


def test_text_and_account_that_are_gone_are_said_to_be():
    memo, browser = make_article(kind="memo"), reader()
    code = code_on(memo.get_absolute_url(), browser)
    memo.delete()
    browser.user.emailaddress_set.all().delete()
    browser.user.delete()
    page = look_up(code)
    assert "A text that is gone" in page
    assert "An account that is gone" in page


def test_only_who_may_see_the_rules_looks_up():
    assert editor().get(PAGE).status_code == 200
    assert journalist().get(PAGE).status_code == 403
    assert reader().get(PAGE).status_code == 302


def test_looking_writes_nothing():
    memo, browser = make_article(kind="memo"), reader()
    code = code_on(memo.get_absolute_url(), browser)
    assert not Paywall.objects.exists()
    look_up(code)
    assert not Paywall.objects.exists()

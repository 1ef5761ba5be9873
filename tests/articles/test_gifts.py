"""Giving a closed story away: a button for those who hold it, a link for everybody else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from articles import publishing
from articles.models import Article
from memberships import clock
from memberships.models import GiftLink
from tests.articles.builders import terms
from tests.factories.articles import SECRET, make_article
from tests.people import Browser, anonymous, editor, lapsed, member, reader

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r'class="address" dir="ltr">([^<]+)<')


def button(article: Article) -> str:
    return f"/account/gifts/give/{article.public_id}/"


def links(browser: Browser) -> list[str]:
    return ADDRESS.findall(browser.get("/account/gifts/").content.decode())


def test_members_link_opens_the_memo_to_a_stranger_until_it_is_taken_back():
    giver, memo = member(), make_article(kind="memo")
    assert "Make the link" in giver.get(button(memo)).content.decode()
    assert giver.post(button(memo), follow=True).redirect_chain == [("/account/gifts/", 302)]

    (link,) = links(giver)
    assert "not opened yet" in giver.get("/account/gifts/").content.decode()
    path = link.removeprefix("http://127.0.0.1:8000")
    assert SECRET in anonymous().get(path).content.decode()
    assert "opened 1 time" in giver.get("/account/gifts/").content.decode()

    giver.post(f"/account/gifts/take-back/{GiftLink.objects.get().public_id}/")
    assert SECRET not in anonymous().get(path).content.decode()
    assert links(giver) == []


@pytest.mark.parametrize("person", [reader, lapsed])
def test_who_cannot_read_it_cannot_give_it(person):
    browser, memo = person(), make_article(kind="memo")
    assert "Your account holds nothing that opens this one" in browser.get(button(memo)).content.decode()
    assert browser.post(button(memo)).status_code == 403
    assert not GiftLink.objects.exists()


def test_reading_on_the_meter_gives_nothing_away():
    browser, metered = reader(), make_article(access="metered")
    browser.get(metered.get_absolute_url())
    assert browser.post(button(metered)).status_code == 403
    assert member().post(button(metered)).status_code == 302


def test_free_story_needs_no_gift():
    browser, news = member(), make_article()
    assert "Everybody may read it" in browser.get(button(news)).content.decode()
    assert browser.post(button(news)).status_code == 403


def test_looking_at_the_button_gives_nothing():
    member().get(button(make_article(kind="memo")))
    assert not GiftLink.objects.exists()


def test_spent_month_is_said_and_nothing_is_made():
    terms(gifts_a_month=1)
    giver = member()
    giver.post(button(make_article(kind="memo")))
    response = giver.post(button(make_article(kind="memo")))
    assert response.status_code == 409
    assert "You have given away everything you can this month" in response.content.decode()
    assert GiftLink.objects.count() == 1


def test_nobody_takes_back_anothers_gift():
    giver, memo = member(), make_article(kind="memo")
    giver.post(button(memo))
    back = f"/account/gifts/take-back/{GiftLink.objects.get().public_id}/"
    assert member().post(back).status_code == 404
    assert anonymous().post(back).status_code == 302
    assert GiftLink.objects.get().revoked_at is None


def test_stranger_is_led_to_sign_in_and_back():
    memo = make_article(kind="memo")
    assert anonymous().get(button(memo))["Location"] == f"/account/login/?next={button(memo)}"


def test_what_was_withdrawn_cannot_be_given_and_is_no_link_any_more():
    giver, memo = member(), make_article(kind="memo")
    giver.post(button(memo))
    publishing.unpublish(memo, None, clock.now())
    assert giver.get(button(memo)).status_code == 404
    page = giver.get("/account/gifts/").content.decode()
    assert "A story that is no longer on the site" in page
    assert links(giver) == []


def test_gift_that_is_over_says_so():
    giver = member()
    giver.post(button(make_article(kind="memo")))
    long_ago = clock.now() - timedelta(days=40)
    GiftLink.objects.update(made_at=long_ago, ends_at=long_ago + timedelta(days=30))
    assert "over" in giver.get("/account/gifts/").content.decode()
    assert links(giver) == []


def test_staff_give_too():
    colleague, memo = editor(), make_article(kind="memo")
    assert colleague.post(button(memo)).status_code == 302


def test_tool_shows_itself_to_members_of_closed_stories_only():
    memo, news = (make_article(kind=kind) for kind in ("memo", "news"))
    tool = f'href="{button(memo)}" rel="nofollow" hidden data-viewer="member"'
    assert tool in anonymous().get(memo.get_absolute_url()).content.decode()
    assert "/account/gifts/give/" not in anonymous().get(news.get_absolute_url()).content.decode()


@pytest.mark.parametrize("number", [1, 6])
def test_list_asks_the_same_few_questions_however_long(number, django_assert_num_queries):
    giver = member()
    for _ in range(number):
        giver.post(button(make_article(kind="memo")))
    giver.get("/account/gifts/")
    with django_assert_num_queries(10):
        giver.get("/account/gifts/")

"""Following authors, topics, series, countries and sections, and what is new there."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import combinations

import pytest
from django.db import IntegrityError, transaction

from articles import following
from articles.models import Follow
from memberships import clock
from tests.articles.builders import picture
from tests.factories.articles import author, country, make_article, section, series, topic
from tests.people import Browser, anonymous, reader

pytestmark = pytest.mark.django_db
THINGS = {"author": author, "topic": topic, "series": series, "country": country, "section": section}
FILED = {
    "author": lambda: {"bylines": [(author(), "")]},
    "topic": lambda: {"topics": [topic()]},
    "series": lambda: {"series": series()},
    "country": lambda: {"country": country()},
    "section": lambda: {"section": section()},
}
ELSEWHERE = {"bylines": "Somebody", "section": "Business"}


def page(browser: Browser, path: str = "/account/following/") -> str:
    response = browser.get(path)
    assert response.status_code == 200
    return response.content.decode()


def headlines(html: str) -> list[str]:
    return re.findall(r'card__headline[^"]*"><a href="[^"]+">([^<]+)<', html)


def elsewhere(headline: str, **content):
    """A story that is filed under nothing the tests follow, but for what ``content`` says."""
    return make_article(headline, **{"bylines": [(author("Somebody"), "")], "section": section("Business"), **content})


@pytest.mark.parametrize("kind", THINGS)
def test_what_is_followed_is_listed_with_what_is_new_there(kind):
    browser, thing = reader(), THINGS[kind]()
    elsewhere("Filed there", **FILED[kind]())
    elsewhere("Filed elsewhere")
    response = browser.post(f"/account/following/add/{kind}/{thing.slug}/", follow=True)
    html = response.content.decode()
    assert f"You follow {thing.name}." in html
    assert headlines(html) == ["Filed there"]
    html = browser.post(f"/account/following/remove/{kind}/{thing.slug}/", follow=True).content.decode()
    assert f"You no longer follow {thing.name}." in html
    assert "You follow nothing yet" in html


@pytest.mark.parametrize("kind", THINGS)
def test_list_and_its_head_lead_to_following_without_a_script(kind):
    thing = THINGS[kind]()
    html = anonymous().get(thing.get_absolute_url()).content.decode()
    path = f"/account/following/add/{kind}/{thing.slug}/"
    assert f'href="{path}" rel="nofollow" data-toggle="{kind}:{thing.slug}"' in html
    assert f"Follow {thing.name}" in html
    assert anonymous().get(path)["Location"] == f"/account/login/?next={path}"


def test_looking_at_the_button_follows_nothing():
    browser = reader()
    path = f"/account/following/add/topic/{topic().slug}/"
    assert f'<form method="post" action="{path}">' in page(browser, path)
    assert not Follow.objects.exists()
    browser.post(path)
    assert "/account/following/remove/topic/ports/" in page(browser, path)


def test_story_of_several_followed_things_stands_once():
    browser = reader()
    for thing in (author(), topic(), series(), country(), section(), topic("Water")):
        following.follow(browser.user, thing, clock.now())
    make_article("Everywhere", topics=[topic(), topic("Water")], series=series(), country=country(), section=section())
    assert headlines(page(browser)) == ["Everywhere"]


def test_new_is_what_came_in_two_months_and_is_out():
    browser, at = reader(), clock.now()
    following.follow(browser.user, topic(), at)
    for name, age in {
        "Old": timedelta(days=60, minutes=1),
        "New": timedelta(days=59),
        "To come": -timedelta(days=1),
    }.items():
        make_article(name, topics=[topic()], at=at - age)
    assert headlines(page(browser)) == ["New"]


def test_lists_are_in_the_reader_s_language_and_authors_in_any():
    browser = reader()
    following.follow(browser.user, topic(), clock.now())
    following.follow(browser.user, author("Noor"), clock.now())
    elsewhere("تعرفة", language="ar", topics=[topic()])
    elsewhere("مرفأ", language="ar", bylines=[(author("Noor"), "")])
    assert headlines(page(browser)) == ["مرفأ"]


def test_undo_follows_again_since_when_it_was_followed():
    browser, at = reader(), clock.now()
    since = at - timedelta(days=40)
    following.follow(browser.user, topic(), since)
    html = browser.post("/account/following/remove/topic/ports/", follow=True).content.decode()
    (named,) = re.findall(r'name="since" value="([^"]+)"', html)
    browser.post("/account/following/add/topic/ports/", {"since": named})
    assert Follow.objects.get().followed_at == since


@pytest.mark.parametrize("name", ["topic/no-such", "industry/banking", "format/news", "story/x"])
def test_what_cannot_be_followed_is_an_unknown_page(name):
    browser = reader()
    assert browser.get(f"/account/following/add/{name}/").status_code == 404
    assert browser.post(f"/account/following/add/{name}/").status_code == 404


@pytest.mark.parametrize("removed", ["topic", "topic:", ":", "industry:x", "topic:no-such"])
def test_address_that_names_nothing_left_shows_the_plain_list(removed):
    assert "no longer follow" not in page(reader(), f"/account/following/?removed={removed}")


def test_slug_in_another_script_is_followed():
    browser, thing = reader(), topic("موانئ", slug="موانئ")
    browser.post(f"/account/following/add/topic/{thing.slug}/")
    assert following.keys_of(browser.user) == {"topic:موانئ"}


def test_followed_by_tells_others_what_somebody_follows():
    user = reader().user
    assert not following.followed_by(user)
    following.follow(user, topic(), clock.now())
    followed = following.followed_by(user)
    assert followed
    assert followed.keys["topic"] == [topic().pk]
    story, at = make_article(topics=[topic()]), clock.now()
    assert list(followed.stories(at - timedelta(hours=1), at)) == [story]


def test_database_holds_one_thing_in_a_row_and_once():
    user, at = reader().user, clock.now()
    following.follow(user, topic(), at)
    following.follow(user, topic(), at)
    rows = [{}, {"topic": topic()}]
    rows += [{one: THINGS[one](), other: THINGS[other]()} for one, other in combinations(THINGS, 2)]
    for row in rows:
        with pytest.raises(IntegrityError), transaction.atomic():
            Follow.objects.create(user=user, followed_at=at, **row)
    assert Follow.objects.count() == 1


@pytest.mark.parametrize("count", [1, 20])
def test_page_asks_the_same_few_questions(count, django_assert_num_queries):
    browser = reader()
    for number in range(count):
        following.follow(browser.user, topic(f"Topic {number}"), clock.now())
        make_article(topics=[topic(f"Topic {number}")], lead_picture=picture(), series=series())
    browser.get("/account/following/")
    with django_assert_num_queries(10):
        browser.get("/account/following/")

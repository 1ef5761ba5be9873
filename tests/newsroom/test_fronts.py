from __future__ import annotations

from datetime import timedelta

import pytest

from articles import publishing
from memberships import clock
from newsroom.pages.fronts import BAND_STYLES, FrontPage, front_page
from tests.factories.articles import make_article, make_event, place, section
from tests.people import anonymous, member

pytestmark = pytest.mark.django_db
ROOMS = ["Politics", "Business", "Security", "Culture", "Energy"]


def stories(count: int, **content):
    """So many stories, spread over the sections, the first one the newest."""
    at = clock.now()
    rooms = [section(name, position=position) for position, name in enumerate(ROOMS)]
    return [
        make_article(f"Story {number}", at=at - timedelta(hours=number + 1), section=rooms[number % 5], **content)
        for number in range(count)
    ]


def headlines(front: FrontPage) -> list[str]:
    """Every headline on a front, as often as it stands there."""
    rows = [front.lead] if front.lead else []
    rows += [*front.top, *front.latest, *front.memos, *front.reports]
    return [card.headline for card in rows + [card for band in front.bands for card in band.cards]]


def test_nothing_published_is_said(client):
    response = client.get("/")
    assert response.status_code == 200
    assert "Nothing has been published here yet" in response.content.decode()


def test_what_editors_placed_stands_first_and_the_newest_fill_up():
    newest, second, third, old = stories(4)
    place(old, 1)
    place(third, 2)
    front = front_page("en", clock.now())
    assert front.lead.headline == old.headline
    assert [card.headline for card in front.top] == [third.headline, newest.headline, second.headline]


def test_place_of_an_unpublished_story_closes_up():
    first, second = stories(2)
    place(second, 1)
    place(first, 3)
    publishing.unpublish(second, None, clock.now())
    assert headlines(front_page("en", clock.now())) == [first.headline]


def test_story_under_embargo_is_not_shown():
    make_article("Tomorrow's", at=clock.now() + timedelta(hours=1))
    assert front_page("en", clock.now()).lead is None


def test_no_story_stands_twice():
    rows = stories(40)
    for number in range(3):
        make_article(f"Memo {number}", kind="memo")
        make_article(f"Report {number}", kind="trend_report")
    place(rows[20], 1)
    shown = headlines(front_page("en", clock.now()))
    assert len(shown) == len(set(shown))
    assert len(shown) > 30


def test_neighbouring_bands_look_different():
    stories(40)
    styles = [band.style for band in front_page("en", clock.now()).bands]
    assert styles == [style for style, _size in BAND_STYLES] + ["columns"]


def test_band_leads_to_its_section_in_the_language_of_the_front():
    stories(40, language="ar")
    assert front_page("ar", clock.now()).bands[0].url == "/sections/politics/?language=ar"


def test_memos_and_reports_stand_in_their_own_band():
    make_article("A memo", kind="memo")
    make_article("A report", kind="trend_report")
    stories(3)
    front = front_page("en", clock.now())
    assert [card.headline for card in (*front.memos, *front.reports)] == ["A memo", "A report"]
    assert front.lead.headline == "Story 0"


def test_memos_alone_still_make_a_front():
    make_article("A memo", kind="memo")
    assert front_page("en", clock.now()).lead.headline == "A memo"


def test_front_of_another_language_shows_its_own_stories(client):
    english = make_article("Harbour tariffs fall")
    make_article("تعرفة المرفأ تنخفض", language="ar", group=english.group)
    arabic = client.get("/ar/").content.decode()
    assert "تعرفة المرفأ تنخفض" in arabic
    assert "Harbour tariffs fall" not in arabic
    assert "تعرفة المرفأ تنخفض" not in client.get("/").content.decode()


def test_language_without_a_front_is_an_unknown_page(client):
    assert client.get("/fr/").status_code == 404


def test_member_is_not_asked_to_buy():
    make_article("A memo", kind="memo")
    stories(9)
    assert "See what PRO is" in anonymous().get("/").content.decode()
    page = member().get("/").content.decode()
    assert "See what PRO is" not in page
    assert "You are a member" in page


@pytest.mark.parametrize("count", [3, 30])
def test_front_asks_the_same_few_questions_however_much_it_shows(client, django_assert_num_queries, count):
    place(stories(count)[-1], 1)
    for number in range(3):
        make_article(f"Memo {number}", kind="memo")
    make_event()
    with django_assert_num_queries(12):
        assert client.get("/").status_code == 200

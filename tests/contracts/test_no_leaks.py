"""What is paid for stands on no public surface: not a sentence, not a figure, not a caption, in no form of any page.

Every surface is asked as a stranger, as somebody signed in and as somebody whose membership ran out; then the member
is asked, who must see it all, so that this test could fail.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from articles.media import recordings, share_pictures
from articles.models import Article
from memberships import clock, feed_tokens
from newsletters.models import Newsletter
from newsletters.presenting import render_edition
from tests.contracts import leaks
from tests.contracts.house import FILED, House
from tests.contracts.leaks import CANARIES, FORMS, HEARD, NOTE, SENTENCE, shown, surfaces
from tests.factories.articles import make_article
from tests.factories.newsletters import make_edition
from tests.people import Browser, anonymous, lapsed, member, reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole(settings, tmp_path) -> House:
    settings.MEDIA_ROOT = tmp_path / "media"
    return leaks.build()


def text_of(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace")


@pytest.mark.parametrize("person", [anonymous, reader, lapsed])
def test_no_public_surface_shows_what_is_paid_for(whole, person):
    browser = person()

    def ask(address: str) -> tuple[int, str]:
        response = browser.get(address)
        return response.status_code, text_of(response)

    assert leaks.found_by(ask, whole) == {}


@pytest.mark.parametrize("person", [anonymous, reader, lapsed])
def test_no_way_of_asking_shows_it(whole, person):
    browser, memo = person(), whole.memo.get_absolute_url()
    asked = [
        browser.head(memo),
        browser.get(memo, headers={"range": "bytes=0-999999"}),
        browser.get(memo, headers={"range": "bytes=2000-"}),
        browser.get(memo, headers={"user-agent": "Googlebot/2.1 (+http://www.google.com/bot.html)"}),
        browser.get(memo, headers={"x-forwarded-for": "66.249.66.1"}),
        browser.get(memo, headers={"accept": "application/json"}),
        browser.get(memo, headers={"if-modified-since": "Mon, 01 Jan 2001 00:00:00 GMT"}),
        browser.options(memo),
        browser.post(memo),
    ]
    for own in (recordings.address(whole.memo), f"{memo}captions.vtt"):
        asked += [browser.head(own), browser.options(own), browser.post(own)]
        asked += [browser.get(own, headers={"range": asked_for}) for asked_for in ("bytes=0-", "bytes=-99", "bytes=9-")]
        asked += [browser.get(own, headers={"user-agent": "Googlebot/2.1 (+http://www.google.com/bot.html)"})]
        asked += [browser.get(own, headers={"referer": f"{settings.SITE_URL}{memo}?gift=x"})]
    assert [found for response in asked if (found := shown(text_of(response)))] == []


@pytest.mark.parametrize("person", [anonymous, reader, lapsed])
@pytest.mark.parametrize("owner", [reader, lapsed])
def test_feeds_of_somebody_who_may_not_read_it_do_not_carry_it(whole, owner, person):
    """Whoever asks at the address: only its owner's rights count."""
    browser = person()
    _row, token = feed_tokens.issue(owner().user, "Reader", clock.now())
    places = ["", "pro/memos/", *(f"{kind}/{slug}/" for kind, slug in FILED.items())]
    for address in (f"/feeds/{token}/{place}{form}" for place in places for form in FORMS):
        response = browser.get(address)
        assert response.status_code == 200
        assert shown(response.content.decode()) == [], address


@pytest.mark.parametrize("shape", list(share_pictures.SHAPES))
def test_pictures_that_are_shared_know_nothing_of_the_text(whole, shape):
    """Headline, label and lead picture are on the card; with any other text the very same picture is drawn."""
    memo, other = whole.memo, make_article(whole.memo.headline, kind="memo", body="<p>Something else.</p>")
    assert share_pictures.draw(memo, shape) == share_pictures.draw(other, shape)
    assert share_pictures.fingerprint(memo) == share_pictures.fingerprint(other)
    assert shown(share_pictures.description(memo)) == []


@pytest.mark.parametrize("person", [anonymous, reader, lapsed, member])
def test_search_finds_nothing_by_what_is_paid_for(whole, person):
    browser = person()
    words = {word.strip(".,:") for text in CANARIES.values() for word in text.split() if len(word) > 6}
    assert {"quicksilver", "Petrichor", "verdigris", "Murexide", "Zebulon"} <= words
    for query in [*CANARIES.values(), f'"{SENTENCE}"', *words]:
        assert browser.get("/search/", {"q": query}).context["results"] == [], query
        assert browser.get("/search/suggest/", {"q": query}).json() == {"suggestions": []}, query


@pytest.mark.parametrize("person", [anonymous, reader, lapsed])
def test_metered_text_is_whole_on_its_own_page_only(whole, person):
    """Where nothing is counted it is closed, to programs and letters as to people who are looking for it."""
    Article.objects.filter(pk=whole.memo.pk).update(access="metered", product=None)
    browser, page_of_it = person(), whole.memo.get_absolute_url()
    leaked = {}
    for address in surfaces(whole):
        if address.partition("?")[0] != page_of_it and (found := shown(text_of(browser.get(address)))):
            leaked[address] = found
    assert leaked == {}
    letter = render_edition(whole.edition, clock.now())
    assert shown(letter.text + letter.html) == []
    assert SENTENCE in page(browser, page_of_it)


def test_letters_everybody_gets_do_not_carry_it(whole):
    letter = render_edition(whole.edition, clock.now())
    assert whole.memo.headline in letter.text
    assert shown(letter.text + letter.html + letter.subject) == []


def test_letter_takes_its_summary_before_the_cut(whole):
    """Where there is no standfirst, an edition shows the first words instead."""
    Article.objects.filter(pk=whole.memo.pk).update(standfirst="")
    list_of = Newsletter.objects.get(pk=whole.edition.newsletter.pk)
    letter = render_edition(make_edition(list_of, (whole.memo, ""), is_primary=False), clock.now())
    assert "The opening is for everybody." in letter.text
    assert shown(letter.text + letter.html) == []


def page(browser: Browser, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_member_sees_all_of_it(whole):
    browser, memo = member(), whole.memo.get_absolute_url()
    for address in (memo, f"{memo}?print"):
        assert shown(page(browser, address)) == list(CANARIES), address
    complete = browser.get(f"/api/v1/articles/{whole.memo.public_id}/?text=complete").json()
    assert SENTENCE in complete["html"]
    _row, token = feed_tokens.issue(browser.user, "Reader", clock.now())
    feed = browser.get(f"/feeds/{token}/pro/memos/feed.json").content.decode()
    assert shown(feed) == [name for name in CANARIES if name != "a note"]
    assert NOTE in page(browser, whole.premium_edition.get_absolute_url())
    heard = [recordings.address(whole.memo), f"{memo}captions.vtt"]
    assert [found for address in heard for found in shown(text_of(browser.get(address)))] == list(HEARD)

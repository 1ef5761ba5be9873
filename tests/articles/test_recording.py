"""A story's recording on its page and at its own address: as open as the story, asked the same decision."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from articles import publishing
from articles.media.recordings import address
from articles.models import Article
from articles.publishing.changes import changes
from memberships import clock, gift_links
from memberships.models import GiftLink, MeteredReading
from tests.articles.builders import picture, terms
from tests.articles.media import files
from tests.factories.articles import make_article, make_draft
from tests.factories.memberships import make_member
from tests.people import Browser, anonymous, editor, lapsed, member, reader

pytestmark = pytest.mark.django_db
DATA = files.mp3()


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def podcast(**content: object) -> Article:
    return make_article("What an olive knows", recording=files.sound(), **content)


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def status(story: Article, browser: Browser | None = None, **options: object) -> int:
    return (browser or anonymous()).get(address(story), **options).status_code


def page(story: Article, browser: Browser | None = None, query: str = "") -> str:
    return (browser or anonymous()).get(story.get_absolute_url() + query).content.decode()


def player(html: str) -> str:
    return html.partition('<figure class="recording')[2].partition("</figure>")[0]


# -- the page ----------------------------------------------------------------------------------------------------------


def test_sound_plays_above_the_text_and_fetches_nothing_before():
    story = podcast(lead_picture=picture())
    html = page(story)
    shown = player(html)
    assert '<audio controls preload="none"' in shown
    assert f'<source src="{address(story)}" type="audio/mpeg">' in shown
    assert "The podcast" in shown
    assert "1 min" in shown
    assert "Sound: Rania" in shown
    assert html.index("picture--16x9") < html.index("<audio") < html.index('class="prose')


def test_film_stands_in_the_place_of_the_lead_picture_which_is_its_poster():
    lead = picture()
    html = page(make_article(recording=files.moving(), lead_picture=lead))
    shown = player(html)
    tag = " ".join(re.search(r"<video[^>]*>", shown)[0].split())
    assert tag.startswith('<video controls preload="none" playsinline width="1280" height="720" poster="')
    assert f'poster="{lead.file.url}"' in tag
    assert '<track kind="captions" src="/articles/' in shown
    assert 'srclang="en"' in shown
    assert "9 min" in shown
    assert "picture--16x9" not in html
    assert "autoplay" not in html
    assert 'class="recording recording--film recording--wide"' in html


def test_story_without_a_recording_has_no_player():
    html = page(make_article(lead_picture=picture()))
    assert 'class="recording' not in html
    assert "picture--16x9" in html


@pytest.mark.parametrize("person", [anonymous, reader, lapsed])
def test_closed_recording_is_named_and_has_no_address(person):
    for made in (files.sound(), files.moving()):
        html = page(make_article(kind="memo", recording=made, lead_picture=picture()), person())
        shown = player(html)
        assert made.title in shown
        assert "opens with the rest of this story" in shown
        assert "recording." not in html
        assert "captions.vtt" not in html
        assert "picture--16x9" in html


def test_member_hears_what_they_hold():
    story = podcast(kind="memo")
    browser = member()
    assert address(story) in page(story, browser)
    response = browser.get(address(story))
    assert body(response) == DATA
    assert response["Cache-Control"] == "private, no-store"


def test_page_of_everybody_in_one_part_is_the_same():
    story = podcast(kind="memo")
    assert player(page(story, member())) == player(page(story, editor())) != ""


@pytest.mark.parametrize(("with_recording", "queries"), [(False, 3), (True, 4)])
def test_recording_costs_its_page_one_question(django_assert_num_queries, with_recording, queries):
    """Of the few stories that have one: another table in the article's own query would cost every page more."""
    story = make_article(lead_picture=picture(), recording=files.sound() if with_recording else None)
    browser = anonymous()
    page(story, browser)
    with django_assert_num_queries(queries):
        page(story, browser)


def test_paper_shows_no_player():
    assert "<audio" not in page(podcast(), query="?print")


# -- machines ----------------------------------------------------------------------------------------------------------


def data_of(html: str) -> dict:
    return json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)[0])


def test_search_engines_are_told_of_a_free_recording():
    story = podcast()
    told = data_of(page(story))["audio"]
    assert (told["@type"], told["name"], told["duration"]) == ("AudioObject", "The podcast", "PT0M3S")
    assert told["contentUrl"] == f"http://127.0.0.1:8000{address(story)}"
    film = data_of(page(make_article(recording=files.moving())))["video"]
    assert (film["@type"], film["width"], film["duration"]) == ("VideoObject", 1280, "PT9M0S")
    assert film["thumbnailUrl"].endswith("-16x9.jpg")
    assert film["uploadDate"]


@pytest.mark.parametrize("person", [anonymous, member])
def test_search_engines_are_not_told_where_a_paid_one_is(person):
    told = data_of(page(podcast(kind="memo"), person()))["audio"]
    assert told["isAccessibleForFree"] is False
    assert "contentUrl" not in told


# -- its own address ---------------------------------------------------------------------------------------------------


def test_free_recording_is_for_everybody_and_for_caches():
    response = anonymous().get(address(podcast()))
    assert (response.status_code, body(response)) == (200, DATA)
    assert response["Content-Type"] == "audio/mpeg"
    assert response["Accept-Ranges"] == "bytes"
    assert response["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in response


@pytest.mark.parametrize(
    ("asked", "sent", "named"),
    [
        ("bytes=0-99", DATA[:100], f"bytes 0-99/{len(DATA)}"),
        ("bytes=1000-1999", DATA[1000:2000], f"bytes 1000-1999/{len(DATA)}"),
        ("bytes=-7", DATA[-7:], f"bytes {len(DATA) - 7}-{len(DATA) - 1}/{len(DATA)}"),
        ("bytes=0-", DATA, f"bytes 0-{len(DATA) - 1}/{len(DATA)}"),
    ],
)
@pytest.mark.parametrize("kind", ["news", "memo"])
def test_part_of_it_can_be_asked_for(kind, asked, sent, named):
    response = member().get(address(podcast(kind=kind)), headers={"range": asked})
    assert (response.status_code, body(response), response["Content-Range"]) == (206, sent, named)
    assert response["Content-Length"] == str(len(sent))
    assert response["Content-Type"] == "audio/mpeg"


def test_part_beyond_its_end_cannot_be_asked_for():
    response = anonymous().get(address(podcast()), headers={"range": "bytes=9999999-"})
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(DATA)}")


def test_several_parts_at_once_are_answered_whole():
    response = anonymous().get(address(podcast()), headers={"range": "bytes=0-1,5-9"})
    assert (response.status_code, body(response)) == (200, DATA)


def test_head_says_how_large_it_is_and_sends_nothing():
    story, closed = podcast(), make_article(kind="memo", recording=files.moving())
    response = anonymous().head(address(story))
    assert (response.status_code, body(response), response["Content-Length"]) == (200, b"", str(len(DATA)))
    assert anonymous().head(address(closed)).status_code == 403


@pytest.mark.parametrize("person", [anonymous, reader, lapsed])
@pytest.mark.parametrize("range_", ["", "bytes=0-9", "bytes=-9"])
def test_closed_recording_is_refused_with_a_sentence(person, range_):
    story = podcast(kind="memo")
    for where in (address(story), f"{address(story)}?gift=x", f"{address(story)}?pass=x"):
        response = person().get(where, headers={"range": range_} if range_ else {})
        assert response.status_code == 403
        assert response.content == b"This recording opens with the rest of its story.\n"
        assert response["Cache-Control"] == "private, no-store"


def test_captions_are_as_closed_as_their_film():
    free = make_article(recording=files.moving())
    where = f"{free.get_absolute_url()}captions.vtt"
    response = anonymous().get(where)
    assert (body(response), response["Content-Type"]) == (files.CAPTIONS, "text/vtt; charset=utf-8")
    closed = make_article(kind="memo", recording=free.recording)
    where = f"{closed.get_absolute_url()}captions.vtt"
    assert anonymous().get(where).status_code == 403
    assert member().get(where).status_code == 200
    assert anonymous().get(f"{podcast().get_absolute_url()}captions.vtt").status_code == 404


def test_registered_recording_asks_for_an_account():
    story = podcast(access="registered")
    assert (status(story), status(story, reader())) == (403, 200)


def test_metered_recording_is_open_where_its_text_was_counted():
    terms(allowance=1)
    story, other = podcast(access="metered"), make_article(access="metered", recording=files.moving())
    browser = anonymous()
    assert status(story, browser) == 403  # although there is a reading left: it would not be counted
    assert address(story) in page(story, browser)
    assert (status(story, browser), status(other, browser), status(story)) == (200, 403, 403)
    assert address(other) not in page(other, browser)


def test_metered_recording_follows_the_account_that_read_its_text():
    story, browser = podcast(access="metered"), reader()
    assert status(story, browser) == 403
    page(story, browser)
    before = MeteredReading.objects.count()
    assert (status(story, browser), status(story, Browser(browser.user))) == (200, 200)
    assert MeteredReading.objects.count() == before == 1


def test_whoever_pays_hears_metered_recordings_without_being_counted():
    story = podcast(access="metered")
    assert (status(story, member()), status(story, editor())) == (200, 200)
    assert not MeteredReading.objects.exists()


def test_gift_opens_the_recording_in_the_browser_it_opened_the_text_in():
    """And the link counts once there, however often the player asks; nobody gets round the count."""
    story = podcast(kind="memo")
    gift = gift_links.give(make_member("Giver"), str(story.public_id), clock.now())
    link, browser = f"?gift={gift.public_id}", anonymous()
    assert status(story, browser, data={"gift": gift.public_id}) == 403
    assert address(story) in page(story, browser, link)
    assert [status(story, browser, headers={"range": "bytes=0-9"}) for _ in range(3)] == [206] * 3
    assert (status(story), GiftLink.objects.get().openings) == (403, 1)
    other = make_article(kind="memo", recording=files.moving())
    assert status(other, browser) == 403


def test_last_opening_of_a_gift_brings_the_recording_too():
    terms(gift_openings=1)
    story = podcast(kind="memo")
    gift = gift_links.give(make_member("Giver"), str(story.public_id), clock.now())
    first, second = anonymous(), anonymous()
    for browser in (first, second):
        page(story, browser, f"?gift={gift.public_id}")
    assert (status(story, first), status(story, second)) == (200, 403)


def test_looking_with_a_gift_opens_nothing():
    story = podcast(kind="memo")
    gift = gift_links.give(make_member("Giver"), str(story.public_id), clock.now())
    browser = anonymous()
    browser.head(f"{story.get_absolute_url()}?gift={gift.public_id}")
    assert status(story, browser) == 403


def test_retracted_recording_is_gone_for_everybody():
    story = podcast()
    publishing.retract(story, "It was not so.", None, clock.now())
    assert (status(story), status(story, member()), status(story, editor())) == (410, 410, 410)
    assert "<audio" not in page(story)


def test_recording_of_what_is_not_out_is_unknown():
    unpublished, embargoed = podcast(), make_article(recording=files.moving(), at=clock.now() + timedelta(hours=1))
    publishing.unpublish(unpublished, None, clock.now())
    for story in (unpublished, embargoed):
        assert (status(story), status(story, editor())) == (404, 404)


def test_address_of_another_kind_of_file_is_unknown():
    story = podcast()
    where = address(story)
    assert anonymous().get(where.replace(".mp3", ".mp4")).status_code == 404
    assert anonymous().get(where.replace(".mp3", ".exe")).status_code == 404
    assert anonymous().get(f"{make_article().get_absolute_url()}recording.mp3").status_code == 404


def test_file_that_is_lost_is_not_an_error():
    story = podcast()
    story.recording.file.storage.delete(story.recording.file.name)
    assert status(story) == 404


def test_asking_for_a_free_recording_costs_one_question(django_assert_num_queries):
    story, browser = podcast(), anonymous()
    with django_assert_num_queries(1):
        assert status(story, browser) == 200


# -- with its story ----------------------------------------------------------------------------------------------------


def test_recording_goes_with_its_story_from_draft_to_withdrawal():
    first, second = files.sound(), files.moving()
    draft = make_draft(recording=first)
    assert draft.article.recording is None
    story = publishing.publish(draft.article, None, clock.now())
    assert (story.recording, status(story)) == (first, 200)
    draft = publishing.save(draft, draft.number, {"recording": second}, None, clock.now())
    story.refresh_from_db()
    assert story.recording == first
    story = publishing.publish(story, None, clock.now())
    publishing.correct(story, "It is the film that was meant.", None, clock.now())
    story.refresh_from_db()
    assert (story.recording, status(story)) == (second, 200)
    before, after = (story.revisions.get(number=number).snapshot for number in (1, 2))
    assert [str(change.label) for change in changes(before, after)] == ["Recording"]
    draft = publishing.restore(draft, draft.number, story.revisions.get(number=1), None, clock.now())
    assert draft.recording == first
    publishing.unpublish(story, None, clock.now())
    assert status(story) == 404
    assert status(publishing.publish(story, None, clock.now())) == 200

"""Every address that others build upon answers."""

from __future__ import annotations

import pytest

from articles import publishing
from memberships import clock
from memberships.vouchers import links
from tests.contracts import house
from tests.contracts.house import FILED, House
from tests.memberships.vouchers.giving import paid
from tests.people import anonymous, editor, member

pytestmark = pytest.mark.django_db
PUBLIC = [
    "/",
    "/ar/",
    "/tr/",
    *(f"/{kind}/{slug}/" for kind, slug in FILED.items()),
    *(f"/{kind}/{slug}/feed.{form}" for kind, slug in FILED.items() for form in ("rss", "atom", "json")),
    "/feed.rss",
    "/feed.atom",
    "/feed.json",
    *(f"/pro/{kind}/feed.{form}" for kind in ("memos", "trend-reports") for form in ("rss", "atom", "json")),
    "/withdraw/",
    "/withdraw/sent/",
    "/search/",
    "/search/?q=harbour",
    "/pro/",
    "/pro/?code=SPRING",
    "/pro/?currency=usd",
    "/pro/memos/",
    "/pro/trend-reports/",
    "/pro/industries/",
    "/pro/teams/",
    "/gift/",
    "/newsletters/",
    "/events/",
    "/account/login/",
    "/account/signup/",
    "/account/signup/passkey/",
    "/account/password/reset/",
    "/api/v1/articles/",
    "/api/schema/",
    "/api/docs/",
    "/offline/",
    "/offline/?language=ar",
    "/sw.js",
    "/manifest.webmanifest",
    "/account/here.json",
    "/sitemap.xml",
    "/news-sitemap.xml",
    "/robots.txt",
    "/healthz",
    "/readyz",
    "/metrics",
    *(f"/{slug}/" for slug in house.HOUSE_TEXTS),
]
ACCOUNT = [
    "/account/",
    "/account/student/",
    "/account/membership/",
    "/account/newsletters/",
    "/account/feeds/",
    "/account/profile/",
    "/account/privacy/",
    "/account/privacy/erase/",
    "/account/password/set/",
    "/account/saved/",
    "/account/following/",
    "/account/history/",
    "/account/history/clear/",
    "/account/team/",
    "/account/email/",
    "/account/sessions/",
    "/account/2fa/",
]


@pytest.fixture
def whole() -> House:
    return house.build()


@pytest.mark.usefixtures("whole")
def test_public_addresses_answer():
    browser = anonymous()
    assert {path: browser.get(path).status_code for path in PUBLIC} == dict.fromkeys(PUBLIC, 200)


def test_addresses_of_single_things_answer(whole):
    day = whole.edition.edition_on.isoformat()
    article = whole.news.get_absolute_url()
    assert article == f"/articles/{whole.news.year}/{whole.news.month:02d}/harbour-tariffs-fall/"
    paths = [
        article,
        f"{article}?print",
        f"/newsletters/{whole.edition.newsletter.slug}/",
        f"/newsletters/{whole.edition.newsletter.slug}/{day}/",
        f"/newsletters/preferences/{whole.preferences}/",
        f"/newsletters/unsubscribe/{whole.unsubscribe}/",
        f"/newsletters/offers/stop/{whole.offers}/",
        f"/events/{whole.event.slug}/",
        f"/events/{whole.event.slug}/event.ics",
    ]
    browser = anonymous()
    assert {path: browser.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
    assert member().get(f"/events/{whole.event.slug}/live/").status_code == 200


def test_pages_with_one_button_answer_who_is_signed_in(whole):
    paths = [f"/account/saved/add/{whole.news.public_id}/", "/account/following/add/series/lebanon-pulse/"]
    browser, stranger = member(), anonymous()
    for path in paths:
        assert browser.get(path).status_code == 200
        assert stranger.get(path)["Location"] == f"/account/login/?next={path}"


def test_address_of_what_changed_answers_where_a_story_was_corrected(whole):
    path = f"{whole.news.get_absolute_url()}changes/"
    assert anonymous().get(path).status_code == 404
    publishing.correct(whole.news, "Three per cent.", None, clock.now())
    assert anonymous().get(path).status_code == 200


@pytest.mark.usefixtures("whole")
def test_links_of_a_gift_answer_strangers():
    gift, token = paid()
    paths = [f"/gift/{token}/", f"/gift/bought/{links.buyer_token(gift)}/"]
    browser = anonymous()
    assert {path: browser.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
    assert browser.get("/gift/bought/forged/").status_code == 404


@pytest.mark.usefixtures("whole")
def test_addresses_of_a_person_answer_them_and_ask_strangers_to_sign_in():
    browser, stranger = member(), anonymous()
    assert {path: browser.get(path).status_code for path in ACCOUNT} == dict.fromkeys(ACCOUNT, 200)
    for path in ACCOUNT:
        assert stranger.get(path)["Location"].startswith("/account/login/?next="), path


@pytest.mark.usefixtures("whole")
def test_desk_answers_who_works_there():
    assert editor().get("/admin/").status_code == 200
    assert anonymous().get("/admin/")["Location"].startswith("/admin/login/?next=/admin/")
    assert member().get("/admin/")["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("path", ["/webhooks/stripe/", "/webhooks/email/nobody/"])
def test_inbound_addresses_take_posts_only_and_refuse_what_is_not_signed(path):
    stranger = anonymous()
    assert stranger.get(path).status_code == 405
    assert 400 <= stranger.post(path, "{}", content_type="application/json").status_code < 500


def test_one_click_address_takes_its_post_without_a_redirect(whole):
    """RFC 8058: no cookie, no token of a form, no redirect."""
    response = anonymous().post(
        f"/newsletters/unsubscribe/{whole.unsubscribe}/", {"List-Unsubscribe": "One-Click"}, follow=False
    )
    assert response.status_code == 200

"""Gifts, passes and crawlers on the page of a closed text."""

from __future__ import annotations

from itertools import count

import pytest

from memberships import clock, crawlers, gift_links, passes
from memberships.models import GiftLink
from tests.articles.builders import terms
from tests.factories.articles import SECRET, make_article
from tests.factories.memberships import make_member
from tests.factories.newsletters import make_edition, make_newsletter, make_recipient
from tests.newsletters.builders import arrived
from tests.people import anonymous, lapsed, reader

pytestmark = pytest.mark.django_db
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
_hosts = count(1)


def shows(address: str, browser=None, **options) -> bool:
    response = (browser or anonymous()).get(address, **options)
    assert response.status_code == 200
    return SECRET in response.content.decode()


@pytest.mark.parametrize("person", [anonymous, reader, lapsed])
def test_gift_opens_a_memo_to_whoever_has_the_link(person):
    memo, another = make_article(kind="memo"), make_article(kind="memo")
    gift = gift_links.give(make_member(), str(memo.public_id), clock.now()).public_id
    browser = person()
    assert shows(f"{memo.get_absolute_url()}?gift={gift}", browser)
    assert not shows(memo.get_absolute_url(), browser)
    assert not shows(f"{another.get_absolute_url()}?gift={gift}", browser)


def test_gifted_page_is_nobodys_to_keep_and_head_opens_nothing():
    memo = make_article(kind="memo")
    gift = gift_links.give(make_member(), str(memo.public_id), clock.now()).public_id
    address = f"{memo.get_absolute_url()}?gift={gift}"
    assert anonymous().head(address).status_code == 200
    assert GiftLink.objects.get().openings == 0
    assert anonymous().get(address)["Cache-Control"] == "private, no-store"
    assert GiftLink.objects.get().openings == 1


def test_gift_of_what_is_open_anyway_is_not_used_up():
    news = make_article()
    gift = gift_links.give(make_member(), str(news.public_id), clock.now()).public_id
    assert shows(f"{news.get_absolute_url()}?gift={gift}")
    assert GiftLink.objects.get().openings == 0


def test_letters_link_opens_a_metered_text_without_counting():
    terms(allowance=0)
    metered, memo, news = make_article(access="metered"), make_article(kind="memo"), make_article()
    edition = make_edition(make_newsletter(), (metered, ""), (memo, ""), (news, ""))
    recipient = make_recipient()

    letter = arrived(edition, recipient, clock.now())

    token = passes.issue(recipient.public_id, str(metered.public_id), edition.due_at.date())
    address = f"{metered.get_absolute_url()}?pass={token}"
    for kind in ("plain", "html"):
        part = letter.get_body([kind]).get_content()
        assert address in part
        assert part.count("?pass=") == part.count(address)
        assert "[[" not in part
    browser = anonymous()
    assert not shows(metered.get_absolute_url(), browser)
    assert shows(address, browser)
    assert "meter" not in browser.cookies


def test_pass_opens_nothing_that_is_sold():
    memo = make_article(kind="memo")
    token = passes.issue(make_recipient().public_id, str(memo.public_id), clock.now().date())
    assert not shows(f"{memo.get_absolute_url()}?pass={token}")


def verified_at() -> str:
    """An address that DNS has said is Google's."""
    address = f"2001:db8:77::{next(_hosts):x}"
    crawler = crawlers.claimed_by(GOOGLEBOT)
    name = "crawl-1.googlebot.com"
    assert crawlers.verify(crawler, address, lambda _: (name, [], []), lambda _: [address])
    return address


@pytest.mark.parametrize(
    ("setting", "opened"),
    [("nothing", []), ("metered", ["metered"]), ("everything", ["metered", "registered", "memo"])],
)
def test_verified_crawler_reads_what_the_terms_say(setting, opened):
    terms(crawlers_read=setting, allowance=0)
    pages = {
        "metered": make_article(access="metered"),
        "registered": make_article(access="registered"),
        "memo": make_article(kind="memo"),
    }
    at = {"headers": {"user-agent": GOOGLEBOT}, "REMOTE_ADDR": verified_at()}
    assert [name for name, page in pages.items() if shows(page.get_absolute_url(), **at)] == opened
    assert not any(shows(page.get_absolute_url(), REMOTE_ADDR=at["REMOTE_ADDR"]) for page in pages.values())


def test_crawlers_copy_is_marked_up_and_not_to_be_kept():
    metered = make_article(access="metered")
    options = {"headers": {"user-agent": GOOGLEBOT}, "REMOTE_ADDR": verified_at()}
    response = anonymous().get(metered.get_absolute_url(), **options)
    assert response["X-Robots-Tag"] == "noarchive"
    assert '"cssSelector": ".paywall"' in response.content.decode()


def test_claim_nobody_checked_yet_is_a_strangers_and_is_looked_into(django_capture_on_commit_callbacks):
    terms(allowance=0)
    metered = make_article(access="metered")
    options = {"headers": {"user-agent": GOOGLEBOT}, "REMOTE_ADDR": f"2001:db8:88::{next(_hosts):x}"}
    with django_capture_on_commit_callbacks() as callbacks:
        assert not shows(metered.get_absolute_url(), **options)
    assert [callback.func.__self__.name for callback in callbacks] == ["memberships.tasks.verify_crawler"]
    assert callbacks[0].args == ("googlebot", options["REMOTE_ADDR"])

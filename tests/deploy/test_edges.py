"""Both edges keep pages for strangers and members alike, and nobody gets what they may not read: from real servers."""

from __future__ import annotations

import gzip
from contextlib import suppress
from datetime import timedelta
from itertools import permutations

import brotli
import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from articles import publishing
from articles.media import recordings
from articles.media.recordings import add_recording
from articles.models import Article
from memberships import clock, entitlements, gift_links
from memberships.entitlements import Origin
from memberships.models import Entitlement, MeteredReading, Network, User
from tests.articles.builders import terms
from tests.articles.media import files
from tests.deploy.calling import Caller, is_from_edge, is_kept, kept, port_of, until
from tests.factories.articles import OPENING, SECRET, make_article
from tests.factories.memberships import make_member, make_reader, make_staff, plan, pro
from tests.memberships.builders import team
from tests.newsroom.pagecache.web import session_of

SESSION = settings.SESSION_COOKIE_NAME
AT_ONCE = 1.5


def memo(access: str = "product") -> str:
    article = make_article(kind="memo")
    if access != "product":
        Article.objects.filter(pk=article.pk).update(access=access)
    return article.get_absolute_url()


def holding(seconds: float) -> User:
    """Somebody who holds PRO for so many seconds more."""
    user, at = make_reader(), clock.now()
    origin, until_then = Origin(Entitlement.Source.COMP, f"short-{user.pk}"), at + timedelta(seconds=seconds)
    entitlements.grant(user, pro(), origin, starts_at=at, until=until_then, at=at, reason="test")
    return user


def test_everybody_gets_their_own_copy_from_the_edge_in_whatever_order_they_come(edge):
    plan()
    people = {
        "stranger": (edge.anew(), False),
        "reader": (edge.as_user(make_reader()), False),
        "lapsed": (edge.as_user(make_member("Lapsed", days=-1)), False),
        "member": (edge.as_user(make_member()), True),
        "another": (edge.as_user(make_member()), True),
    }
    for order in list(permutations(people, 3))[::4]:
        address = memo()
        for name in (*order, *order):
            caller, may_read = people[name]
            reply = caller.get(address)
            assert (reply.status, SECRET in reply.text, OPENING in reply.text) == (200, may_read, True), (order, name)
    full = kept(lambda: people["another"][0].get(address))
    assert SECRET in full.text
    assert full.headers["cache-control"] == "private, no-store"
    assert "etag" not in full.headers
    opening = kept(lambda: people["stranger"][0].get(address))
    assert SECRET not in opening.text
    assert opening.headers["cache-control"] == "public, max-age=0, must-revalidate"
    for reply in (full, opening):
        assert reply.headers["vary"] == "Accept-Encoding, Cookie"
        assert not any(
            name.startswith(("surrogate", "x-tier", "x-accel", "x-page", "x-edge")) for name in reply.headers
        )


def test_one_members_copy_is_anothers(edge):
    address, one, other = memo(), edge.as_user(make_member()), edge.as_user(make_member())
    other.get("/")
    kept(lambda: one.get(address))
    reply = kept(lambda: other.get(address), tries=3)
    assert SECRET in reply.text


@pytest.mark.parametrize(
    "forged",
    [
        {"x_edge_tier": "1.pro."},
        {"x_tier": "1.pro.", "x_tier_cookie": "1.pro..1.9999999999999.x.AAAA"},
        {"surrogate_capability": 'nginx="Surrogate/1.0"', "x_edge_tier": "1.pro."},
        {"x_edge_time": "9999999999.0"},
        {"x_edge_asks": "tier", "x_edge_url": "/", "x_edge_cookie": "x"},
        {"cookie": "tier=1.pro..1.9999999999999.x.AAAA"},
        {"cookie": f"{SESSION}=no-such-session; tier=1.pro..1.9999999999999.x.AAAA"},
        {"cookie": f"{SESSION}=; tier=1.pro."},
        {"cookie": f'{SESSION}="1.pro."'},
        {"cookie": f"{SESSION}=x|1.pro.|http|127.0.0.1|/"},
        {"x_original_uri": "/", "x_rewrite_url": "/"},
    ],
)
def test_no_forgery_opens_a_closed_text_nor_closes_it_to_a_member(edge, forged):
    address, member = memo(), edge.as_user(make_member())
    kept(lambda: member.get(address))
    for _time in range(3):
        assert SECRET not in edge.anew().get(address, **forged).text
        assert SECRET not in edge.anew().get(address).text
        assert SECRET in member.get(address).text
        if "cookie" not in forged:
            assert SECRET in member.get(address, **forged).text


def test_where_one_says_is_nobodys_business(edge):
    for path in ("/.edge/tier", "/.edge/", "/.edge/tier?x=1", "//.edge/tier", "/%2eedge/tier", "/x/../.edge/tier"):
        reply = edge.as_user(make_member()).get(path, surrogate_capability="x", x_edge_asks="tier")
        # nginx says 204 at its own inner address: nobody, of whom nothing is told.
        assert (reply.status, reply.body) == (204, b"") or reply.status == 404, path
        assert not any(name.startswith("x-tier") for name in reply.headers)


def test_somebodys_tier_cookie_opens_nothing_beside_another_session(edge, house):
    address, member = memo(), make_member()
    application = Caller(int(house.url.rpartition(":")[2])).as_user(member)
    for _time in range(3):
        application.get(address)
    assert "tier" in application.cookies
    thief = edge.as_user(make_reader())
    thief.cookies["tier"] = application.cookies["tier"]
    for _time in range(4):
        assert SECRET not in thief.get(address).text


def test_two_sessions_in_one_request_are_one_or_the_others_and_spoil_nothing(edge):
    address, closed, opened = memo(), session_of(make_reader()), session_of(make_member())
    for first, second in ((closed, opened), (opened, closed)):
        for _time in range(3):
            edge.get(address, cookie=f"{SESSION}={first}; {SESSION}={second}")
            edge.get(address, cookie=f"{SESSION.upper()}={first}; {SESSION}={second}")
            assert SECRET not in edge.with_session(closed).get(address).text
            assert SECRET not in edge.anew().get(address).text
            assert SECRET in edge.with_session(opened).get(address).text


def test_right_that_ends_is_over_with_its_last_second(edge):
    address, short = memo(), edge.as_user(holding(3))
    assert SECRET in short.get(address).text
    took = until(lambda: SECRET not in short.get(address).text)
    assert took <= 4


def test_revoked_right_is_over_when_the_minute_of_its_tier_is(edge, house):
    """By the product's clock, 57 seconds of it are over when the edge asks."""
    address, user = memo(), make_member()
    session = session_of(user)
    ask = {"surrogate_capability": 'x="Surrogate/1.0 Tier/1.0"', "cookie": f"{SESSION}={session}"}
    told = Caller(port_of(house.url)).get("/.edge/tier", x_forwarded_for="127.0.0.1", **ask)
    assert (told.status, told.headers["x-tier"]) == (204, "1.pro.")
    clock.set_offset(timedelta(seconds=57))
    try:
        member = edge.with_session(session)
        kept(lambda: member.get(address))
        entitlements.revoke(Origin(Entitlement.Source.COMP, f"comp-{user.pk}"), at=clock.now(), reason="test")
        assert until(lambda: SECRET not in member.get(address).text) <= 4
        assert SECRET not in member.get(address).text
    finally:
        clock.set_offset(timedelta())


def test_who_has_just_paid_reads_within_seconds(edge):
    plan()
    address, user = memo(), make_reader()
    caller = edge.as_user(user)
    for _time in range(3):
        assert SECRET not in caller.get(address).text
    at = clock.now()
    origin = Origin(Entitlement.Source.COMP, "paid")
    entitlements.grant(user, pro(), origin, starts_at=at, until=at + timedelta(days=9), at=at, reason="test")
    assert until(lambda: SECRET in caller.get(address).text) <= 6


def test_who_signs_out_is_a_stranger_at_once(edge):
    address, member = memo(), edge.as_user(make_member())
    assert SECRET in kept(lambda: member.get(address)).text
    assert SECRET not in member.anew().get(address).text


def test_metered_reading_is_counted_each_time_and_kept_never(edge):
    terms(allowance=2, newcomers_a_day=1000)
    address, user = memo("metered"), make_reader()
    reader = edge.as_user(user)
    assert not is_kept(lambda: reader.get(address))
    assert MeteredReading.objects.filter(user=user).count() == 1
    readings = [edge.anew() for _each in range(3)]
    for stranger in readings:
        assert SECRET in stranger.get(address).text
        assert "meter" in stranger.cookies
    spent = edge.anew()
    for other in (memo("metered"), memo("metered")):
        spent.get(other)
    assert SECRET not in spent.get(address).text
    assert SECRET in edge.anew().get(address).text
    member = edge.as_user(make_member())
    assert SECRET in kept(lambda: member.get(address)).text


def test_head_counts_nothing_and_hides_no_body(edge):
    terms(allowance=1, newcomers_a_day=1000)
    metered, free, user = memo("metered"), make_article().get_absolute_url(), make_reader()
    reader = edge.as_user(user)
    for _time in range(3):
        assert reader.get(metered, method="HEAD").body == b""
        assert edge.get(free, method="HEAD").body == b""
        assert SECRET in edge.get(free).text
    assert not MeteredReading.objects.exists()
    assert SECRET in reader.get(metered).text


def test_gift_opens_for_whom_it_was_given_alone(edge):
    plan()
    article = make_article(kind="memo")
    link = gift_links.give(make_member(), str(article.public_id), clock.now())
    address = article.get_absolute_url()
    for parameter in ("gift", "%67ift"):
        given = f"{address}?{parameter}={link.public_id}"
        assert SECRET in edge.anew().get(given).text
        assert not is_kept(lambda given=given: edge.anew().get(given))
        assert SECRET not in edge.anew().get(address).text


def test_recording_is_as_open_as_its_story_and_comes_in_parts(edge, house, settings):
    settings.MEDIA_ROOT = house.folder / "media"
    film = add_recording(ContentFile(files.film(), "strait.mp4"), "The strait, filmed", "", None, clock.now())
    memo = make_article(kind="memo", recording=film)
    address, member = recordings.address(memo), edge.as_user(make_member())
    for _time in range(2):
        part = member.get(address, range="bytes=4-7")
        assert (part.status, part.body) == (206, b"ftyp")
        assert part.headers["cache-control"] == "private, no-store"
        assert edge.anew().get(address).status == 403
        assert edge.get(f"/media/private/{film.file.name}").status == 404
    assert member.get(address).body == files.film()


def test_network_reads_what_it_holds_and_strangers_do_not(edge):
    network, at = Network.objects.create(team=team(make_reader()), cidr="127.0.0.77/32"), clock.now()
    origin = Origin(Entitlement.Source.IP_RANGE, f"network:{network.pk}")
    entitlements.settle(network, pro(), origin, until=at + timedelta(days=9), at=at)
    address, free = memo(), make_article().get_absolute_url()
    inside, reader = Caller(edge.port, address="127.0.0.77"), edge.as_user(make_reader())
    inside_too = Caller(edge.port, address="127.0.0.77", cookies=dict(reader.cookies))
    for _time in range(3):
        assert SECRET not in edge.get(address).text
        assert SECRET in inside.get(address).text
        assert SECRET in inside.get(address, x_forwarded_for="127.0.0.1").text
        assert SECRET not in edge.get(address, x_forwarded_for="127.0.0.77", forwarded="for=127.0.0.77").text
        assert SECRET not in reader.get(address).text
        assert SECRET in inside_too.get(address).text
    assert not is_kept(lambda: edge.get(address))
    assert is_kept(lambda: edge.get(free))


def test_crawler_is_asked_about_and_nothing_of_it_kept(edge):
    terms(crawlers_read="everything")
    address = memo()
    kept(lambda: edge.get(address))
    for name in ("Mozilla/5.0 (compatible; Googlebot/2.1)", "BINGBOT"):
        assert not is_kept(lambda name=name: edge.get(address, user_agent=name))
    assert is_kept(lambda: edge.get(address))


def test_staff_and_messages_are_answered_by_django(edge):
    address, editor = make_article().get_absolute_url(), edge.as_user(make_staff("Editor"))
    kept(lambda: edge.get(address))
    assert not is_kept(lambda: editor.get(address))
    assert editor.get(address).cache == "bypass (staff)"
    assert edge.get(address, cookie="messages=x").cache == "bypass (messages)"


def test_strangers_page_is_not_sent_again(edge):
    address = make_article().get_absolute_url()
    tag = kept(lambda: edge.get(address)).headers["etag"]
    again = edge.get(address, if_none_match=tag)
    assert (again.status, again.body) == (304, b"")
    assert edge.get(address, if_none_match='"other"').status == 200


def test_everybody_gets_an_encoding_they_can_read(edge, program):
    address, member = memo(), edge.as_user(make_member())
    readers = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
    accepted = ["gzip, deflate, br, zstd", "gzip", "br;q=0, gzip;q=0.5", "identity", "", "br;q=0.0", "GZIP", "*;q=0"]
    for caller, may_read in ((member, True), (edge.anew(), False)):
        for _time in range(2):
            for accept in (*accepted, *reversed(accepted)):
                reply = caller.get(address, accept_encoding=accept)
                encoding = reply.headers.get("content-encoding", "")
                assert not encoding or encoding in accept.lower()
                assert (SECRET in readers[encoding](reply.body).decode()) == may_read
    if program == "nginx":
        best = kept(lambda: member.get(address, accept_encoding="gzip, br"))
        assert best.headers["content-encoding"] == "br"


@pytest.mark.parametrize(
    ("path", "more", "statuses"),
    [
        ("/?x=" + "y" * 10_240, {}, {200}),
        ("/" + "y" * 10_240 + "/", {}, {404}),
        ("/%00", {}, {400}),
        ("/%0d%0aset-cookie:x=1/", {}, {404}),
        ("/%ff%fe/", {}, {404}),
        ("//", {}, {404, 200}),
        ("/../../etc/passwd", {}, {400, 404}),
        ("/", {"cookie": f"{SESSION}=" + "x" * 300}, {200}),
        ("/", {"cookie": "x=" + "y" * 12_000}, {200}),
        ("/", {"cookie": ";;;==; sessionid"}, {200}),
        ("/", {"accept_encoding": ";;q=;gzip;q=x,,"}, {200}),
        ("/", {"range": "bytes=0-9"}, {200, 206}),
    ],
)
def test_odd_requests_are_answered_in_order(edge, path, more, statuses):
    for _time in range(2):
        assert edge.get(path, **more).status in statuses


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "127.0.0.1.evil.example", "x" * 300, "a|b", "[::1", "127.0.0.1/x"]
)
def test_other_hosts_are_refused_and_spoil_nothing(edge, host):
    address = memo()
    for _time in range(2):
        with suppress(ConnectionError):  # nginx hangs up on whom it does not know
            assert edge.get(address, host=host).status in {400, 404, 421}
        assert edge.get(address).status == 200


def test_host_in_other_letters_is_the_same_page(edge):
    address = make_article().get_absolute_url()
    kept(lambda: edge.get(address, host="localhost"))
    assert edge.get(address, host="LOCALHOST:80").status == 200
    assert SECRET in edge.get(address, host="LocalHost").text


def test_correction_is_seen_within_a_second(edge):
    article = make_article(kind="memo")
    address, member = article.get_absolute_url(), edge.as_user(make_member())
    kept(lambda: edge.get(address))
    kept(lambda: member.get(address))
    publishing.correct(article, "It opened a day later.", None, clock.now())
    callers = (edge, member)
    took = until(lambda: all("It opened a day later." in caller.get(address).text for caller in callers))
    assert took < AT_ONCE
    for caller in callers:
        assert "It opened a day later." in kept(lambda caller=caller: caller.get(address)).text


def test_withdrawn_text_is_gone_within_a_second_for_members_too(edge):
    article = make_article(kind="memo")
    address, member = article.get_absolute_url(), edge.as_user(make_member())
    kept(lambda: member.get(address))
    publishing.retract(article, "It was wrong.", None, clock.now())
    assert until(lambda: member.get(address).status == 410) < AT_ONCE
    assert SECRET not in member.get(address).text


def test_what_is_not_kept_passes(edge):
    reader = edge.as_user(make_reader())
    assert reader.get("/account/").status == 200
    assert edge.get("/account/").status == 302
    for path in ("/api/v1/articles/", "/search/?q=port", "/healthz", "/admin/login/"):
        for _time in range(2):
            reply = edge.get(path)
            assert reply.status in {200, 302}
            assert not is_from_edge(reply)
    assert edge.get("/webhooks/stripe/", method="POST", content_length="0").status == 400

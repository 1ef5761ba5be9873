"""What our own edge is told: who asks, and which answers it may give to whom else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from articles.models import Article
from memberships import clock, entitlements, gift_links
from memberships.entitlements import Origin
from memberships.models import Entitlement, Network
from newsroom.pagecache import edge
from newsroom.pagecache.variant import STRANGER
from tests.articles.builders import terms
from tests.factories.articles import SECRET, make_article
from tests.factories.memberships import make_member, make_reader, make_staff, plan, pro
from tests.memberships.builders import team
from tests.newsroom.pagecache.web import Reply, Visitor, session_of, signed_in

pytestmark = pytest.mark.django_db
OURS = {"surrogate_capability": 'nginx="Surrogate/1.0"'}
ASKS = {"surrogate_capability": 'nginx="Surrogate/1.0 Tier/1.0"'}
MEMBER = "1.pro."


def tier_of(visitor: Visitor, **more: str) -> Reply:
    return visitor.get(edge.ADDRESS, **ASKS, **more)


def asked(visitor: Visitor, address: str, tier: str = "", **more: str) -> Reply:
    """By an edge that would file the answer under the tier."""
    return visitor.get(address, x_edge_tier=tier, **OURS, **more)


def is_kept(reply: Reply) -> bool:
    is_kept = reply.headers["x-accel-expires"] != "0"
    assert ("no-store" in reply.headers["surrogate-control"]) != is_kept
    assert ("surrogate-key" in reply.headers) == is_kept
    return is_kept


def hold_at(address: str) -> None:
    """Let whoever asks from there hold PRO."""
    network, at = Network.objects.create(team=team(make_reader()), cidr=f"{address}/32"), clock.now()
    origin = Origin(Entitlement.Source.IP_RANGE, f"network:{network.pk}")
    entitlements.settle(network, pro(), origin, until=at + timedelta(days=9), at=at)


def test_edge_is_told_where_a_session_stands(layer, django_assert_num_queries):
    reply = tier_of(signed_in(layer, make_member()))
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["x-tier"] == MEMBER
    assert 0 < int(reply.headers["x-accel-expires"]) <= 60
    assert reply.headers["cache-control"] == "no-store"


def test_cookie_it_is_told_spares_asking(layer, django_assert_num_queries):
    member, address = signed_in(layer, make_member()), make_article(kind="memo").get_absolute_url()
    member.get(address)
    cookie = tier_of(member).headers["x-tier-cookie"]
    session = member.cookies[settings.SESSION_COOKIE_NAME]
    with django_assert_num_queries(0):
        again = Visitor(layer, cookies={settings.SESSION_COOKIE_NAME: session, "tier": cookie}).get(address)
    assert again.cache == "hit"
    assert SECRET in again.text


def test_nobody_else_is_told(layer):
    member = signed_in(layer, make_member())
    for reply in (member.get(edge.ADDRESS), member.get(edge.ADDRESS, **OURS), tier_of(member, method="POST")):
        assert reply.status in {403, 404}
        assert "x-tier" not in reply.headers


def test_tier_is_believed_to_the_end_of_its_minute_by_the_edges_own_clock(layer, later):
    member = signed_in(layer, make_member())
    assert tier_of(member, x_edge_time="1700000000.987").headers["x-accel-expires"] == "@1700000059"
    later(45)
    told = tier_of(member, x_edge_time="1700000045.100").headers["x-accel-expires"]
    assert told in {"@1700000058", "@1700000059"}
    assert tier_of(member, x_edge_time="evening").headers["x-accel-expires"] in {"14", "15"}


def test_tier_is_believed_no_longer_than_its_first_right(layer):
    user, at = make_reader(), clock.now()
    origin = Origin(Entitlement.Source.COMP, "short")
    entitlements.grant(user, pro(), origin, starts_at=at, until=at + timedelta(seconds=20), at=at, reason="test")
    told = tier_of(signed_in(layer, user))
    assert told.headers["x-tier"] == MEMBER
    assert int(told.headers["x-accel-expires"]) <= 20


def test_who_holds_nothing_is_asked_about_again_soon(layer):
    told = tier_of(signed_in(layer, make_reader()))
    assert told.headers["x-tier"] == "1.."
    assert int(told.headers["x-accel-expires"]) <= 5


def test_stranger_is_not_remembered(layer):
    told = tier_of(Visitor(layer))
    assert (told.headers["x-tier"], told.headers["x-accel-expires"]) == (STRANGER.code, "0")
    assert "x-tier-cookie" not in told.headers
    nobody = tier_of(Visitor(layer, cookies={settings.SESSION_COOKIE_NAME: "no-such-session"}))
    assert nobody.headers["x-tier"] == STRANGER.code


def test_copies_are_kept_for_those_who_stand_where_the_edge_believes(layer):
    address = make_article(kind="memo").get_absolute_url()
    stranger, member = Visitor(layer), signed_in(layer, make_member())
    stranger.get(address)
    for _time in range(2):
        assert is_kept(asked(stranger, address))
        assert is_kept(asked(stranger, address, STRANGER.code))
        tier_of(member)
        full = asked(member, address, MEMBER)
        assert SECRET in full.text
    assert is_kept(full)
    assert full.headers["cache-control"] == "private, no-store"
    assert full.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("claim", ["", STRANGER.code, "1..", "1.pro~x.", "2.pro.", "x", "é".encode().decode("latin-1")])
def test_a_members_copy_is_kept_for_nobody_else(layer, claim):
    address, member = make_article(kind="memo").get_absolute_url(), signed_in(layer, make_member())
    for _time in range(3):
        reply = asked(member, address, claim)
        assert SECRET in reply.text
        assert not is_kept(reply)


@pytest.mark.parametrize("claim", [MEMBER, "1..", "2..", "1.pro.pro"])
def test_a_claim_opens_nothing(layer, claim):
    address = make_article(kind="memo").get_absolute_url()
    signed_in(layer, make_member()).get(address)
    for visitor in (Visitor(layer), signed_in(layer, make_member(days=-1))):
        for _time in range(3):
            reply = asked(visitor, address, claim)
            assert SECRET not in reply.text
            if claim != "1..":
                assert not is_kept(reply)


def test_nginx_keeps_a_page_to_the_end_of_its_second(layer):
    address = make_article().get_absolute_url()
    Visitor(layer).get(address)
    reply = asked(Visitor(layer), address, x_edge_time="1700000000.999")
    assert reply.headers["x-accel-expires"] == "@1700000000"
    assert reply.headers["cache-control"].endswith("must-revalidate, stale-while-revalidate=1")
    assert next(iter(reply.headers)) == "x-accel-expires"


def test_answer_that_sets_a_cookie_is_not_kept(layer):
    address, member = make_article(kind="memo").get_absolute_url(), signed_in(layer, make_member())
    Visitor(layer).get(address)
    first = asked(member, address, MEMBER)
    assert "set-cookie" in first.headers
    assert not is_kept(first)


def test_staff_are_kept_nowhere(layer):
    address, editor = make_article().get_absolute_url(), signed_in(layer, make_staff("Editor"))
    code = tier_of(editor).headers["x-tier"]
    assert not any(is_kept(asked(editor, address, code)) for _time in range(3))


def test_metered_reading_is_kept_for_nobody_and_an_entitled_one_is(layer):
    article = make_article(kind="memo")
    Article.objects.filter(pk=article.pk).update(access="metered")
    address = article.get_absolute_url()
    terms(allowance=1)
    for visitor in (Visitor(layer), signed_in(layer, make_reader())):
        code = tier_of(visitor).headers["x-tier"]
        assert not any(is_kept(asked(visitor, address, code)) for _time in range(3))
    member = signed_in(layer, make_member())
    asked(member, address, MEMBER)
    assert is_kept(asked(member, address, MEMBER))


def test_head_is_not_kept(layer):
    address = make_article().get_absolute_url()
    Visitor(layer).get(address)
    assert not is_kept(asked(Visitor(layer), address, method="HEAD"))


def test_edge_is_given_the_whole_page_though_it_asks_by_a_tag(layer):
    address = make_article().get_absolute_url()
    tag = Visitor(layer).get(address).headers["etag"]
    reply = asked(Visitor(layer), address, if_none_match=tag)
    assert reply.status == 200
    assert is_kept(reply)


def test_what_a_gift_or_a_crawlers_errand_opens_is_not_kept(layer):
    plan()
    article, giver = make_article(kind="memo"), make_member()
    address = article.get_absolute_url()
    link = gift_links.give(giver, str(article.public_id), clock.now())
    for _time in range(2):
        assert not is_kept(asked(Visitor(layer), f"{address}?gift={link.public_id}"))
        assert not is_kept(asked(Visitor(layer), address, user_agent="Googlebot/2.1"))


def test_strangers_openings_are_not_kept_while_a_network_holds_something(layer, node):
    closed, free = make_article(kind="memo").get_absolute_url(), make_article().get_absolute_url()
    hold_at("192.0.2.77")
    node.networks.forget()
    for _time in range(2):
        opening, whole = asked(Visitor(layer), closed), asked(Visitor(layer), free)
        assert not is_kept(opening)
    assert is_kept(whole)
    inside = Visitor(layer, address="192.0.2.77")
    for _time in range(2):
        reply = asked(inside, closed)
        assert SECRET in reply.text
        assert not is_kept(reply)


def test_who_is_signed_in_is_told_with_what_their_network_holds(layer, node):
    hold_at("192.0.2.77")
    node.networks.forget()
    reader = signed_in(layer, make_reader())
    assert tier_of(reader).headers["x-tier"] == "1.."
    inside = Visitor(layer, address="192.0.2.77", cookies=dict(reader.cookies))
    assert tier_of(inside).headers["x-tier"] == MEMBER


@pytest.mark.parametrize("path", ["/account/", "/?q=1", "/newsletters/", "/no/such/page/", "/healthz"])
def test_what_the_page_cache_does_not_keep_no_edge_keeps(layer, path):
    assert not any(is_kept(asked(Visitor(layer), path)) for _time in range(2))


def test_session_of_nobody_and_a_forged_tier_open_nothing(layer):
    address, session = make_article(kind="memo").get_absolute_url(), session_of(make_reader())
    cookies = f"sessionid={session}; tier={MEMBER}9999999999999.9999999999999.x.AAAA"
    reply = asked(Visitor(layer), address, MEMBER, cookie=cookies)
    assert SECRET not in reply.text
    assert not is_kept(reply)

"""The cookie that spares asking: what it says holds for one session and one minute."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from memberships import clock, entitlements, gifts
from memberships.entitlements import Origin
from memberships.models import Entitlement, Network
from newsroom.pagecache.forgetting import subject_of
from newsroom.pagecache.tiers import COOKIE, Tiers
from newsroom.pagecache.variant import STRANGER, Tier
from tests.factories.articles import SECRET, make_article
from tests.factories.memberships import make_member, make_reader, make_staff, plan, pro
from tests.memberships.builders import team
from tests.newsroom.pagecache.web import Visitor, session_of, signed_in

pytestmark = pytest.mark.django_db
MEMBER = Tier(is_signed_in=True, products=("pro",))


@pytest.fixture
def tiers(node):
    return Tiers(node)


def asked(tiers: Tiers, session: str, cookie: str = "", at: float | None = None) -> tuple[Tier, str]:
    """The tier of a browser with this session and tier cookie, and the value of the cookie it is given."""
    header = f"{settings.SESSION_COOKIE_NAME}={session}" + (f"; {COOKIE}={cookie}" if cookie else "")
    environ = {"HTTP_COOKIE": header, "REMOTE_ADDR": "192.0.2.1"}
    tier, given = tiers.of(environ, clock.now().timestamp() if at is None else at)
    return tier, given.partition(";")[0].partition("=")[2]


def test_member_is_asked_about_once(tiers, node, django_assert_num_queries):
    session = session_of(make_member())
    tier, cookie = asked(tiers, session)
    assert tier == MEMBER
    with django_assert_num_queries(0):
        assert asked(tiers, session, cookie) == (MEMBER, "")
        assert asked(Tiers(node), session, cookie) == (MEMBER, "")


def test_cookie_is_good_for_a_minute_of_the_products_clock(tiers):
    session, at = session_of(make_member()), clock.now().timestamp()
    _tier, cookie = asked(tiers, session, at=at)
    assert asked(tiers, session, cookie, at + 59) == (MEMBER, "")
    assert asked(tiers, session, cookie, at + 61)[1]
    assert asked(tiers, session, cookie, at - 3600)[1]


def test_cookie_ends_with_the_right_it_tells_of(tiers):
    user, at = make_reader(), clock.now()
    origin = Origin(Entitlement.Source.COMP, "short")
    entitlements.grant(user, pro(), origin, starts_at=at, until=at + timedelta(seconds=20), at=at, reason="test")
    session = session_of(user)
    moment = clock.now().timestamp()
    tier, cookie = asked(tiers, session, at=moment)
    assert tier == MEMBER
    tier, renewed = asked(tiers, session, cookie, moment + 21)
    assert renewed
    assert tier == Tier(is_signed_in=True)


def test_cookie_opens_nothing_in_another_browser(tiers, node):
    _tier, cookie = asked(tiers, session_of(make_member()))
    tier, given = asked(tiers, session_of(make_reader()), cookie)
    assert tier == Tier(is_signed_in=True)
    assert given
    environ = {"HTTP_COOKIE": f"{COOKIE}={cookie}", "REMOTE_ADDR": "192.0.2.1"}
    assert tiers.of(environ, clock.now().timestamp()) == (STRANGER, "")


@pytest.mark.parametrize(
    "forged",
    ["1.pro..0.9999999999999.x.AAAA", "x", "1.pro.", "." * 50, "é" * 20, "1.pro..1.2.3." + "A" * 600, "=" * 40],
)
def test_forged_cookie_is_asked_about(tiers, forged):
    tier, given = asked(tiers, session_of(make_reader()), forged.encode().decode("latin-1"))
    assert tier == Tier(is_signed_in=True)
    assert given


def test_changed_cookie_is_asked_about(tiers):
    session = session_of(make_reader())
    _tier, cookie = asked(tiers, session)
    tier, given = asked(tiers, session, cookie.replace("1..", "1.pro.", 1))
    assert tier == Tier(is_signed_in=True)
    assert given


@pytest.mark.parametrize("session", ["x", "no-such-session-0123456789abcdef", "é" * 30, "a" * 300])
def test_session_nobody_has_is_a_strangers(tiers, session):
    assert asked(tiers, session.encode().decode("latin-1"))[0] == STRANGER


def test_session_of_somebody_shut_out_is_a_strangers(tiers):
    user = make_member()
    session = session_of(user)
    user.is_active = False
    user.save()
    assert asked(tiers, session)[0] == STRANGER


def test_reader_may_try_what_they_have_not_tried(tiers):
    plan()
    assert asked(tiers, session_of(make_reader()))[0] == Tier(is_signed_in=True, trials=("pro",))


def test_staff_are_known_as_such(tiers):
    assert asked(tiers, session_of(make_staff("Editor")))[0].is_staff


def test_revoked_right_ends_at_once_on_this_node(layer, django_capture_on_commit_callbacks):
    address, editor, user = make_article(kind="memo").get_absolute_url(), make_staff("Support"), make_reader()
    with django_capture_on_commit_callbacks(execute=True):
        right = gifts.give(user, pro(), clock.now() + timedelta(days=9), "test", editor, clock.now())
    member = signed_in(layer, user)
    for _time in range(3):
        assert SECRET in member.get(address).text
    with django_capture_on_commit_callbacks(execute=True):
        entitlements.revoke(Origin(Entitlement.Source.COMP, right.source_ref), at=clock.now(), reason="test")
    assert SECRET not in member.get(address).text


def test_right_that_was_just_bought_opens_at_once(layer, django_capture_on_commit_callbacks):
    address, user = make_article(kind="memo").get_absolute_url(), make_reader()
    reader = signed_in(layer, user)
    for _time in range(3):
        assert SECRET not in reader.get(address).text
    at = clock.now()
    with django_capture_on_commit_callbacks(execute=True):
        origin = Origin(Entitlement.Source.SUBSCRIPTION, "sub_1")
        entitlements.settle(user, pro(), origin, until=at + timedelta(days=30), at=at)
    assert SECRET in reader.get(address).text


def test_revocation_on_another_node_ends_the_right_within_a_minute(layer, later):
    address, user = make_article(kind="memo").get_absolute_url(), make_member()
    member = signed_in(layer, user)
    for _time in range(3):
        assert SECRET in member.get(address).text
    # Nothing is announced here: the message got lost.
    Entitlement.objects.filter(user=user).update(revoked_at=clock.now())
    assert SECRET in member.get(address).text
    later(61)
    assert SECRET not in member.get(address).text


def test_signing_out_everywhere_ends_what_was_known(layer, node):
    user = make_member()
    address = make_article(kind="memo").get_absolute_url()
    member = signed_in(layer, user)
    assert SECRET in member.get(address).text
    assert SECRET in member.get(address).text
    stolen = Visitor(layer, cookies=dict(member.cookies))
    assert COOKIE in stolen.cookies
    Session.objects.all().delete()
    node.forget([subject_of(user.pk)], clock.now().timestamp())
    assert SECRET not in stolen.get(address).text


def test_reader_in_a_network_never_gets_the_strangers_copy(layer, django_capture_on_commit_callbacks):
    address = make_article(kind="memo").get_absolute_url()
    office = Visitor(layer, address="203.0.113.9")
    assert SECRET not in office.get(address).text
    at = clock.now()
    with django_capture_on_commit_callbacks(execute=True):
        network = Network.objects.create(team=team(make_reader()), cidr="203.0.113.0/24")
        origin = Origin(Entitlement.Source.IP_RANGE, f"network:{network.pk}")
        entitlements.settle(network, pro(), origin, until=at + timedelta(days=9), at=at)
    assert SECRET in office.get(address).text
    reply = office.get(address)
    assert reply.cache == "hit"
    assert SECRET in reply.text
    assert reply.headers["cache-control"] == "private, no-store"
    assert SECRET not in Visitor(layer).get(address).text
    with django_capture_on_commit_callbacks(execute=True):
        entitlements.revoke(origin, at=clock.now(), reason="test")
    assert SECRET not in office.get(address).text


def test_a_proxy_nobody_trusts_puts_nobody_into_a_network(layer, settings):
    address, at = make_article(kind="memo").get_absolute_url(), clock.now()
    network = Network.objects.create(team=team(make_reader()), cidr="203.0.113.0/24")
    origin = Origin(Entitlement.Source.IP_RANGE, f"network:{network.pk}")
    entitlements.settle(network, pro(), origin, until=at + timedelta(days=9), at=at)
    assert SECRET in Visitor(layer, address="203.0.113.9").get(address).text
    assert SECRET not in Visitor(layer).get(address, x_forwarded_for="203.0.113.9").text
    settings.TRUSTED_PROXY_COUNT = 1
    assert SECRET in Visitor(layer).get(address, x_forwarded_for="203.0.113.9").text

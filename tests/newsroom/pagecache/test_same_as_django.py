"""Whoever asks, in whatever order: through the page cache they see what Django alone would have shown them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from articles.models import Article, HouseText
from memberships import clock, entitlements
from memberships.entitlements import Origin
from memberships.models import Entitlement, Network, Product
from newsroom.pagecache.layer import PageCache
from newsroom.pagecache.node import Node
from newsroom.pagecache.tiers import COOKIE
from tests.articles.builders import terms
from tests.contracts import house
from tests.contracts.house import FILED
from tests.factories.articles import OPENING, SECRET, make_article
from tests.factories.memberships import make_member, make_reader, make_staff, plan, pro
from tests.memberships.builders import subscription, team
from tests.newsroom.pagecache.web import Visitor, session_of, signed_in

pytestmark = pytest.mark.django_db
LEVELS = ("free", "registered", "metered", "product", "climate")
LISTS = ("/", "/sections/politics/", "/pro/memos/", "/feed.rss", "/corrections/", "/events/")
OFFICE = "203.0.113.9"
PEOPLE = (
    "stranger",
    "office",
    "reader",
    "other product",
    "had a trial",
    "member",
    "lapsed",
    "staff",
    "forged tier",
    "forged tier alone",
    "foreign session",
)
Person = Callable[[object], Visitor]


@dataclass(frozen=True)
class World:
    """Articles by level, and browsers of every kind, each made anew for an application."""

    addresses: dict[str, str]
    people: dict[str, Person]


@pytest.fixture
def world() -> World:
    plan()
    # Every example begins new meters, all from one connection.
    terms(allowance=10, registered_allowance=10, newcomers_a_day=1_000)
    return World(_addresses(), _people())


def _addresses() -> dict[str, str]:
    climate = Product.objects.create(slug="climate", name="Climate")
    found = {}
    for level in LEVELS:
        article = make_article(kind="news" if level == "free" else "memo")
        access, product = ("product", climate) if level == "climate" else (level, pro())
        values = {"access": access, "product": product if access in {"product", "metered"} else None}
        Article.objects.filter(pk=article.pk).update(**values)
        found[level] = article.get_absolute_url()
    HouseText.objects.get_or_create(
        slug="corrections", language="en", defaults={"title": "Corrections", "updated_on": clock.now().date()}
    )
    return found | {address: address for address in LISTS}


def _people() -> dict[str, Person]:
    at = clock.now()
    network = Network.objects.create(team=team(make_reader()), cidr="203.0.113.0/24")
    origin = Origin(Entitlement.Source.IP_RANGE, f"network:{network.pk}")
    entitlements.settle(network, pro(), origin, until=at + timedelta(days=9), at=at)
    other, tried, member, lapsed = make_reader(), make_reader(), make_member(), make_member(days=-1)
    origin = Origin(Entitlement.Source.COMP, "climate")
    until = at + timedelta(days=9)
    climate = Product.objects.get(slug="climate")
    entitlements.grant(other, climate, origin, starts_at=at, until=until, at=at, reason="test")
    subscription(tried, plan=plan(), status="canceled")
    reader, editor = make_reader(), make_staff("Editor")
    sessions = {user.pk: session_of(user) for user in (reader, other, tried, member, lapsed, editor)}

    def known(user, **more: str) -> Person:
        cookies = {settings.SESSION_COOKIE_NAME: sessions[user.pk], **more}
        return lambda application: Visitor(application, cookies=dict(cookies))

    return {
        "stranger": Visitor,
        "office": lambda application: Visitor(application, address=OFFICE),
        "reader": known(reader),
        "other product": known(other),
        "had a trial": known(tried),
        "member": known(member),
        "lapsed": known(lapsed),
        "staff": known(editor),
        "forged tier": known(reader, **{COOKIE: "1.pro..0.99999999999999.-.AAAA"}),
        "forged tier alone": lambda application: Visitor(application, cookies={COOKIE: "1.pro..0.99999999999999.-.A"}),
        "foreign session": lambda application: Visitor(application, cookies={settings.SESSION_COOKIE_NAME: "x" * 32}),
    }


asking = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from([*LEVELS, *LISTS]),
        st.sampled_from(["", "?print", "?utm_source=x", "?language=ar"]),
    ),
    min_size=2,
    max_size=12,
)


@hypothesis(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=asking)
def test_everybody_sees_what_django_alone_would_show(world, asked):
    django, node = get_wsgi_application(), Node()
    node.is_following = True
    layer = PageCache(django, node, is_following=False)
    visitors: dict[str, Visitor] = {}
    for who, level, query in asked:
        visitor = visitors.setdefault(who, world.people[who](layer))
        address = world.addresses[level] + query
        ours, plain = visitor.get(address), world.people[who](django).get(address)
        assert ours.status == plain.status == 200
        assert (SECRET in ours.text) == (SECRET in plain.text), (who, level, ours.cache)
        assert ours.text == plain.text, (who, level, ours.cache)


def test_a_tier_cookie_of_somebody_else_opens_nothing(layer, world):
    address = world.addresses["product"]
    member = world.people["member"](layer)
    for _time in range(2):
        assert SECRET in member.get(address).text
    reader = world.people["reader"](layer)
    reader.cookies[COOKIE] = member.cookies[COOKIE]
    assert SECRET not in reader.get(address).text
    assert SECRET not in Visitor(layer, cookies={COOKIE: member.cookies[COOKIE]}).get(address).text


def test_a_lock_put_on_a_free_text_closes_it_for_who_had_it_open(layer, world, node):
    article = make_article()
    stranger = Visitor(layer)
    assert SECRET in stranger.get(article.get_absolute_url()).text
    Article.objects.filter(pk=article.pk).update(
        access="product", product=pro(), opening_html=f"<p>{OPENING}</p>", paid_html=f"<p>{SECRET}</p>"
    )
    node.purge(["lists", f"article:{article.public_id.hex}"])
    assert SECRET not in stranger.get(article.get_absolute_url()).text


def test_no_surface_shows_to_strangers_what_members_made_warm(layer):
    """Every kept page is filled by a member first; then everybody else asks."""
    whole = house.build()
    surfaces = [whole.memo.get_absolute_url(), f"{whole.memo.get_absolute_url()}?print"]
    surfaces += ["/", "/ar/", "/tr/", "/pro/", "/pro/memos/", "/feed.rss", "/feed.json", "/sitemap.xml", "/about/"]
    surfaces += [f"/{kind}/{slug}/" for kind, slug in FILED.items()]
    member = signed_in(layer, make_member())
    readers = [Visitor(layer), signed_in(layer, make_reader()), signed_in(layer, make_member(days=-1))]
    for address in surfaces:
        for _time in range(2):
            member.get(address)
        for reader in readers:
            for _time in range(2):
                reply = reader.get(address)
                assert reply.status == 200
                assert SECRET not in reply.text, (address, reply.cache)
    assert SECRET in member.get(whole.memo.get_absolute_url()).text

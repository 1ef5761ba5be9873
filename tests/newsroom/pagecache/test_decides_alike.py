"""The page cache against a model of the wall: in whatever order it is asked, it opens what ``decide()`` opens."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count

import pytest
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from articles.models import Article
from articles.reading import item_of
from memberships import clock, gift_links
from memberships.access import Item, Meter, Reader, decide
from memberships.readers import reader_for
from newsroom.pagecache.layer import PageCache
from newsroom.pagecache.node import Node
from tests.articles.builders import terms
from tests.factories.articles import SECRET, make_article
from tests.factories.memberships import make_member, make_reader, plan, pro
from tests.newsroom.pagecache.web import Visitor, signed_in

pytestmark = pytest.mark.django_db
ALLOWANCE, WITH_AN_ACCOUNT = 2, 3
LEVELS = ("free", "registered", "metered", "metered", "metered", "metered", "product")
PEOPLE = ("one stranger", "another stranger", "reader", "member", "lapsed")
_agents = count(1)


@dataclass
class Person:
    """Somebody with a browser, and what is to be known of them: their rights, and what was counted."""

    visitor: Visitor
    reader: Reader
    allowance: int
    seen: set[str] = field(default_factory=set)

    def opens(self, item: Item, *, is_gift: bool, is_head: bool) -> bool:
        """What the decision says, with the reading counted as it counts."""
        at = clock.now()
        facts = replace(self.reader, gifts=frozenset({item.key}) if is_gift else frozenset())
        if item.access == "metered" and not decide(facts, item, at).is_granted:
            facts = replace(facts, meter=Meter(self.allowance, len(self.seen), frozenset(self.seen)))
            if decide(facts, item, at).is_granted and not is_head:
                self.seen.add(item.key)
        return decide(facts, item, at).is_granted


@dataclass(frozen=True)
class Wall:
    articles: list[Article]
    gifts: list[str]


@pytest.fixture
def wall() -> Wall:
    plan()
    terms(allowance=ALLOWANCE, registered_allowance=WITH_AN_ACCOUNT, newcomers_a_day=30_000, gifts_a_month=100)
    articles = []
    for level in LEVELS:
        made = make_article(kind="news" if level == "free" else "memo")
        values = {"access": level, "product": pro() if level in {"metered", "product"} else None}
        Article.objects.filter(pk=made.pk).update(**values)
        articles.append(Article.objects.select_related("product").get(pk=made.pk))
    giver = make_member()
    gifts = [
        "" if article.access == "free" else str(gift_links.give(giver, str(article.public_id), clock.now()).public_id)
        for article in articles
    ]
    _warm(articles)
    return Wall(articles, gifts)


def _warm(articles: list[Article]) -> None:
    """Let there be a copy of every part of every page, for whoever might get it by mistake."""
    layer = _layer()
    for article in articles:
        for _time in range(2):
            Visitor(layer).get(article.get_absolute_url(), user_agent=f"decides {next(_agents)}")
        signed_in(layer, make_member()).get(article.get_absolute_url())
        signed_in(layer, make_reader()).get(article.get_absolute_url())


def _layer() -> PageCache:
    """A web process that has just started, and finds what others made."""
    node = Node()
    node.is_following = True
    return PageCache(get_wsgi_application(), node, is_following=False)


def people(application: object) -> dict[str, Person]:
    """New accounts and new browsers."""

    def known(user: object) -> Person:
        return Person(signed_in(application, user), reader_for(user, clock.now()), WITH_AN_ACCOUNT)

    strangers = {name: Person(Visitor(application), Reader(), ALLOWANCE) for name in PEOPLE[:2]}
    lapsed = make_member(days=-1)
    return {**strangers, "reader": known(make_reader()), "member": known(make_member()), "lapsed": known(lapsed)}


asking = st.tuples(
    st.sampled_from(PEOPLE),
    st.integers(0, len(LEVELS) - 1),
    st.sampled_from(["", "", "?print", "?utm_source=x", "?language=ar"]),
    st.sampled_from(["GET", "GET", "GET", "HEAD"]),
    st.sampled_from(["none", "none", "none", "gift", "of another"]),
)


@hypothesis(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(asking, min_size=8, max_size=32))
def test_it_opens_what_the_decision_opens(wall, asked):
    layer = _layer()
    crowd, agent = people(layer), f"decides {next(_agents)}"
    for who, place, query, method, link in asked:
        article, person = wall.articles[place], crowd[who]
        gift = wall.gifts[place if link == "gift" else (place + 1) % len(LEVELS)] if link != "none" else ""
        address = article.get_absolute_url() + query
        address += f"{'&' if query else '?'}gift={gift}" if gift else ""
        opens = person.opens(item_of(article), is_gift=bool(gift) and link == "gift", is_head=method == "HEAD")
        reply = person.visitor.get(address, method=method, user_agent=agent)
        assert reply.status == 200
        if method == "GET":
            assert (SECRET in reply.text) == opens, (who, article.access, link, reply.cache)


def test_time_a_right_ends_is_kept_by_the_copies_too(wall, layer, later):
    """A member whose right ends between two looks at a page that was kept for members."""
    member, address = make_member(days=1), wall.articles[-1].get_absolute_url()
    browser = signed_in(layer, member)
    assert SECRET in browser.get(address).text
    later((timedelta(days=1) + timedelta(seconds=1)).total_seconds())
    assert SECRET not in browser.get(address).text

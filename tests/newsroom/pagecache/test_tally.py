"""How many requests were hits, and how many were not."""

from __future__ import annotations

import pytest
from redis import Redis

from memberships.valkey import connect
from newsroom import health
from tests.factories.articles import make_article
from tests.newsroom.pagecache.web import Visitor
from tests.people import anonymous

pytestmark = pytest.mark.django_db


def test_every_answer_is_counted_by_what_it_said(layer, node, monkeypatch):
    monkeypatch.setattr(health, "this", node)
    stranger, address = Visitor(layer), make_article().get_absolute_url()
    for _time in range(3):
        stranger.get(address)
    stranger.get("/healthz")
    stranger.get("/nothing/here/")
    node.tally.hand_in()
    node.tally.hand_in()
    assert node.shared.tally() == {"hit": 2, "miss": 1, "bypass (not kept)": 2}
    told = anonymous().get("/metrics").content.decode()
    assert 'newsroom_pages_answered_total{said="hit"} 2.0' in told
    assert 'newsroom_pages_answered_total{said="miss"} 1.0' in told


@pytest.fixture
def nowhere(node, settings) -> Redis:
    """The product's own client, which asks once, of a server that is not there."""
    settings.CACHE_URL = "redis://127.0.0.1:1/0"
    return connect()


def test_what_cannot_be_handed_in_is_kept(layer, node, nowhere):
    alive, node.shared._valkey = node.shared._valkey, nowhere
    Visitor(layer).get("/healthz")
    node.tally.hand_in()
    assert node.shared.tally() == {}
    node.shared._valkey, node.shared._circuit._silent_until = alive, 0.0
    node.tally.hand_in()
    assert sum(node.shared.tally().values()) == 1


def test_metrics_answer_while_the_cache_is_away(node, nowhere, monkeypatch):
    monkeypatch.setattr(health, "this", node)
    node.shared._valkey = nowhere
    assert "newsroom_articles_overdue" in anonymous().get("/metrics").content.decode()

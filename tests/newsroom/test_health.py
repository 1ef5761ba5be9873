"""What machines ask to know whether the house stands, and what waits in it."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection

from memberships import clock
from memberships.models import StripeEvent
from newsroom.celery import app as celery_app
from tests.factories.articles import make_draft
from tests.people import anonymous

DEAD = "redis+socket:///nowhere/queue.sock?virtual_host=0"


def test_healthz_asks_nothing_of_anybody(client):
    """Without the mark that allows the database, any query would fail this test."""
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_readyz_says_that_every_engine_answers(client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "failed": {}})


@pytest.mark.django_db
def test_readyz_names_the_cache_that_does_not_answer(client, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/cache.sock?db=0"}}
    response = client.get("/readyz")
    assert response.status_code == 503
    assert list(response.json()["failed"]) == ["cache"]


@pytest.mark.django_db
def test_readyz_names_the_queue_that_does_not_answer(client):
    alive = celery_app.conf.broker_url
    celery_app.conf.broker_url = DEAD
    celery_app._after_fork()  # It forgets its connections.
    try:
        response = client.get("/readyz")
    finally:
        celery_app.conf.broker_url = alive
        celery_app._after_fork()
    assert response.status_code == 503
    assert list(response.json()["failed"]) == ["queue"]


@pytest.mark.django_db
def test_readyz_names_the_database_that_does_not_answer(client):
    def refuse(execute, sql, params, many, context):
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(refuse):
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["failed"] == {"database": "OperationalError"}


@pytest.mark.django_db
def test_metrics_count_what_waits(client):
    at = clock.now()
    StripeEvent.objects.create(event_id="evt_1", type="invoice.paid", payload={}, received_at=at)
    overdue = make_draft().article
    overdue.state, overdue.scheduled_for = "scheduled", at
    overdue.save()
    lines = client.get("/metrics").content.decode().splitlines()
    assert "newsroom_articles_overdue 1.0" in lines
    assert "newsroom_stripe_events_waiting 1.0" in lines
    assert "newsroom_messages_queued 0.0" in lines


@pytest.mark.django_db
def test_metrics_are_for_those_who_know_the_token(settings):
    settings.METRICS_TOKEN = "t" * 40
    browser = anonymous()
    assert browser.get("/metrics").status_code == 401
    assert browser.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert browser.get("/metrics", headers={"authorization": f"Bearer {'t' * 40}"}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_machines_may_only_ask(client, path):
    assert client.post(path).status_code == 405

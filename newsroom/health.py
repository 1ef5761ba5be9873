"""``/healthz``, ``/readyz`` and ``/metrics``."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest
from redis.exceptions import RedisError

from articles.models import Article
from memberships import clock, lockouts
from memberships.models import Alert, Happening, StripeEvent
from newsletters.models import Message, SendState, Tally
from newsroom.celery import app as celery_app
from newsroom.pagecache.node import this


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while this process answers; asks nothing of anybody else."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database, cache and queue answer; 503 naming those that do not."""
    checks = {"database": _database, "cache": _cache, "queue": _queue}
    failed = {name: reason for name, check in checks.items() if (reason := check())}
    status = HTTPStatus.SERVICE_UNAVAILABLE if failed else HTTPStatus.OK
    return JsonResponse({"status": "failed" if failed else "ok", "failed": failed}, status=status)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return type(error).__name__
    return ""


def _cache() -> str:
    try:
        cache.set("readyz", "1", 5)
        return "" if cache.get("readyz") == "1" else "does not keep what it is given"
    except (RedisError, OSError) as error:
        return type(error).__name__


def _queue() -> str:
    try:
        with celery_app.connection_for_read() as queue:
            queue.ensure_connection(max_retries=1, timeout=2)
    except (OperationalError, OSError) as error:
        return type(error).__name__
    return ""


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """What waits, and how pages were answered, in Prometheus' text format.

    Needs ``Authorization: Bearer METRICS_TOKEN`` where a token is set.
    """
    if settings.METRICS_TOKEN and not _bears(request, settings.METRICS_TOKEN):
        return HttpResponse(
            "The metrics need a bearer token.\n", status=HTTPStatus.UNAUTHORIZED, content_type="text/plain"
        )
    registry = CollectorRegistry()
    at = clock.now()
    waiting: dict[str, tuple[str, Callable[[], int]]] = {
        "newsroom_articles_overdue": (
            "Scheduled articles whose moment has passed.",
            Article.objects.due(at).count,
        ),
        "newsroom_messages_queued": ("Messages waiting to be sent.", Message.objects.due(at).count),
        "newsroom_deliveries_queued": ("Copies of editions waiting to be sent.", _copies_waiting),
        "newsroom_stripe_events_waiting": ("Stripe events not yet worked off.", StripeEvent.objects.unsettled().count),
        "newsroom_stripe_events_parked": ("Stripe events without a customer.", StripeEvent.objects.parked().count),
        "newsroom_memberships_untold": ("Turns of memberships nobody was told of.", Happening.objects.untold(at).count),
        "newsroom_members_locked_out": ("Paid but locked out.", lambda: len(lockouts.locked_out(at))),
        "newsroom_alerts_open": ("What staff have to look at.", Alert.objects.open().count),
    }
    for name, (description, count) in waiting.items():
        Gauge(name, description, registry=registry).set(count())
    answered = Counter("newsroom_pages_answered", "Requests by what the page cache said.", ["said"], registry=registry)
    for word, answers in this.shared.tally().items():
        answered.labels(said=word).inc(answers)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _bears(request: HttpRequest, token: str) -> bool:
    return hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {token}")


def _copies_waiting() -> int:
    waiting: int | None = Tally.objects.filter(state=SendState.QUEUED).aggregate(copies=Sum("copies"))["copies"]
    return waiting or 0

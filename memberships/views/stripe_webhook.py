from __future__ import annotations

import logging

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from memberships import clock, tasks
from memberships.stripe import webhooks
from memberships.stripe.webhooks import WebhookRefused

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Stripe's ear: store, answer, and leave the work to a task. With the queue away the next tick does it."""
    raw = request.read(webhooks.LARGEST + 1)
    signature = request.headers.get("Stripe-Signature", "")
    try:
        with transaction.atomic():
            event, is_new = webhooks.receive(raw, signature, clock.now(), sent_about=clock.machine_now())
            if is_new:
                transaction.on_commit(lambda: tasks.work_off_events.delay(event.lane), robust=True)
    except WebhookRefused as refusal:
        log.warning("A webhook was refused: %s", refusal)
        return JsonResponse({"error": str(refusal)}, status=refusal.status)
    return JsonResponse({"received": event.event_id, "is_new": is_new})

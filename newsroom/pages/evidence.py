"""The evidence of one contract in one file, for a bank that disputes a payment: as data and on paper."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from articles.evidence import readings_of
from memberships import audit, clock
from memberships.admin.desk import act_page, person
from memberships.admin.forms import NothingForm
from memberships.evidence import Block, blocks_of, payer_of
from memberships.models import Subscription
from newsletters.evidence import messages_to
from newsroom.pages.evidence_pdf import written


@csp_replace(settings.CSP_DESK)  # type: ignore[arg-type]  # Its types know of no view with arguments.
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required("memberships.change_dispute", login_url="admin:login", raise_exception=False)
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """What the pack holds, and the button that packs it; who took it along is written down."""
    rows = Subscription.objects.select_related("customer__user", "customer__team__owner", "plan")
    subscription = get_object_or_404(rows, pk=pk)
    if request.method != "POST":
        return _page(request, subscription)
    at = clock.now()
    audit.record(
        "evidence packed",
        actor=person(request),
        subject_kind="subscription",
        subject_id=subscription.stripe_id[:64],
        subject_label=str(subscription),
        at=at,
    )
    response = HttpResponse(packed(subscription, at), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="evidence-{subscription.stripe_id}-{at:%Y-%m-%d}.zip"'
    return response


def packed(subscription: Subscription, at: datetime) -> bytes:
    """The ZIP with ``evidence.json`` and ``evidence.pdf``, which say the same."""
    payer = payer_of(subscription)
    blocks = [*blocks_of(subscription), messages_to(payer), *readings_of(payer)]
    title = f"Evidence about {payer.get_full_name()}"
    lines = [settings.SITE_NAME, f"Subscription {subscription.stripe_id}", f"Packed {at:%Y-%m-%d %H:%M} UTC"]
    packed_into = BytesIO()
    with ZipFile(packed_into, "w", ZIP_DEFLATED) as pack:
        pack.writestr("evidence.json", _as_json(subscription, blocks, at))
        pack.writestr("evidence.pdf", written(title, lines, blocks))
    return packed_into.getvalue()


def _as_json(subscription: Subscription, blocks: Sequence[Block], at: datetime) -> str:
    """A list of objects for each block, by its name."""
    said = {block.name: [dict(zip(block.columns, row, strict=True)) for row in block.rows] for block in blocks}
    facts = {"publication": settings.SITE_NAME, "subscription": subscription.stripe_id, "packed": at.isoformat()}
    return json.dumps({**facts, **said}, ensure_ascii=False, indent=2)


def _page(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    desk = admin.site.get_model_admin(Subscription)
    explanation = _(
        "What they agreed to, their invoices, refunds and messages, and, as far as it is kept, where they signed in "
        "and what they read: as data and as a PDF. It is personal: give it to the bank only. That you took it is "
        "written down."
    )
    return act_page(
        desk,
        request,
        NothingForm(),
        title=format_html("{}: {}", _("Evidence"), subscription.customer),
        button=_("Pack it"),
        back=reverse("admin:memberships_subscription_change", args=[subscription.pk]),
        explanation=explanation,
    )

"""The evidence of one contract in one file, for a bank that disputes a payment: as data and on paper."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
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
from memberships.models import Subscription, Voucher
from memberships.vouchers import evidence as gifts
from newsletters.evidence import messages_to, messages_to_address
from newsroom.pages.evidence_pdf import written


@dataclass(frozen=True)
class Pack:
    """The evidence of one contract. ``ref`` names it to the bank, ``back`` is its page at the desk."""

    row: Subscription | Voucher
    kind: str
    ref: str
    who: str
    blocks: Sequence[Block]

    @property
    def back(self) -> str:
        return reverse(f"admin:memberships_{self.row._meta.model_name}_change", args=[self.row.pk])


@csp_replace(settings.CSP_DESK)  # type: ignore[arg-type]  # Its types know of no view with arguments.
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required("memberships.change_dispute", login_url="admin:login", raise_exception=False)
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """What the pack of a subscription holds, and the button that packs it; who took it along is written down."""
    rows = Subscription.objects.select_related("customer__user", "customer__team__owner", "plan")
    return _answer(request, _pack_of(get_object_or_404(rows, pk=pk)))


@csp_replace(settings.CSP_DESK)  # type: ignore[arg-type]
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required("memberships.change_dispute", login_url="admin:login", raise_exception=False)
def of_gift(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for a gift, whose buyer may have no account."""
    rows = Voucher.objects.exclude(paid_at=None).select_related("plan", "buyer")
    return _answer(request, _pack_of_gift(get_object_or_404(rows, pk=pk)))


def _pack_of(subscription: Subscription) -> Pack:
    payer = payer_of(subscription)
    blocks = [*blocks_of(subscription), messages_to(payer), *readings_of(payer)]
    return Pack(subscription, "subscription", subscription.stripe_id, payer.get_full_name(), blocks)


def _pack_of_gift(voucher: Voucher) -> Pack:
    blocks = [*gifts.blocks_of(voucher), messages_to_address(voucher.buyer_email)]
    return Pack(voucher, "gift", str(voucher.public_id), voucher.buyer_name, blocks)


def _answer(request: HttpRequest, pack: Pack) -> HttpResponse:
    if request.method != "POST":
        return _page(request, pack)
    at = clock.now()
    audit.record(
        "evidence packed",
        actor=person(request),
        subject_kind="voucher" if pack.kind == "gift" else pack.kind,
        subject_id=pack.ref[:64],
        subject_label=str(pack.row),
        at=at,
    )
    response = HttpResponse(packed(pack, at), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="evidence-{pack.ref}-{at:%Y-%m-%d}.zip"'
    return response


def packed(pack: Pack, at: datetime) -> bytes:
    """The ZIP with ``evidence.json`` and ``evidence.pdf``, which say the same."""
    lines = [settings.SITE_NAME, f"{pack.kind.capitalize()} {pack.ref}", f"Packed {at:%Y-%m-%d %H:%M} UTC"]
    packed_into = BytesIO()
    with ZipFile(packed_into, "w", ZIP_DEFLATED) as zipped:
        zipped.writestr("evidence.json", _as_json(pack, at))
        zipped.writestr("evidence.pdf", written(f"Evidence about {pack.who}", lines, pack.blocks))
    return packed_into.getvalue()


def _as_json(pack: Pack, at: datetime) -> str:
    """A list of objects for each block, by its name."""
    said = {block.name: [dict(zip(block.columns, row, strict=True)) for row in block.rows] for block in pack.blocks}
    facts = {"publication": settings.SITE_NAME, pack.kind: pack.ref, "packed": at.isoformat()}
    return json.dumps({**facts, **said}, ensure_ascii=False, indent=2)


def _page(request: HttpRequest, pack: Pack) -> HttpResponse:
    desk = admin.site.get_model_admin(type(pack.row))
    explanation = _(
        "What they agreed to, their invoices, refunds and messages, and, as far as it is kept, where they signed in "
        "and what they read: as data and as a PDF. It is personal: give it to the bank only. That you took it is "
        "written down."
    )
    about = pack.row.customer if isinstance(pack.row, Subscription) else pack.who
    return act_page(
        desk,
        request,
        NothingForm(),
        title=format_html("{}: {}", _("Evidence"), about),
        button=_("Pack it"),
        back=pack.back,
        explanation=explanation,
    )

"""Why somebody met a wall: an access receipt read, and the decision made again, then, now or at any moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.widgets import UnfoldAdminTextInputWidget

from articles.admin.widgets import MomentWidget
from articles.models import AccessRule, Article
from articles.querysets import HEAVY_COLUMNS
from articles.reading import item_of
from memberships import clock, metering, receipts
from memberships.access import Verdict, decide
from memberships.metering import signed_in
from memberships.models import Entitlement, User
from memberships.readers import reader_for
from memberships.receipts import Receipt, ReceiptError


class ReceiptForm(forms.Form):
    """The code as it was sent to us, and perhaps another moment to ask about."""

    code = forms.CharField(label=_("Access receipt"), max_length=80, widget=UnfoldAdminTextInputWidget)
    as_of = forms.DateTimeField(
        label=_("As of"), required=False, widget=MomentWidget, help_text=_("Empty: the moment on the receipt, and now.")
    )

    def clean_code(self) -> Receipt:
        try:
            return receipts.read(self.cleaned_data["code"])
        except ReceiptError as error:
            raise ValidationError(str(error)) from None


@dataclass(frozen=True)
class Answer:
    """What the decision is at one moment, in a sentence."""

    at: datetime
    sentence: str
    is_granted: bool


@dataclass(frozen=True)
class Case:
    """Everything about one receipt; ``said`` is its reason in a sentence.

    ``article`` or ``user`` is ``None`` where the row is gone, or nobody signed in.
    """

    receipt: Receipt
    said: str
    article: Article | None
    user: User | None
    answers: list[Answer]
    rights: list[Entitlement]


@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    """Paste a code, see the case. Looking changes nothing."""
    if not request.user.has_perm("articles.view_accessrule"):
        raise PermissionDenied(_("Your account may not do this at the desk. Ask whoever runs it."))
    form = ReceiptForm(request.GET if "code" in request.GET else None)
    case = None
    if form.is_valid():
        case = case_of(form.cleaned_data["code"], form.cleaned_data["as_of"], clock.now())
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "opts": AccessRule._meta,
        "title": _("Access receipt"),
        "form": form,
        "media": form.media,
        "case": case,
    }
    return render(request, "admin/articles/accessrule/receipt.html", context, status=422 if form.errors else 200)


def case_of(found: Receipt, as_of: datetime | None, at: datetime) -> Case:
    """The receipt with the decision as it was, as it is, and as it was at ``as_of``. Entitlements and counts are dated;
    the level of the text is that of today."""
    article = Article.objects.select_related("format", "product").defer(*HEAVY_COLUMNS).filter(pk=found.item).first()
    user = User.objects.filter(pk=found.user).first() if found.user else None
    moments = [as_of] if as_of else [found.at, at]
    answers = [_answer(article, user, moment) for moment in moments] if article else []
    rights = Entitlement.objects.filter(user=user).select_related("product").order_by("-starts_at")[:20] if user else []
    said = receipts.explain(Verdict(False, found.reason))
    return Case(found, said, article, user, answers, list(rights))


def _answer(article: Article, user: User | None, at: datetime) -> Answer:
    reader = reader_for(user, at)
    if user is not None and article.access == "metered":
        reader = replace(reader, meter=signed_in.meter_of(user, metering.terms().registered_allowance, at))
    verdict = decide(reader, item_of(article), at)
    return Answer(at, receipts.explain(verdict), verdict.is_granted)

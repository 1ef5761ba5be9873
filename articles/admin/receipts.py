"""Why somebody met a wall: an access receipt read, and the decision made again, then, now or at any moment.

The page of a member asks without a receipt: by the person, the address of a story and a moment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
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
from memberships.access import ANONYMOUS, Reader, Verdict, decide
from memberships.metering import signed_in
from memberships.models import Entitlement, User
from memberships.past_readers import readers_of
from memberships.receipts import Receipt, ReceiptError

# An article's address, however much of a browser's address line it was copied with.
_STORY = re.compile(r"/articles/(\d{4})/(\d{2})/([-\w]+)")


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


class QuestionForm(forms.Form):
    """Who, which story and when, as the page of a member asks."""

    person = forms.ModelChoiceField(User.objects.all(), widget=forms.HiddenInput)
    story = forms.CharField(label=_("Address of the story"), max_length=500, widget=UnfoldAdminTextInputWidget)
    as_of = forms.DateTimeField(label=_("As of"), widget=MomentWidget)

    def clean_story(self) -> Article:
        found = _STORY.search(self.cleaned_data["story"])
        rows = Article.objects.select_related("format", "product").defer(*HEAVY_COLUMNS)
        story = rows.filter(year=found[1], month=found[2], slug=found[3]).first() if found else None
        if story is None:
            raise ValidationError(_("There is no story at this address. Copy it from the address line of its page."))
        return story


@dataclass(frozen=True)
class Answer:
    """What the decision is at one moment, in a sentence."""

    at: datetime
    sentence: str
    is_granted: bool


@dataclass(frozen=True)
class Case:
    """Everything about one receipt; ``said`` is its reason in a sentence. A question of the desk has no receipt.

    ``article`` or ``user`` is ``None`` where the row is gone, or nobody signed in.
    """

    receipt: Receipt | None
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
    form: forms.Form = _form(request)
    case = None
    if form.is_valid():
        asked = form.cleaned_data
        case = answer_to(**asked) if "story" in asked else case_of(asked["code"], asked["as_of"], clock.now())
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "opts": AccessRule._meta,
        "title": _("Access receipt"),
        "form": form,
        "media": form.media,
        "case": case,
    }
    return render(request, "admin/articles/accessrule/receipt.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest) -> forms.Form:
    if "person" in request.GET:
        if not request.user.has_perm("memberships.view_user"):
            raise PermissionDenied(_("Your account may not do this at the desk. Ask whoever runs it."))
        return QuestionForm(request.GET)
    return ReceiptForm(request.GET if "code" in request.GET else None)


def answer_to(person: User, story: Article, as_of: datetime) -> Case:
    """What the person would have met at the story at that moment, by their dated rights and seats."""
    return Case(None, "", story, person, _answers(story, person, [as_of]), _rights(person))


def case_of(found: Receipt, as_of: datetime | None, at: datetime) -> Case:
    """The receipt with the decision as it was, as it is, and as it was at ``as_of``.

    Rights, seats and counts are dated; the level of the text is that of today.
    """
    article = Article.objects.select_related("format", "product").defer(*HEAVY_COLUMNS).filter(pk=found.item).first()
    user = User.objects.filter(pk=found.user).first() if found.user else None
    moments = [as_of] if as_of else [found.at, at]
    answers = _answers(article, user, moments) if article else []
    said = receipts.explain(Verdict(False, found.reason))
    return Case(found, said, article, user, answers, _rights(user))


def _rights(user: User | None) -> list[Entitlement]:
    """What they held themselves, and what the teams did in which they ever sat."""
    if user is None:
        return []
    sat = Q(team__seats__user=user, team__seats__accepted_at__isnull=False)
    rows = Entitlement.objects.filter(Q(user=user) | sat).select_related("product", "team").distinct()
    return list(rows.order_by("-starts_at")[:20])


def _answers(article: Article, user: User | None, moments: list[datetime]) -> list[Answer]:
    """One for each moment: the person as they were then, with the seats they sat on then."""
    known = readers_of([user.pk]).get(user.pk, ANONYMOUS) if user else ANONYMOUS
    return [_answer(article, user, known, moment) for moment in moments]


def _answer(article: Article, user: User | None, known: Reader, at: datetime) -> Answer:
    reader = known
    if user is not None and article.access == "metered":
        reader = replace(known, meter=signed_in.meter_of(user, metering.terms().registered_allowance, at))
    verdict = decide(reader, item_of(article), at)
    return Answer(at, receipts.explain(verdict), verdict.is_granted)

from __future__ import annotations

from dataclasses import replace

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from articles.body_schema import plain_text
from articles.cards import CardView, card_of
from articles.models import Article, Country, Format, Section
from articles.search import Wanted, find, suggestions
from articles.snippets import snippet
from memberships import clock

PAGE_SIZE = 15


class SearchForm(forms.Form):
    """What may be asked. Nothing in it is required: an empty search shows an empty page, not an error."""

    q = forms.CharField(label=_("Words"), max_length=200, required=False, strip=True)
    section = forms.ModelChoiceField(
        Section.objects.all(), label=_("Section"), required=False, to_field_name="slug", empty_label=_("All sections")
    )
    country = forms.ModelChoiceField(
        Country.objects.all(), label=_("Country"), required=False, to_field_name="slug", empty_label=_("All countries")
    )
    format = forms.ModelChoiceField(
        Format.objects.all(), label=_("Format"), required=False, to_field_name="slug", empty_label=_("All formats")
    )
    # Not “language”: that word in an address asks for the interface's.
    text_language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("All languages")), *settings.LANGUAGES]
    )
    pro = forms.ChoiceField(
        label=_("PRO"),
        required=False,
        choices=[("", _("With PRO")), ("only", _("Only PRO")), ("none", _("Without PRO"))],
    )

    def wanted(self) -> Wanted:
        """The valid part of what was asked; what is not valid narrows nothing, and the page says so."""
        self.is_valid()
        data = self.cleaned_data
        slugs = {name: data[name].slug for name in ("section", "country", "format") if data.get(name)}
        return Wanted(data.get("q", ""), language=data.get("text_language", ""), pro=data.get("pro", ""), **slugs)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results with snippets of the free text, without a script."""
    form = SearchForm(request.GET)
    wanted = form.wanted()
    context = {"form": form, "wanted": wanted, "page": None, "results": []}
    if wanted.text:
        page = Paginator(find(wanted, clock.now()), PAGE_SIZE).get_page(request.GET.get("page"))
        kept = request.GET.copy()
        kept.pop("page", None)
        context |= {
            "page": page,
            "results": [_found(row, wanted.text) for row in page],
            "query": kept.urlencode(),
        }
    return render(request, "articles/search.html", context)


def _found(article: Article, text: str) -> CardView:
    """The story's card, with the passage that was found in place of its standfirst. Only free text is looked at."""
    passage = snippet(f"{article.standfirst} {plain_text(article.opening_html)}", text)
    return replace(card_of(article), standfirst=passage)


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Headlines for what has been typed so far, for the search field's list."""
    found = suggestions(request.GET.get("q", "")[:100], get_language() or settings.LANGUAGE_CODE, clock.now())
    return JsonResponse({"suggestions": [{"headline": headline, "url": url} for headline, url in found]})

"""Search: its page, which needs no script, and what its field suggests."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles.body_schema import plain_text
from articles.cards import CardView, card_of
from articles.forms import SearchForm
from articles.lists import FILINGS
from articles.models import Article
from articles.search import Found, Wanted, corrected, find, suggestions
from articles.snippets import marked, snippet
from memberships import clock

PAGE_SIZE = 15
SUGGESTIONS_LIVE = 60
# With fewer stories than this, one asks whether a word was mistyped.
FEW = 3


@dataclass(frozen=True)
class Answer:
    """What a search found. ``meant`` is the query with its mistyped words mended, and ``is_mended`` says that the
    results are those of ``meant``, because what was typed is nowhere."""

    wanted: Wanted
    found: Found
    meant: str = ""
    is_mended: bool = False


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results with snippets of the free text, without a script."""
    form = SearchForm(request.GET)
    is_understood = form.is_valid()
    context: dict[str, object] = {"form": form, "text": form.text, "is_understood": is_understood}
    if not is_understood:
        context["bare_url"] = _address(request, form.text, keeps=("language",))
    elif form.text:
        answer = _answer(form.wanted())
        page = Paginator(answer.found.numbers, PAGE_SIZE).get_page(request.GET.get("page"))
        context |= {
            "answer": answer,
            "meant_url": _address(request, answer.meant),
            "page": page,
            "results": _stories(list(page), answer.wanted.text),
            "query": _kept(request).urlencode(),
        }
    return render(request, "articles/search.html", context)


@require_safe
@cache_control(public=True, max_age=SUGGESTIONS_LIVE)
def suggest(request: HttpRequest) -> JsonResponse:
    """Names and headlines for what has been typed so far, for the search field's list."""
    typed = request.GET.get("q", "")[:100]
    found = suggestions(typed, get_language() or settings.LANGUAGE_CODE, clock.now())
    rows = [{"text": row.text, "url": row.url, "label": _label(row.kind)} for row in found]
    return JsonResponse({"suggestions": rows})


def _label(kind: str) -> str:
    """What a name is the name of; nothing for a headline, which speaks for itself."""
    return capfirst(str(FILINGS[kind].model._meta.verbose_name)) if kind in FILINGS else ""


def _answer(wanted: Wanted) -> Answer:
    at = clock.now()
    found = find(wanted, at)
    if len(found.numbers) >= FEW:
        return Answer(wanted, found)
    meant = corrected(wanted.text, get_language() or settings.LANGUAGE_CODE, at)
    if meant is None:
        return Answer(wanted, found)
    mended = replace(wanted, text=meant)
    others = find(mended, at)
    if not others.numbers:
        return Answer(wanted, found)
    return Answer(wanted, found, meant) if found.numbers else Answer(mended, others, meant, is_mended=True)


def _stories(numbers: list[int], text: str) -> list[CardView]:
    rows = Article.objects.for_cards().in_bulk(numbers)
    return [_story(rows[number], text) for number in numbers if number in rows]


def _story(article: Article, text: str) -> CardView:
    """The story's card, with the passage that was found in place of its standfirst. Only free text is looked at."""
    passage = snippet(f"{article.standfirst} {plain_text(article.opening_html)}", text)
    return replace(card_of(article), marked_headline=marked(article.headline, text), standfirst=passage)


def _kept(request: HttpRequest) -> QueryDict:
    """What the address asks for, whichever page of it."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return asked


def _address(request: HttpRequest, text: str, keeps: tuple[str, ...] = ()) -> str:
    """The search for other words, narrowed as this one is; or as far as ``keeps`` names."""
    asked = _kept(request)
    for name in set(asked) - set(keeps) if keeps else ():
        del asked[name]
    asked["q"] = text
    return f"?{asked.urlencode()}"

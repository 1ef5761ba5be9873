"""The oEmbed endpoint, and the card that other sites put into a frame."""

from __future__ import annotations

from http import HTTPStatus

import orjson
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import conditional_page, require_safe

from articles import embedding
from articles.cards import card_of
from articles.models import Article
from memberships import clock

FORMATS = ("json", "xml")
_PLAIN = "text/plain; charset=utf-8"


@require_safe
@cache_control(public=True, max_age=300)
def oembed(request: HttpRequest) -> HttpResponse:
    """404 for an address that is no article here, 501 for a format nobody defined, as the specification says."""
    form = request.GET.get("format", "json")
    if form not in FORMATS:
        return HttpResponse("There are two formats: json and xml.", status=501, content_type=_PLAIN)
    address, sizes = request.GET.get("url", ""), [request.GET.get(name, "") for name in ("maxwidth", "maxheight")]
    if not address or any(size and not (size.isascii() and size.isdecimal()) for size in sizes):
        said = "Give url, the whole address of an article; maxwidth and maxheight, if any, in pixels."
        return HttpResponse(said, status=HTTPStatus.BAD_REQUEST, content_type=_PLAIN)
    article = embedding.article_at(address, clock.now())
    if article is None:
        return HttpResponse("There is no article at this address.", status=404, content_type=_PLAIN)
    answer = embedding.answer(article, *(int(size[:6]) if size else None for size in sizes))
    if form == "xml":
        response = HttpResponse(embedding.as_xml(answer), content_type="text/xml; charset=utf-8")
    else:
        response = HttpResponse(orjson.dumps(answer), content_type="application/json; charset=utf-8")
    # The answer is the same for everybody, and scripts on other sites ask for it.
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
@cache_control(public=True, max_age=300)
@conditional_page
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"], "script-src": ["'none'"], "form-action": ["'none'"]})  # type: ignore[arg-type]
def embed_card(request: HttpRequest, public_id: str) -> HttpResponse:
    """An article as a card, alone on a page without a script, for a frame on any site."""
    found = get_object_or_404(Article.objects.published(clock.now()).for_cards(), public_id=public_id)
    with translation.override(found.language):
        context = {"card": card_of(found), "url": f"{settings.SITE_URL}{found.get_absolute_url()}", "article": found}
        return render(request, "articles/embed_card.html", context)

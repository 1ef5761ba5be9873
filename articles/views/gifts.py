"""Stories that members give away."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles.models import Article
from articles.reading import item_of
from memberships import clock, gift_links
from memberships.access import Reason, decide
from memberships.gift_links import GiftError
from memberships.models import GiftLink
from memberships.readers import reader_of
from memberships.views.person import PersonRequest

PAGE_SIZE = 20


@dataclass(frozen=True)
class Given:
    """A link of somebody's, and the story it opens while it is on the site."""

    link: GiftLink
    article: Article | None
    address: str
    is_open: bool


@require_safe
@never_cache
@login_required
def gifts(request: PersonRequest) -> HttpResponse:
    """What somebody gave away, the last first, with its link; and how many more they may give this month."""
    at = clock.now()
    page = Paginator(GiftLink.objects.filter(giver=request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    items = [link.item for link in page]
    known = {row.public_id: row for row in Article.objects.published(at).for_cards().filter(public_id__in=items)}
    given = [_given(link, known.get(link.item), is_open=link.revoked_at is None and link.ends_at > at) for link in page]
    context = {"page": page, "given": given, "left": gift_links.left(request.user, at)}
    return render(request, "articles/own/gifts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def give(request: PersonRequest, public_id: uuid.UUID) -> HttpResponse:
    """A page with one button; the button makes the link. Only who holds what opens a story gives it away."""
    at = clock.now()
    published = Article.objects.published(at).for_cards().select_related("product")
    article = get_object_or_404(published, public_id=public_id)
    verdict = decide(reader_of(request, at), item_of(article), at)
    may_give, refusal = verdict.reason in {Reason.ENTITLED, Reason.STAFF}, ""
    if request.method == "POST" and may_give:
        try:
            gift_links.give(request.user, str(article.public_id), at)
        except GiftError as error:
            refusal = str(error)
        else:
            messages.success(request, _("Your link is ready: copy it and send it to whom you like."))
            return redirect("gifts")
    context = {
        "article": article,
        "is_free": verdict.reason == Reason.PUBLIC,
        "may_give": may_give,
        "refusal": refusal,
        "left": gift_links.left(request.user, at),
    }
    status = HTTPStatus.OK if request.method != "POST" else HTTPStatus.CONFLICT if refusal else HTTPStatus.FORBIDDEN
    return render(request, "articles/own/give.html", context, status=status)


@require_POST
@never_cache
@login_required
def take_back(request: PersonRequest, public_id: uuid.UUID) -> HttpResponse:
    """Let one's own link open nothing any more."""
    link = get_object_or_404(GiftLink, public_id=public_id, giver=request.user)
    if gift_links.revoke(link, clock.now()):
        messages.success(request, _("Taken back. The link opens nothing any more."))
    return redirect("gifts")


def _given(link: GiftLink, article: Article | None, *, is_open: bool) -> Given:
    path = article.get_absolute_url() if article else ""
    address = f"{settings.SITE_URL}{path}?gift={link.public_id}" if article else ""
    return Given(link, article, address, is_open and article is not None)

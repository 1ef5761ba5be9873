"""Where a reader of the offer came from and goes back to."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from articles.models import Article


def way_back(request: HttpRequest) -> str:
    """Where the reader wanted to go; only a path of this site is believed."""
    wanted = request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""


def story_at(path: str, at: datetime) -> UUID | None:
    """The public id of the story at a path of this site; nothing where there is none."""
    try:
        found = resolve(path.partition("?")[0])
    except Resolver404:
        return None
    if found.url_name != "article":
        return None
    return Article.objects.known(at).filter(**found.kwargs).values_list("public_id", flat=True).first()

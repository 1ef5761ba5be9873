"""The form of a text as a browser would post it."""

from __future__ import annotations

from typing import Any

from django.test import Client

from articles.models import Draft


def form_of(draft: Draft, **changed: Any) -> dict[str, Any]:
    """Every field as it stands in the draft, some of them changed."""
    draft = Draft.objects.get(pk=draft.pk)
    rows = list(draft.bylines.values_list("author_id", "role"))
    form: dict[str, Any] = {
        "number": draft.number,
        "format": draft.format_id or "",
        "headline": draft.headline,
        "standfirst": draft.standfirst,
        "body": draft.body,
        "section": draft.section_id or "",
        "country": draft.country_id or "",
        "series": draft.series_id or "",
        "topics": list(draft.topics.values_list("pk", flat=True)),
        "industries": list(draft.industries.values_list("pk", flat=True)),
        "dateline": draft.dateline,
        "lead_picture": draft.lead_picture_id or "",
        "lead_caption": draft.lead_caption,
        "recording": draft.recording_id or "",
        "access": draft.access,
        "product": draft.product_id or "",
        "slug": draft.slug,
        "embargo_until": "",
        "desk_notes": draft.desk_notes,
        "bylines-TOTAL_FORMS": len(rows),
        "bylines-INITIAL_FORMS": len(rows),
    }
    for number, (author, role) in enumerate(rows):
        form |= {
            f"bylines-{number}-author": author,
            f"bylines-{number}-role": role,
            f"bylines-{number}-ORDER": number + 1,
        }
    return form | changed


def url_of(draft: Draft, page: str = "change") -> str:
    return f"/admin/articles/draft/{draft.pk}/{page}/"


def said(response: Any) -> list[str]:
    """The messages on the page that one is led to."""
    return [str(message) for message in response.context["messages"]]


def post(client: Client, draft: Draft, **changed: Any) -> Any:
    return client.post(url_of(draft), form_of(draft, **changed), follow=True)

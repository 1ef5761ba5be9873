"""What stands beside the text while one writes: where it is on its way, what it lacks, what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from articles import publishing
from articles.admin.colleagues import may_publish
from articles.admin.draft_acts import Act, acts_for
from articles.models import Article, Draft
from articles.publishing import Check
from memberships.models import User

PREVIEWS = (("anonymous", _("a stranger")), ("registered", _("somebody signed in")), ("member", _("a member")))


@dataclass(frozen=True)
class Translation:
    """A language, and the address of the text in it or of beginning one."""

    name: str
    url: str
    exists: bool


@dataclass(frozen=True)
class DeskView:
    draft: Draft
    article: Article
    checks: list[Check]
    acts: list[Act]
    may_publish: bool
    may_schedule: bool
    may_delete: bool
    previews: list[tuple[str, str | Promise]]
    translations: list[Translation]
    words: dict[str, Any]
    zone: str
    live_url: str = ""

    @property
    def missing(self) -> int:
        return sum(1 for check in self.checks if not check.is_met)


def desk_view(draft: Draft, user: User, at: datetime) -> DeskView:
    article = draft.article
    preview = reverse("admin:articles_draft_preview", args=[draft.pk])
    permitted = may_publish(user)
    return DeskView(
        draft=draft,
        article=article,
        checks=publishing.checklist(draft, at),
        acts=acts_for(draft, user),
        may_publish=permitted,
        may_delete=article.first_published_at is None and user.has_perm("articles.delete_draft"),
        may_schedule=permitted and article.state not in {Article.State.PUBLISHED, Article.State.RETRACTED},
        previews=[(f"{preview}?as={kind}", label) for kind, label in PREVIEWS],
        translations=_translations(article),
        words=script_words(draft),
        zone=settings.TIME_ZONE,
        live_url=article.get_absolute_url() if article.state in {"published", "retracted"} else "",
    )


def _translations(article: Article) -> list[Translation]:
    known = dict(Article.objects.filter(group=article.group).values_list("language", "draft__pk"))
    begin = f"{reverse('admin:articles_draft_add')}?group={article.group}"
    return [
        Translation(name, reverse("admin:articles_draft_change", args=[known[code]]), True)
        if known.get(code)
        else Translation(name, f"{begin}&language={code}", False)
        for code, name in settings.LANGUAGE_NAMES.items()
        if code != article.language
    ]


def script_words(draft: Draft) -> dict[str, Any]:
    """Addresses and sentences for the scripts of the form."""
    nothing = "00000000-0000-0000-0000-000000000000"
    return {
        "urls": {
            "autosave": reverse("admin:articles_draft_autosave", args=[draft.pk]),
            "pick": reverse("admin:articles_picture_pick"),
            "upload": reverse("admin:articles_picture_upload"),
            "show": reverse("admin:articles_picture_show", args=[nothing]).replace(nothing, "{id}"),
            "charts": reverse("admin:articles_chart_pick"),
            "chart": reverse("admin:articles_chart_show", args=["-slug-"]).replace("-slug-", "{slug}"),
        },
        "words": {
            "saving": _("Saving …"),
            "saved": _("Saved {time}"),
            "unsaved": _("Not saved yet"),
            "failed": _("Not saved: the desk cannot be reached. It is tried again."),
            "picture": _("Picture"),
            "pictures": _("Picture library"),
            "chart": _("Chart"),
            "charts": _("Charts"),
            "card": _("Card"),
            "cardTitle": _("A page elsewhere, shown as a card"),
            "cardUrl": _("Its address"),
            "cardUnknown": _("This site is not on the list of known ones; a plain link is written instead."),
            "caption": _("Caption here; empty for the picture's own"),
            "wide": _("Wide"),
            "replace": _("Replace"),
            "remove": _("Remove"),
            "pullQuote": _("Pull quote"),
            "keyPoints": _("Key points"),
            "cite": _("Source of a quotation"),
            "paywall": _("Paywall"),
            "paywallHint": _("Readers without access see what stands above this line."),
            "rtl": _("Right to left"),
            "close": _("Close"),
            "insert": _("Insert"),
            "search": _("Search"),
            "uploading": _("Taking it in …"),
            "addPicture": _("Add a picture"),
            "add": _("Add it"),
            "file": _("File: JPEG, PNG, WebP or AVIF, up to 25 MB"),
            "alt": _("What it shows, for readers who cannot see it"),
            "captionOwn": _("Caption"),
            "credit": _("Credit"),
        },
    }

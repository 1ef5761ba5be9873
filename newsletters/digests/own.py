"""A member's own review as the web shows it: what they were sent, as it reads now."""

from __future__ import annotations

from dataclasses import replace

from django.utils import translation

from articles.models import Industry
from memberships.models import User
from newsletters.digests.blocks import pick_behind
from newsletters.digests.reasons import why
from newsletters.models import Delivery, Edition, SendState, Variant
from newsletters.presenting import EditionView


def of(user: User, view: EditionView) -> EditionView | None:
    """Of an edition's stories those that are in the member's copy, in their order and each with its reason; ``None``
    where there is no copy of theirs."""
    edition = view.edition
    copies = Delivery.objects.of_edition(edition).filter(recipient__user=user).exclude(state=SendState.SUPPRESSED)
    variant = Variant.objects.filter(edition=edition, number__in=copies.values("variant")).first()
    if variant is None:
        return None
    told = _sentences(edition, variant)
    by_article = {item.article: item for item in view.items}
    items = tuple(replace(by_article[each], why=words) for each, words in told if each in by_article)
    return replace(view, items=items)


def _sentences(edition: Edition, variant: Variant) -> list[tuple[int, str]]:
    language = edition.newsletter.language
    names = {industry.pk: industry.name_in(language) for industry in Industry.objects.all()}
    with translation.override(language):
        return [
            (article, why(pick_behind(reason), names))
            for article, reason in zip(variant.items, variant.reasons, strict=True)
        ]

"""What a text must have before readers may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from articles import body_schema
from articles.models import Chart, Draft, Picture
from articles.models.taxonomy import Access
from articles.publishing.errors import desk_time

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Check:
    """One line of the list beside the text: what it is, whether it is there, and what to do where it is not."""

    label: str
    is_met: bool
    complaint: str


def complaints(draft: Draft, at: datetime) -> list[str]:
    """Everything that keeps the draft from going out at the moment ``at``, as sentences; empty when nothing does."""
    return [check.complaint for check in checklist(draft, at) if not check.is_met]


def checklist(draft: Draft, at: datetime) -> list[Check]:
    """The whole list, met or not, in the order in which one writes. A handful of queries, however long the text."""
    return [
        Check(_("Format"), draft.format is not None, _("Choose a format.")),
        Check(_("Headline"), bool(draft.headline), _("Write a headline.")),
        Check(_("Standfirst"), bool(draft.standfirst), _("Write a standfirst of one or two sentences.")),
        Check(_("Text"), body_schema.word_count(draft.body) > 0, _("Write the text.")),
        Check(_("Byline"), draft.bylines.exists(), _("Say who wrote it: add at least one byline.")),
        Check(_("Section"), draft.section is not None, _("Choose a section.")),
        *_access(draft),
        *_pictures(draft),
        *_charts(draft),
        *_embargo(draft, at),
    ]


def _access(draft: Draft) -> Iterator[Check]:
    """Only a desk's own choice can lack its product: rules and formats cannot be saved without."""
    product = draft.product_id or (draft.format.product_id if draft.format else None)
    if draft.access == Access.PRODUCT and product is None:
        yield Check(_("Product"), False, _("Say which product opens it."))


def _pictures(draft: Draft) -> Iterator[Check]:
    if draft.lead_picture is not None:
        sentence = _(
            "Describe the lead picture for readers who cannot see it (alternative text, in the picture library)."
        )
        yield Check(_("Lead picture described"), bool(draft.lead_picture.alt), sentence)
    shown = set(body_schema.references(draft.body, "data-picture"))
    if not shown:
        return
    described = dict(Picture.objects.named(shown).values_list("public_id", "alt"))
    missing = len(shown) - len(described)
    undescribed = sum(1 for alt in described.values() if not alt)
    yield Check(
        _("Pictures in the text described"),
        not missing and not undescribed,
        _("A picture in the text is no longer in the library: take it out or choose another.")
        if missing
        else _("Describe every picture in the text for readers who cannot see it (alternative text)."),
    )


def _charts(draft: Draft) -> Iterator[Check]:
    shown = set(body_schema.references(draft.body, "data-chart"))
    if shown:
        known = set(Chart.objects.filter(slug__in=shown).values_list("slug", flat=True))
        sentence = _("There is no chart called “%(slug)s”: make it, or take it out of the text.")
        yield Check(_("Charts"), shown <= known, sentence % {"slug": "”, “".join(sorted(shown - known))})


def _embargo(draft: Draft, at: datetime) -> Iterator[Check]:
    if draft.embargo_until is not None:
        sentence = _("It is under embargo until %(time)s.") % {"time": desk_time(draft.embargo_until)}
        yield Check(_("Embargo over"), draft.embargo_until <= at, sentence)

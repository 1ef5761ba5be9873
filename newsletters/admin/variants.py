"""Which letter of an edition is looked at: as it reads now, by its second subject, or as it was once fixed."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404
from django.utils.translation import gettext as _

from newsletters.digests.printing import as_it_reads
from newsletters.editions import sampling
from newsletters.models import Edition, SubjectTest
from newsletters.rendering import Rendered
from newsletters.tracking import links

# What is asked for in an address; nothing is asked for as it reads now.
NOW, SECOND = "", "second"


def offered(edition: Edition) -> dict[str, str]:
    """The letters there are to look at, each with what it is called. A review has one for each member: it is looked at
    on a page of its own."""
    found = {NOW: _("As it reads now")}
    if edition.is_review:
        return found
    if edition.frozen_at is None:
        return found | ({SECOND: _("With the second subject")} if _test(edition) else {})
    last = sampling.last_uncorrected(edition)
    for number in edition.variants.order_by("number").values_list("number", flat=True):
        told = _("As it was sent: %(number)s") if number <= last else _("As it was corrected: %(number)s")
        found[str(number)] = told % {"number": number}
    return found


def content_of(edition: Edition, key: str, at: datetime) -> Rendered:
    """One of these letters, its personal places empty.

    Raises:
        Http404: there is no such letter.
        RenderingError: a template is broken.
    """
    if key not in offered(edition):
        raise Http404
    if key == NOW:
        return as_it_reads(edition, at)
    if key == SECOND:
        (_first, (_number, other)) = sampling.printings(edition, _test(edition))
        return as_it_reads(other, at)
    variant, targets = edition.variants.get(number=int(key)), links.of(edition.pk)
    text, html = links.led(targets, variant.text, variant.html, is_counted=False)
    return Rendered(variant.subject, text, html, variant.language)


def _test(edition: Edition) -> SubjectTest | None:
    return SubjectTest.objects.filter(edition=edition).first()

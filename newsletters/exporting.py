"""A list taken away as a file: every address, how it stands, and since when by which words."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from memberships.spreadsheets import Echo, harmless
from newsletters.models import Newsletter, Signup, Stream, Suppression

_NAMES = (
    _("email address"), _("state"), _("asked"), _("confirmed"), _("left"), _("paused until"), _("not to be written to"),
    _("signed up at"), _("what they agreed to"), _("language"),
)  # fmt: skip


def lines_of(newsletter: Newsletter) -> Iterator[str]:
    """The lines of the file, one sign-up after the other, as the database hands them out."""
    write = csv.writer(Echo()).writerow
    yield write([str(name) for name in _NAMES])
    for row in _rows(newsletter).iterator(chunk_size=2000):
        yield write([_cell(value) for value in row])


def _rows(newsletter: Newsletter) -> QuerySet[Signup, tuple[object, ...]]:
    stops = Suppression.objects.filter(recipient=OuterRef("recipient"), stream=Stream.NEWSLETTERS)
    signups = Signup.objects.filter(newsletter=newsletter).annotate(
        stopped=Subquery(stops.values("reason")), written_in=F("recipient__language")
    )
    return signups.order_by("pk").values_list(
        "recipient__email_as_typed", "state", "requested_at", "confirmed_at", "left_at", "paused_until", "stopped",
        "source", "consent_text", "written_in",
    )  # fmt: skip


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return "" if value is None else harmless(str(value))

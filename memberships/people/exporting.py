"""Packs everything that is held about a person into one file: pages to read, and the same as JSON for programs.

Whoever asks gets a row at once and the file within a minute; a message says that it is there. It stands in the
database, out of everybody's sight, and is emptied after a week.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Field
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from memberships import audit, signals
from memberships.models import DataExport, User
from memberships.people import holdings
from memberships.people.holdings import Holding

KEPT_FOR = timedelta(days=7)
# Whoever asks again within it gets what was packed just now.
_FRESH = timedelta(hours=1)
_OWN = ("email_as_typed", "name", "language", "time_zone", "joined_at", "last_login", "history_since", "public_id")


@dataclass(frozen=True)
class Section:
    """One kind of row: its name for programs and for people, its columns for either, and the rows in their order."""

    key: str
    title: str
    names: tuple[str, ...]
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def ask(user: User, by: User | None, at: datetime) -> DataExport:
    """The row of the copy: one that waits or was made just now, else a new one. ``by`` is somebody at the desk."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        own = DataExport.objects.filter(user=user).defer("archive")
        known = own.filter(made_at=None).first() or own.filter(made_at__gt=at - _FRESH, ends_at__gt=at).first()
        if known is not None:
            return known
        audit.record(
            "copy of data asked",
            actor=by or user,
            subject_kind="user",
            subject_id=user.public_id,
            subject_label=user.email,
            at=at,
        )
        return DataExport.objects.create(user=user, asked_by=by, asked_at=at)


def make_waiting(at: datetime) -> int:
    """Pack what was asked for; answers how many were packed. Two at once pack the same, and one is kept."""
    waiting = DataExport.objects.filter(made_at=None, user__is_active=True).select_related("user").order_by("pk")
    return sum(_make(export, at) for export in waiting)


def empty_old(at: datetime) -> int:
    """Let go of the files whose days are over."""
    return DataExport.objects.filter(ends_at__lte=at).exclude(archive=None).update(archive=None)


def ready(user: User, at: datetime) -> DataExport | None:
    """The newest copy that its owner can fetch now, without the file itself."""
    made = DataExport.objects.filter(user=user, ends_at__gt=at).exclude(archive=None)
    return made.defer("archive").order_by("-made_at").first()


def pack(user: User, at: datetime) -> bytes:
    """The ZIP file, in the person's language and time zone."""
    with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
        sections = sections_of(user)
        context = {"person": user, "sections": sections, "at": at, "is_rtl": translation.get_language_bidi()}
        page = render_to_string("memberships/export/index.html", context)
        style = render_to_string("memberships/export/style.css")
    content = {each.key: [dict(zip(each.names, row, strict=True)) for row in each.rows] for each in sections}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.html", page)
        archive.writestr("style.css", style)
        archive.writestr("data.json", json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
    return packed.getvalue()


def sections_of(user: User) -> list[Section]:
    """Everything of every app, the account itself first. Kinds of which there is nothing are left out."""
    account = Section(
        "memberships.user",
        _("Your account"),
        _OWN,
        tuple(_title(User, name) for name in _OWN),
        list(User.objects.filter(pk=user.pk).values_list(*_OWN)),
    )
    shown = [_section(holding, user) for holding in holdings.every() if holding.shown]
    return [account, *(section for section in shown if section.rows)]


def _section(holding: Holding, user: User) -> Section:
    rows = list(holding.rows(user).order_by("pk").values_list(*holding.shown))
    columns = tuple(_title(holding.model, path) for path in holding.shown)
    return Section(holding.model._meta.label_lower, str(holding.title), holding.shown, columns, rows)


def _title(model: Any, path: str) -> str:
    """What a column is called: by the thing it belongs to where that is another row."""
    first = model._meta.get_field(path.split("__")[0])
    assert isinstance(first, Field)  # noqa: S101 - the lists name columns, tests/contracts/test_holdings.py sees to it.
    name = str(first.verbose_name)
    return name[:1].upper() + name[1:]


@transaction.atomic
def _make(export: DataExport, at: datetime) -> int:
    packed = pack(export.user, at)
    waiting = DataExport.objects.filter(pk=export.pk, made_at=None)
    if not waiting.update(archive=packed, made_at=at, ends_at=at + KEPT_FOR):
        return 0
    export.refresh_from_db()
    signals.export_made.send(sender=__name__, export=export, at=at)
    return 1

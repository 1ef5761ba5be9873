"""Lists that move in, at the desk: a file is brought, looked at, and its addresses moved in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from memberships.admin.desk import ReadOnly
from memberships.admin.files import FileAdmin
from memberships.models import User
from memberships.spreadsheets import harmless
from newsletters.admin.importing_forms import ListUploadForm
from newsletters.importing import moving_in
from newsletters.models import ListImport, ListImportRow
from newsletters.tasks import move_lists_in

Outcome, State = ListImportRow.Outcome, ListImportRow.State


@admin.register(ListImport)
class ListImportAdmin(FileAdmin):
    when_empty = _("Lists that were brought along from elsewhere stand here, with what became of every line.")
    rules = moving_in
    upload = ListUploadForm
    add_title = _("Move a list in")
    add_explanation = _(
        "First it is only looked at: you see what would happen to each address, and nobody is written to."
    )
    page = "admin/newsletters/import.html"
    line, owner = ListImportRow, "list_import"
    table_name, csv_name = "lines", "list-moving-in"

    def begin(self, form: ListUploadForm, raw: bytes, asked_by: User, at: datetime) -> ListImport:
        wish = form.wish()
        return moving_in.begin(wish, moving_in.read(wish, raw), asked_by, at)

    def wake(self) -> None:
        transaction.on_commit(move_lists_in.delay, robust=True)

    def noted(self, begun: ListImport) -> dict[str, Any]:
        return {"unproved": begun.unproved, "word": begun.word}

    def shown(self, found: ListImport) -> dict[str, Any]:
        counts, is_looking = moving_in.counts(found), found.state == ListImport.State.LOOKING
        return {
            "counts": counts,
            "total": counts["total"] if is_looking else _to_do(found),
            "done": counts["looked"] if is_looking else counts["done"] + counts["failed"],
            "to_move": 0 if found.state in moving_in.COURSE.working else moving_in.to_move(found).count(),
            "lists": _lists(found),
        }

    def lines(self, found: ListImport) -> Iterator[list[str | int]]:
        """What happens to each address, and the lines nobody could read."""
        names = (_("line"), _("table"), _("email address"), _("the file says"), _("what happens"), _("why"), _("more"))
        yield [str(name) for name in names]
        for line, sentence in found.problems:
            yield [line, "", "", "", gettext("is left out"), harmless(sentence), ""]
        for row in found.rows.order_by("part", "line").iterator():
            is_failed = row.state == State.FAILED
            happens = row.get_state_display() if is_failed else row.get_outcome_display()
            said = (row.get_standing_display(), happens, row.get_why_display(), harmless(row.detail))
            yield [row.line, harmless(row.part), harmless(row.email), *map(str, said)]


@admin.register(ListImportRow)
class ListImportRowAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("line", "part", "email", "standing", "outcome", "why", "detail", "state")
    list_filter = ("outcome", "why", "state", "standing", "list_import")
    list_select_related = ("list_import",)
    search_fields = ("email",)
    show_full_result_count = False


def _to_do(found: ListImport) -> int:
    """How many addresses something is done about, those that are through among them."""
    through = found.rows.filter(state__in=[State.DONE, State.FAILED])
    return through.count() + moving_in.to_move(found).count()


def _lists(found: ListImport) -> list[dict[str, Any]]:
    """How many addresses each list gets, and how many are asked about it."""
    told = (Outcome.SIGNS_UP, Outcome.IS_ASKED)
    together = found.rows.filter(outcome__in=told).values("outcome", "lists").annotate(count=Count("id")).order_by()
    counted: Counter[tuple[str, int]] = Counter()
    for each in together:
        for newsletter in each["lists"]:
            counted[each["outcome"], newsletter] += each["count"]
    return [
        {"name": each.name, **{outcome.value: counted[outcome.value, each.pk] for outcome in told}}
        for each in found.newsletters.all()
    ]

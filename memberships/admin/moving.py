"""Members who move in, at the desk: a file is brought, looked at, its prices are said, and its people moved in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from memberships import audit, clock
from memberships.admin.desk import ReadOnly, person
from memberships.admin.files import FileAdmin
from memberships.admin.moving_forms import PricesForm, UploadForm
from memberships.importing import mapping, moving_in
from memberships.importing.files import MovingRefused
from memberships.models import MovingIn, MovingRow, User
from memberships.spreadsheets import harmless
from memberships.stripe.client import BillingError
from memberships.tasks import move_in

Outcome, State = MovingRow.Outcome, MovingRow.State


@admin.register(MovingIn)
class MovingInAdmin(FileAdmin):
    list_display = ("__str__", "state", "product", "asked_by", "asked_at", "ended_at")
    list_select_related = ("product", "asked_by")
    rules = moving_in
    upload = UploadForm
    add_title = _("Move members in")
    add_explanation = _(
        "First it is only looked at: you see what would happen to each, and nothing is written for them."
    )
    page = "admin/memberships/moving_in.html"
    line, owner = MovingRow, "moving_in"
    table_name, csv_name = "problems", "moving-in"
    refusals = (MovingRefused, BillingError)

    def acts(self) -> dict[str, Callable[..., HttpResponse]]:
        return {"prices": self.prices, **super().acts()}

    def begin(self, form: UploadForm, raw: bytes, asked_by: User, at: datetime) -> MovingIn:
        wish = form.wish()
        return moving_in.begin(wish, moving_in.read(wish.source, raw), asked_by, at)

    def wake(self) -> None:
        transaction.on_commit(move_in.delay, robust=True)

    def shown(self, found: MovingIn) -> dict[str, Any]:
        counts, is_looking = moving_in.counts(found), found.state == MovingIn.State.LOOKING
        return {
            "counts": counts,
            "total": counts["total"],
            "done": counts["looked"] if is_looking else counts["moved"] + counts["failed"],
            "to_move": 0 if found.state in moving_in.COURSE.working else found.rows.to_move().count(),
            "form": _prices_form(found),
        }

    def prices(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, "add")
        found = self.found(pk)
        form = _prices_form(found, request.POST)
        if not form.is_valid():
            return self.show(request, found, status=422, form=form)
        said = form.said()
        return self.act(request, found, partial(mapping.map_prices, found, said), "prices said", said=said)

    def lines(self, found: MovingIn) -> Iterator[list[str | int]]:
        """Whoever loses access, is unclear or could not be moved in, and the lines nobody could read."""
        yield [gettext("line"), gettext("email address"), gettext("what happens"), gettext("why"), gettext("more")]
        for line, sentence in found.problems:
            yield [line, "", "", harmless(sentence), ""]
        wanted = found.rows.filter(outcome__in=[Outcome.LOSES, Outcome.UNCLEAR]) | found.rows.filter(state=State.FAILED)
        for row in wanted.order_by("line").iterator():
            happens: str | Promise = row.get_state_display() if row.state == State.FAILED else row.get_outcome_display()
            more = " ".join(filter(None, (row.price_label, row.detail)))
            yield [row.line, harmless(row.email), str(happens), str(row.get_why_display()), harmless(more)]


@admin.register(MovingRow)
class MovingRowAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("line", "email", "claim", "outcome", "because", "until", "state")
    list_filter = ("outcome", "why", "state", "claim", "is_known", "moving_in")
    list_select_related = ("moving_in",)
    search_fields = ("email", "customer_ref", "subscription_ref")
    search_help_text = _("Address or Stripe's id")
    show_full_result_count = False
    actions = ("vouch",)

    @admin.display(description=_("why"), ordering="why")
    def because(self, row: MovingRow) -> SafeString:
        said = filter(None, (str(row.get_why_display()), row.price_label, row.detail))
        return format_html_join(" ", "<bdi>{}</bdi>", ((part,) for part in said))

    def has_vouch_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("memberships.change_movingrow")

    @admin.action(description=_("It is theirs, though Stripe has another address"), permissions=["vouch"])
    def vouch(self, request: HttpRequest, chosen: QuerySet[MovingRow]) -> None:
        """Staff's word; written down, because it gives somebody what somebody else may be paying for."""
        emails = sorted(chosen.filter(why=MovingRow.Why.ADDRESS).values_list("email", flat=True))
        number = moving_in.vouch(chosen)
        subject: dict[str, Any] = {"subject_kind": "movingrow", "subject_id": "", "emails": emails}
        audit.record("movingrow vouched for", actor=person(request), at=clock.now(), **subject)
        transaction.on_commit(move_in.delay, robust=True)
        self.message_user(request, gettext("Looked at again: %(number)d.") % {"number": number})


def _prices_form(found: MovingIn, data: Any = None) -> PricesForm:
    return PricesForm(mapping.unmapped(found), is_by_plan=mapping.is_by_plan(found), data=data)

"""Stripe's events at the desk: what came, how it ended, and having it done again."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action

from memberships import audit, clock
from memberships.admin.billing import MOST_AT_ONCE
from memberships.admin.desk import ReadOnly, Sentence, act_page, attempt, person
from memberships.admin.forms import NothingForm
from memberships.admin.records import as_written
from memberships.models import StripeEvent
from memberships.stripe import catching_up, inbox
from memberships.stripe.client import BillingError


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("received_at", "type", "object_id", "state", "attempts", "error")
    list_filter = ("state", "type")
    search_fields = ("event_id", "object_id", "customer_id")
    search_help_text = _("An id of Stripe's")
    show_full_result_count = False
    fields = readonly_fields = (
        "type",
        "state",
        "error",
        "attempts",
        "received_at",
        "settled_at",
        "event_id",
        "object_id",
        "customer_id",
        "api_version",
        "livemode",
        "said",
    )
    actions = ("do_again",)
    actions_list = ("catch_up",)

    @admin.display(description=_("as received"))
    def said(self, event: StripeEvent) -> SafeString:
        return as_written(event.payload)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("memberships.replay_stripeevent")

    @admin.action(description=_("Try again now"), permissions=["replay"])
    def do_again(self, request: HttpRequest, chosen: QuerySet[StripeEvent]) -> None:
        """What is done stays done; what failed, waits or was set aside is tried once more."""
        at, ends = clock.now(), []
        for event in chosen[:MOST_AT_ONCE]:
            ends.append(inbox.process(event.pk, at))
            audit.record(
                "event worked off again",
                actor=person(request),
                subject_kind="stripe event",
                subject_id=event.event_id,
                subject_label=str(event),
                at=at,
            )
        done = sum(end in {StripeEvent.State.DONE, StripeEvent.State.IGNORED} for end in ends)
        names = {"done": done, "chosen": len(ends)}
        self.message_user(request, gettext("%(done)d of %(chosen)d went through.") % names)

    @action(  # type: ignore[untyped-decorator]
        description=_("Fetch what did not arrive"), url_path="catch-up", icon="sync", permissions=["replay"]
    )
    def catch_up(self, request: HttpRequest) -> HttpResponse:
        """After an outage: ask Stripe for what it could not deliver."""
        back = reverse("admin:memberships_stripeevent_changelist")
        form = NothingForm(request.POST if request.method == "POST" else None)

        def fetch() -> Sentence:
            at = clock.now()
            found = catching_up.catch_up(at - catching_up.FURTHEST_BACK, at)
            audit.record(
                "events fetched",
                actor=person(request),
                subject_kind="stripe events",
                subject_id=found.events,
                at=at,
                customers=found.customers,
            )
            if not found.events:
                return gettext("Stripe has nothing that did not arrive.")
            return ngettext("%d event was fetched.", "%d events were fetched.", found.events) % found.events

        if request.method == "POST" and attempt(request, form, fetch, BillingError):
            return HttpResponseRedirect(back)
        explanation = _("Stripe is asked for the events of the last thirty days that it could not deliver.")
        title = gettext("Fetch what did not arrive")
        return act_page(self, request, form, title=title, button=_("Fetch"), back=back, explanation=explanation)

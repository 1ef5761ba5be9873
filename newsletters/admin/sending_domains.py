"""Whether receivers can believe that our mail is ours, by what the name servers say."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action

from memberships.admin.desk import ReadOnly, act_page, person
from newsletters import tasks
from newsletters.models import SendingDomain
from newsletters.preflight import domains


@admin.register(SendingDomain)
class SendingDomainAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    when_empty = _("What the name servers say about the domain we send from stands here once it was checked.")
    list_display = ["domain", "is_well", "checked_at", "unanswered_at"]
    fields = ["domain", "checked_at", "unanswered_at", "told"]
    readonly_fields = ["told"]
    actions_list = ["check_now"]

    @admin.display(description=_("in order"), boolean=True)
    def is_well(self, row: SendingDomain) -> bool | None:
        return None if row.checked_at is None else not row.findings

    @admin.display(description=_("what to publish"))
    def told(self, row: SendingDomain) -> SafeString | str:
        lines = [(line,) for line in domains.sentences_of(row)]
        return format_html('<ul dir="auto">{}</ul>', format_html_join("", "<li>{}</li>", lines)) if lines else "–"

    def has_check_now_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("newsletters.view_sendingdomain")

    @action(description=_("Check now"), url_path="check", icon="refresh", permissions=["check_now"])  # type: ignore[untyped-decorator]
    def check_now(self, request: HttpRequest) -> HttpResponse:
        """Have it done: name servers take their time, and nobody waits for them here."""
        back, domain = reverse("admin:newsletters_sendingdomain_changelist"), domains.ours()
        if request.method == "POST":
            tasks.check_sending_domain.delay()
            self.message_user(request, gettext("It is being checked. Load the page again in a moment."))
            return HttpResponseRedirect(back)
        explanation = (
            _("%(domain)s is reserved for examples: no name server is asked about it.")
            if domains.is_reserved(domain)
            else _("The name servers are asked for the SPF, DKIM and DMARC records of %(domain)s.")
        )
        return act_page(
            self, request, forms.Form(), title=_("Check now"), button=_("Check now"), back=back,
            explanation=explanation % {"domain": domain},
        )  # fmt: skip

"""Having the sign-up forms guarded by hand, for who knows of an attack before the counters do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from memberships import audit, clock
from memberships.admin.desk import act_page, person
from memberships.admin.forms import ReasonForm
from newsletters.floodgate import attacks


class GuardsSignups:
    """A button above a list of the desk, and the page behind it."""

    opts: Any
    message_user: Any

    def has_guard_sign_ups_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("newsletters.change_newsletter")

    @action(  # type: ignore[untyped-decorator]
        description=_("Guard the sign-ups"), url_path="guard-sign-ups", icon="shield", permissions=["guard_sign_ups"]
    )
    def guard_sign_ups(self, request: HttpRequest) -> HttpResponse:
        """For a day, or no longer where they are guarded already."""
        at = clock.now()
        until = attacks.guarded_until(at)
        back = reverse("admin:newsletters_newsletter_changelist")
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            attacks.guard(None if until else at + attacks.GUARDED_FOR)
            audit.record(
                "sign-ups left to the counters" if until else "sign-ups guarded",
                actor=person(request),
                subject_kind="signupguard",
                subject_id=1,
                at=at,
                reason=form.cleaned_data["reason"],
            )
            said = gettext("The counters alone decide again.") if until else gettext("They are guarded for a day.")
            self.message_user(request, said)
            return HttpResponseRedirect(back)
        return act_page(
            self,
            request,
            form,
            title=_("Leave the sign-ups to the counters") if until else _("Guard the sign-ups"),
            button=_("Leave them to the counters") if until else _("Guard them for a day"),
            back=back,
            explanation=_(
                "While they are guarded, every sign-up form has to solve a puzzle, which takes a browser a second, or "
                "wait for twenty. Counters see most attacks by themselves and guard the forms for a quarter of an hour."
            ),
            points=[_how_it_stands(until, is_on=attacks.is_on(at))],
        )


def _how_it_stands(until: Any, *, is_on: bool) -> str:
    if until:
        return gettext("Guarded by hand until %(moment)s.") % {"moment": date_format(localtime(until), "j F, H:i")}
    return gettext("Guarded by the counters at the moment.") if is_on else gettext("Not guarded at the moment.")

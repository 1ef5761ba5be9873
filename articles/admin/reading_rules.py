"""Terms of reading by where a reader comes from. They are the memberships app's; here is who knows the sections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from babel import Locale
from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.template.defaultfilters import capfirst
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from articles.models import Section
from memberships import clock
from memberships.admin.desk import Recorded
from memberships.arrivals import are_countries_told
from memberships.fields import LinesField, lines
from memberships.models import Plan, ReadingRule
from memberships.remembered import Remembered

_sections = Remembered(lambda: {section.slug: section for section in Section.objects.all()})


class ReadingRuleForm(forms.ModelForm[ReadingRule]):
    """The rule with its sections to choose from, and only plans that are on sale, or were chosen while they were."""

    sections = forms.MultipleChoiceField(
        label=_("Texts of these sections"), required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    class Meta:
        model = ReadingRule
        fields = (
            "name",
            "is_in_force",
            "position",
            "starts_at",
            "ends_at",
            "referrers",
            "campaigns",
            "countries",
            "sections",
            "counts_as",
            "allowance",
            "registered_allowance",
            "plan",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "plan" not in self.fields:  # somebody who may only look
            return
        kept = lines(self.instance.sections)
        self.initial["sections"] = kept
        self.fields["sections"].choices = list(_choices(kept))  # type: ignore[attr-defined]
        on_sale = Q(audience=Plan.Audience.PERSON, is_offered=True) | Q(pk=self.instance.plan_id)
        self.fields["plan"].queryset = Plan.objects.filter(on_sale)  # type: ignore[attr-defined]
        self.fields["plan"].error_messages["invalid_choice"] = gettext(
            "This plan is not sold to one person at present. Choose another one, or none."
        )
        if not are_countries_told():
            unknown = gettext("At present nobody tells this site where its readers are, so no such rule fits.")
            self.fields["countries"].help_text = f"{self.fields['countries'].help_text} {unknown}"

    def clean_sections(self) -> str:
        return "\n".join(self.cleaned_data["sections"])

    def clean_plan(self) -> Plan | None:
        plan: Plan | None = self.cleaned_data["plan"]
        if plan is not None and not plan.is_offered:
            raise ValidationError(
                _("“%(plan)s” is not on sale any more. Choose another plan, or none."), params={"plan": plan.name}
            )
        return plan


@admin.register(ReadingRule)
class ReadingRuleAdmin(Recorded):
    """In the order in which they are asked, each in words."""

    form = ReadingRuleForm
    list_display = ("name", "shown_conditions", "shown_outcome", "position", "is_in_force")
    list_editable = ("position", "is_in_force")
    list_select_related = ("plan",)
    list_before_template = "admin/articles/readingrule/explanation.html"
    warn_unsaved_form = True
    formfield_overrides = {LinesField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 3, "dir": "auto"})}}
    fieldsets = (
        (None, {"fields": ("name", "is_in_force", "position", "starts_at", "ends_at")}),
        (
            _("For whom"),
            {
                "fields": ("referrers", "campaigns", "countries", "sections"),
                "description": _(
                    "All that you fill in has to hold. Site and campaign are about the page somebody arrives at: the "
                    "next one they open from there comes from our own site. Both are what a browser says, and a reader "
                    "who knows how can say otherwise."
                ),
            },
        ),
        (
            _("What holds for them"),
            {
                "fields": ("counts_as", "allowance", "registered_allowance", "plan"),
                "description": _(
                    "What is left empty is as for everybody. What is free to all, or open to somebody by right, stays "
                    "so whatever a rule says."
                ),
            },
        ),
    )

    @admin.display(description=_("For whom"))
    def shown_conditions(self, rule: ReadingRule) -> str:
        return capfirst(" · ".join(_conditions(rule)))

    @admin.display(description=_("What holds for them"))
    def shown_outcome(self, rule: ReadingRule) -> str:
        return capfirst(" · ".join(_outcome(rule)))


def _choices(kept: list[str]) -> Iterator[tuple[str, str]]:
    """Every section, and whatever a rule names that has gone since."""
    known = _sections.at(clock.now())
    yield from ((slug, section.label) for slug, section in known.items())
    yield from ((slug, gettext("%(slug)s (gone)") % {"slug": slug}) for slug in kept if slug not in known)


def in_words(rule: ReadingRule) -> str:
    """For whom a rule is, and what it changes."""
    return " · ".join([*_conditions(rule), *_outcome(rule)])


def _conditions(rule: ReadingRule) -> Iterator[str]:
    """What has to hold, in words."""
    if rule.referrers:
        yield gettext("from %(sites)s") % {"sites": _either(lines(rule.referrers))}
    if rule.campaigns:
        yield gettext("by campaign %(names)s") % {"names": _either(lines(rule.campaigns))}
    if rule.countries:
        names = Locale.parse((get_language() or settings.LANGUAGE_CODE).replace("-", "_")).territories
        yield gettext("in %(countries)s") % {"countries": _either([names.get(c, c) for c in lines(rule.countries)])}
    if rule.sections:
        known = _sections.at(clock.now())
        yield _either([known[slug].label if slug in known else slug for slug in lines(rule.sections)])
    if rule.starts_at:
        yield gettext("from %(day)s on") % {"day": _day(rule.starts_at)}
    if rule.ends_at:
        yield gettext("until %(day)s") % {"day": _day(rule.ends_at)}


def _outcome(rule: ReadingRule) -> Iterator[str]:
    """What changes for them, in words."""
    if rule.counts_as:
        yield gettext("read by: %(whom)s") % {"whom": rule.get_counts_as_display()}
    if rule.allowance is not None:
        yield ngettext("%(count)d reading a month", "%(count)d readings a month", rule.allowance) % {
            "count": rule.allowance
        }
    if rule.registered_allowance is not None:
        yield gettext("%(count)d with an account") % {"count": rule.registered_allowance}
    if rule.plan:
        is_sold = rule.plan.is_offered
        sentence = gettext("offers %(plan)s") if is_sold else gettext("would offer %(plan)s, which is not on sale")
        yield sentence % {"plan": rule.plan.name}


def _either(names: list[str]) -> str:
    return get_text_list(names)


def _day(moment: Any) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")

"""What can be tried on the log of readings: allowances, and access rules whether they are in force or not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from articles.admin.reading_rules import in_words
from articles.models import AccessRule
from articles.publishing import levels
from memberships import metering, reading_rules
from memberships.models import ReadingRule
from memberships.models.terms import MOST_ALLOWED


def scope_of(rule: AccessRule) -> str:
    """Which texts a rule is about, in words."""
    language = rule.get_language_display() if rule.language else ""
    named = [str(part) for part in (rule.format, rule.section, rule.country, language) if part]
    return " · ".join(named) or str(_("all"))


class _ReadingRules(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, rule: Any) -> str:
        state = _("in force") if rule.is_in_force else _("not in force")
        return format_html("<bdi>{}</bdi> ({}; {})", rule.name, in_words(rule), state)


class _Rules(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, rule: Any) -> str:
        state = _("in force") if rule.is_in_force else _("not in force")
        return format_html(
            "<bdi>{}</bdi> (<bdi>{}</bdi>: {}; {})", rule.name, scope_of(rule), rule.get_access_display(), state
        )


def _allowance(label: Any, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=0,
        max_value=MOST_ALLOWED,
        widget=UnfoldAdminIntegerFieldWidget,
    )


class TrialForm(forms.Form):
    """The terms to be tried; at first those in force."""

    allowance = _allowance(_("Free readings a month"), _("For somebody without an account."))
    registered_allowance = _allowance(_("With an account"), _("For somebody who is signed in."))
    rules = _Rules(
        label=_("Access rules that hold"),
        queryset=AccessRule.objects.select_related("format", "section", "country"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reading_rules = _ReadingRules(
        label=_("Reading rules that hold"),
        help_text=_("As if they held all month: when they begin and end is left out."),
        queryset=ReadingRule.objects.select_related("plan"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def form_as_it_is(at: datetime) -> TrialForm:
    """The form with the terms that hold at the moment."""
    limits = metering.terms()
    rules = [rule.pk for rule in levels.rules_in_force()]
    came = [rule.pk for rule in reading_rules.in_force(at)]
    values: dict[str, Any] = {"rules": rules, "reading_rules": came}
    values |= {"allowance": limits.allowance, "registered_allowance": limits.registered_allowance}
    return TrialForm(initial=values)

"""What staff say of a file of members, and of the prices in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanWidget,
)

from memberships.admin.forms import today
from memberships.importing import letters
from memberships.importing.mapping import Price
from memberships.importing.moving_in import Wish
from memberships.importing.tables import LARGEST
from memberships.models import MovingIn, Plan, Product

_UNDECIDED = "?"


def _in_a_year() -> Any:
    return today() + timedelta(days=365)


def _is_not_too_large(file: UploadedFile[Any]) -> None:
    if (file.size or 0) > LARGEST:
        raise forms.ValidationError(_("The file is larger than 50 MB. Split it; each part needs its first line."))


class ExportField(forms.FileField):
    """A file of another system's."""

    widget = UnfoldAdminFileFieldWidget
    default_validators = [_is_not_too_large]


class AgreedField(forms.CharField):
    """What people agreed to when they signed up on the other site."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("The words under which they agreed to them"),
            max_length=2000,
            widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
            help_text=_("As they stood on the other site; kept with each sign-up as proof."),
            **options,
        )


class UploadForm(forms.Form):
    """An export, and what it does not say."""

    source = forms.ChoiceField(label=_("From"), choices=MovingIn.Source.choices, widget=UnfoldAdminSelectWidget)
    file = ExportField(label=_("Export, as CSV"))
    product = forms.ModelChoiceField(
        label=_("Members read"), queryset=Product.objects.all(), empty_label=None, widget=UnfoldAdminSelectWidget
    )
    comps_until = forms.DateField(
        label=_("What was given ends on"),
        initial=_in_a_year,
        widget=UnfoldAdminSingleDateWidget,
        help_text=_("For those whom the other system let in without payment, where the export has no date."),
    )
    newsletters = forms.MultipleChoiceField(
        label=_("Newsletters they got there"),
        required=False,
        choices=letters.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Whoever had left them there is written down as having left these. What they chose here stays."),
    )
    consent_text = AgreedField(required=False)
    invites = forms.BooleanField(
        label=_("Tell each by email that their account has moved"),
        required=False,
        widget=UnfoldBooleanWidget,
        help_text=_("No other mail is sent about the move."),
    )

    class Media:
        js = ("admin/js/core.js", "admin/js/calendar.js", "admin/js/admin/DateTimeShortcuts.js")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("newsletters") and not cleaned.get("consent_text", "").strip():
            self.add_error("consent_text", _("Without these words nobody can be brought along to a newsletter."))
        return cleaned

    def wish(self) -> Wish:
        said = self.cleaned_data
        return Wish(
            source=said["source"],
            file_name=said["file"].name,
            product=said["product"],
            comps_until=datetime.combine(said["comps_until"], time(), UTC),
            newsletters=said["newsletters"],
            consent_text=said["consent_text"].strip(),
            invites=said["invites"],
        )


class PricesForm(forms.Form):
    """What each price opens here; one that is left open stays so."""

    def __init__(self, prices: Sequence[Price], *, is_by_plan: bool, data: Any = None) -> None:
        super().__init__(data)
        self._prices = prices
        targets = _plans() if is_by_plan else _products()
        for number, price in enumerate(prices):
            self.fields[f"price_{number}"] = forms.ChoiceField(
                label=f"{price.label or price.ref} ({price.count})",
                help_text=price.ref if price.ref != price.label else "",
                choices=[(_UNDECIDED, _("say later")), *targets, ("", _("none of ours"))],
                initial=_UNDECIDED,
                required=False,
                widget=UnfoldAdminSelectWidget,
            )

    def said(self) -> dict[str, str]:
        chosen = {price.ref: self.cleaned_data[f"price_{number}"] for number, price in enumerate(self._prices)}
        return {ref: target for ref, target in chosen.items() if target != _UNDECIDED}


def _products() -> list[tuple[str, str]]:
    return list(Product.objects.values_list("slug", "name"))


def _plans() -> list[tuple[str, str]]:
    return list(Plan.objects.filter(archived_at=None).values_list("lookup_key", "name"))

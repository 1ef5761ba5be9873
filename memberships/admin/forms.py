"""What staff fill in for one act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from memberships import clock, students
from memberships.currencies import money
from memberships.forms import InviteForm
from memberships.models import Product, Refund, Team, User
from memberships.stripe.refunds import Offer
from memberships.teams import seats
from memberships.teams.inquiries import Terms

USUAL_SEATS = 5


def today() -> date:
    return clock.now().astimezone(_home()).date()


def _home() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


class TermsForm(forms.Form):
    """What was agreed with a company."""

    name = forms.CharField(label=_("Team's name"), max_length=160, widget=UnfoldAdminTextInputWidget)
    owner_email = forms.EmailField(
        label=_("Owner's address"),
        max_length=254,
        widget=UnfoldAdminEmailInputWidget,
        help_text=_("Invites colleagues. An account is made if there is none; it is entered with an emailed code."),
    )
    owner_name = forms.CharField(
        label=_("Owner's name"), max_length=120, required=False, widget=UnfoldAdminTextInputWidget
    )
    product = forms.ModelChoiceField(
        label=_("Reads"), queryset=Product.objects.all(), empty_label=None, widget=UnfoldAdminSelectWidget
    )
    seats = forms.IntegerField(
        label=_("Seats"), min_value=1, max_value=100_000, initial=USUAL_SEATS, widget=UnfoldAdminIntegerFieldWidget
    )
    starts_on = forms.DateField(label=_("First day"), initial=today, widget=UnfoldAdminSingleDateWidget)
    ends_on = forms.DateField(
        label=_("First day without access"),
        initial=lambda: today() + timedelta(days=365),
        widget=UnfoldAdminSingleDateWidget,
    )
    notes = forms.CharField(label=_("Notes"), required=False, widget=UnfoldAdminTextareaWidget)

    class Media:
        js = ("admin/js/core.js", "admin/js/calendar.js", "admin/js/admin/DateTimeShortcuts.js")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", _("The contract ends before it begins. Choose a later day."))
        return data

    @property
    def terms(self) -> Terms:
        return Terms(**self.cleaned_data)


class TeamForm(forms.ModelForm[Team]):
    class Meta:
        model = Team
        fields = ("name", "seat_limit", "starts_on", "ends_on", "notes")

    def clean_seat_limit(self) -> int:
        limit: int = self.cleaned_data["seat_limit"]
        taken = seats.occupancy(self.instance, clock.now()).taken if self.instance.pk else 0
        if limit < taken:
            raise forms.ValidationError(
                _("%(taken)d seats are taken. Release %(over)d of them first, then lower the limit."),
                params={"taken": taken, "over": taken - limit},
            )
        return limit

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", _("The contract ends before it begins. Choose a later day."))
        return data


class PasteForm(InviteForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["addresses"].widget = UnfoldAdminTextareaWidget(attrs={"rows": 8, "dir": "ltr"})


class ReasonForm(forms.Form):
    """An act that needs a word why, for the audit log."""

    reason = forms.CharField(label=_("Why"), max_length=255, widget=UnfoldAdminTextInputWidget)


class AddressForm(ReasonForm):
    address = forms.EmailField(
        label=_("New address"), max_length=254, widget=UnfoldAdminEmailInputWidget(attrs={"dir": "ltr"})
    )
    field_order = ("address", "reason")


class OtherAccountForm(forms.Form):
    """Which account is to be taken in."""

    other = forms.EmailField(
        label=_("Address of the other account"),
        max_length=254,
        widget=UnfoldAdminEmailInputWidget(attrs={"dir": "ltr"}),
    )

    def clean_other(self) -> User:
        found = User.objects.filter(email=User.objects.normalize_email(self.cleaned_data["other"])).first()
        if found is None:
            raise forms.ValidationError(_("There is no account with this address."))
        return found


class MergerForm(OtherAccountForm, ReasonForm):
    """The second look: the account is named, and where both pay, which subscription ends is chosen."""

    end = forms.ChoiceField(label=_("Which subscription ends now"), widget=UnfoldAdminSelectWidget, required=False)
    field_order = ("other", "end", "reason")

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].widget = forms.HiddenInput()
        if choices:
            self.fields["end"] = forms.ChoiceField(
                label=_("Which subscription ends now"),
                choices=[("", gettext("Choose")), *choices],
                widget=UnfoldAdminSelectWidget,
            )
        else:
            del self.fields["end"]


class GiftForm(ReasonForm):
    product = forms.ModelChoiceField(
        label=_("Reads"), queryset=Product.objects.all(), empty_label=None, widget=UnfoldAdminSelectWidget
    )
    ends_on = forms.DateField(
        label=_("First day without access"),
        initial=lambda: today() + timedelta(days=30),
        widget=UnfoldAdminSingleDateWidget,
    )
    field_order: tuple[str, ...] = ("product", "ends_on", "reason")

    class Media:
        js = ("admin/js/core.js", "admin/js/calendar.js", "admin/js/admin/DateTimeShortcuts.js")

    def clean_ends_on(self) -> date:
        ends_on: date = self.cleaned_data["ends_on"]
        if ends_on <= today():
            raise forms.ValidationError(_("This day is not in the future. Choose a later one."))
        return ends_on

    @property
    def until(self) -> datetime:
        """When the day begins where the publication is at home."""
        return datetime.combine(self.cleaned_data["ends_on"], time.min, ZoneInfo(settings.TIME_ZONE))


class SeveralGiftsForm(GiftForm):
    """The same right for several people, each named by their address."""

    people = forms.CharField(
        label=_("Email addresses"),
        max_length=20_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8, "dir": "ltr"}),
        help_text=_(
            "Of accounts, separated by commas, spaces or lines. Where one has no account, nobody is given any."
        ),
    )
    field_order = ("people", "product", "ends_on", "reason")

    def clean_people(self) -> list[User]:
        addresses = {address.lower() for address in seats.addresses_in(self.cleaned_data["people"])}
        if not addresses:
            raise forms.ValidationError(_("There is no email address in what you pasted."))
        found = list(User.objects.filter(email__in=addresses, is_active=True))
        if missing := sorted(addresses - {user.email for user in found}):
            raise forms.ValidationError(
                _("These have no account here: %(addresses)s"), params={"addresses": ", ".join(missing)}
            )
        return found


class ProofForm(forms.Form):
    """Until when a document proves that somebody studies."""

    ends_on = forms.DateField(
        label=_("Last day"),
        initial=lambda: (students.end_of_proof(clock.now()) - timedelta(seconds=1)).astimezone(_home()).date(),
        widget=UnfoldAdminSingleDateWidget,
        help_text=_("As the document says, at most two years from now."),
    )

    class Media:
        js = ("admin/js/core.js", "admin/js/calendar.js", "admin/js/admin/DateTimeShortcuts.js")

    def clean_ends_on(self) -> date:
        ends_on: date = self.cleaned_data["ends_on"]
        if not today() < ends_on <= today() + timedelta(days=2 * 366):
            raise forms.ValidationError(_("Choose a day after today, and at most two years from now."))
        return ends_on

    @property
    def until(self) -> datetime:
        """When the day is over where the publication is at home."""
        return datetime.combine(self.cleaned_data["ends_on"] + timedelta(days=1), time.min, _home())


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=255,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("They read it as you write it, so write it in their language."),
    )


class RefundForm(forms.Form):
    """How much of an invoice goes back, and why. Looked at twice: the second time nothing in it can be changed."""

    share = forms.ChoiceField(label=_("How much"), widget=UnfoldAdminSelectWidget)
    keeps_reading = forms.BooleanField(
        label=_("They may read until their period ends"),
        required=False,
        widget=UnfoldBooleanWidget,
        help_text=_("Only where the unused share goes back. Otherwise the membership ends at once."),
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=Refund.Reason.choices, widget=UnfoldAdminSelectWidget)
    note = forms.CharField(
        label=_("Note"),
        max_length=1000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("For colleagues: what happened. It is kept in the audit log."),
    )

    def __init__(self, offer: Offer, currency: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self._offer = offer
        self.fields["share"] = forms.ChoiceField(
            label=_("How much"), choices=list(self._shares(currency)), widget=UnfoldAdminSelectWidget
        )
        if not (offer.is_term and offer.unused):
            del self.fields["keeps_reading"]

    def chosen(self) -> tuple[int, Refund.Then]:
        """The amount in minor units and what follows for the membership."""
        is_full = self.cleaned_data["share"] == "full"
        keeps = self.cleaned_data.get("keeps_reading", False)
        return self._offer.left if is_full else self._offer.unused, self._offer.then(
            is_full=is_full, keeps_reading=keeps
        )

    def hide(self, look: str) -> None:
        """Keep what was chosen, to be sent again with what was shown for it."""
        for field in self.fields.values():
            field.widget = field.hidden_widget()
        self.fields["look"] = forms.CharField(widget=forms.HiddenInput, initial=look)
        self.data = {**self.cleaned_data, "look": look}

    def _shares(self, currency: str) -> Iterator[tuple[str, str]]:
        yield "full", gettext("All that is left: %(amount)s") % {"amount": money(self._offer.left, currency)}
        if self._offer.unused:
            amount = money(self._offer.unused, currency)
            yield "prorated", gettext("The unused share of the period: %(amount)s") % {"amount": amount}


class NothingForm(forms.Form):
    """An act that needs to know nothing."""

"""What people fill in on the account pages and on the team page."""

from __future__ import annotations

import zoneinfo
from typing import Any

from allauth.account.fields import PasswordField
from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _

from memberships.leavings import LONGEST_COMMENT
from memberships.models import FeedToken, Inquiry, Leaving, User, Withdrawal
from memberships.teams import seats


def _time_zones() -> list[tuple[str, str]]:
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC")
    return [(name, name.replace("_", " ")) for name in names]


class PasswordSignInForm(LoginForm):  # type: ignore[misc]
    """Address and password, for accounts that have one. The library asks for none where signing up asks for none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = PasswordField(label=_("Password"), autocomplete="current-password")


class ProfileForm(forms.ModelForm[User]):
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=_time_zones, help_text=_("Dates on these pages are given in it.")
    )

    class Meta:
        model = User
        fields = ("name", "language", "time_zone")
        help_texts = {
            "name": _("How we address you, and how colleagues see you in a team."),
            "language": _("For these pages and for our messages to you."),
        }
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}


class FeedTokenForm(forms.ModelForm[FeedToken]):
    class Meta:
        model = FeedToken
        fields = ("name",)
        labels = {"name": _("Feed reader")}
        error_messages = {"name": {"required": _("Name the feed reader, so that you know the address again.")}}


class FarewellForm(forms.Form):
    """Why somebody leaves. All of it may be left out."""

    reason = forms.ChoiceField(
        label=_("Why are you leaving? You need not say."),
        choices=Leaving.Reason.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    comment = forms.CharField(
        label=_("Anything you would like us to know"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )


class InviteForm(forms.Form):
    addresses = forms.CharField(
        label=_("Email addresses"),
        help_text=_("Paste as many as you like, separated by commas, spaces or lines. Each gets an invitation."),
        error_messages={"required": _("Paste at least one address.")},
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_addresses(self) -> list[str]:
        addresses = seats.addresses_in(self.cleaned_data["addresses"])
        if not addresses:
            raise forms.ValidationError(_("There is no email address in what you pasted."))
        if len(addresses) > seats.MOST_ADDRESSES:
            raise forms.ValidationError(
                _("These are %(number)d addresses. Paste at most %(most)d at a time."),
                params={"number": len(addresses), "most": seats.MOST_ADDRESSES},
            )
        return addresses


class WithdrawalForm(forms.ModelForm[Withdrawal]):
    class Meta:
        model = Withdrawal
        fields = ("name", "email", "reference")
        labels = {"name": _("Your name"), "email": _("Email address of the contract")}
        help_texts = {"reference": _("It is on every invoice. You can leave this empty.")}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
            "reference": forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
        }


class InquiryForm(forms.ModelForm[Inquiry]):
    """``website`` is a trap that people do not see: what fills it in is not a person."""

    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    class Meta:
        model = Inquiry
        fields = ("name", "email", "company", "seats", "message")
        labels = {"name": _("Your name"), "message": _("Anything we should know")}
        error_messages = {
            "seats": {"min_value": _("A team has at least two readers. For one, start a membership of your own.")},
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
            "company": forms.TextInput(attrs={"autocomplete": "organization"}),
            "seats": forms.NumberInput(attrs={"min": 2, "inputmode": "numeric"}),
            "message": forms.Textarea(attrs={"rows": 5}),
        }

    @property
    def is_trapped(self) -> bool:
        return bool(self.cleaned_data.get("website"))

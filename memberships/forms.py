"""What people fill in on the account pages and on the team page."""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from allauth.account.fields import PasswordField
from allauth.account.forms import LoginForm
from allauth.account.forms import SignupForm as LibrarySignUpForm
from django import forms
from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from memberships import documents
from memberships.documents import Document, DocumentRefused
from memberships.leavings import LONGEST_COMMENT
from memberships.models import FeedToken, Inquiry, Leaving, Plan, User, Voucher, Withdrawal
from memberships.teams import seats
from memberships.vouchers import buying, wording
from memberships.vouchers.buying import Wish


def _time_zones() -> list[tuple[str, str]]:
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC")
    return [(name, name.replace("_", " ")) for name in names]


class PasswordSignInForm(LoginForm):  # type: ignore[misc]
    """Address and password, for accounts that have one. The library asks for none where signing up asks for none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = PasswordField(label=_("Password"), autocomplete="current-password")


class SignUpForm(LibrarySignUpForm):  # type: ignore[misc]
    """An address, and a password for whoever wants to sign in with one instead of codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if password := self.fields.get("password1"):  # Who comes for a passkey is asked for none.
            password.label = _("Password (optional)")
            password.help_text = _("At least ten characters. Without one, each time you sign in we send you a code.")
            password.widget.attrs.pop("placeholder", None)


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


class StudentAddressForm(forms.Form):
    address = forms.EmailField(
        label=_("Your address at the university"),
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        help_text=_("We write to it once. You go on signing in with the address you have here."),
    )


class StudentDocumentForm(forms.Form):
    """``document`` is cleaned to a :class:`memberships.documents.Document`."""

    school = forms.CharField(label=_("University"), max_length=160)
    document = forms.FileField(
        label=_("Student card or certificate of enrolment"),
        help_text=_(
            "A PDF or a picture (JPEG, PNG, WebP) of five megabytes at most. It has to say until when it holds."
        ),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png,image/webp"}),
    )

    def clean_document(self) -> Document:
        try:
            return documents.read(self.cleaned_data["document"])
        except DocumentRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


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


class DeliveryForm(forms.Form):
    """To whom a gift goes, and on which day; ``at`` is now."""

    recipient_name = forms.CharField(label=_("Their name"), max_length=120)
    recipient_email = forms.EmailField(
        label=_("Their email address"),
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    deliver_on = forms.DateField(
        label=_("Delivered on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("In the morning of this day. Empty: today."),
    )
    time_zone = forms.ChoiceField(label=_("Where they live"), choices=_time_zones, help_text=_("The day begins there."))

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at = at
        self.fields["time_zone"].initial = settings.TIME_ZONE

    def clean_deliver_on(self) -> date | None:
        """Zones differ by a day; so yesterday here may be today there."""
        day: date | None = self.cleaned_data["deliver_on"]
        today = localtime(self._at).date()
        if day is not None and day < today - timedelta(days=1):
            raise forms.ValidationError(_("This day is over. Choose today or a later one."))
        if day is not None and day > today + timedelta(days=366):
            raise forms.ValidationError(_("Choose a day within a year."))
        return day

    @property
    def deliver_at(self) -> datetime:
        day = self.cleaned_data["deliver_on"]
        return buying.moment_of(day, self.cleaned_data["time_zone"], self._at) if day else self._at


class GiftForm(DeliveryForm):
    """A gift membership. ``website`` is a trap that people do not see; ``key`` makes a second press the first one."""

    WAYS = (("mail", _("We deliver it by email")), ("hand", _("I hand it over myself, with a page to print")))

    way = forms.ChoiceField(label=_("How it reaches them"), choices=WAYS, widget=forms.RadioSelect, initial="mail")
    message = forms.CharField(
        label=_("Your message"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    buyer_name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("They see who gives it to them."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    buyer_email = forms.EmailField(
        label=_("Your email address"),
        help_text=_("For your receipt, and the link to your gift."),
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "email"}),
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, plans: Sequence[Plan], at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, at=at, **kwargs)
        self._plans = {plan.lookup_key: plan for plan in plans}
        choices = [(plan.lookup_key, wording.with_price(plan)) for plan in plans]
        first = next(iter(self._plans), None)
        self.fields["plan"] = forms.ChoiceField(
            label=_("The gift"), widget=forms.RadioSelect, choices=choices, initial=first
        )
        self.order_fields(["plan", "recipient_name", "way", "recipient_email", "deliver_on", "time_zone", "message"])
        self.fields["key"].initial = uuid4()
        self.fields["recipient_email"].required = False
        self.fields["recipient_email"].help_text = _("Where we deliver it. It can be changed until then.")

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        is_missing = "recipient_email" in found and not found["recipient_email"]
        if found.get("way") == "mail" and is_missing:
            self.add_error("recipient_email", _("Write the address we deliver it to, or hand it over yourself."))
        return found

    @property
    def is_trapped(self) -> bool:
        return bool(self.cleaned_data.get("website"))

    @property
    def chosen(self) -> Plan:
        return self._plans[self.cleaned_data["plan"]]

    @property
    def key_of_press(self) -> UUID:
        key: UUID = self.cleaned_data["key"]
        return key

    def wish(self, language: str) -> Wish:
        by_mail = self.cleaned_data["way"] == "mail"
        return Wish(
            recipient_name=self.cleaned_data["recipient_name"],
            recipient_email=self.cleaned_data["recipient_email"] if by_mail else "",
            message=self.cleaned_data["message"],
            deliver_at=self.deliver_at if by_mail else None,
            time_zone=self.cleaned_data["time_zone"],
            buyer_name=self.cleaned_data["buyer_name"],
            buyer_email=self.cleaned_data["buyer_email"],
            language=language,
        )


def delivery_of(voucher: Voucher, data: Any, at: datetime) -> DeliveryForm:
    """The form that changes where a gift goes, filled in with what it is now."""
    shown = {"recipient_name": voucher.recipient_name, "recipient_email": voucher.recipient_email}
    if voucher.deliver_at is not None and voucher.deliver_at > at:
        shown["deliver_on"] = localtime(voucher.deliver_at, zoneinfo.ZoneInfo(voucher.time_zone)).date().isoformat()
    return DeliveryForm(data, at=at, initial={**shown, "time_zone": voucher.time_zone})

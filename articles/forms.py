"""What readers may ask of the articles."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from articles.models import Author, Country, Format, Section
from articles.search import Wanted, authors_named

LONGEST = 200
_UNKNOWN = {"invalid_choice": _("There is no such thing here. Choose one from the list.")}
_ANY_DAY = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2200, 1, 1))]
# What no text holds and a page must not repeat: control characters, and those that turn the direction of writing.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


class SearchForm(forms.Form):
    """What may be asked. Nothing in it is required: an empty search shows an empty page, not an error."""

    q = forms.CharField(label=_("Words"), required=False)
    section = forms.ModelChoiceField(
        Section.objects.all(),
        label=_("Section"),
        required=False,
        to_field_name="slug",
        empty_label=_("All sections"),
        error_messages=_UNKNOWN,
    )
    country = forms.ModelChoiceField(
        Country.objects.all(),
        label=_("Country"),
        required=False,
        to_field_name="slug",
        empty_label=_("All countries"),
        error_messages=_UNKNOWN,
    )
    format = forms.ModelChoiceField(
        Format.objects.all(),
        label=_("Format"),
        required=False,
        to_field_name="slug",
        empty_label=_("All formats"),
        error_messages=_UNKNOWN,
    )
    # Not “language”: that word in an address asks for the interface's.
    text_language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("All languages")), *settings.LANGUAGES],
        error_messages=_UNKNOWN,
    )
    pro = forms.ChoiceField(
        label=_("PRO"),
        required=False,
        choices=[("", _("With PRO")), ("only", _("Only PRO")), ("none", _("Without PRO"))],
        error_messages=_UNKNOWN,
    )
    author = forms.CharField(label=_("Author"), required=False)
    since = forms.DateField(
        label=_("Published from"),
        required=False,
        validators=_ANY_DAY,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    until = forms.DateField(
        label=_("Published until"),
        required=False,
        validators=_ANY_DAY,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )

    @property
    def text(self) -> str:
        """The words asked for, as far as they are fit to be shown again."""
        return _plain(self.data.get("q", ""))[:LONGEST]

    def clean_q(self) -> str:
        text = _plain(self.cleaned_data["q"])
        if len(text) > LONGEST:
            raise forms.ValidationError(
                _("Ask with at most %(most)d characters; these are %(length)d."),
                params={"most": LONGEST, "length": len(text)},
            )
        return text

    def clean_author(self) -> tuple[Author, ...] | None:
        name = _plain(self.cleaned_data["author"])[:LONGEST]
        if not name:
            return None
        authors = authors_named(name)
        if not authors:
            raise forms.ValidationError(_("Nobody of that name writes here."))
        return authors

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", _("The last day lies before the first."))

    def wanted(self) -> Wanted:
        """What a valid form asks for; both days count."""
        data, since, until = self.cleaned_data, self.cleaned_data["since"], self.cleaned_data["until"]
        return Wanted(
            data["q"],
            section=data["section"],
            country=data["country"],
            format=data["format"],
            authors=data["author"],
            language=data["text_language"],
            pro=data["pro"],
            since=_morning_of(since) if since else None,
            until=_morning_of(until + timedelta(days=1)) if until else None,
        )


def _plain(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()


def _morning_of(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))

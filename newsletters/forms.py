"""What readers fill in."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from newsletters.delivery.mime import on_the_wire
from newsletters.models import Newsletter


class AddressField(forms.EmailField):
    """An address that mail can be sent to; one that cannot be written for mail servers is refused with the reason."""

    def run_validators(self, value: str) -> None:
        if value:
            try:
                on_the_wire(value)
            except ValueError as refusal:
                raise forms.ValidationError(str(refusal), code="unwritable") from None
        super().run_validators(value)


class SignupForm(forms.Form):
    """An address and at least one newsletter. ``website`` must stay empty; ``shown`` says when the form was shown, and
    ``answer`` solves its puzzle. ``is_again``: it comes from the page that asks for the form once more.
    """

    email = AddressField(
        label=_("Your email address"),
        max_length=254,
        error_messages={
            "required": _("Write the address that the newsletters should go to."),
            "invalid": _("That is no email address. Write it like name@example.org."),
        },
    )
    newsletters = forms.ModelMultipleChoiceField(
        label=_("Newsletters"),
        queryset=Newsletter.objects.offered().select_related("product"),
        to_field_name="slug",
        error_messages={
            "required": _("Choose at least one newsletter."),
            "invalid_choice": _("“%(value)s” is not on offer any more. Choose from the list."),
        },
    )
    website = forms.CharField(required=False)
    shown = forms.CharField(required=False, max_length=200)
    answer = forms.CharField(required=False, max_length=12)
    is_again = forms.BooleanField(required=False)
    source = forms.CharField(required=False, max_length=200)


class ChoiceForm(forms.Form):
    """Which of the offered newsletters somebody wants, none is an answer too; ``pause-<slug>`` is a day until which one
    is paused, ``weekly-<slug>`` asks for one letter a week."""

    newsletters = forms.ModelMultipleChoiceField(
        queryset=Newsletter.objects.offered().select_related("product"), to_field_name="slug", required=False,
        error_messages={"invalid_choice": _("“%(value)s” is not on offer any more. Choose from the list.")},
    )  # fmt: skip

    def pauses(self) -> dict[Newsletter, date | None]:
        """The wanted newsletters, each with the day until which it is paused, if it is.

        Raises:
            ValidationError: a day that is none, with a sentence.
        """
        field = forms.DateField(
            required=False, error_messages={"invalid": _("That is no day. Write it like 2026-12-24.")}
        )
        return {each: field.clean(self.data.get(f"pause-{each.slug}")) for each in self.cleaned_data["newsletters"]}

    def weekly(self) -> set[int]:
        """The keys of those that somebody wants as one letter a week."""
        return {each.pk for each in self.cleaned_data["newsletters"] if f"weekly-{each.slug}" in self.data}

"""What staff say of a file of addresses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from memberships.admin.moving_forms import AgreedField, ExportField
from newsletters.importing.moving_in import Wish
from newsletters.importing.plain import Columns
from newsletters.models import ListImport, Newsletter

_SHORTEST_WORD = 20


def _column(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=120, widget=UnfoldAdminTextInputWidget
    )


class ListUploadForm(forms.Form):
    """An export, and what it does not say."""

    source = forms.ChoiceField(label=_("From"), choices=ListImport.Source.choices, widget=UnfoldAdminSelectWidget)
    file = ExportField(label=_("Export"), help_text=_("Mailchimp’s zip file as it is, or one CSV file."))
    newsletters = forms.ModelMultipleChoiceField(
        label=_("Newsletters they got there"),
        queryset=Newsletter.objects.none(),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Whoever has left there is written to by none of ours. What somebody chose here stays."),
    )
    consent_text = AgreedField()
    unproved = forms.ChoiceField(
        label=_("Where the file does not say when somebody agreed"),
        choices=ListImport.Unproved.choices,
        initial=ListImport.Unproved.REFUSE,
        widget=UnfoldAdminRadioSelectWidget,
        help_text=_("Whoever is asked gets one message with a link; 500 are sent in an hour."),
    )
    word = forms.CharField(
        label=_("Your word that they agreed"),
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("Only to sign up whom nothing proves: when, where and how they agreed. Kept with each sign-up."),
    )
    email_column = _column(
        _("Column with the address"),
        _("This and the next five only for another system’s CSV, and only where the usual name is not found."),
    )
    standing_column = _column(_("Column that says whether they get mail"))
    asked_at_column = _column(_("Column with the day they asked"))
    confirmed_at_column = _column(_("Column with the day they confirmed"))
    network_column = _column(_("Column with their network address"))
    language_column = _column(_("Column with their language"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        lists = self.fields["newsletters"]
        assert isinstance(lists, forms.ModelMultipleChoiceField)  # noqa: S101 - it stands above.
        lists.queryset = Newsletter.objects.offered().free()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        word = cleaned.get("word", "").strip()
        if cleaned.get("unproved") == ListImport.Unproved.VOUCH and len(word) < _SHORTEST_WORD:
            self.add_error("word", _("Say in a sentence when, where and how they agreed, or leave them out."))
        return cleaned

    def wish(self) -> Wish:
        said = self.cleaned_data
        names = ("email", "standing", "asked_at", "confirmed_at", "network", "language")
        vouches = said["unproved"] == ListImport.Unproved.VOUCH
        return Wish(
            source=said["source"],
            file_name=said["file"].name,
            newsletters=list(said["newsletters"]),
            consent_text=said["consent_text"].strip(),
            unproved=said["unproved"],
            word=said["word"].strip() if vouches else "",
            columns=Columns(**{name: said[f"{name}_column"] for name in names}),
        )

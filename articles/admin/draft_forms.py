"""The forms of one text: a small one to begin with, then everything in the order of the work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget

from articles.admin.widgets import BodyWidget, MomentWidget, PictureWidget
from articles.models import Article, Author, Draft, DraftByline
from articles.publishing import DraftConflict, DraftContent

CONTENT_FIELDS = (
    "format",
    "headline",
    "standfirst",
    "body",
    "section",
    "country",
    "series",
    "topics",
    "industries",
    "dateline",
    "lead_picture",
    "lead_caption",
    "recording",
    "access",
    "product",
    "slug",
    "embargo_until",
    "desk_notes",
)

LOST = _("This page lost the number of its revision. Copy your text, then load the page again.")


def only_choose(form: forms.BaseForm) -> None:
    """Take away the buttons that edit what is merely chosen here."""
    for field in form.fields.values():
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget


class NewDraftForm(forms.ModelForm):  # type: ignore[type-arg]
    """Language, format and headline; the rest is written in the full form."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        initial=settings.LANGUAGE_CODE,
        widget=UnfoldAdminSelectWidget,
    )
    group = forms.UUIDField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Draft
        fields = ("format", "headline")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only_choose(self)

    def clean(self) -> dict[str, Any]:
        """A text is translated once into each language."""
        cleaned = super().clean() or {}
        group, language = cleaned.get("group"), cleaned.get("language")
        if group and Article.objects.filter(group=group, language=language).exists():
            raise ValidationError(_("There is a text in this language already. Open it, or choose another language."))
        return cleaned


class AuthorSelect(AutocompleteSelect):
    """An author found by typing. Told the names it shows, so that a row of these asks the database nothing."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__(DraftByline._meta.get_field("author"), admin.site)
        self.names = names

    def optgroups(self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        chosen = [(key, self.names[key]) for key in value if key in self.names]
        options = [self.create_option(name, key, label, True, number) for number, (key, label) in enumerate(chosen, 1)]
        return [(None, [self.create_option(name, "", "", False, 0), *options], 0)]


class BylineForm(forms.Form):
    author = forms.ModelChoiceField(queryset=Author.objects.all(), required=False, label=_("Author"))
    role = forms.CharField(
        max_length=80,
        required=False,
        label=_("Role"),
        widget=forms.TextInput(attrs={"class": " ".join(INPUT_CLASSES), "placeholder": _("with reporting by …")}),
    )

    def __init__(self, *args: Any, names: Mapping[str, str], **kwargs: Any) -> None:
        """``names`` are those of the authors that may already be chosen, by primary key as text."""
        super().__init__(*args, **kwargs)
        self.fields["author"].widget = AuthorSelect(names)


class BylineRows(forms.BaseFormSet):  # type: ignore[type-arg]
    """The names over a text, in order. Rows without an author count for nothing."""

    def rows(self) -> list[tuple[Author, str]]:
        kept = [
            (form.cleaned_data.get("ORDER") or number, form.cleaned_data["author"], form.cleaned_data.get("role", ""))
            for number, form in enumerate(self.forms, start=1)
            if form.cleaned_data.get("author") and form not in self.deleted_forms
        ]
        return [(author, role) for _order, author, role in sorted(kept, key=lambda row: row[0])]


BylineFormSet = forms.formset_factory(
    BylineForm, formset=BylineRows, can_order=True, can_delete=True, extra=1, max_num=20
)


class DraftForm(forms.ModelForm):  # type: ignore[type-arg]
    """Everything about a text. Names the revision it began from, so that nobody's words are written over.

    It saves nothing itself: :meth:`content` goes to ``publishing.save``. ``may_publish`` is set by the admin.
    """

    may_publish = False

    number = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": LOST, "invalid": LOST})
    body = forms.CharField(label=_("Text"), required=False, widget=BodyWidget, strip=False)
    embargo_until = forms.DateTimeField(
        label=_("Embargo until"), required=False, widget=MomentWidget, help_text=_("It cannot go out before.")
    )

    class Meta:
        model = Draft
        fields = CONTENT_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflict: DraftConflict | None = None
        self.initial["number"] = self.instance.number
        self._dress()
        self.bylines = self._byline_rows()

    def _byline_rows(self) -> BylineRows:
        stored = list(self.instance.bylines.select_related("author"))
        keys = {str(byline.author_id) for byline in stored}
        keys |= {value for name, value in self.data.items() if name.startswith("bylines-") and name.endswith("-author")}
        known = Author.objects.in_bulk([int(key) for key in keys if key.isdecimal() and len(key) < 10])
        rows = BylineFormSet(
            self.data if self.is_bound else None,
            prefix="bylines",
            initial=[{"author": byline.author_id, "role": byline.role} for byline in stored],
            form_kwargs={"names": {str(key): author.name for key, author in known.items()}},
        )
        return cast("BylineRows", rows)

    def _dress(self) -> None:
        """Give some fields a look of their own."""
        only_choose(self)
        line = {"rows": 1, "class": "desk-line"}
        self.fields["headline"].widget = forms.Textarea(
            {**line, "class": "desk-line desk-headline", "placeholder": _("Headline"), "maxlength": 200}
        )
        self.fields["standfirst"].widget = forms.Textarea(
            {
                **line,
                "class": "desk-line desk-standfirst",
                "placeholder": _("Standfirst: one or two sentences"),
                "maxlength": 600,
            }
        )
        self.fields["lead_picture"].widget = PictureWidget()

    @property
    def media(self) -> forms.Media:
        return super().media + self.bylines.media

    def is_valid(self) -> bool:
        return super().is_valid() and self.bylines.is_valid()

    def clean(self) -> dict[str, Any]:
        """Refuse to write over somebody else's save. The row stays locked until the save is done."""
        cleaned = super().clean() or {}
        current = (
            Draft.objects.select_for_update(of=("self",)).select_related("article", "saved_by").get(pk=self.instance.pk)
        )
        if current.article.state == Article.State.SCHEDULED and not self.may_publish:
            raise ValidationError(
                _("It is scheduled. Ask an editor to take it off the schedule before you change it."), code="scheduled"
            )
        if "number" in cleaned and cleaned["number"] != current.number:
            self.conflict = DraftConflict(current)
            self.data = cast("QueryDict", self.data).copy()
            self.data["number"] = str(current.number)
            raise ValidationError(self.conflict.message, code="conflict")
        return cleaned

    def content(self) -> DraftContent:
        """What was written and chosen, once the form is valid."""
        chosen: dict[str, Any] = {name: self.cleaned_data[name] for name in CONTENT_FIELDS if name in self.cleaned_data}
        return cast("DraftContent", {**chosen, "bylines": self.bylines.rows()})

"""The editor of articles, with less in it: what stands in a letter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_prose_editor.widgets import ProseEditorWidget, prose_editor_media
from js_asset import Media  # type: ignore[import-untyped]

from articles.admin.widgets import MODULES
from newsletters import prose
from newsletters.rendering.text import text_of

LONGEST_NOTE = 300
_NOTE: dict[str, Any] = {"Bold": True, "Italic": True, "Link": {"enableTarget": False}}
_INTRODUCTION: dict[str, Any] = {
    **_NOTE,
    "HardBreak": True,
    "BulletList": True,
    "OrderedList": {"enableListAttributes": False},
    "ListItem": True,
    "Direction": True,
}


class LetterWidget(ProseEditorWidget):  # type: ignore[misc]
    def __init__(self, extensions: dict[str, Any]) -> None:
        groups = [{"group": name} for name in ("marks", "link", "lists", "direction", "history")]
        super().__init__(config={"extensions": {**extensions, "Menu": {"groups": groups}}}, preset="configurable")

    @property
    def media(self) -> forms.Media:
        own = Media(importmap=MODULES, css={"all": ["desk/letter.css"]})
        media: forms.Media = prose_editor_media(preset="configurable") + own
        return media


class IntroductionField(forms.CharField):
    """Paragraphs and lists, kept as :mod:`newsletters.prose` writes them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "widget": LetterWidget(_INTRODUCTION), "required": False})

    def clean(self, value: Any) -> str:
        return prose.clean(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return prose.clean(initial or "") != prose.clean(data or "")


class NoteField(forms.CharField):
    """One line above a story."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "widget": LetterWidget(_NOTE), "required": False})

    def clean(self, value: Any) -> str:
        note = prose.clean_line(super().clean(value))
        if len(text_of(note)) > LONGEST_NOTE:
            raise ValidationError(_("At most %(most)s characters."), params={"most": LONGEST_NOTE})
        return note

    def has_changed(self, initial: Any, data: Any) -> bool:
        return prose.clean_line(initial or "") != prose.clean_line(data or "")

"""What one writes with: the text, a picture, a moment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_prose_editor.widgets import ProseEditorWidget, prose_editor_media
from js_asset import ImportMap, Media, Script  # type: ignore[import-untyped]
from unfold.widgets import INPUT_CLASSES

from articles.embeds import PROVIDERS
from articles.models import Picture

# The editor offers what articles.body_schema keeps. Its own blocks are in static/desk/extensions.js.
EXTENSIONS: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Subscript": True,
    "Superscript": True,
    "HardBreak": True,
    "Heading": {"levels": [2, 3]},
    "BulletList": True,
    "OrderedList": {"enableListAttributes": False},
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "Link": {"enableTarget": False},
    "Table": {"resizable": False},
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "Fullscreen": True,
    "Placeholder": {"placeholder": _("Begin with the news.")},
    "Cite": True,
    "PullQuote": True,
    "KeyPoints": True,
    "PictureFigure": True,
    "ChartFigure": True,
    "EmbedCard": {"hosts": sorted(PROVIDERS)},
    "PaywallBreak": True,
    "Direction": True,
    "PageLook": True,
    "Menu": {
        "groups": [
            {"group": "headings"},
            {"group": "marks"},
            {"group": "link"},
            {"group": "lists"},
            {"group": "quotes"},
            {"group": "figures"},
            {"group": "paywall"},
            {"group": "direction"},
            {"group": "table"},
            {"group": "history"},
            {"group": "utility"},
        ]
    },
}
MODULES = ImportMap(
    {name: f"{name}.js" for name in ("desk/words", "desk/pictures", "desk/dialogs", "desk/previews", "desk/extensions")}
)


class BodyWidget(ProseEditorWidget):  # type: ignore[misc]
    """The editor, looking like the page."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, config={"extensions": EXTENSIONS}, preset="configurable")

    @property
    def media(self) -> forms.Media:
        own = Media(
            importmap=MODULES,
            css={"all": ["css/article.css", "desk/editor.css"]},
            js=[Script("desk/desk.js", type="module")],
        )
        media: forms.Media = prose_editor_media(preset="configurable") + own
        return media


class PictureWidget(forms.TextInput):
    """A picture of the library by its number: shown, chosen in the library's window, or taken away."""

    template_name = "admin/articles/widgets/picture.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        is_number = str(value or "").isdecimal()
        context["picture"] = Picture.objects.filter(pk=value).first() if is_number else None
        return context


class MomentWidget(forms.DateTimeInput):
    """A day and a time in one field, in the newsroom's own zone."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": " ".join(INPUT_CLASSES), **(attrs or {})}, format="%Y-%m-%dT%H:%M")

"""Recordings: taken in, named, given captions, and listened to at the desk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminIntegerFieldWidget

from articles.admin.colleagues import colleague, require
from articles.media.containers import RecordingError
from articles.media.recordings import MOST_MEGABYTES, RecordingView, add_recording, checked_captions
from articles.media.views import served
from articles.models import Recording
from memberships import clock
from memberships.models import User

_FOR_THE_DESK = "private, no-store"


class UploadForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new recording. The file is looked at before anything is kept.

    ``by`` is set by whoever makes the form; ``recording`` is there once the form is valid.
    """

    by: User | None = None
    recording: Recording

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=format_lazy(
            gettext_lazy("MP3, M4A or WAV for sound, MP4 (H.264) or WebM for film, up to {most} MB."),
            most=MOST_MEGABYTES,
        ),
        widget=UnfoldAdminFileFieldWidget,
    )
    seconds = forms.IntegerField(
        label=gettext_lazy("Length in seconds"),
        required=False,
        min_value=1,
        help_text=gettext_lazy("Empty: as the file says."),
        widget=UnfoldAdminIntegerFieldWidget,
    )
    captions = forms.FileField(
        label=gettext_lazy("Captions"),
        required=False,
        help_text=gettext_lazy("Of a film, in WebVTT. For readers who cannot hear it."),
        widget=UnfoldAdminFileFieldWidget,
    )

    class Meta:
        model = Recording
        fields = ("title", "credit")

    def clean(self) -> dict[str, Any]:
        """Take the file in, or say why not. A file that is there already is answered with its recording."""
        words = super().clean() or {}
        if not self.errors:
            try:
                self.recording = add_recording(
                    words["file"],
                    words["title"],
                    words["credit"],
                    self.by,
                    clock.now(),
                    seconds=words["seconds"],
                    captions=words["captions"],
                )
            except RecordingError as refusal:
                self.add_error("file", str(refusal))
        return words

    def _post_clean(self) -> None:
        """The row was made with its file; there is nothing left to check in the empty one this form began with."""

    def save_m2m(self) -> None:
        """The admin asks for this after a save; a recording has nothing of the kind."""


class RecordingForm(forms.ModelForm):  # type: ignore[type-arg]
    """What may be changed of a recording that is there. Its file stays: another one is another recording."""

    new_captions = forms.FileField(
        label=gettext_lazy("New captions"),
        required=False,
        help_text=gettext_lazy("Of a film, in WebVTT. For readers who cannot hear it."),
        widget=UnfoldAdminFileFieldWidget,
    )
    takes_captions_away = forms.BooleanField(label=gettext_lazy("Take the captions away"), required=False)

    class Meta:
        model = Recording
        fields = ("title", "credit", "seconds")

    def clean_seconds(self) -> int:
        seconds: int = self.cleaned_data["seconds"]
        if not seconds:
            raise forms.ValidationError(_("A recording lasts a second at the least."))
        return seconds

    def clean_new_captions(self) -> Any:
        if file := self.cleaned_data["new_captions"]:
            try:
                return checked_captions(self.instance, file)
            except RecordingError as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return None


@admin.register(Recording)
class RecordingAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ("title", "kind", "shown_length", "credit", "uploaded_by", "uploaded_at")
    list_filter = ("kind",)
    list_select_related = ("uploaded_by",)
    list_per_page = 40
    search_fields = ("title", "credit")
    ordering = ("-uploaded_at", "-id")
    readonly_fields = ("player", "kind", "shown_size", "shown_captions", "uploaded_by", "uploaded_at")
    actions = None

    def get_fieldsets(self, request: HttpRequest, obj: Recording | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": ("file", "title", "credit", "seconds", "captions")})]
        words = ("player", "title", "credit", "seconds")
        captions = ("shown_captions", "new_captions", "takes_captions_away")
        film = [(_("Captions"), {"fields": captions})] if obj.kind == Recording.Kind.VIDEO else []
        facts = ("kind", "shown_size", "uploaded_by", "uploaded_at")
        return [(None, {"fields": words}), *film, (_("On record"), {"fields": facts, "classes": ("collapse",)})]

    def get_form(self, request: HttpRequest, obj: Recording | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **{**kwargs, "form": RecordingForm if obj else UploadForm})
        form.by = colleague(request)
        return form

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        return super().save_form(request, form, change) if change else form.recording

    def save_model(self, request: HttpRequest, obj: Recording, form: Any, change: bool) -> None:
        """New captions come under a new name, so that whoever is watching keeps those they have."""
        if change and form.cleaned_data.get("takes_captions_away"):
            obj.captions = ""
        if change and (captions := form.cleaned_data.get("new_captions")):
            obj.captions.save(captions.name, captions, save=False)
        super().save_model(request, obj, form, change)

    @admin.display(description=pgettext_lazy("of a recording", "Length"), ordering="seconds")
    def shown_length(self, recording: Recording) -> str:
        return "{}:{:02d}".format(*divmod(recording.seconds, 60))

    @admin.display(description=gettext_lazy("Size"))
    def shown_size(self, recording: Recording) -> str:
        megabytes = f"{recording.size / 1024 / 1024:.1f} MB"
        return f"{megabytes}, {recording.width} × {recording.height}" if recording.width else megabytes

    @admin.display(description=gettext_lazy("Captions now"), empty_value="–")
    def shown_captions(self, recording: Recording) -> str:
        if not recording.captions:
            return ""
        return format_html('<a href="{}">{}</a>', _address(recording, "captions"), _("Look at them"))

    @admin.display(description=gettext_lazy("Recording"))
    def player(self, recording: Recording) -> str:
        tag = "video" if recording.kind == Recording.Kind.VIDEO else "audio"
        shape = '<{0} class="desk-player" controls preload="none" src="{1}"></{0}>'
        return format_html(shape, tag, _address(recording, "file"))

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(f"<uuid:public_id>/{part}/", self.admin_site.admin_view(stored), {"part": part}, name=_route(part))
            for part in ("file", "captions")
        ]
        return [*own, *super().get_urls()]


@require_safe
def stored(request: HttpRequest, public_id: UUID, part: str) -> HttpResponseBase:
    """The file or the captions, for whoever works with recordings: published or not, paid for or not."""
    require(request, "view_recording")
    recording = get_object_or_404(Recording.objects.exclude(**{part: ""}), public_id=public_id)
    file = Path(getattr(recording, part).path)
    return served(request, file, recording.media_type if part == "file" else "text/vtt; charset=utf-8", _FOR_THE_DESK)


def desk_view_of(view: RecordingView | None, recording: Recording | None) -> RecordingView | None:
    """The view of a preview: at the desk a recording plays from the desk's own address, whatever is published."""
    if view is None or recording is None or not view.is_open:
        return view
    captions = _address(recording, "captions") if recording.captions else ""
    return replace(view, src=_address(recording, "file"), captions=captions)


def _route(part: str) -> str:
    return f"articles_recording_{part}"


def _address(recording: Recording, part: str) -> str:
    return reverse(f"admin:{_route(part)}", args=[recording.public_id])

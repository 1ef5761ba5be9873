"""The picture library, and the window in which writers choose from it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminFileFieldWidget

from articles.admin.colleagues import colleague, require
from articles.media.library import PictureError, add_picture
from articles.media.pictures import picture_view, small_url
from articles.models import Picture
from articles.tasks import make_missing_renditions
from memberships import clock
from memberships.models import User

PER_PAGE = 24


class UploadForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new picture. The file goes through the library, which looks at it before anything is kept.

    ``by`` is set by whoever makes the form; ``picture`` is there once the form is valid.
    """

    by: User | None = None
    picture: Picture

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("JPEG, PNG, WebP or AVIF, up to 25 MB."),
        widget=UnfoldAdminFileFieldWidget,
    )

    class Meta:
        model = Picture
        fields = ("alt", "caption", "credit")

    def clean_alt(self) -> str:
        alt: str = self.cleaned_data["alt"].strip()
        if not alt:
            raise ValidationError(_("Describe the picture for readers who cannot see it."))
        return alt

    def clean(self) -> dict[str, Any]:
        """Take the file in, or say why not. A file that is there already is answered with its picture."""
        words = super().clean() or {}
        if not self.errors:
            try:
                self.picture = add_picture(
                    words["file"], words["alt"], words["credit"], self.by, clock.now(), caption=words["caption"]
                )
            except PictureError as refusal:
                self.add_error("file", str(refusal))
        return words

    def save_m2m(self) -> None:
        """The admin asks for this after a save; a picture has nothing of the kind."""


@admin.register(Picture)
class PictureAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ("thumbnail", "shown_words", "credit", "shown_size", "uploaded_by", "uploaded_at")
    list_display_links = ("thumbnail", "shown_words")
    list_select_related = ("uploaded_by",)
    list_per_page = 40
    search_fields = ("alt", "caption", "credit", "file")
    ordering = ("-uploaded_at", "-id")
    readonly_fields = ("uploaded_by", "uploaded_at", "shown_size", "renditions_made_at")
    actions = None

    def get_fieldsets(self, request: HttpRequest, obj: Picture | None = None) -> Any:
        if obj is None:
            return [(None, {"fields": ("file", "alt", "caption", "credit")})]
        words = ("alt", "caption", "credit")
        facts = ("shown_size", "uploaded_by", "uploaded_at", "renditions_made_at")
        return [
            (None, {"fields": words}),
            (
                _("What must stay in sight"),
                {"fields": ("file", "file_ppoi"), "description": _("Press on the picture.")},
            ),
            (_("On record"), {"fields": facts, "classes": ("collapse",)}),
        ]

    def get_form(self, request: HttpRequest, obj: Picture | None = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = UploadForm
        form = super().get_form(request, obj, change, **kwargs)
        form.by = colleague(request)
        return form

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The focus is set on imagefield's own preview, which Unfold's file widget would hide."""
        if db_field.name in {"file", "file_ppoi"}:
            return db_field.formfield(**kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        return super().save_form(request, form, change) if change else form.picture

    def save_model(self, request: HttpRequest, obj: Picture, form: Any, change: bool) -> None:
        if change and {"file", "file_ppoi"} & set(form.changed_data):
            obj.renditions_made_at = None
        super().save_model(request, obj, form, change)
        if obj.renditions_made_at is None:
            _make_sizes_soon()

    @admin.display(description=gettext_lazy("Picture"))
    def thumbnail(self, picture: Picture) -> str:
        return format_html('<img class="desk-thumbnail" src="{}" alt="" loading="lazy">', small_url(picture))

    @admin.display(description=gettext_lazy("What it shows"), ordering="alt")
    def shown_words(self, picture: Picture) -> str:
        if not picture.alt:
            return format_html('<span class="desk-remark is-bad">{}</span>', _("Not described yet"))
        return picture.alt

    @admin.display(description=gettext_lazy("Size"))
    def shown_size(self, picture: Picture) -> str:
        return f"{picture.file_width} × {picture.file_height}"

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Any, str]] = [
            ("pick/", pick, "pick"),
            ("upload/", upload, "upload"),
            ("show/<uuid:public_id>/", show, "show"),
        ]
        own = [
            path(where, self.admin_site.admin_view(page), name=f"articles_picture_{name}")
            for where, page, name in pages
        ]
        return [*own, *super().get_urls()]


@require_safe
def pick(request: HttpRequest) -> HttpResponse:
    """A page of the library as a fragment of HTML, for the window of the editor."""
    require(request, "view_picture")
    words = request.GET.get("q", "").split()
    wanted = Q()
    for word in words:
        wanted &= Q(alt__icontains=word) | Q(caption__icontains=word) | Q(credit__icontains=word)
    page = Paginator(Picture.objects.filter(wanted), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "admin/articles/picture/pick.html", {"page": page, "pictures": [_as_json(row) for row in page]}
    )


@require_POST
def upload(request: HttpRequest) -> JsonResponse:
    """One file with its words; answers the picture, or why it is not taken."""
    require(request, "add_picture")
    form = UploadForm(request.POST, request.FILES)
    form.by = colleague(request)
    if not form.is_valid():
        sentences = [str(message) for errors in form.errors.values() for message in errors]
        return JsonResponse({"message": " ".join(sentences)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    _make_sizes_soon()
    return JsonResponse(_as_json(form.picture), status=HTTPStatus.CREATED)


@require_safe
def show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where the editor finds the picture behind a figure's id."""
    require(request, "view_picture")
    return HttpResponseRedirect(small_url(get_object_or_404(Picture, public_id=public_id), 800))


def _as_json(picture: Picture) -> dict[str, Any]:
    view = picture_view(picture)
    return {
        "pk": picture.pk,
        "id": str(picture.public_id),
        "url": small_url(picture),
        "alt": view.alt,
        "caption": view.caption,
        "credit": view.credit,
        "edit": reverse("admin:articles_picture_change", args=[picture.pk]),
    }


def _make_sizes_soon() -> None:
    """Wake the worker once the row is there. Should the queue be down, the clock wakes it within a minute."""
    transaction.on_commit(make_missing_renditions.delay, robust=True)

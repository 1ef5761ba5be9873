"""What stands at the top of each front page."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from articles.models import FrontSlot


class Places(forms.BaseModelFormSet):  # type: ignore[type-arg]
    """All places at once: two stories may change places, but not share one."""

    def clean(self) -> None:
        super().clean()
        wanted = {form.instance.pk: form.cleaned_data.get("position") for form in self.forms if form.is_valid()}
        slots = FrontSlot.objects.values_list("pk", "language", "position")
        taken = Counter((language, wanted.get(pk, position)) for pk, language, position in slots)
        (language, position), times = taken.most_common(1)[0] if taken else (("", 0), 1)
        if times > 1:
            raise ValidationError(
                _("Two stories have the same place: %(position)s on the front in %(language)s. Change one of them."),
                params={"language": settings.LANGUAGE_NAMES[language], "position": position},
            )


@admin.register(FrontSlot)
class FrontSlotAdmin(ModelAdmin):  # type: ignore[misc]
    """One list, a tab for each language; the first place is the lead."""

    list_display = ("shown_article", "language", "position", "shown_state")
    list_display_links = ("shown_article",)
    list_editable = ("position",)
    list_filter = ("language",)
    list_select_related = ("article",)
    autocomplete_fields = ("article",)
    ordering = ("language", "position")
    search_fields = ("article__headline",)
    list_before_template = "admin/articles/frontslot/explanation.html"

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_formset(request, formset=Places, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {**(extra_context or {}), "languages": list(settings.LANGUAGE_NAMES.items())}
        response: HttpResponse = super().changelist_view(request, context)
        return response

    @admin.display(description=_("Article"), ordering="article__headline")
    def shown_article(self, slot: FrontSlot) -> str:
        return format_html('<span dir="auto" lang="{}">{}</span>', slot.article.language, slot.article)

    @display(description=_("State"), label=True)  # type: ignore[untyped-decorator]
    def shown_state(self, slot: FrontSlot) -> str:
        return slot.article.get_state_display()

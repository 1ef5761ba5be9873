"""The list of texts and the form in which one is written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from articles import publishing
from articles.admin import draft_acts, draft_pages
from articles.admin.colleagues import colleague, may_publish
from articles.admin.desk_view import desk_view
from articles.admin.draft_forms import CONTENT_FIELDS, DraftForm, NewDraftForm
from articles.models import Article, Draft
from articles.publishing import DraftContent
from articles.publishing.live_text import RELATIONS
from articles.querysets import DraftQuerySet
from memberships import clock
from memberships.models import User

State = Article.State
COLOURS = {
    State.DRAFT: "",
    State.SUBMITTED: "info",
    State.IN_EDIT: "info",
    State.READY: "success",
    State.SCHEDULED: "warning",
    State.PUBLISHED: "primary",
    State.RETRACTED: "danger",
    State.UNPUBLISHED: "danger",
}


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(State.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Draft]) -> QuerySet[Draft]:
        return queryset.filter(article__state=self.value()) if self.value() else queryset


class MineFilter(admin.SimpleListFilter):
    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("mine", _("mine"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Draft]) -> QuerySet[Draft]:
        return queryset.filter(authors__user=request.user.pk).distinct() if self.value() else queryset


@admin.register(Draft)
class DraftAdmin(ModelAdmin):  # type: ignore[misc]
    """Saving goes through ``articles.publishing``: the admin's own way of saving is not used."""

    change_form_template = "admin/articles/draft/change_form.html"
    add_form_template = "admin/articles/draft/add_form.html"
    list_display = (
        "shown_headline",
        "shown_state",
        "shown_section",
        "shown_authors",
        "shown_format",
        "goes_out_at",
        "saved",
    )
    list_filter = (StateFilter, MineFilter, "article__language", "section", "format", "country")
    list_filter_submit = True
    list_per_page = 40
    list_display_links = None
    search_fields = ("headline", "standfirst", "body", "bylines__author__name")
    search_help_text = _("Headline, standfirst, text or author")
    ordering = ("-saved_at",)
    autocomplete_fields = ("country", "series", "topics", "industries", "recording")
    actions = None
    list_fullwidth = True

    # -- the list ------------------------------------------------------------------------------------------------------
    def get_queryset(self, request: HttpRequest) -> QuerySet[Draft]:
        """Whole rows for the form, light ones for the list."""
        drafts: DraftQuerySet = super().get_queryset(request)
        is_list = request.resolver_match is not None and request.resolver_match.url_name == "articles_draft_changelist"
        return drafts.for_lists() if is_list else drafts.select_related("article")

    @admin.display(description=_("Headline"), ordering="headline")
    def shown_headline(self, draft: Draft) -> str:
        return format_html(
            '<a class="desk-title" href="{}" lang="{}" dir="auto">{}</a>{}',
            reverse("admin:articles_draft_change", args=[draft.pk]),
            draft.article.language,
            draft.headline or _("Untitled"),
            self._remark(draft),
        )

    def _remark(self, draft: Draft) -> str:
        if draft.article.schedule_error:
            return format_html('<span class="desk-remark is-bad">{}</span>', draft.article.schedule_error)
        if draft.differs_from_live:
            return format_html('<span class="desk-remark">{}</span>', _("Has changes readers have not seen"))
        return ""

    @display(description=_("State"), ordering="article__state", label=COLOURS)  # type: ignore[untyped-decorator]
    def shown_state(self, draft: Draft) -> tuple[str, str]:
        return draft.article.state, draft.article.get_state_display()

    @admin.display(description=_("Section"), ordering="section__position")
    def shown_section(self, draft: Draft) -> str:
        return draft.section.label if draft.section else "–"

    @admin.display(description=_("Format"), ordering="format__position")
    def shown_format(self, draft: Draft) -> str:
        return draft.format.label if draft.format else "–"

    @admin.display(description=_("Authors"))
    def shown_authors(self, draft: Draft) -> str:
        return ", ".join(str(byline.author) for byline in draft.bylines.all()) or "–"

    @admin.display(description=_("Goes out"), ordering="article__scheduled_for")
    def goes_out_at(self, draft: Draft) -> str:
        return _shortly(draft.article.scheduled_for or draft.article.first_published_at)

    @admin.display(description=_("Saved"), ordering="saved_at")
    def saved(self, draft: Draft) -> str:
        return _shortly(draft.saved_at)

    # -- the form ------------------------------------------------------------------------------------------------------
    def get_form(self, request: HttpRequest, obj: Draft | None = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = DraftForm if obj else NewDraftForm
        form = super().get_form(request, obj, change, **kwargs)
        if obj:
            form.may_publish = may_publish(colleague(request))
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Draft | None = None) -> Any:
        return [(None, {"fields": CONTENT_FIELDS if obj else ("language", "format", "headline", "group")})]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if request.method == "POST" and object_id:
            draft_acts.refuse_unless_permitted(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        draft: Draft | None = kwargs.get("obj")
        if draft is not None:
            stored = Draft.objects.select_related(*RELATIONS, "saved_by").get(pk=draft.pk)
            context |= {
                "desk": desk_view(stored, colleague(request), clock.now()),
                "title": stored.headline or _("Untitled"),
            }
        response: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return response

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Draft:
        draft: Draft = form.instance
        return draft

    def save_model(self, request: HttpRequest, obj: Draft, form: Any, change: bool) -> None:
        """Hand the whole form to ``publishing``; the row in hand becomes the one that was saved."""
        user, at = colleague(request), clock.now()
        if change:
            saved = publishing.save(obj, form.cleaned_data["number"], form.content(), user, at)
        else:
            saved = publishing.create(
                form.cleaned_data["language"],
                user,
                at,
                content=_first_content(form, user),
                group=form.cleaned_data["group"],
            )
        obj.__dict__.update(saved.__dict__)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing is left to save: topics, industries and bylines went with the text."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Revisions and the audit log tell more."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Revisions and the audit log tell more."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> list[Any]:
        return []

    def response_add(self, request: HttpRequest, obj: Draft, post_url_continue: str | None = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:articles_draft_change", args=[obj.pk]))

    def response_change(self, request: HttpRequest, obj: Draft) -> HttpResponse:
        draft_acts.perform(request, obj, clock.now())
        return HttpResponseRedirect(reverse("admin:articles_draft_change", args=[obj.pk]))

    # -- taking away ---------------------------------------------------------------------------------------------------
    def has_delete_permission(self, request: HttpRequest, obj: Draft | None = None) -> bool:
        """What readers have seen is retracted or unpublished, never deleted."""
        never_public = obj is None or obj.article.first_published_at is None
        return never_public and super().has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Draft) -> None:
        obj.article.delete()

    # -- the pages around it -------------------------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        pages = [
            ("<int:pk>/autosave/", draft_pages.autosave, "autosave"),
            ("<int:pk>/preview/", draft_pages.preview, "preview"),
            ("<int:pk>/history/", draft_pages.history, "history"),
            ("<int:pk>/history/<int:number>/", draft_pages.revision, "revision"),
            ("<int:pk>/history/<int:number>/restore/", draft_pages.restore, "restore"),
        ]
        acts = [
            path(
                f"<int:pk>/{act}/",
                self.admin_site.admin_view(draft_pages.explained),
                {"model_admin": self, "act": act},
                name=f"articles_draft_{act}",
            )
            for act in draft_acts.EXPLAINED
        ]
        own = [
            path(where, self.admin_site.admin_view(page), {"model_admin": self}, name=f"articles_draft_{name}")
            for where, page, name in pages
        ]
        return [*own, *acts, *super().get_urls()]


def _shortly(moment: datetime | None) -> str:
    """A moment in a narrow column, on the newsroom's own clock."""
    return date_format(timezone.localtime(moment), "j M, H:i") if moment else "–"


def _first_content(form: Any, user: User) -> DraftContent:
    """Format and headline, and whoever begins it as its author."""
    author = getattr(user, "author", None)
    return {
        "format": form.cleaned_data["format"],
        "headline": form.cleaned_data["headline"],
        "bylines": [(author, "")] if author else [],
    }

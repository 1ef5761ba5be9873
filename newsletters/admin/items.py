"""The stories of an edition at the desk: moved, worded, pinned and dropped."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.forms import BaseInlineFormSet, ModelChoiceField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from articles.models import Article
from articles.querysets import HEAVY_COLUMNS
from memberships import clock
from newsletters import editions
from newsletters.admin.prose import NoteField
from newsletters.models import Edition, EditionItem

MOST_STORIES_OFFERED = 200
_OPEN = frozenset(Edition.State) - {Edition.State.SENDING, Edition.State.SENT}
_BY_HAND = {"article", "note"}


class Headline(forms.Widget):
    """A story that stands: its headline, which leads to it."""

    def __init__(self, article: Article) -> None:
        super().__init__()
        self.article = article

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        path = reverse("admin:articles_article_change", args=[self.article.pk])
        return format_html('<a class="desk-title" href="{}"><bdi>{}</bdi></a>', path, self.article.headline)


class ItemForm(forms.ModelForm[EditionItem]):
    note = NoteField(label=capfirst(_("editor's note")))

    def __init__(self, *args: Any, **options: Any) -> None:
        """A row keeps its story: another one is another row. So only a new row lists what there is to choose from."""
        super().__init__(*args, **options)
        if self.instance.pk and "article" in self.fields:
            field = self.fields["article"]
            assert isinstance(field, ModelChoiceField)  # noqa: S101 - a foreign key's.
            field.disabled = True
            field.queryset = Article.objects.filter(pk=self.instance.article_id).defer(*HEAVY_COLUMNS)
            field.widget = Headline(self.instance.article)

    def clean(self) -> dict[str, Any]:
        """What is dropped is not pinned: the one takes the other away."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("is_dropped"):
            cleaned["is_pinned"] = False
        return cleaned


class ItemFormSet(BaseInlineFormSet[EditionItem, Edition, ItemForm]):
    def clean(self) -> None:
        """A story may have left the edition by itself since the page was opened."""
        super().clean()
        if any("id" in form.errors for form in self.initial_forms):
            raise ValidationError(_("A story is not in the edition any more. Load the page again."))

    @property
    def seen(self) -> set[int]:
        """The rows that whoever sent the form had before them, and those they added."""
        return {form.instance.pk for form in self.forms if form.instance.pk}

    def keep_by_hand(self) -> None:
        """Say which rows an editor has just moved, worded or added, once they are saved."""
        before = [form for form in self.initial_forms if not form.initial["is_dropped"]]
        before.sort(key=lambda form: (form.initial["position"], form.instance.pk))
        changed = [form for form in self.forms if form.instance.pk and form.has_changed()]
        touched = {form.instance.pk for form in changed if _BY_HAND & set(form.changed_data)}
        ruled = {form.instance.pk for form in changed if "is_pinned" in form.changed_data and form in before}
        editions.keep_by_hand(self.instance, [form.instance.pk for form in before], touched, ruled)


class ItemInline(TabularInline):  # type: ignore[misc]
    model = EditionItem
    form = ItemForm
    formset = ItemFormSet
    fields = ["position", "article", "note", "is_pinned", "is_dropped"]
    ordering_field = "position"
    hide_title = True
    extra = 0
    can_delete = False

    def get_fields(self, request: HttpRequest, obj: Edition | None = None) -> list[str]:
        """What is pinned or dropped is of interest as long as it can be composed again."""
        return self.fields if is_open(obj) else self.fields[:3]

    def get_queryset(self, request: HttpRequest) -> QuerySet[EditionItem]:
        rows: QuerySet[EditionItem] = super().get_queryset(request)
        light = rows.select_related("article").defer(*(f"article__{name}" for name in HEAVY_COLUMNS))
        return light.order_by("is_dropped", "position", "id")

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **options: Any
    ) -> ModelChoiceField[Any] | None:
        """Stories to choose from: the newest published ones, and those the edition has already."""
        if db_field.name == "article":
            published = Article.objects.published(clock.now()).newest_first()
            newest = published.values("pk")[:MOST_STORIES_OFFERED]
            edition = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
            chosen = Article.objects.filter(edition_items__edition=edition).values("pk")
            offered = Article.objects.filter(pk__in=newest) | Article.objects.filter(pk__in=chosen)
            options["queryset"] = offered.defer(*HEAVY_COLUMNS).newest_first()
        field: ModelChoiceField[Any] | None = super().formfield_for_foreignkey(db_field, request, **options)
        return field

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return is_open(obj) and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return is_open(obj) and super().has_add_permission(request, obj)


def is_open(edition: Edition | None) -> bool:
    """Whether the words and stories of an edition may still be changed."""
    return edition is None or edition.state in _OPEN

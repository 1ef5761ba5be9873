"""An edition on the desk: words, stories, how it looks, approval, and what became of every copy."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action

from memberships import clock
from memberships.admin.desk import Sentence, person
from newsletters import editions, prose
from newsletters.admin import copies, editions_look, presses, reviews, subject_tests
from newsletters.admin.items import ItemFormSet, ItemInline, is_open
from newsletters.admin.prose import IntroductionField
from newsletters.editions import EditionError
from newsletters.models import Edition
from newsletters.rendering.text import text_of

# What waits for an editor.
_WAITING = {Edition.State.COMPOSED, Edition.State.HELD}
_LETS_GO = ("approve", "approve_late", "send_corrected")


class NeedsFilter(admin.SimpleListFilter):
    """Editions that wait for somebody."""

    title = _("needs")
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [("decision", _("a decision")), ("doubts", _("a look at copies in doubt"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Edition]) -> QuerySet[Edition]:
        if self.value() == "decision":
            return queryset.filter(pk__in=editions.waiting(clock.now()).values("pk"))
        if self.value() == "doubts":
            return queryset.filter(pk__in=editions.in_doubt().values("pk"))
        return queryset


class EditionForm(subject_tests.SubjectsForm):
    introduction = IntroductionField(label=capfirst(_("introduction")))


@admin.register(Edition)
class EditionAdmin(ModelAdmin):  # type: ignore[misc]
    form = EditionForm
    list_display = ["edition_on", "newsletter", "subject", "state", "audience_size"]
    list_filter = [NeedsFilter, "state", "newsletter"]
    list_select_related = ["newsletter"]
    date_hierarchy = "edition_on"
    search_fields = ["subject"]
    inlines = [ItemInline]
    actions_submit_line = ["approve", "approve_late", "send_corrected", "send_test"]
    readonly_fields = [
        "newsletter", "edition_on", "state", "due_at", "covers_from", "covers_until", "held_because", "frozen_at",
        "sent_at", "look", "introduced",
    ]  # fmt: skip
    fieldsets = [
        (None, {"fields": ["newsletter", "edition_on", "held_because", "look"]}),
        (_("Stories from and until, and when it goes out"), {"fields": ["covers_from", "covers_until", "due_at"]}),
        (_("When it was sent"), {"fields": ["frozen_at", "sent_at"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Edition | None = None) -> Any:
        """What is on its way is shown as it reads, and not as the HTML it is kept as."""
        may_change = self.has_change_permission(request, obj)
        shown = "introduction" if may_change else "introduced"
        second = subject_tests.FIELDS if may_change and subject_tests.is_offered(obj) else []
        words = (_("Words"), {"fields": ["subject", *second, "preheader", shown]})
        return [self.fieldsets[0], words, *self.fieldsets[1:]]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Edition | None = None) -> bool:
        """Until it is sent, and once more when it is halted under way."""
        return is_open(obj) and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Edition, form: forms.ModelForm[Edition], change: bool) -> None:
        """Only the words, and only if it was not frozen meanwhile: the row's state is never written from a form."""
        try:
            own = set(form.changed_data).difference(subject_tests.FIELDS)
            editions.reword(obj, {name: form.cleaned_data[name] for name in own})
            subject_tests.keep(form)
        except EditionError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)

    def save_related(self, request: HttpRequest, form: forms.ModelForm[Edition], formsets: Any, change: bool) -> None:
        editions.hold_still(form.instance)
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            if isinstance(formset, ItemFormSet) and formset.has_changed():
                formset.keep_by_hand()
        if any(_action(name) in request.POST for name in _LETS_GO) and self._has_news(request, form.instance, formsets):
            return
        for name in self.actions_submit_line:
            if _action(name) in request.POST:
                getattr(self, name)(request, form.instance)

    def _has_news(self, request: HttpRequest, edition: Edition, formsets: Any) -> bool:
        """Whether stories came in since the page was opened: nobody lets go out what they have not seen."""
        seen = {pk for formset in formsets if isinstance(formset, ItemFormSet) for pk in formset.seen}
        news = edition.items.shown().exclude(pk__in=seen)
        for headline in news.values_list("article__headline", flat=True):
            told = _("“%(headline)s” came in since you opened the page. Look at it, then approve.")
            self.message_user(request, told % {"headline": headline}, messages.WARNING)
        return news.exists()

    def response_change(self, request: HttpRequest, obj: Edition) -> HttpResponse:
        """Whoever did more than save stays, and sees where the edition stands now."""
        if any(_action(name) in request.POST for name in self.actions_submit_line):
            return HttpResponseRedirect(presses.page_of(obj))
        answer: HttpResponse = super().response_change(request, obj)
        return answer

    def get_actions_submit_line(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        """Approving is for what waits for it, or was held back; sending it corrected for what is halted."""
        edition = self.get_object(request, object_id)
        offered = [_action(name) for name in _after_saving(edition)] if edition else []
        actions = super().get_actions_submit_line(request, object_id)
        return [each for each in actions if each.action_name in offered]

    @action(description=_("Save and approve"))  # type: ignore[untyped-decorator]
    def approve(self, request: HttpRequest, edition: Edition) -> None:
        """Let it go out at its moment, or at once if that has passed."""
        self._step(request, edition, editions.approve, _("Approved. It goes out at its hour."))

    @action(description=_("Save and send it anyway"))  # type: ignore[untyped-decorator]
    def approve_late(self, request: HttpRequest, edition: Edition) -> None:
        """Let it go out at once, though its moment is long over."""
        self._step(request, edition, editions.approve_late, _("Approved. It goes out now."))

    @action(description=_("Save and send the corrected one to the rest"))  # type: ignore[untyped-decorator]
    def send_corrected(self, request: HttpRequest, edition: Edition) -> None:
        """Go on as it reads now."""
        self._step(request, edition, editions.send_corrected, _("Whoever has not got it gets the corrected one."))

    @action(description=_("Save and send me a test"))  # type: ignore[untyped-decorator]
    def send_test(self, request: HttpRequest, edition: Edition) -> None:
        """To the editor's own address, as it reads now."""
        self._step(request, edition, editions.send_test, _("A test is on its way to your own address."))

    def _step(self, request: HttpRequest, edition: Edition, step: presses.Doing, done: Sentence) -> None:
        try:
            step(edition, person(request), clock.now())
        except EditionError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.message_user(request, done, messages.SUCCESS)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        edition = self.get_object(request, object_id)
        shown = {"presses": presses.presses(edition, person(request))} if edition else {}
        context = {**(extra_context or {}), **shown}
        answer: HttpResponse = super().change_view(request, object_id, form_url, context)
        return answer

    def get_urls(self) -> list[URLPattern]:
        """The pages under an edition, and a press for each act."""
        pages = {
            "look": partial(editions_look.look, model_admin=self),
            "copy": partial(editions_look.copy, model_admin=self),
            "excuse_link": require_POST(partial(editions_look.excuse_link, model_admin=self)),
            "review": partial(reviews.preview, model_admin=self),
            "review_letter": partial(reviews.letter, model_admin=self),
            "leave_rest_out": partial(presses.leave_rest_out, model_admin=self),
            "compose_again": partial(presses.compose_again, model_admin=self),
            "copies": partial(copies.listing, model_admin=self),
            "copies_export": require_POST(copies.export),
        }
        pages |= {name: require_POST(partial(presses.act, name=name)) for name in presses.ACTS}
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(page), name=f"newsletters_edition_{name}")
            for name, page in pages.items()
        ]
        urls: list[URLPattern] = own + super().get_urls()
        return urls

    @admin.display(description=_("introduction"))
    def introduced(self, edition: Edition) -> str:
        return "\n\n".join(text_of(block) for block in prose.blocks(edition.introduction))

    @admin.display(description=_("how it looks"))
    def look(self, edition: Edition) -> SafeString:
        pages = {"look": _("See it as an email")} | ({"review": _("Preview as a member")} if edition.is_review else {})
        return format_html_join(
            " · ",
            '<a class="text-primary-600 dark:text-primary-500 underline" href="{}">{}</a>',
            ((reverse(f"admin:newsletters_edition_{name}", args=[edition.pk]), words) for name, words in pages.items()),
        )


def _action(name: str) -> str:
    """The name under which the form sends an action."""
    return f"newsletters_edition_{name}"


def _after_saving(edition: Edition) -> list[str]:
    """What an editor may do with an edition once its form is saved."""
    if edition.state == Edition.State.HALTED:
        return ["send_corrected", "send_test"]
    if edition.state in _WAITING:
        return ["approve_late" if presses.is_overdue(edition) else "approve", "send_test"]
    return ["send_test"] if edition.state == Edition.State.APPROVED else []

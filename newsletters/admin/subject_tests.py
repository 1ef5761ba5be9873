"""Two subjects at the desk: what an editor asks for, and how it stands."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from newsletters import editions
from newsletters.editions import sampling
from newsletters.models import Edition, SubjectTest

FIELDS = ["second_subject", "test_share", "test_waits"]


class SubjectsForm(forms.ModelForm[Edition]):
    """The fields of a test beside an edition's own. Saved by ``keep``."""

    second_subject = forms.CharField(
        label=capfirst(gettext_lazy("second subject")),
        required=False,
        max_length=200,
        help_text=gettext_lazy("A part of the readers gets the one or the other, the rest the better one later."),
        widget=UnfoldAdminTextInputWidget(attrs={"dir": "auto"}),
    )
    test_share = forms.IntegerField(
        label=capfirst(gettext_lazy("tried on (percent of the readers)")),
        required=False,
        min_value=SubjectTest.LEAST_SHARE,
        max_value=SubjectTest.MOST_SHARE,
        help_text=gettext_lazy("Half of them gets each subject."),
        widget=UnfoldAdminIntegerFieldWidget,
    )
    test_waits = forms.IntegerField(
        label=capfirst(gettext_lazy("decided after (minutes)")),
        required=False,
        min_value=SubjectTest.LEAST_WAIT,
        max_value=SubjectTest.MOST_WAIT,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_offered(self.instance):
            for name in FIELDS:
                del self.fields[name]
            return
        test = SubjectTest.objects.filter(edition=self.instance.pk).first() or SubjectTest(subject="")
        self.initial.update(zip(FIELDS, (test.subject, test.share, test.waits), strict=True))

    def clean(self) -> dict[str, Any]:
        """Nothing is saved, and nothing approved, with a test that is not possible."""
        cleaned: dict[str, Any] = super().clean() or {}
        second = cleaned.get("second_subject")
        if second and set(FIELDS) & set(self.changed_data):
            is_same = second == cleaned.get("subject")
            why_not = _("Both subjects are the same.") if is_same else sampling.obstacle(self.instance)
            if why_not:
                self.add_error("second_subject", why_not)
        return cleaned


def is_offered(edition: Edition | None) -> bool:
    """Whether a test can still be asked for."""
    return edition is not None and edition.frozen_at is None


def keep(form: forms.ModelForm[Edition]) -> None:
    """Write down what was asked for.

    Raises:
        EditionError: the edition is on its way, or no test is possible with it.
    """
    if not set(FIELDS) & set(form.changed_data):
        return
    subject, share, waits = (form.cleaned_data[name] for name in FIELDS)
    defaults = SubjectTest()
    editions.try_subjects(form.instance, subject, share or defaults.share, waits or defaults.waits)


def in_words(edition: Edition) -> list[str]:
    """How the test of an edition stands, sentence by sentence; none without a test."""
    test = SubjectTest.objects.filter(edition=edition).first()
    if test is None:
        return []
    named = _("The second subject is: %(subject)s") % {"subject": test.subject}
    if edition.frozen_at is None:
        share = _("It is tried on %(share)s percent of the readers for %(minutes)s minutes.")
        return [named, share % {"share": test.share, "minutes": test.waits}]
    if test.decides_at is None:
        return [named, _("It was not tried, for that was not possible any more. All got the first.")]
    return [named, *_under_way(edition, test)]


def _under_way(edition: Edition, test: SubjectTest) -> list[str]:
    if test.decided_at is None and test.decides_at is not None:
        moment = date_format(test.decides_at.astimezone(ZoneInfo(edition.newsletter.time_zone)), "H:i")
        told = _("Which is better is decided at %(time)s. A halted edition waits with it until it goes on.")
        return [told % {"time": moment}]
    if test.winner is None:
        return [_("It was not decided: the rest got neither of both.")]
    counts = _(
        "People who followed a link: %(first)s with the first, %(second)s with the second. "
        "People who opened it: %(first_opened)s and %(second_opened)s."
    )
    numbers = {
        "first": test.first_clicked,
        "second": test.second_clicked,
        "first_opened": test.first_opened,
        "second_opened": test.second_opened,
    }
    is_first = test.winner == 1
    return [
        counts % numbers,
        _("The rest gets the first subject.") if is_first else _("The rest gets the second subject."),
    ]

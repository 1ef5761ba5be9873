"""Two subjects of an edition, tried on a part of its readers before the rest gets the better one."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletters.models.editions import Edition


class SubjectTest(models.Model):
    """The second subject, and what the test came to. Variant 1 has the edition's own subject, variant 2 this one.

    Begun with ``decides_at`` when the audience is frozen. Decided without a ``winner``: the rest got neither of both,
    for the edition went on corrected or was over for them.
    """

    LEAST_SHARE, MOST_SHARE = 2, 50
    LEAST_WAIT, MOST_WAIT = 10, 240

    edition = models.OneToOneField(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="subject_test"
    )
    subject = models.CharField(_("second subject"), max_length=200)
    share = models.PositiveSmallIntegerField(
        _("tried on (percent of the readers)"),
        default=20,
        validators=[MinValueValidator(LEAST_SHARE), MaxValueValidator(MOST_SHARE)],
    )
    waits = models.PositiveSmallIntegerField(
        _("decided after (minutes)"),
        default=60,
        validators=[MinValueValidator(LEAST_WAIT), MaxValueValidator(MOST_WAIT)],
    )
    decides_at = models.DateTimeField(_("to be decided"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    winner = models.PositiveSmallIntegerField(_("better variant"), null=True, editable=False)
    first_clicked = models.PositiveIntegerField(_("people who followed a link of the first"), default=0, editable=False)
    second_clicked = models.PositiveIntegerField(
        _("people who followed a link of the second"), default=0, editable=False
    )
    first_opened = models.PositiveIntegerField(_("people who opened the first"), default=0, editable=False)
    second_opened = models.PositiveIntegerField(_("people who opened the second"), default=0, editable=False)

    class Meta:
        verbose_name = _("test of two subjects")
        verbose_name_plural = _("tests of two subjects")
        constraints = [
            models.CheckConstraint(condition=~Q(subject=""), name="subject_test_has_a_subject"),
            models.CheckConstraint(condition=Q(share__range=(2, 50)), name="subject_test_share"),
            models.CheckConstraint(condition=Q(waits__range=(10, 240)), name="subject_test_waits"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | Q(decides_at__isnull=False),
                name="subject_test_decided_was_begun",
            ),
            models.CheckConstraint(
                condition=Q(winner__isnull=True) | Q(winner__in=[1, 2], decided_at__isnull=False),
                name="subject_test_winner_was_decided",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

"""That somebody studies, for what is sold to students: how it was proved, who decided, and until when it holds."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from memberships.querysets import StudentProofQuerySet


class StudentProof(models.Model):
    """One proof, from the asking to the answer. An account has one that waits at a time.

    ``document`` stands in the database, out of everybody's sight, and is emptied when its days are over; ``address``
    is the mailbox at a university that was proved instead.
    """

    class How(models.TextChoices):
        ADDRESS = "address", _("an address at a university")
        DOCUMENT = "document", _("a document")

    class State(models.TextChoices):
        ASKED = "asked", _("waits")
        PROVED = "proved", _("proved")
        REFUSED = "refused", _("refused")
        DROPPED = "dropped", _("not gone on with")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="student_proofs"
    )
    how = models.CharField(_("proved by"), max_length=16, choices=How.choices)
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.ASKED)
    address = models.EmailField(_("address"), max_length=254, blank=True)
    school = models.CharField(_("university"), max_length=160, blank=True)
    document = models.BinaryField(_("document"), null=True, editable=False)
    media_type = models.CharField(_("kind of file"), max_length=40, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty where the address itself was the proof."),
    )
    reason = models.CharField(_("reason"), max_length=255, blank=True)
    starts_at = models.DateTimeField(_("holds from"), null=True)
    ends_at = models.DateTimeField(_("holds until"), null=True)

    objects = StudentProofQuerySet.as_manager()

    class Meta:
        verbose_name = _("proof of studies")
        verbose_name_plural = _("proofs of studies")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state="asked"), name="student_proof_one_waits_per_person"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="proved", decided_at__isnull=False, starts_at__isnull=False, ends_at__gt=F("starts_at"))
                    | (~Q(state="proved") & Q(starts_at=None, ends_at=None))
                ),
                name="student_proof_holds_once_proved",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | (Q(decided_at__isnull=False) & ~Q(reason="")),
                name="student_proof_refused_says_why",
            ),
            models.CheckConstraint(
                condition=(Q(how="address", document=None) & ~Q(address="")) | Q(how="document", address=""),
                name="student_proof_is_by_address_or_document",
            ),
        ]
        indexes = [models.Index(fields=["decided_at"], condition=~Q(document=None), name="student_proof_with_document")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_how_display()} · {self.get_state_display()}"
